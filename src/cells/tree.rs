//! Conditions as trees over the cells. Nothing is multiplied out, so that nothing blows up. For those who search: which values a
//! condition may have in a region, that is, where every axis is known to be in some cells. For who would blow up otherwise: the
//! value in the cells of one visitor.

use std::rc::Rc;

use super::AxisId;
use super::set::{Cell, CellSet, UNKNOWN};
use crate::condition::SegmentId;
use crate::truth::Truth;

/// Some of the three values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Truths(u8);

impl Truths {
    pub(crate) const NONE: Self = Self(0);
    pub(crate) const FALSE: Self = Self(1);
    pub(crate) const UNKNOWN: Self = Self(2);
    pub(crate) const TRUE: Self = Self(4);
    pub(crate) const UNTRUE: Self = Self(3);
    pub(crate) const KNOWN: Self = Self(5);
    pub(crate) const ALL: Self = Self(7);

    pub(crate) const fn of(truth: Truth) -> Self {
        match truth {
            Truth::False => Self::FALSE,
            Truth::Unknown => Self::UNKNOWN,
            Truth::True => Self::TRUE,
        }
    }
    pub(crate) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
    /// Whether some value of the other is among these.
    pub(crate) const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
    /// Whether there is no value that is not among the other.
    pub(crate) const fn within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }
    pub(crate) const fn is_settled(self) -> bool {
        self.0.count_ones() <= 1
    }
    /// The one value, where there is one.
    const fn settled(self) -> Truth {
        match self {
            Self::TRUE => Truth::True,
            Self::FALSE => Truth::False,
            _ => Truth::Unknown,
        }
    }
    const fn if_(self, test: bool) -> Self {
        if test { self } else { Self::NONE }
    }
    const fn turned(self) -> Self {
        Self(self.0 & 2 | self.0 >> 2 | (self.0 & 1) << 2)
    }
    /// Behind `on_unknown = "include"` (L2).
    pub(crate) const fn counted(self, include_unknown: bool) -> Self {
        if include_unknown && self.0 & 2 != 0 { Self(self.0 & 5 | 4) } else { self }
    }
}

/// A condition over the axes of a grid.
#[derive(Debug, Clone)]
pub(crate) enum Tree {
    Constant(Truths),
    /// An axis and the cells in which it is true.
    Leaf {
        axis: AxisId,
        holds: CellSet,
        /// Whether it is false where others are unknown.
        never_unknown: bool,
    },
    Not(Box<Tree>),
    And(Box<[Tree]>),
    Or(Box<[Tree]>),
    If(Box<[Tree; 3]>),
    Segment(SegmentId),
}

impl Tree {
    /// The parts that it is made of.
    fn parts(&self) -> &[Self] {
        match self {
            Self::Constant(_) | Self::Leaf { .. } | Self::Segment(_) => &[],
            Self::Not(part) => std::slice::from_ref(part),
            Self::And(parts) | Self::Or(parts) => parts,
            Self::If(parts) => &**parts,
        }
    }
    /// Its value in the cells that `cell` tells.
    pub(crate) fn truth(&self, cell: &mut dyn FnMut(AxisId) -> Cell) -> Truth {
        match self {
            Self::Leaf { axis, holds, never_unknown } => match holds.truth(cell(*axis)) {
                Truth::Unknown if *never_unknown => Truth::False,
                truth => truth,
            },
            Self::Not(part) => !part.truth(cell),
            Self::And(parts) => {
                let mut all = Truth::True;
                for part in parts {
                    all = all.and(part.truth(cell));
                    if all == Truth::False {
                        break;
                    }
                }
                all
            }
            Self::Or(parts) => {
                let mut any = Truth::False;
                for part in parts {
                    any = any.or(part.truth(cell));
                    if any == Truth::True {
                        break;
                    }
                }
                any
            }
            Self::If(parts) => {
                let [test, yes, no] = &**parts;
                match test.truth(cell) {
                    Truth::True => yes.truth(cell),
                    Truth::False => no.truth(cell),
                    Truth::Unknown => Truth::Unknown,
                }
            }
            Self::Constant(truths) => truths.settled(),
            // Whoever asks for one visitor has put segments on axes.
            Self::Segment(_) => Truth::Unknown,
        }
    }
    /// How many nodes lie above one another.
    pub(crate) fn height(&self) -> u32 {
        1 + self.parts().iter().map(Self::height).max().unwrap_or(0)
    }
    /// How many nodes it has.
    pub(crate) fn size(&self) -> u64 {
        1 + self.parts().iter().map(Self::size).sum::<u64>()
    }
    /// Whether it is so of one of the nodes that have no parts.
    pub(crate) fn any_leaf(&self, is_so: &mut dyn FnMut(&Self) -> bool) -> bool {
        match self.parts() {
            [] => is_so(self),
            parts => parts.iter().any(|part| part.any_leaf(is_so)),
        }
    }
    /// Visits all of these.
    pub(crate) fn each_leaf(&self, visit: &mut dyn FnMut(&Self)) {
        self.any_leaf(&mut |leaf| {
            visit(leaf);
            false
        });
    }
}

