//! Sets of cells of one axis, as ranges: few ranges say what a comparison says, however many cells there are.

use smallvec::SmallVec;

use crate::truth::Truth;

/// A cell of an axis. The first is the unknown.
pub(crate) type Cell = u32;

/// The cell of what is unknown.
pub(crate) const UNKNOWN: Cell = 0;

/// Some cells of one axis.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
// INVARIANT: ranges are not empty, ascend, and do not touch; so that equal sets are equal. Upheld by `push`.
pub(crate) struct CellSet(SmallVec<[(Cell, Cell); 2]>);

impl CellSet {
    pub(crate) fn empty() -> Self {
        Self::default()
    }
    /// The cells from `start` to before `end`.
    pub(crate) fn range(start: Cell, end: Cell) -> Self {
        let mut set = Self::empty();
        set.push(start, end);
        set
    }
    /// Adds a range that starts at no cell before the last range's start.
    fn push(&mut self, start: Cell, end: Cell) {
        match self.0.last_mut() {
            _ if start >= end => {}
            Some((_, last)) if start <= *last => *last = end.max(*last),
            _ => self.0.push((start, end)),
        }
    }
    /// The cells for which `has` says yes, of `cells`.
    pub(crate) fn of(cells: Cell, has: impl Fn(Cell) -> bool) -> Self {
        let mut set = Self::empty();
        (0..cells).filter(|&cell| has(cell)).for_each(|cell| set.push(cell, cell + 1));
        set
    }
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    pub(crate) fn is_all(&self, cells: Cell) -> bool {
        self.0.as_slice() == [(0, cells)]
    }
    pub(crate) fn ranges(&self) -> &[(Cell, Cell)] {
        &self.0
    }
    /// How many cells there are.
    #[cfg(test)]
    pub(crate) fn len(&self) -> Cell {
        self.0.iter().map(|(start, end)| end - start).sum()
    }
    /// From the first cell to behind the last.
    pub(crate) fn hull(&self) -> (Cell, Cell) {
        let start = self.0.first().map_or(0, |range| range.0);
        (start, self.0.last().map_or(start, |range| range.1))
    }
    /// What is true in these cells: of the others, unknown is the first alone.
    pub(crate) fn truth(&self, cell: Cell) -> Truth {
        match cell {
            cell if self.contains(cell) => Truth::True,
            UNKNOWN => Truth::Unknown,
            _ => Truth::False,
        }
    }
    pub(crate) fn contains(&self, cell: Cell) -> bool {
        let behind = self.0.partition_point(|range| range.1 <= cell);
        self.0.get(behind).is_some_and(|range| range.0 <= cell)
    }
    pub(crate) fn union(&self, other: &Self) -> Self {
        let (mut left, mut right) = (self.0.iter().peekable(), other.0.iter().peekable());
        let mut set = Self::empty();
        loop {
            let next = match (left.peek(), right.peek()) {
                (Some(a), Some(b)) if a <= b => left.next(),
                (Some(_), None) => left.next(),
                _ => right.next(),
            };
            let Some(&(start, end)) = next else { return set };
            set.push(start, end);
        }
    }
    pub(crate) fn intersection(&self, other: &Self) -> Self {
        let mut set = Self::empty();
        let (mut left, mut right) = (self.0.iter().peekable(), other.0.iter().peekable());
        while let (Some(&&(a, a_end)), Some(&&(b, b_end))) = (left.peek(), right.peek()) {
            set.push(a.max(b), a_end.min(b_end));
            if a_end <= b_end {
                left.next()
            } else {
                right.next()
            };
        }
        set
    }
    /// Of these cells, from `from` on: whether any is among the others, and whether any is not.
    pub(crate) fn beside(&self, others: &Self, from: Cell) -> (bool, bool) {
        let (mut inside, mut outside) = (false, false);
        for &(start, end) in &self.0 {
            // All cells before this one are told.
            let mut told = start.max(from);
            let behind = others.0.partition_point(|range| range.1 <= told);
            for &(first, behind) in others.0.iter().skip(behind).take_while(|range| range.0 < end) {
                inside |= told < end;
                outside |= told < first;
                told = behind;
            }
            outside |= told < end;
        }
        (inside, outside)
    }
    /// Whether some cell is in both.
    pub(crate) fn meets(&self, other: &Self) -> bool {
        self.beside(other, UNKNOWN).0
    }
    /// All others of `cells`.
    pub(crate) fn complement(&self, cells: Cell) -> Self {
        let mut set = Self::empty();
        let mut from = 0;
        for &(start, end) in &self.0 {
            set.push(from, start);
            from = end;
        }
        set.push(from, cells);
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_of_cells_obey_the_laws_of_sets() {
        const CELLS: Cell = 7;
        let all: Vec<CellSet> =
            (0..1_u32 << CELLS).map(|bits| CellSet::of(CELLS, |c| bits >> c & 1 == 1)).collect();
        for (a, left) in all.iter().enumerate() {
            assert_eq!(all.get(!a & 127), Some(&left.complement(CELLS)));
            assert_eq!(left.len(), (a as u32).count_ones());
            assert!((0..CELLS).all(|cell| left.contains(cell) == (a >> cell & 1 == 1)));
            for (b, right) in all.iter().enumerate() {
                assert_eq!(all.get(a | b), Some(&left.union(right)));
                assert_eq!(all.get(a & b), Some(&left.intersection(right)));
                assert_eq!(left.meets(right), a & b > 0);
                for from in 0..=CELLS {
                    let a = a >> from << from;
                    assert_eq!(
                        left.beside(right, from),
                        (a & b > 0, a & !b > 0),
                        "{left:?} {right:?} {from}"
                    );
                }
            }
        }
        assert!(all[127].is_all(CELLS) && all[0].is_empty() && all[0b010_1000].hull() == (3, 6));
    }
}
