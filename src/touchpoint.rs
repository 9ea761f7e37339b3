//! What happens between a person and the company: one event, as a host reports it.
//! [`CustomerProfile::record`](crate::CustomerProfile::record) folds it into the profile.

use crate::channel::Channel;
use crate::journey::JourneyStage;
use crate::time::Timestamp;
use crate::wire::read_by_fields;
use crate::words::words;

words! {
    /// What came of a touchpoint.
    #[derive(PartialOrd, Ord)]
    #[non_exhaustive]
    pub enum Outcome ("outcome") {
        /// The person came.
        Visited = "visited",
        /// A journey was begun, or taken up again.
        Started = "started",
        /// A step was done; the touchpoint's step is the next one.
        MovedOn = "moved_on",
        /// A step failed.
        Failed = "failed",
        /// The person came over from another channel.
        Switched = "switched",
        /// The person gave the journey up.
        Abandoned = "abandoned",
        /// The journey is done.
        Done = "done",
        /// Something was ordered.
        Ordered = "ordered",
        /// A case with support was opened.
        CaseOpened = "case_opened",
        /// A case with support was closed.
        CaseClosed = "case_closed",
        /// We wrote or called; nothing of the person yet.
        Contacted = "contacted",
    }
}

impl Outcome {
    /// Whether it ended well or badly, if it ended anything.
    pub(crate) const fn ended_well(self) -> Option<bool> {
        match self {
            Self::Done | Self::Ordered | Self::CaseClosed => Some(true),
            Self::Failed | Self::Abandoned => Some(false),
            _ => None,
        }
    }
}

/// What the person says of it.
#[derive(Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Feedback {
    /// How they feel about us: −100 furious, 100 delighted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mood: Option<i8>,
    /// How hard it was: 1 very easy, 7 very hard.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effort: Option<u8>,
    /// How likely they are to recommend us: 0 to 10.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nps: Option<u8>,
}
read_by_fields!(Feedback, "feedback", must {}, may { mood, effort, nps });

impl std::fmt::Debug for Feedback {
    /// Says what was asked, and not what was answered.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let asked =
            [("mood", self.mood.is_some()), ("effort", self.effort.is_some()), ("nps", self.nps.is_some())];
        f.debug_set().entries(asked.iter().filter(|(_, given)| *given).map(|(name, _)| name)).finish()
    }
}

/// One event between a person and the company.
///
/// # Example
/// ```
/// # use maitre::{Channel, CustomerProfile, Outcome, Timestamp, Touchpoint};
/// let at = Timestamp::parse("2026-11-23T10:00:00-03:00").ok_or("no time")?;
/// let mut ana = CustomerProfile::new();
/// ana.record(&Touchpoint::new(at, Channel::Web, Outcome::Started).in_journey("billing").at_step("card"));
/// ana.record(&Touchpoint::new(at, Channel::Web, Outcome::Failed));
/// assert_eq!(ana.journey().map(|journey| journey.failed_steps), Some(1));
/// # Ok::<(), &str>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Touchpoint {
    pub(crate) at: Timestamp,
    pub(crate) channel: Channel,
    pub(crate) outcome: Outcome,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) journey: Option<Box<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) stage: Option<JourneyStage>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) step: Option<Box<str>>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) begun_by_us: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) feedback: Option<Feedback>,
}
read_by_fields!(
    Touchpoint,
    "a touchpoint",
    must { at, channel, outcome },
    may { journey, stage, step, begun_by_us, feedback }
);

impl Touchpoint {
    /// What came of meeting by `channel` at `at`.
    #[must_use]
    pub const fn new(at: Timestamp, channel: Channel, outcome: Outcome) -> Self {
        Self {
            at,
            channel,
            outcome,
            journey: None,
            stage: None,
            step: None,
            begun_by_us: false,
            feedback: None,
        }
    }
    /// In the journey of that name; without one, in that under way.
    #[must_use]
    pub fn in_journey(mut self, name: impl Into<Box<str>>) -> Self {
        self.journey = Some(name.into());
        self
    }
    /// At that stage.
    #[must_use]
    pub fn at_stage(mut self, stage: JourneyStage) -> Self {
        self.stage = Some(stage);
        self
    }
    /// At that step; for [`Outcome::MovedOn`] the one moved to.
    #[must_use]
    pub fn at_step(mut self, step: impl Into<Box<str>>) -> Self {
        self.step = Some(step.into());
        self
    }
    /// We began it: it counts as a contact.
    #[must_use]
    pub const fn begun_by_us(mut self) -> Self {
        self.begun_by_us = true;
        self
    }
    /// With what the person said of it.
    #[must_use]
    pub const fn with_feedback(mut self, feedback: Feedback) -> Self {
        self.feedback = Some(feedback);
        self
    }
    /// When it was.
    #[must_use]
    pub const fn at(&self) -> Timestamp {
        self.at
    }
    /// By which channel.
    #[must_use]
    pub const fn channel(&self) -> Channel {
        self.channel
    }
    /// What came of it.
    #[must_use]
    pub const fn outcome(&self) -> Outcome {
        self.outcome
    }
}
