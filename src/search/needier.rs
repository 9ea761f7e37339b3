//! One visitor twice: without a need, and with it. A region of each is kept; what a need says nothing of is parted in both, what
//! it changes follows from one side to the other, and what is worked out of it is free. Whoever comes to have a need so that the
//! condition turns is in some pair of regions, and points that must meet exactly are found as a balance, not by chance.

mod apart;
mod changes;
mod comes;
mod harm;
mod matters;
mod points;
mod somebody;

use std::cell::Cell as Flag;

use super::joint::LookAtBoth;
use super::space::Space;
use super::visitor::Making;
use super::{Budget, Effort, Found, Next, Person, Untold, Walk, steps_of};
use crate::attribute::AttributeId;
use crate::cells::{Cell, CellSet, Inside, Region, Tree, Truths, UNKNOWN};
use crate::condition::SegmentId;
pub(crate) use apart::Rival;
use changes::{Changes, Turns};
pub(crate) use comes::Comes;
pub(crate) use harm::Harm;
pub(crate) use matters::Matters;
pub(crate) use points::Scale;
pub(crate) use somebody::somebody;

/// The sides: without the need, and with it.
const WITHOUT: usize = 0;
const WITH: usize = 1;

/// How many are asked at the cost of one step.
const ASKED_IN_A_STEP: u64 = 8;

/// A condition that has to hold for one of the two and not for the other.
pub(crate) struct Turned<'s> {
    pub(crate) tree: &'s Tree,
    /// Whether it holds for who has the need.
    pub(crate) with: bool,
    /// Whether it bounds what is decided where it holds, whatever the points are there.
    pub(crate) bounds: bool,
    /// Where what it gives matters.
    pub(crate) matters: Matters<'s>,
    /// What else is given, on which it hangs who is to blame.
    pub(crate) beside: &'s [Rival<'s>],
}

type Both = [Region; 2];

/// What decides in a space, found out once for all needs and ways.
pub(crate) struct Deciding<'s> {
    pub(crate) space: &'s Space<'s>,
    /// The segments that rules and experiments use.
    needed: Vec<SegmentId>,
    /// By rule, whether something in its condition is worked out.
    free: Vec<bool>,
    /// How many steps a look at a pair of regions takes.
    steps: u64,
}

impl<'s> Deciding<'s> {
    pub(crate) fn of(space: &'s Space<'s>) -> Self {
        let trees = || space.rules.iter().chain(space.experiments.iter().flatten());
        let needed = space.needed(trees());
        let steps = steps_of(space.cost(trees(), &needed) / 2);
        Self { space, needed, free: space.rules_with_parts(), steps }
    }

    pub(crate) const fn steps(&self) -> u64 {
        self.steps
    }
}

/// Those who come to have a need in one way, so that a condition turns.
pub(crate) struct Needier<'s> {
    space: &'s Space<'s>,
    deciding: &'s Deciding<'s>,
    pub(crate) comes: Comes,
    changes: Changes,
    turned: &'s Turned<'s>,
    start: Both,
    /// The parts of the condition that are worked out.
    parts: Vec<u32>,
}

impl<'s> Needier<'s> {
    /// Those of a region; `None` if nobody can come to have the need so, or it changes nothing about the condition.
    pub(crate) fn of(
        deciding: &'s Deciding<'s>,
        region: &Region,
        comes: Comes,
        turned: &'s Turned<'s>,
    ) -> Option<Self> {
        let space = deciding.space;
        let changes = Changes::of(space, &comes);
        if changes.of_tree(turned.tree) == Turns::Never {
            return None;
        }
        let start = changes.start(space, region)?;
        let parts = space.parts_of([turned.tree]).into_iter().collect();
        Some(Self { space, deciding, comes, changes, turned, start, parts })
    }

    /// How many steps a look at a pair of regions takes.
    pub(crate) const fn steps(&self) -> u64 {
        self.deciding.steps()
    }

    /// Whether the condition turns for somebody, by the cells.
    pub(crate) fn is_sure(&self) -> bool {
        self.changes.of_tree(self.turned.tree) == Turns::ByCells
    }

