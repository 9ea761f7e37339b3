//! The cells that a visitor is in, all of them: what a record of a decision keeps, and what tests have touched.

use super::ExperienceSelector;
use super::facts::{Segments, VisitorFacts};
use super::reading::{InGrid, look};
use super::room::InRoom;
use super::worked_out::cell_of;
use crate::cells::{Beside, Cell, Grid, InCells, Measure, PENDING, UNKNOWN};
use crate::key::Key;
use crate::profile::CustomerProfile;
use crate::visit::Visit;

impl ExperienceSelector {
    /// The cells of a visitor, by axis; also of what is worked out only if it matters.
    pub(crate) fn cells_of(&self, profile: &CustomerProfile, visit: &Visit) -> Vec<Cell> {
        self.in_room(CellsOf { selector: self, profile, visit })
    }
}

impl ExperienceSelector {
    /// The cells of a visitor on any grid over this policy's attributes, by axis, with whether some channel is in use, one of
    /// the policy or not.
    pub(crate) fn cells_in(
        &self,
        grid: &Grid,
        profile: &CustomerProfile,
        visit: &Visit,
    ) -> (Vec<Cell>, bool) {
        let facts = self.facts(profile, visit);
        let truths = self.segment_truths(&facts);
        let facts = VisitorFacts { segments: Segments::All(&truths), ..facts };
        let is_held_out = self.checked().is_held_out(visit);
        let beside = |beside: Beside| match beside {
            Beside::HouseMinute => facts.house_minute().into(),
            Beside::VisitorMinute => (facts.minute() % 1_440).into(),
            Beside::PriorLayout => visit.prior.map_or(0, |prior| prior.layout as Key + 1),
            Beside::PriorAssistance => visit.prior.map_or(0, |prior| prior.assistance as Key + 1),
            Beside::Arm(number) => {
                let experiment = self.checked().experiments.get(usize::from(number));
                let drawn = experiment.filter(|_| !is_held_out).and_then(|one| one.draw(visit));
                drawn.map_or(0, |arm| Key::from(arm) + 1)
            }
        };
        let cell = |(axis, number): (&crate::cells::Axis, u32)| match &axis.measure {
            Measure::Beside(of) => axis.cut.cell(beside(*of), || None),
            Measure::Part(part) => {
                let part = grid.parts.get(*part as usize);
                part.map_or(UNKNOWN, |part| cell_of(part.condition.truth_of_part(&part.path, &facts)))
            }
            _ => look(grid, &facts, number),
        };
        (grid.axes.iter().zip(0..).map(cell).collect(), self.channels_in_use(&facts).2)
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
        inner.grid.nothing_is_known(cells);
        let mut visitor = InGrid { grid: &inner.grid, facts, cells };
        visitor.read(&inner.readings.all);
        visitor.read(&inner.segment_readings.all);
        for axis in 0..inner.grid.axes.len() as u32 {
            if visitor.cell(axis) == PENDING {
                visitor.derive(axis);
            }
        }
        visitor.cells.iter().copied().take(inner.grid.axes.len()).collect()
    }
}
