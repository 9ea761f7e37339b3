//! One fact of many visitors.

use crate::attribute::AttributeType;
use crate::attribute::read::Found;
use crate::time::Timestamp;

/// One fact of many visitors, as a data warehouse keeps it: a value for each. Of whom it is not known, if some are, is said
/// [beside it](Self::where_known).
#[derive(Debug, Clone, Copy)]
pub struct Column<'a> {
    pub(super) values: Values<'a>,
    pub(super) known: Option<&'a [bool]>,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Values<'a> {
    Bools(&'a [bool]),
    Ints(&'a [i64]),
    Floats(&'a [f64]),
    Times(&'a [Timestamp]),
    Texts(&'a [&'a str]),
    /// By visitor the place of their text among a few.
    Coded(&'a [u32], &'a [&'a str]),
}

impl<'a> Column<'a> {
    const fn of(values: Values<'a>) -> Self {
        Self { values, known: None }
    }
    /// Bools.
    #[must_use]
    pub const fn bools(values: &'a [bool]) -> Self {
        Self::of(Values::Bools(values))
    }
    /// Whole numbers, for attributes that are ints or floats.
    #[must_use]
    pub const fn ints(values: &'a [i64]) -> Self {
        Self::of(Values::Ints(values))
    }
    /// Numbers. One that is not a number is not known.
    #[must_use]
    pub const fn floats(values: &'a [f64]) -> Self {
        Self::of(Values::Floats(values))
    }
    /// Moments.
    #[must_use]
    pub const fn times(values: &'a [Timestamp]) -> Self {
        Self::of(Values::Times(values))
    }
    /// Texts, for attributes that are strings or enums.
    #[must_use]
    pub const fn texts(values: &'a [&'a str]) -> Self {
        Self::of(Values::Texts(values))
    }
    /// Texts of which there are few: for each visitor the place of theirs in `texts`, from 0; beyond the last it is not known.
    /// Each text is looked at once, and not for each visitor.
    #[must_use]
    pub const fn coded(codes: &'a [u32], texts: &'a [&'a str]) -> Self {
        Self::of(Values::Coded(codes, texts))
    }
    /// The same, known of those visitors only of whom `known`, which is as long, is true.
    #[must_use]
    pub const fn where_known(mut self, known: &'a [bool]) -> Self {
        self.known = Some(known);
        self
    }
    /// Of how many visitors.
    #[must_use]
    pub const fn len(&self) -> usize {
        match self.values {
            Values::Bools(values) => values.len(),
            Values::Ints(values) => values.len(),
            Values::Floats(values) => values.len(),
            Values::Times(values) => values.len(),
            Values::Texts(values) => values.len(),
            Values::Coded(codes, _) => codes.len(),
        }
    }
    /// Whether it is of nobody.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// What its values are, for people.
    pub(super) const fn what(&self) -> &'static str {
        match self.values {
            Values::Bools(_) => "bools",
            Values::Ints(_) => "ints",
            Values::Floats(_) => "floats",
            Values::Times(_) => "timestamps",
            Values::Texts(_) | Values::Coded(..) => "strings",
        }
    }
    /// Whether its values can be those of an attribute of that type.
    pub(super) const fn fits(&self, kind: &AttributeType) -> bool {
        match self.values {
            Values::Bools(_) => matches!(kind, AttributeType::Bool),
            Values::Ints(_) => matches!(kind, AttributeType::Int { .. } | AttributeType::Float),
            Values::Floats(_) => matches!(kind, AttributeType::Float),
            Values::Times(_) => matches!(kind, AttributeType::Timestamp),
            Values::Texts(_) | Values::Coded(..) => {
                matches!(kind, AttributeType::Text | AttributeType::Enum(_))
            }
        }
    }
    /// Whether it is known of a visitor.
    pub(super) fn is_known(&self, visitor: usize) -> bool {
        self.known.is_none_or(|known| known.get(visitor) == Some(&true))
    }
    /// What it says of a visitor.
    pub(super) fn found(&self, visitor: usize) -> Found<'a> {
        if !self.is_known(visitor) {
            return Found::Nothing;
        }
        let found = match self.values {
            Values::Bools(values) => values.get(visitor).map(|&value| Found::Bool(value)),
            Values::Ints(values) => values.get(visitor).map(|&value| Found::Int(value)),
            Values::Floats(values) => values.get(visitor).map(|&value| Found::Float(value)),
            Values::Times(values) => values.get(visitor).map(|&value| Found::Time(value)),
            Values::Texts(values) => values.get(visitor).map(|&value| Found::Text(value)),
            Values::Coded(codes, texts) => {
                let text = codes.get(visitor).and_then(|&code| texts.get(code as usize));
                text.map(|&text| Found::Text(text))
            }
        };
        found.unwrap_or(Found::Nothing)
    }
}
