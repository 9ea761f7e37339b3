//! Conversions between types, and the fields of times.

use super::super::Code;
use super::super::evaluate::parse_duration;
use super::super::syntax::{Call, Syntax};
use super::super::tree::{Convert, Kind, Node, TimePart};
use super::measure::Measure;
use super::types::Type;
use super::{Checked, Checker};
use crate::time::{Offset, Timestamp};

impl Checker<'_, '_> {
    pub(super) fn convert(&mut self, syntax: &Syntax, call: &Call, to: Convert) -> Checked {
        let kind = match to {
            Convert::Bool => Type::Bool,
            Convert::Int => Type::Int,
            Convert::Float => Type::Float,
            Convert::Text => Type::Text(None),
            Convert::Time => Type::Time,
            Convert::Duration => Type::Duration,
        };
        let [argument] = &*call.arguments else {
            self.usage(syntax, call, &format!("{}(x)", call.name));
            return Checked::bad_of(kind);
        };
        let checked = self.check(argument);
        if checked.is_bad() {
            return Checked::bad_of(kind);
        }
        let possible = match (&checked.kind, to) {
            (Type::Any | Type::Text(_), _) => true,
            (Type::Bool, to) => matches!(to, Convert::Bool | Convert::Text),
            (Type::Int, to) => matches!(to, Convert::Int | Convert::Float | Convert::Text | Convert::Time),
            (Type::Float | Type::Number, to) => matches!(to, Convert::Int | Convert::Float | Convert::Text),
            (Type::Time, to) => matches!(to, Convert::Int | Convert::Text | Convert::Time),
            (Type::Duration, to) => matches!(to, Convert::Text | Convert::Duration),
            (Type::List(_) | Type::Set(_), _) => false,
        };
        if !possible {
            let message = format!(
                "`{}` cannot convert `{}`, which is {}",
                call.name,
                self.written(argument),
                checked.kind
            );
            let help = match (&checked.kind, to) {
                (Type::Duration, Convert::Int) => {
                    Some("write `x.getSeconds()`, `x.getMinutes()` or `x.getHours()`".to_owned())
                }
                (Type::Int, Convert::Duration) => Some("write `duration(\"…s\")`".to_owned()),
                (Type::Int, Convert::Bool) => Some("write `x != 0`".to_owned()),
                _ => None,
            };
            self.problem(Code::TypeMismatch, syntax, message, help);
            return Checked::bad_of(kind);
        }
        if let Some(text) = argument.text() {
            self.time_literal(argument, to, text);
        }
        let from = Kind::from(&checked.kind);
        let pieces = if to == Convert::Text && from == Kind::Text { checked.measure.pieces } else { 1 };
        let measure = Measure { pieces, ..Measure::over([&checked.measure]) };
        let node = Node::Convert { to, from, of: Box::new(checked.node) };
        self.finish(syntax, Checked { node, kind, measure })
    }

    /// A time that is written out and wrong could never be anything but unknown.
    fn time_literal(&mut self, written: &Syntax, to: Convert, text: &str) {
        match to {
            Convert::Time if Timestamp::parse(text).is_none() => {
                let help = "write it like `2026-11-23T10:00:00-03:00`, from year 1 to 9999";
                let message = format!("`{}` is no time of RFC 3339", super::shorten(text));
                self.problem(Code::BadTime, written, message, Some(help.to_owned()));
            }
            Convert::Duration if parse_duration(text).is_none() => {
                let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
                let unit = text.trim_start_matches(|c: char| c.is_ascii_digit()).trim();
                let help = match (digits.parse::<i64>().ok(), unit) {
                    (Some(days), "d" | "day" | "days") => format!("write `\"{}h\"`", days.saturating_mul(24)),
                    (Some(weeks), "w" | "week" | "weeks") => {
                        format!("write `\"{}h\"`", weeks.saturating_mul(168))
                    }
                    _ => "write it like `72h`, `90m` or `1h30m`, at most about 290 years".to_owned(),
                };
                let message = format!("`{}` is no length of time", super::shorten(text));
                self.problem(Code::BadTime, written, message, Some(help));
            }
            _ => {}
        }
    }

