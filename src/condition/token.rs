//! Text to tokens. Comes in: the text of a condition. Goes out: tokens with byte spans, and a problem for each piece that
//! is none. Never fails as a whole, so that the parser can report what else is wrong. Called by the parser alone.

use super::{Code, Problem, Span};

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token<'t> {
    Name(&'t str),
    /// The digits of an int, without a sign: up to 2^64 − 1, the parser judges the range.
    Int(u64),
    /// An unsigned literal, refused by the parser.
    Uint,
    Float(f64),
    Text(Box<str>),
    /// A bytes literal, refused by the parser.
    Bytes,
    /// An operator or bracket; slips such as `and` or `=` keep their own spelling.
    Sign(&'static str),
    /// Something that was already reported and stands for an operand.
    Bad,
    End,
}

/// Longest first, so that the first that fits is the right one.
const SIGNS: [&str; 37] = [
    "===", "!==", "&&", "||", "==", "!=", "<=", ">=", "<>", "=<", "=>", "(", ")", "[", "]", "{", "}", ".",
    ",", "?", ":", "+", "-", "*", "/", "%", "!", "<", ">", "=", "&", "|", "^", "~", "`", ";", "@",
];

pub(super) fn tokens<'t>(text: &'t str, problems: &mut Vec<Problem>) -> Vec<(Token<'t>, Span)> {
    let mut lexer = Lexer { text, at: 0, problems };
    let mut tokens = Vec::new();
    loop {
        lexer.skip_blank();
        let start = lexer.at;
        let token = lexer.next();
        let end = token == Token::End;
        tokens.push((token, start..lexer.at));
        if end {
            return tokens;
        }
    }
}

struct Lexer<'t, 'p> {
    text: &'t str,
    at: usize,
    problems: &'p mut Vec<Problem>,
}

