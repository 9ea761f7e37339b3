//! How one axis is cut: literals in, and for the key of a value the number of its cell out. Finding a cell is a table and
//! one comparison, whatever the number of cells.

use super::set::{Cell, CellSet, UNKNOWN};
use crate::condition::{Operand, Relation};
use crate::key::{self, Key};

/// The first of the cells of what is known.
pub(super) const FIRST: Cell = 1;

/// A cut axis.
#[derive(Debug, Clone)]
pub(crate) enum Cut {
    /// Bools, numbers, times and ages.
    Steps(Steps),
    /// Texts and enums.
    Names(Names),
    /// Members of a set: the key has a bit for each; so many of them.
    Bits(u32),
    /// What is worked out for each visitor: false, true.
    Truth,
}

impl Cut {
    /// How many cells there are, the unknown among them.
    pub(crate) fn cells(&self) -> Cell {
        match self {
            Self::Steps(steps) => steps.cells(),
            Self::Names(names) => names.asked + FIRST + 1,
            Self::Bits(members) => (1 << members) + FIRST,
            Self::Truth => FIRST + 2,
        }
    }
    /// Bytes of its tables.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::Steps(steps) => size_of_val(&*steps.bounds) + size_of_val(&*steps.buckets),
            Self::Names(names) => {
                size_of_val(&*names.slots)
                    + names.texts.iter().map(|text| size_of_val(text) + text.len()).sum::<usize>()
            }
            Self::Bits(_) | Self::Truth => 0,
        }
    }
    /// The cell of a key; `text` is asked for where the key of a text does not say all of it.
    #[inline(always)]
    pub(crate) fn cell<'a>(&self, key: Key, text: impl FnOnce() -> Option<&'a str>) -> Cell {
        match self {
            Self::Steps(steps) => steps.cell(key),
            Self::Names(names) => names.cell(key, text),
            Self::Bits(_) | Self::Truth => FIRST + key as Cell,
        }
    }
}

/// Where values are cut in two: each bound is the least key above a cut.
#[derive(Debug, Clone)]
pub(crate) struct Steps {
    /// Ascending, then one that is above all.
    // INVARIANT: neither the least nor the greatest key is a bound, so that there is a key below the first, and none is above the last entry.
    bounds: Box<[Key]>,
    /// One below the first bound, and the last one: what is beyond is in the same cell.
    low: Key,
    high: Key,
    shift: u32,
    /// By `(key - low) >> shift`: the bounds up to the least key of that bucket.
    buckets: Box<[u32]>,
    /// Whether some bucket has more than one bound behind its start.
    crowded: bool,
}

impl Steps {
    pub(crate) fn new(mut bounds: Vec<Key>) -> Self {
        bounds.sort_unstable();
        bounds.dedup();
        let (low, high) = match (bounds.first(), bounds.last()) {
            (Some(first), Some(last)) => (first - 1, *last),
            _ => (0, 0),
        };
        let span = high.wrapping_sub(low) as u64;
        // A larger table for more bounds, and while buckets are crowded, to a limit.
        let least = bounds.len().saturating_mul(2).next_power_of_two().clamp(64, 4_096) as u64;
        let mut made =
            Self { bounds: Box::default(), low, high, shift: 0, buckets: Box::default(), crowded: true };
        let mut size = least;
        while made.crowded && size <= (least * 4).min(4_096) {
            made.shift = (0..64).find(|shift| span >> shift < size).unwrap_or(63);
            let buckets = (span >> made.shift) as usize + 1;
            let upto = |key: Option<Key>| {
                key.map_or(bounds.len(), |key| bounds.partition_point(|&bound| bound <= key))
            };
            let start = |bucket: usize| low.checked_add_unsigned((bucket as u64) << made.shift);
            made.buckets = (0..buckets).map(|bucket| upto(start(bucket)) as u32).collect();
            let behind = made.buckets.iter().copied().skip(1).chain([bounds.len() as u32]);
            // What is at the start of the next bucket is not inside this one, but counting it does no harm.
            let inside = |(bucket, (&from, to)): (usize, (&u32, u32))| {
                let at_next = start(bucket + 1).is_some_and(|key| bounds.binary_search(&key).is_ok());
                to - from > 1 + u32::from(at_next)
            };
            made.crowded = made.buckets.iter().zip(behind).enumerate().any(inside);
            size *= 2;
        }
        bounds.push(Key::MAX);
        made.bounds = bounds.into();
        made
    }

    /// How many cells there are, the unknown among them.
    pub(crate) fn cells(&self) -> Cell {
        self.bounds.len() as Cell + FIRST
    }

    #[inline(always)]
    pub(crate) fn cell(&self, key: Key) -> Cell {
        let key = key.clamp(self.low, self.high);
        let bucket = (key.wrapping_sub(self.low) as u64 >> self.shift) as usize;
        let mut upto = self.buckets.get(bucket).copied().unwrap_or(0) as usize;
        let is_above = |upto: usize| self.bounds.get(upto).is_some_and(|&bound| key >= bound);
        upto += usize::from(is_above(upto));
        if self.crowded {
            while is_above(upto) {
                upto += 1;
            }
        }
        upto as Cell + FIRST
    }

