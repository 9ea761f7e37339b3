//! What is said of each attribute, and the profile and visit that it makes.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use super::members::{choose, choose_pairs};
use super::values::{keys, several, value};
use super::{Fails, Said, Told};
use crate::attribute::{AttributeId, AttributeType};
use crate::cells::{Asked, Axis, AxisId, Beside, CellSet, Measure, Region, UNKNOWN};
use crate::channel::Reach;
use crate::fact::Source;
use crate::key::{self, Key};
use crate::need::{AccessNeed, NeedStrength};
use crate::search::clock;
use crate::search::space::Space;
use crate::search::ties::Axes;
use crate::time::Moment;
use crate::value::Value;

/// What is said of one attribute.
pub(in crate::search) enum Made {
    Unsaid,
    Said(Value, bool),
    /// A date that hangs on the time of the visit: when, how old, whether declared.
    Date(Dated),
    /// It is seen to with others.
    Elsewhere,
}

/// A date that must be known: when it may be, how old, and whether the person says so.
pub(in crate::search) struct Dated {
    id: AttributeId,
    when: clock::Keys,
    ages: clock::Keys,
    declared: bool,
    /// Whether its age may be unknown all the same.
    ageless: bool,
}

/// What is seen to together.
pub(in crate::search) const TOGETHER: [&str; 7] = [
    "profile.needs",
    "profile.required_needs",
    "profile.consents",
    "visit.at",
    "visit.hour",
    "visit.weekday",
    "visit.offset",
];

const ANY: RangeInclusive<Key> = Key::MIN..=Key::MAX;

