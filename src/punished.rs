//! Two visitors who differ by one need, of whom the one who has it is served worse: what a policy would do that loading refuses
//! because a need would count against a person (L8). The refusal of a policy comes in; such a pair goes out for each effect that
//! is refused, or that there is none, or that it could not be told.

mod refused;

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
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
use crate::search::{
    Budget, Comes, Deciding, Found, Harm, Needier, Person, Rival, Space, Turned, Untold, Way, Witness,
};
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
    /// How many steps were taken, at most as many as there were.
    pub steps: u64,
    /// Parts of its condition, and of those of other effects on the same axis, that are worked out for each visitor: the search
    /// takes them as able to have any value.
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
    /// The attribute by which their device asks for it, perhaps beside the record: `visit.save_data`. `None` where it is on
    /// record only.
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
    /// Compiles the policy, twice more for each refusal that is looked at, and up to 128 times more for each that does not harm by
    /// itself, fewer where it is large, to tell with which others it does, for up to 512 people; where that does not suffice it is
    /// not told. Before the first step, time linear in the conditions for each of some ninety ways in which a need can come, of which
    /// up to 64 steps each are taken to see that it never turns the condition; then `steps`. What is worked out for a visitor takes
    /// as long as it takes. Allocates.
    #[must_use]
    pub fn punished(&self, steps: u64) -> Vec<Punishment> {
        let Some(policy) = self.unsound() else { return Vec::new() };
        let Some(selector) = leaving_out(policy, &[]) else { return Vec::new() };
        let refusals = self.diagnostics().iter().filter(|one| one.code() == DiagnosticCode::NeedPunished);
        let all: Vec<Refused<'_>> =
            refusals.filter_map(|one| Refused::at(selector.checked(), one.path())).collect();
        let Some(space) = Space::by_needs(selector.checked()) else { return Vec::new() };
        let deciding = Deciding::of(&space);
        let of = |one: &Refused<'_>| {
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
                asks: Cell::new(Blamed::MOST_ASKS),
                compiles: Cell::new(Blamed::most_compiled(&deciding)),
                kept: RefCell::default(),
            };
            let mut budget = Budget::new(steps);
            let hurts = match blamed.pair(&deciding, &mut budget)? {
                Found::One(pair) => Hurts::Somebody(Box::new(pair)),
                Found::None => Hurts::Nobody,
                Found::Untold(why) => Hurts::Inconclusive(why.into()),
            };
            let free = space.free(one.beside(&space).into_iter().chain(one.tree(&space)));
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
    /// For how many more people it may be asked with which others it harms, and how many policies may be compiled for that.
    asks: Cell<u32>,
    compiles: Cell<u32>,
    /// The last of them, by what each is without.
    kept: RefCell<VecDeque<(Vec<bool>, ExperienceSelector)>>,
}

/// Two policies that show what is to blame: with the effect the one harms, without it the other does not.
struct Blame {
    with: ExperienceSelector,
    /// `None`: nothing that is refused is left, so that nobody is harmed.
    without: Option<ExperienceSelector>,
}

/// A visitor without a need, and with it.
type Twice = [(CustomerProfile, Visit); 2];

