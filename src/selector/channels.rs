//! Which channel (D2 to D4) and which way out (D10). A set of channels is one bit for each, in policy order, so that
//! ruling out is a union of sets and every question after it a look at bits.

mod plan;
mod ties;

use super::ChannelIds;
use super::facts::VisitorFacts;
use super::gifts::{LANES, each};
use super::observer::RuledOut;
use crate::attribute::read::contacts_in_window;
use crate::channel::Channel;
use crate::decision::{Giver, Reason, ReasonCode, WayOut};
use crate::need::NeedSet;
use crate::policy::Checked;

pub(super) use plan::Plan;
use plan::positions;
pub(super) use ties::Ties;

const MOST: usize = LANES;

/// What D2 and D3 need of the visitor.
pub(super) struct Asked {
    pub(super) required: NeedSet,
    pub(super) preferred: NeedSet,
    pub(super) in_use: Option<usize>,
    /// The channel in use, or without one the journey's last.
    pub(super) continued: Option<usize>,
    /// The purposes granted at the visit.
    pub(super) granted: u64,
    /// Minute of the week, in the house's time and in the visitor's.
    pub(super) house_minute: u16,
    pub(super) visitor_minute: u16,
}

/// The points of one channel, by where they come from (D3).
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Parts {
    pub(super) base: i32,
    pub(super) rules: i32,
    pub(super) habit: i32,
    pub(super) continuity: i32,
    /// At most 0.
    pub(super) need: i32,
}

impl Parts {
    pub(super) const fn score(&self) -> i32 {
        self.base + self.rules + self.habit + self.continuity + self.need
    }
}

/// What rules the channels of a policy out for one visitor, and what speaks for one, before any rule has spoken.
#[derive(Debug, Clone)]
pub(super) struct Stance {
    /// The channels that each cause rules out, as far as it applies to them; a channel that an earlier cause has ruled
    /// out may be missing from a later one. Rules may still rule some out.
    ruled_out: [u32; RuledOut::ALL.len()],
    candidates: u32,
    open: u32,
    /// The needs that are preferred, and the channels in conflict with one.
    pub(super) preferred: NeedSet,
    in_conflict: u32,
    pub(super) in_use: Option<usize>,
    continued: Option<usize>,
}

/// The same when the rules have spoken: what choosing goes by.
pub(super) struct Standings<'a> {
    checked: &'a Checked,
    plan: &'a Plan,
    ties: &'a Ties,
    stance: &'a Stance,
    /// Those that rules exclude.
    never: u32,
    candidates: u32,
    /// Of the rules and arms that hold, by channel.
    points: &'a [i32; MOST],
    scores: [i32; MOST],
}

/// The points of a channel for the preferred needs that it is in conflict with: at most 0.
fn need(checked: &Checked, preferred: NeedSet, position: usize) -> i32 {
    let conflicts = checked.channels.get(position).map_or(NeedSet::EMPTY, |channel| channel.conflicts);
    -(checked.weights.need as i32) * conflicts.intersection(preferred).len() as i32
}

fn at(points: &[i32; MOST], position: usize) -> i32 {
    points.get(position).copied().unwrap_or(0)
}

/// The position of the highest score in `set`, of equal ones the first.
#[inline]
fn best(set: u32, score: impl Fn(usize) -> i32) -> Option<usize> {
    // Score and place in one number, so that the greatest is the best: fewer than 32 channels, the earlier the greater.
    const LAST: i64 = MOST as i64 - 1;
    let rank = |position: usize| i64::from(score(position)) * MOST as i64 + (LAST - position as i64);
    positions(set).map(rank).max().map(|rank| (LAST - rank.rem_euclid(MOST as i64)) as usize)
}

impl ChannelIds {
    /// Whether we have lately begun so many contacts there.
    pub(super) fn has_reached(&self, most: u32, facts: &VisitorFacts<'_>) -> bool {
        if facts.change.is_some() {
            return facts.int(self.contacts).unwrap_or(0) >= most.into();
        }
        // The same at less cost: no policy can hide contacts.
        let lately = |record| contacts_in_window(record, facts.seen.visit.at.at);
        facts.seen.profile.record_of(self.channel).map_or(0, lately) >= most.into()
    }
}

