//! Problems while a document is read and checked, and how they get their places: each names a path and what it aims at
//! there; the places are found at the end, in one pass, from the tree and the text.

use std::cell::RefCell;
use std::ops::Range;

use super::node::{Key, Kind, Node};
use super::path::{Path, Step};
use crate::diagnostic::{Diagnostic, DiagnosticCode as Code, Place, Severity, one_line};
use crate::limits::Limits;

/// What of a path a problem is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Aim {
    /// The value; where that is a table, its key.
    Value,
    /// The key.
    Key,
    /// Bytes of the text that the value is.
    Inside(Range<usize>),
    /// The entry of the list there that is this text.
    Entry(Box<str>),
    /// Nothing in the document.
    Nowhere,
    /// Bytes of the whole document.
    Span(Range<usize>),
}

/// A [`Diagnostic`] before its place is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) code: Code,
    pub(crate) severity: Severity,
    pub(crate) path: Path,
    pub(crate) aim: Aim,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
}

impl Problem {
    pub(crate) fn new(code: Code, path: Path, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { code, severity: Severity::Error, path, aim: Aim::Value, message, help: None }
    }
    #[must_use]
    pub(crate) fn aimed(mut self, aim: Aim) -> Self {
        self.aim = aim;
        self
    }
    #[must_use]
    pub(crate) fn with_help(mut self, help: impl Into<Option<String>>) -> Self {
        self.help = help.into();
        self
    }
    #[must_use]
    pub(crate) fn warning(mut self) -> Self {
        self.severity = Severity::Warning;
        self
    }
}

/// Collects problems, up to a number: documents are untrusted, and may hold a mistake in every few bytes.
#[derive(Debug)]
pub(crate) struct Problems {
    errors: RefCell<Vec<Problem>>,
    warnings: RefCell<Vec<Problem>>,
    most: usize,
}

impl Problems {
    /// Keeps some more than are told, since those told are the first by place.
    pub(crate) fn new(limits: &Limits) -> Self {
        let most = limits.problems.saturating_mul(4).max(1);
        Self { errors: RefCell::default(), warnings: RefCell::default(), most }
    }
    pub(crate) fn add(&self, problem: Problem) {
        let kept = if problem.severity == Severity::Error { &self.errors } else { &self.warnings };
        if kept.borrow().len() < self.most {
            kept.borrow_mut().push(problem);
        }
    }
    pub(crate) fn extend(&self, problems: impl IntoIterator<Item = Problem>) {
        problems.into_iter().for_each(|problem| self.add(problem));
    }
    /// Whether an error is about a part of what stands at a path.
    pub(crate) fn has_within(&self, path: &Path) -> bool {
        self.errors
            .borrow()
            .iter()
            .any(|problem| problem.path != *path && problem.path.0.starts_with(&path.0))
    }
    pub(crate) fn has_at(&self, path: &Path) -> bool {
        self.errors.borrow().iter().any(|problem| problem.path == *path)
    }
    /// No more errors are kept: what costs much to find out need not be found out.
    pub(crate) fn is_full(&self) -> bool {
        self.errors.borrow().len() >= self.most
    }
    pub(crate) fn into_inner(self) -> Vec<Problem> {
        let mut all = self.errors.into_inner();
        all.extend(self.warnings.into_inner());
        all
    }
}

/// The text and the tree that problems are about.
#[derive(Clone, Copy)]
pub(crate) struct Text<'a> {
    pub(crate) text: Option<&'a str>,
    pub(crate) root: Option<&'a Node>,
}

