//! What a walk sees of a visitor: every attribute through one door, after D1 and held against its type. Choosing reads
//! through the same door as conditions, so that what a policy hides is hidden from both.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::observer::{UnknownFact, Why};
use super::scratch::truth_in;
use crate::attribute::table::{Found, Reading, Seen};
use crate::attribute::{Attribute, AttributeId, AttributeType, Origin};
use crate::condition::{Facts, Failure, RustRuleId, SegmentId};
use crate::fact::Source;
use crate::hash;
use crate::policy::{Checked, FactLimit};
use crate::rust_rule::RuleFacts;
use crate::time::{Duration, Offset, Timestamp};
use crate::truth::Truth;
use crate::value::{Given, Members, Value};
use crate::visit::Unit;

/// One attribute as it is not: what a counterfactual asks about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Change<'a> {
    pub(crate) attribute: AttributeId,
    pub(crate) given: Given<'a>,
}

/// What was unknown while a condition was watched.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    attributes: RefCell<Vec<AttributeId>>,
    segments: RefCell<Vec<SegmentId>>,
    failures: RefCell<Vec<Failure>>,
    /// What left each segment undecided, filled in once they are all known.
    pub(super) unknown_in: RefCell<ahash::AHashMap<SegmentId, Vec<UnknownFact>>>,
}

/// A visitor, as a policy may see them.
#[derive(Clone, Copy)]
pub(crate) struct VisitorFacts<'a> {
    pub(super) checked: &'a Checked,
    pub(super) seen: Seen<'a>,
    /// The visitor's offset, or the house's where that is unknown.
    pub(super) offset: Offset,
    pub(super) segments: &'a [u64],
    pub(super) change: Option<&'a Change<'a>>,
    pub(super) watch: Option<&'a Watch>,
}

/// Why a fact that is on record does not count (D1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hidden {
    Source,
    Age,
    Consent,
}

impl FactLimit {
    fn hides(&self, reading: &Reading<'_>, granted: u64, at: Timestamp) -> Option<Hidden> {
        if reading.source < self.min_source {
            return Some(Hidden::Source);
        }
        if let Some(days) = self.max_age_days {
            let young_enough = |learnt| at.since(learnt) <= Duration::from_days(days.into());
            if !reading.learnt.is_some_and(young_enough) {
                return Some(Hidden::Age);
            }
        }
        (granted & self.consent != self.consent).then_some(Hidden::Consent)
    }
}

/// `found`, held against the type it must have; unknown where it does not fit.
pub(crate) fn typed<'a>(found: Found<'a>, kind: &'a AttributeType) -> Given<'a> {
    match (found, kind) {
        (Found::Bool(value), AttributeType::Bool) => Given::Bool(value),
        (Found::Int(value), AttributeType::Int { min, max }) if (*min..=*max).contains(&value) => Given::Int(value),
        (Found::Float(value), AttributeType::Float) if !value.is_nan() => Given::Float(value),
        // JSON and people write 5 for 5.0; beyond 2^53 not every whole number is a float.
        (Found::Int(value), AttributeType::Float) if value.unsigned_abs() <= 1 << 53 => Given::Float(value as f64),
        (Found::Text(value), AttributeType::Text) => Given::Text(value),
        (Found::Text(value), AttributeType::Enum(names)) if names.iter().any(|name| **name == *value) => Given::Text(value),
        (Found::Text(value), AttributeType::Timestamp) => Timestamp::parse(value).map_or(Given::Unknown, Given::Time),
        (Found::Time(value), AttributeType::Timestamp) => Given::Time(value),
        (Found::Bits(bits), AttributeType::Set(domain)) => Given::Set(Members::Bits { bits, domain }),
        (Found::Members(members), AttributeType::Set(domain)) if members.iter().all(|m| domain.contains(m)) => {
            Given::Set(Members::Names(members))
        }
        _ => Given::Unknown,
    }
}

