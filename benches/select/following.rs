//! `guest_segments`, `guest_put_segments` and `guest_select`: the same questions of visitors who are followed, whose facts are
//! in their slots already or are put there first; `guest_visit`: how one goes on with another visit, which is cloned.

use std::cell::LazyCell;

use maitre::{CustomerProfile, Instructions, SegmentSet, Visit};

use crate::deciding::{self, HAS_ALL_INSTRUCTIONS};
use crate::expected;
use crate::matching;
use crate::timer::{Timer, next};
use crate::workload::slots::{Slots, follow_all};
use crate::workload::visitor::now;
use crate::workload::{VISITORS, Workload};

/// Of a policy that has the segments alone.
pub fn segments<F: FnOnce() -> matching::Case>(
    timer: &mut Timer,
    id: &str,
    workload: &Workload,
    case: &LazyCell<matching::Case, F>,
) {
    let mut time = |engine: &str, instructions: Option<Instructions>| {
        let mut turn = 0;
        let guests =
            LazyCell::new(|| follow_all(&expected::with(&case.selector, instructions), &case.visitors));
        timer.time(["guest_segments", id, engine], false, &guests, |bencher, guests| {
            let mut found = SegmentSet::of(&case.selector);
            bencher.iter(|| next(guests, &mut turn).segments(&mut found));
        });
        timer.time(["guest_put_segments", id, engine], false, case, |bencher, case| {
            let selector = expected::with(&case.selector, instructions);
            let mut found = SegmentSet::of(&selector);
            let slots = Slots::of(&selector, &workload.schema).expect("slots for all");
            let visitors = workload.visitors(VISITORS, 0);
            let mut guest = selector.follow(CustomerProfile::new(), Visit::new(now().expect("a time")));
            bencher.iter(|| {
                slots.put(&mut guest, next(&visitors, &mut turn));
                guest.segments(&mut found);
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

/// Another visit each time, of one profile.
pub fn visits<F: FnOnce() -> deciding::Case>(
    timer: &mut Timer,
    id: &str,
    case: &LazyCell<deciding::Case, F>,
) {
    let mut turn = 0;
    timer.time(["guest_visit", id, "maitre"], false, case, |bencher, case| {
        let (profile, visit) = next(&case.guests, &mut turn);
        let mut guest = case.selector.follow(profile.clone(), visit.clone());
        bencher.iter(|| {
            let (_, visit) = next(&case.guests, &mut turn);
            guest.set_visit(visit.clone());
        });
    });
}

/// Whole decisions.
pub fn decisions<F: FnOnce() -> deciding::Case>(
    timer: &mut Timer,
    id: &str,
    case: &LazyCell<deciding::Case, F>,
) {
    let mut time = |engine: &str, instructions: Option<Instructions>| {
        let mut turn = 0;
        let guests =
            LazyCell::new(|| follow_all(&expected::with(&case.selector, instructions), &case.guests));
        timer.time(["guest_select", id, engine], false, &guests, |bencher, guests| {
            bencher.iter(|| next(guests, &mut turn).select());
        });
    };
    time("maitre", None);
    if HAS_ALL_INSTRUCTIONS.contains(&id) {
        for instructions in Instructions::available() {
            time(&expected::engine(instructions), Some(instructions));
        }
    }
}
