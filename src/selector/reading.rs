//! From a visitor to their cells. How each axis is read is found out once, when the selector is compiled: most of what
//! policies ask is a kept fact that nothing limits, whose key stands ready.

mod plan;

use super::facts::VisitorFacts;
use super::room::{cell, put};
use super::worked_out::WorkedOut;
use crate::attribute::read::Found;
use crate::cells::{Axis, AxisId, Cell, Cut, Grid, InCells, Measure, Names, PENDING, Steps, UNKNOWN};
use crate::condition::{Facts, between};
use crate::fact::{Fact, Source};
use crate::kept::Kept;
use crate::key::{self, Key};
use crate::named::{Glanced, Shaped};
use crate::value::{Given, Value};

use plan::{Flag, Limited, LimitedKept, Own, Place, Reading, Side};
pub(super) use plan::{ReadingPlan, Readings, any_kind_of, kind_of, stays};

/// Finds the cell of a key on an axis.
trait Cells {
    /// `text` is asked for where the key of a text does not say all of it.
    fn of<'a>(&self, key: Key, text: impl Fn() -> Option<&'a str>) -> Cell;
}

impl Cells for Flag {
    #[inline(always)]
    fn of<'a>(&self, key: Key, _: impl Fn() -> Option<&'a str>) -> Cell {
        if key == 0 { self.no } else { self.yes }
    }
}

impl Cells for Steps {
    #[inline(always)]
    fn of<'a>(&self, key: Key, _: impl Fn() -> Option<&'a str>) -> Cell {
        self.cell(key)
    }
}

impl Cells for Names {
    #[inline(always)]
    fn of<'a>(&self, key: Key, text: impl Fn() -> Option<&'a str>) -> Cell {
        self.cell(key, text)
    }
}

/// The cells of facts that are kept by place.
#[inline(always)]
fn kept_cells<C: Cells, const PLACES: usize, const ROOM: usize>(
    readings: &[Reading<Place, C>],
    kept: &Kept<PLACES>,
    cells: &mut [Cell; ROOM],
) {
    for Reading { axis, from, cut } in readings {
        let (key, known) = kept.key(from.place);
        let is_read = known || from.counts;
        put(cells, *axis, if is_read { cut.of(key, || text_of(kept.get(from.place))) } else { UNKNOWN });
    }
}

/// The cells of the host's own facts. What is not of the kind that was expected is left for `closely`.
#[inline(always)]
fn own_cells<C: Cells, const ROOM: usize>(
    readings: &[Reading<Own, C>],
    own: OwnFacts<'_>,
    cells: &mut [Cell; ROOM],
    mut closely: impl FnMut(&mut [Cell; ROOM], u32),
) {
    let mut shift = 0;
    for Reading { axis, from, cut } in readings {
        match own.glance(&from.name, from.kind, &mut shift) {
            Glanced::This(key, place) => put(cells, *axis, cut.of(key, || text_of(own.at(place)))),
            Glanced::Nothing => put(cells, *axis, UNKNOWN),
            Glanced::Other => closely(cells, *axis),
        }
    }
}

/// The host's own facts of a profile or a visit.
type OwnFacts<'a> = Shaped<'a, Fact<Value>>;

impl Side {
    /// Finds the cells of what is kept.
    #[inline(always)]
    fn read<const PLACES: usize, const ROOM: usize>(
        &self,
        kept: &Kept<PLACES>,
        own: OwnFacts<'_>,
        cells: &mut [Cell; ROOM],
        closely: impl FnMut(&mut [Cell; ROOM], u32),
    ) {
        kept_cells(&self.flags, kept, cells);
        kept_cells(&self.numbers, kept, cells);
        kept_cells(&self.texts, kept, cells);
        // Asked once and not of each.
        if own.is_as_expected() {
            self.read_own(own.as_expected(), cells, closely);
        } else {
            self.read_own(own, cells, closely);
        }
    }

