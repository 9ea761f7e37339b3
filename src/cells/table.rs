//! Conditions as rows of bits. Every cell of every axis has a row with one bit for each term: whether a visitor in that cell
//! may still meet it. The *and* of a visitor's rows leaves the terms that are met.
//!
//! A tile holds some hundred conditions. Its conditions are ordered by their number of terms, and the first terms of all
//! stand in one strip, the second terms in another, bit under bit, so that the *or* over the terms of a condition is an *or*
//! of strips. Terms that would make a strip of next to nothing are loose: each knows the bit it belongs to.

use std::ops::Range;

use super::cut::Cut;
use super::formula::Formula;
use super::kernel::{Line, MOST_WORDS, Rows, Terms, WORDS};
use super::set::{Cell, CellSet};
use super::tiling;
use super::{AxisId, Grid};

/// In place of a cell that has not been asked for yet.
pub(crate) const PENDING: Cell = Cell::MAX;

/// A place where no condition stands.
const NOBODY: u32 = u32::MAX;

/// Strips of fewer conditions are not worth a word.
const STRIP: usize = 32;
/// Up to so many cells, each has a row of its own.
const CELLS: Cell = 64;

/// What some conditions are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct TableStats {
    /// The conditions that can hold at all.
    pub conditions: usize,
    /// Their terms: alternatives of things that must all hold.
    pub terms: usize,
    /// Groups of conditions that are read together, or passed by together.
    pub tiles: usize,
    /// The rows of all cells in all tiles.
    pub rows: usize,
    /// Bytes of the rows and of what leads to them.
    pub bytes: usize,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Table {
    tiles: Vec<Tile>,
    guards: Vec<Guard>,
    places: Vec<Rows>,
    stepped: Vec<Stepped>,
    points: Vec<Cell>,
    derived: Vec<Derived>,
    strips: Vec<Strip>,
    targets: Vec<u16>,
    rows: Vec<Line>,
    /// By position: the number of the condition.
    positions: Vec<u32>,
    /// By number of the condition: its position.
    sorted: Vec<(u32, u32)>,
    /// The axes that are read, ascending.
    axes: Vec<AxisId>,
    terms: usize,
    /// Lines of what a profile begins.
    begun: u32,
}

#[derive(Debug, Clone, Default)]
struct Tile {
    guards: Range<u32>,
    /// The axes whose cells have rows of their own: those that stay with the profile, then the others.
    kept: Range<u32>,
    others: Range<u32>,
    stepped: Range<u32>,
    derived: Range<u32>,
    strips: Range<u32>,
    /// The word where loose terms begin, and where each belongs.
    loose: u32,
    targets: Range<u32>,
    /// The line of the row of terms that there are.
    start: u32,
    /// Words of a row.
    words: u32,
    /// Words of conditions, and the first of them among all.
    found: u32,
    first: u32,
    /// The first of its lines in what a profile begins.
    begun: u32,
    /// How many rows it has.
    rows: u32,
}

/// Only visitors in these cells can meet any term of the tile.
#[derive(Debug, Clone, Copy)]
struct Guard {
    axis: u32,
    start: Cell,
    cells: Cell,
    /// Whether the profile alone settles it.
    stays: bool,
}

impl Guard {
    #[inline(always)]
    fn lets_in(&self, cells: &[Cell]) -> bool {
        let cell = cells.get(self.axis as usize).copied().unwrap_or(0);
        cell.wrapping_sub(self.start) < self.cells
    }
}

/// An axis of many cells: those between two points share a row.
#[derive(Debug, Clone)]
struct Stepped {
    rows: Rows,
    points: Range<u32>,
}

/// What is worked out only if a term that is left asks for it.
#[derive(Debug, Clone, Copy)]
struct Derived {
    rows: Rows,
    /// The line of the terms that ask.
    asks: u32,
}

/// Further terms of the first conditions of a tile.
#[derive(Debug, Clone, Copy)]
struct Strip {
    from: u32,
    words: u32,
}

/// The terms of every tile that a profile may still meet.
#[derive(Debug, Clone)]
pub(crate) struct Begun(Vec<Line>);

/// A visitor, as a table sees them.
pub(crate) trait InCells {
    /// By axis; [`PENDING`] where it has to be worked out.
    fn cells(&self) -> &[Cell];
    /// Works a cell out, and keeps it.
    fn derive(&mut self, axis: u32) -> Cell;
}

