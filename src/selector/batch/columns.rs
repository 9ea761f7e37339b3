//! Many visitors as columns of facts, over what all of them have in common.

use super::super::ExperienceSelector;
use super::super::facts::VisitorFacts;
use super::super::lookup::Lookup;
use super::super::one_fact::OneFact;
use super::super::reading::look;
use super::fill::OnAxis;
use super::{Column, ForMany, SegmentBatch};
use crate::attribute::read::typed;
use crate::cells::{AxisId, BLOCK, Block, Cell, Measure, PENDING};
use crate::diagnostic::{Diagnostic, DiagnosticCode as Code};
use crate::fact::{Fact, Source};
use crate::hash;
use crate::profile::CustomerProfile;
use crate::value::{Given, a};
use crate::visit::{Unit, Visit};
use crate::wire::short;

/// Many visitors, as columns of facts: of each, the columns say what is known, and a profile and a visit say what all have in
/// common, which are the time, consents, needs, and whatever else is no column. So a warehouse is asked who is in which
/// segment, without a profile being made of each row.
///
/// Every visitor is the profile at the visit, with their facts in place of its own of the same names. Of whom a column does not
/// know it, it is unknown, whatever the profile says, and a count (`profile.orders`, `visit.errors`) is 0. So it is with a value
/// that cannot be: beyond the range of an int, no name of an enum, not a number.
///
/// What can be a column is every attribute of the host's own but sets, and of the built-in ones what a profile or a visit keeps
/// as one fact; not: sets; what is known by channel (`profile.reach.sms`, `profile.uses.app`); `journey.…`;
/// `profile.preferred_channel` and `profile.mood`; `visit.at`, `visit.hour`, `visit.weekday`, `visit.channel`, `visit.offset` and
/// `visit.gpc`. Visitors with the same consents are one `Columns`: rows are parted by consent first.
///
/// Source and date are one for a whole column. What a warehouse has seen is `Fact::observed(column).learnt(at)`; a bare column is
/// declared and has no date, so that a `max_age_days` hides it (D1). Counts are always observed.
///
/// # Example
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use maitre::{Column, Columns, CustomerProfile, ExperienceSelector, Fact, Moment, Policy, SegmentBatch, Visit};
/// # let policy = Policy::from_toml(
/// #     r#"
/// #     format = 1
/// #     name = "corner_shop"
/// #     last_resort = ["in_person"]
/// #     channels = [{ name = "in_person", staffed = true }]
/// #     attributes.plan = "string"
/// #     segments.old_on_prepaid = 'profile.age >= 65 && plan == "prepaid"'
/// #     "#,
/// # )?;
/// # let at = Moment::parse("2026-11-23T10:00:00-03:00").ok_or("no time")?;
/// let selector = ExperienceSelector::compile(&policy)?;
/// let (profile, visit) = (CustomerProfile::new(), Visit::new(at));
/// let (ages, known) = ([70, 70, 0, 64], [true, true, false, true]);
/// let (codes, plans) = ([0, 1, 0, 0], ["prepaid", "fiber"]);
///
/// let columns = Columns::new(&selector, &profile, &visit)
///     .with("profile.age", Column::ints(&ages).where_known(&known))?
///     .with("plan", Fact::observed(Column::coded(&codes, &plans)))?;
/// let mut batch = SegmentBatch::of(&selector);
/// columns.segments(&mut batch);
/// assert_eq!(batch.visitors("old_on_prepaid").collect::<Vec<_>>(), [0]);
///
/// let slip = columns.with("paln", Column::texts(&["prepaid"; 4])).unwrap_err();
/// assert_eq!(slip.help(), Some("did you mean `plan`?"));
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Columns<'a> {
    selector: &'a ExperienceSelector,
    profile: &'a CustomerProfile,
    visit: &'a Visit,
    columns: Vec<OfAttribute<'a>>,
    ids: Option<&'a [&'a str]>,
    /// How many they are; `None` before the first column.
    visitors: Option<usize>,
}

/// A column, and what it is of.
#[derive(Clone)]
pub(super) struct OfAttribute<'a> {
    pub(super) one: OneFact,
    pub(super) lookup: &'a Lookup,
    pub(super) fact: Fact<Column<'a>>,
    /// Whether D1 hides all of it.
    pub(super) is_hidden: bool,
    pub(super) axes: Vec<OnAxis>,
}

