//! A short row of which most places are empty: one bit for each place, and only what is there, laid end to end. A profile
//! is read for every decision from memory that has long left the caches, so that what is not there must not be read.

/// How many places there are.
const PLACES: usize = 32;

/// Up to 32 places.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sparse<T> {
    /// By place: one more than where it is in `there`, or 0.
    /// INVARIANT: the places that are taken count up from 1; upheld by `edit`.
    at: [u8; PLACES],
    /// One bit for each place that is taken.
    known: u32,
    there: Vec<T>,
}

impl<T> Default for Sparse<T> {
    fn default() -> Self {
        Self { at: [0; PLACES], known: 0, there: Vec::new() }
    }
}

impl<T> Sparse<T> {
    /// What is at `place`.
    #[inline]
    pub(crate) fn get(&self, place: usize) -> Option<&T> {
        self.there.get(usize::from(*self.at.get(place)?).wrapping_sub(1))
    }
    /// The same, to be changed.
    #[inline]
    pub(crate) fn get_mut(&mut self, place: usize) -> Option<&mut T> {
        self.there.get_mut(usize::from(*self.at.get(place)?).wrapping_sub(1))
    }
    /// Changes what is at `place`, or takes it away. Places from 32 on stay empty.
    pub(crate) fn edit(&mut self, place: usize, change: impl FnOnce(Option<T>) -> Option<T>) {
        let Some((_, [here, after @ ..])) = self.at.split_at_mut_checked(place) else { return };
        let position = (self.known & ((1 << place) - 1)).count_ones() as usize;
        let was = *here > 0;
        let new = change(was.then(|| self.there.remove(position)));
        let is = new.is_some();
        // At most 32 places, so that a position is a byte.
        *here = if is { position as u8 + 1 } else { 0 };
        self.known = self.known & !(1 << place) | u32::from(is) << place;
        if position < self.there.len() {
            for at in after.iter_mut().filter(|at| **at > 0) {
                *at = (*at + u8::from(is)).saturating_sub(u8::from(was));
            }
        }
        if let Some(new) = new {
            self.there.insert(position, new);
        }
    }
    /// What is there, with its place, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (usize, &T)> {
        let mut left = self.known;
        let places = std::iter::from_fn(move || {
            let next = (left != 0).then(|| left.trailing_zeros() as usize);
            left &= left.wrapping_sub(1);
            next
        });
        places.zip(&self.there)
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
        assert_eq!([0, 5, 32].map(|place| row.get_mut(place).copied()), [Some(0), None, None]);
        row.get_mut(7).into_iter().for_each(|item| *item += 1);
        row.edit(7, |old| old.map(|old| old * 2 - 2));
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
