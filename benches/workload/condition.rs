//! A segment as data, so that every engine can be given it in its own form: how it prints as CEL, and the plainest way to
//! evaluate it (L1), against which all engines are held.

use std::fmt;

use super::schema::{Attribute, Value};

/// What is asked of one attribute.
#[derive(Debug, Clone, PartialEq)]
pub enum Predicate {
    Less(Value),
    AtLeast(Value),
    Equal(Value),
    NotEqual(Value),
    OneOf(Vec<Value>),
    IsTrue,
    StartsWith(Box<str>),
    EndsWith(Box<str>),
    Contains(Box<str>),
    /// The regular expression `^begin[a-z0-9._-]*end$`; visitors' texts have no other characters.
    Matches(Box<str>, Box<str>),
}

/// The condition of a segment.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    And(Vec<Condition>),
    Or(Vec<Condition>),
    Not(Box<Condition>),
    /// Of the attribute at this position of the schema.
    Asks(usize, Predicate),
    /// The value of an earlier segment.
    Segment(usize),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Segment {
    pub name: Box<str>,
    pub when: Condition,
}

/// Both as numbers, if both are.
fn order(value: &Value, literal: &Value) -> Option<std::cmp::Ordering> {
    match (value, literal) {
        (Value::Int(a), Value::Int(b)) => Some(a.cmp(b)),
        (Value::Float(a), Value::Float(b)) => a.partial_cmp(b),
        _ => None,
    }
}

impl Predicate {
    /// Whether it holds of a value that is known.
    pub fn holds(&self, value: &Value) -> bool {
        match (self, value) {
            (Self::Less(literal), _) => order(value, literal).is_some_and(|order| order.is_lt()),
            (Self::AtLeast(literal), _) => order(value, literal).is_some_and(|order| order.is_ge()),
            (Self::Equal(literal), _) => value == literal,
            (Self::NotEqual(literal), _) => value != literal,
            (Self::OneOf(literals), _) => literals.contains(value),
            (Self::IsTrue, Value::Bool(value)) => *value,
            (Self::StartsWith(part), Value::Text(text)) => text.starts_with(&**part),
            (Self::EndsWith(part), Value::Text(text)) => text.ends_with(&**part),
            (Self::Contains(part), Value::Text(text)) => text.contains(&**part),
            (Self::Matches(begin, end), Value::Text(text)) => {
                text.len() >= begin.len() + end.len() && text.starts_with(&**begin) && text.ends_with(&**end)
            }
            _ => false,
        }
    }
}

impl Condition {
    /// The value for a visitor, `None` for unknown; `segments` are the values of those before.
    pub fn value(&self, values: &[Option<Value>], segments: &[Option<bool>]) -> Option<bool> {
        match self {
            Self::And(parts) => absorb(parts, false, values, segments),
            Self::Or(parts) => absorb(parts, true, values, segments),
            Self::Not(part) => part.value(values, segments).map(|value| !value),
            Self::Asks(attribute, predicate) => {
                values[*attribute].as_ref().map(|value| predicate.holds(value))
            }
            Self::Segment(earlier) => segments[*earlier],
        }
    }
    /// Whether another segment has a say in it.
    pub fn uses_segments(&self) -> bool {
        match self {
            Self::And(parts) | Self::Or(parts) => parts.iter().any(Self::uses_segments),
            Self::Not(part) => part.uses_segments(),
            Self::Asks(..) => false,
            Self::Segment(_) => true,
        }
    }
    /// Whether it asks nothing but what is `fine`, itself and through earlier segments, of which it is said.
    pub fn asks_only(&self, fine: &dyn Fn(usize) -> bool, segments: &[bool]) -> bool {
        match self {
            Self::And(parts) | Self::Or(parts) => parts.iter().all(|part| part.asks_only(fine, segments)),
            Self::Not(part) => part.asks_only(fine, segments),
            Self::Asks(attribute, _) => fine(*attribute),
            Self::Segment(earlier) => segments[*earlier],
        }
    }
    /// As CEL writes it.
    pub fn cel<'a>(&'a self, schema: &'a [Attribute], segments: &'a [Segment]) -> Cel<'a> {
        Cel { condition: self, schema, segments, is_part: false }
    }
}

/// `absorbing` if one part is, else unknown if one part is, else the opposite; whatever the order.
fn absorb(
    parts: &[Condition],
    absorbing: bool,
    values: &[Option<Value>],
    segments: &[Option<bool>],
) -> Option<bool> {
    let mut all = Some(!absorbing);
    for part in parts {
        match part.value(values, segments) {
            Some(value) if value == absorbing => return Some(absorbing),
            Some(_) => {}
            None => all = None,
        }
    }
    all
}

/// The values of all `segments` for a visitor.
pub fn values(segments: &[Segment], visitor: &[Option<Value>]) -> Vec<Option<bool>> {
    let mut found = Vec::with_capacity(segments.len());
    for segment in segments {
        let value = segment.when.value(visitor, &found);
        found.push(value);
    }
    found
}

/// Prints a condition.
#[derive(Debug)]
pub struct Cel<'a> {
    condition: &'a Condition,
    schema: &'a [Attribute],
    segments: &'a [Segment],
    is_part: bool,
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(value) => write!(f, "{value}"),
            Self::Float(value) => write!(f, "{value:?}"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Text(value) => write!(f, "\"{value}\""),
        }
    }
}

impl fmt::Display for Cel<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = |condition| Cel { condition, is_part: true, ..*self };
        let joined = |parts: &'_ Vec<Cel<'_>>, by: &str| {
            let parts: Vec<String> = parts.iter().map(Cel::to_string).collect();
            if self.is_part { format!("({})", parts.join(by)) } else { parts.join(by) }
        };
        let (attribute, predicate) = match self.condition {
            Condition::And(parts) => return f.write_str(&joined(&parts.iter().map(part).collect(), " && ")),
            Condition::Or(parts) => return f.write_str(&joined(&parts.iter().map(part).collect(), " || ")),
            Condition::Not(inner) => {
                let inner = part(inner).to_string();
                let simple = inner.starts_with('(') || !inner.contains(' ');
                return if simple { write!(f, "!{inner}") } else { write!(f, "!({inner})") };
            }
            Condition::Segment(earlier) => return write!(f, "segment.{}", self.segments[*earlier].name),
            Condition::Asks(attribute, predicate) => (&self.schema[*attribute].name, predicate),
        };
        match predicate {
            Predicate::Less(literal) => write!(f, "{attribute} < {literal}"),
            Predicate::AtLeast(literal) => write!(f, "{attribute} >= {literal}"),
            Predicate::Equal(literal) => write!(f, "{attribute} == {literal}"),
            Predicate::NotEqual(literal) => write!(f, "{attribute} != {literal}"),
            Predicate::OneOf(literals) => {
                let literals: Vec<String> = literals.iter().map(Value::to_string).collect();
                write!(f, "{attribute} in [{}]", literals.join(", "))
            }
            Predicate::IsTrue => write!(f, "{attribute}"),
            Predicate::StartsWith(text) => write!(f, "{attribute}.startsWith(\"{text}\")"),
            Predicate::EndsWith(text) => write!(f, "{attribute}.endsWith(\"{text}\")"),
            Predicate::Contains(text) => write!(f, "{attribute}.contains(\"{text}\")"),
            Predicate::Matches(begin, end) => {
                write!(f, "{attribute}.matches(\"^{begin}[a-z0-9._-]*{end}$\")")
            }
        }
    }
}
