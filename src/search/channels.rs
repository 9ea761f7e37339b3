//! Which channels may serve the visitors of a region (D2 to D4).

use super::outlook::{Outlook, Turn};
use super::space::{Choice, Member, OfChannel};
use crate::cells::{Cell, CellSet, Truths, UNKNOWN};
use crate::need::AccessNeed;

/// The channels that may serve, one bit for each position in the policy; where that cannot be told, what to part is noted, so
/// that one of the `wanted` is met.
pub(super) fn possible(outlook: &mut Outlook<'_>, wanted: u32) -> u32 {
    let count = outlook.space.checked.channels.len();
    let in_use = InUse::of(outlook, &outlook.space.inputs.in_use);
    let stands: Vec<Truths> = (0..count).map(|position| is_candidate(outlook, &in_use, position)).collect();
    let of = |truths: fn(&Truths) -> bool| {
        stands.iter().enumerate().filter(|(_, t)| truths(t)).fold(0_u32, |bits, (p, _)| bits | 1 << p)
    };
    let (may, must) = (of(|truths| truths.meets(Truths::TRUE)), of(|truths| *truths == Truths::TRUE));
    let (preferred, none) = outlook.preferred(&outlook.space.inputs.channel, wanted & may);
    let mut found = preferred & may;
    // Whether somebody's preference may fail them, and the score decides.
    if none || preferred & !must != 0 {
        found |= by_score(outlook, &in_use, (may, must), wanted);
        if must == 0 {
            found |= last_resort(outlook, u32::MAX);
        }
    }
    if found.count_ones() > 1 {
        part(outlook, &in_use, (0..count).collect(), wanted, true);
    }
    found
}

/// The ways out that there may be, as [`Aim::WayOut`](super::Aim::WayOut) has them (D10); where that cannot be told, what to part
/// is noted, so that one of the `wanted` is met.
pub(super) fn ways_out(outlook: &mut Outlook<'_>, wanted: u64) -> u64 {
    let checked = outlook.space.checked;
    if !checked.people {
        return super::Aim::NO_WAY_OUT;
    }
    let target = wanted as u32 | (wanted >> 32) as u32;
    let is_staffed = |position: &usize| checked.channels.get(*position).is_some_and(|one| one.staffed);
    let staffed: Vec<usize> = (0..checked.channels.len()).filter(is_staffed).collect();
    let all = staffed.iter().fold(0_u32, |bits, position| bits | 1 << position);
    let in_use = InUse::of(outlook, &outlook.space.inputs.in_use);
    let (mut may, mut must) = (0_u32, 0_u32);
    for &position in &staffed {
        let stands = is_way_out(outlook, position);
        may |= if stands == Truths::FALSE { 0 } else { 1 << position };
        must |= if stands == Truths::TRUE { 1 << position } else { 0 };
    }
    let best = if may == 0 { 0 } else { by_score(outlook, &in_use, (may, must), target) };
    let last = if must == 0 { last_resort(outlook, all) } else { 0 };
    if (best | last).count_ones() > 1 {
        part(outlook, &in_use, staffed.clone(), target, false);
    }
    let mut found = u64::from(best) << 32;
    for &position in staffed.iter().filter(|position| last >> **position & 1 == 1) {
        let Some(channel) = outlook.space.inputs.channels.get(position) else { continue };
        let closed = closed(outlook, channel);
        let truths = outlook.so(&closed);
        found |= u64::from(truths.meets(Truths::TRUE)) << position;
        found |= u64::from(truths.meets(Truths::FALSE)) << (position + 32);
        let wants_closed = wanted >> position & 1 == 1;
        outlook.propose(Turn::Clock, |outlook| outlook.by(&closed, wants_closed));
    }
    found
}

/// The channel in use, or another that an axis names.
struct InUse {
    /// By position in the policy, those that it may be.
    may_be: u32,
    /// Whether it may be none of them.
    other: bool,
    /// Whether it may be unknown, and whether it can be nothing else.
    unknown: bool,
    only_unknown: bool,
}

