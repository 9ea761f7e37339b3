//! The facts of the host's own attributes, by name. A selector finds one by the hash of its name, which it knows
//! beforehand: no text is hashed, and one is compared, on the path of a decision.

use super::{Fact, is_better};
use crate::hash::murmur3;
use crate::value::Value;

/// Facts by name.
#[derive(Clone, PartialEq, Default)]
pub(crate) struct OwnFacts {
    /// INVARIANT: as long as `facts`, the hash of the name in the same place; upheld by `keep`, the only way in.
    hashes: Vec<u32>,
    /// By name.
    facts: Vec<(Box<str>, Fact<Value>)>,
}

/// A name with its hash.
#[derive(Debug, Clone)]
pub(crate) struct OwnName {
    hash: u32,
    name: Box<str>,
}

impl OwnName {
    pub(crate) fn new(name: &str) -> Self {
        Self { hash: murmur3(&[name]), name: name.into() }
    }
}

impl OwnFacts {
    /// The fact of that name.
    pub(crate) fn find(&self, name: &OwnName) -> Option<&Fact<Value>> {
        let named =
            self.hashes.iter().zip(&self.facts).find(|(hash, (n, _))| **hash == name.hash && *n == name.name);
        named.map(|(_, (_, fact))| fact)
    }
    pub(crate) fn get(&self, name: &str) -> Option<&Fact<Value>> {
        self.facts.get(self.place(name).ok()?).map(|(_, fact)| fact)
    }
    fn place(&self, name: &str) -> Result<usize, usize> {
        self.facts.binary_search_by(|(kept, _)| (**kept).cmp(name))
    }
    /// Keeps the better of `fact` and the one kept (see [`Fact`]).
    pub(crate) fn keep(&mut self, name: &str, fact: Fact<Value>) {
        match self.place(name) {
            Ok(place) => {
                if let Some((_, kept)) = self.facts.get_mut(place).filter(|(_, kept)| is_better(&fact, kept))
                {
                    *kept = fact;
                }
            }
            Err(place) => {
                self.hashes.insert(place, murmur3(&[name]));
                self.facts.insert(place, (name.into(), fact));
            }
        }
    }
    /// The facts, by name.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Fact<Value>)> {
        self.facts.iter().map(|(name, fact)| (&**name, fact))
    }
    pub(crate) const fn len(&self) -> usize {
        self.facts.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fact_is_found_by_name_and_by_hash_whatever_the_order_of_keeping() {
        let mut facts = OwnFacts::default();
        for (name, value) in [("plan", 1), ("age_of_line", 2), ("zone", 3), ("plan", 0)] {
            facts.keep(name, Fact::declared(value.into()));
        }
        let names: Vec<&str> = facts.iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["age_of_line", "plan", "zone"]);
        for (name, value) in [("plan", Some(1)), ("age_of_line", Some(2)), ("zone", Some(3)), ("zon", None)] {
            let expected = value.map(Value::Int);
            assert_eq!(facts.get(name).map(|fact| &fact.value), expected.as_ref());
            assert_eq!(facts.find(&OwnName::new(name)).map(|fact| &fact.value), expected.as_ref());
        }
    }
}
