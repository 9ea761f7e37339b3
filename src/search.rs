//! The search for a visitor (section 2 of the design): a question comes in, a visitor of whom the answer is yes goes out, or
//! the proof that there is none, or what kept the search from telling. It goes over cells, not over values: a region of
//! the [`Space`](space::Space) is looked at, and parted in two until it can be told. Guarantees, the analysis and the comparison of
//! policies ask; nobody does on the path of a request.

mod balance;
mod channels;
mod clock;
mod goal;
mod joint;
mod like;
mod missing;
mod needier;
mod outlook;
mod point;
mod space;
mod ties;
mod visitor;
mod witness;

use crate::cells::{Region, Split};
pub(crate) use goal::{Aim, Goal};
pub(crate) use joint::{Apart, Both, Couple, Joint, Kind};
pub(crate) use missing::Lacking;
pub(crate) use needier::{Comes, Deciding, Harm, Matters, Needier, Rival, Scale, Turned, somebody};
pub(crate) use point::Points;
pub(crate) use space::Space;
use visitor::Making;
pub(crate) use visitor::{Person, Said};
pub use witness::Witness;
pub(crate) use witness::inline;

/// How many nodes of conditions and axes of the space one step looks at, where steps are counted so that they cost the same in
/// policies of any size.
pub(crate) const A_STEP: u64 = 1_024;

/// How many steps a look takes that costs so much.
pub(crate) const fn steps_of(cost: u64) -> u64 {
    1 + cost / A_STEP
}

/// How many regions are looked at before the search gives up: a count, so that the answer is the same on every machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Budget {
    left: u64,
}

impl Budget {
    pub(crate) const fn new(steps: u64) -> Self {
        Self { left: steps }
    }
    /// Takes some steps; whether there were so many.
    pub(crate) fn take(&mut self, steps: u64) -> bool {
        let enough = self.left >= steps;
        self.left = self.left.saturating_sub(steps);
        enough
    }
    pub(crate) const fn left(self) -> u64 {
        self.left
    }
}

/// What a search finds.
#[derive(Debug, Clone)]
pub(crate) enum Found<T> {
    /// There is one.
    One(T),
    /// There is none.
    None,
    /// It cannot be told.
    Untold(Untold),
}

/// Why it cannot be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Untold {
    /// The budget ran out.
    Budget,
    /// By the cells there are some; of those that were made, none really is so. What is worked out for each visitor, or drawn
    /// by ids, is free in the search.
    Unmade,
}

/// How a region stands to a question.
#[derive(Debug, Clone)]
pub(crate) enum Look {
    /// Nobody in it is meant.
    Nobody,
    /// Everybody in it is.
    Everybody,
    /// It must be parted.
    Part(Split),
}

/// How many visitors are made in vain before the search gives up.
const MOST_UNMADE: usize = 64;

/// What is to be done with a region of some kind.
enum Next<R> {
    /// Nothing: nobody in it is meant.
    Leave,
    /// Its parts are looked at, the first of them first.
    Parts([Option<R>; 2]),
    /// The same, if the first who comes to mind is not as is wanted.
    Guess([Option<R>; 2]),
    /// Somebody is made who is in it.
    Make,
    /// The same; where nobody is found, its parts are looked at too.
    MakeOr([Option<R>; 2]),
    /// The same, where somebody was close.
    MakeIfClose([Option<R>; 2]),
}

/// How hard it is tried to make somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Effort {
    /// One is made, and a few others.
    Little,
    /// Others too, where what is worked out may be so of them.
    Full,
}

/// A way through the regions that there are, depth first.
struct Walk<R> {
    /// Each with how hard it is tried where it is a part of one in which somebody was made in vain.
    waiting: Vec<(R, Option<Effort>)>,
    /// How many were made in vain, not counting parts.
    unmade: usize,
}

impl<R> Walk<R> {
    fn new(start: R) -> Self {
        Self { waiting: vec![(start, None)], unmade: 0 }
    }

    /// Goes on as far as the budget goes; with another it can go on from there.
    fn go<T>(
        &mut self,
        budget: &mut Budget,
        mut next: impl FnMut(&R) -> Next<R>,
        mut make: impl FnMut(&R, &mut Budget, Effort) -> Making<T>,
    ) -> Found<T> {
        while let Some((region, part)) = self.waiting.pop() {
            if !budget.take(1) {
                self.waiting.push((region, part));
                return Found::Untold(Untold::Budget);
            }
            let next = next(&region);
            let made = match &next {
                Next::Leave | Next::Parts(_) => Making::Impossible,
                Next::Guess(_) => make(&region, budget, Effort::Little),
                Next::Make | Next::MakeOr(_) | Next::MakeIfClose(_) => {
                    make(&region, budget, part.unwrap_or(Effort::Full))
                }
            };
            let (is_vain, is_close) = match (&next, made) {
                (_, Making::Made(found)) => return Found::One(found),
                (Next::Guess(_), _) | (_, Making::Impossible) => (false, false),
                (_, made) => (true, matches!(made, Making::Close)),
            };
            if is_vain && part.is_none() {
                self.unmade += 1;
                if self.unmade >= MOST_UNMADE {
                    return Found::Untold(Untold::Unmade);
                }
            }
            let ([first, then], effort) = match next {
                Next::Parts(parts) | Next::Guess(parts) => (parts, part),
                Next::MakeOr(parts) if is_vain => (parts, part.or(Some(Effort::Full))),
                Next::MakeIfClose(parts) if is_close => (parts, Some(Effort::Little)),
                Next::Leave | Next::Make | Next::MakeOr(_) | Next::MakeIfClose(_) => continue,
            };
            self.waiting.extend([then, first].into_iter().flatten().map(|region| (region, effort)));
        }
        if self.unmade == 0 { Found::None } else { Found::Untold(Untold::Unmade) }
    }
}

impl Space<'_> {
    /// Searches `start` for somebody of whom `look` says yes and who `really` is so.
    pub(crate) fn find<T>(
        &self,
        start: Region,
        budget: &mut Budget,
        mut look: impl FnMut(&Region) -> Look,
        mut really: impl FnMut(&Person) -> Option<T>,
    ) -> Found<T> {
        let next = |region: &Region| self.next(region, look(region));
        Walk::new(start).go(budget, next, |region, budget, _| {
            self.make(region, &self.parts_asked(region), budget, &mut really)
        })
    }

    /// What is to be done with a region that is looked at so.
    fn next(&self, region: &Region, look: Look) -> Next<Region> {
        match look {
            Look::Nobody => Next::Leave,
            Look::Everybody => Next::Make,
            Look::Part((axis, set)) => {
                Next::Parts(region.parted(axis, &set).map(|part| part.filter(|part| self.fits(part, axis))))
            }
        }
    }
}
