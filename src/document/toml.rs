//! TOML → [`Node`], with all syntax errors that the parser can tell apart, within the limits.

mod advice;
mod brackets;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::node::{Key, Kind, Node, too_deep};
use super::path::Path;
use super::source::{Aim, Problem, Text};
use crate::diagnostic::{DiagnosticCode as Code, Place};
use crate::limits::Limits;
use brackets::{too_deep_at, unclosed_from};

/// How many syntax errors are told: behind a few the rest follows from them.
const MOST_SYNTAX_ERRORS: usize = 20;

/// The document `text`, or all that is wrong with its syntax.
pub(crate) fn parse(text: &str, limits: &Limits) -> Result<Node, Vec<Problem>> {
    let limit = |span, message: String| {
        vec![Problem::new(Code::Limit, Path::default(), message).aimed(Aim::Span(span))]
    };
    if text.len() > limits.document_bytes {
        let (found, allowed) = (text.len(), limits.document_bytes);
        let message =
            format!("a document of {found} bytes, expected at most {allowed}, the limit `document_bytes`");
        return Err(limit(0..0, message));
    }
    if let Some(offset) = too_deep_at(text, limits.depth) {
        return Err(limit(offset..offset + 1, too_deep(limits)));
    }
    let (table, errors) = DeTable::parse_recoverable(text);
    if errors.is_empty() {
        let mut deep = None;
        let node = table_node(table.into_inner(), None, limits.depth, &mut deep);
        return match deep {
            Some(span) => Err(limit(span, too_deep(limits))),
            None => Ok(node),
        };
    }
    let errors = worth_telling(text, errors);
    let mut problems: Vec<Problem> = Vec::new();
    let unclosed = unclosed_from(text);
    for error in errors.iter().take(MOST_SYNTAX_ERRORS) {
        let span = error.span().unwrap_or(0..0);
        // What the parser takes for a string behind another error often is none.
        let after = text.get(span.start..).unwrap_or_default();
        let around = advice::Around::of(text, span.start);
        if !problems.is_empty() && around.is_guess(error.message(), after) {
            continue;
        }
        problems.push(
            match unclosed.filter(|from| span.start > *from && is_below(text, *from, span.start)) {
                Some(from) => advice::not_closed(text, from, span.start),
                None => advice::problem(text, error.message(), span, &around),
            },
        );
    }
    if let (Some(first), true) = (problems.first_mut(), text.trim_start().starts_with('{')) {
        first.help = Some("this looks like JSON, which `Policy::from_json` reads".to_owned());
    }
    if let (Some(last), Some(more @ 1..)) =
        (problems.last_mut(), errors.len().checked_sub(MOST_SYNTAX_ERRORS))
    {
        last.help = Some(format!("and {more} more errors of syntax behind it"));
    }
    Err(problems)
}

impl Text<'_> {
    /// Finds [places](Self::place_of) in the text that a policy was read from, however long it is. A text that is not TOML has
    /// none.
    pub(crate) fn places(toml: &str) -> Option<impl Fn(Path) -> Option<Place>> {
        let root = parse(toml, &Limits { document_bytes: toml.len(), ..Limits::default() }).ok()?;
        Some(move |path| Text { text: Some(toml), root: Some(&root) }.place_of(path))
    }
}

/// The errors that do not follow from another before them: the first of a line, and where brackets stay open, none behind
/// the first within them. What stands below a header that is there twice is there twice too.
fn worth_telling(text: &str, errors: Vec<toml::de::Error>) -> Vec<toml::de::Error> {
    let mut errors = errors;
    // A string that is not closed is why whatever else stands at its end.
    let strings = advice::open_strings(text);
    errors.sort_by_key(|error| {
        let start = error.span().map_or(0, |span| span.start);
        (start, !(advice::is_of_string(error.message()) && strings.binary_search(&start).is_ok()))
    });
    let unclosed = unclosed_from(text);
    let mut told: Vec<toml::de::Error> = Vec::new();
    // One pass over the text: a line may be as long as the document, and wrong in every byte.
    let (mut from, mut told_of, mut is_header, mut twice) = (0, None, None, false);
    let mut begin = 0;
    for error in errors {
        let start = error.span().map_or(0, |span| span.start);
        if let Some(at) = text.get(from..start).and_then(|between| between.rfind('\n')) {
            (begin, is_header) = (from + at + 1, None);
        }
        from = start;
        let is_header = *is_header.get_or_insert_with(|| {
            text.get(begin..).is_some_and(|line| line.trim_start_matches([' ', '\t']).starts_with('['))
        });
        let duplicate = error.message() == advice::DUPLICATE;
        twice = if is_header || !duplicate { duplicate && is_header } else { twice };
        if told_of == Some(begin) || (twice && !is_header) {
            continue;
        }
        told_of = Some(begin);
        told.push(error);
        if unclosed.is_some_and(|from| start >= from) {
            break;
        }
    }
    told
}

/// Whether `start` is on a later line than `from`.
fn is_below(text: &str, from: usize, start: usize) -> bool {
    text.get(from..start).is_some_and(|between| between.contains('\n'))
}

fn node(value: Spanned<DeValue<'_>>, depth: usize, deep: &mut Option<std::ops::Range<usize>>) -> Node {
    let span = value.span();
    let kind = match value.into_inner() {
        DeValue::String(text) => Kind::Text(text.into()),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(value) => Kind::Int(value),
            Err(_) => Kind::BigInt(number.to_string().into()),
        },
        DeValue::Float(number) => Kind::Float(number.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(value) => Kind::Bool(value),
        DeValue::Datetime(time) => Kind::Time(time.to_string().into()),
        DeValue::Table(table) => return table_node(table, Some(span), depth, deep),
        DeValue::Array(_) if depth == 0 => {
            *deep = Some(span.clone());
            Kind::Null
        }
        DeValue::Array(list) => {
            Kind::List(list.into_iter().map(|value| node(value, depth - 1, deep)).collect())
        }
    };
    Node { kind, span: Some(span) }
}

fn table_node(
    table: DeTable<'_>,
    span: Option<std::ops::Range<usize>>,
    depth: usize,
    deep: &mut Option<std::ops::Range<usize>>,
) -> Node {
    if depth == 0 {
        *deep = span.clone();
        return Node { kind: Kind::Null, span };
    }
    let entries = table.into_iter().map(|(key, value)| {
        let span = key.span();
        (Key { text: key.into_inner().into(), span: Some(span) }, node(value, depth - 1, deep))
    });
    let mut entries: Vec<(Key, Node)> = entries.collect();
    // By name, whatever order the host's features give to `toml`: places are looked up by it.
    entries.sort_by(|(a, _), (b, _)| a.text.cmp(&b.text));
    Node { kind: Kind::Table(entries), span }
}
