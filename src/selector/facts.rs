//! What a walk sees of a visitor: every attribute through one door, after D1 and held against its type. Choosing reads
//! through the same door as conditions, so that what a policy hides is hidden from both.

use super::Compiled;
use super::ids::Flag;
use super::lookup::{Access, Lookup, Quick};
use super::watch::{Noted, Watch};
use crate::attribute::read::{Found, Reading, Seen, typed};
use crate::attribute::{AttributeId, AttributeType};
use crate::cells::{AxisId, Cell, CellSet};
use crate::condition::{Facts, Failure, RustRuleId, SegmentId};
use crate::fact::{Fact, Source};
use crate::hash;
use crate::policy::{Checked, FactLimit};
use crate::rust_rule::RuleFacts;
use crate::time::{Offset, Timestamp};
use crate::truth::Truth;
use crate::value::{Given, Members, Value};
use crate::visit::{Unit, VisitFact};

/// One attribute as it is not: what a counterfactual asks about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Change<'a> {
    pub(crate) attribute: AttributeId,
    pub(crate) given: Given<'a>,
}

/// The segments whose values are known so far.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Segments<'a> {
    /// Those that parts of conditions speak of, by number, each with the cells in which it holds, and the cells.
    Needed(&'a [(SegmentId, AxisId, CellSet)], &'a [Cell]),
    /// All, by number.
    All(&'a [Truth]),
}

impl Segments<'_> {
    pub(super) const NONE: Self = Self::Needed(&[], &[]);
    fn truth(self, id: SegmentId) -> Truth {
        let truth = match self {
            Self::Needed(ids, cells) => {
                let found = ids.binary_search_by_key(&id, |needed| needed.0).ok().and_then(|n| ids.get(n));
                found.and_then(|(_, axis, holds)| Some(holds.truth(*cells.get(axis.0 as usize)?)))
            }
            Self::All(truths) => truths.get(id.0 as usize).copied(),
        };
        truth.unwrap_or(Truth::Unknown)
    }
}

/// A visitor, as a policy may see them.
#[derive(Clone, Copy)]
pub(crate) struct VisitorFacts<'a> {
    pub(super) compiled: &'a Compiled,
    pub(super) seen: Seen<'a>,
    pub(super) segments: Segments<'a>,
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
    /// What hides a fact from `source`, learnt then, where these purposes are granted, at `at`.
    #[inline(always)]
    pub(super) fn hides(
        &self,
        source: Source,
        learnt: impl FnOnce() -> Option<Timestamp>,
        granted: u64,
        at: Timestamp,
    ) -> Option<Hidden> {
        // What may not be used is as if it were not there, so that nothing else is said of it.
        if granted & self.consent != self.consent {
            return Some(Hidden::Consent);
        }
        if source < self.min_source {
            return Some(Hidden::Source);
        }
        if let Some(days) = self.max_age_days
            && !learnt().is_some_and(|learnt| at.is_within_days_of(learnt, days))
        {
            return Some(Hidden::Age);
        }
        None
    }
}

