//! The selector: a compiled policy that decides. In come a [`CustomerProfile`] and a [`Visit`], out goes a
//! [`Decision`]; [`select`](ExperienceSelector::select) cannot fail, panic or allocate. Hosts call it once per request;
//! explanations and counterfactuals are the same walk, watched.

mod batch;
mod beside;
mod by_cells;
mod cells_of;
mod channels;
mod circumstances;
mod drawing;
mod facts;
mod formulas;
mod gifts;
mod guest;
mod ids;
mod levels;
mod lookup;
mod observer;
mod one_fact;
mod person;
mod prepared;
mod reading;
mod reads;
mod room;
mod segments;
mod stats;
mod sums;
mod truths;
mod walk;
mod watch;
mod worked_out;

pub use batch::{Column, Columns, SegmentBatch};
pub(crate) use by_cells::Told;
use channels::Plan;
pub(crate) use facts::Change;
pub(crate) use formulas::{Formulas, deciding, live_segments};
use gifts::Gifts;
pub use guest::{Guest, Slot, Slotted};
use ids::{ChannelIds, Ids};
pub(crate) use levels::range_of;
use lookup::Lookup;
pub use observer::{Bound, Contributor, Event, Observer, RuledOut, Target, UnknownFact, Why};
pub use prepared::Prepared;
use reading::Readings;
pub use segments::SegmentSet;
pub use stats::{CompileTime, DerivedFact, Stats};
pub(crate) use truths::Asked;
use walk::{Before, Walk};

use std::sync::Arc;

use crate::attribute::AttributeId;
use crate::cells::{Grid, Table};
use crate::channel::Channel;
use crate::decision::{Decision, Giver, Reason};
use crate::explanation::Explanation;
use crate::guarantee::{Guaranteed, prove};
use crate::instructions::{Instructions, Isa};
use crate::named::KnownName;
use crate::policy::{Checked, Policy};
use crate::profile::CustomerProfile;
use crate::visit::Visit;

/// A compiled policy. `Send + Sync`; sharing one among threads needs no lock.
///
/// # Example
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use maitre::{Channel, CustomerProfile, ExperienceSelector, Moment, Policy, Visit};
///
/// let policy = Policy::from_toml(
///     r#"
///     format = 1
///     name = "corner_shop"
///     defaults = { layout = "standard", assistance = "hints" }
///     last_resort = ["in_person"]
///     channels = [{ name = "web", base = 10 }, { name = "in_person", staffed = true }]
///     [rules]
///     new = { when = 'profile.visits == 0', layout = -100, because = "it is your first time" }
///     "#,
/// )?;
/// let selector = ExperienceSelector::compile(&policy)?;
/// let visit = Visit::new(Moment::parse("2026-11-23T10:00:00-03:00").ok_or("no time")?);
/// let decision = selector.select(&CustomerProfile::new(), &visit);
/// assert_eq!(decision.experience().channel, Channel::Web);
/// assert_eq!(decision.experience().layout.as_str(), "simple");
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct ExperienceSelector {
    inner: Arc<Compiled>,
    isa: Isa,
    /// For what is done in whole lines.
    wide: Isa,
}

/// What is found out once, before any visitor comes.
struct Compiled {
    policy: Policy,
    ids: Ids,
    channels: Vec<ChannelIds>,
    plan: Plan,
    /// The policy's purposes, by their bits.
    purposes: Vec<KnownName>,
    lookups: Vec<Lookup>,
    /// The attributes that only a policy can hold against a type.
    loose: Vec<AttributeId>,
    grid: Grid,
    /// How many cells a visitor has: those of the axes and of what is joined.
    cells: usize,
    /// The conditions of the rules, then those of the experiments.
    deciding: Table,
    readings: Readings,
    gifts: Gifts,
    /// All segments.
    segments: Table,
    segment_readings: Readings,
    guarantees: Vec<Guaranteed>,
    compile_time: Option<CompileTime>,
}

