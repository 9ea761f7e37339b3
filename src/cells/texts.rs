//! What parts of conditions ask of the texts of one attribute: whether a text begins with something, ends with it or has it
//! anywhere. One pass over the text answers all of it.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, Input};

use super::{AxisId, Cell, Form, Grid, Measure, UNKNOWN, WhyDerived};
use crate::attribute::AttributeId;
use crate::condition::{Node, Operand, TextTest};

/// Fewer questions about a text are answered as they are written.
const FEWEST: usize = 4;

/// The questions about the texts of one attribute.
#[derive(Debug, Clone)]
pub(crate) struct Texts {
    pub(crate) attribute: AttributeId,
    /// Finds what is looked for, each wherever it is.
    finder: AhoCorasick,
    /// By number of what is looked for.
    asked: Box<[Asked]>,
    /// How many bytes of a text matter: where only its beginning does, as many as the longest that is looked for has.
    reach: usize,
}

/// The axes of what is asked of one text that is looked for.
#[derive(Debug, Clone, Copy, Default)]
struct Asked {
    begins: Option<AxisId>,
    ends: Option<AxisId>,
    contains: Option<AxisId>,
}

impl Asked {
    fn all(self) -> impl Iterator<Item = AxisId> {
        [self.begins, self.ends, self.contains].into_iter().flatten()
    }
}

impl Grid {
    /// Has the questions about a text answered together, where there are some.
    pub(super) fn ask_texts_at_once(&mut self) {
        let mut by_attribute: BTreeMap<AttributeId, BTreeMap<&str, Asked>> = BTreeMap::new();
        for (axis, number) in self.axes.iter().zip(0..) {
            if let Measure::Part(part) = axis.measure
                && let Some(part) = self.parts.get(part as usize)
                && part.why == Some(WhyDerived::Calculated)
                && let Some(Node::Test { test, sides }) = part.condition.part(&part.path)
                && let [Node::Attribute(attribute), Node::Constant(Operand::Text(text))] = &**sides
                && !text.is_empty()
            {
                let asked = by_attribute.entry(*attribute).or_default().entry(text).or_default();
                let slot = match test {
                    TextTest::StartsWith => &mut asked.begins,
                    TextTest::EndsWith => &mut asked.ends,
                    TextTest::Contains => &mut asked.contains,
                };
                *slot = Some(AxisId(number));
            }
        }
        let many = |asked: &BTreeMap<&str, Asked>| asked.values().flat_map(|one| one.all()).count() >= FEWEST;
        let texts = by_attribute.into_iter().filter(|(_, asked)| many(asked));
        self.texts = texts.filter_map(|(attribute, asked)| Texts::of(attribute, &asked)).collect();
        for (texts, number) in self.texts.clone().iter().zip(0..) {
            for axis in texts.axes() {
                if let Some(part) = self.part_mut(axis) {
                    part.form = Form::Text(number);
                }
            }
        }
    }
}

impl Texts {
    /// Nothing where there is more than can be looked for at once.
    fn of(attribute: AttributeId, asked: &BTreeMap<&str, Asked>) -> Option<Self> {
        let only_begins = asked.values().all(|one| one.ends.is_none() && one.contains.is_none());
        let longest = asked.keys().map(|text| text.len()).max().unwrap_or(0);
        let reach = if only_begins { longest } else { usize::MAX };
        let finder = AhoCorasick::new(asked.keys()).ok()?;
        Some(Self { attribute, finder, asked: asked.values().copied().collect(), reach })
    }

    fn axes(&self) -> impl Iterator<Item = AxisId> {
        self.asked.iter().flat_map(|one| one.all())
    }

    /// Bytes of what is looked for.
    pub(super) fn bytes(&self) -> usize {
        self.finder.memory_usage() + size_of_val(&*self.asked)
    }

    /// Answers all questions about `text`; nothing is known of one that is not known.
    pub(crate) fn find(&self, text: Option<&str>, cells: &mut [Cell]) {
        const NO: Cell = UNKNOWN + 1;
        const YES: Cell = UNKNOWN + 2;
        let mut put = |axis: AxisId, cell: Cell| {
            if let Some(slot) = cells.get_mut(axis.0 as usize) {
                *slot = cell;
            }
        };
        let at_first = if text.is_some() { NO } else { UNKNOWN };
        self.axes().for_each(|axis| put(axis, at_first));
        let Some(text) = text else { return };
        let input = Input::new(text).range(..text.len().min(self.reach));
        // INVARIANT: the finder was made to find all, which is the only kind of search that is not refused here.
        let Ok(found) = self.finder.try_find_overlapping_iter(input) else { return };
        for one in found {
            let Some(asked) = self.asked.get(one.pattern().as_usize()) else { return };
            let begins = asked.begins.filter(|_| one.start() == 0);
            let ends = asked.ends.filter(|_| one.end() == text.len());
            begins.into_iter().chain(ends).chain(asked.contains).for_each(|axis| put(axis, YES));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_looked_for_is_found_wherever_it_is_and_where_only_beginnings_matter() {
        let words = ["a", "ab", "b", "ba", "bab", "é"];
        let axes = |n: usize, kinds: u32| {
            let axis = |kind: u32| (kind < kinds).then(|| AxisId(n as u32 * 3 + kind));
            Asked { begins: axis(0), ends: axis(1), contains: axis(2) }
        };
        for kinds in [1, 3] {
            let asked = words.iter().enumerate().map(|(n, word)| (*word, axes(n, kinds))).collect();
            let texts = Texts::of(AttributeId(0), &asked).expect("few texts");
            let mut cells = [Cell::MAX; 18];
            for text in ["", "a", "ab", "bab", "xbabab", "aé", "éa", "ababababababab"] {
                texts.find(Some(text), &mut cells);
                let all = |n: usize, word: &str| {
                    let is_so = [text.starts_with(word), text.ends_with(word), text.contains(word)];
                    let is_asked = (0..kinds).zip(is_so);
                    is_asked.for_each(|(kind, is_so)| {
                        let found = cells[n * 3 + kind as usize];
                        assert_eq!(found, UNKNOWN + 1 + Cell::from(is_so), "{word} in {text}, {kind}");
                    });
                };
                words.iter().enumerate().for_each(|(n, word)| all(n, word));
            }
            texts.find(None, &mut cells);
            assert!(texts.axes().all(|axis| cells[axis.0 as usize] == UNKNOWN));
        }
    }
}
