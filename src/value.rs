//! Values of attributes: what hosts give, and what an evaluation sees.

use std::collections::BTreeSet;

use crate::time::Timestamp;

/// The value of an attribute, as a host gives it. An enum's value is its name, a [`Value::Text`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// `bool`
    Bool(bool),
    /// `int`
    Int(i64),
    /// `float`; NaN counts as unknown (L6)
    Float(f64),
    /// `string` or `enum`
    Text(Text),
    /// `timestamp`
    Timestamp(Timestamp),
    /// `set`
    Set(BTreeSet<Box<str>>),
}

/// A text. Up to 24 bytes of it stand in place, so that most names and words need no memory of their own.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Text(compact_str::CompactString);

impl Text {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
impl std::ops::Deref for Text {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}
impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}
impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}
impl From<Text> for String {
    fn from(text: Text) -> Self {
        text.0.into_string()
    }
}
impl std::fmt::Display for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self)
    }
}
impl std::fmt::Debug for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Debug::fmt(&**self, f)
    }
}
impl serde::Serialize for Text {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}
impl<'de> serde::Deserialize<'de> for Text {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Read;
        impl serde::de::Visitor<'_> for Read {
            type Value = Text;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a text")
            }
            fn visit_str<E>(self, text: &str) -> Result<Text, E> {
                Ok(text.into())
            }
        }
        from.deserialize_str(Read)
    }
}
impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}
impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

macro_rules! value_from {
    ($($from:ty => |$v:ident| $to:expr),+ $(,)?) => {
        $(impl From<$from> for Value { fn from($v: $from) -> Self { $to } })+
    };
}
value_from! {
    bool => |v| Self::Bool(v),
    i64 => |v| Self::Int(v),
    i32 => |v| Self::Int(v.into()),
    i16 => |v| Self::Int(v.into()),
    i8 => |v| Self::Int(v.into()),
    u32 => |v| Self::Int(v.into()),
    u16 => |v| Self::Int(v.into()),
    u8 => |v| Self::Int(v.into()),
    f64 => |v| Self::Float(v),
    &str => |v| Self::Text(v.to_owned().into()),
    String => |v| Self::Text(v.into()),
    Timestamp => |v| Self::Timestamp(v),
}
impl<S: Into<Box<str>>, const N: usize> From<[S; N]> for Value {
    fn from(members: [S; N]) -> Self {
        Self::Set(members.into_iter().map(Into::into).collect())
    }
}

impl Value {
    /// The value of a fact that was held against its type when it was kept; none of those is a set.
    #[inline]
    pub(crate) fn as_given(&self) -> Given<'_> {
        match self {
            Self::Bool(value) => Given::Bool(*value),
            Self::Int(value) => Given::Int(*value),
            Self::Float(value) => Given::Float(*value),
            Self::Text(value) => Given::Text(value),
            Self::Timestamp(value) => Given::Time(*value),
            Self::Set(members) => Given::Set(Members::Names(members)),
        }
    }
    /// The word for its type, as in documents.
    pub(crate) const fn type_name(&self) -> &'static str {
        match self {
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Float(_) => "float",
            Self::Text(_) => "string",
            Self::Timestamp(_) => "timestamp",
            Self::Set(_) => "set",
        }
    }
}

/// The word for a type with its article, for messages: ``found an int, expected a string``.
pub(crate) fn a(word: &str) -> String {
    let article = if word.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" };
    format!("{article} {word}")
}

/// What an evaluation sees of an attribute, after D1: borrowed, typed as the attribute is declared.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Given<'a> {
    /// Not known, hidden, or not of the attribute's type; why is asked for apart.
    Unknown,
    Bool(bool),
    Int(i64),
    /// Never NaN.
    Float(f64),
    /// Text, or the name of an enum's value (one of its domain).
    Text(&'a str),
    Time(Timestamp),
    Set(Members<'a>),
}

impl Given<'_> {
    /// The same, owned; `None` if it is unknown.
    pub(crate) fn to_value(self) -> Option<Value> {
        Some(match self {
            Self::Unknown => return None,
            Self::Bool(value) => Value::Bool(value),
            Self::Int(value) => Value::Int(value),
            Self::Float(value) => Value::Float(value),
            Self::Text(value) => Value::Text(value.to_owned().into()),
            Self::Time(value) => Value::Timestamp(value),
            Self::Set(members) => Value::Set(members.iter().map(Into::into).collect()),
        })
    }
}

/// The members of a set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Members<'a> {
    /// Bit n stands for the n-th name of the domain.
    Bits { bits: u64, domain: &'a [Box<str>] },
    /// The members themselves, all of the domain.
    Names(&'a BTreeSet<Box<str>>),
}

impl<'a> Members<'a> {
    pub(crate) fn contains(self, name: &str) -> bool {
        match self {
            Self::Bits { .. } => self.iter().any(|member| member == name),
            Self::Names(names) => names.contains(name),
        }
    }
    /// The same for the name at `position` of the domain, without looking for it.
    pub(crate) fn contains_at(self, position: u16, name: &str) -> bool {
        match self {
            Self::Bits { bits, .. } => bits.checked_shr(position.into()).unwrap_or(0) & 1 == 1,
            Self::Names(names) => names.contains(name),
        }
    }
    pub(crate) fn len(self) -> usize {
        match self {
            Self::Bits { bits, .. } => bits.count_ones() as usize,
            Self::Names(names) => names.len(),
        }
    }
    /// The members, in the order of the domain or of the names: nothing may depend on which.
    pub(crate) fn iter(self) -> impl Iterator<Item = &'a str> {
        let (bits, domain, names) = match self {
            Self::Bits { bits, domain } => (bits, domain, None),
            Self::Names(names) => (0, [].as_slice(), Some(names)),
        };
        let by_bit =
            domain.iter().enumerate().filter(move |(n, _)| bits.checked_shr(*n as u32).unwrap_or(0) & 1 == 1);
        by_bit.map(|(_, name)| &**name).chain(names.into_iter().flatten().map(|name| &**name))
    }
}
