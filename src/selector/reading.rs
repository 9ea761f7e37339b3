//! From a visitor to their cells. How each axis is read is found out once, when the selector is compiled: most of what
//! policies ask is a kept fact that nothing limits, whose key stands ready.

use super::facts::VisitorFacts;
use super::lookup::{Access, Lookup, Quick};
use crate::attribute::read::{Found, Read};
use crate::attribute::{AttributeId, AttributeType};
use crate::cells::{Asked, Axis, AxisId, Cell, Cut, Grid, InCells, Measure, Names, PENDING, Steps, UNKNOWN};
use crate::channel::Channel;
use crate::condition::{Facts, between};
use crate::fact::{Fact, Source};
use crate::kept::Kept;
use crate::key::{self, Key};
use crate::named::{Kind, KnownName, Named};
use crate::policy::FactLimit;
use crate::truth::Truth;
use crate::value::{Given, Value};

/// How the axes that a table reads are read: what the profile settles, and the visit's half.
#[derive(Debug, Clone, Default)]
pub(super) struct Readings {
    pub(super) of_profile: Half,
    pub(super) of_visit: Half,
}

/// How some axes are read.
#[derive(Debug, Clone, Default)]
pub(super) struct Half {
    profile: Side,
    visit: Side,
    needs: Vec<Reading<Needs, Cut>>,
    /// What is worked out by a row of the table of attributes, and cannot be of a wrong type.
    computed: Vec<Reading<Computed, Cut>>,
    limited: Vec<Reading<Limited, Cut>>,
    /// Through the one door.
    others: Vec<u32>,
}

/// The needs on record, all or the required ones: some of them in or out, or how many there are.
#[derive(Debug, Clone, Copy)]
struct Needs {
    required: bool,
    /// The positions of up to four; behind the last, one that no need has. `None`: how many.
    positions: Option<[u8; Asked::GROUP]>,
}

/// What D1 may hide.
#[derive(Debug, Clone)]
struct Limited {
    of_visit: bool,
    kept: LimitedKept,
    limit: FactLimit,
    attribute: AttributeId,
}

#[derive(Debug, Clone)]
enum LimitedKept {
    Place(Place),
    Own(Own),
    /// To be looked at closely.
    Other,
}

#[derive(Debug, Clone, Copy)]
struct Computed {
    read: Read,
    channel: Option<Channel>,
}

/// What a profile or a visit keeps and nothing limits: facts by place, which were held against their type when they were
/// kept, and facts of the host's own; numbers and texts apart.
#[derive(Debug, Clone, Default)]
struct Side {
    numbers: Vec<Reading<Place, Steps>>,
    texts: Vec<Reading<Place, Names>>,
    own_numbers: Vec<Reading<Own, Steps>>,
    own_texts: Vec<Reading<Own, Names>>,
}

#[derive(Debug, Clone)]
struct Reading<From, Cut> {
    axis: u32,
    from: From,
    cut: Cut,
}

#[derive(Debug, Clone, Copy)]
struct Place {
    place: usize,
    /// What is not recorded is 0.
    counts: bool,
}

#[derive(Debug, Clone)]
struct Own {
    /// The kind that its type asks for; another is looked at closely.
    kind: Kind,
    name: KnownName,
}

/// Whether the profile alone settles an axis, whatever the visit is.
pub(super) fn stays(grid: &Grid, lookups: &[Lookup], axis: AxisId) -> bool {
    let attribute = match grid.axis(axis).map(|axis| &axis.measure) {
        Some(Measure::Value(id) | Measure::Size(id) | Measure::Members(id, _)) => *id,
        // An age goes by the time of the visit, a bucket by its ids, a part by whatever it reads.
        Some(Measure::Age(_) | Measure::Bucket(_) | Measure::Part(_)) | None => return false,
    };
    lookups.get(usize::from(attribute.0)).is_some_and(|lookup| lookup.stays)
}

impl Readings {
    pub(super) fn of(grid: &Grid, axes: &[AxisId], lookups: &[Lookup]) -> Self {
        let (kept, others): (Vec<AxisId>, Vec<AxisId>) =
            axes.iter().partition(|&&axis| stays(grid, lookups, axis));
        Self { of_profile: Half::of(grid, &kept, lookups), of_visit: Half::of(grid, &others, lookups) }
    }
}

