//! A table turned on its side, for many visitors at once: where a [table](super::table) has a row for each cell, with a bit for
//! each term, this has a row for each set of cells that is asked for, with a bit for each visitor of a block. A term is the
//! *and* of the rows of its sets, a condition the *or* of its terms: one operation serves 512 visitors.

mod column;

use std::collections::HashMap;

use fearless_simd::Simd;

use super::formula::{Formula, Term};
use super::kernel::{Line, WORDS};
use super::set::{Cell, CellSet};
use super::{AxisId, Cut, Grid};
pub(crate) use column::CellColumn;

/// Visitors of a block.
pub(crate) const BLOCK: usize = WORDS * 64;

/// Terms of up to so many sets have a loop of their own.
const MOST_SETS: usize = 8;

/// Conditions as rows over visitors.
#[derive(Debug, Default)]
pub(crate) struct Turned {
    axes: Vec<Asked>,
    /// What is worked out only where it matters.
    derived: Vec<AxisId>,
    /// Rows of all sets.
    rows: usize,
    conditions: usize,
    /// By number of sets: the terms of so many.
    terms: Vec<Alike>,
    late: Vec<Late>,
}

/// The sets of cells that are asked for on an axis, each with a row, side by side from `first` on.
#[derive(Debug)]
struct Asked {
    axis: AxisId,
    first: usize,
    sets: Vec<CellSet>,
}

/// Terms of as many sets each: the rows of their sets, one term after the other, and the condition of each term.
#[derive(Debug, Default, Clone)]
struct Alike {
    rows: Vec<u32>,
    conditions: Vec<u32>,
}

/// A term with something that is worked out only for those who meet the rest of it.
#[derive(Debug)]
struct Late {
    condition: u32,
    rows: Box<[u32]>,
    /// Each by its place in `derived`, with the cells that will do.
    derived: Box<[(usize, CellSet)]>,
}

/// Room for a block.
#[derive(Debug, Clone, Default)]
pub(crate) struct Block {
    /// By place of the axis.
    columns: Vec<CellColumn>,
    rows: Vec<Line>,
    derived: Vec<Derived>,
}

/// What has been worked out: of which visitors, and by cell who is in it.
#[derive(Debug, Clone, Copy)]
struct Derived {
    known: Line,
    cells: [Line; Cut::TRUTHS as usize],
}

impl Line {
    /// Nobody.
    pub(crate) const NONE: Self = Self([0; WORDS]);
    /// Everybody.
    const ALL: Self = Self([u64::MAX; WORDS]);
    #[inline(always)]
    fn and(mut self, other: &Self) -> Self {
        for (word, other) in self.0.iter_mut().zip(other.0) {
            *word &= other;
        }
        self
    }
    #[inline(always)]
    fn or(mut self, other: &Self) -> Self {
        for (word, other) in self.0.iter_mut().zip(other.0) {
            *word |= other;
        }
        self
    }
    fn minus(mut self, other: &Self) -> Self {
        for (word, other) in self.0.iter_mut().zip(other.0) {
            *word &= !other;
        }
        self
    }
    /// The first `count` visitors.
    fn first(count: usize) -> Self {
        Self(std::array::from_fn(|word| match count.saturating_sub(word * 64) {
            64.. => u64::MAX,
            some => (1 << some) - 1,
        }))
    }
    /// Who is in it.
    pub(crate) fn visitors(self) -> impl Iterator<Item = usize> {
        let words = self.0.into_iter().enumerate();
        words.flat_map(|(n, mut left)| {
            std::iter::from_fn(move || {
                let bit = (left != 0).then(|| left.trailing_zeros() as usize);
                left &= left.wrapping_sub(1);
                bit.map(|bit| n * 64 + bit)
            })
        })
    }
    /// How many they are.
    pub(crate) fn count(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }
    pub(crate) fn has(&self, visitor: usize) -> bool {
        self.0.get(visitor / 64).is_some_and(|word| word >> (visitor % 64) & 1 == 1)
    }
    fn add(&mut self, visitor: usize) {
        if let Some(word) = self.0.get_mut(visitor / 64) {
            *word |= 1 << (visitor % 64);
        }
    }
}

