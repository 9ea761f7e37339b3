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
    /// At least half of the slots are empty.
    slots: Arc<[Slot]>,
    /// What a key is multiplied with, so that each is found at once if there is such a factor.
    factor: u64,
    /// Whether some are not where they are looked for first.
    crowded: bool,
    /// The cell of what is not here: an enum has no other value than its names.
    missing: Cell,
}

/// Where a text may stand.
#[derive(Debug, Clone, Copy)]
struct Slot {
    key: Key,
    cell: Cell,
    /// Its place among the texts.
    text: u32,
}

impl Slot {
    /// No text has this key.
    const EMPTY: Self = Self { key: Key::MAX, cell: UNKNOWN, text: u32::MAX };
}

/// High bits of the product depend on all bits of the key: Fibonacci hashing, then whatever parts better.
const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
/// So many factors are tried, for so many names at most.
const FACTORS: u64 = 64;
const MOST_PARTED: usize = 64;

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
        let entries: Vec<Slot> = texts
            .iter()
            .zip(0..)
            .map(|(text, place)| {
                let cell = if place < count { FIRST + 1 + place } else { FIRST };
                Slot { key: key::of_text(text), cell, text: place }
            })
            .collect();
        let (slots, factor, crowded) = slots_of(&entries);
        let missing = if domain.is_some() { UNKNOWN } else { FIRST };
        Self { texts: texts.into(), asked: count, slots: slots.into(), factor, crowded, missing }
    }
    #[inline(always)]
    pub(crate) fn cell<'a>(&self, key: Key, text: impl Fn() -> Option<&'a str>) -> Cell {
        let slot = slot_of(key, self.factor, self.slots.len());
        let Some(&Slot { key: kept, cell, .. }) = self.slots.get(slot) else { return self.missing };
        // Another text may have the key of a long one; and what is not here may stand behind it.
        let is_it = kept == key;
        let may_be_behind = self.crowded && !is_it && kept != Slot::EMPTY.key;
        if is_it && !key::is_whole(key) || may_be_behind {
            return self.closely(slot, key, text().unwrap_or_default());
        }
        if is_it { cell } else { self.missing }
    }
    /// The cell of a text whose key stands in `slot` or behind it.
    fn closely(&self, mut slot: usize, key: Key, text: &str) -> Cell {
        while let Some(kept) = self.slots.get(slot).filter(|kept| kept.key != Slot::EMPTY.key) {
            let is_this = || self.texts.get(kept.text as usize).is_some_and(|kept| **kept == *text);
            if kept.key == key && (key::is_whole(key) || is_this()) {
                return kept.cell;
            }
            slot = next_of(slot, self.slots.len());
        }
        self.missing
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

/// Where entries stand, with which factor, and whether some are not where they are looked for first.
fn slots_of(entries: &[Slot]) -> (Vec<Slot>, u64, bool) {
    let least = (entries.len() * 2 + 1).next_power_of_two();
    let with = |size: usize, factor: u64| {
        let mut slots = vec![Slot::EMPTY; size];
        let mut crowded = false;
        for entry in entries {
            let mut slot = slot_of(entry.key, factor, size);
            while slots.get(slot).is_some_and(|slot| slot.key != Slot::EMPTY.key) {
                slot = next_of(slot, size);
                crowded = true;
            }
            if let Some(slot) = slots.get_mut(slot) {
                *slot = *entry;
            }
        }
        (slots, factor, crowded)
    };
    let factors = if entries.len() <= MOST_PARTED { FACTORS } else { 0 };
    let tried = (0..3)
        .flat_map(|larger| (0..factors).map(move |n| (least << larger, FACTOR.wrapping_mul(2 * n + 1))));
    let parted = tried.map(|(size, factor)| with(size, factor)).find(|(.., crowded)| !crowded);
    parted.unwrap_or_else(|| with(least, FACTOR))
}

/// Where a key is looked for first, of a power of two of slots.
#[inline(always)]
const fn slot_of(key: Key, factor: u64, slots: usize) -> usize {
    ((key as u64).wrapping_mul(factor) >> 32) as usize & (slots - 1)
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
        let long = "a rather long name of a region";
        assert_eq!(names.cell(key::of_text(long), || Some("something else")), FIRST);
    }

    #[test]
    fn many_names_are_found_wherever_they_stand() {
        for count in [1_usize, 7, MOST_PARTED, 10 * MOST_PARTED, 5_000] {
            let texts: Vec<Box<str>> =
                (0..count).map(|n| format!("{}-{n}", "x".repeat(n % 17)).into()).collect();
            let names = Names::new(texts.clone(), None);
            let cells: std::collections::BTreeSet<Cell> =
                texts.iter().map(|text| names.cell(key::of_text(text), || Some(text))).collect();
            assert_eq!((cells.len(), cells.first().copied()), (count, Some(FIRST + 1)));
            for other in ["", "x", "y-1", "xxxxxxxxxxxxxxxx-none"] {
                assert_eq!(names.cell(key::of_text(other), || Some(other)), FIRST, "{other:?} of {count}");
            }
        }
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
