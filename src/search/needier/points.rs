//! Points on both sides of a pair of regions: what they may come to, and where to part so that they do.

use smallvec::{SmallVec, smallvec};

use super::WITH;
use super::changes::Turns;
use super::{Needier, WITHOUT};
use crate::cells::{CellSet, Inside, Split, Tree, Truths, UNKNOWN};
use crate::experience::{AssistanceLevel, LayoutComplexity};
use crate::policy::{Checked, Effects};
use crate::search::balance::{Balance, Gift, Points, Towards, Way, highest_layout};
use crate::search::outlook::Outlook;
use crate::search::space::Member;

/// What points lead to.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Scale {
    Layout,
    Assistance,
}

impl Scale {
    const fn of(self, effects: &Effects) -> i64 {
        match self {
            Self::Layout => effects.layout,
            Self::Assistance => effects.assistance,
        }
    }
    /// What everybody gets.
    const fn start(self, checked: &Checked) -> i64 {
        match self {
            Self::Layout => checked.layout.points(),
            Self::Assistance => checked.assistance.points(),
        }
    }
    /// The most points with which no level above is reached, of each level and each prior decision.
    pub(super) fn highest(self, checked: &Checked) -> Vec<i64> {
        let mut all: Vec<i64> = match self {
            Self::Layout => {
                let priors = std::iter::once(None).chain(LayoutComplexity::ALL.iter().copied().map(Some));
                let of = |prior| {
                    let below = LayoutComplexity::ALL.iter().rev().skip(1);
                    below.map(move |&most| highest_layout(most, prior, checked.weights.margin))
                };
                priors.flat_map(of).collect()
            }
            Self::Assistance => {
                AssistanceLevel::ALL.iter().rev().skip(1).map(|&most| highest_assistance(most)).collect()
            }
        };
        all.sort_unstable();
        all.dedup();
        all
    }
}

/// The greatest number of points that is not above a level.
pub(super) const fn highest_assistance(most: AssistanceLevel) -> i64 {
    most.points() + 49
}

/// Two sums of points, each of one side: the first counts against, the second for what it has to come to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sums {
    pub(super) scale: Scale,
    pub(super) sides: [usize; 2],
}

impl Needier<'_> {
    /// Where to part so that each gift is given in a certain way: where that is not the usual one, and where it is.
    pub(super) fn ways_to(
        &self,
        inside: [Inside<'_>; 2],
        balance: &Balance<'_>,
        ways: &[usize],
    ) -> [Option<(usize, Split)>; 2] {
        let part = |(gift, way): (&Gift<'_>, &usize)| {
            let way = gift.ways.get(*way)?;
            let outlook = Outlook::new(self.space, *inside.get(way.side)?);
            let split = way.towards.iter().find_map(|towards| towards.split(&outlook))?;
            Some((way.side, split))
        };
        // The usual way of each comes first.
        let of = |is_usual: bool| {
            let all = balance.gifts.iter().zip(ways);
            all.filter(|(_, way)| (**way == 0) == is_usual).find_map(part)
        };
        [of(false), of(true)]
    }

    /// What sums may come to.
    pub(super) fn balance<'a>(
        &'a self,
        inside: [Inside<'_>; 2],
        usual: [Inside<'_>; 2],
        Sums { scale, sides }: Sums,
    ) -> Balance<'a> {
        let checked = self.space.checked;
        let given = |points: i64, holds: [bool; 2]| -> Points {
            let is_on = |side: usize| i64::from(holds.get(side) == Some(&true));
            [-points * is_on(sides[0]), points * is_on(sides[1])]
        };
        let mut balance = Balance::new(given(scale.start(checked), [true, true]));
        let ways = |tree: &'a Tree, turns: Turns| ways(tree, turns, inside, usual);
        let trees = self.space.rules.iter().zip(&self.changes.rules).zip(&self.deciding.free);
        for (rule, ((tree, turns), is_free)) in checked.rules.iter().zip(trees) {
            let points = scale.of(&rule.effects);
            if points != 0 {
                let way = |(holds, side, towards)| Way {
                    points: given(points, holds),
                    side,
                    towards: smallvec![towards],
                };
                balance.add(ways(tree, *turns).into_iter().map(way).collect(), *is_free);
            }
        }
        for (number, experiment) in checked.experiments.iter().enumerate() {
            let Some(&axis) = self.space.inputs.arms.get(number) else { continue };
            let tree = self.space.experiments.get(number).and_then(Option::as_ref);
            let turns = self.changes.experiments.get(number).copied().unwrap_or(Turns::Never);
            let always = [([true, true], WITHOUT, None)];
            let applies: SmallVec<[_; 4]> = match tree {
                Some(tree) => ways(tree, turns)
                    .into_iter()
                    .map(|(holds, side, towards)| (holds, side, Some(towards)))
                    .collect(),
                None => always.into_iter().collect(),
            };
            let cells = inside[WITHOUT].region.get(axis).cloned().unwrap_or_default();
            let mut gifts = SmallVec::new();
            for (holds, side, towards) in applies {
                // Who draws no arm, then the arms.
                let arms = experiment.arms.iter().map(|arm| scale.of(&arm.effects));
                for (points, cell) in [0].into_iter().chain(arms).zip(UNKNOWN + 1..) {
                    if cells.contains(cell) {
                        let drawn = Member { axis, there: CellSet::range(cell, cell + 1) };
                        let mut all: SmallVec<[Towards<'a>; 1]> = SmallVec::new();
                        all.extend(towards.clone());
                        all.push(Towards::Member(drawn, true));
                        gifts.push(Way { points: given(points, holds), side, towards: all });
                    }
                }
            }
            balance.add(gifts, false);
        }
        balance.order();
        balance
    }
}

/// A way in which a condition may stand on both sides, on which of them it is to be parted, and what leads there.
type Standing<'a> = ([bool; 2], usize, Towards<'a>);

/// The ways in which a condition may stand on both sides, the usual first.
fn ways<'a>(
    tree: &'a Tree,
    turns: Turns,
    inside: [Inside<'_>; 2],
    usual: [Inside<'_>; 2],
) -> SmallVec<[Standing<'a>; 4]> {
    let truths = inside.map(|inside| inside.truths(tree));
    let usual = usual.map(|usual| usual.truths(tree) == Truths::TRUE);
    let wanted = |holds: bool| if holds { Truths::TRUE } else { Truths::UNTRUE };
    let may = |side: usize, holds| truths.get(side).is_some_and(|truths| truths.meets(wanted(holds)));
    let is_open = may(WITHOUT, false) && may(WITHOUT, true);
    let side = if is_open { WITHOUT } else { WITH };
    let mut all = [[false, false], [true, true], [false, true], [true, false]];
    all.sort_by_key(|holds| *holds != usual);
    let fits = |&[without, with]: &[bool; 2]| {
        (turns != Turns::Never || without == with) && may(WITHOUT, without) && may(WITH, with)
    };
    let way =
        |holds: [bool; 2]| (holds, side, Towards::Condition(tree, wanted(holds.get(side) == Some(&true))));
    all.into_iter().filter(fits).map(way).collect()
}
