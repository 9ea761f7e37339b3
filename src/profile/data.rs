//! A profile as data, both ways: facts by name, the rest by channel, need or purpose. What is empty is left out.

use std::collections::BTreeMap;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::build::Count;
use super::{ChannelRecord, CustomerProfile, ProfileFact};
use crate::channel::{Channel, Reach};
use crate::fact::kept::serialize_kept;
use crate::journey::LooseJourney;
use crate::need::{AccessNeed, NeedStrength};
use crate::time::Timestamp;
use crate::value::Value;
use crate::wire::{Fields, Loose, LooseFact, read_by_fields, read_fields, read_map, sorted};
use crate::words::unknown;

/// The fields beside the kept facts.
const FIELDS: [&str; 12] = [
    "preferred_channel",
    "needs",
    "reach",
    "consents",
    "contacts",
    "uses",
    "success",
    "habit",
    "last",
    "journey",
    "attributes",
    "unreadable",
];

fn channel<E: Error>(name: &str) -> Result<Channel, E> {
    Channel::parse(name).ok_or_else(|| unknown("channel", name, &Channel::NAMES))
}

impl<'de> Fields<'de> for CustomerProfile {
    const WHAT: &'static str = "a profile";
    fn names() -> Vec<&'static str> {
        ProfileFact::NAMES.iter().chain(&FIELDS).copied().collect()
    }
    fn field<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error> {
        match name {
            "needs" => read_map(map, "need", |name, strength: NeedStrength| {
                let need = AccessNeed::parse(name).ok_or_else(|| unknown("need", name, AccessNeed::NAMES))?;
                *self = std::mem::take(self).with_need(need, strength);
                Ok(())
            })?,
            "reach" => read_map(map, "channel", |name, reach: Reach| {
                self.edit(channel(name)?, |record| record.reach = reach);
                Ok(())
            })?,
            "consents" => read_map(map, "purpose", |purpose, consent: Consent| {
                if let Consent(Some(until)) = consent {
                    self.consents.edit(purpose, |_| Some(until));
                }
                Ok(())
            })?,
            "contacts" => read_map(map, "channel", |name, times: Vec<Timestamp>| {
                self.add_contacts(channel(name)?, times);
                Ok(())
            })?,
            "uses" => self.counts(Count::Uses, map)?,
            "success" => self.counts(Count::Success, map)?,
            "habit" => self.counts(Count::Habit, map)?,
            "last" => read_map(map, "channel", |name, at: Timestamp| {
                self.edit(channel(name)?, |record| record.last = Some(at));
                Ok(())
            })?,
            "journey" => {
                if let Some(read) = map.next_value::<Option<LooseJourney>>()? {
                    self.journey = Some(read.journey);
                    read.unreadable
                        .into_iter()
                        .for_each(|(attribute, problem)| self.cannot_read(&attribute, problem));
                }
            }
            "attributes" => sorted::<LooseFact, A>(map, "attribute", |name, fact| match fact.fact() {
                Some(Ok(fact)) => self.put_own(name, fact),
                Some(Err(problem)) => self.cannot_read(name, problem),
                None => {}
            })?,
            "unreadable" => read_map(map, "attribute", |name, problem: String| {
                self.cannot_read(name, problem);
                Ok(())
            })?,
            _ if name == "preferred_channel" || ProfileFact::parse(name).is_some() => {
                match map.next_value::<LooseFact>()?.fact() {
                    Some(Ok(fact)) => return Ok(self.put_named(name, fact)),
                    Some(Err(problem)) => self.cannot_read(&format!("profile.{name}"), problem),
                    None => {}
                }
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}

impl CustomerProfile {
    fn counts<'de, A: MapAccess<'de>>(&mut self, count: Count, map: &mut A) -> Result<(), A::Error> {
        read_map(map, "channel", |name, value: Loose| {
            let channel = channel(name)?;
            match value {
                Loose::Nothing => {}
                Loose::Value(value) => self.put_count(count, channel, value),
                Loose::Unfit(problem) => {
                    self.cannot_read(&format!("profile.{}.{channel}", count.as_str()), problem)
                }
            }
            Ok(())
        })
    }
}

impl<'de> Deserialize<'de> for CustomerProfile {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        read_fields(Self::new(), from)
    }
}

/// `true`, `false` (none) or `{ until }`.
struct Consent(Option<Option<Timestamp>>);

struct Until {
    until: Option<Timestamp>,
}
read_by_fields!(Until, "the end of a consent", must { until }, may {});

impl<'de> Deserialize<'de> for Consent {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Consent;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("true, false or a table with `until`")
            }
            fn visit_bool<E>(self, given: bool) -> Result<Consent, E> {
                Ok(Consent(given.then_some(None)))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Consent, A::Error> {
                Ok(Consent(Some(Until::deserialize(MapAccessDeserializer::new(map))?.until)))
            }
        }
        from.deserialize_any(Read)
    }
}

#[derive(serde::Serialize)]
#[serde(untagged)]
enum ConsentOut {
    Given(bool),
    Until { until: Timestamp },
}

impl Serialize for CustomerProfile {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(None)?;
        serialize_kept(&mut map, ProfileFact::NAMES, &self.facts)?;
        if let Some(fact) = self.preferred_channel {
            map.serialize_entry("preferred_channel", &fact.map(Value::from))?;
        }
        let strengths = [(self.required, NeedStrength::Required), (self.preferred, NeedStrength::Preferred)];
        let needs = strengths
            .iter()
            .flat_map(|&(needs, strength)| needs.iter().map(move |need| (need.as_str(), strength)));
        entry(&mut map, "needs", needs)?;
        self.by_channel(&mut map, "reach", |record| {
            (record.reach != Reach::Unknown).then_some(record.reach)
        })?;
        entry(
            &mut map,
            "consents",
            self.consents().map(|(purpose, until)| {
                (purpose, until.map_or(ConsentOut::Given(true), |until| ConsentOut::Until { until }))
            }),
        )?;
        self.by_channel(&mut map, "contacts", |record| {
            (!record.contacts.is_empty()).then(|| record.contacts.clone())
        })?;
        for count in Count::ALL {
            self.by_channel(&mut map, count.as_str(), |record| Some(count.of(record)).filter(|&n| n > 0))?;
        }
        self.by_channel(&mut map, "last", |record| record.last)?;
        if let Some(journey) = &self.journey {
            map.serialize_entry("journey", journey)?;
        }
        entry(&mut map, "attributes", self.own.iter())?;
        entry(&mut map, "unreadable", self.unreadable())?;
        map.end()
    }
}

impl CustomerProfile {
    fn by_channel<M: SerializeMap, V: Serialize>(
        &self,
        map: &mut M,
        name: &'static str,
        read: impl Fn(&ChannelRecord) -> Option<V>,
    ) -> Result<(), M::Error> {
        let named = |(place, record)| Some((*Channel::NAMES.get(place)?, record));
        let built_in = self.channels.iter().filter_map(named);
        let own = self.own_channels.iter().map(|(channel, record)| (channel.as_str(), record));
        entry(map, name, built_in.chain(own).filter_map(|(channel, record)| Some((channel, read(record)?))))
    }
}

/// A table of what there is, if there is anything.
pub(crate) fn entry<'a, M: SerializeMap, V: Serialize>(
    map: &mut M,
    name: &'static str,
    entries: impl Iterator<Item = (&'a str, V)>,
) -> Result<(), M::Error> {
    let table: BTreeMap<&str, V> = entries.collect();
    if table.is_empty() { Ok(()) } else { map.serialize_entry(name, &table) }
}
