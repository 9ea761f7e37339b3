//! `limit`: what no way of matching by rows can be faster than on this machine. Nothing is matched: as many lines of a table
//! are joined as the rows of a visitor take, or as many facts are found in their cells as `rare` has, and nothing else is done.

use std::array::from_fn;
use std::cell::LazyCell;
use std::hint::black_box;

use fearless_simd::{Level, Simd, dispatch};

use crate::timer::{Timer, next};
use crate::workload::random::Random;
use crate::workload::{VISITORS, Workload};

/// One line of the caches.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct Line([u64; 8]);

/// Lines of a row: as many as stay in registers.
const ROW: usize = 4;

type Row = [Line; ROW];

/// A table as large as that of a policy, and where the rows of each visitor stand in it.
pub struct Rows {
    table: Vec<Row>,
    visitors: Vec<Vec<u32>>,
}

impl Rows {
    /// As of the table of a policy's segments: the bits of all its terms for each attribute, less nothing that is passed by.
    pub fn of(workload: &Workload) -> Self {
        let policy = maitre::Policy::from_toml(&workload.segments_only()).expect("a policy that loads");
        let selector = maitre::ExperienceSelector::compile(&policy).expect("a policy that compiles");
        let stats = selector.stats().segments;
        let lines = workload.schema.len() * stats.terms.div_ceil(512);
        let mut random = Random::new(1);
        let rows = (stats.bytes / size_of::<Row>()).max(1);
        let table = (0..rows).map(|_| [Line(from_fn(|_| random.next())); ROW]).collect();
        let places = lines.div_ceil(ROW);
        let visitors =
            (0..VISITORS).map(|_| (0..places).map(|_| random.below(rows) as u32).collect()).collect();
        Self { table, visitors }
    }
}

#[inline(always)]
fn join<S: Simd>(simd: S, table: &[Row], places: &[u32]) -> Row {
    simd.vectorize(
        #[inline(always)]
        || {
            let mut all = [Line([u64::MAX; 8]); ROW];
            for &place in places {
                let Some(row) = table.get(place as usize) else { return all };
                for (all, line) in all.iter_mut().zip(row) {
                    for (all, word) in all.0.iter_mut().zip(line.0) {
                        *all &= word;
                    }
                }
            }
            all
        },
    )
}

/// Joining rows.
pub fn rows<F: FnOnce() -> Rows>(timer: &mut Timer, id: &str, rows: &LazyCell<Rows, F>) {
    let mut turn = 0;
    timer.time(["limit", &format!("rows_{id}"), "machine"], false, rows, |bencher, rows| {
        let level = Level::new();
        bencher.iter(|| {
            let places = next(&rows.visitors, &mut turn);
            dispatch!(level, simd => join(simd, &rows.table, places))
        });
    });
}

/// Facts of one visitor as a row of numbers in the policy's own order: no names, no sources, nothing missing.
const FACTS: usize = 24;
/// Cells of a fact by the upper bits of its number: where the next begins, and the number of the first.
type Cut = [(i64, u32); 64];

pub struct Facts {
    cuts: Vec<Cut>,
    visitors: Vec<[i64; FACTS]>,
}

impl Facts {
    pub fn new() -> Self {
        let mut random = Random::new(2);
        let cut = |random: &mut Random| -> Cut {
            from_fn(|bucket| ((bucket * 16 + random.below(16)) as i64, bucket as u32))
        };
        let cuts = (0..FACTS).map(|_| cut(&mut random)).collect();
        let visitors = (0..VISITORS).map(|_| from_fn(|_| random.below(1_024) as i64)).collect();
        Self { cuts, visitors }
    }
}

/// Finding cells.
pub fn facts(timer: &mut Timer) {
    let facts = LazyCell::new(Facts::new);
    let mut turn = 0;
    timer.time(["limit", "facts", "machine"], false, &facts, |bencher, facts| {
        bencher.iter(|| {
            let visitor = next(&facts.visitors, &mut turn);
            let mut cells = [0_u32; FACTS];
            for ((cell, &key), cut) in cells.iter_mut().zip(visitor).zip(&facts.cuts) {
                let (next, first) = cut[(key.max(0) as usize >> 4).min(cut.len() - 1)];
                *cell = first + u32::from(key >= next);
            }
            black_box(cells)
        });
    });
}
