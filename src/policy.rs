//! A policy: checked, resolved and immutable. It comes from a [`PolicyDocument`](crate::PolicyDocument) by the one door
//! in `policy/load.rs` and goes to the selector; whoever holds one holds a valid one.

mod attributes;
mod channels;
mod check;
mod conditions;
mod dead_end;
mod digest;
mod effects;
mod findings;
mod hours;
mod load;
mod needs;
mod personas;

use std::sync::Arc;

use smallvec::SmallVec;

pub use load::{PolicyError, PolicyLoader};

use crate::attribute::{AttributeId, Attributes};
use crate::channel::{Channel, Reach};
use crate::condition::{Condition, SegmentId};
use crate::experience::{AssistanceLevel, LayoutComplexity};
use crate::fact::Source;
use crate::hash::Murmur;
use crate::need::{Adaptations, NeedSet};
use crate::rust_rule::RustRule;
use crate::truth::Truth;
use crate::visit::Unit;

/// A checked policy. Cloning is cheap: it shares its content.
#[derive(Clone)]
pub struct Policy {
    pub(crate) inner: Arc<Checked>,
}

/// What a policy says, resolved. Sums cannot overflow: every number lies within ±10,000 and every list is limited.
#[derive(Clone)]
pub(crate) struct Checked {
    pub(crate) name: Box<str>,
    pub(crate) digest: Digest,
    pub(crate) attributes: Attributes,
    /// By [`AttributeId`] (D1).
    pub(crate) limits: Vec<Option<FactLimit>>,
    /// At most 64; their bits are the positions here.
    pub(crate) purposes: Vec<Box<str>>,
    /// The purposes that Sec-GPC withholds.
    pub(crate) gpc: u64,
    pub(crate) layout: LayoutComplexity,
    pub(crate) assistance: AssistanceLevel,
    pub(crate) weights: Weights,
    pub(crate) holdout: Option<Holdout>,
    /// Whether there are people to reach (Law 3).
    pub(crate) people: bool,
    /// In policy order: a tie goes to the earlier. At most 28.
    pub(crate) channels: Vec<PolicyChannel>,
    /// INVARIANT: not empty, and its last always works (D4).
    pub(crate) last_resort: Vec<ChannelId>,
    /// By name; [`SegmentId`] is the position here.
    pub(crate) segments: Vec<Segment>,
    /// Every segment behind those it uses (L4).
    pub(crate) segment_order: Vec<SegmentId>,
    /// By name.
    pub(crate) rules: Vec<Rule>,
    /// By name. At most [`Limits::EXPERIMENTS`](crate::limits::Limits::EXPERIMENTS).
    pub(crate) experiments: Vec<Experiment>,
    /// By name.
    pub(crate) guarantees: Vec<Guarantee>,
    /// By [`RustRuleId`](crate::condition::RustRuleId): the rule and the attributes it reads.
    pub(crate) rust_rules: Vec<(Arc<dyn RustRule>, Vec<AttributeId>)>,
    /// The document it was made from: the tests are kept there.
    pub(crate) document: crate::document::PolicyDocument,
    /// What loading had to say that did not block.
    pub(crate) warnings: Vec<crate::diagnostic::Diagnostic>,
}

/// The position of a channel in its policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ChannelId(pub(crate) u8);

/// The digest of a policy: the same for the same document, whatever the order of its tables, on every machine. Rules written in
/// Rust are in it by their names, not by what they do.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub(crate) [u8; 16]);

