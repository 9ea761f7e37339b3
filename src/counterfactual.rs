//! What would have to be otherwise: the nearest change of one fact that changes the answer. Candidates are one value from
//! every cell that the policy's literals cut an attribute into; each is tried by the same walk that decides.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::attribute::read::Found;
use crate::attribute::{AttributeId, AttributeType};
use crate::condition::{Operand, Used};
use crate::decision::Decision;
use crate::experience::Experience;
use crate::need::{AccessNeed, NeedStrength};
use crate::policy::Checked;
use crate::profile::CustomerProfile;
use crate::selector::{Change, ExperienceSelector, deciding, live_segments, typed};
use crate::time::Duration;
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
        let unread: BTreeSet<AttributeId> = self.always_read().filter(|id| !read.contains_key(id)).collect();
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
            if fixed.contains(&&*attribute.name) || attribute.is_sensitive() && !reveals {
                continue;
            }
            let now = self.facts(profile, visit, None, None).value(id);
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
            let given = profile.consents.get(purpose).is_some();
            let (from, to) = if given { ("given", "withdrawn") } else { ("not given", "given") };
            let otherwise = Otherwise::Consent(purpose.clone(), !given);
            all.push(one(format!("profile.consents `{purpose}`"), from, to, otherwise));
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
                        format!("profile.needs `{need}`"),
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

/// What conditions compare each attribute with that can decide.
fn literals_read(checked: &Checked) -> BTreeMap<AttributeId, Vec<Operand>> {
    let mut read: BTreeMap<AttributeId, Vec<Operand>> = BTreeMap::new();
    let segments = live_segments(checked);
    let segments =
        segments.iter().filter_map(|id| checked.segments.get(usize::from(id.0))).map(|segment| &segment.when);
    for condition in deciding(checked).chain(segments) {
        for used in condition.uses() {
            match used.what {
                Used::Attribute(id) => {
                    read.entry(id).or_default();
                }
                Used::RustRule(id) => {
                    let reads = checked.rust_rules.get(usize::from(id.0)).map(|(_, reads)| reads.as_slice());
                    reads.unwrap_or_default().iter().for_each(|&id| {
                        read.entry(id).or_default();
                    });
                }
                Used::Segment(_) => {}
            }
        }
        for (id, operand) in condition.comparisons() {
            read.entry(id).or_default().push(operand);
        }
    }
    read
}

/// One value from each cell of an attribute.
fn values_of(kind: &AttributeType, literals: &[Operand], now: &Option<Value>, visit: &Visit) -> Vec<Value> {
    let mut values = Vec::new();
    match kind {
        AttributeType::Bool => values.extend([Value::Bool(false), Value::Bool(true)]),
        AttributeType::Enum(names) => {
            values.extend(names.iter().map(|name| Value::Text(name.to_string().into())))
        }
        AttributeType::Int { min, max } if max.saturating_sub(*min) <= 8 => {
            values.extend((*min..=*max).map(Value::Int))
        }
        AttributeType::Set(_) => {
            let now = if let Some(Value::Set(now)) = now { now.clone() } else { BTreeSet::new() };
            for name in
                literals.iter().filter_map(|l| if let Operand::Text(name) = l { Some(name) } else { None })
            {
                let mut then = now.clone();
                if !then.remove(name) {
                    then.insert(name.clone());
                }
                values.push(Value::Set(then));
            }
        }
        AttributeType::Int { .. } | AttributeType::Float | AttributeType::Text | AttributeType::Timestamp => {
        }
    }
    for literal in literals {
        match (kind, literal) {
            (AttributeType::Int { .. }, Operand::Int(k)) => {
                values.extend([k.saturating_sub(1), *k, k.saturating_add(1)].map(Value::Int));
            }
            (AttributeType::Int { .. }, Operand::Float(k)) if k.is_finite() => {
                // A cast saturates, so that a literal beyond the range gives its end.
                values.extend([k.floor() as i64, k.ceil() as i64].map(Value::Int));
            }
            (AttributeType::Float, Operand::Float(k)) => {
                values.extend([k - 0.1, *k, k + 0.1].map(Value::Float))
            }
            (AttributeType::Float, Operand::Int(k)) => {
                let k = *k as f64;
                values.extend([k - 0.1, k, k + 0.1].map(Value::Float));
            }
            (AttributeType::Text, Operand::Text(text)) => values.push(Value::Text(text.to_string().into())),
            (AttributeType::Timestamp, Operand::Time(time)) => {
                let near = [-1, 0, 1].map(|seconds| time.checked_add(Duration::from_seconds(seconds)));
                values.extend(near.into_iter().flatten().map(Value::Timestamp));
            }
            (AttributeType::Timestamp, Operand::Duration(age)) => {
                let ages = [-1, 0, 1].map(|seconds| age.seconds().checked_add(seconds));
                let at = |age: i64| visit.at.at.checked_add(Duration::from_seconds(age.checked_neg()?));
                values.extend(ages.into_iter().flatten().filter_map(at).map(Value::Timestamp));
            }
            _ => {}
        }
    }
    values
}

/// The borders of cells between two values, and the plain difference where there is one.
fn distance(now: Option<&Value>, then: &Value, literals: &[Operand]) -> (usize, u64) {
    match (now, then) {
        (Some(Value::Int(a)), Value::Int(b)) => {
            let (low, high) = (*a.min(b), *a.max(b));
            let between = |l: &&Operand| matches!(l, Operand::Int(k) if low < *k && *k < high);
            (literals.iter().filter(between).count(), a.abs_diff(*b))
        }
        (Some(Value::Float(a)), Value::Float(b)) => {
            let (low, high) = (a.min(*b), a.max(*b));
            let between = |l: &&Operand| matches!(l, Operand::Float(k) if low < *k && *k < high);
            // In thousandths, so that it can be compared; a cast saturates.
            (literals.iter().filter(between).count(), ((high - low) * 1000.0) as u64)
        }
        (Some(Value::Timestamp(a)), Value::Timestamp(b)) => (0, a.since(*b).seconds().unsigned_abs()),
        // To be known at all is a step of its own.
        (None, _) => (1, 0),
        _ => (0, 1),
    }
}

fn spoken(value: &Value) -> Box<str> {
    match value {
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Float(value) => format!("{value}"),
        Value::Text(value) => format!("\u{201c}{value}\u{201d}"),
        Value::Timestamp(value) => value.to_string(),
        Value::Set(members) if members.is_empty() => "empty".to_owned(),
        Value::Set(members) => members.iter().map(|m| &**m).collect::<Vec<_>>().join(", "),
    }
    .into()
}
