//! In what a place of a text stands, by the tokens before it.

use toml_parser::lexer::TokenKind;

use super::super::brackets::close;
use super::is_of_string;

/// In what a place of a text stands, by the tokens before it.
#[derive(Default)]
pub(in crate::document::toml) struct Around {
    /// The innermost bracket that is open, and where it stands.
    pub(super) within: Option<(TokenKind, usize)>,
    /// Where a string that is not closed, or closed behind it, begins before it.
    pub(super) string: Option<usize>,
    /// Whether the last but spaces and comments is a `=`.
    pub(super) is_behind_equals: bool,
}

impl Around {
    pub(in crate::document::toml) fn of(text: &str, place: usize) -> Self {
        let mut around = Self::default();
        let mut open: Vec<(TokenKind, usize)> = Vec::new();
        for token in toml_parser::Source::new(text).lex() {
            let span = token.span();
            if span.start() >= place {
                break;
            }
            match token.kind() {
                TokenKind::Whitespace | TokenKind::Newline | TokenKind::Comment => continue,
                kind @ (TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket) => {
                    open.push((kind, span.start()));
                }
                kind => {
                    close(&mut open, kind);
                }
            }
            around.is_behind_equals = token.kind() == TokenKind::Equals;
            let string = text
                .get(span.start()..span.end())
                .filter(|string| is_open(string) || span.end() > place && string.starts_with(['"', '\'']));
            around.string = string.map(|_| span.start());
        }
        around.within = open.pop();
        around
    }

    /// Whether no value stands here, with that behind it.
    pub(super) fn lacks_value(&self, after: &str) -> bool {
        let after = after.trim_start_matches([' ', '\t']);
        self.is_behind_equals
            && self.string.is_none()
            && (after.trim_end().is_empty() || after.starts_with(['}', ']', ',', '#', ';']))
    }

    /// Whether the parser guesses that a string stands here, where none begins.
    pub(in crate::document::toml) fn is_guess(&self, said: &str, after: &str) -> bool {
        let line = after.lines().next().unwrap_or_default();
        is_of_string(said)
            && self.string.is_none()
            && !after.starts_with(['"', '\''])
            && !self.lacks_value(line)
    }
}

/// Whether it is a string that is not closed.
fn is_open(token: &str) -> bool {
    ["\"\"\"", "'''", "\"", "'"]
        .into_iter()
        .find(|quote| token.starts_with(quote))
        .is_some_and(|quote| token.len() < 2 * quote.len() || !token.ends_with(quote))
}

/// Where the strings end that are not closed.
pub(in crate::document::toml) fn open_strings(text: &str) -> Vec<usize> {
    let spans = toml_parser::Source::new(text).lex().map(|token| token.span());
    spans
        .filter(|span| text.get(span.start()..span.end()).is_some_and(is_open))
        .map(|span| span.end())
        .collect()
}