    /// How it may come: what a device asks for is said by the person or sent by the device, where the policy tells that apart.
    pub(crate) fn dressed(&self) -> impl Iterator<Item = Comes> {
        let is_told_apart = |(id, _): (AttributeId, _)| {
            let limits = self.space.checked.limits.get(usize::from(id.0)).copied().flatten();
            self.space.axes.get(&id).is_some_and(|axes| axes.declared.is_some()) || limits.is_some()
        };
        let sent = self.comes.device.filter(|&device| is_told_apart(device));
        [Some(self.comes), sent.map(|_| Comes { declared: false, ..self.comes })].into_iter().flatten()
    }

    /// Whether what is written speaks of the need by its name, or of what the device asks for.
    pub(crate) fn is_named(&self, written: &str) -> bool {
        match self.comes.device {
            Some((id, _)) => written.contains(&*self.space.checked.attributes.get(id).name),
            None => written.contains(&format!("\"{}\"", self.comes.need)),
        }
    }

    /// Whether the condition turns for nobody, as far as that is soon told.
    pub(crate) fn never_turns(&self, budget: &mut Budget) -> bool {
        const SOON: u64 = 64;
        let next = |both: &Both| {
            let segments =
                [&both[0], &both[1]].map(|region| self.space.truths(region, &self.deciding.needed));
            match self.turns(self.inside(both, &segments)) {
                LookAtBoth::Nobody => Next::Leave,
                LookAtBoth::Part(side, split) => {
                    Next::Parts(self.changes.parted(self.space, both, side, &split))
                }
                LookAtBoth::Everybody => Next::Make,
            }
        };
        let soon = SOON.min(budget.left() / self.steps());
        let mut some = Budget::new(soon);
        let found = Walk::new(self.start.clone()).go(&mut some, next, |_, _, _| Making::Made(()));
        budget.take((soon - some.left()) * self.steps());
        matches!(found, Found::None)
    }

