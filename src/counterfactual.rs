//! What would have to be otherwise: the nearest change of one fact that changes the answer. Candidates are one value from
//! every cell that the policy's literals cut an attribute into; each is tried by the same walk that decides.

mod cells;

use std::collections::BTreeSet;
use std::fmt;

use cells::{distance, literals_read, spoken, values_of};

use crate::attribute::AttributeId;
use crate::attribute::read::{Found, typed};
use crate::condition::Operand;
use crate::decision::Decision;
use crate::experience::Experience;
use crate::need::{AccessNeed, NeedStrength};
use crate::profile::CustomerProfile;
use crate::selector::{Change, ExperienceSelector};
use crate::value::{Given, Value};
use crate::visit::Visit;

/// How many candidates are tried at most, the nearest first.
const MOST_TRIED: usize = 10_000;

/// The nearest change of one fact that changes the answer. `Display` prints a sentence.
#[derive(Clone, PartialEq)]
pub struct Counterfactual {
    attribute: Box<str>,
    /// What it is now, if it is known.
    from: Option<Box<str>>,
    to: Box<str>,
    before: Experience,
    decision: Decision,
}

impl Counterfactual {
    /// The attribute to change.
    #[must_use]
    pub fn attribute(&self) -> &str {
        &self.attribute
    }
    /// What it is now; `None` if it is unknown.
    #[must_use]
    pub fn from(&self) -> Option<&str> {
        self.from.as_deref()
    }
    /// What it would have to be.
    #[must_use]
    pub fn to(&self) -> &str {
        &self.to
    }
    /// What would be decided then.
    #[must_use]
    pub fn decision(&self) -> &Decision {
        &self.decision
    }
}

impl fmt::Debug for Counterfactual {
    /// Says which attribute it is, and no value: it may be a sensitive one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shape = f.debug_struct("Counterfactual");
        shape
            .field("attribute", &self.attribute)
            .field("before", &self.before)
            .field("decision", &self.decision);
        shape.finish_non_exhaustive()
    }
}

impl serde::Serialize for Counterfactual {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut shape = serializer.serialize_struct("Counterfactual", 4)?;
        shape.serialize_field("attribute", &self.attribute)?;
        shape.serialize_field("from", &self.from)?;
        shape.serialize_field("to", &self.to)?;
        shape.serialize_field("experience", &self.decision.experience())?;
        shape.end()
    }
}

impl fmt::Display for Counterfactual {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.from {
            Some(from) => write!(f, "If `{}` were {} instead of {from}, ", self.attribute, self.to)?,
            None => write!(f, "If `{}` were known to be {}, ", self.attribute, self.to)?,
        }
        let (before, after) = (self.before, self.decision.experience());
        let mut changes = Vec::new();
        if before.channel != after.channel {
            changes.push(format!(
                "served through {} instead of {}",
                after.channel.spoken(),
                before.channel.spoken()
            ));
        }
        if before.layout != after.layout {
            changes.push(format!("given {} instead of {}", after.layout.spoken(), before.layout.spoken()));
        }
        if before.assistance != after.assistance {
            changes.push(format!(
                "offered {} instead of {}",
                after.assistance.spoken(),
                before.assistance.spoken()
            ));
        }
        write!(f, "this visitor would be {}.", crate::explanation::listed(&changes))
    }
}

/// A fact as it might be.
#[derive(Debug, Clone, PartialEq)]
enum Otherwise {
    Fact(AttributeId, Value),
    Consent(Box<str>, bool),
    /// `None`: without it.
    Need(AccessNeed, Option<NeedStrength>),
}

/// A candidate, ordered by how far it is from what is: what conditions read before what they do not, then the borders of
/// cells between, then the plain difference, then the name.
#[derive(Debug, Clone, PartialEq)]
struct Candidate {
    unread: bool,
    borders: usize,
    difference: u64,
    name: Box<str>,
    from: Option<Box<str>>,
    to: Box<str>,
    otherwise: Otherwise,
}

impl ExperienceSelector {
    /// The nearest change of one fact that changes channel, layout or assistance, if one fact can. Sensitive facts
    /// (needs, age, mood) are not proposed, nor the time.
    ///
    /// # Cost
    /// A selection for every candidate tried, the nearest first, at most 10,000; allocates.
    #[must_use]
    pub fn counterfactual(&self, profile: &CustomerProfile, visit: &Visit) -> Option<Counterfactual> {
        self.nearest_change(profile, visit, false)
    }

    /// The same, where sensitive facts may be proposed and named.
    #[must_use]
    pub fn counterfactual_revealing(
        &self,
        profile: &CustomerProfile,
        visit: &Visit,
    ) -> Option<Counterfactual> {
        self.nearest_change(profile, visit, true)
    }

