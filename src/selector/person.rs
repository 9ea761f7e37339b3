//! What a profile says that every decision asks for, whatever the policy's rules are: needs, preferences, open cases, and how
//! the person stands to each channel.

use super::ExperienceSelector;
use super::channels::Ties;
use super::facts::VisitorFacts;
use crate::channel::Channel;
use crate::condition::Facts;
use crate::experience::{AssistanceLevel, LayoutComplexity};
use crate::need::NeedSet;
use crate::profile::ProfileFact;

/// What a person brings to every decision.
#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) wishes: Wishes,
    pub(super) ties: Ties,
}

/// What a person needs and declares that they prefer, after D1.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Wishes {
    /// On record; what the device asks for comes on top.
    pub(super) required: NeedSet,
    pub(super) needs: NeedSet,
    /// The place of the channel in the policy.
    pub(super) channel: Option<usize>,
    pub(super) layout: Option<LayoutComplexity>,
    pub(super) assistance: Option<AssistanceLevel>,
    pub(super) case_is_open: bool,
}

impl ExperienceSelector {
    #[inline(always)]
    pub(super) fn person(&self, facts: &VisitorFacts<'_>) -> Person {
        let ties = Ties::of(facts, &self.inner.plan, &self.inner.channels);
        Person { wishes: self.wishes(facts), ties }
    }

    #[inline]
    pub(super) fn wishes(&self, facts: &VisitorFacts<'_>) -> Wishes {
        let (ids, profile) = (&self.inner.ids, facts.seen.profile);
        // Most of it is not on record of most people, and then nothing more has to be asked.
        let changes = facts.change.is_some();
        let is_kept = |fact: ProfileFact| changes || profile.facts.key(fact as usize).1;
        let declared = |id| facts.text(id).filter(|_| facts.is_declared(id));
        let (required, needs) = if changes {
            (NeedSet::from_bits(facts.bits(ids.required_needs)), NeedSet::from_bits(facts.bits(ids.needs)))
        } else {
            // Nothing can hide them.
            (profile.needs_on_record(true), profile.needs_on_record(false))
        };
        let mut wishes = Wishes { required, needs: needs.union(required), ..Wishes::default() };
        if changes || profile.preferred_channel.is_some() {
            let channel = declared(ids.preferred_channel).and_then(Channel::parse);
            wishes.channel = channel.and_then(|channel| self.position(channel));
        }
        if is_kept(ProfileFact::PreferredLayout) {
            wishes.layout = declared(ids.preferred_layout).and_then(LayoutComplexity::parse);
        }
        if is_kept(ProfileFact::PreferredAssistance) {
            wishes.assistance = declared(ids.preferred_assistance).and_then(AssistanceLevel::parse);
        }
        if is_kept(ProfileFact::OpenCases) {
            wishes.case_is_open = facts.int(ids.open_cases).is_some_and(|cases| cases > 0);
        }
        wishes
    }
}
