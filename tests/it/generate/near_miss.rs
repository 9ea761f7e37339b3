//! Near misses: documents that differ from one that loads by a single thing that a law forbids; and, for most, the
//! neighbour that the law allows.

mod dead_ends;
mod needs;
mod others;

use super::policy;
use super::random::Random;
use crate::oracle::document::*;
use crate::oracle::read::condition;

pub struct NearMiss {
    pub what: String,
    pub document: Document,
    /// The code of the diagnostic that refuses it.
    pub code: &'static str,
    pub neighbour: Option<Document>,
}

type Change<'a> = &'a dyn Fn(&mut Document);

fn rule(document: &mut Document, when: &str, effects: Effects) {
    document.rules.insert("near".to_owned(), Rule { when: condition(when), effects });
}
fn segment(document: &mut Document, when: &str) {
    document.segments.insert("near".to_owned(), Segment { when: condition(when), include_unknown: false });
}
/// The near misses around one generated document.
pub fn around(n: u64) -> Vec<NearMiss> {
    let mut random = Random::new(n);
    let base = policy::policy(&mut random);
    let mut all = Vec::new();
    needs::needs(&base, &mut all, &mut random);
    dead_ends::dead_ends(&base, &mut all, &mut random);
    others::others(&base, &mut all, &mut random);
    all
}

fn add(
    base: &Document,
    all: &mut Vec<NearMiss>,
    what: &str,
    code: &'static str,
    bad: Change<'_>,
    good: Option<Change<'_>>,
) {
    let changed = |change: Change<'_>| {
        let mut document = base.clone();
        change(&mut document);
        document
    };
    all.push(NearMiss { what: what.to_owned(), document: changed(bad), code, neighbour: good.map(changed) });
}
