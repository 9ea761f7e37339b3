//! What may be decided for the visitors of a region (D3 to D8): sets of levels and channels that every one of their decisions
//! lies in. Where that does not tell, it says where to part the region; where nothing is left to part, the sets have one
//! member.

mod levels;

use super::goal::Aim;
use super::space::{Member, Preference, Space};
use super::{Look, channels};
use crate::cells::{AxisId, Cell, CellSet, Inside, Region, Split, Truths, UNKNOWN};
use crate::policy::{ChannelId, Effects};

/// The first cell of what is known.
const FIRST: Cell = UNKNOWN + 1;

/// How soon a region is parted for something, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Turn {
    Bound,
    Preference,
    Prior,
    Channel,
    Points,
    Clock,
}

/// How a region stands to an aim, and how soon it is to be parted.
pub(super) enum LookInTurn {
    Nobody,
    Everybody,
    Part(Turn, Split),
}

/// A region with its conditions, looked at for what is decided there.
pub(super) struct Outlook<'a> {
    pub(super) space: &'a Space<'a>,
    pub(super) inside: Inside<'a>,
    split: Option<(Turn, Split)>,
}

impl<'a> Outlook<'a> {
    pub(super) const fn new(space: &'a Space<'a>, inside: Inside<'a>) -> Self {
        Self { space, inside, split: None }
    }

