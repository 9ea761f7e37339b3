//! What a walk tells whoever watches it. Explanations are made of these events and of nothing else.

use crate::channel::Channel;
use crate::decision::Decision;
use crate::experience::{AssistanceLevel, LayoutComplexity};
use crate::need::{AccessNeed, Adaptations, NeedSet};
use crate::truth::Truth;
use crate::value::Text;
use crate::words::words;

/// A sink for the events of one walk.
pub trait Observer {
    /// Whether it wants to know at all; `false` lets the compiler leave the events out.
    const WATCHES: bool = true;
    /// One event, in the order of the walk.
    fn observe(&mut self, event: Event<'_>);
}

/// Watches nothing, at no cost.
impl Observer for () {
    const WATCHES: bool = false;
    #[inline(always)]
    fn observe(&mut self, _: Event<'_>) {}
}

/// Something that happened on the way to a decision.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Event<'a> {
    /// What is on record of an attribute of the host's own, or of the name of a channel, does not fit this policy.
    Unreadable(&'a UnknownFact),
    /// What is on record of an attribute is too old for this policy, or from too weak a source (D1), so that it is unknown.
    Hidden(&'a UnknownFact),
    /// A segment was evaluated; `unknown` is what left it undecided.
    Segment {
        /// Its name.
        name: &'a str,
        /// Its value, after `on_unknown`.
        truth: Truth,
        /// What its condition found unknown, if that decided.
        unknown: &'a [UnknownFact],
    },
    /// A rule was evaluated; `unknown` is what left it undecided.
    Rule {
        /// Its name.
        name: &'a str,
        /// Its reason, in the policy's words.
        because: Option<&'a str>,
        /// Its value.
        truth: Truth,
        /// What its condition found unknown, if that decided.
        unknown: &'a [UnknownFact],
    },
    /// The visitor is in an experiment.
    Arm {
        /// The experiment.
        experiment: &'a str,
        /// The arm.
        arm: &'a str,
    },
    /// The needs in force.
    Needs {
        /// On record as required.
        required: NeedSet,
        /// On record as preferred, or asked for by the device.
        preferred: NeedSet,
    },
    /// Something gave points.
    Points {
        /// To what.
        to: Target,
        /// Who gave them.
        from: Contributor<'a>,
        /// How many.
        points: i64,
    },
    /// Something set a bound.
    Bound {
        /// The bound.
        bound: Bound,
        /// Who set it.
        from: Contributor<'a>,
    },
    /// A rule asked for adaptations.
    Adapt {
        /// The rule.
        rule: &'a str,
        /// Which.
        adaptations: Adaptations,
    },
    /// A channel was ruled out (D2).
    RuledOut {
        /// The channel.
        channel: Channel,
        /// By what.
        by: RuledOut,
        /// The rule, where it was a rule's `never`.
        rule: Option<&'a str>,
    },
    /// A channel was scored, candidate or not (D3).
    Scored {
        /// The channel.
        channel: Channel,
        /// Its score.
        score: i64,
    },
    /// The outcome.
    Decided(&'a Decision),
}

/// What points go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Target {
    /// A channel's score.
    Channel(Channel),
    /// The layout.
    Layout,
    /// The assistance.
    Assistance,
}

/// A cap on the layout or a floor under the assistance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Bound {
    /// No more complex than this.
    LayoutAtMost(LayoutComplexity),
    /// No less than this.
    AssistanceAtLeast(AssistanceLevel),
}

/// Who gives points or sets a bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Contributor<'a> {
    /// The policy: a default, or a channel's base.
    Policy,
    /// A rule.
    Rule(&'a str),
    /// An arm of an experiment.
    Arm {
        /// The experiment.
        experiment: &'a str,
        /// The arm.
        arm: &'a str,
    },
    /// The person's declared preference.
    Preference,
    /// The person's habit on the channel.
    Habit,
    /// The channel in use, or the journey's last.
    Continuity,
    /// A need.
    Need(AccessNeed),
    /// The channel: what it can carry.
    Channel(Channel),
    /// The prior decision.
    Prior,
}

words! {
    /// What ruled a channel out, in the order of D2.
    #[derive(PartialOrd, Ord)]
    #[non_exhaustive]
    pub enum RuledOut ("cause") {
        /// In conflict with a required need.
        Conflict = "conflict",
        /// A rule says never.
        Never = "never",
        /// Outside its hours.
        Closed = "closed",
        /// Blocked by or for the person.
        Blocked = "blocked",
        /// The person cannot surely enough be reached there.
        Reach = "reach",
        /// No consent to it.
        Consent = "consent",
        /// Quiet hours of the person.
        Quiet = "quiet",
        /// Contacted often enough.
        Contacts = "contacts",
    }
}

/// An attribute that was unknown where it mattered.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct UnknownFact {
    /// The attribute, or what failed.
    pub attribute: Text,
    /// Why it is unknown.
    pub why: Why,
}

/// Why something is unknown.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Why {
    /// Nothing is on record.
    Missing,
    /// What is on record makes no sense: what was found, without the value where it is sensitive.
    Unreadable(Box<str>),
    /// Its source is weaker than the policy asks for.
    Source,
    /// It is older than the policy allows, or has no date.
    Age,
    /// The person has not consented to its use.
    Consent,
    /// A calculation failed.
    Failed(Box<str>),
    /// A rule written in Rust could not say.
    RustRule,
}
