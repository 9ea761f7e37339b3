//! A block of visitors on one axis: their cells, or their keys, in as few bytes as tell them apart.

use fearless_simd::{Simd, SimdInt, SimdMask, u8x64, u16x32, u32x16};

use super::super::cut::{Cut, Steps};
use super::super::kernel::Line;
use super::super::set::{Cell, CellSet};
use super::BLOCK;
use crate::key::Key;

/// Up to so many bounds, comparing with all of them, several keys at once, is quicker than looking up each key.
const COUNTED: usize = 32;

/// Where the visitors of a block are on an axis.
#[derive(Debug, Clone)]
pub(crate) struct CellColumn {
    cells: Narrow,
    /// Where the axis is one of numbers that lie close together.
    keys: Option<Keys>,
    /// Whether the visitors stand by their keys.
    by_key: bool,
}

/// Keys between two limits, counted from the lower one: what lies beyond is in the cell of the limit.
#[derive(Debug, Clone)]
struct Keys {
    low: Key,
    high: Key,
    /// By cell, and behind the last: where it begins; 0 stands for the unknown.
    edges: Box<[Cell]>,
    keys: Narrow,
}

/// Numbers of a block, by visitor.
#[derive(Debug, Clone)]
enum Narrow {
    Bytes(Box<[u8; BLOCK]>),
    Words(Box<[u16; BLOCK]>),
    Longs(Box<[u32; BLOCK]>),
}

impl Narrow {
    /// Room for numbers that are less than `count`.
    fn of(count: Cell) -> Self {
        match count {
            0..=0x100 => Self::Bytes(Box::new([0; BLOCK])),
            0x101..=0x1_0000 => Self::Words(Box::new([0; BLOCK])),
            _ => Self::Longs(Box::new([0; BLOCK])),
        }
    }
    #[inline(always)]
    fn put(&mut self, visitor: usize, number: u32) {
        match self {
            Self::Bytes(numbers) => numbers.get_mut(visitor).map(|slot| *slot = number as u8),
            Self::Words(numbers) => numbers.get_mut(visitor).map(|slot| *slot = number as u16),
            Self::Longs(numbers) => numbers.get_mut(visitor).map(|slot| *slot = number),
        };
    }
    // Loops that are written out become wide ones.
    #[inline(always)]
    fn fill(&mut self, all: impl Iterator<Item = u32>) {
        match self {
            Self::Bytes(numbers) => {
                for (slot, number) in numbers.iter_mut().zip(all) {
                    *slot = number as u8;
                }
            }
            Self::Words(numbers) => {
                for (slot, number) in numbers.iter_mut().zip(all) {
                    *slot = number as u16;
                }
            }
            Self::Longs(numbers) => {
                for (slot, number) in numbers.iter_mut().zip(all) {
                    *slot = number;
                }
            }
        }
    }
    /// Adds to `row` whoever's number is `start` or more, and before `end`.
    #[inline(always)]
    fn add<S: Simd>(&self, simd: S, (start, end): (u32, u32), row: &mut Line) {
        let length = end - start;
        match self {
            Self::Bytes(numbers) => add::<S, u8x64<S>>(simd, numbers, (start as u8, length as u8), row),
            Self::Words(numbers) => add::<S, u16x32<S>>(simd, numbers, (start as u16, length as u16), row),
            Self::Longs(numbers) => add::<S, u32x16<S>>(simd, numbers, (start, length), row),
        }
    }
}

#[inline(always)]
fn add<S: Simd, V: SimdInt<S, Element: Copy>>(
    simd: S,
    numbers: &[V::Element; BLOCK],
    (start, length): (V::Element, V::Element),
    row: &mut Line,
) {
    for (n, some) in numbers.chunks_exact(V::LEN).enumerate() {
        let behind = V::from_slice(simd, some) - start;
        let bits = behind.simd_lt(length).to_bitmask();
        let first = n * V::LEN;
        if let Some(word) = row.0.get_mut(first / 64) {
            *word |= bits << (first % 64);
        }
    }
}

