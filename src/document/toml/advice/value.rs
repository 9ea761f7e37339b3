//! Values that are none.

use std::ops::Range;

use toml_parser::lexer::TokenKind;

use super::super::brackets::unclosed_from;
use super::number::{
    comma_number, is_date, is_number, number_before, parted_number, without_commas, without_zeros,
};
use super::{COMMENT, Stumble, is_comment, not_closed, word};
use crate::diagnostic::nearest;
use crate::document::name::cut;
use crate::document::source::Problem;

const TIME: &str = "write a time as `2026-11-23T10:00:00-03:00`";

/// A number with commas in it, right behind which the parser stumbled.
pub(super) fn with_commas(at: &Stumble<'_>) -> Option<Problem> {
    let (start, number) = comma_number(at.line)?;
    let start = at.begin + start;
    let end = start + number.len();
    let between = at.text.get(end..at.span.start.max(end))?;
    if at.span.start < start || !between.trim_matches([' ', '}']).is_empty() {
        return None;
    }
    let help = without_commas(number).map(|(meant, how)| format!("{how}: `{}`", cut(&meant)));
    Some(at.tell_of(start..end, format!("found `{}`, expected a number", cut(number)), help))
}

/// A number that begins with a zero.
pub(super) fn with_zeros(at: &Stumble<'_>) -> Problem {
    let (span, value) = around(at);
    if is_date(value) {
        return no_time(at, span, value);
    }
    let meant = without_zeros(value);
    let help = is_number(&meant).then(|| format!("write `{}`", cut(&meant)));
    at.tell_of(span, format!("`{}` begins with a zero", cut(value)), help)
}

/// What begins as a number and is none.
pub(super) fn no_number(at: &Stumble<'_>) -> Problem {
    let (span, value) = around(at);
    if is_date(value) {
        return no_time(at, span, value);
    }
    at.tell_of(span, format!("`{}` is no number", cut(value)), None)
}

/// What would be a value, were it in quotes; or something behind a value that needs none.
pub(super) fn without_quotes(at: &Stumble<'_>) -> Problem {
    let value = word(at.after);
    if let Some((end, meant)) = parted_number(at.after).filter(|_| at.around.is_behind_equals) {
        let whole = at.after.get(..end).unwrap_or_default();
        let span = at.span.start..at.span.start + end;
        let help = format!("write `{}`", cut(&meant));
        return at.tell_of(span, format!("found `{}`, expected a number", cut(whole)), help);
    }
    if ["-", "+"].contains(&value) {
        return at.tell(format!("the number behind `{value}` is missing"), None);
    }
    if let Some((start, next)) = behind_value(at.after) {
        let start = at.span.start + start;
        let (message, help) = match at.around.within {
            None => (
                format!("found `{}` behind the value, expected the end of the line", cut(next)),
                is_comment(next).then_some(COMMENT),
            ),
            Some(_) => {
                (format!("found `{}`, expected `,` before it", cut(next)), Some("put a `,` before this"))
            }
        };
        return at.tell_of(start..start + next.len(), message, help.map(str::to_owned));
    }
    if let Some((TokenKind::LeftSquareBracket, open)) = at.around.within
        && at.after.get(value.len()..).is_some_and(|rest| rest.trim_start().starts_with('='))
    {
        // A key within a list.
        if unclosed_from(at.text) == Some(open) {
            return not_closed(at.text, open, at.span.start);
        }
        let message = format!("found the key `{}` in a list, expected a value", cut(value));
        return at.tell(message, "a table stands between `{` and `}`".to_owned());
    }
    if is_date(value) {
        return no_time(at, at.span.clone(), value);
    }
    if let Some(digits) = value.strip_prefix(['\u{2212}', '\u{2013}'])
        && digits.parse::<f64>().is_ok()
    {
        return at.tell(format!("`{}` is no number", cut(value)), format!("write `-{}`", cut(digits)));
    }
    let lower = value.to_ascii_lowercase();
    if let "yes" | "on" | "no" | "off" = &*lower {
        let message = format!("`{value}` is no value, expected `true` or `false`");
        return at.tell(message, format!("write `{}`", matches!(&*lower, "yes" | "on")));
    }
    let whole = at.text.get(at.span.clone()).filter(|whole| !whole.contains('\n')).unwrap_or(value);
    let (shown, help) = if value.starts_with(['\u{201c}', '\u{201d}', '\u{201e}', '\u{2018}', '\u{2019}']) {
        (value, "write straight quotes: `\"` or `'`".to_owned())
    } else if let Some(number) = number_before(value) {
        (value, format!("write `{}` if it is a number, `\"{}\"` if it is a name", cut(number), cut(value)))
    } else if value.contains('.') {
        (value, "write a condition between single quotes: `'visit.errors > 2'`".to_owned())
    } else {
        (whole, format!("write `\"{}\"`", cut(whole)))
    };
    at.tell(format!("`{}` is not in quotes", cut(shown)), help)
}

/// What begins as `true` or `false`.
pub(super) fn no_boolean(at: &Stumble<'_>) -> Problem {
    let value = word(at.after);
    if let Some(quote) = ['"', '\''].into_iter().find(|quote| value.ends_with(*quote)) {
        return at.tell_of(
            at.span.start..at.span.start,
            format!("missing opening quote, expected `{quote}`"),
            None,
        );
    }
    let lower = value.to_ascii_lowercase();
    match nearest(&lower, ["true", "false"]) {
        Some(meant) => {
            let message = format!("`{}` is no value, expected `true` or `false`", cut(value));
            at.tell(message, format!("write `{meant}`"))
        }
        None => without_quotes(at),
    }
}

/// What is no time, and is written as one elsewhere.
fn no_time(at: &Stumble<'_>, span: Range<usize>, value: &str) -> Problem {
    at.tell_of(span, format!("`{}` is no time", cut(value)), TIME.to_owned())
}

/// The value within which the parser stumbled.
fn around<'a>(at: &Stumble<'a>) -> (Range<usize>, &'a str) {
    let start = at.before.rfind([' ', '\t', '=', ',', '[', '{']).map_or(0, |at| at + 1);
    let value = word(at.line.get(start..).unwrap_or_default());
    let start = at.begin + start;
    (start..start + value.len(), value)
}

/// What stands right behind a value that needs no quotes, and where it begins: `-10 because = "x"`.
fn behind_value(after: &str) -> Option<(usize, &str)> {
    let value = word(after);
    let is_value = value.parse::<f64>().is_ok() || ["true", "false"].contains(&value);
    let rest = after.get(value.len()..)?.trim_start();
    let next = word(rest);
    let is_so = is_value && !next.is_empty() && !next.starts_with(['}', ']', ',', '#']);
    is_so.then_some((after.len() - rest.len(), next))
}
