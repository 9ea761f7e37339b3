//! Conditions written in Rust: what reads like a sentence here prints as canonical text of the rule language, and is
//! checked like any other text. Nothing can fail here; what is wrong is found when the expression is checked. Whatever can
//! be asked in a text can be asked here.
//!
//! # Example
//! ```
//! use maitre::when::{attribute, segment};
//! let expression = attribute("profile.age")
//!     .at_least(65)
//!     .and(!attribute("profile.needs").has("large_text"))
//!     .or(segment("stuck"));
//! let text = r#"profile.age >= 65 && !("large_text" in profile.needs) || segment.stuck"#;
//! assert_eq!(expression.to_string(), text);
//! ```

mod lists;
mod literals;
mod times;
mod values;

use std::borrow::Cow;
use std::fmt;

pub use self::lists::list;
use super::print;
use super::syntax::level;

/// A condition that was written in Rust. [`Condition::build`](crate::Condition::build) checks it; a policy takes its text.
// INVARIANT: `text` is canonical, and `level` says how tightly it binds; upheld by `Expression::at` and the operators.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Expression {
    text: String,
    level: u8,
}

/// A value in a condition: an attribute, a literal or what is computed from them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Term {
    text: String,
    level: u8,
}

fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    // Writing to a String does not fail.
    let _ = print::quote(&mut quoted, text);
    quoted
}

/// In parentheses where at least `needed` is.
fn at(text: &str, level: u8, needed: u8) -> String {
    if level < needed { format!("({text})") } else { text.to_owned() }
}

/// The name, where it is one. What is none must not become a piece of a condition: put between signs that the language
/// refuses, it is found when the expression is checked.
fn plain(name: &str) -> Cow<'_, str> {
    let is_word = |word: &str| {
        word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
            && word.bytes().next().is_some_and(|b| !b.is_ascii_digit())
    };
    if name.split('.').all(is_word) { name.into() } else { format!("`{}`", name.replace('`', "")).into() }
}

/// The value of an attribute, as `profile.age`.
pub fn attribute(name: &str) -> Term {
    Term { text: plain(name).into_owned(), level: level::MEMBER }
}
/// The condition of a segment.
pub fn segment(name: &str) -> Expression {
    Expression { text: format!("segment.{}", plain(name)), level: level::MEMBER }
}
/// Whether an attribute has a value.
pub fn known(attribute: &str) -> Expression {
    Expression { text: format!("known({})", plain(attribute)), level: level::MEMBER }
}
/// Whether the person said so themselves.
pub fn declared(attribute: &str) -> Expression {
    Expression { text: format!("declared({})", plain(attribute)), level: level::MEMBER }
}
/// A number from 0 to 9,999 that is the same for a person at all times, another for each salt.
pub fn bucket(salt: &str) -> Term {
    Term { text: format!("bucket({})", quoted(salt)), level: level::MEMBER }
}
/// A rule written in Rust.
pub fn rule(name: &str) -> Expression {
    Expression { text: format!("rule({})", quoted(name)), level: level::MEMBER }
}
/// A value, where the first of two is one: `value("chat")`.
pub fn value(value: impl Into<Term>) -> Term {
    value.into()
}
/// Every condition holds; true of none.
pub fn all(conditions: impl IntoIterator<Item = Expression>) -> Expression {
    conditions
        .into_iter()
        .reduce(Expression::and)
        .unwrap_or(Expression { text: "true".into(), level: level::MEMBER })
}
/// One condition or more holds; false of none.
pub fn any(conditions: impl IntoIterator<Item = Expression>) -> Expression {
    conditions
        .into_iter()
        .reduce(Expression::or)
        .unwrap_or(Expression { text: "false".into(), level: level::MEMBER })
}

impl Expression {
    /// This and `other`.
    pub fn and(self, other: Self) -> Self {
        // Parts of the same sign need no parentheses, on either side: `&&` is one chain.
        let text = format!(
            "{} && {}",
            at(&self.text, self.level, level::AND),
            at(&other.text, other.level, level::AND)
        );
        Self { text, level: level::AND }
    }
    /// This or `other`.
    pub fn or(self, other: Self) -> Self {
        let text = format!(
            "{} || {}",
            at(&self.text, self.level, level::OR),
            at(&other.text, other.level, level::OR)
        );
        Self { text, level: level::OR }
    }
    /// `then` where this holds, else `otherwise`.
    pub fn choose(self, then: Self, otherwise: Self) -> Self {
        let (test, then) = (at(&self.text, self.level, level::OR), at(&then.text, then.level, level::OR));
        Self { text: format!("{test} ? {then} : {}", otherwise.text), level: level::IF }
    }
    /// The value `then` where this holds, else the value `otherwise`; both are of one type.
    pub fn choose_value(self, then: impl Into<Term>, otherwise: impl Into<Term>) -> Term {
        let of = |term: Term| Self { text: term.text, level: term.level };
        self.choose(of(then.into()), of(otherwise.into())).into()
    }
}

impl std::ops::Not for Expression {
    type Output = Self;
    fn not(self) -> Self {
        Self { text: format!("!{}", at(&self.text, self.level, level::UNARY)), level: level::UNARY }
    }
}

impl fmt::Display for Expression {
    /// The canonical text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

macro_rules! comparisons {
    ($($(#[$doc:meta])* $name:ident = $sign:literal,)+) => {
        impl Term {
            $($(#[$doc])*
            pub fn $name(self, other: impl Into<Term>) -> Expression {
                self.relation($sign, &other.into())
            })+
        }
    };
}
comparisons! {
    /// This is equal to `other`.
    is = "==",
    /// This is known and not equal to `other`.
    is_not = "!=",
    /// This is `other` or more.
    at_least = ">=",
    /// This is `other` or less.
    at_most = "<=",
    /// This is more than `other`; of times: later.
    above = ">",
    /// This is less than `other`; of times: earlier.
    below = "<",
}

impl Term {
    fn relation(&self, sign: &str, other: &Self) -> Expression {
        let (left, right) = (self.at(level::RELATION), other.at(level::SUM));
        Expression { text: format!("{left} {sign} {right}"), level: level::RELATION }
    }
    fn method(&self, name: &str, arguments: &str) -> String {
        format!("{}.{name}({arguments})", self.at(level::MEMBER))
    }
    fn at(&self, needed: u8) -> String {
        at(&self.text, self.level, needed)
    }
    /// This bool holds.
    pub fn holds(self) -> Expression {
        Expression { text: self.text, level: self.level }
    }
    /// This set has `member`.
    pub fn has(self, member: &str) -> Expression {
        value(member).relation("in", &self)
    }
    /// This set has one of `members` or more.
    pub fn has_any<'m>(self, members: impl IntoIterator<Item = &'m str>) -> Expression {
        any(members.into_iter().map(|member| self.clone().has(member)))
    }
    /// This text begins with `other`.
    pub fn starts_with(self, other: impl Into<Self>) -> Expression {
        Expression { text: self.method("startsWith", &other.into().text), level: level::MEMBER }
    }
    /// This text ends with `other`.
    pub fn ends_with(self, other: impl Into<Self>) -> Expression {
        Expression { text: self.method("endsWith", &other.into().text), level: level::MEMBER }
    }
    /// This text has `other` as a part.
    pub fn contains(self, other: impl Into<Self>) -> Expression {
        Expression { text: self.method("contains", &other.into().text), level: level::MEMBER }
    }
    /// A part of this text matches a pattern of RE2.
    pub fn matches(self, pattern: &str) -> Expression {
        Expression { text: self.method("matches", &quoted(pattern)), level: level::MEMBER }
    }
}
