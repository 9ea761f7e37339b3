//! The types that the checker tells apart.

use std::fmt;

use super::super::tree::Kind;
use crate::attribute::{AttributeType, Names};

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Type {
    /// Fits everything: a part with a problem, an element of an empty list.
    Any,
    Bool,
    Int,
    Float,
    /// An int or a float: an element of a list that has both.
    Number,
    /// The domain, where it is an enum's value or a set's member.
    Text(Option<Names>),
    Time,
    Duration,
    List(Box<Type>),
    Set(Names),
}

impl Type {
    pub(super) fn is_number(&self) -> bool {
        matches!(self, Self::Int | Self::Float | Self::Number)
    }
    pub(super) fn is_text(&self) -> bool {
        matches!(self, Self::Text(_))
    }
    /// Whether it can stand where `other` is needed.
    pub(super) fn fits(&self, other: &Self) -> bool {
        *self == Self::Any || self == other
    }
    /// The one type of both, as the branches of a choice need it.
    pub(super) fn join(&self, other: &Self) -> Option<Self> {
        match (self, other) {
            (Self::Any, one) | (one, Self::Any) => Some(one.clone()),
            (Self::Text(a), Self::Text(b)) => Some(Self::Text(a.clone().filter(|_| a == b))),
            (Self::List(a), Self::List(b)) => Some(Self::List(Box::new(a.join_element(b)?))),
            (a, b) => (a == b).then(|| a.clone()),
        }
    }
    /// The one type of both as elements of a list: ints and floats may stand together.
    pub(super) fn join_element(&self, other: &Self) -> Option<Self> {
        if self.is_number() && other.is_number() && self != other {
            return Some(Self::Number);
        }
        self.join(other)
    }
    /// Whether the two can be equal at all.
    pub(super) fn comparable(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Any, _) | (_, Self::Any) => true,
            (Self::List(a), Self::List(b)) => a.comparable(b),
            (a, b) => (a.is_number() && b.is_number()) || (a.is_text() && b.is_text()) || a == b,
        }
    }
    /// The domain of an enum's value or a set's member.
    pub(super) fn domain(&self) -> Option<&Names> {
        if let Self::Text(domain) = self { domain.as_ref() } else { None }
    }
    /// For a message: ``a list of `strings` cannot hold …``.
    pub(super) fn plural(&self) -> &'static str {
        match self {
            Self::Any => "nothing",
            Self::Bool => "bools",
            Self::Int => "ints",
            Self::Float => "floats",
            Self::Number => "numbers",
            Self::Text(_) => "strings",
            Self::Time => "timestamps",
            Self::Duration => "durations",
            Self::List(_) => "lists",
            Self::Set(_) => "sets",
        }
    }
}

impl fmt::Display for Type {
    /// With its article.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Any => "anything",
            Self::Bool => "a bool",
            Self::Int => "an int",
            Self::Float => "a float",
            Self::Number => "an int or a float",
            Self::Text(None) => "a string",
            Self::Text(Some(_)) => "an enum",
            Self::Time => "a timestamp",
            Self::Duration => "a duration",
            Self::List(_) => "a list",
            Self::Set(_) => "a set",
        })
    }
}

impl From<&AttributeType> for Type {
    fn from(kind: &AttributeType) -> Self {
        match kind {
            AttributeType::Bool => Self::Bool,
            AttributeType::Int { .. } => Self::Int,
            AttributeType::Float => Self::Float,
            AttributeType::Text => Self::Text(None),
            AttributeType::Enum(names) => Self::Text(Some(names.clone())),
            AttributeType::Set(names) => Self::Set(names.clone()),
            AttributeType::Timestamp => Self::Time,
        }
    }
}

impl From<&Type> for Kind {
    fn from(kind: &Type) -> Self {
        match kind {
            Type::Text(_) => Self::Text,
            Type::Set(_) => Self::Set,
            Type::List(_) => {
                let (mut levels, mut leaf) = (0_u8, kind);
                while let Type::List(element) = leaf {
                    levels = levels.saturating_add(1);
                    leaf = element;
                }
                Self::List { levels, texts: leaf.is_text() }
            }
            _ => Self::Scalar,
        }
    }
}
