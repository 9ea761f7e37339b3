//! Two visitors who differ by one need, of whom the one who has it is served worse: what a policy would do that loading refuses
//! because a need would count against a person (L8). The refusal of a policy comes in; such a pair goes out for each effect that
//! is refused, or that there is none, or that it could not be told.

mod refused;

use std::cell::Cell;
use std::fmt;
use std::sync::Arc;

use crate::condition::Condition;
use crate::decision::Decision;
use crate::diagnostic::DiagnosticCode;
use crate::experience::LayoutComplexity;
use crate::guarantee::{WhyInconclusive, counted_steps, free_of};
use crate::need::{ASKED_BY_DEVICE, AccessNeed, NeedStrength};
use crate::policy::{Checked, Policy, PolicyError};
use crate::profile::CustomerProfile;
use crate::search::{Budget, Comes, Found, Harm, Needier, Person, Space, Turned, Untold, Way, Witness};
use crate::selector::ExperienceSelector;
use crate::value::Text;
use crate::visit::Visit;
use refused::{Axis, Owner, Refused};

/// What was found of an effect that loading refuses because a need would count against a person: whom it would hurt.
/// `Display` says it in words.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[non_exhaustive]
pub struct Punishment {
    /// The path of the [`Diagnostic`](crate::Diagnostic) that refuses it, which has its place.
    pub path: Text,
    /// Whom it would hurt.
    pub hurts: Hurts,
    /// How many steps were taken.
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
    /// Nobody that there can be: its points lead to no other level, say, or something else outweighs or hides it.
    Nobody,
    /// It could not be told.
    Inconclusive(WhyInconclusive),
}

