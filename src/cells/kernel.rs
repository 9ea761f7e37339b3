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

/// `terms` and the rows of all axes in `places`, each in the visitor's cell.
#[inline(always)]
pub(super) fn and_rows<const W: usize>(terms: &mut [u64; W], rows: &[Line], places: &[Rows], cells: &[Cell]) {
    let lines = W.div_ceil(WORDS) as u32;
    for place in places {
        let cell = cells.get(place.axis as usize).copied().unwrap_or(0);
        let first = place.first.wrapping_add(cell.wrapping_mul(lines));
        and_row(terms, rows, first);
    }
}

/// `terms` and one row.
#[inline(always)]
pub(super) fn and_row<const W: usize>(terms: &mut [u64; W], rows: &[Line], first: u32) {
    let first = first as usize;
    // INVARIANT: every row is there; were one not, it would have no say.
    let Some(row) = rows.get(first..first + W.div_ceil(WORDS)) else { return };
    for (terms, line) in terms.chunks_mut(WORDS).zip(row) {
        for (term, row) in terms.iter_mut().zip(line.0) {
            *term &= row;
        }
    }
}
