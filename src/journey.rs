//! The way of a person through a task, across channels and visits.

mod data;

use crate::channel::Channel;
use crate::time::Timestamp;
use crate::words::words;

pub(crate) use data::LooseJourney;

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
#[derive(Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct Journey {
    /// What the person is trying to do, as `billing`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Box<str>>,
    /// The stage it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<JourneyStage>,
    /// The step it stands at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<Box<str>>,
    /// The channel it began on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_on: Option<Channel>,
    /// The channel of its last touchpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// How often the present step has been tried.
    #[serde(skip_serializing_if = "is_zero")]
    pub attempts: u32,
    /// How often the present step has failed since it was reached.
    #[serde(skip_serializing_if = "is_zero")]
    pub failed_steps: u32,
    /// How often the person has changed the channel on the way.
    #[serde(skip_serializing_if = "is_zero")]
    pub switches: u32,
    /// When it began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// Whether the person gave it up; unknown where nobody says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub abandoned: Option<bool>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it by reference")]
fn is_zero(count: &u32) -> bool {
    *count == 0
}

impl std::fmt::Debug for Journey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Journey").field("name", &self.name).field("step", &self.step).finish_non_exhaustive()
    }
}
