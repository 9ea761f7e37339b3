//! Points in time and lengths of time. There is no clock here: every time comes from the host, as a text, a number or
//! a value. Ranges and texts are those of CEL: years 1 to 9999, nanoseconds, RFC 3339.

use std::fmt;

use crate::diagnostic::{Diagnostic, DiagnosticCode};

/// Seconds from 0001-01-01T00:00:00Z to the Unix epoch, and to the end of 9999.
const FIRST_SECOND: i64 = -62_135_596_800;
const LAST_SECOND: i64 = 253_402_300_799;
/// The longest duration, in seconds: about 10,000 years either way (CEL).
const LONGEST: i64 = 315_576_000_000;
pub(crate) const SECONDS_A_DAY: i64 = 86_400;

/// How many days a month has, or `None` if there is no such month.
fn days_in(year: i64, month: i64) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 => Some(28 + i64::from(leap)),
        4 | 6 | 9 | 11 => Some(30),
        1..=12 => Some(31),
        _ => None,
    }
}

/// A point in time, in nanoseconds, from year 1 to year 9999, without an offset.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
// Not a type of a calendar library: these end hours before the year 9999 does.
// INVARIANT: the years 1 to 9999, upheld by `from_unix`; less than a second of nanoseconds, so that the order is time's.
pub struct Timestamp {
    seconds: i64,
    nanoseconds: u32,
}