impl Table {
    /// The rows of `formulas` over `grid`; `stays` says which axes a profile settles whatever the visit is.
    pub(crate) fn new(grid: &Grid, formulas: &[Formula], stays: &dyn Fn(AxisId) -> bool) -> Self {
        let mut table = Self::default();
        let tiles = tiling::tiles(grid, formulas);
        let guarded = tiles.len() > 1;
        for conditions in tiles {
            table.add(grid, formulas, conditions, guarded, stays);
        }
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
        let start = self.rows.len() as u32;
        self.rows.extend(of_bits(&there));
        let guards = self.guards.len() as u32;
        if guarded {
            self.guards.extend(guards_of(grid, &asked, layout.terms, stays));
        }
        let guards = guards..self.guards.len() as u32;
        let (mut kept, mut others) = (Vec::new(), Vec::new());
        let (stepped, derived) = (self.stepped.len() as u32, self.derived.len() as u32);
        for asks in asked.chunk_by(|a, b| a.0 == b.0) {
            let axis = asks[0].0;
            self.axes.push(axis);
            let cells = grid.cells(axis);
            let guard = self.guards[guards.start as usize..].iter().find(|guard| guard.axis == axis.0);
            let within = guard.map_or((0, cells), |guard| (guard.start, guard.start + guard.cells));
            let first = self.rows.len() as u32;
            let is_derived = grid.axis(axis).is_some_and(|axis| matches!(axis.cut, Cut::Truth));
            if within.1 - within.0 > CELLS {
                let mut points: Vec<Cell> =
                    asks.iter().flat_map(|ask| ask.2.ranges()).flat_map(|&(a, b)| [a, b]).collect();
                points.retain(|point| (within.0 + 1..within.1).contains(point));
                points.sort_unstable();
                points.dedup();
                let row_of = |cell: Cell| points.partition_point(|&point| point <= cell) as Cell;
                self.fill(asks, lines, within, points.len() as Cell + 1, row_of);
                let from = self.points.len() as u32;
                self.points.extend(points);
                let points = from..self.points.len() as u32;
                self.stepped.push(Stepped { rows: Rows { axis: axis.0, first }, points });
                continue;
            }
            self.fill(asks, lines, within, within.1 - within.0, |cell| cell - within.0);
            let rows = Rows { axis: axis.0, first: first.wrapping_sub(within.0 * lines as u32) };
            if is_derived {
                let mut asking = vec![0_u64; layout.words];
                asks.iter().for_each(|(_, bit, _)| asking[*bit as usize / 64] |= 1 << (bit % 64));
                let asks = self.rows.len() as u32;
                self.rows.extend(of_bits(&asking));
                self.derived.push(Derived { rows, asks });
            } else if stays(axis) {
                kept.push(rows);
            } else {
                others.push(rows);
            }
        }
        let from = self.places.len() as u32;
        let middle = from + kept.len() as u32;
        self.places.extend(kept.into_iter().chain(others));
        let strips = self.strips.len() as u32;
        self.strips.extend(
            layout.strips.iter().skip(1).map(|&(from, conditions)| Strip {
                from: from as u32,
                words: conditions.div_ceil(64) as u32,
            }),
        );
        let targets = self.targets.len() as u32;
        self.targets.extend(&layout.targets);
        self.tiles.push(Tile {
            guards,
            kept: from..middle,
            others: middle..self.places.len() as u32,
            stepped: stepped..self.stepped.len() as u32,
            derived: derived..self.derived.len() as u32,
            strips: strips..self.strips.len() as u32,
            loose: layout.loose as u32,
            targets: targets..self.targets.len() as u32,
            start,
            words: layout.words as u32,
            found: found as u32,
            first: first_found as u32,
            begun: self.begun,
            rows: (self.rows.len() as u32 - start) / lines as u32,
        });
        self.begun += lines as u32;
    }

