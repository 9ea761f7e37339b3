//! The usual slips, by name: what was found, what was probably meant.

use super::super::Code;
use super::super::syntax::{Kind as Written, Operator, Relation, Syntax};
use super::types::Type;
use super::{Checked, Checker};

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
                let help = self.known_help(other, relation == Relation::Equal);
                let is_other_null = is_null(other);
                let message =
                    format!("`{}` is no value here: what is missing is unknown", self.written(null));
                if help.is_none() && !is_other_null {
                    self.check(other);
                }
                let help = help.map(|known| format!("write `{known}`"));
                self.problem(Code::Slip, syntax, message, help);
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
                if self.is_string_without_quotes(name, other, &checked.kind) {
                    self.without_quotes(word, name, format!("write `\"{name}\"`"));
                    return None;
                }
                let word = self.check(word);
                return Some(if swapped { (word, checked) } else { (checked, word) });
            }
        }
        Some((self.check(left), self.check(right)))
    }

    /// Whether a bare name was meant as a string, to be held against `other`.
    fn is_string_without_quotes(&mut self, name: &str, other: &Syntax, kind: &Type) -> bool {
        match kind {
            Type::Text(Some(domain)) => domain.iter().any(|value| &**value == name),
            // Of two texts nothing would be asked.
            Type::Text(None) => other.text().is_none() && self.suggest_nothing(name),
            _ => false,
        }
    }

    fn without_quotes(&mut self, word: &Syntax, name: &str, help: String) {
        let message = format!("`{name}` is no attribute: a string is written in quotes");
        self.problem(Code::Slip, word, message, Some(help));
    }

    /// Whether there are bare names in a list that were meant as strings: then they are reported, and whatever else is
    /// wrong with the list.
    fn list_without_quotes(&mut self, element: &Syntax, checked: &Checked, list: &Syntax) -> bool {
        let parts = match &list.kind {
            Written::List(parts) => &**parts,
            // One value in parentheses, which a list was meant to be.
            _ if list.parenthesised => std::slice::from_ref(list),
            _ => return false,
        };
        let mut words = Vec::with_capacity(parts.len());
        for part in parts {
            let word = self.bare_word(part);
            words.push(word.filter(|word| self.is_string_without_quotes(word, element, &checked.kind)));
        }
        if words.iter().all(Option::is_none) {
            return false;
        }
        for (part, word) in parts.iter().zip(words) {
            let quoted = word.map(|word| format!("\"{word}\""));
            match (word, quoted) {
                (Some(word), Some(quoted)) if part.parenthesised && parts.len() == 1 => {
                    let help = self.brackets_help(element, &quoted);
                    self.without_quotes(part, word, help);
                }
                (Some(word), Some(quoted)) => self.without_quotes(part, word, format!("write `{quoted}`")),
                _ => {
                    let constant = self.check(part);
                    self.constant_in_range(checked, &constant, part);
                }
            }
        }
        true
    }

    /// Whether a name is so far from every attribute that it was hardly meant for one.
    fn suggest_nothing(&mut self, name: &str) -> bool {
        self.suggest(name, |checker| checker.scope.attributes.names().collect()).is_none()
    }

    pub(super) fn sides_of_membership(&mut self, sides: &[Syntax; 2]) -> Option<(Checked, Checked)> {
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
        let checked = self.check(element);
        if self.list_without_quotes(element, &checked, list) {
            return None;
        }
        Some((checked, self.check(list)))
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
