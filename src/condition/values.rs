//! Values for a condition on its own: names and what they are, held against the types when they are read.

use std::collections::BTreeMap;

use super::{Facts, Read, RustRuleId, SegmentId};
use crate::attribute::read::typed;
use crate::attribute::{AttributeId, AttributeType};
use crate::truth::Truth;
use crate::value::{Given, Members, Value};

/// Values of attributes, by name, for [`Condition::evaluate`](crate::Condition::evaluate).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Values {
    by_name: BTreeMap<Box<str>, Value>,
}

impl Values {
    /// None: everything is unknown.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
    /// These, and `name` is `value`.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.set(name, value);
        self
    }
    /// From here on, `name` is `value`.
    pub fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.by_name.insert(name.into(), value.into());
    }
    /// From here on, `name` is unknown.
    pub fn forget(&mut self, name: &str) {
        self.by_name.remove(name);
    }
    /// The value of `name`, if it has one.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.by_name.get(name)
    }
}

impl<N: AsRef<str>, V: Into<Value>> FromIterator<(N, V)> for Values {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(values: I) -> Self {
        let mut all = Self::new();
        for (name, value) in values {
            all.set(name.as_ref(), value);
        }
        all
    }
}

/// Values as the facts of one condition.
pub(super) struct Known<'v> {
    pub(super) values: &'v Values,
    /// INVARIANT: ordered by id.
    pub(super) reads: &'v [Read],
}

impl Facts for Known<'_> {
    fn given(&self, id: AttributeId) -> Given<'_> {
        let Ok(place) = self.reads.binary_search_by_key(&id, |read| read.id) else { return Given::Unknown };
        let Some(read) = self.reads.get(place) else { return Given::Unknown };
        match (self.values.get(&read.name), &read.kind) {
            (Some(value), kind) => typed(value.into(), kind, false),
            // What is always known is none, or 0, where nothing is said of it.
            (None, AttributeType::Int { .. }) if read.is_none_if_absent => Given::Int(0),
            (None, AttributeType::Set(domain)) if read.is_none_if_absent => {
                Given::Set(Members::Bits { bits: 0, domain })
            }
            (None, _) => Given::Unknown,
        }
    }
    /// What is given here is given by somebody.
    fn is_declared(&self, id: AttributeId) -> bool {
        self.given(id) != Given::Unknown
    }
    fn segment(&self, _: SegmentId) -> Truth {
        Truth::Unknown
    }
    fn rust_rule(&self, _: RustRuleId) -> Truth {
        Truth::Unknown
    }
    fn bucket(&self, _: &str) -> Option<u16> {
        None
    }
}
