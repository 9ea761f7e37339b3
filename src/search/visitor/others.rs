//! Others in the same region: what is worked out of facts may be so of somebody with other values.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::rc::Rc;

use super::facts::TOGETHER;
use super::values::several;
use super::{Person, Said, unknown_channel};
use crate::attribute::{AttributeId, AttributeType};
use crate::cells::{Axis, CellSet, Measure, Region, UNKNOWN};
use crate::condition::{Node, Operand};
use crate::key;
use crate::need::{AccessNeed, NeedStrength};
use crate::search::space::Space;
use crate::time::{Duration, Moment};
use crate::value::Value;

/// What parts of conditions go by, through segments.
#[derive(Debug, Default)]
pub(in crate::search) struct AskedBy {
    read: BTreeSet<AttributeId>,
    /// Texts that may be met: what is written, and the names of what is read.
    texts: BTreeSet<Box<str>>,
    /// Texts beside those that are written.
    beside: BTreeSet<Box<str>>,
}

impl AskedBy {
    fn take_in(&mut self, other: &Self) {
        self.read.extend(&other.read);
        add(&mut self.texts, other.texts.iter().cloned());
        add(&mut self.beside, other.beside.iter().cloned());
    }
    /// Adds the texts with which something is compared.
    fn add_texts(&mut self, comparisons: Vec<(AttributeId, Operand)>) {
        let texts = comparisons.into_iter().filter_map(|(_, operand)| match operand {
            Operand::Text(text) => Some(text),
            _ => None,
        });
        add(&mut self.texts, texts);
    }
}

/// Adds texts as long as there is room.
fn add(all: &mut BTreeSet<Box<str>>, texts: impl Iterator<Item = Box<str>>) {
    for text in texts {
        if all.len() >= MOST_TEXTS {
            break;
        }
        all.insert(text);
    }
}

/// What others may say in the place of what somebody says.
struct Choice {
    replaced: Replaced,
    ways: Vec<Vec<Said>>,
    /// Ways that are tried by themselves only, after the others.
    rare: Vec<Vec<Said>>,
}

