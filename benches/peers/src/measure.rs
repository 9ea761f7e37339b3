//! Times and allocations, one row for each engine.

use std::hint::black_box;
use std::time::{Duration, Instant};

use crate::bits::Bits;
use crate::check::check;
use crate::peer::Peer;
use crate::peers::maitre::{Followed, Profiles};
use crate::workload::{self, VISITORS, Workload};
use crate::{COUNTED_AT, Failure, for_each_peer, own};

/// What an engine costs, in nanoseconds for each visitor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Costs {
    /// The visitor is in the engine's own form already.
    pub matching: f64,
    /// The visitor is brought into it first.
    pub converting_too: Option<f64>,
}

/// What one engine costs, by size; none where it would take too long.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The engine.
    pub name: String,
    /// Its version, if it is a package.
    pub version: Option<String>,
    /// By size.
    pub costs: Vec<Option<Costs>>,
    /// What to expect of the next size, if it is ten times this one.
    last: Option<(Duration, Duration)>,
}

/// What was measured, by engine.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Measured {
    /// All engines, ours first.
    pub rows: Vec<Row>,
    /// Ours with each set of instructions that the processor has.
    pub by_instructions: Vec<Row>,
}

impl Measured {
    /// Each figure as the smallest of what all `rounds` have, who measured the same; nothing, where there are none.
    pub fn quickest(rounds: &[Self]) -> Self {
        let Some((first, _)) = rounds.split_first() else { return Self::default() };
        let of = |rows: fn(&Self) -> &Vec<Row>| {
            let all: Vec<&Vec<Row>> = rounds.iter().map(rows).collect();
            let row = |(number, row): (usize, &Row)| {
                let cost = |size: usize| {
                    let costs = all.iter().filter_map(|rows| rows.get(number)?.costs.get(size).copied()?);
                    costs.reduce(|one, other| Costs {
                        matching: one.matching.min(other.matching),
                        converting_too: one.converting_too.zip(other.converting_too).map(|(a, b)| a.min(b)),
                    })
                };
                Row { costs: (0..row.costs.len()).map(cost).collect(), ..row.clone() }
            };
            rows(first).iter().enumerate().map(row).collect()
        };
        Self { rows: of(|one| &one.rows), by_instructions: of(|one| &one.by_instructions) }
    }
}

/// One pass over visitors takes about this long, or a few visitors.
const PASS: Duration = Duration::from_millis(10);
/// There are so many passes, where that is quick,
const PASSES: usize = 100;
/// and otherwise so few.
const FEWEST_PASSES: usize = 9;
/// What is quick.
const QUICK: Duration = Duration::from_secs(1);
/// The fewest visitors in a pass.
const FEWEST: usize = 3;
/// Who would need more for one visitor is left out,
const LONGEST: Duration = Duration::from_millis(600);
/// and who would need more for loading.
const LONGEST_LOAD: Duration = Duration::from_secs(60);

/// All rows at `sizes`, answers checked first. Says on the way what it does.
///
/// # Errors
/// An engine refuses something or answers wrongly.
pub fn measure_all(sizes: &[usize], mut progress: impl FnMut(&str)) -> Result<Measured, Failure> {
    let Measured { mut rows, mut by_instructions } = Measured::default();
    for &size in sizes {
        let workload = workload::rare(size);
        progress(&format!("{size} segments, of which {:.1} % hold", workload.hit_percent()));
        // Ours comes first: all that follows rests on the interpreter finding what the document says.
        measure::<Profiles>(&workload, &mut rows, &mut progress)?;
        measure::<Followed>(&workload, &mut rows, &mut progress)?;
        own::decisions(&workload, &mut rows)?;
        own::crowds(&workload, &mut rows)?;
        own::by_instructions(&workload, &mut by_instructions)?;
        for_each_peer!(measure(&workload, &mut rows, &mut progress));
    }
    Ok(Measured { rows, by_instructions })
}

/// For how many visitors answers are checked: for all who are timed, while that is quick.
pub fn checked(size: usize) -> usize {
    (200_000 / size).clamp(10, VISITORS)
}

/// The row of that name, a new one if there is none.
pub fn row<'a>(rows: &'a mut Vec<Row>, name: &str, package: Option<&str>) -> &'a mut Row {
    let place = rows.iter().position(|row| row.name == name).unwrap_or_else(|| {
        let version = package.and_then(version);
        rows.push(Row { name: name.to_owned(), version, costs: Vec::new(), last: None });
        rows.len() - 1
    });
    &mut rows[place]
}

/// The version of a package, as the lock file has it.
fn version(package: &str) -> Option<String> {
    let lock = include_str!("../../../Cargo.lock");
    let entry =
        lock.split("[[package]]").find(|entry| entry.contains(&format!("\nname = \"{package}\"\n")))?;
    Some(entry.split("version = \"").nth(1)?.split('"').next()?.to_owned())
}

