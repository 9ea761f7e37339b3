//! The facts that a profile or a visit keeps by place: which are known and the key of each stand in a row of their own,
//! so that a decision reads a few lines of memory; values, sources and dates stand behind them.

use crate::fact::{Fact, Source};
use crate::key::{self, Key};
use crate::sparse::Sparse;
use crate::value::Value;

/// Facts by place, at most 32.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Kept<const PLACES: usize> {
    /// One bit for each place.
    known: u32,
    /// INVARIANT: the key of the fact in the same place, 0 where there is none; upheld by `edit` and `rewrite`.
    keys: [Key; PLACES],
    /// INVARIANT: the source of the fact in the same place; upheld by `edit` and `rewrite`.
    sources: [Source; PLACES],
    facts: Sparse<Fact<Value>>,
}

impl<const PLACES: usize> Default for Kept<PLACES> {
    fn default() -> Self {
        const { assert!(PLACES <= 32) };
        Self { known: 0, keys: [0; PLACES], sources: [Source::Inferred; PLACES], facts: Sparse::default() }
    }
}

impl<const PLACES: usize> Kept<PLACES> {
    /// The fact at `place`.
    pub(crate) fn get(&self, place: usize) -> Option<&Fact<Value>> {
        self.facts.get(place)
    }
    /// The key of the fact at `place`, 0 where there is none; and whether there is one.
    #[inline(always)]
    pub(crate) fn key(&self, place: usize) -> (Key, bool) {
        (self.keys.get(place).copied().unwrap_or(0), self.known >> (place & 31) & 1 == 1)
    }
    /// Whether the fact at `place`, if there is one, is true.
    #[inline(always)]
    pub(crate) fn is_true(&self, place: usize) -> bool {
        self.keys.get(place) == Some(&1)
    }
    /// The source of the fact at `place`; of what is not there it says nothing.
    #[inline(always)]
    pub(crate) fn source(&self, place: usize) -> Source {
        self.sources.get(place).copied().unwrap_or(Source::Inferred)
    }
    /// Changes the fact at `place`, or takes it away. There are no places from `PLACES` on.
    pub(crate) fn edit(
        &mut self,
        place: usize,
        change: impl FnOnce(Option<Fact<Value>>) -> Option<Fact<Value>>,
    ) {
        let Some(slot) = self.keys.get_mut(place) else { return };
        self.facts.edit(place, change);
        let fact = self.facts.get(place);
        *slot = fact.map_or(0, |fact| key::of_value(&fact.value));
        if let Some(source) = self.sources.get_mut(place) {
            *source = fact.map_or(Source::Inferred, |fact| fact.source);
        }
        self.known = self.known & !(1 << place) | u32::from(fact.is_some()) << place;
    }
    /// Writes over the fact at `place`, if there is one, what has this key and source; whether there is.
    #[inline(always)]
    pub(crate) fn rewrite(
        &mut self,
        place: usize,
        (key, source): (Key, Source),
        write: impl FnOnce(&mut Fact<Value>),
    ) -> bool {
        let (Some(fact), Some(to_key), Some(to_source)) =
            (self.facts.get_mut(place), self.keys.get_mut(place), self.sources.get_mut(place))
        else {
            return false;
        };
        (*to_key, *to_source) = (key, source);
        write(fact);
        true
    }
    /// What is there, with its place, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (usize, &Fact<Value>)> {
        self.facts.iter()
    }
    /// Reads a little of every line of the keys: see `fetch` in `selector/walk.rs` for why.
    pub(crate) fn touch(&self) -> u8 {
        self.keys.iter().step_by(8).fold(0, |all, key| all ^ *key as u8)
    }
    pub(crate) const fn len(&self) -> usize {
        self.facts.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_of_a_place_follows_its_fact() {
        let mut kept = Kept::<4>::default();
        kept.edit(2, |_| Some(Fact::declared(Value::Int(7))));
        assert_eq!((kept.key(2), kept.key(1), kept.key(9)), ((7, true), (0, false), (0, false)));
        kept.edit(2, |old| old.map(|old| old.map(|_| Value::Bool(true))));
        assert_eq!((kept.key(2), kept.len()), ((1, true), 1));
        let observed = Fact::observed(Value::Int(8));
        assert!(kept.rewrite(2, (8, Source::Observed), |fact| fact.clone_from(&observed)));
        assert!(![1, 4, 40].map(|place| kept.rewrite(place, (8, Source::Observed), |_| {})).contains(&true));
        assert_eq!(
            (kept.key(2), kept.source(2), kept.get(2)),
            ((8, true), Source::Observed, Some(&observed))
        );
        kept.edit(2, |_| None);
        kept.edit(4, |_| Some(Fact::declared(Value::Int(1))));
        assert_eq!((kept.key(2), kept.len()), ((0, false), 0));
        assert_eq!(kept, Kept::default());
    }
}
