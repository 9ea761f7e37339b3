//! How attributes are read: what is found in a profile and a visit, and where it comes from.

use std::collections::BTreeSet;

use super::AttributeType;
use super::table::{CONTACT_DAYS, MOOD_FADES_IN_DAYS};
use crate::channel::{Channel, Reach};
use crate::fact::{Fact, Source};
use crate::journey::Journey;
use crate::profile::{ChannelRecord, CustomerProfile, ProfileFact};
use crate::time::{Duration, Timestamp};
use crate::value::{Given, Members, Value};
use crate::visit::{Visit, VisitFact};

/// A value as it is found, before it is held against the attribute's type and D1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Found<'a> {
    Nothing,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(&'a str),
    /// The name of a channel.
    Channel(&'a Channel),
    Time(Timestamp),
    /// A set over the attribute's own domain, one bit for each name.
    Bits(u64),
    Members(&'a BTreeSet<Box<str>>),
}

impl<'a> From<&'a Value> for Found<'a> {
    fn from(value: &'a Value) -> Self {
        match value {
            Value::Bool(v) => Self::Bool(*v),
            Value::Int(v) => Self::Int(*v),
            Value::Float(v) => Self::Float(*v),
            Value::Text(v) => Self::Text(v),
            Value::Timestamp(v) => Self::Time(*v),
            Value::Set(v) => Self::Members(v),
        }
    }
}

/// A value as it is found, with its source and date.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading<'a> {
    pub(crate) found: Found<'a>,
    pub(crate) source: Source,
    pub(crate) learnt: Option<Timestamp>,
}

impl<'a> Reading<'a> {
    const NOTHING: Self = Self { found: Found::Nothing, source: Source::Inferred, learnt: None };
    pub(crate) fn of(fact: Option<&'a Fact<Value>>) -> Self {
        fact.map_or(Self::NOTHING, |f| Self { found: (&f.value).into(), source: f.source, learnt: f.learnt })
    }
    /// This, or `otherwise` where nothing was found.
    fn or(mut self, otherwise: Found<'a>) -> Self {
        if self.found == Found::Nothing {
            self.found = otherwise;
        }
        self
    }
}

/// Everything that a row can read from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen<'a> {
    pub(crate) profile: &'a CustomerProfile,
    pub(crate) visit: &'a Visit,
    /// The purposes granted at the visit, one bit each in the policy's order (D1).
    pub(crate) granted: u64,
}

impl<'a> Seen<'a> {
    /// The journey that counts: the visit's own, else the profile's.
    pub(crate) fn journey(self) -> Option<&'a Journey> {
        self.visit.journey.as_ref().or(self.profile.journey.as_ref())
    }
    pub(super) fn in_journey(self, read: impl FnOnce(&'a Journey) -> Option<Found<'a>>) -> Found<'a> {
        self.journey().and_then(read).unwrap_or(Found::Nothing)
    }
    pub(super) fn journey_count(self, read: impl FnOnce(&'a Journey) -> u32) -> Found<'a> {
        Found::Int(self.journey().map_or(0, read).into())
    }
    fn record(self, channel: Option<Channel>) -> Option<&'a ChannelRecord> {
        self.profile.record_of(channel?)
    }
    pub(super) fn on_channel(
        self,
        channel: Option<Channel>,
        read: impl FnOnce(&ChannelRecord) -> i64,
    ) -> Found<'a> {
        Found::Int(self.record(channel).map_or(0, read))
    }
    pub(super) fn reach(self, channel: Option<Channel>) -> Found<'a> {
        Found::Text(self.record(channel).map_or(Reach::Unknown, |record| record.reach).as_str())
    }
    pub(super) fn mood(self) -> Found<'a> {
        match self.profile.get(ProfileFact::Mood) {
            Some(Fact { value: Value::Int(value), learnt, .. }) => {
                Found::Int(faded_mood(*value, *learnt, self.at()))
            }
            _ => Found::Nothing,
        }
    }
    pub(super) fn at(self) -> Timestamp {
        self.visit.at.at
    }
}

