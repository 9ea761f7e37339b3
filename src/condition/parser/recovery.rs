//! What the parser does where something is no expression: it says so once, with what was probably meant, and goes on where
//! it can.

use super::super::Code;
use super::super::Span;
use super::super::token::{Token, shorten};
use super::Parser;

impl Parser<'_, '_> {
    /// Reports what stands here, once, and skips to where an expression may go on.
    pub(super) fn unexpected(&mut self, expected: &str) {
        let span = self.span();
        let found = match self.peek() {
            Token::End => "the end".to_owned(),
            // It was reported where it was read.
            Token::Bad => return self.skip(),
            _ => format!("`{}`", shorten(self.text.get(span.clone()).unwrap_or_default())),
        };
        if self.problems.last().is_some_and(|last| last.span == span) {
            return self.skip();
        }
        let help = self.advice(&span);
        let code = if help.is_some() { Code::Slip } else { Code::Syntax };
        self.problem(code, span, format!("found {found}, expected {expected}"), help);
        self.skip();
    }

    /// What was probably meant by a word that stands where an operator should.
    fn advice(&self, span: &Span) -> Option<String> {
        let Token::Name(name) = self.peek() else {
            return match self.peek() {
                Token::Sign(",") => self.advice_on_comma(span),
                Token::Sign("^") => Some("powers and exclusive or do not exist here".to_owned()),
                Token::Sign(";") => Some("a condition is one expression: join two with `&&`".to_owned()),
                _ => None,
            };
        };
        let before = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        if let Some((Token::Int(number), before)) = before
            && before.end == span.start
            && matches!(*name, "d" | "h" | "m" | "s" | "ms" | "min")
        {
            let (number, unit) =
                if *name == "d" { (number.saturating_mul(24), "h") } else { (*number, *name) };
            return Some(format!(
                "a length of time is written `duration(\"{number}{}\")`",
                unit.trim_end_matches("in")
            ));
        }
        match name.to_ascii_lowercase().as_str() {
            "is" | "eq" | "equals" => Some("write `==`".to_owned()),
            "ne" => Some("write `!=`".to_owned()),
            "has" => Some("write `\"member\" in set`".to_owned()),
            "like" | "contains" => {
                Some(format!("write `text.{}(\"…\")`", if *name == "like" { "matches" } else { "contains" }))
            }
            "then" | "else" => Some("write `test ? this : that`".to_owned()),
            "mod" => Some("write `%`".to_owned()),
            "xor" => Some("write `a != b`".to_owned()),
            _ => None,
        }
    }

    /// `1,5` and `1,000` as they are written elsewhere.
    fn advice_on_comma(&self, span: &Span) -> Option<String> {
        let before = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        let (Some((Token::Int(_), before)), Token::Int(_)) = (before, self.peek_at(1)) else { return None };
        let after = self.tokens.get(self.at + 1).map(|(_, after)| after.clone())?;
        if before.end != span.start || after.start != span.end {
            return None;
        }
        let (whole, rest) = (self.text.get(before.clone())?, self.text.get(after)?);
        Some(match rest.len() {
            3 => format!("write `{whole}{rest}`, or with a fraction `{whole}.{rest}`"),
            _ => format!("write `{whole}.{rest}`"),
        })
    }

    /// Goes to the next place where an expression may go on, past whole brackets.
    pub(super) fn skip(&mut self) {
        let mut open = 0_usize;
        loop {
            match self.peek() {
                Token::End => return,
                Token::Sign("(" | "[" | "{") => open += 1,
                Token::Sign(")" | "]" | "}") if open > 0 => open -= 1,
                Token::Sign(")" | "]" | "}" | "," | "&&" | "||" | "?" | ":") if open == 0 => return,
                _ => {}
            }
            self.at += 1;
        }
    }

    pub(super) fn found(&self) -> String {
        match self.peek() {
            Token::End => "the end".to_owned(),
            _ => format!("`{}`", shorten(self.text.get(self.span()).unwrap_or_default())),
        }
    }
}