impl fmt::Display for Punishment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = &self.path;
        match &self.hurts {
            Hurts::Somebody(pair) => write!(f, "Whom `{path}` would hurt: {pair}"),
            Hurts::Nobody => write!(
                f,
                "As the policy stands, `{path}` would hurt nobody. It is refused all the same, since a change elsewhere could let it count against a need."
            ),
            Hurts::Inconclusive(why) => {
                let found = match why {
                    WhyInconclusive::NobodyFound => {
                        format!(
                            "By the cells `{path}` may hurt somebody, but nobody was found who really is so"
                        )
                    }
                    _ => format!(
                        "Whom `{path}` would hurt could not be told within {}",
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

    /// For each effect that is refused because a need would count against a person: a person whom it would make worse off, by
    /// itself or together with others that are refused, looked for within so many `steps`. In a step a pair of regions of cells
    /// is looked at, of who is without the need and of who has it, or eight people are asked; in a policy of more than 2,048
    /// nodes of conditions that takes more than a step, so that a step costs about the same in any.
    ///
    /// Only the first [`MOST_PUNISHED`](Self::MOST_PUNISHED) are asked, and none where the policy has other errors too, or is
    /// beyond the size of a selector.
    ///
    /// # Cost
    /// Compiles the policy, and twice more for each refusal that is looked at; before the first step, time linear in the
    /// conditions for each of some seventy ways in which a need can come; then `steps`, and what it takes to end the last looks
    /// and whom they ask. Allocates.
    #[must_use]
    pub fn punished(&self, steps: u64) -> Vec<Punishment> {
        let Some(policy) = self.unsound() else { return Vec::new() };
        let Some(selector) = leaving_out(policy, &[]) else { return Vec::new() };
        let refusals = self.diagnostics().iter().filter(|one| one.code() == DiagnosticCode::NeedPunished);
        let all: Vec<Refused<'_>> =
            refusals.filter_map(|one| Refused::at(selector.checked(), one.path())).collect();
        let Some(space) = Space::by_needs(selector.checked()) else { return Vec::new() };
        let of = |one: &Refused<'_>| {
            /// For how many people it is asked with which others an effect harms: each time the policy is compiled for each.
            const MOST_ASKS: u32 = 4;
            let others: Vec<_> = all.iter().filter(|other| *other != one).copied().collect();
            let blamed = Blamed {
                policy,
                refused: *one,
                others: &others,
                space: &space,
                condition: one.condition(selector.checked())?,
                selector: &selector,
                alone: leaving_out(policy, &others)?,
                without: leaving_out(policy, &[*one])?,
                asks: Cell::new(if others.len() <= Self::MOST_PUNISHED { MOST_ASKS } else { 0 }),
            };
            let mut budget = Budget::new(steps);
            let hurts = match blamed.pair(&mut budget)? {
                Found::One(pair) => Hurts::Somebody(Box::new(pair)),
                Found::None => Hurts::Nobody,
                Found::Untold(why) => Hurts::Inconclusive(why.into()),
            };
            let free = space.free([one.tree(&space)?]);
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

/// An effect that is to blame for a harm, and the policy with more or less of what is refused.
struct Blamed<'a> {
    policy: &'a Policy,
    refused: Refused<'a>,
    /// What else is refused.
    others: &'a [Refused<'a>],
    space: &'a Space<'a>,
    condition: &'a Condition,
    /// The policy with all of it.
    selector: &'a ExperienceSelector,
    /// With this alone.
    alone: ExperienceSelector,
    /// Without this.
    without: ExperienceSelector,
    /// How often it may still be asked with which others it harms.
    asks: Cell<u32>,
}

impl Blamed<'_> {
    /// What is worse for who has the need, if this is to blame: its condition turns, and it harms by itself, or with others that
    /// are refused so that without it they do not.
    fn harm(&self, both: [&Person; 2]) -> Option<String> {
        let both = both.map(|person| self.space.visitor(person));
        let worse = |selector: &ExperienceSelector| worse(selector, &both, self.refused.axis());
        let harm = worse(self.selector)?;
        let holds = |(profile, visit): &(CustomerProfile, Visit)| {
            let truths = self.selector.truths(profile, visit, &[self.condition]);
            truths.first().is_some_and(|truth| truth.holds())
        };
        let turns = holds(&both[0]) != holds(&both[1]);
        let is_blamed =
            || worse(&self.alone).is_some() || worse(&self.without).is_none() || self.harms_with_some(&worse);
        (turns && is_blamed()).then_some(harm)
    }

    /// Whether it harms with some of the others that do not without it.
    fn harms_with_some(&self, worse: &dyn Fn(&ExperienceSelector) -> Option<String>) -> bool {
        if self.asks.get() == 0 {
            return false;
        }
        self.asks.set(self.asks.get() - 1);
        let is_worse = |out: &[Refused<'_>]| {
            leaving_out(self.policy, out).is_some_and(|selector| worse(&selector).is_some())
        };
        let mut out = Vec::new();
        for &other in self.others {
            out.push(other);
            if !is_worse(&out) {
                out.pop();
            }
        }
        out.push(self.refused);
        !is_worse(&out)
    }

    /// Somebody whom it hurts; `None` if there is nothing to look in.
    fn pair(&self, budget: &mut Budget) -> Option<Found<Punished>> {
        let (space, checked) = (self.space, self.selector.checked());
        let asked =
            ASKED_BY_DEVICE.iter().filter_map(|&(name, need)| Some((checked.attributes.find(name)?, need)));
        let asked: Vec<_> = asked.collect();
        let harm =
            |person: &Person, comes: &Comes| self.harm([&comes.without(person, &asked), &comes.with(person)]);
        let start = match self.refused.owner {
            Owner::Arm(experiment, arm) => space.in_arm(experiment, arm),
            Owner::Rule(_) => space.everywhere(),
        };
        let tree = self.refused.tree(space)?;
        let (harms, with) = self.refused.harms(checked, self.others)?;
        let turned = Turned { tree, with, bounds: self.refused.effect.contains("_at_") };
        let needier = Comes::all(&asked)
            .into_iter()
            .filter_map(|comes| Needier::of(space, &start, comes, turned))
            .filter(|one| !one.never_turns(budget))
            .collect();
        let said = space.written(tree, self.condition);
        Some(match somebody(needier, &said, &harms, budget, harm) {
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
}

/// Somebody who is harmed, and by what: some ways are gone a little first, then more of them further.
fn somebody(
    mut needier: Vec<Needier<'_>>,
    said: &str,
    harms: &[Harm],
    budget: &mut Budget,
    harm: impl Fn(&Person, &Comes) -> Option<String>,
) -> Found<(Person, Comes)> {
    // Those are tried first that are named, and last who has the need in force anyway; where it is not sure that a need matters,
    // more of them than of harms.
    let is_sure = needier.iter().all(Needier::is_sure);
    let is_twice = |one: &Needier<'_>| one.comes.instead_of() == Some(one.comes.strength());
    needier.sort_by_cached_key(|one| (is_twice(one), !one.is_named(said)));
    let mut all: Vec<(usize, usize)> =
        (0..needier.len()).flat_map(|one| (0..harms.len()).map(move |harm| (one, harm))).collect();
    all.sort_by_key(|(one, harm)| if is_sure { 8 * one + harm } else { one + 4 * harm });
    let way = |(one, harm): (usize, usize)| {
        let needier = needier.get(one)?;
        Some((needier, needier.way(*harms.get(harm)?)?))
    };
    let mut ways: Vec<(&Needier<'_>, Way)> = all.into_iter().filter_map(way).collect();
    let mut untold = None;
    let (mut count, mut each) = if is_sure { (32_usize, 8_u64) } else { (128, 8) };
    while !ways.is_empty() {
        if budget.left() == 0 {
            return Found::Untold(Untold::Budget);
        }
        let mut found = None;
        let mut place = 0;
        ways.retain_mut(|(needier, way)| {
            place += 1;
            if place > count || found.is_some() || budget.left() == 0 {
                return true;
            }
            let comes = needier.comes;
            let really = |person: &Person| harm(person, &comes).map(|_| (person.clone(), comes));
            let looks = each.min(budget.left().div_ceil(needier.steps()));
            let (went, steps) = needier.go_on(way, looks, really);
            budget.take(steps);
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
        (count, each) = (count.saturating_mul(2), each.saturating_mul(4));
    }
    untold.map_or(Found::None, Found::Untold)
}

/// What is worse on an axis for a person with a need than without it, as Law 2 sees it.
fn worse(selector: &ExperienceSelector, both: &[(CustomerProfile, Visit); 2], axis: Axis) -> Option<String> {
    let [before, after] = both.each_ref().map(|(profile, visit)| selector.select(profile, visit));
    match axis {
        Axis::Layout => {
            let layout = |of: &dyn Fn(&Decision) -> LayoutComplexity| {
                let (before, after) = (of(&before), of(&after));
                (after > before).then(|| format!("the layout is `{after}` and not `{before}`"))
            };
            // Another channel may have another cap: layouts are held against each other on the same one.
            let same = before.experience().channel == after.experience().channel;
            let chosen = layout(&|decision| decision.experience().layout).filter(|_| same);
            let is_in_use = both[0].1.channel().is_some();
            chosen.or_else(|| layout(&|decision| decision.layout_in_use()).filter(|_| is_in_use))
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
