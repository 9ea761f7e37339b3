//! What the parser of TOML says, in the words of this crate, and what to do about it.

use std::ops::Range;

use super::super::name::cut;
use super::super::path::Path;
use super::super::source::{Aim, Problem};
use crate::diagnostic::{DiagnosticCode as Code, Place};
use toml_parser::lexer::TokenKind;

/// What the parser says of a key that is there already.
pub(super) const DUPLICATE: &str = "duplicate key";

/// The problem behind an error of the parser.
pub(super) fn problem(text: &str, said: &str, span: Range<usize>, around: &Around) -> Problem {
    let begin = text.get(..span.start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let before = text.get(begin..span.start).unwrap_or_default();
    let after = text.get(span.start..).unwrap_or_default().lines().next().unwrap_or_default();
    let line = text.get(begin..).unwrap_or_default().lines().next().unwrap_or_default();
    // Only right before what the parser stumbled over.
    let comma = comma_number(line).filter(|(start, number)| {
        let end = begin + start + number.len();
        span.start >= begin + start
            && text
                .get(end..span.start.max(end))
                .is_some_and(|between| between.trim_matches([' ', '}']).is_empty())
    });
    if let Some((start, number)) = comma {
        let message = format!("found `{}`, expected a number", cut(number));
        let help = without_commas(number).map(|(meant, how)| format!("{how}: `{}`", cut(&meant)));
        let span = begin + start..begin + start + number.len();
        return Problem::new(Code::Syntax, Path::default(), message).aimed(Aim::Span(span)).with_help(help);
    }
    let mut span = span;
    let (message, help) = match said {
        DUPLICATE => return duplicate(text, (before, after), span),
        _ if around.lacks_value(after) => {
            span = span.start..span.start;
            ("the value is missing".to_owned(), None)
        }
        _ if said.starts_with("string values must be quoted")
            && let Some((start, next)) = behind_value(after) =>
        {
            if let Some((end, meant)) = parted_number(after).filter(|_| around.is_behind_equals) {
                let whole = after.get(..end).unwrap_or_default();
                span = span.start..span.start + end;
                (
                    format!("found `{}`, expected a number", cut(whole)),
                    Some(format!("write `{}`", cut(&meant))),
                )
            } else if ["-", "+"].contains(&word(after)) {
                (format!("the number behind `{}` is missing", word(after)), None)
            } else {
                span = span.start + start..span.start + start + next.len();
                if around.depth > 0 {
                    (
                        format!("found `{}`, expected `,` before it", cut(next)),
                        Some("put a `,` before this".to_owned()),
                    )
                } else {
                    let message =
                        format!("found `{}` behind the value, expected the end of the line", cut(next));
                    (message, is_comment(next).then(|| COMMENT.to_owned()))
                }
            }
        }
        _ if said.starts_with("string values must be quoted") => unquoted(after),
        _ if said.contains("leading zero") || said.starts_with("invalid float") => {
            let start = before.rfind([' ', '\t', '=', ',', '[', '{']).map_or(0, |at| at + 1);
            let value = word(line.get(start..).unwrap_or_default());
            span = begin + start..begin + start + value.len();
            if is_date(value) {
                (format!("`{}` is no time", cut(value)), Some(TIME.to_owned()))
            } else if said.contains("leading zero") {
                let meant = without_zeros(value);
                let help = is_number(&meant).then(|| format!("write `{}`", cut(&meant)));
                (format!("`{}` begins with a zero", cut(value)), help)
            } else {
                (format!("`{}` is no number", cut(value)), None)
            }
        }
        _ if said.starts_with("invalid unquoted key") && before.trim().is_empty() && is_comment(after) => {
            (format!("found `{}`, expected a key", cut(word(after))), Some(COMMENT.to_owned()))
        }
        _ if said.starts_with("invalid unquoted key") && after.starts_with(|c: char| c.is_alphabetic()) => {
            let letter = after.chars().next().unwrap_or_default();
            let message = format!("found `{letter}` in a key, expected `a` to `z`, `0` to `9` and `_`");
            (message, Some("write the name in the letters from `a` to `z`".to_owned()))
        }
        _ if is_of_string(said) => {
            let quote = if said.starts_with("invalid basic") { '"' } else { '\'' };
            let help = format!(
                "end it with `{quote}`; one of several lines stands between `{quote}{quote}{quote}` and \
                 `{quote}{quote}{quote}`"
            );
            (format!("a string that is not closed, expected `{quote}`"), Some(help))
        }
        _ if said.starts_with("unexpected key or value") => (
            format!("found `{}` behind the value, expected the end of the line", cut(word(after))),
            match before.ends_with(['"', '\'']) {
                _ if is_comment(after) => Some(COMMENT.to_owned()),
                _ if let Some(behind) = after.strip_prefix(',') => {
                    let is_last = behind.trim().is_empty() || behind.trim_start().starts_with('#');
                    is_last.then(|| "take it out: no `,` stands at the end of a line".to_owned())
                }
                true => Some(QUOTES.to_owned()),
                false => None,
            },
        ),
        _ if said.starts_with("missing comma between") => {
            let close = if said.contains("array") { ']' } else { '}' };
            let help = match before.ends_with(['"', '\'']) {
                true => QUOTES.to_owned(),
                false => format!("close what is open with `{close}`, or put a `,` before this"),
            };
            (format!("found `{}`, expected `,` or `{close}`", cut(word(after))), Some(help))
        }
        _ if said.starts_with("missing key for inline table") => (
            format!("found `{}`, expected a key or `}}`", cut(word(after))),
            Some("close the table before it with `}`".to_owned()),
        ),
        _ if said.starts_with("invalid unquoted key") && after.starts_with(':') => {
            ("found `:`, expected `=`".to_owned(), Some("write `=` between a key and its value".to_owned()))
        }
        _ => (said.trim_end_matches(", expected nothing").to_owned(), None),
    };
    Problem::new(Code::Syntax, Path::default(), message).aimed(Aim::Span(span)).with_help(help)
}

/// Something below a bracket that nothing closes.
pub(super) fn not_closed(text: &str, from: usize, start: usize) -> Problem {
    let begin = text.get(..start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
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

const QUOTES: &str = "a string that has quotes in it stands between the others: `'plan == \"contract\"'`";

const TIME: &str = "write a time as `2026-11-23T10:00:00-03:00`";
const COMMENT: &str = "a comment begins with `#`";

/// In what a place of a text stands, by the tokens before it.
#[derive(Default)]
pub(super) struct Around {
    /// How many brackets are open.
    depth: usize,
    /// Whether a string that is not closed, or closed behind it, begins before it.
    is_in_string: bool,
    /// Whether the last but spaces and comments is a `=`.
    is_behind_equals: bool,
}

impl Around {
    pub(super) fn of(text: &str, place: usize) -> Self {
        let mut around = Self::default();
        let mut open: Vec<TokenKind> = Vec::new();
        for token in toml_parser::Source::new(text).lex() {
            let span = token.span();
            if span.start() >= place {
                break;
            }
            match token.kind() {
                TokenKind::Whitespace | TokenKind::Newline | TokenKind::Comment => continue,
                kind @ (TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket) => open.push(kind),
                TokenKind::RightSquareBracket => {
                    open.pop_if(|kind| *kind == TokenKind::LeftSquareBracket);
                }
                TokenKind::RightCurlyBracket => {
                    open.pop_if(|kind| *kind == TokenKind::LeftCurlyBracket);
                }
                _ => {}
            }
            around.is_behind_equals = token.kind() == TokenKind::Equals;
            around.is_in_string = text.get(span.start()..span.end()).is_some_and(|string| {
                is_open(string) || span.end() > place && string.starts_with(['"', '\''])
            });
        }
        around.depth = open.len();
        around
    }

    /// Whether no value stands here, with that behind it.
    fn lacks_value(&self, after: &str) -> bool {
        let after = after.trim_start_matches([' ', '\t']);
        self.is_behind_equals
            && !self.is_in_string
            && (after.trim_end().is_empty() || after.starts_with(['}', ']', ',', '#', ';']))
    }

    /// Whether the parser guesses that a string stands here, where none begins.
    pub(super) fn is_guess(&self, said: &str, after: &str) -> bool {
        let line = after.lines().next().unwrap_or_default();
        is_of_string(said) && !self.is_in_string && !after.starts_with(['"', '\'']) && !self.lacks_value(line)
    }
}

/// Whether it is a string that is not closed.
fn is_open(token: &str) -> bool {
    ["\"\"\"", "'''", "\"", "'"]
        .into_iter()
        .find(|quote| token.starts_with(quote))
        .is_some_and(|quote| token.len() < 2 * quote.len() || !token.ends_with(quote))
}

/// Whether it says that a string is not closed, or guesses so of something that begins none.
fn is_of_string(said: &str) -> bool {
    said.starts_with("invalid basic string") || said.starts_with("invalid literal string")
}

/// Whether it begins as a comment does elsewhere.
fn is_comment(text: &str) -> bool {
    [";", "//", "/*"].iter().any(|start| text.starts_with(start))
}

/// Whether it is a number as TOML has it.
fn is_number(text: &str) -> bool {
    let digits = text.trim_start_matches(['+', '-']);
    let is_zero = digits.strip_prefix('0').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    text.len() - digits.len() < 2
        && digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.ends_with(|c: char| c.is_ascii_digit())
        && !is_zero
        && digits.chars().all(|c| c.is_ascii_digit() || c == '.')
        && digits.parse::<f64>().is_ok()
}

/// A number that spaces part, `- 10` or `1 000 000`: where it ends, and what is meant, if nothing else stands behind it.
fn parted_number(after: &str) -> Option<(usize, String)> {
    let first = word(after);
    let (mut meant, mut end) = (first.to_owned(), first.len());
    loop {
        let behind = after.get(end..)?;
        let rest = behind.trim_start_matches(' ');
        if rest.is_empty() || rest.starts_with([',', '}', '#']) {
            return (end > first.len() && is_number(&meant)).then_some((end, meant));
        }
        let next = word(rest);
        let is_group = next.len() == 3 && next.chars().all(|c| c.is_ascii_digit()) && meant.len() <= 32;
        let is_whole = is_number(&meant) && !meant.contains('.');
        let is_sign = ["-", "+"].contains(&&*meant);
        if !(is_sign || is_group && is_whole) {
            return None;
        }
        meant.push_str(next);
        end += behind.len() - rest.len() + next.len();
    }
}

/// A number without the zeros before it.
fn without_zeros(number: &str) -> String {
    let digits = number.trim_start_matches(['+', '-']);
    let sign = number.strip_suffix(digits).unwrap_or_default();
    let digits = digits.trim_start_matches(['0', '_']);
    let zero = if digits.starts_with(|c: char| c.is_ascii_digit()) { "" } else { "0" };
    format!("{sign}{zero}{digits}")
}

/// Whether it is three numbers, as a date is written in many places.
fn is_date(word: &str) -> bool {
    let parts: Vec<&str> = word.split(['.', '/']).collect();
    let is_number = |part: &&str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
    parts.len() == 3 && parts.iter().all(is_number) && parts.iter().any(|part| part.len() == 4)
}

/// A value without quotes.
fn unquoted(after: &str) -> (String, Option<String>) {
    let word = word(after);
    if ["-", "+"].contains(&word) {
        return (format!("the number behind `{word}` is missing"), None);
    }
    if is_date(word) {
        return (format!("`{}` is no time", cut(word)), Some(TIME.to_owned()));
    }
    if let Some(digits) = word.strip_prefix(['\u{2212}', '\u{2013}'])
        && digits.parse::<f64>().is_ok()
    {
        return (format!("`{}` is no number", cut(word)), Some(format!("write `-{}`", cut(digits))));
    }
    let help = match word.to_ascii_lowercase().as_str() {
        "yes" | "on" | "no" | "off" => {
            let meant = matches!(word.to_ascii_lowercase().as_str(), "yes" | "on");
            let message = format!("`{word}` is no value, expected `true` or `false`");
            return (message, Some(format!("write `{meant}`")));
        }
        _ if word.starts_with(['\u{201c}', '\u{201d}', '\u{201e}', '\u{2018}', '\u{2019}']) => {
            "write straight quotes: `\"` or `'`".to_owned()
        }
        _ if let Some(number) = number_before(word) => {
            format!("write `{}` if it is a number, `\"{}\"` if it is a name", cut(number), cut(word))
        }
        _ if word.contains('.') => "write a condition between single quotes: `'visit.errors > 2'`".to_owned(),
        _ => format!("write `\"{}\"`", cut(word)),
    };
    (format!("`{}` is not in quotes", cut(word)), Some(help))
}

/// What stands right behind a value that needs no quotes, and where it begins: `-10 because = "x"`.
fn behind_value(after: &str) -> Option<(usize, &str)> {
    let value = word(after);
    let is_value = value.parse::<f64>().is_ok() || ["true", "false", "-", "+"].contains(&value);
    let rest = after.get(value.len()..)?.trim_start();
    let next = word(rest);
    let is_so = is_value && !next.is_empty() && !next.starts_with(['}', ']', ',', '#']);
    is_so.then_some((after.len() - rest.len(), next))
}

/// The number that a word begins with, as in `-6x` or `50px`; what goes on like a date or a time is none.
fn number_before(word: &str) -> Option<&str> {
    let unsigned = word.trim_start_matches(['+', '-']);
    let is_part = |c: char| c.is_ascii_digit() || c == '.';
    let digits = unsigned.find(|c| !is_part(c)).and_then(|end| unsigned.get(..end))?;
    let digits = digits.trim_end_matches('.');
    let number = word.get(..word.len() - unsigned.len() + digits.len())?;
    let behind = word.get(number.len()..).unwrap_or_default();
    let is_one = number.parse::<f64>().is_ok() && !behind.starts_with(['-', ':', '_', 'T']);
    is_one.then_some(number)
}

/// A number with commas in it that is the value of a key, and where it begins: `base = 1,5`, `base = 1,000,000`.
fn comma_number(line: &str) -> Option<(usize, &str)> {
    line.match_indices('=').find_map(|(equals, _)| {
        let behind = line.get(equals + 1..)?;
        let value = behind.trim_start();
        let is_part = |c: char| c.is_ascii_digit() || c == ',';
        let unsigned = value.trim_start_matches(['+', '-']);
        let end = unsigned.find(|c| !is_part(c)).unwrap_or(unsigned.len());
        let found = unsigned.get(..end)?.trim_end_matches(',');
        let mut parts = found.split(',');
        let is_number = parts.clone().count() > 1 && parts.all(|part| !part.is_empty());
        let number = value.get(..value.len() - unsigned.len() + found.len())?;
        let rest = value.get(number.len()..)?.trim_start();
        let is_value = is_number && (rest.is_empty() || rest.starts_with([',', '}', '#']));
        is_value.then_some((equals + 1 + behind.len() - value.len(), number))
    })
}

/// What is meant by a number with commas: thousands, or a part behind a point; `None` if neither.
fn without_commas(number: &str) -> Option<(String, &'static str)> {
    let (whole, groups) = number.trim_start_matches(['+', '-']).split_once(',')?;
    let is_grouped = (1..=3).contains(&whole.len()) && !whole.starts_with('0');
    if is_grouped && groups.split(',').all(|group| group.len() == 3) {
        return Some((number.replace(',', ""), "thousands are written without a comma"));
    }
    (!groups.contains(',')).then(|| (number.replace(',', "."), "a number that need not be whole has a point"))
}

fn duplicate(text: &str, (before, after): (&str, &str), span: Range<usize>) -> Problem {
    let name = text.get(span.clone()).unwrap_or_default();
    let help = match before.trim() {
        "[[" => Some(format!(
            "only a list is written so; here it is `[{name}.NAME]`, each with a name of its own"
        )),
        header if header.starts_with('[') && after.contains(']') => {
            Some("put these lines below the first of the two".to_owned())
        }
        _ => None,
    };
    let message = format!("`{}` stands here twice", cut(name));
    Problem::new(Code::Duplicate, Path::default(), message).aimed(Aim::Span(span)).with_help(help)
}

/// The word that `text` begins with.
fn word(text: &str) -> &str {
    let ends = |c: char| c.is_whitespace() || matches!(c, ',' | '=' | '}' | ']');
    match text.char_indices().skip(1).find(|&(_, c)| ends(c)) {
        Some((end, _)) => text.get(..end).unwrap_or(text),
        None => text,
    }
}
