//! Why a visitor is served so: made from the events of one walk, owned, printed as sentences that a support agent can
//! read aloud, serialised with stable codes. What is sensitive stays out of both unless asked for.

mod recorder;
mod shape;
mod text;

use smallvec::SmallVec;

use crate::channel::Channel;
use crate::decision::{Decision, Reason, ReasonCode};
use crate::need::{AccessNeed, Adaptations};
use crate::profile::CustomerProfile;
use crate::selector::{ExperienceSelector, RuledOut, UnknownFact};
use crate::truth::Truth;
use crate::value::Text;
use crate::visit::Visit;
use recorder::Recorder;
pub(crate) use text::listed;

/// Why a visitor is served so. `Display` prints sentences; serde gives the same with stable codes.
///
/// Values that are sensitive (needs, age, mood, ids) are left out of both, unless
/// [`revealing`](Self::revealing) is asked for. Names of attributes are no values: that `profile.mood` is unknown is said.
#[derive(Clone, PartialEq)]
pub struct Explanation {
    decision: Decision,
    policy: Text,
    reveals: bool,
    reasons: [Because; 3],
    channels: Vec<ChannelNote>,
    layout: Vec<Contribution>,
    assistance: Vec<Contribution>,
    bounds: Vec<BoundNote>,
    adaptations: Vec<(Text, Adaptations)>,
    rules: Vec<RuleNote>,
    undecided: Vec<Undecided>,
    segments: Vec<SegmentNote>,
    arms: Vec<ArmNote>,
    unreadable: Vec<UnknownFact>,
    hidden: Vec<UnknownFact>,
}

/// The cause of one axis.
#[derive(Debug, Clone, PartialEq)]
struct Because {
    reason: Reason,
    /// The rule, `experiment/arm` or need.
    by: Option<Text>,
    /// The reason that the policy gives for the rule.
    because: Option<Text>,
}

/// Why one axis came out as it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cause<'a> {
    /// `channel`, `layout` or `assistance`.
    pub axis: &'static str,
    /// The code.
    pub code: ReasonCode,
    /// The rule, arm (`experiment/arm`) or need behind it; a need only where needs are revealed.
    pub by: Option<&'a str>,
    /// Of a rule, the reason that the policy gives for it, to be read to a customer.
    pub because: Option<&'a str>,
}

/// How a channel stood.
#[derive(Debug, Clone, PartialEq)]
pub struct ChannelNote {
    channel: Channel,
    score: i64,
    ruled_out: Option<(RuledOut, Option<Text>)>,
    /// Mostly those of the policy and of habit.
    points: SmallVec<[Contribution; 2]>,
}

impl ChannelNote {
    /// The channel.
    #[must_use]
    pub fn channel(&self) -> Channel {
        self.channel
    }
    /// Its score (D3), candidate or not.
    #[must_use]
    pub fn score(&self) -> i64 {
        self.score
    }
    /// Where the score comes from: the policy, a rule, an experiment's arm, habit, continuity or a need; for a rule or an
    /// arm with its name.
    pub fn points(&self) -> impl Iterator<Item = (&'static str, Option<std::borrow::Cow<'_, str>>, i64)> {
        self.points.iter().map(|given| (given.from.code(), given.from.name(false), given.points))
    }
    /// The rule that excluded it, if one did.
    #[must_use]
    pub fn rule(&self) -> Option<&str> {
        self.ruled_out.as_ref().and_then(|(_, rule)| rule.as_deref())
    }
    /// What ruled it out, if anything did (D2).
    #[must_use]
    pub fn ruled_out(&self) -> Option<RuledOut> {
        self.ruled_out.as_ref().map(|(by, _)| *by)
    }
}

/// Points, and who gave them.
#[derive(Debug, Clone, PartialEq)]
struct Contribution {
    from: OwnedContributor,
    points: i64,
}

/// Who gave points or set a bound, owned.
#[derive(Debug, Clone, PartialEq)]
enum OwnedContributor {
    Policy,
    Rule(Text),
    Arm(Text, Text),
    Preference,
    Habit,
    Continuity,
    Need(AccessNeed),
    Prior,
    Channel(Channel),
}