impl Text<'_> {
    /// The diagnostics, ordered by place, then path; those beyond the limit are counted in a last one.
    pub(crate) fn place(self, problems: Vec<Problem>, limits: &Limits) -> Vec<Diagnostic> {
        let mut found: Vec<(Option<Range<usize>>, Problem)> =
            problems.into_iter().map(|problem| (self.span(&problem), problem)).collect();
        // Without a place last; errors of one place keep the order in which they were found.
        let start = |span: &Option<Range<usize>>| span.as_ref().map_or(usize::MAX, |span| span.start);
        found.sort_by(|(a, one), (b, other)| start(a).cmp(&start(b)).then_with(|| one.path.cmp(&other.path)));
        found.dedup();
        let more = found.len().saturating_sub(limits.problems);
        // An error must not be cut off behind warnings: whether a policy is refused is read from the list.
        if more > 0 {
            found.sort_by_key(|(_, problem)| std::cmp::Reverse(problem.severity));
            found.truncate(limits.problems);
            found.sort_by_key(|(span, _)| start(span));
        }
        let mut lines = Lines { text: self.text.unwrap_or_default(), offset: 0, line: 1, column: 1 };
        let mut diagnostics: Vec<Diagnostic> = found
            .into_iter()
            .map(|(span, problem)| Diagnostic {
                code: problem.code,
                severity: problem.severity,
                path: problem.path.to_string(),
                place: span.filter(|_| self.text.is_some()).map(|span| lines.place(&span)),
                message: one_line(problem.message),
                help: problem.help.map(one_line),
            })
            .collect();
        if more > 0 {
            // Not counted: behind so many, not all of them have been looked for.
            let message = format!("more than {} problems, the limit `problems`", limits.problems);
            diagnostics.push(Diagnostic::error(Code::Limit, "", message));
        }
        diagnostics
    }

    /// The place of the key to which a path leads, or of what it leads to where that has none.
    pub(crate) fn place_of(self, path: Path) -> Option<Place> {
        let problem = Problem::new(Code::NoEffect, path, "").aimed(Aim::Key);
        self.span(&problem).map(|span| Place::of(self.text.unwrap_or_default(), span))
    }

    /// The bytes that `problem` is about: of the deepest part of its path that the document has.
    fn span(self, problem: &Problem) -> Option<Range<usize>> {
        if let Aim::Span(span) = &problem.aim {
            return Some(span.clone());
        }
        if problem.aim == Aim::Nowhere {
            return None;
        }
        self.text?;
        let (mut node, mut key, mut complete): (&Node, Option<&Key>, bool) = (self.root?, None, true);
        for step in &problem.path.0 {
            let next = match (step, &node.kind) {
                // Sorted by `toml`, the only source of places.
                (Step::Key(name), Kind::Table(entries)) => {
                    let found = entries.binary_search_by(|(key, _)| key.text.cmp(name));
                    found.ok().and_then(|n| entries.get(n)).map(|(key, node)| (Some(key), node))
                }
                (Step::Index(index), Kind::List(entries)) => entries.get(*index).map(|node| (None, node)),
                _ => None,
            };
            let Some((next_key, next_node)) = next else {
                complete = false;
                break;
            };
            (key, node) = (next_key, next_node);
        }
        let key_span = key.and_then(|key| key.span.clone());
        let value_span = match &node.kind {
            // A table may be long, and its header is where it is known by.
            Kind::Table(_) => key_span.clone().or(node.span.clone()),
            _ => node.span.clone(),
        };
        let span = match (&problem.aim, &node.kind) {
            (Aim::Key, _) if complete => key_span.or(value_span),
            (Aim::Inside(inner), Kind::Text(value)) => {
                value_span.map(|span| inside(self.text.unwrap_or_default(), span, value, inner))
            }
            (Aim::Entry(name), Kind::List(entries)) => {
                let entry =
                    entries.iter().find(|entry| matches!(&entry.kind, Kind::Text(text) if text == name));
                entry.and_then(|entry| entry.span.clone()).or(value_span)
            }
            _ => value_span,
        };
        // The root has no place of its own: what is missing there is missing at the beginning.
        span.or_else(|| self.text.map(|_| 0..0))
    }
}

/// Finds places in ascending order without counting a line twice.
struct Lines<'a> {
    text: &'a str,
    offset: usize,
    line: usize,
    column: usize,
}

impl Lines<'_> {
    fn place(&mut self, span: &Range<usize>) -> Place {
        let mut start = span.start.min(self.text.len());
        while !self.text.is_char_boundary(start) {
            start -= 1;
        }
        for char in self.text.get(self.offset..start).unwrap_or_default().chars() {
            (self.line, self.column) =
                if char == '\n' { (self.line + 1, 1) } else { (self.line, self.column + 1) };
        }
        self.offset = self.offset.max(start);
        Place { start, end: span.end.clamp(start, self.text.len()), line: self.line, column: self.column }
    }
}

/// The bytes of `text` that spell the bytes `inner` of `value`, which is written at `span`, with its quotes. The whole
/// of it where that cannot be said.
fn inside(text: &str, span: Range<usize>, value: &str, inner: &Range<usize>) -> Range<usize> {
    let raw = text.get(span.clone()).unwrap_or_default();
    let (quote, escapes) = match raw.as_bytes() {
        [b'\'', b'\'', b'\'', ..] => (3, false),
        [b'"', b'"', b'"', ..] => (3, true),
        [b'\'', ..] => (1, false),
        [b'"', ..] => (1, true),
        _ => return span,
    };
    let Some(mut body) = raw.get(quote..raw.len().saturating_sub(quote)) else { return span };
    let mut at = quote;
    if quote == 3 {
        // A line break right behind the opening quotes is not part of the text.
        let skipped = if body.starts_with("\r\n") { 2 } else { usize::from(body.starts_with('\n')) };
        (body, at) = (body.get(skipped..).unwrap_or_default(), at + skipped);
    }
    if !escapes && body == value {
        return span.start + at + inner.start..span.start + at + inner.end;
    }
    let (mut decoded, mut start, mut end) = (0, None, None);
    while let Some(first) = body.chars().next() {
        let (written, spelt) =
            if escapes && first == '\\' { escape(body) } else { (first.len_utf8(), first.len_utf8()) };
        // A line break behind `\` spells nothing: what is asked for begins behind it.
        if start.is_none() && decoded >= inner.start && spelt > 0 {
            start = Some(at);
        }
        if end.is_none() && decoded >= inner.end {
            end = Some(at);
        }
        (at, decoded) = (at + written, decoded + spelt);
        body = body.get(written..).unwrap_or_default();
    }
    if decoded != value.len() {
        return span;
    }
    let start = start.unwrap_or(at);
    span.start + start..span.start + end.unwrap_or(at).max(start)
}

/// How many bytes the escape at the start of `body` takes, and how many bytes it spells.
fn escape(body: &str) -> (usize, usize) {
    let digits = |count: usize| {
        let code = body.get(2..2 + count).and_then(|digits| u32::from_str_radix(digits, 16).ok());
        (2 + count, code.and_then(char::from_u32).map_or(1, char::len_utf8))
    };
    match body.as_bytes().get(1) {
        Some(b'x') => digits(2),
        Some(b'u') => digits(4),
        Some(b'U') => digits(8),
        Some(b' ' | b'\t' | b'\r' | b'\n') => {
            // A line that ends in `\` goes on at the next sign that is not blank.
            let rest = body.get(1..).unwrap_or_default();
            (1 + rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len(), 0)
        }
        _ => (2.min(body.len()), 1),
    }
}
