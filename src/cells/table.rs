//! Conditions as rows of bits. Every cell of every axis has a row with one bit for each term: whether a visitor in that cell
//! may still meet it. The *and* of a visitor's rows leaves the terms that are met.
//!
//! A tile holds some hundred conditions. Its conditions are ordered by their number of terms, and the first terms of all
//! stand in one strip, the second terms in another, bit under bit, so that the *or* over the terms of a condition is an *or*
//! of strips. Terms that would make a strip of next to nothing are loose: each knows the bit it belongs to.

mod begin;
mod build;
mod joint;
mod layout;

use super::AxisId;
use super::kernel::{Line, MOST_WORDS, Rows, Terms, WORDS};
use super::set::Cell;

pub(crate) use joint::Joint;
pub(super) use layout::Layout;

/// In place of a cell that has not been asked for yet.
pub(crate) const PENDING: Cell = Cell::MAX;

/// A place where no condition stands.
const NOBODY: u32 = u32::MAX;

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
    /// Those of them that a visitor of whom none of their conditions can hold passes by at a glance.
    pub guarded: usize,
    /// The rows of all cells in all tiles.
    pub rows: usize,
    /// Bytes of the rows and of what leads to them.
    pub bytes: usize,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Table {
    tiles: Vec<Tile>,
    /// By position: the number of the condition.
    positions: Vec<u32>,
    /// By number of the condition: its position.
    sorted: Vec<(u32, u32)>,
    /// The axes that are read, ascending; and those of them that are joined.
    axes: Vec<AxisId>,
    joints: Vec<Joint>,
    terms: usize,
    guarded: bool,
    /// Lines of what a profile begins.
    begun: u32,
}

/// Each has lists of its own: a part of one that all share would have to be looked for in it.
#[derive(Debug, Clone, Default)]
struct Tile {
    guards: Box<[Guard]>,
    /// The axes whose cells have rows of their own: those that stay with the profile, so many, then the others.
    places: Box<[Rows]>,
    kept: usize,
    /// Those of many cells, in the same two parts.
    stepped: Box<[Stepped]>,
    kept_steps: usize,
    derived: Box<[Derived]>,
    /// Behind the first terms of all conditions: by word of further terms, the word of the first that it belongs to.
    further: Box<[u8]>,
    /// The word where loose terms begin, and where each belongs.
    loose: u32,
    targets: Box<[u16]>,
    /// The lines of its rows. The first row is that of the terms that there are, the second of those that ask nothing but what
    /// stays with the profile.
    rows: Box<[Line]>,
    /// Words of a row.
    words: u32,
    /// Words of conditions, and the first of them among all.
    found: u32,
    first: u32,
    /// The first of its lines in what a profile begins.
    begun: u32,
}

/// The rows that every tile begins with: the terms that there are, and those that ask nothing but what stays with the profile.
const THERE: u32 = 0;
const FREE: u32 = 1;

/// Only visitors in these cells can meet any term of the tile.
#[derive(Debug, Clone, Copy)]
struct Guard {
    axis: u32,
    /// From the first of them to behind the last.
    start: Cell,
    cells: Cell,
    /// A bit for each, counted from the first; where they are more than bits, several share one.
    shift: u32,
    bits: u64,
    /// Whether the profile alone settles it.
    stays: bool,
}

impl Guard {
    #[inline(always)]
    fn lets_in(&self, visitor: &impl InCells) -> bool {
        let place = visitor.cell(self.axis).wrapping_sub(self.start);
        place < self.cells && self.bits >> (place >> (self.shift & 31) & 63) & 1 == 1
    }
}

/// An axis of many cells: those between two points share a row.
#[derive(Debug, Clone)]
struct Stepped {
    rows: Rows,
    points: Box<[Cell]>,
}

/// What is worked out only if a term that is left asks for it.
#[derive(Debug, Clone, Copy)]
struct Derived {
    rows: Rows,
    /// The row of the terms that ask.
    asks: u32,
}

/// What is left of the tiles for a profile: the terms that it may still meet, but for those of conditions that hold already.
#[derive(Debug, Clone)]
pub(crate) struct Begun {
    lines: Vec<Line>,
    /// The numbers of the tiles in which something is left.
    tiles: Vec<u32>,
}

/// A visitor, as a table sees them.
pub(crate) trait InCells {
    /// That of an axis; [`PENDING`] where it has to be worked out.
    fn cell(&self, axis: u32) -> Cell;
    /// Works a cell out, and keeps it.
    fn derive(&mut self, axis: u32) -> Cell;
}

