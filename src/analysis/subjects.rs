//! The conditions of a policy, one after the other: what each is called, how it is searched for and how it is asked.

use super::{Subject, SubjectKind};
use crate::cells::{Tree, Truths};
use crate::condition::{Condition, Node, Operand, SegmentId};
use crate::policy::Checked;
use crate::search::Space;
use crate::selector::Asked;

/// A condition with the value that it has to have.
#[derive(Clone, Copy)]
pub(super) struct Term<'a> {
    pub(super) tree: &'a Tree,
    pub(super) asked: Asked<'a>,
    pub(super) wanted: Truths,
}

impl Term<'_> {
    /// The same with another value.
    pub(super) const fn be(self, wanted: Truths) -> Self {
        Self { wanted, ..self }
    }
}

/// A segment, rule, experiment or guarantee with a condition.
pub(super) struct Item<'a> {
    pub(super) what: SubjectKind,
    /// Its number among those of its kind.
    pub(super) number: usize,
    pub(super) name: &'a str,
    pub(super) when: &'a Condition,
    /// That it holds.
    pub(super) holds: Term<'a>,
}

impl Item<'_> {
    pub(super) fn subject(&self) -> Subject {
        Subject { what: self.what, name: self.name.into() }
    }
    /// Whether it is written as `true`: then it is meant to be.
    pub(super) fn is_written_true(&self) -> bool {
        matches!(self.when.tree(), Node::Constant(Operand::Bool(true)))
    }
}

/// One tree for each segment, which stands for its value after `on_unknown`.
pub(super) fn segment_trees(checked: &Checked) -> Vec<Tree> {
    (0..checked.segments.len()).map(|number| Tree::Segment(SegmentId(number as u32))).collect()
}

/// All conditions: segments, rules, experiments, guarantees, each by name. The guarantees' are the first beside the policy.
pub(super) fn items<'a>(checked: &'a Checked, space: &'a Space<'_>, segments: &'a [Tree]) -> Vec<Item<'a>> {
    let mut all = Vec::new();
    let mut add = |what, number, name: &'a str, when: &'a Condition, tree: Option<&'a Tree>, asked| {
        if let Some(tree) = tree {
            all.push(Item { what, number, name, when, holds: Term { tree, asked, wanted: Truths::TRUE } });
        }
    };
    for (number, one) in checked.segments.iter().enumerate() {
        let asked = Asked::Segment(SegmentId(number as u32));
        add(SubjectKind::Segment, number, &one.name, &one.when, segments.get(number), asked);
    }
    for (number, one) in checked.rules.iter().enumerate() {
        let asked = Asked::Part(&one.when, &[]);
        add(SubjectKind::Rule, number, &one.name, &one.when, space.rule(number), asked);
    }
    for (number, one) in checked.experiments.iter().enumerate() {
        let Some(when) = &one.when else { continue };
        let asked = Asked::Part(when, &[]);
        add(SubjectKind::Experiment, number, &one.name, when, space.experiment(number), asked);
    }
    for (number, one) in checked.guarantees.iter().enumerate() {
        let asked = Asked::Part(&one.when, &[]);
        add(SubjectKind::Guarantee, number, &one.name, &one.when, space.other(number), asked);
    }
    all
}
