//! The operands of a condition: signs before them, literals, names, calls, lists, and what follows them.

use super::super::syntax::{Call, Kind, Syntax};
use super::super::token::{Token, shorten};
use super::super::{Code, Span};
use super::Parser;
use crate::attribute::table::{KEPT_BY_CEL, NEVER_A_NAME};

impl Parser<'_, '_> {
    pub(super) fn unary(&mut self) -> Syntax {
        let mut signs: Vec<(bool, Span)> = Vec::new();
        loop {
            let span = self.span();
            let not = match self.peek() {
                Token::Sign("!") => true,
                Token::Sign("-") => {
                    if matches!(self.peek_at(1), Token::Int(_) | Token::Float(_)) {
                        // The sign belongs to the literal, or the least int could not be written.
                        break;
                    }
                    false
                }
                Token::Name(word) if self.is_word_not(word) => {
                    let word = (*word).to_owned();
                    self.slip(span.clone(), &word, "!");
                    true
                }
                _ => break,
            };
            self.at += 1;
            signs.push((not, span));
            if signs.len() > self.limits.depth() {
                let message =
                    format!("the condition is nested more than {} levels deep", self.limits.depth());
                self.exhaust(self.span(), message);
            }
        }
        let mut operand = self.member();
        for (not, span) in signs.into_iter().rev() {
            let kind = if not { Kind::Not(Box::new(operand)) } else { Kind::Negate(Box::new(operand)) };
            operand = self.make(kind, span);
        }
        operand
    }

    /// `not x`, but not an attribute of that name, nor `not(x)`, which is taken for a function.
    fn is_word_not(&self, word: &str) -> bool {
        let operand = matches!(
            self.peek_at(1),
            Token::Name(_) | Token::Int(_) | Token::Text(_) | Token::Sign("(" | "!" | "[") | Token::Float(_)
        );
        let in_follows = matches!(self.peek_at(1), Token::Name("in"));
        word.eq_ignore_ascii_case("not") && operand && !in_follows
    }

    /// A primary and what hangs on it: `.name`, `.name(…)`, `[…]`.
    fn member(&mut self) -> Syntax {
        let start = self.span();
        let mut target = self.primary();
        loop {
            if self.take(".") {
                if self.take("?") {
                    let help = Some("a missing value is unknown by itself: ask `known(x)`".to_owned());
                    let span = start.start..self.end();
                    self.problem(Code::Refused, span, "optional values (`.?`) have no use here", help);
                }
                let name_span = self.span();
                let Token::Name(name) = *self.peek() else {
                    if matches!(self.peek(), Token::Sign("`")) {
                        let help = Some("names are written plainly, `group.name`".to_owned());
                        self.problem(Code::Refused, name_span, "quoted names have no use here", help);
                        self.skip();
                    } else {
                        self.unexpected("a name");
                    }
                    return self.bad(start);
                };
                if NEVER_A_NAME.contains(&name) {
                    self.unexpected("a name");
                    return self.bad(start);
                }
                self.at += 1;
                let name: Box<str> = name.into();
                if self.take("(") {
                    let arguments = self.arguments(")");
                    let call = Call { target: Some(target), root: false, name, name_span, arguments };
                    target = self.make(Kind::Call(Box::new(call)), start.clone());
                } else {
                    target = self.make(Kind::Select(Box::new(target), name), start.clone());
                }
            } else if self.take("[") {
                if self.take("?") {
                    self.problem(
                        Code::Refused,
                        start.clone(),
                        "optional values (`[?`) have no use here",
                        None,
                    );
                }
                let index = self.expression();
                self.close("]");
                target = self.make(Kind::Index(Box::new([target, index])), start.clone());
            } else if matches!(self.peek(), Token::Sign("{")) && target.path().is_some() {
                let name = target.path().unwrap_or_default();
                self.at += 1;
                self.entries();
                let span = start.start..self.end();
                self.problem(Code::Refused, span, format!("messages (`{name}{{…}}`) have no use here"), None);
                target = self.bad(start.clone());
            } else {
                return target;
            }
            if self.exhausted {
                return target;
            }
        }
    }

    fn primary(&mut self) -> Syntax {
        let start = self.span();
        let kind = match self.peek() {
            Token::Text(text) => Kind::Text(text.clone()),
            Token::Float(value) => Kind::Float(*value),
            Token::Int(value) => match i64::try_from(*value) {
                Ok(value) => Kind::Int(value),
                Err(_) => return self.int_too_large(start),
            },
            Token::Sign("-") => return self.negative(start),
            Token::Sign("(") => return self.parentheses(),
            Token::Sign("[") => return self.list(),
            Token::Sign("{") => {
                self.at += 1;
                self.entries();
                let help = "a list and `in` do for most of what a map does";
                self.problem(
                    Code::Refused,
                    start.start..self.end(),
                    "maps have no use here",
                    Some(help.to_owned()),
                );
                return self.bad(start);
            }
            Token::Sign(".") => return self.name(true),
            Token::Name("true") => Kind::Bool(true),
            Token::Name("false") => Kind::Bool(false),
            Token::Name("null") => Kind::Null,
            Token::Name("in") => {
                self.unexpected("an operand");
                return self.bad(start);
            }
            Token::Name(_) => return self.name(false),
            Token::Uint => {
                return self.refuse(start, "unsigned numbers have no use here", "leave the `u` out");
            }
            Token::Bytes => {
                return self.refuse(start, "bytes have no use here", "leave the `b` out: a string will do");
            }
            Token::Bad => {
                self.at += 1;
                return self.bad(start);
            }
            Token::Sign(_) | Token::End => {
                self.unexpected("an operand");
                return self.bad(start);
            }
        };
        self.at += 1;
        self.make(kind, start)
    }

