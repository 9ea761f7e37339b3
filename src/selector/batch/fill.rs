//! From a column of facts to cells.

use std::ops::Range;

use super::super::reading::given_in;
use super::column::{Column, Values};
use super::columns::OfAttribute;
use crate::attribute::AttributeType;
use crate::cells::{Axis, AxisId, Cell, CellColumn, Cut, Measure, UNKNOWN};
use crate::condition::between;
use crate::fact::Source;
use crate::key;
use crate::time::Timestamp;
use crate::value::Given;

/// An axis on which a column is measured.
#[derive(Debug, Clone)]
pub(super) struct OnAxis {
    pub(super) axis: AxisId,
    /// The cells of the texts of a column in which there are few, by place.
    coded: Vec<Cell>,
}

impl OnAxis {
    pub(super) fn of(axis: AxisId, on: &Axis, column: &Column<'_>) -> Self {
        let coded = match (&column.values, &on.cut) {
            (Values::Coded(_, texts), Cut::Names(names)) => {
                texts.iter().map(|text| names.cell(key::of_text(text), || Some(text))).collect()
            }
            _ => Vec::new(),
        };
        Self { axis, coded }
    }

    /// Puts some visitors into their cells.
    #[inline(always)]
    pub(super) fn fill(
        &self,
        of: &OfAttribute<'_>,
        Axis { measure, cut, .. }: &Axis,
        at: Timestamp,
        visitors: Range<usize>,
        cells: &mut CellColumn,
    ) {
        let count = visitors.len();
        // What is not known, and what D1 hides.
        let unknown = match measure {
            Measure::Value(_) if of.one.counts => cut.cell(0, || None),
            Measure::Declared(_) => cut.cell(0, || None),
            _ => UNKNOWN,
        };
        if of.is_hidden {
            return cells.fill(std::iter::repeat_n(unknown, count));
        }
        if !matches!(measure, Measure::Value(_)) {
            let given = |visitor| of.kept(visitor);
            let key = |visitor| match (measure, given(visitor)) {
                (Measure::Age(_), Given::Time(then)) => between(at, then).ok().map(key::of_duration),
                (Measure::Declared(_), given) => {
                    let is_so =
                        of.fact.source == Source::Declared && !of.one.counts && given != Given::Unknown;
                    Some(is_so.into())
                }
                _ => None,
            };
            return cells
                .fill(visitors.map(|visitor| key(visitor).map_or(UNKNOWN, |key| cut.cell(key, || None))));
        }
        let column = &of.fact.value;
        match (column.values, cut, &of.lookup.kind) {
            (Values::Bools(values), Cut::Steps(steps), _) => {
                let (no, yes) = (steps.cell(0), steps.cell(1));
                cells.fill(part(values, &visitors).iter().map(|&value| if value { yes } else { no }));
            }
            (Values::Ints(values), Cut::Steps(steps), &AttributeType::Int { min, max }) => {
                cells.fill_keys(steps, part(values, &visitors).iter().copied(), (min, max), unknown);
            }
            (Values::Floats(values), Cut::Steps(steps), _) => {
                // The keys of what is not a number lie beyond all others.
                let within = (key::of_float(f64::NEG_INFINITY), key::of_float(f64::INFINITY));
                let keys = part(values, &visitors).iter().map(|&value| key::of_float(value));
                cells.fill_keys(steps, keys, within, unknown);
            }
            (Values::Coded(codes, _), Cut::Names(_), _) => {
                let cell = |code: u32| self.coded.get(code as usize).copied().unwrap_or(unknown);
                cells.fill(part(codes, &visitors).iter().map(|&code| cell(code)));
            }
            _ => {
                let cell = |visitor| match of.kept(visitor) {
                    Given::Unknown => unknown,
                    given => given_in(cut, given),
                };
                return cells.fill(visitors.map(cell));
            }
        }
        if let Some(known) = column.known {
            for (place, visitor) in visitors.enumerate() {
                if known.get(visitor) != Some(&true) {
                    cells.put(place, unknown);
                }
            }
        }
    }
}

/// The values of some visitors.
fn part<'a, T>(values: &'a [T], visitors: &Range<usize>) -> &'a [T] {
    values.get(visitors.clone()).unwrap_or_default()
}
