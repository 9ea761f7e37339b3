//! Calendar and clock by plain integer arithmetic, and the texts of times.

use super::document::WEEKDAYS;
use super::visitor::{DAY, SECOND, Time};

/// Minutes since 1970-01-01T00:00 on a clock that is `offset` minutes east of UTC.
fn local_minutes(at: Time, offset: i64) -> i64 {
    at.div_euclid(60 * SECOND) as i64 + offset
}
pub fn minute_of_day(at: Time, offset: i64) -> i64 {
    local_minutes(at, offset).rem_euclid(24 * 60)
}
/// 0 is Monday.
pub fn weekday(at: Time, offset: i64) -> usize {
    // The first day of 1970 was a Thursday, 3.
    (local_minutes(at, offset).div_euclid(24 * 60) + 3).rem_euclid(7) as usize
}

/// `08:00` in minutes.
fn clock(text: &str) -> i64 {
    let (hours, minutes) = text.split_once(':').expect("a time of day");
    hours.parse::<i64>().expect("hours") * 60 + minutes.parse::<i64>().expect("minutes")
}
fn ends(text: &str) -> (i64, i64) {
    let (start, end) = text.split_once('-').expect("two times of day");
    (clock(start), clock(end))
}

/// Whether the clock stands within `span` (`21:00-08:00`).
pub fn within_hours(span: &str, at: Time, offset: i64) -> bool {
    let ((start, end), now) = (ends(span), minute_of_day(at, offset));
    if start < end { start <= now && now < end } else { start <= now || now < end }
}

/// Whether day and clock stand within `span` (`mon-fri 08:00-20:00`, or one day).
pub fn within_week(span: &str, at: Time, offset: i64) -> bool {
    let (days, hours) = span.split_once(' ').expect("days and hours");
    let (first, last) = days.split_once('-').unwrap_or((days, days));
    let day = |name: &str| WEEKDAYS.iter().position(|day| *day == name).expect("a day of the week");
    let (first, last) = (day(first), day(last));
    let covered =
        |day: usize| if first <= last { first <= day && day <= last } else { first <= day || day <= last };
    let ((start, end), today, now) = (ends(hours), weekday(at, offset), minute_of_day(at, offset));
    if start < end {
        covered(today) && start <= now && now < end
    } else {
        // What passes midnight belongs to the day it starts on.
        covered(today) && start <= now || covered((today + 6) % 7) && now < end
    }
}

/// Days since 1970-01-01 of a day of the Gregorian calendar, counted year by year and month by month.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let leap = |year: i64| (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let length = |year: i64, month: i64| match month {
        2 => 28 + i64::from(leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    let years: i64 = if year >= 1970 {
        (1970..year).map(|y| 365 + i64::from(leap(y))).sum()
    } else {
        -(year..1970).map(|y| 365 + i64::from(leap(y))).sum::<i64>()
    };
    years + (1..month).map(|m| length(year, m)).sum::<i64>() + day - 1
}

/// The point that an RFC 3339 text names.
pub fn parse_time(text: &str) -> Time {
    let number = |from: usize, to: usize| text[from..to].parse::<i64>().expect("digits");
    let digits =
        text[19..].strip_prefix('.').map_or("", |rest| &rest[..rest.find(['Z', '+', '-']).expect("a zone")]);
    let zone = if digits.is_empty() { 19 } else { 20 + digits.len() };
    let offset = match &text[zone..] {
        "Z" => 0,
        zone => clock(&zone[1..]) * if zone.starts_with('-') { -1 } else { 1 },
    };
    let days = days_since_1970(number(0, 4), number(5, 7), number(8, 10));
    let seconds = number(11, 13) * 3600 + number(14, 16) * 60 + number(17, 19) - offset * 60;
    i128::from(days) * DAY + i128::from(seconds) * SECOND + nanoseconds(digits)
}
/// The nanoseconds that the digits behind a point stand for.
fn nanoseconds(digits: &str) -> i128 {
    format!("{digits:0<9}").parse().expect("at most nine digits")
}

/// The RFC 3339 text of a point, on a clock `offset` minutes east of UTC.
pub fn print_time(at: Time, offset: i64) -> String {
    let local = at + i128::from(offset) * 60 * SECOND;
    let (days, rest) = (local.div_euclid(DAY) as i64, local.rem_euclid(DAY));
    let mut year = 1970 + days / 366 - 2;
    while days_since_1970(year + 1, 1, 1) <= days {
        year += 1;
    }
    let month = (1..=12).rev().find(|&month| days_since_1970(year, month, 1) <= days).expect("a month");
    let day = days - days_since_1970(year, month, 1) + 1;
    let (seconds, nanos) = (rest / SECOND, rest % SECOND);
    let fraction = if nanos == 0 { String::new() } else { format!(".{nanos:09}") };
    let sign = if offset < 0 { '-' } else { '+' };
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}{fraction}{sign}{:02}:{:02}",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60,
        offset.abs() / 60,
        offset.abs() % 60
    )
}

/// A CEL duration of one number and one unit, as `72h` or `-1.5s`.
pub fn parse_duration(text: &str) -> i128 {
    let (number, unit) = text.split_at(text.find(|c: char| c.is_ascii_alphabetic()).expect("a unit"));
    let unit = match unit {
        "h" => 3600 * SECOND,
        "m" => 60 * SECOND,
        "s" => SECOND,
        "ms" => SECOND / 1_000,
        "us" => SECOND / 1_000_000,
        "ns" => 1,
        other => panic!("the test does not read the unit {other}"),
    };
    let (sign, number) = number.strip_prefix('-').map_or((1, number), |number| (-1, number));
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let whole = whole.parse::<i128>().expect("a whole number") * unit;
    sign * (whole + nanoseconds(fraction) * unit / SECOND)
}

#[test]
fn the_calendar_of_the_tests_agrees_with_known_days() {
    // 2026-11-23 is a Monday; 13:00 UTC is 10:00 three hours west.
    let at = parse_time("2026-11-23T10:00:00-03:00");
    assert_eq!((weekday(at, 0), minute_of_day(at, 0), minute_of_day(at, -180)), (0, 13 * 60, 10 * 60));
    assert_eq!(at, 1_795_438_800 * SECOND);
    assert_eq!(parse_time("2026-11-23T10:00:00.25-03:00"), at + SECOND / 4);
    assert_eq!(
        ["-1.5s", "2m", "0.000000001s", "7ms"].map(parse_duration),
        [-3 * SECOND / 2, 120 * SECOND, 1, 7_000_000]
    );
    for text in ["2024-02-29T23:59:59+00:00", "1969-12-31T00:00:00+05:30", "2026-11-23T10:00:00-03:00"] {
        assert_eq!(
            print_time(
                parse_time(text),
                if text.ends_with("05:30") {
                    330
                } else if text.ends_with("-03:00") {
                    -180
                } else {
                    0
                }
            ),
            text
        );
    }
    assert!(within_week("fri 22:00-02:00", parse_time("2026-11-28T01:59:00Z"), 0));
    assert!(!within_week("fri 22:00-02:00", parse_time("2026-11-28T02:00:00Z"), 0));
    assert!(!within_week("fri 22:00-02:00", parse_time("2026-11-27T01:00:00Z"), 0));
    assert!(within_week("sun 22:00-02:00", parse_time("2026-11-23T01:00:00Z"), 0));
    assert!(within_week("sat 09:00-24:00", parse_time("2026-11-28T23:59:59Z"), 0));
}
