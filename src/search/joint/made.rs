//! From a pair of regions to somebody in both: what either side says of them is said, and where the policies treat a fact
//! differently, it is tried who says it and when it was learnt.

use std::collections::BTreeSet;

use super::draws::held;
use super::twins::withheld;
use super::{Both, Joint};
use crate::attribute::{Attribute, AttributeType};
use crate::cells::{AxisId, Beside, CellSet, Measure, Region, UNKNOWN, counterpart};
use crate::fact::Source;
use crate::policy::Checked;
use crate::profile::CustomerProfile;
use crate::search::space::Space;
use crate::search::visitor::{Dress, Fails, Learnt, Said, first_id, say, units, unknown_channel};
use crate::search::{Budget, Making, Person, Witness};
use crate::time::{Moment, Timestamp};
use crate::value::Value;
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

impl Couple {
    /// The same of whom one thing more is said, in the place of what was said of it.
    fn with(&self, said: (usize, Said)) -> Self {
        let mut couple = self.clone();
        if let Said::Fact(id, ..) = said.1 {
            let is_it =
                |one: &(usize, Said)| one.0 == said.0 && matches!(one.1, Said::Fact(of, ..) if of == id);
            couple.said.retain(|one| !is_it(one));
        }
        couple.said.push(said);
        couple
    }
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
        // Perhaps it is so of a visit that carries Sec-GPC, where the policies withhold different purposes by it.
        let mut plain = plain.to_vec();
        if let Some(gpc) = self.gpc_if_apart() {
            let with = plain.iter().map(|couple| couple.with(gpc.clone())).collect::<Vec<_>>();
            for couple in &with {
                if let Some(found) = is_so(couple.clone(), budget) {
                    return Making::Made(found);
                }
            }
            plain.extend(with);
        }
        let may_be_elsewhere = self.sides.iter().zip(both).all(|(space, region)| {
            region.get(space.inputs.in_use.axis).is_none_or(|set| set.contains(UNKNOWN))
        });
        if may_be_elsewhere {
            let unknown = unknown_channel(self.sides.iter().map(|space| space.checked));
            let elsewhere = plain.first().zip(unknown);
            let elsewhere = elsewhere.map(|(couple, channel)| couple.with((0, Said::Elsewhere(channel))));
            if let Some(found) = elsewhere.and_then(|couple| is_so(couple, budget)) {
                return Making::Made(found);
            }
        }
        for couple in plain.iter().flat_map(|couple| self.with_other_values(couple, both)) {
            let is_dressed = couple.said.iter().any(|one| self.is_treated_apart(one));
            for dress in if is_dressed { self.dresses() } else { vec![Dress::USUAL] } {
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
            (Said::Prior(_), Said::Prior(_)) | (Said::Elsewhere(_), Said::Elsewhere(_)) => true,
            (Said::Id(a, _), Said::Id(b, _)) => a == b,
            _ => false,
        }
    }

    /// The attribute of a fact.
    fn attribute(&self, (side, said): &(usize, Said)) -> Option<&Attribute> {
        let Said::Fact(id, ..) = said else { return None };
        Some(self.sides.get(*side)?.checked.attributes.get(*id))
    }

