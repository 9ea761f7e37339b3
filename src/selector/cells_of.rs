//! The cells that a visitor is in, all of them: what a record of a decision keeps, and what tests have touched.

use super::ExperienceSelector;
use super::reading::InGrid;
use super::room::InRoom;
use crate::cells::{Cell, InCells, PENDING};
use crate::profile::CustomerProfile;
use crate::visit::Visit;

impl ExperienceSelector {
    /// The cells of a visitor, by axis; also of what is worked out only if it matters.
    pub(crate) fn cells_of(&self, profile: &CustomerProfile, visit: &Visit) -> Vec<Cell> {
        self.in_room(CellsOf { selector: self, profile, visit })
    }
}

struct CellsOf<'a> {
    selector: &'a ExperienceSelector,
    profile: &'a CustomerProfile,
    visit: &'a Visit,
}

impl InRoom for CellsOf<'_> {
    type Gives = Vec<Cell>;
    fn within<const ROOM: usize>(self, cells: &mut [Cell; ROOM]) -> Vec<Cell> {
        let inner = &*self.selector.inner;
        let facts = self.selector.facts(self.profile, self.visit);
        self.selector.needed_segments(&facts, cells);
        let mut visitor = InGrid { grid: &inner.grid, facts, cells };
        visitor.read(&inner.readings);
        visitor.read(&inner.segment_readings);
        for axis in 0..inner.grid.axes.len() as u32 {
            if visitor.cell(axis) == PENDING {
                visitor.derive(axis);
            }
        }
        visitor.cells.iter().copied().take(inner.grid.axes.len()).collect()
    }
}
