//! The workloads of the benches: policies of any number of segments, and visitors for them, the same on every machine.
//! Benches and the peers package include this module by its path; none of it is part of the library.
#![expect(clippy::indexing_slicing, reason = "positions come from the lists that they are used in")]

pub mod condition;
pub mod crowd;
mod document;
mod generate;
pub mod random;
pub mod schema;
pub mod slots;
mod special;
pub mod visitor;

use std::error::Error;

use condition::{Condition, Segment};
use generate::{Generator, HitRate, Reading};
use random::Random;
use schema::Attribute;
use visitor::{Guest, Visitor};

/// Segments over a schema, and whatever else is made from them.
#[derive(Debug, Clone)]
pub struct Workload {
    /// As bench ids name it.
    pub name: &'static str,
    pub schema: Vec<Attribute>,
    pub segments: Vec<Segment>,
}

/// A kind of workload.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// As bench ids name it.
    pub name: &'static str,
    /// Makes one of so many segments.
    pub make: fn(usize) -> Workload,
    /// The numbers of segments at which it is timed.
    pub sizes: &'static [usize],
    /// How many visitors are asked about at once, of so many segments.
    pub crowd: fn(usize) -> usize,
}

const ALL_SIZES: &[usize] = &[10, 100, 1_000, 10_000, 100_000];
/// Ten times as much would be more text than a document may have.
const UP_TO_TEN_THOUSAND: &[usize] = &[10, 100, 1_000, 10_000];
/// For kinds that are as `rare` but for one thing.
const TWO: &[usize] = &[1_000, 10_000];
/// Two of the blocks that the library takes at once.
pub const CROWD: usize = 1_024;

const fn crowd(_: usize) -> usize {
    CROWD
}

/// Where a visitor takes a millisecond, a crowd is less than a block.
const fn slow_crowd(size: usize) -> usize {
    if size < 1_000 { CROWD } else { 64 }
}

/// Every number is drawn from here.
const SEED: u64 = 20_261_123;

/// The crowd that benches rotate over.
pub const VISITORS: usize = 1_000;

impl Workload {
    /// Every kind, the normal one first.
    pub const ALL: [Kind; 8] = [
        Kind { name: "rare", make: rare, sizes: ALL_SIZES, crowd },
        Kind { name: "never", make: never, sizes: TWO, crowd },
        Kind { name: "common", make: common, sizes: TWO, crowd },
        Kind { name: "always", make: always, sizes: TWO, crowd },
        Kind { name: "skewed", make: skewed, sizes: TWO, crowd },
        Kind { name: "wide", make: wide, sizes: ALL_SIZES, crowd },
        Kind { name: "strings", make: strings, sizes: UP_TO_TEN_THOUSAND, crowd },
        Kind { name: "adversarial", make: adversarial, sizes: UP_TO_TEN_THOUSAND, crowd: slow_crowd },
    ];

    /// A whole policy over the segments: 12 channels, limits on six attributes, two experiments; 10 rules at 10 segments,
    /// 40 at 100, 300 from 1,000 on.
    pub fn policy(&self) -> String {
        document::whole(&self.schema, &self.segments, &mut Random::new(SEED + 1))
    }
    /// The names and conditions of its rules.
    pub fn rules(&self) -> Vec<(String, Condition)> {
        let rules = document::rules(&self.schema, &self.segments, &mut Random::new(SEED + 1));
        rules.into_iter().enumerate().map(|(n, when)| (document::rule_name(n), when)).collect()
    }
    /// A policy with the segments alone, and nothing that hides a fact.
    pub fn segments_only(&self) -> String {
        document::of_segments(&self.schema, &self.segments)
    }
    /// `count` visitors of whom each fact is left out with `missing` percent.
    pub fn visitors(&self, count: usize, missing: usize) -> Vec<Visitor> {
        visitor::visitors(&self.schema, count, SEED + 2, missing)
    }
    /// The same as they come to a host that keeps a whole policy.
    ///
    /// # Errors
    /// The schema has a name that is no fact's.
    pub fn guests(&self, count: usize, missing: usize) -> Result<Vec<Guest>, Box<dyn Error>> {
        self.visitors(count, missing).iter().map(|visitor| visitor.guest(&self.schema)).collect()
    }
    /// The share of segments that hold for a visitor of whom everything is known, in percent.
    pub fn hit_percent(&self) -> f64 {
        let visitors = self.visitors(100, 0);
        let held: usize = visitors
            .iter()
            .map(|visitor| {
                let values = condition::values(&self.segments, &visitor.values);
                values.into_iter().filter(|&value| value == Some(true)).count()
            })
            .sum();
        held as f64 / (visitors.len() * self.segments.len()) as f64 * 100.0
    }

    fn made(
        name: &'static str,
        count: usize,
        schema: Vec<Attribute>,
        hit_rate: HitRate,
        reading: Reading,
    ) -> Self {
        let mut random = Random::new(SEED);
        let segments = Generator::new(&schema, hit_rate, reading, &mut random).segments(count);
        Self { name, schema, segments }
    }
}

/// A telecom company's segments over 24 attributes, each for one or two visitors in a hundred: what marketing, service and
/// risk write between them. Stresses everything a little; the peers are measured on it.
pub fn rare(count: usize) -> Workload {
    Workload::made("rare", count, schema::normal(), HitRate::Rare, Reading::Evenly)
}

/// The same segments with one part each that nobody meets: last year's campaigns, products not yet sold. Shows what is
/// saved where nothing holds.
pub fn never(count: usize) -> Workload {
    Workload::made("never", count, schema::normal(), HitRate::Never, Reading::Evenly)
}

/// Segments that hold for about half of the visitors: coarse divisions of everybody. Stresses whatever is done for each
/// segment that holds, and evaluators that hope to stop early.
pub fn common(count: usize) -> Workload {
    Workload::made("common", count, schema::normal(), HitRate::Common, Reading::Evenly)
}

/// Segments that hold for everybody of whom the facts are known: checks that something is on record. The most that there
/// can be to do for what holds.
pub fn always(count: usize) -> Workload {
    Workload::made("always", count, schema::normal(), HitRate::Always, Reading::Evenly)
}

/// As `rare`, but some attributes are read far more often than others, as in the policies that people write. Shows what
/// laying segments out by the attributes that they read is worth.
pub fn skewed(count: usize) -> Workload {
    Workload::made("skewed", count, schema::normal(), HitRate::Rare, Reading::Skewed)
}

/// As `rare` over 100 attributes: a bank's data warehouse behind the profile. Stresses the finding of facts, of which
/// there are four times as many.
pub fn wide(count: usize) -> Workload {
    Workload::made("wide", count, schema::wide(), HitRate::Rare, Reading::Evenly)
}

/// Segments over what comes as text: referrers, campaigns, searches, models, plans. Stresses string comparison, lists of
/// up to two hundred, beginnings, parts and regular expressions. Ten thousand segments are 12 MB of text, near the limit.
pub fn strings(count: usize) -> Workload {
    let schema = schema::strings();
    let segments = special::strings(&schema, count, &mut Random::new(SEED));
    Workload { name: "strings", schema, segments }
}

/// What a clever enemy of the design would write: 800 attributes, no two literals alike, alternatives of conjunctions of
/// alternatives, segments that use segments forty deep. Stresses memory, sharing, and the order of evaluation. Sixty
/// thousand segments are as much text as may be by default.
pub fn adversarial(count: usize) -> Workload {
    let schema = schema::adversarial();
    let segments = special::adversarial(&schema, count, &mut Random::new(SEED));
    Workload { name: "adversarial", schema, segments }
}
