//! What decisions cost. Ids are `area/workload_segments/engine`, times are per visitor, of whom a thousand take turns;
//! whatever is timed has answered first (`expected.rs`).
//!
//! `cargo bench segments/rare` times what has that in its id; values of options are written with `=`. `cargo test
//! --benches` checks the answers at small sizes and times nothing.
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a bench that cannot be set up has failed")]

mod compiling;
mod crowds;
mod deciding;
mod expected;
mod following;
mod limit;
mod matching;
mod quickstart;
mod timer;

#[allow(dead_code, reason = "the example counts groups that a bench does not")]
#[path = "../../examples/quickstart/crowd.rs"]
mod crowd;

#[allow(dead_code, reason = "the peers use what benches do not")]
#[path = "../workload/workload.rs"]
mod workload;

use std::cell::LazyCell;
use std::error::Error;

use timer::Timer;
use workload::{Kind, Workload};

fn main() -> Result<(), Box<dyn Error>> {
    let mut timer = Timer::from_arguments();
    for kind in Workload::ALL {
        for &size in sizes(&kind, timer.is_test()) {
            bench(&mut timer, &kind, size);
        }
    }
    limit::facts(&mut timer);
    quickstart::bench(&mut timer);
    timer.finish();
    Ok(())
}

/// The numbers of segments at which a kind is timed; a test is over in seconds.
fn sizes(kind: &Kind, is_test: bool) -> &'static [usize] {
    match (kind.name, is_test) {
        (_, false) => kind.sizes,
        ("rare", true) => &[10, 100, 1_000],
        (_, true) => &[100],
    }
}

fn bench(timer: &mut Timer, kind: &Kind, size: usize) {
    let id = format!("{}_{size}", kind.name);
    let workload = LazyCell::new(|| (kind.make)(size));
    let visitors = timer.checked(size);
    let matching = LazyCell::new(|| matching::Case::of(&workload, visitors));
    matching::bench(timer, &id, &matching);
    following::segments(timer, &id, &workload, &matching);
    let count = (kind.crowd)(size);
    crowds::bench(timer, &id, count, &LazyCell::new(|| crowds::Case::of(count, &workload, &matching)));
    let case = LazyCell::new(|| deciding::Case::of(&workload, visitors));
    deciding::bench(timer, &id, &case);
    deciding::bench_beside(timer, &id, &case);
    following::decisions(timer, &id, &case);
    following::visits(timer, &id, &case);
    if kind.name == "rare" {
        limit::rows(timer, &size.to_string(), &LazyCell::new(|| limit::Rows::of(&workload)));
    }
    if (kind.name, size) == ("rare", 1_000) {
        let crowd = LazyCell::new(|| deciding::Case::of(&workload, visitors).with_crowd(&workload));
        deciding::bench(timer, "rare_1000_crowd", &crowd);
        deciding::bench_batch(timer, "rare_1000_crowd", &crowd);
    }
    compiling::bench(timer, &id, &LazyCell::new(|| workload.policy()));
}
