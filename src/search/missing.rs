//! Of whom something is missing: somebody who is so, and would be otherwise if more were known of them, by the same clock and with
//! the same consents. A region says of whom facts may be unknown; the same region with all that there can be in their place holds
//! everybody whom these people may turn out to be.

use super::space::Space;
use super::visitor::{Making, Told};
use super::{Budget, Found, Look, Person, Said, Walk};
use crate::attribute::AttributeId;
use crate::cells::{AxisId, CellSet, Measure, Region, UNKNOWN};
use crate::time::{Moment, Offset};
use crate::value::Value;

/// Somebody who lacks something, and what they may turn out to be.
#[derive(Debug, Clone)]
pub(crate) struct Lacking {
    pub(crate) person: Person,
    /// Facts and ids that are so of who they may turn out to be, those that are known of the person among them: if these are left
    /// out too, they are missing.
    pub(crate) known: Vec<Said>,
}

/// How many are asked, and how many regions looked at, of who the people of one region may turn out to be.
const MOST_ASKED: u64 = 2_048;
const MOST_LOOKS: u64 = 1_024;

impl Said {
    /// Whether it says something of the same fact.
    fn is_of(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Fact(one, ..), Self::Fact(other, ..)) => one == other,
            (Self::Id(one, _), Self::Id(other, _)) => one == other,
            _ => false,
        }
    }
}

impl Lacking {
    /// What is missing of the person.
    pub(crate) fn missing(&self) -> impl Iterator<Item = &Said> {
        missing(&self.known, &self.person)
    }
}

/// What is known otherwise and missing of somebody.
fn missing<'k>(known: &'k [Said], person: &'k Person) -> impl Iterator<Item = &'k Said> {
    known.iter().filter(|known| !person.said.iter().any(|said| said.is_of(known)))
}

impl Space<'_> {
    /// Somebody if what is missing were known.
    pub(crate) fn if_known(known: &[Said], person: &Person) -> Person {
        let mut knowing = person.clone();
        knowing.said.extend(missing(known, person).cloned());
        knowing
    }

    /// Searches for somebody of whom `look` says yes, and `known` does if what is missing of them is known; `really` holds both
    /// against the rules themselves.
    pub(crate) fn find_lacking(
        &self,
        budget: &mut Budget,
        mut look: impl FnMut(&Region) -> Look,
        mut known: impl FnMut(&Region) -> Look,
        really: impl Fn(&Lacking) -> bool,
    ) -> Found<Lacking> {
        let next = |region: &Region| self.next(region, look(region));
        Walk::new(self.everywhere()).go(budget, next, |region, budget, _| {
            // To ask somebody is a step, and so is to look at a region.
            let (most_asked, most_looks) = (MOST_ASKED.min(budget.left()), MOST_LOOKS.min(budget.left()));
            let (mut asks, mut looks) = (most_asked, Budget::new(most_looks));
            let less = |person: &Person| {
                let known = || person.said.iter().filter(|said| self.can_be_missing(said)).cloned().collect();
                let mut less = self.less_said(person, region).into_iter();
                less.find_map(|less| {
                    asks = asks.checked_sub(1)?;
                    Some(self.lacking(less, known())).filter(&really)
                })
            };
            let found = self.find(self.turned_out(region), &mut looks, &mut known, less);
            budget.take(most_asked - asks + most_looks - looks.left());
            match found {
                Found::One(found) => Making::Made(found),
                Found::None => Making::Impossible,
                Found::Untold(_) => Making::Unmade,
            }
        })
    }

    /// Whether somebody has consented to all that a fact asks for (D1).
    pub(crate) fn is_granted(&self, id: AttributeId, person: &Person) -> bool {
        let mut with = person.clone();
        self.grant(&mut with, self.purposes_of(id));
        with == *person
    }

    fn lacking(&self, person: Person, mut known: Vec<Said>) -> Lacking {
        // By another clock it may be another hour and day.
        if let Some(offset) = person.said.iter().find(|said| self.is_offset(said)) {
            known.retain(|said| !said.is_of(offset));
        }
        Lacking { person, known }
    }

    /// Whether it is a fact, or an id, of which nothing need be known.
    fn can_be_missing(&self, said: &Said) -> bool {
        match said {
            Said::Fact(id, ..) => self.checked.attributes.get(*id).can_be_unknown(),
            Said::Id(..) => true,
            Said::Need(..) | Said::Consent(_) | Said::Prior(_) | Said::Elsewhere(_) => false,
        }
    }
    fn is_offset(&self, said: &Said) -> bool {
        matches!(said, Said::Fact(id, ..) if Some(*id) == self.checked.attributes.find("visit.offset"))
    }

    /// Where everybody in a region may turn out to be.
    fn turned_out(&self, region: &Region) -> Region {
        let all = self.everywhere();
        let of = |(axis, measure): (AxisId, &Measure)| {
            let is_open = match (measure, measure.attribute()) {
                // What is worked out may hang on anything.
                (Measure::Part(_), _) => true,
                (_, Some(id)) => self.is_open(region, id),
                _ => region.get(axis).is_none_or(|set| set.contains(UNKNOWN)),
            };
            let from = if is_open { &all } else { region };
            from.get(axis).cloned().unwrap_or_else(CellSet::empty)
        };
        let measures = self.grid.axes.iter().map(|axis| &axis.measure);
        Region::new((0..).map(AxisId).zip(measures).map(of).collect())
    }

    /// Whether an attribute may be unknown in a region.
    fn is_open(&self, region: &Region, id: AttributeId) -> bool {
        let can_be = self.checked.attributes.get(id).can_be_unknown();
        can_be && self.axes.get(&id).is_none_or(|axes| Told { id, axes, region }.may_be_unknown())
    }

    /// Somebody of whom less is said, as far as a region leaves it open: first nothing of all that, then all but one, then one. The
    /// clock goes on as it went.
    fn less_said(&self, person: &Person, region: &Region) -> Vec<Person> {
        const MOST_APART: usize = 8;
        let is_open = |said: &Said| match said {
            Said::Fact(id, ..) => self.is_open(region, *id),
            Said::Id(unit, _) => !self.draws(region, *unit).needs_id,
            Said::Need(..) | Said::Consent(_) | Said::Prior(_) | Said::Elsewhere(_) => false,
        };
        let open: Vec<&Said> = person.said.iter().filter(|said| is_open(said)).collect();
        let without = |goes: &dyn Fn(&Said) -> bool| {
            let (gone, said): (Vec<Said>, Vec<Said>) =
                person.said.iter().cloned().partition(|said| goes(said));
            let offset = gone.iter().find(|said| self.is_offset(said)).and_then(|said| match said {
                Said::Fact(_, Value::Int(minutes), _) => Offset::from_minutes(i16::try_from(*minutes).ok()?),
                _ => None,
            });
            let at = offset.map_or(person.at, |offset| Moment::new(person.at.timestamp(), offset));
            Person { at, said }
        };
        let mut all = vec![without(&|said| open.contains(&said))];
        if open.len() > 1 {
            let apart = || open.iter().take(MOST_APART);
            all.extend(apart().map(|one| without(&|said| said != *one && open.contains(&said))));
            all.extend(apart().map(|one| without(&|said| said == *one)));
        }
        all
    }
}
