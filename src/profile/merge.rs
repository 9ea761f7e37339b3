//! Two profiles of one person laid together: what is kept of them and what a caller knows beside it, or what was known of a
//! device before its owner logged in. What either knows counts; nothing is forgotten.

use super::{ChannelRecord, CustomerProfile, ProfileFact};
use crate::channel::{Channel, Reach};
use crate::fact;
use crate::need::NeedStrength;

impl CustomerProfile {
    /// The profile with all that `other` knows of the same person. Of facts one is kept, as always: that of the stronger source,
    /// then the later, then the greater. A need is there if either has it, required if either requires it. A channel is blocked if
    /// either says so, else reached as surely as either says; a consent lasts as long as the longer one. Contacts of both count,
    /// one at the same time once; of counts the greater, since both may have seen the same events. The journey is that of `other`,
    /// if it has one.
    ///
    /// # Example
    /// ```
    /// # use maitre::{AccessNeed, CustomerProfile, Fact, NeedStrength};
    /// let kept = CustomerProfile::new().with_age(74).with_need(AccessNeed::LargeText, NeedStrength::Required);
    /// let told = CustomerProfile::new().with_age(Fact::inferred(30)).with_attribute("plan", "contract");
    /// let both = kept.with_all_of(&told);
    /// assert_eq!(both.fact("profile.age").unwrap().value, 74.into());
    /// assert!(both.required_needs().contains(AccessNeed::LargeText) && both.fact("plan").is_some());
    /// ```
    #[must_use]
    pub fn with_all_of(mut self, other: &Self) -> Self {
        for place in 0..ProfileFact::ALL.len() {
            if let Some(theirs) = other.facts.get(place) {
                self.facts.edit(place, |mut kept| {
                    fact::keep(&mut kept, theirs.clone());
                    kept
                });
            }
        }
        for (name, theirs) in other.own.iter() {
            self.own.edit(name, |mut kept| {
                fact::keep(&mut kept, theirs.clone());
                kept
            });
        }
        if let Some(channel) = other.preferred_channel {
            fact::keep(&mut self.preferred_channel, channel);
        }
        for (needs, strength) in
            [(other.required, NeedStrength::Required), (other.preferred, NeedStrength::Preferred)]
        {
            needs.iter().for_each(|need| self.put_need(need, strength));
        }
        for (purpose, theirs) in other.consents.iter() {
            // Without an end is longer than any.
            self.consents.edit(purpose, |ours| match (ours, theirs) {
                (Some(None), _) | (_, None) => Some(None),
                (Some(ours), theirs) => Some(ours.max(*theirs)),
                (None, theirs) => Some(*theirs),
            });
        }
        let built_in = other.channels.iter();
        let built_in = built_in.filter_map(|(place, record)| Some((*Channel::BUILT_IN.get(place)?, record)));
        let own = other.own_channels.iter().map(|(channel, record)| (*channel, record));
        for (channel, theirs) in built_in.chain(own) {
            let missing = |at: &&crate::time::Timestamp| !self.contacts(channel).contains(at);
            let more: Vec<_> = theirs.contacts.iter().filter(missing).copied().collect();
            self.edit(channel, |record| record.take_in(theirs));
            self.add_contacts(channel, more);
        }
        if let Some(journey) = &other.journey {
            self.journey = Some(journey.clone());
        }
        for (attribute, found) in &other.unreadable {
            // One of both, in whichever order they come.
            let kept = self.unreadable.entry(attribute.clone()).or_insert_with(|| found.clone());
            if found > kept {
                kept.clone_from(found);
            }
        }
        self
    }
}

impl ChannelRecord {
    /// All but the contacts.
    fn take_in(&mut self, other: &Self) {
        let is_blocked = self.reach == Reach::Blocked || other.reach == Reach::Blocked;
        self.reach = if is_blocked { Reach::Blocked } else { self.reach.max(other.reach) };
        self.uses = self.uses.max(other.uses);
        self.success = self.success.max(other.success);
        self.habit = self.habit.max(other.habit);
        self.last = self.last.max(other.last);
    }
}
