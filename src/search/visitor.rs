//! From a region to somebody in it: one value from each cell, everything that need not be said left out, and what hangs
//! together made to fit: dates and clocks, needs and their strength, facts and the consents that they ask for, ids and what
//! they draw.

mod facts;
mod members;
mod others;
mod say;
mod values;

use super::Budget;
use super::space::Space;
use super::ties::Axes;
use crate::attribute::AttributeId;
use crate::cells::{Axis, AxisId, Beside, Cell, CellSet, Cut, Measure, Region, UNKNOWN};
use crate::channel::Channel;
use crate::experience::{AssistanceLevel, LayoutComplexity};
use crate::key::Key;
use crate::need::{AccessNeed, NeedStrength};
use crate::policy::Checked;
use crate::profile::CustomerProfile;
use crate::time::{Moment, Timestamp};
use crate::value::Value;
use crate::visit::{Prior, Unit, Visit};
use facts::Made;
pub(super) use facts::TOGETHER;
pub(super) use others::AskedBy;
pub(super) use say::{Dress, Learnt, say};
pub(super) use values::keys;

/// One thing that is said of somebody.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Said {
    /// The value of an attribute, and whether the person said so.
    Fact(AttributeId, Value, bool),
    Need(AccessNeed, NeedStrength),
    Consent(Box<str>),
    Prior(Prior),
    Id(Unit, Box<str>),
    /// They come by a channel that the policy, or both, have never heard of.
    Elsewhere(Channel),
}

/// Somebody, as a list of what is said of them: so that some of it can be left out.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Person {
    pub(crate) at: Moment,
    pub(crate) said: Vec<Said>,
}

impl Person {
    /// The same person without a need on record.
    pub(crate) fn without_need(&self, need: AccessNeed) -> Self {
        let mut person = self.clone();
        person.said.retain(|said| !matches!(said, Said::Need(one, _) if *one == need));
        person
    }
    /// The same person with a need on record, so strong.
    pub(crate) fn with_need(&self, need: AccessNeed, strength: NeedStrength) -> Self {
        let mut person = self.without_need(need);
        person.said.push(Said::Need(need, strength));
        person
    }
    /// The same person, of whom it is said that something is true or not, by themselves or not, or nothing of it.
    pub(crate) fn with_truth(&self, id: AttributeId, truth: Option<bool>, declared: bool) -> Self {
        let mut person = self.clone();
        person.said.retain(|said| !matches!(said, Said::Fact(one, ..) if *one == id));
        person.said.extend(truth.map(|truth| Said::Fact(id, Value::Bool(truth), declared)));
        person
    }
}

/// What came of making somebody.
pub(crate) enum Making<T> {
    Made(T),
    /// Nobody can be so: what hangs together does not fit.
    Impossible,
    /// Somebody was made who is not really so, or could not be made.
    Unmade,
    /// Somebody was made who is not so perhaps only for what else is given.
    Close,
}

/// What a region says of one attribute.
pub(super) struct Told<'a> {
    pub(super) id: AttributeId,
    pub(super) axes: &'a Axes,
    pub(super) region: &'a Region,
}

impl<'a> Told<'a> {
    fn set(&self, axis: Option<AxisId>) -> Option<&'a CellSet> {
        self.region.get(axis?)
    }
    /// Whether all its axes allow it to be unknown.
    pub(super) fn may_be_unknown(&self) -> bool {
        let unknown = |axis: Option<AxisId>| self.set(axis).is_none_or(|set| set.contains(UNKNOWN));
        let undeclared = self.set(self.axes.declared).is_none_or(|set| set.contains(UNKNOWN + 1));
        unknown(self.axes.value)
            && unknown(self.axes.age)
            && unknown(self.axes.size)
            && self.axes.members.iter().all(|&axis| unknown(Some(axis)))
            && undeclared
    }
}

