//! One value from a cell, such as people would write it.

use std::ops::RangeInclusive;

use crate::attribute::AttributeType;
use crate::cells::{Axis, CellSet, Cut, UNKNOWN};
use crate::key::{self, Key};
use crate::value::Value;

/// The keys of the known cells of a set, as ranges.
pub(in crate::search) fn keys(axis: &Axis, set: &CellSet) -> Vec<RangeInclusive<Key>> {
    let Cut::Steps(steps) = &axis.cut else { return Vec::new() };
    let known = set.ranges().iter().map(|&(from, end)| (from.max(UNKNOWN + 1), end.min(axis.cells)));
    let known = known.filter(|(from, end)| from < end);
    known.map(|(from, end)| steps.keys(from).0..=steps.keys(end - 1).1).collect()
}

/// A value of an attribute that lies in the known cells of `set`.
pub(super) fn value(
    kind: &AttributeType,
    axis: &Axis,
    set: &CellSet,
    range: &RangeInclusive<Key>,
) -> Option<Value> {
    match (&axis.cut, kind) {
        (Cut::Names(names), _) => {
            let known = (UNKNOWN + 1..axis.cells).filter(|&cell| set.contains(cell));
            // One that is named says more than another.
            known.clone().filter(|&cell| cell > UNKNOWN + 1).chain(known).find_map(|cell| {
                let text = match (cell as usize).checked_sub(UNKNOWN as usize + 2) {
                    Some(place) => names.asked().get(place)?.to_string(),
                    None => other(kind, names.asked())?,
                };
                Some(Value::Text(text.into()))
            })
        }
        (Cut::Steps(_), AttributeType::Bool) => {
            let fits = |value: bool| keys(axis, set).iter().any(|keys| keys.contains(&Key::from(value)));
            [true, false].into_iter().find(|&value| fits(value)).map(Value::Bool)
        }
        (Cut::Steps(_), AttributeType::Float) => {
            keys(axis, set).into_iter().find_map(|keys| float(&keys)).map(Value::Float)
        }
        (Cut::Steps(_), AttributeType::Int { .. }) => {
            let within =
                |keys: RangeInclusive<Key>| *keys.start().max(range.start())..=*keys.end().min(range.end());
            let mut within = keys(axis, set).into_iter().map(within).filter(|keys| !keys.is_empty());
            within.next().map(|keys| Value::Int(int(&keys, range)))
        }
        _ => None,
    }
}

/// A text that is none of those that are asked for.
fn other(kind: &AttributeType, asked: &[Box<str>]) -> Option<String> {
    let is_new = |text: &str| !asked.iter().any(|one| **one == *text);
    match kind {
        AttributeType::Enum(names) => {
            names.iter().map(|name| &**name).find(|name| is_new(name)).map(Into::into)
        }
        _ => {
            let others = (2..=asked.len() + 1).map(|n| format!("something_else_{n}"));
            std::iter::once("something_else".to_owned()).chain(others).find(|text| is_new(text))
        }
    }
}

/// The number at the border that somebody wrote, else the one nearest to 0.
fn int(keys: &RangeInclusive<Key>, range: &RangeInclusive<Key>) -> i64 {
    match (keys.start(), keys.end()) {
        (start, _) if start > range.start() => *start,
        (_, end) if end < range.end() => *end,
        (start, end) => 0.clamp(*start, *end),
    }
}

/// A float with few digits.
fn float(keys: &RangeInclusive<Key>) -> Option<f64> {
    let bound = |key: Key, beyond: f64| {
        let value = key::to_float(key);
        // The outermost keys are those of no number.
        if value.is_nan() { beyond } else { value }
    };
    let (low, high) = (bound(*keys.start(), f64::NEG_INFINITY), bound(*keys.end(), f64::INFINITY));
    let fits = |value: &f64| value.is_finite() && keys.contains(&key::of_float(*value));
    let bounds = [low, high].into_iter().filter(|bound| bound.is_finite());
    let near = bounds.flat_map(|bound| [0.0, 1.0, -1.0, 0.1, -0.1].map(|step| bound + step));
    let tenths = near.clone().map(|value| (value * 10.0).round() / 10.0);
    let all = near.map(f64::round).chain(tenths).chain([0.0, low / 2.0 + high / 2.0, low, high]);
    all.into_iter().find(fits).or_else(|| {
        let middle = key::to_float(keys.start().midpoint(*keys.end()));
        let infinite = [f64::INFINITY, f64::NEG_INFINITY];
        let last = infinite.into_iter().chain([middle]);
        last.into_iter().find(|value| !value.is_nan() && keys.contains(&key::of_float(*value)))
    })
}

/// Several values of an attribute that lie in its cells: those at the borders and a few beside.
pub(super) fn several(
    kind: &AttributeType,
    axis: Option<(&Axis, &CellSet)>,
    range: &RangeInclusive<Key>,
) -> Vec<Value> {
    let within = axis.map_or_else(|| vec![range.clone()], |(axis, set)| keys(axis, set));
    let fits = |key: Key| range.contains(&key) && within.iter().any(|keys| keys.contains(&key));
    let borders = within.iter().flat_map(|keys| [*keys.start(), *keys.end()]);
    match kind {
        AttributeType::Bool => {
            [false, true].into_iter().filter(|&value| fits(value.into())).map(Value::Bool).collect()
        }
        AttributeType::Int { .. } => {
            let some =
                [0, 1, 2, 3, 5, 7, 10, 20, 24, 30, 50, 65, 90, 100, 365, 1_000, 100_000, -1, -10, -100];
            let all = some.into_iter().chain(borders).chain([*range.start(), *range.end()]);
            all.filter(|&key| fits(key)).map(Value::Int).collect()
        }
        AttributeType::Float => {
            let some = [0.0, 0.5, 1.0, 1.5, 2.0, 10.0, 99.5, 100.0, 1_000.0, -1.0, -10.0, 1e9];
            let borders = borders.map(key::to_float).filter(|value| value.is_finite());
            some.into_iter()
                .chain(borders)
                .filter(|&value| fits(key::of_float(value)))
                .map(Value::Float)
                .collect()
        }
        AttributeType::Enum(names) => {
            let fits = |name: &str| {
                axis.is_none_or(|(axis, set)| set.contains(axis.cut.cell(key::of_text(name), || Some(name))))
            };
            let fitting = names.iter().filter(|name| fits(name));
            fitting.map(|name| Value::Text(name.to_string().into())).collect()
        }
        AttributeType::Set(names) => {
            let one = names.iter().map(std::slice::from_ref);
            let all = [&[], &**names].into_iter().chain(one);
            all.map(|members| Value::Set(members.iter().cloned().collect())).collect()
        }
        AttributeType::Text if axis.is_none() => vec![Value::Text("something".to_owned().into())],
        _ => Vec::new(),
    }
}
