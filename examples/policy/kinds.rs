//! What is to be said of many lines, kind by kind: a slip that somebody made a thousand times is told once.

use std::collections::BTreeMap;

use super::report::count;

/// So many lines of each kind are named.
const NAMED: usize = 5;
/// So many kinds are told apart, and so many are printed.
const MOST: usize = 1_000;
const PRINTED: usize = 12;
/// Whatever is of a kind beyond these.
const OTHERS: &str = "something else";

/// Kinds of things to be said, each with its lines.
#[derive(Debug, Default, PartialEq)]
pub struct Kinds {
    /// How many lines there is something to be said of.
    pub lines: u64,
    by_what: BTreeMap<String, Kind>,
}

#[derive(Debug, Default, PartialEq, serde::Serialize)]
struct Kind {
    /// What is said of the first of them.
    what: String,
    lines: u64,
    /// The first of them, with the column if it is known.
    first: Vec<Spot>,
}

/// A line, and a column of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Spot {
    pub line: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
}

impl std::fmt::Display for Spot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.column {
            Some(column) => write!(f, "{}:{column}", self.line),
            None => write!(f, "{}", self.line),
        }
    }
}

impl Kinds {
    /// Adds a line of which `what` is to be said; of the first of its kind, in the words that `example` finds for it.
    pub fn add(&mut self, spot: Spot, what: &str, example: impl FnOnce() -> Option<String>) {
        self.lines += 1;
        self.also(spot, what, example);
    }

    /// The same of a line that was added for something else.
    pub fn also(&mut self, spot: Spot, what: &str, example: impl FnOnce() -> Option<String>) {
        let what = if self.by_what.len() < MOST || self.by_what.contains_key(what) { what } else { OTHERS };
        if !self.by_what.contains_key(what) {
            let example = example().unwrap_or_else(|| what.to_owned());
            self.by_what.insert(what.to_owned(), Kind { what: example, ..Kind::default() });
        }
        let Some(kind) = self.by_what.get_mut(what) else { return };
        kind.lines += 1;
        if kind.first.len() < NAMED {
            kind.first.push(spot);
        }
    }

    /// Takes in what others have seen of the same lines' kind. Up to a thousand kinds, the sum does not hang on who saw what.
    pub fn merge(&mut self, other: Self) {
        self.lines += other.lines;
        for (what, theirs) in other.by_what {
            let kind = self.by_what.entry(what).or_default();
            if kind.first.first().is_none_or(|first| theirs.first.first().is_some_and(|other| other < first))
            {
                kind.what = theirs.what;
            }
            kind.lines += theirs.lines;
            kind.first.extend(theirs.first);
            kind.first.sort_unstable();
            kind.first.truncate(NAMED);
        }
    }

    /// One line for each kind, the most frequent first.
    pub fn told(&self) -> String {
        let mut kinds: Vec<_> = self.by_what.values().collect();
        kinds.sort_by_key(|kind| std::cmp::Reverse(kind.lines));
        let mut text = String::new();
        for Kind { what, lines: all, first } in kinds.iter().take(PRINTED) {
            let more = if *all > first.len() as u64 { ", \u{2026}" } else { "" };
            let first: Vec<String> = first.iter().map(ToString::to_string).collect();
            let lines = if *all == 1 { "line" } else { "lines" };
            text.push_str(&format!("\n  {what} ({lines} {}{more})", first.join(", ")));
        }
        match kinds.len().saturating_sub(PRINTED) {
            0 => {}
            further => text.push_str(&format!("\n  and {} more", count(further, "kind"))),
        }
        text
    }
}

impl serde::Serialize for Kinds {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        #[derive(serde::Serialize)]
        struct All<'a> {
            lines: u64,
            kinds: Vec<&'a Kind>,
        }
        All { lines: self.lines, kinds: self.by_what.values().collect() }.serialize(to)
    }
}