impl<'a> VisitorFacts<'a> {
    /// The value on record, before D1.
    pub(super) fn reading(&self, attribute: &Attribute) -> Reading<'a> {
        match &attribute.origin {
            Origin::BuiltIn { row, channel } => row.read.read(self.seen, *channel, || self.offset),
            Origin::Profile => Reading::of(self.seen.profile.own.get(&attribute.name)),
            Origin::Visit => {
                let mut reading = Reading::of(self.seen.visit.own.get(&attribute.name));
                reading.learnt = reading.learnt.or(Some(self.seen.visit.at.at));
                reading
            }
        }
    }
    pub(super) fn hidden(&self, id: AttributeId, reading: &Reading<'_>) -> Option<Hidden> {
        let limit = self.checked.limits.get(usize::from(id.0))?.as_ref()?;
        limit.hides(reading, self.seen.granted, self.seen.visit.at.at)
    }
    /// The value after D1 and the type check: the one door.
    fn look(&self, id: AttributeId) -> Given<'a> {
        if let Some(change) = self.change
            && change.attribute == id
        {
            return change.given;
        }
        let attribute = self.checked.attributes.get(id);
        let reading = self.reading(attribute);
        if self.hidden(id, &reading).is_none() {
            typed(reading.found, &attribute.kind)
        } else if attribute.can_be_unknown() {
            Given::Unknown
        } else {
            // What is always known and can be limited is a count: hidden, it was never counted.
            Given::Int(0)
        }
    }
    /// Why the attribute is unknown.
    fn why(&self, id: AttributeId) -> Why {
        let attribute = self.checked.attributes.get(id);
        let reading = self.reading(attribute);
        if reading.found == Found::Nothing {
            let noted = |list: &BTreeMap<Box<str>, Box<str>>| list.get(&attribute.name).cloned();
            let noted = noted(&self.seen.profile.unreadable).or_else(|| noted(&self.seen.visit.unreadable));
            return noted.map_or(Why::Missing, Why::Unreadable);
        }
        match self.hidden(id, &reading) {
            Some(Hidden::Source) => Why::Source,
            Some(Hidden::Age) => Why::Age,
            Some(Hidden::Consent) => Why::Consent,
            None => Why::Unreadable(format!("it is not a valid {}", attribute.kind.name()).into()),
        }
    }
    /// What left a condition undecided, itself or through segments; takes what was watched since the last time.
    pub(super) fn unknowns(&self, truth: Truth, in_segments: &ahash::AHashMap<SegmentId, Vec<UnknownFact>>) -> Vec<UnknownFact> {
        let Some(watch) = self.watch else { return Vec::new() };
        let (attributes, segments) = (watch.attributes.take(), watch.segments.take());
        let failures = watch.failures.take();
        if truth != Truth::Unknown {
            return Vec::new();
        }
        let direct = attributes.into_iter().map(|id| {
            let attribute = self.checked.attributes.get(id).name.clone();
            UnknownFact { attribute, why: self.why(id) }
        });
        let through = segments.iter().filter_map(|id| in_segments.get(id)).flatten().cloned();
        let failed = failures.into_iter().map(|failure| {
            UnknownFact { attribute: "calculation".into(), why: Why::Failed(failure.to_string().into()) }
        });
        let mut all: Vec<UnknownFact> = direct.chain(through).chain(failed).collect();
        all.sort_by(|a, b| a.attribute.cmp(&b.attribute));
        all.dedup();
        all
    }
    /// The value after D1, owned; `None` if it is unknown.
    pub(crate) fn value(&self, id: AttributeId) -> Option<Value> {
        Some(match self.look(id) {
            Given::Unknown => return None,
            Given::Bool(value) => Value::Bool(value),
            Given::Int(value) => Value::Int(value),
            Given::Float(value) => Value::Float(value),
            Given::Text(value) => Value::Text(value.to_owned().into()),
            Given::Time(value) => Value::Timestamp(value),
            Given::Set(members) => Value::Set(members.iter().map(Into::into).collect()),
        })
    }
    pub(super) fn flag(&self, id: AttributeId) -> bool {
        self.look(id) == Given::Bool(true)
    }
    pub(super) fn int(&self, id: AttributeId) -> Option<i64> {
        if let Given::Int(value) = self.look(id) { Some(value) } else { None }
    }
    pub(super) fn text(&self, id: AttributeId) -> Option<&'a str> {
        if let Given::Text(value) = self.look(id) { Some(value) } else { None }
    }
    /// The bits of one of the built-in sets.
    pub(super) fn bits(&self, id: AttributeId) -> u64 {
        if let Given::Set(Members::Bits { bits, .. }) = self.look(id) { bits } else { 0 }
    }
}

impl Facts for VisitorFacts<'_> {
    fn given(&self, id: AttributeId) -> Given<'_> {
        let given = self.look(id);
        if given == Given::Unknown
            && let Some(watch) = self.watch
        {
            watch.attributes.borrow_mut().push(id);
        }
        given
    }
    fn is_declared(&self, id: AttributeId) -> bool {
        // What a counterfactual asks about is asked as if the person had said so.
        if self.change.is_some_and(|change| change.attribute == id) {
            return true;
        }
        let reading = self.reading(self.checked.attributes.get(id));
        reading.source == Source::Declared && self.look(id) != Given::Unknown
    }
    fn segment(&self, id: SegmentId) -> Truth {
        let truth = truth_in(self.segments, id);
        if truth == Truth::Unknown
            && let Some(watch) = self.watch
        {
            watch.segments.borrow_mut().push(id);
        }
        truth
    }
    fn rust_rule(&self, id: RustRuleId) -> Truth {
        let Some((rule, reads)) = self.checked.rust_rules.get(usize::from(id.0)) else { return Truth::Unknown };
        let read = |position: usize| reads.get(position).map_or(Given::Unknown, |&id| self.given(id));
        rule.holds(&RuleFacts::new(rule.reads(), &read))
    }
    fn bucket(&self, salt: &str) -> Option<u16> {
        Some(hash::bucket(salt, self.seen.visit.id(Unit::Person)?))
    }
    fn failed(&self, failure: Failure) {
        if let Some(watch) = self.watch {
            watch.failures.borrow_mut().push(failure);
        }
    }
}
