//! What the parser of TOML says, in the words of this crate, and what to do about it.

mod around;
mod number;
mod value;

use std::ops::Range;

use toml_parser::lexer::TokenKind;

use super::super::name::cut;
use super::super::path::Path;
use super::super::source::{Aim, Problem};
use crate::diagnostic::{DiagnosticCode as Code, Place};

pub(super) use around::{Around, open_strings};

/// What the parser says of a key that is there already.
pub(super) const DUPLICATE: &str = "duplicate key";

const QUOTES: &str = "a string ends right before this: if it has quotes in it, put it between the others, as `'plan == \"contract\"'`; \
     else a quote is missing in it";
const COMMENT: &str = "a comment begins with `#`";

/// The problem behind an error of the parser.
pub(super) fn problem(text: &str, said: &str, span: Range<usize>, around: &Around) -> Problem {
    let at = Stumble::of(text, span, around);
    match said {
        _ if let Some(problem) = value::with_commas(&at) => problem,
        DUPLICATE => duplicate(&at),
        _ if around.lacks_value(at.after) => {
            at.tell_of(at.span.start..at.span.start, "the value is missing", None)
        }
        _ if said.starts_with("string values must be quoted") => value::without_quotes(&at),
        _ if said.starts_with("invalid boolean") => value::no_boolean(&at),
        _ if said.contains("leading zero") => value::with_zeros(&at),
        _ if said.starts_with("invalid float") => value::no_number(&at),
        _ if said.starts_with("invalid unquoted key")
            && let Some(problem) = key(&at) =>
        {
            problem
        }
        _ if is_of_string(said) => open_string(&at, if said.contains("literal") { "'" } else { "\"" }),
        _ if said.starts_with("missing escaped value") => escape(&at),
        _ if said.starts_with("unexpected key or value") => behind(&at),
        _ if said.starts_with("invalid inline table element")
            && at.after.starts_with(']')
            && let Some((TokenKind::LeftCurlyBracket, open)) = around.within =>
        {
            not_closed(text, open, at.span.start)
        }
        _ if said.starts_with("missing comma between") => {
            let close = if said.contains("array") { ']' } else { '}' };
            let help = match at.is_behind_quotes() {
                true => QUOTES.to_owned(),
                false => format!("close what is open with `{close}`, or put a `,` before this"),
            };
            at.tell(format!("found `{}`, expected `,` or `{close}`", cut(word(at.after))), help)
        }
        _ if said.starts_with("missing key for inline table") => at.tell(
            format!("found `{}`, expected a key or `}}`", cut(word(at.after))),
            "close the table before it with `}`".to_owned(),
        ),
        _ => at.tell(said.trim_end_matches(", expected nothing"), None),
    }
}

/// Something behind a bracket that nothing closes: on its line, or first on another.
pub(super) fn not_closed(text: &str, from: usize, start: usize) -> Problem {
    let begin = text.get(..start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let begin = if begin > from { begin } else { start };
    let line = text.get(begin..).unwrap_or_default();
    let begin = begin + line.len() - line.trim_start().len();
    let line = text.get(begin..).unwrap_or_default().lines().next().unwrap_or_default();
    let found = if line.starts_with('[') { line.trim_end() } else { word(line) };
    let (open, close) =
        if text.get(from..).is_some_and(|open| open.starts_with('[')) { ('[', ']') } else { ('{', '}') };
    let Place { line, column, .. } = Place::of(text, from..from);
    Problem::new(Code::Syntax, Path::default(), format!("found `{}`, expected `{close}`", cut(found)))
        .aimed(Aim::Span(begin..begin + found.len()))
        .with_help(format!("close the `{open}` of line {line}, column {column}"))
}

/// Where the parser stumbled.
struct Stumble<'a> {
    text: &'a str,
    span: Range<usize>,
    /// Where its line begins.
    begin: usize,
    /// Its line, before it and from it on.
    line: &'a str,
    before: &'a str,
    after: &'a str,
    around: &'a Around,
}