    /// Adds `rows` rows that say for the cells `within` which terms each may meet; `row_of` finds a cell's row.
    #[expect(
        clippy::indexing_slicing,
        reason = "INVARIANT: bits and rows are those of the tile that is being made"
    )]
    fn fill(
        &mut self,
        asks: &[(AxisId, u32, &CellSet)],
        lines: usize,
        within: (Cell, Cell),
        rows: Cell,
        row_of: impl Fn(Cell) -> Cell,
    ) {
        let first = self.rows.len();
        self.rows.resize(first + rows as usize * lines, Line([u64::MAX; WORDS]));
        let all = &mut self.rows[first..];
        for (_, bit, set) in asks {
            let (line, word, mask) =
                (*bit as usize / 512, *bit as usize / 64 % WORDS, !(1_u64 << (bit % 64)));
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

    /// What it is made of.
    pub(crate) fn stats(&self) -> TableStats {
        let bytes = size_of_val(&*self.tiles)
            + size_of_val(&*self.guards)
            + size_of_val(&*self.places)
            + size_of_val(&*self.stepped)
            + size_of_val(&*self.points)
            + size_of_val(&*self.derived)
            + size_of_val(&*self.strips)
            + size_of_val(&*self.targets)
            + size_of_val(&*self.rows)
            + size_of_val(&*self.positions)
            + size_of_val(&*self.sorted);
        let rows = |tile: &Tile| tile.rows as usize;
        TableStats {
            conditions: self.sorted.len(),
            terms: self.terms,
            tiles: self.tiles.len(),
            rows: self.tiles.iter().map(rows).sum(),
            bytes,
        }
    }
    /// The axes that are read, ascending.
    pub(crate) fn axes(&self) -> &[AxisId] {
        &self.axes
    }
    /// How many words of 64 positions there are.
    pub(crate) fn words(&self) -> usize {
        self.positions.len() / 64
    }
    /// The position of the condition of that number; `None` if it can never hold.
    pub(crate) fn position(&self, condition: usize) -> Option<usize> {
        let number = u32::try_from(condition).ok()?;
        let place = self.sorted.binary_search_by_key(&number, |one| one.0).ok()?;
        self.sorted.get(place).map(|one| one.1 as usize)
    }
    /// By position: the number of the condition; `None` where there is none.
    pub(crate) fn condition(&self, position: usize) -> Option<usize> {
        self.positions.get(position).filter(|&&number| number != NOBODY).map(|&number| number as usize)
    }

    /// Tells `found` every word of 64 positions of which some hold, with its number. What the visitor's profile has begun
    /// is not done again.
    #[inline(always)]
    pub(crate) fn find(
        &self,
        visitor: &mut impl InCells,
        begun: Option<&Begun>,
        mut found: impl FnMut(usize, u64),
    ) {
        for tile in &self.tiles {
            match tile.words {
                1 => self.tile::<1>(tile, visitor, begun, &mut found),
                2 => self.tile::<2>(tile, visitor, begun, &mut found),
                3..=4 => self.tile::<4>(tile, visitor, begun, &mut found),
                5..=8 => self.tile::<8>(tile, visitor, begun, &mut found),
                9..=16 => self.tile::<16>(tile, visitor, begun, &mut found),
                17..=24 => self.tile::<24>(tile, visitor, begun, &mut found),
                _ => self.tile::<MOST_WORDS>(tile, visitor, begun, &mut found),
            }
        }
    }

    /// The half that stays with a profile in these cells.
    pub(crate) fn begin(&self, cells: &[Cell]) -> Begun {
        let mut lines = Vec::with_capacity(self.begun as usize);
        for tile in &self.tiles {
            let count = (tile.words as usize).div_ceil(WORDS);
            let mut guards = part(&self.guards, &tile.guards).iter().filter(|guard| guard.stays);
            if !guards.all(|guard| guard.lets_in(cells)) {
                lines.extend(std::iter::repeat_n(Line([0; WORDS]), count));
                continue;
            }
            let kept = part(&self.places, &tile.kept);
            for n in 0..count as u32 {
                let line = |first: u32| self.rows.get(first.wrapping_add(n) as usize).copied();
                let rows = kept.iter().filter_map(|place| {
                    let cell = cells.get(place.axis as usize).copied().unwrap_or(0);
                    line(place.first.wrapping_add(cell.wrapping_mul(count as u32)))
                });
                let start = line(tile.start).unwrap_or(Line([0; WORDS]));
                lines.push(rows.fold(start, |terms, row| {
                    Line(std::array::from_fn(|word| {
                        let word_of = |line: &Line| line.0.get(word).copied().unwrap_or(0);
                        word_of(&terms) & word_of(&row)
                    }))
                }));
            }
        }
        Begun(lines)
    }

    #[inline(always)]
    fn tile<const W: usize>(
        &self,
        tile: &Tile,
        visitor: &mut impl InCells,
        begun: Option<&Begun>,
        found: &mut impl FnMut(usize, u64),
    ) {
        let cells = visitor.cells();
        let cell = |axis: u32| cells.get(axis as usize).copied().unwrap_or(0);
        if !part(&self.guards, &tile.guards).iter().all(|guard| guard.lets_in(cells)) {
            return;
        }
        let (start, left) = match begun {
            Some(begun) => (Terms::<W>::all().and_row(&begun.0, tile.begun), &tile.others),
            None => (Terms::all().and_row(&self.rows, tile.start), &(tile.kept.start..tile.others.end)),
        };
        let mut terms = start.and_rows(&self.rows, part(&self.places, left), cells);
        for stepped in part(&self.stepped, &tile.stepped) {
            let points = part(&self.points, &stepped.points);
            let cell = cell(stepped.rows.axis);
            let row = points.partition_point(|&point| point <= cell);
            terms = terms.and_row(&self.rows, stepped.rows.first + row as u32 * Terms::<W>::LINES);
        }
        for derived in part(&self.derived, &tile.derived) {
            if terms.and_row(&self.rows, derived.asks).0.iter().any(|&word| word != 0) {
                let mut cell = visitor.cells().get(derived.rows.axis as usize).copied().unwrap_or(0);
                if cell == PENDING {
                    cell = visitor.derive(derived.rows.axis);
                }
                let first = derived.rows.first.wrapping_add(cell * Terms::<W>::LINES);
                terms = terms.and_row(&self.rows, first);
            }
        }
        let mut terms = terms.0;
        for strip in part(&self.strips, &tile.strips) {
            let (firsts, further) = terms.split_at_mut(strip.from as usize);
            let further = further.get(..strip.words as usize).unwrap_or_default();
            for (first, further) in firsts.iter_mut().zip(further) {
                *first |= *further;
            }
        }
        let targets = part(&self.targets, &tile.targets);
        if !targets.is_empty() {
            for word in 0..targets.len().div_ceil(64) {
                let mut left = terms.get(tile.loose as usize + word).copied().unwrap_or(0);
                while left != 0 {
                    let place = word * 64 + left.trailing_zeros() as usize;
                    left &= left - 1;
                    let target = targets.get(place).copied().map_or(0, usize::from);
                    if let Some(first) = terms.get_mut(target / 64) {
                        *first |= 1 << (target % 64);
                    }
                }
            }
        }
        for (n, &word) in terms.iter().take(tile.found as usize).enumerate() {
            if word != 0 {
                found(tile.first as usize + n, word);
            }
        }
    }
}

/// A part of a list; nothing where there is no such part.
#[inline(always)]
fn part<'t, T>(list: &'t [T], range: &Range<u32>) -> &'t [T] {
    list.get(range.start as usize..range.end as usize).unwrap_or_default()
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
        let hulls = asks.iter().map(|ask| ask.2.hull());
        let Some((start, end)) = hulls.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))) else { continue };
        let share = u64::from(end - start) * 1_000 / u64::from(grid.cells(axis).max(1));
        if share < 800 {
            guards.push((share, Guard { axis: axis.0, start, cells: end - start, stays: stays(axis) }));
        }
    }
    guards.sort_by_key(|(share, guard)| (*share, guard.axis));
    guards.into_iter().map(|(_, guard)| guard).take(2).collect()
}

