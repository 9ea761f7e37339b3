//! The policy document: plain typed data, as an author writes it. It is read from TOML or from anything that serde can
//! read, by one reader that collects every problem with its place; it is written back in its shortest form. It becomes a
//! [`Policy`](crate::Policy) by [`Policy::from_document`](crate::Policy::from_document), where everything that a document
//! means is checked; a document alone promises nothing.

mod at;
mod attributes;
mod by_name;
mod experiments;
mod fields;
mod findings;
mod from_node;
mod json;
mod name;
mod node;
mod path;
mod read;
mod rules;
mod schema;
mod source;
mod test_case;
mod toml;
mod write;

use std::collections::{BTreeMap, BTreeSet};

use crate::attribute::AttributeType;
use crate::channel::Reach;
use crate::experience::{AssistanceLevel, LayoutComplexity};
use crate::fact::Source;
use crate::finding::{FindingKind, FindingLevel};
use crate::need::AccessNeed;
use crate::visit::Unit;

pub use by_name::AttributesRead;
pub(crate) use by_name::by_name;
#[cfg(feature = "open-feature")]
pub(crate) use by_name::is_in_a_home;
pub(crate) use from_node::home_of;
pub(crate) use json::parse as parse_json;
pub(crate) use name::{bad_name, cut, snake_case_of};
pub(crate) use node::{Node, from_format};
pub(crate) use path::{Path, Step};
pub(crate) use read::{Reading, read, read_tests, read_visitor};
pub(crate) use source::{Aim, Problem, Problems, Text};
pub use test_case::{Expectation, TestEntry, UndatedVisitor, Visitor};
pub(crate) use toml::parse as parse_toml;

/// A policy as it is written, design format 1. Tables are sorted and sets have no order, so that two documents that say
/// the same are equal.
///
/// # Example
/// ```
/// # fn main() -> Result<(), maitre::PolicyError> {
/// let mut document = maitre::PolicyDocument::new("smallest");
/// document.channels.push(maitre::ChannelEntry { staffed: true, ..maitre::ChannelEntry::new("in_person") });
/// document.last_resort.push("in_person".to_owned());
/// let policy = maitre::Policy::from_document(document)?;
/// assert_eq!(policy.name(), "smallest");
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct PolicyDocument {
    /// The name of the policy, snake case.
    pub name: String,
    /// What a person can consent to.
    pub purposes: BTreeSet<String>,
    /// Of these, what Sec-GPC withholds.
    pub gpc: BTreeSet<String>,
    /// Where points begin.
    pub defaults: Defaults,
    /// What habit, continuity and needs count, and how steady the layout is.
    pub weights: WeightsEntry,
    /// Who is kept out of all experiments.
    pub holdout: Option<HoldoutEntry>,
    /// Whether there are people to reach: true unless said otherwise (Law 3).
    pub people: bool,
    /// The channels that serve where no other is left, the best first (D4).
    pub last_resort: Vec<String>,
    /// The channels, in the order that decides ties.
    pub channels: Vec<ChannelEntry>,
    /// The host's own facts, by name.
    pub attributes: BTreeMap<String, AttributeEntry>,
    /// Limits on built-in facts, by name: `profile.mood`; one that is kept for each channel by the name of all, as
    /// `profile.habit` (D1).
    pub limits: BTreeMap<String, LimitEntry>,
    /// Named conditions.
    pub segments: BTreeMap<String, SegmentEntry>,
    /// Conditions and what they bring.
    pub rules: BTreeMap<String, RuleEntry>,
    /// Experiments (D8).
    pub experiments: BTreeMap<String, ExperimentEntry>,
    /// What must hold for all visitors.
    pub guarantees: BTreeMap<String, GuaranteeEntry>,
    /// How much findings of the analysis weigh, where it is not as usual.
    pub findings: BTreeMap<FindingKind, FindingEntry>,
    /// The policy's own tests.
    pub tests: Vec<TestEntry>,
}

/// Where the points of D5 and D6 begin: `standard` and `hints` unless said otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Defaults {
    /// The layout.
    pub layout: LayoutComplexity,
    /// The assistance.
    pub assistance: AssistanceLevel,
}
impl Default for Defaults {
    fn default() -> Self {
        Self { layout: LayoutComplexity::Standard, assistance: AssistanceLevel::Hints }
    }
}

/// The weights of D3 and the margin of D7.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WeightsEntry {
    /// For each step of habit, 0 to 10,000.
    pub habit: i64,
    /// For the channel in use, 0 to 10,000.
    pub continuity: i64,
    /// Against a channel for each preferred need it is in conflict with, 0 to 10,000.
    pub need: i64,
    /// By how many points a level's range is widened for those who have it, 0 to 49.
    pub margin: i64,
}
impl Default for WeightsEntry {
    fn default() -> Self {
        Self { habit: 10, continuity: 50, need: 50, margin: 25 }
    }
}

/// Who is kept out of all experiments (D8).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldoutEntry {
    /// What is drawn.
    pub unit: Unit,
    /// How many of a hundred.
    pub percent: u32,
    /// `holdout` unless said otherwise.
    pub salt: Option<String>,
}

