//! The serialised form of an explanation.

use super::{
    ArmNote, Because, Contribution, Explanation, OwnedContributor, RuleNote, SegmentNote, Undecided,
};
use crate::channel::Channel;
use crate::decision::{ReasonCode, WayOut};
use crate::experience::Experience;
use crate::need::Adaptations;
use crate::selector::{RuledOut, UnknownFact};

/// The serialised form: the fields in the order of the sentences, needs only where they are revealed.
#[derive(serde::Serialize)]
struct Shape<'a> {
    policy: &'a str,
    digest: crate::policy::Digest,
    experience: Experience,
    layout_in_use: crate::experience::LayoutComplexity,
    way_out: Option<WayOut>,
    alternatives: Vec<Channel>,
    #[serde(skip_serializing_if = "Option::is_none")]
    adaptations: Option<Adaptations>,
    reasons: Reasons<'a>,
    rules: &'a [RuleNote],
    undecided: &'a [Undecided],
    segments: &'a [SegmentNote],
    arms: &'a [ArmNote],
    channels: Vec<ChannelShape<'a>>,
    layout: Vec<ContributionShape<'a>>,
    assistance: Vec<ContributionShape<'a>>,
    bounds: Vec<BoundShape<'a>>,
    unreadable: &'a [UnknownFact],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    hidden: &'a [UnknownFact],
}
#[derive(serde::Serialize)]
struct Reasons<'a> {
    channel: ReasonShape<'a>,
    layout: ReasonShape<'a>,
    assistance: ReasonShape<'a>,
}
#[derive(serde::Serialize)]
struct ReasonShape<'a> {
    code: ReasonCode,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    because: Option<&'a str>,
}
#[derive(serde::Serialize)]
struct ChannelShape<'a> {
    channel: Channel,
    score: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    ruled_out: Option<RuledOut>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<&'a str>,
    points: Vec<ContributionShape<'a>>,
}
#[derive(serde::Serialize)]
struct ContributionShape<'a> {
    from: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<std::borrow::Cow<'a, str>>,
    points: i64,
}
#[derive(serde::Serialize)]
struct BoundShape<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    layout_at_most: Option<crate::experience::LayoutComplexity>,
    #[serde(skip_serializing_if = "Option::is_none")]
    assistance_at_least: Option<crate::experience::AssistanceLevel>,
    from: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<std::borrow::Cow<'a, str>>,
}

impl OwnedContributor {
    pub(super) const fn code(&self) -> &'static str {
        match self {
            Self::Policy => "policy",
            Self::Rule(_) => "rule",
            Self::Arm(..) => "arm",
            Self::Preference => "preference",
            Self::Habit => "habit",
            Self::Continuity => "continuity",
            Self::Need(_) => "need",
            Self::Prior => "prior",
            Self::Channel(_) => "channel",
        }
    }
    pub(super) fn name(&self, reveals: bool) -> Option<std::borrow::Cow<'_, str>> {
        match self {
            Self::Rule(name) => Some((&**name).into()),
            Self::Arm(experiment, arm) => Some(format!("{experiment}/{arm}").into()),
            Self::Need(need) if reveals => Some(need.as_str().into()),
            Self::Channel(channel) => Some(channel.as_str().into()),
            _ => None,
        }
    }
}

impl serde::Serialize for Explanation {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use crate::selector::Bound;
        let [channel, layout, assistance] = &self.reasons;
        let shape = Shape {
            policy: &self.policy,
            digest: self.decision.policy(),
            experience: self.decision.experience(),
            layout_in_use: self.decision.layout_in_use(),
            way_out: self.decision.way_out(),
            alternatives: self.decision.alternatives().collect(),
            adaptations: self.reveals.then(|| self.decision.adaptations()),
            reasons: Reasons {
                channel: self.reason(channel),
                layout: self.reason(layout),
                assistance: self.reason(assistance),
            },
            rules: &self.rules,
            undecided: &self.undecided,
            segments: &self.segments,
            arms: &self.arms,
            channels: self
                .channels
                .iter()
                .map(|note| ChannelShape {
                    channel: note.channel,
                    score: note.score,
                    ruled_out: note.ruled_out(),
                    rule: note.rule(),
                    points: self.shapes(&note.points),
                })
                .collect(),
            layout: self.shapes(&self.layout),
            assistance: self.shapes(&self.assistance),
            bounds: self
                .bounds
                .iter()
                .map(|note| BoundShape {
                    layout_at_most: if let Bound::LayoutAtMost(level) = note.bound {
                        Some(level)
                    } else {
                        None
                    },
                    assistance_at_least: if let Bound::AssistanceAtLeast(level) = note.bound {
                        Some(level)
                    } else {
                        None
                    },
                    from: note.from.code(),
                    name: note.from.name(self.reveals),
                })
                .collect(),
            unreadable: &self.unreadable,
            hidden: &self.hidden,
        };
        shape.serialize(serializer)
    }
}

impl Explanation {
    fn reason<'a>(&self, because: &'a Because) -> ReasonShape<'a> {
        ReasonShape { code: because.reason.code(), by: self.by(because), because: because.because.as_deref() }
    }
    fn shapes<'a>(&self, list: &'a [Contribution]) -> Vec<ContributionShape<'a>> {
        let shape = |c: &'a Contribution| ContributionShape {
            from: c.from.code(),
            name: c.from.name(self.reveals),
            points: c.points,
        };
        list.iter().map(shape).collect()
    }
}
