//! A balance of points: what everybody gets, what some get, and whether that can come to enough on both sides at once. Most
//! gifts are the same on both, so that few sums are to be told apart; the way to a sum that does says where to part.

use std::cmp::Reverse;

use ahash::AHashSet;
use smallvec::SmallVec;

use super::outlook::Outlook;
use super::space::Member;
use crate::cells::{Split, Tree, Truths};
use crate::experience::LayoutComplexity;
use crate::selector::range_of;

/// Points, by side.
pub(super) type Points = [i64; 2];

/// What a region is parted by so that a gift is given in a certain way.
#[derive(Debug, Clone)]
pub(super) enum Towards<'a> {
    Condition(&'a Tree, Truths),
    Member(Member, bool),
}

impl Towards<'_> {
    /// Where to part a region to come there; `None` if it is there, or cannot be.
    pub(super) fn split(&self, outlook: &Outlook<'_>) -> Option<Split> {
        match self {
            Self::Condition(tree, wanted) => outlook.inside.split(tree, *wanted),
            Self::Member(member, wanted) => outlook.by(member, *wanted),
        }
    }
}

/// A way in which a gift may be given.
#[derive(Debug)]
pub(super) struct Way<'a> {
    pub(super) points: Points,
    /// The side whose region is parted.
    pub(super) side: usize,
    /// The first of these that can be parted leads there.
    pub(super) towards: SmallVec<[Towards<'a>; 1]>,
}

/// What is given in one of several ways.
#[derive(Debug)]
pub(super) struct Gift<'a> {
    /// Those ways first that say less of the visitor.
    pub(super) ways: SmallVec<[Way<'a>; 2]>,
    /// Whether it hangs on what is worked out, so that no other way than the first is sure to be there.
    is_free: bool,
}

/// What everybody gets, and what some get besides.
#[derive(Debug)]
pub(super) struct Balance<'a> {
    pub(super) start: Points,
    pub(super) gifts: Vec<Gift<'a>>,
}

/// Whether a balance comes to enough.
pub(super) enum Enough {
    Never,
    Always,
    /// It does if the first gifts are given in these ways, unless something speaks against that.
    Perhaps(Vec<usize>),
}

const fn plus(a: Points, b: Points) -> Points {
    [a[0] + b[0], a[1] + b[1]]
}

impl Gift<'_> {
    fn bound(&self, pick: fn(i64, i64) -> i64) -> Points {
        let all = self.ways.iter().map(|way| way.points);
        all.reduce(|a, b| [pick(a[0], b[0]), pick(a[1], b[1])]).unwrap_or([0, 0])
    }
    /// By how much it moves a balance.
    fn weight(&self) -> i64 {
        let (least, most) = (self.bound(i64::min), self.bound(i64::max));
        (most[0] - least[0]).max(most[1] - least[1])
    }
    /// Whether it moves the two sides in different ways: what differs between them does.
    fn is_apart(&self) -> bool {
        let shift = |way: &Way<'_>| way.points[0] + way.points[1];
        let first = self.ways.first().map(shift);
        self.ways.iter().any(|way| Some(shift(way)) != first)
    }
}

impl<'a> Balance<'a> {
    pub(super) const fn new(start: Points) -> Self {
        Self { start, gifts: Vec::new() }
    }