    pub(super) const fn region(&self) -> &'a Region {
        self.inside.region
    }

    /// How the region stands to an aim.
    pub(super) fn look(self, aim: Aim) -> Look {
        match self.look_in_turn(aim) {
            LookInTurn::Nobody => Look::Nobody,
            LookInTurn::Everybody => Look::Everybody,
            LookInTurn::Part(_, split) => Look::Part(split),
        }
    }

    /// The same, and how soon the region is to be parted.
    pub(super) fn look_in_turn(mut self, aim: Aim) -> LookInTurn {
        if aim.is_nothing() {
            return LookInTurn::Nobody;
        }
        let (found, wanted): (u64, u64) = match aim {
            Aim::Anything => return LookInTurn::Everybody,
            Aim::Channel(wanted) => (channels::possible(&mut self, wanted).into(), wanted.into()),
            Aim::Layout { levels, in_use } => (self.layouts(levels, in_use).into(), levels.into()),
            Aim::Assistance(levels) => (self.assistances(levels).into(), levels.into()),
            Aim::WayOut(wanted) => (channels::ways_out(&mut self, wanted), wanted),
            Aim::Adaptation(need, wanted) => (self.adapted(need, wanted).into(), wanted.into()),
        };
        match self.split {
            _ if found & wanted == 0 => LookInTurn::Nobody,
            Some((turn, split)) if found & !wanted != 0 => LookInTurn::Part(turn, split),
            _ => LookInTurn::Everybody,
        }
    }

    /// Where the region could be parted.
    pub(super) fn into_split(self) -> Option<Split> {
        self.split.map(|(_, split)| split)
    }

    /// Notes where the region could be parted, unless something has its turn before.
    pub(super) fn propose(&mut self, turn: Turn, split: impl FnOnce(&Self) -> Option<Split>) {
        if self.split.as_ref().is_none_or(|(now, _)| turn < *now)
            && let Some(split) = split(self)
        {
            self.split = Some((turn, split));
        }
    }

    /// Whether something is so.
    pub(super) fn so(&self, member: &Member) -> Truths {
        let Some(set) = self.region().get(member.axis) else { return Truths::KNOWN };
        let inside = set.intersection(&member.there);
        match () {
            () if inside.is_empty() => Truths::FALSE,
            () if inside == *set => Truths::TRUE,
            () => Truths::KNOWN,
        }
    }
    /// Parts the region by whether something is so, first where it is as `wanted`.
    pub(super) fn by(&self, member: &Member, wanted: bool) -> Option<Split> {
        let set = self.region().get(member.axis)?;
        let inside = set.intersection(&member.there);
        if inside.is_empty() || inside == *set {
            return None;
        }
        let first = if wanted { inside } else { set.intersection(&member.there.complement(Cell::MAX)) };
        Some((member.axis, first))
    }
    /// Whether a rule holds.
    pub(super) fn rule(&self, number: usize) -> Truths {
        self.space.rules.get(number).map_or(Truths::ALL, |tree| self.inside.truths(tree))
    }
    pub(super) fn by_rule(&self, number: usize, wanted: bool) -> Option<Split> {
        let wanted = if wanted { Truths::TRUE } else { Truths::UNTRUE };
        self.space.rules.get(number).and_then(|tree| self.inside.split(tree, wanted))
    }

    /// Whether a preference was declared.
    fn declared(preference: &Preference) -> Member {
        Member { axis: preference.declared, there: CellSet::range(FIRST + 1, FIRST + 2) }
    }

    /// The declared preferences that there may be, one bit each, and whether there may be none; noted to be parted so that one of
    /// the `wanted` is met.
    pub(super) fn preferred(&mut self, preference: &Preference, wanted: u32) -> (u32, bool) {
        let declared = Self::declared(preference);
        let truths = self.so(&declared);
        let all = CellSet::range(UNKNOWN, Cell::MAX);
        let set = self.region().get(preference.value.axis).unwrap_or(&all);
        let mut may_be = 0_u32;
        let (mut met, mut named) = (CellSet::empty(), CellSet::empty());
        for (place, cells) in preference.value.cells.iter().enumerate() {
            if set.meets(cells) {
                may_be |= 1 << place;
                named = named.union(cells);
                if wanted >> place & 1 == 1 && met.is_empty() {
                    met = cells.clone();
                }
            }
        }
        let others = set.intersection(&named.complement(Cell::MAX));
        let none = truths.meets(Truths::FALSE) || !others.is_empty();
        if !truths.meets(Truths::TRUE) {
            return (0, true);
        }
        if !truths.is_settled() {
            self.propose(Turn::Preference, |outlook| outlook.by(&declared, !met.is_empty()));
        } else if may_be.count_ones() + u32::from(!others.is_empty()) > 1 {
            let axis = preference.value.axis;
            let there = if met.is_empty() { others } else { met };
            self.propose(Turn::Preference, |outlook| {
                outlook.by(&Member { axis, there }, true).or_else(|| outlook.by_any(axis))
            });
        }
        (may_be, none)
    }

    /// The least and the greatest sum of points.
    pub(super) fn points(&mut self, of: &dyn Fn(&Effects) -> i64, upwards: bool) -> (i64, i64) {
        let (mut low, mut high) = (0, 0);
        for (number, rule) in self.space.checked.rules.iter().enumerate() {
            let points = of(&rule.effects);
            if points == 0 {
                continue;
            }
            let truths = self.rule(number);
            if truths == Truths::TRUE {
                (low, high) = (low + points, high + points);
            } else if truths.meets(Truths::TRUE) {
                (low, high) = (low + points.min(0), high + points.max(0));
                self.propose(Turn::Points, |outlook| outlook.by_rule(number, (points > 0) == upwards));
            }
        }
        for (number, experiment) in self.space.checked.experiments.iter().enumerate() {
            if experiment.arms.iter().all(|arm| of(&arm.effects) == 0) {
                continue;
            }
            let tree = self.space.experiments.get(number).and_then(Option::as_ref);
            let applies = tree.map_or(Truths::TRUE, |tree| self.inside.truths(tree));
            if !applies.meets(Truths::TRUE) {
                continue;
            }
            let Some(&axis) = self.space.inputs.arms.get(number) else { continue };
            let all = CellSet::range(UNKNOWN, Cell::MAX);
            let set = self.region().get(axis).unwrap_or(&all);
            let arms = experiment.arms.iter().map(|arm| of(&arm.effects)).zip(FIRST + 1..);
            let drawn: Vec<(i64, Cell)> =
                [(0, FIRST)].into_iter().chain(arms).filter(|(_, cell)| set.contains(*cell)).collect();
            let none = (!applies.within(Truths::TRUE)).then_some(0);
            let given = || drawn.iter().map(|(points, _)| *points).chain(none);
            let (least, most) = (given().min().unwrap_or(0), given().max().unwrap_or(0));
            (low, high) = (low + least, high + most);
            if least != most {
                let wanted = if upwards { most } else { least };
                self.propose(Turn::Points, |outlook| {
                    let by_condition = tree.and_then(|tree| outlook.inside.split(tree, Truths::TRUE));
                    let cell = drawn.iter().find(|(points, _)| *points == wanted).map(|(_, cell)| *cell);
                    by_condition.or_else(|| {
                        let cell = cell.unwrap_or(FIRST);
                        outlook.by(&Member { axis, there: CellSet::range(cell, cell + 1) }, true)
                    })
                });
            }
        }
        (low, high)
    }

    /// The levels of the prior decision that there may be, from 0 for none, one bit each.
    pub(super) fn prior(&self, axis: AxisId) -> u8 {
        let Some(set) = self.region().get(axis) else { return 1 };
        (0..6).filter(|bit| set.contains(FIRST + bit)).fold(0, |bits, bit| bits | 1 << bit)
    }

    /// Parts an axis at its first cell.
    pub(super) fn by_any(&self, axis: AxisId) -> Option<Split> {
        let (first, _) = *self.region().get(axis)?.ranges().first()?;
        self.by(&Member { axis, there: CellSet::range(first, first + 1) }, true)
    }

    /// Whether some rule excludes a channel, and which may.
    pub(super) fn never(&self, position: usize) -> (Truths, Option<usize>) {
        let mut found = (Truths::FALSE, None);
        for (number, rule) in self.space.checked.rules.iter().enumerate() {
            if rule.effects.never >> position & 1 == 0 {
                continue;
            }
            match self.rule(number) {
                Truths::TRUE => return (Truths::TRUE, None),
                truths if truths.meets(Truths::TRUE) => {
                    found = (Truths::KNOWN, found.1.or(Some(number)));
                }
                _ => {}
            }
        }
        found
    }
    /// The points that rules and arms give a channel.
    pub(super) fn points_for(&mut self, position: usize, upwards: bool) -> (i64, i64) {
        let of = |effects: &Effects| {
            let given = effects.channels.iter().filter(|(id, _)| *id == ChannelId(position as u8));
            given.map(|(_, points)| points).sum()
        };
        self.points(&of, upwards)
    }
}
