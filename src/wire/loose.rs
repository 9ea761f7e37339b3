//! Facts as they are found in data: any value at all, with or without source and date.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use super::time::TOML_DATETIME;
use crate::fact::{Fact, Source};
use crate::time::{Moment, Timestamp};
use crate::value::Value;

/// What a number of `serde_json` looks like where its feature `arbitrary_precision` is on, which any crate of the host
/// may turn on for all.
pub(crate) const JSON_NUMBER: &str = "$serde_json::private::Number";

/// Any value that a format can hold.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Loose {
    /// `null`: nothing is said.
    Nothing,
    Value(Value),
    /// No attribute has such values: what was found.
    Unfit(String),
}

/// A value, bare or as `{ value, source, learnt }`. `timestamp` and `float` may stand for `value` where a format has
/// no such values of its own.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct LooseFact {
    value: Loose,
    source: Source,
    learnt: Option<Timestamp>,
}

impl LooseFact {
    /// The fact, nothing (`null`), or what was found that is no value.
    pub(crate) fn fact(self) -> Option<Result<Fact<Value>, String>> {
        match self.value {
            Loose::Nothing => None,
            Loose::Value(value) => Some(Ok(Fact { value, source: self.source, learnt: self.learnt })),
            Loose::Unfit(found) => Some(Err(found)),
        }
    }
}
impl From<Loose> for LooseFact {
    fn from(value: Loose) -> Self {
        Self { value, source: Source::Declared, learnt: None }
    }
}

/// A text from outside, as it may stand in a message: one line, and not long.
pub(crate) fn short(text: &str) -> String {
    const MOST: usize = 60;
    let mut shown: String = text.chars().take(MOST).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(MOST).is_some() {
        shown.push('…');
    }
    shown
}

fn number(digits: &str) -> Loose {
    match (digits.parse::<i64>(), digits.parse::<f64>()) {
        (Ok(value), _) => Loose::Value(Value::Int(value)),
        (_, Ok(value)) if digits.contains(['.', 'e', 'E']) => Loose::Value(Value::Float(value)),
        _ => Loose::Unfit("found a number beyond 64 bits".to_owned()),
    }
}

fn time(text: &str) -> Loose {
    match Moment::parse(text) {
        Some(moment) => Loose::Value(Value::Timestamp(moment.timestamp())),
        // Without the text: a host's own fact may be a date of birth.
        None => Loose::Unfit("found a text that is no time with an offset".to_owned()),
    }
}

/// `as_fact`: a map is a fact with source and date; else it is no value.
struct Read {
    as_fact: bool,
}

impl Read {
    /// Reads the fields of a fact, of which `name` is the first.
    fn fact<'de, A: MapAccess<'de>>(name: Option<String>, map: &mut A) -> Result<LooseFact, A::Error> {
        const FIELDS: [&str; 5] = ["value", "timestamp", "float", "source", "learnt"];
        let (mut value, mut source, mut learnt) = (None, None, None);
        let mut next = name;
        while let Some(name) = next {
            let again = match &*name {
                "value" => value.replace(map.next_value::<Loose>()?).is_some(),
                "timestamp" => value
                    .replace(match map.next_value::<Loose>()? {
                        Loose::Value(Value::Text(text)) => time(&text),
                        other => other,
                    })
                    .is_some(),
                "float" => value
                    .replace(match map.next_value::<Loose>()? {
                        Loose::Value(Value::Text(text)) if &*text == "inf" => {
                            Loose::Value(Value::Float(f64::INFINITY))
                        }
                        Loose::Value(Value::Text(text)) if &*text == "-inf" => {
                            Loose::Value(Value::Float(f64::NEG_INFINITY))
                        }
                        other => other,
                    })
                    .is_some(),
                "source" => source.replace(map.next_value()?).is_some(),
                "learnt" => learnt
                    .replace(match map.next_value::<Loose>()? {
                        Loose::Value(Value::Text(text)) => time(&text),
                        other => other,
                    })
                    .is_some(),
                _ => return Err(crate::words::unknown("field", &name, &FIELDS)),
            };
            if again {
                return Err(super::twice("field", &name));
            }
            next = map.next_key()?;
        }
        let value = value.ok_or_else(|| super::missing("value"))?;
        let (value, learnt) = match learnt {
            None | Some(Loose::Nothing) => (value, None),
            Some(Loose::Value(Value::Timestamp(at))) => (value, Some(at)),
            // Nobody can say how old it is, so that no limit could be held against it.
            Some(_) => (Loose::Unfit("`learnt` is no time with an offset".to_owned()), None),
        };
        Ok(LooseFact { value, source: source.unwrap_or(Source::Declared), learnt })
    }
}

