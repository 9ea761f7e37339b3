//! A visit as data, both ways. Only `at` must be there; what is empty is left out.

use serde::de::{Deserialize, Deserializer, MapAccess};
use serde::ser::{Serialize, SerializeMap as _, Serializer};

use super::{Prior, Unit, Visit, VisitFact};
use crate::experience::{AssistanceLevel, LayoutComplexity};
use crate::fact::kept::serialize_kept;
use crate::journey::LooseJourney;
use crate::profile::entry;
use crate::time::{Moment, Timestamp};
use crate::value::Text;
use crate::wire::{
    Fields, Loose, LooseFact, LooseTable, kept, missing, read_by_fields, read_fields, read_map, sorted,
};
use crate::words::unknown;

/// The fields beside the kept facts.
const FIELDS: [&str; 7] = ["at", "channel", "journey", "ids", "prior", "attributes", "unreadable"];

read_by_fields!(Prior, "a prior decision", must { layout, assistance }, may {});

/// A prior decision in a visit: there, one that makes no sense is none.
#[derive(Default)]
struct LoosePrior {
    layout: Option<Loose>,
    assistance: Option<Loose>,
}

impl<'de> Fields<'de> for LoosePrior {
    const WHAT: &'static str = "a prior decision";
    fn names() -> Vec<&'static str> {
        vec!["layout", "assistance"]
    }
    fn field<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error> {
        match name {
            "layout" => self.layout = map.next_value()?,
            "assistance" => self.assistance = map.next_value()?,
            _ => return Ok(false),
        }
        Ok(true)
    }
}

impl LoosePrior {
    fn prior(self) -> Result<Prior, String> {
        fn level<T>(
            name: &str,
            found: Option<Loose>,
            parse: fn(&str) -> Option<T>,
            names: &[&str],
        ) -> Result<T, String> {
            match found.and_then(|found| found.word(parse, names)) {
                Some(read) => read.map_err(|problem| format!("`{name}`: {problem}")),
                None => Err(format!("found a table without `{name}`")),
            }
        }
        Ok(Prior {
            layout: level("layout", self.layout, LayoutComplexity::parse, LayoutComplexity::NAMES)?,
            assistance: level("assistance", self.assistance, AssistanceLevel::parse, AssistanceLevel::NAMES)?,
        })
    }
}

/// A visit as data that need not say when it is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct UndatedVisit {
    at: Option<Moment>,
    pub(crate) visit: Visit,
}

impl UndatedVisit {
    /// The visit, at `now` if it does not say when it is.
    pub(crate) fn at(self, now: Moment) -> Visit {
        let Self { at, mut visit } = self;
        visit.at = at.unwrap_or(now);
        visit
    }
}

impl Default for UndatedVisit {
    fn default() -> Self {
        Self { at: None, visit: Visit::new(Timestamp::EPOCH) }
    }
}

impl Visit {
    /// The journey as it is written, in the visit or beside it; what makes no sense of it is unreadable.
    pub(crate) fn put_journey(&mut self, written: LooseTable<LooseJourney>) {
        let problem = kept(written.0, |read| {
            self.journey = Some(read.journey);
            read.unreadable
                .into_iter()
                .for_each(|(attribute, problem)| self.cannot_read(&attribute, problem));
        });
        self.note("visit.journey", problem);
    }
}

impl<'de> Fields<'de> for UndatedVisit {
    const WHAT: &'static str = "a visit";
    fn names() -> Vec<&'static str> {
        VisitFact::NAMES.iter().chain(&FIELDS).copied().collect()
    }
    fn field<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error> {
        let visit = &mut self.visit;
        match name {
            // `null` is as if not there.
            "at" => self.at = map.next_value()?,
            "journey" => {
                visit.put_journey(map.next_value()?);
            }
            "ids" => {
                let problem = read_map(map, "unit", |name, id: Loose| {
                    let unit = Unit::parse(name).ok_or_else(|| unknown("unit", name, Unit::NAMES))?;
                    // What is no text is named, and not shown: an id is never printed.
                    let problem = kept(id.text(), |id| {
                        if let Some(slot) = visit.ids.get_mut(unit as usize) {
                            *slot = Some(Text::from(id)).filter(|id| !id.is_empty());
                        }
                    });
                    visit.note(format_args!("visit.ids.{unit}"), problem);
                    Ok(())
                })?;
                visit.note("visit.ids", problem);
            }
            "prior" => {
                let read = map.next_value::<LooseTable<LoosePrior>>()?.0;
                let read = read.map(|read| read.and_then(LoosePrior::prior));
                let problem = kept(read, |prior| visit.prior = Some(prior));
                visit.note("visit.prior", problem);
            }
            "attributes" => {
                let (facts, problem) = sorted::<LooseFact, A>(map, "attribute")?;
                visit.own.reserve(facts.len());
                for (name, fact) in facts {
                    let problem = kept(fact.fact(), |fact| visit.put_own(&name, fact));
                    visit.note(name, problem);
                }
                visit.note("visit.attributes", problem);
            }
            "unreadable" => {
                let problem = read_map(map, "attribute", |name, problem: Loose| {
                    let problem = kept(problem.text(), |problem| visit.cannot_read(name, problem));
                    visit.note(name, problem);
                    Ok(())
                })?;
                visit.note("visit.unreadable", problem);
            }
            _ if name == "channel" || VisitFact::parse(name).is_some() => {
                let problem = kept(map.next_value::<LooseFact>()?.fact(), |fact| {
                    visit.put_named(name, fact);
                });
                visit.note(format_args!("visit.{name}"), problem);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}

impl<'de> Deserialize<'de> for UndatedVisit {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        read_fields(Self::default(), from)
    }
}

impl<'de> Deserialize<'de> for Visit {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let read = UndatedVisit::deserialize(from)?;
        let at = read.at.ok_or_else(|| missing("at"))?;
        Ok(read.at(at))
    }
}

impl Serialize for Visit {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(None)?;
        map.serialize_entry("at", &self.at)?;
        if let Some(channel) = self.channel {
            map.serialize_entry("channel", &channel)?;
        }
        serialize_kept(&mut map, VisitFact::NAMES, &self.facts)?;
        if let Some(journey) = &self.journey {
            map.serialize_entry("journey", journey)?;
        }
        entry(&mut map, "ids", Unit::ALL.iter().filter_map(|&unit| Some((unit.as_str(), self.id(unit)?))))?;
        if let Some(prior) = self.prior {
            map.serialize_entry("prior", &prior)?;
        }
        entry(&mut map, "attributes", self.own.iter())?;
        entry(&mut map, "unreadable", self.unreadable())?;
        map.end()
    }
}
