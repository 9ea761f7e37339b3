//! How profiles, visits and touchpoints are read from data, in any format that describes itself. An unknown or repeated
//! field is an error, with a suggestion; what stands in a field of a profile or visit may be anything, but for needs and
//! the time: what makes no sense is named as unreadable and never stops a decision, and `null` is as if not there. Called by the `Deserialize` of those types, and by nothing
//! else.

mod loose;
mod map;
mod shape;
mod time;

use std::fmt;

use serde::de::{self, Deserializer, MapAccess, Visitor};

use crate::value::Text;
use map::Seen;

pub(crate) use loose::{JSON_NUMBER, Loose, LooseFact, short, time_of};
pub(crate) use map::{read_map, read_map_or_refuse, sorted};
pub(crate) use shape::{LooseTable, LooseTimes, Shape, Shaped};
pub(crate) use time::{moment, timestamp};

/// What is read field by field.
pub(crate) trait Fields<'de> {
    /// ``a profile``
    const WHAT: &'static str;
    /// The names of all fields, for suggestions.
    fn names() -> Vec<&'static str>;
    /// Reads the value of the field `name`; whether there is such a field.
    fn field<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error>;
}

/// Reads the fields that are there into `blank`; refuses those that `T` does not have, and those that come twice.
pub(crate) fn read_fields<'de, T: Fields<'de>, D: Deserializer<'de>>(
    blank: T,
    from: D,
) -> Result<T, D::Error> {
    struct Walk<T>(T);
    impl<'de, T: Fields<'de>> Visitor<'de> for Walk<T> {
        type Value = T;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(T::WHAT)
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
            let first = map.next_key()?;
            each_field(self.0, first, &mut map)
        }
    }
    from.deserialize_map(Walk(blank))
}

/// The same of a table whose `first` key is read already.
pub(crate) fn each_field<'de, T: Fields<'de>, A: MapAccess<'de>>(
    mut blank: T,
    first: Option<Text>,
    map: &mut A,
) -> Result<T, A::Error> {
    let (mut seen, mut next) = (Seen::default(), first);
    while let Some(name) = next {
        if seen.has(&name) {
            return Err(twice("field", &name));
        }
        if !blank.field(&name, map)? {
            return Err(crate::words::unknown("field", &name, &T::names()));
        }
        seen.add(name);
        next = map.next_key()?;
    }
    Ok(blank)
}

/// Keeps what was read, if it was, and gives back what makes no sense.
pub(crate) fn kept<T>(read: Option<Result<T, String>>, keep: impl FnOnce(T)) -> Option<String> {
    read?.map(keep).err()
}

/// ``field `age` is given twice``
pub(crate) fn twice<E: de::Error>(what: &str, name: &str) -> E {
    E::custom(format!("{what} `{}` is given twice", short(name)))
}

/// Writes `Deserialize` for a struct from the list of its fields: `must` be there, or `may` be (else its `Default`).
macro_rules! read_by_fields {
    ($type:ident, $what:literal, must { $($must:ident),* }, may { $($may:ident),* }) => {
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                struct Read;
                impl<'de> serde::de::Visitor<'de> for Read {
                    type Value = $type;
                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str($what)
                    }
                    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<$type, A::Error> {
                        $(let mut $must = None;)*
                        $(let mut $may = None;)*
                        while let Some(name) = map.next_key::<crate::value::Text>()? {
                            match &*name {
                                $(stringify!($must) => match $must {
                                    Some(_) => return Err(crate::wire::twice("field", &name)),
                                    None => $must = Some(map.next_value()?),
                                },)*
                                $(stringify!($may) => match $may {
                                    Some(_) => return Err(crate::wire::twice("field", &name)),
                                    // `null` is as if not there.
                                    None => $may = Some(map.next_value::<Option<_>>()?),
                                },)*
                                _ => {
                                    let known = [$(stringify!($must),)* $(stringify!($may),)*];
                                    return Err(crate::words::unknown("field", &name, &known));
                                }
                            }
                        }
                        Ok($type {
                            $($must: $must.ok_or_else(|| crate::wire::missing(stringify!($must)))?,)*
                            $($may: $may.flatten().unwrap_or_default(),)*
                        })
                    }
                }
                from.deserialize_map(Read)
            }
        }
    };
}
pub(crate) use read_by_fields;

/// ``missing field `at` ``
pub(crate) fn missing<E: de::Error>(name: &str) -> E {
    E::custom(format!("missing field `{name}`"))
}
