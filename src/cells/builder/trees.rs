//! Conditions as trees over a grid, for those who search, and for what would blow up.

use ahash::AHashMap;

use super::{Builder, Cells};
use crate::attribute::AttributeId;
use crate::cells::leaf::{Leaf, Literals};
use crate::cells::{AxisId, CellSet, Grid, Measure, Tree, Truths, UNKNOWN, WhyDerived, now};
use crate::condition::{Condition, Node, Operand};
use crate::policy::Checked;

impl<'p> Builder<'p> {
    /// The grid for those who want no formulas but [trees](Self::tree); `also` says where else axes are cut.
    pub(crate) fn for_trees(
        checked: &'p Checked,
        conditions: &[&Condition],
        also: impl FnOnce(&mut Literals),
    ) -> Self {
        let mut builder = Self {
            checked,
            now: now(&checked.attributes),
            grid: Grid::default(),
            by_measure: AHashMap::new(),
            known: AHashMap::new(),
            on_axes: AHashMap::new(),
            parts: AHashMap::new(),
        };
        let mut literals = Literals::default();
        for condition in conditions {
            literals.collect(checked, builder.now, condition.tree());
        }
        also(&mut literals);
        builder.cut(literals);
        builder
    }

    /// A condition as a tree.
    pub(crate) fn tree(&mut self, condition: &Condition) -> Tree {
        self.tree_of(condition.tree(), condition, &mut Vec::new())
    }

    /// The part of a condition to which `path` leads, as a tree; nothing is known of one that is not there.
    pub(crate) fn tree_at(&mut self, condition: &Condition, path: &[u16]) -> Tree {
        match condition.part(path) {
            Some(part) => self.tree_of(part, condition, &mut path.to_vec()),
            None => Tree::Constant(Truths::ALL),
        }
    }

    fn tree_of(&mut self, node: &Node, home: &Condition, path: &mut Vec<u16>) -> Tree {
        // A condition has at most 10,000 nodes, and 64 levels.
        let mut all = |builder: &mut Self, parts: &[Node]| -> Box<[Tree]> {
            let of = |(part, place): (&Node, u16)| {
                path.push(place);
                let made = builder.tree_of(part, home, path);
                path.pop();
                made
            };
            parts.iter().zip(0..).map(of).collect()
        };
        match node {
            Node::Constant(Operand::Bool(value)) => Tree::Constant(Truths::of((*value).into())),
            Node::Failure(_) => Tree::Constant(Truths::UNKNOWN),
            Node::Not(part) => match all(self, std::slice::from_ref(part)).into_vec().pop() {
                Some(part) => Tree::Not(Box::new(part)),
                None => Tree::Constant(Truths::ALL),
            },
            Node::And(parts) => Tree::And(all(self, parts)),
            Node::Or(parts) => Tree::Or(all(self, parts)),
            Node::If(parts) => match <Box<[Tree; 3]>>::try_from(all(self, &**parts)) {
                Ok(parts) => Tree::If(parts),
                Err(_) => Tree::Constant(Truths::ALL),
            },
            Node::Segment(id) => match self.on_axis(*id) {
                Some((axis, holds)) => Tree::Leaf { axis, holds, never_unknown: false },
                None => Tree::Segment(*id),
            },
            _ => match Leaf::of(self.checked, self.now, node) {
                Some(leaf) => match self.cells(&leaf) {
                    Some(Cells { axis, holds, never_unknown }) => Tree::Leaf { axis, holds, never_unknown },
                    None => Tree::Constant(Truths::ALL),
                },
                None => {
                    let rust = matches!(node, Node::RustRule(_));
                    let why = if rust { WhyDerived::RustRule } else { WhyDerived::Calculated };
                    match self.part_axis(home, path, Some(why)) {
                        Some(axis) => {
                            let holds = CellSet::range(UNKNOWN + 2, UNKNOWN + 3);
                            Tree::Leaf { axis, holds, never_unknown: false }
                        }
                        None => Tree::Constant(Truths::ALL),
                    }
                }
            },
        }
    }

    /// The axis of a member of a set, and the cells in which it is there.
    pub(crate) fn member(&self, set: AttributeId, position: u16) -> Option<(AxisId, CellSet)> {
        self.cells(&Leaf::Has { set, position }).map(|cells| (cells.axis, cells.holds))
    }

    /// The grid as it is so far.
    pub(crate) fn grid(&self) -> &Grid {
        &self.grid
    }

    /// The axis of what is measured, if it was cut.
    pub(crate) fn axis_of(&self, measure: &Measure) -> Option<AxisId> {
        self.by_measure.get(measure).copied()
    }
}