impl Half {
    fn of(grid: &Grid, axes: &[AxisId], lookups: &[Lookup]) -> Self {
        let mut made = Self::default();
        for &id in axes {
            let Some(axis) = grid.axis(id) else { continue };
            let lookup = |attribute: AttributeId| lookups.get(usize::from(attribute.0));
            let axis_id = id.0;
            let (attribute, positions) = match axis.measure {
                Measure::Value(attribute) => (attribute, None),
                Measure::Size(attribute) => (attribute, Some(None)),
                Measure::Members(attribute, group) => {
                    let asked = grid.asked(attribute).map(|asked| asked.group(group)).unwrap_or_default();
                    // No need has the last position of a byte; a need's own is less than 16.
                    let at = |n: usize| asked.get(n).map_or(63, |(position, _)| *position as u8);
                    (attribute, Some(Some(std::array::from_fn(at))))
                }
                Measure::Age(_) | Measure::Bucket(_) | Measure::Part(_) => {
                    made.others.push(axis_id);
                    continue;
                }
            };
            let Some(lookup) = lookup(attribute) else { continue };
            let kind = kind_of(&lookup.kind).filter(|_| lookup.limit.is_none());
            match (&lookup.quick, &lookup.access, positions) {
                (Some(Quick::Needs { required }), _, Some(positions)) => {
                    let from = Needs { required: *required, positions };
                    made.needs.push(Reading { axis: axis_id, from, cut: axis.cut.clone() });
                }
                (Some(Quick::Kept { of_visit, place, counts }), _, None) => {
                    let from = Place { place: *place, counts: *counts };
                    let side = if *of_visit { &mut made.visit } else { &mut made.profile };
                    match &axis.cut {
                        Cut::Steps(cut) => {
                            side.numbers.push(Reading { axis: axis_id, from, cut: cut.clone() })
                        }
                        Cut::Names(cut) => side.texts.push(Reading { axis: axis_id, from, cut: cut.clone() }),
                        Cut::Bits(_) | Cut::Truth => made.others.push(axis_id),
                    }
                }
                (None, access @ (Access::Profile(name) | Access::Visit(name)), None)
                    if let Some(kind) = kind =>
                {
                    let side =
                        if matches!(access, Access::Visit(_)) { &mut made.visit } else { &mut made.profile };
                    let from = Own { kind, name: name.clone() };
                    match &axis.cut {
                        Cut::Steps(cut) => {
                            side.own_numbers.push(Reading { axis: axis_id, from, cut: cut.clone() })
                        }
                        Cut::Names(cut) => {
                            side.own_texts.push(Reading { axis: axis_id, from, cut: cut.clone() })
                        }
                        Cut::Bits(_) | Cut::Truth => made.others.push(axis_id),
                    }
                }
                (None, Access::BuiltIn { read, channel }, None) if lookup.limit.is_none() => {
                    let from = Computed { read: *read, channel: *channel };
                    made.computed.push(Reading { axis: axis_id, from, cut: axis.cut.clone() });
                }
                (None, access, None) if let Some(limit) = lookup.limit => {
                    let own = |name: &KnownName| match kind_of(&lookup.kind) {
                        Some(kind) => LimitedKept::Own(Own { kind, name: name.clone() }),
                        None => LimitedKept::Other,
                    };
                    let (of_visit, kept) = match access {
                        Access::BuiltIn { read, .. } => match Quick::of(*read) {
                            Some(Quick::Kept { of_visit, place, counts }) => {
                                (of_visit, LimitedKept::Place(Place { place, counts }))
                            }
                            _ => (false, LimitedKept::Other),
                        },
                        Access::Profile(name) => (false, own(name)),
                        Access::Visit(name) => (true, own(name)),
                    };
                    let from = Limited { of_visit, kept, limit, attribute };
                    made.limited.push(Reading { axis: axis_id, from, cut: axis.cut.clone() });
                }
                _ => made.others.push(axis_id),
            }
        }
        // What is missing shifts what comes behind it.
        for side in [&mut made.profile, &mut made.visit] {
            side.own_numbers.sort_by_key(|reading| reading.from.name.expected());
            side.own_texts.sort_by_key(|reading| reading.from.name.expected());
        }
        made
    }
    /// All axes.
    fn axes(&self) -> impl Iterator<Item = u32> {
        let sides = [&self.profile, &self.visit].into_iter().flat_map(|side| {
            let kept = side.numbers.iter().map(|r| r.axis).chain(side.texts.iter().map(|r| r.axis));
            kept.chain(side.own_numbers.iter().map(|r| r.axis)).chain(side.own_texts.iter().map(|r| r.axis))
        });
        let needs = self.needs.iter().map(|r| r.axis).chain(self.computed.iter().map(|r| r.axis));
        sides.chain(needs).chain(self.limited.iter().map(|r| r.axis)).chain(self.others.iter().copied())
    }
}

impl Side {
    /// Finds the cells of what is kept. What is not of the kind that was expected is left for `closely`.
    #[inline(always)]
    fn read<const PLACES: usize>(
        &self,
        kept: &Kept<PLACES>,
        own: &Named<Fact<Value>>,
        cells: &mut [Cell],
        mut closely: impl FnMut(&mut [Cell], u32),
    ) {
        for Reading { axis, from, cut } in &self.numbers {
            let (key, known) = kept.key(from.place);
            put(cells, *axis, if known || from.counts { cut.cell(key) } else { UNKNOWN });
        }
        for Reading { axis, from, cut } in &self.texts {
            let (key, known) = kept.key(from.place);
            put(cells, *axis, if known { cut.cell(key, || text_of(kept.get(from.place))) } else { UNKNOWN });
        }
        let mut shift = 0;
        for Reading { axis, from, cut } in &self.own_numbers {
            match own.glance(&from.name, &mut shift) {
                Some((kind, key, _)) if kind == from.kind => put(cells, *axis, cut.cell(key)),
                None => put(cells, *axis, UNKNOWN),
                Some(_) => closely(cells, *axis),
            }
        }
        shift = 0;
        for Reading { axis, from, cut } in &self.own_texts {
            match own.glance(&from.name, &mut shift) {
                Some((kind, key, place)) if kind == from.kind => {
                    put(cells, *axis, cut.cell(key, || text_of(own.at(place))));
                }
                None => put(cells, *axis, UNKNOWN),
                Some(_) => closely(cells, *axis),
            }
        }
    }
}