impl Blamed<'_> {
    /// For how many people it is asked with which others an effect harms.
    const MOST_ASKS: u32 = 512;
    /// How many policies are compiled for that, fewer of those that are large.
    fn most_compiled(deciding: &Deciding<'_>) -> u32 {
        const MOST: u64 = 128;
        const STEPS: u64 = 1_024;
        (STEPS / deciding.steps()).clamp(2, MOST) as u32
    }
    /// How many of them are kept at a time: each is as large as the policy.
    const MOST_KEPT: usize = 8;

    fn twice(&self, both: [&Person; 2]) -> Twice {
        both.map(|person| self.space.visitor(person))
    }

    fn worse(&self, selector: &ExperienceSelector, both: &Twice) -> Option<String> {
        worse(selector, both, self.refused.axis())
    }

    /// What is worse for who has the need, where the condition of this turns.
    fn harm(&self, both: &Twice) -> Option<String> {
        let harm = self.worse(self.selector, both)?;
        let holds = |(profile, visit): &(CustomerProfile, Visit)| {
            let truths = self.selector.truths(profile, visit, &[self.condition]);
            truths.first().is_some_and(|truth| truth.holds())
        };
        (holds(&both[0]) != holds(&both[1])).then_some(harm)
    }

    /// That this is to blame for a harm: it harms by itself, or with others that are refused so that without it they do not.
    fn blame(&self, both: &Twice) -> Option<Blame> {
        let alone = || Blame { with: self.alone.clone(), without: None };
        let among_all = || Blame { with: self.selector.clone(), without: Some(self.without.clone()) };
        [alone(), among_all()].into_iter().find(|one| self.shows(one, both)).or_else(|| self.with_some(both))
    }

    /// Whether it does for this visitor.
    fn shows(&self, blame: &Blame, both: &Twice) -> bool {
        self.worse(&blame.with, both).is_some()
            && blame.without.as_ref().is_none_or(|without| self.worse(without, both).is_none())
    }

    /// The same with few of the others that harm beside it; where these harm without it too, one of them is left out, and others
    /// are sought.
    fn with_some(&self, both: &Twice) -> Option<Blame> {
        self.asks.set(self.asks.get().checked_sub(1)?);
        let mut out: Vec<Refused<'_>> = Vec::new();
        loop {
            let few = self.few(&out, both)?;
            let beside: Vec<Refused<'_>> =
                self.others.iter().filter(|other| !few.contains(other)).copied().collect();
            let blame = Blame {
                with: self.leaving(&beside)?,
                without: Some(self.leaving(&[&beside[..], &[self.refused]].concat())?),
            };
            if self.shows(&blame, both) {
                return Some(blame);
            }
            let mut last = None;
            for &one in &few {
                out.push(one);
                if self.worse(&self.leaving(&out)?, both).is_some() {
                    last = Some(one);
                    break;
                }
                out.pop();
            }
            last?;
        }
    }

    /// Of the others but some that are `out`, few that harm beside this: halves of them are left out, then halves of what is left.
    fn few(&self, out: &[Refused<'_>], both: &Twice) -> Option<Vec<Refused<'_>>> {
        let all: Vec<Refused<'_>> =
            self.others.iter().filter(|other| !out.contains(other)).copied().collect();
        let mut out = out.to_vec();
        let mut waiting = vec![&all[..]];
        let mut few = Vec::new();
        while let Some(some) = waiting.pop() {
            let less = [&out[..], some].concat();
            match some {
                _ if self.worse(&self.leaving(&less)?, both).is_some() => out = less,
                [] => {}
                [one] => few.push(*one),
                _ => {
                    let (first, last) = some.split_at(some.len() / 2);
                    waiting.extend([last, first]);
                }
            }
        }
        Some(few)
    }

    /// The selector without some effects, from memory where it was asked for before; `None` if too many others were.
    fn leaving(&self, effects: &[Refused<'_>]) -> Option<ExperienceSelector> {
        let all = self.others.iter().chain([&self.refused]);
        let left_out: Vec<bool> = all.map(|one| effects.contains(one)).collect();
        let mut kept = self.kept.borrow_mut();
        if let Some((_, selector)) = kept.iter().find(|(one, _)| *one == left_out) {
            return Some(selector.clone());
        }
        self.compiles.set(self.compiles.get().checked_sub(1)?);
        let selector = leaving_out(self.policy, effects)?;
        if kept.len() >= Self::MOST_KEPT {
            kept.pop_front();
        }
        kept.push_back((left_out, selector.clone()));
        Some(selector)
    }

    /// Somebody whom it hurts; `None` if there is nothing to look in.
    fn pair(&self, deciding: &Deciding<'_>, budget: &mut Budget) -> Option<Found<Punished>> {
        let (space, checked) = (self.space, self.selector.checked());
        let asked =
            ASKED_BY_DEVICE.iter().filter_map(|&(name, need)| Some((checked.attributes.find(name)?, need)));
        let asked: Vec<_> = asked.collect();
        let twice = |person: &Person, comes: &Comes| {
            self.twice([&comes.without(person, &asked), &comes.with(person)])
        };
        // Whether somebody was harmed for whom this is not to blame.
        let is_close = Cell::new(false);
        let blame = |person: &Person, comes: &Comes| {
            let both = twice(person, comes);
            let harm = self.harm(&both)?;
            let blame = self.blame(&both);
            if blame.is_none() {
                is_close.set(true);
            }
            Some((harm, blame?))
        };
        let start = match self.refused.owner {
            Owner::Arm(experiment, arm) => space.in_arm(experiment, arm),
            Owner::Rule(_) => space.everywhere(),
        };
        let tree = self.refused.tree(space)?;
        let (harms, with) = self.refused.harms(checked, self.others)?;
        /// So many other effects are told apart, for who is to blame.
        const MOST_BESIDE: usize = 4;
        let rivals = self.others.iter().filter(|other| other.axis() == self.refused.axis());
        let beside: Vec<Rival<'_>> = rivals.map(|other| other.rival(space)).take(MOST_BESIDE).collect();
        let turned = Turned { tree, with, bounds: self.refused.is_bound(), beside: &beside };
        let needier = Comes::all(&asked)
            .into_iter()
            .filter_map(|comes| Needier::of(deciding, &start, comes, turned))
            .filter(|one| !one.never_turns(budget))
            .collect();
        let said = space.written(tree, self.condition);
        Some(match somebody(needier, &said, &harms, budget, &is_close, blame) {
            Found::None => Found::None,
            Found::Untold(why) => Found::Untold(why),
            Found::One((found, comes, (worse, blame))) => {
                let still = |person: &Person| {
                    let both = twice(person, &comes);
                    self.harm(&both).filter(|_| self.shows(&blame, &both))
                };
                let person = space.least(found, |person| still(person).is_some());
                let (with, without) = (comes.with(&person), comes.without(&person, &asked));
                Found::One(Punished {
                    need: comes.need,
                    strength: comes.strength(),
                    asked_by: comes.asked_by().map(|id| (&*checked.attributes.get(id).name).into()),
                    instead_of: comes.instead_of(),
                    without: space.witness(&without),
                    with: space.witness(&with),
                    worse: still(&person).unwrap_or(worse).into(),
                })
            }
        })
    }
}

/// Somebody who is harmed, and by what: some ways are gone a little first, then more of them further.
fn somebody<T>(
    mut needier: Vec<Needier<'_>>,
    said: &str,
    harms: &[Harm],
    budget: &mut Budget,
    is_close: &Cell<bool>,
    blame: impl Fn(&Person, &Comes) -> Option<T>,
) -> Found<(Person, Comes, T)> {
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
            let really = |person: &Person| {
                needier
                    .dressed()
                    .find_map(|comes| blame(person, &comes).map(|shown| (person.clone(), comes, shown)))
            };
            let looks = each.min(budget.left().div_ceil(needier.steps()));
            let (went, steps) = needier.go_on(way, looks, budget.left(), is_close, really);
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
fn worse(selector: &ExperienceSelector, both: &Twice, axis: Axis) -> Option<String> {
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
