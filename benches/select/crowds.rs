//! `segments_batch` and `segments_columns`: which segments hold, for many at once, who come as profiles or as columns of facts.

use std::cell::LazyCell;
use std::hint::black_box;
use std::time::{Duration, Instant};

use maitre::{
    Column, Columns, CustomerProfile, ExperienceSelector, Fact, Instructions, SegmentBatch, SegmentSet, Visit,
};

use crate::deciding::HAS_ALL_INSTRUCTIONS;
use crate::expected;
use crate::matching;
use crate::timer::Timer;
use crate::workload::Workload;
use crate::workload::schema::Value;
use crate::workload::visitor::{Guest, Visitor, now};

/// Two blocks.
const CROWD: usize = 1_024;

/// Facts of many, as a warehouse keeps them.
enum Facts {
    Bools(Vec<bool>),
    Ints(Vec<i64>),
    Floats(Vec<f64>),
    Coded(Vec<u32>, Vec<Box<str>>),
}

/// A policy that has the segments alone, and a crowd in both forms.
pub struct Case {
    selector: ExperienceSelector,
    guests: Vec<Guest>,
    facts: Vec<(Box<str>, Facts)>,
    profile: CustomerProfile,
    visit: Visit,
}

impl Case {
    pub fn of(workload: &Workload, of: &matching::Case) -> Self {
        let visitors = workload.visitors(CROWD, 0);
        let guest = |visitor: &Visitor| visitor.facts(&workload.schema).expect("facts that exist");
        let facts = workload.schema.iter().enumerate().map(|(place, attribute)| {
            let values = || visitors.iter().filter_map(|visitor| visitor.values[place].as_ref());
            (attribute.name.clone(), columns(values))
        });
        let made = Self {
            selector: of.selector.clone(),
            guests: visitors.iter().map(guest).collect(),
            facts: facts.collect(),
            profile: CustomerProfile::new(),
            visit: Visit::new(now().expect("a time")),
        };
        made.check();
        made
    }

    fn columns<R>(&self, selector: &ExperienceSelector, then: impl FnOnce(&Columns<'_>) -> R) -> R {
        let texts: Vec<Vec<&str>> = self
            .facts
            .iter()
            .map(|(_, facts)| match facts {
                Facts::Coded(_, texts) => texts.iter().map(|text| &**text).collect(),
                _ => Vec::new(),
            })
            .collect();
        let mut columns = Columns::new(selector, &self.profile, &self.visit);
        for ((name, facts), texts) in self.facts.iter().zip(&texts) {
            let column = match facts {
                Facts::Bools(values) => Column::bools(values),
                Facts::Ints(values) => Column::ints(values),
                Facts::Floats(values) => Column::floats(values),
                Facts::Coded(codes, _) => Column::coded(codes, texts),
            };
            columns = columns.with(name, Fact::declared(column)).expect("a column of the policy");
        }
        then(&columns)
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

fn columns<'a, V: Iterator<Item = &'a Value>>(values: impl Fn() -> V) -> Facts {
    let first = values().next().expect("a visitor");
    match first {
        Value::Bool(_) => Facts::Bools(
            values().map(|value| if let Value::Bool(value) = value { *value } else { false }).collect(),
        ),
        Value::Int(_) => Facts::Ints(
            values().map(|value| if let Value::Int(value) = value { *value } else { 0 }).collect(),
        ),
        Value::Float(_) => Facts::Floats(
            values().map(|value| if let Value::Float(value) = value { *value } else { 0.0 }).collect(),
        ),
        Value::Text(_) => {
            let text = |value: &Value| if let Value::Text(text) = value { text.clone() } else { "".into() };
            let mut texts: Vec<Box<str>> = values().map(text).collect();
            texts.sort_unstable();
            texts.dedup();
            let code = |value| texts.binary_search(&text(value)).map_or(u32::MAX, |place| place as u32);
            let codes = values().map(code).collect();
            Facts::Coded(codes, texts)
        }
    }
}

/// The time of so many visitors, when all were asked about several times.
fn of(visitors: u64, mut pass: impl FnMut()) -> Duration {
    let passes = visitors.div_ceil(CROWD as u64);
    let begin = Instant::now();
    (0..passes).for_each(|_| pass());
    begin.elapsed().mul_f64(visitors as f64 / (passes * CROWD as u64) as f64)
}

pub fn bench<F: FnOnce() -> Case>(timer: &mut Timer, id: &str, case: &LazyCell<Case, F>) {
    let mut time = |engine: &str, instructions: Option<Instructions>| {
        timer.time(["segments_batch", id, engine], false, case, |bencher, case| {
            let selector = expected::with(&case.selector, instructions);
            let mut found = SegmentBatch::of(&selector);
            bencher.iter_custom(|count| {
                of(count, || {
                    selector.segments_batch(&case.guests, &mut found);
                    black_box(&found);
                })
            });
        });
        timer.time(["segments_columns", id, engine], false, case, |bencher, case| {
            let selector = expected::with(&case.selector, instructions);
            let mut found = SegmentBatch::of(&selector);
            case.columns(&selector, |columns| {
                bencher.iter_custom(|count| {
                    of(count, || {
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
