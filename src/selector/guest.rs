//! One visitor, whose facts come one by one: what is found of them is kept, and each fact that comes changes only what hangs on
//! it. So a service that has facts in types of its own asks without making a profile for each request.

mod slot;

use std::sync::Arc;

pub use slot::{Slot, Slotted};

use super::ExperienceSelector;
use super::circumstances::Circumstances;
use super::drawing::Drawn;
use super::facts::VisitorFacts;
use super::one_fact::OneFact;
use super::person::Person;
use super::reading::{InGrid, look};
use super::room::InRoom;
use super::segments::{Find, SegmentSet};
use super::walk::{Before, Walk};
use crate::cells::Cell;
use crate::decision::Decision;
use crate::explanation::Explanation;
use crate::fact::Fact;
use crate::key::Key;
use crate::profile::CustomerProfile;
use crate::visit::Visit;
use slot::{Goes, OURS};

/// Cells are copied so many at a time.
const LINE: usize = 16;

/// A visitor whom a selector [follows](ExperienceSelector::follow): a profile and a visit, with the cells that they are in.
/// Facts are put into [slots](Slot), which is for services that have them in types of their own: neither names nor
/// profiles are made for each request.
///
/// One guest can serve one visitor after the other if all slots are put or forgotten for each. Where one profile comes with
/// many visits, [`prepare`](ExperienceSelector::prepare) is the quicker way; who has profiles and visits at hand asks the selector. What else a
/// selector can be asked, it is asked with [`profile`](Self::profile) and [`visit`](Self::visit).
///
/// A guest goes on with its selector, whatever policy is [adopted](crate::SharedSelector::adopt) elsewhere, and holds on to it: for a new one make
/// slots anew, take the guest [apart](Self::into_parts), and follow profile and visit.
///
/// # Example
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use maitre::{CustomerProfile, ExperienceSelector, Fact, Moment, Policy, SegmentSet, Visit};
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
/// struct Customer {
///     age: i64,
///     plan: Option<String>,
/// }
/// let selector = ExperienceSelector::compile(&policy)?;
/// // Once, when the service starts.
/// let (age, plan) = (selector.slot::<i64>("profile.age")?, selector.slot::<str>("plan")?);
/// let mut guest = selector.follow(CustomerProfile::new(), Visit::new(at));
/// let mut segments = SegmentSet::of(&selector);
///
/// // For each request.
/// let customer = Customer { age: 70, plan: Some("prepaid".to_owned()) };
/// guest.put(&age, customer.age);
/// guest.put_or_forget(&plan, customer.plan.as_deref().map(|plan| Fact::observed(plan).learnt(at.timestamp())));
/// guest.segments(&mut segments);
/// assert!(segments.contains("old_on_prepaid"));
/// assert_eq!(guest.select(), selector.select(guest.profile(), guest.visit()));
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Guest {
    selector: ExperienceSelector,
    profile: CustomerProfile,
    visit: Visit,
    known: Known,
}

/// What is known of a visitor who is followed.
// INVARIANT: it is what a selector finds of their profile and visit as they are; upheld by `find` and `read`.
#[derive(Clone)]
pub(super) struct Known {
    /// Those they are in.
    pub(super) cells: Vec<[Cell; LINE]>,
    pub(super) granted: u64,
    pub(super) person: Person,
    pub(super) circumstances: Circumstances,
    pub(super) drawn: Drawn,
}

impl std::fmt::Debug for Guest {
    /// Says nothing of the person.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Guest").finish_non_exhaustive()
    }
}

impl ExperienceSelector {
    /// Finds all that can be found of a visitor before rules are asked, and keeps it while one fact after the other changes.
    ///
    /// # Cost
    /// Up to twice the reading of a decision (`guest_visit/rare_1000`); allocates.
    #[must_use]
    pub fn follow(&self, profile: CustomerProfile, visit: Visit) -> Guest {
        let facts = self.facts(&profile, &visit);
        let (person, circumstances) = self.person_and_circumstances(&facts);
        let mut known = Known {
            cells: vec![[0; LINE]; self.inner.cells.div_ceil(LINE)],
            granted: facts.seen.granted,
            person,
            circumstances,
            drawn: Drawn::of(self.checked(), &visit),
        };
        self.in_room(Read { selector: self, facts, into: &mut known.cells });
        Guest { selector: self.clone(), profile, visit, known }
    }
}