    fn nearest_change(
        &self,
        profile: &CustomerProfile,
        visit: &Visit,
        reveals: bool,
    ) -> Option<Counterfactual> {
        let before = self.select(profile, visit).experience();
        let mut candidates = self.candidates(profile, visit, reveals);
        let key = |c: &Candidate| (c.unread, c.borders, c.difference, c.name.clone(), c.to.clone());
        candidates.sort_by_cached_key(key);
        candidates.into_iter().take(MOST_TRIED).find_map(|candidate| {
            let decision = self.if_it_were(profile, visit, &candidate.otherwise)?;
            let Candidate { name: attribute, from, to, .. } = candidate;
            (decision.experience() != before).then_some(Counterfactual {
                attribute,
                from,
                to,
                before,
                decision,
            })
        })
    }

    fn if_it_were(
        &self,
        profile: &CustomerProfile,
        visit: &Visit,
        otherwise: &Otherwise,
    ) -> Option<Decision> {
        let mut profile_then = None;
        match otherwise {
            Otherwise::Fact(attribute, value) => {
                let given = typed(Found::from(value), &self.checked().attributes.get(*attribute).kind, false);
                if given == Given::Unknown {
                    return None;
                }
                let change = Change { attribute: *attribute, given };
                return Some(self.decide(profile, visit, Some(&change), &mut ()));
            }
            Otherwise::Consent(purpose, granted) => {
                let then = profile_then.insert(profile.clone());
                if *granted {
                    then.consents.edit(purpose, |_| Some(None));
                } else {
                    then.consents.edit(purpose, |_| None);
                }
            }
            Otherwise::Need(need, strength) => {
                let then = profile_then.insert(profile.clone());
                then.required = then.required.without(*need);
                then.preferred = then.preferred.without(*need);
                match strength {
                    Some(NeedStrength::Required) => then.required = then.required.with(*need),
                    Some(NeedStrength::Preferred) => then.preferred = then.preferred.with(*need),
                    None => {}
                }
            }
        }
        Some(self.select(profile_then.as_ref().unwrap_or(profile), visit))
    }

    fn candidates(&self, profile: &CustomerProfile, visit: &Visit, reveals: bool) -> Vec<Candidate> {
        let checked = self.checked();
        let mut read = literals_read(checked);
        for (contacts, most) in self.contact_limits() {
            read.entry(contacts).or_default().push(Operand::Int(most));
        }
        let gpc = checked.attributes.find("visit.gpc").filter(|_| checked.gpc != 0);
        let beside = gpc.into_iter().chain(checked.attributes.find("journey.channel"));
        let unread: BTreeSet<AttributeId> =
            self.always_read().chain(beside).filter(|id| !read.contains_key(id)).collect();
        for &id in &unread {
            read.entry(id).or_default();
        }
        let mut all = Vec::new();
        for (&id, literals) in &read {
            let attribute = checked.attributes.get(id);
            // The time is what it is, and hour and weekday hang on it; sets on record have a way of their own below.
            let fixed = [
                "visit.at",
                "visit.hour",
                "visit.weekday",
                "profile.consents",
                "profile.needs",
                "profile.required_needs",
            ];
            let sensitive = || attribute.is_sensitive() || self.puts_a_need_in_force(id);
            if fixed.contains(&&*attribute.name) || !reveals && sensitive() {
                continue;
            }
            let now = self.facts(profile, visit).value(id);
            for value in values_of(&attribute.kind, literals, &now, visit) {
                if now.as_ref() == Some(&value) {
                    continue;
                }
                let (borders, difference) = distance(now.as_ref(), &value, literals);
                all.push(Candidate {
                    unread: unread.contains(&id),
                    borders,
                    difference,
                    name: attribute.name.clone(),
                    from: now.as_ref().map(spoken),
                    to: spoken(&value),
                    otherwise: Otherwise::Fact(id, value),
                });
            }
        }
        let one = |name: String, from: &str, to: &str, otherwise| Candidate {
            unread: true,
            borders: 0,
            difference: 0,
            name: name.into(),
            from: Some(from.into()),
            to: to.into(),
            otherwise,
        };
        for purpose in &checked.purposes {
            let until = profile.consents.get(purpose);
            let given = until.is_some_and(|until| until.is_none_or(|until| until > visit.at.at));
            let (from, to) = if given { ("given", "withdrawn") } else { ("not given", "given") };
            let otherwise = Otherwise::Consent(purpose.clone(), !given);
            all.push(one(format!("profile.consents.{purpose}"), from, to, otherwise));
        }
        for &need in AccessNeed::ALL.iter().filter(|_| reveals) {
            let word = |strength: Option<NeedStrength>| strength.map_or("not needed", NeedStrength::as_str);
            let now = match (profile.required.contains(need), profile.preferred.contains(need)) {
                (true, _) => Some(NeedStrength::Required),
                (_, true) => Some(NeedStrength::Preferred),
                _ => None,
            };
            for then in [None, Some(NeedStrength::Preferred), Some(NeedStrength::Required)] {
                if then != now {
                    all.push(one(
                        format!("profile.needs.{need}"),
                        word(now),
                        word(then),
                        Otherwise::Need(need, then),
                    ));
                }
            }
        }
        all
    }
}