impl Stance {
    /// `reached` says of a channel that limits contacts whether we have lately begun so many there.
    #[inline(always)]
    pub(super) fn of(plan: &Plan, ties: &Ties, asked: &Asked, reached: impl Fn(usize) -> bool) -> Self {
        let out_of_reach = plan.asks_claimed & !ties.claimed | plan.asks_verified & !ties.verified;
        let in_conflict = plan.in_conflict(asked.preferred);
        let open = plan.all & plan.open.at(asked.house_minute);
        let refused = plan.consents.iter().filter(|(purpose, _)| asked.granted & purpose != *purpose);
        // What limits only the contacts that we begin does not hold for the channel in use.
        let begun_by_us = asked.in_use.map_or(plan.all, |position| plan.all & !(1 << position));
        // In the order of `RuledOut`: rules, which are the second, speak later, contacts are the last.
        let mut ruled_out = [
            plan.in_conflict(asked.required),
            0,
            plan.all & !open,
            ties.blocked & begun_by_us,
            out_of_reach & begun_by_us,
            refused.fold(0, |set, (_, channels)| set | channels) & begun_by_us,
            plan.quiet.at(asked.visitor_minute % 1440) & begun_by_us,
            0,
        ];
        let left = plan.all & !ruled_out.iter().fold(0, |set, channels| set | channels);
        // Contacts are counted last, and only where nothing else of the visitor has spoken and enough are on record.
        let tired = positions(left & plan.with_contacts & ties.contacted & begun_by_us)
            .filter(|&position| reached(position));
        let tired = tired.fold(0, |set, position| set | 1 << position);
        if let Some(last) = ruled_out.last_mut() {
            *last = tired;
        }
        Self {
            ruled_out,
            candidates: left & !tired,
            open,
            preferred: asked.preferred,
            in_conflict,
            in_use: asked.in_use,
            continued: asked.continued,
        }
    }
}

impl<'a> Standings<'a> {
    /// With what rules say: the channels that they exclude, and their points.
    #[inline(always)]
    pub(super) fn of(
        checked: &'a Checked,
        plan: &'a Plan,
        ties: &'a Ties,
        stance: &'a Stance,
        never: u32,
        points: &'a [i32; MOST],
    ) -> Self {
        // INVARIANT: some 65,600 rules and arms, a base, a continuity, a habit of at most 4 and 14 needs, each of at most 10,000
        // points, stay within 32 bits: limits of loading.
        let mut scores = each(each(plan.base, ties.habit, |a, b| a + b), *points, |a, b| a + b);
        // The few that have more are added one by one, and last: what is written so is slow to be read together.
        let mut add = |position: usize, points: i32| {
            if let Some(score) = scores.get_mut(position) {
                *score += points;
            }
        };
        positions(stance.in_conflict)
            .for_each(|position| add(position, need(checked, stance.preferred, position)));
        if let Some(position) = stance.continued {
            add(position, checked.weights.continuity as i32);
        }
        Self { checked, plan, ties, stance, never, candidates: stance.candidates & !never, points, scores }
    }