/// Where the terms of a tile stand.
pub(super) struct Layout {
    /// The first word, and how many conditions stand there.
    strips: Vec<(usize, usize)>,
    /// The word where loose terms begin.
    loose: usize,
    /// Where each loose term belongs.
    targets: Vec<u16>,
    /// By condition: the place of its first loose term among them.
    loose_from: Vec<usize>,
    pub(super) words: usize,
    terms: usize,
}

impl Layout {
    /// For conditions of so many terms each, most first.
    pub(super) fn of(counts: &[usize]) -> Self {
        let mut strips = Vec::new();
        let mut word = 0;
        for n in 0.. {
            let conditions = counts.partition_point(|&terms| terms > n);
            if n > 0 && conditions < STRIP {
                break;
            }
            strips.push((word, conditions));
            word += conditions.div_ceil(64);
        }
        let mut targets = Vec::new();
        let mut loose_from = Vec::new();
        for (place, &terms) in counts.iter().enumerate() {
            loose_from.push(targets.len());
            // A tile has at most 512 conditions.
            targets.extend(std::iter::repeat_n(place as u16, terms.saturating_sub(strips.len())));
        }
        let words = word + targets.len().div_ceil(64);
        Self { strips, loose: word, targets, loose_from, words, terms: counts.iter().sum() }
    }
    /// The bit of the n-th term of the condition at `place`.
    fn bit(&self, place: usize, n: usize) -> usize {
        match self.strips.get(n) {
            Some((word, _)) => word * 64 + place,
            None => {
                let from = self.loose_from.get(place).copied().unwrap_or(0);
                self.loose * 64 + from + (n - self.strips.len())
            }
        }
    }
}
