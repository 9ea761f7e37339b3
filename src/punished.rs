//! Two visitors who differ by one need, of whom the one who has it is served worse: what a policy would do that loading refuses
//! because a need would count against a person (L8). The refusal of a policy comes in; such a pair goes out for each effect that
//! is refused, or that there is none, or that it could not be told.

mod blame;
mod refused;

use std::cell::Cell;
use std::fmt;

use crate::diagnostic::DiagnosticCode;
use crate::guarantee::{WhyInconclusive, counted_steps, free_of};
use crate::need::{ASKED_BY_DEVICE, AccessNeed, NeedStrength};
use crate::policy::PolicyError;
use crate::search::{
    Budget, Comes, Deciding, Found, Needier, Person, Rival, Space, Turned, Witness, somebody,
};
use crate::value::Text;
use blame::{Blamed, leaving_out};
use refused::{Owner, Refused};

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
                            "The search leaves room for somebody whom `{path}` would hurt, but nobody was found"
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
    /// not told. Before the first step, time linear in the conditions for each of some ninety ways in which a need can come; then
    /// `steps`, up to half of them to see which ways never turn the condition. What is worked out for a visitor takes
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
            let blamed = Blamed::of(policy, *one, &others, &deciding, &selector)?;
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

impl Blamed<'_> {
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
        let matters = self.refused.matters(space, self.others)?;
        let turned = Turned { tree, with, bounds: self.refused.is_bound(), matters, beside: &beside };
        // Half of the steps at most go to tell in which ways nobody turns it.
        let most = budget.left() / 2;
        let mut soon = Budget::new(most);
        let needier = Comes::all(&asked)
            .into_iter()
            .filter_map(|comes| Needier::of(deciding, &start, comes, &turned))
            .filter(|one| !one.never_turns(&mut soon))
            .collect();
        budget.take(most - soon.left());
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
