//! Segments in the forms that other crates take: without negations, and as alternatives of conjunctions.

use crate::Failure;
use crate::workload::condition::{Condition, Predicate};
use crate::workload::schema::{Attribute, Value};

/// What is asked of one attribute. Each has its opposite among the others, so that no form needs a negation; where the
/// attribute is not known, none holds, and then a form holds exactly if the condition it was made of is true (L1).
#[derive(Debug, Clone, PartialEq)]
pub enum Asks {
    Less(Value),
    AtLeast(Value),
    OneOf(Vec<Value>),
    NoneOf(Vec<Value>),
    IsTrue,
    IsFalse,
}

/// A condition without negations.
#[derive(Debug, Clone, PartialEq)]
pub enum Form {
    All(Vec<Form>),
    Any(Vec<Form>),
    /// Of the attribute at this position of the schema.
    Asks(usize, Asks),
}

impl Form {
    /// # Errors
    /// The condition asks something that not all of the peers can be asked.
    pub fn of(condition: &Condition) -> Result<Self, Failure> {
        Self::turned(condition, false)
    }

    fn turned(condition: &Condition, opposite: bool) -> Result<Self, Failure> {
        let parts = |parts: &[Condition]| -> Result<Vec<Self>, Failure> {
            parts.iter().map(|part| Self::turned(part, opposite)).collect()
        };
        Ok(match condition {
            Condition::Not(part) => return Self::turned(part, !opposite),
            Condition::And(all) if opposite => Self::Any(parts(all)?),
            Condition::Or(any) if opposite => Self::All(parts(any)?),
            Condition::And(all) => Self::All(parts(all)?),
            Condition::Or(any) => Self::Any(parts(any)?),
            Condition::Asks(attribute, predicate) => {
                let (asks, its_opposite) = match predicate.clone() {
                    Predicate::Less(literal) => (Asks::Less(literal.clone()), Asks::AtLeast(literal)),
                    Predicate::AtLeast(literal) => (Asks::AtLeast(literal.clone()), Asks::Less(literal)),
                    Predicate::Equal(literal) => {
                        (Asks::OneOf(vec![literal.clone()]), Asks::NoneOf(vec![literal]))
                    }
                    Predicate::NotEqual(literal) => {
                        (Asks::NoneOf(vec![literal.clone()]), Asks::OneOf(vec![literal]))
                    }
                    Predicate::OneOf(literals) => (Asks::OneOf(literals.clone()), Asks::NoneOf(literals)),
                    Predicate::IsTrue => (Asks::IsTrue, Asks::IsFalse),
                    other => return Err(format!("not every peer can be asked {other:?}").into()),
                };
                Self::Asks(*attribute, if opposite { its_opposite } else { asks })
            }
            Condition::Segment(_) => return Err("not every peer has segments that use segments".into()),
        })
    }

    /// The same as alternatives of conjunctions, for those that know nothing else. The workload's segments have at most
    /// one group of alternatives, so that they grow by their number at most.
    pub fn alternatives(&self) -> Vec<Vec<(usize, &Asks)>> {
        match self {
            Self::Asks(attribute, asks) => vec![vec![(*attribute, asks)]],
            Self::Any(parts) => parts.iter().flat_map(Self::alternatives).collect(),
            Self::All(parts) => parts.iter().fold(vec![Vec::new()], |all, part| {
                let more = part.alternatives();
                let with = |found: &Vec<(usize, _)>| {
                    more.iter().map(|next| [&found[..], &next[..]].concat()).collect::<Vec<_>>()
                };
                all.iter().flat_map(with).collect()
            }),
        }
    }

    /// All that is asked.
    pub fn asks(&self) -> Vec<(usize, &Asks)> {
        match self {
            Self::Asks(attribute, asks) => vec![(*attribute, asks)],
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::asks).collect(),
        }
    }

    /// The text of it in a language that has `and`, `or` and parentheses.
    pub fn text(&self, and: &str, or: &str, asks: &impl Fn(usize, &Asks) -> String) -> String {
        let joined = |parts: &[Self], by: &str| {
            let parts: Vec<String> = parts.iter().map(|part| part.text(and, or, asks)).collect();
            format!("({})", parts.join(by))
        };
        match self {
            Self::All(parts) => joined(parts, and),
            Self::Any(parts) => joined(parts, or),
            Self::Asks(attribute, what) => asks(*attribute, what),
        }
    }
}

/// The literals as a list without its brackets.
pub fn list(literals: &[Value], one: impl Fn(&Value) -> String) -> String {
    literals.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// The name of an attribute where a dot would mean something else.
pub fn flat(attribute: &Attribute) -> String {
    attribute.name.replace('.', "_")
}

/// A float in thousandths: what the workload has are eighths and halves, so that it stays the same number.
pub fn thousandths(value: f64) -> i64 {
    (value * 1_000.0) as i64
}
