//! The way back from what [`listing`](super::listing) writes: a cell of an axis of numbers as text comes in, its least and
//! greatest key go out. The cell may be of another cut of the same axis.

use super::cut::Cut;
use super::listing::Named;
use super::set::Cell;
use super::{Axis, Measure};
use crate::attribute::AttributeType;
use crate::key::{self, Key};
use crate::time::{Duration, Timestamp};

impl Named<'_> {
    /// The cell of an axis of numbers that a text written by [`cell`](Self::cell) lies in, whole; none if it lies in several,
    /// or says nothing.
    pub(crate) fn cell_of(&self, axis: &Axis, text: &str) -> Option<Cell> {
        let Cut::Steps(steps) = &axis.cut else { return None };
        let (least, most) = self.keys(&axis.measure, text)?;
        let (from, to) = (steps.cell(least), steps.cell(most));
        (least <= most && from == to).then_some(from)
    }

    /// The keys that a text says.
    fn keys(&self, measure: &Measure, text: &str) -> Option<(Key, Key)> {
        let kind = if let Measure::Value(id) = measure { Some(&self.attributes.get(*id).kind) } else { None };
        let is_bool = kind == Some(&AttributeType::Bool) || matches!(measure, Measure::Declared(_));
        let one = |text: &str| -> Option<Key> {
            let (whole, behind) = match text.strip_suffix('+') {
                Some(whole) => (whole, 1),
                None => (text, 0),
            };
            match (measure, kind) {
                (_, Some(AttributeType::Float)) => text.parse().ok().map(key::of_float),
                (_, Some(AttributeType::Timestamp)) => match Timestamp::parse(whole) {
                    Some(time) => Some(key::of_time(time) + behind),
                    None => text.parse().ok(),
                },
                (Measure::Age(_), _) => {
                    let seconds = whole.strip_suffix(" s")?.parse().ok()?;
                    Some(key::of_duration(Duration::from_seconds(seconds)).saturating_add(behind))
                }
                _ => text.parse().ok(),
            }
        };
        if is_bool {
            return match text {
                "false" => Some((0, 0)),
                "true" => Some((1, 1)),
                "known" => Some((0, 1)),
                _ => None,
            };
        }
        // Behind a sign stands the number on the other side of the border.
        let from = |text: &str| match text.strip_prefix('>') {
            Some(text) => one(text)?.checked_add(1),
            None => one(text),
        };
        let to = |text: &str| match text.strip_prefix('<') {
            Some(text) => one(text)?.checked_sub(1),
            None => one(text),
        };
        match text.split_once("..") {
            _ if text == "known" => Some((Key::MIN, Key::MAX)),
            None => one(text).map(|key| (key, key)),
            Some(("", most)) => Some((Key::MIN, to(most)?)),
            Some((least, "")) => Some((from(least)?, Key::MAX)),
            Some((least, most)) => Some((from(least)?, to(most)?)),
        }
    }
}
