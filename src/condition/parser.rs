//! Tokens to the tree as written. Comes in: the text of a condition and the limits. Goes out: a tree (with `Kind::Bad`
//! where something is no expression) and every problem of syntax. Guarantees that the tree is no deeper and no larger than
//! the limits, so that whatever walks it afterwards may recurse. Called by `Condition::check`.

mod operand;
mod recovery;

use super::syntax::{Arithmetic, Kind, Operator, Relation, Syntax, level};
use super::token::{Token, tokens};
use super::{Code, ConditionLimits, Problem, Span};

pub(super) fn parse(text: &str, limits: &ConditionLimits, problems: &mut Vec<Problem>) -> Syntax {
    if text.len() > limits.length {
        let message =
            format!("the condition is {} bytes long: at most {} are allowed", text.len(), limits.length);
        problems.push(Problem { code: Code::Limit, span: 0..text.len(), message, help: None });
        return Syntax { kind: Kind::Bad, span: 0..text.len(), depth: 1, parenthesised: false };
    }
    let tokens = tokens(text, problems);
    let mut parser = Parser { text, tokens, at: 0, open: 0, nodes: 0, exhausted: false, limits, problems };
    let mut whole = parser.expression();
    // What follows the end is a problem, but what stands in it is looked at all the same.
    while *parser.peek() != Token::End && !parser.exhausted {
        let span = parser.span();
        parser.unexpected("an operator or the end");
        // Behind a comma stands the rest of a number or of a list, which means nothing by itself.
        if matches!(parser.peek(), Token::Sign(",")) {
            break;
        }
        parser.at += 1;
        if matches!(parser.tokens.get(parser.at - 1), Some((Token::Sign("&&" | "||" | ")" | "]" | ":"), _)))
            && !matches!(parser.peek(), Token::End)
        {
            if matches!(parser.peek(), Token::Sign("&&" | "||")) {
                parser.at += 1;
            }
            let more = parser.expression();
            whole = parser.make(Kind::Pieces(vec![whole, more]), span);
        }
    }
    whole
}

