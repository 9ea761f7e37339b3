//! Hours as they are written: `21:00-08:00` for the visitor's quiet ones, `mon-fri 08:00-20:00` for those of the house.

use super::{Quiet, WeekSpan};
use crate::attribute::table::WEEKDAYS;
use crate::diagnostic::did_you_mean;

const DAY: u16 = 24 * 60;
const WEEK: u16 = 7 * DAY;

/// What is wrong, and what to do about it.
pub(super) type BadHours = (String, Option<String>);

/// `21:00-08:00`: start included, end not, an end before the start on the next day.
pub(super) fn quiet(text: &str) -> Result<Quiet, BadHours> {
    let trimmed = text.trim();
    if let Some((_, hours)) = trimmed.rsplit_once(char::is_whitespace)
        && clock_span(text, hours).is_ok()
    {
        let help = format!("quiet hours are the same every day: write `{hours}`");
        return Err((format!("`{}` has days", crate::document::cut(text)), Some(help)));
    }
    let (start, end) = clock_span(text, trimmed)?;
    Ok(Quiet { start, end })
}

/// All spans of a week, ascending and apart from each other.
pub(super) fn open(texts: &[String], mut bad: impl FnMut(usize, BadHours)) -> Vec<WeekSpan> {
    let mut spans = Vec::new();
    for (n, text) in texts.iter().enumerate() {
        match week_spans(text) {
            Ok(more) => spans.extend(more),
            Err(problem) => bad(n, problem),
        }
    }
    spans.sort_unstable();
    let mut merged: Vec<WeekSpan> = Vec::new();
    for span in spans {
        match merged.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => merged.push(span),
        }
    }
    merged
}

/// `mon-fri 08:00-20:00`, `mon,wed 10:00-12:00`; without days every day.
fn week_spans(text: &str) -> Result<Vec<WeekSpan>, BadHours> {
    let trimmed = text.trim();
    if let Some((first, _)) = trimmed.split_once(',').filter(|(first, _)| first.contains(':')) {
        let help = format!("one span to a string, as `[\"{}\", …]`", crate::document::cut(first));
        return Err((format!("`{}` is more than one span", crate::document::cut(text)), Some(help)));
    }
    if matches!(trimmed, "24/7" | "always") {
        let help = "a channel without `open` is always open".to_owned();
        return Err((format!("`{trimmed}` is not a span of hours"), Some(help)));
    }
    let (days, hours) = match trimmed.rsplit_once(char::is_whitespace) {
        Some((days, hours)) => (days.trim(), hours),
        None => ("", trimmed),
    };
    if days.is_empty() && !hours.starts_with(|c: char| c.is_ascii_digit()) {
        let help = format!("write `{} 00:00-24:00` for the whole day", crate::document::cut(hours));
        return Err((format!("`{}` has no hours", crate::document::cut(text)), Some(help)));
    }
    let (start, end) = clock_span(text, hours)?;
    let length = if end > start { end - start } else { end + DAY - start };
    let mut spans = Vec::new();
    for day in days_of(text, days)? {
        let from = day * DAY + start;
        let to = from + length;
        spans.push(WeekSpan { start: from, end: to.min(WEEK) });
        if to > WEEK {
            spans.push(WeekSpan { start: 0, end: to - WEEK });
        }
    }
    Ok(spans)
}

fn days_of(text: &str, days: &str) -> Result<Vec<u16>, BadHours> {
    if days.is_empty() {
        return Ok((0..7).collect());
    }
    let day = |name: &str| {
        WEEKDAYS.iter().position(|day| *day == name).map(|n| n as u16).ok_or_else(|| {
            let message =
                format!("unknown day `{}` in `{}`", crate::document::cut(name), crate::document::cut(text));
            let lower = name.to_lowercase();
            let help = match lower.as_str() {
                "daily" | "every day" | "everyday" => Some("without days it is every day".to_owned()),
                _ => match WEEKDAYS
                    .iter()
                    .find(|day| lower.starts_with(**day) || (lower.len() > 1 && day.starts_with(&lower)))
                {
                    Some(day) => Some(format!("write `{day}`")),
                    None => did_you_mean(name, WEEKDAYS.iter().copied()),
                },
            };
            (message, help)
        })
    };
    let mut all = Vec::new();
    for part in days.split(',') {
        match part.trim().split_once('-') {
            None => all.push(day(part.trim())?),
            Some((first, last)) => {
                let (first, last) = (day(first.trim())?, day(last.trim())?);
                // From Saturday to Monday is over the end of the week.
                let count = (last + 7 - first) % 7 + 1;
                all.extend((0..count).map(|n| (first + n) % 7));
            }
        }
    }
    Ok(all)
}

