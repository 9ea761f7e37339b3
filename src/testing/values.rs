//! The cells of numbers, times and lengths of time, as people say them: `3 or more`, `before 2026-12-01T00:00:00Z`,
//! `less than 3 days`. In comes what the listing writes for a cell; a listing is read back by machines, this is read aloud.

use crate::attribute::{AttributeType, Attributes};
use crate::cells::{Axis, Beside, Cut, Measure, OTHERS};
use crate::time::Timestamp;

/// How the numbers of an axis are said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    Number,
    Time,
    /// A length of time, in seconds.
    Length,
    /// A minute of the day.
    Minute,
    /// A minute of the week.
    WeekMinute,
}

/// The text of a cell in words.
pub(super) fn in_words(axis: &Axis, attributes: &Attributes, text: String) -> String {
    if !matches!(axis.cut, Cut::Steps(_)) {
        return if text == OTHERS { "something else".to_owned() } else { text };
    }
    let said = match &axis.measure {
        Measure::Age(_) => Said::Length,
        Measure::Value(id) if attributes.get(*id).kind == AttributeType::Timestamp => Said::Time,
        Measure::Beside(Beside::HouseMinute) => Said::WeekMinute,
        Measure::Beside(Beside::VisitorMinute) => Said::Minute,
        _ => Said::Number,
    };
    said.cell(text)
}

impl Said {
    fn cell(self, text: String) -> String {
        match text.split_once("..") {
            None if self == Self::Number => text,
            None => self.one(&text),
            Some(("", most)) => match (self.beyond(most), self) {
                (Some(end), Self::Time) => format!("before {end}"),
                (Some(end), _) => format!("less than {end}"),
                (None, Self::Time | Self::Minute | Self::WeekMinute) => format!("up to {}", self.one(most)),
                (None, _) => format!("{} or less", self.one(most)),
            },
            Some((least, "")) => match (self.beside(least), self) {
                (Some(start), Self::Time) => format!("after {start}"),
                (Some(start), _) => format!("more than {start}"),
                (None, Self::Time | Self::Minute | Self::WeekMinute) => {
                    format!("from {} on", self.one(least))
                }
                (None, _) => format!("{} or more", self.one(least)),
            },
            Some((least, most)) => {
                let from = match self.beside(least) {
                    Some(start) if self == Self::Time => format!("after {start}"),
                    Some(start) => format!("more than {start}"),
                    None => format!("from {}", self.one(least)),
                };
                match self.beyond(most) {
                    Some(end) if self == Self::Time => format!("{from} to before {end}"),
                    Some(end) => format!("{from} to less than {end}"),
                    None => format!("{from} to {}", self.one(most)),
                }
            }
        }
    }

    /// What lies just before the least, where the least itself is not to be said.
    fn beside(self, least: &str) -> Option<String> {
        match self {
            Self::Number => least.strip_prefix('>').map(str::to_owned),
            _ => least.strip_suffix('+').map(|least| self.one(least)),
        }
    }
    /// What lies just behind the most, where the most itself is not to be said.
    fn beyond(self, most: &str) -> Option<String> {
        match self {
            Self::Number => most.strip_prefix('<').map(str::to_owned),
            // Up to the next whole second.
            Self::Time => {
                let at = Timestamp::parse(most.strip_suffix('+')?)?;
                Some(Timestamp::from_unix(at.unix_seconds().checked_add(1)?, 0)?.to_string())
            }
            Self::Length => {
                let seconds: i64 = most.strip_suffix("s+")?.trim().parse().ok()?;
                Some(length(seconds.checked_add(1)?))
            }
            Self::Minute | Self::WeekMinute => None,
        }
    }
    /// A number by itself.
    fn one(self, text: &str) -> String {
        let number = || text.trim_end_matches('+').trim_end_matches('s').trim().parse::<i64>().ok();
        match self {
            Self::Number | Self::Time => text.to_owned(),
            Self::Length => number().map_or_else(|| text.to_owned(), length),
            Self::Minute => number().map_or_else(|| text.to_owned(), clock),
            Self::WeekMinute => {
                let day = |minute: i64| {
                    let days = crate::attribute::table::WEEKDAYS;
                    usize::try_from(minute.div_euclid(1440)).ok().and_then(|day| days.get(day)).copied()
                };
                let said = number().and_then(|minute| Some(format!("{} {}", day(minute)?, clock(minute))));
                said.unwrap_or_else(|| text.to_owned())
            }
        }
    }
}

/// `08:30`
fn clock(minute: i64) -> String {
    let minute = minute.rem_euclid(1440);
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// `3 days`, in the greatest unit that leaves nothing over.
fn length(seconds: i64) -> String {
    const UNITS: [(i64, &str); 3] = [(86_400, "day"), (3_600, "hour"), (60, "minute")];
    let unit = UNITS.into_iter().find(|(length, _)| seconds != 0 && seconds % length == 0);
    let (length, unit) = unit.unwrap_or((1, "second"));
    let number = seconds / length;
    format!("{number} {unit}{}", if number.abs() == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::Said;

    #[test]
    fn cells_are_said_in_words() {
        let said = |said: Said, text: &str| said.cell(text.to_owned());
        for (text, wanted) in [
            ("..-1", "-1 or less"),
            ("3..", "3 or more"),
            ("3..5", "from 3 to 5"),
            ("7", "7"),
            (">0.25..0.5", "more than 0.25 to 0.5"),
            ("..<0.5", "less than 0.5"),
            (">0.5..", "more than 0.5"),
            ("known", "known"),
        ] {
            assert_eq!(said(Said::Number, text), wanted, "{text}");
        }
        assert_eq!(said(Said::Length, "..259199 s+"), "less than 3 days");
        assert_eq!(said(Said::Length, "3600 s..7199 s+"), "from 1 hour to less than 2 hours");
        assert_eq!(said(Said::Length, "90 s+.."), "more than 90 seconds");
        assert_eq!(said(Said::Time, "..2026-11-30T23:59:59Z+"), "before 2026-12-01T00:00:00Z");
        assert_eq!(said(Said::Time, "2026-12-01T00:00:00Z.."), "from 2026-12-01T00:00:00Z on");
        assert_eq!(said(Said::Minute, "480..1259"), "from 08:00 to 20:59");
        assert_eq!(said(Said::WeekMinute, "..1919"), "up to tue 07:59");
    }
}
