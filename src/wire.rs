//! How profiles, visits and touchpoints are read from data, in any format that describes itself. The shape must be
//! right (an unknown or repeated field is an error, with a suggestion); a *fact* may be anything: one that makes no
//! sense is named as unreadable and never stops a decision. Called by the `Deserialize` of those types, and by nothing
//! else.

mod loose;
mod time;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};

pub(crate) use loose::{JSON_NUMBER, Loose, LooseFact, short};
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
        fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<T, A::Error> {
            let mut seen = BTreeSet::new();
            while let Some(name) = map.next_key::<String>()? {
                if seen.contains(&name) {
                    return Err(twice("field", &name));
                }
                if !self.0.field(&name, &mut map)? {
                    return Err(crate::words::unknown("field", &name, &T::names()));
                }
                seen.insert(name);
            }
            Ok(self.0)
        }
    }
    from.deserialize_map(Walk(blank))
}

/// ``field `age` is given twice``
pub(crate) fn twice<E: de::Error>(what: &str, name: &str) -> E {
    E::custom(format!("{what} `{}` is given twice", short(name)))
}

/// Reads a map entry by entry: `take` gets each name with its value, and says what is wrong with them.
pub(crate) fn read_map<'de, V: Deserialize<'de>, A: MapAccess<'de>>(
    map: &mut A,
    what: &'static str,
    take: impl FnMut(&str, V) -> Result<(), A::Error>,
) -> Result<(), A::Error> {
    struct Each<F, V>(&'static str, F, PhantomData<V>);
    impl<'de, V: Deserialize<'de>, E, F: FnMut(&str, V) -> Result<(), E>> Visitor<'de> for Each<F, V>
    where
        E: de::Error,
    {
        type Value = Result<(), E>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "a table by {}", self.0)
        }
        /// `null`: there are none, as elsewhere in profiles and visits.
        fn visit_unit<U>(self) -> Result<Self::Value, U> {
            Ok(Ok(()))
        }
        fn visit_none<U>(self) -> Result<Self::Value, U> {
            Ok(Ok(()))
        }
        fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
            from.deserialize_map(self)
        }
        fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut seen = BTreeSet::new();
            while let Some(name) = map.next_key::<String>()? {
                let value = map.next_value()?;
                if seen.contains(&name) {
                    return Err(twice(self.0, &name));
                }
                if let Err(error) = (self.1)(&name, value) {
                    return Ok(Err(error));
                }
                seen.insert(name);
            }
            Ok(Ok(()))
        }
    }
    impl<'de, V: Deserialize<'de>, E: de::Error, F: FnMut(&str, V) -> Result<(), E>> DeserializeSeed<'de>
        for Each<F, V>
    {
        type Value = Result<(), E>;
        fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
            from.deserialize_option(self)
        }
    }
    map.next_value_seed(Each(what, take, PhantomData))?
}

/// As [`read_map`], by name whatever the order of the data: facts are kept in that order, and thousands that came in
/// another would each move all the others.
pub(crate) fn sorted<'de, V: Deserialize<'de>, A: MapAccess<'de>>(
    map: &mut A,
    what: &'static str,
    mut take: impl FnMut(&str, V),
) -> Result<(), A::Error> {
    let mut all = BTreeMap::new();
    read_map(map, what, |name, value: V| {
        all.insert(Box::<str>::from(name), value);
        Ok(())
    })?;
    all.into_iter().for_each(|(name, value)| take(&name, value));
    Ok(())
}

/// Passes over what is left of a map.
fn drain<'de, A: MapAccess<'de>>(map: &mut A) -> Result<(), A::Error> {
    while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
    Ok(())
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
                        while let Some(name) = map.next_key::<String>()? {
                            match &*name {
                                $(stringify!($must) => match $must {
                                    Some(_) => return Err(crate::wire::twice("field", &name)),
                                    None => $must = Some(map.next_value()?),
                                },)*
                                $(stringify!($may) => match $may {
                                    Some(_) => return Err(crate::wire::twice("field", &name)),
                                    None => $may = Some(map.next_value()?),
                                },)*
                                _ => {
                                    let known = [$(stringify!($must),)* $(stringify!($may),)*];
                                    return Err(crate::words::unknown("field", &name, &known));
                                }
                            }
                        }
                        Ok($type {
                            $($must: $must.ok_or_else(|| crate::wire::missing(stringify!($must)))?,)*
                            $($may: $may.unwrap_or_default(),)*
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