/// Where visitors may be: for each axis of a grid, some cells. Parts of a region share what they have in common.
#[derive(Debug, Clone)]
pub(crate) struct Region(Vec<Rc<CellSet>>);

impl Region {
    pub(crate) fn new(sets: Vec<CellSet>) -> Self {
        Self(sets.into_iter().map(Rc::new).collect())
    }
    pub(crate) fn get(&self, axis: AxisId) -> Option<&CellSet> {
        self.0.get(axis.0 as usize).map(|set| &**set)
    }
    /// The axes on which another region is otherwise.
    pub(crate) fn apart<'r>(&'r self, other: &'r Self) -> impl Iterator<Item = AxisId> + 'r {
        let both = (0..).map(AxisId).zip(self.0.iter().zip(&other.0));
        both.filter(|(_, (one, other))| !Rc::ptr_eq(one, other) && one != other).map(|(axis, _)| axis)
    }
    /// The part inside `set` and the part outside, either of them only if there is anything.
    pub(crate) fn parted(&self, axis: AxisId, set: &CellSet) -> [Option<Self>; 2] {
        let Some(now) = self.get(axis) else { return [None, None] };
        let with = |cells: CellSet| {
            (!cells.is_empty()).then(|| {
                let mut part = self.clone();
                if let Some(slot) = part.0.get_mut(axis.0 as usize) {
                    *slot = Rc::new(cells);
                }
                part
            })
        };
        [with(now.intersection(set)), with(now.intersection(&set.complement(Cell::MAX)))]
    }
}

/// Where to part a region so that a condition comes nearer to being settled: first the cells that favour what is wanted.
pub(crate) type Split = (AxisId, CellSet);

/// A region with what is known of its segments, in which trees are looked at.
#[derive(Clone, Copy)]
pub(crate) struct Inside<'a> {
    pub(crate) region: &'a Region,
    /// By segment; what is not asked for is everything.
    pub(crate) segments: &'a [Truths],
    /// By segment.
    pub(crate) trees: &'a [(Tree, bool)],
}