/// `08:00-20:00` in minutes of the day.
fn clock_span(text: &str, hours: &str) -> Result<(u16, u16), BadHours> {
    let bad = || {
        let help = "write hours as `08:00-20:00`, from 00:00 to 24:00".to_owned();
        (format!("`{}` is not a span of hours", crate::document::cut(text)), Some(help))
    };
    let (start, end) =
        hours.split_once('-').and_then(|(start, end)| Some((clock(start)?, clock(end)?))).ok_or_else(bad)?;
    if start == DAY {
        return Err(bad());
    }
    if start == end {
        let message = format!("`{}` begins and ends at the same time", crate::document::cut(text));
        return Err((message, Some("write `00:00-24:00` for the whole day".to_owned())));
    }
    Ok((start, end))
}

fn clock(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    let digits = |text: &str| {
        (text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit()))
            .then(|| text.parse::<u16>().ok())
            .flatten()
    };
    let (hour, minute) = (digits(hour)?, digits(minute)?);
    let minutes = hour * 60 + minute;
    (minute < 60 && minutes <= DAY).then_some(minutes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(texts: &[&str]) -> Vec<(u16, u16)> {
        let texts: Vec<String> = texts.iter().map(|&text| text.to_owned()).collect();
        let spans = open(&texts, |n, (message, _)| panic!("{}: {message}", texts[n]));
        spans.into_iter().map(|span| (span.start, span.end)).collect()
    }
    fn at(day: u16, hour: u16, minute: u16) -> u16 {
        day * DAY + hour * 60 + minute
    }

    #[test]
    fn days_are_single_listed_or_from_one_to_another() {
        assert_eq!(spans(&["tue 08:00-20:30"]), [(at(1, 8, 0), at(1, 20, 30))]);
        assert_eq!(
            spans(&["mon,wed 10:00-12:00"]),
            [(at(0, 10, 0), at(0, 12, 0)), (at(2, 10, 0), at(2, 12, 0))]
        );
        assert_eq!(spans(&["sat-mon 10:00-12:00"]).len(), 3);
        assert_eq!(spans(&["09:00-10:00"]).len(), 7);
    }

    #[test]
    fn what_passes_midnight_belongs_to_the_day_it_starts_on() {
        assert_eq!(spans(&["mon 22:00-02:00"]), [(at(0, 22, 0), at(1, 2, 0))]);
        assert_eq!(spans(&["sun 22:00-02:00"]), [(0, at(0, 2, 0)), (at(6, 22, 0), WEEK)]);
        assert_eq!(spans(&["sun 22:00-24:00"]), [(at(6, 22, 0), WEEK)]);
    }

    #[test]
    fn spans_that_touch_become_one() {
        assert_eq!(spans(&["00:00-24:00"]), [(0, WEEK)]);
        assert_eq!(spans(&["mon 12:00-14:00", "mon 08:00-12:00"]), [(at(0, 8, 0), at(0, 14, 0))]);
    }

    #[test]
    fn equal_ends_and_times_that_do_not_exist_are_refused() {
        for text in [
            "08:00-08:00",
            "24:00-08:00",
            "8:00-20:00",
            "08:00-24:01",
            "08:60-10:00",
            "08:00",
            "+1:00-02:00",
            "",
        ] {
            assert!(quiet(text).is_err(), "{text}");
        }
        assert_eq!(quiet("21:00-08:00"), Ok(Quiet { start: 1260, end: 480 }));
    }
}
