//! The visitors met so far, each with which conditions hold of them and which are unknown: most questions about pairs are
//! answered by somebody who is already there.

use crate::search::Person;
use crate::truth::Truth;

/// Bits, one for each condition.
type Bits = Vec<u64>;

fn has(bits: &[u64], place: usize) -> bool {
    bits.get(place / 64).is_some_and(|word| word >> (place % 64) & 1 == 1)
}
fn set(bits: &mut [u64], place: usize) {
    if let Some(word) = bits.get_mut(place / 64) {
        *word |= 1 << (place % 64);
    }
}
/// The places of the bits that are set.
pub(super) fn places(bits: &[u64]) -> impl Iterator<Item = usize> {
    bits.iter().enumerate().flat_map(|(number, &word)| {
        (0..64).filter(move |bit| word >> bit & 1 == 1).map(move |bit| number * 64 + bit)
    })
}

struct Met {
    person: Person,
    holds: Bits,
    unknown: Bits,
}

/// Whoever was met.
pub(super) struct Pool {
    all: Vec<Met>,
    most: usize,
    conditions: usize,
}

/// Bytes that the pool may have, about.
const ROOM: usize = 128 << 20;

impl Pool {
    pub(super) fn new(conditions: usize) -> Self {
        let each = conditions / 4 + 2_048;
        Self { all: Vec::new(), most: ROOM / each, conditions }
    }
    pub(super) fn is_full(&self) -> bool {
        self.all.len() >= self.most
    }
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }
    /// Adds somebody with what all conditions say of them.
    pub(super) fn add(&mut self, person: Person, truths: &[Truth]) {
        let empty = vec![0; self.conditions.div_ceil(64)];
        let (mut holds, mut unknown) = (empty.clone(), empty);
        for (place, truth) in truths.iter().enumerate() {
            match truth {
                Truth::True => set(&mut holds, place),
                Truth::Unknown => set(&mut unknown, place),
                Truth::False => {}
            }
        }
        self.all.push(Met { person, holds, unknown });
    }
    pub(super) fn people(&self) -> impl Iterator<Item = &Person> {
        self.all.iter().map(|met| &met.person)
    }
    /// Whether there is somebody of whom that condition does not hold.
    pub(super) fn without(&self, place: usize) -> bool {
        self.all.iter().any(|met| !has(&met.holds, place))
    }
    /// Somebody of whom both hold.
    pub(super) fn with_both(&self, one: usize, other: usize) -> Option<&Person> {
        let found = self.all.iter().find(|met| has(&met.holds, one) && has(&met.holds, other));
        found.map(|met| &met.person)
    }
    /// The conditions that hold of everybody of whom that one does; `None` if there is nobody.
    pub(super) fn implied_by(&self, place: usize) -> Option<Bits> {
        let mut holding = self.all.iter().filter(|met| has(&met.holds, place));
        let mut all = holding.next()?.holds.clone();
        for met in holding {
            all.iter_mut().zip(&met.holds).for_each(|(all, one)| *all &= one);
        }
        Some(all)
    }
    /// Whether the first holds of somebody of whom the second does not.
    pub(super) fn refutes(&self, one: usize, other: usize) -> bool {
        self.all.iter().any(|met| has(&met.holds, one) && !has(&met.holds, other))
    }
    /// Whether somebody tells the values of the two apart.
    pub(super) fn tells_apart(&self, one: usize, other: usize) -> bool {
        let value = |met: &Met, place| (has(&met.holds, place), has(&met.unknown, place));
        self.all.iter().any(|met| value(met, one) != value(met, other))
    }
}
