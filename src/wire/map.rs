//! Tables by name in data: needs, channels, purposes, units, attributes. A name that comes twice is refused; `null` in
//! place of the table says that there are none.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, MapAccess, Visitor};

use super::loose::Loose;
use super::shape::{Shape, Shaped};
use super::twice;

/// What is read entry by entry: what the names are, and who takes each name with its value.
struct Each<F, V>(&'static str, F, PhantomData<V>);

impl<F, V> Each<F, V> {
    /// A refusal by who takes is handed on as a value: the format has no part in it.
    fn entries<'de, A: MapAccess<'de>, E: de::Error>(
        mut self,
        first: Option<String>,
        map: &mut A,
    ) -> Result<Result<(), E>, A::Error>
    where
        V: Deserialize<'de>,
        F: FnMut(&str, V) -> Result<(), E>,
    {
        let (mut seen, mut next) = (BTreeSet::new(), first);
        while let Some(name) = next {
            let value = map.next_value()?;
            if seen.contains(&name) {
                return Err(twice(self.0, &name));
            }
            if let Err(error) = (self.1)(&name, value) {
                return Ok(Err(error));
            }
            seen.insert(name);
            next = map.next_key()?;
        }
        Ok(Ok(()))
    }
}

impl<'de, V: Deserialize<'de>, E: de::Error, F: FnMut(&str, V) -> Result<(), E>> Shape<'de> for Each<F, V> {
    /// What was found in place of the table.
    type Out = Result<Option<String>, E>;
    fn plain(self, found: Loose) -> Self::Out {
        Ok(found.instead_of(&format!("a table by {}", self.0)))
    }
    fn table<A: MapAccess<'de>>(self, first: Option<String>, map: &mut A) -> Result<Self::Out, A::Error> {
        Ok(self.entries(first, map)?.map(|()| None))
    }
}

/// Reads a table entry by entry: `take` gets each name with its value, and says what is wrong with them. Gives what was
/// found in place of a table.
pub(crate) fn read_map<'de, V: Deserialize<'de>, A: MapAccess<'de>>(
    map: &mut A,
    what: &'static str,
    take: impl FnMut(&str, V) -> Result<(), A::Error>,
) -> Result<Option<String>, A::Error> {
    map.next_value_seed(Shaped(Each(what, take, PhantomData)))?
}

/// As [`read_map`], by name whatever the order of the data: facts are kept in that order, and thousands that came in
/// another would each move all the others.
pub(crate) fn sorted<'de, V: Deserialize<'de>, A: MapAccess<'de>>(
    map: &mut A,
    what: &'static str,
    mut take: impl FnMut(&str, V),
) -> Result<Option<String>, A::Error> {
    let mut all = BTreeMap::new();
    let problem = read_map(map, what, |name, value: V| {
        all.insert(Box::<str>::from(name), value);
        Ok(())
    })?;
    all.into_iter().for_each(|(name, value)| take(&name, value));
    Ok(problem)
}

/// As [`read_map`], for what must not be lost in silence: anything but a table is refused.
pub(crate) fn read_map_or_refuse<'de, V: Deserialize<'de>, A: MapAccess<'de>>(
    map: &mut A,
    what: &'static str,
    take: impl FnMut(&str, V) -> Result<(), A::Error>,
) -> Result<(), A::Error> {
    struct Strict<F, V>(Each<F, V>);
    impl<'de, V: Deserialize<'de>, E: de::Error, F: FnMut(&str, V) -> Result<(), E>> Visitor<'de>
        for Strict<F, V>
    {
        type Value = Result<(), E>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "a table by {}", self.0.0)
        }
        fn visit_unit<U>(self) -> Result<Self::Value, U> {
            Ok(Ok(()))
        }
        fn visit_none<U>(self) -> Result<Self::Value, U> {
            Ok(Ok(()))
        }
        fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
            from.deserialize_map(self)
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let first = map.next_key()?;
            self.0.entries(first, &mut map)
        }
    }
    impl<'de, V: Deserialize<'de>, E: de::Error, F: FnMut(&str, V) -> Result<(), E>> DeserializeSeed<'de>
        for Strict<F, V>
    {
        type Value = Result<(), E>;
        fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
            from.deserialize_option(self)
        }
    }
    map.next_value_seed(Strict(Each(what, take, PhantomData)))?
}
