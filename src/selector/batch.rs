//! Which segments hold, for many visitors at once: 512 of them are a block, whose cells are put side by side, axis by axis, so
//! that one operation asks all of them. In come visitors, or their facts as columns; out goes a row of bits for each segment.

mod column;
mod columns;
mod fill;

use std::borrow::Borrow;
use std::sync::Arc;

use fearless_simd::dispatch;

pub use column::Column;
pub use columns::Columns;

use super::reading::InGrid;
use super::room::{InRoom, cell};
use super::walk::fetch;
use super::worked_out::WorkedOut;
use super::{Compiled, ExperienceSelector, Formulas};
use crate::cells::{AxisId, BLOCK, Block, Cell, Line, PENDING, Turned};
use crate::profile::CustomerProfile;
use crate::visit::Visit;

/// The segments that hold for each of many visitors, as [`ExperienceSelector::segments_batch`] or [`Columns::segments`] found
/// them: room that is used again and again. Visitors are told by their place in what was asked about.
///
/// It takes a bit for each segment and visitor, in blocks of 512 visitors, and some kilobytes for each attribute; it does not shrink. To
/// fit it to a selector costs about as much as to compile the policy, also where it is done on the way, and it holds on to that
/// selector. For several threads, make one and clone it.
///
/// # Example
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # use maitre::{CustomerProfile, ExperienceSelector, Moment, Policy, SegmentBatch, Visit};
/// # let policy = Policy::from_toml(
/// #     r#"
/// #     format = 1
/// #     name = "corner_shop"
/// #     last_resort = ["in_person"]
/// #     channels = [{ name = "in_person", staffed = true }]
/// #     segments.newcomer = 'profile.visits < 3'
/// #     segments.stuck = 'visit.errors >= 3'
/// #     "#,
/// # )?;
/// # let at = Moment::parse("2026-11-23T10:00:00-03:00").ok_or("no time")?;
/// let selector = ExperienceSelector::compile(&policy)?;
/// let visits = [0, 7, 2].map(|visits| (CustomerProfile::new().with_visits(visits), Visit::new(at)));
/// let mut batch = SegmentBatch::of(&selector);
/// selector.segments_batch(&visits, &mut batch);
/// assert_eq!(batch.visitors("newcomer").collect::<Vec<_>>(), [0, 2]);
/// assert_eq!((batch.len(), batch.count("newcomer"), batch.count("stuck")), (3, 2, 0));
/// assert!(batch.contains("newcomer", 0) && !batch.contains("newcomer", 1));
/// assert_eq!(batch.iter(2).collect::<Vec<_>>(), ["newcomer"]);
/// # Ok(()) }
/// ```
#[derive(Clone, Default)]
pub struct SegmentBatch {
    plan: Option<Arc<ForMany>>,
    block: Block,
    /// By visitor of a block: the cells that parts of conditions are worked out by.
    waiting: Vec<Cell>,
    /// By block, and by segment: who is in it.
    found: Vec<Line>,
    visitors: usize,
}

/// How the segments of a policy are found for many.
struct ForMany {
    of: Arc<Compiled>,
    turned: Turned,
}

impl ForMany {
    fn of(selector: &ExperienceSelector) -> Self {
        // The same grid as that of the selector: it follows from the policy.
        let Formulas { grid, segments, .. } = Formulas::of(selector.checked());
        Self { of: Arc::clone(&selector.inner), turned: Turned::new(&grid, &segments) }
    }
    /// How many cells are kept of a visitor for whom something is worked out.
    fn waiting(&self) -> usize {
        if self.turned.derives() && self.of.grid.keeps() { self.of.grid.axes.len() } else { 0 }
    }
}

