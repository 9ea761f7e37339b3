//! Arithmetic and fields of times, exactly as CEL has them: checked 64-bit ints, IEEE floats, durations within 64 bits of
//! nanoseconds.

use std::cmp::Ordering;

use super::super::Failure;
use super::super::syntax::Arithmetic;
use super::super::tree::TimePart;
use super::Datum;
use crate::time::{Duration, Offset, Timestamp};

/// 2^63, the first float above all ints.
const ABOVE_ALL_INTS: f64 = 9_223_372_036_854_775_808.0;

/// An int and a float on one line, without rounding either (L6); NaN has no place on it.
pub(crate) fn int_with_float(int: i64, float: f64) -> Option<Ordering> {
    if float.is_nan() {
        None
    } else if float >= ABOVE_ALL_INTS {
        Some(Ordering::Less)
    } else if float < -ABOVE_ALL_INTS {
        Some(Ordering::Greater)
    } else {
        // In range, so that the whole part is an exact int; what is behind the point decides between equals.
        let whole = float.trunc();
        let fraction = if float == whole { Ordering::Equal } else { 0.0_f64.partial_cmp(&float)? };
        Some(int.cmp(&(whole as i64)).then(fraction))
    }
}

/// A float cut towards zero. CEL leaves out both ends of the range, which do not survive the way back.
pub(super) fn int_of(float: f64) -> Option<i64> {
    (float > -ABOVE_ALL_INTS && float < ABOVE_ALL_INTS).then_some(float.trunc() as i64)
}

/// A length of time that CEL has: within 64 bits of nanoseconds, about 292 years.
pub(in super::super) fn duration(nanoseconds: i128) -> Option<Duration> {
    i64::try_from(nanoseconds).ok()?;
    Duration::from_nanoseconds(nanoseconds)
}

pub(crate) fn between(later: Timestamp, earlier: Timestamp) -> Result<Duration, Failure> {
    duration(later.since(earlier).nanoseconds()).ok_or(Failure::Overflow)
}

pub(super) fn negate(value: Datum<'_>) -> Result<Datum<'_>, Failure> {
    match value {
        Datum::Int(value) => value.checked_neg().map(Datum::Int).ok_or(Failure::Overflow),
        Datum::Float(value) => Ok(Datum::Float(-value)),
        _ => Ok(Datum::Unknown),
    }
}

pub(super) fn arithmetic<'r>(
    operator: Arithmetic,
    left: Datum<'r>,
    right: Datum<'r>,
) -> Result<Datum<'r>, Failure> {
    use Arithmetic::{Add, Divide, Multiply, Remainder, Subtract};
    let value = match (left, right) {
        (Datum::Int(a), Datum::Int(b)) => {
            let value = match operator {
                Add => a.checked_add(b),
                Subtract => a.checked_sub(b),
                Multiply => a.checked_mul(b),
                Divide | Remainder if b == 0 => return Err(Failure::DivisionByZero),
                Divide => a.checked_div(b),
                Remainder => a.checked_rem(b),
            };
            value.map(Datum::Int)
        }
        (Datum::Float(a), Datum::Float(b)) => Some(Datum::Float(match operator {
            Add => a + b,
            Subtract => a - b,
            Multiply => a * b,
            Divide => a / b,
            // The checker lets no remainder of floats pass.
            Remainder => return Ok(Datum::Unknown),
        })),
        (Datum::Duration(a), Datum::Duration(b)) => {
            let (a, b) = (a.nanoseconds(), b.nanoseconds());
            duration(if operator == Add { a + b } else { a - b }).map(Datum::Duration)
        }
        (Datum::Time(a), Datum::Duration(b)) => {
            let by = if operator == Add { Some(b) } else { Duration::from_nanoseconds(-b.nanoseconds()) };
            by.and_then(|by| a.checked_add(by)).map(Datum::Time)
        }
        (Datum::Duration(a), Datum::Time(b)) => b.checked_add(a).map(Datum::Time),
        (Datum::Time(a), Datum::Time(b)) => return between(a, b).map(Datum::Duration),
        _ => return Ok(Datum::Unknown),
    };
    value.ok_or(Failure::Overflow)
}

/// A field of a time in UTC plus `offset`, or a length of time in whole units.
pub(super) fn part<'r>(part: TimePart, offset: Offset, of: Datum<'r>) -> Datum<'r> {
    match of {
        Datum::Time(time) => Datum::Int(part_of_time(part, time, offset)),
        Datum::Duration(length) => {
            let nanoseconds = length.nanoseconds();
            Datum::Int(match part {
                TimePart::Hours => length.seconds() / 3_600,
                TimePart::Minutes => length.seconds() / 60,
                TimePart::Milliseconds => (nanoseconds % 1_000_000_000 / 1_000_000) as i64,
                _ => length.seconds(),
            })
        }
        _ => Datum::Unknown,
    }
}

fn part_of_time(part: TimePart, time: Timestamp, offset: Offset) -> i64 {
    let civil = time.civil(offset);
    match part {
        TimePart::FullYear => civil.year().into(),
        TimePart::Month => i64::from(civil.month()) - 1,
        TimePart::Date => civil.day().into(),
        TimePart::DayOfMonth => i64::from(civil.day()) - 1,
        TimePart::DayOfWeek => civil.weekday().to_sunday_zero_offset().into(),
        TimePart::DayOfYear => i64::from(civil.day_of_year()) - 1,
        TimePart::Hours => civil.hour().into(),
        TimePart::Minutes => civil.minute().into(),
        TimePart::Seconds => civil.second().into(),
        TimePart::Milliseconds => i64::from(civil.subsec_nanosecond()) / 1_000_000,
    }
}