impl Space<'_> {
    /// Others who differ from somebody in what some parts of conditions read; not all of them lie within the region.
    pub(in crate::search) fn others_like(
        &self,
        person: &Person,
        parts: &[u32],
        region: &Region,
    ) -> Vec<Person> {
        const MOST: u64 = 500;
        let asked = self.asked_by(parts);
        let (moments, choices) = (self.moments(person, &asked), self.choices(person, &asked, region));
        let counts: Vec<u64> = std::iter::once(moments.len())
            .chain(choices.iter().map(|choice| choice.ways.len().max(1)))
            .map(|count| count as u64)
            .collect();
        let say = |person: &mut Person, choice: &Choice, said: &[Said]| {
            person.said.retain(|one| !choice.replaced.is(one));
            person.said.extend(said.iter().cloned());
            if let Replaced::Fact(id) = choice.replaced {
                self.grant(person, self.purposes_of(id));
            }
        };
        let with = |chosen: &dyn Fn(usize, u64) -> Option<u64>| {
            let mut ways =
                counts.iter().enumerate().map(|(place, count)| chosen(place, *count).map(|way| way as usize));
            let mut person = person.clone();
            let moment = ways.next().flatten().and_then(|way| moments.get(way));
            person.at = moment.copied().unwrap_or(person.at);
            for (choice, way) in choices.iter().zip(ways) {
                if let Some(said) = way.and_then(|way| choice.ways.get(way)) {
                    say(&mut person, choice, said);
                }
            }
            person
        };
        let mut all: Vec<Person> = match counts.iter().fold(1_u64, |ways, count| ways.saturating_mul(*count))
        {
            ..=1 => Vec::new(),
            ways @ ..=MOST => {
                let every = |n: u64| {
                    let rest = Cell::new(n);
                    with(&|_, count| Some(rest.replace(rest.get() / count) % count))
                };
                (0..ways).map(every).collect()
            }
            // Each choice by itself, then some of all that are spread over them.
            _ => {
                let one = counts
                    .iter()
                    .enumerate()
                    .flat_map(|(place, &count)| (0..count).map(move |way| (place, way)));
                let one = one.map(|(place, way)| with(&|at, _| (at == place).then_some(way)));
                let spread = |n: u64| with(&|place, count| Some(mixed(n, place as u64) % count));
                one.take(MOST as usize / 2).chain((0..MOST / 2).map(spread)).collect()
            }
        };
        // What is rare is asked only of who remains to be asked in any case.
        let rare = choices.iter().flat_map(|choice| choice.rare.iter().map(move |said| (choice, said)));
        let room = (MOST as usize + 12).saturating_sub(all.len());
        all.extend(rare.take(room).map(|(choice, said)| {
            let mut person = person.clone();
            say(&mut person, choice, said);
            person
        }));
        all
    }

    /// What some parts go by.
    fn asked_by(&self, parts: &[u32]) -> AskedBy {
        parts.iter().fold(AskedBy::default(), |mut all, &part| {
            all.take_in(&self.asked_by_part(part));
            all
        })
    }

    /// What one part goes by, from memory where it was asked before.
    fn asked_by_part(&self, part: u32) -> Rc<AskedBy> {
        if let Some(known) = self.parts_known.borrow().get(&part) {
            return Rc::clone(known);
        }
        let mut all = AskedBy::default();
        if let Some(part) = self.grid.parts.get(part as usize) {
            // Its own come first.
            all.add_texts(part.condition.comparisons_at(&part.path));
            all.add_texts(part.condition.comparisons());
            if let Some(node) = part.condition.part(&part.path) {
                self.take_in_node(node, &mut all, self.asked_by_segments());
            }
            all.beside = all.texts.iter().take(MOST_BESIDE).flat_map(|text| beside(text)).collect();
            for &id in &all.read {
                let kind = &self.checked.attributes.get(id).kind;
                if let AttributeType::Enum(names) | AttributeType::Set(names) = kind {
                    add(&mut all.texts, names.iter().cloned());
                }
            }
        }
        let all = Rc::new(all);
        self.parts_known.borrow_mut().insert(part, Rc::clone(&all));
        all
    }

    /// Whether a part reads one of these, itself or through segments.
    pub(in crate::search) fn part_reads(&self, part: u32, one_of: &[AttributeId]) -> bool {
        let part = self.grid.parts.get(part as usize);
        let Some(node) = part.and_then(|part| part.condition.part(&part.path)) else { return false };
        let reads = self.checked.reads_of(node);
        let segments = self.asked_by_segments();
        let by_segment = |id: &AttributeId| {
            let named = reads.segments.iter().filter_map(|segment| segments.get(segment.0 as usize));
            named.into_iter().any(|segment| segment.read.contains(id))
        };
        one_of.iter().any(|id| reads.attributes.contains(id) || by_segment(id))
    }

    /// Adds what a node goes by through the segments that it names, and what it reads.
    fn take_in_node(&self, node: &Node, all: &mut AskedBy, segments: &[AskedBy]) {
        let reads = self.checked.reads_of(node);
        all.read.extend(reads.attributes);
        let segments = reads.segments.iter().filter_map(|id| segments.get(id.0 as usize));
        segments.for_each(|segment| all.take_in(segment));
    }

    /// What each segment goes by, itself and through others.
    fn asked_by_segments(&self) -> &[AskedBy] {
        self.segments_known.get_or_init(|| {
            let mut all: Vec<AskedBy> = self.checked.segments.iter().map(|_| AskedBy::default()).collect();
            // What uses a segment comes behind it.
            for id in &self.checked.segment_order {
                let Some(segment) = self.checked.segments.get(id.0 as usize) else { continue };
                let mut one = AskedBy::default();
                one.add_texts(segment.when.comparisons());
                self.take_in_node(segment.when.tree(), &mut one, &all);
                if let Some(slot) = all.get_mut(id.0 as usize) {
                    *slot = one;
                }
            }
            all
        })
    }

    /// Lets somebody consent to purposes, so that what asks for them is seen (D1).
    pub(in crate::search) fn grant(&self, person: &mut Person, purposes: u64) {
        for (place, purpose) in self.checked.purposes.iter().enumerate() {
            let granted = Said::Consent(purpose.clone());
            if purposes >> place & 1 == 1 && !person.said.contains(&granted) {
                person.said.push(granted);
            }
        }
    }

    fn reads_one_of(&self, asked: &AskedBy, names: &[&str]) -> bool {
        let id = |name: &&str| self.checked.attributes.find(name);
        names.iter().filter_map(id).any(|id| asked.read.contains(&id))
    }

    /// Other times of the visit, where parts go by it: each hour of the day around, each day of the week.
    fn moments(&self, person: &Person, asked: &AskedBy) -> Vec<Moment> {
        let mut all = vec![person.at];
        if self.reads_one_of(asked, &["visit.at", "visit.hour", "visit.weekday"]) {
            let hours = (1..=12).flat_map(|hour| [hour, -hour]).map(|hour| hour * HOUR);
            let days = (1..=6).map(|day| day * 24 * HOUR);
            let by = |seconds: i64| person.at.checked_add(Duration::from_seconds(seconds));
            all.extend(hours.chain(days).filter_map(by));
        }
        all
    }

    /// What each choice takes the place of, and what may stand there.
    fn choices(&self, person: &Person, asked: &AskedBy, region: &Region) -> Vec<Choice> {
        let mut choices = Vec::new();
        let mut add_all = |replaced, ways: Vec<_>, rare: Vec<_>| {
            if !ways.is_empty() || !rare.is_empty() {
                choices.push(Choice { replaced, ways, rare });
            }
        };
        let mut add = |replaced, ways: Vec<_>| add_all(replaced, ways, Vec::new());
        if let Some(offset) = self.checked.attributes.find("visit.offset")
            && self.reads_one_of(asked, &["visit.hour", "visit.weekday"])
        {
            // The same moment by other clocks.
            let by = |hours: i64| vec![Said::Fact(offset, Value::Int(hours * 60), true)];
            add(Replaced::Fact(offset), (-12..=14).map(by).collect());
        }
        if self.reads_one_of(asked, &["profile.needs", "profile.required_needs"]) {
            add(Replaced::Needs, needs(person));
        }
        if self.reads_one_of(asked, &["profile.consents"]) {
            let all = self.checked.purposes.iter().map(|purpose| Said::Consent(purpose.clone()));
            add(Replaced::Consents, vec![Replaced::Consents.of(person), all.collect()]);
        }
        for &id in &asked.read {
            let attribute = self.checked.attributes.get(id);
            if TOGETHER.contains(&&*attribute.name) {
                continue;
            }
            let (mut values, mut rare) = (self.several_of(id, region), Vec::new());
            match &attribute.kind {
                AttributeType::Text => {
                    let axis = self.value_axis(id, region);
                    let fits = |text: &str| {
                        axis.is_none_or(|(axis, set)| {
                            set.contains(axis.cut.cell(key::of_text(text), || Some(text)))
                        })
                    };
                    let fitting = |texts: &BTreeSet<Box<str>>| {
                        let fitting = texts.iter().filter(|text| fits(text));
                        fitting.map(|text| Value::Text((&**text).into())).collect::<Vec<_>>()
                    };
                    values.extend(fitting(&asked.texts));
                    rare = fitting(&asked.beside);
                }
                AttributeType::Timestamp => {
                    let days = [-400, -40, -10, -2, -1, 0, 1, 30].map(Duration::from_days);
                    values
                        .extend(days.iter().filter_map(|&by| {
                            Some(Value::Timestamp(person.at.checked_add(by)?.timestamp()))
                        }));
                }
                _ => {}
            }
            // Who said so themselves, where they may have.
            let declared = self.axes.get(&id).and_then(|axes| region.get(axes.declared?));
            let declared = declared.is_none_or(|set| set.contains(UNKNOWN + 2));
            let said = |value| vec![Said::Fact(id, value, declared)];
            let all = |values: Vec<Value>| values.into_iter().map(said).collect();
            add_all(Replaced::Fact(id), all(values), all(rare));
        }
        // Who comes by no channel may come by one that the policy does not know.
        if region.get(self.inputs.in_use.axis).is_none_or(|set| set.contains(UNKNOWN)) {
            let elsewhere = unknown_channel([self.checked]).map(Said::Elsewhere);
            add_all(Replaced::Elsewhere, vec![Vec::new(), elsewhere.into_iter().collect()], Vec::new());
        }
        choices
    }
}