impl Inside<'_> {
    /// The values that the tree may have; some of them may be had by no visitor, but every visitor's is among them.
    pub(crate) fn truths(&self, tree: &Tree) -> Truths {
        match tree {
            Tree::Constant(truths) => *truths,
            Tree::Leaf { axis, holds, never_unknown } => match self.region.get(*axis) {
                Some(set) => leaf(set, holds, *never_unknown),
                None => Truths::ALL,
            },
            Tree::Not(part) => self.truths(part).turned(),
            Tree::And(parts) => all_of(parts.iter().map(|part| self.truths(part))),
            Tree::Or(parts) => all_of(parts.iter().map(|part| self.truths(part).turned())).turned(),
            Tree::If(parts) => {
                let [test, yes, no] = &**parts;
                let test = self.truths(test);
                let of = |truth: Truths, branch: &Tree| {
                    if test.meets(truth) { self.truths(branch) } else { Truths::NONE }
                };
                of(Truths::TRUE, yes).or(of(Truths::FALSE, no)).or(test.and(Truths::UNKNOWN))
            }
            Tree::Segment(id) => self.segments.get(id.0 as usize).copied().unwrap_or(Truths::ALL),
        }
    }

    /// Where to part the region so that `tree` comes nearer to being settled as `wanted`; `None` if it is settled.
    pub(crate) fn split(&self, tree: &Tree, wanted: Truths) -> Option<Split> {
        let (mut tree, mut wanted) = (tree, wanted);
        // Every step goes down the tree or to a segment before it, so that it ends.
        loop {
            match tree {
                Tree::Constant(_) => return None,
                Tree::Leaf { axis, holds, never_unknown } => {
                    return leaf_split(self.region.get(*axis)?, holds, *never_unknown, wanted)
                        .map(|set| (*axis, set));
                }
                Tree::Not(part) => (tree, wanted) = (part, wanted.turned()),
                Tree::And(parts) => {
                    // Wanted true: what is left open must be; wanted otherwise: whichever may be.
                    let open = |part: &&Tree| !self.truths(part).is_settled();
                    let mut fit = parts.iter().filter(open);
                    let found = if wanted.meets(Truths::TRUE) {
                        fit.next()
                    } else {
                        let mut all = fit.clone();
                        all.find(|part| self.truths(part).meets(wanted)).or_else(|| fit.next())
                    };
                    tree = found?;
                }
                Tree::Or(parts) => {
                    let open = |part: &&Tree| !self.truths(part).is_settled();
                    let mut fit = parts.iter().filter(open);
                    let found = if wanted.meets(Truths::TRUE) {
                        let mut all = fit.clone();
                        all.find(|part| self.truths(part).meets(Truths::TRUE)).or_else(|| fit.next())
                    } else {
                        fit.next()
                    };
                    tree = found?;
                }
                Tree::If(parts) => {
                    let [test, yes, no] = &**parts;
                    let truths = self.truths(test);
                    let yes_fits = truths.meets(Truths::TRUE) && self.truths(yes).meets(wanted);
                    if truths.is_settled() {
                        tree = if truths == Truths::TRUE { yes } else { no };
                    } else {
                        let towards = if yes_fits { Truths::TRUE } else { Truths::FALSE };
                        (tree, wanted) = (test, towards);
                    }
                }
                Tree::Segment(id) => {
                    let (inner, include_unknown) = self.trees.get(id.0 as usize)?;
                    if *include_unknown {
                        let unknown = Truths::UNKNOWN.if_(wanted.meets(Truths::TRUE));
                        wanted = wanted.and(Truths::KNOWN).or(unknown);
                    }
                    tree = inner;
                }
            }
        }
    }
}

fn leaf(set: &CellSet, holds: &CellSet, never_unknown: bool) -> Truths {
    let unknown = if never_unknown { Truths::FALSE } else { Truths::UNKNOWN };
    let (some_true, some_false) = set.beside(holds, UNKNOWN + 1);
    unknown.if_(set.contains(UNKNOWN)).or(Truths::TRUE.if_(some_true)).or(Truths::FALSE.if_(some_false))
}

/// The cells that favour what is wanted, if the leaf is not settled.
fn leaf_split(set: &CellSet, holds: &CellSet, never_unknown: bool, wanted: Truths) -> Option<CellSet> {
    let truths = leaf(set, holds, never_unknown);
    if truths.is_settled() {
        return None;
    }
    let of = |truth: Truths| {
        let unknown = CellSet::range(UNKNOWN, UNKNOWN + 1);
        let known = CellSet::range(UNKNOWN + 1, Cell::MAX);
        match truth {
            Truths::TRUE => holds.clone(),
            Truths::UNKNOWN => unknown,
            _ if never_unknown => holds.complement(Cell::MAX),
            _ => known.intersection(&holds.complement(Cell::MAX)),
        }
    };
    // What is wanted first; what is known before what is not, since a visitor who says something says more.
    [Truths::TRUE, Truths::FALSE, Truths::UNKNOWN]
        .into_iter()
        .find(|&truth| wanted.meets(truth) && truths.meets(truth))
        .or_else(|| [Truths::TRUE, Truths::FALSE].into_iter().find(|&truth| truths.meets(truth)))
        .map(of)
}

fn all_of(parts: impl Iterator<Item = Truths>) -> Truths {
    let (mut some_false, mut some_unknown) = (false, false);
    let (mut all_true, mut none_false) = (true, true);
    for part in parts {
        some_false |= part.meets(Truths::FALSE);
        some_unknown |= part.meets(Truths::UNKNOWN);
        all_true &= part.meets(Truths::TRUE);
        none_false &= !part.within(Truths::FALSE);
    }
    Truths::FALSE
        .if_(some_false)
        .or(Truths::UNKNOWN.if_(some_unknown && none_false))
        .or(Truths::TRUE.if_(all_true))
}