/// A bound, and who set it.
#[derive(Debug, Clone, PartialEq)]
struct BoundNote {
    bound: crate::selector::Bound,
    from: OwnedContributor,
}

/// A rule that holds.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
struct RuleNote {
    name: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    because: Option<Text>,
    /// The rules written in Rust that it asks, itself or through segments, by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rust_rules: Vec<Text>,
}

/// A rule that unknown facts left undecided.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Undecided {
    rule: Text,
    unknown: Vec<UnknownFact>,
}

impl Undecided {
    /// The rule.
    #[must_use]
    pub fn rule(&self) -> &str {
        &self.rule
    }
    /// What was unknown, by name.
    #[must_use]
    pub fn unknown(&self) -> &[UnknownFact] {
        &self.unknown
    }
}

#[derive(Debug, Clone, PartialEq, serde::Serialize)]
struct SegmentNote {
    name: Text,
    truth: Truth,
}

#[derive(Debug, Clone, PartialEq, serde::Serialize)]
struct ArmNote {
    experiment: Text,
    arm: Text,
}

impl Explanation {
    pub(crate) fn of(selector: &ExperienceSelector, profile: &CustomerProfile, visit: &Visit) -> Self {
        let mut recorder = Recorder::of(selector);
        let decision = selector.select_with(profile, visit, &mut recorder);
        recorder.finish(selector, decision, profile, visit)
    }
    /// The same explanation with needs named.
    #[must_use]
    pub fn revealing(mut self) -> Self {
        self.reveals = true;
        self
    }
    /// The decision that it explains.
    #[must_use]
    pub fn decision(&self) -> &Decision {
        &self.decision
    }
    /// Why each axis came out so: channel, layout and assistance.
    pub fn causes(&self) -> impl Iterator<Item = Cause<'_>> {
        ["channel", "layout", "assistance"].into_iter().zip(&self.reasons).map(|(axis, because)| Cause {
            axis,
            code: because.reason.code(),
            by: self.by(because),
            because: because.because.as_deref(),
        })
    }
    /// The rules that hold, by name, each with the reason that the policy gives for it.
    pub fn because(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        self.rules.iter().map(|rule| (&*rule.name, rule.because.as_deref()))
    }
    /// The rules that hold, by name.
    pub fn rules(&self) -> impl Iterator<Item = &str> {
        self.rules.iter().map(|rule| &*rule.name)
    }
    /// The rules that unknown facts left undecided, by name.
    #[must_use]
    pub fn undecided(&self) -> &[Undecided] {
        &self.undecided
    }
    /// The segments and their values, by name.
    pub fn segments(&self) -> impl Iterator<Item = (&str, Truth)> {
        self.segments.iter().map(|segment| (&*segment.name, segment.truth))
    }
    /// The experiments that the visitor is in, each with the arm.
    pub fn arms(&self) -> impl Iterator<Item = (&str, &str)> {
        self.arms.iter().map(|note| (&*note.experiment, &*note.arm))
    }
    /// How every channel of the policy stood, in policy order.
    #[must_use]
    pub fn channels(&self) -> &[ChannelNote] {
        &self.channels
    }
    /// The facts of the profile and the visit that make no sense, and so are unknown.
    #[must_use]
    pub fn unreadable(&self) -> &[UnknownFact] {
        &self.unreadable
    }
    /// The facts on record that do not count, since they are too old for this policy or from too weak a source (D1).
    #[must_use]
    pub fn hidden(&self) -> &[UnknownFact] {
        &self.hidden
    }
    /// The channels that nothing ruled out, in policy order.
    fn candidates(&self) -> impl Iterator<Item = Channel> {
        self.channels.iter().filter(|note| note.ruled_out.is_none()).map(|note| note.channel)
    }
    /// What stands behind the reason of an axis, if it may be said.
    fn by<'a>(&self, because: &'a Because) -> Option<&'a str> {
        because.by.as_deref().filter(|_| self.reveals || because.reason.code() != ReasonCode::Need)
    }
}

impl std::fmt::Debug for Explanation {
    /// As it prints: without what is sensitive.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}
