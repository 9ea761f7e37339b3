//! `select`, `prepare`, `select_prepared`, `batch` and `explain`: whole decisions, D1 to D10.

use std::cell::LazyCell;
use std::hint::black_box;
use std::time::Instant;

use maitre::{CustomerProfile, ExperienceSelector, Instructions, Policy, Prepared, Visit};

use crate::expected;
use crate::timer::{Timer, next};
use crate::workload::visitor::Guest;
use crate::workload::{VISITORS, Workload};

/// Where all sets of instructions are timed.
pub const HAS_ALL_INSTRUCTIONS: [&str; 3] = ["rare_100", "rare_1000", "rare_10000"];

/// Guests that no cache holds: about 2 KB each.
const CROWD: usize = 50_000;

/// A whole policy, and visitors as a host has them.
pub struct Case {
    pub selector: ExperienceSelector,
    pub guests: Vec<Guest>,
}

impl Case {
    /// `checked` guests have had the right answers.
    pub fn of(workload: &Workload, checked: usize) -> Self {
        let policy = Policy::from_toml(&workload.policy()).expect("a policy that loads");
        let selector = ExperienceSelector::compile(&policy).expect("a policy that compiles");
        expected::decisions(&selector, workload, checked);
        Self { selector, guests: workload.guests(VISITORS, 0).expect("facts that exist") }
    }
    /// The same with so many guests that most are in no cache when their turn comes.
    pub fn with_crowd(self, workload: &Workload) -> Self {
        Self { guests: workload.guests(CROWD, 0).expect("facts that exist"), ..self }
    }
    fn prepared(&self) -> Vec<(Prepared<&CustomerProfile>, &Visit)> {
        self.guests.iter().map(|(profile, visit)| (self.selector.prepare(profile, visit), visit)).collect()
    }
}

/// One decision after the other.
pub fn bench<F: FnOnce() -> Case>(timer: &mut Timer, id: &str, case: &LazyCell<Case, F>) {
    let mut time = |engine: &str, instructions: Option<Instructions>| {
        let mut turn = 0;
        timer.time(["select", id, engine], false, case, |bencher, case| {
            let selector = expected::with(&case.selector, instructions);
            bencher.iter(|| {
                let (profile, visit) = next(&case.guests, &mut turn);
                selector.select(profile, visit)
            });
        });
    };
    time("maitre", None);
    if HAS_ALL_INSTRUCTIONS.contains(&id) {
        for instructions in Instructions::available() {
            time(&expected::engine(instructions), Some(instructions));
        }
    }
}

/// The same decisions in halves, in a row, and with reasons.
pub fn bench_beside<F: FnOnce() -> Case>(timer: &mut Timer, id: &str, case: &LazyCell<Case, F>) {
    let mut turn = 0;
    timer.time(["prepare", id, "maitre"], false, case, |bencher, case| {
        bencher.iter(|| {
            let (profile, visit) = next(&case.guests, &mut turn);
            case.selector.prepare(profile, visit)
        });
    });
    let prepared = LazyCell::new(|| case.prepared());
    timer.time(["select_prepared", id, "maitre"], false, &prepared, |bencher, prepared| {
        bencher.iter(|| {
            let (prepared, visit) = next(prepared, &mut turn);
            case.selector.select_prepared(prepared, visit)
        });
    });
    bench_batch(timer, id, case);
    timer.time(["explain", id, "maitre"], false, case, |bencher, case| {
        bencher.iter(|| {
            let (profile, visit) = next(&case.guests, &mut turn);
            case.selector.explain(profile, visit)
        });
    });
}

/// Many in a row.
pub fn bench_batch<F: FnOnce() -> Case>(timer: &mut Timer, id: &str, case: &LazyCell<Case, F>) {
    timer.time(["batch", id, "maitre"], false, case, |bencher, case| {
        bencher.iter_custom(|count| {
            let guests = case.guests.iter().cycle().take(count as usize);
            let begin = Instant::now();
            let decisions = case.selector.select_batch(guests.map(|(profile, visit)| (profile, visit)));
            decisions.for_each(|decision| {
                black_box(decision);
            });
            begin.elapsed()
        });
    });
}
