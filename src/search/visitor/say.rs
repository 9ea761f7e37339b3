//! The profile and the visit that are made of what is said of somebody.

use super::{Person, Said};
use crate::attribute::{AttributeId, Origin};
use crate::channel::{Channel, Reach};
use crate::fact::{Fact, Source};
use crate::limits::Limits;
use crate::policy::Checked;
use crate::profile::{CustomerProfile, ProfileFact};
use crate::time::{Duration, Moment};
use crate::value::Value;
use crate::visit::Visit;

/// The profile and the visit of somebody.
pub(super) fn visitor(checked: &Checked, person: &Person) -> (CustomerProfile, Visit) {
    let nobody = (CustomerProfile::new(), Visit::new(person.at));
    person.said.iter().fold(nobody, |so_far, said| say(checked, said, person.at, so_far, Dress::USUAL))
}

/// Who says a fact, and when it was learnt, where that is not as usual.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::search) struct Dress {
    pub(in crate::search) source: Option<Source>,
    pub(in crate::search) learnt: Learnt,
}

/// When a fact was learnt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::search) enum Learnt {
    /// At the visit, if the policy asks how old it is.
    Usual,
    Never,
    /// So many days before the visit.
    Before(u32),
}

impl Dress {
    pub(in crate::search) const USUAL: Self = Self { source: None, learnt: Learnt::Usual };
}

/// Says one more thing of somebody.
pub(in crate::search) fn say(
    checked: &Checked,
    said: &Said,
    at: Moment,
    (profile, visit): (CustomerProfile, Visit),
    dress: Dress,
) -> (CustomerProfile, Visit) {
    match said {
        Said::Need(need, strength) => (profile.with_need(*need, *strength), visit),
        Said::Consent(purpose) => (profile.with_consent(purpose, None), visit),
        Said::Prior(prior) => (profile, visit.with_prior(*prior)),
        Said::Id(unit, id) => (profile, visit.with_id(*unit, id.clone())),
        Said::Elsewhere(channel) => (profile, visit.on(*channel)),
        Said::Fact(id, value, declared) => {
            let limited = checked.limits.get(usize::from(id.0)).copied().flatten();
            // Who says what no person can say does not matter: a bare value is the shorter to read.
            let by_person = checked.attributes.get(*id).sources().0;
            let source = if *declared || !by_person { Source::Declared } else { Source::Observed };
            let mut fact = Fact::new(value.clone(), dress.source.unwrap_or(source));
            let before = match dress.learnt {
                Learnt::Usual => limited.is_some_and(|limit| limit.max_age_days.is_some()).then_some(0),
                Learnt::Never => None,
                Learnt::Before(days) => Some(days),
            };
            if let Some(days) = before {
                let learnt = at.checked_add(Duration::from_days(-i64::from(days))).unwrap_or(at);
                fact = fact.learnt(learnt.timestamp());
            }
            with(checked, *id, fact, (profile, visit), at)
        }
    }
}

/// Says one fact.
fn with(
    checked: &Checked,
    id: AttributeId,
    fact: Fact<Value>,
    (mut profile, mut visit): (CustomerProfile, Visit),
    at: Moment,
) -> (CustomerProfile, Visit) {
    let attribute = checked.attributes.get(id);
    let name = &*attribute.name;
    let channel = match attribute.origin {
        Origin::Profile => return (profile.with_attribute(name, fact), visit),
        Origin::Visit => return (profile, visit.with_attribute(name, fact)),
        Origin::BuiltIn { channel, .. } => channel,
    };
    let number =
        |fact: &Fact<Value>| if let Value::Int(n) = fact.value { u32::try_from(n).unwrap_or(0) } else { 0 };
    if let Some(channel) = channel {
        let count = number(&fact);
        let family = name.split('.').nth(1).unwrap_or_default();
        profile = match family {
            "reach" => {
                let reach = if let Value::Text(text) = &fact.value { Reach::parse(text) } else { None };
                profile.with_reach(channel, reach.unwrap_or_default())
            }
            "habit" => profile.with_habit(channel, count.min(4) as u8),
            "uses" => profile.with_uses(channel, count),
            "success" => profile.with_success(channel, count),
            _ => {
                let day_before = at.checked_add(Duration::from_days(-1)).unwrap_or(at).timestamp();
                // More are not kept.
                let kept = count.min(Limits::CONTACTS.into());
                (0..kept).fold(profile, |profile, _| profile.with_contact(channel, day_before))
            }
        };
        if family != "reach" && family != "contacts_30d" {
            profile = profile.with_last(channel, at.timestamp());
        }
        return (profile, visit);
    }
    match (name, &fact.value) {
        ("profile.preferred_channel", Value::Text(text)) => {
            if let Some(channel) = Channel::parse(text) {
                profile = profile.with_preferred_channel(fact.map(|_| channel));
            }
        }
        ("journey.elapsed_seconds", Value::Int(seconds)) => {
            let started = at.checked_add(Duration::from_seconds(-seconds)).unwrap_or(at).timestamp();
            let mut journey = visit.journey.take().unwrap_or_default();
            journey.started_at = Some(started);
            visit = visit.with_journey(journey);
        }
        (name, _) => match name.strip_prefix("profile.").and_then(ProfileFact::parse) {
            Some(which) => profile.put(which, fact),
            // Whatever is not of the profile is the visit's.
            None => {
                if let Ok(with) = visit.clone().with_fact(name, fact) {
                    visit = with;
                }
            }
        },
    }
    (profile, visit)
}
