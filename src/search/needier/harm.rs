//! In what way a need may harm, and whether it does in a pair of regions: points that come to enough on both sides, bounds that
//! do not hide it, and what is decided.

use super::points::{Scale, Sums, highest_assistance};
use super::{Needier, WITH, WITHOUT};
use crate::cells::{Inside, Split, Truths};
use crate::experience::{AssistanceLevel, LayoutComplexity};
use crate::need::AccessNeed;
use crate::policy::{Checked, Effects};
use crate::search::Aim;
use crate::search::balance::{Enough, Points, highest_layout};
use crate::search::joint::LookAtBoth;
use crate::search::outlook::{LookInTurn, Outlook, Turn};

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

    /// The sums that have to come to so much, those of the side that has to stay low against it; a bound holds whatever the points
    /// are where it does.
    fn counted(self, checked: &Checked, bounds: bool) -> Option<(Sums, Points)> {
        let (scale, sides, highest) = match self {
            Self::Layout { most, beside: Some(prior), .. } => {
                (Scale::Layout, [WITHOUT, WITH], highest_layout(most, prior, checked.weights.margin))
            }
            Self::Assistance { most, by_points: true } => {
                (Scale::Assistance, [WITH, WITHOUT], highest_assistance(most))
            }
            _ => return None,
        };
        let any = |side: usize| bounds && side == WITHOUT;
        let least = |side: usize, least: i64| if any(side) { i64::MIN / 4 } else { least };
        Some((Sums { scale, sides }, [least(sides[0], -highest), least(sides[1], highest + 1)]))
    }
}

impl Needier<'_> {
    /// Whether somebody is harmed, where it does; what is `usual` is parted last.
    pub(super) fn harms(&self, inside: [Inside<'_>; 2], usual: [Inside<'_>; 2], harm: Harm) -> LookAtBoth {
        // Points come to enough on both sides.
        let mut open = None;
        if let Some((sums, least)) = harm.counted(self.space.checked, self.turned.bounds) {
            let balance = self.balance(inside, usual, sums);
            match balance.is_enough(least) {
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
}