impl InUse {
    fn of(outlook: &Outlook<'_>, choice: &Choice) -> Self {
        let everything = CellSet::range(UNKNOWN, Cell::MAX);
        let set = outlook.region().get(choice.axis).unwrap_or(&everything);
        let (mut may_be, mut others) = (0, set.clone());
        for (position, cells) in choice.cells.iter().enumerate() {
            if set.meets(cells) {
                may_be |= 1 << position;
                others = others.intersection(&cells.complement(Cell::MAX));
            }
        }
        let only_unknown = *set == CellSet::range(UNKNOWN, UNKNOWN + 1);
        Self { may_be, other: !others.is_empty(), unknown: others.contains(UNKNOWN), only_unknown }
    }
    /// Whether it is the channel at `position`.
    fn is(&self, position: usize) -> Truths {
        match (self.may_be >> position & 1 == 1, self.other || self.may_be & !(1 << position) != 0) {
            (true, true) => Truths::KNOWN,
            (true, false) => Truths::TRUE,
            (false, _) => Truths::FALSE,
        }
    }
}

/// Any of these is so.
fn any(all: impl Iterator<Item = Truths>) -> Truths {
    let (mut may, mut must) = (false, false);
    for truths in all {
        may |= truths.meets(Truths::TRUE);
        must |= truths == Truths::TRUE;
    }
    match (may, must) {
        (_, true) => Truths::TRUE,
        (true, false) => Truths::KNOWN,
        (false, false) => Truths::FALSE,
    }
}

fn closed(outlook: &Outlook<'_>, channel: &OfChannel) -> Member {
    Member { axis: outlook.space.inputs.house, there: channel.closed.clone() }
}

/// Whether a channel is a candidate (D2).
fn is_candidate(outlook: &Outlook<'_>, in_use: &InUse, position: usize) -> Truths {
    let Some(channel) = outlook.space.inputs.channels.get(position) else { return Truths::FALSE };
    let conflicts = channel.conflicts.iter().map(|member| outlook.so(member));
    let (never, _) = outlook.never(position);
    let out = any(conflicts.chain([never, outlook.so(&closed(outlook, channel))]));
    let limits = channel.limits.iter().chain([&channel.blocked]);
    let limited = any(limits.map(|member| outlook.so(member)));
    let is_in_use = in_use.is(position);
    let may = out != Truths::TRUE && (is_in_use.meets(Truths::TRUE) || limited != Truths::TRUE);
    let must = out == Truths::FALSE && (is_in_use == Truths::TRUE || limited == Truths::FALSE);
    match (may, must) {
        (_, true) => Truths::TRUE,
        (true, false) => Truths::KNOWN,
        (false, false) => Truths::FALSE,
    }
}

/// Whether a staffed channel is left as a way out (D10).
fn is_way_out(outlook: &Outlook<'_>, position: usize) -> Truths {
    let Some(channel) = outlook.space.inputs.channels.get(position) else { return Truths::FALSE };
    let members = channel.conflicts.iter().chain([&channel.blocked]).map(|member| outlook.so(member));
    let (never, _) = outlook.never(position);
    match any(members.chain([never, outlook.so(&closed(outlook, channel))])) {
        Truths::TRUE => Truths::FALSE,
        Truths::FALSE => Truths::TRUE,
        open => open,
    }
}

/// Whether these channels may all be candidates to serve, or for the way out; and where to part so that they are.
pub(super) fn together(outlook: &mut Outlook<'_>, positions: &[usize], serving: bool) -> Truths {
    let in_use = InUse::of(outlook, &outlook.space.inputs.in_use);
    let stands = |&position: &usize| {
        if serving { is_candidate(outlook, &in_use, position) } else { is_way_out(outlook, position) }
    };
    let all: Vec<Truths> = positions.iter().map(stands).collect();
    match () {
        () if all.contains(&Truths::FALSE) => Truths::FALSE,
        () if all.iter().all(|truths| *truths == Truths::TRUE) => Truths::TRUE,
        () => {
            let wanted = positions.iter().fold(0, |bits, position| bits | 1 << position);
            part(outlook, &in_use, positions.to_vec(), wanted, serving);
            Truths::KNOWN
        }
    }
}

