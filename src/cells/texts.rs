//! What parts of conditions ask of the texts of one attribute: whether a text begins with something, ends with it or has it
//! anywhere. One pass over the text answers many of these questions at once.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, AhoCorasickKind, Input};

use super::{AxisId, Cell, Form, Grid, Measure, UNKNOWN, WhyDerived};
use crate::attribute::AttributeId;
use crate::condition::{Node, Operand, TextTest};

/// Fewer questions about a text are answered as they are written.
const FEWEST: usize = 4;
/// So much is looked for at once: who asks for one thing pays for no more.
const GROUP: usize = 64;
/// Whatever is longer, in bytes, is looked for by itself; and in texts that are longer, everything is. So nothing that policies and
/// visitors say makes a pass long, or what it goes by large.
const LONGEST: usize = 64;
const LONGEST_TEXT: usize = 2_048;

/// Some of the questions about the texts of one attribute.
#[derive(Debug, Clone)]
pub(crate) struct Texts {
    pub(crate) attribute: AttributeId,
    /// Finds what is looked for, each wherever it is.
    finder: AhoCorasick,
    /// In the order in which it knows them.
    words: Box<[Word]>,
    /// Where only the beginnings of texts matter: as many bytes as the longest that is looked for has.
    begins: Option<usize>,
}

/// Something that is looked for: the axes of whether a text begins with it, ends with it, and has it anywhere.
#[derive(Debug, Clone, Copy, Default)]
struct Word {
    begins: Option<AxisId>,
    ends: Option<AxisId>,
    contains: Option<AxisId>,
}

impl Word {
    fn all(self) -> impl Iterator<Item = AxisId> {
        [self.begins, self.ends, self.contains].into_iter().flatten()
    }
}

impl Grid {
    /// Has the questions about a text answered together, where there are some.
    pub(super) fn ask_texts_at_once(&mut self) {
        let mut by_attribute: BTreeMap<AttributeId, BTreeMap<&str, Word>> = BTreeMap::new();
        for (axis, number) in self.axes.iter().zip(0..) {
            if let Measure::Part(part) = axis.measure
                && let Some(part) = self.parts.get(part as usize)
                && part.why == Some(WhyDerived::Calculated)
                && let Some(Node::Test { test, sides }) = part.condition.part(&part.path)
                && let [Node::Attribute(attribute), Node::Constant(Operand::Text(text))] = &**sides
                && (1..=LONGEST).contains(&text.len())
            {
                let word = by_attribute.entry(*attribute).or_default().entry(text).or_default();
                let slot = match test {
                    TextTest::StartsWith => &mut word.begins,
                    TextTest::EndsWith => &mut word.ends,
                    TextTest::Contains => &mut word.contains,
                };
                *slot = Some(AxisId(number));
            }
        }
        let texts = by_attribute.into_iter().flat_map(|(attribute, words)| {
            let words: Vec<(&str, Word)> = words.into_iter().collect();
            words.chunks(GROUP).filter_map(|words| Texts::of(attribute, words)).collect::<Vec<_>>()
        });
        let texts: Vec<Texts> = texts.collect();
        for (texts, number) in texts.iter().zip(0..) {
            for axis in texts.axes() {
                if let Some(part) = self.part_mut(axis) {
                    part.form = Form::Text(number);
                }
            }
        }
        self.texts = texts;
    }
}

impl Texts {
    /// Nothing where there are few questions.
    fn of(attribute: AttributeId, words: &[(&str, Word)]) -> Option<Self> {
        if words.iter().flat_map(|(_, word)| word.all()).count() < FEWEST {
            return None;
        }
        let only_begins = words.iter().all(|(_, word)| word.ends.is_none() && word.contains.is_none());
        let begins = words.iter().map(|(text, _)| text.len()).max().filter(|_| only_begins);
        // Of all kinds the one that is small whatever is looked for.
        let kind = Some(AhoCorasickKind::ContiguousNFA);
        let finder = AhoCorasick::builder().kind(kind).build(words.iter().map(|(text, _)| text)).ok()?;
        Some(Self { attribute, finder, words: words.iter().map(|(_, word)| *word).collect(), begins })
    }

    fn axes(&self) -> impl Iterator<Item = AxisId> {
        self.words.iter().flat_map(|word| word.all())
    }

    /// Bytes of what is looked for.
    pub(super) fn bytes(&self) -> usize {
        self.finder.memory_usage() + size_of_val(&*self.words)
    }

    /// Answers all questions about `text`; nothing is known of one that is not known, and one that is too long is not looked at.
    pub(crate) fn find(&self, text: Option<&str>, cells: &mut [Cell]) {
        const NO: Cell = UNKNOWN + 1;
        const YES: Cell = UNKNOWN + 2;
        let mut put = |axis: AxisId, cell: Cell| {
            if let Some(slot) = cells.get_mut(axis.0 as usize) {
                *slot = cell;
            }
        };
        let Some(text) = text else { return self.axes().for_each(|axis| put(axis, UNKNOWN)) };
        let end = match self.begins {
            Some(longest) => text.len().min(longest),
            None if text.len() > LONGEST_TEXT => return,
            None => text.len(),
        };
        // INVARIANT: the finder was made to find all, which is the only kind of search that is not refused here.
        let Ok(found) = self.finder.try_find_overlapping_iter(Input::new(text).range(..end)) else { return };
        self.axes().for_each(|axis| put(axis, NO));
        for one in found {
            let Some(word) = self.words.get(one.pattern().as_usize()) else { return };
            let begins = word.begins.filter(|_| one.start() == 0);
            let ends = word.ends.filter(|_| one.end() == text.len());
            begins.into_iter().chain(ends).chain(word.contains).for_each(|axis| put(axis, YES));
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
            Word { begins: axis(0), ends: axis(1), contains: axis(2) }
        };
        for kinds in [1, 3] {
            let asked: Vec<_> = words.iter().enumerate().map(|(n, word)| (*word, axes(n, kinds))).collect();
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
            // One that is too long is looked at only where its beginning is all that matters.
            cells.fill(Cell::MAX);
            texts.find(Some(&"ab".repeat(LONGEST_TEXT)), &mut cells);
            assert_eq!(cells[0], if kinds == 1 { UNKNOWN + 2 } else { Cell::MAX });
            texts.find(None, &mut cells);
            assert!(texts.axes().all(|axis| cells[axis.0 as usize] == UNKNOWN));
        }
    }
}
