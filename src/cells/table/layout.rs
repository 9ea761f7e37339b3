//! Where the terms of a tile stand.

/// Strips of fewer conditions are not worth a word.
const STRIP: usize = 32;

/// Where the terms of a tile stand.
pub(in crate::cells) struct Layout {
    /// The first word, and how many conditions stand there.
    // INVARIANT: they stand one behind the other, the first being of all conditions: `Tile::further` goes by it.
    pub(super) strips: Vec<(usize, usize)>,
    /// The word where loose terms begin.
    pub(super) loose: usize,
    /// Where each loose term belongs.
    pub(super) targets: Vec<u16>,
    /// By condition: the place of its first loose term among them.
    loose_from: Vec<usize>,
    pub(in crate::cells) words: usize,
    pub(super) terms: usize,
}

impl Layout {
    /// For conditions of so many terms each, most first.
    pub(in crate::cells) fn of(counts: &[usize]) -> Self {
        let mut strips = Vec::new();
        let mut word = 0;
        for n in 0.. {
            let conditions = counts.partition_point(|&terms| terms > n);
            if n > 0 && conditions < STRIP {
                break;
            }
            strips.push((word, conditions));
            word += conditions.div_ceil(64);
        }
        let mut targets = Vec::new();
        let mut loose_from = Vec::new();
        for (place, &terms) in counts.iter().enumerate() {
            loose_from.push(targets.len());
            // A tile has at most 2,048 conditions.
            targets.extend(std::iter::repeat_n(place as u16, terms.saturating_sub(strips.len())));
        }
        let words = word + targets.len().div_ceil(64);
        Self { strips, loose: word, targets, loose_from, words, terms: counts.iter().sum() }
    }
    /// The bit of the n-th term of the condition at `place`.
    pub(super) fn bit(&self, place: usize, n: usize) -> usize {
        match self.strips.get(n) {
            Some((word, _)) => word * 64 + place,
            None => {
                let from = self.loose_from.get(place).copied().unwrap_or(0);
                self.loose * 64 + from + (n - self.strips.len())
            }
        }
    }
}
