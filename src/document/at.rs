//! A cursor over a [`Node`] that knows its path: what every reader of the document is written with. Whatever is not as
//! it must be becomes a problem and reads as `None`, so that reading goes on and finds the rest.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use super::fields::{Fields, elsewhere};
use super::name::{bad_name, cut, snake_case_of, write_it};
use super::node::{Kind, Node};
use super::path::{Path, Step};
use super::source::{Aim, Problem, Problems};
use crate::diagnostic::{DiagnosticCode as Code, did_you_mean, known_here};
use crate::limits::Limits;
use crate::value::a;

/// The numbers of a policy (design section 6).
pub(super) const POINTS: RangeInclusive<i64> = -10_000..=10_000;

/// A value and the way to it.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    pub(super) node: &'a Node,
    parent: Option<&'a At<'a>>,
    step: Option<StepTo<'a>>,
    pub(super) shared: &'a Shared,
}

#[derive(Clone, Copy)]
pub(super) enum StepTo<'a> {
    Key(&'a str),
    Index(usize),
}

/// What all cursors of one reading share.
pub(super) struct Shared {
    pub(super) problems: Problems,
    pub(super) limits: Limits,
    /// Whether it is a whole policy, and not what stands beside one.
    pub(super) is_policy: bool,
    /// Where a journey stands beside its visit and not in it.
    pub(super) journeys: RefCell<BTreeSet<Path>>,
}

impl Shared {
    pub(super) fn of_policy(limits: &Limits) -> Self {
        Self {
            problems: Problems::new(limits),
            limits: *limits,
            is_policy: true,
            journeys: RefCell::default(),
        }
    }
    pub(super) fn beside_policy(limits: &Limits) -> Self {
        Self { is_policy: false, ..Self::of_policy(limits) }
    }
}

impl<'a> At<'a> {
    pub(super) fn root(node: &'a Node, shared: &'a Shared) -> Self {
        Self { node, parent: None, step: None, shared }
    }
    pub(super) fn child(&'a self, step: StepTo<'a>, node: &'a Node) -> Self {
        At { node, parent: Some(self), step: Some(step), shared: self.shared }
    }
    pub(super) fn entry(&'a self, index: usize, node: &'a Node) -> Self {
        self.child(StepTo::Index(index), node)
    }
    pub(super) fn field(&'a self, key: &'a str, node: &'a Node) -> Self {
        self.child(StepTo::Key(key), node)
    }
    /// The same place with something else there.
    pub(super) fn instead(&self, node: &'a Node) -> Self {
        At { node, ..*self }
    }
    pub(super) fn path(&self) -> Path {
        let mut steps = Vec::new();
        let mut at = Some(self);
        while let Some(here) = at {
            steps.extend(here.step.map(|step| match step {
                StepTo::Key(key) => Step::Key(key.into()),
                StepTo::Index(index) => Step::Index(index),
            }));
            at = here.parent;
        }
        steps.reverse();
        Path(steps)
    }
    pub(super) fn problem(&self, code: Code, message: impl Into<String>) -> Problem {
        Problem::new(code, self.path(), message)
    }
    pub(super) fn report(&self, code: Code, message: impl Into<String>) {
        self.shared.problems.add(self.problem(code, message));
    }
    pub(super) fn add(&self, problem: Problem) {
        self.shared.problems.add(problem);
    }
    /// `found a list, expected a string`
    pub(super) fn wrong<T>(&self, expected: &str) -> Option<T> {
        self.report(Code::WrongType, format!("found {}, expected {expected}", self.node.describe()));
        None
    }

    /// The same with advice.
    pub(super) fn wrong_but<T>(&self, expected: &str, help: Option<String>) -> Option<T> {
        let message = format!("found {}, expected {expected}", self.node.describe());
        self.add(self.problem(Code::WrongType, message).with_help(help));
        None
    }

