//! What can be said of a policy's channels before any visitor comes: sets of them, by what they ask and have.

use super::MOST;
use crate::channel::{Channel, Reach};
use crate::need::{AccessNeed, NeedSet};
use crate::policy::{Checked, PolicyChannel};
use crate::selector::ChannelIds;

/// The positions in a set, in policy order.
pub(super) fn positions(mut set: u32) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let next = (set != 0).then(|| set.trailing_zeros() as usize);
        set &= set.wrapping_sub(1);
        next
    })
}

/// What can be said of a policy's channels before any visitor comes.
#[derive(Debug, Clone)]
pub(in crate::selector) struct Plan {
    pub(super) all: u32,
    pub(super) staffed: u32,
    pub(super) always_open: u32,
    pub(super) with_hours: u32,
    pub(super) with_quiet: u32,
    pub(super) with_contacts: u32,
    /// Those that ask for a claimed reach at least, and for a verified one.
    pub(super) asks_claimed: u32,
    pub(super) asks_verified: u32,
    /// Whether D1 may hide any habit.
    pub(super) habit_is_limited: bool,
    /// By place among the built-in channels: the position in the policy.
    pub(super) built_in: [Option<u8>; Channel::BUILT_IN.len()],
    pub(super) base: [i32; MOST],
    /// By need: the channels in conflict with it.
    pub(super) conflicts: [u32; AccessNeed::ALL.len()],
    /// Purposes and the channels that ask them.
    pub(super) consents: Vec<(u64, u32)>,
}

impl Plan {
    pub(in crate::selector) fn of(checked: &Checked, ids: &[ChannelIds]) -> Self {
        let those = |is: &dyn Fn(&PolicyChannel) -> bool| {
            let bits = checked.channels.iter().enumerate().map(|(position, c)| u32::from(is(c)) << position);
            bits.fold(0, |set, bit| set | bit)
        };
        let mut consents: Vec<(u64, u32)> = Vec::new();
        for consent in checked.channels.iter().map(|channel| channel.consent).filter(|&consent| consent != 0)
        {
            if consents.iter().all(|&(known, _)| known != consent) {
                consents.push((consent, those(&|channel| channel.consent == consent)));
            }
        }
        let mut conflicts = [0; AccessNeed::ALL.len()];
        for (set, &need) in conflicts.iter_mut().zip(AccessNeed::ALL) {
            *set = those(&|channel| channel.conflicts.contains(need));
        }
        Self {
            all: those(&|_| true),
            staffed: those(&|channel| channel.staffed),
            always_open: those(&|channel| channel.open.is_none()),
            with_hours: those(&|channel| channel.open.is_some()),
            with_quiet: those(&|channel| channel.quiet.is_some()),
            with_contacts: those(&|channel| channel.contacts_at_most.is_some()),
            asks_claimed: those(&|channel| channel.reach >= Reach::Claimed),
            asks_verified: those(&|channel| channel.reach >= Reach::Verified),
            habit_is_limited: ids.iter().any(|ids| ids.habit_is_limited),
            built_in: Channel::BUILT_IN.map(|channel| {
                let position = checked.channels.iter().position(|of_policy| of_policy.channel == channel)?;
                u8::try_from(position).ok()
            }),
            // Within ±10,000, as every number of a policy.
            base: std::array::from_fn(|position| checked.channels.get(position).map_or(0, |c| c.base as i32)),
            conflicts,
            consents,
        }
    }
    pub(super) fn in_conflict(&self, needs: NeedSet) -> u32 {
        let of = |need: AccessNeed| self.conflicts.get(need as usize).copied().unwrap_or(0);
        if needs.is_empty() { 0 } else { needs.iter().map(of).fold(0, |set, bits| set | bits) }
    }
}
