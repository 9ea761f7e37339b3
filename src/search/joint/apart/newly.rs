//! Which channels one policy rules out where the other does not (D2), and which bounds one has and the other has not (D5, D6, D9).

use super::why::{At, Why};
use super::{Apart, OLD, on};
use crate::cells::{Cell, Truths};
use crate::policy::Effects;
use crate::search::joint::twins::Twin;
use crate::search::space::{Member, OfChannel};

/// What may rule a channel out beside needs and rules.
#[derive(Debug, Clone, Copy)]
pub(super) struct Causes {
    hours: bool,
    /// What limits the contacts that we begin.
    limits: bool,
}

impl Causes {
    pub(super) const SERVING: Self = Self { hours: true, limits: true };
    pub(super) const WAY_OUT: Self = Self { hours: true, limits: false };
    pub(super) const LAST_RESORT: Self = Self { hours: false, limits: false };
}

impl Apart<'_, '_> {
    /// Whether a rule may hold that has some effect on a side, and none like it on the other.
    pub(super) fn brings(&self, at: &At<'_>, side: usize, has: &dyn Fn(usize, &Effects) -> bool) -> Why {
        let mut why = Why::NO;
        for pair in &self.rules {
            let has = |side: usize| self.rule(side, *pair).is_some_and(|rule| has(side, &rule.effects));
            if !has(side) || has(1 - side) {
                continue;
            }
            let (by, tree) = self.tree(*pair);
            let Some(tree) = tree else { continue };
            let inside = at.outlook(by).inside;
            let truths = inside.truths(tree);
            why = why.or(Why {
                may: truths.meets(Truths::TRUE),
                sure: truths == Truths::TRUE,
                split: inside.split(tree, Truths::TRUE).map(|split| (by, split)),
            });
        }
        why
    }

    /// Whether a channel, by its place in `channels`, may be ruled out on a side and not on the other.
    pub(super) fn newly_out(&self, at: &At<'_>, place: usize, side: usize, causes: Causes) -> Why {
        let Some((_, places)) = self.channels.get(place) else { return Why::YES };
        let of = |side: usize| self.space(side).inputs.channels.get((*places.get(side)?)?);
        // What is not there is out.
        let (Some(here), Some(there)) = (of(side), of(1 - side)) else {
            return if of(side).is_none() { Why::YES } else { Why::NO };
        };
        let is_never = |side: usize, effects: &Effects| {
            on(*places, side).is_some_and(|place| effects.never >> place & 1 == 1)
        };
        let mut why = self.brings(at, side, &is_never);
        let members = |of: &OfChannel, side: usize| -> Vec<Member> {
            let closed = Member { axis: self.space(side).inputs.house, there: of.closed.clone() };
            let limits = of.limits.iter().filter(|_| causes.limits);
            of.conflicts.iter().chain(limits).cloned().chain(Some(closed).filter(|_| causes.hours)).collect()
        };
        let others = members(there, 1 - side);
        for mut member in members(here, side) {
            // Less what rules it out on the other side too.
            for other in others.iter().filter(|other| {
                let (old, new) =
                    if side == OLD { (member.axis, other.axis) } else { (other.axis, member.axis) };
                self.joint.twin(OLD, old) == Twin::Same(new)
            }) {
                let kept = other.there.complement(Cell::MAX);
                member.there = member.there.intersection(&kept);
            }
            why = why.or(Why::member(at, side, &member));
        }
        why
    }
}