impl OfAttribute<'_> {
    /// What is kept of a visitor: nothing, where it is no value of the attribute.
    pub(super) fn kept(&self, visitor: usize) -> Given<'_> {
        typed(self.fact.value.found(visitor), &self.lookup.kind, false)
    }
}

impl<'a> Columns<'a> {
    /// Nobody yet; `profile` and `visit` say what all of them have in common.
    #[must_use]
    pub const fn new(
        selector: &'a ExperienceSelector,
        profile: &'a CustomerProfile,
        visit: &'a Visit,
    ) -> Self {
        Self { selector, profile, visit, columns: Vec::new(), ids: None, visitors: None }
    }

    /// Adds the facts of `attribute`, under its name in conditions.
    ///
    /// # Errors
    /// The policy knows no such attribute, it is of another type or cannot be a column, there is a column of it already, or its
    /// length, or that of what says of whom it is known, is not that of the columns before it.
    pub fn with(mut self, attribute: &str, fact: impl Into<Fact<Column<'a>>>) -> Result<Self, Diagnostic> {
        let fact = fact.into();
        let quoted = short(attribute);
        let otherwise =
            "give it in the profile or visit that all share, or hand visitors to `segments_batch`";
        let one = OneFact::of(self.selector, attribute, "be a column", otherwise)?;
        self.count(fact.value.len(), attribute)?;
        if let Some(known) = fact.value.known.map(<[bool]>::len)
            && known != fact.value.len()
        {
            let visitors = fact.value.len();
            let message =
                format!("`{quoted}` is of {visitors} visitors, and whether it is known is said of {known}");
            return Err(Diagnostic::error(Code::OutOfRange, "", message));
        }
        if self.columns.iter().any(|column| column.one.id == one.id) {
            let message = format!("there is a column of `{quoted}` already");
            return Err(Diagnostic::error(Code::Duplicate, "", message));
        }
        let inner = &*self.selector.inner;
        let Some(lookup) = one.lookup(self.selector) else { return Ok(self) };
        if !fact.value.fits(&lookup.kind) {
            let (found, expected) = (fact.value.what(), a(lookup.kind.name()));
            let message = format!("`{quoted}` is {expected}, found a column of {found}");
            return Err(Diagnostic::error(Code::TypeMismatch, "", message));
        }
        let facts = self.selector.facts(self.profile, self.visit);
        let is_hidden = is_hidden(&facts, lookup, &fact, &one);
        let axes = inner.grid.axes.iter().zip(0..).filter_map(|(axis, number)| {
            let is_of_it = axis.measure.attribute() == Some(one.id);
            is_of_it.then(|| OnAxis::of(AxisId(number), axis, &fact.value))
        });
        let axes = axes.collect();
        self.columns.push(OfAttribute { one, lookup, fact, is_hidden, axes });
        Ok(self)
    }

