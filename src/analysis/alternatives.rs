//! The alternatives of conditions, each of which is enough. An alternative is some parts that must all hold, so that those of a
//! conjunction are the products of those of its conjuncts.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::parts::{Part, PartId, Parts};
use crate::condition::Condition;
use crate::policy::Checked;
use crate::selector::Asked;

/// How many alternatives of one rule are looked at. They may be as many as all products.
const MOST_WAYS: usize = 256;

/// How many parts are gone through for the alternatives of one rule.
const MOST_PARTS_OF_RULE: usize = 16_384;

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
        let mut may = MOST_PARTS_OF_RULE.min(*room);
        while let Some(mut way) = waiting.pop() {
            if all.found.len() >= MOST_WAYS || may == 0 {
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
                        let least = MOST_WAYS + 1;
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
