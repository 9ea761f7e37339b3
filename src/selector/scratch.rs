//! Room on the stack for the values of segments: two bits each, so that a walk allocates nothing.

use crate::condition::SegmentId;
use crate::truth::Truth;

/// The values of up to `32 × WORDS` segments; false until set.
#[derive(Debug, Clone, Copy)]
pub(super) struct Truths<const WORDS: usize>([u64; WORDS]);

impl<const WORDS: usize> Truths<WORDS> {
    /// Segments to a word.
    pub(super) const A_WORD: usize = 32;
    /// Words for as many segments as a [`SegmentId`] can name.
    pub(super) const MOST_WORDS: usize = (u16::MAX as usize + 1) / Self::A_WORD;

    pub(super) const fn new() -> Self {
        Self([0; WORDS])
    }
    pub(super) fn set(&mut self, segment: SegmentId, truth: Truth) {
        let (word, shift) = Self::place(segment);
        if let Some(word) = self.0.get_mut(word) {
            *word |= (truth as u64) << shift;
        }
    }
    const fn place(segment: SegmentId) -> (usize, u32) {
        (segment.0 as usize / Self::A_WORD, segment.0 as u32 % Self::A_WORD as u32 * 2)
    }
}

/// What conditions ask of the segments before them.
pub(super) fn truth_in(words: &[u64], segment: SegmentId) -> Truth {
    let (word, shift) = Truths::<1>::place(segment);
    match words.get(word).map_or(0, |word| word >> shift & 3) {
        0 => Truth::False,
        1 => Truth::Unknown,
        _ => Truth::True,
    }
}

impl<const WORDS: usize> AsRef<[u64]> for Truths<WORDS> {
    fn as_ref(&self) -> &[u64] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_was_set_is_found_again_and_others_stay_false() {
        let mut truths = Truths::<3>::new();
        truths.set(SegmentId(0), Truth::True);
        truths.set(SegmentId(31), Truth::Unknown);
        truths.set(SegmentId(32), Truth::True);
        truths.set(SegmentId(95), Truth::Unknown);
        truths.set(SegmentId(96), Truth::True);
        let found = [0, 1, 31, 32, 33, 95, 96].map(|id| truth_in(truths.as_ref(), SegmentId(id)));
        use Truth::{False, True, Unknown};
        assert_eq!(found, [True, False, Unknown, True, False, Unknown, False]);
    }
}
