//! Three-valued logic (L1): what a condition says of a visitor.

/// The value of a condition: true, false, or unknown, which is also what an error in it is (L1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Truth {
    /// It does not hold.
    False,
    /// Something it needs is not known, or failed.
    Unknown,
    /// It holds.
    True,
}

impl Truth {
    /// Whether it is true; unknown is not.
    #[must_use]
    pub const fn holds(self) -> bool {
        matches!(self, Self::True)
    }
    /// CEL's `&&`: false wins over unknown.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.min(other)
    }
    /// CEL's `||`: true wins over unknown.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.max(other)
    }
    /// Whether this is known.
    #[must_use]
    pub const fn is_known(self) -> bool {
        !matches!(self, Self::Unknown)
    }
}

impl std::ops::Not for Truth {
    type Output = Self;
    /// CEL's `!`: unknown stays unknown.
    fn not(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::Unknown => Self::Unknown,
            Self::False => Self::True,
        }
    }
}
impl From<bool> for Truth {
    fn from(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }
}
impl From<Option<bool>> for Truth {
    fn from(value: Option<bool>) -> Self {
        value.map_or(Self::Unknown, Self::from)
    }
}