impl Space<'_> {
    /// Makes somebody in `region`, and asks whether they `really` are as is wanted; of what is worked out, these parts are asked.
    pub(super) fn make<T>(
        &self,
        region: &Region,
        parts: &[u32],
        budget: &mut Budget,
        really: &mut dyn FnMut(&Person) -> Option<T>,
    ) -> Making<T> {
        let person = match self.person(region) {
            Ok(person) => person,
            Err(Fails::Never) => return Making::Impossible,
            Err(Fails::Here) => return Making::Unmade,
        };
        if let Some(found) = really(&person) {
            return Making::Made(found);
        }
        let mut elsewhere = person.clone();
        elsewhere.said.extend(unknown_channel([self.checked]).map(Said::Elsewhere));
        let unknown = region.get(self.inputs.in_use.axis).is_none_or(|set| set.contains(UNKNOWN));
        if unknown
            && budget.take(1)
            && let Some(found) = really(&elsewhere)
        {
            return Making::Made(found);
        }
        // What is worked out is free in the region; perhaps it is so of somebody with other values.
        if !parts.is_empty() {
            for other in self.others_like(&person, parts, region) {
                if !budget.take(1) {
                    break;
                }
                if let Some(found) = really(&other) {
                    return Making::Made(found);
                }
            }
        }
        Making::Unmade
    }

    fn person(&self, region: &Region) -> Result<Person, Fails> {
        let mut person = self.without_ids(region)?;
        self.ids(region, &mut person.said)?;
        Ok(person)
    }

    /// Somebody in a region, but for the ids.
    pub(super) fn without_ids(&self, region: &Region) -> Result<Person, Fails> {
        let mut said = Vec::new();
        let mut purposes = 0;
        for (&id, axes) in &self.axes {
            if let Made::Said(value, declared) = self.fact(&Told { id, axes, region })? {
                purposes |= self.purposes_of(id);
                said.push(Said::Fact(id, value, declared));
            }
        }
        self.needs(region, &mut said)?;
        let sure = purposes;
        let at = self.say_times(region, &self.dates(region)?, &mut said, &mut purposes)?;
        self.consents(region, purposes, &mut said).map_err(|fails| {
            // At other times less may ask for a consent.
            if purposes == sure { fails } else { Fails::Here }
        })?;
        self.priors(region, &mut said)?;
        Ok(Person { at, said })
    }

    /// The purposes whose consent an attribute asks for (D1).
    pub(super) fn purposes_of(&self, id: AttributeId) -> u64 {
        self.checked.limits.get(usize::from(id.0)).copied().flatten().map_or(0, |limit| limit.consent)
    }

    pub(super) fn priors(&self, region: &Region, said: &mut Vec<Said>) -> Result<(), Fails> {
        let set = |axis: AxisId| region.get(axis).cloned().unwrap_or_default();
        let (layouts, helps) = (set(self.inputs.prior_layout), set(self.inputs.prior_assistance));
        let none = UNKNOWN + 1;
        if layouts.contains(none) && helps.contains(none) {
            return Ok(());
        }
        // Both or neither.
        let first = |set: &CellSet| (none + 1..none + 6).find(|&cell| set.contains(cell));
        let level = |cell: Cell| (cell - none - 1) as usize;
        let layout = first(&layouts).and_then(|cell| LayoutComplexity::ALL.get(level(cell)));
        let help = first(&helps).and_then(|cell| AssistanceLevel::ALL.get(level(cell)));
        let (Some(&layout), Some(&assistance)) = (layout, help) else { return Err(Fails::Never) };
        said.push(Said::Prior(Prior { layout, assistance }));
        Ok(())
    }

    /// Ids that draw the arms and buckets that are asked for, from memory where the same was asked before.
    fn ids(&self, region: &Region, said: &mut Vec<Said>) -> Result<(), Fails> {
        let is_bucket = |axis: &Axis| matches!(axis.measure, Measure::Bucket(_));
        let buckets = self.grid.axes.iter().zip(0..).filter(|(axis, _)| is_bucket(axis));
        let axes = self.inputs.arms.iter().copied().chain(buckets.map(|(_, number)| AxisId(number)));
        let cells = axes.map(|axis| region.get(axis).cloned().unwrap_or_default()).collect();
        let ids = self.ids_known.or_find(cells, || self.find_ids(region))?;
        said.extend(ids.into_iter().map(|(unit, id)| Said::Id(unit, id)));
        Ok(())
    }

    fn find_ids(&self, region: &Region) -> Result<Vec<(Unit, Box<str>)>, Fails> {
        let mut visit = Visit::new(Timestamp::EPOCH);
        let mut ids = Vec::new();
        for unit in units([self.checked]) {
            let draws = self.draws(region, unit);
            if draws.needs_id {
                let id = first_id(unit, &visit, |visit| draws.fit(visit, false)).ok_or(Fails::Here)?;
                visit = visit.with_id(unit, id.clone());
                ids.push((unit, id));
            }
        }
        Ok(ids)
    }

    /// The arms and buckets that an id has to draw.
    pub(super) fn draws<'r>(&'r self, region: &'r Region, unit: Unit) -> Draws<'r> {
        let arms: Vec<(usize, &CellSet)> = self
            .checked
            .experiments
            .iter()
            .enumerate()
            .filter(|(_, experiment)| experiment.unit == unit)
            .filter_map(|(number, _)| Some((number, region.get(*self.inputs.arms.get(number)?)?)))
            .collect();
        let buckets: Vec<(&str, &Cut, &CellSet)> = self
            .grid
            .axes
            .iter()
            .zip(0..)
            .filter_map(|(axis, number)| match &axis.measure {
                Measure::Bucket(salt) if unit == Unit::Person => {
                    Some((&**salt, &axis.cut, region.get(AxisId(number))?))
                }
                _ => None,
            })
            .collect();
        let without = arms.iter().all(|(_, set)| set.contains(NO_ARM))
            && buckets.iter().all(|(.., set)| set.contains(UNKNOWN));
        Draws { space: self, unit, arms, buckets, needs_id: !without }
    }

    /// Whether an experiment has a condition, so that who draws an arm may be in none.
    fn may_not_apply(&self, number: usize) -> bool {
        self.experiments.get(number).is_some_and(Option::is_some)
    }

    /// The profile and the visit.
    pub(crate) fn visitor(&self, person: &Person) -> (CustomerProfile, Visit) {
        say::visitor(self.checked, person)
    }
}

