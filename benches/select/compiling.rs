//! `load` and `compile`: from a document to a policy, and from that to a selector.

use std::cell::LazyCell;

use maitre::{ExperienceSelector, Policy};

use crate::timer::Timer;

pub fn bench<F: FnOnce() -> String>(timer: &mut Timer, id: &str, text: &LazyCell<String, F>) {
    timer.time(["load", id, "maitre"], true, text, |bencher, text| {
        bencher.iter(|| Policy::from_toml(text).expect("a policy that loads"));
    });
    let policy = LazyCell::new(|| Policy::from_toml(text).expect("a policy that loads"));
    timer.time(["compile", id, "maitre"], true, &policy, |bencher, policy| {
        bencher.iter(|| ExperienceSelector::compile(policy).expect("a policy that compiles"));
    });
}