/// `found`, held against the type it must have; unknown where it does not fit. `only_its_names` says that an enum's
/// text was held against its names before. A set whose domain is sorted is held against it in little time.
#[inline]
pub(crate) fn typed<'a>(found: Found<'a>, kind: &'a AttributeType, only_its_names: bool) -> Given<'a> {
    match (found, kind) {
        (Found::Bool(value), AttributeType::Bool) => Given::Bool(value),
        (Found::Int(value), AttributeType::Int { min, max }) if (*min..=*max).contains(&value) => {
            Given::Int(value)
        }
        (Found::Float(value), AttributeType::Float) if !value.is_nan() => Given::Float(value),
        // JSON and people write 5 for 5.0; beyond 2^53 not every whole number is a float.
        (Found::Int(value), AttributeType::Float) if value.unsigned_abs() <= 1 << 53 => {
            Given::Float(value as f64)
        }
        // The built-in channels are in every domain of channels.
        (Found::Channel(channel), AttributeType::Enum(names))
            if channel.position().is_some() || names.iter().any(|name| **name == *channel.as_str()) =>
        {
            Given::Text(channel.as_str())
        }
        (Found::Text(value), AttributeType::Text) => Given::Text(value),
        (Found::Text(value), AttributeType::Enum(names))
            if only_its_names || names.iter().any(|name| **name == *value) =>
        {
            Given::Text(value)
        }
        (Found::Text(value), AttributeType::Timestamp) => {
            Timestamp::parse(value).map_or(Given::Unknown, Given::Time)
        }
        (Found::Time(value), AttributeType::Timestamp) => Given::Time(value),
        (Found::Bits(bits), AttributeType::Set(domain)) => Given::Set(Members::Bits { bits, domain }),
        (Found::Members(members), AttributeType::Set(domain))
            if members.iter().all(|m| domain.binary_search(m).is_ok() || domain.contains(m)) =>
        {
            Given::Set(Members::Names(members))
        }
        _ => Given::Unknown,
    }
}

/// How many contacts were begun by us in the 30 days up to `at`: later than 30 × 24 hours before it, and not after it.
pub(crate) fn contacts_in_window(record: &ChannelRecord, at: Timestamp) -> i64 {
    let window = Duration::from_days(CONTACT_DAYS);
    record.contacts.iter().filter(|&&contact| contact <= at && at.since(contact) < window).count() as i64
}

/// A mood of `value`, learnt at `learnt`, as it is at `at`: it fades by a ninetieth of itself a day, cut towards zero.
pub(crate) fn faded_mood(value: i64, learnt: Option<Timestamp>, at: Timestamp) -> i64 {
    let days = learnt.map_or(0, |learnt| at.since(learnt).seconds().div_euclid(crate::time::SECONDS_A_DAY));
    value * (MOOD_FADES_IN_DAYS - days.clamp(0, MOOD_FADES_IN_DAYS)) / MOOD_FADES_IN_DAYS
}

/// Where that comes from which is not kept as a fact (D1).
#[derive(Debug, Clone, Copy)]
pub(crate) enum Comes {
    /// From the person, without a date.
    Declared,
    /// Seen at the visit.
    AtVisit,
    /// Counted on a channel, last at its last touchpoint.
    OnChannel,
    /// As the preference for a channel.
    WithPreference,
    /// As the mood.
    WithMood,
}