struct Parser<'t, 'p> {
    text: &'t str,
    /// INVARIANT: ends with `Token::End`.
    tokens: Vec<(Token<'t>, Span)>,
    at: usize,
    /// Calls of `expression` and `unary` that have not returned.
    open: usize,
    nodes: usize,
    /// A limit was reported: nothing more is read.
    exhausted: bool,
    limits: &'p ConditionLimits,
    problems: &'p mut Vec<Problem>,
}

impl<'t> Parser<'t, '_> {
    fn peek(&self) -> &Token<'t> {
        self.tokens.get(self.at).map_or(&Token::End, |(token, _)| token)
    }
    fn peek_at(&self, ahead: usize) -> &Token<'t> {
        self.tokens.get(self.at + ahead).map_or(&Token::End, |(token, _)| token)
    }
    fn span(&self) -> Span {
        self.tokens.get(self.at).map_or(self.text.len()..self.text.len(), |(_, span)| span.clone())
    }
    /// The end of what was read last.
    fn end(&self) -> usize {
        self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).map_or(0, |(_, span)| span.end)
    }
    fn take(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek(), Token::Sign(found) if *found == sign);
        self.at += usize::from(found);
        found
    }
    fn problem(&mut self, code: Code, span: Span, message: impl Into<String>, help: Option<String>) {
        // Behind a limit nothing is read any more: that it is missing is no news.
        if !self.exhausted || code == Code::Limit {
            self.problems.push(Problem { code, span, message: message.into(), help });
        }
    }
    fn slip(&mut self, span: Span, found: &str, meant: &str) {
        let message = format!("`{found}` is no operator: expected `{meant}`");
        self.problem(Code::Slip, span, message, Some(format!("write `{meant}`")));
    }
    fn bad(&self, span: Span) -> Syntax {
        Syntax { kind: Kind::Bad, span, depth: 1, parenthesised: false }
    }

    /// The end of everything: a limit was passed.
    fn exhaust(&mut self, span: Span, message: String) {
        if !self.exhausted {
            self.exhausted = true;
            let help = Some("name a part of it as a segment of its own".to_owned());
            self.problem(Code::Limit, span, message, help);
        }
        self.at = self.tokens.len().saturating_sub(1);
    }

    /// A node over the parts in `kind`, whose depth and number are counted here and nowhere else.
    fn make(&mut self, kind: Kind, start: Span) -> Syntax {
        let below = match &kind {
            Kind::Select(part, _) | Kind::Not(part) | Kind::Negate(part) => part.depth,
            Kind::Index(parts) | Kind::Binary(_, parts) => {
                parts.iter().map(|part| part.depth).max().unwrap_or(0)
            }
            Kind::If(parts) => parts.iter().map(|part| part.depth).max().unwrap_or(0),
            Kind::List(parts) | Kind::And(parts) | Kind::Or(parts) | Kind::Pieces(parts) => {
                parts.iter().map(|p| p.depth).max().unwrap_or(0)
            }
            Kind::Call(call) => {
                call.arguments.iter().chain(&call.target).map(|part| part.depth).max().unwrap_or(0)
            }
            _ => 0,
        };
        let span = start.start..self.end().max(start.start);
        self.nodes += 1;
        if self.nodes > self.limits.nodes {
            let message = format!("the condition has more than {} parts", self.limits.nodes);
            self.exhaust(span.clone(), message);
            return self.bad(span);
        }
        if usize::from(below) >= self.limits.depth() {
            let message = format!("the condition is nested more than {} levels deep", self.limits.depth());
            self.exhaust(span.clone(), message);
            return self.bad(span);
        }
        Syntax { kind, span, depth: below + 1, parenthesised: false }
    }

    /// Whether one level more may be entered; every recursion of the parser asks here.
    fn enter(&mut self) -> bool {
        if self.open >= self.limits.depth() {
            let message = format!("the condition is nested more than {} levels deep", self.limits.depth());
            self.exhaust(self.span(), message);
            return false;
        }
        self.open += 1;
        true
    }

    fn expression(&mut self) -> Syntax {
        if !self.enter() {
            return self.bad(self.span());
        }
        let start = self.span();
        let test = self.any_of();
        let whole = if self.take("?") {
            let yes = self.any_of();
            let no = if self.take(":") {
                self.expression()
            } else {
                let help = "a choice is written `test ? this : that`, a choice inside it in parentheses";
                let (span, found) = (self.span(), self.found());
                self.problem(
                    Code::Syntax,
                    span,
                    format!("found {found}, expected `:`"),
                    Some(help.to_owned()),
                );
                self.skip();
                self.bad(self.span())
            };
            self.make(Kind::If(Box::new([test, yes, no])), start)
        } else {
            test
        };
        self.open -= 1;
        whole
    }

    fn any_of(&mut self) -> Syntax {
        self.joined(
            "||",
            "or",
            "|",
            Self::all_of,
            |kind| match kind {
                Kind::Or(parts) => Ok(parts),
                other => Err(other),
            },
            Kind::Or,
        )
    }

    fn all_of(&mut self) -> Syntax {
        self.joined(
            "&&",
            "and",
            "&",
            |parser| parser.binary(level::RELATION),
            |kind| match kind {
                Kind::And(parts) => Ok(parts),
                other => Err(other),
            },
            Kind::And,
        )
    }

    /// `a && b && c` as one node, however many: a chain needs no depth, and neither do parentheses around a part of it.
    fn joined(
        &mut self,
        sign: &'static str,
        word: &str,
        single: &'static str,
        part: impl Fn(&mut Self) -> Syntax,
        flatten: impl Fn(Kind) -> Result<Vec<Syntax>, Kind>,
        join: impl Fn(Vec<Syntax>) -> Kind,
    ) -> Syntax {
        let start = self.span();
        let first = part(self);
        let mut rest = Vec::new();
        loop {
            let span = self.span();
            match self.peek() {
                Token::Sign(found) if *found == sign => self.at += 1,
                Token::Sign(found) if *found == single => {
                    self.at += 1;
                    self.slip(span, single, sign);
                }
                Token::Name(found) if found.eq_ignore_ascii_case(word) => {
                    let found = (*found).to_owned();
                    self.at += 1;
                    self.slip(span, &found, sign);
                }
                _ => break,
            }
            rest.push(part(self));
            if self.exhausted {
                break;
            }
        }
        if rest.is_empty() {
            return first;
        }
        let mut parts = Vec::with_capacity(rest.len() + 1);
        for part in std::iter::once(first).chain(rest) {
            let Syntax { kind, span, depth, parenthesised } = part;
            match flatten(kind) {
                Ok(inner) => parts.extend(inner),
                Err(kind) => parts.push(Syntax { kind, span, depth, parenthesised }),
            }
        }
        self.make(join(parts), start)
    }

    /// Relations, sums and products, each from left to right: what binds at least so tightly.
    fn binary(&mut self, least: u8) -> Syntax {
        let start = self.span();
        let mut left = self.unary();
        while let Some(operator) = self.operator().filter(|operator| operator.level() >= least) {
            let span = self.span();
            self.operator_slip(span);
            self.at += 1;
            let right = self.binary(operator.level() + 1);
            left = self.make(Kind::Binary(operator, Box::new([left, right])), start.clone());
        }
        left
    }

    /// The binary operator that stands here, slips included.
    fn operator(&self) -> Option<Operator> {
        Some(match self.peek() {
            Token::Sign("==" | "===" | "=") => Operator::Compare(Relation::Equal),
            Token::Sign("!=" | "!==" | "<>") => Operator::Compare(Relation::NotEqual),
            Token::Sign("<") => Operator::Compare(Relation::Less),
            Token::Sign("<=" | "=<") => Operator::Compare(Relation::LessOrEqual),
            Token::Sign(">") => Operator::Compare(Relation::Greater),
            Token::Sign(">=" | "=>") => Operator::Compare(Relation::GreaterOrEqual),
            Token::Sign("+") => Operator::Arithmetic(Arithmetic::Add),
            Token::Sign("-") => Operator::Arithmetic(Arithmetic::Subtract),
            Token::Sign("*") => Operator::Arithmetic(Arithmetic::Multiply),
            Token::Sign("/") => Operator::Arithmetic(Arithmetic::Divide),
            Token::Sign("%") => Operator::Arithmetic(Arithmetic::Remainder),
            Token::Name("in" | "IN") => Operator::In,
            Token::Name(not) if not.eq_ignore_ascii_case("not") && *self.peek_at(1) == Token::Name("in") => {
                Operator::In
            }
            _ => return None,
        })
    }

    fn operator_slip(&mut self, span: Span) {
        let meant = match self.peek() {
            Token::Sign("===" | "=") => "==",
            Token::Sign("!==" | "<>") => "!=",
            Token::Sign("=<") => "<=",
            Token::Sign("=>") => ">=",
            Token::Name("IN") => "in",
            Token::Name("in") => return,
            Token::Name(_) => {
                let help = Some("write `!(x in set)`".to_owned());
                self.problem(Code::Slip, span, "`not in` is no operator", help);
                // The `in` itself is passed by the caller.
                self.at += 1;
                return;
            }
            _ => return,
        };
        let found = self.text.get(span.clone()).unwrap_or_default().to_owned();
        self.slip(span, &found, meant);
    }
}
