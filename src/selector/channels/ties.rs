//! How the person stands to each channel: reach, habit, and whether contacts have to be counted.

use super::MOST;
use super::plan::Plan;
use crate::channel::Reach;
use crate::selector::ChannelIds;
use crate::selector::facts::VisitorFacts;

/// How the person stands to each channel of the policy.
#[derive(Debug, Clone)]
pub(in crate::selector) struct Ties {
    pub(super) blocked: u32,
    /// Reach of that much or more.
    pub(super) claimed: u32,
    pub(super) verified: u32,
    /// Where contacts have to be counted at the visit: at least as many are on record as the policy allows, or it is not known.
    pub(super) contacted: u32,
    /// Points for habit.
    pub(super) habit: [i32; MOST],
}

/// Nothing is known, so that contacts have to be counted everywhere.
const NOTHING_KNOWN: Ties =
    Ties { blocked: 0, claimed: 0, verified: 0, contacted: u32::MAX, habit: [0; MOST] };

impl Ties {
    pub(in crate::selector) fn of(facts: &VisitorFacts<'_>, plan: &Plan, ids: &[ChannelIds]) -> Self {
        let mut ties = NOTHING_KNOWN;
        let brief = facts.seen.profile.channels.brief();
        // No policy can hide contacts, but a change can change them.
        if facts.change.is_none() {
            ties.contacted = plan.contacted(&brief.contacts);
        }
        // Within 32 bits: a weight of at most 10,000, and 4 steps.
        let weight = facts.checked().weights.habit as i32;
        if plan.habit_is_limited || facts.change.is_some() {
            // Through the one door, which knows limits and changes.
            for (position, ids) in ids.iter().enumerate() {
                let reach = facts.text(ids.reach).and_then(Reach::parse).unwrap_or_default();
                let steps = facts.int(ids.habit).and_then(|steps| u8::try_from(steps).ok());
                ties.add(position, reach, weight * i32::from(steps.unwrap_or(0)));
            }
            return ties;
        }
        // The same at less cost: what is not on record is unknown, and no habit.
        let profile = facts.seen.profile;
        ties.blocked = plan.positions.of(brief.blocked);
        ties.claimed = plan.positions.of(brief.claimed);
        ties.verified = plan.positions.of(brief.verified);
        for (habit, &place) in ties.habit.iter_mut().zip(&plan.places) {
            // A channel of the policy's own has no place there.
            let steps = brief.habit.get(usize::from(place)).copied().unwrap_or(0);
            *habit = weight * i32::from(steps);
        }
        for (channel, record) in &profile.own_channels {
            if let Some(position) = ids.iter().position(|ids| ids.channel == *channel) {
                ties.add(position, record.reach, weight * i32::from(record.habit));
            }
        }
        ties
    }
    /// The same by what cells say: by channel the reach and the steps of habit.
    pub(in crate::selector) fn told(weight: i64, channels: impl Iterator<Item = (Reach, u8)>) -> Self {
        let mut ties = NOTHING_KNOWN;
        for (position, (reach, steps)) in channels.enumerate().take(MOST) {
            // Within 32 bits: a weight of at most 10,000, and 4 steps.
            ties.add(position, reach, weight as i32 * i32::from(steps));
        }
        ties
    }
    fn add(&mut self, position: usize, reach: Reach, habit: i32) {
        let bit = 1 << position;
        match reach {
            Reach::Blocked => self.blocked |= bit,
            Reach::Unknown => {}
            Reach::Claimed => self.claimed |= bit,
            Reach::Verified => {
                self.claimed |= bit;
                self.verified |= bit;
            }
        }
        if let Some(slot) = self.habit.get_mut(position) {
            *slot = habit;
        }
    }
}
