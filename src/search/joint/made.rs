//! From a pair of regions to somebody in both: what either side says of them is said, and where the policies treat a fact
//! differently, it is tried who says it and when it was learnt.

use super::{Both, Joint};
use crate::attribute::Attribute;
use crate::cells::UNKNOWN;
use crate::fact::Source;
use crate::profile::CustomerProfile;
use crate::search::visitor::{Dress, Fails, Learnt, Said, first_id, say};
use crate::search::{Budget, Making, Person, Witness};
use crate::time::Moment;
use crate::visit::{Unit, Visit};

/// Somebody of whom each side says something.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Couple {
    at: Moment,
    /// Each with the side whose words it uses.
    said: Vec<(usize, Said)>,
    /// How facts are said that the policies treat differently.
    dress: Dress,
}

impl Joint<'_> {
    /// Makes somebody in both regions, and asks whether they `really` are as is wanted.
    pub(super) fn make<T>(
        &self,
        both: &Both,
        budget: &mut Budget,
        really: &mut dyn FnMut(&Couple) -> Option<T>,
    ) -> Making<T> {
        let [left, right] = &self.sides;
        let persons = match (left.without_ids(&both[0]), right.without_ids(&both[1])) {
            (Ok(old), Ok(new)) => [old, new],
            (Err(Fails::Never), _) | (_, Err(Fails::Never)) => return Making::Impossible,
            _ => return Making::Unmade,
        };
        let Some(ids) = self.ids(both) else { return Making::Unmade };
        let mut tried: Vec<Couple> = Vec::new();
        let mut is_so = |couple: Couple, budget: &mut Budget| {
            if tried.contains(&couple) || !tried.is_empty() && !budget.take(1) {
                return None;
            }
            let found = really(&couple);
            tried.push(couple);
            found
        };
        let [old, new] = &persons;
        let plain = [self.couple(0, [old, new], &ids), self.couple(1, [old, new], &ids)];
        for couple in &plain {
            if let Some(found) = is_so(couple.clone(), budget) {
                return Making::Made(found);
            }
        }
        let may_be_elsewhere = self.sides.iter().zip(both).all(|(space, region)| {
            region.get(space.inputs.in_use.axis).is_none_or(|set| set.contains(UNKNOWN))
        });
        if may_be_elsewhere {
            let mut elsewhere = plain[0].clone();
            elsewhere.said.push((0, Said::Elsewhere));
            if let Some(found) = is_so(elsewhere, budget) {
                return Making::Made(found);
            }
        }
        for couple in plain.iter().flat_map(|couple| self.with_other_values(couple, both)) {
            for dress in self.dresses() {
                if let Some(found) = is_so(Couple { dress, ..couple.clone() }, budget) {
                    return Making::Made(found);
                }
            }
        }
        // What is worked out is free in the regions; perhaps it is so of somebody with other values.
        let parts = [left.parts_asked(&both[0]), right.parts_asked(&both[1])];
        if !parts[0].is_empty() {
            for other in left.others_like(old, &parts[0], &both[0]) {
                if let Some(found) = is_so(self.couple(0, [&other, new], &ids), budget) {
                    return Making::Made(found);
                }
            }
        }
        if !parts[1].is_empty() {
            for other in right.others_like(new, &parts[1], &both[1]) {
                if let Some(found) = is_so(self.couple(1, [old, &other], &ids), budget) {
                    return Making::Made(found);
                }
            }
        }
        Making::Unmade
    }

    /// What the side `first` says, and what the other says beside it.
    fn couple(&self, first: usize, [old, new]: [&Person; 2], ids: &[Said]) -> Couple {
        let (one, other) = if first == 0 { (old, new) } else { (new, old) };
        let mut said: Vec<(usize, Said)> = one.said.iter().map(|said| (first, said.clone())).collect();
        for more in &other.said {
            let more = (1 - first, more.clone());
            if !said.iter().any(|one| self.is_of_the_same(one, &more)) {
                said.push(more);
            }
        }
        said.extend(ids.iter().map(|id| (0, id.clone())));
        Couple { at: one.at, said, dress: Dress::USUAL }
    }

    fn is_of_the_same(&self, one: &(usize, Said), other: &(usize, Said)) -> bool {
        match (&one.1, &other.1) {
            (Said::Fact(..), Said::Fact(..)) => match (self.attribute(one), self.attribute(other)) {
                (Some(a), Some(b)) => a.name == b.name && a.origin == b.origin,
                _ => false,
            },
            (Said::Need(a, _), Said::Need(b, _)) => a == b,
            (Said::Consent(a), Said::Consent(b)) => a == b,
            (Said::Prior(_), Said::Prior(_)) | (Said::Elsewhere, Said::Elsewhere) => true,
            (Said::Id(a, _), Said::Id(b, _)) => a == b,
            _ => false,
        }
    }

    /// The attribute of a fact.
    fn attribute(&self, (side, said): &(usize, Said)) -> Option<&Attribute> {
        let Said::Fact(id, ..) = said else { return None };
        Some(self.sides.get(*side)?.checked.attributes.get(*id))
    }

    /// Ids that draw under both policies what is asked for.
    fn ids(&self, both: &Both) -> Option<Vec<Said>> {
        let [left, right] = &self.sides;
        let mut said = Vec::new();
        for &unit in Unit::ALL {
            let (old, new) = (left.draws(&both[0], unit), right.draws(&both[1], unit));
            if old.is_none() && new.is_none() {
                continue;
            }
            let fits = |id: &str| {
                old.as_ref().is_none_or(|draws| draws(id)) && new.as_ref().is_none_or(|draws| draws(id))
            };
            said.push(Said::Id(unit, first_id(unit, fits)?));
        }
        Some(said)
    }

    /// The limits of a fact (D1) under both policies.
    fn limits_of(&self, name: &str) -> [Option<crate::policy::FactLimit>; 2] {
        let limit = |side: usize| {
            let checked = self.sides.get(side)?.checked;
            let id = checked.attributes.find(name)?;
            checked.limits.get(usize::from(id.0)).copied().flatten()
        };
        [limit(0), limit(1)]
    }

    /// Whether the policies ask something else of who says a fact and when.
    fn is_treated_apart(&self, one: &(usize, Said)) -> bool {
        self.attribute(one).is_some_and(|attribute| {
            let [old, new] = self.limits_of(&attribute.name);
            let asked = |limit: Option<crate::policy::FactLimit>| {
                limit.map_or((Source::Inferred, None), |limit| (limit.min_source, limit.max_age_days))
            };
            asked(old) != asked(new)
        })
    }

    /// Somebody of whom a fact is said that the policies treat differently, and the same with its other values: what a fact
    /// says may fade until the visit.
    fn with_other_values(&self, couple: &Couple, both: &Both) -> Vec<Couple> {
        let mut all = Vec::new();
        for (place, one) in couple.said.iter().enumerate().filter(|(_, one)| self.is_treated_apart(one)) {
            let (side, Said::Fact(id, value, declared)) = one else { continue };
            let (Some(space), Some(region)) = (self.sides.get(*side), both.get(*side)) else { continue };
            let others = space.several_of(*id, region).into_iter().filter(|other| other != value);
            all.push(couple.clone());
            all.extend(others.map(|other| {
                let mut couple = couple.clone();
                if let Some(said) = couple.said.get_mut(place) {
                    *said = (*side, Said::Fact(*id, other, *declared));
                }
                couple
            }));
        }
        all
    }

    /// Ways to say a fact that policies may treat differently.
    fn dresses(&self) -> Vec<Dress> {
        let limits = self.sides.iter().flat_map(|space| space.checked.limits.iter().flatten());
        let mut days: Vec<u32> = limits.filter_map(|limit| Some(limit.max_age_days? + 1)).collect();
        days.sort_unstable();
        days.dedup();
        let learnt = [Learnt::Usual, Learnt::Never].into_iter().chain(days.into_iter().map(Learnt::Before));
        let sources = [None, Some(Source::Inferred), Some(Source::Request), Some(Source::Observed)];
        let of = |learnt| sources.map(|source| Dress { source, learnt });
        learnt.flat_map(of).collect()
    }

    /// The profile and the visit.
    pub(crate) fn visitor(&self, couple: &Couple) -> (CustomerProfile, Visit) {
        let nobody = (CustomerProfile::new(), Visit::new(couple.at));
        couple.said.iter().fold(nobody, |so_far, one| {
            let Some(space) = self.sides.get(one.0) else { return so_far };
            let dress = if self.is_treated_apart(one) { couple.dress } else { Dress::USUAL };
            say(space.checked, &one.1, couple.at, so_far, dress)
        })
    }

    /// The person with nothing said of them that can be left out, `really` still being so.
    pub(crate) fn least(&self, mut couple: Couple, really: impl Fn(&Couple) -> bool) -> Couple {
        let mut place = couple.said.len();
        while place > 0 {
            place -= 1;
            let mut less = couple.clone();
            less.said.remove(place);
            if really(&less) {
                couple = less;
                place = couple.said.len();
            }
        }
        couple
    }

    /// The witness that somebody is.
    pub(crate) fn witness(&self, couple: &Couple) -> Witness {
        let (profile, visit) = self.visitor(couple);
        Witness { profile, visit }
    }
}
