//! What two policies decide for one visitor, side by side: how both serve, and what of it is worse or better. Many visitors have
//! the same pair, so that pairs are counted and looked at once each.

use super::harm::{Gain, Harm};
use crate::channel::Channel;
use crate::decision::{Decision, ReasonCode, WayOut};
use crate::experience::{AssistanceLevel, Experience, LayoutComplexity};
use crate::need::{Adaptations, NeedSet, NeedStrength};
use crate::profile::CustomerProfile;
use crate::selector::{ExperienceSelector, RuledOut};
use crate::visit::Visit;

/// How somebody is served: of a decision what they meet. Reasons, alternatives and arms are not in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Outcome {
    pub(super) channel: Channel,
    /// Whether the channel serves only because none was left (D4).
    pub(super) last_resort: bool,
    pub(super) layout: LayoutComplexity,
    pub(super) layout_in_use: LayoutComplexity,
    pub(super) assistance: AssistanceLevel,
    pub(super) adaptations: Adaptations,
    pub(super) way_out: Option<WayOut>,
}

impl Outcome {
    fn of(decision: &Decision) -> Self {
        let Experience { channel, layout, assistance } = decision.experience();
        Self {
            channel,
            last_resort: decision.channel_reason().code() == ReasonCode::LastResort,
            layout,
            layout_in_use: decision.layout_in_use(),
            assistance,
            adaptations: decision.adaptations(),
            way_out: decision.way_out(),
        }
    }
    pub(super) const fn experience(&self) -> Experience {
        Experience { channel: self.channel, layout: self.layout, assistance: self.assistance }
    }
}

/// How somebody is served by the old policy and by the new one, and what only asking both could tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Pair {
    pub(super) old: Outcome,
    pub(super) new: Outcome,
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
            (Harm::LayoutMoreComplex, new.layout > old.layout || new.layout_in_use > old.layout_in_use),
            (Harm::LessAssistance, new.assistance < old.assistance),
            (Harm::AdaptationLost, !new.adaptations.is_superset(old.adaptations)),
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
            (Gain::LayoutSimpler, new.layout < old.layout || new.layout_in_use < old.layout_in_use),
            (Gain::MoreAssistance, new.assistance > old.assistance),
            (Gain::AdaptationGained, !old.adaptations.is_superset(new.adaptations)),
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
        let (was, is) = (Outcome::of(&before), Outcome::of(&now));
        let strength = match () {
            () if !required.is_empty() => Some(NeedStrength::Required),
            () if !all.is_empty() => Some(NeedStrength::Preferred),
            () => None,
        };
        let mut pair = Self { old: was, new: is, lost: None, gained: false, in_conflict: false, strength };
        if was.channel != is.channel || was.last_resort != is.last_resort {
            // What served only as the last resort was no candidate before, and cannot be lost.
            if !was.last_resort {
                pair.lost = lost(new, &now, was.channel, profile, visit);
            }
            pair.gained = !is.last_resort && lost(old, &before, is.channel, profile, visit).is_some();
        }
        let in_conflict = |channel: Channel| {
            let known = old.checked().channels.iter().find(|known| known.channel == channel);
            known.is_some_and(|known| !known.conflicts.intersection(required).is_empty())
        };
        let is_changed = was.channel != is.channel || was.way_out != is.way_out;
        pair.in_conflict = is_changed
            && !required.is_empty()
            && (in_conflict(is.channel) || is.way_out.is_some_and(|way| in_conflict(way.channel)));
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
