#![allow(missing_docs, dead_code, clippy::all, clippy::indexing_slicing, clippy::unwrap_used)]
#[path = "../quickstart/crowd.rs"]
mod crowd;
use maitre::*;
use std::hint::black_box;
use std::time::Instant;
fn main() {
    let examples = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let crowd = crowd::load(&examples.join("data")).unwrap();
    let text = std::fs::read_to_string(examples.join("policies/harbour_mobile.toml")).unwrap();
    let policy = Policy::from_toml(&text).unwrap();
    let selector = ExperienceSelector::compile(&policy).unwrap();
    println!(
        "profile {} visit {} decision {} fact {} value {}",
        size_of::<CustomerProfile>(),
        size_of::<Visit>(),
        size_of::<Decision>(),
        size_of::<Fact<Value>>(),
        size_of::<Value>()
    );
    let only: Option<usize> = std::env::args().nth(1).and_then(|a| a.parse().ok());
    for n in only.map_or(vec![10usize, 100, 1000, 10000], |n| vec![n]) {
        let part = &crowd[..n];
        let mut best = f64::MAX;
        for _ in 0..(if only.is_some() { 1 } else { 9 }) {
            let s = Instant::now();
            for _ in 0..(20_000 / n) {
                for g in part {
                    black_box(selector.select(black_box(&g.profile), black_box(&g.visit)));
                }
            }
            best = best.min(s.elapsed().as_secs_f64() / (20_000 / n * n) as f64);
        }
        println!("{n:>6} visitors: {:.0} ns", best * 1e9);
    }
}
