//! The making of a table: tile by tile, from formulas to rows.

use super::super::cut::Cut;
use super::super::formula::Formula;
use super::super::kernel::{Line, Rows, WORDS};
use super::super::set::{Cell, CellSet};
use super::super::{AxisId, Grid, tiling};
use super::{Derived, Guard, Joint, Layout, NOBODY, Stepped, Table, Tile};

/// From so many tiles on axes are joined: it is done once for a visitor, and saves rows in each.
const JOINED: usize = 4;

/// Up to so many cells, each has a row of its own.
const CELLS: Cell = 64;

impl Table {
    /// The rows of `formulas` over `grid`; `stays` says which axes a profile settles whatever the visit is. Axes that are joined
    /// have their places from `joints` on; without it none are.
    pub(crate) fn new(
        grid: &Grid,
        formulas: &[Formula],
        stays: &dyn Fn(AxisId) -> bool,
        joints: Option<u32>,
    ) -> Self {
        let mut table = Self::default();
        let tiles = tiling::tiles(grid, formulas);
        if let Some(place) = joints.filter(|_| tiles.len() >= JOINED) {
            let asked = formulas.iter().flat_map(|formula| &formula.terms).flatten().map(|one| one.0);
            let asked: Vec<AxisId> = asked.collect::<std::collections::BTreeSet<_>>().into_iter().collect();
            table.joints = Joint::all(grid, &asked, stays, place);
        }
        let guarded = tiles.len() > 1;
        for conditions in tiles {
            table.add(grid, formulas, conditions, guarded, stays);
        }
        table.guarded = table.tiles.iter().any(|tile| !tile.guards.is_empty());
        table.sorted = table.positions.iter().copied().zip(0..).filter(|one| one.0 != NOBODY).collect();
        table.sorted.sort_unstable();
        table.axes.sort_unstable();
        table.axes.dedup();
        table
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "INVARIANT: a tile holds numbers of formulas; lines and words are those just made"
    )]
    fn add(
        &mut self,
        grid: &Grid,
        formulas: &[Formula],
        mut conditions: Vec<u32>,
        guarded: bool,
        stays: &dyn Fn(AxisId) -> bool,
    ) {
        let terms = |condition: &u32| &formulas[*condition as usize].terms;
        conditions.sort_by_key(|condition| (std::cmp::Reverse(terms(condition).len()), *condition));
        let layout =
            Layout::of(&conditions.iter().map(|condition| terms(condition).len()).collect::<Vec<_>>());
        let mut asked: Vec<(AxisId, u32, &CellSet)> = Vec::new();
        let mut there = vec![0_u64; layout.words];
        for (place, condition) in conditions.iter().enumerate() {
            for (n, term) in terms(condition).iter().enumerate() {
                let bit = layout.bit(place, n);
                there[bit / 64] |= 1 << (bit % 64);
                let sets = term.iter().filter(|(axis, set)| !set.is_all(grid.cells(*axis)));
                asked.extend(sets.map(|(axis, set)| (*axis, bit as u32, set)));
                self.terms += 1;
            }
        }
        asked.sort_by_key(|one| one.0);
        let lines = layout.words.div_ceil(WORDS);
        let first_found = self.positions.len() / 64;
        let found = conditions.len().div_ceil(64);
        self.positions.extend(&conditions);
        self.positions.resize((first_found + found) * 64, NOBODY);

        let of_bits = |bits: &[u64]| {
            let words =
                bits.iter().copied().chain(std::iter::repeat(0)).take(lines * WORDS).collect::<Vec<_>>();
            words.chunks(WORDS).map(|chunk| Line(std::array::from_fn(|n| chunk[n]))).collect::<Vec<_>>()
        };
        let mut rows = of_bits(&there);
        let guards = if guarded { guards_of(grid, &asked, layout.terms, stays) } else { Vec::new() };
        let mut free = there;
        for (_, bit, _) in asked.iter().filter(|ask| !stays(ask.0)) {
            free[*bit as usize / 64] &= !(1 << (bit % 64));
        }
        rows.extend(of_bits(&free));
        let next_row = |rows: &[Line]| (rows.len() / lines) as u32;
        let (mut kept, mut others) = (Vec::new(), Vec::new());
        let (mut kept_steps, mut other_steps) = (Vec::new(), Vec::new());
        let mut derived = Vec::new();
        // Where only one of the axes is asked, its own rows are fewer.
        let is_asked = |joint: &&Joint| {
            let axes = asked.chunk_by(|a, b| a.0 == b.0).filter(|asks| joint.has(asks[0].0));
            axes.count() > 1
        };
        let joints: Vec<&Joint> = self.joints.iter().filter(is_asked).collect();
        for joint in &joints {
            let place = Rows { axis: joint.place, first: next_row(&rows) };
            joint.fill(&mut rows, &asked, lines);
            if joint.stays { kept.push(place) } else { others.push(place) }
        }
        for asks in asked.chunk_by(|a, b| a.0 == b.0) {
            let axis = asks[0].0;
            self.axes.push(axis);
            if joints.iter().any(|joint| joint.has(axis)) {
                continue;
            }
            let cells = grid.cells(axis);
            let guard = guards.iter().find(|guard| guard.axis == axis.0);
            let within = guard.map_or((0, cells), |guard| (guard.start, guard.start + guard.cells));
            let first = next_row(&rows);
            let is_derived = grid.axis(axis).is_some_and(|axis| matches!(axis.cut, Cut::Truth));
            if within.1 - within.0 > CELLS {
                let mut points: Vec<Cell> =
                    asks.iter().flat_map(|ask| ask.2.ranges()).flat_map(|&(a, b)| [a, b]).collect();
                points.retain(|point| (within.0 + 1..within.1).contains(point));
                points.sort_unstable();
                points.dedup();
                let row_of = |cell: Cell| points.partition_point(|&point| point <= cell) as Cell;
                fill(&mut rows, asks, lines, within, points.len() as Cell + 1, row_of);
                let steps = if stays(axis) { &mut kept_steps } else { &mut other_steps };
                steps.push(Stepped { rows: Rows { axis: axis.0, first }, points: points.into() });
                continue;
            }
            fill(&mut rows, asks, lines, within, within.1 - within.0, |cell| cell - within.0);
            let place = Rows { axis: axis.0, first: first.wrapping_sub(within.0) };
            if is_derived {
                let mut asking = vec![0_u64; layout.words];
                asks.iter().for_each(|(_, bit, _)| asking[*bit as usize / 64] |= 1 << (bit % 64));
                let asks = next_row(&rows);
                rows.extend(of_bits(&asking));
                derived.push(Derived { rows: place, asks });
            } else if stays(axis) {
                kept.push(place);
            } else {
                others.push(place);
            }
        }
        let (kept_places, kept_stepped) = (kept.len(), kept_steps.len());
        kept.extend(others);
        kept_steps.extend(other_steps);
        // A row has fewer words than a byte has values.
        let words = |&(_, conditions): &(usize, usize)| (0..conditions.div_ceil(64)).map(|word| word as u8);
        self.tiles.push(Tile {
            guards: guards.into(),
            places: kept.into(),
            kept: kept_places,
            stepped: kept_steps.into(),
            kept_steps: kept_stepped,
            derived: derived.into(),
            further: layout.strips.iter().skip(1).flat_map(words).collect(),
            loose: layout.loose as u32,
            targets: layout.targets.into(),
            rows: rows.into(),
            words: layout.words as u32,
            found: found as u32,
            first: first_found as u32,
            begun: self.begun,
        });
        self.begun += lines as u32;
    }
}

