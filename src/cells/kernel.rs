//! The one loop that everything waits for: the *and* of a few rows. Written once, compiled for several instruction sets,
//! chosen when the program starts to use a table; all give the same bits.

use super::set::Cell;

/// A piece of a row: 512 bits, one line of the caches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(align(64))]
pub(super) struct Line(pub(super) [u64; WORDS]);

/// Words of a line.
pub(super) const WORDS: usize = 8;
/// Words of the longest rows.
pub(super) const MOST_WORDS: usize = 32;

/// Where the rows of one axis stand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rows {
    pub(super) axis: u32,
    /// The line of the row of cell 0, which need not be there; the row of the n-th cell stands n rows behind it.
    pub(super) first: u32,
}

/// As many words as the terms of a tile take: the last line may be used in part.
// By value, so that the words stay in registers.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
pub(super) struct Terms<const W: usize>(pub(super) [u64; W]);

impl<const W: usize> Terms<W> {
    /// Lines of a row.
    pub(super) const LINES: u32 = W.div_ceil(WORDS) as u32;

    /// All.
    #[inline(always)]
    pub(super) const fn all() -> Self {
        Self([u64::MAX; W])
    }
    /// Those that are also in the rows of all `places`, each in the visitor's cell.
    #[inline(always)]
    pub(super) fn and_rows(mut self, rows: &[Line], places: &[Rows], cells: &[Cell]) -> Self {
        for place in places {
            let cell = cells.get(place.axis as usize).copied().unwrap_or(0);
            self = self.and_row(rows, place.first.wrapping_add(cell.wrapping_mul(Self::LINES)));
        }
        self
    }
    /// Those that are also in one row.
    #[inline(always)]
    pub(super) fn and_row(mut self, rows: &[Line], first: u32) -> Self {
        let first = first as usize;
        // INVARIANT: every row is there; were one not, it would have no say.
        let Some(row) = rows.get(first..first + Self::LINES as usize) else { return self };
        for (terms, line) in self.0.chunks_mut(WORDS).zip(row) {
            for (term, row) in terms.iter_mut().zip(line.0) {
                *term &= row;
            }
        }
        self
    }
}
