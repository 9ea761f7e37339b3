//! What every format is turned into before it is read: scalars, lists and tables, each with its place where there is a
//! text. [`Seed`] makes it from any format that serde reads, within the limits.

use std::cell::Cell;
use std::fmt;
use std::ops::Range;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::diagnostic::DiagnosticCode as Code;
use crate::limits::Limits;
use crate::time::Moment;
use crate::wire::JSON_NUMBER;

/// A value of a document.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    /// Byte offsets in the text, quotes included; `None` where there is no text.
    pub(crate) span: Option<Range<usize>>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    Null,
    Bool(bool),
    Int(i64),
    /// A whole number that no `i64` holds, as written.
    BigInt(Box<str>),
    Float(f64),
    Text(Box<str>),
    /// A date and time of TOML, as RFC 3339 where it has an offset.
    Time(Box<str>),
    List(Vec<Node>),
    /// In the order of the format; a key may stand there twice.
    Table(Vec<(Key, Node)>),
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Key {
    pub(crate) text: Box<str>,
    pub(crate) span: Option<Range<usize>>,
}

impl Node {
    pub(crate) const fn new(kind: Kind) -> Self {
        Self { kind, span: None }
    }
    /// What it is, for messages: `found …, expected …`.
    pub(crate) fn describe(&self) -> &'static str {
        match &self.kind {
            Kind::Null => "nothing (null)",
            Kind::Bool(true) => "`true`",
            Kind::Bool(false) => "`false`",
            Kind::Int(_) | Kind::BigInt(_) => "an int",
            Kind::Float(_) => "a float",
            Kind::Text(_) => "a string",
            Kind::Time(_) => "a date or time",
            Kind::List(_) => "a list",
            Kind::Table(_) => "a table",
        }
    }
    /// A visitor whose visit is at `at`, if it does not say when it is.
    pub(crate) fn dated(mut self, at: Moment) -> Self {
        let table = || Self::new(Kind::Table(Vec::new()));
        let at = Self::new(Kind::Text(at.to_string().into()));
        self.put_if_nothing("visit", table).map(|visit| visit.put_if_nothing("at", || at));
        self
    }
    /// What stands at `key`, or else this; `None` in what is no table, which is told by whoever reads it. What is null is as if
    /// not there.
    fn put_if_nothing(&mut self, key: &str, this: impl FnOnce() -> Self) -> Option<&mut Self> {
        let Kind::Table(entries) = &mut self.kind else { return None };
        let place = entries.iter().position(|(known, _)| *known.text == *key);
        let place = place.unwrap_or_else(|| {
            entries.push((Key { text: key.into(), span: None }, Self::new(Kind::Null)));
            entries.len() - 1
        });
        let (_, node) = entries.get_mut(place)?;
        if node.kind == Kind::Null {
            *node = this();
        }
        Some(node)
    }
}

/// Reads a [`Node`] from any format.
#[derive(Clone, Copy)]
pub(crate) struct Seed<'a> {
    depth: usize,
    limits: &'a Limits,
    /// What is left of `document_bytes`.
    bytes: &'a Cell<usize>,
    /// Whether a limit was reached.
    limited: &'a Cell<bool>,
}

/// Reads a whole document; of an error, whether a limit or the syntax is to blame.
pub(crate) fn from_format<'de, D: Deserializer<'de>>(
    deserializer: D,
    limits: &Limits,
) -> Result<Node, (Code, D::Error)> {
    let (bytes, limited) = (Cell::new(limits.document_bytes), Cell::new(false));
    let seed = Seed { depth: 0, limits, bytes: &bytes, limited: &limited };
    seed.deserialize(deserializer)
        .map_err(|error| (if limited.get() { Code::Limit } else { Code::Syntax }, error))
}

/// The key under which the `toml` crate hands over a date-time.
pub(super) const TOML_DATETIME: &str = "$__toml_private_datetime";

impl Seed<'_> {
    fn spend<E: Error>(&self, bytes: usize) -> Result<(), E> {
        let left = self.bytes.get().checked_sub(bytes);
        self.bytes.set(left.ok_or_else(|| {
            self.limited.set(true);
            E::custom(format!(
                "a document of more than {} bytes, the limit `document_bytes`",
                self.limits.document_bytes
            ))
        })?);
        Ok(())
    }
    fn deeper<E: Error>(&self) -> Result<Self, E> {
        if self.depth >= self.limits.depth {
            self.limited.set(true);
            return Err(E::custom(too_deep(self.limits)));
        }
        Ok(Self { depth: self.depth + 1, ..*self })
    }
    fn scalar<E: Error>(&self, kind: Kind) -> Result<Node, E> {
        self.spend(16)?;
        Ok(Node::new(kind))
    }
}

pub(super) fn too_deep(limits: &Limits) -> String {
    format!("lists and tables more than {} deep, the limit `depth`", limits.depth)
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Node;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Node;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, a string, true or false, a list or a table")
    }
    fn visit_unit<E: Error>(self) -> Result<Node, E> {
        self.scalar(Kind::Null)
    }
    fn visit_none<E: Error>(self) -> Result<Node, E> {
        self.scalar(Kind::Null)
    }
    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        self.deeper()?.deserialize(deserializer)
    }
    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        self.deeper()?.deserialize(deserializer)
    }
    fn visit_bool<E: Error>(self, value: bool) -> Result<Node, E> {
        self.scalar(Kind::Bool(value))
    }
    fn visit_i64<E: Error>(self, value: i64) -> Result<Node, E> {
        self.scalar(Kind::Int(value))
    }
    fn visit_u64<E: Error>(self, value: u64) -> Result<Node, E> {
        self.scalar(i64::try_from(value).map_or_else(|_| Kind::BigInt(value.to_string().into()), Kind::Int))
    }
    fn visit_i128<E: Error>(self, value: i128) -> Result<Node, E> {
        self.scalar(i64::try_from(value).map_or_else(|_| Kind::BigInt(value.to_string().into()), Kind::Int))
    }
    fn visit_u128<E: Error>(self, value: u128) -> Result<Node, E> {
        self.scalar(i64::try_from(value).map_or_else(|_| Kind::BigInt(value.to_string().into()), Kind::Int))
    }
    fn visit_f64<E: Error>(self, value: f64) -> Result<Node, E> {
        self.scalar(Kind::Float(value))
    }
    fn visit_str<E: Error>(self, value: &str) -> Result<Node, E> {
        self.spend(value.len().max(1))?;
        Ok(Node::new(Kind::Text(value.into())))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Node, A::Error> {
        let inner = self.deeper()?;
        let mut list = Vec::new();
        while let Some(node) = seq.next_element_seed(inner)? {
            list.push(node);
        }
        Ok(Node::new(Kind::List(list)))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let inner = self.deeper()?;
        let mut table = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            self.spend(key.len().max(1))?;
            let node = map.next_value_seed(inner)?;
            match (key.as_str(), node.kind) {
                (JSON_NUMBER, Kind::Text(digits)) => return Ok(Node::new(number(&digits))),
                (TOML_DATETIME, Kind::Text(time)) => return Ok(Node::new(Kind::Time(time))),
                (_, kind) => table.push((Key { text: key.into(), span: None }, Node::new(kind))),
            }
        }
        Ok(Node::new(Kind::Table(table)))
    }
}

fn number(digits: &str) -> Kind {
    match (digits.parse::<i64>(), digits.parse::<f64>()) {
        (Ok(value), _) => Kind::Int(value),
        (_, Ok(value)) if digits.contains(['.', 'e', 'E']) => Kind::Float(value),
        _ => Kind::BigInt(digits.into()),
    }
}
