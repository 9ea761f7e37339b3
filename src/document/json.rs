//! JSON → [`Node`], within the limits. What is wrong with its syntax is told in the words of this library, with its place.

use std::ops::Range;

use super::node::{Node, from_format};
use super::path::Path;
use super::source::{Aim, Problem};
use crate::diagnostic::DiagnosticCode as Code;
use crate::limits::Limits;

/// The document `text`, or what is wrong with its syntax: the reader stops at the first.
pub(crate) fn parse(text: &str, limits: &Limits) -> Result<Node, Vec<Problem>> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let read = from_format(&mut reader, limits);
    let read = read.and_then(|root| reader.end().map(|()| root).map_err(|error| (Code::Syntax, error)));
    read.map_err(|(code, error)| vec![problem(text, code, &error)])
}

fn problem(text: &str, code: Code, error: &serde_json::Error) -> Problem {
    let span = match error.is_eof() {
        true => text.trim_end().len()..text.trim_end().len(),
        false => word_at(text, offset(text, error.line(), error.column())),
    };
    // Without the place, which is told apart.
    let told = error.to_string();
    let told = told.rfind(" at line ").and_then(|end| told.get(..end)).unwrap_or(&told);
    let found = match text.get(span.clone()).unwrap_or_default() {
        "" => "the end".to_owned(),
        found => format!("`{}`", crate::wire::short(found)),
    };
    let (message, help) = match code {
        Code::Syntax => in_our_words(told, &found),
        _ => (told.to_owned(), None),
    };
    Problem::new(code, Path::default(), message).aimed(Aim::Span(span)).with_help(help.map(str::to_owned))
}

/// What the reader says, and what to do about it.
fn in_our_words(told: &str, found: &str) -> (String, Option<&'static str>) {
    const QUOTES: &str = "keys and strings stand in double quotes";
    let expected = |what: &str| format!("found {found}, expected {what}");
    match told {
        "EOF while parsing a list" => (expected("`,` or `]`"), None),
        "EOF while parsing an object" => (expected("`,` or `}`"), None),
        "EOF while parsing a string" => ("a string that is not closed, expected `\"`".to_owned(), None),
        "EOF while parsing a value" => (expected("a value"), None),
        "expected value" => {
            let is_word = found.starts_with("`'") || found.chars().nth(1).is_some_and(char::is_alphabetic);
            (expected("a value"), is_word.then_some(QUOTES))
        }
        "expected ident" => (expected("`true`, `false` or `null`"), Some(QUOTES)),
        "key must be a string" => (expected("a key"), Some(QUOTES)),
        "invalid number" => (expected("a number"), None),
        "trailing comma" => ("a comma behind the last entry".to_owned(), Some("leave it out")),
        "trailing characters" => {
            (format!("found {found} behind the end"), Some("one table is read, and nothing else"))
        }
        "invalid escape" => {
            ("no such escape in a string".to_owned(), Some("a backslash is written twice: `\\\\`"))
        }
        _ if told.starts_with("control character") => {
            ("a line break or another control in a string".to_owned(), Some("a line break is written `\\n`"))
        }
        // Those that begin with what is expected say it in signs.
        _ if told.starts_with("expected `") => (format!("found {found}, {told}"), None),
        _ => (told.to_owned(), None),
    }
}

/// The offset of a byte by its line and column, both from 1: at most the end.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let before = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum::<usize>();
    (before + column.saturating_sub(1)).min(text.len())
}

/// The word or sign at an offset; behind the last, nothing.
fn word_at(text: &str, offset: usize) -> Range<usize> {
    let mut start = offset;
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let is_word = |c: &char| c.is_alphanumeric() || matches!(c, '_' | '-' | '+' | '.');
    let of = |text: &str| text.chars().take_while(is_word).map(char::len_utf8).sum::<usize>();
    let behind = text.get(start..).unwrap_or_default();
    let length = of(behind);
    if length == 0 {
        let sign = behind.chars().next().filter(|sign| *sign != '\n');
        return start..start + sign.map_or(0, char::len_utf8);
    }
    let before = text.get(..start).unwrap_or_default().chars().rev();
    start -= before.take_while(is_word).map(char::len_utf8).sum::<usize>();
    start..offset.max(start) + of(text.get(offset.max(start)..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use crate::Policy;

    #[test]
    fn errors_of_syntax_have_a_place_and_our_words() {
        let told =
            |text: &str| Policy::from_json(text).map_or_else(|error| error.to_string(), |_| String::new());
        for (text, wanted) in [
            ("", "1:1: found the end, expected a value [syntax]"),
            (
                "{\n  \"format\": nope }",
                "2:13: found `nope`, expected `true`, `false` or `null` [syntax]\n  help: keys and strings stand in double quotes",
            ),
            (
                "{ \"name\": shop }",
                "1:11: found `shop`, expected a value [syntax]\n  help: keys and strings stand in double quotes",
            ),
            (
                "{ format: 1 }",
                "1:3: found `format`, expected a key [syntax]\n  help: keys and strings stand in double quotes",
            ),
            ("{ \"a\": 1, }", "1:11: a comma behind the last entry [syntax]\n  help: leave it out"),
            ("{ \"a\" 1 }", "1:7: found `1`, expected `:` [syntax]"),
            ("{ \"a\": 1 \"b\": 2 }", "1:10: found `\"`, expected `,` or `}` [syntax]"),
            ("{ \"a\": [1, 2", "1:13: found the end, expected `,` or `]` [syntax]"),
            ("{ \"ä\": \"ö", "1:10: a string that is not closed, expected `\"` [syntax]"),
            ("{ \"a\": 01 }", "1:8: found `01`, expected a number [syntax]"),
            (
                "{ \"a\": \"\\d\" }",
                "1:9: no such escape in a string [syntax]\n  help: a backslash is written twice: `\\\\`",
            ),
            ("{} x", "1:4: found `x` behind the end [syntax]\n  help: one table is read, and nothing else"),
        ] {
            assert_eq!(told(text), wanted, "{text}");
        }
    }
}
