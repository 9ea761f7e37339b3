//! What a fact can be made from, so that `with_language("pt")` and `with_attribute("plan", Fact::observed("contract"))`
//! read as they should; and a fact as data: the bare value where it is declared and undated, else
//! `{ value, source, learnt }`.

use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Serialize, SerializeMap as _, Serializer};

use super::{Fact, Source};
use crate::channel::Channel;
use crate::experience::{AssistanceLevel, LayoutComplexity};
use crate::time::{Offset, Timestamp};
use crate::value::Value;
use crate::visit::{ColorScheme, Connection, Device, Input};
use crate::wire::LooseFact;

impl From<&str> for Fact<String> {
    fn from(text: &str) -> Self {
        Self::declared(text.to_owned())
    }
}
impl From<Fact<&str>> for Fact<String> {
    fn from(fact: Fact<&str>) -> Self {
        fact.map(str::to_owned)
    }
}

macro_rules! fact_of_value {
    ($($from:ty),+ $(,)?) => {
        $(impl From<$from> for Fact<Value> {
            fn from(value: $from) -> Self {
                Self::declared(value.into())
            }
        }
        impl From<Fact<$from>> for Fact<Value> {
            fn from(fact: Fact<$from>) -> Self {
                fact.map(Value::from)
            }
        })+
    };
}
fact_of_value!(bool, i8, i16, i32, i64, u8, u16, u32, f64, &str, String, Timestamp);
fact_of_value!(Channel, LayoutComplexity, AssistanceLevel, Device, Input, Connection, ColorScheme, Offset);

impl<S: Into<Box<str>>, const N: usize> From<[S; N]> for Fact<Value> {
    fn from(members: [S; N]) -> Self {
        Self::declared(members.into())
    }
}
impl<S: Into<Box<str>>, const N: usize> From<Fact<[S; N]>> for Fact<Value> {
    fn from(fact: Fact<[S; N]>) -> Self {
        fact.map(Value::from)
    }
}

macro_rules! value_of_word {
    ($($word:ty),+) => {
        $(impl From<$word> for Value {
            fn from(word: $word) -> Self {
                Self::Text(word.as_str().into())
            }
        })+
    };
}
value_of_word!(LayoutComplexity, AssistanceLevel, Device, Input, Connection, ColorScheme);

impl From<Channel> for Value {
    fn from(channel: Channel) -> Self {
        Self::Text(channel.as_str().to_owned().into())
    }
}
impl From<Offset> for Value {
    /// Minutes east of UTC.
    fn from(offset: Offset) -> Self {
        Self::Int(offset.minutes().into())
    }
}

/// A value where data can hold it as it is; JSON has no timestamps and no infinite numbers.
struct Plain<'a>(&'a Value);

impl Serialize for Plain<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Bool(v) => to.serialize_bool(*v),
            Value::Int(v) => to.serialize_i64(*v),
            Value::Float(v) if v.is_finite() => to.serialize_f64(*v),
            Value::Float(v) => to.collect_str(v),
            Value::Text(v) => to.serialize_str(v),
            Value::Timestamp(v) => v.serialize(to),
            Value::Set(v) => to.collect_seq(v),
        }
    }
}

impl Serialize for Fact<Value> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let name = match self.value {
            Value::Timestamp(_) => "timestamp",
            Value::Float(v) if !v.is_finite() => "float",
            _ => "value",
        };
        if name == "value" && self.source == Source::Declared && self.learnt.is_none() {
            return Plain(&self.value).serialize(to);
        }
        let mut map = to.serialize_map(None)?;
        map.serialize_entry(name, &Plain(&self.value))?;
        if self.source != Source::Declared {
            map.serialize_entry("source", &self.source)?;
        }
        if let Some(learnt) = self.learnt {
            map.serialize_entry("learnt", &learnt)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Fact<Value> {
    /// A value that cannot be is an error here; in a profile or visit it is named as unreadable instead.
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match LooseFact::deserialize(from)?.fact() {
            Some(Ok(fact)) => Ok(fact),
            Some(Err(found)) => Err(D::Error::custom(found)),
            None => Err(D::Error::custom("found nothing, expected a value")),
        }
    }
}