/// Why a policy could not be compiled.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error(transparent)]
pub struct CompileError(WhyNot);

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
enum WhyNot {
    #[error("{0}")]
    Size(Box<str>),
    #[error("{}", told(.0))]
    Guarantees(Vec<Guaranteed>),
}

fn told(guarantees: &[Guaranteed]) -> String {
    let refusing = guarantees.iter().filter(|one| one.refuses());
    refusing.map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

impl CompileError {
    fn size(message: String) -> Self {
        Self(WhyNot::Size(message.into()))
    }
    /// How the policy's guarantees fared, if it is for them that it is refused.
    #[must_use]
    pub fn guarantees(&self) -> &[Guaranteed] {
        match &self.0 {
            WhyNot::Size(_) => &[],
            WhyNot::Guarantees(all) => all,
        }
    }
}

impl ExperienceSelector {
    /// How many steps [`compile`](Self::compile) takes at most for each way in which a guarantee can be broken; 20 times as many
    /// for all of them together.
    pub const PROOF_STEPS: u64 = 100_000;

    /// Compiles `policy`.
    ///
    /// # Errors
    /// The policy goes beyond what a selector can hold: its conditions measure more than 65,536 things of a visitor, the segments
    /// that are [worked out](Stats::worked_out_segments) among them. Or one of its guarantees is refuted; or it is neither proven
    /// nor refuted within 100,000 steps, or within what those before it have left of 2,000,000, and does not say
    /// `inconclusive = "warn"`.
    ///
    /// # Cost
    /// About linear in the number of segments and rules and in their length; a condition has at most 512 terms. A guarantee
    /// takes a few steps to thousands, of some microseconds each: in one a region of cells is looked at, and where conditions have more
    /// than 1,024 nodes and axes a look takes a step for each 1,024 of them.
    pub fn compile(policy: &Policy) -> Result<Self, CompileError> {
        Self::compile_within(policy, Self::PROOF_STEPS)
    }

    /// The same, with other steps for the search for somebody for whom a guarantee does not hold: so many are taken
    /// for each way in which one can be broken, and 20 times as many for all of them together. A count, not a time: the answer is the same on every machine.
    ///
    /// # Errors
    /// Those of [`compile`](Self::compile).
    pub fn compile_within(policy: &Policy, proof_steps: u64) -> Result<Self, CompileError> {
        Self::compile_by(policy, proof_steps, None)
    }

    /// As [`compile_within`](Self::compile_within), and [`stats`](Self::stats) says how long it took. There is no clock in the library: `clock`
    /// is the host's, tells the time since any fixed moment, and does not go back. It is asked at most three times: before, between
    /// tables and guarantees, and after. What is refused has no stats.
    ///
    /// # Errors
    /// Those of [`compile`](Self::compile).
    ///
    /// # Example
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use maitre::{ExperienceSelector, Policy};
    /// # let policy = Policy::from_toml(
    /// #     r#"
    /// #     format = 1
    /// #     name = "corner_shop"
    /// #     last_resort = ["in_person"]
    /// #     channels = [{ name = "in_person", staffed = true }]
    /// #     "#,
    /// # )?;
    /// let began = std::time::Instant::now();
    /// let selector = ExperienceSelector::compile_timed(&policy, ExperienceSelector::PROOF_STEPS, &mut || {
    ///     began.elapsed()
    /// })?;
    /// let took = selector.stats().compile_time.ok_or("not timed")?;
    /// println!("compiled in {:?}, its guarantees proven in {:?}", took.tables, took.guarantees);
    /// # Ok(()) }
    /// ```
    pub fn compile_timed(
        policy: &Policy,
        proof_steps: u64,
        clock: &mut dyn FnMut() -> std::time::Duration,
    ) -> Result<Self, CompileError> {
        Self::compile_by(policy, proof_steps, Some(clock))
    }

    fn compile_by(
        policy: &Policy,
        proof_steps: u64,
        mut clock: Option<&mut dyn FnMut() -> std::time::Duration>,
    ) -> Result<Self, CompileError> {
        let mut now = || clock.as_mut().map(|clock| clock());
        let begin = now();
        let mut made = Self::compile_unproven(policy)?;
        let compiled = now();
        let guarantees = prove(&made, proof_steps);
        if guarantees.iter().any(Guaranteed::refuses) {
            return Err(CompileError(WhyNot::Guarantees(guarantees)));
        }
        let times = begin.zip(compiled).zip(now());
        // Nobody else has it yet.
        if let Some(inner) = Arc::get_mut(&mut made.inner) {
            inner.guarantees = guarantees;
            inner.compile_time = times.map(|((begin, compiled), end)| CompileTime {
                tables: compiled.saturating_sub(begin),
                guarantees: end.saturating_sub(compiled),
            });
        }
        Ok(made)
    }

    /// Compiles `policy` without a look at its guarantees: for tools that show an author how a policy decides that is refused for
    /// them. Not to serve with.
    ///
    /// # Errors
    /// The policy goes beyond what a selector can hold, as in [`compile`](Self::compile).
    pub fn compile_unproven(policy: &Policy) -> Result<Self, CompileError> {
        let checked = &*policy.inner;
        let lookups = Lookup::all(checked);
        let ids = Ids::of(checked, &lookups)?;
        let channels = ChannelIds::all(checked)?;
        let Formulas { grid, deciding, segments } = Formulas::of(checked);
        let most = grid.axes.len();
        if most > room::MOST_CELLS {
            let most_cells = room::MOST_CELLS;
            return Err(CompileError::size(format!(
                "the conditions measure {most} things, expected at most {most_cells}"
            )));
        }
        let stays = |axis| reading::stays(&grid, &lookups, axis);
        // While there is room for them; both tables are read into the same.
        let joints = Some(most as u32).filter(|_| most <= room::MOST_CELLS / 2);
        let deciding = Table::new(&grid, &deciding, &stays, joints);
        let joints = joints.map(|first| first + deciding.joints().len() as u32);
        let segments = Table::new(&grid, &segments, &stays, joints);
        let cells = most + deciding.joints().len() + segments.joints().len();
        let gifts = Gifts::of(checked, &deciding);
        let inner = Compiled {
            policy: policy.clone(),
            ids,
            plan: Plan::of(checked, &channels),
            channels,
            purposes: checked
                .purposes
                .iter()
                .enumerate()
                .map(|(n, purpose)| KnownName::new(purpose, n))
                .collect(),
            readings: Readings::of(&grid, &deciding, &lookups),
            segment_readings: Readings::of(&grid, &segments, &lookups),
            segments,
            lookups,
            loose: watch::loose(checked),
            grid,
            cells,
            deciding,
            gifts,
            guarantees: Vec::new(),
            compile_time: None,
        };
        let words = inner.deciding.widest().max(inner.segments.widest());
        Ok(Self { inner: Arc::new(inner), isa: Isa::best_for(words), wide: Isa::best_for(usize::MAX) })
    }

    /// How the policy's guarantees fared, by name: proven, or inconclusive where they only warn.
    #[must_use]
    pub fn guarantees(&self) -> &[Guaranteed] {
        &self.inner.guarantees
    }

    /// The same selector, with other instructions than those that were chosen for it: for tests and benches. It decides the
    /// same; `None` if the processor does not have them.
    #[must_use]
    pub fn with_instructions(&self, instructions: Instructions) -> Option<Self> {
        let isa = Isa::of(instructions)?;
        Some(Self { inner: Arc::clone(&self.inner), isa, wide: isa })
    }

    /// The instructions that it uses.
    #[must_use]
    pub fn instructions(&self) -> Instructions {
        self.isa.instructions()
    }

    /// The policy that it was compiled from.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.inner.policy
    }

    /// Decides how a visitor is served.
    ///
    /// # Cost
    /// About linear in the attributes that rules read, and one bit of each for every term of a rule; in the rules that hold,
    /// and in the channels. Segments that no rule uses cost nothing. No allocation; what is worked out for each visitor comes
    /// on top, see [`stats`](Self::stats). Stack: some kilobytes, some 50 more where what is worked out goes through a hundred segments one
    /// behind the other; 64 KiB from 1,025 [`axes`](Stats::axes) on, 512 KiB from 8,193 on, which a small stack of a thread does not
    /// have.
    #[must_use]
    pub fn select(&self, profile: &CustomerProfile, visit: &Visit) -> Decision {
        self.select_with(profile, visit, &mut ())
    }

    /// Decides, and tells `observer` everything on the way.
    ///
    /// # Cost
    /// As [`select`](Self::select); an observer that watches hears of every segment and rule, so that their number counts,
    /// and what was unknown is allocated.
    pub fn select_with<O: Observer>(
        &self,
        profile: &CustomerProfile,
        visit: &Visit,
        observer: &mut O,
    ) -> Decision {
        walk::fetch(profile, visit);
        self.decide(profile, visit, None, observer)
    }

    /// Decides, and says why.
    ///
    /// # Cost
    /// That of [`select_with`](Self::select_with), and an allocation for most of what it says.
    #[must_use]
    pub fn explain(&self, profile: &CustomerProfile, visit: &Visit) -> Explanation {
        Explanation::of(self, profile, visit)
    }

    /// The walk, as the visitor is or with one `change`.
    pub(crate) fn decide<O: Observer>(
        &self,
        profile: &CustomerProfile,
        visit: &Visit,
        change: Option<&Change<'_>>,
        observer: &mut O,
    ) -> Decision {
        let before = change.map_or(Before::Nothing, Before::Change);
        self.in_room(Walk { selector: self, profile, visit, before, observer })
    }

    pub(crate) fn grid(&self) -> &Grid {
        &self.inner.grid
    }

    pub(crate) fn checked(&self) -> &Checked {
        &self.inner.policy.inner
    }

    /// The rule, arm (`experiment/arm`) or need that `reason` names. A reason is a number in the policy that gave it: it must come
    /// from a decision of this selector, which a [shared](crate::SharedSelector) one is only for as long as it is held. What
    /// outlives it is kept as an [`Explanation`] or a [`DecisionRecord`](crate::DecisionRecord).
    ///
    /// # Cost
    /// Allocates for an arm only.
    #[must_use]
    pub fn giver(&self, reason: Reason) -> Option<std::borrow::Cow<'_, str>> {
        match reason.giver {
            Giver::Nobody => None,
            Giver::Rule(rule) => Some((&*self.checked().rules.get(usize::from(rule))?.name).into()),
            Giver::Need(need) => Some(need.as_str().into()),
            Giver::Arm(experiment, arm) => {
                let experiment = self.checked().experiments.get(usize::from(experiment))?;
                Some(format!("{}/{}", experiment.name, experiment.arms.get(usize::from(arm))?.name).into())
            }
        }
    }

    /// The experiments that the visitor is in, each with the arm, by name; of a decision by another policy none.
    pub fn arms<'a>(&'a self, decision: &'a Decision) -> impl Iterator<Item = (&'a str, &'a str)> {
        let ours = decision.policy == self.inner.policy.digest();
        let experiments = self.checked().experiments.iter().filter(move |_| ours);
        experiments.zip(decision.arms).filter_map(|(experiment, arm)| {
            let arm = experiment.arms.get(usize::from(arm).checked_sub(1)?)?;
            Some((&*experiment.name, &*arm.name))
        })
    }

    /// Whether it is the same compiled policy, or a clone of it.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner)
    }

    /// The position of `channel` in the policy.
    fn position(&self, channel: Channel) -> Option<usize> {
        match channel.position() {
            Some(place) => self.inner.plan.built_in(place),
            None => self.checked().channels.iter().position(|c| c.channel == channel),
        }
    }
}

impl std::fmt::Debug for ExperienceSelector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ExperienceSelector").field("policy", &self.inner.policy).finish_non_exhaustive()
    }
}
