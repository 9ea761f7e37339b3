//! Conditions as terms: an *or* of *ands* of sets of cells, from which negation is gone. A condition in three values is asked
//! four ways, each of which has a formula: is it true, is it false, is it not true, is it not false.

use smallvec::SmallVec;

use super::AxisId;
use super::set::{Cell, CellSet, UNKNOWN};

/// Sets of cells that must all be met; an axis that is not here may be anywhere.
// INVARIANT: by axis, each once, no set empty; upheld by `meet` and `join`, the only ways to make one of two.
pub(crate) type Term = SmallVec<[(AxisId, CellSet); 4]>;

/// Terms of which one must be met: none is false, an empty one is true.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Formula {
    pub(crate) terms: Vec<Term>,
}

/// The most terms and sets of one condition.
const MOST_TERMS: usize = 512;
const MOST_SETS: usize = 2_048;
/// Up to so many terms, those that differ in one set are joined.
const JOINED: usize = 24;

impl Formula {
    pub(super) fn never() -> Self {
        Self::default()
    }
    pub(crate) fn always() -> Self {
        Self { terms: vec![Term::new()] }
    }
    pub(super) fn one(axis: AxisId, set: CellSet, cells: Cell) -> Self {
        match () {
            () if set.is_empty() => Self::never(),
            () if set.is_all(cells) => Self::always(),
            () => Self { terms: vec![SmallVec::from_iter([(axis, set)])] },
        }
    }
    fn sets(&self) -> usize {
        self.terms.iter().map(|term| term.len() + 1).sum()
    }
    pub(super) fn is_large(&self) -> bool {
        self.terms.len() > MOST_TERMS || self.sets() > MOST_SETS
    }
    pub(super) fn and(&self, other: &Self) -> Self {
        let mut made = Self::never();
        for left in &self.terms {
            for right in &other.terms {
                if let Some(term) = meet(left, right) {
                    made.add(term);
                }
            }
        }
        made
    }
    /// Adds a term; where it differs from another in one set only, the two become one.
    fn add(&mut self, mut term: Term) {
        if term.is_empty() {
            *self = Self::always();
            return;
        }
        if self.terms.len() <= JOINED {
            // What was joined may join another.
            while let Some((place, joined)) =
                self.terms.iter().enumerate().find_map(|(n, t)| Some((n, join(t, &term)?)))
            {
                self.terms.remove(place);
                term = joined;
            }
        }
        self.terms.push(term);
    }
    pub(super) fn or(mut self, other: Self) -> Self {
        if self.terms.first().is_some_and(SmallVec::is_empty) {
            return self;
        }
        other.terms.into_iter().for_each(|term| self.add(term));
        self
    }
}

/// Both terms at once; `None` if no visitor can meet them.
fn meet(left: &Term, right: &Term) -> Option<Term> {
    let mut made = Term::new();
    let (mut a, mut b) = (left.iter().peekable(), right.iter().peekable());
    loop {
        let next = match (a.peek(), b.peek()) {
            (Some(x), Some(y)) if x.0 == y.0 => {
                let both = x.1.intersection(&y.1);
                if both.is_empty() {
                    return None;
                }
                made.push((x.0, both));
                a.next();
                b.next();
                continue;
            }
            (Some(x), Some(y)) if x.0 < y.0 => a.next(),
            (Some(_), None) => a.next(),
            _ => b.next(),
        };
        let Some(next) = next else { return Some(made) };
        made.push(next.clone());
    }
}

/// The two as one term, if they differ in one set only. A union that is everything is left for the table to see.
fn join(left: &Term, right: &Term) -> Option<Term> {
    if left.len() != right.len() || left.iter().zip(right).any(|(a, b)| a.0 != b.0) {
        return None;
    }
    let mut differing = left.iter().zip(right).enumerate().filter(|(_, (a, b))| a.1 != b.1);
    let Some((place, (a, b))) = differing.next() else { return Some(left.clone()) };
    if differing.next().is_some() {
        return None;
    }
    let mut made = left.clone();
    made.get_mut(place)?.1 = a.1.union(&b.1);
    Some(made)
}

/// What is asked of a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Want {
    True,
    False,
    NotTrue,
    NotFalse,
}

impl Want {
    pub(super) const ALL: [Self; 4] = [Self::True, Self::False, Self::NotTrue, Self::NotFalse];
    /// The same behind a `!`.
    pub(super) const fn turned(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::NotTrue => Self::NotFalse,
            Self::NotFalse => Self::NotTrue,
        }
    }
    /// Whether an *and* is wanted of all its parts, rather than of any.
    pub(super) const fn all_of_and(self) -> bool {
        matches!(self, Self::True | Self::NotFalse)
    }
    /// Of an axis of `cells` cells that says yes in `holds`, the cells that are wanted.
    pub(super) fn of(self, holds: &CellSet, cells: Cell) -> CellSet {
        match self {
            Self::True => holds.clone(),
            Self::NotTrue => holds.complement(cells),
            Self::False => holds.complement(cells).intersection(&CellSet::range(UNKNOWN + 1, cells)),
            Self::NotFalse => holds.union(&CellSet::range(UNKNOWN, UNKNOWN + 1)),
        }
    }
}
