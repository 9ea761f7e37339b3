//! Which bracket closes which, by the tokens.

use toml_parser::lexer::TokenKind;

/// What a bracket closes.
fn opening(closing: TokenKind) -> Option<TokenKind> {
    match closing {
        TokenKind::RightSquareBracket => Some(TokenKind::LeftSquareBracket),
        TokenKind::RightCurlyBracket => Some(TokenKind::LeftCurlyBracket),
        _ => None,
    }
}

/// Closes what a bracket closes, and what is open within, of which the outermost is given. One that closes nothing is passed over.
pub(super) fn close(open: &mut Vec<(TokenKind, usize)>, closing: TokenKind) -> Option<usize> {
    let opening = opening(closing)?;
    let place = open.iter().rposition(|(kind, _)| *kind == opening)?;
    let within = open.get(place + 1).map(|(_, start)| *start);
    open.truncate(place);
    within
}

/// The first bracket that is not closed, or not before one around it is.
pub(super) fn unclosed_from(text: &str) -> Option<usize> {
    let mut open: Vec<(TokenKind, usize)> = Vec::new();
    let mut first = None;
    for token in toml_parser::Source::new(text).lex() {
        let kind = token.kind();
        match kind {
            TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket => {
                open.push((kind, token.span().start()))
            }
            _ => first = first.into_iter().chain(close(&mut open, kind)).min(),
        }
    }
    first.into_iter().chain(open.first().map(|(_, start)| *start)).min()
}

/// Where brackets and dotted keys nest more than `most` deep, found from the tokens: what the parser builds from them is
/// recursive, and dotted keys within inline tables multiply what its own guard allows.
pub(super) fn too_deep_at(text: &str, most: usize) -> Option<usize> {
    // What each open bracket adds: one, and one for each dot of the key before it.
    let (mut open, mut depth, mut dots): (Vec<(TokenKind, usize)>, usize, usize) = (Vec::new(), 0, 0);
    for token in toml_parser::Source::new(text).lex() {
        match token.kind() {
            TokenKind::Dot => dots += 1,
            TokenKind::Comma => dots = 0,
            TokenKind::Newline if open.is_empty() => dots = 0,
            kind @ (TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket) => {
                open.push((kind, 1 + dots));
                depth += 1 + dots;
                dots = 0;
            }
            kind => {
                if let Some(opening) = opening(kind) {
                    // One that closes nothing is passed over, so that this never counts less than the parser.
                    if let Some((_, added)) = open.pop_if(|(kind, _)| *kind == opening) {
                        depth -= added;
                    }
                    dots = 0;
                }
            }
        }
        if depth + dots > most {
            return Some(token.span().start());
        }
    }
    None
}