impl<'t> Lexer<'t, '_> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }
    fn peek(&self, ahead: usize) -> u8 {
        self.text.as_bytes().get(self.at + ahead).copied().unwrap_or(0)
    }
    /// Goes on while `accept` holds, and returns what was passed.
    fn run(&mut self, accept: impl Fn(u8) -> bool) -> &'t str {
        let start = self.at;
        while self.at < self.text.len() && accept(self.peek(0)) {
            self.at += 1;
        }
        self.text.get(start..self.at).unwrap_or_default()
    }
    fn problem(&mut self, code: Code, span: Span, message: impl Into<String>, help: Option<&str>) {
        self.problems.push(Problem { code, span, message: message.into(), help: help.map(str::to_owned) });
    }

    fn skip_blank(&mut self) {
        loop {
            self.run(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r' | 0x0c));
            if !self.rest().starts_with("//") {
                return;
            }
            self.run(|b| b != b'\n');
        }
    }

    fn next(&mut self) -> Token<'t> {
        let first = self.peek(0);
        match first {
            _ if self.at >= self.text.len() => Token::End,
            b'0'..=b'9' => self.number(),
            b'.' if self.peek(1).is_ascii_digit() => self.number(),
            b'"' | b'\'' => self.text(false, false),
            b'r' | b'R' if matches!(self.peek(1), b'"' | b'\'') => {
                self.at += 1;
                self.text(true, false)
            }
            b'b' | b'B' if matches!(self.peek(1), b'"' | b'\'') => {
                self.at += 1;
                self.text(false, true)
            }
            b'b' | b'B' if matches!(self.peek(1), b'r' | b'R') && matches!(self.peek(2), b'"' | b'\'') => {
                self.at += 2;
                self.text(true, true)
            }
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => {
                Token::Name(self.run(|b| b.is_ascii_alphanumeric() || b == b'_'))
            }
            _ => self.sign(),
        }
    }

    fn sign(&mut self) -> Token<'t> {
        let rest = self.rest();
        if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            self.at += sign.len();
            return Token::Sign(sign);
        }
        let start = self.at;
        let odd = rest.chars().next().unwrap_or_default();
        self.at += odd.len_utf8();
        if matches!(odd, '“' | '”' | '„' | '‘' | '’' | '«' | '»') {
            // The quoted words are passed over, so that they are not taken for attributes.
            let close = self.rest().find(['“', '”', '‘', '’', '«', '»']);
            if let Some(close) = close {
                let width = self.rest().get(close..).and_then(|s| s.chars().next()).map_or(0, char::len_utf8);
                self.at += close + width;
            }
            let help = Some("write plain quotes: `\"…\"`");
            self.problem(Code::Slip, start..self.at, format!("typographic quotes: found `{odd}`"), help);
            return Token::Bad;
        }
        let shown = if odd.is_control() { odd.escape_default().to_string() } else { odd.to_string() };
        self.problem(Code::Syntax, start..self.at, format!("`{shown}` has no meaning here"), None);
        Token::Bad
    }

    fn number(&mut self) -> Token<'t> {
        let start = self.at;
        let hex =
            self.peek(0) == b'0' && matches!(self.peek(1), b'x' | b'X') && self.peek(2).is_ascii_hexdigit();
        let mut float = false;
        if hex {
            self.at += 2;
            self.run(|b| b.is_ascii_hexdigit());
        } else {
            self.run(|b| b.is_ascii_digit());
            if self.peek(0) == b'.' && self.peek(1).is_ascii_digit() {
                float = true;
                self.at += 1;
                self.run(|b| b.is_ascii_digit());
            }
            let sign = usize::from(matches!(self.peek(1), b'+' | b'-'));
            if matches!(self.peek(0), b'e' | b'E') && self.peek(1 + sign).is_ascii_digit() {
                float = true;
                self.at += 1 + sign;
                self.run(|b| b.is_ascii_digit());
            }
        }
        let written = self.text.get(start..self.at).unwrap_or_default();
        if float {
            if let Some(value) = written.parse::<f64>().ok().filter(|value| value.is_finite()) {
                return Token::Float(value);
            }
        } else {
            let value = match written.get(2..).filter(|_| hex) {
                Some(digits) => u64::from_str_radix(digits, 16),
                None => written.parse(),
            };
            if matches!(self.peek(0), b'u' | b'U') {
                self.at += 1;
                return Token::Uint;
            }
            if let Ok(value) = value {
                return Token::Int(value);
            }
        }
        self.problem(
            Code::OutOfRange,
            start..self.at,
            format!("`{}` is too large a number", shorten(written)),
            None,
        );
        Token::Bad
    }

    fn text(&mut self, raw: bool, bytes: bool) -> Token<'t> {
        let start = self.at;
        let quote = self.peek(0);
        let triple = self.peek(1) == quote && self.peek(2) == quote;
        let close: &str = match (quote, triple) {
            (b'"', false) => "\"",
            (b'"', true) => "\"\"\"",
            (_, false) => "'",
            (_, true) => "'''",
        };
        self.at += close.len();
        let mut value = String::new();
        loop {
            let rest = self.rest();
            if rest.starts_with(close) {
                self.at += close.len();
                return if bytes { Token::Bytes } else { Token::Text(value.into()) };
            }
            let Some(next) = rest.chars().next().filter(|&c| triple || !matches!(c, '\n' | '\r')) else {
                let message = format!("a string begins here and does not end: expected `{close}`");
                self.problem(Code::Syntax, start..self.at, message, None);
                return Token::Bad;
            };
            if next == '\\' && !raw {
                self.escape(&mut value, bytes);
            } else {
                value.push(next);
                self.at += next.len_utf8();
                // A raw string keeps the backslash, but a quote behind it does not end the string in other languages:
                // in CEL it does.
            }
        }
    }

    fn escape(&mut self, value: &mut String, bytes: bool) {
        let start = self.at;
        let kind = self.rest().chars().nth(1).unwrap_or_default();
        self.at += 1 + if kind == '\0' { 0 } else { kind.len_utf8() };
        let simple = match kind {
            'a' => '\x07',
            'b' => '\x08',
            'f' => '\x0c',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\x0b',
            '\\' | '?' | '"' | '\'' | '`' => kind,
            'x' | 'X' => return self.code_point(start, 2, 16, bytes, value),
            'u' => return self.code_point(start, 4, 16, bytes, value),
            'U' => return self.code_point(start, 8, 16, bytes, value),
            '0'..='3' => {
                self.at -= 1;
                return self.code_point(start, 3, 8, bytes, value);
            }
            _ => {
                let help = Some("write `\\\\` for a backslash, or put `r` before the string: `r\"…\"`");
                let shown = if kind == '\0' { String::new() } else { kind.escape_debug().to_string() };
                return self.problem(
                    Code::Syntax,
                    start..self.at,
                    format!("`\\{shown}` is no escape of a string"),
                    help,
                );
            }
        };
        value.push(simple);
    }

    fn code_point(&mut self, start: usize, digits: usize, radix: u32, bytes: bool, value: &mut String) {
        let end = self.at + digits;
        let number = self.text.get(self.at..end).filter(|d| d.bytes().all(|b| char::from(b).is_digit(radix)));
        let number = number.and_then(|digits| u32::from_str_radix(digits, radix).ok());
        if number.is_some() {
            self.at = end;
        }
        match number.and_then(char::from_u32) {
            Some(c) => value.push(c),
            // What bytes mean does not matter: they are refused as a whole.
            None if bytes && number.is_some() => {}
            None => {
                let shown = self.text.get(start..self.at).unwrap_or_default();
                self.problem(Code::Syntax, start..self.at, format!("`{shown}` is no character"), None);
            }
        }
    }
}

/// At most 40 characters of what somebody wrote, for a message.
pub(super) fn shorten(text: &str) -> String {
    let mut shown: String = text.chars().take(40).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(40).is_some() {
        shown.push('…');
    }
    shown
}
