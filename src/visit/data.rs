//! A visit as data, both ways. Only `at` must be there; what is empty is left out.

use serde::de::{Deserialize, Deserializer, MapAccess};
use serde::ser::{Serialize, SerializeMap as _, Serializer};

use super::{Prior, Unit, Visit, VisitFact};
use crate::fact::kept::serialize_kept;
use crate::journey::LooseJourney;
use crate::profile::entry;
use crate::time::{Moment, Timestamp};
use crate::value::Value;
use crate::wire::{Fields, Loose, LooseFact, missing, read_by_fields, read_fields, read_map, sorted};
use crate::words::unknown;

/// The fields beside the kept facts.
const FIELDS: [&str; 7] = ["at", "channel", "journey", "ids", "prior", "attributes", "unreadable"];

read_by_fields!(Prior, "a prior decision", must { layout, assistance }, may {});

/// A visit whose time is still to come.
struct Partial {
    at: Option<Moment>,
    visit: Visit,
}

impl<'de> Fields<'de> for Partial {
    const WHAT: &'static str = "a visit";
    fn names() -> Vec<&'static str> {
        VisitFact::NAMES.iter().chain(&FIELDS).copied().collect()
    }
    fn field<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error> {
        let visit = &mut self.visit;
        match name {
            "at" => self.at = Some(map.next_value()?),
            "journey" => {
                if let Some(read) = map.next_value::<Option<LooseJourney>>()? {
                    visit.journey = Some(read.journey);
                    read.unreadable
                        .into_iter()
                        .for_each(|(attribute, problem)| visit.cannot_read(&attribute, problem));
                }
            }
            "ids" => read_map(map, "unit", |name, id: Loose| {
                let unit = Unit::parse(name).ok_or_else(|| unknown("unit", name, Unit::NAMES))?;
                // What is no text is named, and not shown: an id is never printed.
                let problem = match id {
                    Loose::Nothing => return Ok(()),
                    Loose::Value(Value::Text(id)) => {
                        if let Some(slot) = visit.ids.get_mut(unit as usize) {
                            *slot = Some(Box::<str>::from(id.as_str())).filter(|id| !id.is_empty());
                        }
                        return Ok(());
                    }
                    Loose::Value(other) => format!("found {}, expected string", other.type_name()),
                    Loose::Unfit(problem) => problem,
                };
                visit.cannot_read(&format!("visit.ids.{unit}"), problem);
                Ok(())
            })?,
            "prior" => visit.prior = map.next_value()?,
            "attributes" => sorted::<LooseFact, A>(map, "attribute", |name, fact| match fact.fact() {
                Some(Ok(fact)) => visit.put_own(name, fact),
                Some(Err(problem)) => visit.cannot_read(name, problem),
                None => {}
            })?,
            "unreadable" => read_map(map, "attribute", |name, problem: String| {
                visit.cannot_read(name, problem);
                Ok(())
            })?,
            _ if name == "channel" || VisitFact::parse(name).is_some() => {
                match map.next_value::<LooseFact>()?.fact() {
                    Some(Ok(fact)) => return Ok(visit.put_named(name, fact)),
                    Some(Err(problem)) => visit.cannot_read(&format!("visit.{name}"), problem),
                    None => {}
                }
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}

impl<'de> Deserialize<'de> for Visit {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let Partial { at, visit } =
            read_fields(Partial { at: None, visit: Self::new(Timestamp::EPOCH) }, from)?;
        Ok(Self { at: at.ok_or_else(|| missing("at"))?, ..visit })
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
