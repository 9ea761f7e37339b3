//! What loading refuses because a need would count against a person: which effect of which rule or arm, and in what ways it may
//! harm.

use crate::cells::Tree;
use crate::condition::Condition;
use crate::experience::{AssistanceLevel, LayoutComplexity};
use crate::need::Adaptations;
use crate::policy::{Arm, Checked, Effects};
use crate::search::{Harm, Matters, Rival, Scale, Space};

/// An effect that is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Refused<'p> {
    pub(super) path: &'p str,
    pub(super) owner: Owner,
    effect: Effect,
}

/// Whose it is, by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    Rule(usize),
    /// An experiment and one of its arms.
    Arm(usize, usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Effect {
    Layout,
    LayoutAtMost,
    Assistance,
    AssistanceAtLeast,
    Adapt,
}

impl Effect {
    const ALL: [(&'static str, Self); 5] = [
        ("layout", Self::Layout),
        ("layout_at_most", Self::LayoutAtMost),
        ("assistance", Self::Assistance),
        ("assistance_at_least", Self::AssistanceAtLeast),
        ("adapt", Self::Adapt),
    ];
    const fn axis(self) -> Axis {
        match self {
            Self::Layout | Self::LayoutAtMost => Axis::Layout,
            Self::Assistance | Self::AssistanceAtLeast => Axis::Assistance,
            Self::Adapt => Axis::Adaptations,
        }
    }
    /// Whether something is given so.
    fn is_in(self, effects: &Effects) -> bool {
        match self {
            Self::Layout => effects.layout != 0,
            Self::LayoutAtMost => effects.layout_at_most.is_some(),
            Self::Assistance => effects.assistance != 0,
            Self::AssistanceAtLeast => effects.assistance_at_least.is_some(),
            Self::Adapt => !effects.adapt.is_empty(),
        }
    }
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
        let effect = parts.next()?;
        let (_, effect) = *Effect::ALL.iter().find(|(name, _)| *name == effect)?;
        Some(Self { path, owner, effect })
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

    /// What tells for whom it is given.
    pub(super) fn rival<'s>(&self, space: &'s Space<'_>) -> Rival<'s> {
        let arm = match self.owner {
            Owner::Rule(_) => None,
            Owner::Arm(experiment, arm) => Some((experiment, arm)),
        };
        Rival { tree: self.tree(space), arm }
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
        let is_beside = |bound: Effect| others.iter().any(|other| other.effect == bound);
        // Beside others that are refused on its axis, a bound may be to blame where all of it harms at another level.
        let rivals = || others.iter().filter(|other| other.axis() == self.axis());
        let is_apart = rivals().next().is_some();
        Some(match self.effect {
            Effect::Layout => {
                let priors = std::iter::once(None).chain(layouts.iter().copied().map(Some)).map(Some);
                let any = is_beside(Effect::LayoutAtMost).then_some(None);
                let all =
                    priors.chain(any).flat_map(|beside| pages.iter().map(move |&in_use| (beside, in_use)));
                let of = |(beside, in_use)| {
                    let below = layouts.iter().rev().skip(1);
                    below.map(move |&most| Harm::Layout { most, in_use, beside })
                };
                let harms = all.flat_map(of).collect();
                (harms, effects.layout > 0)
            }
            Effect::LayoutAtMost => {
                let most = effects.layout_at_most?;
                let bounds = most != LayoutComplexity::Rich;
                // Who is without the need gets no more than this, so that no level above tells more.
                let of =
                    |&in_use: &bool| [Some(None), None].map(|beside| Harm::Layout { most, in_use, beside });
                let apart = |&in_use: &bool| {
                    let below = layouts.iter().rev().skip(1).filter(move |level| **level < most && is_apart);
                    below.map(move |&most| Harm::Layout { most, in_use, beside: None })
                };
                let all = pages.iter().flat_map(of).chain(pages.iter().flat_map(apart));
                (all.filter(|_| bounds).collect(), false)
            }
            Effect::Assistance => {
                let of = |by_points| {
                    let all = AssistanceLevel::ALL.iter().rev().skip(1);
                    all.map(move |&most| Harm::Assistance { most, by_points })
                };
                let beside = of(false).filter(|_| is_beside(Effect::AssistanceAtLeast));
                (of(true).chain(beside).collect(), effects.assistance < 0)
            }
            Effect::AssistanceAtLeast => {
                let floor = effects.assistance_at_least?;
                let bounds = floor != AssistanceLevel::SelfService;
                let below = AssistanceLevel::ALL.iter().rev().filter(|level| **level < floor);
                // While nobody is there, who is raised to a person is called back (D6), which may be more than any level below.
                let count = if floor == AssistanceLevel::Human { 4 } else { 1 };
                let of = |&most: &AssistanceLevel| {
                    [true, false].map(|by_points| Harm::Assistance { most, by_points })
                };
                let own: Vec<AssistanceLevel> = below.copied().take(count).collect();
                let all = AssistanceLevel::ALL.iter().rev().skip(1);
                // Who is without the need gets no less than this, so that no level below tells more.
                let apart = all.filter(|level| is_apart && bounds && **level >= floor);
                let apart = apart.map(|&most| Harm::Assistance { most, by_points: false });
                (own.iter().flat_map(of).chain(apart).collect(), false)
            }
            Effect::Adapt => {
                let rivals = rivals().filter_map(|other| other.effects(checked));
                let all = rivals.fold(effects.adapt, |all, other| all.union(other.adapt));
                (all.iter().map(Harm::Adaptation).collect(), false)
            }
        })
    }

    /// Where what it gives matters, whichever of the others are left out.
    pub(super) fn matters<'s>(&self, space: &'s Space<'_>, others: &[Self]) -> Option<Matters<'s>> {
        let checked = space.checked;
        let effects = self.effects(checked)?;
        // What is given by rules of which it is not refused.
        let is_refused = |rule: usize| {
            let is_it = |one: &Self| one.owner == Owner::Rule(rule) && one.effect == self.effect;
            others.iter().any(is_it) || is_it(self)
        };
        let given_by = |gives: &dyn Fn(&Effects) -> bool| -> Vec<&'s Tree> {
            let rules = checked.rules.iter().enumerate();
            let giving = rules.filter(|(number, rule)| gives(&rule.effects) && !is_refused(*number));
            giving.filter_map(|(number, _)| space.rule(number)).collect()
        };
        // Beside others, points may be too few or too many by themselves.
        let points = |scale, points, bound| {
            let is_beside = |effect: Effect| others.iter().any(|other| other.effect == effect);
            match is_beside(bound) && !is_beside(self.effect) {
                true => Matters::points(checked, scale, points),
                false => Matters::Everywhere,
            }
        };
        Some(match self.effect {
            Effect::Layout => points(Scale::Layout, effects.layout, Effect::LayoutAtMost),
            Effect::Assistance => points(Scale::Assistance, effects.assistance, Effect::AssistanceAtLeast),
            Effect::LayoutAtMost => {
                let cap = effects.layout_at_most?;
                Matters::Unless(vec![given_by(&|other| other.layout_at_most.is_some_and(|most| most <= cap))])
            }
            Effect::AssistanceAtLeast => {
                let floor = effects.assistance_at_least?;
                let is_as_high =
                    |other: &Effects| other.assistance_at_least.is_some_and(|least| least >= floor);
                Matters::Unless(vec![given_by(&is_as_high)])
            }
            Effect::Adapt => {
                let of = |need| given_by(&|other| other.adapt.contains(need));
                Matters::Unless(effects.adapt.iter().map(of).collect())
            }
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
            Effect::Layout => effects.layout = 0,
            Effect::LayoutAtMost => effects.layout_at_most = None,
            Effect::Assistance => effects.assistance = 0,
            Effect::AssistanceAtLeast => effects.assistance_at_least = None,
            Effect::Adapt => effects.adapt = Adaptations::default(),
        }
    }

    pub(super) fn axis(&self) -> Axis {
        self.effect.axis()
    }

    /// Whether it bounds what is decided, whatever the points are.
    pub(super) fn is_bound(&self) -> bool {
        matches!(self.effect, Effect::LayoutAtMost | Effect::AssistanceAtLeast)
    }

    /// The conditions of all effects that work on what this one works on, with its own.
    pub(super) fn beside<'s>(&self, space: &'s Space<'_>) -> Vec<&'s Tree> {
        let is_on_axis = |effects: &Effects| {
            let mut all = Effect::ALL.iter().filter(|(_, effect)| effect.axis() == self.axis());
            all.any(|(_, effect)| effect.is_in(effects))
        };
        let checked = space.checked;
        let rules = checked.rules.iter().enumerate().filter(|(_, rule)| is_on_axis(&rule.effects));
        let arms = |of: &[Arm]| of.iter().any(|arm| is_on_axis(&arm.effects));
        let experiments = checked.experiments.iter().enumerate().filter(|(_, one)| arms(&one.arms));
        let rules = rules.filter_map(|(n, _)| space.rule(n));
        rules.chain(experiments.filter_map(|(n, _)| space.experiment(n))).collect()
    }
}

/// On what an effect works.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Axis {
    Layout,
    Assistance,
    Adaptations,
}