impl Guard {
    fn of(axis: AxisId, set: &CellSet, stays: bool) -> Self {
        let (start, end) = set.hull();
        let cells = end - start;
        let shift = (0..Cell::BITS).find(|shift| cells >> shift < u64::BITS).unwrap_or(0);
        let ranges = set.ranges().iter().filter(|(start, end)| start < end);
        let bits = ranges.flat_map(|&(from, behind)| (from - start) >> shift..=(behind - 1 - start) >> shift);
        Self { axis: axis.0, start, cells, shift, bits: bits.fold(0, |bits, bit| bits | 1 << bit), stays }
    }
    /// How many of so many cells it lets in, in thousandths.
    fn share(&self, cells: Cell) -> u64 {
        let within = (u64::from(self.bits.count_ones()) << self.shift).min(self.cells.into());
        within * 1_000 / u64::from(cells.max(1))
    }
}

/// Adds `count` rows that say for the cells `within` which terms each may meet; `row_of` finds a cell's row.
#[expect(
    clippy::indexing_slicing,
    reason = "INVARIANT: bits and rows are those of the tile that is being made"
)]
fn fill(
    rows: &mut Vec<Line>,
    asks: &[(AxisId, u32, &CellSet)],
    lines: usize,
    within: (Cell, Cell),
    count: Cell,
    row_of: impl Fn(Cell) -> Cell,
) {
    let first = rows.len();
    rows.resize(first + count as usize * lines, Line([u64::MAX; WORDS]));
    let all = &mut rows[first..];
    for (_, bit, set) in asks {
        let (line, word, mask) = (*bit as usize / 512, *bit as usize / 64 % WORDS, !(1_u64 << (bit % 64)));
        for &(start, end) in set.complement(within.1).ranges() {
            let (start, end) = (start.max(within.0), end.min(within.1));
            if start < end {
                for row in row_of(start)..=row_of(end - 1) {
                    all[row as usize * lines + line].0[word] &= mask;
                }
            }
        }
    }
}

/// The guards of a tile: the two axes on which the fewest cells will do, if all terms ask for them.
fn guards_of(
    grid: &Grid,
    asked: &[(AxisId, u32, &CellSet)],
    terms: usize,
    stays: &dyn Fn(AxisId) -> bool,
) -> Vec<Guard> {
    let mut guards = Vec::new();
    for asks in asked.chunk_by(|a, b| a.0 == b.0) {
        let Some(axis) = asks.first().map(|ask| ask.0) else { continue };
        let is_derived = grid.axis(axis).is_some_and(|axis| matches!(axis.cut, Cut::Truth));
        if asks.len() < terms || is_derived {
            continue;
        }
        let all = asks.iter().fold(CellSet::empty(), |all, ask| all.union(ask.2));
        let guard = Guard::of(axis, &all, stays(axis));
        let share = guard.share(grid.cells(axis));
        if share < 800 {
            guards.push((share, guard));
        }
    }
    guards.sort_by_key(|(share, guard)| (*share, guard.axis));
    guards.into_iter().map(|(_, guard)| guard).take(2).collect()
}
