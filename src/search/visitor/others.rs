//! Others in the same region: what is worked out of facts may be so of somebody with other values.

use std::cell::Cell;
use std::collections::BTreeSet;

use super::facts::TOGETHER;
use super::values::several;
use super::{Person, Said};
use crate::attribute::{AttributeId, AttributeType};
use crate::cells::{Axis, CellSet, Measure, Region};
use crate::condition::{Condition, Operand, SegmentId, Used};
use crate::key;
use crate::need::{AccessNeed, NeedStrength};
use crate::search::space::Space;
use crate::time::Duration;
use crate::value::Value;

impl Space<'_> {
    /// Others who differ from somebody in what some parts of conditions read, within the region.
    pub(in crate::search) fn others_like(
        &self,
        person: &Person,
        parts: &[u32],
        region: &Region,
    ) -> Vec<Person> {
        const MOST: u64 = 400;
        let mut read = BTreeSet::new();
        let mut written: Vec<(AttributeId, Operand)> = Vec::new();
        for part in parts.iter().filter_map(|&part| self.grid.parts.get(part as usize)) {
            read.extend(self.checked.reads(&part.condition));
            let mut used: Vec<SegmentId> = segments_of(&part.condition).collect();
            let mut seen = BTreeSet::new();
            while let Some(id) = used.pop() {
                if seen.insert(id)
                    && let Some(segment) = self.checked.segments.get(id.0 as usize)
                {
                    read.extend(self.checked.reads(&segment.when));
                    written.extend(segment.when.comparisons());
                    used.extend(segments_of(&segment.when));
                }
            }
            written.extend(part.condition.comparisons());
        }
        // What each choice takes the place of, and what may stand there.
        let mut choices: Vec<(Replaced, Vec<Vec<Said>>)> = Vec::new();
        let find = |name: &str| self.checked.attributes.find(name);
        if let Some(offset) = find("visit.offset")
            && ["visit.hour", "visit.weekday"]
                .iter()
                .any(|name| find(name).is_some_and(|id| read.contains(&id)))
        {
            // The same moment by other clocks.
            let by = |hours: i64| vec![Said::Fact(offset, Value::Int(hours * 60), true)];
            choices.push((Replaced::Fact(offset), (-11..=12).map(by).collect()));
        }
        let is_read = |name: &str| find(name).is_some_and(|id| read.contains(&id));
        if is_read("profile.needs") || is_read("profile.required_needs") {
            choices.push((Replaced::Needs, needs(person)));
        }
        if is_read("profile.consents") {
            let all = self.checked.purposes.iter().map(|purpose| Said::Consent(purpose.clone()));
            choices.push((Replaced::Consents, vec![Replaced::Consents.of(person), all.collect()]));
        }
        for id in read {
            let attribute = self.checked.attributes.get(id);
            if TOGETHER.contains(&&*attribute.name) {
                continue;
            }
            let axis = self.value_axis(id, region);
            let mut values = self.several_of(id, region);
            match &attribute.kind {
                AttributeType::Text => {
                    let fits = |text: &str| {
                        axis.is_none_or(|(axis, set)| {
                            set.contains(axis.cut.cell(key::of_text(text), || Some(text)))
                        })
                    };
                    let texts = written.iter().filter_map(|(of, operand)| match operand {
                        Operand::Text(text) if *of == id && fits(text) => Some(text),
                        _ => None,
                    });
                    values.extend(texts.map(|text| Value::Text(text.to_string().into())));
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
            if !values.is_empty() {
                let said = values.into_iter().map(|value| vec![Said::Fact(id, value, true)]).collect();
                choices.push((Replaced::Fact(id), said));
            }
        }
        let ways = choices.iter().fold(1_u64, |ways, (_, values)| ways.saturating_mul(values.len() as u64));
        let with = |chosen: &dyn Fn(usize, u64) -> Option<u64>| {
            let mut person = person.clone();
            for (place, (replaced, all)) in choices.iter().enumerate() {
                if let Some(said) = chosen(place, all.len() as u64).and_then(|way| all.get(way as usize)) {
                    person.said.retain(|one| !replaced.is(one));
                    person.said.extend(said.iter().cloned());
                }
            }
            person
        };
        match choices.as_slice() {
            [] => Vec::new(),
            _ if ways <= MOST => {
                let every = |n: u64| {
                    let rest = Cell::new(n);
                    with(&|_, count| Some(rest.replace(rest.get() / count) % count))
                };
                (0..ways).map(every).collect()
            }
            // Each choice by itself, then some of all that are spread over them.
            _ => {
                let counts = choices.iter().map(|(_, all)| all.len() as u64).enumerate();
                let one = counts.flat_map(|(place, count)| (0..count).map(move |way| (place, way)));
                let one = one.map(|(place, way)| with(&|at, _| (at == place).then_some(way)));
                let spread = |n: u64| with(&|place, count| Some(mixed(n, place as u64) % count));
                one.chain((0..MOST).map(spread)).take(MOST as usize).collect()
            }
        }
    }
}

/// A number that hangs on two others as if by chance.
const fn mixed(n: u64, place: u64) -> u64 {
    let all = (n + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (place + 1).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (all ^ all >> 31).wrapping_mul(0x94d0_49bb_1331_11eb) >> 33
}

/// The segments that a condition uses itself.
fn segments_of(condition: &Condition) -> impl Iterator<Item = SegmentId> {
    condition.uses().iter().filter_map(|used| match used.what {
        Used::Segment(id) => Some(id),
        _ => None,
    })
}

/// What is said that others say otherwise.
#[derive(Clone, Copy)]
enum Replaced {
    Fact(AttributeId),
    Needs,
    Consents,
}

impl Replaced {
    fn is(self, said: &Said) -> bool {
        match (self, said) {
            (Self::Fact(id), Said::Fact(one, ..)) => *one == id,
            (Self::Needs, Said::Need(..)) | (Self::Consents, Said::Consent(_)) => true,
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
