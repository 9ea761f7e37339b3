//! What to write instead, where types do not go together. What is advised is accepted when it is followed.

use super::super::Code;
use super::super::syntax::{Arithmetic, Kind as Written, Operator, Relation, Syntax, level};
use super::super::token::shorten;
use super::Checker;
use super::types::Type;
use crate::diagnostic::known_here;

impl Checker<'_, '_> {
    pub(super) fn not_comparable(
        &mut self,
        syntax: &Syntax,
        relation: Relation,
        sides: &[Syntax; 2],
        kinds: [&Type; 2],
    ) {
        let ([left, right], [left_kind, right_kind]) = (sides, kinds);
        if let (Written::Binary(Operator::Compare(first), inner), Type::Bool) = (&left.kind, left_kind)
            && !left.parenthesised
            && !first.is_equality()
        {
            let [a, b] = &**inner;
            let (a, b, c) = (self.written(a), self.written(b), self.written(right));
            let (first, second) = (Operator::Compare(*first).sign(), Operator::Compare(relation).sign());
            let message = format!("comparisons do not chain: `{}` is a bool", self.written(left));
            let help = format!("write `{a} {first} {b} && {b} {second} {c}`");
            return self.problem(Code::Slip, syntax, message, Some(help));
        }
        for (text, text_kind, other, other_kind) in
            [(right, right_kind, left, left_kind), (left, left_kind, right, right_kind)]
        {
            if let Some(help) = self.quotes_help(text, text_kind, other_kind) {
                let message = format!(
                    "`{}` is a string, but `{}` is {other_kind}",
                    self.written(text),
                    self.written(other)
                );
                return self.problem(Code::Slip, text, message, Some(help));
            }
        }
        let (l, r) = (self.written(left), self.written(right));
        let message = format!("`{l}` is {left_kind}, but `{r}` is {right_kind}: they cannot be compared");
        let help = match (left_kind, right_kind) {
            (Type::Duration, Type::Int) => hours(right),
            (Type::Text(Some(domain)), _) | (_, Type::Text(Some(domain))) => {
                known_here(domain.iter().map(|value| &**value))
            }
            (Type::Time, Type::Int | Type::Text(_)) | (Type::Int | Type::Text(_), Type::Time) => {
                Some("write a time as `timestamp(\"2026-11-23T10:00:00-03:00\")`".to_owned())
            }
            (Type::Text(_), Type::Int | Type::Float | Type::Bool) if is_literal(right) => {
                Some(format!("write `\"{}\"`", self.inside(right)))
            }
            (Type::Int | Type::Float | Type::Bool, Type::Text(_)) if is_literal(left) => {
                Some(format!("write `\"{}\"`", self.inside(left)))
            }
            (Type::List(_), Type::Text(_)) | (Type::Text(_), Type::List(_)) => {
                Some("write `x in list`".to_owned())
            }
            (Type::Bool, Type::Int) => match (&right.kind, relation) {
                (Written::Int(1), Relation::Equal) | (Written::Int(0), Relation::NotEqual) => {
                    Some(format!("write `{l}`"))
                }
                (Written::Int(0), Relation::Equal) | (Written::Int(1), Relation::NotEqual) => {
                    Some(format!("write `!{}`", self.written_at(left, level::UNARY)))
                }
                _ => None,
            },
            _ => None,
        };
        self.problem(Code::TypeMismatch, syntax, message, help);
    }

    /// A value in quotes that should have none, or should be in a function.
    pub(super) fn quotes_help(&self, text: &Syntax, text_kind: &Type, other: &Type) -> Option<String> {
        if !text_kind.is_text() {
            return None;
        }
        let Some(value) = text.text() else {
            // A list of such.
            return match &text.kind {
                Written::List(elements) => {
                    elements.first().and_then(|first| self.quotes_help(first, text_kind, other))
                }
                _ => None,
            };
        };
        match other {
            Type::Int | Type::Float | Type::Number => {
                let number = value.trim();
                let is_number =
                    number.parse::<i64>().is_ok() || number.parse::<f64>().is_ok_and(f64::is_finite);
                is_number.then(|| format!("leave the quotes out: `{number}`"))
            }
            Type::Bool => {
                matches!(value, "true" | "false").then(|| format!("leave the quotes out: `{value}`"))
            }
            Type::Time => {
                crate::time::Timestamp::parse(value).map(|_| format!("write `timestamp(\"{value}\")`"))
            }
            Type::Duration => {
                crate::time::Duration::parse(value).map(|_| format!("write `duration(\"{value}\")`"))
            }
            _ => None,
        }
    }

