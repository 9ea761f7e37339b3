//! A journey as data. In a profile or visit a value that cannot be leaves its field unknown and is named as
//! unreadable; a journey on its own refuses it.

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess};

use super::{Journey, JourneyStage};
use crate::attribute::table;
use crate::profile::channel_of;
use crate::value::Value;
use crate::wire::{Fields, Loose, read_fields, time_of};

impl Journey {
    /// The fields, each (but the time of the start) named like its attribute.
    pub(crate) const FIELDS: [&'static str; 10] = [
        "name",
        "stage",
        "step",
        "started_on",
        "channel",
        "attempts",
        "failed_steps",
        "switches",
        "started_at",
        "abandoned",
    ];

    /// Sets the field `name`, or says why `value` cannot be its value; `None` if there is no such field.
    pub(crate) fn put(&mut self, name: &str, value: Value) -> Option<Result<(), String>> {
        if !Self::FIELDS.contains(&name) {
            return None;
        }
        Some(self.put_known(name, value))
    }
    fn put_known(&mut self, name: &str, value: Value) -> Result<(), String> {
        match name {
            "started_at" => {
                self.started_at = Some(time_of(&value)?);
                return Ok(());
            }
            "started_on" => {
                self.started_on = Some(channel_of(&value)?);
                return Ok(());
            }
            "channel" => {
                self.channel = Some(channel_of(&value)?);
                return Ok(());
            }
            _ => {}
        }
        match (name, table::fit(table::row_of("journey", name), value)?) {
            ("name", Value::Text(v)) => self.name = Some(v.as_str().into()),
            ("step", Value::Text(v)) => self.step = Some(v.as_str().into()),
            ("stage", Value::Text(v)) => self.stage = JourneyStage::parse(&v),
            ("attempts", Value::Int(v)) => self.attempts = u32::try_from(v).unwrap_or(u32::MAX),
            ("failed_steps", Value::Int(v)) => self.failed_steps = u32::try_from(v).unwrap_or(u32::MAX),
            ("switches", Value::Int(v)) => self.switches = u32::try_from(v).unwrap_or(u32::MAX),
            ("abandoned", Value::Bool(v)) => self.abandoned = Some(v),
            _ => {}
        }
        Ok(())
    }
}

/// A journey, and which of its attributes could not be read.
#[derive(Default)]
pub(crate) struct LooseJourney {
    pub(crate) journey: Journey,
    pub(crate) unreadable: Vec<(String, String)>,
}

impl<'de> Fields<'de> for LooseJourney {
    const WHAT: &'static str = "a journey";
    fn names() -> Vec<&'static str> {
        Journey::FIELDS.to_vec()
    }
    fn field<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error> {
        if !Journey::FIELDS.contains(&name) {
            return Ok(false);
        }
        let problem = match map.next_value()? {
            Loose::Nothing => None,
            Loose::Unfit(problem) => Some(problem),
            Loose::Value(value) => self.journey.put(name, value).and_then(Result::err),
        };
        self.unreadable.extend(problem.map(|problem| (format!("journey.{name}"), problem)));
        Ok(true)
    }
}

impl<'de> Deserialize<'de> for LooseJourney {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        read_fields(Self::default(), from)
    }
}

impl<'de> Deserialize<'de> for Journey {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let read = LooseJourney::deserialize(from)?;
        match read.unreadable.first() {
            Some((attribute, problem)) => Err(D::Error::custom(format!("{attribute}: {problem}"))),
            None => Ok(read.journey),
        }
    }
}