    fn refuse(&mut self, span: Span, message: &str, help: &str) -> Syntax {
        self.at += 1;
        self.problem(Code::Refused, span.clone(), message, Some(help.to_owned()));
        self.bad(span)
    }

    fn int_too_large(&mut self, span: Span) -> Syntax {
        self.at += 1;
        let message = format!("this int is out of range: expected {} to {}", i64::MIN, i64::MAX);
        self.problem(Code::OutOfRange, span.clone(), message, None);
        self.bad(span)
    }

    /// A literal with its sign.
    fn negative(&mut self, start: Span) -> Syntax {
        self.at += 1;
        let kind = match *self.peek() {
            Token::Int(value) => match 0_i64.checked_sub_unsigned(value) {
                Some(value) => Kind::Int(value),
                None => return self.int_too_large(start.start..self.span().end),
            },
            Token::Float(value) => Kind::Float(-value),
            _ => {
                self.unexpected("a number");
                return self.bad(start);
            }
        };
        self.at += 1;
        self.make(kind, start)
    }

    fn parentheses(&mut self) -> Syntax {
        let start = self.span();
        self.at += 1;
        let mut inner = self.expression();
        if matches!(self.peek(), Token::Sign(",")) {
            let span = self.span();
            self.at += 1;
            self.arguments(")");
            let whole = start.start..self.end();
            let inside = self.text.get(start.end..self.end().saturating_sub(1)).unwrap_or_default();
            let help = format!("write `[{}]`", shorten(inside));
            self.problem(Code::Slip, span, "a list stands in square brackets", Some(help));
            return self.bad(whole);
        }
        self.close(")");
        inner.parenthesised = true;
        inner.span = start.start..self.end();
        inner
    }

    fn list(&mut self) -> Syntax {
        let start = self.span();
        self.at += 1;
        let elements = self.arguments("]");
        if elements.len() > self.limits.list {
            let message =
                format!("the list has {} elements: at most {} are allowed", elements.len(), self.limits.list);
            self.exhaust(start.start..self.end(), message);
            return self.bad(start);
        }
        self.make(Kind::List(elements), start)
    }

    fn name(&mut self, root: bool) -> Syntax {
        let start = self.span();
        self.at += usize::from(root);
        let name_span = self.span();
        let Token::Name(name) = *self.peek() else {
            self.unexpected("a name");
            return self.bad(start);
        };
        if KEPT_BY_CEL.contains(&name) || (root && NEVER_A_NAME.contains(&name)) {
            let help =
                (name == "if").then(|| "write the condition alone, or `test ? this : that`".to_owned());
            let code = if help.is_some() { Code::Slip } else { Code::Syntax };
            self.problem(code, name_span, format!("`{name}` is a reserved word"), help);
            self.at += 1;
            if name == "if" {
                self.skip();
            }
            return self.bad(start);
        }
        self.at += 1;
        let name: Box<str> = name.into();
        if self.take("(") {
            let arguments = self.arguments(")");
            let call = Call { target: None, root, name, name_span, arguments };
            return self.make(Kind::Call(Box::new(call)), start);
        }
        self.make(Kind::Name { root, name }, start)
    }

    /// Expressions with commas between them, to the bracket that closes.
    fn arguments(&mut self, close: &'static str) -> Vec<Syntax> {
        let mut list = Vec::new();
        loop {
            if self.take(close) || self.exhausted {
                return list;
            }
            let start = self.span();
            if self.take("?") {
                let help = Some("leave the element out, or write two conditions".to_owned());
                self.problem(Code::Refused, start, "optional values (`[?`) have no use here", help);
            }
            list.push(self.expression());
            if self.take(",") {
                if close == ")" && matches!(self.peek(), Token::Sign(")")) {
                    self.unexpected("an operand");
                }
                continue;
            }
            self.close(close);
            return list;
        }
    }

    fn close(&mut self, close: &'static str) {
        if self.exhausted || self.take(close) {
            return;
        }
        let before = self.problems.len();
        self.unexpected(if close == ")" { "`)`" } else { "`]` or `,`" });
        // A problem inside the brackets has been told already; the end of the text is told once.
        if self.problems.len() > before + 1 {
            self.problems.truncate(before + 1);
        }
        // On to the bracket, as far as it is there.
        while !matches!(self.peek(), Token::End) && !self.take(close) {
            if matches!(self.peek(), Token::Sign(")" | "]" | "}")) {
                return;
            }
            self.at += 1;
            self.skip();
        }
    }

    /// The entries of a map or message, which are refused as a whole, to the brace that closes.
    fn entries(&mut self) {
        let mut open = 1_usize;
        while open > 0 {
            match self.peek() {
                Token::End => return,
                Token::Sign("{") => open += 1,
                Token::Sign("}") => open -= 1,
                _ => {}
            }
            self.at += 1;
        }
    }
}
