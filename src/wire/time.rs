//! Times in data: a text as in RFC 3339, or a date-time of TOML, which arrives as a map of one key.

use std::fmt;

use serde::de::{self, Deserializer, MapAccess, Visitor};

use crate::time::{Moment, Timestamp};
use crate::value::Text;

/// The key under which the `toml` crate hands over a date-time.
pub(super) const TOML_DATETIME: &str = "$__toml_private_datetime";

/// Reads a point in time with its offset.
pub(crate) fn moment<'de, D: Deserializer<'de>>(from: D) -> Result<Moment, D::Error> {
    struct Read;
    impl<'de> Visitor<'de> for Read {
        type Value = Moment;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a time like `2026-11-23T10:00:00-03:00`")
        }
        fn visit_str<E: de::Error>(self, text: &str) -> Result<Moment, E> {
            let expected = "is not a time like `2026-11-23T10:00:00-03:00`";
            Moment::parse(text)
                .ok_or_else(|| E::custom(format!("`{}` {expected}", super::loose::short(text))))
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Moment, A::Error> {
            match map.next_key::<Text>()? {
                Some(key) if *key == *TOML_DATETIME => self.visit_str(&map.next_value::<String>()?),
                _ => Err(de::Error::invalid_type(de::Unexpected::Map, &self)),
            }
        }
    }
    from.deserialize_any(Read)
}

/// Reads a point in time.
pub(crate) fn timestamp<'de, D: Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
    moment(from).map(Moment::timestamp)
}
