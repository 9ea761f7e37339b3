//! Where an effect that is refused matters, whichever of the others that are refused are left out: nowhere else is it to blame.

use super::points::{Scale, Sums};
use super::{Needier, WITH, WITHOUT};
use crate::cells::{Inside, Tree, Truths};
use crate::policy::Checked;
use crate::search::balance::{Enough, Points};
use crate::search::joint::LookAtBoth;

/// Where an effect matters.
pub(crate) enum Matters<'s> {
    Everywhere,
    /// Where a sum of points may come to one of these, against it and for it.
    Points(Scale, Vec<Points>),
    /// Where one of several things is given by nothing else: by thing, the conditions of what else gives it.
    Unless(Vec<Vec<&'s Tree>>),
}

impl Matters<'_> {
    /// Where points decide: with them the sum is above a level, and without them not, or the other way.
    pub(crate) fn points(checked: &Checked, scale: Scale, points: i64) -> Self {
        let around = |highest: i64| match points {
            0.. => [-(highest + points), highest + 1],
            _ => [-highest, highest + 1 + points],
        };
        Self::Points(scale, scale.highest(checked).into_iter().map(around).collect())
    }
}

impl Needier<'_> {
    /// Whether the effect that is given where the condition turns matters.
    pub(super) fn matters(&self, inside: [Inside<'_>; 2]) -> LookAtBoth {
        match &self.turned.matters {
            Matters::Everywhere => LookAtBoth::Everybody,
            Matters::Points(scale, leasts) => {
                let side = if self.turned.with { WITH } else { WITHOUT };
                let balance = self.balance(inside, inside, Sums { scale: *scale, sides: [side; 2] });
                let mut open = None;
                for least in leasts {
                    match balance.is_enough(*least) {
                        Enough::Never => {}
                        Enough::Always => return LookAtBoth::Everybody,
                        Enough::Perhaps(ways) => open = open.or(Some(ways)),
                    }
                }
                let Some(ways) = open else { return LookAtBoth::Nobody };
                let [unusual, usual] = self.ways_to(inside, &balance, &ways);
                unusual.or(usual).map_or(LookAtBoth::Everybody, |(side, split)| LookAtBoth::Part(side, split))
            }
            Matters::Unless(things) => {
                let given = inside[WITHOUT];
                let mut looked = LookAtBoth::Nobody;
                for others in things {
                    if others.iter().any(|tree| given.truths(tree).within(Truths::TRUE)) {
                        continue;
                    }
                    let open = others.iter().filter(|tree| given.truths(tree).meets(Truths::TRUE));
                    match open.filter_map(|tree| given.split(tree, Truths::UNTRUE)).next() {
                        Some(split) => looked = LookAtBoth::Part(WITHOUT, split),
                        None => return LookAtBoth::Everybody,
                    }
                }
                looked
            }
        }
    }
}