    /// The channels that a cause rules out.
    fn out(&self, cause: RuledOut) -> u32 {
        match cause {
            RuledOut::Never => self.never,
            cause => self.stance.ruled_out.get(cause as usize).copied().unwrap_or(0),
        }
    }
    /// The points for going on where they are or were.
    fn continuity(&self, position: usize) -> i32 {
        if self.stance.continued == Some(position) { self.checked.weights.continuity as i32 } else { 0 }
    }
    /// Where the points of the channel at `position` come from.
    fn parts(&self, position: usize) -> Parts {
        Parts {
            base: at(&self.plan.base, position),
            rules: at(self.points, position),
            habit: at(&self.ties.habit, position),
            continuity: self.continuity(position),
            need: if self.stance.in_conflict >> position & 1 == 1 {
                need(self.checked, self.stance.preferred, position)
            } else {
                0
            },
        }
    }
    /// The channels in policy order, each with what ruled it out first (D2) and its points.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Channel, Option<RuledOut>, Parts)> {
        self.checked.channels.iter().enumerate().map(|(position, channel)| {
            let cause = (self.candidates >> position & 1 == 0)
                .then(|| RuledOut::ALL.iter().copied().find(|&cause| self.out(cause) >> position & 1 == 1));
            (channel.channel, cause.flatten(), self.parts(position))
        })
    }
    fn ruled_out_by(&self, causes: &[RuledOut]) -> u32 {
        causes.iter().fold(0, |set, &cause| set | self.out(cause))
    }
    /// Whether somebody is there on any staffed channel, whoever asks (D6).
    pub(super) fn somebody_is_there(&self) -> bool {
        self.stance.open & self.plan.staffed != 0
    }

    /// The position with the highest score in `set`; ties go to policy order.
    fn best(&self, set: u32) -> Option<usize> {
        best(set, |position| at(&self.scores, position))
    }

    /// Whether `winner` would not have the highest score among the candidates without these points of each.
    fn loses_without(&self, winner: usize, points: impl Fn(usize) -> i32) -> bool {
        // What gave the winner nothing cannot have made it win: no weight is negative.
        if points(winner) <= 0 {
            return false;
        }
        let score = |position: usize| at(&self.scores, position) - points(position);
        best(self.candidates, score) != Some(winner)
    }

    /// The channel that serves, and why (D3, D4); `greatest` says whose points for a channel were most.
    pub(super) fn choose(
        &self,
        preferred: Option<usize>,
        greatest: impl FnOnce(usize) -> Giver,
    ) -> (usize, Reason) {
        let why = |code| Reason { code, giver: Giver::Nobody };
        let Some(highest) = self.best(self.candidates) else {
            return (self.last_resort(self.plan.all), why(ReasonCode::LastResort));
        };
        if let Some(preferred) = preferred.filter(|&position| self.candidates >> position & 1 == 1) {
            return (preferred, why(ReasonCode::Preferred));
        }
        let reason = if self.candidates.count_ones() == 1 {
            why(ReasonCode::OnlyOne)
        } else if self.loses_without(highest, |position| at(self.points, position)) {
            Reason { code: ReasonCode::Rules, giver: greatest(highest) }
        } else if self.loses_without(highest, |position| at(&self.ties.habit, position)) {
            why(ReasonCode::Habit)
        } else if self.loses_without(highest, |position| self.continuity(position)) {
            why(ReasonCode::Continuity)
        } else {
            why(ReasonCode::Score)
        };
        (highest, reason)
    }

    /// The next three candidates (D3); none where the last resort serves.
    pub(super) fn alternatives(&self, chosen: usize) -> [Option<Channel>; 3] {
        let mut left = self.candidates & !(1 << chosen);
        let mut next = [None; 3];
        for slot in &mut next {
            let Some(position) = self.best(left) else { break };
            left &= !(1 << position);
            if let Some(channel) = self.plan.channels.get(position) {
                *slot = *channel;
            }
        }
        next
    }

    /// The first of the last resort in `set` that can serve, closed or not, else its last there (D4).
    fn last_resort(&self, set: u32) -> usize {
        let out = self.ruled_out_by(&[RuledOut::Conflict, RuledOut::Never]) | self.ties.blocked;
        let list =
            || self.checked.last_resort.iter().map(|id| usize::from(id.0)).filter(|&p| set >> p & 1 == 1);
        list().find(|&position| out >> position & 1 == 0).or_else(|| list().next_back()).unwrap_or(0)
    }

    /// How this visitor reaches a person (D10).
    pub(super) fn way_out(&self) -> Option<WayOut> {
        if !self.checked.people {
            return None;
        }
        let out =
            self.ruled_out_by(&[RuledOut::Conflict, RuledOut::Never, RuledOut::Closed]) | self.ties.blocked;
        let best = self.best(self.plan.staffed & !out);
        let position = best.unwrap_or_else(|| self.last_resort(self.plan.staffed));
        let channel = self.checked.channels.get(position)?.channel;
        Some(WayOut { channel, open: self.stance.open >> position & 1 == 1 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_those_of_the_bits_in_order() {
        assert_eq!(positions(0b1010_0001).collect::<Vec<_>>(), [0, 5, 7]);
        assert_eq!(positions(0).count() + positions(u32::MAX).count(), 32);
    }
}
