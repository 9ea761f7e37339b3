//! A population: one visitor a line, read in blocks by several threads. What comes out does not hang on their number: sums are
//! sums, examples are told by the number of their line, and lists are sorted.

use std::io::Read;
use std::str::Utf8Error;
use std::sync::{Mutex, PoisonError};

use maitre::{ExperienceSelector, Impact, Policy, Visitor};
use memchr::{memchr_iter, memrchr};

use super::super::visitors::Notes;

/// How much is read at once, in bytes.
const BLOCK: usize = 1 << 18;
/// What there was to read.
#[derive(Debug, Default, PartialEq, serde::Serialize)]
pub struct Population {
    #[serde(flatten)]
    pub notes: Notes,
    /// The policies' own attributes that something reads and no visitor has.
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
    /// Reads whole lines into `block` and gives the number of the first of them; `None` at the end.
    fn next(&mut self, block: &mut Vec<u8>) -> std::io::Result<Option<u64>> {
        if self.ended {
            return Ok(None);
        }
        block.clear();
        block.append(&mut self.rest);
        loop {
            let read = self.from.by_ref().take(BLOCK as u64).read_to_end(block)?;
            if read < BLOCK {
                self.ended = true;
                break;
            }
            // A line may be longer than a block.
            if let Some(end) = memrchr(b'\n', block) {
                self.rest.extend(block.drain(end + 1..));
                break;
            }
        }
        let first = self.line;
        self.line += memchr_iter(b'\n', block).count() as u64;
        Ok(Some(first))
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
    let policies = selectors.map(ExperienceSelector::policy);
    let own = read_own(policies);
    let work = || -> std::io::Result<(Impact, Population)> {
        let mut impact = impact.fork();
        let mut population = Population { never_seen: own.clone(), ..Population::default() };
        let mut block = Vec::new();
        loop {
            let next = blocks.lock().unwrap_or_else(PoisonError::into_inner).next(&mut block)?;
            let Some(first) = next else { return Ok((impact, population)) };
            for (number, line) in (first..).zip(lines(&block)) {
                population.add(number, line, &policies, &mut impact);
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

/// The lines of a block. It is looked at once: the lines of a text are texts.
fn lines(block: &[u8]) -> impl Iterator<Item = Result<&str, Utf8Error>> {
    let (texts, bytes) = match std::str::from_utf8(block) {
        Ok(text) => (Some(text.split('\n').map(Ok)), None),
        Err(_) => (None, Some(block.split(|byte| *byte == b'\n').map(std::str::from_utf8))),
    };
    texts.into_iter().flatten().chain(bytes.into_iter().flatten())
}

impl Population {
    fn add(&mut self, number: u64, line: Result<&str, Utf8Error>, policies: &[&Policy], impact: &mut Impact) {
        let Some(Visitor { profile, visit, .. }) = self.notes.read(number, line, policies) else { return };
        self.never_seen.retain(|name| profile.fact(name).is_none() && visit.fact(name).is_none());
        impact.add(number, &profile, &visit);
    }

    fn merge(&mut self, other: Self) {
        self.notes.merge(other.notes);
        self.never_seen.retain(|name| other.never_seen.contains(name));
    }

    /// What a reader must know of the lines, a sentence or two each.
    pub fn told(&self) -> Vec<String> {
        let mut notes = self.notes.told();
        if !self.never_seen.is_empty() {
            let names: Vec<String> = self.never_seen.iter().map(|name| format!("`{name}`")).collect();
            notes.push(format!(
                "No visitor has {}: for everyone, what the policies make of {} hangs on what is not known.",
                names.join(", "),
                if names.len() == 1 { "it" } else { "these" }
            ));
        }
        notes
    }
}

/// The policies' own attributes that something reads.
fn read_own([old, new]: [&Policy; 2]) -> Vec<String> {
    let of = |policy: &Policy| {
        let names =
            policy.reads().into_iter().filter(|name| policy.document().attributes.contains_key(*name));
        names.map(str::to_owned).collect::<Vec<_>>()
    };
    let mut names = [of(old), of(new)].concat();
    names.sort_unstable();
    names.dedup();
    names
}