impl<'a> VisitorFacts<'a> {
    pub(super) fn checked(&self) -> &'a Checked {
        &self.compiled.policy.inner
    }
    /// The minute of the week by the house's clock.
    #[inline]
    pub(super) fn house_minute(&self) -> u16 {
        let at = self.seen.visit.at;
        at.at.minute_of_week(at.offset)
    }
    /// The minute of the week by the visitor's clock; `None` where that is unknown, and the house's counts.
    #[inline]
    pub(super) fn own_minute(&self) -> Option<u16> {
        if self.change.is_none() && !self.seen.visit.facts.key(VisitFact::Offset as usize).1 {
            return None;
        }
        let minutes = self.int(self.compiled.ids.offset).and_then(|minutes| i16::try_from(minutes).ok());
        minutes.and_then(Offset::from_minutes).map(|offset| self.seen.visit.at.at.minute_of_week(offset))
    }
    /// The minute of the week by the visitor's clock, or the house's where that is unknown.
    pub(super) fn minute(&self) -> u16 {
        self.own_minute().unwrap_or_else(|| self.house_minute())
    }
    /// The value on record with its source and date, before D1.
    pub(super) fn reading(&self, lookup: &'a Lookup) -> Reading<'a> {
        match &lookup.access {
            Access::BuiltIn { read, channel } => read.read(self.seen, *channel, || self.minute()),
            Access::Profile(name) => Reading::of(self.seen.profile.own.find(name)),
            Access::Visit(name) => {
                let mut reading = Reading::of(self.seen.visit.own.find(name));
                reading.learnt = reading.learnt.or(Some(self.seen.visit.at.at));
                reading
            }
        }
    }
    /// The value on record alone.
    pub(super) fn found(&self, lookup: &'a Lookup) -> Found<'a> {
        let value = |fact: Option<&'a Fact<Value>>| fact.map_or(Found::Nothing, |fact| (&fact.value).into());
        match &lookup.access {
            Access::BuiltIn { read, channel } => read.found(self.seen, *channel, || self.minute()),
            Access::Profile(name) => value(self.seen.profile.own.find(name)),
            Access::Visit(name) => value(self.seen.visit.own.find(name)),
        }
    }
    pub(super) fn lookup(&self, id: AttributeId) -> Option<&'a Lookup> {
        self.compiled.lookups.get(usize::from(id.0))
    }
    pub(super) fn hidden(&self, lookup: &Lookup, reading: &Reading<'_>) -> Option<Hidden> {
        lookup.limit.as_ref()?.hides(
            reading.source,
            || reading.learnt,
            self.seen.granted,
            self.seen.visit.at.at,
        )
    }
    /// The value after D1 and the type check: the one door. What is kept and not limited, most of what is read, is found
    /// at once.
    #[inline(always)]
    pub(super) fn look(&self, id: AttributeId) -> Given<'a> {
        let Some(lookup) = self.lookup(id) else { return Given::Unknown };
        match (lookup.quick, self.change) {
            (Some(Quick::Kept { of_visit, place, counts }), None) => {
                let seen = self.seen;
                let fact = if of_visit { seen.visit.facts.get(place) } else { seen.profile.facts.get(place) };
                match fact {
                    Some(fact) => fact.value.as_given(),
                    None if counts => Given::Int(0),
                    None => Given::Unknown,
                }
            }
            (Some(Quick::Needs { required }), None) => {
                let needs = self.seen.profile.needs_on_record(required);
                let AttributeType::Set(domain) = &lookup.kind else { return Given::Unknown };
                Given::Set(Members::Bits { bits: needs.bits(), domain })
            }
            _ => self.look_closely(id, lookup),
        }
    }
    #[inline(never)]
    fn look_closely(&self, id: AttributeId, lookup: &'a Lookup) -> Given<'a> {
        if let Some(change) = self.change
            && change.attribute == id
        {
            // Just now, and said by the person where it can be, but not without the consent that it needs.
            let source = if lookup.can_be_declared() { Source::Declared } else { Source::Observed };
            let (granted, at) = (self.seen.granted, self.seen.visit.at.at);
            let is_hidden =
                lookup.limit.is_some_and(|limit| limit.hides(source, || Some(at), granted, at).is_some());
            return match lookup.can_be_unknown {
                _ if !is_hidden => change.given,
                true => Given::Unknown,
                false => Given::Int(0),
            };
        }
        let found = match lookup.limit {
            None => self.found(lookup),
            Some(_) => {
                let reading = self.reading(lookup);
                match self.hidden(lookup, &reading) {
                    None => reading.found,
                    Some(_) if lookup.can_be_unknown => Found::Nothing,
                    // What is always known and can be limited is a count: hidden, it was never counted.
                    Some(_) => Found::Int(0),
                }
            }
        };
        typed(found, &lookup.kind, lookup.only_its_names)
    }
    /// The value after D1, owned; `None` if it is unknown.
    pub(crate) fn value(&self, id: AttributeId) -> Option<Value> {
        self.look(id).to_value()
    }
    #[inline]
    pub(super) fn flag(&self, flag: Flag) -> bool {
        match (flag.place, self.change) {
            (Some(place), None) => self.seen.visit.facts.is_true(place),
            _ => self.look(flag.id) == Given::Bool(true),
        }
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
    #[inline(always)]
    fn given(&self, id: AttributeId) -> Given<'_> {
        let given = self.look(id);
        if matches!(given, Given::Unknown)
            && let Some(watch) = self.watch
        {
            watch.note(Noted::Attribute(id));
        }
        given
    }
    fn is_declared(&self, id: AttributeId) -> bool {
        let Some(lookup) = self.lookup(id) else { return false };
        // What a counterfactual asks about is asked as if the person had said so, where they can.
        let is_so = match self.change {
            Some(change) if change.attribute == id => lookup.can_be_declared(),
            _ => self.reading(lookup).source == Source::Declared,
        };
        is_so && self.look(id) != Given::Unknown
    }
    fn segment(&self, id: SegmentId) -> Truth {
        let truth = self.segments.truth(id);
        if truth == Truth::Unknown
            && let Some(watch) = self.watch
        {
            watch.note(Noted::Segment(id));
        }
        truth
    }
    fn rust_rule(&self, id: RustRuleId) -> Truth {
        let Some((rule, reads)) = self.checked().rust_rules.get(usize::from(id.0)) else {
            return Truth::Unknown;
        };
        let noted = self.noted();
        let read = |position: usize| reads.get(position).map_or(Given::Unknown, |&id| self.given(id));
        let truth = rule.holds(&RuleFacts::new(rule.reads(), &read));
        // What it read and did not know is named; without that, the rule itself.
        if truth == Truth::Unknown
            && let Some(watch) = self.watch.filter(|watch| watch.noted() == noted)
        {
            watch.note(Noted::RustRule(id));
        }
        truth
    }
    fn bucket(&self, salt: &str) -> Option<u16> {
        let id = self.seen.visit.id(Unit::Person);
        if let (None, Some(watch)) = (id, self.watch) {
            watch.note(Noted::Nobody);
        }
        Some(hash::bucket(salt, id?))
    }
    #[inline]
    fn noted(&self) -> usize {
        self.watch.map_or(0, Watch::noted)
    }
    #[inline]
    fn take_back(&self, noted: usize) {
        if let Some(watch) = self.watch {
            watch.take_back(noted);
        }
    }
    fn failed(&self, failure: Failure) {
        if let Some(watch) = self.watch {
            watch.note(Noted::Failure(failure));
        }
    }
}