/// The time of an engine for one visitor, who is in its own form already.
pub fn matching<P: Peer>(peer: &mut P, workload: &Workload) -> Result<f64, Failure> {
    let visitors = workload.visitors(VISITORS, 0);
    let inputs = visitors.iter().map(|visitor| peer.convert(visitor)).collect::<Result<Vec<_>, _>>()?;
    let mut found = Bits::new(workload.segments.len());
    time(|turn| {
        found.clear();
        peer.matches(&inputs[turn % VISITORS], &mut found);
        black_box((&found, &*peer));
        Ok(())
    })
}

fn measure<P: Peer>(
    workload: &Workload,
    rows: &mut Vec<Row>,
    progress: &mut impl FnMut(&str),
) -> Result<(), Failure> {
    let row = row(rows, P::NAME, P::PACKAGE);
    if row.last.is_some_and(|(load, one)| load * 12 > LONGEST_LOAD || one * 10 > LONGEST) {
        row.costs.push(None);
        return Ok(());
    }
    let begin = Instant::now();
    let mut peer = P::load(workload)?;
    let load = begin.elapsed();

    let count = workload.segments.len();
    check(&mut peer, workload, &workload.visitors(checked(count), 0))?;
    check(&mut peer, workload, &workload.visitors(checked(count), 10))?;

    let matching = matching(&mut peer, workload)?;
    let visitors = workload.visitors(VISITORS, 0);
    let mut found = Bits::new(count);
    let converting_too = time(|turn| {
        found.clear();
        peer.convert_and_match(&visitors[turn % VISITORS], &mut found)?;
        black_box((&found, &peer));
        Ok(())
    })?;
    progress(&format!(
        "  {:<24} {matching:>14.0} ns {converting_too:>14.0} ns, loaded in {load:.1?}",
        P::NAME
    ));
    row.last = Some((load, Duration::from_nanos(matching as u64)));
    row.costs.push(Some(Costs { matching, converting_too: Some(converting_too) }));
    Ok(())
}

/// The nanoseconds that one call takes: the lower quartile of the passes. Who else is at work on a machine makes passes longer and
/// never shorter. Calls are numbered, so that each is for the next visitor.
pub fn time(mut call: impl FnMut(usize) -> Result<(), Failure>) -> Result<f64, Failure> {
    let mut turn = 0;
    let mut calls = |count: usize| -> Result<Duration, Failure> {
        let begin = Instant::now();
        for _ in 0..count {
            call(turn)?;
            turn += 1;
        }
        Ok(begin.elapsed())
    };
    // The first calls fill the caches and say how many make a pass.
    let mut count = 1;
    let count = loop {
        let taken = calls(count)?;
        if taken * 8 > PASS || count > 1 << 24 {
            break ((PASS.as_nanos() * count as u128 / taken.as_nanos().max(1)) as usize).max(FEWEST);
        }
        count *= 2;
    };
    let begin = Instant::now();
    let mut passes: Vec<f64> = Vec::with_capacity(PASSES);
    while passes.len() < FEWEST_PASSES || passes.len() < PASSES && begin.elapsed() < QUICK {
        passes.push(calls(count)?.as_nanos() as f64 / count as f64);
    }
    passes.sort_by(f64::total_cmp);
    Ok(passes[passes.len() / 4])
}

/// The allocations of each engine for one visitor at [`COUNTED_AT`] segments, as `count` counts what a closure allocates.
///
/// # Errors
/// An engine refuses something.
pub fn allocations(count: impl Fn(&mut dyn FnMut()) -> u64) -> Result<Vec<(&'static str, f64)>, Failure> {
    let mut counted = Vec::new();
    let workload = workload::rare(COUNTED_AT);
    count_allocations::<Profiles>(&workload, &count, &mut counted)?;
    count_allocations::<Followed>(&workload, &count, &mut counted)?;
    for_each_peer!(count_allocations(&workload, &count, &mut counted));
    Ok(counted)
}

fn count_allocations<P: Peer>(
    workload: &Workload,
    count: &impl Fn(&mut dyn FnMut()) -> u64,
    counted: &mut Vec<(&'static str, f64)>,
) -> Result<(), Failure> {
    let mut peer = P::load(workload)?;
    let visitors = workload.visitors(VISITORS, 0);
    let inputs = visitors.iter().map(|visitor| peer.convert(visitor)).collect::<Result<Vec<_>, _>>()?;
    let mut found = Bits::new(workload.segments.len());
    let mut once = || {
        for input in &inputs {
            found.clear();
            peer.matches(input, &mut found);
        }
    };
    // What is kept from run to run is there after the first.
    once();
    counted.push((P::NAME, count(&mut once) as f64 / VISITORS as f64));
    Ok(())
}
