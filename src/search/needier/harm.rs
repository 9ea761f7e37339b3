//! In what way a need may harm, and whether it does in a pair of regions: points that come to enough on both sides, bounds that
//! do not hide it, and what is decided.

use smallvec::{SmallVec, smallvec};

use super::changes::Turns;
use super::{Needier, WITH, WITHOUT};
use crate::cells::{CellSet, Inside, Split, Tree, Truths, UNKNOWN};
use crate::experience::{AssistanceLevel, LayoutComplexity};
use crate::need::AccessNeed;
use crate::policy::{Checked, Effects};
use crate::search::balance::{Balance, Enough, Gift, Points, Towards, Way as Given, highest_layout};
use crate::search::joint::LookAtBoth;
use crate::search::outlook::{LookInTurn, Outlook, Turn};
use crate::search::space::Member;
use crate::search::{Aim, Budget};

/// In what way somebody is worse off with a need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Harm {
    /// The layout is at most this without it, and more with it, on the channel in use or on the one that serves; by points only,
    /// beside a prior layout or none, if one is told.
    Layout { most: LayoutComplexity, in_use: bool, beside: Option<Option<LayoutComplexity>> },
    /// The assistance is at most this with it, and more without; by points only, or by whatever there is.
    Assistance { most: AssistanceLevel, by_points: bool },
    /// The adaptation is asked for only without it.
    Adaptation(AccessNeed),
}

impl Harm {
    /// What has to be decided, by side.
    pub(super) fn aims(self) -> [Aim; 2] {
        match self {
            Self::Layout { most, in_use, .. } => {
                [Aim::layout_at_most(most, in_use), Aim::layout_above(most, in_use)]
            }
            Self::Assistance { most, .. } => [Aim::assistance_above(most), Aim::assistance_at_most(most)],
            Self::Adaptation(need) => [Aim::Adaptation(need, 2), Aim::Adaptation(need, 1)],
        }
    }
}

/// Points of one effect, on the axis of layout or that of assistance.
#[derive(Debug, Clone, Copy)]
pub(crate) enum OnAxis {
    Layout(i64),
    Assistance(i64),
}

/// Two sums of points, and how many each has to come to.
struct Counted {
    of: fn(&Effects) -> i64,
    /// What everybody gets.
    start: i64,
    /// The side on which each is counted, and whether for it or against it.
    sides: [usize; 2],
    signs: Points,
    least: Points,
}

impl Counted {
    fn layout(checked: &Checked, sides: [usize; 2], least: Points) -> Self {
        let start = checked.layout.points();
        Self { of: |effects| effects.layout, start, sides, signs: [-1, 1], least }
    }
    fn assistance(checked: &Checked, sides: [usize; 2], least: Points) -> Self {
        let start = checked.assistance.points();
        Self { of: |effects| effects.assistance, start, sides, signs: [-1, 1], least }
    }
}

/// The greatest number of points that is not above a level.
const fn highest_assistance(most: AssistanceLevel) -> i64 {
    most.points() + 49
}

impl Harm {
    /// The points on both sides that have to be enough; a bound holds whatever the points are where it does.
    fn counted(self, checked: &Checked, bounds: bool) -> Option<Counted> {
        // Those of the side that has to stay low count against it.
        let mut counted = match self {
            Self::Layout { most, beside: Some(prior), .. } => {
                let highest = highest_layout(most, prior, checked.weights.margin);
                Counted::layout(checked, [WITHOUT, WITH], [-highest, highest + 1])
            }
            Self::Assistance { most, by_points: true } => {
                let highest = highest_assistance(most);
                Counted::assistance(checked, [WITH, WITHOUT], [-highest, highest + 1])
            }
            _ => return None,
        };
        if bounds {
            let free = counted.sides.iter().position(|side| *side == WITHOUT);
            if let Some(least) = free.and_then(|place| counted.least.get_mut(place)) {
                *least = i64::MIN / 4;
            }
        }
        Some(counted)
    }
}

impl OnAxis {
    /// All that one side may come to so that it is above a level with these points, or would be without them, and is not the other
    /// way: then they decide.
    fn windows(self, checked: &Checked, side: usize) -> Vec<Counted> {
        let around = |highest: i64, points: i64| match points {
            0.. => [-(highest + points), highest + 1],
            _ => [-highest, highest + 1 + points],
        };
        match self {
            Self::Layout(points) => {
                let priors = std::iter::once(None).chain(LayoutComplexity::ALL.iter().copied().map(Some));
                let of = |prior| {
                    let below = LayoutComplexity::ALL.iter().rev().skip(1);
                    below.map(move |&most| highest_layout(most, prior, checked.weights.margin))
                };
                let all = priors.flat_map(of);
                all.map(|highest| Counted::layout(checked, [side; 2], around(highest, points))).collect()
            }
            Self::Assistance(points) => {
                let all = AssistanceLevel::ALL.iter().rev().skip(1).map(|&most| highest_assistance(most));
                all.map(|highest| Counted::assistance(checked, [side; 2], around(highest, points))).collect()
            }
        }
    }
}

