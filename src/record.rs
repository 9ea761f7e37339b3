//! Records of decisions: what was decided, by which policy, and by what, without the person. In come a selector and a visitor,
//! out comes a [`DecisionRecord`] that can be kept for years and read by people; a selector replays it and says what would be
//! decided today. A record holds cells: neither ids nor exact values.

mod error;
mod names;
mod recorder;
mod replay;

use std::collections::{BTreeMap, BTreeSet};

use sha2::Digest as _;

use crate::channel::Channel;
use crate::decision::{Decision, WayOut};
use crate::experience::{AssistanceLevel, LayoutComplexity};
use crate::need::AccessNeed;
use crate::policy::Digest;
use crate::selector::ExperienceSelector;

pub use error::RecordError;
use error::Why;
pub use recorder::Recorder;
pub use replay::{RecordDifference, Replay, UntoldCell, WhyUntold};

/// The format that this version writes and reads.
const FORMAT: u32 = 1;

/// What was decided for somebody, and by what: the policy, the cells that decide, and the decision. No id is in it, and no exact
/// number, time or text: of somebody aged 74 it says `65..` or whatever the policy tells apart. Needs, the channel in use and other
/// names that decide do stand in it, so that it is to be kept like the profile. It is what an auditor, a support agent or a
/// person themselves may be shown, and what [`Recorder::replay`] decides by.
///
/// It is JSON, best kept one to a line. Its cells have a digest, so that one that was damaged is refused; that is no seal against
/// somebody who wants to forge one, and the decision in it is held against what is decided anew. The same record is written the
/// same on every machine.
///
/// # Example
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # use maitre::{CustomerProfile, DecisionRecord, ExperienceSelector, Moment, Policy, Recorder, Unit, Visit};
/// let policy = Policy::from_toml(
///     r#"
///     format = 1
///     name = "corner_shop"
///     last_resort = ["in_person"]
///     channels = [{ name = "web", base = 10 }, { name = "in_person", staffed = true }]
///     rules.unhurried = { when = 'profile.age >= 65', assistance = 100 }
///     "#,
/// )?;
/// let recorder = Recorder::new(&ExperienceSelector::compile(&policy)?);
/// let ana = CustomerProfile::new().with_age(74);
/// let visit = Visit::new(Moment::parse("2026-11-23T10:00:00-03:00").ok_or("no time")?).with_id(Unit::Person, "ana-17");
/// let line = recorder.record(&ana, &visit).to_json();
/// assert!(line.contains(r#""profile.age":"65..""#) && !line.contains("ana-17") && !line.contains("74"));
///
/// let replay = recorder.replay(&DecisionRecord::from_json(&line)?);
/// assert!(replay.is_equal());
/// # Ok(()) }
/// ```
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "Wire")]
pub struct DecisionRecord {
    format: u32,
    policy: Box<str>,
    digest: Digest,
    input: Digest,
    cells: BTreeMap<Box<str>, Said>,
    decision: RecordedDecision,
}

/// What a record says of one axis, or of a set.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(untagged)]
enum Said {
    Cell(Box<str>),
    Members(Members),
}

/// The members of a set that are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Members {
    #[serde(rename = "in")]
    inside: BTreeSet<Box<str>>,
    #[serde(rename = "out")]
    outside: BTreeSet<Box<str>>,
}

/// A decision in names, as a record keeps it: everything that a [`Decision`] holds but the policy's digest.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RecordedDecision {
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
    pub way_out: Option<WayOut>,
    /// The next channels, the best first.
    pub alternatives: Vec<Channel>,
    /// Why, by axis, as a policy's tests write it: `rules:rescue`.
    pub reasons: BTreeMap<Box<str>, Box<str>>,
    /// The arm of each experiment that the visitor is in.
    pub arms: BTreeMap<Box<str>, Box<str>>,
}

impl RecordedDecision {
    /// A decision of `selector` in names. Arms and the names in reasons are numbers in a [`Decision`], so that it must be this
    /// selector's own, as for [`ExperienceSelector::giver`]. It tells what a person needs, as `adapt`.
    ///
    /// # Cost
    /// Allocates for each name.
    #[must_use]
    pub fn of(selector: &ExperienceSelector, decision: &Decision) -> Self {
        let experience = decision.experience();
        let axes = ["channel", "layout", "assistance"].into_iter().zip(decision.reasons);
        let reasons =
            axes.map(|(axis, reason)| (axis.into(), crate::testing::reason(selector, reason).into()));
        Self {
            channel: experience.channel,
            layout: experience.layout,
            layout_in_use: decision.layout_in_use(),
            assistance: experience.assistance,
            adapt: decision.adaptations().iter().collect(),
            way_out: decision.way_out(),
            alternatives: decision.alternatives().collect(),
            reasons: reasons.collect(),
            arms: selector.arms(decision).map(|(name, arm)| (name.into(), arm.into())).collect(),
        }
    }
}