impl<'a> Stumble<'a> {
    fn of(text: &'a str, span: Range<usize>, around: &'a Around) -> Self {
        let begin = text.get(..span.start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
        let before = text.get(begin..span.start).unwrap_or_default();
        let to_its_end =
            |from: usize| text.get(from..).and_then(|text| text.lines().next()).unwrap_or_default();
        let (line, after) = (to_its_end(begin), to_its_end(span.start));
        Self { text, span, begin, line, before, after, around }
    }

    /// A problem of what it stumbled over.
    fn tell(&self, message: impl Into<String>, help: impl Into<Option<String>>) -> Problem {
        self.tell_of(self.span.clone(), message, help)
    }

    /// A problem of what stands elsewhere.
    fn tell_of(
        &self,
        span: Range<usize>,
        message: impl Into<String>,
        help: impl Into<Option<String>>,
    ) -> Problem {
        Problem::new(Code::Syntax, Path::default(), message).aimed(Aim::Span(span)).with_help(help)
    }

    /// Whether a string ends right before it.
    fn is_behind_quotes(&self) -> bool {
        self.before.ends_with(['"', '\''])
    }
}

/// A key that is there already.
fn duplicate(at: &Stumble<'_>) -> Problem {
    let name = at.text.get(at.span.clone()).unwrap_or_default();
    let help = match at.before.trim() {
        "[[" => Some(format!(
            "only a list is written so; here it is `[{name}.NAME]`, each with a name of its own"
        )),
        header if header.starts_with('[') && at.after.contains(']') => {
            Some("put these lines below the first of the two".to_owned())
        }
        _ => None,
    };
    let message = format!("`{}` stands here twice", cut(name));
    Problem { code: Code::Duplicate, ..at.tell(message, help) }
}

/// A string that is not closed, of one line if it does not begin with three quotes.
fn open_string(at: &Stumble<'_>, quote: &str) -> Problem {
    let several = quote.repeat(3);
    let start = at.around.string.unwrap_or(at.span.start);
    let begun = at.text.get(start..at.text.len()).unwrap_or_default();
    let (span, quote, help) = if begun.starts_with(&several) {
        (start..start + several.len(), &*several, format!("end it with `{several}`"))
    } else {
        let help =
            format!("end it with `{quote}`; one of several lines stands between `{several}` and `{several}`");
        let end = at.around.string.map_or(0, |_| at.after.trim_end().len());
        (start..at.span.start + end, quote, help)
    };
    at.tell_of(span, format!("a string that is not closed, expected `{quote}`"), help)
}

/// What stands behind a `\` in a string.
fn escape(at: &Stumble<'_>) -> Problem {
    let escape = at.after.chars().next().map(String::from).unwrap_or_default();
    if ["\"", "\\", "b", "e", "f", "n", "r", "t", "x", "u", "U"].contains(&&*escape) {
        // The quote that would end it is escaped.
        return open_string(at, "\"");
    }
    let help = "write `\\\\` for a backslash, or put the string between `'`".to_owned();
    at.tell(format!("found `\\{escape}`, which stands for nothing"), help)
}

/// What is no key, where it is plain what is meant.
fn key(at: &Stumble<'_>) -> Option<Problem> {
    let first = at.after.chars().next()?;
    if at.before.trim().is_empty() && is_comment(at.after) {
        return Some(at.tell(format!("found `{}`, expected a key", cut(word(at.after))), COMMENT.to_owned()));
    }
    if first.is_alphabetic() {
        let message = format!("found `{first}` in a key, expected `a` to `z`, `0` to `9` and `_`");
        return Some(at.tell(message, "write the name in the letters from `a` to `z`".to_owned()));
    }
    (first == ':')
        .then(|| at.tell("found `:`, expected `=`", "write `=` between a key and its value".to_owned()))
}

/// What stands behind a value.
fn behind(at: &Stumble<'_>) -> Problem {
    let help = if is_comment(at.after) {
        Some(COMMENT)
    } else if let Some(behind) = at.after.strip_prefix(',') {
        let behind = behind.trim_start();
        (behind.is_empty() || behind.starts_with('#'))
            .then_some("take it out: no `,` stands at the end of a line")
    } else {
        at.is_behind_quotes().then_some(QUOTES)
    };
    let message = format!("found `{}` behind the value, expected the end of the line", cut(word(at.after)));
    at.tell(message, help.map(str::to_owned))
}

/// Whether it says that a string is not closed, or guesses so of something that begins none.
pub(super) fn is_of_string(said: &str) -> bool {
    let said = said.strip_prefix("invalid ").map(|said| said.strip_prefix("multi-line ").unwrap_or(said));
    said.is_some_and(|said| said.starts_with("basic string") || said.starts_with("literal string"))
}

/// Whether it begins as a comment does elsewhere.
fn is_comment(text: &str) -> bool {
    [";", "//", "/*"].iter().any(|start| text.starts_with(start))
}

/// The word that `text` begins with.
fn word(text: &str) -> &str {
    let ends = |c: char| c.is_whitespace() || matches!(c, ',' | '=' | '}' | ']');
    match text.char_indices().skip(1).find(|&(_, c)| ends(c)) {
        Some((end, _)) => text.get(..end).unwrap_or(text),
        None => text,
    }
}