impl Timestamp {
    /// 1970-01-01T00:00:00Z.
    pub(crate) const EPOCH: Self = Self { seconds: 0, nanoseconds: 0 };
    /// The point `seconds` (and `nanoseconds`, added) after 1970-01-01T00:00:00Z, or `None` outside the years 1 to 9999.
    #[must_use]
    pub fn from_unix(seconds: i64, nanoseconds: u32) -> Option<Self> {
        let in_range = (FIRST_SECOND..=LAST_SECOND).contains(&seconds) && nanoseconds < 1_000_000_000;
        in_range.then_some(Self { seconds, nanoseconds })
    }
    /// The point on the clock of a machine, or `None` outside the years 1 to 9999.
    ///
    /// # Example
    /// ```
    /// # use maitre::{Moment, Timestamp};
    /// let now = Timestamp::from_system_time(std::time::SystemTime::now()).ok_or("the clock is beyond all calendars")?;
    /// let visit = maitre::Visit::new(Moment::from(now));
    /// # Ok::<(), &str>(())
    /// ```
    #[must_use]
    pub fn from_system_time(time: std::time::SystemTime) -> Option<Self> {
        match time.duration_since(std::time::UNIX_EPOCH) {
            Ok(since) => Self::from_unix(i64::try_from(since.as_secs()).ok()?, since.subsec_nanos()),
            Err(before) => {
                let before = i128::try_from(before.duration().as_nanos()).ok()?;
                Self::from_nanoseconds(-before)
            }
        }
    }
    /// The point that an RFC 3339 text names (`2026-11-23T10:00:00-03:00`), else `None`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Some(Moment::parse(text)?.at)
    }
    /// Whole seconds since 1970-01-01T00:00:00Z, rounded down.
    #[must_use]
    pub fn unix_seconds(self) -> i64 {
        self.seconds
    }
    /// Nanoseconds since 1970-01-01T00:00:00Z.
    pub(crate) fn nanoseconds(self) -> i128 {
        i128::from(self.seconds) * 1_000_000_000 + i128::from(self.nanoseconds)
    }
    fn from_nanoseconds(nanoseconds: i128) -> Option<Self> {
        let seconds = i64::try_from(nanoseconds.div_euclid(1_000_000_000)).ok()?;
        Self::from_unix(seconds, nanoseconds.rem_euclid(1_000_000_000) as u32)
    }
    /// This point moved by `by`, or `None` outside the range.
    #[must_use]
    pub fn checked_add(self, by: Duration) -> Option<Self> {
        Self::from_nanoseconds(self.nanoseconds() + by.0)
    }
    /// Whether this is at most so many days after `earlier`, or before it.
    #[inline]
    pub(crate) fn is_within_days_of(self, earlier: Self, days: u32) -> bool {
        // Seconds of some 10,000 years either way.
        let (after, most) = (self.seconds - earlier.seconds, i64::from(days) * 86_400);
        after < most || after == most && self.nanoseconds <= earlier.nanoseconds
    }
    /// How long after `earlier` this is (negative if before).
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration(self.nanoseconds() - earlier.nanoseconds())
    }
    /// Calendar and clock in UTC plus `offset`. An offset that leads out of the year 9999 stops at its end.
    pub(crate) fn civil(self, offset: Offset) -> jiff::civil::DateTime {
        let seconds = self.seconds + i64::from(offset.minutes()) * 60;
        if seconds > LAST_SECOND {
            // Not left to the calendar, whose way there is by an allocated error.
            return jiff::civil::DateTime::MAX;
        }
        let since = jiff::SignedDuration::new(seconds, self.nanoseconds as i32);
        jiff::civil::DateTime::constant(1970, 1, 1, 0, 0, 0, 0).saturating_add(since)
    }
    /// Minute of the week in UTC plus `offset`, Monday 00:00 being 0.
    pub(crate) fn minute_of_week(self, offset: Offset) -> u16 {
        let minutes = self.unix_seconds().div_euclid(60) + i64::from(offset.minutes());
        // 1970-01-01 was a Thursday.
        (minutes + 3 * 1440).rem_euclid(7 * 1440) as u16
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}Z", self.civil(Offset::UTC))
    }
}
impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A signed length of time in nanoseconds, at most about 10,000 years either way (what arithmetic of two timestamps
/// can give).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
// INVARIANT: at most `LONGEST` either way, upheld by `within` and `from_nanoseconds`; so its seconds fit 64 bits.
pub struct Duration(i128);

impl Duration {
    /// That many seconds; beyond the longest, the longest.
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Self {
        Self::within(seconds as i128)
    }
    /// That many days of 24 hours; beyond the longest, the longest.
    #[must_use]
    pub const fn from_days(days: i64) -> Self {
        Self::within(days as i128 * SECONDS_A_DAY as i128)
    }
    const fn within(seconds: i128) -> Self {
        let longest = LONGEST as i128;
        let seconds = match seconds {
            _ if seconds > longest => longest,
            _ if seconds < -longest => -longest,
            _ => seconds,
        };
        Self(seconds * 1_000_000_000)
    }
    pub(crate) fn from_nanoseconds(nanoseconds: i128) -> Option<Self> {
        let longest = i128::from(LONGEST) * 1_000_000_000;
        (-longest..=longest).contains(&nanoseconds).then_some(Self(nanoseconds))
    }
    /// Nanoseconds.
    #[must_use]
    pub const fn nanoseconds(self) -> i128 {
        self.0
    }
    /// Whole seconds, cut towards zero.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        (self.0 / 1_000_000_000) as i64
    }
    /// The length that a CEL text names (`72h`, `1h30m`, `-1.5s`; units h, m, s, ms, us, ns), else `None`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, mut rest) = match text.as_bytes().first()? {
            b'-' => (true, text.get(1..)?),
            b'+' => (false, text.get(1..)?),
            _ => (false, text),
        };
        if rest == "0" {
            return Some(Self(0));
        }
        let mut total: i128 = 0;
        if rest.is_empty() {
            return None;
        }
        while !rest.is_empty() {
            let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            let (whole, tail) = rest.split_at_checked(digits)?;
            let (fraction, tail) = match tail.strip_prefix('.') {
                Some(tail) => {
                    let digits = tail.find(|c: char| !c.is_ascii_digit()).unwrap_or(tail.len());
                    tail.split_at_checked(digits)?
                }
                None => ("", tail),
            };
            if whole.is_empty() && fraction.is_empty() {
                return None;
            }
            let (unit, tail) = [
                ("ns", 1),
                ("us", 1_000),
                ("µs", 1_000),
                ("μs", 1_000),
                ("ms", 1_000_000),
                ("s", 1_000_000_000),
                ("m", 60_000_000_000),
                ("h", 3_600_000_000_000_i128),
            ]
            .iter()
            .find_map(|&(name, unit)| tail.strip_prefix(name).map(|tail| (unit, tail)))?;
            let whole: i128 = if whole.is_empty() { 0 } else { whole.parse::<i64>().ok()?.into() };
            total = total.checked_add(whole.checked_mul(unit)?)?;
            let mut scale = unit;
            for digit in fraction.bytes() {
                scale /= 10;
                total += i128::from(digit - b'0') * scale;
            }
            // However many pieces follow, none of them makes it shorter.
            Self::from_nanoseconds(total)?;
            rest = tail;
        }
        Self::from_nanoseconds(if negative { -total } else { total })
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, nanos) = (self.0.unsigned_abs() / 1_000_000_000, self.0.unsigned_abs() % 1_000_000_000);
        let sign = if self.0 < 0 { "-" } else { "" };
        if nanos == 0 {
            write!(f, "{sign}{seconds}s")
        } else {
            // Without the zeros at the end, and without a text of its own: evaluations print lengths of time too.
            let (mut fraction, mut digits) = (nanos, 9);
            while fraction % 10 == 0 {
                (fraction, digits) = (fraction / 10, digits - 1);
            }
            write!(f, "{sign}{seconds}.{fraction:0digits$}s")
        }
    }
}
impl fmt::Debug for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Minutes east of UTC, from −18:00 to +18:00.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Offset(i16);

