//! Cells of another grid, on the axes of a space: what a selector's grid tells apart, a space tells apart too, but it may cut finer
//! and group the members of sets otherwise.

use super::space::{Member, Space};
use crate::attribute::AttributeId;
use crate::cells::{Asked, Axis, AxisId, Cell, CellSet, Cut, Grid, Measure, Region, UNKNOWN};
use crate::key;

impl Space<'_> {
    /// The part of `region` that lies in these cells of an axis of another grid of the same policy; `None` if there is none.
    pub(crate) fn narrowed(
        &self,
        region: &Region,
        grid: &Grid,
        axis: &Axis,
        cells: &CellSet,
    ) -> Option<Region> {
        self.like(grid, axis, cells)?.into_iter().try_fold(region.clone(), |region, member| {
            let [inside, _] = region.parted(member.axis, &member.there);
            inside.filter(|inside| self.fits(inside, member.axis))
        })
    }

    /// What is so in these cells, on the axes of the space: all of it must be.
    fn like(&self, grid: &Grid, axis: &Axis, cells: &CellSet) -> Option<Vec<Member>> {
        if let Measure::Members(set, group) = axis.measure {
            return Some(self.like_members(grid, (set, group), cells));
        }
        // Parts are numbered by each grid for itself.
        let is_alike = |own: &Axis| own.measure == axis.measure && !matches!(own.measure, Measure::Part(_));
        let place = self.grid.axes.iter().position(is_alike)?;
        let own = self.grid.axes.get(place)?;
        let there = |cell: Cell| match (&own.cut, &axis.cut) {
            _ if cell == UNKNOWN => cells.contains(UNKNOWN),
            (Cut::Steps(steps), other) => cells.contains(other.cell(steps.keys(cell).0, || None)),
            (Cut::Names(names), other) => {
                let named =
                    (cell as usize).checked_sub(UNKNOWN as usize + 2).and_then(|n| names.asked().get(n));
                // What is named here and not there is one of the others there.
                cells
                    .contains(named.map_or(UNKNOWN + 1, |text| other.cell(key::of_text(text), || Some(text))))
            }
            _ => cells.contains(cell),
        };
        Some(vec![Member { axis: AxisId(place as u32), there: CellSet::of(own.cells, there) }])
    }

    /// The members that are in, or out, in all of these cells.
    fn like_members(&self, grid: &Grid, (set, group): (AttributeId, u16), cells: &CellSet) -> Vec<Member> {
        let first = usize::from(group) * Asked::GROUP;
        let asked = grid.asked(set).map(|asked| asked.members.as_slice()).unwrap_or_default();
        let own = self.grid.asked(set).map(|asked| asked.members.as_slice()).unwrap_or_default();
        let patterns: Vec<Cell> =
            (0..1 << Asked::GROUP).filter(|bits| cells.contains(UNKNOWN + 1 + bits)).collect();
        let of_bit = |(bit, (position, _)): (usize, &(u16, Box<str>))| {
            let place = own.iter().position(|(one, _)| one == position)?;
            let measure = Measure::Members(set, (place / Asked::GROUP) as u16);
            let axis = self.grid.axes.iter().position(|axis| axis.measure == measure)?;
            let count = self.grid.axes.get(axis)?.cells;
            let is_in = |cell: Cell, bit: usize| cell > UNKNOWN && (cell - UNKNOWN - 1) >> bit & 1 == 1;
            let fits = |cell: Cell| match cell {
                UNKNOWN => cells.contains(UNKNOWN),
                _ => patterns.iter().any(|bits| (bits >> bit & 1 == 1) == is_in(cell, place % Asked::GROUP)),
            };
            Some(Member { axis: AxisId(axis as u32), there: CellSet::of(count, fits) })
        };
        asked.iter().skip(first).take(Asked::GROUP).enumerate().filter_map(of_bit).collect()
    }
}
