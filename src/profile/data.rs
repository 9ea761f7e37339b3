//! A profile as data, both ways: facts by name, the rest by channel, need or purpose. What is empty is left out.

use std::collections::BTreeMap;

use serde::de::{Deserialize, Deserializer, MapAccess};
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::build::Count;
use super::consent::LooseConsent;
use super::{ChannelRecord, CustomerProfile, ProfileFact};
use crate::channel::{Channel, Reach};
use crate::fact::kept::serialize_kept;
use crate::journey::LooseJourney;
use crate::need::{AccessNeed, NeedStrength};
use crate::time::Timestamp;
use crate::value::Value;
use crate::wire::{
    Fields, Loose, LooseFact, LooseTable, LooseTimes, kept, read_fields, read_map, read_map_or_refuse, sorted,
};
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

impl<'de> Fields<'de> for CustomerProfile {
    const WHAT: &'static str = "a profile";
    fn names() -> Vec<&'static str> {
        ProfileFact::NAMES.iter().chain(&FIELDS).copied().collect()
    }
    fn field<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error> {
        match name {
            // A need is never lost in silence: what cannot be read here is refused.
            "needs" => read_map_or_refuse(map, "need", |name, strength: Option<NeedStrength>| {
                let need = AccessNeed::parse(name).ok_or_else(|| unknown("need", name, AccessNeed::NAMES))?;
                if let Some(strength) = strength {
                    *self = std::mem::take(self).with_need(need, strength);
                }
                Ok(())
            })?,
            "reach" => self.read_by_channel("reach", map, |profile, channel, found: Loose| {
                kept(found.word(Reach::parse, Reach::NAMES), |reach| {
                    profile.edit(channel, |record| record.reach = reach);
                })
            })?,
            "consents" => {
                let problem = read_map(map, "purpose", |purpose, LooseConsent(consent)| {
                    let problem = kept(consent, |until| self.consents.edit(purpose, |_| Some(until)));
                    self.note(format_args!("profile.consents.{purpose}"), problem);
                    Ok(())
                })?;
                self.note("profile.consents", problem);
            }
            "contacts" => self.read_by_channel("contacts", map, |profile, channel, read: LooseTimes| {
                profile.add_contacts(channel, read.times);
                read.problem
            })?,
            "uses" => self.counts(Count::Uses, map)?,
            "success" => self.counts(Count::Success, map)?,
            "habit" => self.counts(Count::Habit, map)?,
            "last" => self.read_by_channel("last", map, |profile, channel, found: Loose| {
                kept(found.time(), |at| profile.edit(channel, |record| record.last = Some(at)))
            })?,
            "journey" => {
                let problem = kept(map.next_value::<LooseTable<LooseJourney>>()?.0, |read| {
                    self.journey = Some(read.journey);
                    read.unreadable
                        .into_iter()
                        .for_each(|(attribute, problem)| self.cannot_read(&attribute, problem));
                });
                self.note("profile.journey", problem);
            }
            "attributes" => {
                let problem = sorted::<LooseFact, A>(map, "attribute", |name, fact| {
                    let problem = kept(fact.fact(), |fact| self.put_own(name, fact));
                    self.note(name, problem);
                })?;
                self.note("profile.attributes", problem);
            }
            "unreadable" => {
                let problem = read_map(map, "attribute", |name, problem: Loose| {
                    let problem = kept(problem.text(), |problem| self.cannot_read(name, problem));
                    self.note(name, problem);
                    Ok(())
                })?;
                self.note("profile.unreadable", problem);
            }
            _ if name == "preferred_channel" || ProfileFact::parse(name).is_some() => {
                let problem = kept(map.next_value::<LooseFact>()?.fact(), |fact| {
                    self.put_named(name, fact);
                });
                self.note(format_args!("profile.{name}"), problem);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}

impl CustomerProfile {
    fn counts<'de, A: MapAccess<'de>>(&mut self, count: Count, map: &mut A) -> Result<(), A::Error> {
        self.read_by_channel(count.as_str(), map, |profile, channel, found: Loose| {
            kept(found.value(), |value| profile.put_count(count, channel, value))
        })
    }
    /// Reads the table `name`: `take` gets each channel with what is said of it, and gives back what makes no sense.
    fn read_by_channel<'de, V: Deserialize<'de>, A: MapAccess<'de>>(
        &mut self,
        name: &'static str,
        map: &mut A,
        mut take: impl FnMut(&mut Self, Channel, V) -> Option<String>,
    ) -> Result<(), A::Error> {
        let problem = read_map(map, "channel", |on, value| {
            let channel =
                Channel::parse(on).ok_or_else(|| unknown::<A::Error>("channel", on, &Channel::NAMES))?;
            let problem = take(self, channel, value);
            self.note(format_args!("profile.{name}.{channel}"), problem);
            Ok(())
        })?;
        self.note(format_args!("profile.{name}"), problem);
        Ok(())
    }
}

impl<'de> Deserialize<'de> for CustomerProfile {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        read_fields(Self::new(), from)
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

impl ChannelRecord {
    /// The tables of a profile in which something is written of the channel.
    pub(crate) fn families(&self) -> impl Iterator<Item = &'static str> {
        let counts = Count::ALL.iter().map(|count| (count.as_str(), count.of(self) > 0));
        let others = [
            ("reach", self.reach != Reach::Unknown),
            ("contacts", !self.contacts.is_empty()),
            ("last", self.last.is_some()),
        ];
        counts.chain(others).filter(|(_, is_written)| *is_written).map(|(name, _)| name)
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