    /// The first cell of which every key is `key` or more; `None` stands for beyond all keys.
    fn from(&self, key: Option<Key>) -> Cell {
        // The last entry is no bound.
        let bounds = self.bounds.split_last().map_or([].as_slice(), |(_, bounds)| bounds);
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

/// Where a constant lies among the keys of an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limits {
    /// The least key of a value that is the constant or more, and of one that is more; `None`: there is none.
    Between(Option<Key>, Option<Key>),
    /// Not a number: equal to nothing, more or less than nothing.
    Nowhere,
}

/// What kind of value an axis has, as far as constants are compared with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scale {
    Whole,
    Float,
    /// Times, and lengths of time.
    Time,
}

impl Limits {
    /// Where `operand` lies; `None` if it cannot be cut there.
    pub(crate) fn of(scale: Scale, operand: &Operand) -> Option<Self> {
        let point = |key: Key| Self::Between(Some(key), key.checked_add(1));
        let limits = match (scale, operand) {
            (_, Operand::Float(value)) if value.is_nan() => Self::Nowhere,
            // False is the least, true the greatest.
            (Scale::Whole, Operand::Bool(false)) => Self::Between(Some(Key::MIN), Some(1)),
            (Scale::Whole, Operand::Bool(true)) => Self::Between(Some(1), None),
            (Scale::Whole, Operand::Int(value)) => point(*value),
            (Scale::Whole, Operand::Float(value)) => {
                const ABOVE: f64 = 9_223_372_036_854_775_808.0;
                match (value.ceil(), value.floor()) {
                    (from, _) if from >= ABOVE => Self::Between(None, None),
                    (_, below) if below < -ABOVE => Self::Between(Some(Key::MIN), Some(Key::MIN)),
                    (from, below) => Self::Between(Some(from as Key), (below as Key).checked_add(1)),
                }
            }
            (Scale::Float, Operand::Float(value)) => point(key::of_float(*value)),
            (Scale::Float, Operand::Int(value)) => {
                let near = *value as f64;
                let key = key::of_float(near);
                match crate::condition::int_with_float(*value, near)? {
                    std::cmp::Ordering::Equal => point(key),
                    std::cmp::Ordering::Less => Self::Between(Some(key), Some(key)),
                    std::cmp::Ordering::Greater => Self::Between(Some(key + 1), Some(key + 1)),
                }
            }
            (Scale::Time, Operand::Time(time)) if time.nanoseconds() % 1_000_000_000 == 0 => {
                point(key::of_time(*time))
            }
            (Scale::Time, Operand::Duration(long)) if long.nanoseconds() % 1_000_000_000 == 0 => {
                point(key::of_duration(*long))
            }
            _ => return None,
        };
        // The greatest key marks the end of the bounds.
        let is_last = |key: Option<Key>| key == Some(Key::MAX);
        match limits {
            Self::Between(from, behind) if is_last(from) || is_last(behind) => None,
            limits => Some(limits),
        }
    }
    /// Where an axis must be cut for a relation to these limits.
    pub(crate) fn bounds(self, relation: Relation) -> impl Iterator<Item = Key> {
        use Relation::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
        let (from, behind) = match (self, relation) {
            (Self::Between(from, _), Less | GreaterOrEqual) => (from, None),
            (Self::Between(_, behind), LessOrEqual | Greater) => (None, behind),
            (Self::Between(from, behind), Equal | NotEqual) => (from, behind),
            (Self::Nowhere, _) => (None, None),
        };
        // Below the least key there is nothing to part.
        [from, behind].into_iter().flatten().filter(|&key| key > Key::MIN)
    }
}

/// Texts that are asked for by name, and all others.
#[derive(Debug, Clone)]
pub(crate) struct Names {
    /// Those that are asked for, sorted; then the others of an enum's names.
    texts: Box<[Box<str>]>,
    asked: u32,
    /// A key and the place of its text and one, or 0 for an empty slot; at least half of the slots are empty.
    slots: Box<[(Key, u32)]>,
    /// The cell of what is not here: an enum has no other value than its names.
    missing: Cell,
}

