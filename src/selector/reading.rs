//! From a visitor to their cells. How each axis is read is found out once, when the selector is compiled: most of what
//! policies ask is a kept fact that nothing limits, whose key stands ready.

use super::facts::VisitorFacts;
use super::lookup::{Access, Lookup, Quick};
use crate::attribute::{AttributeId, AttributeType};
use crate::cells::{AxisId, Cell, Grid, InCells, Measure, PENDING, UNKNOWN};
use crate::condition::{Facts, between};
use crate::fact::Fact;
use crate::key::{self, Key};
use crate::named::{Kind, KnownName};
use crate::truth::Truth;
use crate::value::{Given, Value};

/// How the axes that a table reads are read.
#[derive(Debug, Clone, Default)]
pub(super) struct Readings {
    kept: Vec<KeptReading>,
    own: Vec<OwnReading>,
    /// Through the one door.
    others: Vec<u32>,
}

/// A fact that was held against its type when it was kept, and that nothing limits.
#[derive(Debug, Clone, Copy)]
struct KeptReading {
    axis: u32,
    place: u8,
    of_visit: bool,
    /// What is not recorded is 0.
    counts: bool,
}

/// A fact of the host's own that nothing limits.
#[derive(Debug, Clone)]
struct OwnReading {
    axis: u32,
    of_visit: bool,
    /// The kind that its type asks for; another is looked at closely.
    kind: Kind,
    name: KnownName,
}

impl Readings {
    pub(super) fn of(grid: &Grid, axes: &[AxisId], lookups: &[Lookup]) -> Self {
        let mut made = Self::default();
        for &id in axes {
            let Some(axis) = grid.axis(id) else { continue };
            let lookup = |attribute: AttributeId| lookups.get(usize::from(attribute.0));
            let by_value = if let Measure::Value(attribute) = axis.measure { lookup(attribute) } else { None };
            match by_value {
                Some(Lookup { quick: Some(Quick::Kept { of_visit, place, counts }), .. }) => {
                    // At most 32 places.
                    made.kept.push(KeptReading { axis: id.0, place: *place as u8, of_visit: *of_visit, counts: *counts });
                }
                Some(Lookup { access: access @ (Access::Profile(name) | Access::Visit(name)), limit: None, kind, .. })
                    if let Some(kind) = kind_of(kind) =>
                {
                    let of_visit = matches!(access, Access::Visit(_));
                    made.own.push(OwnReading { axis: id.0, of_visit, kind, name: name.clone() });
                }
                _ => made.others.push(id.0),
            }
        }
        made.kept.sort_by_key(|reading| (reading.of_visit, reading.place));
        made
    }
}

/// The kind under which values of a type are kept, where the key of any such value says its cell.
fn kind_of(kind: &AttributeType) -> Option<Kind> {
    Some(match kind {
        AttributeType::Bool => Kind::Bool,
        AttributeType::Int { min: i64::MIN, max: i64::MAX } => Kind::Int,
        AttributeType::Float => Kind::Float,
        // A text that is none of an enum's names is in the cell of the unknown.
        AttributeType::Text | AttributeType::Enum(_) => Kind::Text,
        AttributeType::Timestamp => Kind::Time,
        // A value beyond the range is unknown.
        AttributeType::Int { .. } | AttributeType::Set(_) => return None,
    })
}

/// Room for the cells of a visitor, and for the segments that are worked out.
pub(super) struct InGrid<'a, 'f> {
    pub(super) grid: &'a Grid,
    pub(super) facts: VisitorFacts<'f>,
    pub(super) cells: &'a mut [Cell],
}

impl InCells for InGrid<'_, '_> {
    #[inline(always)]
    fn cells(&self) -> &[Cell] {
        self.cells
    }
    #[inline(never)]
    fn derive(&mut self, axis: u32) -> Cell {
        let measure = self.grid.axes.get(axis as usize).map(|axis| &axis.measure);
        let part = if let Some(Measure::Part(number)) = measure { self.grid.parts.get(*number as usize) } else { None };
        let truth = part.map_or(Truth::Unknown, |part| part.condition.truth_of_part(&part.path, &self.facts));
        let cell = cell_of(truth);
        if let Some(slot) = self.cells.get_mut(axis as usize) {
            *slot = cell;
        }
        cell
    }
}