impl Guest {
    /// The profile, with what was put into it.
    #[must_use]
    pub fn profile(&self) -> &CustomerProfile {
        &self.profile
    }
    /// The visit, with what was put into it.
    #[must_use]
    pub fn visit(&self) -> &Visit {
        &self.visit
    }
    /// Gives profile and visit back.
    #[must_use]
    pub fn into_parts(self) -> (CustomerProfile, Visit) {
        (self.profile, self.visit)
    }
    /// Whether `selector` follows them, or a clone of it.
    #[must_use]
    pub fn is_by(&self, selector: &ExperienceSelector) -> bool {
        self.selector.is_same(selector)
    }

    /// Puts a fact into a slot. It replaces what was there, even what came from a stronger source or later. A bare value is declared and
    /// has no date, as everywhere: what the service has seen is `Fact::observed(value).learnt(at)`. Counts are always observed.
    ///
    /// A built-in value that cannot be is named as [unreadable](CustomerProfile::unreadable); one of the host's own is kept, and held
    /// against its type where it is read. Either way the attribute is unknown then, a count 0.
    ///
    /// A slot of another selector is noticed: the attribute of that name is changed where this policy has it, if it does, for the price
    /// of [`set_profile`](Self::set_profile).
    ///
    /// # Cost
    /// 10 to 20 ns where a fact was there before (`guest_put_segments/rare_100`). More where D1 may hide it, where conditions ask for its age or
    /// who said it, where an int of the host's own has limits, and of what every decision goes by: preferences, open cases and what
    /// the device asks for. Allocates for a text of more than 24 bytes, for what was not there before, and for what is unreadable.
    #[inline]
    pub fn put<'v, T: Slotted + ?Sized>(&mut self, slot: &Slot<T>, fact: impl Into<Fact<T::Given<'v>>>) {
        let Fact { value: given, source, learnt } = fact.into();
        let key = T::key(given, OURS);
        let Self { selector, profile, visit, .. } = self;
        let is_kept = slot.can_be(given)
            && slot.is_by(selector)
            && slot.goes.one.rewrite(profile, visit, (key.0, source), |fact| {
                // Written in place: a fact that is moved is read again before it has been written.
                fact.value = T::value(given, OURS);
                (fact.source, fact.learnt) = (source, learnt);
            });
        let is_kept = is_kept || self.put_anew(slot, Some(Fact { value: given, source, learnt }));
        self.find(&slot.goes, is_kept.then_some(key));
    }

    /// The same with what is known, if it is; else it is [forgotten](Self::forget).
    ///
    /// # Cost
    /// That of the one or the other.
    #[inline]
    pub fn put_or_forget<'v, T: Slotted + ?Sized>(
        &mut self,
        slot: &Slot<T>,
        fact: Option<impl Into<Fact<T::Given<'v>>>>,
    ) {
        match fact {
            Some(known) => self.put(slot, known),
            None => self.forget(slot),
        }
    }

    /// Takes the fact out of a slot: it is unknown then, a count 0.
    ///
    /// # Cost
    /// That of [`put`](Self::put), and of moving the facts behind it.
    pub fn forget<T: Slotted + ?Sized>(&mut self, slot: &Slot<T>) {
        self.put_anew(slot, None);
        self.find(&slot.goes, None);
    }

    /// Keeps what is new there, cannot be, or is nothing; whether there is something now.
    #[inline(never)]
    fn put_anew<T: Slotted + ?Sized>(&mut self, slot: &Slot<T>, fact: Option<Fact<T::Given<'_>>>) -> bool {
        let fact = fact.map(|fact| fact.map(|given| T::value(given, OURS)));
        let Self { selector, profile, visit, .. } = self;
        if slot.is_by(selector) {
            return slot.goes.one.put(profile, visit, fact);
        }
        // The attribute may stand elsewhere in this policy.
        OneFact::of(selector, slot.attribute(), "", "").is_ok_and(|one| one.put(profile, visit, fact))
    }

    /// Finds the cells that go by a slot, by the key of what was put there.
    #[inline(always)]
    fn find(&mut self, slot: &Goes, key: Option<(Key, Option<&str>)>) {
        if !Arc::ptr_eq(&slot.of, &self.selector.inner) {
            return self.read();
        }
        for on in &slot.axes {
            let cell = match (&on.by_key, key) {
                (Some((cut, _)), Some((key, text))) => cut.cell(key, || text),
                (Some((_, unknown)), None) => *unknown,
                (None, _) => self.look(on.axis),
            };
            self.put_cell(on.axis, cell);
        }
        for joint in &slot.joints {
            let cell = joint.cell(|axis| self.cell(axis));
            self.put_cell(joint.place, cell);
        }
        if slot.is_always_read {
            (self.known.person, self.known.circumstances) = self.person_and_circumstances();
        }
    }

    /// The facts as they are; no slot touches what D1 grants.
    fn facts(&self) -> VisitorFacts<'_> {
        self.selector.facts_and_begun(&self.profile, &self.visit, Before::Known(&self.known), None).0
    }
    /// The cell of an axis, as it is found anew.
    #[inline(never)]
    fn look(&self, axis: u32) -> Cell {
        look(&self.selector.inner.grid, &self.facts(), axis)
    }
    #[inline(never)]
    fn person_and_circumstances(&self) -> (Person, Circumstances) {
        self.selector.person_and_circumstances(&self.facts())
    }
    #[inline(always)]
    fn cell(&self, axis: u32) -> Cell {
        self.known.cells.as_flattened().get(axis as usize).copied().unwrap_or(0)
    }
    #[inline(always)]
    fn put_cell(&mut self, axis: u32, cell: Cell) {
        if let Some(slot) = self.known.cells.as_flattened_mut().get_mut(axis as usize) {
            *slot = cell;
        }
    }

    /// Goes on with another profile: whatever has no slot is changed so. What slots have put into the one before is gone with it.
    ///
    /// # Cost
    /// The reading of all facts anew, as [`follow`](ExperienceSelector::follow).
    pub fn set_profile(&mut self, profile: CustomerProfile) {
        self.profile = profile;
        self.read();
    }

    /// Goes on with another visit. What slots have put into the one before is gone with it.
    ///
    /// # Cost
    /// The reading of all facts anew, as [`follow`](ExperienceSelector::follow) (`guest_visit/rare_1000`): where one profile comes with many visits,
    /// [`prepare`](ExperienceSelector::prepare) is quicker. Allocates only where other ids draw arms.
    pub fn set_visit(&mut self, visit: Visit) {
        self.visit = visit;
        self.read();
    }

    /// Finds all anew.
    #[inline(never)]
    fn read(&mut self) {
        let Self { selector, profile, visit, known } = self;
        let facts = selector.facts(profile, visit);
        known.granted = facts.seen.granted;
        (known.person, known.circumstances) = selector.person_and_circumstances(&facts);
        if !known.drawn.is_of(visit) {
            known.drawn = Drawn::of(selector.checked(), visit);
        }
        selector.in_room(Read { selector, facts, into: &mut known.cells });
    }

    /// Finds all segments of the policy that hold for them: the same as [`ExperienceSelector::segments`].
    ///
    /// # Cost
    /// That of [`ExperienceSelector::segments`] without the reading of facts. No allocation but for room that does not fit.
    pub fn segments(&self, into: &mut SegmentSet) {
        let Self { selector, profile, visit, known } = self;
        into.fit(&selector.inner);
        let words = into.words();
        selector.in_room(Find { selector, profile, visit, known: Some(known), words });
    }

    /// Decides how they are served: the same as [`ExperienceSelector::select`].
    ///
    /// # Cost
    /// That of [`ExperienceSelector::select`] without most of the reading of facts. No allocation.
    #[must_use]
    pub fn select(&self) -> Decision {
        let Self { selector, profile, visit, known } = self;
        let before = Before::Known(known);
        selector.in_room(Walk { selector, profile, visit, before, observer: &mut () })
    }

    /// Decides, and says why: the same as [`ExperienceSelector::explain`].
    #[must_use]
    pub fn explain(&self) -> Explanation {
        self.selector.explain(&self.profile, &self.visit)
    }
}

/// Finding the cells of a visitor.
struct Read<'a> {
    selector: &'a ExperienceSelector,
    facts: VisitorFacts<'a>,
    into: &'a mut [[Cell; LINE]],
}

impl InRoom for Read<'_> {
    type Gives = ();
    #[inline(always)]
    fn within<const ROOM: usize>(self, cells: &mut [Cell; ROOM]) {
        let Self { selector, facts, into } = self;
        let inner = &*selector.inner;
        inner.grid.nothing_is_known(cells);
        let mut visitor = InGrid { grid: &inner.grid, facts, cells };
        visitor.read(&inner.readings.all);
        visitor.read(&inner.segment_readings.all);
        let (lines, _) = visitor.cells.as_chunks();
        into.iter_mut().zip(lines).for_each(|(to, from)| *to = *from);
    }
}

/// Puts a visitor into cells that are known, but for what has to be worked out.
#[inline(always)]
pub(super) fn recall<const ROOM: usize>(cells: &mut [Cell; ROOM], known: &[[Cell; LINE]]) {
    let (lines, _) = cells.as_chunks_mut();
    for (to, from) in lines.iter_mut().zip(known) {
        *to = *from;
    }
}
