//! Comparisons that were counted apart, put together: a host may count on as many threads as it likes.

use super::rules::RuleTurn;
use super::{Impact, SCOPES};

/// Two comparisons that cannot be merged: they are not of the same selectors with the same options.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("comparisons of other selectors, or with other options, cannot be merged")]
pub struct ImpactMismatch;

impl Impact {
    /// Takes in what another comparison has counted.
    ///
    /// # Errors
    /// The other is not of the same selectors, or clones of them, or has other options: nothing is taken in.
    pub fn merge(&mut self, other: Self) -> Result<(), ImpactMismatch> {
        let is_same = self.selectors.iter().zip(&other.selectors).all(|(one, other)| one.is_same(other));
        if !is_same || self.options != other.options {
            return Err(ImpactMismatch);
        }
        let mut places = Vec::with_capacity(other.pairs.len());
        for (pair, example) in other.pairs {
            let known = self.pairs.len() as u32;
            let place = *self.numbers.entry(pair).or_insert(known);
            if place == known {
                self.pairs.push((pair, None));
            }
            if let (Some((_, slot)), Some(example)) = (self.pairs.get_mut(place as usize), example)
                && slot.as_ref().is_none_or(|kept| example.number < kept.number)
            {
                *slot = Some(example);
            }
            places.push(place);
        }
        for ((group, place), count) in other.counts {
            if let Some(&place) = places.get(place as usize) {
                *self.counts.entry((group, place)).or_insert(0) += count;
            }
        }
        let all = |turned: Vec<[[u64; SCOPES]; RuleTurn::ALL.len()]>| turned.into_iter().flatten().flatten();
        let sums = self.turned.iter_mut().flatten().flatten().chain(&mut self.without_turn);
        sums.zip(all(other.turned).chain(other.without_turn)).for_each(|(sum, count)| *sum += count);
        let seen = self.segments.seen.iter_mut().flatten();
        seen.zip(other.segments.seen.into_iter().flatten()).for_each(|(sum, count)| *sum += count);
        Ok(())
    }
}
