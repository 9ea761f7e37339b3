//! Many visits of one profile, and many visitors in a row. What the profile alone settles is done once; what depends on the
//! time of the visit or on the device is the visit's half, so that a prepared profile stays right.

use std::borrow::Borrow;
use std::ops::Deref;
use std::sync::Arc;

use super::drawing::Drawn;
use super::facts::VisitorFacts;
use super::gifts::Sums;
use super::person::Person;
use super::reading::InGrid;
use super::room::InRoom;
use super::walk::{Before, Walk};
use super::{Compiled, ExperienceSelector};
use crate::cells::{Begun, Cell};
use crate::decision::Decision;
use crate::profile::CustomerProfile;
use crate::time::{Duration, Timestamp};
use crate::visit::Visit;

/// A profile, and what it settles under one selector for visits like a first one. It holds the profile, by reference or in an
/// [`Arc`], so that nobody changes it meanwhile; and of the first visit the ids that the policy draws arms by.
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
/// let visit = Visit::new(at);
/// let profile = std::sync::Arc::new(CustomerProfile::new().with_tenure_days(1_000));
/// let session = selector.prepare(profile, &visit);
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

/// What a profile settles as long as D1 hides the same of it, and what a first visit does beside it.
#[derive(Clone)]
pub(super) struct OfProfile {
    same: Same,
    pub(super) terms: Begun,
    /// What the rules and experiments bring that hold already.
    pub(super) sums: Sums,
    /// What the ids of the first visit draw.
    pub(super) drawn: Drawn,
    pub(super) person: Person,
}

/// When D1 hides the same facts of a profile: the purposes granted then, and the first and last moment.
#[derive(Debug, Clone, Copy)]
struct Same {
    withheld: bool,
    granted: u64,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
}

impl Same {
    /// Something is so up to and with a moment, and not behind it: narrows the time to the side where `at` is.
    fn cut_behind(&mut self, last: Timestamp, at: Timestamp) {
        if at <= last {
            self.until = Some(self.until.map_or(last, |until| until.min(last)));
        } else {
            // What lies between is nobody's time: a moment too late costs a little and is never wrong.
            let next = last.checked_add(Duration::from_seconds(1)).unwrap_or(at).min(at);
            self.from = Some(self.from.map_or(next, |from| from.max(next)));
        }
    }
}

impl OfProfile {
    /// The purposes that are granted, if a visit at that time, which withholds some or not, finds the same.
    pub(super) fn granted(&self, at: Timestamp, withheld: bool) -> Option<u64> {
        let Same { withheld: then, granted, from, until } = self.same;
        let within = from.is_none_or(|from| from <= at) && until.is_none_or(|until| at <= until);
        (withheld == then && within).then_some(granted)
    }
}