impl std::fmt::Display for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}
impl std::fmt::Debug for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}
impl Digest {
    /// The digest that a text writes: 32 hexadecimal digits in lower case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digit = |byte: u8| char::from(byte).to_digit(16).filter(|_| !byte.is_ascii_uppercase());
        let (pairs, []) = text.as_bytes().as_chunks::<2>() else { return None };
        let bytes: Option<Vec<u8>> =
            pairs.iter().map(|[high, low]| u8::try_from(digit(*high)? * 16 + digit(*low)?).ok()).collect();
        Some(Self(bytes?.try_into().ok()?))
    }
}
impl std::str::FromStr for Digest {
    type Err = crate::diagnostic::Diagnostic;
    /// As [`Digest::parse`].
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text).ok_or_else(|| {
            let message = "found no digest, expected 32 hexadecimal digits in lower case";
            crate::diagnostic::Diagnostic::error(
                crate::diagnostic::DiagnosticCode::UnknownValue,
                "",
                message.to_owned(),
            )
        })
    }
}
impl<'de> serde::Deserialize<'de> for Digest {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        let wrong =
            || serde::de::Error::custom("found no digest, expected 32 hexadecimal digits in lower case");
        Self::parse(&text).ok_or_else(wrong)
    }
}
impl serde::Serialize for Digest {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What hides a fact (D1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FactLimit {
    pub(crate) min_source: Source,
    pub(crate) max_age_days: Option<u32>,
    /// The bit of the purpose, 0 if none is asked for.
    pub(crate) consent: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Weights {
    pub(crate) habit: i64,
    pub(crate) continuity: i64,
    pub(crate) need: i64,
    /// 0 to 49.
    pub(crate) margin: i64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Holdout {
    pub(crate) unit: Unit,
    pub(crate) percent: u32,
    /// The hash so far: of the salt.
    pub(crate) salt: Murmur,
}

/// A channel with all that D2 to D4 ask of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PolicyChannel {
    pub(crate) channel: Channel,
    pub(crate) base: i64,
    /// `Unknown` will do by default.
    pub(crate) reach: Reach,
    /// The bit of the purpose, 0 if none is asked for.
    pub(crate) consent: u64,
    pub(crate) quiet: Option<Quiet>,
    /// `None`: always.
    pub(crate) open: Option<Vec<WeekSpan>>,
    pub(crate) contacts_at_most: Option<u32>,
    pub(crate) layout_at_most: Option<LayoutComplexity>,
    pub(crate) staffed: bool,
    /// With those built in.
    pub(crate) conflicts: NeedSet,
}

/// Minutes of the day, start included, end not; an end before the start is on the next day. Never equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Quiet {
    pub(crate) start: u16,
    pub(crate) end: u16,
}

/// Minutes of the week from Monday 00:00, start included, end not, `start < end <= 10,080`: what passes Sunday midnight
/// is two spans.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct WeekSpan {
    pub(crate) start: u16,
    pub(crate) end: u16,
}

impl Quiet {
    /// Whether it is quiet at that minute of the day.
    pub(crate) fn has(self, minute: u16) -> bool {
        if self.start < self.end {
            (self.start..self.end).contains(&minute)
        } else {
            minute >= self.start || minute < self.end
        }
    }
}

impl WeekSpan {
    /// Whether that minute of the week lies in any of `spans`.
    pub(crate) fn any_has(spans: &[Self], minute: u16) -> bool {
        spans.iter().any(|span| (span.start..span.end).contains(&minute))
    }
}

impl PolicyChannel {
    /// Whether it is open at that minute of the week.
    pub(crate) fn is_open(&self, minute: u16) -> bool {
        self.open.as_deref().is_none_or(|spans| WeekSpan::any_has(spans, minute))
    }
}

#[derive(Clone)]
pub(crate) struct Segment {
    pub(crate) name: Box<str>,
    pub(crate) when: Condition,
    /// `on_unknown = "include"` (L2).
    pub(crate) include_unknown: bool,
}

impl Segment {
    /// What the segment's value is where its condition's is `truth` (L2).
    pub(crate) fn counted(&self, truth: Truth) -> Truth {
        if self.include_unknown && truth == Truth::Unknown { Truth::True } else { truth }
    }
}

#[derive(Clone)]
pub(crate) struct Rule {
    pub(crate) name: Box<str>,
    pub(crate) when: Condition,
    pub(crate) effects: Effects,
    pub(crate) because: Option<Box<str>>,
}

/// What a rule adds where it holds, and (points only) an arm to whom it is given.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Effects {
    pub(crate) layout: i64,
    pub(crate) assistance: i64,
    /// In place for the few that most rules have: they are read for every visitor for whom the rule holds.
    pub(crate) channels: SmallVec<[(ChannelId, i64); 4]>,
    pub(crate) layout_at_most: Option<LayoutComplexity>,
    pub(crate) assistance_at_least: Option<AssistanceLevel>,
    pub(crate) adapt: Adaptations,
    /// One bit for each [`ChannelId`].
    pub(crate) never: u32,
}

/// What must hold for all visitors of whom the condition is true.
#[derive(Clone)]
pub(crate) struct Guarantee {
    pub(crate) name: Box<str>,
    pub(crate) when: Condition,
    pub(crate) layout_at_most: Option<LayoutComplexity>,
    pub(crate) assistance_at_least: Option<AssistanceLevel>,
    /// One bit for each [`ChannelId`].
    pub(crate) never: u32,
    /// Whether it only warns where it is neither proven nor refuted.
    pub(crate) inconclusive_warns: bool,
}

#[derive(Clone)]
pub(crate) struct Experiment {
    pub(crate) name: Box<str>,
    /// `None`: always.
    pub(crate) when: Option<Condition>,
    pub(crate) unit: Unit,
    /// The hash so far: of the salt.
    pub(crate) salt: Murmur,
    /// INVARIANT: 1 to 255 arms, whose weights are not all 0.
    pub(crate) arms: Vec<Arm>,
    /// The sum of their weights.
    pub(crate) total: u32,
}

#[derive(Clone)]
pub(crate) struct Arm {
    pub(crate) name: Box<str>,
    pub(crate) weight: u32,
    pub(crate) effects: Effects,
}

impl Policy {
    /// The name that the document gives itself.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.inner.name
    }
    /// The digest of the document.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.inner.digest
    }
    /// The document it was made from.
    #[must_use]
    pub fn document(&self) -> &crate::document::PolicyDocument {
        &self.inner.document
    }
    /// The attributes that its conditions may speak of.
    #[must_use]
    pub fn attributes(&self) -> &Attributes {
        &self.inner.attributes
    }
}

impl std::fmt::Debug for Policy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Policy")
            .field("name", &self.inner.name)
            .field("digest", &self.inner.digest)
            .finish_non_exhaustive()
    }
}