    /// Adds the ids of the persons, by which `bucket` goes, in place of that of the visit; an empty one is none.
    ///
    /// # Errors
    /// They are not as many as the columns before them are long.
    pub fn with_ids(mut self, persons: &'a [&'a str]) -> Result<Self, Diagnostic> {
        self.count(persons.len(), "ids")?;
        self.ids = Some(persons);
        Ok(self)
    }

    fn count(&mut self, visitors: usize, of: &str) -> Result<(), Diagnostic> {
        match self.visitors {
            Some(others) if others != visitors => {
                let message =
                    format!("`{}` is of {visitors} visitors, the columns before it of {others}", short(of));
                Err(Diagnostic::error(Code::OutOfRange, "", message))
            }
            _ => {
                self.visitors = Some(visitors);
                Ok(())
            }
        }
    }

    /// How many visitors there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.visitors.unwrap_or(0)
    }
    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Finds the segments of all of them: the same as [`ExperienceSelector::segments`] finds for each. What was in `into` is
    /// gone; room that another selector used fits itself to this one. Millions are handed over some thousands at a time, so that
    /// the room stays small; places begin from 0 each time.
    ///
    /// # Cost
    /// A nanosecond or less for a visitor in a column of bools, ints, floats or codes, several for texts, times and ages; and for 512 of them at once an operation or two for everything that
    /// segments compare. No allocation but for room that does not fit, and for a visitor for whom something has to be
    /// [worked out](crate::Stats::derived), of whom a profile is made.
    pub fn segments(&self, into: &mut SegmentBatch) {
        let plan = into.fit(self.selector, self.len());
        let SegmentBatch { block, found, .. } = into;
        self.fill_common(&plan, block);
        let blocks = found.chunks_mut(plan.turned.conditions().max(1));
        for (found, first) in blocks.zip((0..self.len()).step_by(BLOCK)) {
            let count = BLOCK.min(self.len() - first);
            self.selector.wide.run(
                #[inline(always)]
                || self.fill(&plan, block, first, count),
            );
            // Of those for whom something is worked out.
            let mut made: Vec<Option<Made>> = Vec::new();
            self.selector.find(&plan, block, count, found, |visitor, axis| {
                if made.is_empty() {
                    made.resize_with(count, || None);
                }
                let Some(slot) = made.get_mut(visitor) else { return 0 };
                let made = slot.get_or_insert_with(|| self.make(&plan, first + visitor));
                self.selector.work_out((&made.profile, &made.visit), axis, &mut made.cells)
            });
        }
    }

    /// Puts all into the cells of what they have in common.
    fn fill_common(&self, plan: &ForMany, block: &mut Block) {
        let facts = self.selector.facts(self.profile, self.visit);
        for (axis, cells) in plan.turned.axes().zip(block.columns()) {
            cells.fill(std::iter::repeat_n(look(&self.selector.inner.grid, &facts, axis.0), BLOCK));
        }
    }

    /// Puts a block into its cells.
    #[inline(always)]
    fn fill(&self, plan: &ForMany, block: &mut Block, first: usize, count: usize) {
        let grid = &self.selector.inner.grid;
        let at = self.visit.at.at;
        for column in &self.columns {
            for on_axis in &column.axes {
                let place = plan.turned.place(on_axis.axis);
                if let Some(cells) = place.and_then(|place| block.columns().get_mut(place))
                    && let Some(axis) = grid.axis(on_axis.axis)
                {
                    on_axis.fill(column, axis, at, first..first + count, cells);
                }
            }
        }
        let Some(ids) = self.ids.and_then(|ids| ids.get(first..first + count)) else { return };
        for (axis, cells) in plan.turned.axes().zip(block.columns()) {
            if let Some(axis) = grid.axis(axis)
                && let Measure::Bucket(salt) = &axis.measure
            {
                let bucket = |id: &&str| (!id.is_empty()).then(|| hash::bucket(salt, id));
                let cell = |id| bucket(id).map_or(0, |bucket| axis.cut.cell(bucket.into(), || None));
                cells.fill(ids.iter().map(cell));
            }
        }
    }

    /// A visitor as a profile and a visit.
    fn make(&self, plan: &ForMany, visitor: usize) -> Made {
        let (mut profile, mut visit) = (self.profile.clone(), self.visit.clone());
        for column in &self.columns {
            let Fact { source, learnt, .. } = column.fact;
            let new = column.kept(visitor).to_value().map(|value| Fact { value, source, learnt });
            column.one.put(&mut profile, &mut visit, new);
        }
        if let Some(id) = self.ids.and_then(|ids| ids.get(visitor)) {
            visit = visit.with_id(Unit::Person, *id);
        }
        Made { profile, visit, cells: vec![PENDING; plan.waiting()] }
    }
}

impl std::fmt::Debug for Columns<'_> {
    /// Says nothing of anybody.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let columns = self.columns.len();
        f.debug_struct("Columns")
            .field("columns", &columns)
            .field("visitors", &self.len())
            .finish_non_exhaustive()
    }
}

/// Whether D1 hides a fact, which is of all visitors alike.
fn is_hidden(facts: &VisitorFacts<'_>, lookup: &Lookup, fact: &Fact<Column<'_>>, one: &OneFact) -> bool {
    let at = facts.seen.visit.at.at;
    let source = if one.counts { Source::Observed } else { fact.source };
    let learnt = fact.learnt.or(one.of_visit.then_some(at));
    lookup.limit.is_some_and(|limit| limit.hides(source, || learnt, facts.seen.granted, at).is_some())
}

/// A visitor of whom a profile was made, with the cells that parts of conditions are worked out by.
struct Made {
    profile: CustomerProfile,
    visit: Visit,
    cells: Vec<Cell>,
}