/// The cell of those who draw no arm; the arms follow in their order.
pub(super) const NO_ARM: Cell = UNKNOWN + 1;

/// The arms and buckets that the id of a unit has to draw.
pub(super) struct Draws<'r> {
    space: &'r Space<'r>,
    unit: Unit,
    arms: Vec<(usize, &'r CellSet)>,
    buckets: Vec<(&'r str, &'r Cut, &'r CellSet)>,
    /// Whether nobody without an id is meant.
    pub(super) needs_id: bool,
}

impl Draws<'_> {
    /// Whether a visit's ids draw so; `strictly` if every experiment applies.
    pub(super) fn fit(&self, visit: &Visit, strictly: bool) -> bool {
        let Some(id) = visit.id(self.unit) else { return !self.needs_id };
        let held_out = self.space.checked.is_held_out(visit);
        self.arms.iter().all(|(number, set)| {
            let Some(experiment) = self.space.checked.experiments.get(*number) else { return true };
            // Whoever is held out, or to whom the experiment does not apply, draws no arm.
            let drawn = if held_out { None } else { experiment.draw(visit) };
            set.contains(NO_ARM + drawn.map_or(0, |arm| Cell::from(arm) + 1))
                || !strictly && set.contains(NO_ARM) && drawn.is_some() && self.space.may_not_apply(*number)
        }) && self
            .buckets
            .iter()
            .all(|(salt, cut, set)| set.contains(cut.cell(Key::from(crate::hash::bucket(salt, id)), || None)))
    }
}

/// A channel that none of these policies knows: a built-in one, which tests may name, if there is one.
pub(super) fn unknown_channel<'c>(policies: impl IntoIterator<Item = &'c Checked>) -> Option<Channel> {
    let known: Vec<Channel> =
        policies.into_iter().flat_map(|one| &one.channels).map(|channel| channel.channel).collect();
    let all = Channel::NAMES.iter().copied().chain(["elsewhere"]).filter_map(Channel::parse);
    all.into_iter().find(|channel| !known.contains(channel))
}

/// The first id of some with which a visit fits.
pub(super) fn first_id(unit: Unit, visit: &Visit, fits: impl Fn(&Visit) -> bool) -> Option<Box<str>> {
    const TRIED: u32 = 20_000;
    (1..=TRIED)
        .map(|n| format!("{unit}-{n}"))
        .find(|id| fits(&visit.clone().with_id(unit, id.as_str())))
        .map(Into::into)
}

/// All units, those first by which policies hold people out: whoever is held out draws nothing by any other.
pub(super) fn units<'c>(policies: impl IntoIterator<Item = &'c Checked>) -> Vec<Unit> {
    let first: Vec<Unit> =
        policies.into_iter().filter_map(|one| one.holdout.as_ref()).map(|one| one.unit).collect();
    let mut all = Unit::ALL.to_vec();
    all.sort_by_key(|unit| !first.contains(unit));
    all
}

/// Why nobody was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fails {
    /// Nobody can be so.
    Never,
    /// Somebody might be, but was not found.
    Here,
}

impl Space<'_> {
    pub(super) fn axis(&self, id: AxisId) -> Option<&Axis> {
        self.grid.axis(id)
    }
    /// The parts of conditions, by number, that a region does not leave open.
    pub(super) fn parts_asked(&self, region: &Region) -> Vec<u32> {
        let asked = self.grid.axes.iter().zip(0..).filter_map(|(axis, number)| match axis.measure {
            Measure::Part(part) => {
                let open = region.get(AxisId(number)).is_none_or(|set| set.is_all(axis.cells));
                (!open).then_some(part)
            }
            _ => None,
        });
        asked.collect()
    }
    /// The axis of what decides beside the conditions.
    fn beside(&self, beside: Beside) -> Option<AxisId> {
        let place = self.grid.axes.iter().position(|axis| axis.measure == Measure::Beside(beside))?;
        Some(AxisId(place as u32))
    }
}
