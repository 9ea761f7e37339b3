//! An axis of values that have an order.

use std::sync::Arc;

use super::super::set::{Cell, CellSet};
use super::{FIRST, Limits};
use crate::condition::Relation;
use crate::key::Key;

/// Where values are cut in two: each bound is the least key above a cut.
#[derive(Debug, Clone)]
pub(crate) struct Steps {
    /// Ascending, then one that is above all.
    // INVARIANT: neither the least nor the greatest key is a bound, so that there is a key below the first, and none is above the last entry.
    bounds: Arc<[Key]>,
    /// One below the first bound: what is further below is in the same cell.
    low: Key,
    shift: u32,
    /// By `(key - low) >> shift`; what is beyond the last is in the last.
    buckets: Arc<[Bucket]>,
    /// Whether some bucket has more than one bound behind its start.
    crowded: bool,
}

/// Keys that lie side by side, as many in each bucket.
#[derive(Debug, Clone, Copy)]
struct Bucket {
    /// The cell of its least key, and the last key before the next bound.
    cell: Cell,
    until: Key,
}

/// As many keys are counted at once as stay in registers.
const COUNTED: usize = 32;

/// Up to so many buckets a small axis may have, if then none is crowded.
const ROOMY: u64 = 512;

impl Steps {
    pub(crate) fn new(mut bounds: Vec<Key>) -> Self {
        bounds.sort_unstable();
        bounds.dedup();
        let (low, high) = match (bounds.first(), bounds.last()) {
            (Some(first), Some(last)) => (first - 1, *last),
            _ => (0, 0),
        };
        let span = high.wrapping_sub(low) as u64;
        // A larger table for more bounds; a larger one still, to a limit, if that leaves no bucket crowded.
        let least = bounds.len().saturating_mul(2).next_power_of_two().clamp(16, 4_096) as u64;
        let sizes = std::iter::successors(Some(least), |size| Some(size * 2));
        let sizes = sizes.take_while(|&size| size <= (least * 4).clamp(ROOMY, 4_096));
        let of_size = |size: u64| {
            let shift = (0..64).find(|shift| span >> shift < size).unwrap_or(63);
            let (buckets, crowded) = buckets(&bounds, low, span, shift);
            (shift, buckets, crowded)
        };
        let roomy = sizes.map(of_size).find(|(.., crowded)| !crowded);
        let (shift, buckets, crowded) = roomy.unwrap_or_else(|| of_size(least));
        bounds.push(Key::MAX);
        Self { bounds: bounds.into(), low, shift, buckets: buckets.into(), crowded }
    }

    /// Bytes of its tables.
    pub(super) fn bytes(&self) -> usize {
        size_of_val(&*self.bounds) + size_of_val(&*self.buckets)
    }
    /// Where values are cut, ascending: the least keys of all cells but the first.
    pub(crate) fn bounds(&self) -> &[Key] {
        // The last entry is no bound.
        self.bounds.split_last().map_or([].as_slice(), |(_, bounds)| bounds)
    }
    /// How many cells there are, the unknown among them.
    pub(crate) fn cells(&self) -> Cell {
        self.bounds.len() as Cell + FIRST
    }

    #[inline(always)]
    pub(crate) fn cell(&self, key: Key) -> Cell {
        let bucket = key.max(self.low).wrapping_sub(self.low) as u64 >> self.shift;
        let last = self.buckets.len().wrapping_sub(1);
        // INVARIANT: there is a bucket.
        let Some(&Bucket { cell, until }) = self.buckets.get(bucket.min(last as u64) as usize) else {
            return FIRST;
        };
        let mut cell = cell + Cell::from(key > until);
        if self.crowded {
            // No bound is the greatest key.
            let key = key.min(Key::MAX - 1);
            let rest = self.bounds.get((cell - FIRST) as usize..).unwrap_or_default();
            cell += rest.partition_point(|&bound| bound <= key) as Cell;
        }
        cell
    }

    /// The cells of many keys, by comparing each with every bound, as vectors.
    #[inline(always)]
    pub(crate) fn count<const KEYS: usize>(&self, keys: &[Key; KEYS], cells: &mut [Cell; KEYS]) {
        let (keys, _) = keys.as_chunks::<COUNTED>();
        let (cells, _) = cells.as_chunks_mut::<COUNTED>();
        for (keys, cells) in keys.iter().zip(cells) {
            let mut counts = [Key::from(FIRST); COUNTED];
            for &bound in self.bounds() {
                for (count, &key) in counts.iter_mut().zip(keys) {
                    *count += Key::from(key >= bound);
                }
            }
            for (cell, count) in cells.iter_mut().zip(counts) {
                *cell = count as Cell;
            }
        }
    }

    /// The first cell of which every key is `key` or more; `None` stands for beyond all keys.
    fn from(&self, key: Option<Key>) -> Cell {
        let bounds = self.bounds();
        key.map_or(self.bounds.len(), |key| bounds.partition_point(|&bound| bound <= key)) as Cell + FIRST
    }

