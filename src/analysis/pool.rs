//! The visitors met so far, each with which conditions hold of them and which are unknown: most questions about pairs are
//! answered by somebody who is already there.

use super::bits::set;
use crate::search::Person;
use crate::truth::Truth;

/// Of whom a condition holds and of whom it is unknown, one bit for each person.
#[derive(Clone, Default)]
struct Of {
    holds: Vec<u64>,
    unknown: Vec<u64>,
}

/// Whoever was met.
pub(super) struct Pool {
    people: Vec<Person>,
    most: usize,
    /// By condition.
    conditions: Vec<Of>,
}

/// Bytes that the pool may have, about.
const ROOM: usize = 96 << 20;

impl Pool {
    pub(super) fn new(conditions: usize) -> Self {
        let each = conditions / 2 + 2_048;
        Self { people: Vec::new(), most: ROOM / each, conditions: vec![Of::default(); conditions] }
    }
    pub(super) fn is_full(&self) -> bool {
        self.people.len() >= self.most
    }
    /// Adds somebody with what all conditions say of them.
    pub(super) fn add(&mut self, person: Person, truths: &[Truth]) {
        let number = self.people.len();
        self.people.push(person);
        let words = self.people.len().div_ceil(64);
        for (of, truth) in self.conditions.iter_mut().zip(truths) {
            of.holds.resize(words, 0);
            of.unknown.resize(words, 0);
            match truth {
                Truth::True => set(&mut of.holds, number),
                Truth::Unknown => set(&mut of.unknown, number),
                Truth::False => {}
            }
        }
    }
    pub(super) fn person(&self, number: usize) -> Option<&Person> {
        self.people.get(number)
    }
    /// How many words one look at a condition may read.
    pub(super) fn words(&self) -> usize {
        self.people.len().div_ceil(64)
    }
    fn holds(&self, place: usize) -> &[u64] {
        self.conditions.get(place).map(|of| &*of.holds).unwrap_or_default()
    }
    /// Of how many a condition holds.
    pub(super) fn count(&self, place: usize) -> u32 {
        self.holds(place).iter().map(|word| word.count_ones()).sum()
    }
    /// Whether there is somebody of whom that condition does not hold.
    pub(super) fn without(&self, place: usize) -> bool {
        (self.count(place) as usize) < self.people.len()
    }
    /// Somebody of whom both hold.
    pub(super) fn with_both(&self, one: usize, other: usize) -> Option<&Person> {
        let both = self.holds(one).iter().zip(self.holds(other)).map(|(one, other)| one & other);
        let (number, word) = both.enumerate().find(|(_, word)| *word != 0)?;
        self.people.get(number * 64 + word.trailing_zeros() as usize)
    }
    /// Whether the first holds of somebody of whom the second does not.
    pub(super) fn refutes(&self, one: usize, other: usize) -> bool {
        self.holds(one).iter().zip(self.holds(other)).any(|(one, other)| one & !other != 0)
    }
    /// Whether both hold of the same people.
    pub(super) fn hold_alike(&self, one: usize, other: usize) -> bool {
        self.holds(one) == self.holds(other)
    }
    /// Whether somebody tells the values of the two apart.
    pub(super) fn tells_apart(&self, one: usize, other: usize) -> bool {
        let unknown = |place: usize| self.conditions.get(place).map(|of| &*of.unknown);
        !self.hold_alike(one, other) || unknown(one) != unknown(other)
    }
}