    /// A pair of regions, with what is known of the segments there.
    fn inside<'a>(&'a self, both: &'a Both, segments: &'a [Vec<Truths>; 2]) -> [Inside<'a>; 2] {
        let of = |region, segments| Inside { region, segments, trees: &self.space.segments };
        [of(&both[0], &segments[0]), of(&both[1], &segments[1])]
    }

    /// The way through those whom it harms so; `None` if there can be nobody.
    pub(crate) fn way(&self, harm: Harm) -> Option<Way> {
        let (space, inputs) = (self.space, &self.space.inputs);
        let one = |cell: Cell| CellSet::range(cell, cell + 1);
        let first = UNKNOWN + 1;
        let mut both = self.start.clone();
        let mut only = Vec::new();
        match harm {
            // A preference would replace all points.
            Harm::Layout { beside: Some(prior), .. } => {
                let prior = first + prior.map_or(0, |level| level as Cell + 1);
                only.extend([(inputs.layout.declared, one(first)), (inputs.prior_layout, one(prior))]);
            }
            Harm::Assistance { by_points: true, .. } => only.push((inputs.assistance.declared, one(first))),
            _ => {}
        }
        for split in only {
            let [inside, _] = self.changes.parted(space, &both, WITHOUT, &split);
            both = inside?;
        }
        Some(Way { harm, walk: Walk::new(both) })
    }

    /// Goes on along a way for so many looks: somebody without the need of whom `really` says yes, and how many steps it took.
    /// Where `left` steps are gone by asking, only the first who comes to mind is asked. `really` sets the flag where somebody is
    /// close.
    pub(crate) fn go_on<T>(
        &self,
        way: &mut Way,
        looks: u64,
        left: u64,
        is_close: &Flag<bool>,
        mut really: impl FnMut(&Person) -> Option<T>,
    ) -> (Found<T>, u64) {
        let Way { harm, walk } = way;
        let mut budget = Budget::new(looks);
        let most = (left / self.steps()).saturating_mul(ASKED_IN_A_STEP);
        let mut asked = 0;
        let found = walk.go(
            &mut budget,
            |both| self.next(both, *harm),
            |both, _, effort| {
                let [without, with] = both;
                let mut really = |person: &Person| really(&self.consented(person));
                let mut make = |parts: &[u32], some: u64| {
                    let some = some.min(most.saturating_sub(asked));
                    let mut left = Budget::new(some);
                    let made = self.space.make(without, parts, &mut left, &mut really);
                    asked += some - left.left();
                    made
                };
                is_close.set(false);
                let mut made = make(&self.parts, 128);
                if effort == Effort::Full && matches!(made, Making::Unmade) {
                    let mut parts = self.space.parts_asked(without);
                    parts.extend(self.space.parts_asked(with));
                    made = make(&parts, 512);
                }
                if is_close.get() && matches!(made, Making::Unmade) { Making::Close } else { made }
            },
        );
        let found = match found {
            // Whoever was not asked any more may be one.
            Found::Untold(_) if asked >= most => Found::Untold(Untold::Budget),
            found => found,
        };
        // To ask somebody costs less than to look at a region.
        let steps = looks - budget.left() + asked / ASKED_IN_A_STEP;
        (found, steps * self.steps())
    }

    /// The same person, who grants what the policy asks to see what the device asks for (D1).
    fn consented(&self, person: &Person) -> Person {
        let mut person = person.clone();
        self.space.grant(&mut person, self.comes.device.map_or(0, |(id, _)| self.space.purposes_of(id)));
        person
    }

    /// What is to be done with a pair of regions.
    fn next(&self, both: &Both, harm: Harm) -> Next<Both> {
        let segments = [&both[0], &both[1]].map(|region| self.space.truths(region, &self.deciding.needed));
        let inside = self.inside(both, &segments);
        let parted = |side, split| self.changes.parted(self.space, both, side, &split);
        match self.turns(inside) {
            LookAtBoth::Nobody => Next::Leave,
            LookAtBoth::Part(side, split) => Next::Parts(parted(side, split)),
            LookAtBoth::Everybody => {
                let matters = self.matters(inside);
                if matches!(matters, LookAtBoth::Nobody) {
                    return Next::Leave;
                }
                // Of whom little is said.
                let least = [&both[0], &both[1]].map(|region| self.space.least_said(region));
                let segments =
                    [&least[0], &least[1]].map(|region| self.space.truths(region, &self.deciding.needed));
                match self.harms(inside, self.inside(&least, &segments), harm) {
                    LookAtBoth::Nobody => Next::Leave,
                    // Much that is still open decides nothing for most.
                    LookAtBoth::Part(side, split) => Next::Guess(parted(side, split)),
                    // What is left to be told apart matters for few.
                    LookAtBoth::Everybody => {
                        match (self.agree(inside, harm), matters, self.blamed(inside, harm)) {
                            (LookAtBoth::Nobody, ..) => Next::Leave,
                            (LookAtBoth::Part(side, split), ..) | (_, LookAtBoth::Part(side, split), _) => {
                                Next::MakeOr(parted(side, split))
                            }
                            (.., LookAtBoth::Part(side, split)) => Next::MakeIfClose(parted(side, split)),
                            _ => Next::Make,
                        }
                    }
                }
            }
        }
    }

    /// Whether the condition turns.
    fn turns(&self, inside: [Inside<'_>; 2]) -> LookAtBoth {
        let mut open = LookAtBoth::Everybody;
        for (side, inside) in inside.into_iter().enumerate().rev() {
            let wanted = if self.turned.with == (side == WITH) { Truths::TRUE } else { Truths::UNTRUE };
            let truths = inside.truths(self.turned.tree);
            if !truths.meets(wanted) {
                return LookAtBoth::Nobody;
            }
            if let LookAtBoth::Everybody = open
                && !truths.within(wanted)
                && let Some(split) = inside.split(self.turned.tree, wanted)
            {
                open = LookAtBoth::Part(side, split);
            }
        }
        open
    }
}

/// A way through those whom a need harms in one way, as far as it was gone.
pub(crate) struct Way {
    harm: Harm,
    walk: Walk<Both>,
}
