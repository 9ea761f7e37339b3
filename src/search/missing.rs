//! Of whom something is missing: somebody who is so, and would be otherwise if more were known of them. A region says of whom
//! facts may be unknown; the same region with all that there can be in their place holds everybody whom these people may turn
//! out to be.

use super::space::Space;
use super::visitor::{Making, Told};
use super::{Budget, Found, Look, Person, Said, Walk};
use crate::attribute::AttributeId;
use crate::cells::{AxisId, Beside, CellSet, Measure, Region, UNKNOWN};

/// Somebody, and the same person if what is missing were known.
#[derive(Debug, Clone)]
pub(crate) struct Unlearnt {
    pub(crate) person: Person,
    known: Person,
}

impl Unlearnt {
    /// The person of whom no more is said than that, if what is missing were known.
    pub(crate) fn learnt(&self, person: &Person) -> Person {
        let mut learnt = person.clone();
        let is_missing = |said: &&Said| match said {
            Said::Fact(id, ..) => {
                !person.said.iter().any(|one| matches!(one, Said::Fact(one, ..) if one == id))
            }
            Said::Id(unit, _) => {
                !person.said.iter().any(|one| matches!(one, Said::Id(one, _) if one == unit))
            }
            // What is missing may ask for it.
            Said::Consent(_) => !person.said.contains(said),
            Said::Need(..) | Said::Prior(_) | Said::Elsewhere(_) => false,
        };
        learnt.said.extend(self.known.said.iter().filter(is_missing).cloned());
        learnt
    }
}

impl Space<'_> {
    /// Searches for somebody of whom `look` says yes, and `known` does if what is missing of them is known; `really` holds both
    /// against the rules themselves.
    pub(crate) fn find_unlearnt(
        &self,
        budget: &mut Budget,
        mut look: impl FnMut(&Region) -> Look,
        mut known: impl FnMut(&Region) -> Look,
        really: impl Fn(&Unlearnt) -> bool,
    ) -> Found<Unlearnt> {
        let next = |region: &Region| self.next(region, look(region));
        Walk::new(self.everywhere()).go(budget, next, |region, budget, _| {
            let less = |known: &Person| {
                let less = self.less_said(known, region).into_iter();
                less.map(|person| Unlearnt { person, known: known.clone() }).find(&really)
            };
            match self.find(self.learnt(region), budget, &mut known, less) {
                Found::One(found) => Making::Made(found),
                Found::None => Making::Impossible,
                Found::Untold(_) => Making::Unmade,
            }
        })
    }

    /// Where everybody in a region may turn out to be.
    fn learnt(&self, region: &Region) -> Region {
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

    /// Somebody of whom less is said, as far as a region leaves it open: first nothing of all that, then all but one, then one.
    fn less_said(&self, person: &Person, region: &Region) -> Vec<Person> {
        const MOST_APART: usize = 8;
        let find = |name: &str| self.checked.attributes.find(name);
        // Who must have a clock has an offset.
        let clock = self.beside(Beside::VisitorMinute).and_then(|axis| region.get(axis));
        let has_clock = clock.is_some_and(|set| !set.contains(UNKNOWN))
            || ["visit.hour", "visit.weekday"]
                .iter()
                .filter_map(|name| find(name))
                .any(|id| !self.is_open(region, id));
        let may_go = |said: &Said| match said {
            Said::Fact(id, ..) => {
                self.is_open(region, *id) && !(has_clock && Some(*id) == find("visit.offset"))
            }
            Said::Id(unit, _) => !self.draws(region, *unit).needs_id,
            Said::Need(..) | Said::Consent(_) | Said::Prior(_) | Said::Elsewhere(_) => false,
        };
        let open: Vec<&Said> = person.said.iter().filter(|said| may_go(said)).collect();
        let without = |goes: &dyn Fn(&Said) -> bool| {
            let said = person.said.iter().filter(|said| !goes(said)).cloned().collect();
            Person { at: person.at, said }
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