impl std::fmt::Debug for RecordedDecision {
    /// Without the adaptations, which tell what a person needs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RecordedDecision")
            .field("channel", &self.channel)
            .field("layout", &self.layout)
            .field("assistance", &self.assistance)
            .field("way_out", &self.way_out)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for DecisionRecord {
    /// Says which policy decided what, and nothing of the person.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DecisionRecord")
            .field("policy", &self.policy)
            .field("digest", &self.digest)
            .field("decision", &self.decision)
            .finish_non_exhaustive()
    }
}

/// A record as it is written, before it is believed.
#[derive(serde::Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a table with `format`, `policy`, `digest`, `input`, `cells` and `decision`"
)]
struct Wire {
    format: u32,
    policy: Box<str>,
    digest: Digest,
    input: Digest,
    #[serde(deserialize_with = "cells_once")]
    cells: BTreeMap<Box<str>, Said>,
    decision: RecordedDecision,
}

/// The cells, each of them once: of two that bear one name the last would be believed.
fn cells_once<'de, D: serde::Deserializer<'de>>(from: D) -> Result<BTreeMap<Box<str>, Said>, D::Error> {
    struct Cells;
    impl<'de> serde::de::Visitor<'de> for Cells {
        type Value = BTreeMap<Box<str>, Said>;
        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a table of cells by name")
        }
        fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut cells = BTreeMap::new();
            while let Some(name) = map.next_key::<Box<str>>()? {
                let said = map.next_value::<serde_json::Value>()?;
                let said = serde_json::from_value(said).map_err(|_| {
                    serde::de::Error::custom(format!(
                        "`{name}` is neither a text nor members as `{{ \"in\": [], \"out\": [] }}`"
                    ))
                })?;
                if cells.contains_key(&name) {
                    return Err(serde::de::Error::custom(format!("`{name}` stands in it twice")));
                }
                cells.insert(name, said);
            }
            Ok(cells)
        }
    }
    from.deserialize_map(Cells)
}

impl TryFrom<Wire> for DecisionRecord {
    type Error = RecordError;
    fn try_from(wire: Wire) -> Result<Self, RecordError> {
        let Wire { format, policy, digest, input, cells, decision } = wire;
        if format != FORMAT {
            return Err(Why::Format(format.to_string().into()).into());
        }
        match input_of(&cells) {
            found if found == input => Ok(Self { format, policy, digest, input, cells, decision }),
            found => Err(Why::Input { said: input, found }.into()),
        }
    }
}

/// The digest of what a decision goes by: SHA-256 of the cells as they are written, cut to 16 bytes.
fn input_of(cells: &BTreeMap<Box<str>, Said>) -> Digest {
    // A map of texts to texts and lists of texts can always be written.
    let text = serde_json::to_vec(cells).unwrap_or_default();
    let hash = sha2::Sha256::digest(&text);
    Digest(hash.as_slice().first_chunk().copied().unwrap_or_default())
}

impl DecisionRecord {
    fn new(
        policy: &str,
        digest: Digest,
        cells: BTreeMap<Box<str>, Said>,
        decision: RecordedDecision,
    ) -> Self {
        Self { format: FORMAT, policy: policy.into(), digest, input: input_of(&cells), cells, decision }
    }

    /// Reads a record.
    ///
    /// # Errors
    /// It is not JSON, not a record, of another format, or its cells do not have the digest that it names.
    pub fn from_json(text: &str) -> Result<Self, RecordError> {
        #[derive(serde::Deserialize)]
        struct Format {
            format: serde_json::Number,
        }
        // Of a later format everything else may be otherwise.
        if let Ok(Format { format }) = serde_json::from_str(text)
            && format.as_u64() != Some(FORMAT.into())
        {
            return Err(Why::Format(format.to_string().into()).into());
        }
        let wire: Wire = serde_json::from_str(text).map_err(|error| Why::Shape(error.to_string().into()))?;
        wire.try_into()
    }

    /// The record as one line of JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Texts, levels and lists of them can always be written.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The name of the policy that decided.
    #[must_use]
    pub fn policy(&self) -> &str {
        &self.policy
    }
    /// The digest of the policy that decided.
    #[must_use]
    pub const fn digest(&self) -> Digest {
        self.digest
    }
    /// The digest of what it decided by. Under one policy two visitors have the same if they are in the same cells, and then get
    /// the same decision.
    #[must_use]
    pub const fn input(&self) -> Digest {
        self.input
    }
    /// What was decided.
    #[must_use]
    pub const fn decision(&self) -> &RecordedDecision {
        &self.decision
    }
    /// What it was decided by: what was measured, and the cell in which the visitor was, as people write it. Of a set, its
    /// members are named.
    pub fn cells(&self) -> impl Iterator<Item = (&str, String)> {
        self.cells.iter().map(|(name, said)| (&**name, said.to_string()))
    }
}

impl std::fmt::Display for Said {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Cell(text) => f.write_str(text),
            Self::Members(Members { inside, .. }) if inside.is_empty() => f.write_str("none"),
            Self::Members(Members { inside, .. }) => {
                f.write_str(&inside.iter().map(|name| &**name).collect::<Vec<_>>().join(", "))
            }
        }
    }
}
