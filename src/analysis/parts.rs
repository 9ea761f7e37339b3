//! Conditions taken apart, through the segments that they name: into alternatives, each of which is enough, and conjunctions
//! into conjuncts, which must all be true. What findings ask for of them is numbered, so that it can be searched for.

use crate::cells::Truths;
use crate::condition::{Condition, Node, Operand};
use crate::policy::Checked;
use crate::selector::Asked;

/// How many alternatives of one rule are looked at, and conjuncts of one conjunction; they may be as many as segments.
pub(super) const MOST_OF_RULE: usize = 256;

/// A part of a condition, of which it is asked whether it is true, or where it stands behind a `!`, whether it is false.
#[derive(Clone)]
pub(super) struct Part<'a> {
    home: &'a Condition,
    path: Vec<u16>,
    negated: bool,
}

/// What a part is to those who take conditions apart.
pub(super) enum Is<'a> {
    /// It holds if one of these does.
    Alternatives(Vec<Part<'a>>),
    /// It holds if all of these do.
    Conjunction(Vec<Part<'a>>),
    /// It is another part, named or turned round.
    Other(Part<'a>),
    /// It cannot be taken apart.
    Whole,
}

impl<'a> Part<'a> {
    const fn of(home: &'a Condition) -> Self {
        Self { home, path: Vec::new(), negated: false }
    }

    /// The part below it at a place.
    fn below(&self, place: u16) -> Self {
        let mut below = self.clone();
        below.path.push(place);
        below
    }

    pub(super) fn is(&self, checked: &'a Checked) -> Is<'a> {
        // A condition has at most 10,000 nodes.
        let all = |count: usize| (0..count as u16).map(|place| self.below(place)).collect();
        match self.home.part(&self.path) {
            Some(Node::Or(parts)) if !self.negated => Is::Alternatives(all(parts.len())),
            Some(Node::And(parts)) if self.negated => Is::Alternatives(all(parts.len())),
            Some(Node::Or(parts) | Node::And(parts)) => Is::Conjunction(all(parts.len())),
            Some(Node::Not(_)) => Is::Other(Self { negated: !self.negated, ..self.below(0) }),
            // Where the unknown counts as true it holds all the more if its condition does.
            Some(Node::Segment(id)) => match checked.segments.get(id.0 as usize) {
                Some(segment) => Is::Other(Self { negated: self.negated, ..Self::of(&segment.when) }),
                None => Is::Whole,
            },
            Some(Node::If(parts)) if !self.negated => match &**parts {
                [_, _, Node::Constant(Operand::Bool(false))] => {
                    Is::Conjunction(vec![self.below(0), self.below(1)])
                }
                _ => Is::Whole,
            },
            _ => Is::Whole,
        }
    }

    /// Whether it is a segment of which the unknown counts as true: it is never unknown itself.
    fn includes_unknown(&self, checked: &Checked) -> bool {
        match self.home.part(&self.path) {
            Some(Node::Segment(id)) => {
                checked.segments.get(id.0 as usize).is_some_and(|segment| segment.include_unknown)
            }
            _ => false,
        }
    }

    pub(super) fn asked(&self) -> Asked<'_> {
        Asked::Part(self.home, &self.path)
    }
    /// The value by which it holds.
    pub(super) const fn wanted(&self) -> Truths {
        if self.negated { Truths::FALSE } else { Truths::TRUE }
    }
}

/// The alternatives of a condition: conjunctions, and what cannot be taken apart.
pub(super) fn alternatives<'a>(checked: &'a Checked, when: &'a Condition) -> Vec<Part<'a>> {
    let mut found = Vec::new();
    let mut waiting = vec![Part::of(when)];
    while let Some(part) = waiting.pop() {
        if found.len() + waiting.len() > MOST_OF_RULE {
            break;
        }
        match part.is(checked) {
            Is::Alternatives(parts) => waiting.extend(parts),
            Is::Other(part) => waiting.push(part),
            Is::Conjunction(_) | Is::Whole => found.push(part),
        }
    }
    found
}

/// The conjuncts of a conjunction; those of a segment that is one stand for it.
pub(super) fn conjuncts<'a>(checked: &'a Checked, whole: &Part<'a>) -> Vec<Part<'a>> {
    let mut found = Vec::new();
    let mut waiting = vec![whole.clone()];
    while let Some(part) = waiting.pop() {
        if found.len() + waiting.len() > MOST_OF_RULE {
            break;
        }
        let mut other = part.clone();
        // What is named or turned round is looked at behind its name.
        let parts = loop {
            match other.is(checked) {
                Is::Other(next) if !other.includes_unknown(checked) => other = next,
                Is::Conjunction(parts) => break Some(parts),
                _ => break None,
            }
        };
        match parts {
            Some(parts) => waiting.extend(parts),
            None => found.push(part),
        }
    }
    found
}

/// The number of a part among those that findings ask for.
#[derive(Clone, Copy)]
pub(super) struct PartId(pub(super) usize);

/// The parts that findings ask for, by number.
#[derive(Default)]
pub(super) struct Parts<'a>(Vec<Part<'a>>);

impl<'a> Parts<'a> {
    pub(super) fn add(&mut self, part: Part<'a>) -> PartId {
        self.0.push(part);
        PartId(self.0.len() - 1)
    }

    pub(super) fn get(&self, id: PartId) -> Option<&Part<'a>> {
        self.0.get(id.0)
    }

    /// The condition of each, and where in it the part is.
    pub(super) fn places(&self) -> Vec<(&'a Condition, &[u16])> {
        self.0.iter().map(|part| (part.home, &*part.path)).collect()
    }
}