    /// Adds a gift, unless it gives nothing; of one way only it is for everybody. What is free hangs on what is worked out.
    pub(super) fn add(&mut self, ways: SmallVec<[Way<'a>; 2]>, is_free: bool) {
        match ways.as_slice() {
            [] => {}
            [first, others @ ..] if others.iter().all(|way| way.points == first.points) => {
                self.start = plus(self.start, first.points);
            }
            _ => self.gifts.push(Gift { ways, is_free }),
        }
    }

    /// Turns the two sides round.
    pub(super) fn turn(&mut self) {
        self.start.reverse();
        self.gifts.iter_mut().flat_map(|gift| &mut gift.ways).for_each(|way| way.points.reverse());
    }

    /// Puts what tips the balance most first, behind what is free: the last are turned first.
    pub(super) fn order(&mut self) {
        self.gifts.sort_by_key(|gift| (!gift.is_free, !gift.is_apart(), Reverse(gift.weight())));
    }

    /// Whether the sum may be `least` or more on both sides.
    pub(super) fn is_enough(&self, least: Points) -> Enough {
        /// How many sums are looked at: beyond, it may be.
        const MOST: usize = 4_096;
        let left = |pick: fn(i64, i64) -> i64| {
            let mut sums = vec![[0, 0]];
            for gift in self.gifts.iter().rev() {
                let behind = sums.last().copied().unwrap_or_default();
                sums.push(plus(behind, gift.bound(pick)));
            }
            sums.reverse();
            sums
        };
        let (lows, highs) = (left(i64::min), left(i64::max));
        let reaches = |sum: Points, left: Option<&Points>| {
            let sum = plus(sum, left.copied().unwrap_or_default());
            sum[0] >= least[0] && sum[1] >= least[1]
        };
        if reaches(self.start, lows.first()) {
            return Enough::Always;
        }
        // Sums from which it does not come to enough, by how many gifts are in them.
        let mut failed: AHashSet<(usize, Points)> = AHashSet::new();
        // The next way of each gift so far, and the sum before it.
        let mut path: Vec<(usize, Points)> = vec![(0, self.start)];
        let mut looked = 0;
        while let Some((next, sum)) = path.last_mut() {
            let (way, sum, depth) = (*next, *sum, path.len() - 1);
            if way == 0 {
                looked += 1;
                if looked > MOST || reaches(sum, lows.get(depth)) {
                    let ways = path.iter().take(depth).map(|(next, _)| next - 1);
                    return Enough::Perhaps(ways.collect());
                }
                if !reaches(sum, highs.get(depth)) || failed.contains(&(depth, sum)) {
                    path.pop();
                    continue;
                }
            }
            match self.gifts.get(depth).and_then(|gift| gift.ways.get(way)) {
                Some(way) => {
                    if let Some((next, _)) = path.last_mut() {
                        *next += 1;
                    }
                    path.push((0, plus(sum, way.points)));
                }
                None => {
                    failed.insert((depth, sum));
                    path.pop();
                }
            }
        }
        Enough::Never
    }
}

/// The most points with which the layout is at most `most` (D5, D7).
pub(super) fn highest_layout(most: LayoutComplexity, prior: Option<LayoutComplexity>, margin: i64) -> i64 {
    let nearest = most.points() + 49;
    match prior.map(|prior| (prior, range_of(prior, margin))) {
        None => nearest,
        Some((prior, kept)) if prior <= most => nearest.max(*kept.end()),
        Some((_, kept)) => nearest.min(kept.start() - 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn balance(start: Points, gifts: &[&[Points]]) -> Balance<'static> {
        let mut balance = Balance::new(start);
        for ways in gifts {
            let way = |points: &Points| Way { points: *points, side: 0, towards: SmallVec::new() };
            balance.add(ways.iter().map(way).collect(), ways.len() == 3 && start[0] % 2 == 0);
        }
        balance.order();
        balance
    }

    #[test]
    fn a_balance_is_enough_where_some_choice_of_gifts_is() {
        let mut state = 7_u64;
        let mut below = |n: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % n
        };
        let mut counts = [0; 3];
        for _ in 0..3_000 {
            let start = [below(40) as i64 - 20, below(40) as i64 - 20];
            let gifts: Vec<Vec<Points>> = (0..below(6))
                .map(|_| {
                    let mut way = || {
                        let points = below(9) as i64 * 5 - 20;
                        if below(4) == 0 { [points, below(9) as i64 - 4] } else { [points, -points] }
                    };
                    vec![[0, 0], way(), way()]
                })
                .collect();
            let sums = gifts.iter().fold(vec![start], |sums, ways| {
                sums.iter().flat_map(|sum| ways.iter().map(|way| plus(*sum, *way))).collect()
            });
            let count = sums.iter().filter(|sum| sum[0] >= 0 && sum[1] >= 1).count();
            let slices: Vec<&[Points]> = gifts.iter().map(Vec::as_slice).collect();
            let (found, kind) = match balance(start, &slices).is_enough([0, 1]) {
                Enough::Never => (count == 0, 0),
                Enough::Always => (count == sums.len(), 1),
                Enough::Perhaps(_) => (count > 0, 2),
            };
            assert!(found, "{start:?} {gifts:?}");
            counts[kind] += 1;
        }
        assert!(counts.iter().all(|&count| count > 100), "{counts:?}");
    }
}
