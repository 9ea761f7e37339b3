//! What was unknown while conditions were watched, and why: asked for by explanations only.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::ExperienceSelector;
use super::facts::{Hidden, VisitorFacts};
use super::observer::{Event, Observer, UnknownFact, Why};
use crate::attribute::read::{Found, typed};
use crate::attribute::table::Kind;
use crate::attribute::{Attribute, AttributeId, AttributeType, Origin};
use crate::condition::{Failure, RustRuleId, SegmentId};
use crate::policy::Checked;
use crate::truth::Truth;
use crate::value::Given;

/// What was unknown while a condition was watched.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    noted: RefCell<Vec<Noted>>,
    /// What left each segment undecided, filled in once they are all known.
    pub(super) unknown_in: RefCell<ahash::AHashMap<SegmentId, Vec<UnknownFact>>>,
}

/// Something that was unknown.
#[derive(Debug, Clone, Copy)]
pub(super) enum Noted {
    Attribute(AttributeId),
    Segment(SegmentId),
    Failure(Failure),
    RustRule(RustRuleId),
    /// `bucket` was asked for without an id of the person.
    Nobody,
}

impl Watch {
    pub(super) fn note(&self, what: Noted) {
        self.noted.borrow_mut().push(what);
    }
    /// How much was noted so far.
    pub(super) fn noted(&self) -> usize {
        self.noted.borrow().len()
    }
    /// Forgets what was noted since then: it was of a part that is decided all the same. The room is kept.
    pub(super) fn take_back(&self, noted: usize) {
        self.noted.borrow_mut().truncate(noted);
    }
}

impl ExperienceSelector {
    /// Tells a watcher what is on record of the attributes that only a policy can hold against a type, and does not fit: the
    /// host's own, and the names of channels.
    pub(super) fn tell_misfits<O: Observer>(&self, facts: &VisitorFacts<'_>, observer: &mut O) {
        for &id in &self.inner.loose {
            let Some(lookup) = facts.lookup(id) else { continue };
            let found = facts.found(lookup);
            if found == Found::Nothing || typed(found, &lookup.kind, false) != Given::Unknown {
                continue;
            }
            // What may not be used is as if it were not there.
            if facts.hidden(lookup, &facts.reading(lookup)).is_none() {
                let attribute = self.checked().attributes.get(id);
                let fact = UnknownFact { attribute: (&*attribute.name).into(), why: misfit(&attribute.kind) };
                observer.observe(Event::Unreadable(&fact));
            }
        }
    }

    /// Tells a watcher what is on record and does not count for its age or its source. What may not be used at all is as if it
    /// were not there.
    pub(super) fn tell_hidden<O: Observer>(&self, facts: &VisitorFacts<'_>, observer: &mut O) {
        for (id, attribute) in self.checked().attributes.all() {
            let Some(lookup) = facts.lookup(id).filter(|lookup| lookup.limit.is_some()) else {
                continue;
            };
            let reading = facts.reading(lookup);
            let why = match facts.hidden(lookup, &reading) {
                Some(Hidden::Source) => Why::Source,
                Some(Hidden::Age) => Why::Age,
                Some(Hidden::Consent) | None => continue,
            };
            // What is counted and not recorded is 0.
            let nothing = if lookup.can_be_unknown { Found::Nothing } else { Found::Int(0) };
            if reading.found != Found::Nothing && reading.found != nothing {
                observer.observe(Event::Hidden(&UnknownFact { attribute: (&*attribute.name).into(), why }));
            }
        }
    }
}

/// The attributes that only a policy can hold against a type.
pub(super) fn loose(checked: &Checked) -> Vec<AttributeId> {
    let is_loose = |attribute: &Attribute| match attribute.origin {
        Origin::BuiltIn { row, channel } => row.kind == Kind::Channel && channel.is_none(),
        Origin::Profile | Origin::Visit => true,
    };
    checked.attributes.all().filter(|(_, attribute)| is_loose(attribute)).map(|(id, _)| id).collect()
}

fn misfit(kind: &AttributeType) -> Why {
    let why = match kind {
        AttributeType::Bool => "it is neither true nor false",
        AttributeType::Int { .. } => "it is no whole number, or out of range",
        AttributeType::Float => "it is no number",
        AttributeType::Text => "it is no text",
        AttributeType::Enum(_) => "it is none of the values that there are",
        AttributeType::Set(_) => "it is no list of the members that there are",
        AttributeType::Timestamp => "it is no time",
    };
    Why::Unreadable(why.into())
}

impl VisitorFacts<'_> {
    /// Why the attribute is unknown.
    fn why(&self, id: AttributeId) -> Why {
        let attribute = self.checked().attributes.get(id);
        let Some(lookup) = self.lookup(id) else { return Why::Missing };
        let reading = self.reading(lookup);
        if reading.found == Found::Nothing {
            let noted = |list: &BTreeMap<Box<str>, Box<str>>| list.get(&attribute.name).cloned();
            let noted = noted(&self.seen.profile.unreadable).or_else(|| noted(&self.seen.visit.unreadable));
            return noted.map_or(Why::Missing, Why::Unreadable);
        }
        match self.hidden(lookup, &reading) {
            Some(Hidden::Source) => Why::Source,
            Some(Hidden::Age) => Why::Age,
            Some(Hidden::Consent) => Why::Consent,
            None => misfit(&attribute.kind),
        }
    }
    /// What left a condition undecided, itself or through segments; takes what was watched since the last time.
    pub(super) fn unknowns(
        &self,
        truth: Truth,
        in_segments: &ahash::AHashMap<SegmentId, Vec<UnknownFact>>,
    ) -> Vec<UnknownFact> {
        let Some(watch) = self.watch else { return Vec::new() };
        if truth != Truth::Unknown {
            watch.take_back(0);
            return Vec::new();
        }
        let mut all = Vec::new();
        for noted in watch.noted.take() {
            match noted {
                Noted::Attribute(id) => {
                    let attribute = (&*self.checked().attributes.get(id).name).into();
                    all.push(UnknownFact { attribute, why: self.why(id) });
                }
                Noted::Segment(id) => all.extend(in_segments.get(&id).into_iter().flatten().cloned()),
                Noted::Failure(failure) => all.push(UnknownFact {
                    attribute: "calculation".into(),
                    why: Why::Failed(failure.to_string().into()),
                }),
                Noted::RustRule(id) => {
                    let rule = self.checked().rust_rules.get(usize::from(id.0));
                    let name = rule.map_or("", |(rule, _)| rule.name());
                    all.push(UnknownFact {
                        attribute: format!("rule(\"{name}\")").into(),
                        why: Why::RustRule,
                    });
                }
                Noted::Nobody => {
                    all.push(UnknownFact { attribute: "visit.ids.person".into(), why: Why::Missing });
                }
            }
        }
        all.sort_by(|a, b| a.attribute.cmp(&b.attribute));
        all.dedup();
        all
    }
}
