//! Lists and sets: what is in them, and conditions of their elements.

use super::{Expression, Term, plain};
use crate::condition::syntax::level;

/// A list of these values: all of one type, but that ints and floats may stand together.
pub fn list<V: Into<Term>>(values: impl IntoIterator<Item = V>) -> Term {
    let values: Vec<String> = values.into_iter().map(|value| value.into().text).collect();
    Term { text: format!("[{}]", values.join(", ")), level: level::MEMBER }
}

impl Term {
    /// This is one of `values`.
    pub fn one_of<V: Into<Self>>(self, values: impl IntoIterator<Item = V>) -> Expression {
        self.is_in(list(values))
    }
    /// This is an element of a list, or a member of a set.
    pub fn is_in(self, other: impl Into<Self>) -> Expression {
        self.relation("in", &other.into())
    }
    /// The element of this list with that number, from 0; unknown where there is none.
    pub fn element(self, number: impl Into<Self>) -> Self {
        Self { text: format!("{}[{}]", self.at(level::MEMBER), number.into().text), level: level::MEMBER }
    }
    /// The condition holds of one element or more of this list or set; false of none. Within it the element is called
    /// `variable`, which hides an attribute of that name, or of a group of that name: choose another.
    ///
    /// # Example
    /// ```
    /// use maitre::when::attribute;
    /// let large = attribute("profile.needs").some("need", |need| need.starts_with("large_"));
    /// assert_eq!(large.to_string(), r#"profile.needs.exists(need, need.startsWith("large_"))"#);
    /// ```
    pub fn some(self, variable: &str, condition: impl FnOnce(Self) -> Expression) -> Expression {
        self.quantified("exists", variable, condition)
    }
    /// The condition holds of every element of this list or set; true of none. Within it the element is called
    /// `variable`, as in [`some`](Self::some).
    pub fn every(self, variable: &str, condition: impl FnOnce(Self) -> Expression) -> Expression {
        self.quantified("all", variable, condition)
    }
    fn quantified(
        &self,
        name: &str,
        variable: &str,
        condition: impl FnOnce(Self) -> Expression,
    ) -> Expression {
        let variable = Self { text: plain(variable).into_owned(), level: level::MEMBER };
        let arguments = format!("{variable}, {}", condition(variable.clone()));
        Expression { text: self.method(name, &arguments), level: level::MEMBER }
    }
}
