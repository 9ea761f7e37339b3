//! Two visitors who differ by one need, of whom the one who has it is served worse: what a policy would do that loading refuses
//! because a need would count against a person (L8). The refusal of a policy comes in; such a pair goes out for each effect that
//! is refused, or that there is none, or that it could not be told.

use std::fmt;
use std::sync::Arc;

use crate::cells::Tree;
use crate::condition::Condition;
use crate::decision::Decision;
use crate::diagnostic::DiagnosticCode;
use crate::experience::{AssistanceLevel, LayoutComplexity};
use crate::guarantee::{WhyInconclusive, counted_steps, free_of};
use crate::need::{ASKED_BY_DEVICE, AccessNeed, Adaptations, NeedStrength};
use crate::policy::{Checked, Effects, Policy, PolicyError};
use crate::search::{Budget, Comes, Found, Harm, Needier, Person, Space, Turned, Untold, Way, Witness};
use crate::selector::ExperienceSelector;
use crate::value::Text;

/// What was found of an effect that loading refuses because a need would count against a person: whom it would hurt.
/// `Display` says it in words.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[non_exhaustive]
pub struct Punishment {
    /// The path of the [`Diagnostic`](crate::Diagnostic) that refuses it, which has its place.
    pub path: Text,
    /// Whom it would hurt.
    pub hurts: Hurts,
    /// How many pairs of regions were looked at.
    pub steps: u64,
    /// Parts of its condition that are worked out for each visitor: the search takes them as able to have any value.
    pub free: Vec<Text>,
}

/// Whom an effect that is refused would hurt, as the policy stands.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Hurts {
    /// Somebody.
    Somebody(Box<Punished>),
    /// Nobody that there can be: the effect counts only where something else outweighs or hides it.
    Nobody,
    /// It could not be told.
    Inconclusive(WhyInconclusive),
}

impl fmt::Display for Punishment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = &self.path;
        match &self.hurts {
            Hurts::Somebody(pair) => write!(f, "Whom {path} would hurt: {pair}"),
            Hurts::Nobody => write!(
                f,
                "As the policy stands, {path} would hurt nobody: something else always outweighs or hides it. It is refused all the same, since a change elsewhere could let it count against a need."
            ),
            Hurts::Inconclusive(why) => {
                let found = match why {
                    WhyInconclusive::NobodyFound => {
                        format!(
                            "By the cells {path} may hurt somebody, but nobody was found who really is so"
                        )
                    }
                    _ => format!(
                        "Whom {path} would hurt could not be told within {}",
                        counted_steps(self.steps)
                    ),
                };
                let free = free_of(&self.free);
                write!(f, "{found}{free}. What could count against a need is refused all the same.")
            }
        }
    }
}

/// A person whom a need would make worse off, beside the same person without it. `Display` tells both as the tests of a policy
/// do.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[non_exhaustive]
pub struct Punished {
    /// The need that counts against them.
    pub need: AccessNeed,
    /// How much they need it.
    pub strength: NeedStrength,
    /// The attribute by which their device asks for it: `visit.save_data`. `None` where the need is on record.
    pub asked_by: Option<Text>,
    /// How much the person beside them needs it; `None`: not at all. As much, where it is on record and by the device.
    pub instead_of: Option<NeedStrength>,
    /// The person without it, or who needs it less.
    pub without: Witness,
    /// The same person with it.
    pub with: Witness,
    /// What is worse, in plain words.
    pub worse: Text,
}

impl fmt::Display for Punished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let by = self.asked_by.as_ref().map(|by| format!(", by `{by}`")).unwrap_or_default();
        writeln!(f, "with the need `{}` ({}{by}), {}:", self.need, self.strength, self.worse)?;
        writeln!(f, "{}", self.with)?;
        match self.instead_of {
            None => writeln!(f, "the same person without it fares better:")?,
            Some(weaker) if weaker < self.strength => {
                writeln!(f, "the same person for whom it is {weaker} fares better:")?;
            }
            Some(_) => writeln!(f, "the same person, of whom it is said only once, fares better:")?,
        }
        write!(f, "{}", self.without)
    }
}