    pub(super) fn flag(&self) -> Option<bool> {
        match self.node.kind {
            Kind::Bool(value) => Some(value),
            _ => {
                let help = match &self.node.kind {
                    Kind::Text(text) => match text.to_ascii_lowercase().as_str() {
                        "true" | "yes" | "on" => Some("write `true`, without quotes"),
                        "false" | "no" | "off" => Some("write `false`, without quotes"),
                        _ => None,
                    },
                    Kind::Int(0) => Some("write `false`"),
                    Kind::Int(1) => Some("write `true`"),
                    _ => None,
                };
                self.wrong_but("`true` or `false`", help.map(str::to_owned))
            }
        }
    }
    pub(super) fn int(&self, range: RangeInclusive<i64>) -> Option<i64> {
        let found = match &self.node.kind {
            Kind::Int(value) if range.contains(value) => return Some(*value),
            Kind::Int(value) => value.to_string(),
            Kind::BigInt(value) => value.chars().take(40).collect(),
            Kind::Text(text) => {
                let number = text.trim().parse::<i64>().ok();
                return self.wrong_but("an int", number.map(|n| format!("leave the quotes out: `{n}`")));
            }
            _ => return self.wrong("an int"),
        };
        let (from, to) = (grouped(*range.start()), grouped(*range.end()));
        self.report(Code::OutOfRange, format!("`{found}` is out of range, expected {from} to {to}"));
        None
    }
    pub(super) fn count(&self, most: u32) -> Option<u32> {
        self.int(0..=most.into()).and_then(|value| u32::try_from(value).ok())
    }
    /// A text of the author's own words.
    pub(super) fn text(&self) -> Option<&'a str> {
        self.text_of(self.shared.limits.text_bytes, "text_bytes")
    }
    pub(super) fn text_of(&self, most: usize, limit: &str) -> Option<&'a str> {
        match &self.node.kind {
            Kind::Text(text) if text.len() <= most => Some(text),
            Kind::Text(text) => {
                let found = text.len();
                self.report(
                    Code::Limit,
                    format!("a string of {found} bytes, expected at most {most}, the limit `{limit}`"),
                );
                None
            }
            Kind::List(entries) if matches!(entries.as_slice(), [Node { kind: Kind::Text(_), .. }]) => {
                self.wrong_but("a string", Some("leave the brackets out".to_owned()))
            }
            _ => self.wrong("a string"),
        }
    }
    pub(super) fn owned(&self) -> Option<String> {
        self.text().map(str::to_owned)
    }
    /// What people are to read: a text that says something.
    pub(super) fn words(&self, what: &str) -> Option<String> {
        let text = self.text()?;
        if text.trim().is_empty() {
            self.report(Code::MissingField, format!("an empty string, expected {what}"));
            return None;
        }
        if let Some(odd) = text.chars().find(|&letter| is_unseen(letter)) {
            let message = format!(
                "found the character U+{:04X}, which is not seen and changes what is",
                u32::from(odd)
            );
            let problem = self.problem(Code::WrongType, message);
            self.add(problem.with_help("take it out, or write the text anew".to_owned()));
            return None;
        }
        Some(text.to_owned())
    }
    /// A condition. One that says nothing is reported here, so that an empty one stands for one that was.
    pub(super) fn condition(&self) -> Option<String> {
        let text = match &self.node.kind {
            Kind::Text(_) => self.text_of(self.shared.limits.condition_bytes, "condition_bytes")?,
            _ => {
                let help = self.step.and_then(|step| match step {
                    StepTo::Key(key) => elsewhere(key),
                    StepTo::Index(_) => None,
                });
                return self.wrong_but("a condition in quotes", help);
            }
        };
        if text.trim().is_empty() {
            let problem = self.problem(Code::Syntax, "an empty condition");
            self.add(problem.with_help("write `true` for one that always holds".to_owned()));
            return None;
        }
        Some(text.to_owned())
    }
    /// One of the words of an enumeration.
    pub(super) fn word<T>(
        &self,
        what: &str,
        names: &[&str],
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let Kind::Text(text) = &self.node.kind else {
            let help = known_here(names.iter().copied());
            return self.wrong_but(&format!("the name of {}", a(what)), help);
        };
        let value = parse(text);
        if value.is_none() {
            let problem = self.problem(Code::UnknownValue, format!("unknown {what} `{}`", cut(text)));
            self.add(problem.with_help(did_you_mean(text, names.iter().copied())));
        }
        value
    }
    /// A name of the author's own.
    pub(super) fn name(&self) -> Option<String> {
        let text = self.text()?;
        match bad_name(text) {
            None => Some(text.to_owned()),
            Some(message) => {
                let meant = snake_case_of(text);
                self.add(self.problem(Code::BadName, message).with_help(write_it(meant.as_deref())));
                // Taken for what it was meant to be, so that nobody calls it unknown as well.
                meant
            }
        }
    }
    /// Each entry of a list.
    pub(super) fn list<T>(
        &self,
        limit: (&str, usize),
        mut read: impl FnMut(&At<'_>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let Kind::List(entries) = &self.node.kind else {
            let help = match &self.node.kind {
                Kind::Text(text) => Some(format!("put it in brackets: `[\"{}\"]`", cut(text))),
                Kind::Table(_) => {
                    let path = self.path();
                    let is_header = path.0.iter().all(|step| matches!(step, Step::Key(_)));
                    is_header.then(|| format!("each entry begins with `[[{path}]]`, in two brackets"))
                }
                _ => None,
            };
            return self.wrong_but("a list", help);
        };
        if !self.within(entries.len(), limit) {
            return None;
        }
        Some(
            entries
                .iter()
                .enumerate()
                .filter_map(|(n, node)| read(&self.child(StepTo::Index(n), node)))
                .collect(),
        )
    }
    /// Each entry of a list in which nothing may stand twice.
    pub(super) fn set<T: Ord>(
        &self,
        limit: (&str, usize),
        mut read: impl FnMut(&At<'_>) -> Option<T>,
    ) -> Option<BTreeSet<T>> {
        let mut set = BTreeSet::new();
        self.list(limit, |at| {
            let value = read(at)?;
            if !set.insert(value) {
                let found = if let Kind::Text(text) = &at.node.kind { cut(text) } else { String::new() };
                at.report(Code::Duplicate, format!("`{found}` stands in this list twice"));
            }
            Some(())
        })?;
        Some(set)
    }
    fn within(&self, found: usize, (limit, most): (&str, usize)) -> bool {
        if found > most {
            self.report(
                Code::Limit,
                format!("{found} entries, expected at most {most}, the limit `{limit}`"),
            );
        }
        found <= most
    }
    fn entries(&self, expected: &str) -> Option<BTreeMap<&'a str, &'a Node>> {
        let Kind::Table(entries) = &self.node.kind else { return self.wrong(expected) };
        let mut table = BTreeMap::new();
        for (key, node) in entries {
            if table.insert(&*key.text, node).is_some() {
                let path = self.path().key(&key.text);
                self.add(Problem::new(
                    Code::Duplicate,
                    path,
                    format!("`{}` stands here twice", cut(&key.text)),
                ));
            }
        }
        Some(table)
    }
    /// Each entry of a table whose keys are names of the author's own.
    pub(super) fn named<T>(
        &self,
        limit: (&str, usize),
        mut read: impl FnMut(&str, &At<'_>) -> Option<T>,
    ) -> Option<BTreeMap<String, T>> {
        let entries = self.entries("a table")?;
        if !self.within(entries.len(), limit) {
            return None;
        }
        let read_one = |(key, node): (&str, &Node)| {
            let at = self.child(StepTo::Key(key), node);
            if let Some(message) = bad_name(key) {
                let help = write_it(snake_case_of(key).as_deref());
                at.add(at.problem(Code::BadName, message).aimed(Aim::Key).with_help(help));
            }
            Some((key.to_owned(), read(key, &at)?))
        };
        Some(entries.into_iter().filter_map(read_one).collect())
    }
    /// The fields of a table whose keys are the format's.
    pub(super) fn fields(&'a self, expected: &str) -> Option<Fields<'a>> {
        Some(Fields::new(self, self.entries(expected)?))
    }
    /// The entry of a table, apart from [`At::fields`].
    pub(super) fn get(&'a self, key: &'a str) -> Option<Self> {
        let Kind::Table(entries) = &self.node.kind else { return None };
        entries.iter().find(|(found, _)| &*found.text == key).map(|(_, node)| self.field(key, node))
    }
    pub(super) fn is_table(&self) -> bool {
        matches!(self.node.kind, Kind::Table(_))
    }
}

fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = if number < 0 { "-".to_owned() } else { String::new() };
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Whether a character is not seen, but may turn round or hide what stands beside it: controls, and what sets the direction.
fn is_unseen(letter: char) -> bool {
    let breaks_lines = matches!(letter, '\n' | '\r' | '\t');
    let turns = matches!(letter, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    turns || letter.is_control() && !breaks_lines
}
