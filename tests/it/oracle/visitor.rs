//! A visitor as the interpreter sees it: everything that was given, in the order it was given.

use std::collections::BTreeMap;

use super::value::Value;

/// Nanoseconds since 1970, in UTC.
pub type Time = i128;
pub const SECOND: i128 = 1_000_000_000;
pub const DAY: i128 = 86_400 * SECOND;

#[derive(Debug, Clone, PartialEq)]
pub struct Visitor {
    pub at: Time,
    /// The house's, in minutes east of UTC.
    pub house: i64,
    pub channel: Option<String>,
    /// Facts of the profile and of the visit, by the full name of a built-in attribute or the bare name of an own one.
    pub profile: Vec<Fact>,
    pub visit: Vec<Fact>,
    /// Need and whether it is required.
    pub needs: Vec<(String, bool)>,
    pub consents: BTreeMap<String, Option<Time>>,
    pub channels: BTreeMap<String, Record>,
    pub journey: Option<Journey>,
    pub visit_journey: Option<Journey>,
    /// Unit → id.
    pub ids: BTreeMap<String, String>,
    /// Layout and assistance of the prior decision.
    pub prior: Option<(usize, usize)>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    pub name: String,
    pub value: Value,
    /// The place in `SOURCES`.
    pub source: usize,
    pub learnt: Option<Time>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// The place in `REACH`.
    pub reach: usize,
    pub contacts: Vec<Time>,
    pub uses: i64,
    pub success: i64,
    pub habit: i64,
    pub last: Option<Time>,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Journey {
    pub name: Option<String>,
    pub stage: Option<String>,
    pub step: Option<String>,
    pub started_on: Option<String>,
    pub channel: Option<String>,
    pub attempts: i64,
    pub failed_steps: i64,
    pub switches: i64,
    pub started_at: Option<Time>,
    pub abandoned: Option<bool>,
}

impl Visitor {
    /// A visitor of whom nothing is known.
    pub fn unknown(at: Time) -> Self {
        Self {
            at,
            house: 0,
            channel: None,
            profile: Vec::new(),
            visit: Vec::new(),
            needs: Vec::new(),
            consents: BTreeMap::new(),
            channels: BTreeMap::new(),
            journey: None,
            visit_journey: None,
            ids: BTreeMap::new(),
            prior: None,
        }
    }
    pub fn required(&self, need: &str) -> bool {
        self.needs.iter().any(|(name, required)| name == need && *required)
    }
}
