//! Parts of conditions, of which findings ask whether they hold: what a part can be taken apart into, through the segments that it
//! names, and the numbers under which parts are searched for.

use std::collections::BTreeMap;

use crate::cells::Truths;
use crate::condition::{Condition, Node, Operand, SegmentId};
use crate::policy::Checked;
use crate::selector::Asked;

/// A part of a condition, of which it is asked whether it is true, or where it stands behind a `!`, whether it is false.
#[derive(Debug, Clone)]
pub(super) struct Part<'a> {
    home: &'a Condition,
    path: Vec<u16>,
    negated: bool,
}

/// What tells parts apart.
pub(super) type Key = (usize, Vec<u16>, bool);

impl<'a> Part<'a> {
    pub(super) const fn of(home: &'a Condition, negated: bool) -> Self {
        Self { home, path: Vec::new(), negated }
    }

    /// The part below it at a place.
    fn below(&self, place: u16) -> Self {
        let mut below = self.clone();
        below.path.push(place);
        below
    }

    pub(super) fn node(&self) -> Option<&'a Node> {
        self.home.part(&self.path)
    }
    pub(super) fn key(&self) -> Key {
        (self.home.address(), self.path.clone(), self.negated)
    }
    pub(super) const fn is_negated(&self) -> bool {
        self.negated
    }
    /// The segment that it is, and whether it must be false.
    pub(super) fn segment(&self) -> Option<(SegmentId, bool)> {
        match self.node() {
            Some(Node::Segment(id)) => Some((*id, self.negated)),
            _ => None,
        }
    }

    /// The ways in which it holds, each of which is that all of some other parts hold; `None` if it cannot be taken apart.
    pub(super) fn ways(&self, checked: &'a Checked) -> Option<Vec<Vec<Self>>> {
        // A condition has at most 10,000 nodes.
        let all = |count: usize| (0..count as u16).map(|place| self.below(place));
        Some(match self.node()? {
            Node::Or(parts) if !self.negated => all(parts.len()).map(|part| vec![part]).collect(),
            Node::And(parts) if self.negated => all(parts.len()).map(|part| vec![part]).collect(),
            Node::Or(parts) | Node::And(parts) => vec![all(parts.len()).collect()],
            Node::Not(_) => vec![vec![Self { negated: !self.negated, ..self.below(0) }]],
            // Where the unknown counts as true it holds all the more if its condition does.
            Node::Segment(id) => {
                let segment = checked.segments.get(id.0 as usize)?;
                vec![vec![Self::of(&segment.when, self.negated)]]
            }
            Node::If(_) => {
                let test = |negated| Self { negated, ..self.below(0) };
                let ways = [vec![test(false), self.below(1)], vec![test(true), self.below(2)]];
                ways.into_iter().filter(|way| !way.iter().any(Self::never_holds)).collect()
            }
            _ => return None,
        })
    }

    /// Whether it can be taken apart.
    pub(super) fn has_ways(&self) -> bool {
        matches!(
            self.node(),
            Some(Node::And(_) | Node::Or(_) | Node::Not(_) | Node::Segment(_) | Node::If(_))
        )
    }

    /// Whether it is a choice by a test both of whose branches may be taken.
    pub(super) fn chooses(&self, checked: &'a Checked) -> bool {
        matches!(self.node(), Some(Node::If(_))) && self.ways(checked).is_some_and(|ways| ways.len() > 1)
    }

    /// Whether it is written as what it must not be.
    pub(super) fn never_holds(&self) -> bool {
        matches!(self.node(), Some(Node::Constant(Operand::Bool(value))) if *value == self.negated)
    }

    /// Whether it is unknown wherever something that it reads is.
    pub(super) fn is_strict(&self) -> bool {
        match self.node() {
            Some(
                Node::And(_)
                | Node::Or(_)
                | Node::If(_)
                | Node::Quantifier { .. }
                | Node::Segment(_)
                | Node::RustRule(_)
                | Node::Known(_)
                | Node::Declared(_),
            )
            | None => false,
            Some(_) => (0..)
                .map(|place| self.below(place))
                .take_while(|part| part.node().is_some())
                .all(|part| part.is_strict()),
        }
    }

    /// Whether it is about a set in a condition that asks something of `all` members.
    pub(super) fn is_of_all(&self) -> bool {
        let is_about_set = matches!(self.node(), Some(Node::Has { .. } | Node::InSet { .. }));
        let written = || self.home.to_string().split_whitespace().collect::<String>();
        is_about_set && written().contains(".all(")
    }

    /// Whether it is a segment of which the unknown counts as true: it is never unknown itself.
    pub(super) fn includes_unknown(&self, checked: &Checked) -> bool {
        self.segment()
            .and_then(|(id, _)| checked.segments.get(id.0 as usize))
            .is_some_and(|segment| segment.include_unknown)
    }

    pub(super) fn asked(&self) -> Asked<'_> {
        Asked::Part(self.home, &self.path)
    }
    /// The value by which it holds.
    pub(super) const fn wanted(&self) -> Truths {
        if self.negated { Truths::FALSE } else { Truths::TRUE }
    }
}

/// The number of a part among those that findings ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PartId(pub(super) usize);

/// The parts that findings ask for, by number.
#[derive(Default)]
pub(super) struct Parts<'a> {
    all: Vec<Part<'a>>,
    numbers: BTreeMap<Key, PartId>,
}

impl<'a> Parts<'a> {
    /// The number of a part. Alternatives share many.
    pub(super) fn add(&mut self, part: Part<'a>) -> PartId {
        let next = PartId(self.all.len());
        let id = *self.numbers.entry(part.key()).or_insert(next);
        if id.0 == next.0 {
            self.all.push(part);
        }
        id
    }

    pub(super) fn get(&self, id: PartId) -> Option<&Part<'a>> {
        self.all.get(id.0)
    }

    /// The condition of each, and where in it the part is.
    pub(super) fn places(&self) -> Vec<(&'a Condition, &[u16])> {
        self.all.iter().map(|part| (part.home, &*part.path)).collect()
    }
}
