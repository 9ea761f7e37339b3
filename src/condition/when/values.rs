//! Values that are computed from others: numbers, texts and times, and one type from another.

use super::Term;
use crate::condition::syntax::level;

impl Term {
    /// The number of characters of a text, members of a set or elements of a list.
    pub fn size(self) -> Self {
        self.function("size")
    }
    /// This plus `other`; texts and lists are joined.
    pub fn plus(self, other: impl Into<Self>) -> Self {
        self.between("+", &other.into(), level::SUM)
    }
    /// This minus `other`; of two times, the length between them.
    pub fn minus(self, other: impl Into<Self>) -> Self {
        self.between("-", &other.into(), level::SUM)
    }
    /// This times `other`.
    pub fn times(self, other: impl Into<Self>) -> Self {
        self.between("*", &other.into(), level::PRODUCT)
    }
    /// This divided by `other`; of ints, without what is left. By an int of 0: unknown.
    pub fn divided_by(self, other: impl Into<Self>) -> Self {
        self.between("/", &other.into(), level::PRODUCT)
    }
    /// What is left of this int when it is divided by `other`, with the sign of this. By 0: unknown.
    pub fn remainder(self, other: impl Into<Self>) -> Self {
        self.between("%", &other.into(), level::PRODUCT)
    }
    /// This number with the other sign.
    pub fn negated(self) -> Self {
        let operand = self.at(level::UNARY);
        // A sign right before a digit would become part of the literal.
        let is_digit = operand.starts_with(|c: char| c.is_ascii_digit());
        let text = if is_digit { format!("-({operand})") } else { format!("-{operand}") };
        Self { text, level: level::UNARY }
    }
    /// This as an int: a float without its fraction, a text that is an int, the seconds of a time since 1970. What is
    /// none or lies beyond 64 bits is unknown.
    pub fn int(self) -> Self {
        self.function("int")
    }
    /// This int, or text that is a number, as a float.
    pub fn float(self) -> Self {
        self.function("double")
    }
    /// This bool, number, time or length of time as a text.
    pub fn string(self) -> Self {
        self.function("string")
    }
    /// This text, as `true`, as a bool; what is none is unknown.
    pub fn bool(self) -> Self {
        self.function("bool")
    }
    /// This text of RFC 3339, or int of seconds since 1970, as a time; what is none is unknown.
    pub fn timestamp(self) -> Self {
        self.function("timestamp")
    }
    /// This text, as `1h30m`, as a length of time; what is none is unknown.
    pub fn duration(self) -> Self {
        self.function("duration")
    }

    fn function(self, name: &str) -> Self {
        Self { text: format!("{name}({})", self.text), level: level::MEMBER }
    }
    /// From left to right: what stands on the right binds more tightly.
    fn between(&self, sign: &str, other: &Self, level: u8) -> Self {
        Self { text: format!("{} {sign} {}", self.at(level), other.at(level + 1)), level }
    }
}