impl CellColumn {
    /// Room on an axis that is cut so.
    pub(super) fn of(cut: &Cut) -> Self {
        let keys = if let Cut::Steps(steps) = cut { Keys::of(steps) } else { None };
        Self { cells: Narrow::of(cut.cells()), keys, by_key: false }
    }
    /// Puts a visitor into a cell.
    #[inline(always)]
    pub(crate) fn put(&mut self, visitor: usize, cell: Cell) {
        match &mut self.keys {
            Some(keys) if self.by_key => keys.keys.put(visitor, keys.edge(cell)),
            _ => self.cells.put(visitor, cell),
        }
    }
    /// Puts visitors into their cells, the first first.
    #[inline(always)]
    pub(crate) fn fill(&mut self, all: impl Iterator<Item = Cell>) {
        self.by_key = false;
        self.cells.fill(all);
    }
    /// Puts visitors where their keys are, on an axis cut by `steps`; keys beyond the limits are in the cell `unknown`.
    #[inline(always)]
    pub(crate) fn fill_keys(
        &mut self,
        steps: &Steps,
        all: impl Iterator<Item = Key>,
        (least, most): (Key, Key),
        unknown: Cell,
    ) {
        let is_within = |key: Key| key >= least && key <= most;
        let Some(keys) = &mut self.keys else {
            if steps.bounds().len() > COUNTED {
                return self.fill(all.map(|key| if is_within(key) { steps.cell(key) } else { unknown }));
            }
            let (mut keys, mut cells) = ([0; BLOCK], [0; BLOCK]);
            for (slot, key) in keys.iter_mut().zip(all) {
                *slot = key;
            }
            steps.count(&keys, &mut cells);
            return self.fill(keys.iter().zip(&cells).map(
                #[inline(always)]
                |(&key, &cell)| if is_within(key) { cell } else { unknown },
            ));
        };
        self.by_key = true;
        let (low, high, unknown) = (keys.low, keys.high, keys.edge(unknown));
        let near = |key: Key| (key.max(low).min(high) - low + 1) as u32;
        keys.keys.fill(all.map(
            #[inline(always)]
            |key| if is_within(key) { near(key) } else { unknown },
        ));
    }
    /// For each set who is in it.
    #[inline(always)]
    pub(super) fn rows<S: Simd>(&self, simd: S, sets: &[CellSet], rows: &mut [Line]) {
        let by_key = self.keys.as_ref().filter(|_| self.by_key);
        for (set, row) in sets.iter().zip(rows) {
            *row = Line::NONE;
            for &(start, end) in set.ranges() {
                match by_key {
                    Some(keys) => keys.keys.add(simd, (keys.edge(start), keys.edge(end)), row),
                    None => self.cells.add(simd, (start, end), row),
                }
            }
        }
    }
}

impl Keys {
    /// Of keys that fit into two bytes.
    fn of(steps: &Steps) -> Option<Self> {
        let bounds = steps.bounds();
        let (first, &high) = (bounds.first()?, bounds.last()?);
        let low = first.checked_sub(1)?;
        // One for the unknown, one for the lower limit.
        let count = u16::try_from(high.checked_sub(low)?.checked_add(2)?).ok()?;
        let begins = bounds.iter().map(|bound| (bound - low + 1) as Cell);
        let edges = [0, 1].into_iter().chain(begins).chain([count.into()]).collect();
        Some(Self { low, high, edges, keys: Narrow::of(count.into()) })
    }
    #[inline(always)]
    fn edge(&self, cell: Cell) -> Cell {
        self.edges.get(cell as usize).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use fearless_simd::{Level, dispatch};

    use super::super::super::set::UNKNOWN;
    use super::*;

    /// What is said of who is in each of `sets` is what their cells say.
    fn agrees(column: &CellColumn, cells: &[Cell; BLOCK], sets: &[CellSet]) {
        for level in [Level::baseline(), Level::new()] {
            let mut rows = vec![Line::NONE; sets.len()];
            dispatch!(level, simd => column.rows(simd, sets, &mut rows));
            for (set, row) in sets.iter().zip(rows) {
                for (visitor, &cell) in cells.iter().enumerate() {
                    assert_eq!(row.has(visitor), set.contains(cell), "{visitor} in cell {cell} of {set:?}");
                }
            }
        }
    }

    #[test]
    fn visitors_are_in_the_sets_of_their_cells_however_many_cells_there_are() {
        // Side by side or far apart, so that keys fit into one byte, two bytes or neither.
        for (bounds, apart) in
            [(1, 1), (9, 20), (9, 3_000), (9, 1 << 40), (40, 1 << 40), (300, 1), (300, 1_000), (70_000, 1)]
        {
            let steps = Steps::new((0..bounds).map(|n| n * apart - 5).collect());
            let (cut, count) = (Cut::Steps(steps.clone()), steps.cells());
            let mut column = CellColumn::of(&cut);
            let (within, unknown) = ((-100, bounds * apart), count - 1);
            let keys: [Key; BLOCK] = std::array::from_fn(|n| {
                (n as Key * 7_919 * apart) % (bounds * apart + 400) - 200 + n as Key % 3
            });
            let of_key =
                |key: Key| if (within.0..=within.1).contains(&key) { steps.cell(key) } else { unknown };
            let cells = keys.map(of_key);
            let some = |n: Cell| n.wrapping_mul(2_654_435_761) % count;
            let range = |n: Cell| CellSet::range(some(n).min(some(n + 1)), some(n).max(some(n + 1)) + 1);
            let mut sets: Vec<CellSet> = (0..60).map(|n| range(n).union(&range(n + 100))).collect();
            sets.retain(|set| !set.is_all(count));
            sets.push(CellSet::range(UNKNOWN, UNKNOWN + 1));
            sets.push(CellSet::range(UNKNOWN + 1, count));
            sets.push(CellSet::range(0, count - 1));

            column.fill(cells.iter().copied());
            agrees(&column, &cells, &sets);
            column.fill(std::iter::repeat_n(UNKNOWN, BLOCK));
            for (visitor, &cell) in cells.iter().enumerate() {
                column.put(visitor, cell);
            }
            agrees(&column, &cells, &sets);
            column.fill_keys(&steps, keys.into_iter(), within, unknown);
            agrees(&column, &cells, &sets);
            // Who is put somewhere else afterwards is there.
            let mut moved = cells;
            for visitor in (0..BLOCK).step_by(3) {
                moved[visitor] = UNKNOWN;
                column.put(visitor, UNKNOWN);
            }
            agrees(&column, &moved, &sets);
        }
    }
}
