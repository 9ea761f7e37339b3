//! `segments_batch` and `segments_columns`: which segments hold, for many at once, who come as profiles or as columns of facts.

use std::cell::LazyCell;
use std::hint::black_box;
use std::time::{Duration, Instant};

use maitre::{Columns, ExperienceSelector, Instructions, SegmentBatch, SegmentSet};

use crate::deciding::HAS_ALL_INSTRUCTIONS;
use crate::expected;
use crate::matching;
use crate::timer::Timer;
use crate::workload::crowd::Crowd;
use crate::workload::visitor::{Guest, Visitor};
use crate::workload::{CROWD, Workload};

/// A policy that has the segments alone, and a crowd in both forms.
pub struct Case {
    selector: ExperienceSelector,
    guests: Vec<Guest>,
    crowd: Crowd,
}

impl Case {
    pub fn of(count: usize, workload: &Workload, of: &matching::Case) -> Self {
        let visitors = workload.visitors(count, 0);
        let guest = |visitor: &Visitor| visitor.facts(&workload.schema).expect("facts that exist");
        let guests = visitors.iter().map(guest).collect();
        let crowd = Crowd::of(workload, &visitors).expect("facts that are known");
        let made = Self { selector: of.selector.clone(), guests, crowd };
        made.check();
        made
    }

    fn columns<R>(&self, selector: &ExperienceSelector, then: impl FnOnce(&Columns<'_>) -> R) -> R {
        self.crowd.lend(selector, then).expect("columns of the policy")
    }

    /// One by one, together and as columns, visitors are in the same segments.
    fn check(&self) {
        let mut one = SegmentSet::of(&self.selector);
        let (mut together, mut as_columns) = (SegmentBatch::new(), SegmentBatch::new());
        for instructions in Instructions::available() {
            let selector = expected::with(&self.selector, Some(instructions));
            selector.segments_batch(&self.guests, &mut together);
            self.columns(&selector, |columns| columns.segments(&mut as_columns));
            for (number, (profile, visit)) in self.guests.iter().enumerate() {
                selector.segments(profile, visit, &mut one);
                let mut names: Vec<&str> = one.iter().collect();
                names.sort_unstable();
                assert!(together.iter(number).eq(names.iter().copied()), "visitor {number} of a batch");
                assert!(as_columns.iter(number).eq(names.iter().copied()), "visitor {number} of columns");
            }
        }
    }
}

/// The time of so many visitors, when all of a crowd were asked about several times.
fn of(visitors: u64, crowd: usize, mut pass: impl FnMut()) -> Duration {
    let passes = visitors.div_ceil(crowd as u64);
    let begin = Instant::now();
    (0..passes).for_each(|_| pass());
    begin.elapsed().mul_f64(visitors as f64 / (passes * crowd as u64) as f64)
}

/// `count` visitors are a crowd: fewer than others where they take long, and then ten samples must do.
pub fn bench<F: FnOnce() -> Case>(timer: &mut Timer, id: &str, count: usize, case: &LazyCell<Case, F>) {
    let is_long = count < CROWD;
    let mut time = |engine: &str, instructions: Option<Instructions>| {
        timer.time(["segments_batch", id, engine], is_long, case, |bencher, case| {
            let selector = expected::with(&case.selector, instructions);
            let mut found = SegmentBatch::of(&selector);
            bencher.iter_custom(|count| {
                of(count, case.guests.len(), || {
                    selector.segments_batch(&case.guests, &mut found);
                    black_box(&found);
                })
            });
        });
        timer.time(["segments_columns", id, engine], is_long, case, |bencher, case| {
            let selector = expected::with(&case.selector, instructions);
            let mut found = SegmentBatch::of(&selector);
            case.columns(&selector, |columns| {
                bencher.iter_custom(|count| {
                    of(count, case.guests.len(), || {
                        columns.segments(&mut found);
                        black_box(&found);
                    })
                });
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
