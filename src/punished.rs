//! Two visitors who differ by one need, of whom the one who has it is served worse: what a policy would do that loading refuses
//! because a need would count against a person (L8). The refusal of a policy comes in, such pairs go out: the path
//! says why it is refused, the pair whom it would hurt.

use std::fmt;
use std::sync::Arc;

use crate::attribute::AttributeId;
use crate::cells::Truths;
use crate::condition::Condition;
use crate::decision::Decision;
use crate::diagnostic::DiagnosticCode;
use crate::experience::{AssistanceLevel, LayoutComplexity};
use crate::need::{ASKED_BY_DEVICE, AccessNeed, Adaptations, NeedStrength};
use crate::policy::{Checked, Effects, Policy, PolicyError};
use crate::search::{Aim, Budget, Found, Goal, Person, Said, Space, Witness};
use crate::selector::ExperienceSelector;
use crate::value::{Text, Value};

/// A person whom a need would make worse off, beside the same person without it. `Display` tells both as the tests of a policy
/// do.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[non_exhaustive]
pub struct Punished {
    /// The path of the [`Diagnostic`](crate::Diagnostic) that refuses it, which has its place.
    pub path: Text,
    /// The need that counts against them.
    pub need: AccessNeed,
    /// How much they need it.
    pub strength: NeedStrength,
    /// The attribute by which their device asks for it: `visit.save_data`. `None` where the need is on record.
    pub asked_by: Option<Text>,
    /// How much the person beside them needs it; `None`: not at all.
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
            Some(weaker) => writeln!(f, "the same person for whom it is {weaker} fares better:")?,
        }
        write!(f, "{}", self.without)
    }
}

impl PolicyError {
    /// For how many refusals, the first, [`punished`](Self::punished) looks for somebody.
    pub const MOST_PUNISHED: usize = 8;

    /// For each refusal by which a need would count against a person: a person whom just this would make worse off, if one is found
    /// within `steps` regions of cells; 1,000 find most. Only the first [`MOST_PUNISHED`](Self::MOST_PUNISHED) refusals are asked, and nobody is named where the policy
    /// has other errors too, or is beyond the size of a selector.
    ///
    /// # Cost
    /// Compiles the policy, and twice more for each refusal; then at most `steps` for each, in a step up to 170 decisions, and four
    /// more for each pair that differs. Allocates.
    #[must_use]
    pub fn punished(&self, steps: u64) -> Vec<Punished> {
        let Some(policy) = self.unsound() else { return Vec::new() };
        let Some(selector) = leaving_out(policy, &[]) else { return Vec::new() };
        let refusals = self.diagnostics().iter().filter(|one| one.code() == DiagnosticCode::NeedPunished);
        let all: Vec<Refused<'_>> =
            refusals.filter_map(|one| Refused::at(selector.checked(), one.path())).collect();
        let of = |one: &Refused<'_>| {
            let others: Vec<_> = all.iter().filter(|other| *other != one).copied().collect();
            let (alone, without) = (leaving_out(policy, &others)?, leaving_out(policy, &[*one])?);
            pair(one, [&selector, &alone, &without], steps)
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
    [selector, alone, without]: [&ExperienceSelector; 3],
    steps: u64,
) -> Option<Punished> {
    let checked = selector.checked();
    let space = Space::of(checked, &[refused.condition(checked)?])?;
    let tree = space.other(0)?;
    let axis = refused.axis();
    // It is this that hurts: by itself, or so that nothing hurts where it is left out.
    let harm = |person: &Person, comes: &Comes<'_>| {
        let worse = |selector| worse(selector, &space, person, comes, axis);
        worse(selector).filter(|_| worse(alone).is_some() || worse(without).is_none())
    };
    let asked =
        ASKED_BY_DEVICE.iter().filter_map(|&(name, need)| Some((checked.attributes.find(name)?, need)));
    let asked: Vec<_> = asked.collect();
    let all = Comes::all(&asked);
    let start = match refused.owner {
        Owner::Arm(experiment, arm) => space.in_arm(experiment, arm),
        Owner::Rule(_) => space.everywhere(),
    };
    // Whoever it holds for, and those who also get a level to which the points may matter, as beside a prior decision.
    let mut aims = vec![Aim::Anything];
    match axis {
        Axis::Layout => {
            let lower = LayoutComplexity::ALL.iter().rev().skip(1);
            aims.extend(lower.clone().map(|&level| Aim::layout_above(level, false)));
            aims.extend(LayoutComplexity::ALL.iter().map(|&level| Aim::layout(level)));
            aims.extend(lower.map(|&level| Aim::layout_above(level, true)));
        }
        Axis::Assistance => {
            let below = AssistanceLevel::ALL.iter().skip(1);
            aims.extend(below.map(|&level| Aim::assistance_below(level)));
            aims.extend(AssistanceLevel::ALL.iter().map(|&level| Aim::assistance(level)));
        }
        Axis::Adaptations => {}
    }
    // At last where no other rule has a say in the same.
    let others = checked
        .rules
        .iter()
        .enumerate()
        .filter(|(number, rule)| refused.owner != Owner::Rule(*number) && axis.is_of(&rule.effects));
    let silent = others.filter_map(|(number, _)| Some((space.rule(number)?, Truths::UNTRUE)));
    let holds = (tree, Truths::TRUE);
    let undisturbed: Vec<_> = std::iter::once(holds).chain(silent).collect();
    let mut tries = aims.into_iter().map(|aim| (vec![holds], aim)).chain([(undisturbed, Aim::Anything)]);
    let mut budget = Budget::new(steps);
    let look_for = |(conditions, aim)| {
        let goal = Goal::new(&space, conditions, aim);
        let look = |region: &_| goal.look(&space, region);
        let really = |person: &Person| worst(person, &all, harm);
        match space.find(start.clone(), &mut budget, look, really) {
            Found::One(found) => Some(found),
            Found::None | Found::Untold(_) => None,
        }
    };
    let (person, comes) = tries.find_map(look_for)?;
    let person = space.least(person, |person| harm(person, &comes).is_some());
    let worse = harm(&person, &comes)?.into();
    let (with, without) = (space.witness(&comes.with(&person)), space.witness(&comes.without(&person)));
    let asked_by = comes.by.map(|(id, _)| (&*checked.attributes.get(id).name).into());
    Some(Punished {
        path: refused.path.into(),
        need: comes.need,
        strength: comes.strength,
        asked_by,
        instead_of: comes.instead_of,
        without,
        with,
        worse,
    })
}

