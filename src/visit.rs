//! This request: time, channel in use, device, connection, journey state, friction so far, unit ids and the prior
//! decision if there is one. Made anew for every request by the host, read by the selector.

use std::collections::BTreeMap;

use crate::attribute::table;
use crate::channel::Channel;
use crate::experience::{AssistanceLevel, LayoutComplexity};
use crate::fact::{self, Fact};
use crate::journey::Journey;
use crate::time::Moment;
use crate::value::Value;
use crate::words::words;

words! {
    /// The facts of a visit that are kept as they are given, each named like its attribute behind `visit.`.
    pub(crate) enum VisitFact ("fact") {
        Offset = "offset",
        Device = "device",
        Platform = "platform",
        Input = "input",
        ViewportWidth = "viewport_width",
        DeviceMemory = "device_memory",
        Connection = "connection",
        Downlink = "downlink",
        SaveData = "save_data",
        ReducedMotion = "reduced_motion",
        MoreContrast = "more_contrast",
        ForcedColors = "forced_colors",
        ColorScheme = "color_scheme",
        Language = "language",
        Referrer = "referrer",
        Campaign = "campaign",
        Returning = "returning",
        Pages = "pages",
        Errors = "errors",
        Retries = "retries",
        RageClicks = "rage_clicks",
        BackSteps = "back_steps",
        IdleSeconds = "idle_seconds",
        Gpc = "gpc",
    }
}

words! {
    /// What an id stands for (D8).
    #[derive(PartialOrd, Ord)]
    #[non_exhaustive]
    pub enum Unit ("unit") {
        /// The person, wherever they come from.
        Person = "person",
        /// The household or account.
        Household = "household",
        /// The device or browser.
        Device = "device",
    }
}

/// The two levels of an earlier decision, the only parts of it that count (D7): they may come from any policy version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
pub struct Prior {
    /// The layout that was shown.
    pub layout: LayoutComplexity,
    /// The assistance that was given.
    pub assistance: AssistanceLevel,
}

/// This request.
#[derive(Clone, PartialEq)]
pub struct Visit {
    pub(crate) at: Moment,
    pub(crate) channel: Option<Channel>,
    pub(crate) facts: [Option<Fact<Value>>; VisitFact::ALL.len()],
    pub(crate) own: BTreeMap<Box<str>, Fact<Value>>,
    /// The journey that the host follows itself; without it the profile's counts.
    pub(crate) journey: Option<Journey>,
    /// INVARIANT: by `Unit as usize`, never empty texts; upheld by `with_id`, the only way in.
    pub(crate) ids: [Option<Box<str>>; Unit::ALL.len()],
    pub(crate) prior: Option<Prior>,
    pub(crate) unreadable: BTreeMap<Box<str>, Box<str>>,
}

impl Visit {
    /// A visit at `at`, of which nothing else is known.
    #[must_use]
    pub fn new(at: impl Into<Moment>) -> Self {
        Self {
            at: at.into(),
            channel: None,
            facts: std::array::from_fn(|_| None),
            own: BTreeMap::new(),
            journey: None,
            ids: std::array::from_fn(|_| None),
            prior: None,
            unreadable: BTreeMap::new(),
        }
    }
    /// Keeps `fact` if it is better than the one kept (see [`Fact`]); a value that cannot be is named as unreadable.
    pub(crate) fn put(&mut self, which: VisitFact, fact: Fact<Value>) {
        let row = table::row_of("visit", which.as_str());
        match table::refuse(row, &fact.value) {
            Some(problem) => {
                self.unreadable.insert(row.name.into(), problem.into());
            }
            None => {
                if let Some(slot) = self.facts.get_mut(which as usize) {
                    fact::keep(slot, fact);
                }
            }
        }
    }
    pub(crate) fn get(&self, which: VisitFact) -> Option<&Fact<Value>> {
        self.facts.get(which as usize)?.as_ref()
    }
    pub(crate) fn id(&self, unit: Unit) -> Option<&str> {
        self.ids.get(unit as usize)?.as_deref()
    }
    /// The facts that were given and make no sense, each with what was found; decisions treat them as unknown.
    pub fn unreadable(&self) -> impl Iterator<Item = (&str, &str)> {
        self.unreadable.iter().map(|(attribute, problem)| (&**attribute, &**problem))
    }
}

impl std::fmt::Debug for Visit {
    /// Says when and where, and nothing of the person.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Visit").field("at", &self.at).field("channel", &self.channel).finish_non_exhaustive()
    }
}
