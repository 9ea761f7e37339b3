//! Conversions between types, as CEL has them.

use super::super::text::Pieces;
use super::super::tree::{Convert, Kind, Node};
use super::super::{Facts, Failure};
use super::{Datum, Run, Variables, numbers};
use crate::time::{Duration, Timestamp};

impl<'r, F: Facts> Run<'r, F> {
    /// Everything but to a text, which is walked in pieces.
    pub(super) fn convert(
        &self,
        to: Convert,
        from: Kind,
        of: &'r Node,
        variables: Variables<'_, 'r>,
    ) -> Datum<'r> {
        let value = if from == Kind::Text {
            let mut pieces = Pieces::new();
            if self.pieces(of, variables, &mut pieces).is_none() {
                return Datum::Unknown;
            }
            pieces.with_whole(|text| from_text(to, text))
        } else {
            match self.datum(of, variables) {
                Datum::Unknown => return Datum::Unknown,
                value => from_scalar(to, value),
            }
        };
        value.unwrap_or_else(|| self.fail(Failure::BadConversion))
    }
}

fn from_scalar<'r>(to: Convert, value: Datum<'r>) -> Option<Datum<'r>> {
    match (to, value) {
        (Convert::Int, Datum::Float(value)) => numbers::int_of(value).map(Datum::Int),
        (Convert::Int, Datum::Time(value)) => Some(Datum::Int(value.unix_seconds())),
        // To the nearest float, which is what CEL asks for.
        (Convert::Float, Datum::Int(value)) => Some(Datum::Float(value as f64)),
        (Convert::Time, Datum::Int(value)) => Timestamp::from_unix(value, 0).map(Datum::Time),
        (Convert::Int, Datum::Int(_))
        | (Convert::Float, Datum::Float(_))
        | (Convert::Bool, Datum::Bool(_))
        | (Convert::Time, Datum::Time(_))
        | (Convert::Duration, Datum::Duration(_)) => Some(value),
        _ => None,
    }
}

fn from_text<'r>(to: Convert, text: &str) -> Option<Datum<'r>> {
    match to {
        Convert::Bool => match text {
            "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(Datum::Bool(true)),
            "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(Datum::Bool(false)),
            _ => None,
        },
        Convert::Int => text.parse().ok().map(Datum::Int),
        Convert::Float => {
            let value: f64 = text.parse().ok()?;
            // Digits too many for a float are a mistake; the word for infinity is not.
            let in_range = value.is_finite() || !text.bytes().any(|b| b.is_ascii_digit());
            in_range.then_some(Datum::Float(value))
        }
        Convert::Time => Timestamp::parse(text).map(Datum::Time),
        Convert::Duration => parse_duration(text).map(Datum::Duration),
        Convert::Text => None,
    }
}

/// A length of time from text, within what CEL has.
pub(in super::super) fn parse_duration(text: &str) -> Option<Duration> {
    numbers::duration(Duration::parse(text)?.nanoseconds())
}