/// How a need comes to be in force.
#[derive(Clone, Copy)]
struct Comes<'a> {
    need: AccessNeed,
    strength: NeedStrength,
    /// What the device asks for, if it is not on record, and what is said of it where it does not.
    by: Option<(AttributeId, Option<bool>)>,
    /// How much who has it less needs it, if at all.
    instead_of: Option<NeedStrength>,
    /// What devices ask for, and the need that it brings.
    asked: &'a [(AttributeId, AccessNeed)],
}

impl<'a> Comes<'a> {
    fn all(asked: &'a [(AttributeId, AccessNeed)]) -> Vec<Self> {
        use NeedStrength::{Preferred, Required};
        let on_record = AccessNeed::ALL.iter().flat_map(|&need| {
            let ways = [(Required, None), (Preferred, None), (Required, Some(Preferred))];
            ways.map(|(strength, instead_of)| Self { need, strength, by: None, instead_of, asked })
        });
        let by_device = asked.iter().flat_map(|&(id, need)| {
            let from =
                |before| Self { need, strength: Preferred, by: Some((id, before)), instead_of: None, asked };
            [Some(false), None].map(from)
        });
        on_record.chain(by_device).collect()
    }

    fn with(&self, person: &Person) -> Person {
        match self.by {
            Some((id, _)) => person.with_truth(id, Some(true)),
            None => person.with_need(self.need, self.strength),
        }
    }
    /// Neither on record nor asked for by the device; or on record as weaker.
    fn without(&self, person: &Person) -> Person {
        if let Some(weaker) = self.instead_of {
            return person.with_need(self.need, weaker);
        }
        let asked = self.asked.iter().filter(|(_, need)| *need == self.need);
        let is_true = |person: &Person, id: AttributeId| {
            person.said.iter().any(|said| matches!(said, Said::Fact(one, Value::Bool(true), _) if *one == id))
        };
        let without = asked.fold(person.without_need(self.need), |person, &(id, _)| {
            if is_true(&person, id) { person.with_truth(id, None) } else { person }
        });
        match self.by {
            Some((id, before)) => without.with_truth(id, before),
            None => without,
        }
    }
    /// Whether it is so of a person.
    fn is_of(&self, person: &Person) -> bool {
        person.said.iter().any(|said| match (said, self.by) {
            (Said::Need(one, _), None) => *one == self.need,
            (Said::Fact(id, Value::Bool(true), _), Some((by, _))) => *id == by,
            _ => false,
        })
    }
}

/// On what an effect works.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Axis {
    Layout,
    Assistance,
    Adaptations,
}

impl Axis {
    /// Whether an effect of these works on it.
    fn is_of(self, effects: &Effects) -> bool {
        match self {
            Self::Layout => effects.layout != 0 || effects.layout_at_most.is_some(),
            Self::Assistance => effects.assistance != 0 || effects.assistance_at_least.is_some(),
            Self::Adaptations => effects.adapt != Adaptations::default(),
        }
    }
}

/// A need that does somebody `harm`, if need be beside others that they come to have.
fn worst<'a>(
    person: &Person,
    all: &[Comes<'a>],
    harm: impl Fn(&Person, &Comes<'a>) -> Option<String>,
) -> Option<(Person, Comes<'a>)> {
    // Those that the person has first: what else is said of them was found with these.
    let (had, others): (Vec<_>, Vec<_>) = all.iter().partition(|comes| comes.is_of(person));
    if let Some(found) = had.iter().chain(&others).find(|comes| harm(person, comes).is_some()) {
        return Some((person.clone(), *found));
    }
    // Then one after the other: perhaps it is the second that hurts, or the third.
    [NeedStrength::Preferred, NeedStrength::Required].into_iter().find_map(|strength| {
        let mut person = person.clone();
        for comes in others.iter().filter(|comes| comes.strength == strength) {
            if comes.is_of(&person) {
                continue;
            }
            if harm(&person, comes).is_some() {
                return Some((person, *comes));
            }
            person = comes.with(&person);
        }
        None
    })
}

/// What is worse on an axis for a person with a need than without, as Law 2 sees it.
fn worse(
    selector: &ExperienceSelector,
    space: &Space<'_>,
    person: &Person,
    comes: &Comes<'_>,
    axis: Axis,
) -> Option<String> {
    let decided = |person: &Person| {
        let (profile, visit) = space.visitor(person);
        selector.select(&profile, &visit)
    };
    let (before, after) = (decided(&comes.without(person)), decided(&comes.with(person)));
    match axis {
        Axis::Layout => {
            let layout = |of: &dyn Fn(&Decision) -> LayoutComplexity| {
                let (before, after) = (of(&before), of(&after));
                (after > before).then(|| format!("the layout is `{after}` and not `{before}`"))
            };
            // Another channel may have another cap: layouts are held against each other on the same one.
            let same = before.experience().channel == after.experience().channel;
            let chosen = layout(&|decision| decision.experience().layout).filter(|_| same);
            let is_in_use = || space.visitor(person).1.channel().is_some();
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
