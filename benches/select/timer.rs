//! Criterion, told which ids there are: what a bench needs is made only if the bench runs, and before its time begins.

use std::cell::LazyCell;
use std::time::Duration;

use criterion::{Bencher, Criterion, SamplingMode};

use crate::workload::VISITORS;

pub struct Timer {
    criterion: Criterion,
    is_test: bool,
    /// Parts of the ids that are asked for; all, if there are none.
    wanted: Vec<String>,
}

impl Timer {
    pub fn from_arguments() -> Self {
        let arguments: Vec<String> = std::env::args().skip(1).collect();
        let has = |flag: &str| arguments.iter().any(|argument| argument == flag);
        let criterion = Criterion::default()
            .warm_up_time(Duration::from_millis(300))
            .measurement_time(Duration::from_secs(1))
            .sample_size(50)
            .configure_from_args();
        let is_test = has("--test") || !has("--bench");
        let wanted = arguments.into_iter().filter(|argument| !argument.starts_with('-')).collect();
        Self { criterion, is_test, wanted }
    }
    /// Whether answers are checked and nothing is timed.
    pub fn is_test(&self) -> bool {
        self.is_test
    }
    /// For how many visitors answers are checked: for all, while that is quick.
    pub fn checked(&self, size: usize) -> usize {
        if self.is_test { 40 } else { (200_000 / size).clamp(10, VISITORS) }
    }
    /// Times what `call` does with `subject`, under `area/workload/engine`; where `is_long`, ten samples must do.
    pub fn time<S, F: FnOnce() -> S>(
        &mut self,
        [area, workload, engine]: [&str; 3],
        is_long: bool,
        subject: &LazyCell<S, F>,
        mut call: impl FnMut(&mut Bencher<'_>, &S),
    ) {
        let id = format!("{area}/{workload}/{engine}");
        if self.wanted.is_empty() || self.wanted.iter().any(|part| id.contains(part)) {
            // Made during the warm-up, it would be taken for it.
            LazyCell::force(subject);
        }
        let mut group = self.criterion.benchmark_group(area);
        if is_long {
            group.sample_size(10).sampling_mode(SamplingMode::Flat);
        }
        group.bench_function(format!("{workload}/{engine}"), |bencher| call(bencher, subject));
        group.finish();
    }
    pub fn finish(self) {
        self.criterion.final_summary();
    }
}

/// Whose turn it is.
pub fn next<'a, T>(all: &'a [T], turn: &mut usize) -> &'a T {
    *turn = if *turn + 1 < all.len() { *turn + 1 } else { 0 };
    &all[*turn]
}
