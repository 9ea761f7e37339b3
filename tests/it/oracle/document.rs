//! A policy as the interpreter sees it: plain lists and names, nothing resolved, nothing shared with the library.

use std::collections::BTreeMap;

use super::expression::Expr;

/// Levels by their place on the axis.
pub const LAYOUTS: [&str; 4] = ["essential", "simple", "standard", "rich"];
pub const ASSISTANCE: [&str; 5] = ["self_service", "hints", "guided", "callback", "human"];
pub const REACH: [&str; 4] = ["blocked", "unknown", "claimed", "verified"];
pub const SOURCES: [&str; 4] = ["inferred", "request", "observed", "declared"];
pub const UNITS: [&str; 3] = ["person", "household", "device"];
pub const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
pub const BUILT_IN_CHANNELS: [&str; 12] = [
    "web",
    "app",
    "email",
    "sms",
    "push",
    "chat",
    "messaging",
    "social",
    "phone",
    "video",
    "in_person",
    "post",
];
/// What a device asks for, and the need that it brings in force.
pub const ASKED_BY_DEVICE: [(&str, &str); 4] = [
    ("visit.reduced_motion", "reduced_motion"),
    ("visit.more_contrast", "more_contrast"),
    ("visit.forced_colors", "more_contrast"),
    ("visit.save_data", "low_data"),
];
pub const NEEDS: [&str; 14] = [
    "screen_reader",
    "large_text",
    "more_contrast",
    "reduced_motion",
    "keyboard_only",
    "large_targets",
    "plain_language",
    "fewer_choices",
    "extra_time",
    "captions",
    "no_voice_calls",
    "no_video",
    "low_data",
    "human_contact",
];

#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    pub purposes: Vec<String>,
    pub gpc: Vec<String>,
    pub layout: usize,
    pub assistance: usize,
    pub weights: Weights,
    pub holdout: Option<Holdout>,
    pub people: bool,
    pub last_resort: Vec<String>,
    pub channels: Vec<Channel>,
    /// The host's own attributes, by name.
    pub attributes: BTreeMap<String, Attribute>,
    /// Limits on attributes, built in or own, by name; `profile.habit` stands for all its channels.
    pub limits: BTreeMap<String, Limit>,
    pub segments: BTreeMap<String, Segment>,
    pub rules: BTreeMap<String, Rule>,
    pub experiments: BTreeMap<String, Experiment>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weights {
    pub habit: i64,
    pub continuity: i64,
    pub need: i64,
    pub margin: i64,
}
impl Default for Weights {
    fn default() -> Self {
        Self { habit: 10, continuity: 50, need: 50, margin: 25 }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Holdout {
    pub unit: String,
    pub percent: u64,
    pub salt: String,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Channel {
    pub name: String,
    pub own: bool,
    pub base: i64,
    /// The place in [`REACH`].
    pub reach: usize,
    pub consent: Option<String>,
    /// As `21:00-08:00`.
    pub quiet: Option<String>,
    /// As `mon-fri 08:00-20:00`; `None` is always open.
    pub open: Option<Vec<String>>,
    pub contacts_at_most: Option<i64>,
    pub layout_at_most: Option<usize>,
    pub staffed: bool,
    /// Without those built in.
    pub conflicts: Vec<String>,
}
impl Channel {
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            own: !BUILT_IN_CHANNELS.contains(&name),
            base: 0,
            reach: 1,
            consent: None,
            quiet: None,
            open: None,
            contacts_at_most: None,
            layout_at_most: None,
            staffed: false,
            conflicts: Vec::new(),
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Attribute {
    pub kind: Kind,
    pub on_visit: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    Bool,
    Int(i64, i64),
    Float,
    Text,
    Time,
    Enum(Vec<String>),
    Set(Vec<String>),
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Limit {
    /// The place in [`SOURCES`].
    pub min_source: usize,
    pub max_age_days: Option<i64>,
    pub consent: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Segment {
    pub when: Expr,
    pub include_unknown: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    pub when: Expr,
    pub effects: Effects,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Effects {
    pub layout: i64,
    pub assistance: i64,
    pub channels: BTreeMap<String, i64>,
    pub layout_at_most: Option<usize>,
    pub assistance_at_least: Option<usize>,
    pub adapt: Vec<String>,
    pub never: Vec<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Experiment {
    pub when: Option<Expr>,
    pub unit: String,
    pub salt: Option<String>,
    pub arms: Vec<Arm>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Arm {
    pub name: String,
    pub weight: u64,
    pub effects: Effects,
}

impl Document {
    pub fn channel(&self, name: &str) -> Option<&Channel> {
        self.channels.iter().find(|channel| channel.name == name)
    }
    /// The type of the attribute `name`, if there is such an attribute.
    pub fn kind(&self, name: &str) -> Option<Kind> {
        self.attributes
            .get(name)
            .map(|own| own.kind.clone())
            .or_else(|| super::attributes::built_in(self, name))
    }
}