impl<P: Deref<Target = CustomerProfile>> Prepared<P> {
    /// The profile.
    #[must_use]
    pub fn profile(&self) -> &CustomerProfile {
        &self.profile
    }
    /// Whether `selector` prepared it, or a clone of it: by another it is decided as rightly, for the price of
    /// [`select`](ExperienceSelector::select), so that it is time to prepare anew. It holds on to the policy it was prepared by.
    #[must_use]
    pub fn is_by(&self, selector: &ExperienceSelector) -> bool {
        Arc::ptr_eq(&self.of, &selector.inner)
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
    /// Does once what `profile` settles for visits like `visit`: for sessions, where one profile is met with many visits.
    /// `visit` is one of them, as the first: what is prepared goes by what D1 hides at its time. A visit for which a consent
    /// has ended meanwhile or a fact has grown too old, or of which the one carries Sec-GPC and the other does not, is decided
    /// like any other; one with other ids draws its arms anew.
    ///
    /// # Cost
    /// About that of four or five decisions (`prepare/rare_1000`); allocates a few bytes for each rule.
    #[must_use]
    pub fn prepare<P: Deref<Target = CustomerProfile>>(&self, profile: P, visit: &Visit) -> Prepared<P> {
        let half = self.in_room(Prepare { selector: self, profile: &profile, visit });
        Prepared { profile, of: Arc::clone(&self.inner), half }
    }

    /// For how long, and for which visits, D1 hides the same of a profile as now.
    fn same(&self, facts: &VisitorFacts<'_>) -> Same {
        let at = facts.seen.visit.at.at;
        let withheld = facts.flag(self.inner.ids.gpc);
        let mut same = Same { withheld, granted: facts.seen.granted, from: None, until: None };
        let ends =
            self.inner.purposes.iter().filter_map(|purpose| *facts.seen.profile.consents.find(purpose)?);
        for end in ends {
            // A consent has ended at its end.
            let last = end.checked_add(Duration::from_nanoseconds(-1).unwrap_or_default()).unwrap_or(end);
            same.cut_behind(last, at);
        }
        for lookup in self.inner.lookups.iter().filter(|lookup| lookup.stays) {
            let Some(days) = lookup.limit.as_ref().and_then(|limit| limit.max_age_days) else { continue };
            let learnt = facts.reading(lookup).learnt;
            let last = learnt.and_then(|learnt| learnt.checked_add(Duration::from_days(days.into())));
            last.into_iter().for_each(|last| same.cut_behind(last, at));
        }
        same
    }

    /// Decides for a profile that was prepared: the same decision as [`select`](Self::select), for less. One that another
    /// selector prepared is noticed, and decided like any other.
    ///
    /// # Cost
    /// That of the visit's half, about half of [`select`](Self::select) (`select_prepared/rare_1000`); all of it where what was
    /// prepared is of no use. No allocation.
    #[must_use]
    pub fn select_prepared<P: Deref<Target = CustomerProfile>>(
        &self,
        prepared: &Prepared<P>,
        visit: &Visit,
    ) -> Decision {
        if !Arc::ptr_eq(&prepared.of, &self.inner) {
            return self.select(&prepared.profile, visit);
        }
        let (profile, before) = (&*prepared.profile, Before::Begun(&prepared.half));
        std::hint::black_box(prepared.half.terms.touch() ^ visit.facts.touch() ^ visit.own.touch());
        self.in_room(Walk { selector: self, profile, visit, before, observer: &mut () })
    }

    /// Decides for many, lent or owned, in their order, one by one as the decisions are taken. Nothing is kept of a visitor, so
    /// that millions that are read one after the other take no more room than one.
    ///
    /// # Cost
    /// That of [`select`](Self::select) for each; no allocation. What was tried to make it less is in
    /// [`docs::design`](crate::docs::design). Who is in which segment is found for many at once, and for far less, by
    /// [`segments_batch`](Self::segments_batch) and [`Columns`](crate::Columns).
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
    pub fn select_batch<P: Borrow<CustomerProfile>, V: Borrow<Visit>>(
        &self,
        visitors: impl IntoIterator<Item = (P, V)>,
    ) -> impl Iterator<Item = Decision> {
        visitors.into_iter().map(|(profile, visit)| self.select(profile.borrow(), visit.borrow()))
    }
}

/// Preparing a profile.
struct Prepare<'a> {
    selector: &'a ExperienceSelector,
    profile: &'a CustomerProfile,
    visit: &'a Visit,
}

impl InRoom for Prepare<'_> {
    type Gives = OfProfile;
    #[inline(always)]
    fn within<const ROOM: usize>(self, cells: &mut [Cell; ROOM]) -> OfProfile {
        let Self { selector, profile, visit } = self;
        let inner = &*selector.inner;
        let facts = selector.facts(profile, visit);
        let mut visitor = InGrid { grid: &inner.grid, facts, cells };
        visitor.read(&inner.readings.of_profile);
        let mut sums = inner.gifts.start(selector.checked());
        let terms = inner.deciding.begin(&visitor, |position| inner.gifts.add(&mut sums, position));
        let (same, person) = (selector.same(&facts), selector.person(&facts));
        let drawn = Drawn::of(selector.checked(), visit);
        OfProfile { same, terms, sums, drawn, person }
    }
}
