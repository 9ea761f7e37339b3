//! Conditions taken apart, through the segments that they name: into alternatives, each of which is enough. An alternative is some
//! parts that must all hold, so that those of a conjunction are the products of those of its conjuncts. What findings ask for of
//! them is numbered, so that it can be searched for.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::cells::Truths;
use crate::condition::{Condition, Node, Operand, SegmentId};
use crate::policy::Checked;
use crate::selector::Asked;

/// How many alternatives of one rule are looked at. They may be as many as all products.
const MOST_OF_RULE: usize = 256;

/// How many parts are gone through for the alternatives of one rule.
const MOST_PARTS: usize = 16_384;

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

/// What a part is to those who ask for alternatives.
pub(super) enum Sort {
    /// It is taken as it is, and is what every alternative must have, or not.
    Taken { is_asked_for: bool },
    /// No alternative may have it.
    Never,
    /// It is taken apart.
    Apart,
}

/// What is left of a condition for those who ask.
struct Formula<'a> {
    form: Form<'a>,
    /// Whether some alternative of it has what every one must have.
    may_have: bool,
}

enum Form<'a> {
    Part(Part<'a>),
    Any(Vec<Rc<Formula<'a>>>),
    All(Vec<Rc<Formula<'a>>>),
}

/// The alternatives of a condition, or the first of them.
pub(super) struct Alternatives<P> {
    /// The parts of each, which must all hold.
    pub(super) found: Vec<Vec<P>>,
    /// Whether there are more than were looked at.
    pub(super) are_more: bool,
}

impl<'a> Alternatives<Part<'a>> {
    /// The same by numbers.
    pub(super) fn numbered(self, parts: &mut Parts<'a>) -> Alternatives<PartId> {
        let number = |way: Vec<Part<'a>>| way.into_iter().map(|part| parts.add(part)).collect();
        Alternatives { found: self.found.into_iter().map(number).collect(), are_more: self.are_more }
    }
}

impl<P> Default for Alternatives<P> {
    fn default() -> Self {
        Self { found: Vec::new(), are_more: false }
    }
}

/// Takes conditions apart, each segment once for all.
pub(super) struct Apart<'a, 's> {
    checked: &'a Checked,
    sort: &'s dyn Fn(&Part<'a>) -> Sort,
    /// What is left of each segment, where it must be true and where it must be false.
    segments: Vec<[Option<Rc<Formula<'a>>>; 2]>,
}

impl<'a, 's> Apart<'a, 's> {
    /// For these conditions. What cannot be taken apart must not be sorted so.
    pub(super) fn new(
        checked: &'a Checked,
        conditions: impl Iterator<Item = &'a Condition>,
        sort: &'s dyn Fn(&Part<'a>) -> Sort,
    ) -> Self {
        let none = || [None, None];
        let mut all = Self { checked, sort, segments: checked.segments.iter().map(|_| none()).collect() };
        for id in checked.needed_for(conditions.map(|when| Asked::Part(when, &[]))) {
            let Some(segment) = checked.segments.get(id.0 as usize) else { continue };
            let left = [false, true].map(|negated| all.left_of(&Part::of(&segment.when, negated)));
            if let Some(slot) = all.segments.get_mut(id.0 as usize) {
                *slot = left;
            }
        }
        all
    }

    /// What is left of a part; `None` if it has no alternative that may be.
    fn left_of(&self, part: &Part<'a>) -> Option<Rc<Formula<'a>>> {
        match (self.sort)(part) {
            Sort::Never => return None,
            Sort::Taken { is_asked_for } => {
                return Some(Rc::new(Formula { form: Form::Part(part.clone()), may_have: is_asked_for }));
            }
            Sort::Apart => {}
        }
        if let Some((id, negated)) = part.segment() {
            let [holds, fails] = self.segments.get(id.0 as usize)?;
            return if negated { fails.clone() } else { holds.clone() };
        }
        let all_of = |way: Vec<Part<'a>>| {
            let mut parts =
                way.iter().map(|part| self.left_of(part)).collect::<Option<Vec<Rc<Formula<'a>>>>>()?;
            if parts.len() == 1 {
                return parts.pop();
            }
            let may_have = parts.iter().any(|part| part.may_have);
            Some(Rc::new(Formula { form: Form::All(parts), may_have }))
        };
        let mut ways: Vec<Rc<Formula<'a>>> =
            part.ways(self.checked)?.into_iter().filter_map(all_of).collect();
        if ways.len() <= 1 {
            return ways.pop();
        }
        let may_have = ways.iter().any(|way| way.may_have);
        Some(Rc::new(Formula { form: Form::Any(ways), may_have }))
    }

    /// The alternatives of a condition that have what is asked for, as they are written. `room` is for all conditions together.
    pub(super) fn alternatives(&self, when: &'a Condition, room: &mut usize) -> Alternatives<Part<'a>> {
        let mut all = Alternatives::default();
        let Some(left) = self.left_of(&Part::of(when, false)) else { return all };
        let mut waiting = vec![Way { open: vec![left], ..Way::default() }];
        waiting.retain(Way::may_have);
        let mut may = MOST_PARTS.min(*room);
        while let Some(mut way) = waiting.pop() {
            if all.found.len() >= MOST_OF_RULE || may == 0 {
                all.are_more = true;
                break;
            }
            let Some(next) = way.open.pop() else {
                if way.has {
                    all.found.push(way.taken);
                }
                continue;
            };
            let mut cost = 1;
            // A segment that is named twice must hold once.
            if !way.seen.insert(Rc::as_ptr(&next).addr()) {
                waiting.push(way);
            } else {
                match &next.form {
                    Form::Part(part) => {
                        way.has |= next.may_have;
                        way.taken.push(part.clone());
                        waiting.push(way);
                    }
                    Form::All(parts) => {
                        way.open.extend(parts.iter().rev().cloned());
                        cost += parts.len();
                        waiting.push(way);
                    }
                    Form::Any(ways) => {
                        // No more than can be finished need to wait.
                        let least = MOST_OF_RULE + 1;
                        let with = |one: &Rc<Formula<'a>>| {
                            let mut with = way.clone();
                            with.open.push(Rc::clone(one));
                            with
                        };
                        let rest_may = way.may_have();
                        let viable = ways.iter().filter(|one| rest_may || one.may_have).take(least);
                        let mut next: Vec<Way<'a>> = viable.map(with).collect();
                        cost += next.len() * (1 + way.open.len() + way.taken.len());
                        next.reverse();
                        waiting.extend(next);
                    }
                }
            }
            may = may.saturating_sub(cost);
            *room = room.saturating_sub(cost);
        }
        all
    }
}

/// An alternative on its way.
#[derive(Clone, Default)]
struct Way<'a> {
    taken: Vec<Part<'a>>,
    /// What must hold too, the next at the end.
    open: Vec<Rc<Formula<'a>>>,
    seen: BTreeSet<usize>,
    has: bool,
}

impl Way<'_> {
    /// Whether it has what is asked for, or can have it yet.
    fn may_have(&self) -> bool {
        self.has || self.open.iter().any(|one| one.may_have)
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
