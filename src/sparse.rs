//! A short row of which most places are empty: one bit for each place, and only what is there, laid end to end. A profile
//! is read for every decision from memory that has long left the caches, so that what is not there must not be read.

/// Up to 32 places.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sparse<T> {
    /// INVARIANT: as many bits as `there` has items, in the same order; upheld by `place` and `remove`.
    places: u32,
    there: Vec<T>,
}

impl<T> Default for Sparse<T> {
    fn default() -> Self {
        Self { places: 0, there: Vec::new() }
    }
}

impl<T> Sparse<T> {
    const fn bit(place: usize) -> u32 {
        if place < 32 { 1 << place } else { 0 }
    }
    /// How many are there before `place`.
    const fn before(&self, place: usize) -> usize {
        (self.places & Self::bit(place).wrapping_sub(1)).count_ones() as usize
    }
    /// What is at `place`.
    #[inline]
    pub(crate) fn get(&self, place: usize) -> Option<&T> {
        if self.places & Self::bit(place) == 0 { None } else { self.there.get(self.before(place)) }
    }
    /// Changes what is at `place`, or takes it away. Places from 32 on stay empty.
    pub(crate) fn edit(&mut self, place: usize, change: impl FnOnce(Option<T>) -> Option<T>) {
        let (bit, at) = (Self::bit(place), self.before(place));
        let old = (self.places & bit != 0 && at < self.there.len()).then(|| self.there.remove(at));
        self.places &= !bit;
        if let Some(new) = change(old).filter(|_| bit != 0) {
            self.there.insert(at, new);
            self.places |= bit;
        }
    }
    /// What is there, with its place, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (usize, &T)> {
        (0..32).filter(|place| self.places >> place & 1 == 1).zip(&self.there)
    }
    /// Reads a little of everything: see [`crate::selector`] for why.
    pub(crate) fn touch(&self, read: impl Fn(&T) -> u8) -> u8 {
        self.there.iter().fold(0, |all, item| all ^ read(item))
    }
    pub(crate) const fn len(&self) -> usize {
        self.there.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_filled_changed_and_emptied_in_any_order() {
        let mut row = Sparse::default();
        for place in [31, 0, 7, 32, 40] {
            row.edit(place, |old| Some(old.unwrap_or(0) + place));
        }
        row.edit(7, |old| old.map(|old| old * 2));
        row.edit(0, |_| None);
        row.edit(5, |old| old);
        assert_eq!(
            [0, 5, 7, 31, 32].map(|place| row.get(place).copied()),
            [None, None, Some(14), Some(31), None]
        );
        assert_eq!(row.iter().map(|(place, &item)| (place, item)).collect::<Vec<_>>(), [(7, 14), (31, 31)]);
        assert_eq!(row.len(), 2);
    }
}
