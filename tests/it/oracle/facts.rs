//! What is known of a visitor under a document: the fact in force of every attribute, after D1.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::attributes::{COUNTS, built_in, fitted};
use super::document::{Document, Kind, Limit, REACH, WEEKDAYS};
use super::time;
use super::value::{Value, order};
use super::visitor::{DAY, Fact, Journey, Record, SECOND, Time, Visitor};

pub struct Facts<'a> {
    pub document: &'a Document,
    pub visitor: &'a Visitor,
    /// What was asked before: a visitor does not change while they are looked at.
    seen: RefCell<BTreeMap<String, Option<Value>>>,
    /// The same of segments.
    pub segments: RefCell<BTreeMap<String, Option<bool>>>,
}

/// A value with its source and date, before D1.
struct Found {
    value: Value,
    source: usize,
    learnt: Option<Time>,
}
const OBSERVED: usize = 2;
const DECLARED: usize = 3;

/// The one fact that is kept of several about one attribute: the stronger source, then the later, then the greater.
/// Of a built-in attribute, a value that cannot be is not kept at all.
fn kept<'f>(facts: &'f [Fact], name: &str, built_in: Option<&Kind>) -> Option<&'f Fact> {
    let can_be = |value: &Value| match built_in {
        // Which channels there are, a profile does not know.
        Some(_) if name == "profile.preferred_channel" => matches!(value, Value::Text(_)),
        Some(kind) => fitted(kind, value.clone()).is_some(),
        None => true,
    };
    let mut best: Option<&Fact> = None;
    for fact in facts.iter().filter(|fact| fact.name == name && can_be(&fact.value)) {
        let better = best.is_none_or(|best| {
            let (new, old) = ((fact.source, fact.learnt), (best.source, best.learnt));
            new > old || new == old && is_greater(&fact.value, &best.value)
        });
        if better {
            best = Some(fact);
        }
    }
    best
}
fn is_greater(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Set(a), Value::Set(b)) => a > b,
        _ => order(a, b).is_some_and(std::cmp::Ordering::is_gt),
    }
}

