//! What two policies decide for one visitor, side by side: how both serve, and what of it is worse or better. Many visitors have
//! the same pair, so that pairs are counted and looked at once each.

use super::harm::{Gain, Harm};
use crate::channel::Channel;
use crate::decision::{Decision, ReasonCode, WayOut};
use crate::need::{NeedSet, NeedStrength};
use crate::profile::CustomerProfile;
use crate::selector::{ExperienceSelector, RuledOut};
use crate::served::Served;
use crate::visit::Visit;

/// How somebody is served by the old policy and by the new one, and what only asking both could tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Pair {
    pub(super) old: Served,
    pub(super) new: Served,
    /// By what the old channel is ruled out, if it was a candidate and is none any more.
    pub(super) lost: Option<Lost>,
    /// Whether the new channel is a candidate and was none before.
    pub(super) gained: bool,
    pub(super) in_conflict: bool,
    /// Of the strongest need in force.
    pub(super) strength: Option<NeedStrength>,
}

/// Why a channel is no candidate any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Lost {
    RuledOut(RuledOut),
    /// It is not in the policy.
    Gone,
}

impl Pair {
    /// Whether they are served otherwise at all.
    pub(super) fn is_changed(&self) -> bool {
        self.old != self.new || self.lost.is_some()
    }

    /// The ways in which they are served worse, one bit each.
    pub(super) fn harms(&self) -> u16 {
        let (old, new) = (&self.old, &self.new);
        let is_open = |way: Option<WayOut>| way.is_some_and(|way| way.open);
        let no_channel = self.lost.is_some_and(|lost| lost != Lost::RuledOut(RuledOut::Conflict));
        let all = [
            (Harm::ChannelLost, no_channel),
            (Harm::ChannelInConflict, self.in_conflict),
            (
                Harm::LayoutMoreComplex,
                new.experience.layout > old.experience.layout || new.layout_in_use > old.layout_in_use,
            ),
            (Harm::LessAssistance, new.experience.assistance < old.experience.assistance),
            (Harm::AdaptationLost, !new.adapts().is_superset(old.adapts())),
            (Harm::WayOutLost, new.way_out.is_none() && old.way_out.is_some()),
            (Harm::WayOutClosed, new.way_out.is_some() && is_open(old.way_out) && !is_open(new.way_out)),
        ];
        all.iter().filter(|(_, is_so)| *is_so).fold(0, |set, (harm, _)| set | harm.bit())
    }

    /// The ways in which they are served better, one bit each.
    pub(super) fn gains(&self) -> u16 {
        let (old, new) = (&self.old, &self.new);
        let is_open = |way: Option<WayOut>| way.is_some_and(|way| way.open);
        let all = [
            (Gain::ChannelGained, self.gained),
            (
                Gain::LayoutSimpler,
                new.experience.layout < old.experience.layout || new.layout_in_use < old.layout_in_use,
            ),
            (Gain::MoreAssistance, new.experience.assistance > old.experience.assistance),
            (Gain::AdaptationGained, !old.adapts().is_superset(new.adapts())),
            (Gain::WayOutGained, new.way_out.is_some() && old.way_out.is_none()),
            (Gain::WayOutOpened, old.way_out.is_some() && is_open(new.way_out) && !is_open(old.way_out)),
        ];
        all.iter().filter(|(_, is_so)| *is_so).fold(0, |set, (gain, _)| set | gain.bit())
    }

    /// Asks both policies. Needs: on record as required, and all in force.
    pub(super) fn of(
        [old, new]: [&ExperienceSelector; 2],
        profile: &CustomerProfile,
        visit: &Visit,
        (required, all): (NeedSet, NeedSet),
    ) -> Self {
        let before = old.select(profile, visit);
        let now = new.select(profile, visit);
        let (was, is) = (Served::by(&before), Served::by(&now));
        let strength = match () {
            () if !required.is_empty() => Some(NeedStrength::Required),
            () if !all.is_empty() => Some(NeedStrength::Preferred),
            () => None,
        };
        let mut pair = Self { old: was, new: is, lost: None, gained: false, in_conflict: false, strength };
        if was.experience.channel != is.experience.channel || was.last_resort != is.last_resort {
            // What served only as the last resort was no candidate before, and cannot be lost.
            if !was.last_resort {
                pair.lost = lost(new, &now, was.experience.channel, profile, visit);
            }
            pair.gained =
                !is.last_resort && lost(old, &before, is.experience.channel, profile, visit).is_some();
        }
        let in_conflict = |channel: Channel| {
            let known = old.checked().channels.iter().find(|known| known.channel == channel);
            known.is_some_and(|known| !known.conflicts.intersection(required).is_empty())
        };
        let is_changed = was.experience.channel != is.experience.channel || was.way_out != is.way_out;
        pair.in_conflict = is_changed
            && !required.is_empty()
            && (in_conflict(is.experience.channel) || is.way_out.is_some_and(|way| in_conflict(way.channel)));
        pair
    }
}

/// Why `channel` is no candidate in a decision; `None` if it is one.
fn lost(
    selector: &ExperienceSelector,
    decision: &Decision,
    channel: Channel,
    profile: &CustomerProfile,
    visit: &Visit,
) -> Option<Lost> {
    let serves = decision.experience().channel == channel
        && decision.channel_reason().code() != ReasonCode::LastResort;
    // The best candidates are in the decision: most need not be asked for again.
    if serves || decision.alternatives().any(|other| other == channel) {
        return None;
    }
    if !selector.checked().channels.iter().any(|known| known.channel == channel) {
        return Some(Lost::Gone);
    }
    let explained = selector.explain(profile, visit);
    let note = explained.channels().iter().find(|note| note.channel() == channel)?;
    note.ruled_out().map(Lost::RuledOut)
}