impl Turned {
    /// The conditions of `formulas`, by number.
    pub(crate) fn new(grid: &Grid, formulas: &[Formula]) -> Self {
        let mut made = Self { conditions: formulas.len(), ..Self::default() };
        let is_derived = |axis: AxisId| grid.axis(axis).is_some_and(|axis| matches!(axis.cut, Cut::Truth));
        // Sets that are everything ask for nothing.
        let asks = |term: &Term| -> Vec<(AxisId, CellSet)> {
            term.iter().filter(|(axis, set)| !set.is_all(grid.cells(*axis))).cloned().collect()
        };
        let mut all: Vec<(AxisId, CellSet)> =
            formulas.iter().flat_map(|formula| &formula.terms).flat_map(asks).collect();
        all.sort_unstable_by(|a, b| (a.0, a.1.ranges()).cmp(&(b.0, b.1.ranges())));
        all.dedup();
        let mut places = HashMap::with_capacity_and_hasher(all.len(), ahash::RandomState::new());
        for one_axis in all.chunk_by(|a, b| a.0 == b.0) {
            let Some(&(axis, _)) = one_axis.first() else { continue };
            if is_derived(axis) {
                made.derived.push(axis);
                continue;
            }
            let sets: Vec<CellSet> = one_axis.iter().map(|one| one.1.clone()).collect();
            for (set, row) in sets.iter().zip(made.rows as u32..) {
                places.insert((axis, set.clone()), row);
            }
            let first = made.rows;
            made.rows += sets.len();
            made.axes.push(Asked { axis, first, sets });
        }
        for (formula, condition) in formulas.iter().zip(0_u32..) {
            for term in &formula.terms {
                let (late, rows): (Vec<_>, Vec<_>) =
                    asks(term).into_iter().partition(|(axis, _)| is_derived(*axis));
                let rows: Vec<u32> = rows.iter().filter_map(|one| places.get(one)).copied().collect();
                if late.is_empty() {
                    made.add(condition, &rows);
                    continue;
                }
                let derived = late
                    .into_iter()
                    .filter_map(|(axis, set)| Some((made.derived.binary_search(&axis).ok()?, set)));
                let derived = derived.collect();
                made.late.push(Late { condition, rows: rows.into(), derived });
            }
        }
        made
    }

    fn add(&mut self, condition: u32, rows: &[u32]) {
        if self.terms.len() <= rows.len() {
            self.terms.resize(rows.len() + 1, Alike::default());
        }
        if let Some(alike) = self.terms.get_mut(rows.len()) {
            alike.rows.extend(rows);
            alike.conditions.push(condition);
        }
    }

    /// How many conditions there are.
    pub(crate) const fn conditions(&self) -> usize {
        self.conditions
    }
    /// The axes whose cells are asked for, each at its place.
    pub(crate) fn axes(&self) -> impl Iterator<Item = AxisId> {
        self.axes.iter().map(|asked| asked.axis)
    }
    /// Whether something is worked out.
    pub(crate) fn derives(&self) -> bool {
        !self.derived.is_empty()
    }
    /// The place of an axis whose cells are asked for.
    pub(crate) fn place(&self, axis: AxisId) -> Option<usize> {
        self.axes.binary_search_by_key(&axis, |asked| asked.axis).ok()
    }
    /// Room for a block.
    pub(crate) fn block(&self, grid: &Grid) -> Block {
        let derived = Derived { known: Line::NONE, cells: [Line::NONE; Cut::TRUTHS as usize] };
        Block {
            columns: self
                .axes()
                .filter_map(|axis| grid.axis(axis))
                .map(|axis| CellColumn::of(&axis.cut))
                .collect(),
            rows: vec![Line::NONE; self.rows],
            derived: vec![derived; self.derived.len()],
        }
    }