impl SegmentBatch {
    /// Room that fits itself to the first selector that uses it.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
    /// Room for `selector`, with nobody in it yet.
    ///
    /// # Cost
    /// About that of compiling the policy once more.
    #[must_use]
    pub fn of(selector: &ExperienceSelector) -> Self {
        let mut made = Self::new();
        made.fit(selector, 0);
        made
    }
    /// Makes room for so many visitors of `selector`.
    fn fit(&mut self, selector: &ExperienceSelector, visitors: usize) -> Arc<ForMany> {
        let plan = match self.plan.take().filter(|plan| Arc::ptr_eq(&plan.of, &selector.inner)) {
            Some(plan) => plan,
            None => {
                let plan = Arc::new(ForMany::of(selector));
                self.block = plan.turned.block(&selector.inner.grid);
                self.waiting = vec![PENDING; plan.waiting() * BLOCK];
                self.found.clear();
                plan
            }
        };
        self.plan = Some(Arc::clone(&plan));
        self.visitors = visitors;
        self.found.resize(visitors.div_ceil(BLOCK) * plan.turned.conditions(), Line::NONE);
        plan
    }
    /// How many visitors were asked about.
    #[must_use]
    pub fn len(&self) -> usize {
        self.visitors
    }
    /// Whether nobody was asked about.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.visitors == 0
    }
    /// How many visitors are in the segment of that name; none, if there is no such segment.
    ///
    /// # Cost
    /// A search among the names, and a look at every 512 visitors at once.
    #[must_use]
    pub fn count(&self, segment: &str) -> usize {
        self.lines(segment).map(Line::count).sum()
    }
    /// The visitors who are in the segment of that name, in their order; nobody, if there is no such segment.
    pub fn visitors(&self, segment: &str) -> impl Iterator<Item = usize> {
        let blocks = self.lines(segment).enumerate();
        blocks.flat_map(|(block, line)| line.visitors().map(move |visitor| block * BLOCK + visitor))
    }
    /// Whether a visitor is in the segment of that name; no, if there is no such visitor or segment.
    ///
    /// # Cost
    /// A search among the names.
    #[must_use]
    pub fn contains(&self, segment: &str, visitor: usize) -> bool {
        let Some(number) = self.number(segment).filter(|_| visitor < self.visitors) else { return false };
        let line = self.found.get(visitor / BLOCK * self.conditions() + number);
        line.is_some_and(|line| line.has(visitor % BLOCK))
    }
    /// All segments by name, each with how many visitors are in it. What is written out for all is best written by segment:
    /// these, and the [`visitors`](Self::visitors) of each.
    pub fn segments(&self) -> impl Iterator<Item = (&str, usize)> {
        let segments = self.plan.as_deref().map(|plan| &*plan.of.policy.inner.segments).unwrap_or_default();
        segments
            .iter()
            .enumerate()
            .map(|(number, segment)| (&*segment.name, self.lines_of(number).map(Line::count).sum()))
    }
    /// The names of the segments that a visitor is in, in the order of the names.
    ///
    /// # Cost
    /// A look at every segment: for whom each visitor's segments are what is asked for,
    /// [`segments`](ExperienceSelector::segments) may be the better way.
    pub fn iter(&self, visitor: usize) -> impl Iterator<Item = &str> {
        self.numbers(visitor).filter_map(|number| {
            let segments = &self.plan.as_deref()?.of.policy.inner.segments;
            segments.get(number).map(|segment| &*segment.name)
        })
    }
    fn numbers(&self, visitor: usize) -> impl Iterator<Item = usize> {
        let conditions = self.conditions();
        let first = if visitor < self.visitors { visitor / BLOCK * conditions } else { self.found.len() };
        let lines = self.found.get(first..).unwrap_or_default().iter().take(conditions);
        lines.enumerate().filter(move |(_, line)| line.has(visitor % BLOCK)).map(|(number, _)| number)
    }
    /// By block: who is in the segment.
    fn lines(&self, segment: &str) -> impl Iterator<Item = &Line> {
        self.number(segment).into_iter().flat_map(|number| self.lines_of(number))
    }
    fn lines_of(&self, number: usize) -> impl Iterator<Item = &Line> {
        self.found.iter().skip(number).step_by(self.conditions().max(1))
    }
    /// The number of the segment of that name.
    fn number(&self, segment: &str) -> Option<usize> {
        let segments = &self.plan.as_deref()?.of.policy.inner.segments;
        segments.binary_search_by(|one| (*one.name).cmp(segment)).ok()
    }
    fn conditions(&self) -> usize {
        self.plan.as_deref().map_or(0, |plan| plan.turned.conditions())
    }
}

