//! Many visits of one profile, and many visitors in a row. What the profile alone settles is done once; what depends on the
//! time of the visit or on the device is the visit's half, so that a prepared profile stays right.

use std::ops::Deref;
use std::sync::Arc;

use super::channels::Ties;
use super::facts::{Segments, VisitorFacts};
use super::reading::InGrid;
use super::{Compiled, ExperienceSelector};
use crate::cells::{Begun, Cell};
use crate::decision::Decision;
use crate::profile::CustomerProfile;
use crate::time::Timestamp;
use crate::visit::Visit;

/// A profile, and what it settles under one selector whatever the visit is. It holds the profile, by reference or in an
/// [`Arc`], so that nobody changes it meanwhile.
///
/// # Example
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # use maitre::{CustomerProfile, ExperienceSelector, Moment, Policy, Visit};
/// # let policy = Policy::from_toml(
/// #     r#"
/// #     format = 1
/// #     name = "corner_shop"
/// #     last_resort = ["in_person"]
/// #     channels = [{ name = "in_person", staffed = true }]
/// #     rules.old = { when = 'profile.tenure_days > 900 && visit.hour < 12', layout = 100 }
/// #     "#,
/// # )?;
/// # let selector = ExperienceSelector::compile(&policy)?;
/// # let at = Moment::parse("2026-11-23T10:00:00-03:00").ok_or("no time")?;
/// let session = selector.prepare(std::sync::Arc::new(CustomerProfile::new().with_tenure_days(1_000)));
/// let visit = Visit::new(at);
/// assert_eq!(selector.select_prepared(&session, &visit), selector.select(session.profile(), &visit));
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Prepared<P> {
    profile: P,
    /// Whose selector has done it.
    of: Arc<Compiled>,
    half: OfProfile,
}

/// What a profile settles.
#[derive(Clone)]
pub(super) struct OfProfile {
    /// By axis; those of the visit's half mean nothing.
    pub(super) cells: Vec<Cell>,
    pub(super) terms: Begun,
    /// `None`: D1 may hide what they rest on.
    pub(super) ties: Option<Ties>,
}

impl<P: Deref<Target = CustomerProfile>> Prepared<P> {
    /// The profile.
    #[must_use]
    pub fn profile(&self) -> &CustomerProfile {
        &self.profile
    }
    /// Gives the profile back.
    #[must_use]
    pub fn into_profile(self) -> P {
        self.profile
    }
}

impl<P> std::fmt::Debug for Prepared<P> {
    /// Says nothing of the person.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Prepared").finish_non_exhaustive()
    }
}

impl ExperienceSelector {
    /// Does once what `profile` settles whatever the visit is: for sessions, where one profile is met with many visits.
    ///
    /// # Cost
    /// About that of a decision; allocates a few bytes for each rule.
    #[must_use]
    pub fn prepare<P: Deref<Target = CustomerProfile>>(&self, profile: P) -> Prepared<P> {
        let nowhere = Visit::new(Timestamp::EPOCH);
        let inner = &self.inner;
        let mut cells = vec![0; inner.grid.axes.len()];
        let facts = self.facts(&profile, &nowhere, None, None);
        let mut visitor = InGrid {
            grid: &inner.grid,
            facts: VisitorFacts { segments: Segments::NONE, ..facts },
            cells: &mut cells,
        };
        visitor.read_half(&inner.readings.of_profile);
        let ties = (!inner.plan.habit_is_limited()).then(|| Ties::of(&facts, &inner.plan, &inner.channels));
        let half = OfProfile { terms: inner.deciding.begin(&cells), cells, ties };
        Prepared { profile, of: Arc::clone(inner), half }
    }

    /// Decides for a profile that was prepared: the same decision as [`select`](Self::select), for less. One that another
    /// selector prepared is noticed, and decided like any other.
    ///
    /// # Cost
    /// That of the visit's half; no allocation.
    #[must_use]
    pub fn select_prepared<P: Deref<Target = CustomerProfile>>(
        &self,
        prepared: &Prepared<P>,
        visit: &Visit,
    ) -> Decision {
        if !Arc::ptr_eq(&prepared.of, &self.inner) {
            return self.select(&prepared.profile, visit);
        }
        self.in_room(
            #[inline(always)]
            |room| self.walk(&prepared.profile, visit, None, Some(&prepared.half), room, &mut ()),
        )
    }

    /// Decides for many, in their order, one by one as the decisions are taken. Nothing is kept of a visitor, so that
    /// millions take no more room than one.
    ///
    /// # Cost
    /// That of [`select`](Self::select) for each; no allocation. What was tried to make it less is in
    /// [`docs::design`](crate::docs::design).
    ///
    /// # Example
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use maitre::{CustomerProfile, ExperienceSelector, Moment, Policy, Visit};
    /// # let policy = Policy::from_toml(
    /// #     r#"
    /// #     format = 1
    /// #     name = "corner_shop"
    /// #     last_resort = ["in_person"]
    /// #     channels = [{ name = "in_person", staffed = true }]
    /// #     "#,
    /// # )?;
    /// # let selector = ExperienceSelector::compile(&policy)?;
    /// let at = Moment::parse("2026-11-23T10:00:00-03:00").ok_or("no time")?;
    /// let crowd = vec![(CustomerProfile::new(), Visit::new(at)); 1_000];
    /// let decisions = selector.select_batch(crowd.iter().map(|(profile, visit)| (profile, visit)));
    /// assert_eq!(decisions.count(), 1_000);
    /// # Ok(()) }
    /// ```
    pub fn select_batch<'v>(
        &self,
        visitors: impl IntoIterator<Item = (&'v CustomerProfile, &'v Visit)>,
    ) -> impl Iterator<Item = Decision> {
        visitors.into_iter().map(|(profile, visit)| self.select(profile, visit))
    }
}
