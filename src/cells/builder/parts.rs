//! How parts are worked out, when all formulas are made: by the cells where they can be cut, and so that none goes too deep.

use std::collections::BTreeSet;

use ahash::AHashMap;

use super::Builder;
use crate::cells::formula::Formula;
use crate::cells::{AxisId, CellSet, Form, Grid, Part, Tree, UNKNOWN, WhyDerived};
use crate::condition::{Node, SegmentId};

/// How many nodes of trees may lie above one another where parts are worked out within parts. What would go deeper is worked out
/// by stages.
const MOST_LEVELS: u32 = 128;
/// A comparison that holds in more ranges of cells is a part of its own where others speak of it: each that does keeps the ranges.
const MOST_RANGES: usize = 4;

impl Builder<'_> {
    /// The grid as it is: who searches goes by trees, and works nothing out.
    pub(crate) fn into_grid(self) -> Grid {
        self.grid
    }

    /// The grid, when all formulas are made, which are these.
    pub(crate) fn finish<'f>(mut self, formulas: impl Iterator<Item = &'f mut Formula>) -> Grid {
        self.forget_unasked(formulas);
        let checked = self.checked;
        let written = self.grid.parts.iter().filter_map(|part| part.condition.part(&part.path));
        let mut needed: BTreeSet<SegmentId> = written.flat_map(Node::segments).collect();
        // What uses a segment comes behind it, so that one pass from the end reaches everything.
        for id in checked.segment_order.iter().rev() {
            if needed.contains(id)
                && let Some(segment) = checked.segments.get(id.0 as usize)
            {
                needed.extend(segment.when.tree().segments());
            }
        }
        // Each behind those it uses, which are on axes then.
        for &id in &checked.segment_order {
            if needed.contains(&id) {
                self.put_on_axis(id);
            }
        }
        // A tree may bring further parts, which are evaluated as they are written.
        let mut number = 0;
        while let Some(part) = self.grid.parts.get(number) {
            if let Form::Written(_) = part.form {
                let Part { condition, path, why, .. } = part.clone();
                let form = match why {
                    Some(WhyDerived::TooManyTerms) => Form::Cells(self.tree_at(&condition, &path)),
                    _ => Form::Written(self.spoken_of_in(condition.part(&path))),
                };
                if let Some(part) = self.grid.parts.get_mut(number) {
                    part.form = form;
                }
            }
            number += 1;
        }
        let mut grid = self.grid;
        grid.limit_depth();
        grid.ask_texts_at_once();
        grid.segments = self.on_axes.into_iter().map(|(id, (axis, holds))| (id, axis, holds)).collect();
        grid.segments.sort_unstable_by_key(|one| one.0);
        let waiting = grid.parts.iter().flat_map(Part::axes);
        grid.waiting = waiting.filter(|&axis| grid.part(axis).is_none()).collect();
        grid.waiting.sort_unstable();
        grid.waiting.dedup();
        grid
    }

    /// Forgets the parts for which none of all formulas asks any more. Those that are left have other axes.
    fn forget_unasked<'f>(&mut self, formulas: impl Iterator<Item = &'f mut Formula>) {
        let mut sets: Vec<_> = formulas.flat_map(|formula| formula.terms.iter_mut().flatten()).collect();
        let asked: BTreeSet<AxisId> = sets.iter().map(|(axis, _)| *axis).collect();
        let parts = std::mem::take(&mut self.grid.parts);
        let first = self.grid.axes.len().saturating_sub(parts.len());
        self.grid.axes.truncate(first);
        self.by_measure.retain(|_, axis| (axis.0 as usize) < first);
        self.parts.clear();
        let anew = asked.into_iter().filter_map(|axis| {
            let part = parts.get((axis.0 as usize).checked_sub(first)?)?;
            Some((axis, self.part_axis(&part.condition, &part.path, part.why)?))
        });
        let anew: AHashMap<AxisId, AxisId> = anew.collect();
        for (axis, _) in &mut sets {
            *axis = anew.get(axis).copied().unwrap_or(*axis);
        }
    }

    /// The axis of a segment that parts speak of, and the cells in which it holds.
    pub(super) fn on_axis(&self, id: SegmentId) -> Option<(AxisId, CellSet)> {
        self.on_axes.get(&id).cloned()
    }

    fn put_on_axis(&mut self, id: SegmentId) {
        let Some(segment) = self.checked.segments.get(id.0 as usize) else { return };
        let (axis, mut holds) = match self.tree(&segment.when) {
            // One comparison is on an axis already, and so is one calculation.
            Tree::Leaf { axis, holds, never_unknown: false } if holds.ranges().len() <= MOST_RANGES => {
                (axis, holds)
            }
            tree => {
                let Some(axis) = self.part_axis(&segment.when, &[], None) else { return };
                // Segments that say the same share it.
                if let Some(part) = self.grid.part_mut(axis)
                    && matches!(part.form, Form::Written(_))
                {
                    part.form = Form::Cells(tree);
                }
                (axis, CellSet::range(UNKNOWN + 2, UNKNOWN + 3))
            }
        };
        if segment.include_unknown {
            holds = CellSet::range(UNKNOWN, UNKNOWN + 1).union(&holds);
        }
        self.on_axes.insert(id, (axis, holds));
    }

    /// The axes of the segments that a part speaks of. Of no others: a segment beside it in its condition may say the same as it.
    fn spoken_of_in(&self, part: Option<&Node>) -> Box<[AxisId]> {
        let segments = part.map(Node::segments).unwrap_or_default();
        segments.iter().filter_map(|id| self.on_axes.get(id)).map(|(axis, _)| *axis).collect()
    }
}