/// A channel (D2).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChannelEntry {
    /// The name: of a built-in channel, or with `own` any other in snake case, up to 15 characters.
    pub name: String,
    /// Where its score begins, within ±10,000.
    pub base: i64,
    /// Whether it is one of the policy's own.
    pub own: bool,
    /// Whether a person serves there.
    pub staffed: bool,
    /// The least reach.
    pub reach: Reach,
    /// The purpose it asks for.
    pub consent: Option<String>,
    /// The hours in which we begin no contact: `21:00-08:00`, the visitor's time.
    pub quiet: Option<String>,
    /// The hours in which it serves: `mon-fri 08:00-20:00`, the house's time; none: always.
    pub open: Vec<String>,
    /// How many contacts we begin in 30 days.
    pub contacts_at_most: Option<u32>,
    /// The most complex layout it can carry.
    pub layout_at_most: Option<LayoutComplexity>,
    /// The needs it is in conflict with, beside those built in.
    pub conflicts: BTreeSet<AccessNeed>,
}
impl ChannelEntry {
    /// A channel of which nothing else is said.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }
}

/// A fact of the host's own.
#[derive(Debug, Clone, PartialEq)]
pub struct AttributeEntry {
    /// Its type.
    pub kind: AttributeType,
    /// Whether it belongs to the visit and not to the profile.
    pub on_visit: bool,
    /// What hides it.
    pub limit: LimitEntry,
}

/// What hides a fact (D1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitEntry {
    /// The weakest source that will do.
    pub min_source: Source,
    /// The greatest age.
    pub max_age_days: Option<u32>,
    /// The purpose it asks for.
    pub consent: Option<String>,
}
impl Default for LimitEntry {
    fn default() -> Self {
        Self { min_source: Source::Inferred, max_age_days: None, consent: None }
    }
}

/// A named condition.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SegmentEntry {
    /// The condition.
    pub when: String,
    /// Whether an unknown value counts as true (`on_unknown = "include"`, L2).
    pub include_unknown: bool,
    /// Why, in plain language.
    pub because: Option<String>,
}

/// A condition and its effects.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RuleEntry {
    /// The condition.
    pub when: String,
    /// Points for the layout, within ±10,000.
    pub layout: i64,
    /// Points for the assistance, within ±10,000.
    pub assistance: i64,
    /// Points for channels, within ±10,000.
    pub channels: BTreeMap<String, i64>,
    /// The layout's cap.
    pub layout_at_most: Option<LayoutComplexity>,
    /// The assistance's floor.
    pub assistance_at_least: Option<AssistanceLevel>,
    /// What the page must do.
    pub adapt: BTreeSet<AccessNeed>,
    /// The channels it excludes.
    pub never: BTreeSet<String>,
    /// Why, in plain language.
    pub because: Option<String>,
}

/// An experiment (D8).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExperimentEntry {
    /// For whom; without it for everybody.
    pub when: Option<String>,
    /// What is drawn.
    pub unit: Unit,
    /// The name of the experiment unless said otherwise.
    pub salt: Option<String>,
    /// The arms, in order.
    pub arms: Vec<ArmEntry>,
}

/// An arm: points and nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ArmEntry {
    /// Its name, snake case.
    pub name: String,
    /// Its share, 0 to 10,000.
    pub weight: u32,
    /// Points for the layout, within ±10,000.
    pub layout: i64,
    /// Points for the assistance, within ±10,000.
    pub assistance: i64,
    /// Points for channels, within ±10,000.
    pub channels: BTreeMap<String, i64>,
}

/// What must hold for all visitors of whom the condition is true.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GuaranteeEntry {
    /// The condition.
    pub when: String,
    /// The layout is never above this.
    pub layout_at_most: Option<LayoutComplexity>,
    /// The assistance is never below this.
    pub assistance_at_least: Option<AssistanceLevel>,
    /// These channels are never chosen.
    pub never: BTreeSet<String>,
    /// Whether it only warns where it can be neither proven nor refuted (`inconclusive = "warn"`).
    pub inconclusive_warns: bool,
    /// Why, in plain language.
    pub because: Option<String>,
}

/// How much a kind of finding weighs: `opposing = "allow"`, or with `except` the names of those of whom it is not told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingEntry {
    /// The level.
    pub level: FindingLevel,
    /// Rules, segments or whatever else such findings are about, of whom none is told.
    pub except: BTreeSet<String>,
}
impl FindingEntry {
    /// As usual for that kind.
    #[must_use]
    pub const fn of(kind: FindingKind) -> Self {
        Self { level: kind.usual_level(), except: BTreeSet::new() }
    }
}

impl PolicyDocument {
    /// The keys of a document, in the order in which it is written.
    pub const PARTS: [&str; 17] = [
        "format",
        "name",
        "purposes",
        "gpc",
        "defaults",
        "weights",
        "holdout",
        "people",
        "last_resort",
        "channels",
        "attributes",
        "segments",
        "rules",
        "experiments",
        "guarantees",
        "findings",
        "tests",
    ];

    /// A document that says nothing but its name. To become a policy it needs a channel and a last resort.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            purposes: BTreeSet::new(),
            gpc: BTreeSet::new(),
            defaults: Defaults::default(),
            weights: WeightsEntry::default(),
            holdout: None,
            people: true,
            last_resort: Vec::new(),
            channels: Vec::new(),
            attributes: BTreeMap::new(),
            limits: BTreeMap::new(),
            segments: BTreeMap::new(),
            rules: BTreeMap::new(),
            experiments: BTreeMap::new(),
            guarantees: BTreeMap::new(),
            findings: BTreeMap::new(),
            tests: Vec::new(),
        }
    }
}