    /// Ids that draw under both policies what is asked for, from memory where the same was asked before.
    fn ids(&self, both: &Both) -> Option<Vec<Said>> {
        let drawn = |space: &Space<'_>, region: &Region| -> Vec<CellSet> {
            let axes = space.grid.axes.iter().zip((0..).map(AxisId));
            let axes = axes.filter(|(axis, _)| {
                matches!(axis.measure, Measure::Bucket(_) | Measure::Beside(Beside::Arm(_)))
            });
            axes.filter_map(|(_, axis)| region.get(axis).cloned()).collect()
        };
        let asked: Vec<CellSet> =
            self.sides.iter().zip(both).flat_map(|(space, region)| drawn(space, region)).collect();
        if let Some(ids) = self.ids_known.borrow().get(&asked) {
            return ids.clone();
        }
        let ids = self.find_ids(both);
        self.ids_known.borrow_mut().insert(asked, ids.clone());
        ids
    }

    fn find_ids(&self, both: &Both) -> Option<Vec<Said>> {
        let [left, right] = &self.sides;
        let draws = |unit| [left.draws(&both[0], unit), right.draws(&both[1], unit)];
        let mut drawing = units([left.checked, right.checked]);
        drawing.retain(|&unit| draws(unit).iter().any(|draws| draws.needs_id));
        if drawing.is_empty() {
            return Some(Vec::new());
        }
        let with = |mut said: Vec<Said>, strictly: bool| {
            let mut visit = Visit::new(Timestamp::EPOCH);
            for one in &said {
                if let Said::Id(unit, id) = one {
                    visit = visit.with_id(*unit, id.clone());
                }
            }
            for &unit in &drawing {
                let draws = draws(unit);
                let fit = |visit: &Visit| draws.iter().all(|draws| draws.fit(visit, strictly));
                let id = first_id(unit, &visit, fit)?;
                visit = visit.with_id(unit, id.clone());
                said.push(Said::Id(unit, id));
            }
            Some(said)
        };
        let held_out = self.held_out_once(&drawing);
        // An id that draws so wherever the experiments apply is the better one.
        [true, false].into_iter().find_map(|strictly| {
            let by_others = || held_out.iter().find_map(|id| with(vec![id.clone()], strictly));
            with(Vec::new(), strictly).or_else(by_others)
        })
    }

    /// Ids, of units by which nothing else is drawn, of those who are held out by one policy only.
    fn held_out_once(&self, drawing: &[Unit]) -> Vec<Said> {
        let [old, new] = [&self.sides[0], &self.sides[1]].map(|space| space.checked);
        let by = [old, new].into_iter().filter_map(|one| Some(one.holdout.as_ref()?.unit));
        let mut units: Vec<Unit> = by.filter(|unit| !drawing.contains(unit)).collect();
        units.sort_unstable();
        units.dedup();
        let nobody = Visit::new(Timestamp::EPOCH);
        let once = held(old.holdout.as_ref(), new.holdout.as_ref());
        let once = once.into_iter().filter(|[before, after]| before != after);
        let of = |unit| {
            let nobody = &nobody;
            once.clone().filter_map(move |wanted| {
                let is_so = |visit: &Visit| [old.is_held_out(visit), new.is_held_out(visit)] == wanted;
                Some(Said::Id(unit, first_id(unit, nobody, is_so)?))
            })
        };
        units.into_iter().flat_map(of).collect()
    }

    /// That the visit carries Sec-GPC, if the policies withhold different purposes by it.
    fn gpc_if_apart(&self) -> Option<(usize, Said)> {
        let [left, right] = &self.sides;
        let names = |checked: &'_ Checked| -> Vec<String> {
            let mut names: Vec<String> = withheld(checked).into_iter().map(Into::into).collect();
            names.sort();
            names
        };
        let id = left.checked.attributes.find("visit.gpc")?;
        (names(left.checked) != names(right.checked)).then_some((0, Said::Fact(id, Value::Bool(true), true)))
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

    /// Values of a fact that one policy takes for its own, and the other does not: numbers next to its range, sets with a member
    /// that it does not have.
    fn only_here(&self, one: &(usize, Said)) -> Vec<Value> {
        let (side, Said::Fact(id, value, _)) = one else { return Vec::new() };
        let [Some(here), Some(there)] = [self.sides.get(*side), self.sides.get(1 - *side)] else {
            return Vec::new();
        };
        let (from, to) = (&here.checked.attributes, &there.checked.attributes);
        let Some(other) = counterpart(*id, from, to) else { return Vec::new() };
        match (&from.get(*id).kind, &to.get(other).kind, value) {
            (AttributeType::Int { min, max }, AttributeType::Int { min: least, max: most }, _) => {
                let beside = [least.checked_sub(1), most.checked_add(1)].into_iter().flatten();
                beside.filter(|value| (min..=max).contains(&value)).map(Value::Int).collect()
            }
            (AttributeType::Set(ours), AttributeType::Set(theirs), Value::Set(said)) => {
                let more = ours.iter().filter(|name| !theirs.contains(name));
                let one = more.map(|name| BTreeSet::from([name.clone()]));
                one.flat_map(|one| [one.union(said).cloned().collect(), one]).map(Value::Set).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Somebody of whom a fact is said that the policies treat differently, and the same with its other values: what a fact
    /// says may fade until the visit, or be nothing to one of them.
    fn with_other_values(&self, couple: &Couple, both: &Both) -> Vec<Couple> {
        let mut all = Vec::new();
        for (place, one) in couple.said.iter().enumerate() {
            let (side, Said::Fact(id, value, declared)) = one else { continue };
            let (Some(space), Some(region)) = (self.sides.get(*side), both.get(*side)) else { continue };
            let mut others = self.only_here(one);
            if self.is_treated_apart(one) {
                others.extend(space.several_of(*id, region));
                all.push(couple.clone());
            }
            let others = others.into_iter().filter(|other| other != value);
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
