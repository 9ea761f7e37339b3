//! Facts as they are found in data: any value at all, with or without source and date.

use serde::de::{Deserialize, Deserializer, MapAccess};

use super::shape::{Shape, Shaped};
use crate::fact::{Fact, Source};
use crate::time::{Moment, Timestamp};
use crate::value::{Value, a};

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
        let value = self.value.value()?;
        Some(value.map(|value| Fact { value, source: self.source, learnt: self.learnt }))
    }
}

impl Loose {
    /// The value, or what was found that is none; `None` is nothing at all.
    pub(crate) fn value(self) -> Option<Result<Value, String>> {
        match self {
            Self::Nothing => None,
            Self::Value(value) => Some(Ok(value)),
            Self::Unfit(found) => Some(Err(found)),
        }
    }
    /// The text that it is, in the same way.
    pub(crate) fn text(self) -> Option<Result<String, String>> {
        Some(self.value()?.and_then(|value| match value {
            Value::Text(text) => Ok(text.as_str().to_owned()),
            other => Err(format!("found {}, expected a string", a(other.type_name()))),
        }))
    }
    /// The one of `names` that it names, in the same way.
    pub(crate) fn word<T>(self, parse: fn(&str) -> Option<T>, names: &[&str]) -> Option<Result<T, String>> {
        Some(self.value()?.and_then(|value| match &value {
            Value::Text(name) => {
                parse(name).ok_or_else(|| format!("`{}` is none of {}", short(name), names.join(", ")))
            }
            other => Err(format!("found {}, expected one of {}", a(other.type_name()), names.join(", "))),
        }))
    }
    /// The point in time that it names, in the same way.
    pub(crate) fn time(self) -> Option<Result<Timestamp, String>> {
        Some(self.value()?.and_then(|value| time_of(&value)))
    }
    /// What was found where `expected` should stand, unless that is nothing.
    pub(crate) fn instead_of(self, expected: &str) -> Option<String> {
        Some(match self.value()? {
            Ok(value) => format!("found {}, expected {expected}", a(value.type_name())),
            Err(found) => found,
        })
    }
}

/// The point in time that a value is, or that its text names.
pub(crate) fn time_of(value: &Value) -> Result<Timestamp, String> {
    match value {
        Value::Timestamp(at) => Ok(*at),
        Value::Text(text) => {
            Timestamp::parse(text).ok_or_else(|| format!("`{}` is not a time with an offset", short(text)))
        }
        other => Err(format!("found {}, expected a timestamp", a(other.type_name()))),
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

pub(super) fn number(digits: &str) -> Loose {
    match (digits.parse::<i64>(), digits.parse::<f64>()) {
        (Ok(value), _) => Loose::Value(Value::Int(value)),
        (_, Ok(value)) if digits.contains(['.', 'e', 'E']) => Loose::Value(Value::Float(value)),
        _ => Loose::Unfit("found a number beyond 64 bits".to_owned()),
    }
}

pub(super) fn time(text: &str) -> Loose {
    match Moment::parse(text) {
        Some(moment) => Loose::Value(Value::Timestamp(moment.timestamp())),
        // Without the text: a host's own fact may be a date of birth.
        None => Loose::Unfit("found a string that is no time with an offset".to_owned()),
    }
}

/// A bare value: no attribute has a table for one.
struct Bare;

impl<'de> Shape<'de> for Bare {
    type Out = Loose;
    fn plain(self, found: Loose) -> Loose {
        found
    }
}

/// A value; a table is a fact with source and date.
struct WithSource;

impl<'de> Shape<'de> for WithSource {
    type Out = LooseFact;
    fn plain(self, found: Loose) -> LooseFact {
        LooseFact { value: found, source: Source::Declared, learnt: None }
    }
    fn table<A: MapAccess<'de>>(self, first: Option<String>, map: &mut A) -> Result<LooseFact, A::Error> {
        const FIELDS: [&str; 5] = ["value", "timestamp", "float", "source", "learnt"];
        let (mut value, mut source, mut learnt) = (None, None, None);
        let mut next = first;
        while let Some(name) = next {
            let found = match &*name {
                "value" | "timestamp" | "float" => &mut value,
                "source" => &mut source,
                "learnt" => &mut learnt,
                _ => return Err(crate::words::unknown("field", &name, &FIELDS)),
            };
            let read = match (&*name, map.next_value::<Loose>()?) {
                ("timestamp" | "learnt", Loose::Value(Value::Text(text))) => time(&text),
                ("float", Loose::Value(Value::Text(text))) if &*text == "inf" => {
                    Loose::Value(Value::Float(f64::INFINITY))
                }
                ("float", Loose::Value(Value::Text(text))) if &*text == "-inf" => {
                    Loose::Value(Value::Float(f64::NEG_INFINITY))
                }
                (_, read) => read,
            };
            if found.replace(read).is_some() {
                return Err(super::twice("field", &name));
            }
            next = map.next_key()?;
        }
        let value = value.unwrap_or_else(|| Loose::Unfit("found a table without `value`".to_owned()));
        let source = source.unwrap_or(Loose::Nothing).word(Source::parse, Source::NAMES);
        let (value, learnt) = match (learnt, &source) {
            // Nobody can say how good it is, or how old, so that no limit could be held against it.
            (_, Some(Err(problem))) => (Loose::Unfit(format!("`source`: {problem}")), None),
            (None | Some(Loose::Nothing), _) => (value, None),
            (Some(Loose::Value(Value::Timestamp(at))), _) => (value, Some(at)),
            (Some(_), _) => (Loose::Unfit("`learnt` is no time with an offset".to_owned()), None),
        };
        Ok(LooseFact { value, source: source.and_then(Result::ok).unwrap_or(Source::Declared), learnt })
    }
}

impl<'de> Deserialize<'de> for Loose {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Shaped(Bare))
    }
}
impl<'de> Deserialize<'de> for LooseFact {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Shaped(WithSource))
    }
}
