//! A decision as the flags of [OpenFeature](https://openfeature.dev), for whatever speaks to its clients: the provider of this
//! crate, and services by its remote protocol. In come a selector and a decision of it, out goes what each flag is and why. What is
//! told about flags ends up in logs, so that no need is named but in the value of the whole.

mod problems;

use std::cmp::Ordering;

use crate::channel::Channel;
use crate::decision::{Decision, Giver, Reason, ReasonCode, WayOut};
use crate::experience::{AssistanceLevel, LayoutComplexity};
use crate::need::AccessNeed;
use crate::policy::Digest;
use crate::selector::ExperienceSelector;
use crate::words::words;

words! {
    /// What of a decision is asked for as a flag.
    #[non_exhaustive]
    pub enum DecisionFlag ("flag") {
        /// All of it, a structure: [`FlagExperience`].
        Experience = "experience",
        /// The channel, a string.
        Channel = "experience.channel",
        /// The layout for the channel in use, whose page is shown, a string.
        Layout = "experience.layout",
        /// The assistance, a string.
        Assistance = "experience.assistance",
    }
}

words! {
    /// Why a flag is as it is, as far as OpenFeature has words for it.
    #[non_exhaustive]
    pub enum FlagReason ("reason") {
        /// An arm of an experiment gave it.
        Split = "SPLIT",
        /// What the policy says of everybody: its defaults, a channel's base. Never `STATIC`: what is static may be held for
        /// everybody.
        Default = "DEFAULT",
        /// Anything else.
        TargetingMatch = "TARGETING_MATCH",
        /// A decision does not say it: why the layout of the channel in use is more complex than the chosen one's.
        Unknown = "UNKNOWN",
    }
}

/// What a flag is, and why.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct FlagDetails {
    /// The value.
    pub value: FlagValue,
    /// The name of the value; of the whole the three of the page, `web/simple/guided`.
    pub variant: Box<str>,
    /// Why, in one of OpenFeature's words.
    pub reason: FlagReason,
    /// The policy that decided.
    pub policy: Digest,
    /// Why, as a policy's tests write it: `reason` → `bound:rescue`; of the whole one for each axis, as `reason.layout`. Of a need
    /// only that it was one.
    pub reasons: Vec<(&'static str, Box<str>)>,
}

/// The value of a flag.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum FlagValue {
    /// One axis.
    Name(Box<str>),
    /// The whole.
    Experience(Box<FlagExperience>),
}

/// The whole of a decision, as the value of a flag. It tells what a person needs, as `adapt`.
#[derive(Clone, PartialEq, serde::Serialize)]
#[non_exhaustive]
pub struct FlagExperience {
    /// The channel.
    pub channel: Channel,
    /// The layout on it.
    pub layout: LayoutComplexity,
    /// The layout on the channel in use.
    pub layout_in_use: LayoutComplexity,
    /// The assistance.
    pub assistance: AssistanceLevel,
    /// What the page must do.
    pub adapt: Vec<AccessNeed>,
    /// How a person is reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub way_out: Option<WayOut>,
}

impl std::fmt::Debug for FlagExperience {
    /// Without the adaptations, which tell what a person needs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FlagExperience")
            .field("channel", &self.channel)
            .field("layout", &self.layout)
            .field("layout_in_use", &self.layout_in_use)
            .field("assistance", &self.assistance)
            .field("way_out", &self.way_out)
            .finish_non_exhaustive()
    }
}