#[inline(always)]
fn put(cells: &mut [Cell], axis: u32, cell: Cell) {
    if let Some(slot) = cells.get_mut(axis as usize) {
        *slot = cell;
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
        let part = if let Some(Measure::Part(number)) = measure {
            self.grid.parts.get(*number as usize)
        } else {
            None
        };
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
    /// Finds the cells of all axes.
    #[inline(always)]
    pub(super) fn read(&mut self, readings: &Readings) {
        self.read_half(&readings.of_profile);
        self.read_half(&readings.of_visit);
    }
    /// Finds the cells of some axes.
    #[inline(always)]
    pub(super) fn read_half(&mut self, readings: &Half) {
        let (grid, facts) = (self.grid, self.facts);
        let look = |cells: &mut [Cell], axis: u32| put(cells, axis, look(grid, &facts, axis));
        if facts.change.is_some() {
            // A change is seen by the one door only.
            return readings.axes().for_each(|axis| look(self.cells, axis));
        }
        let (profile, visit) = (facts.seen.profile, facts.seen.visit);
        readings.profile.read(&profile.facts, &profile.own, self.cells, look);
        readings.visit.read(&visit.facts, &visit.own, self.cells, look);
        for Reading { axis, from, cut } in &readings.needs {
            let needs = Key::from(profile.needs_on_record(from.required).bits() as u16);
            let key = match from.positions {
                None => Key::from(needs.count_ones()),
                Some([a, b, c, d]) => {
                    let is_in = |position: u8| needs >> position & 1;
                    is_in(a) | is_in(b) << 1 | is_in(c) << 2 | is_in(d) << 3
                }
            };
            put(self.cells, *axis, cut.cell(key, || None));
        }
        for Reading { axis, from, cut } in &readings.computed {
            let found = from.read.found(facts.seen, from.channel, || facts.minute);
            put(self.cells, *axis, found_in(cut, found));
        }
        for Reading { axis, from, cut } in &readings.limited {
            put(self.cells, *axis, from.cell(&facts, cut));
        }
        readings.others.iter().for_each(|&axis| look(self.cells, axis));
    }
}

impl Limited {
    /// The cell of what D1 leaves. What is hidden is unknown, or 0 where it is counted.
    #[inline(always)]
    fn cell(&self, facts: &VisitorFacts<'_>, cut: &Cut) -> Cell {
        let (profile, visit) = (facts.seen.profile, facts.seen.visit);
        let (key, fact, counts) = match &self.kept {
            LimitedKept::Place(from) => {
                let ((key, _), fact) = match self.of_visit {
                    true => (visit.facts.key(from.place), visit.facts.get(from.place)),
                    false => (profile.facts.key(from.place), profile.facts.get(from.place)),
                };
                (key, fact, from.counts)
            }
            LimitedKept::Own(from) => {
                let own = if self.of_visit { &visit.own } else { &profile.own };
                match own.glance(&from.name, &mut 0) {
                    Some((kind, key, place)) if kind == from.kind => (key, own.at(place), false),
                    None => return UNKNOWN,
                    Some(_) => return self.closely(facts, cut),
                }
            }
            LimitedKept::Other => return self.closely(facts, cut),
        };
        let otherwise = || if counts { cut.cell(0, || None) } else { UNKNOWN };
        let Some(fact) = fact else { return otherwise() };
        // The source of counts is `observed`, whoever hands them over; what a visit says was learnt at the visit.
        let source = if counts { Source::Observed } else { fact.source };
        let learnt = if self.of_visit { fact.learnt.or(Some(visit.at.at)) } else { fact.learnt };
        match self.limit.hides(source, learnt, facts.seen.granted, visit.at.at) {
            None => cut.cell(key, || text_of(Some(fact))),
            Some(_) => otherwise(),
        }
    }
    #[inline(never)]
    fn closely(&self, facts: &VisitorFacts<'_>, cut: &Cut) -> Cell {
        given_in(cut, facts.look(self.attribute))
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
fn given_in(cut: &Cut, given: Given<'_>) -> Cell {
    let text = || if let Given::Text(text) = given { Some(text) } else { None };
    key::of(given).map_or(UNKNOWN, |key| cut.cell(key, text))
}

/// The cell of an axis, through the one door.
fn look(grid: &Grid, facts: &VisitorFacts<'_>, axis: u32) -> Cell {
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
        Measure::Part(_) => return PENDING,
    };
    key.map_or(UNKNOWN, |key| cut.cell(key, || None))
}

fn text_of(fact: Option<&Fact<Value>>) -> Option<&str> {
    match fact.map(|fact| &fact.value) {
        Some(Value::Text(text)) => Some(text),
        _ => None,
    }
}