/// The cell of what was worked out.
pub(super) const fn cell_of(truth: Truth) -> Cell {
    match truth {
        Truth::Unknown => UNKNOWN,
        Truth::False => UNKNOWN + 1,
        Truth::True => UNKNOWN + 2,
    }
}

/// The other way round.
pub(super) const fn truth_of(cell: Cell) -> Truth {
    match cell {
        UNKNOWN => Truth::Unknown,
        1 => Truth::False,
        _ => Truth::True,
    }
}

impl InGrid<'_, '_> {
    /// Finds the cells of the axes that `readings` are of.
    #[inline(always)]
    pub(super) fn read(&mut self, readings: &Readings) {
        if self.facts.change.is_some() {
            // A change is seen by the one door only.
            let kept = readings.kept.iter().map(|reading| reading.axis);
            let own = readings.own.iter().map(|reading| reading.axis);
            kept.chain(own).chain(readings.others.iter().copied()).for_each(|axis| self.look(axis));
            return;
        }
        let seen = self.facts.seen;
        for reading in &readings.kept {
            let place = usize::from(reading.place);
            let (facts, visit) = (&seen.profile.facts, &seen.visit.facts);
            let (key, known) = if reading.of_visit { visit.key(place) } else { facts.key(place) };
            let fact = || if reading.of_visit { visit.get(place) } else { facts.get(place) };
            let cell = self.cell(reading.axis, key, || text_of(fact()));
            self.put(reading.axis, if known || reading.counts { cell } else { UNKNOWN });
        }
        for reading in &readings.own {
            let own = if reading.of_visit { &seen.visit.own } else { &seen.profile.own };
            match own.glance(&reading.name) {
                Some((kind, key, place)) if kind == reading.kind => {
                    let cell = self.cell(reading.axis, key, || text_of(own.at(place)));
                    self.put(reading.axis, cell);
                }
                None => self.put(reading.axis, UNKNOWN),
                Some(_) => self.look(reading.axis),
            }
        }
        for &axis in &readings.others {
            self.look(axis);
        }
    }

    #[inline(always)]
    fn cell<'t>(&self, axis: u32, key: Key, text: impl FnOnce() -> Option<&'t str>) -> Cell {
        self.grid.axes.get(axis as usize).map_or(UNKNOWN, |axis| axis.cut.cell(key, text))
    }
    #[inline(always)]
    fn put(&mut self, axis: u32, cell: Cell) {
        if let Some(slot) = self.cells.get_mut(axis as usize) {
            *slot = cell;
        }
    }

    /// Finds one cell through the one door.
    fn look(&mut self, axis: u32) {
        let facts = self.facts;
        let Some(measured) = self.grid.axes.get(axis as usize) else { return };
        let (key, text) = match &measured.measure {
            Measure::Value(id) => {
                let given = facts.look(*id);
                (key::of(given), if let Given::Text(text) = given { Some(text) } else { None })
            }
            Measure::Age(id) => {
                let age = if let Given::Time(then) = facts.look(*id) { between(facts.seen.visit.at.at, then).ok() } else { None };
                (age.map(key::of_duration), None)
            }
            Measure::Size(id) => {
                let size = if let Given::Set(members) = facts.look(*id) { Some(members.len() as Key) } else { None };
                (size, None)
            }
            Measure::Members(id, group) => {
                let asked = self.grid.asked(*id).map(|asked| asked.group(*group)).unwrap_or_default();
                let bits = |members: crate::value::Members<'_>| {
                    asked.iter().rev().fold(0, |bits, (position, name)| {
                        bits << 1 | Key::from(members.contains_at(*position, name))
                    })
                };
                (if let Given::Set(members) = facts.look(*id) { Some(bits(members)) } else { None }, None)
            }
            Measure::Bucket(salt) => (facts.bucket(salt).map(Key::from), None),
            Measure::Part(_) => return self.put(axis, PENDING),
        };
        let cell = key.map_or(UNKNOWN, |key| measured.cut.cell(key, || text));
        self.put(axis, cell);
    }
}

fn text_of(fact: Option<&Fact<Value>>) -> Option<&str> {
    match fact.map(|fact| &fact.value) {
        Some(Value::Text(text)) => Some(text),
        _ => None,
    }
}
