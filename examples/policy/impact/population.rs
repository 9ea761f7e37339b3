//! A population: one visitor a line, read in blocks by several threads. What comes out does not hang on their number: sums are
//! sums, examples are told by the number of their line, and lists are sorted.

use std::io::Read;
use std::sync::{Mutex, PoisonError};

use maitre::{ExperienceSelector, Impact};

use super::super::input::Visitor;

/// How much is read at once, in bytes.
const BLOCK: usize = 1 << 20;
/// So many lines are named of each kind that somebody must know of.
const NAMED: usize = 5;

/// What there was to read.
#[derive(Debug, Default, PartialEq, serde::Serialize)]
pub struct Population {
    /// Lines that cannot be read.
    pub bad: u64,
    /// The first of them, with what is wrong.
    pub first_bad: Vec<(u64, String)>,
    /// Visitors with facts that make no sense.
    pub senseless: u64,
    /// The first of them, with what makes no sense.
    pub first_senseless: Vec<(u64, String)>,
    /// The policies' own attributes that no visitor has.
    pub never_seen: Vec<String>,
}

/// Lines in blocks.
struct Blocks<R> {
    from: R,
    /// What was read of the line that a block ended in.
    rest: Vec<u8>,
    /// The number of the line that comes next.
    line: u64,
    ended: bool,
}

impl<R: Read> Blocks<R> {
    /// Whole lines and the number of the first of them; `None` at the end.
    fn next(&mut self) -> std::io::Result<Option<(u64, Vec<u8>)>> {
        if self.ended {
            return Ok(None);
        }
        let mut block = std::mem::take(&mut self.rest);
        loop {
            let read = self.from.by_ref().take(BLOCK as u64).read_to_end(&mut block)?;
            if read < BLOCK {
                self.ended = true;
                break;
            }
            // A line may be longer than a block.
            if let Some(end) = block.iter().rposition(|byte| *byte == b'\n') {
                self.rest = block.split_off(end + 1);
                break;
            }
        }
        let first = self.line;
        self.line += block.iter().filter(|byte| **byte == b'\n').count() as u64;
        Ok(Some((first, block)))
    }
}

/// Counts every visitor of `from` in `impact`, on so many threads.
pub fn compare(
    from: impl Read + Send,
    impact: Impact,
    selectors: [&ExperienceSelector; 2],
    threads: usize,
    progress: &(dyn Fn(u64) + Sync),
) -> std::io::Result<(Impact, Population)> {
    let blocks = Mutex::new(Blocks { from, rest: Vec::new(), line: 1, ended: false });
    let own = own_attributes(selectors);
    let work = || -> std::io::Result<(Impact, Population)> {
        let mut impact = impact.fork();
        let mut population = Population { never_seen: own.clone(), ..Population::default() };
        loop {
            let next = blocks.lock().unwrap_or_else(PoisonError::into_inner).next()?;
            let Some((first, block)) = next else { return Ok((impact, population)) };
            for (number, line) in (first..).zip(block.split(|byte| *byte == b'\n')) {
                population.add(number, line, &mut impact);
            }
            progress(block.len() as u64);
        }
    };
    let counted: Vec<_> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads.max(1)).map(|_| scope.spawn(work)).collect();
        workers.into_iter().map(std::thread::ScopedJoinHandle::join).collect()
    });
    let (mut all, mut population) = (impact, Population { never_seen: own, ..Population::default() });
    for counted in counted {
        let (impact, part) = counted.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        all.merge(impact).map_err(std::io::Error::other)?;
        population.merge(part);
    }
    Ok((all, population))
}

impl Population {
    fn add(&mut self, number: u64, line: &[u8], impact: &mut Impact) {
        let line = if number == 1 { line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line) } else { line };
        let line = line.trim_ascii();
        if line.is_empty() {
            return;
        }
        let visitor = match Visitor::of_json(line) {
            Ok(visitor) => visitor,
            Err(problem) => {
                self.bad += 1;
                keep(&mut self.first_bad, number, || problem);
                return;
            }
        };
        let (profile, visit) = (&visitor.profile, &visitor.visit);
        let senseless = || profile.unreadable().chain(visit.unreadable()).map(|(name, _)| name);
        if senseless().next().is_some() {
            self.senseless += 1;
            // Without what was found there: it may be sensitive.
            let named = || senseless().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            keep(&mut self.first_senseless, number, named);
        }
        self.never_seen.retain(|name| profile.fact(name).is_none() && visit.fact(name).is_none());
        impact.add(number, profile, visit);
    }

    fn merge(&mut self, other: Self) {
        self.bad += other.bad;
        self.senseless += other.senseless;
        let pairs =
            [(&mut self.first_bad, other.first_bad), (&mut self.first_senseless, other.first_senseless)];
        for (kept, others) in pairs {
            kept.extend(others);
            kept.sort_unstable();
            kept.truncate(NAMED);
        }
        self.never_seen.retain(|name| other.never_seen.contains(name));
    }
}

/// Keeps one of the first; one thread meets its lines in their order.
fn keep(first: &mut Vec<(u64, String)>, number: u64, what: impl FnOnce() -> String) {
    if first.len() < NAMED {
        first.push((number, what()));
    }
}

/// The attributes that the policies themselves declare.
fn own_attributes(selectors: [&ExperienceSelector; 2]) -> Vec<String> {
    let of = |selector: &ExperienceSelector| {
        let names = selector.policy().document().attributes.keys().filter(|name| !name.contains('.'));
        names.cloned().collect::<Vec<_>>()
    };
    let mut names = selectors.map(of).concat();
    names.sort_unstable();
    names.dedup();
    names
}