impl Offset {
    /// No offset.
    pub const UTC: Self = Self(0);
    /// The largest, in minutes.
    pub const MAX_MINUTES: i16 = 18 * 60;
    /// So many minutes east of UTC, or `None` beyond 18 hours either way.
    #[must_use]
    pub const fn from_minutes(minutes: i16) -> Option<Self> {
        if minutes >= -Self::MAX_MINUTES && minutes <= Self::MAX_MINUTES { Some(Self(minutes)) } else { None }
    }
    /// Minutes east of UTC.
    #[must_use]
    pub const fn minutes(self) -> i16 {
        self.0
    }
}
impl fmt::Display for Offset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, minutes) = (if self.0 < 0 { '-' } else { '+' }, self.0.unsigned_abs());
        write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    }
}
impl fmt::Debug for Offset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A point in time with the UTC offset of the house: what `visit.at` is.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Moment {
    pub(crate) at: Timestamp,
    pub(crate) offset: Offset,
}

impl Moment {
    /// `at`, told in a house `offset` east of UTC.
    #[must_use]
    pub const fn new(at: Timestamp, offset: Offset) -> Self {
        Self { at, offset }
    }
    /// The moment that an RFC 3339 text names (`2026-11-23T10:00:00-03:00`), else `None`: its offset is kept.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let digits = |from: usize, count: usize| -> Option<i64> {
            let part = text.get(from..from + count)?;
            part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse().ok())?
        };
        let is = |at: usize, what: &[u8]| bytes.get(at).is_some_and(|b| what.contains(b));
        let marks = is(4, b"-") && is(7, b"-") && is(10, b"Tt") && is(13, b":") && is(16, b":");
        let (hour, minute, second) = (digits(11, 2)?, digits(14, 2)?, digits(17, 2)?);
        if !marks || hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        let (year, month, day) = (digits(0, 4)?, digits(5, 2)?, digits(8, 2)?);
        // Asked beforehand: the calendar's own refusal is allocated, and decisions read times from texts.
        if !(1..=days_in(year, month)?).contains(&day) {
            return None;
        }
        let date = jiff::civil::Date::new(
            i16::try_from(year).ok()?,
            i8::try_from(month).ok()?,
            i8::try_from(day).ok()?,
        )
        .ok()?;
        let (mut nanos, mut end) = (0_u32, 19);
        if is(19, b".") {
            end = 20 + bytes.get(20..)?.iter().take_while(|b| b.is_ascii_digit()).count();
            let fraction = text.get(20..end).filter(|f| (1..=9).contains(&f.len()))?;
            nanos = fraction.parse::<u32>().ok()? * 10_u32.pow(9 - fraction.len() as u32);
        }
        let offset = match text.get(end..)? {
            "Z" | "z" => 0,
            zone => {
                let (sign, hours, minutes) =
                    (*zone.as_bytes().first()?, digits(end + 1, 2)?, digits(end + 4, 2)?);
                if zone.len() != 6
                    || !is(end + 3, b":")
                    || hours > 23
                    || minutes > 59
                    || !matches!(sign, b'+' | b'-')
                {
                    return None;
                }
                (hours * 60 + minutes) * if sign == b'-' { -1 } else { 1 }
            }
        };
        let days = date.duration_since(jiff::civil::Date::constant(1970, 1, 1)).as_secs();
        let seconds = days + hour * 3600 + minute * 60 + second - offset * 60;
        let offset = Offset::from_minutes(i16::try_from(offset).ok()?)?;
        Some(Self { at: Timestamp::from_unix(seconds, nanos)?, offset })
    }
    /// The point in time.
    #[must_use]
    pub const fn timestamp(self) -> Timestamp {
        self.at
    }
    /// The house's UTC offset.
    #[must_use]
    pub const fn offset(self) -> Offset {
        self.offset
    }
    /// This moment moved by `by`, in the same offset, or `None` outside the range.
    #[must_use]
    pub fn checked_add(self, by: Duration) -> Option<Self> {
        Some(Self { at: self.at.checked_add(by)?, offset: self.offset })
    }
}
impl From<Timestamp> for Moment {
    fn from(at: Timestamp) -> Self {
        Self { at, offset: Offset::UTC }
    }
}
impl fmt::Display for Moment {
    /// As in RFC 3339. In an offset that leads out of the year 9999, which has no text, it is told in UTC.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let local = self.at.seconds + i64::from(self.offset.minutes()) * 60;
        let offset = if local > LAST_SECOND { Offset::UTC } else { self.offset };
        let civil = self.at.civil(offset);
        write!(f, "{civil}{offset}")
    }
}
impl fmt::Debug for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

