//! Data where anything may stand: what has the shape that is looked for is read in it, part by part, and all else as a
//! value that can be named. A wrong shape is no error here: one fact that makes no sense must not cost the whole record.

use std::collections::BTreeSet;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::loose::{JSON_NUMBER, Loose, number, time};
use super::time::TOML_DATETIME;
use super::{Fields, each_field};
use crate::time::Timestamp;
use crate::value::{Value, a};

/// What is read, whatever is found.
pub(crate) trait Shape<'de>: Sized {
    type Out;
    /// From a value without parts, from nothing, or from what was found that is no value.
    fn plain(self, found: Loose) -> Self::Out;
    /// From a list; as a set of names, if it says nothing else.
    fn list<A: SeqAccess<'de>>(self, list: &mut A) -> Result<Self::Out, A::Error> {
        names(list).map(|found| self.plain(found))
    }
    /// From a table, of which `first` is the first key; passed over, if it says nothing else.
    fn table<A: MapAccess<'de>>(self, first: Option<String>, map: &mut A) -> Result<Self::Out, A::Error> {
        if first.is_some() {
            map.next_value::<IgnoredAny>()?;
        }
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(self.plain(Loose::Unfit("found a table".to_owned())))
    }
}

fn names<'de, A: SeqAccess<'de>>(list: &mut A) -> Result<Loose, A::Error> {
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
            Loose::Unfit(format!("found a list with {}, expected names", a(value.type_name())))
        }
        Some(_) => Loose::Unfit("found a list of something else than names".to_owned()),
    })
}

fn whole<N: TryInto<i64>>(number: N) -> Loose {
    match number.try_into() {
        Ok(value) => Loose::Value(Value::Int(value)),
        Err(_) => Loose::Unfit("found a number beyond 64 bits".to_owned()),
    }
}

/// Reads a shape.
pub(crate) struct Shaped<S>(pub(crate) S);

impl<'de, S: Shape<'de>> DeserializeSeed<'de> for Shaped<S> {
    type Value = S::Out;
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<S::Out, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de, S: Shape<'de>> Visitor<'de> for Shaped<S> {
    type Value = S::Out;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }
    fn visit_bool<E>(self, v: bool) -> Result<S::Out, E> {
        Ok(self.0.plain(Loose::Value(Value::Bool(v))))
    }
    fn visit_i64<E>(self, v: i64) -> Result<S::Out, E> {
        Ok(self.0.plain(whole(v)))
    }
    fn visit_u64<E>(self, v: u64) -> Result<S::Out, E> {
        Ok(self.0.plain(whole(v)))
    }
    fn visit_i128<E>(self, v: i128) -> Result<S::Out, E> {
        Ok(self.0.plain(whole(v)))
    }
    fn visit_u128<E>(self, v: u128) -> Result<S::Out, E> {
        Ok(self.0.plain(whole(v)))
    }
    fn visit_f64<E>(self, v: f64) -> Result<S::Out, E> {
        Ok(self.0.plain(Loose::Value(Value::Float(v))))
    }
    fn visit_str<E>(self, v: &str) -> Result<S::Out, E> {
        Ok(self.0.plain(Loose::Value(v.into())))
    }
    fn visit_string<E>(self, v: String) -> Result<S::Out, E> {
        Ok(self.0.plain(Loose::Value(v.into())))
    }
    fn visit_bytes<E>(self, _: &[u8]) -> Result<S::Out, E> {
        Ok(self.0.plain(Loose::Unfit("found bytes".to_owned())))
    }
    fn visit_unit<E>(self) -> Result<S::Out, E> {
        Ok(self.0.plain(Loose::Nothing))
    }
    fn visit_none<E>(self) -> Result<S::Out, E> {
        Ok(self.0.plain(Loose::Nothing))
    }
    fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<S::Out, D::Error> {
        from.deserialize_any(self)
    }
    fn visit_newtype_struct<D: Deserializer<'de>>(self, from: D) -> Result<S::Out, D::Error> {
        from.deserialize_any(self)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<S::Out, A::Error> {
        self.0.list(&mut list)
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<S::Out, A::Error> {
        match map.next_key::<String>()? {
            Some(key) if key == TOML_DATETIME => Ok(self.0.plain(time(&map.next_value::<String>()?))),
            Some(key) if key == JSON_NUMBER => Ok(self.0.plain(number(&map.next_value::<String>()?))),
            first => self.0.table(first, &mut map),
        }
    }
}

/// A table of fields, or what was found in its place; `None` is nothing at all.
pub(crate) struct LooseTable<T>(pub(crate) Option<Result<T, String>>);

struct AsTable<T>(PhantomData<T>);

impl<'de, T: Fields<'de> + Default> Shape<'de> for AsTable<T> {
    type Out = LooseTable<T>;
    fn plain(self, found: Loose) -> LooseTable<T> {
        LooseTable(found.instead_of(T::WHAT).map(Err))
    }
    fn table<A: MapAccess<'de>>(self, first: Option<String>, map: &mut A) -> Result<Self::Out, A::Error> {
        Ok(LooseTable(Some(Ok(each_field(T::default(), first, map)?))))
    }
}

impl<'de, T: Fields<'de> + Default> Deserialize<'de> for LooseTable<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Shaped(AsTable(PhantomData)))
    }
}

/// A list of times: those that are some, and what was found beside them or in place of the list.
#[derive(Default)]
pub(crate) struct LooseTimes {
    pub(crate) times: Vec<Timestamp>,
    /// Of several problems the first in the alphabet, so that the order of the list does not matter.
    pub(crate) problem: Option<String>,
}

struct AsTimes;

impl<'de> Shape<'de> for AsTimes {
    type Out = LooseTimes;
    fn plain(self, found: Loose) -> LooseTimes {
        LooseTimes { times: Vec::new(), problem: found.instead_of("a list of times") }
    }
    fn list<A: SeqAccess<'de>>(self, list: &mut A) -> Result<LooseTimes, A::Error> {
        let mut read = LooseTimes::default();
        while let Some(found) = list.next_element::<Loose>()? {
            match found.time() {
                None => {}
                Some(Ok(at)) => read.times.push(at),
                Some(Err(problem)) => {
                    read.problem = Some(match read.problem {
                        Some(known) => known.min(problem),
                        None => problem,
                    });
                }
            }
        }
        Ok(read)
    }
}

impl<'de> Deserialize<'de> for LooseTimes {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Shaped(AsTimes))
    }
}
