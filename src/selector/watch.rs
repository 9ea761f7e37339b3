//! What was unknown while conditions were watched, and why: asked for by explanations only.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use super::facts::{Hidden, VisitorFacts};
use super::observer::{UnknownFact, Why};
use crate::attribute::AttributeId;
use crate::attribute::read::Found;
use crate::condition::{Failure, SegmentId};
use crate::truth::Truth;

/// What was unknown while a condition was watched.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    attributes: RefCell<Vec<AttributeId>>,
    segments: RefCell<Vec<SegmentId>>,
    failures: RefCell<Vec<Failure>>,
    /// Whether `bucket` was asked for without an id of the person.
    nobody: Cell<bool>,
    /// What left each segment undecided, filled in once they are all known.
    pub(super) unknown_in: RefCell<ahash::AHashMap<SegmentId, Vec<UnknownFact>>>,
}

impl Watch {
    pub(super) fn attribute(&self, id: AttributeId) {
        self.attributes.borrow_mut().push(id);
    }
    pub(super) fn segment(&self, id: SegmentId) {
        self.segments.borrow_mut().push(id);
    }
    pub(super) fn nobody(&self) {
        self.nobody.set(true);
    }
    /// What was noted of a condition that is decided; the room is kept for the next.
    fn forget(&self) {
        self.attributes.borrow_mut().clear();
        self.segments.borrow_mut().clear();
        self.failures.borrow_mut().clear();
        self.nobody.set(false);
    }
    pub(super) fn failure(&self, failure: Failure) {
        self.failures.borrow_mut().push(failure);
    }
}

impl VisitorFacts<'_> {
    /// Why the attribute is unknown.
    fn why(&self, id: AttributeId) -> Why {
        let attribute = self.checked.attributes.get(id);
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
            None => Why::Unreadable(format!("it is not a valid {}", attribute.kind.name()).into()),
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
            watch.forget();
            return Vec::new();
        }
        let (attributes, segments) = (watch.attributes.take(), watch.segments.take());
        let (failures, nobody) = (watch.failures.take(), watch.nobody.take());
        let direct = attributes.into_iter().map(|id| {
            let attribute = self.checked.attributes.get(id).name.clone();
            UnknownFact { attribute, why: self.why(id) }
        });
        let through = segments.iter().filter_map(|id| in_segments.get(id)).flatten().cloned();
        let failed = failures.into_iter().map(|failure| UnknownFact {
            attribute: "calculation".into(),
            why: Why::Failed(failure.to_string().into()),
        });
        let nobody = nobody.then(|| UnknownFact { attribute: "visit.ids.person".into(), why: Why::Missing });
        let mut all: Vec<UnknownFact> = direct.chain(through).chain(failed).chain(nobody).collect();
        all.sort_by(|a, b| a.attribute.cmp(&b.attribute));
        all.dedup();
        all
    }
}
