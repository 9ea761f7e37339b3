//! Which channel (D2 to D4) and which way out (D10).

use smallvec::SmallVec;

use super::ChannelIds;
use super::facts::VisitorFacts;
use super::levels::Points;
use super::observer::RuledOut;
use crate::channel::{Channel, Reach};
use crate::decision::{Giver, Reason, ReasonCode, WayOut};
use crate::need::NeedSet;
use crate::policy::{Checked, PolicyChannel, Quiet, WeekSpan};

/// One channel of the policy as it stands for this visitor.
#[derive(Debug, Clone, Copy)]
pub(super) struct Standing {
    /// By the first that applies.
    pub(super) ruled_out: Option<RuledOut>,
    pub(super) base: i64,
    pub(super) rules: i64,
    pub(super) habit: i64,
    pub(super) continuity: i64,
    /// At most 0.
    pub(super) need: i64,
}

impl Standing {
    pub(super) const fn score(&self) -> i64 {
        self.base + self.rules + self.habit + self.continuity + self.need
    }
    /// Whether the way out may use it: what limits only the contacts that we begin does not count (D2).
    fn serves_a_way_out(&self) -> bool {
        self.ruled_out.is_none_or(|by| by > RuledOut::Blocked)
    }
    /// Whether the last resort may use it, closed or not (D4).
    const fn serves_a_last_resort(&self, blocked: bool) -> bool {
        !matches!(self.ruled_out, Some(RuledOut::Conflict | RuledOut::Never | RuledOut::Blocked)) && !blocked
    }
}

/// What D2 and D3 need of the rules and the visitor.
pub(super) struct Circumstances<'a> {
    pub(super) required: NeedSet,
    pub(super) preferred: NeedSet,
    /// One bit a channel.
    pub(super) never: u32,
    /// Of the rules and arms that hold, by channel.
    pub(super) points: &'a [Points],
    pub(super) in_use: Option<usize>,
    /// The channel in use, or without one the journey's last.
    pub(super) continued: Option<usize>,
    /// Minute of the week, in the house's time and in the visitor's.
    pub(super) house_minute: u16,
    pub(super) visitor_minute: u16,
}

/// The channels of a policy as they stand for one visitor.
pub(super) struct Standings<'a> {
    checked: &'a Checked,
    all: SmallVec<[Standing; Checked::MAX_CHANNELS]>,
    /// One bit a channel: kept apart, since a channel may be closed and blocked at once.
    blocked: u32,
    open: u32,
}

fn is_open(open: Option<&[WeekSpan]>, minute: u16) -> bool {
    open.is_none_or(|spans| spans.iter().any(|span| (span.start..span.end).contains(&minute)))
}

fn is_quiet(quiet: Quiet, minute_of_week: u16) -> bool {
    let minute = minute_of_week % 1440;
    if quiet.start < quiet.end {
        (quiet.start..quiet.end).contains(&minute)
    } else {
        minute >= quiet.start || minute < quiet.end
    }
}

impl<'a> Standings<'a> {
    pub(super) fn of(facts: &VisitorFacts<'a>, ids: &[ChannelIds], about: &Circumstances<'_>) -> Self {
        let checked = facts.checked;
        let mut standings = Self { checked, all: SmallVec::new(), blocked: 0, open: 0 };
        for (position, (channel, ids)) in checked.channels.iter().zip(ids).enumerate() {
            let bit = 1_u32 << position;
            let reach = facts.reach(ids);
            if is_open(channel.open.as_deref(), about.house_minute) {
                standings.open |= bit;
            }
            if reach == Reach::Blocked {
                standings.blocked |= bit;
            }
            let steps = facts.habit(ids);
            let continued = about.continued == Some(position);
            let in_conflict = channel.conflicts.intersection(about.preferred).len() as i64;
            let of_rules = about.points.get(position).map_or(0, Points::sum);
            standings.all.push(Standing {
                ruled_out: standings.ruled_out(
                    channel,
                    bit,
                    reach,
                    facts,
                    ids,
                    about,
                    about.in_use == Some(position),
                ),
                base: channel.base,
                rules: of_rules,
                habit: checked.weights.habit * steps,
                continuity: if continued { checked.weights.continuity } else { 0 },
                need: -checked.weights.need * in_conflict,
            });
        }
        standings
    }