impl<'de> Visitor<'de> for Read {
    type Value = LooseFact;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }
    fn visit_bool<E>(self, v: bool) -> Result<LooseFact, E> {
        Ok(Loose::Value(Value::Bool(v)).into())
    }
    fn visit_i64<E>(self, v: i64) -> Result<LooseFact, E> {
        Ok(Loose::Value(Value::Int(v)).into())
    }
    fn visit_u64<E>(self, v: u64) -> Result<LooseFact, E> {
        Ok(i64::try_from(v)
            .map_or_else(
                |_| Loose::Unfit("found a number beyond 64 bits".to_owned()),
                |v| Loose::Value(Value::Int(v)),
            )
            .into())
    }
    fn visit_i128<E>(self, v: i128) -> Result<LooseFact, E> {
        Ok(i64::try_from(v)
            .map_or_else(
                |_| Loose::Unfit("found a number beyond 64 bits".to_owned()),
                |v| Loose::Value(Value::Int(v)),
            )
            .into())
    }
    fn visit_u128<E>(self, v: u128) -> Result<LooseFact, E> {
        Ok(i64::try_from(v)
            .map_or_else(
                |_| Loose::Unfit("found a number beyond 64 bits".to_owned()),
                |v| Loose::Value(Value::Int(v)),
            )
            .into())
    }
    fn visit_f64<E>(self, v: f64) -> Result<LooseFact, E> {
        Ok(Loose::Value(Value::Float(v)).into())
    }
    fn visit_str<E>(self, v: &str) -> Result<LooseFact, E> {
        Ok(Loose::Value(v.into()).into())
    }
    fn visit_string<E>(self, v: String) -> Result<LooseFact, E> {
        Ok(Loose::Value(v.into()).into())
    }
    fn visit_bytes<E>(self, _: &[u8]) -> Result<LooseFact, E> {
        Ok(Loose::Unfit("found bytes".to_owned()).into())
    }
    fn visit_unit<E>(self) -> Result<LooseFact, E> {
        Ok(Loose::Nothing.into())
    }
    fn visit_none<E>(self) -> Result<LooseFact, E> {
        Ok(Loose::Nothing.into())
    }
    fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<LooseFact, D::Error> {
        from.deserialize_any(self)
    }
    fn visit_newtype_struct<D: Deserializer<'de>>(self, from: D) -> Result<LooseFact, D::Error> {
        from.deserialize_any(self)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<LooseFact, A::Error> {
        let (mut members, mut unfit) = (BTreeSet::new(), None);
        while let Some(member) = list.next_element::<Loose>()? {
            match member {
                Loose::Value(Value::Text(name)) => {
                    members.insert(name.as_str().into());
                }
                other => unfit = unfit.or(Some(other)),
            }
        }
        Ok(match unfit {
            None => Loose::Value(Value::Set(members)),
            Some(Loose::Value(value)) => {
                Loose::Unfit(format!("found a list with {}, expected names", value.type_name()))
            }
            Some(_) => Loose::Unfit("found a list of something else than names".to_owned()),
        }
        .into())
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<LooseFact, A::Error> {
        match map.next_key::<String>()? {
            Some(key) if key == TOML_DATETIME => Ok(time(&map.next_value::<String>()?).into()),
            Some(key) if key == JSON_NUMBER => Ok(number(&map.next_value::<String>()?).into()),
            name if self.as_fact => Self::fact(name, &mut map),
            name => {
                if name.is_some() {
                    map.next_value::<de::IgnoredAny>()?;
                }
                super::drain(&mut map)?;
                Ok(Loose::Unfit("found a table".to_owned()).into())
            }
        }
    }
}

impl<'de> Deserialize<'de> for Loose {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Read { as_fact: false }).map(|fact| fact.value)
    }
}
impl<'de> Deserialize<'de> for LooseFact {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Read { as_fact: true })
    }
}
