//! What can be told apart on an axis, as people say it: what tests can touch.

use super::values::in_words;
use crate::cells::{Axis, Cell, CellSet, Cut, Listed, Measure, UNKNOWN};
use crate::selector::ExperienceSelector;

/// Something that can be told of a visitor, and the cells in which it is so.
type State = (String, CellSet);

/// The states of an axis under its name: one for each cell, or of a set for each member that it is in or out. What no visitor
/// can be is left out.
pub(super) fn states(selector: &ExperienceSelector, axis: &Axis) -> Vec<(String, Vec<State>)> {
    let parts = &selector.grid().parts;
    let part = |number: u32| parts.get(number as usize);
    // What was worked out on the way to something else is nothing that anybody wrote there.
    if matches!(axis.measure, Measure::Part(number) if part(number).is_some_and(|part| part.why.is_none())) {
        return Vec::new();
    }
    let attributes = selector.policy().attributes();
    let listed = Listed { grid: selector.grid(), attributes };
    let one =
        |cell: Cell| (in_words(axis, attributes, listed.cell(axis, cell)), CellSet::range(cell, cell + 1));
    let can_be_unknown = axis.measure.attribute().is_none_or(|id| attributes.get(id).can_be_unknown());
    let unknown = can_be_unknown.then(|| one(UNKNOWN));
    let first = UNKNOWN + 1;
    let cells: Vec<Cell> = match &axis.cut {
        Cut::Bits(_) => {
            let members = listed.members(&axis.measure).into_iter().zip(0_u32..);
            let of = |(name, bit): (String, u32)| {
                let is = |text: &str, inside: u32| {
                    let has = |cell: Cell| cell > UNKNOWN && (cell - first) >> bit & 1 == inside;
                    (text.to_owned(), CellSet::of(axis.cells, has))
                };
                (name, unknown.clone().into_iter().chain([is("in", 1), is("out", 0)]).collect())
            };
            return members.map(of).collect();
        }
        Cut::Steps(steps) => {
            let range = axis.measure.range(attributes);
            let is_there = |cell: &Cell| {
                let (least, most) = steps.keys(*cell);
                least <= *range.end() && most >= *range.start()
            };
            (first..axis.cells).filter(is_there).collect()
        }
        Cut::Names(names) => (first + Cell::from(!names.has_others())..axis.cells).collect(),
        Cut::Truth => (first..axis.cells).collect(),
    };
    let name = match &axis.measure {
        // By what is written, not by its number.
        Measure::Part(number) => part(*number).map_or_else(String::new, |part| {
            let alike = (0..).zip(parts).filter(|(_, other)| other.condition == part.condition);
            let alike: Vec<u32> = alike.map(|(number, _)| number).collect();
            let which = match (alike.iter().position(|other| other == number), alike.len()) {
                (Some(place), several @ 2..) => format!(", part {} of {several},", place + 1),
                _ => String::new(),
            };
            format!("worked out in `{}`{which}", part.condition)
        }),
        measure => listed.name(measure),
    };
    vec![(name, unknown.into_iter().chain(cells.into_iter().map(one)).collect())]
}
