//! How a person is met, beside the cells that rules ask for: with the device's needs, the channel in use, the clock and the
//! consents of the visit.

use super::ExperienceSelector;
use super::channels::{Asked, Stance};
use super::facts::VisitorFacts;
use super::person::{Person, Wishes};
use crate::channel::Channel;
use crate::need::NeedSet;
use crate::visit::Prior;

/// What a decision goes by beside the person and the rules: of one person at one visit, and of no use with another of either.
#[derive(Debug, Clone)]
pub(super) struct Circumstances {
    pub(super) prior: Option<Prior>,
    /// Whether some channel is in use, one of the policy or not.
    pub(super) some_is_in_use: bool,
    pub(super) stance: Stance,
}

impl ExperienceSelector {
    /// The person, and the circumstances in which they are met.
    pub(super) fn person_and_circumstances(&self, facts: &VisitorFacts<'_>) -> (Person, Circumstances) {
        let person = self.person(facts);
        let circumstances = self.circumstances(facts, &person);
        (person, circumstances)
    }

    /// The circumstances in which a person is met.
    #[inline(always)]
    pub(super) fn circumstances(&self, facts: &VisitorFacts<'_>, person: &Person) -> Circumstances {
        let (required, preferred) = self.needs_in_force(facts, &person.wishes);
        let house_minute = facts.house_minute();
        let (in_use, continued, some_is_in_use) = self.channels_in_use(facts);
        let asked = Asked {
            required,
            preferred,
            in_use,
            continued,
            granted: facts.seen.granted,
            house_minute,
            visitor_minute: facts.own_minute().unwrap_or(house_minute),
        };
        let reached = |position: usize| {
            let most = self.checked().channels.get(position).and_then(|channel| channel.contacts_at_most);
            most.zip(self.inner.channels.get(position))
                .is_some_and(|(most, ids)| ids.has_reached(most, facts))
        };
        let stance = Stance::of(&self.inner.plan, &person.ties, &asked, reached);
        Circumstances { prior: facts.seen.visit.prior, some_is_in_use, stance }
    }

    /// The needs on record, required and preferred, and as preferred what the device asks for.
    #[inline]
    pub(super) fn needs_in_force(&self, facts: &VisitorFacts<'_>, wishes: &Wishes) -> (NeedSet, NeedSet) {
        let mut all = wishes.needs;
        for (hint, need) in self.inner.ids.asked_by_device() {
            if facts.flag(hint) {
                all = all.with(need);
            }
        }
        (wishes.required, all.minus(wishes.required))
    }

    /// The places of the channel in use, and of that or without one the journey's last; and whether some channel is in use,
    /// one of the policy or not.
    #[inline]
    pub(super) fn channels_in_use(&self, facts: &VisitorFacts<'_>) -> (Option<usize>, Option<usize>, bool) {
        let visit = facts.seen.visit;
        if let (None, Some(channel)) = (facts.change, visit.channel) {
            // Nothing can hide it.
            let position = self.position(channel);
            if position.is_some() || channel.position().is_some() {
                return (position, position, true);
            }
        }
        let in_use = facts.text(self.inner.ids.channel);
        let continued = in_use.or_else(|| facts.text(self.inner.ids.journey_channel));
        // One that is nobody's is unknown, and in use all the same.
        let some_is_in_use = visit.channel.is_some() || in_use.is_some();
        (self.channel_named(in_use), self.channel_named(continued), some_is_in_use)
    }

    /// The place of the policy's channel of that name.
    fn channel_named(&self, name: Option<&str>) -> Option<usize> {
        self.position(Channel::parse(name?)?)
    }
}
