//! The one loop that everything waits for: the *and* of a few rows. Written once, compiled for several instruction sets,
//! chosen when a policy is compiled; all give the same bits.

/// A piece of a row: 512 bits, one line of the caches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(align(64))]
pub(crate) struct Line(pub(super) [u64; WORDS]);

/// Words of a line.
pub(super) const WORDS: usize = 8;
/// Words of the longest rows.
pub(super) const MOST_WORDS: usize = 32;

/// Where the rows of one axis stand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rows {
    pub(super) axis: u32,
    /// The row of cell 0, by number in its tile, which need not be there; the row of the n-th cell stands n rows behind it.
    pub(super) first: u32,
}

/// As many words as the terms of a tile take, of a row of `L` lines: the last line may be used in part.
// By value, so that the words stay in registers.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
pub(super) struct Terms<const W: usize, const L: usize>(pub(super) [u64; W]);

impl<const W: usize, const L: usize> Terms<W, L> {
    /// All.
    #[inline(always)]
    pub(super) const fn all() -> Self {
        const { assert!(L == W.div_ceil(WORDS)) };
        Self([u64::MAX; W])
    }
    /// Those that are also in one of `rows`; `None` if there is no such row.
    // Whoever calls this in a loop leaves it then: a loop that goes on without the row is made into one that collects rows one
    // by one into wider words, which is slower.
    #[inline(always)]
    pub(super) fn and_row(mut self, rows: &[[Line; L]], number: u32) -> Option<Self> {
        let row = rows.get(number as usize)?;
        for (terms, line) in self.0.chunks_mut(WORDS).zip(row) {
            for (term, row) in terms.iter_mut().zip(line.0) {
                *term &= row;
            }
        }
        Some(self)
    }
}
