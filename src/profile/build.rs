//! How a host fills a profile, and looks into it, beside the facts that [`kept_facts`](crate::fact::kept) makes doors
//! for.

use super::{ChannelRecord, CustomerProfile, ProfileFact};
use crate::attribute::table;
use crate::channel::{Channel, Reach};
use crate::fact::{self, Fact};
use crate::journey::Journey;
use crate::limits::Limits;
use crate::need::{AccessNeed, NeedSet, NeedStrength};
use crate::time::Timestamp;
use crate::value::{Value, a};

/// What is counted for each channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Count {
    Uses,
    Success,
    Habit,
}

impl Count {
    pub(super) const ALL: [Self; 3] = [Self::Uses, Self::Success, Self::Habit];
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Uses => "uses",
            Self::Success => "success",
            Self::Habit => "habit",
        }
    }
    const fn row(self) -> &'static str {
        match self {
            Self::Uses => "uses.CHANNEL",
            Self::Success => "success.CHANNEL",
            Self::Habit => "habit.CHANNEL",
        }
    }
    pub(super) fn of(self, record: &ChannelRecord) -> u32 {
        match self {
            Self::Uses => record.uses,
            Self::Success => record.success,
            Self::Habit => record.habit.into(),
        }
    }
}

/// What is no fact with a source of its own: a later call replaces what an earlier one said.
impl CustomerProfile {
    /// The channel the person would choose; declared, it wins (D3). Kept like the other facts.
    #[must_use]
    pub fn with_preferred_channel(mut self, fact: impl Into<Fact<Channel>>) -> Self {
        fact::keep(&mut self.preferred_channel, fact.into());
        self
    }
    /// A functional need. One that is required stays required; see [`Self::without_need`].
    #[must_use]
    pub fn with_need(mut self, need: AccessNeed, strength: NeedStrength) -> Self {
        if strength == NeedStrength::Required {
            self.required = self.required.with(need);
        } else {
            self.preferred = self.preferred.with(need);
        }
        self.preferred = self.preferred.minus(self.required);
        self
    }
    /// Takes a need off the record.
    #[must_use]
    pub fn without_need(mut self, need: AccessNeed) -> Self {
        self.required = self.required.without(need);
        self.preferred = self.preferred.without(need);
        self
    }
    /// How surely the person can be reached by `channel`.
    #[must_use]
    pub fn with_reach(mut self, channel: Channel, reach: Reach) -> Self {
        self.edit(channel, |record| record.reach = reach);
        self
    }
    /// The person's consent to `purpose`, until a time or without an end.
    #[must_use]
    pub fn with_consent(mut self, purpose: &str, until: impl Into<Option<Timestamp>>) -> Self {
        self.consents.edit(purpose, |_| Some(until.into()));
        self
    }
    /// Withdraws the consent to `purpose`.
    #[must_use]
    pub fn without_consent(mut self, purpose: &str) -> Self {
        self.consents.edit(purpose, |_| None);
        self
    }
    /// A contact that we began by `channel`. The latest 1,000 are kept.
    #[must_use]
    pub fn with_contact(mut self, channel: Channel, at: Timestamp) -> Self {
        self.add_contact(channel, at);
        self
    }
    /// How much `channel` has become a habit, 0 to 4.
    #[must_use]
    pub fn with_habit(mut self, channel: Channel, steps: u8) -> Self {
        self.put_count(Count::Habit, channel, steps.into());
        self
    }
    /// How many touchpoints the person had by `channel`.
    #[must_use]
    pub fn with_uses(mut self, channel: Channel, touchpoints: u32) -> Self {
        self.put_count(Count::Uses, channel, touchpoints.into());
        self
    }
    /// How many touchpoints by `channel` ended well.
    #[must_use]
    pub fn with_success(mut self, channel: Channel, touchpoints: u32) -> Self {
        self.put_count(Count::Success, channel, touchpoints.into());
        self
    }
    /// When the person was last met by `channel`: the date of habit, uses and success there (D1).
    #[must_use]
    pub fn with_last(mut self, channel: Channel, at: Timestamp) -> Self {
        self.edit(channel, |record| record.last = Some(at));
        self
    }
    /// The journey under way.
    #[must_use]
    pub fn with_journey(mut self, journey: Journey) -> Self {
        self.journey = Some(journey);
        self
    }
}