impl PolicyError {
    /// For how many refusals, the first, [`punished`](Self::punished) looks for somebody.
    pub const MOST_PUNISHED: usize = 8;

    /// For each effect that is refused because a need would count against a person: a person whom just this would make worse off,
    /// looked for within `steps` pairs of regions of cells, of who is without the need and of who has it.
    /// Only the first [`MOST_PUNISHED`](Self::MOST_PUNISHED) are asked, and none where the policy has other errors too, or is
    /// beyond the size of a selector.
    ///
    /// # Cost
    /// Compiles the policy, and twice more for each refusal; then at most `steps` for each, in a step at most 192 decisions. Allocates.
    #[must_use]
    pub fn punished(&self, steps: u64) -> Vec<Punishment> {
        let Some(policy) = self.unsound() else { return Vec::new() };
        let Some(selector) = leaving_out(policy, &[]) else { return Vec::new() };
        let refusals = self.diagnostics().iter().filter(|one| one.code() == DiagnosticCode::NeedPunished);
        let all: Vec<Refused<'_>> =
            refusals.filter_map(|one| Refused::at(selector.checked(), one.path())).collect();
        let Some(space) = Space::by_needs(selector.checked()) else { return Vec::new() };
        let of = |one: &Refused<'_>| {
            let others: Vec<_> = all.iter().filter(|other| *other != one).copied().collect();
            let (alone, without) = (leaving_out(policy, &others)?, leaving_out(policy, &[*one])?);
            let mut budget = Budget::new(steps);
            let found = pair(one, &space, [&selector, &alone, &without], &mut budget)?;
            let free = space.free([one.tree(&space)?]);
            let hurts = match found {
                Found::One(pair) => Hurts::Somebody(Box::new(pair)),
                Found::None => Hurts::Nobody,
                Found::Untold(why) => Hurts::Inconclusive(why.into()),
            };
            Some(Punishment { path: one.path.into(), hurts, steps: steps - budget.left(), free })
        };
        all.iter().take(Self::MOST_PUNISHED).filter_map(of).collect()
    }
}

/// The selector of a policy without some of its effects.
fn leaving_out(policy: &Policy, effects: &[Refused<'_>]) -> Option<ExperienceSelector> {
    let mut checked = Checked::clone(&policy.inner);
    effects.iter().for_each(|one| one.take_out(&mut checked));
    ExperienceSelector::compile_unproven(&Policy { inner: Arc::new(checked) }).ok()
}

/// An effect that is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Refused<'p> {
    path: &'p str,
    owner: Owner,
    /// The last of the path: `layout_at_most`.
    effect: &'p str,
}

/// Whose it is, by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Owner {
    Rule(usize),
    /// An experiment and one of its arms.
    Arm(usize, usize),
}

