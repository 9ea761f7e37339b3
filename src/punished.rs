//! Two visitors who differ by one need, of whom the one who has it is served worse: what a policy would do that loading refuses
//! because a need would count against a person (L8). The refusal of a policy comes in, such pairs go out: the path
//! says why it is refused, the pair whom it would hurt.

use std::fmt;

use crate::attribute::AttributeId;
use crate::cells::Truths;
use crate::decision::Decision;
use crate::diagnostic::DiagnosticCode;
use crate::experience::{AssistanceLevel, LayoutComplexity};
use crate::need::{ASKED_BY_DEVICE, AccessNeed, NeedStrength};
use crate::policy::PolicyError;
use crate::search::{Aim, Budget, Found, Goal, Person, Said, Space, Witness};
use crate::selector::ExperienceSelector;
use crate::value::{Text, Value};

/// A person whom a need would make worse off, beside the same person without it. `Display` tells both as the tests of a policy
/// do.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[non_exhaustive]
pub struct Punished {
    /// The path of the [`Diagnostic`](crate::Diagnostic) that refuses it.
    pub path: Text,
    /// The need that counts against them, and how much they need it.
    pub need: AccessNeed,
    /// How much.
    pub strength: NeedStrength,
    /// The person without it.
    pub without: Witness,
    /// The same person with it.
    pub with: Witness,
    /// What is worse, in plain words.
    pub worse: Text,
}

impl fmt::Display for Punished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "with the need `{}` ({}), {}:", self.need, self.strength, self.worse)?;
        writeln!(f, "{}", self.with)?;
        writeln!(f, "the same person without it fares better:")?;
        write!(f, "{}", self.without)
    }
}

/// For how many refusals a pair is looked for.
const MOST_REFUSALS: usize = 8;

impl PolicyError {
    /// For each refusal by which a need would count against a person: a person whom it would make worse off, if one is found within
    /// `steps` regions of cells. Nothing where the policy has other errors too.
    ///
    /// # Cost
    /// Compiles the policy, then at most `steps` for each refusal, of which the first eight are asked; in a step up to 136
    /// decisions. Allocates.
    #[must_use]
    pub fn punished(&self, steps: u64) -> Vec<Punished> {
        let Some(policy) = self.unsound() else { return Vec::new() };
        let Ok(selector) = ExperienceSelector::compile_unproven(policy) else { return Vec::new() };
        let refusals = self.diagnostics().iter().filter(|one| one.code() == DiagnosticCode::NeedPunished);
        refusals.take(MOST_REFUSALS).filter_map(|one| pair(&selector, one.path(), steps)).collect()
    }
}

