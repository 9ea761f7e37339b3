//! A few things by name. A selector finds one by the hash of its name, which it knows beforehand: on the path of a decision
//! no text is hashed, and one is compared.

use crate::hash::murmur3;
use crate::value::Text;

/// Things by name.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Named<T> {
    /// INVARIANT: as long as `things`, the hash of the name in the same place; upheld by `edit`, the only way in.
    hashes: Vec<u32>,
    /// By name.
    things: Vec<(Text, T)>,
}

impl<T> Default for Named<T> {
    fn default() -> Self {
        Self { hashes: Vec::new(), things: Vec::new() }
    }
}

/// A name with its hash.
#[derive(Debug, Clone)]
pub(crate) struct HashedName {
    hash: u32,
    name: Text,
    /// The place among the names that are looked for together.
    expected: usize,
}

impl HashedName {
    pub(crate) fn new(name: &str, expected: usize) -> Self {
        Self { hash: murmur3(&[name]), name: name.into(), expected }
    }
}

impl<T> Named<T> {
    /// What bears that name.
    pub(crate) fn find(&self, name: &HashedName) -> Option<&T> {
        // A profile that has what the policy asks for has it where the policy has it.
        let expected = self.hashes.get(name.expected) == Some(&name.hash);
        let place =
            if expected { name.expected } else { self.hashes.iter().position(|&hash| hash == name.hash)? };
        match self.things.get(place) {
            Some((kept, thing)) if *kept == name.name => Some(thing),
            // Two names with one hash: next to impossible, and no reason for a wrong answer.
            _ => self.get(&name.name),
        }
    }
    pub(crate) fn get(&self, name: &str) -> Option<&T> {
        self.things.get(self.place(name).ok()?).map(|(_, thing)| thing)
    }
    fn place(&self, name: &str) -> Result<usize, usize> {
        self.things.binary_search_by(|(kept, _)| (**kept).cmp(name))
    }
    /// Changes what bears `name`, or takes it away.
    pub(crate) fn edit(&mut self, name: &str, change: impl FnOnce(Option<T>) -> Option<T>) {
        let (place, old) = match self.place(name) {
            Ok(place) => {
                self.hashes.remove(place);
                (place, Some(self.things.remove(place).1))
            }
            Err(place) => (place, None),
        };
        if let Some(new) = change(old) {
            self.hashes.insert(place, murmur3(&[name]));
            self.things.insert(place, (name.into(), new));
        }
    }
    /// All of them, by name.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &T)> {
        self.things.iter().map(|(name, thing)| (&**name, thing))
    }
    /// Reads a little of everything: see [`crate::selector`] for why.
    pub(crate) fn touch(&self, read: impl Fn(&T) -> u8) -> u8 {
        let hashes = self.hashes.first().map_or(0, |hash| *hash as u8);
        self.things.iter().fold(hashes, |all, (_, thing)| all ^ read(thing))
    }
    pub(crate) const fn len(&self) -> usize {
        self.things.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thing_is_found_by_name_and_by_hash_whatever_the_order_of_keeping() {
        let mut things = Named::default();
        for (name, value) in [("plan", 1), ("age_of_line", 2), ("zone", 3), ("plan", 4), ("gone", 5)] {
            things.edit(name, |_| Some(value));
        }
        things.edit("gone", |_| None);
        assert_eq!(things.iter().map(|(name, _)| name).collect::<Vec<_>>(), ["age_of_line", "plan", "zone"]);
        for (name, value) in [("plan", Some(4)), ("age_of_line", Some(2)), ("zone", Some(3)), ("gone", None)]
        {
            assert_eq!(things.get(name).copied(), value);
            assert_eq!(things.find(&HashedName::new(name, 1)).copied(), value);
        }
        assert_eq!(things.len(), 3);
    }
}
