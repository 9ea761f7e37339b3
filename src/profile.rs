//! What is known of a person: kept by the host between visits, read by the selector, changed by
//! [`CustomerProfile::record`]. Facts that make no sense are not kept as facts but named in
//! [`CustomerProfile::unreadable`], so that a decision can say so.

use std::collections::BTreeMap;

use crate::attribute::table;
use crate::channel::{Channel, Reach};
use crate::fact::{self, Fact};
use crate::journey::Journey;
use crate::need::NeedSet;
use crate::time::Timestamp;
use crate::value::Value;
use crate::words::words;

words! {
    /// The facts of a profile that are kept as they are given, each named like its attribute behind `profile.`.
    pub(crate) enum ProfileFact ("fact") {
        Age = "age",
        Language = "language",
        Region = "region",
        Fluency = "fluency",
        PreferredLayout = "preferred_layout",
        PreferredAssistance = "preferred_assistance",
        Mood = "mood",
        MoodTrend = "mood_trend",
        Effort = "effort",
        Nps = "nps",
        TenureDays = "tenure_days",
        Tier = "tier",
        Visits = "visits",
        Orders = "orders",
        OpenCases = "open_cases",
    }
}

/// What a company has seen of a person on one channel.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct ChannelRecord {
    pub(crate) reach: Reach,
    /// When we began a contact, ascending.
    pub(crate) contacts: Vec<Timestamp>,
    pub(crate) uses: u32,
    pub(crate) success: u32,
    /// 0 to 4.
    pub(crate) habit: u8,
    /// The last touchpoint there.
    pub(crate) last: Option<Timestamp>,
}

/// What is known of a person.
#[derive(Clone, PartialEq, Default)]
pub struct CustomerProfile {
    pub(crate) facts: [Option<Fact<Value>>; ProfileFact::ALL.len()],
    pub(crate) preferred_channel: Option<Fact<Channel>>,
    /// INVARIANT: `required` and `preferred` share no need; upheld by `with_need`, the only way in.
    pub(crate) required: NeedSet,
    pub(crate) preferred: NeedSet,
    /// Purpose → the end of the consent, if it has one.
    pub(crate) consents: BTreeMap<Box<str>, Option<Timestamp>>,
    pub(crate) channels: [ChannelRecord; Channel::BUILT_IN.len()],
    pub(crate) own_channels: BTreeMap<Channel, ChannelRecord>,
    pub(crate) journey: Option<Journey>,
    pub(crate) own: BTreeMap<Box<str>, Fact<Value>>,
    /// Attribute → what was found that makes no sense; for explanations.
    pub(crate) unreadable: BTreeMap<Box<str>, Box<str>>,
}

impl CustomerProfile {
    /// A person of whom nothing is known.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
    /// Keeps `fact` if it is better than the one kept (see [`Fact`]); a value that cannot be is named as unreadable.
    pub(crate) fn put(&mut self, which: ProfileFact, fact: Fact<Value>) {
        let row = table::row_of("profile", which.as_str());
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
    pub(crate) fn get(&self, which: ProfileFact) -> Option<&Fact<Value>> {
        self.facts.get(which as usize)?.as_ref()
    }
    pub(crate) fn record_of(&self, channel: Channel) -> Option<&ChannelRecord> {
        match channel.position() {
            Some(position) => self.channels.get(position),
            None => self.own_channels.get(&channel),
        }
    }
    /// The facts that were given and make no sense, each with what was found; decisions treat them as unknown.
    pub fn unreadable(&self) -> impl Iterator<Item = (&str, &str)> {
        self.unreadable.iter().map(|(attribute, problem)| (&**attribute, &**problem))
    }
}

impl std::fmt::Debug for CustomerProfile {
    /// Says how much is known, and nothing of it: a profile is a person.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let facts = self.facts.iter().flatten().count() + self.own.len();
        f.debug_struct("CustomerProfile").field("facts", &facts).finish_non_exhaustive()
    }
}
