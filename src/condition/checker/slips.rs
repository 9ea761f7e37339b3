//! The usual slips, by name: what was found, what was probably meant.

use super::super::Code;
use super::super::syntax::{Arithmetic, Kind as Written, Operator, Relation, Syntax};
use super::types::Type;
use super::{Checked, Checker};
use crate::diagnostic::known_here;

impl Checker<'_, '_> {
    /// `null` where it is not compared with something.
    pub(super) fn null(&mut self, syntax: &Syntax) -> Checked {
        let help = Some("a missing value is unknown by itself: ask `known(x)`".to_owned());
        self.problem(Code::Refused, syntax, "`null` has no use here", help);
        Checked::bad()
    }

    /// Both sides of a comparison, checked; `None` if a slip was found and reported.
    pub(super) fn sides_of_comparison(
        &mut self,
        syntax: &Syntax,
        relation: Relation,
        sides: &[Syntax; 2],
    ) -> Option<(Checked, Checked)> {
        let [left, right] = sides;
        let is_null = |side: &Syntax| {
            side.kind == Written::Null
                || (self.bare_word(side).is_none()
                    && side.path().is_some_and(|path| super::names::is_null_word(&path)))
                    && self.attribute(side).is_none()
        };
        for (null, other) in [(left, right), (right, left)] {
            if is_null(null) {
                let other = self.written(other);
                let help = match relation {
                    Relation::Equal => format!("write `!known({other})`"),
                    _ => format!("write `known({other})`"),
                };
                let message =
                    format!("`{}` is no value here: what is missing is unknown", self.written(null));
                self.problem(Code::Slip, syntax, message, Some(help));
                return None;
            }
        }
        if let Some(checked) = self.not_before(left, |checker| {
            format!(
                "{} {} {}",
                checker.bare(left),
                Operator::Compare(opposite(relation)).sign(),
                checker.written(right)
            )
        }) {
            let right = self.check(right);
            return checked.map(|left| (left, right));
        }
        for (word, other, swapped) in [(right, left, false), (left, right, true)] {
            if let Some(name) = self.bare_word(word) {
                let checked = self.check(other);
                let quoted = match &checked.kind {
                    Type::Text(Some(domain)) => domain.iter().any(|value| &**value == name),
                    // Of two texts nothing would be asked.
                    Type::Text(None) => other.text().is_none() && self.suggest_nothing(name),
                    _ => false,
                };
                if quoted {
                    let message = format!("`{name}` is no attribute: a string is written in quotes");
                    self.problem(Code::Slip, word, message, Some(format!("write `\"{name}\"`")));
                    return None;
                }
                let word = self.check(word);
                return Some(if swapped { (word, checked) } else { (checked, word) });
            }
        }
        Some((self.check(left), self.check(right)))
    }

    /// Whether a name is so far from every attribute that it was hardly meant for one.
    fn suggest_nothing(&mut self, name: &str) -> bool {
        self.suggest(name, |checker| checker.scope.attributes.names().collect()).is_none()
    }

    pub(super) fn sides_of_membership(
        &mut self,
        syntax: &Syntax,
        sides: &[Syntax; 2],
    ) -> Option<(Checked, Checked)> {
        let [element, list] = sides;
        if let Some(checked) = self.not_before(element, |checker| {
            format!("!({} in {})", checker.bare(element), checker.written(list))
        }) {
            let list = self.check(list);
            return checked.map(|element| (element, list));
        }
        if let Some(name) = self.bare_word(element) {
            let checked = self.check(list);
            let quoted = match &checked.kind {
                Type::Set(domain) => domain.iter().any(|value| &**value == name),
                _ => false,
            };
            if quoted {
                let message = format!("`{name}` is no attribute: a member is written in quotes");
                self.problem(Code::Slip, element, message, Some(format!("write `\"{name}\"`")));
                return None;
            }
            return Some((self.check(element), checked));
        }
        let _ = syntax;
        Some((self.check(element), self.check(list)))
    }

    /// What stands behind the `!` of a part.
    fn bare(&self, part: &Syntax) -> String {
        match &part.kind {
            Written::Not(inner) => self.written(inner),
            _ => self.written(part),
        }
    }

    /// `!x in s` is `(!x) in s`, which is hardly meant unless x is a bool. `None`: there is no such sign; inner `None`: the
    /// slip was reported.
    fn not_before(&mut self, part: &Syntax, meant: impl FnOnce(&Self) -> String) -> Option<Option<Checked>> {
        let Written::Not(inner) = &part.kind else { return None };
        if part.parenthesised {
            return None;
        }
        let checked = self.check(inner);
        if checked.kind.fits(&Type::Bool) {
            return Some(Some(self.not(part, checked)));
        }
        let message = format!("`!` binds to `{}` alone, which is {}", self.written(inner), checked.kind);
        let help = format!("write `{}`", meant(self));
        self.problem(Code::Slip, part, message, Some(help));
        Some(None)
    }

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
            (Type::Duration, Type::Int) => Some(format!("write `duration(\"{r}h\")` for hours")),
            (Type::Text(Some(domain)), _) | (_, Type::Text(Some(domain))) => {
                known_here(domain.iter().map(|value| &**value))
            }
            (Type::Time, Type::Int | Type::Text(_)) | (Type::Int | Type::Text(_), Type::Time) => {
                Some("write a time as `timestamp(\"2026-11-23T10:00:00-03:00\")`".to_owned())
            }
            (Type::Text(_), Type::Int | Type::Float | Type::Bool) if is_literal(right) => {
                Some(format!("write `\"{r}\"`"))
            }
            (Type::Int | Type::Float | Type::Bool, Type::Text(_)) if is_literal(left) => {
                Some(format!("write `\"{l}\"`"))
            }
            (Type::List(_), Type::Text(_)) | (Type::Text(_), Type::List(_)) => {
                Some("write `x in list`".to_owned())
            }
            (Type::Bool, Type::Int) if matches!(right.kind, Written::Int(0 | 1)) => {
                Some(format!("write `{}{l}`", if right.kind == Written::Int(0) { "!" } else { "" }))
            }
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
            (Type::Float, Type::Float) => {
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
            (Type::Time, Type::Int) => Some(format!("write `duration(\"{r}h\")` for hours")),
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

    /// How to ask a bool of something that is none.
    pub(super) fn bool_help(&self, part: &Syntax, kind: &Type) -> Option<String> {
        let shown = self.written(part);
        if is_literal(part) {
            return None;
        }
        match kind {
            Type::Set(_) => Some(format!("write `size({shown}) > 0`")),
            Type::Int => Some(format!("write `{shown} != 0`")),
            Type::Float => Some(format!("write `{shown} != 0.0`")),
            Type::Text(None) if part.text().is_some_and(|text| matches!(text, "true" | "false")) => {
                Some("leave the quotes out".to_owned())
            }
            Type::Text(_) if part.text().is_none() => {
                Some(format!("write `{shown} == \"…\"`, or `known({shown})`"))
            }
            Type::Time => Some(format!("write `known({shown})`")),
            _ => None,
        }
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

const fn opposite(relation: Relation) -> Relation {
    match relation {
        Relation::Equal => Relation::NotEqual,
        Relation::NotEqual => Relation::Equal,
        Relation::Less => Relation::GreaterOrEqual,
        Relation::LessOrEqual => Relation::Greater,
        Relation::Greater => Relation::LessOrEqual,
        Relation::GreaterOrEqual => Relation::Less,
    }
}
