//! The door by name: for hosts that map the columns of their own records to attributes.

use super::build::Count;
use super::{CustomerProfile, ProfileFact};
use crate::channel::{Channel, is_snake_case};
use crate::diagnostic::{Diagnostic, DiagnosticCode as Code, did_you_mean};
use crate::fact::Fact;
use crate::journey::Journey;
use crate::value::Value;

impl CustomerProfile {
    /// The fact of any attribute that a profile stores, by the attribute's name: `profile.age`, `profile.habit.phone`,
    /// `journey.step`, or the bare name of one of the host's own. A value that cannot be is named as unreadable.
    ///
    /// # Errors
    /// There is no such attribute in a profile, or it is no fact (needs, reach, consents, contacts).
    ///
    /// # Example
    /// ```
    /// # use maitre::{CustomerProfile, Fact};
    /// let columns = [("profile.age", 74), ("profile.habit.phone", 3), ("loyalty_points", 1200)];
    /// let mut profile = CustomerProfile::new();
    /// for (attribute, value) in columns {
    ///     profile = profile.with_fact(attribute, Fact::observed(value))?;
    /// }
    /// assert_eq!(profile.fact("profile.age").unwrap().value, 74.into());
    ///
    /// let slip = profile.with_fact("profile.aeg", 74).unwrap_err();
    /// assert_eq!(slip.help(), Some("did you mean `profile.age`?"));
    /// # Ok::<(), maitre::Diagnostic>(())
    /// ```
    pub fn with_fact(mut self, attribute: &str, fact: impl Into<Fact<Value>>) -> Result<Self, Diagnostic> {
        let fact = fact.into();
        let Some((side, name)) = attribute.split_once('.') else {
            own_name(attribute)?;
            self.put_own(attribute, fact);
            return Ok(self);
        };
        let known = match (side, name.split_once('.')) {
            ("profile", None) => self.put_named(name, fact),
            ("profile", Some((family, channel))) => {
                match (Count::ALL.iter().find(|c| c.as_str() == family), Channel::parse(channel)) {
                    (Some(&count), Some(channel)) => {
                        self.put_count(count, channel, fact.value);
                        if let Some(learnt) = fact.learnt {
                            self.edit(channel, |record| record.last = record.last.max(Some(learnt)));
                        }
                        true
                    }
                    _ => false,
                }
            }
            ("journey", None) => match self.journey.get_or_insert_default().put(name, fact.value) {
                Some(put) => {
                    if let Err(problem) = put {
                        self.cannot_read(attribute, problem);
                    }
                    true
                }
                None => false,
            },
            _ => false,
        };
        if known { Ok(self) } else { Err(unknown_attribute(attribute, &names(), "CustomerProfile")) }
    }

    /// Keeps the fact `profile.NAME`; whether there is such a fact.
    pub(super) fn put_named(&mut self, name: &str, fact: Fact<Value>) -> bool {
        match ProfileFact::parse(name) {
            Some(which) => self.put(which, fact),
            None if name == "preferred_channel" => self.put_preferred_channel(fact),
            None => return false,
        }
        true
    }
}

/// Everything that the door takes, for suggestions.
fn names() -> Vec<String> {
    let mut names: Vec<String> = ProfileFact::NAMES.iter().map(|name| format!("profile.{name}")).collect();
    names.push("profile.preferred_channel".to_owned());
    for count in Count::ALL {
        names.extend(Channel::NAMES.iter().map(|channel| format!("profile.{}.{channel}", count.as_str())));
    }
    names.extend(Journey::FIELDS.iter().map(|name| format!("journey.{name}")));
    names
}

/// The refusal of an attribute that `keeper` does not store.
pub(crate) fn unknown_attribute(attribute: &str, known: &[String], keeper: &str) -> Diagnostic {
    let is_family = |family: &str| {
        attribute.strip_prefix(family).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    let elsewhere = match attribute {
        _ if is_family("profile.needs") || is_family("profile.required_needs") => {
            Some("needs are given by `with_need`")
        }
        _ if is_family("profile.reach") => Some("reach is given by `with_reach`"),
        _ if is_family("profile.consents") => Some("consents are given by `with_consent`"),
        _ if is_family("profile.contacts_30d") => Some("contacts are given by `with_contact`"),
        "journey.elapsed_seconds" => Some("it follows from `journey.started_at`"),
        "visit.at" => Some("the time is given when the visit is made, by `Visit::new`"),
        "visit.hour" | "visit.weekday" => Some("it follows from `visit.at` and `visit.offset`"),
        _ => None,
    };
    let message = format!("`{}` is no fact that a {keeper} stores", crate::wire::short(attribute));
    let problem = Diagnostic::error(Code::UnknownAttribute, "", message);
    match elsewhere.map(str::to_owned).or_else(|| did_you_mean(attribute, known.iter().map(String::as_str))) {
        Some(help) => problem.with_help(help),
        None => problem,
    }
}

/// Whether a policy could declare an attribute of that name.
pub(crate) fn own_name(name: &str) -> Result<(), Diagnostic> {
    if is_snake_case(name) {
        return Ok(());
    }
    let message =
        format!("`{}` is not a name: expected a-z, 0-9 and _, from a letter", crate::wire::short(name));
    Err(Diagnostic::error(Code::BadName, "", message))
}
