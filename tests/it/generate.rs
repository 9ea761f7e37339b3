//! Generated policies and visitors: schema first, then a document over it, then visitors near its own literals.
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test that cannot go on has failed")]

pub mod condition;
pub mod large;
pub mod near_miss;
pub mod needs;
pub mod people;
pub mod policy;
pub mod print;
pub mod random;
pub mod schema;
pub mod smaller;

use crate::oracle::document::Document;
use crate::oracle::visitor::Visitor;
use random::Random;

/// The numbers of what a test generates: so many, or as many times more as `TIMES` in the environment says.
pub fn numbers(usual: u64) -> std::ops::Range<u64> {
    let times = std::env::var("TIMES").map_or(1, |times| times.parse().expect("TIMES is a whole number"));
    0..usual * times
}

/// The `n`-th policy: always the same one.
pub fn policy(n: u64) -> Document {
    policy::policy(&mut Random::new(n))
}

/// `count` visitors of the `n`-th policy: always the same ones.
pub fn visitors(document: &Document, n: u64, count: usize) -> Vec<Visitor> {
    let mut random = Random::new(n ^ 0x5eed_0f9e_091e);
    let literals = people::Literals::of(document);
    (0..count).map(|_| people::visitor(document, &literals, &mut random)).collect()
}
