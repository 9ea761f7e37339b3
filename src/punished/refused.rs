//! What loading refuses because a need would count against a person: which effect of which rule or arm, and in what ways it may
//! harm.

use crate::cells::Tree;
use crate::condition::Condition;
use crate::experience::{AssistanceLevel, LayoutComplexity};
use crate::need::Adaptations;
use crate::policy::{Checked, Effects};
use crate::search::{Harm, Space};

/// An effect that is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Refused<'p> {
    pub(super) path: &'p str,
    pub(super) owner: Owner,
    /// The last of the path: `layout_at_most`.
    pub(super) effect: &'p str,
}

/// Whose it is, by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    Rule(usize),
    /// An experiment and one of its arms.
    Arm(usize, usize),
}

impl<'p> Refused<'p> {
    /// The one at a path of the document: `rules.NAME.…`, `experiments.NAME.arms[1].…`.
    pub(super) fn at(checked: &Checked, path: &'p str) -> Option<Self> {
        let mut parts = path.split('.');
        let (table, name) = (parts.next()?, parts.next()?);
        let owner = if table == "rules" {
            Owner::Rule(checked.rules.iter().position(|rule| *rule.name == *name)?)
        } else {
            let arm = parts.next()?.strip_prefix("arms[")?.strip_suffix(']')?.parse().ok()?;
            Owner::Arm(checked.experiments.iter().position(|one| *one.name == *name)?, arm)
        };
        Some(Self { path, owner, effect: parts.next()? })
    }

    pub(super) fn condition<'c>(&self, checked: &'c Checked) -> Option<&'c Condition> {
        match self.owner {
            Owner::Rule(rule) => checked.rules.get(rule).map(|rule| &rule.when),
            Owner::Arm(experiment, _) => checked.experiments.get(experiment)?.when.as_ref(),
        }
    }

    pub(super) fn tree<'s>(&self, space: &'s Space<'_>) -> Option<&'s Tree> {
        match self.owner {
            Owner::Rule(rule) => space.rule(rule),
            Owner::Arm(experiment, _) => space.experiment(experiment),
        }
    }

    pub(super) fn effects<'c>(&self, checked: &'c Checked) -> Option<&'c Effects> {
        match self.owner {
            Owner::Rule(rule) => checked.rules.get(rule).map(|rule| &rule.effects),
            Owner::Arm(experiment, arm) => {
                checked.experiments.get(experiment)?.arms.get(arm).map(|arm| &arm.effects)
            }
        }
    }

    /// In what ways it may harm beside `others` that are refused, and whether it does where it is given with the need, or without.
    pub(super) fn harms(&self, checked: &Checked, others: &[Self]) -> Option<(Vec<Harm>, bool)> {
        let effects = self.effects(checked)?;
        let layouts = LayoutComplexity::ALL;
        // Where no channel has a cap of its own, the layout is the same on all.
        let is_capped = checked.channels.iter().any(|channel| channel.layout_at_most.is_some());
        let pages: &[bool] = if is_capped { &[true, false] } else { &[true] };
        // Points harm only as points, by which they are found sooner: what bounds is there for who has the need too, but for
        // bounds that are refused themselves.
        let is_beside = |bound: &str| others.iter().any(|other| other.effect == bound);
        Some(match self.effect {
            "layout" => {
                let priors = std::iter::once(None).chain(layouts.iter().copied().map(Some)).map(Some);
                let any = is_beside("layout_at_most").then_some(None);
                let all =
                    priors.chain(any).flat_map(|beside| pages.iter().map(move |&in_use| (beside, in_use)));
                let of = |(beside, in_use)| {
                    let below = layouts.iter().rev().skip(1);
                    below.map(move |&most| Harm::Layout { most, in_use, beside })
                };
                let harms = all.flat_map(of).collect();
                (harms, effects.layout > 0)
            }
            "layout_at_most" => {
                let most = effects.layout_at_most?;
                let of =
                    |&in_use: &bool| [Some(None), None].map(|beside| Harm::Layout { most, in_use, beside });
                (pages.iter().flat_map(of).collect(), false)
            }
            "assistance" => {
                let of = |by_points| {
                    let all = AssistanceLevel::ALL.iter().rev().skip(1);
                    all.map(move |&most| Harm::Assistance { most, by_points })
                };
                let beside = of(false).filter(|_| is_beside("assistance_at_least"));
                (of(true).chain(beside).collect(), effects.assistance < 0)
            }
            "assistance_at_least" => {
                let floor = effects.assistance_at_least?;
                let below = AssistanceLevel::ALL.iter().rev().filter(|level| **level < floor);
                // While nobody is there, who is raised to a person is called back (D6), which may be more than any level below.
                let count = if floor == AssistanceLevel::Human { 4 } else { 1 };
                let of = |&most: &AssistanceLevel| {
                    [true, false].map(|by_points| Harm::Assistance { most, by_points })
                };
                (below.take(count).flat_map(of).collect(), false)
            }
            _ => (effects.adapt.iter().map(Harm::Adaptation).collect(), false),
        })
    }

    pub(super) fn take_out(&self, checked: &mut Checked) {
        let effects = match self.owner {
            Owner::Rule(rule) => checked.rules.get_mut(rule).map(|rule| &mut rule.effects),
            Owner::Arm(experiment, arm) => {
                let experiment = checked.experiments.get_mut(experiment);
                experiment.and_then(|one| one.arms.get_mut(arm)).map(|arm| &mut arm.effects)
            }
        };
        let Some(effects) = effects else { return };
        match self.effect {
            "layout" => effects.layout = 0,
            "layout_at_most" => effects.layout_at_most = None,
            "assistance" => effects.assistance = 0,
            "assistance_at_least" => effects.assistance_at_least = None,
            _ => effects.adapt = Adaptations::default(),
        }
    }

    pub(super) fn axis(&self) -> Axis {
        match self.effect {
            "adapt" => Axis::Adaptations,
            effect if effect.starts_with("assistance") => Axis::Assistance,
            _ => Axis::Layout,
        }
    }
}

/// On what an effect works.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Axis {
    Layout,
    Assistance,
    Adaptations,
}