impl Names {
    /// The names `asked`; of an enum, `domain` are all its names.
    pub(crate) fn new(mut asked: Vec<Box<str>>, domain: Option<&[Box<str>]>) -> Self {
        asked.sort_unstable();
        asked.dedup();
        let count = asked.len() as u32;
        let mut texts = asked;
        let others = domain.unwrap_or_default().iter();
        let others: Vec<Box<str>> =
            others.filter(|name| texts.binary_search(name).is_err()).cloned().collect();
        texts.extend(others);
        let mut made = Self {
            slots: vec![(0, 0); (texts.len() * 2 + 1).next_power_of_two()].into(),
            texts: texts.into(),
            asked: count,
            missing: if domain.is_some() { UNKNOWN } else { FIRST },
        };
        for (place, text) in made.texts.iter().enumerate() {
            let key = key::of_text(text);
            let mut slot = made.slot(key);
            while made.slots.get(slot).is_some_and(|slot| slot.1 > 0) {
                slot = made.next(slot);
            }
            if let Some(slot) = made.slots.get_mut(slot) {
                *slot = (key, place as u32 + 1);
            }
        }
        made
    }
    #[inline(always)]
    fn slot(&self, key: Key) -> usize {
        // Fibonacci hashing: the high bits of the product depend on all bits of the key.
        let mixed = (key as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed >> 32) as usize & (self.slots.len() - 1)
    }
    #[inline(always)]
    const fn next(&self, slot: usize) -> usize {
        (slot + 1) & (self.slots.len() - 1)
    }
    /// The cell of the text at `place` and one.
    #[inline(always)]
    const fn at(&self, place: u32) -> Cell {
        if place <= self.asked { FIRST + place } else { FIRST }
    }
    #[inline(always)]
    pub(crate) fn cell<'a>(&self, key: Key, text: impl FnOnce() -> Option<&'a str>) -> Cell {
        let mut slot = self.slot(key);
        loop {
            match self.slots.get(slot) {
                Some(&(kept, place)) if place > 0 => {
                    if kept == key {
                        // From here on the text itself decides, if it is longer than its key: another may have the same.
                        return if key::is_whole(key) {
                            self.at(place)
                        } else {
                            self.named(key, text().unwrap_or_default())
                        };
                    }
                    slot = self.next(slot);
                }
                _ => return self.missing,
            }
        }
    }
    #[inline(never)]
    fn named(&self, key: Key, text: &str) -> Cell {
        let mut slot = self.slot(key);
        while let Some(&(kept, place @ 1..)) = self.slots.get(slot) {
            if kept == key && self.texts.get(place as usize - 1).is_some_and(|kept| **kept == *text) {
                return self.at(place);
            }
            slot = self.next(slot);
        }
        self.missing
    }
    /// The cell of one text; none if no visitor can have it.
    pub(crate) fn one(&self, text: &str) -> CellSet {
        let cell = self.named(key::of_text(text), text);
        if cell == UNKNOWN { CellSet::empty() } else { CellSet::range(cell, cell + 1) }
    }
    /// Those that are asked for, in the order of their cells, which begin behind that of all others.
    pub(crate) fn asked(&self) -> &[Box<str>] {
        self.texts.get(..self.asked as usize).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn numbers_of_two_types_are_cut_where_they_differ() {
        let of = |scale, operand: Operand| Limits::of(scale, &operand);
        let between = |from, behind| Some(Limits::Between(Some(from), Some(behind)));
        assert_eq!(of(Scale::Whole, Operand::Float(2.5)), between(3, 3));
        assert_eq!(of(Scale::Whole, Operand::Float(-2.0)), between(-2, -1));
        assert_eq!(of(Scale::Whole, Operand::Float(1e300)), Some(Limits::Between(None, None)));
        assert_eq!(of(Scale::Whole, Operand::Float(-1e300)), between(Key::MIN, Key::MIN));
        let large = (1_i64 << 53) + 2;
        assert_eq!(of(Scale::Whole, Operand::Float(large as f64)), between(large, large + 1));
        assert_eq!(of(Scale::Float, Operand::Float(f64::NAN)), Some(Limits::Nowhere));
        // 2^53 + 1 lies between two floats.
        let above = key::of_float(9_007_199_254_740_994.0);
        assert_eq!(of(Scale::Float, Operand::Int((1 << 53) + 1)), between(above, above));
        let whole = Timestamp::from_unix(5, 0).unwrap();
        assert_eq!(of(Scale::Time, Operand::Time(whole)), between(10, 11));
        assert_eq!(of(Scale::Time, Operand::Time(Timestamp::from_unix(5, 1).unwrap())), None);
    }

    use crate::time::Timestamp;

    #[test]
    fn names_are_found_whatever_their_length_and_others_are_others() {
        let texts = ["", "a", "contract", "contracts", "prepaid", "a rather long name of a region"];
        let names = Names::new(texts.iter().map(|&text| text.into()).collect(), None);
        let cell = |text: &'static str| names.cell(key::of_text(text), || Some(text));
        for text in texts {
            assert_eq!(names.one(text), CellSet::range(cell(text), cell(text) + 1));
            assert!(cell(text) > FIRST);
        }
        assert_eq!([cell("b"), cell("contrac"), cell("another long name")], [FIRST; 3]);
        // A key that is a name's own, of a text that is not.
        assert_eq!(names.cell(key::of_text("contract"), || Some("something else")), FIRST);
    }

    #[test]
    fn an_enum_has_no_other_values_than_its_names() {
        let domain: Vec<Box<str>> = ["prepaid", "contract", "business"].map(Into::into).into();
        let names = Names::new(vec!["prepaid".into()], Some(&domain));
        let cell = |text: &'static str| names.cell(key::of_text(text), || Some(text));
        assert_eq!(["prepaid", "contract", "business", "prepai", "barter_trade"].map(cell), [2, 1, 1, 0, 0]);
        assert_eq!(Cut::Names(names).cells(), 3);
    }
}