/// How a row is read.
#[derive(Clone, Copy)]
pub(crate) enum Read {
    Profile(ProfileFact),
    Visit(VisitFact),
    /// A count in the profile or the visit: what is not recorded is 0.
    ProfileCount(ProfileFact),
    VisitCount(VisitFact),
    /// The needs on record, all or the required ones.
    Needs {
        required: bool,
    },
    /// Anything else: the value, and where it comes from.
    By(for<'a> fn(Seen<'a>, Option<Channel>) -> Found<'a>, Comes),
    /// By the visitor's clock: minute of the week → value. The offset is an attribute of its own, which D1 may hide,
    /// so the selector finds it first.
    Clock(fn(u16) -> Found<'static>),
}

impl Read {
    /// Whether it can come from the person, and whether it can come from anyone else.
    pub(crate) const fn sources(self) -> (bool, bool) {
        match self {
            Self::Profile(_) | Self::Visit(_) | Self::By(_, Comes::WithPreference | Comes::WithMood) => {
                (true, true)
            }
            Self::Needs { .. } | Self::By(_, Comes::Declared) => (true, false),
            Self::ProfileCount(_)
            | Self::VisitCount(_)
            | Self::Clock(_)
            | Self::By(_, Comes::AtVisit | Comes::OnChannel) => (false, true),
        }
    }
    /// Reads the value alone, where nobody asks for source and date.
    #[inline]
    pub(crate) fn found<'a>(
        self,
        seen: Seen<'a>,
        channel: Option<Channel>,
        minute: impl FnOnce() -> u16,
    ) -> Found<'a> {
        let value = |fact: Option<&'a Fact<Value>>| fact.map_or(Found::Nothing, |fact| (&fact.value).into());
        let count = |fact: Option<&'a Fact<Value>>| fact.map_or(Found::Int(0), |fact| (&fact.value).into());
        match self {
            Self::Profile(fact) => value(seen.profile.get(fact)),
            Self::ProfileCount(fact) => count(seen.profile.get(fact)),
            Self::Visit(fact) => value(seen.visit.get(fact)),
            Self::VisitCount(fact) => count(seen.visit.get(fact)),
            Self::Needs { required } => Found::Bits(seen.profile.needs_on_record(required).bits()),
            Self::By(read, _) => read(seen, channel),
            Self::Clock(read) => read(minute()),
        }
    }
    /// Reads it; `minute` is that of the week by the visitor's clock, or the house's where that is unknown.
    pub(crate) fn read<'a>(
        self,
        seen: Seen<'a>,
        channel: Option<Channel>,
        minute: impl FnOnce() -> u16,
    ) -> Reading<'a> {
        match self {
            Self::Profile(fact) => Reading::of(seen.profile.get(fact)),
            Self::ProfileCount(fact) => counted(Reading::of(seen.profile.get(fact)).or(Found::Int(0))),
            Self::Visit(fact) => at_visit(seen, Reading::of(seen.visit.get(fact))),
            Self::VisitCount(fact) => {
                at_visit(seen, counted(Reading::of(seen.visit.get(fact)).or(Found::Int(0))))
            }
            Self::Needs { .. } => {
                Reading { found: self.found(seen, channel, minute), source: Source::Declared, learnt: None }
            }
            Self::By(read, comes) => {
                let (source, learnt) = comes.from(seen, channel);
                Reading { found: read(seen, channel), source, learnt }
            }
            Self::Clock(_) => {
                let found = self.found(seen, channel, minute);
                Reading { found, source: Source::Observed, learnt: Some(seen.at()) }
            }
        }
    }
}

impl Comes {
    fn from(self, seen: Seen<'_>, channel: Option<Channel>) -> (Source, Option<Timestamp>) {
        const NOWHERE: (Source, Option<Timestamp>) = (Source::Inferred, None);
        match self {
            Self::Declared => (Source::Declared, None),
            Self::AtVisit => (Source::Observed, Some(seen.at())),
            Self::OnChannel => (Source::Observed, seen.record(channel).and_then(|record| record.last)),
            Self::WithPreference => {
                seen.profile.preferred_channel.as_ref().map_or(NOWHERE, |fact| (fact.source, fact.learnt))
            }
            Self::WithMood => {
                seen.profile.get(ProfileFact::Mood).map_or(NOWHERE, |fact| (fact.source, fact.learnt))
            }
        }
    }
}

/// The source of counts is `observed`, whoever hands them over (D1).
fn counted(reading: Reading<'_>) -> Reading<'_> {
    Reading { source: Source::Observed, ..reading }
}

/// What a visit says without a date was learnt at the visit.
fn at_visit<'a>(seen: Seen<'a>, reading: Reading<'a>) -> Reading<'a> {
    Reading { learnt: reading.learnt.or(Some(seen.at())), ..reading }
}

impl std::fmt::Debug for Read {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Read")
    }
}
