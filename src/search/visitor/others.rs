//! Others in the same region: what is worked out of facts may be so of somebody with other values.

use std::collections::BTreeSet;

use super::facts::TOGETHER;
use super::values::several;
use super::{Person, Said};
use crate::attribute::{AttributeId, AttributeType};
use crate::cells::{Axis, CellSet, Measure, Region};
use crate::condition::{Operand, Used};
use crate::key;
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
            read.extend(part.condition.uses().iter().filter_map(|used| match used.what {
                Used::Attribute(id) => Some(id),
                _ => None,
            }));
            written.extend(part.condition.comparisons());
        }
        let mut choices: Vec<(AttributeId, Vec<Value>)> = Vec::new();
        let find = |name: &str| self.checked.attributes.find(name);
        if let Some(offset) = find("visit.offset")
            && ["visit.hour", "visit.weekday"]
                .iter()
                .any(|name| find(name).is_some_and(|id| read.contains(&id)))
        {
            // The same moment by other clocks.
            choices.push((offset, (-12..=12).step_by(3).map(|hours| Value::Int(hours * 60)).collect()));
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
                choices.push((id, values));
            }
        }
        let ways = choices.iter().fold(1_u64, |ways, (_, values)| ways.saturating_mul(values.len() as u64));
        // Every way if there are few, else some that are spread over all.
        let stride = if ways <= MOST { 1 } else { (ways / MOST) | 1 };
        let one = |n: u64| {
            let mut person = person.clone();
            let mut rest = n.wrapping_mul(stride);
            for (id, values) in &choices {
                let count = values.len() as u64;
                let value = values.get((rest % count) as usize).cloned();
                rest = (rest / count) ^ (n.rotate_left(7) % count);
                person.said.retain(|said| !matches!(said, Said::Fact(known, ..) if known == id));
                person.said.extend(value.map(|value| Said::Fact(*id, value, true)));
            }
            person
        };
        if choices.is_empty() { Vec::new() } else { (0..ways.min(MOST)).map(one).collect() }
    }
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