    pub(super) fn part(&mut self, syntax: &Syntax, call: &Call, part: TimePart) -> Checked {
        let bad = Checked::bad_of(Type::Int);
        let Some(target) = &call.target else { return bad };
        let of = self.check(target);
        let lengths =
            matches!(part, TimePart::Hours | TimePart::Minutes | TimePart::Seconds | TimePart::Milliseconds);
        let offset = match &*call.arguments {
            [] => Some(Offset::UTC),
            [zone] if of.kind != Type::Duration => self.zone(zone),
            _ => {
                self.usage(syntax, call, &format!("x.{}()", call.name));
                None
            }
        };
        if of.is_bad() {
            return bad;
        }
        if !(matches!(of.kind, Type::Time | Type::Any) || (lengths && of.kind == Type::Duration)) {
            let what = if lengths { "a timestamp or a duration" } else { "a timestamp" };
            let message =
                format!("`{}` needs {what}, but `{}` is {}", call.name, self.written(target), of.kind);
            self.problem(Code::TypeMismatch, target, message, None);
            return bad;
        }
        let Some(offset) = offset else { return bad };
        let measure = Measure::over([&of.measure]);
        let node = Node::Part { part, offset, of: Box::new(of.node) };
        self.finish(syntax, Checked { node, kind: Type::Int, measure })
    }

    /// A zone that is the same for ever: `UTC` or a fixed offset.
    fn zone(&mut self, written: &Syntax) -> Option<Offset> {
        let Some(name) = written.text() else {
            let message = "a time zone must be a constant: `\"UTC\"` or an offset like `\"+02:00\"`";
            self.problem(Code::Refused, written, message, None);
            return None;
        };
        if name == "UTC" {
            return Some(Offset::UTC);
        }
        let (sign, clock) = match name.split_at_checked(1) {
            Some(("-", clock)) => (-1, clock),
            Some(("+", clock)) => (1, clock),
            _ => (1, name),
        };
        let fixed = clock.split_once(':').filter(|(hours, minutes)| {
            hours.len() == 2
                && minutes.len() == 2
                && (hours.bytes().chain(minutes.bytes())).all(|b| b.is_ascii_digit())
        });
        let Some((hours, minutes)) = fixed else {
            let help = "write a fixed offset like `\"+02:00\"`: the tables of named zones change with time, and the same \
                        inputs must give the same answer for ever";
            let message = format!("the named time zone `{}` has no use here", super::shorten(name));
            self.problem(Code::Refused, written, message, Some(help.to_owned()));
            return None;
        };
        let (hours, minutes): (i16, i16) = (hours.parse().ok()?, minutes.parse().ok()?);
        let offset = if minutes < 60 { Offset::from_minutes(sign * (hours * 60 + minutes)) } else { None };
        if offset.is_none() {
            self.problem(
                Code::BadTime,
                written,
                format!("`{name}` is no offset: expected -18:00 to +18:00"),
                None,
            );
        }
        offset
    }
}

/// The field that a method reads.
pub(super) fn part(name: &str) -> Option<TimePart> {
    Some(match name {
        "getFullYear" => TimePart::FullYear,
        "getMonth" => TimePart::Month,
        "getDate" => TimePart::Date,
        "getDayOfMonth" => TimePart::DayOfMonth,
        "getDayOfWeek" => TimePart::DayOfWeek,
        "getDayOfYear" => TimePart::DayOfYear,
        "getHours" => TimePart::Hours,
        "getMinutes" => TimePart::Minutes,
        "getSeconds" => TimePart::Seconds,
        "getMilliseconds" => TimePart::Milliseconds,
        _ => return None,
    })
}