impl DecisionFlag {
    /// What the flag is by a decision of `selector`.
    ///
    /// # Cost
    /// Allocates for each name.
    ///
    /// # Example
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use maitre::{CustomerProfile, DecisionFlag, ExperienceSelector, FlagReason, Moment, Policy, Visit};
    /// # let policy = Policy::from_toml(
    /// #     r#"
    /// #     format = 1
    /// #     name = "corner_shop"
    /// #     last_resort = ["in_person"]
    /// #     channels = [{ name = "web", base = 10 }, { name = "in_person", staffed = true }]
    /// #     rules.stuck = { when = 'visit.errors >= 3', assistance_at_least = "guided" }
    /// #     "#,
    /// # )?;
    /// # let selector = ExperienceSelector::compile(&policy)?;
    /// let at = Moment::parse("2026-11-23T10:00:00-03:00").ok_or("no time")?;
    /// let decision = selector.select(&CustomerProfile::new(), &Visit::new(at).with_errors(3));
    /// let told = DecisionFlag::Assistance.of(&selector, &decision);
    /// assert_eq!((&*told.variant, told.reason), ("guided", FlagReason::TargetingMatch));
    /// assert_eq!(told.reasons, [("reason", "bound:stuck".into())]);
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn of(self, selector: &ExperienceSelector, decision: &Decision) -> FlagDetails {
        let is = decision.experience();
        let name = |name: &str, reason| named(selector, decision, name, reason);
        match self {
            Self::Experience => whole(selector, decision),
            Self::Channel => name(is.channel.as_str(), Some(decision.channel_reason())),
            Self::Layout => name(decision.layout_in_use().as_str(), in_use(decision)),
            Self::Assistance => name(is.assistance.as_str(), Some(decision.assistance_reason())),
        }
    }
}

fn named(
    selector: &ExperienceSelector,
    decision: &Decision,
    name: &str,
    reason: Option<Reason>,
) -> FlagDetails {
    FlagDetails {
        value: FlagValue::Name(name.into()),
        variant: name.into(),
        reason: reason.map_or(FlagReason::Unknown, kind),
        policy: decision.policy(),
        reasons: reason.map(|reason| ("reason", why(selector, reason))).into_iter().collect(),
    }
}

fn whole(selector: &ExperienceSelector, decision: &Decision) -> FlagDetails {
    let is = decision.experience();
    let kinds = decision.reasons.map(kind);
    let reason = if kinds.contains(&FlagReason::Split) {
        FlagReason::Split
    } else if kinds.iter().all(|kind| *kind == FlagReason::Default) {
        FlagReason::Default
    } else {
        FlagReason::TargetingMatch
    };
    let axes = ["reason.channel", "reason.layout", "reason.assistance"].into_iter().zip(decision.reasons);
    FlagDetails {
        variant: format!("{}/{}/{}", is.channel, decision.layout_in_use(), is.assistance).into(),
        reason,
        policy: decision.policy(),
        reasons: axes.map(|(axis, reason)| (axis, why(selector, reason))).collect(),
        value: FlagValue::Experience(Box::new(FlagExperience {
            channel: is.channel,
            layout: is.layout,
            layout_in_use: decision.layout_in_use(),
            assistance: is.assistance,
            adapt: decision.adaptations().iter().collect(),
            way_out: decision.way_out(),
        })),
    }
}

/// Why the page of the channel in use has its layout. Beside the chosen channel's it differs by what the two can carry and by
/// nothing else (D5); what it would be for, where only the chosen one carries less, a decision does not say.
fn in_use(decision: &Decision) -> Option<Reason> {
    match decision.layout_in_use().cmp(&decision.experience().layout) {
        Ordering::Less => Some(Reason { code: ReasonCode::Channel, giver: Giver::Nobody }),
        Ordering::Equal => Some(decision.layout_reason()),
        Ordering::Greater => None,
    }
}

/// A reason as tests write it, but for the need that gave it.
fn why(selector: &ExperienceSelector, reason: Reason) -> Box<str> {
    match reason.need() {
        Some(_) => reason.code().as_str().into(),
        None => crate::testing::reason(selector, reason).into(),
    }
}

fn kind(reason: Reason) -> FlagReason {
    match (reason.code, reason.giver) {
        (_, Giver::Arm(..)) => FlagReason::Split,
        (ReasonCode::Default | ReasonCode::Score, _) => FlagReason::Default,
        _ => FlagReason::TargetingMatch,
    }
}