impl Grid {
    /// The axis of a part, by number.
    fn axis_of_part(&self, number: usize) -> AxisId {
        AxisId((self.axes.len() - self.parts.len() + number) as u32)
    }

    /// The parts that each part goes by, by number.
    fn below(&self) -> Vec<Vec<usize>> {
        let first = self.axes.len() - self.parts.len();
        let number = |axis: AxisId| (axis.0 as usize).checked_sub(first);
        self.parts.iter().map(|part| part.axes().filter_map(number).collect()).collect()
    }

    /// Says of each part what is worked out before it: where one would go too deep, what it goes by is, and what that goes by in
    /// turn.
    #[expect(
        clippy::indexing_slicing,
        reason = "INVARIANT: numbers are those of parts, of which there are as many"
    )]
    fn limit_depth(&mut self) {
        let below = self.below();
        let order = each_behind(&below);
        let (mut levels, mut stages) = (vec![0_u32; below.len()], vec![0_u32; below.len()]);
        for &part in &order {
            let height = self.parts[part].height();
            for &one in &below[part] {
                if stages[one] == 0 && height + levels[one] > MOST_LEVELS {
                    self.stages.push(self.axis_of_part(one));
                    stages[one] = self.stages.len() as u32;
                }
            }
            let left = below[part].iter().filter(|&&one| stages[one] == 0).map(|&one| levels[one]);
            levels[part] = height + left.max().unwrap_or(0);
        }
        // All stages are known now.
        for &part in &order {
            let before = below[part].iter().map(|&one| self.parts[one].after).max();
            self.parts[part].after = before.unwrap_or(0).max(stages[part]);
        }
    }
}

/// All numbers in an order in which each stands behind those below it.
fn each_behind(below: &[Vec<usize>]) -> Vec<usize> {
    let (mut order, mut placed) = (Vec::with_capacity(below.len()), vec![false; below.len()]);
    for number in 0..below.len() {
        let mut open = vec![number];
        while let Some(&number) = open.last() {
            let is_open = |one: &&usize| placed.get(**one) == Some(&false);
            let before = open.len();
            open.extend(below.get(number).into_iter().flatten().filter(is_open));
            if open.len() == before {
                open.pop();
                if let Some(placed) = placed.get_mut(number).filter(|placed| !**placed) {
                    *placed = true;
                    order.push(number);
                }
            }
        }
    }
    order
}