/// Looking into a profile.
impl CustomerProfile {
    /// The fact kept for an attribute: `profile.age`, or the bare name of one of the host's own. What is kept in
    /// another form has a door of its own: [`Self::preferred_channel`], [`Self::habit`] and the rest.
    #[must_use]
    pub fn fact(&self, attribute: &str) -> Option<&Fact<Value>> {
        match attribute.strip_prefix("profile.") {
            Some(name) => self.get(ProfileFact::parse(name)?),
            None => self.own.get(attribute),
        }
    }
    /// The channel the person would choose.
    #[must_use]
    pub fn preferred_channel(&self) -> Option<Fact<Channel>> {
        self.preferred_channel
    }
    /// The needs on record, required or preferred.
    #[must_use]
    pub fn needs(&self) -> NeedSet {
        self.needs_on_record(false)
    }
    /// The needs without which the person cannot use the service.
    #[must_use]
    pub fn required_needs(&self) -> NeedSet {
        self.required
    }
    /// How surely the person can be reached by `channel`.
    #[must_use]
    pub fn reach(&self, channel: Channel) -> Reach {
        self.record_of(channel).map_or(Reach::Unknown, |record| record.reach)
    }
    /// The purposes consented to, each with the end of the consent if it has one.
    pub fn consents(&self) -> impl Iterator<Item = (&str, Option<Timestamp>)> {
        self.consents.iter().map(|(purpose, until)| (purpose, *until))
    }
    /// When we began contacts by `channel`, ascending: the latest 1,000.
    #[must_use]
    pub fn contacts(&self, channel: Channel) -> &[Timestamp] {
        self.record_of(channel).map_or(&[], |record| &record.contacts)
    }
    /// How much `channel` has become a habit, 0 to 4.
    #[must_use]
    pub fn habit(&self, channel: Channel) -> u8 {
        self.record_of(channel).map_or(0, |record| record.habit)
    }
    /// Touchpoints of the person by `channel`.
    #[must_use]
    pub fn uses(&self, channel: Channel) -> u32 {
        self.record_of(channel).map_or(0, |record| record.uses)
    }
    /// Touchpoints by `channel` that ended well.
    #[must_use]
    pub fn success(&self, channel: Channel) -> u32 {
        self.record_of(channel).map_or(0, |record| record.success)
    }
    /// When the person was last met by `channel`.
    #[must_use]
    pub fn last(&self, channel: Channel) -> Option<Timestamp> {
        self.record_of(channel)?.last
    }
    /// The journey under way.
    #[must_use]
    pub fn journey(&self) -> Option<&Journey> {
        self.journey.as_ref()
    }
}

impl CustomerProfile {
    /// The needs on record, all or the required ones.
    pub(crate) const fn needs_on_record(&self, required: bool) -> NeedSet {
        if required { self.required } else { self.required.union(self.preferred) }
    }
    pub(crate) fn record_of(&self, channel: Channel) -> Option<&ChannelRecord> {
        self.record_at(channel.position(), channel)
    }
    /// The same where the channel's place among the built-in ones is known.
    pub(crate) fn record_at(&self, slot: Option<usize>, channel: Channel) -> Option<&ChannelRecord> {
        match slot {
            Some(slot) => self.channels.get(slot),
            None => self.own_channels.get(&channel),
        }
    }
    /// Changes what is known of a channel. A record that says nothing is not kept, so that equal profiles are equal.
    pub(super) fn edit(&mut self, channel: Channel, change: impl FnOnce(&mut ChannelRecord)) {
        let changed = |kept: Option<ChannelRecord>| {
            let mut record = kept.unwrap_or_default();
            change(&mut record);
            (record != ChannelRecord::default()).then_some(record)
        };
        match channel.position() {
            Some(position) => self.channels.edit(position, changed),
            None => {
                if let Some(record) = changed(self.own_channels.remove(&channel)) {
                    self.own_channels.insert(channel, record);
                }
            }
        }
    }
    pub(super) fn add_contact(&mut self, channel: Channel, at: Timestamp) {
        self.edit(channel, |record| {
            let place = record.contacts.partition_point(|&contact| contact <= at);
            record.contacts.insert(place, at);
            keep_latest(&mut record.contacts);
        });
    }
    pub(super) fn add_contacts(&mut self, channel: Channel, times: Vec<Timestamp>) {
        self.edit(channel, |record| {
            record.contacts.extend(times);
            record.contacts.sort_unstable();
            keep_latest(&mut record.contacts);
        });
    }
    /// Sets a count of `channel`, or names the value as unreadable.
    pub(super) fn put_count(&mut self, count: Count, channel: Channel, value: Value) {
        let fitted = table::fit(table::row_of("profile", count.row()), value);
        match fitted {
            Ok(Value::Int(value)) => self.edit(channel, |record| match count {
                Count::Uses => record.uses = u32::try_from(value).unwrap_or(u32::MAX),
                Count::Success => record.success = u32::try_from(value).unwrap_or(u32::MAX),
                Count::Habit => record.habit = u8::try_from(value).unwrap_or(u8::MAX),
            }),
            Ok(_) => {}
            Err(problem) => self.cannot_read(&format!("profile.{}.{channel}", count.as_str()), problem),
        }
    }
    pub(super) fn put_preferred_channel(&mut self, fact: Fact<Value>) {
        let attribute = "profile.preferred_channel";
        match channel_of(&fact.value) {
            Ok(channel) => fact::keep(&mut self.preferred_channel, fact.map(|_| channel)),
            Err(problem) => self.cannot_read(attribute, problem),
        }
    }
}

/// The channel that a value names, or what was found instead.
pub(crate) fn channel_of(value: &Value) -> Result<Channel, String> {
    match value {
        Value::Text(name) => Channel::parse(name)
            .ok_or_else(|| format!("`{}` is no name of a channel", crate::wire::short(name))),
        other => Err(format!("found {}, expected the name of a channel", a(other.type_name()))),
    }
}

fn keep_latest(contacts: &mut Vec<Timestamp>) {
    contacts.drain(..contacts.len().saturating_sub(Limits::CONTACTS.into()));
}