impl Table {
    /// What it is made of.
    pub(crate) fn stats(&self) -> TableStats {
        let bytes = size_of_val(&*self.tiles)
            + size_of_val(&*self.positions)
            + size_of_val(&*self.sorted)
            + self.tiles.iter().map(Tile::bytes).sum::<usize>();
        let rows = |tile: &Tile| tile.rows.len() / (tile.words as usize).div_ceil(WORDS);
        TableStats {
            conditions: self.sorted.len(),
            terms: self.terms,
            tiles: self.tiles.len(),
            guarded: self.tiles.iter().filter(|tile| !tile.guards.is_empty()).count(),
            rows: self.tiles.iter().map(rows).sum(),
            bytes,
        }
    }
    /// The axes that are read, ascending.
    pub(crate) fn axes(&self) -> &[AxisId] {
        &self.axes
    }
    /// Those that are joined, each with a place of its own behind all axes.
    pub(crate) fn joints(&self) -> &[Joint] {
        &self.joints
    }
    /// Words of the longest row.
    pub(crate) fn widest(&self) -> usize {
        self.tiles.iter().map(|tile| tile.words as usize).max().unwrap_or(0)
    }
    /// Whether some tile may be passed by.
    pub(crate) const fn is_guarded(&self) -> bool {
        self.guarded
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

    /// Tells `found` of every tile that is not passed by: the first of its words of 64 positions by number, and the words, a
    /// bit for each condition that holds. What the visitor's profile has begun is not done again.
    #[inline(always)]
    pub(crate) fn find(
        &self,
        visitor: &mut impl InCells,
        begun: Option<&Begun>,
        mut found: impl FnMut(usize, &[u64]),
    ) {
        let count = begun.map_or(self.tiles.len(), |begun| begun.tiles.len());
        for n in 0..count {
            let number = begun.and_then(|begun| begun.tiles.get(n)).map_or(n, |&number| number as usize);
            if let Some(tile) = self.tiles.get(number) {
                self.any_tile(tile, visitor, begun, &mut found);
            }
        }
    }

    #[inline(always)]
    fn any_tile(
        &self,
        tile: &Tile,
        visitor: &mut impl InCells,
        begun: Option<&Begun>,
        found: &mut impl FnMut(usize, &[u64]),
    ) {
        match tile.words {
            1 => self.tile::<1, 1>(tile, visitor, begun, found),
            2 => self.tile::<2, 1>(tile, visitor, begun, found),
            3..=4 => self.tile::<4, 1>(tile, visitor, begun, found),
            5..=8 => self.tile::<8, 1>(tile, visitor, begun, found),
            9..=16 => self.tile::<16, 2>(tile, visitor, begun, found),
            17..=24 => self.tile::<24, 3>(tile, visitor, begun, found),
            _ => self.tile::<MOST_WORDS, 4>(tile, visitor, begun, found),
        }
    }

    /// The terms of a tile that a visitor meets.
    #[inline(always)]
    fn terms<const W: usize, const L: usize>(
        tile: &Tile,
        visitor: &mut impl InCells,
        begun: Option<&Begun>,
    ) -> Option<Terms<W, L>> {
        let (rows, _) = tile.rows.as_chunks::<L>();
        let all = Terms::<W, L>::all();
        let (mut terms, places, steps) = match begun {
            Some(begun) => {
                let (begun, _) = begun.lines.get(tile.begun as usize..).unwrap_or_default().as_chunks();
                (all.and_row(begun, 0)?, tile.places.get(tile.kept..), tile.stepped.get(tile.kept_steps..))
            }
            None => (all.and_row(rows, THERE)?, Some(&*tile.places), Some(&*tile.stepped)),
        };
        for place in places.unwrap_or_default() {
            terms = terms.and_row(rows, place.first.wrapping_add(visitor.cell(place.axis)))?;
        }
        for stepped in steps.unwrap_or_default() {
            terms = terms.and_row(rows, stepped.row(visitor.cell(stepped.rows.axis)))?;
        }
        for derived in &*tile.derived {
            if terms.and_row(rows, derived.asks)?.0.iter().any(|&word| word != 0) {
                let mut cell = visitor.cell(derived.rows.axis);
                if cell == PENDING {
                    cell = visitor.derive(derived.rows.axis);
                }
                terms = terms.and_row(rows, derived.rows.first.wrapping_add(cell))?;
            }
        }
        Some(terms)
    }

    #[inline(always)]
    fn tile<const W: usize, const L: usize>(
        &self,
        tile: &Tile,
        visitor: &mut impl InCells,
        begun: Option<&Begun>,
        found: &mut impl FnMut(usize, &[u64]),
    ) {
        // What the profile settles lets them in, or the tile would not be among those that are left.
        let is_open = |guard: &Guard| begun.is_some() && guard.stays || guard.lets_in(visitor);
        if !tile.guards.iter().all(is_open) {
            return;
        }
        // INVARIANT: every row is there; were one not, nothing would be found.
        let mut terms = Self::terms::<W, L>(tile, visitor, begun).map_or([0; W], |terms| terms.0);
        tile.fold(&mut terms);
        found(tile.first as usize, terms.get(..tile.found as usize).unwrap_or_default());
    }
}

impl Stepped {
    /// The row of a cell: those between two points share one.
    #[inline(always)]
    fn row(&self, cell: Cell) -> u32 {
        self.rows.first + self.points.partition_point(|&point| point <= cell) as u32
    }
}

impl Tile {
    /// Bytes of its lists.
    fn bytes(&self) -> usize {
        size_of_val(&*self.guards)
            + size_of_val(&*self.places)
            + size_of_val(&*self.stepped)
            + self.stepped.iter().map(|stepped| size_of_val(&*stepped.points)).sum::<usize>()
            + size_of_val(&*self.derived)
            + size_of_val(&*self.further)
            + size_of_val(&*self.targets)
            + size_of_val(&*self.rows)
    }
    /// From terms to conditions: in the first words it leaves those of which a term is met.
    #[inline(always)]
    fn fold(&self, terms: &mut [u64]) {
        let (firsts, further) = terms.split_at_mut(terms.len().min(self.found as usize));
        for (further, &word) in further.iter().zip(&*self.further) {
            if let Some(first) = firsts.get_mut(usize::from(word)) {
                *first |= further;
            }
        }
        if !self.targets.is_empty() {
            for word in 0..self.targets.len().div_ceil(64) {
                let mut left = terms.get(self.loose as usize + word).copied().unwrap_or(0);
                while left != 0 {
                    let place = word * 64 + left.trailing_zeros() as usize;
                    left &= left - 1;
                    let target = self.targets.get(place).copied().map_or(0, usize::from);
                    if let Some(first) = terms.get_mut(target / 64) {
                        *first |= 1 << (target % 64);
                    }
                }
            }
        }
    }
}