    #[inline(always)]
    fn read_own<const ROOM: usize>(
        &self,
        own: OwnFacts<'_>,
        cells: &mut [Cell; ROOM],
        mut closely: impl FnMut(&mut [Cell; ROOM], u32),
    ) {
        own_cells(&self.own_flags, own, cells, &mut closely);
        own_cells(&self.own_numbers, own, cells, &mut closely);
        own_cells(&self.own_texts, own, cells, &mut closely);
    }
}

/// A visitor, and the cells they are found in.
pub(super) struct InGrid<'a, 'f, const ROOM: usize> {
    pub(super) grid: &'a Grid,
    pub(super) facts: VisitorFacts<'f>,
    pub(super) cells: &'a mut [Cell; ROOM],
}

impl<const ROOM: usize> InCells for InGrid<'_, '_, ROOM> {
    #[inline(always)]
    fn cell(&self, axis: u32) -> Cell {
        cell(self.cells, axis)
    }
    #[inline(never)]
    fn derive(&mut self, axis: u32) -> Cell {
        WorkedOut { grid: self.grid, facts: self.facts, cells: &mut *self.cells }.cell(AxisId(axis))
    }
}

impl<const ROOM: usize> InGrid<'_, '_, ROOM> {
    /// Finds the cells of some axes.
    #[inline(always)]
    pub(super) fn read(&mut self, readings: &ReadingPlan) {
        let Self { grid, facts, cells } = self;
        let look = |cells: &mut [Cell; ROOM], axis: u32| put(cells, axis, look(grid, facts, axis));
        if facts.change.is_some() {
            // A change is seen by the one door only.
            readings.axes().for_each(|axis| look(cells, axis));
            return join(readings, cells);
        }
        let (profile, visit) = (facts.seen.profile, facts.seen.visit);
        let profile_own = profile.own.shaped(&readings.profile.shape);
        let visit_own = visit.own.shaped(&readings.visit.shape);
        readings.profile.read(&profile.facts, profile_own, cells, look);
        readings.visit.read(&visit.facts, visit_own, cells, look);
        for Reading { axis, from, cut } in &readings.needs {
            let needs = Key::from(profile.needs_on_record(from.required).bits() as u16);
            let key = match from.positions {
                None => Key::from(needs.count_ones()),
                Some([a, b, c, d]) => {
                    let is_in = |position: u8| needs >> position & 1;
                    is_in(a) | is_in(b) << 1 | is_in(c) << 2 | is_in(d) << 3
                }
            };
            put(cells, *axis, cut.cell(key, || None));
        }
        for Reading { axis, from, cut } in &readings.computed {
            let found = from.read.found(facts.seen, from.channel, || facts.minute());
            put(cells, *axis, found_in(cut, found));
        }
        for limited in &readings.limited {
            if limited.is_hidden(facts, (profile_own, visit_own)) {
                put(cells, limited.axis, limited.hidden);
            }
        }
        readings.others.iter().for_each(|&axis| look(cells, axis));
        join(readings, cells);
    }
}

/// Finds the cells of what is joined, by those of its axes.
#[inline(always)]
fn join<const ROOM: usize>(readings: &ReadingPlan, cells: &mut [Cell; ROOM]) {
    for joint in &readings.joints {
        let joined = joint.cell(
            #[inline(always)]
            |axis| cell(cells, axis),
        );
        put(cells, joint.place, joined);
    }
}

