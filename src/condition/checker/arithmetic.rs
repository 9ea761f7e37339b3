//! Arithmetic of numbers and times, and the joining of strings and lists, which has the same sign.

use super::super::Code;
use super::super::syntax::{Arithmetic, Syntax};
use super::super::tree::{Node, Operand};
use super::measure::Measure;
use super::types::Type;
use super::{Checked, Checker};

impl Checker<'_, '_> {
    pub(super) fn arithmetic(
        &mut self,
        syntax: &Syntax,
        operator: Arithmetic,
        sides: &[Syntax; 2],
    ) -> Checked {
        let [left_written, right_written] = sides;
        let (left, right) = (self.check(left_written), self.check(right_written));
        if left.is_bad() || right.is_bad() {
            return Checked::bad();
        }
        let measure = Measure::over([&left.measure, &right.measure]);
        let (add, subtract) = (operator == Arithmetic::Add, operator == Arithmetic::Subtract);
        let kind = match (&left.kind, &right.kind) {
            (Type::Any, Type::Any) => Type::Any,
            (Type::List(_), Type::List(_)) if add => return self.concatenation(syntax, left, right),
            (Type::Text(_), Type::Text(_)) if add => return self.joining(syntax, left, right),
            (Type::Int | Type::Any, Type::Int) | (Type::Int, Type::Any) => Type::Int,
            (Type::Float | Type::Any, Type::Float) | (Type::Float, Type::Any)
                if operator != Arithmetic::Remainder =>
            {
                Type::Float
            }
            (Type::Time, Type::Duration) if add || subtract => Type::Time,
            (Type::Duration, Type::Time) if add => Type::Time,
            (Type::Time, Type::Time) if subtract => Type::Duration,
            (Type::Duration, Type::Duration) if add || subtract => Type::Duration,
            _ => {
                self.no_arithmetic(syntax, operator, sides, [&left.kind, &right.kind]);
                return Checked::bad();
            }
        };
        let node = Node::Arithmetic { operator, sides: Box::new([left.node, right.node]) };
        self.finish(syntax, Checked { node, kind, measure })
    }

    /// `+` of strings: all parts of a chain side by side, neighbouring constants as one.
    fn joining(&mut self, syntax: &Syntax, left: Checked, right: Checked) -> Checked {
        let mut parts: Vec<Node> = Vec::new();
        let mut pieces = left.measure.pieces.saturating_add(right.measure.pieces);
        for side in [left.node, right.node] {
            let inner = if let Node::Join(inner) = side { inner.into_vec() } else { vec![side] };
            for part in inner {
                if let (Some(Node::Constant(Operand::Text(before))), Node::Constant(Operand::Text(text))) =
                    (parts.last_mut(), &part)
                {
                    *before = [&**before, text].concat().into();
                    pieces = pieces.saturating_sub(1);
                } else {
                    parts.push(part);
                }
            }
        }
        let measure = Measure { pieces, ..Measure::joined([&left.measure, &right.measure]) };
        let node = match <[Node; 1]>::try_from(parts) {
            Ok([one]) => one,
            Err(parts) => Node::Join(parts.into()),
        };
        self.finish(syntax, Checked { node, kind: Type::Text(None), measure })
    }

    /// `+` of lists; of two that are written where they stand, one list.
    fn concatenation(&mut self, syntax: &Syntax, left: Checked, right: Checked) -> Checked {
        let Some(kind) = left.kind.join(&right.kind) else {
            let message = format!(
                "a list of {} and a list of {} make no list",
                element(&left.kind),
                element(&right.kind)
            );
            self.problem(Code::Refused, syntax, message, None);
            return Checked::bad();
        };
        let measure = Measure::concatenated([&left.measure, &right.measure]);
        let node = match (left.node, right.node) {
            (Node::List(a), Node::List(b)) => Node::List(a.into_iter().chain(b).collect()),
            (Node::Concatenate(a), b) => Node::Concatenate(a.into_iter().chain([b]).collect()),
            (a, b) => Node::Concatenate([a, b].into()),
        };
        self.finish(syntax, Checked { node, kind, measure })
    }

    pub(super) fn negate(&mut self, syntax: &Syntax, operand: &Syntax) -> Checked {
        let checked = self.check(operand);
        if checked.is_bad() {
            return checked;
        }
        if !matches!(checked.kind, Type::Int | Type::Float | Type::Any) {
            let message = format!("`-` needs a number, but `{}` is {}", self.written(operand), checked.kind);
            let help = (checked.kind == Type::Bool).then(|| "write `!` for not".to_owned());
            self.problem(Code::TypeMismatch, syntax, message, help);
            return Checked::bad();
        }
        let measure = Measure::over([&checked.measure]);
        let node = Node::Negate(Box::new(checked.node));
        self.finish(syntax, Checked { node, kind: checked.kind, measure })
    }
}

fn element(list: &Type) -> &'static str {
    if let Type::List(of) = list { of.plural() } else { "nothing" }
}
