//! What rows do not say: parts of conditions that are worked out for a visitor, and only if a term that is left asks for them. What
//! they go by is looked at then, and kept.

use super::facts::{Segments, VisitorFacts};
use super::reading::look;
use crate::cells::{AxisId, Cell, Form, Grid, PENDING, UNKNOWN};
use crate::truth::Truth;

impl Grid {
    /// Says of parts, and of what they go by, that nobody has looked at it; who reads some of it does so later.
    #[inline]
    pub(super) fn nothing_is_known(&self, cells: &mut [Cell]) {
        if self.parts.is_empty() {
            return;
        }
        let first = self.axes.len().saturating_sub(self.parts.len());
        if let Some(parts) = cells.get_mut(first..self.axes.len()) {
            parts.fill(PENDING);
        }
        for axis in &self.waiting {
            if let Some(slot) = cells.get_mut(axis.0 as usize) {
                *slot = PENDING;
            }
        }
    }
}

/// A visitor of whom parts of conditions are worked out.
pub(super) struct WorkedOut<'a, 'f> {
    pub(super) grid: &'a Grid,
    pub(super) facts: VisitorFacts<'f>,
    /// By axis, those of parts and those that [wait](Grid::waiting) at least: what is found out is kept there.
    pub(super) cells: &'a mut [Cell],
}

impl WorkedOut<'_, '_> {
    /// The cell of an axis, whatever it measures.
    pub(super) fn cell(&mut self, axis: AxisId) -> Cell {
        let kept = self.kept(axis);
        if kept != PENDING {
            return kept;
        }
        let grid = self.grid;
        let after = grid.part(axis).map_or(0, |part| part.after as usize);
        let stages = grid.stages.get(..after).unwrap_or_default();
        // They are found in this order only, so that the first are known and no others.
        let known = stages.partition_point(|&stage| self.kept(stage) != PENDING);
        for &stage in stages.get(known..).unwrap_or_default() {
            self.known(stage);
        }
        self.known(axis)
    }

    /// The same where all stages before it are known.
    fn known(&mut self, axis: AxisId) -> Cell {
        match self.kept(axis) {
            PENDING => self.find(axis),
            cell => cell,
        }
    }

    fn kept(&self, axis: AxisId) -> Cell {
        self.cells.get(axis.0 as usize).copied().unwrap_or(PENDING)
    }

    /// Not known so far.
    fn find(&mut self, axis: AxisId) -> Cell {
        let grid = self.grid;
        let cell = match grid.part(axis).map(|part| (&part.form, part)) {
            None => look(grid, &self.facts, axis.0),
            Some((Form::Text(number), part)) => {
                if let Some(texts) = grid.texts.get(*number as usize) {
                    texts.find(self.facts.text(texts.attribute), self.cells);
                }
                match self.kept(axis) {
                    PENDING => cell_of(part.condition.truth_of_part(&part.path, &self.facts)),
                    cell => cell,
                }
            }
            Some((Form::Cells(tree), _)) => cell_of(tree.truth(&mut |axis| self.known(axis))),
            Some((Form::Written(segments), part)) => {
                for &axis in segments {
                    self.known(axis);
                }
                let segments = match self.facts.segments {
                    Segments::All(truths) => Segments::All(truths),
                    Segments::Needed(..) => Segments::Needed(&grid.segments, self.cells),
                };
                let facts = VisitorFacts { segments, ..self.facts };
                cell_of(part.condition.truth_of_part(&part.path, &facts))
            }
        };
        if let Some(slot) = self.cells.get_mut(axis.0 as usize) {
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
