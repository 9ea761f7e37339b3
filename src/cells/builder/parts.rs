//! How parts are worked out, when all formulas are made: by the cells where they can be cut, and so that none goes too deep.

use std::collections::BTreeSet;

use ahash::AHashMap;

use super::Builder;
use crate::cells::formula::{Formula, Term};
use crate::cells::{AxisId, CellSet, Form, Grid, Part, Tree, UNKNOWN, WhyDerived};
use crate::condition::{Node, SegmentId};

/// How many nodes of trees may lie above one another where parts are worked out within parts. Beyond, those that others speak of
/// are worked out one by one before.
const MOST_LEVELS: u32 = 128;
/// A comparison that holds in more ranges of cells is a part of its own where others speak of it: each that does keeps the ranges.
const MOST_RANGES: usize = 4;

impl Builder<'_> {
    /// The grid, when all formulas are made, which are these: parts for which none of them asks are not in it.
    pub(crate) fn finish_for<'f>(mut self, formulas: impl Iterator<Item = &'f mut Formula>) -> Grid {
        let mut terms: Vec<&mut Term> = formulas.flat_map(|formula| &mut formula.terms).collect();
        let parts = std::mem::take(&mut self.grid.parts);
        let first = self.grid.axes.len().saturating_sub(parts.len());
        self.grid.axes.truncate(first);
        self.by_measure.retain(|_, axis| (axis.0 as usize) < first);
        self.parts.clear();
        self.needed.clear();
        let asked: BTreeSet<AxisId> =
            terms.iter().flat_map(|term| term.iter()).map(|(axis, _)| *axis).collect();
        let place = |axis: AxisId| (axis.0 as usize).checked_sub(first);
        let moved: AHashMap<AxisId, AxisId> = asked
            .into_iter()
            .filter_map(|axis| {
                let part = parts.get(place(axis)?)?;
                Some((axis, self.part_axis(&part.condition, &part.path, part.why)?))
            })
            .collect();
        for (axis, _) in terms.iter_mut().flat_map(|term| term.iter_mut()) {
            *axis = moved.get(axis).copied().unwrap_or(*axis);
        }
        let mut grid = self.finish();
        grid.ask_texts_at_once();
        grid
    }

    /// The grid as it is: who searches goes by trees, and works nothing out.
    pub(crate) fn into_grid(self) -> Grid {
        self.grid
    }

    fn finish(mut self) -> Grid {
        let checked = self.checked;
        // What uses a segment comes behind it, so that one pass from the end reaches everything.
        for id in checked.segment_order.iter().rev() {
            if self.needed.contains(id)
                && let Some(segment) = checked.segments.get(id.0 as usize)
            {
                self.needed.extend(segment.when.tree().segments());
            }
        }
        // Each behind those it uses, which are on axes then.
        for &id in &checked.segment_order {
            if self.needed.contains(&id) {
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
        // Segments that say the same are one.
        let mut seen = BTreeSet::new();
        self.grid.spoken_of.retain(|axis| seen.insert(*axis));
        self.limit_depth();
        let mut grid = self.grid;
        grid.segments = self.on_axes.into_iter().map(|(id, (axis, holds))| (id, axis, holds)).collect();
        grid.segments.sort_unstable_by_key(|one| one.0);
        let waiting = grid.parts.iter().flat_map(Part::axes);
        grid.waiting = waiting.filter(|&axis| grid.part(axis).is_none()).collect();
        grid.waiting.sort_unstable();
        grid.waiting.dedup();
        grid
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
                let part = self.grid.part(axis).and_then(|part| part.condition.part(&part.path));
                if part.is_some_and(Node::uses_segments) {
                    self.grid.spoken_of.push(axis);
                }
                (axis, holds)
            }
            tree => {
                let Some(axis) = self.part_axis(&segment.when, &[], None) else { return };
                // Segments that say the same share it.
                if let Some(part) = self.grid.part_mut(axis)
                    && matches!(part.form, Form::Written(_))
                {
                    part.form = Form::Cells(tree);
                    self.grid.spoken_of.push(axis);
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

    /// Says of each part what is worked out before it.
    fn limit_depth(&mut self) {
        let grid = &mut self.grid;
        let places: AHashMap<AxisId, u32> = grid.spoken_of.iter().copied().zip(1..).collect();
        // By axis: the levels above one another, and how far among those that others speak of it goes.
        let mut known: AHashMap<AxisId, (u32, u32)> = AHashMap::new();
        let parts: Vec<AxisId> =
            (0..grid.axes.len() as u32).map(AxisId).filter(|&axis| grid.part(axis).is_some()).collect();
        for axis in parts {
            let mut open = vec![axis];
            while let Some(&axis) = open.last() {
                let Some(part) = grid.part(axis).filter(|_| !known.contains_key(&axis)) else {
                    open.pop();
                    continue;
                };
                let below: Vec<AxisId> = part.axes().filter(|&axis| grid.part(axis).is_some()).collect();
                let before = open.len();
                open.extend(below.iter().filter(|axis| !known.contains_key(axis)));
                if open.len() > before {
                    continue;
                }
                let of = |axis: &AxisId| known.get(axis).copied().unwrap_or_default();
                let reach = below.iter().map(|axis| places.get(axis).copied().unwrap_or(of(axis).1)).max();
                let reach = reach.unwrap_or(0);
                let height = part.height();
                let levels = height + below.iter().map(|axis| of(axis).0).max().unwrap_or(0);
                let after = if levels > MOST_LEVELS { reach } else { 0 };
                if let Some(part) = grid.part_mut(axis) {
                    part.after = after;
                }
                known.insert(axis, (if after > 0 { height } else { levels }, reach));
            }
        }
    }
}