    /// The first thing that rules `channel` out (D2).
    #[expect(clippy::too_many_arguments, reason = "one question, asked in one place, of all that D2 names")]
    fn ruled_out(
        &self,
        channel: &PolicyChannel,
        bit: u32,
        reach: Reach,
        facts: &VisitorFacts<'_>,
        ids: &ChannelIds,
        about: &Circumstances<'_>,
        in_use: bool,
    ) -> Option<RuledOut> {
        if !channel.conflicts.intersection(about.required).is_empty() {
            return Some(RuledOut::Conflict);
        }
        if about.never & bit != 0 {
            return Some(RuledOut::Never);
        }
        if self.open & bit == 0 {
            return Some(RuledOut::Closed);
        }
        if in_use {
            return None;
        }
        if reach == Reach::Blocked {
            return Some(RuledOut::Blocked);
        }
        if reach < channel.reach {
            return Some(RuledOut::Reach);
        }
        if facts.seen.granted & channel.consent != channel.consent {
            return Some(RuledOut::Consent);
        }
        if channel.quiet.is_some_and(|quiet| is_quiet(quiet, about.visitor_minute)) {
            return Some(RuledOut::Quiet);
        }
        let reached = |most: u32| facts.int(ids.contacts).unwrap_or(0) >= i64::from(most);
        channel.contacts_at_most.is_some_and(reached).then_some(RuledOut::Contacts)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (Channel, &Standing)> {
        self.checked.channels.iter().zip(&self.all).map(|(channel, standing)| (channel.channel, standing))
    }
    fn is(&self, bits: u32, position: usize) -> bool {
        bits >> position & 1 == 1
    }
    pub(super) fn is_open(&self, position: usize) -> bool {
        self.is(self.open, position)
    }
    /// Whether somebody is there on any staffed channel, whoever asks (D6).
    pub(super) fn somebody_is_there(&self) -> bool {
        self.checked
            .channels
            .iter()
            .enumerate()
            .any(|(position, channel)| channel.staffed && self.is_open(position))
    }

    /// The position with the highest `score` among those that `serves`; ties go to policy order.
    fn best(
        &self,
        serves: impl Fn(usize, &Standing) -> bool,
        score: impl Fn(&Standing) -> i64,
    ) -> Option<usize> {
        let mut best: Option<(usize, i64)> = None;
        for (position, standing) in self.all.iter().enumerate() {
            let score = score(standing);
            if serves(position, standing) && best.is_none_or(|(_, highest)| score > highest) {
                best = Some((position, score));
            }
        }
        best.map(|(position, _)| position)
    }

    /// The channel that serves, and why (D3, D4).
    pub(super) fn choose(&self, preferred: Option<usize>, points: &[Points]) -> (usize, Reason) {
        let why = |code| Reason { code, giver: Giver::Nobody };
        let candidate = |_: usize, standing: &Standing| standing.ruled_out.is_none();
        let Some(highest) = self.best(candidate, Standing::score) else {
            return (self.last_resort(|_| true), why(ReasonCode::LastResort));
        };
        let is_candidate = |&position: &usize| self.all.get(position).is_some_and(|s| candidate(position, s));
        if let Some(preferred) = preferred.filter(is_candidate) {
            return (preferred, why(ReasonCode::Preferred));
        }
        let wins_without = |part: fn(&Standing) -> i64| {
            self.best(candidate, |standing| standing.score() - part(standing)) == Some(highest)
        };
        // What gave the winner nothing cannot have made it win: no weight is negative.
        let won_by = |part: fn(&Standing) -> i64| {
            self.all.get(highest).is_some_and(|standing| part(standing) > 0) && !wins_without(part)
        };
        let reason = if self.all.iter().filter(|standing| standing.ruled_out.is_none()).count() == 1 {
            why(ReasonCode::OnlyOne)
        } else if self.all.get(highest).is_some_and(|standing| standing.rules > 0)
            && !wins_without(|s| s.rules)
        {
            Reason {
                code: ReasonCode::Rules,
                giver: points.get(highest).map_or(Giver::Nobody, Points::greatest),
            }
        } else if won_by(|s| s.habit) {
            why(ReasonCode::Habit)
        } else if won_by(|s| s.continuity) {
            why(ReasonCode::Continuity)
        } else {
            why(ReasonCode::Score)
        };
        (highest, reason)
    }

    /// The next three candidates (D3); none where the last resort serves.
    pub(super) fn alternatives(&self, chosen: usize) -> [Option<Channel>; 3] {
        let mut taken = 1_u32 << chosen;
        std::array::from_fn(|_| {
            let free =
                |position, standing: &Standing| standing.ruled_out.is_none() && taken >> position & 1 == 0;
            let next = self.best(free, Standing::score)?;
            taken |= 1 << next;
            self.checked.channels.get(next).map(|channel| channel.channel)
        })
    }

    /// The first of the last resort among `those` that can serve, else its last of those (D4).
    fn last_resort(&self, those: impl Fn(&PolicyChannel) -> bool) -> usize {
        let list = || {
            let positions = self.checked.last_resort.iter().map(|id| usize::from(id.0));
            positions.filter(|&position| self.checked.channels.get(position).is_some_and(&those))
        };
        let serves = |&position: &usize| {
            self.all.get(position).is_some_and(|s| s.serves_a_last_resort(self.is(self.blocked, position)))
        };
        list().find(serves).or_else(|| list().last()).unwrap_or(0)
    }

    /// How this visitor reaches a person (D10).
    pub(super) fn way_out(&self) -> Option<WayOut> {
        if !self.checked.people {
            return None;
        }
        let staffed =
            |position: usize| self.checked.channels.get(position).is_some_and(|channel| channel.staffed);
        let serves = |position: usize, standing: &Standing| {
            staffed(position) && standing.serves_a_way_out() && !self.is(self.blocked, position)
        };
        let position =
            self.best(serves, Standing::score).unwrap_or_else(|| self.last_resort(|channel| channel.staffed));
        let channel = self.checked.channels.get(position)?.channel;
        Some(WayOut { channel, open: self.is_open(position) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d2_hours_include_their_start_and_not_their_end_and_may_pass_midnight() {
        let night = Quiet { start: 21 * 60, end: 8 * 60 };
        let quiet =
            [20 * 60 + 59, 21 * 60, 0, 7 * 60 + 59, 8 * 60].map(|minute| is_quiet(night, 3 * 1440 + minute));
        assert_eq!(quiet, [false, true, true, true, false]);
        let spans = [WeekSpan { start: 480, end: 1200 }];
        assert_eq!([479, 480, 1199, 1200].map(|m| is_open(Some(&spans), m)), [false, true, true, false]);
        assert!(is_open(None, 0));
    }
}