impl<'p> Refused<'p> {
    /// The one at a path of the document: `rules.NAME.…`, `experiments.NAME.arms[1].…`.
    fn at(checked: &Checked, path: &'p str) -> Option<Self> {
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

    fn condition<'c>(&self, checked: &'c Checked) -> Option<&'c Condition> {
        match self.owner {
            Owner::Rule(rule) => checked.rules.get(rule).map(|rule| &rule.when),
            Owner::Arm(experiment, _) => checked.experiments.get(experiment)?.when.as_ref(),
        }
    }

    fn tree<'s>(&self, space: &'s Space<'_>) -> Option<&'s Tree> {
        match self.owner {
            Owner::Rule(rule) => space.rule(rule),
            Owner::Arm(experiment, _) => space.experiment(experiment),
        }
    }

    fn effects<'c>(&self, checked: &'c Checked) -> Option<&'c Effects> {
        match self.owner {
            Owner::Rule(rule) => checked.rules.get(rule).map(|rule| &rule.effects),
            Owner::Arm(experiment, arm) => {
                checked.experiments.get(experiment)?.arms.get(arm).map(|arm| &arm.effects)
            }
        }
    }

    /// In what ways it may harm, and whether it does where it is given with the need, or without.
    fn harms(&self, checked: &Checked) -> Option<(Vec<Harm>, bool)> {
        let effects = self.effects(checked)?;
        let layouts = LayoutComplexity::ALL;
        // Where no channel has a cap of its own, the layout is the same on all.
        let is_capped = checked.channels.iter().any(|channel| channel.layout_at_most.is_some());
        let pages: &[bool] = if is_capped { &[true, false] } else { &[true] };
        Some(match self.effect {
            "layout" => {
                let mut harms = Vec::new();
                for &in_use in pages {
                    for beside in std::iter::once(None).chain(layouts.iter().copied().map(Some)) {
                        let below = layouts.iter().rev().skip(1);
                        harms.extend(below.map(|&most| Harm::Layout { most, in_use, beside: Some(beside) }));
                    }
                }
                // What another bound does beside it is found by looking at all.
                for &in_use in pages {
                    let below = layouts.iter().rev().skip(1);
                    harms.extend(below.map(|&most| Harm::Layout { most, in_use, beside: None }));
                }
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
                (of(true).chain(of(false)).collect(), effects.assistance < 0)
            }
            "assistance_at_least" => {
                let floor = effects.assistance_at_least?;
                let most = AssistanceLevel::ALL.iter().copied().take_while(|&level| level < floor).last()?;
                ([true, false].map(|by_points| Harm::Assistance { most, by_points }).into(), false)
            }
            _ => (effects.adapt.iter().map(Harm::Adaptation).collect(), false),
        })
    }

    fn take_out(&self, checked: &mut Checked) {
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

    fn axis(&self) -> Axis {
        match self.effect {
            "adapt" => Axis::Adaptations,
            effect if effect.starts_with("assistance") => Axis::Assistance,
            _ => Axis::Layout,
        }
    }
}

/// Somebody whom it hurts, by the selectors of the policy, of the policy with this alone of what is refused, and without it.
fn pair(
    refused: &Refused<'_>,
    space: &Space<'_>,
    [selector, alone, without]: [&ExperienceSelector; 3],
    budget: &mut Budget,
) -> Option<Found<Punished>> {
    let checked = selector.checked();
    let asked =
        ASKED_BY_DEVICE.iter().filter_map(|&(name, need)| Some((checked.attributes.find(name)?, need)));
    let asked: Vec<_> = asked.collect();
    let condition = refused.condition(checked)?;
    let holds = |person: &Person| {
        let (profile, visit) = space.visitor(person);
        selector.truths(&profile, &visit, &[condition]).first().is_some_and(|truth| truth.holds())
    };
    // It is this that hurts: by itself, or where it turns and nothing hurts without it.
    let harm = |person: &Person, comes: &Comes| {
        let both = [comes.without(person, &asked), comes.with(person)];
        let worse = |selector| worse(selector, space, &both, refused.axis());
        let turns = || holds(&both[0]) != holds(&both[1]);
        worse(selector).filter(|_| worse(alone).is_some() || worse(without).is_none() && turns())
    };
    let start = match refused.owner {
        Owner::Arm(experiment, arm) => space.in_arm(experiment, arm),
        Owner::Rule(_) => space.everywhere(),
    };
    let tree = refused.tree(space)?;
    let (harms, with) = refused.harms(checked)?;
    let turned = Turned { tree, with, bounds: refused.effect.contains("_at_") };
    let needier = Comes::all(&asked)
        .into_iter()
        .filter_map(|comes| Needier::of(space, &start, comes, turned))
        .filter(|one| !one.never_turns())
        .collect();
    let found = somebody(needier, condition, &harms, budget, harm);
    Some(match found {
        Found::None => Found::None,
        Found::Untold(why) => Found::Untold(why),
        Found::One((person, comes)) => {
            let person = space.least(person, |person| harm(person, &comes).is_some());
            let (with, without) = (comes.with(&person), comes.without(&person, &asked));
            Found::One(Punished {
                need: comes.need,
                strength: comes.strength(),
                asked_by: comes.asked_by().map(|id| (&*checked.attributes.get(id).name).into()),
                instead_of: comes.instead_of(),
                without: space.witness(&without),
                with: space.witness(&with),
                worse: harm(&person, &comes)?.into(),
            })
        }
    })
}