impl Limited {
    /// Whether the fact is there, and D1 hides it.
    #[inline(always)]
    fn is_hidden(
        &self,
        facts: &VisitorFacts<'_>,
        (of_profile, of_visit): (OwnFacts<'_>, OwnFacts<'_>),
    ) -> bool {
        let (profile, visit) = (facts.seen.profile, facts.seen.visit);
        match &self.kept {
            LimitedKept::Place(from) if self.of_visit => self.hides_kept(facts, *from, &visit.facts),
            LimitedKept::Place(from) => self.hides_kept(facts, *from, &profile.facts),
            LimitedKept::Own(from) => {
                let own = if self.of_visit { of_visit } else { of_profile };
                match own.glance(&from.name, from.kind, &mut 0) {
                    Glanced::This(_, place) => self.hides(facts, own.source(place), || own.at(place)),
                    // What is looked at closely is held against its limit there.
                    Glanced::Nothing | Glanced::Other => false,
                }
            }
        }
    }
    #[inline(always)]
    fn hides_kept<const PLACES: usize>(
        &self,
        facts: &VisitorFacts<'_>,
        from: Place,
        kept: &Kept<PLACES>,
    ) -> bool {
        // The source of counts is `observed`, whoever hands them over.
        let source = if from.counts { Source::Observed } else { kept.source(from.place) };
        kept.key(from.place).1 && self.hides(facts, source, || kept.get(from.place))
    }
    /// When it was learnt is asked last, and only where an age is limited: it is far behind.
    #[inline(always)]
    fn hides<'f>(
        &self,
        facts: &VisitorFacts<'_>,
        source: Source,
        fact: impl Fn() -> Option<&'f Fact<Value>>,
    ) -> bool {
        let at = facts.seen.visit.at.at;
        let learnt = || {
            let learnt = fact().and_then(|fact| fact.learnt);
            // What a visit says was learnt at the visit.
            learnt.or(self.of_visit.then_some(at))
        };
        self.limit.hides(source, learnt, facts.seen.granted, at).is_some()
    }
}

/// The cell of a value as it is found.
#[inline(always)]
fn found_in(cut: &Cut, found: Found<'_>) -> Cell {
    match found {
        Found::Int(value) => cut.cell(value, || None),
        Found::Text(text) => cut.cell(key::of_text(text), || Some(text)),
        Found::Bool(value) => cut.cell(value.into(), || None),
        Found::Channel(channel) => cut.cell(key::of_text(channel.as_str()), || Some(channel.as_str())),
        Found::Float(value) => cut.cell(key::of_float(value), || None),
        Found::Time(value) => cut.cell(key::of_time(value), || None),
        Found::Nothing | Found::Bits(_) | Found::Members(_) => UNKNOWN,
    }
}

/// The cell of a value as it is given.
pub(super) fn given_in(cut: &Cut, given: Given<'_>) -> Cell {
    let text = || if let Given::Text(text) = given { Some(text) } else { None };
    key::of(given).map_or(UNKNOWN, |key| cut.cell(key, text))
}

/// The cell of an axis, through the one door.
pub(super) fn look(grid: &Grid, facts: &VisitorFacts<'_>, axis: u32) -> Cell {
    let Some(Axis { measure, cut, .. }) = grid.axes.get(axis as usize) else { return UNKNOWN };
    let key = match measure {
        Measure::Value(id) => return given_in(cut, facts.look(*id)),
        Measure::Age(id) => match facts.look(*id) {
            Given::Time(then) => between(facts.seen.visit.at.at, then).ok().map(key::of_duration),
            _ => None,
        },
        Measure::Size(id) => match facts.look(*id) {
            Given::Set(members) => Some(members.len() as Key),
            _ => None,
        },
        Measure::Members(id, group) => match facts.look(*id) {
            Given::Set(members) => {
                let asked = grid.asked(*id).map(|asked| asked.group(*group)).unwrap_or_default();
                let is_in =
                    |(position, name): &(u16, Box<str>)| Key::from(members.contains_at(*position, name));
                Some(asked.iter().rev().fold(0, |bits, member| bits << 1 | is_in(member)))
            }
            _ => None,
        },
        Measure::Bucket(salt) => facts.bucket(salt).map(Key::from),
        Measure::Declared(id) => Some(facts.is_declared(*id).into()),
        // No selector's grid has the last.
        Measure::Part(_) | Measure::Beside(_) => return PENDING,
    };
    key.map_or(UNKNOWN, |key| cut.cell(key, || None))
}

fn text_of(fact: Option<&Fact<Value>>) -> Option<&str> {
    match fact.map(|fact| &fact.value) {
        Some(Value::Text(text)) => Some(text),
        _ => None,
    }
}