impl std::fmt::Debug for SegmentBatch {
    /// Says nothing of anybody.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SegmentBatch").field("visitors", &self.visitors).finish_non_exhaustive()
    }
}

impl ExperienceSelector {
    /// Finds the segments of many visitors, lent or owned: the same as [`segments`](Self::segments) finds for each. What was in
    /// `into` is gone; room that another selector used fits itself to this one. Millions are handed over some thousands at a
    /// time, so that the room stays small.
    ///
    /// # Cost
    /// The reading of each visitor's facts, which is most of it, and for 512 of them at once an operation or two for everything
    /// that segments compare. No allocation but for room that does not fit.
    pub fn segments_batch<P: Borrow<CustomerProfile>, V: Borrow<Visit>>(
        &self,
        visitors: &[(P, V)],
        into: &mut SegmentBatch,
    ) {
        let plan = into.fit(self, visitors.len());
        let SegmentBatch { block, waiting, found, .. } = into;
        let found = found.chunks_mut(plan.turned.conditions().max(1));
        for (visitors, found) in visitors.chunks(BLOCK).zip(found) {
            self.in_room(Read { selector: self, plan: &plan, visitors, block });
            let count = plan.waiting();
            waiting.iter_mut().take(count * visitors.len()).for_each(|cell| *cell = PENDING);
            self.find(&plan, block, visitors.len(), found, |visitor, axis| {
                let Some((profile, visit)) = visitors.get(visitor) else { return 0 };
                let waiting = waiting.get_mut(visitor * count..(visitor + 1) * count).unwrap_or_default();
                self.work_out((profile.borrow(), visit.borrow()), axis, waiting)
            });
        }
    }

    /// Finds the conditions that a block of visitors meets, whose cells stand in their columns.
    fn find(
        &self,
        plan: &ForMany,
        block: &mut Block,
        count: usize,
        found: &mut [Line],
        derive: impl FnMut(usize, AxisId) -> Cell,
    ) {
        dispatch!(self.wide.level(), simd => plan.turned.find(simd, block, count, found, derive));
    }

    /// The cell of a part of a condition; `cells` are those that it may be worked out by.
    fn work_out(
        &self,
        (profile, visit): (&CustomerProfile, &Visit),
        axis: AxisId,
        cells: &mut [Cell],
    ) -> Cell {
        WorkedOut { grid: &self.inner.grid, facts: self.facts(profile, visit), cells }.cell(axis)
    }
}

/// Reading a block of visitors into its columns.
struct Read<'a, P, V> {
    selector: &'a ExperienceSelector,
    plan: &'a ForMany,
    visitors: &'a [(P, V)],
    block: &'a mut Block,
}

impl<P: Borrow<CustomerProfile>, V: Borrow<Visit>> InRoom for Read<'_, P, V> {
    type Gives = ();
    #[inline(always)]
    fn within<const ROOM: usize>(self, cells: &mut [Cell; ROOM]) {
        let Self { selector, plan, visitors, block } = self;
        let inner = &*selector.inner;
        for (n, (profile, visit)) in visitors.iter().enumerate() {
            let (profile, visit) = (profile.borrow(), visit.borrow());
            fetch(profile, visit);
            let facts = selector.facts(profile, visit);
            let mut visitor = InGrid { grid: &inner.grid, facts, cells };
            visitor.read(&inner.segment_readings.all);
            for (axis, column) in plan.turned.axes().zip(block.columns()) {
                column.put(n, cell(visitor.cells, axis.0));
            }
        }
    }
}