macro_rules! from_str {
    ($type:ident, $what:literal) => {
        impl std::str::FromStr for $type {
            type Err = Diagnostic;
            /// As `parse`, for `?` and for `str::parse`.
            fn from_str(text: &str) -> Result<Self, Diagnostic> {
                Self::parse(text).ok_or_else(|| {
                    let message = format!("`{}` is not {}", crate::wire::short(text), $what);
                    Diagnostic::error(DiagnosticCode::BadTime, "", message)
                })
            }
        }
    };
}
from_str!(Timestamp, "a time like `2026-11-23T10:00:00-03:00`");
from_str!(Moment, "a time like `2026-11-23T10:00:00-03:00`");
from_str!(Duration, "a length of time like `72h` or `1h30m`");

macro_rules! serde_as_text {
    ($type:ident, $read:path) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> serde::Deserialize<'de> for $type {
            /// A text as in RFC 3339, or a date-time of TOML with an offset.
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $read(deserializer)
            }
        }
    };
}
serde_as_text!(Timestamp, crate::wire::timestamp);
serde_as_text!(Moment, crate::wire::moment);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_in_days_is_told_to_the_nanosecond() {
        let at = |seconds, nanoseconds| Timestamp::from_unix(seconds, nanoseconds).unwrap();
        let first = at(1_000, 500);
        for later in [
            at(0, 0),
            first,
            at(1_000 + 86_400 * 3 - 1, 999),
            at(1_000 + 86_400 * 3, 499),
            at(1_000 + 86_400 * 3, 500),
            at(1_000 + 86_400 * 3, 501),
            at(1_001 + 86_400 * 3, 0),
        ] {
            for days in [0, 2, 3, 4, u32::MAX] {
                let expected = later.since(first) <= Duration::from_days(days.into());
                assert_eq!(later.is_within_days_of(first, days), expected, "{later}, {days} days");
            }
        }
    }
}
