//! What a comparison found.

use std::collections::BTreeMap;

use super::examples::ImpactExample;
use super::group::ImpactGroup;
use super::harm::Harm;
use crate::channel::Channel;
use crate::need::{AccessNeed, NeedStrength};
use crate::policy::Digest;
use crate::selector::RuledOut;
use crate::value::Text;

/// What a new policy changes for a population. `Display` says it in words and small tables; serde gives all of it.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[non_exhaustive]
pub struct ImpactReport {
    /// The old policy.
    pub old: Compared,
    /// The new policy.
    pub new: Compared,
    /// Whether the change may go live.
    pub gate: Gate,
    /// All visitors.
    pub everyone: ImpactGroup,
    /// Those who require something.
    pub required: ImpactGroup,
    /// Those who require nothing, but prefer something that is a need.
    pub preferred: ImpactGroup,
    /// Those of whom no need is known.
    pub without_needs: ImpactGroup,
    /// The ways in which somebody is served worse.
    pub harms: Vec<HarmGroup>,
    /// The rules that stand otherwise to those who are served otherwise, those of the most visitors first.
    pub rules: Vec<RuleImpact>,
    /// How many are served otherwise although no rule stands otherwise to them: it is the channels, defaults, weights, attributes or
    /// experiments.
    pub without_rule: u64,
    /// By need in force, and how strong it is.
    pub needs: Vec<NeedImpact>,
    /// The segments of both policies that anybody is in, by name.
    pub segments: Vec<SegmentImpact>,
}

/// A policy that was compared.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Compared {
    /// Its name.
    pub name: Text,
    /// Its digest.
    pub digest: Digest,
}

/// Whether a change may go live: not if anybody who requires something is served worse, in a way that is not tolerated.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[non_exhaustive]
pub struct Gate {
    /// Whether it may. With nobody counted nothing is known, and it may not.
    pub passes: bool,
    /// How many who require something are served worse.
    pub worse: u64,
    /// How many of them in each way; one visitor may be counted in several.
    pub harms: BTreeMap<Harm, u64>,
    /// The harms that are passed over.
    pub tolerated: Vec<Harm>,
    /// The rules that stand otherwise to them, those of the most first.
    pub rules: Vec<RuleImpact>,
    /// How many of them no rule stands otherwise to.
    pub without_rule: u64,
    /// Some of them, those who stand for the most first.
    pub examples: Vec<ImpactExample>,
}

/// Those who are served worse in one way.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[non_exhaustive]
pub struct HarmGroup {
    /// In which.
    pub harm: Harm,
    /// How many.
    pub visitors: u64,
    /// How many of them require something.
    pub required: u64,
    /// How many of the others prefer something that is a need.
    pub preferred: u64,
    /// How many have a need, by need and how strong it is; one visitor may be counted in several.
    pub needs: Vec<(AccessNeed, NeedStrength, u64)>,
    /// What took the channel away, where it was lost.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub causes: Vec<LossCause>,
    /// The rules that stand otherwise to them, those of the most first.
    pub rules: Vec<RuleImpact>,
    /// How many of them no rule stands otherwise to.
    pub without_rule: u64,
    /// Some of them, those who stand for the most first.
    pub examples: Vec<ImpactExample>,
}

/// What took a channel away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct LossCause {
    /// The channel.
    pub channel: Channel,
    /// What rules it out now; `None`: it is not in the new policy.
    pub by: Option<RuledOut>,
    /// For how many.
    pub visitors: u64,
}

/// A rule, and how it stands to visitors who are served otherwise.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct RuleImpact {
    /// Its name.
    pub rule: Text,
    /// For how many it holds now and did not before, or was not there.
    pub begins: u64,
    /// For how many it held and does not any more, or is not there.
    pub ends: u64,
    /// For how many it holds in both policies, and does something else now.
    pub differs: u64,
}

impl RuleImpact {
    /// To how many it stands otherwise.
    #[must_use]
    pub const fn visitors(&self) -> u64 {
        self.begins + self.ends + self.differs
    }
}

/// Those who have a need.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[non_exhaustive]
pub struct NeedImpact {
    /// Which.
    pub need: AccessNeed,
    /// How strong it is.
    pub strength: NeedStrength,
    /// What changes for them.
    pub group: ImpactGroup,
}

/// Those who are in a segment, by either policy.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[non_exhaustive]
pub struct SegmentImpact {
    /// Its name.
    pub name: Text,
    /// How many the old policy sees in it.
    pub old: u64,
    /// How many the new policy sees in it.
    pub new: u64,
    /// What changes for those whom either sees in it.
    pub group: ImpactGroup,
}
