//! How a host fills a visit, and looks into it, beside the facts that [`kept_facts`](crate::fact::kept) makes doors
//! for.

use super::{Prior, Unit, Visit, VisitFact};
use crate::channel::Channel;
use crate::diagnostic::Diagnostic;
use crate::fact::Fact;
use crate::journey::Journey;
use crate::profile::{channel_of, own_name, unknown_attribute};
use crate::time::Moment;
use crate::value::{Text, Value};

/// What is no fact with a source of its own: a later call replaces what an earlier one said.
impl Visit {
    /// The channel in use.
    #[must_use]
    pub fn on(mut self, channel: Channel) -> Self {
        self.channel = Some(channel);
        self
    }
    /// The journey that the host follows itself; without it the profile's counts.
    #[must_use]
    pub fn with_journey(mut self, journey: Journey) -> Self {
        self.journey = Some(journey);
        self
    }
    /// The id of a unit, for experiments (D8). An empty text is no id.
    #[must_use]
    pub fn with_id(mut self, unit: Unit, id: impl Into<Box<str>>) -> Self {
        if let Some(slot) = self.ids.get_mut(unit as usize) {
            *slot = Some(Text::from(&*id.into())).filter(|id| !id.is_empty());
        }
        self
    }
    /// What of the earlier decision counts: [`Decision::prior`](crate::Decision::prior).
    #[must_use]
    pub fn with_prior(mut self, prior: impl Into<Option<Prior>>) -> Self {
        self.prior = prior.into();
        self
    }

    /// The fact of any attribute that a visit stores, by the attribute's name: `visit.pages`, `visit.channel`,
    /// `journey.step`, or the bare name of one of the host's own. A value that cannot be is named as unreadable.
    ///
    /// # Errors
    /// There is no such attribute in a visit.
    pub fn with_fact(mut self, attribute: &str, fact: impl Into<Fact<Value>>) -> Result<Self, Diagnostic> {
        let fact = fact.into();
        let known = match attribute.split_once('.') {
            None => {
                own_name(attribute)?;
                self.put_own(attribute, fact);
                true
            }
            Some(("visit", name)) => self.put_named(name, fact),
            Some(("journey", name)) => match self.journey.get_or_insert_default().put(name, fact.value) {
                Some(put) => {
                    if let Err(problem) = put {
                        self.cannot_read(attribute, problem);
                    }
                    true
                }
                None => false,
            },
            Some(_) => false,
        };
        if known { Ok(self) } else { Err(unknown_attribute(attribute, &names(), "Visit")) }
    }

    /// Keeps the fact `visit.NAME`; whether there is such a fact.
    pub(super) fn put_named(&mut self, name: &str, fact: Fact<Value>) -> bool {
        match (VisitFact::parse(name), name) {
            (Some(which), _) => self.put(which, fact),
            (None, "channel") => match channel_of(&fact.value) {
                Ok(channel) => self.channel = Some(channel),
                Err(problem) => self.cannot_read("visit.channel", problem),
            },
            _ => return false,
        }
        true
    }
}

/// Everything that the door takes, for suggestions.
fn names() -> Vec<String> {
    let facts = VisitFact::NAMES.iter().map(|name| format!("visit.{name}"));
    let journey = Journey::FIELDS.iter().map(|name| format!("journey.{name}"));
    facts.chain(["visit.channel".to_owned()]).chain(journey).collect()
}

/// Looking into a visit.
impl Visit {
    /// The time, with the house's offset: the only now (L5).
    #[must_use]
    pub fn at(&self) -> Moment {
        self.at
    }
    /// The channel in use.
    #[must_use]
    pub fn channel(&self) -> Option<Channel> {
        self.channel
    }
    /// The fact kept for an attribute: `visit.pages`, or the bare name of one of the host's own.
    #[must_use]
    pub fn fact(&self, attribute: &str) -> Option<&Fact<Value>> {
        match attribute.strip_prefix("visit.") {
            Some(name) => self.get(VisitFact::parse(name)?),
            None => self.own.get(attribute),
        }
    }
    /// The journey that the host follows itself.
    #[must_use]
    pub fn journey(&self) -> Option<&Journey> {
        self.journey.as_ref()
    }
    /// The id of a unit.
    #[must_use]
    pub fn id(&self, unit: Unit) -> Option<&str> {
        self.ids.get(unit as usize)?.as_deref()
    }
    /// What of the earlier decision counts.
    #[must_use]
    pub fn prior(&self) -> Option<Prior> {
        self.prior
    }
}
