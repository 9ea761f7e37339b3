//! An axis of texts, of which only equality counts.

use std::sync::Arc;

use super::super::set::{Cell, CellSet, UNKNOWN};
use super::FIRST;
use crate::key::{self, Key};

/// Texts that are asked for by name, and all others.
#[derive(Debug, Clone)]
pub(crate) struct Names {
    /// Those that are asked for, sorted; then the others of an enum's names.
    texts: Arc<[Box<str>]>,
    asked: u32,
    /// A key and the place of its text and one, or 0 for an empty slot; at least half of the slots are empty.
    slots: Arc<[(Key, u32)]>,
    /// The cell of what is not here: an enum has no other value than its names.
    missing: Cell,
}

impl Names {
    /// How many cells there are, the unknown among them.
    pub(super) const fn cells(&self) -> Cell {
        self.asked + FIRST + 1
    }
    /// Bytes of its tables.
    pub(super) fn bytes(&self) -> usize {
        let texts = self.texts.iter().map(|text| size_of_val(text) + text.len());
        size_of_val(&*self.slots) + texts.sum::<usize>()
    }
    /// The names `asked`; of an enum, `domain` are all its names.
    pub(crate) fn new(mut asked: Vec<Box<str>>, domain: Option<&[Box<str>]>) -> Self {
        asked.sort_unstable();
        asked.dedup();
        let count = asked.len() as u32;
        let mut texts = asked;
        let others = domain.unwrap_or_default().iter();
        let others: Vec<Box<str>> =
            others.filter(|name| texts.binary_search(name).is_err()).cloned().collect();
        texts.extend(others);
        let mut slots = vec![(0, 0); (texts.len() * 2 + 1).next_power_of_two()];
        for (text, place) in texts.iter().zip(1..) {
            let key = key::of_text(text);
            let mut slot = slot_of(key, slots.len());
            while slots.get(slot).is_some_and(|slot| slot.1 > 0) {
                slot = next_of(slot, slots.len());
            }
            if let Some(slot) = slots.get_mut(slot) {
                *slot = (key, place);
            }
        }
        let missing = if domain.is_some() { UNKNOWN } else { FIRST };
        Self { texts: texts.into(), asked: count, slots: slots.into(), missing }
    }
    /// The cell of the text at `place` and one.
    #[inline(always)]
    const fn at(&self, place: u32) -> Cell {
        if place <= self.asked { FIRST + place } else { FIRST }
    }
    #[inline(always)]
    pub(crate) fn cell<'a>(&self, key: Key, text: impl Fn() -> Option<&'a str>) -> Cell {
        let mut slot = slot_of(key, self.slots.len());
        loop {
            match self.slots.get(slot) {
                Some(&(kept, place)) if place > 0 => {
                    if kept == key {
                        // From here on the text itself decides, if it is longer than its key: another may have the same.
                        let is_this = || {
                            let text = text().unwrap_or_default();
                            self.texts.get(place as usize - 1).is_some_and(|kept| **kept == *text)
                        };
                        if key::is_whole(key) || is_this() {
                            return self.at(place);
                        }
                    }
                    slot = next_of(slot, self.slots.len());
                }
                _ => return self.missing,
            }
        }
    }
    /// The cell of one text; none if no visitor can have it.
    pub(crate) fn one(&self, text: &str) -> CellSet {
        let cell = self.cell(key::of_text(text), || Some(text));
        if cell == UNKNOWN { CellSet::empty() } else { CellSet::range(cell, cell + 1) }
    }
    /// Whether there are other values than those that are asked for.
    pub(crate) fn has_others(&self) -> bool {
        self.missing == FIRST || self.texts.len() > self.asked as usize
    }
    /// Those that are asked for, in the order of their cells, which begin behind that of all others.
    pub(crate) fn asked(&self) -> &[Box<str>] {
        self.texts.get(..self.asked as usize).unwrap_or_default()
    }
}

/// Where a key is looked for first, of a power of two of slots.
#[inline(always)]
const fn slot_of(key: Key, slots: usize) -> usize {
    // Fibonacci hashing: the high bits of the product depend on all bits of the key.
    let mixed = (key as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 32) as usize & (slots - 1)
}

/// Where it is looked for next.
#[inline(always)]
const fn next_of(slot: usize, slots: usize) -> usize {
    (slot + 1) & (slots - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_whatever_their_length_and_others_are_others() {
        let texts = ["", "a", "contract", "contracts", "prepaid", "a rather long name of a region"];
        let names = Names::new(texts.iter().map(|&text| text.into()).collect(), None);
        let cell = |text: &'static str| names.cell(key::of_text(text), || Some(text));
        for text in texts {
            assert_eq!(names.one(text), CellSet::range(cell(text), cell(text) + 1));
            assert!(cell(text) > FIRST);
        }
        assert_eq!([cell("b"), cell("contrac"), cell("another long name")], [FIRST; 3]);
        // A key that is a name's own, of a text that is not.
        assert_eq!(names.cell(key::of_text("contract"), || Some("something else")), FIRST);
    }

    #[test]
    fn an_enum_has_no_other_values_than_its_names() {
        let domain: Vec<Box<str>> = ["prepaid", "contract", "business"].map(Into::into).into();
        let names = Names::new(vec!["prepaid".into()], Some(&domain));
        let cell = |text: &'static str| names.cell(key::of_text(text), || Some(text));
        assert_eq!(["prepaid", "contract", "business", "prepai", "barter_trade"].map(cell), [2, 1, 1, 0, 0]);
        assert_eq!(names.cells(), 3);
    }
}
