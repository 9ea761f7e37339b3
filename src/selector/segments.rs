//! Which segments hold for a visitor: all of the policy's, also those that decide nothing. The answer is a set of bits in
//! room that the caller keeps; names are looked up when they are asked for.

use std::sync::Arc;

use super::guest::{Known, recall};
use super::reading::InGrid;
use super::room::InRoom;
use super::walk::{Before, fetch};
use super::{Compiled, ExperienceSelector};
use crate::cells::Cell;
use crate::profile::CustomerProfile;
use crate::visit::Visit;

/// The segments that hold for a visitor, as [`ExperienceSelector::segments`] found them: room that is used again and again.
///
/// # Example
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # use maitre::{CustomerProfile, ExperienceSelector, Moment, Policy, SegmentSet, Visit};
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
/// let mut segments = SegmentSet::of(&selector);
/// selector.segments(&CustomerProfile::new(), &Visit::new(at), &mut segments);
/// assert!(segments.contains("newcomer"));
/// assert_eq!(segments.iter().collect::<Vec<_>>(), ["newcomer"]);
/// # Ok(()) }
/// ```
#[derive(Clone, Default)]
pub struct SegmentSet {
    /// Whose segments these are.
    of: Option<Arc<Compiled>>,
    /// One bit for each position of the table of segments.
    words: Vec<u64>,
}

impl SegmentSet {
    /// Room that fits itself to the first selector that uses it.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
    /// Room for the segments of `selector`, none of which is in it yet.
    #[must_use]
    pub fn of(selector: &ExperienceSelector) -> Self {
        let mut made = Self::new();
        made.fit(&selector.inner);
        made
    }
    /// Empties the room, and makes it that of `compiled`: only where it was another's does this allocate.
    #[inline]
    pub(super) fn fit(&mut self, compiled: &Arc<Compiled>) {
        if self.of.as_ref().is_some_and(|of| Arc::ptr_eq(of, compiled)) {
            // What is not passed by is written in any case.
            if compiled.segments.is_guarded() {
                self.words.fill(0);
            }
        } else {
            self.fit_anew(compiled);
        }
    }
    #[cold]
    fn fit_anew(&mut self, compiled: &Arc<Compiled>) {
        self.of = Some(Arc::clone(compiled));
        self.words = vec![0; compiled.segments.words()];
    }
    pub(super) fn words(&mut self) -> &mut [u64] {
        &mut self.words
    }
    /// How many hold.
    #[must_use]
    pub fn len(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }
    /// Whether none holds.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|&word| word == 0)
    }
    /// Whether the segment of that name holds; no, if there is none of that name.
    ///
    /// # Cost
    /// A search among the names.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        let Some(of) = &self.of else { return false };
        let segments = &of.policy.inner.segments;
        let Ok(number) = segments.binary_search_by(|segment| (*segment.name).cmp(name)) else { return false };
        let Some(position) = of.segments.position(number) else { return false };
        self.words.get(position / 64).is_some_and(|word| word >> (position % 64) & 1 == 1)
    }
    /// The names of those that hold, in the same order for the same policy; the order means nothing.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.numbers().filter_map(|number| {
            let segment = self.of.as_deref()?.policy.inner.segments.get(number)?;
            Some(&*segment.name)
        })
    }
    /// Their numbers in the policy.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = usize> {
        let words = self.words.iter().enumerate();
        let positions = words.flat_map(|(n, &word)| {
            let mut left = word;
            std::iter::from_fn(move || {
                let bit = (left != 0).then(|| left.trailing_zeros() as usize);
                left &= left.wrapping_sub(1);
                bit.map(|bit| n * 64 + bit)
            })
        });
        positions.filter_map(|position| self.of.as_deref()?.segments.condition(position))
    }
}

impl std::fmt::Debug for SegmentSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

impl ExperienceSelector {
    /// Finds all segments of the policy that hold for a visitor, also those that no rule uses. What was in `into` is gone;
    /// room that another selector used fits itself to this one.
    ///
    /// # Cost
    /// About linear in the attributes that segments read, and one bit of each for every term of a segment, but for those that are
    /// passed by together. No allocation but for room that does not fit.
    pub fn segments(&self, profile: &CustomerProfile, visit: &Visit, into: &mut SegmentSet) {
        into.fit(&self.inner);
        fetch(profile, visit);
        self.in_room(Find { selector: self, profile, visit, known: None, words: &mut into.words });
    }
}

/// Finding all segments of a visitor.
pub(super) struct Find<'a> {
    pub(super) selector: &'a ExperienceSelector,
    pub(super) profile: &'a CustomerProfile,
    pub(super) visit: &'a Visit,
    /// What is known of who is followed.
    pub(super) known: Option<&'a Known>,
    pub(super) words: &'a mut [u64],
}

impl InRoom for Find<'_> {
    type Gives = ();
    #[inline(always)]
    fn within<const ROOM: usize>(self, cells: &mut [Cell; ROOM]) {
        let Self { selector, profile, visit, known, words } = self;
        let inner = &*selector.inner;
        let (facts, _) =
            selector.facts_and_begun(profile, visit, known.map_or(Before::Nothing, Before::Known), None);
        known.into_iter().for_each(|known| recall(cells, &known.cells));
        if known.is_none() {
            inner.grid.nothing_is_known(cells);
        }
        let mut visitor = InGrid { grid: &inner.grid, facts, cells };
        if known.is_none() {
            visitor.read(&inner.segment_readings.all);
        }
        inner.segments.find(
            &mut visitor,
            None,
            #[inline(always)]
            |first, bits| {
                let slots = words.get_mut(first..first + bits.len()).unwrap_or_default();
                slots.iter_mut().zip(bits).for_each(|(slot, bits)| *slot = *bits);
            },
        );
    }
}