    pub(super) fn no_arithmetic(
        &mut self,
        syntax: &Syntax,
        operator: Arithmetic,
        sides: &[Syntax; 2],
        kinds: [&Type; 2],
    ) {
        let ([left, right], [left_kind, right_kind]) = (sides, kinds);
        let sign = Operator::Arithmetic(operator).sign();
        let (l, r) = (self.written(left), self.written(right));
        let message = format!("`{sign}` does not go with `{l}`, {left_kind}, and `{r}`, {right_kind}");
        let help = match (left_kind, right_kind) {
            (Type::Int | Type::Float, Type::Int | Type::Float) if operator == Arithmetic::Remainder => {
                Some("there is a remainder of ints only: `int(x) % int(y)`".to_owned())
            }
            (Type::Int, Type::Float) => Some(format!("write `double({l})`")),
            (Type::Float, Type::Int) => Some(format!("write `double({r})`")),
            (Type::Text(_), other) if operator == Arithmetic::Add && has_text(other) => {
                Some(format!("write `string({r})`"))
            }
            (other, Type::Text(_)) if operator == Arithmetic::Add && has_text(other) => {
                Some(format!("write `string({l})`"))
            }
            (Type::Time, Type::Int) => hours(right),
            (Type::Time, Type::Text(_)) if right.text().is_some() => {
                Some(format!("write `timestamp({r})` or `duration({r})`"))
            }
            (Type::Duration, Type::Int) | (Type::Int, Type::Duration) => {
                Some("write the product out: `duration(\"48h\")`".to_owned())
            }
            (Type::Set(_), _) | (_, Type::Set(_)) => {
                Some("a set knows `in`, `size`, `exists` and `all`".to_owned())
            }
            (Type::Number, _) | (_, Type::Number) => {
                Some("make all elements of the list ints or all floats".to_owned())
            }
            _ => None,
        };
        self.problem(Code::TypeMismatch, syntax, message, help);
    }

    /// How to ask a bool of something that is none. Behind a `!` in parentheses, or it would bind to the left side alone.
    pub(super) fn bool_help(&self, part: &Syntax, kind: &Type, sign: &str) -> Option<String> {
        if is_literal(part) {
            return None;
        }
        let not = sign == "!";
        let asked = |text: String| if not { format!("`!({text})`") } else { format!("`{text}`") };
        let side = self.written_at(part, level::SUM);
        let known = self.known_help(part, not);
        match kind {
            Type::Set(_) => Some(format!("write {}", asked(format!("size({}) > 0", self.written(part))))),
            Type::Int => Some(format!("write {}", asked(format!("{side} != 0")))),
            Type::Float => Some(format!("write {}", asked(format!("{side} != 0.0")))),
            Type::Text(None) if part.text().is_some_and(|text| matches!(text, "true" | "false")) => {
                Some("leave the quotes out".to_owned())
            }
            Type::Text(_) if part.text().is_none() => {
                let known = known.map_or_else(String::new, |known| format!(", or `{known}`"));
                Some(format!("write {}{known}", asked(format!("{side} == \"…\""))))
            }
            Type::Time => known.map(|known| format!("write `{known}`")),
            _ => None,
        }
    }

    /// The question whether a part has a value, which can be asked of attributes alone.
    pub(super) fn known_help(&self, part: &Syntax, not: bool) -> Option<String> {
        self.attribute(part)?;
        Some(format!("{}known({})", if not { "!" } else { "" }, self.inside(part)))
    }

    /// What to write instead of a single value behind `in`, and of a string to look in.
    pub(super) fn in_help(&self, element: (&Syntax, &Type), other: (&Syntax, &Type)) -> Option<String> {
        let ((element, element_kind), (other, other_kind)) = (element, other);
        let is_value = is_literal(other) || other.text().is_some();
        // A string in a string may be meant as a part of it.
        let is_list = other.parenthesised || !other_kind.is_text() || element_kind.domain().is_some();
        if is_value && is_list {
            return Some(self.brackets_help(element, &self.inside(other)));
        }
        other_kind.is_text().then(|| {
            let other = self.written_at(other, level::MEMBER);
            format!("write `{other}.contains(…)` for a part of a string, `==` for the whole")
        })
    }

    pub(super) fn brackets_help(&self, element: &Syntax, value: &str) -> String {
        format!("a list is written with brackets: `{} in [{value}]`", self.written(element))
    }

    /// A part as it was written, in parentheses where it binds less tightly than what is put beside it.
    fn written_at(&self, part: &Syntax, needed: u8) -> String {
        let text = self.written(part);
        if part.kind.level() < needed && !part.parenthesised { format!("({text})") } else { text }
    }

    /// A part as it was written, without parentheses around the whole.
    fn inside(&self, part: &Syntax) -> String {
        let mut text = self.text.get(part.span.clone()).unwrap_or_default().trim();
        while let Some(inside) = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')) {
            text = inside.trim();
        }
        shorten(text)
    }
}

/// A number that is meant as a length of time.
fn hours(part: &Syntax) -> Option<String> {
    match part.kind {
        Written::Int(hours) => Some(format!("write `duration(\"{hours}h\")` for hours")),
        _ => None,
    }
}

/// Why two elements do not go into one list.
pub(super) fn list_help(list: &Type, element: &Type) -> Option<String> {
    (list.is_text() != element.is_text()).then(|| "put all elements in quotes, or none".to_owned())
}

fn is_literal(part: &Syntax) -> bool {
    matches!(part.kind, Written::Int(_) | Written::Float(_) | Written::Bool(_))
}

/// Whether `string(x)` is there for it.
fn has_text(kind: &Type) -> bool {
    matches!(kind, Type::Bool | Type::Int | Type::Float | Type::Time | Type::Duration)
}
