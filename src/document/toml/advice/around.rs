//! In what a place of a text stands, by the tokens before it.

use toml_parser::lexer::TokenKind;

use super::is_of_string;

/// In what a place of a text stands, by the tokens before it.
#[derive(Default)]
pub(in crate::document::toml) struct Around {
    /// How many brackets are open.
    pub(super) depth: usize,
    /// Whether a string that is not closed, or closed behind it, begins before it.
    is_in_string: bool,
    /// Whether the last but spaces and comments is a `=`.
    pub(super) is_behind_equals: bool,
}

impl Around {
    pub(in crate::document::toml) fn of(text: &str, place: usize) -> Self {
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
    pub(super) fn lacks_value(&self, after: &str) -> bool {
        let after = after.trim_start_matches([' ', '\t']);
        self.is_behind_equals
            && !self.is_in_string
            && (after.trim_end().is_empty() || after.starts_with(['}', ']', ',', '#', ';']))
    }

    /// Whether the parser guesses that a string stands here, where none begins.
    pub(in crate::document::toml) fn is_guess(&self, said: &str, after: &str) -> bool {
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
