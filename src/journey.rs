//! The way of a person through a task, across channels and visits.

use crate::channel::Channel;
use crate::time::Timestamp;
use crate::words::words;

words! {
    /// Where in the life with the company a journey belongs.
    #[derive(PartialOrd, Ord)]
    #[non_exhaustive]
    pub enum JourneyStage ("stage") {
        /// Hearing of it.
        Discover = "discover",
        /// Comparing.
        Consider = "consider",
        /// Buying.
        Buy = "buy",
        /// The first steps.
        Onboard = "onboard",
        /// Everyday use.
        Use = "use",
        /// Getting help.
        Support = "support",
        /// Staying on.
        Renew = "renew",
        /// Going.
        Leave = "leave",
    }
}

/// The state of one journey. [`CustomerProfile::record`](crate::CustomerProfile::record) keeps it from touchpoints.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Journey {
    /// What the person is trying to do, as `billing`.
    pub name: Option<Box<str>>,
    /// The stage it belongs to.
    pub stage: Option<JourneyStage>,
    /// The step it stands at.
    pub step: Option<Box<str>>,
    /// The channel it began on.
    pub started_on: Option<Channel>,
    /// The channel of its last touchpoint.
    pub channel: Option<Channel>,
    /// How often the present step has been tried.
    pub attempts: u32,
    /// How often the present step has failed since it was reached.
    pub failed_steps: u32,
    /// How often the person has changed the channel on the way.
    pub switches: u32,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// Whether the person gave it up; unknown where nobody says.
    pub abandoned: Option<bool>,
}

impl std::fmt::Debug for Journey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Journey").field("name", &self.name).field("step", &self.step).finish_non_exhaustive()
    }
}
