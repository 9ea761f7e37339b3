//! `segments`: which segments hold, and nothing else.

use std::cell::LazyCell;

use maitre::{ExperienceSelector, Instructions, Policy, SegmentSet};

use crate::deciding::HAS_ALL_INSTRUCTIONS;
use crate::expected;
use crate::timer::{Timer, next};
use crate::workload::visitor::Guest;
use crate::workload::{VISITORS, Workload};

/// A policy that has the segments alone, and visitors with their facts alone.
pub struct Case {
    pub selector: ExperienceSelector,
    pub visitors: Vec<Guest>,
}

impl Case {
    /// `checked` visitors have had the right answers.
    pub fn of(workload: &Workload, checked: usize) -> Self {
        let policy = Policy::from_toml(&workload.segments_only()).expect("a policy that loads");
        let selector = ExperienceSelector::compile(&policy).expect("a policy that compiles");
        expected::segments(&selector, workload, checked);
        let facts = |visitor: &crate::workload::visitor::Visitor| visitor.facts(&workload.schema);
        let visitors = workload.visitors(VISITORS, 0).iter().map(facts).collect::<Result<_, _>>();
        Self { selector, visitors: visitors.expect("facts that exist") }
    }
}

pub fn bench<F: FnOnce() -> Case>(timer: &mut Timer, id: &str, case: &LazyCell<Case, F>) {
    let mut time = |engine: &str, instructions: Option<Instructions>| {
        let mut turn = 0;
        timer.time(["segments", id, engine], false, case, |bencher, case| {
            let selector = expected::with(&case.selector, instructions);
            let mut found = SegmentSet::of(&selector);
            bencher.iter(|| {
                let (profile, visit) = next(&case.visitors, &mut turn);
                selector.segments(profile, visit, &mut found);
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