const HOUR: i64 = 3_600;

/// How many texts are kept of each segment or part, and tried.
const MOST_TEXTS: usize = 64;

/// Beside so many of the texts that a part writes others are tried.
const MOST_BESIDE: usize = 4;

/// Texts beside one that is written: those that begin or end with it, and one before it.
fn beside(text: &str) -> [Box<str>; 3] {
    let mut shorter = text.to_owned();
    shorter.pop();
    [format!("{text}a"), format!("a{text}"), shorter].map(Into::into)
}

/// A number that hangs on two others as if by chance.
const fn mixed(n: u64, place: u64) -> u64 {
    let all = (n + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (place + 1).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (all ^ all >> 31).wrapping_mul(0x94d0_49bb_1331_11eb) >> 33
}

/// What is said that others say otherwise.
#[derive(Clone, Copy)]
enum Replaced {
    Fact(AttributeId),
    Needs,
    Consents,
    Elsewhere,
}

impl Replaced {
    fn is(self, said: &Said) -> bool {
        match (self, said) {
            (Self::Fact(id), Said::Fact(one, ..)) => *one == id,
            (Self::Needs, Said::Need(..))
            | (Self::Consents, Said::Consent(_))
            | (Self::Elsewhere, Said::Elsewhere(_)) => true,
            _ => false,
        }
    }
    /// What a person says of it.
    fn of(self, person: &Person) -> Vec<Said> {
        person.said.iter().filter(|said| self.is(said)).cloned().collect()
    }
}

/// The needs that a person has, and more: each one, and several.
fn needs(person: &Person) -> Vec<Vec<Said>> {
    let own = Replaced::Needs.of(person);
    let has = |need: AccessNeed| own.iter().any(|said| matches!(said, Said::Need(one, _) if *one == need));
    let others: Vec<AccessNeed> = AccessNeed::ALL.iter().copied().filter(|&need| !has(need)).collect();
    let required = own.iter().map(|said| match said {
        Said::Need(need, _) => Said::Need(*need, NeedStrength::Required),
        other => other.clone(),
    });
    let mut all = vec![own.clone(), required.collect()];
    for strength in [NeedStrength::Preferred, NeedStrength::Required] {
        let mut with = |more: &[AccessNeed]| {
            let more = more.iter().map(|&need| Said::Need(need, strength));
            all.push(own.iter().cloned().chain(more).collect());
        };
        others.iter().for_each(|&need| with(&[need]));
        (2..others.len()).for_each(|count| with(others.get(..count).unwrap_or_default()));
    }
    all
}

impl Space<'_> {
    fn value_axis<'s>(&'s self, id: AttributeId, region: &'s Region) -> Option<(&'s Axis, &'s CellSet)> {
        let axis = self.axes.get(&id).and_then(|axes| axes.value)?;
        Some((self.axis(axis)?, region.get(axis)?))
    }
    /// Several values of an attribute that lie in its cells.
    pub(in crate::search) fn several_of(&self, id: AttributeId, region: &Region) -> Vec<Value> {
        let range = Measure::Value(id).range(&self.checked.attributes);
        several(&self.checked.attributes.get(id).kind, self.value_axis(id, region), &range)
    }
}
