//! Axes of few cells, joined: a visitor's cells on several of them are one cell of one more axis, so that one row is read where
//! several would be. Most are bools.

use super::super::kernel::{Line, WORDS};
use super::super::set::{Cell, CellSet};
use super::super::{AxisId, Cut, Grid};

/// Cells of an axis that is joined: unknown, false and true.
const CELLS: Cell = 3;
/// So many axes are joined at most: one more would need three times the rows.
const AXES: usize = 3;

/// Some axes as one.
#[derive(Debug, Clone)]
pub(crate) struct Joint {
    /// Its place among a visitor's cells.
    pub(crate) place: u32,
    axes: Vec<AxisId>,
    /// Whether the profile alone settles them.
    pub(crate) stays: bool,
}

impl Joint {
    /// Joins what can be joined of `axes`; the places begin with `place`.
    pub(super) fn all(grid: &Grid, axes: &[AxisId], stays: &dyn Fn(AxisId) -> bool, place: u32) -> Vec<Self> {
        let mut made: Vec<Self> = Vec::new();
        let is_small = |axis: &AxisId| {
            let cut = grid.axis(*axis).map(|axis| &axis.cut);
            grid.cells(*axis) == CELLS && !cut.is_some_and(|cut| matches!(cut, Cut::Truth))
        };
        let small: Vec<AxisId> = axes.iter().copied().filter(is_small).collect();
        for half in [true, false] {
            let those: Vec<AxisId> = small.iter().copied().filter(|axis| stays(*axis) == half).collect();
            // One alone has nothing to be joined with.
            for axes in those.chunks(AXES).filter(|axes| axes.len() > 1) {
                let place = place + made.len() as u32;
                made.push(Self { place, axes: axes.to_vec(), stays: half });
            }
        }
        made
    }
    /// Whether it is one of its axes.
    pub(crate) fn has(&self, axis: AxisId) -> bool {
        self.axes.contains(&axis)
    }
    /// Its cell where those of its axes are these.
    #[inline(always)]
    pub(crate) fn cell(&self, of: impl Fn(u32) -> Cell) -> Cell {
        let mut all = 0;
        for axis in &self.axes {
            all = all * CELLS + of(axis.0);
        }
        all
    }
    fn cells(&self) -> Cell {
        CELLS.pow(self.axes.len() as u32)
    }
    /// Adds a row for each of its cells: which terms may be met there, by what is asked of its axes.
    #[expect(
        clippy::indexing_slicing,
        reason = "INVARIANT: bits and rows are those of the tile that is being made"
    )]
    pub(super) fn fill(&self, rows: &mut Vec<Line>, asked: &[(AxisId, u32, &CellSet)], lines: usize) {
        let first = rows.len();
        rows.resize(first + self.cells() as usize * lines, Line([u64::MAX; WORDS]));
        let all = &mut rows[first..];
        for (axis, bit, set) in asked {
            let Some(place) = self.axes.iter().position(|one| one == axis) else { continue };
            // The last counts by one.
            let one = CELLS.pow((self.axes.len() - 1 - place) as u32);
            for cell in (0..self.cells()).filter(|cell| !set.contains(cell / one % CELLS)) {
                all[cell as usize * lines + *bit as usize / 512].0[*bit as usize / 64 % WORDS] &=
                    !(1_u64 << (bit % 64));
            }
        }
    }
}