impl Space<'_> {
    pub(in crate::search) fn fact(&self, told: &Told<'_>) -> Result<Made, Fails> {
        let attribute = self.checked.attributes.get(told.id);
        if TOGETHER.contains(&&*attribute.name) {
            return Ok(Made::Elsewhere);
        }
        if attribute.can_be_unknown() && told.may_be_unknown() {
            return Ok(Made::Unsaid);
        }
        let limit = self.checked.limits.get(usize::from(told.id.0)).copied().flatten();
        let may_be_declared = told.set(told.axes.declared).is_none_or(|set| set.contains(UNKNOWN + 2));
        let by_person = attribute.sources().0;
        let declared = may_be_declared && by_person;
        if !declared
            && limit.is_some_and(|limit| limit.min_source > Source::Observed)
            && attribute.can_be_unknown()
        {
            return Err(Fails::Never);
        }
        let axis = |id: Option<AxisId>| id.and_then(|id| Some((self.axis(id)?, self.region_of(told, id)?)));
        match &attribute.kind {
            AttributeType::Set(domain) => {
                let (members, more) = self.members(told.region, told.id, told.axes, domain.len(), 0, 0)?;
                let asked =
                    self.grid.asked(told.id).map(|asked| asked.members.as_slice()).unwrap_or_default();
                let is_in = |place: usize| {
                    let bits = members.get(place / Asked::GROUP).copied().unwrap_or(0);
                    bits >> (place % Asked::GROUP) & 1 == 1
                };
                let named = asked.iter().enumerate().filter(|(place, _)| is_in(*place));
                let mut set: BTreeSet<Box<str>> = named.map(|(_, (_, name))| name.clone()).collect();
                let others = domain.iter().filter(|name| !asked.iter().any(|(_, one)| one == *name));
                set.extend(others.take(more).cloned());
                Ok(Made::Said(Value::Set(set), declared))
            }
            AttributeType::Timestamp => {
                let of =
                    |id: Option<AxisId>| axis(id).map_or_else(|| vec![ANY], |(axis, set)| keys(axis, set));
                // Of a date too far away the age is beyond all numbers, and unknown.
                let ageless = told.set(told.axes.age).is_some_and(|set| set.contains(UNKNOWN));
                Ok(Made::Date(Dated {
                    id: told.id,
                    when: of(told.axes.value),
                    ages: of(told.axes.age),
                    declared,
                    ageless,
                }))
            }
            kind => {
                let range = Measure::Value(told.id).range(&self.checked.attributes);
                let Some((axis, set)) = axis(told.axes.value) else {
                    // Only whether it is declared was asked. What is counted need not be said, and then asks for no consent.
                    if !attribute.can_be_unknown() && !declared {
                        return Ok(Made::Unsaid);
                    }
                    let some = several(kind, None, &range).into_iter().next();
                    return some.map(|value| Made::Said(value, declared)).ok_or(Fails::Here);
                };
                let nothing = match kind {
                    AttributeType::Int { .. } => axis.cut.cell(0, || None),
                    _ => {
                        let none = Reach::Unknown.as_str();
                        axis.cut.cell(key::of_text(none), || Some(none))
                    }
                };
                if !attribute.can_be_unknown() && set.contains(nothing) {
                    return Ok(Made::Unsaid);
                }
                // Sec-GPC withholds: where it need not be sent, it is not.
                let not_sent = axis.cut.cell(0, || None);
                if *attribute.name == *"visit.gpc" && set.contains(not_sent) {
                    return Ok(Made::Said(Value::Bool(false), declared));
                }
                // Of floats there are more than are tried.
                let fails = if *kind == AttributeType::Float { Fails::Here } else { Fails::Never };
                let value = value(kind, axis, set, &range);
                value.map(|value| Made::Said(value, declared)).ok_or(fails)
            }
        }
    }

    fn region_of<'r>(&self, told: &Told<'r>, id: AxisId) -> Option<&'r CellSet> {
        told.region.get(id)
    }

    /// The bits of each group of members, and how many others are in the set.
    fn members(
        &self,
        region: &Region,
        id: AttributeId,
        axes: &Axes,
        domain: usize,
        must: u64,
        must_not: u64,
    ) -> Result<(Vec<u16>, usize), Fails> {
        let asked = self.grid.asked(id).map_or(0, |asked| asked.members.len());
        let groups: Vec<Vec<u16>> = axes
            .members
            .iter()
            .zip(0..)
            .map(|(&axis, number)| {
                let shift = number * Asked::GROUP;
                let of = |bits: u64| (bits.checked_shr(shift as u32).unwrap_or(0) & 15) as u16;
                let fits = |bits: &u16| bits & of(must) == of(must) && bits & of(must_not) == 0;
                self.bits(region, axis).into_iter().filter(fits).collect()
            })
            .collect();
        let is_size = |size: usize| self.is_size(region, axes.size, size);
        choose(&groups, domain.saturating_sub(asked), is_size).ok_or(Fails::Never)
    }
    /// The bits that a group of members may have.
    fn bits(&self, region: &Region, axis: AxisId) -> Vec<u16> {
        let cells = self.grid.cells(axis);
        let known = UNKNOWN + 1..cells;
        let Some(set) = region.get(axis) else { return Vec::new() };
        known.filter(|&cell| set.contains(cell)).map(|cell| (cell - UNKNOWN - 1) as u16).collect()
    }
    fn is_size(&self, region: &Region, axis: Option<AxisId>, size: usize) -> bool {
        let found = axis.and_then(|id| Some((self.axis(id)?, region.get(id)?)));
        found.is_none_or(|(axis, set)| set.contains(axis.cut.cell(size as Key, || None)))
    }

    /// Needs and their strength: what is required is needed.
    pub(in crate::search) fn needs(&self, region: &Region, said: &mut Vec<Said>) -> Result<(), Fails> {
        let find = |name: &str| self.checked.attributes.find(name).and_then(|id| self.axes.get(&id));
        let (Some(all), Some(required)) = (find("profile.needs"), find("profile.required_needs")) else {
            return Ok(());
        };
        let pairs = |(&all, &required): (&AxisId, &AxisId)| -> Vec<(u16, u16)> {
            let required = self.bits(region, required);
            let all = self.bits(region, all).into_iter();
            let with = |bits: u16| required.iter().filter(move |&&r| r & !bits == 0).map(move |&r| (bits, r));
            all.flat_map(with).collect()
        };
        let groups: Vec<_> = all.members.iter().zip(&required.members).map(pairs).collect();
        let is_size =
            |left, right| self.is_size(region, all.size, left) && self.is_size(region, required.size, right);
        let chosen = choose_pairs(&groups, is_size).ok_or(Fails::Never)?;
        for (place, &need) in AccessNeed::ALL.iter().enumerate() {
            let (all, required) = chosen.get(place / Asked::GROUP).copied().unwrap_or_default();
            let bit = place % Asked::GROUP;
            match (all >> bit & 1, required >> bit & 1) {
                (1, 1) => said.push(Said::Need(need, NeedStrength::Required)),
                (1, _) => said.push(Said::Need(need, NeedStrength::Preferred)),
                _ => {}
            }
        }
        Ok(())
    }

    /// The consents that are asked for and those that facts need; not those that Sec-GPC withholds.
    pub(super) fn consents(&self, region: &Region, needed: u64, said: &mut Vec<Said>) -> Result<(), Fails> {
        let gpc = self.checked.attributes.find("visit.gpc");
        let withheld = said.iter().any(|one| match one {
            Said::Fact(id, Value::Bool(true), _) => Some(*id) == gpc,
            _ => false,
        });
        let withheld = if withheld { self.checked.gpc } else { 0 };
        if needed & withheld != 0 {
            return Err(Fails::Never);
        }
        let bits = self.consents_of(region, needed, withheld)?;
        for (place, purpose) in self.checked.purposes.iter().enumerate() {
            let group = bits.get(place / Asked::GROUP).copied().unwrap_or(0);
            if group >> (place % Asked::GROUP) & 1 == 1 {
                said.push(Said::Consent(purpose.clone()));
            }
        }
        Ok(())
    }

    /// The consents that a region allows, by group, with those that are needed and without those that are withheld.
    pub(in crate::search) fn consents_of(
        &self,
        region: &Region,
        needed: u64,
        withheld: u64,
    ) -> Result<Vec<u16>, Fails> {
        let Some(id) = self.checked.attributes.find("profile.consents") else { return Ok(Vec::new()) };
        let none = Axes::default();
        let axes = self.axes.get(&id).unwrap_or(&none);
        // All purposes are asked for, in their order.
        let purposes = self.checked.purposes.len();
        self.members(region, id, axes, purposes, needed, withheld).map(|(bits, _)| bits)
    }

    /// The dates that must be known, with their attributes.
    pub(in crate::search) fn dates(&self, region: &Region) -> Result<Vec<Dated>, Fails> {
        let mut dates = Vec::new();
        for (&id, axes) in &self.axes {
            if self.checked.attributes.get(id).kind == AttributeType::Timestamp
                && let Made::Date(dated) = self.fact(&Told { id, axes, region })?
            {
                dates.push(dated);
            }
        }
        Ok(dates)
    }

    /// The time of the visit, with the dates and the offset that go with it.
    pub(super) fn say_times(
        &self,
        region: &Region,
        dates: &[Dated],
        said: &mut Vec<Said>,
        purposes: &mut u64,
    ) -> Result<Moment, Fails> {
        let times = self.times(region, dates)?;
        for (dated, date) in dates.iter().zip(times.dates) {
            *purposes |= self.purposes_of(dated.id);
            said.push(Said::Fact(dated.id, Value::Timestamp(date), dated.declared));
        }
        if let (Some(offset), Some(id)) = (times.offset, self.checked.attributes.find("visit.offset")) {
            *purposes |= self.purposes_of(id);
            said.push(Said::Fact(id, Value::Int(offset.minutes().into()), true));
        }
        Ok(times.at)
    }

    /// Times that fit, from memory where the same was asked before.
    pub(in crate::search) fn times(&self, region: &Region, dates: &[Dated]) -> Result<clock::Times, Fails> {
        let cells = self.time_axes.iter().filter_map(|&axis| region.get(axis).cloned()).collect();
        self.times_known.or_find(cells, || self.find_times(region, dates))
    }

    fn find_times(&self, region: &Region, dates: &[Dated]) -> Result<clock::Times, Fails> {
        let find = |name: &str| self.checked.attributes.find(name);
        let axes = |name: &str| find(name).and_then(|id| self.axes.get(&id));
        let of = |axis: Option<AxisId>| axis.and_then(|id| Some((self.axis(id)?, region.get(id)?)));
        let now = axes("visit.at");
        let at = of(now.and_then(|axes| axes.value)).map_or_else(|| vec![ANY], |(axis, set)| keys(axis, set));
        if let Some((axis, set)) = of(now.and_then(|axes| axes.age))
            && !set.contains(axis.cut.cell(0, || None))
        {
            return Err(Fails::Never);
        }
        let value_of = |name: &str| of(axes(name).and_then(|axes| axes.value));
        let (hour_axis, weekday) = (value_of("visit.hour"), value_of("visit.weekday"));
        let house = of(Some(self.inputs.house));
        let clock = of(self.beside(Beside::VisitorMinute));
        let at_key = |found: Option<(&Axis, &CellSet)>, key: u16| {
            found.is_none_or(|(axis, set)| set.contains(axis.cut.cell(key.into(), || None)))
        };
        let hours: [bool; 24] = std::array::from_fn(|hour| at_key(hour_axis, hour as u16));
        let weekdays = crate::attribute::table::WEEKDAYS.iter().map(|&name| {
            weekday.is_none_or(|(axis, set)| set.contains(axis.cut.cell(key::of_text(name), || Some(name))))
        });
        let weekdays: Vec<bool> = weekdays.collect();
        let is_one = |all: &[bool], place: u16| all.get(usize::from(place)) == Some(&true);
        let offset_axes = axes("visit.offset");
        let offset = of(offset_axes.and_then(|axes| axes.value));
        let may_be_unknown = match (find("visit.offset"), offset_axes) {
            (Some(id), Some(axes)) => Told { id, axes, region }.may_be_unknown(),
            _ => true,
        };
        let as_asked: Vec<_> = dates.iter().map(|date| (date.when.clone(), date.ages.clone())).collect();
        let of_any_age = |date: &Dated| {
            let ages = if date.ageless { vec![ANY] } else { date.ages.clone() };
            (date.when.clone(), ages)
        };
        let of_any_age: Vec<_> = dates.iter().map(of_any_age).collect();
        let asked = clock::Asked {
            at,
            dates: &as_asked,
            house: &|minute| at_key(house, minute),
            visitor: &|minute| {
                is_one(&hours, minute / 60 % 24)
                    && is_one(&weekdays, minute / 1_440)
                    && at_key(clock, minute % 1_440)
            },
            offset_unknown: may_be_unknown,
            offset: offset.map_or_else(|| vec![ANY], |(axis, set)| keys(axis, set)),
        };
        match asked.times() {
            Ok(times) => Ok(times),
            // Somebody whose date is so far away that its age is unknown may be there, but is not made.
            Err(clock::NoTimes::Never) => match (clock::Asked { dates: &of_any_age, ..asked }).times() {
                Err(clock::NoTimes::Never) => Err(Fails::Never),
                _ => Err(Fails::Here),
            },
            Err(clock::NoTimes::Untold) => Err(Fails::Here),
        }
    }
}
