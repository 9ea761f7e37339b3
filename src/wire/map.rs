//! Tables by name in data: needs, channels, purposes, units, attributes. A name that comes twice is refused; `null` in
//! place of the table says that there are none.

use std::collections::BTreeSet;
use std::fmt;
use std::marker::PhantomData;

use smallvec::SmallVec;

use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, MapAccess, Visitor};

use super::loose::Loose;
use super::shape::{Shape, Shaped};
use super::twice;
use crate::value::Text;

/// The names that a table had so far. Most tables are short, so that looking at each costs least.
#[derive(Default)]
pub(super) struct Seen {
    few: SmallVec<[Text; 16]>,
    more: BTreeSet<Text>,
}

impl Seen {
    pub(super) fn has(&self, name: &Text) -> bool {
        self.few.contains(name) || !self.more.is_empty() && self.more.contains(name)
    }
    pub(super) fn add(&mut self, name: Text) {
        if self.few.len() < self.few.inline_size() {
            self.few.push(name);
        } else {
            self.more.insert(name);
        }
    }
}

/// What is read entry by entry: what the names are, and who takes each name with its value.
struct Each<F, V>(&'static str, F, PhantomData<V>);

impl<F, V> Each<F, V> {
    /// A refusal by who takes is one of the table, so that it has its place.
    fn entries<'de, A: MapAccess<'de>, E: de::Error>(
        mut self,
        first: Option<Text>,
        map: &mut A,
    ) -> Result<(), A::Error>
    where
        V: Deserialize<'de>,
        F: FnMut(&str, V) -> Result<(), E>,
    {
        let (mut seen, mut next) = (Seen::default(), first);
        while let Some(name) = next {
            let value = map.next_value()?;
            if seen.has(&name) {
                return Err(twice(self.0, &name));
            }
            (self.1)(&name, value).map_err(de::Error::custom)?;
            seen.add(name);
            next = map.next_key()?;
        }
        Ok(())
    }
}

impl<'de, V: Deserialize<'de>, E: de::Error, F: FnMut(&str, V) -> Result<(), E>> Shape<'de> for Each<F, V> {
    /// What was found in place of the table.
    type Out = Option<String>;
    fn plain(self, found: Loose) -> Self::Out {
        found.instead_of(&format!("a table by {}", self.0))
    }
    fn table<A: MapAccess<'de>>(self, first: Option<Text>, map: &mut A) -> Result<Self::Out, A::Error> {
        self.entries(first, map).map(|()| None)
    }
}

/// Reads a table entry by entry: `take` gets each name with its value, and says what is wrong with them. Gives what was
/// found in place of a table.
pub(crate) fn read_map<'de, V: Deserialize<'de>, A: MapAccess<'de>>(
    map: &mut A,
    what: &'static str,
    take: impl FnMut(&str, V) -> Result<(), A::Error>,
) -> Result<Option<String>, A::Error> {
    map.next_value_seed(Shaped(Each(what, take, PhantomData)))
}

/// Entries by name, and what was found in place of a table of them.
type Sorted<V> = (Vec<(Text, V)>, Option<String>);

/// The entries that [`read_map`] reads, by name whatever the order of the data: facts are kept in that order, and thousands
/// that came in another would each move all the others.
pub(crate) fn sorted<'de, V: Deserialize<'de>, A: MapAccess<'de>>(
    map: &mut A,
    what: &'static str,
) -> Result<Sorted<V>, A::Error> {
    let mut all: Vec<(Text, V)> = Vec::new();
    let problem = read_map(map, what, |name, value: V| {
        all.push((name.into(), value));
        Ok(())
    })?;
    if !all.is_sorted_by(|(one, _), (next, _)| one <= next) {
        all.sort_by(|(one, _), (other, _)| one.cmp(other));
    }
    Ok((all, problem))
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
        type Value = ();
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "a table by {}", self.0.0)
        }
        fn visit_unit<U>(self) -> Result<Self::Value, U> {
            Ok(())
        }
        fn visit_none<U>(self) -> Result<Self::Value, U> {
            Ok(())
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
        type Value = ();
        fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
            from.deserialize_option(self)
        }
    }
    map.next_value_seed(Strict(Each(what, take, PhantomData)))
}