    /// The cells of the values for which `relation` to what lies between `limits` holds.
    pub(crate) fn those(&self, relation: Relation, limits: Limits) -> CellSet {
        let end = self.bounds.len() as Cell + FIRST;
        let Limits::Between(from, behind) = limits else {
            return match relation {
                Relation::NotEqual => CellSet::range(FIRST, end),
                _ => CellSet::empty(),
            };
        };
        let (from, behind) = (self.from(from), self.from(behind));
        match relation {
            Relation::Equal => CellSet::range(from, behind),
            Relation::NotEqual => CellSet::range(FIRST, from).union(&CellSet::range(behind, end)),
            Relation::Less => CellSet::range(FIRST, from),
            Relation::LessOrEqual => CellSet::range(FIRST, behind),
            Relation::Greater => CellSet::range(behind, end),
            Relation::GreaterOrEqual => CellSet::range(from, end),
        }
    }

    /// The least and the greatest key of a cell that is known.
    pub(crate) fn keys(&self, cell: Cell) -> (Key, Key) {
        // The last entry is no bound.
        let bounds = self.bounds.split_last().map_or([].as_slice(), |(_, bounds)| bounds);
        let at = |place: Option<usize>| place.and_then(|place| bounds.get(place)).copied();
        let place = cell.saturating_sub(FIRST) as usize;
        (at(place.checked_sub(1)).unwrap_or(Key::MIN), at(Some(place)).map_or(Key::MAX, |next| next - 1))
    }
}

/// The buckets of `1 << shift` keys each, from `low` on, and whether some bucket has more than one bound behind its start.
fn buckets(bounds: &[Key], low: Key, span: u64, shift: u32) -> (Vec<Bucket>, bool) {
    let count = (span >> shift) as usize + 1;
    let start = |bucket: usize| low.checked_add_unsigned((bucket as u64) << shift);
    let upto = |bucket: usize| {
        start(bucket).map_or(bounds.len(), |key| bounds.partition_point(|&bound| bound <= key))
    };
    let until = |upto: usize| bounds.get(upto).map_or(Key::MAX, |next| next - 1);
    let of = |upto: usize| Bucket { cell: upto as Cell + FIRST, until: until(upto) };
    // What is at the start of the next bucket is not inside this one, but counting it does no harm.
    let at_next = |bucket: usize| start(bucket + 1).is_some_and(|key| bounds.binary_search(&key).is_ok());
    let is_crowded = |bucket: usize| {
        let behind = if bucket + 1 < count { upto(bucket + 1) } else { bounds.len() };
        behind - upto(bucket) > 1 + usize::from(at_next(bucket))
    };
    ((0..count).map(|bucket| of(upto(bucket))).collect(), (0..count).any(is_crowded))
}

#[cfg(test)]
mod tests {
    use super::super::Scale;
    use super::*;
    use crate::condition::Operand;

    #[test]
    fn a_value_is_in_the_cells_of_exactly_the_comparisons_that_hold_of_it() {
        use Relation::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
        let sets: [&[Key]; 6] = [
            &[],
            &[0],
            &[-3, 5, 6, 7, 1_000, 1_001, 1_002, 90_000, 1 << 40],
            &[Key::MIN + 1, 0, Key::MAX - 2],
            &[1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 100_000, 100_001, 100_002],
            &[10, 20, 30, 40, 50, 60, 70, 80, 90],
        ];
        for literals in sets {
            let limits = |literal: &Key| Limits::of(Scale::Whole, &Operand::Int(*literal)).unwrap();
            let relations = [Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual];
            // Cut for one relation, or for all of them.
            let for_all = literals.iter().flat_map(|literal| limits(literal).bounds(Equal));
            let for_all = Steps::new(for_all.collect());
            let for_one = relations.map(|relation| {
                Steps::new(literals.iter().flat_map(|literal| limits(literal).bounds(relation)).collect())
            });
            let near = |literal: &Key| [literal.saturating_sub(1), *literal, literal.saturating_add(1)];
            let values: Vec<Key> =
                literals.iter().flat_map(near).chain([Key::MIN, Key::MAX, 0, 77, -50_000]).collect();
            for value in values {
                let (least, most) = for_all.keys(for_all.cell(value));
                assert!((least..=most).contains(&value), "{value} in {literals:?}");
                for literal in literals {
                    for (relation, for_one) in relations.iter().zip(&for_one) {
                        let holds = relation.holds(Some(value.cmp(literal)));
                        for steps in [&for_all, for_one] {
                            let those = steps.those(*relation, limits(literal));
                            assert_eq!(
                                those.contains(steps.cell(value)),
                                holds,
                                "{value} {relation:?} {literal}"
                            );
                        }
                    }
                }
            }
        }
    }
}