    /// In `found`, a line for each condition: who of the first `count` visitors of the block meets it. `derive` works out the
    /// cell of a visitor on an axis; it is asked once, and only where it matters.
    #[inline(always)]
    pub(crate) fn find<S: Simd>(
        &self,
        simd: S,
        block: &mut Block,
        count: usize,
        found: &mut [Line],
        derive: impl FnMut(usize, AxisId) -> Cell,
    ) {
        let Block { columns, rows, .. } = block;
        for (asked, column) in self.axes.iter().zip(columns) {
            if let Some(rows) = rows.get_mut(asked.first..asked.first + asked.sets.len()) {
                column.rows(simd, &asked.sets, rows);
            }
        }
        found.fill(Line::NONE);
        simd.vectorize(
            #[inline(always)]
            || self.join(&block.rows, found),
        );
        if count < BLOCK {
            let there = Line::first(count);
            found.iter_mut().for_each(|line| *line = line.and(&there));
        }
        if !self.late.is_empty() {
            self.find_late(block, count, found, derive);
        }
    }

    #[inline(always)]
    fn join(&self, rows: &[Line], found: &mut [Line]) {
        for (sets, alike) in self.terms.iter().enumerate() {
            match sets {
                0 => alike.join::<0>(rows, found),
                1 => alike.join::<1>(rows, found),
                2 => alike.join::<2>(rows, found),
                3 => alike.join::<3>(rows, found),
                4 => alike.join::<4>(rows, found),
                5 => alike.join::<5>(rows, found),
                6 => alike.join::<6>(rows, found),
                7 => alike.join::<7>(rows, found),
                MOST_SETS => alike.join::<MOST_SETS>(rows, found),
                _ => alike.join_many(sets, rows, found),
            }
        }
    }

    fn find_late(
        &self,
        block: &mut Block,
        count: usize,
        found: &mut [Line],
        mut derive: impl FnMut(usize, AxisId) -> Cell,
    ) {
        for derived in &mut block.derived {
            derived.known = Line::NONE;
            derived.cells = [Line::NONE; Cut::TRUTHS as usize];
        }
        for late in &self.late {
            let Some(line) = found.get_mut(late.condition as usize) else { continue };
            let rows = late.rows.iter().filter_map(|&row| block.rows.get(row as usize));
            let mut left = rows.fold(Line::first(count).minus(line), |all, row| all.and(row));
            for (place, set) in &late.derived {
                let (Some(derived), Some(&axis)) = (block.derived.get_mut(*place), self.derived.get(*place))
                else {
                    continue;
                };
                for visitor in left.minus(&derived.known).visitors() {
                    derived.known.add(visitor);
                    if let Some(cell) = derived.cells.get_mut(derive(visitor, axis) as usize) {
                        cell.add(visitor);
                    }
                }
                let cells = derived.cells.iter().zip(0..).filter(|(_, cell)| set.contains(*cell));
                left = left.and(&cells.fold(Line::NONE, |all, (line, _)| all.or(line)));
            }
            *line = line.or(&left);
        }
    }
}

impl Alike {
    #[inline(always)]
    fn join<const SETS: usize>(&self, rows: &[Line], found: &mut [Line]) {
        if SETS == 0 {
            for condition in &self.conditions {
                if let Some(line) = found.get_mut(*condition as usize) {
                    *line = Line::ALL;
                }
            }
            return;
        }
        let (terms, _) = self.rows.as_chunks::<SETS>();
        for (term, condition) in terms.iter().zip(&self.conditions) {
            let mut all = Line::ALL;
            for row in term {
                // INVARIANT: every row is there; were one not, nothing more would be found.
                let Some(row) = rows.get(*row as usize) else { return };
                all = all.and(row);
            }
            let Some(line) = found.get_mut(*condition as usize) else { return };
            *line = line.or(&all);
        }
    }
    fn join_many(&self, sets: usize, rows: &[Line], found: &mut [Line]) {
        for (term, condition) in self.rows.chunks(sets).zip(&self.conditions) {
            let term = term.iter().filter_map(|&row| rows.get(row as usize));
            let all = term.fold(Line::ALL, |all, row| all.and(row));
            if let Some(line) = found.get_mut(*condition as usize) {
                *line = line.or(&all);
            }
        }
    }
}

impl Block {
    /// The columns of all axes, by place.
    pub(crate) fn columns(&mut self) -> &mut [CellColumn] {
        &mut self.columns
    }
}