impl Needier<'_> {
    /// Whether somebody is harmed, where it does; what is `usual` is parted last.
    pub(super) fn harms(&self, inside: [Inside<'_>; 2], usual: [Inside<'_>; 2], harm: Harm) -> LookAtBoth {
        // Points come to enough on both sides.
        let mut open = None;
        if let Some(counted) = harm.counted(self.space.checked, self.turned.bounds) {
            let balance = self.balance(inside, usual, &counted);
            match balance.is_enough(counted.least) {
                Enough::Never => return LookAtBoth::Nobody,
                Enough::Always => {}
                Enough::Perhaps(ways) => {
                    let [unusual, usual] = self.ways_to(inside, &balance, &ways);
                    if let Some((side, split)) = unusual {
                        return LookAtBoth::Part(side, split);
                    }
                    open = usual;
                }
            }
            if let Some(split) = self.bounded(inside[WITH], usual[WITH], harm) {
                return LookAtBoth::Part(WITH, split);
            }
        }
        if let Some((side, split)) = open {
            return LookAtBoth::Part(side, split);
        }
        // Then what it comes to.
        let mut soonest: Option<(Turn, usize, Split)> = None;
        for (side, (inside, aim)) in inside.into_iter().zip(harm.aims()).enumerate() {
            match Outlook::new(self.space, inside).look_in_turn(aim) {
                LookInTurn::Nobody => return LookAtBoth::Nobody,
                LookInTurn::Everybody => {}
                LookInTurn::Part(turn, split) => {
                    if soonest.as_ref().is_none_or(|(now, ..)| turn < *now) {
                        soonest = Some((turn, side, split));
                    }
                }
            }
        }
        if let Some((_, side, split)) = soonest {
            return LookAtBoth::Part(side, split);
        }
        LookAtBoth::Everybody
    }

    /// Where to part so that no bound hides the harm from who has the need that usually would.
    fn bounded(&self, inside: Inside<'_>, usual: Inside<'_>, harm: Harm) -> Option<Split> {
        let hides = |effects: &Effects| match harm {
            Harm::Layout { most, .. } => effects.layout_at_most.is_some_and(|cap| cap <= most),
            Harm::Assistance { most, .. } => effects.assistance_at_least.is_some_and(|floor| floor > most),
            Harm::Adaptation(need) => effects.adapt.contains(need),
        };
        let rules = self.space.checked.rules.iter().zip(&self.space.rules);
        let hiding = rules.filter(|(rule, tree)| hides(&rule.effects) && usual.truths(tree) == Truths::TRUE);
        hiding.map(|(_, tree)| tree).find_map(|tree| {
            let is_open = !inside.truths(tree).within(Truths::TRUE);
            if is_open { inside.split(tree, Truths::UNTRUE) } else { None }
        })
    }

    /// Where to part so that each gift is given in a certain way: where that is not the usual one, and where it is.
    fn ways_to(
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

    /// Whether points come to enough.
    fn comes_to(&self, inside: [Inside<'_>; 2], counted: &Counted) -> LookAtBoth {
        let balance = self.balance(inside, inside, counted);
        match balance.is_enough(counted.least) {
            Enough::Never => LookAtBoth::Nobody,
            Enough::Always => LookAtBoth::Everybody,
            Enough::Perhaps(ways) => {
                let [unusual, usual] = self.ways_to(inside, &balance, &ways);
                unusual.or(usual).map_or(LookAtBoth::Everybody, |(side, split)| LookAtBoth::Part(side, split))
            }
        }
    }

    /// Whether points that are given where the condition turns move nobody from one level to another, as far as that is soon told.
    pub(crate) fn never_decide(&self, points: OnAxis, budget: &mut Budget) -> bool {
        let side = if self.turned.with { WITH } else { WITHOUT };
        points.windows(self.space.checked, side).iter().all(|window| {
            self.is_soon_nobody(budget, |inside| match self.turns(inside) {
                LookAtBoth::Everybody => self.comes_to(inside, window),
                turns => turns,
            })
        })
    }

    /// The sums of points that are counted.
    fn balance<'a>(
        &'a self,
        inside: [Inside<'_>; 2],
        usual: [Inside<'_>; 2],
        counted: &Counted,
    ) -> Balance<'a> {
        let checked = self.space.checked;
        let Counted { of, start, sides, signs, .. } = *counted;
        let given = |points: i64, holds: [bool; 2]| -> Points {
            let is_on = |side: usize| i64::from(holds.get(side) == Some(&true));
            [signs[0] * points * is_on(sides[0]), signs[1] * points * is_on(sides[1])]
        };
        let mut balance = Balance::new(given(start, [true, true]));
        let ways = |tree: &'a Tree, turns: Turns| ways(tree, turns, inside, usual);
        let trees = self.space.rules.iter().zip(&self.changes.rules).zip(&self.deciding.free);
        for (rule, ((tree, turns), is_free)) in checked.rules.iter().zip(trees) {
            let points = of(&rule.effects);
            if points != 0 {
                let way = |(holds, side, towards)| Given {
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
                let arms = experiment.arms.iter().map(|arm| of(&arm.effects));
                for (points, cell) in [0].into_iter().chain(arms).zip(UNKNOWN + 1..) {
                    if cells.contains(cell) {
                        let drawn = Member { axis, there: CellSet::range(cell, cell + 1) };
                        let mut all: SmallVec<[Towards<'a>; 1]> = SmallVec::new();
                        all.extend(towards.clone());
                        all.push(Towards::Member(drawn, true));
                        gifts.push(Given { points: given(points, holds), side, towards: all });
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