/// The rule or the arm at a path of the document: `rules.NAME.…`, `experiments.NAME.arms[1].…`.
fn pair(selector: &ExperienceSelector, path: &str, steps: u64) -> Option<Punished> {
    let checked = selector.checked();
    let mut parts = path.split('.');
    let (table, name) = (parts.next()?, parts.next()?);
    let arm: Option<usize> =
        parts.next().and_then(|arm| arm.strip_prefix("arms[")?.strip_suffix(']')?.parse().ok());
    let (condition, effects) = match table {
        "rules" => {
            let rule = checked.rules.iter().find(|rule| *rule.name == *name)?;
            (&rule.when, &rule.effects)
        }
        _ => {
            let experiment = checked.experiments.iter().find(|one| *one.name == *name)?;
            (experiment.when.as_ref()?, &experiment.arms.get(arm?)?.effects)
        }
    };
    // What takes away must come with the need, what gives go with it.
    let takes_away = match path.rsplit('.').next() {
        Some("layout") => effects.layout > 0,
        Some("assistance") => effects.assistance < 0,
        _ => false,
    };
    let space = Space::of(checked, &[condition])?;
    let tree = space.other(0)?;
    let axis = Axis::of(path);
    // It is by this condition that the need comes between them.
    let turns = |person: &Person, comes: &Comes<'_>| {
        let truth = |person: &Person| {
            let (profile, visit) = space.visitor(person);
            selector.truths(&profile, &visit, &[condition]).first().is_some_and(|truth| truth.holds())
        };
        truth(&comes.with(person)) == takes_away && truth(&comes.without(person)) != takes_away
    };
    let harm = |person: &Person, comes: &Comes<'_>| {
        worse(selector, &space, person, comes, axis).filter(|_| turns(person, comes))
    };
    let asked =
        ASKED_BY_DEVICE.iter().filter_map(|&(name, need)| Some((checked.attributes.find(name)?, need)));
    let asked: Vec<_> = asked.collect();
    let all = Comes::all(&asked);
    let mut budget = Budget::new(steps);
    let start = match (arm, checked.experiments.iter().position(|one| *one.name == *name)) {
        (Some(arm), Some(experiment)) => space.in_arm(experiment, arm),
        _ => space.everywhere(),
    };
    let look_for = |aim| {
        let goal = Goal::new(&space, vec![(tree, Truths::TRUE)], aim);
        let look = |region: &_| goal.look(&space, region);
        let really = |person: &Person| worst(person, &all, harm);
        match space.find(start.clone(), &mut budget, look, really) {
            Found::One(found) => Some(found),
            Found::None | Found::Untold(_) => None,
        }
    };
    // Whoever it holds for, then those who also get a level to which the points may matter.
    let aims: Vec<Aim> = match axis {
        Axis::Layout => {
            LayoutComplexity::ALL.iter().rev().skip(1).map(|&level| Aim::layout_above(level, false)).collect()
        }
        Axis::Assistance => {
            AssistanceLevel::ALL.iter().skip(1).map(|&level| Aim::assistance_below(level)).collect()
        }
        Axis::Adaptations => Vec::new(),
    };
    let (person, comes) = [Aim::Anything].into_iter().chain(aims).find_map(look_for)?;
    let person = space.least(person, |person| harm(person, &comes).is_some());
    let worse = harm(&person, &comes)?.into();
    let (with, without) = (space.witness(&comes.with(&person)), space.witness(&comes.without(&person)));
    Some(Punished { path: path.into(), need: comes.need, strength: comes.strength, without, with, worse })
}

/// How a need comes to be in force.
#[derive(Clone, Copy)]
struct Comes<'a> {
    need: AccessNeed,
    strength: NeedStrength,
    /// What the device asks for, if it is not on record, and what is said of it where it does not.
    by: Option<(AttributeId, Option<bool>)>,
    /// What devices ask for, and the need that it brings.
    asked: &'a [(AttributeId, AccessNeed)],
}

impl<'a> Comes<'a> {
    fn all(asked: &'a [(AttributeId, AccessNeed)]) -> Vec<Self> {
        let strengths = [NeedStrength::Required, NeedStrength::Preferred];
        let on_record = AccessNeed::ALL
            .iter()
            .flat_map(|&need| strengths.map(|strength| Self { need, strength, by: None, asked }));
        let by_device = asked.iter().flat_map(|&(id, need)| {
            let strength = NeedStrength::Preferred;
            [Some(false), None].map(|before| Self { need, strength, by: Some((id, before)), asked })
        });
        on_record.chain(by_device).collect()
    }

    fn with(&self, person: &Person) -> Person {
        match self.by {
            Some((id, _)) => person.with_truth(id, Some(true)),
            None => person.with_need(self.need, self.strength),
        }
    }
    /// Neither on record nor asked for by the device.
    fn without(&self, person: &Person) -> Person {
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
    /// That of the effect at a path: `rules.NAME.layout_at_most`.
    fn of(path: &str) -> Self {
        match path.rsplit('.').next() {
            Some("adapt") => Self::Adaptations,
            Some(effect) if effect.starts_with("assistance") => Self::Assistance,
            _ => Self::Layout,
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