/// The least and the greatest score of a channel (D3).
fn score(outlook: &mut Outlook<'_>, in_use: &InUse, position: usize, upwards: bool) -> (i64, i64) {
    let checked = outlook.space.checked;
    let (Some(channel), Some(axes)) =
        (checked.channels.get(position), outlook.space.inputs.channels.get(position))
    else {
        return (0, 0);
    };
    let (mut low, mut high) = outlook.points_for(position, upwards);
    (low, high) = (low + channel.base, high + channel.base);
    let weights = &checked.weights;
    if weights.habit != 0 {
        let (first, behind) = outlook.region().get(axes.habit).map_or((UNKNOWN, UNKNOWN + 1), CellSet::hull);
        let steps = |cell: Cell| outlook.space.habit_steps(axes.habit, cell);
        low += weights.habit * steps(first);
        high += weights.habit * steps(behind.saturating_sub(1));
        if first + 1 < behind {
            let cell = if upwards { behind - 1 } else { first };
            let there = CellSet::range(cell, cell + 1);
            outlook.propose(Turn::Points, |outlook| outlook.by(&Member { axis: axes.habit, there }, true));
        }
    }
    if weights.continuity != 0 {
        let journey = &outlook.space.inputs.journey_channel;
        let before = InUse::of(outlook, journey);
        let continued = match in_use.is(position) {
            Truths::TRUE => Truths::TRUE,
            _ if in_use.only_unknown => before.is(position),
            truths if in_use.unknown && before.is(position).meets(Truths::TRUE) => truths.or(Truths::KNOWN),
            truths => truths,
        };
        low += if continued == Truths::TRUE { weights.continuity } else { 0 };
        high += if continued.meets(Truths::TRUE) { weights.continuity } else { 0 };
        if continued == Truths::KNOWN {
            let member =
                journey.cells.get(position).map(|cells| Member { axis: journey.axis, there: cells.clone() });
            outlook.propose(Turn::Points, |outlook| outlook.by(&member?, upwards));
        }
    }
    if weights.need != 0 {
        for need in channel.conflicts.iter() {
            let truths = is_preferred(outlook, need, upwards);
            low -= if truths.meets(Truths::TRUE) { weights.need } else { 0 };
            high -= if truths == Truths::TRUE { weights.need } else { 0 };
        }
    }
    (low, high)
}

/// Whether a need is in force as preferred.
fn is_preferred(outlook: &mut Outlook<'_>, need: AccessNeed, upwards: bool) -> Truths {
    let inputs = &outlook.space.inputs;
    let (Some(there), Some(required)) = (inputs.needs.get(need as usize), inputs.required.get(need as usize))
    else {
        return Truths::FALSE;
    };
    let asked = inputs.hints.iter().filter(|(_, of)| *of == need).map(|(hint, _)| hint);
    let any_so = any(asked.clone().chain([there]).map(|member| outlook.so(member)));
    let required_so = outlook.so(required);
    let found = match (any_so, required_so) {
        (_, Truths::TRUE) | (Truths::FALSE, _) => Truths::FALSE,
        (Truths::TRUE, Truths::FALSE) => Truths::TRUE,
        _ => Truths::KNOWN,
    };
    if found == Truths::KNOWN {
        let all: Vec<&Member> = asked.chain([there, required]).collect();
        outlook.propose(Turn::Points, |outlook| all.iter().find_map(|member| outlook.by(member, !upwards)));
    }
    found
}