impl<'a> Facts<'a> {
    pub fn new(document: &'a Document, visitor: &'a Visitor) -> Self {
        Self { document, visitor, seen: RefCell::default(), segments: RefCell::default() }
    }
    /// The journey that counts: the visit's, else the profile's.
    fn journey(&self) -> Option<&'a Journey> {
        self.visitor.visit_journey.as_ref().or(self.visitor.journey.as_ref())
    }
    pub fn record(&self, channel: &str) -> Option<&'a Record> {
        self.visitor.channels.get(channel)
    }
    /// Whether `purpose` is granted at the visit.
    pub fn granted(&self, purpose: &str) -> bool {
        let withheld = self.document.gpc.iter().any(|p| p == purpose) && self.is_true("visit.gpc");
        let consent = self.visitor.consents.get(purpose);
        !withheld && consent.is_some_and(|end| end.is_none_or(|end| end > self.visitor.at))
    }
    /// Whether the `bool` attribute `name` is known and true.
    pub fn is_true(&self, name: &str) -> bool {
        self.value(name) == Some(Value::Bool(true))
    }
    /// The number of the count or habit `name`.
    pub fn count(&self, name: &str) -> i64 {
        match self.value(name) {
            Some(Value::Int(value)) => value,
            other => panic!("{name} is {other:?}"),
        }
    }
    /// The text of the attribute `name`, if known.
    pub fn text(&self, name: &str) -> Option<String> {
        match self.value(name)? {
            Value::Text(text) => Some(text),
            other => panic!("{name} is {other:?}"),
        }
    }
    /// The declared value of the preference `name`, if there is one.
    pub fn declared_text(&self, name: &str) -> Option<String> {
        if self.declared(name) { self.text(name) } else { None }
    }
    /// The visitor's UTC offset: their own, or the house's.
    pub fn offset(&self) -> i64 {
        match self.value("visit.offset") {
            Some(Value::Int(minutes)) => minutes,
            _ => self.visitor.house,
        }
    }
    /// Contacts begun by us later than 30 days before the visit and not after it.
    pub fn contacts(&self, channel: &str) -> i64 {
        let at = self.visitor.at;
        let contacts = self.record(channel).map_or(&[][..], |record| &record.contacts);
        contacts.iter().filter(|contact| **contact > at - 30 * DAY && **contact <= at).count() as i64
    }

    /// The value of the attribute `name`; `None` is unknown.
    pub fn value(&self, name: &str) -> Option<Value> {
        if let Some(value) = self.seen.borrow().get(name) {
            return value.clone();
        }
        let value = self.look(name);
        self.seen.borrow_mut().insert(name.to_owned(), value.clone());
        value
    }
    fn look(&self, name: &str) -> Option<Value> {
        let kind = self.document.kind(name).unwrap_or_else(|| panic!("there is no attribute {name}"));
        let counts = COUNTS.contains(&name)
            || ["profile.uses.", "profile.success.", "profile.habit."]
                .iter()
                .any(|family| name.starts_with(family));
        let seen = self.in_force(name).and_then(|found| fitted(&kind, found.value));
        seen.or(counts.then_some(Value::Int(0)))
    }
    /// Whether the fact in force has source `declared`.
    pub fn declared(&self, name: &str) -> bool {
        let kind = self.document.kind(name).unwrap_or_else(|| panic!("there is no attribute {name}"));
        self.in_force(name)
            .is_some_and(|found| found.source == DECLARED && fitted(&kind, found.value).is_some())
    }
    /// The fact that D1 leaves.
    fn in_force(&self, name: &str) -> Option<Found> {
        let found = self.found(name)?;
        // A limit on a per-channel attribute is for all its channels.
        let family = if name.matches('.').count() == 2 {
            name.rsplit_once('.').map_or(name, |(family, _)| family)
        } else {
            name
        };
        match self.document.limits.get(family) {
            Some(limit) if self.hides(limit, &found) => None,
            _ => Some(found),
        }
    }
    fn hides(&self, limit: &Limit, found: &Found) -> bool {
        let too_old = limit.max_age_days.is_some_and(|days| {
            found.learnt.is_none_or(|learnt| self.visitor.at - learnt > i128::from(days) * DAY)
        });
        let withheld = limit.consent.as_ref().is_some_and(|purpose| !self.granted(purpose));
        found.source < limit.min_source || too_old || withheld
    }
    /// What was given, with its source and date.
    fn found(&self, name: &str) -> Option<Found> {
        let (at, visitor) = (self.visitor.at, self.visitor);
        let of_visit = |value| Some(Found { value, source: OBSERVED, learnt: Some(at) });
        let declared = |value| Some(Found { value, source: DECLARED, learnt: None });
        let needs = |needed: &dyn Fn(&str) -> bool| {
            Value::Set(
                visitor.needs.iter().map(|(need, _)| need.clone()).filter(|need| needed(need)).collect(),
            )
        };
        if let Some((family, channel)) = name.rsplit_once('.').filter(|_| name.matches('.').count() == 2) {
            let record = self.record(channel);
            let on_channel = |read: &dyn Fn(&Record) -> i64| {
                let record = record?;
                Some(Found { value: Value::Int(read(record)), source: OBSERVED, learnt: record.last })
            };
            return match family {
                "profile.reach" => declared(Value::text(REACH[record.map_or(1, |record| record.reach)])),
                "profile.contacts_30d" => of_visit(Value::Int(self.contacts(channel))),
                "profile.uses" => on_channel(&|record| record.uses),
                "profile.success" => on_channel(&|record| record.success),
                "profile.habit" => on_channel(&|record| record.habit),
                _ => None,
            };
        }
        match name {
            "profile.needs" => return declared(needs(&|_| true)),
            "profile.required_needs" => return declared(needs(&|need| visitor.required(need))),
            "profile.consents" => {
                let granted = self.document.purposes.iter().filter(|purpose| self.granted(purpose)).cloned();
                return declared(Value::Set(granted.collect()));
            }
            "visit.at" => return of_visit(Value::Time(at)),
            "visit.hour" => return of_visit(Value::Int(time::minute_of_day(at, self.offset()) / 60)),
            "visit.weekday" => return of_visit(Value::text(WEEKDAYS[time::weekday(at, self.offset())])),
            "visit.channel" => return of_visit(Value::Text(visitor.channel.clone()?)),
            "profile.mood" => {
                let fact = kept(&visitor.profile, name, built_in(self.document, name).as_ref())?;
                let days = fact.learnt.map_or(0, |learnt| (at - learnt).div_euclid(DAY).clamp(0, 90));
                let value = match &fact.value {
                    Value::Int(mood) => Value::Int(mood * (90 - days as i64) / 90),
                    other => other.clone(),
                };
                return Some(Found { value, source: fact.source, learnt: fact.learnt });
            }
            _ => {}
        }
        if let Some(field) = name.strip_prefix("journey.") {
            let journey = self.journey()?;
            let text = |field: &Option<String>| field.clone().map(Value::Text);
            return of_visit(match field {
                "name" => text(&journey.name)?,
                "stage" => text(&journey.stage)?,
                "step" => text(&journey.step)?,
                "started_on" => text(&journey.started_on)?,
                "channel" => text(&journey.channel)?,
                "attempts" => Value::Int(journey.attempts),
                "failed_steps" => Value::Int(journey.failed_steps),
                "switches" => Value::Int(journey.switches),
                "elapsed_seconds" => {
                    let seconds = (at - journey.started_at?).div_euclid(SECOND) as i64;
                    Value::Int(seconds.min(u32::MAX.into()))
                }
                "abandoned" => Value::Bool(journey.abandoned?),
                _ => return None,
            });
        }
        let own = self.document.attributes.get(name);
        let on_visit = own.map_or(name.starts_with("visit."), |own| own.on_visit);
        let given = if on_visit { &visitor.visit } else { &visitor.profile };
        let fact = kept(given, name, built_in(self.document, name).as_ref())?;
        let source = if COUNTS.contains(&name) { OBSERVED } else { fact.source };
        let learnt = fact.learnt.or(on_visit.then_some(at));
        Some(Found { value: fact.value.clone(), source, learnt })
    }
}