/// Somebody who is harmed, and by what: some ways are gone a little first, then more of them further.
fn somebody(
    mut needier: Vec<Needier<'_>>,
    condition: &Condition,
    harms: &[Harm],
    budget: &mut Budget,
    harm: impl Fn(&Person, &Comes) -> Option<String>,
) -> Found<(Person, Comes)> {
    // Those are tried first that are named, and last who has the need in force anyway; where it is not sure that a need matters,
    // more of them than of harms.
    let is_sure = needier.iter().all(Needier::is_sure);
    let is_twice = |one: &Needier<'_>| one.comes.instead_of() == Some(one.comes.strength());
    needier.sort_by_cached_key(|one| (is_twice(one), !one.is_named(condition)));
    let mut all: Vec<(usize, usize)> =
        (0..needier.len()).flat_map(|one| (0..harms.len()).map(move |harm| (one, harm))).collect();
    all.sort_by_key(|(one, harm)| if is_sure { 8 * one + harm } else { one + 4 * harm });
    let way = |(one, harm): (usize, usize)| {
        let needier = needier.get(one)?;
        Some((needier, needier.way(*harms.get(harm)?)?))
    };
    let mut ways: Vec<(&Needier<'_>, Way)> = all.into_iter().filter_map(way).collect();
    let mut untold = None;
    let (mut count, mut each) = if is_sure { (32, 8) } else { (128, 8) };
    while !ways.is_empty() {
        if budget.left() == 0 {
            return Found::Untold(Untold::Budget);
        }
        let mut found = None;
        let mut place = 0;
        ways.retain_mut(|(needier, way)| {
            place += 1;
            if place > count || found.is_some() {
                return true;
            }
            let comes = needier.comes;
            let mut some = Budget::new(each.min(budget.left()));
            let given = some.left();
            let really = |person: &Person| harm(person, &comes).map(|_| (person.clone(), comes));
            let went = needier.go_on(way, &mut some, really);
            budget.take(given - some.left());
            match went {
                Found::One(one) => found = Some(one),
                Found::None => {}
                Found::Untold(Untold::Budget) => return true,
                Found::Untold(why) => untold = Some(why),
            }
            false
        });
        if let Some(found) = found {
            return Found::One(found);
        }
        (count, each) = (count * 2, each * 4);
    }
    untold.map_or(Found::None, Found::Untold)
}

/// On what an effect works.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Axis {
    Layout,
    Assistance,
    Adaptations,
}

/// What is worse on an axis for a person with a need than without it, as Law 2 sees it.
fn worse(
    selector: &ExperienceSelector,
    space: &Space<'_>,
    [without, with]: &[Person; 2],
    axis: Axis,
) -> Option<String> {
    let decided = |person: &Person| {
        let (profile, visit) = space.visitor(person);
        selector.select(&profile, &visit)
    };
    let (before, after) = (decided(without), decided(with));
    match axis {
        Axis::Layout => {
            let layout = |of: &dyn Fn(&Decision) -> LayoutComplexity| {
                let (before, after) = (of(&before), of(&after));
                (after > before).then(|| format!("the layout is `{after}` and not `{before}`"))
            };
            // Another channel may have another cap: layouts are held against each other on the same one.
            let same = before.experience().channel == after.experience().channel;
            let chosen = layout(&|decision| decision.experience().layout).filter(|_| same);
            let is_in_use = || space.visitor(without).1.channel().is_some();
            chosen.or_else(|| layout(&|decision| decision.layout_in_use()).filter(|_| is_in_use()))
        }
        Axis::Assistance => {
            let (more, less) = (before.experience().assistance, after.experience().assistance);
            (less < more).then(|| format!("the assistance is `{less}` and not `{more}`"))
        }
        Axis::Adaptations => {
            let lost = before.adaptations().iter().find(|&one| !after.adaptations().contains(one));
            lost.map(|one| format!("the adaptation `{one}` is gone"))
        }
    }
}