/// Those that may have the highest score.
fn by_score(outlook: &mut Outlook<'_>, in_use: &InUse, (may, must): (u32, u32), wanted: u32) -> u32 {
    if may.count_ones() <= 1 {
        return may;
    }
    // Of equal scores the first in the policy is the best.
    const MOST: i64 = 32;
    let positions: Vec<usize> = (0..MOST as usize).filter(|p| may >> p & 1 == 1).collect();
    let mut ranks = Vec::with_capacity(positions.len());
    for &position in &positions {
        let (low, high) = score(outlook, in_use, position, wanted >> position & 1 == 1);
        let last = MOST - 1 - position as i64;
        ranks.push((position, low * MOST + last, high * MOST + last));
    }
    let sure = ranks.iter().filter(|(p, ..)| must >> p & 1 == 1).map(|(_, low, _)| *low).max();
    let wins = |&&(_, _, high): &&(usize, i64, i64)| sure.is_none_or(|sure| high >= sure);
    ranks.iter().filter(wins).fold(0, |bits, (position, ..)| bits | 1 << position)
}

/// Those of some channels that may serve if no candidate is left (D4).
fn last_resort(outlook: &Outlook<'_>, of: u32) -> u32 {
    let checked = outlook.space.checked;
    let mut found = 0;
    let list = || checked.last_resort.iter().map(|id| usize::from(id.0)).filter(|p| of >> p & 1 == 1);
    for position in list() {
        let Some(channel) = outlook.space.inputs.channels.get(position) else { continue };
        let conflicts = channel.conflicts.iter().chain([&channel.blocked]).map(|member| outlook.so(member));
        let (never, _) = outlook.never(position);
        let out = any(conflicts.chain([never]));
        if out != Truths::TRUE {
            found |= 1 << position;
        }
        if out == Truths::FALSE {
            return found;
        }
    }
    found | list().next_back().map_or(0, |last| 1 << last)
}

/// Notes where to part a region so that it can be told who serves: what keeps the wanted from being candidates, then what
/// keeps the others from being none. What limits the contacts that we begin counts only if it is `limited` by that.
fn part(outlook: &mut Outlook<'_>, in_use: &InUse, positions: Vec<usize>, wanted: u32, limited: bool) {
    let is_wanted = |position: &usize| wanted >> position & 1 == 1;
    let (first, then): (Vec<usize>, Vec<usize>) = positions.into_iter().partition(is_wanted);
    let choice = &outlook.space.inputs.in_use;
    let settled = in_use.may_be.count_ones() + u32::from(in_use.other) <= 1;
    if !settled {
        let of =
            |position: &usize| choice.cells.get(*position).filter(|_| in_use.may_be >> position & 1 == 1);
        // Nobody's channel is looked at first where it can be: less is said of the visitor then.
        let there = match in_use.unknown {
            true => CellSet::range(UNKNOWN, UNKNOWN + 1),
            false => first.iter().chain(&then).find_map(of).cloned().unwrap_or_default(),
        };
        let axis = choice.axis;
        outlook.propose(Turn::Channel, |outlook| outlook.by(&Member { axis, there }, true));
        outlook.propose(Turn::Channel, |outlook| outlook.by_any(axis));
    }
    for position in first.into_iter().chain(then) {
        let Some(channel) = outlook.space.inputs.channels.get(position) else { continue };
        let (never, rule) = outlook.never(position);
        let wanted = !is_wanted(&position);
        if never == Truths::KNOWN
            && let Some(rule) = rule
        {
            outlook.propose(Turn::Channel, |outlook| outlook.by_rule(rule, wanted));
        }
        let closed = closed(outlook, channel);
        let limits = channel.limits.iter().filter(|_| limited);
        let members = channel.conflicts.iter().chain([&channel.blocked]).chain(limits).chain([&closed]);
        for member in members {
            outlook.propose(Turn::Channel, |outlook| outlook.by(member, wanted));
        }
    }
}
