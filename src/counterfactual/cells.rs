//! The cells that a policy's literals cut attributes into: one value from each, and how far it is from what is.

use std::collections::{BTreeMap, BTreeSet};

use crate::attribute::{AttributeId, AttributeType};
use crate::condition::{Operand, Used};
use crate::policy::Checked;
use crate::selector::{deciding, live_segments};
use crate::time::Duration;
use crate::value::Value;
use crate::visit::Visit;

/// What conditions compare each attribute with that can decide.
pub(super) fn literals_read(checked: &Checked) -> BTreeMap<AttributeId, Vec<Operand>> {
    let mut read: BTreeMap<AttributeId, Vec<Operand>> = BTreeMap::new();
    let segments = live_segments(checked);
    let segments =
        segments.iter().filter_map(|id| checked.segments.get(id.0 as usize)).map(|segment| &segment.when);
    for condition in deciding(checked).chain(segments) {
        for used in condition.uses() {
            match used.what {
                Used::Attribute(id) => {
                    read.entry(id).or_default();
                }
                Used::RustRule(id) => {
                    let reads = checked.rust_rules.get(usize::from(id.0)).map(|(_, reads)| reads.as_slice());
                    reads.unwrap_or_default().iter().for_each(|&id| {
                        read.entry(id).or_default();
                    });
                }
                Used::Segment(_) => {}
            }
        }
        for (id, operand) in condition.comparisons() {
            read.entry(id).or_default().push(operand);
        }
    }
    read
}

/// One value from each cell of an attribute.
pub(super) fn values_of(
    kind: &AttributeType,
    literals: &[Operand],
    now: &Option<Value>,
    visit: &Visit,
) -> Vec<Value> {
    let mut values = Vec::new();
    match kind {
        AttributeType::Bool => values.extend([Value::Bool(false), Value::Bool(true)]),
        AttributeType::Enum(names) => {
            values.extend(names.iter().map(|name| Value::Text(name.to_string().into())))
        }
        AttributeType::Int { min, max } if max.saturating_sub(*min) <= 8 => {
            values.extend((*min..=*max).map(Value::Int))
        }
        AttributeType::Set(domain) => {
            let now = if let Some(Value::Set(now)) = now { now.clone() } else { BTreeSet::new() };
            // Empty or not is a border of its own.
            let one = domain.first().filter(|_| now.is_empty());
            values.push(Value::Set(one.map(|one| (**one).into()).into_iter().collect()));
            for name in
                literals.iter().filter_map(|l| if let Operand::Text(name) = l { Some(name) } else { None })
            {
                let mut then = now.clone();
                if !then.remove(name) {
                    then.insert(name.clone());
                }
                values.push(Value::Set(then));
            }
        }
        AttributeType::Float => values.extend(between(literals).map(Value::Float)),
        AttributeType::Text => values.push(Value::Text(something_else(literals).into())),
        AttributeType::Int { .. } | AttributeType::Timestamp => {}
    }
    for literal in literals {
        match (kind, literal) {
            (AttributeType::Int { .. }, Operand::Int(k)) => {
                values.extend([k.saturating_sub(1), *k, k.saturating_add(1)].map(Value::Int));
            }
            (AttributeType::Int { .. }, Operand::Float(k)) if k.is_finite() => {
                // A cast saturates, so that a literal beyond the range gives its end.
                values.extend([k.floor() as i64, k.ceil() as i64].map(Value::Int));
            }
            (AttributeType::Float, Operand::Float(k)) => {
                values.extend([k - 0.1, *k, k + 0.1].map(Value::Float))
            }
            (AttributeType::Float, Operand::Int(k)) => {
                let k = *k as f64;
                values.extend([k - 0.1, k, k + 0.1].map(Value::Float));
            }
            (AttributeType::Text, Operand::Text(text)) => values.push(Value::Text(text.to_string().into())),
            (AttributeType::Timestamp, Operand::Time(time)) => {
                let near = [-1, 0, 1].map(|seconds| time.checked_add(Duration::from_seconds(seconds)));
                values.extend(near.into_iter().flatten().map(Value::Timestamp));
            }
            (AttributeType::Timestamp, Operand::Duration(age)) => {
                let ages = [-1, 0, 1].map(|seconds| age.seconds().checked_add(seconds));
                let at = |age: i64| visit.at.at.checked_add(Duration::from_seconds(age.checked_neg()?));
                values.extend(ages.into_iter().flatten().filter_map(at).map(Value::Timestamp));
            }
            _ => {}
        }
    }
    values
}

/// A number between each two literals that follow each other, and one beyond the last on either side however large they
/// are.
fn between(literals: &[Operand]) -> impl Iterator<Item = f64> {
    let number = |literal: &Operand| match literal {
        Operand::Float(k) => Some(*k),
        Operand::Int(k) => Some(*k as f64),
        _ => None,
    };
    let mut all: Vec<f64> = literals.iter().filter_map(number).filter(|k| k.is_finite()).collect();
    all.sort_by(f64::total_cmp);
    let beyond = |k: Option<&f64>, sign: f64| k.map(|k| k + sign * (k.abs() / 10.0).max(0.1));
    let ends = [beyond(all.first(), -1.0), beyond(all.last(), 1.0)];
    // Halved first, so that two large ones do not overflow.
    let middles = all.windows(2).map(|pair| pair.iter().map(|k| k / 2.0).sum());
    ends.into_iter().flatten().chain(middles).collect::<Vec<f64>>().into_iter()
}

/// A text that no literal is.
fn something_else(literals: &[Operand]) -> String {
    let mut text = "something else".to_owned();
    while literals.iter().any(|literal| matches!(literal, Operand::Text(other) if **other == *text)) {
        text.push('!');
    }
    text
}

/// The borders of cells between two values, and the plain difference where there is one.
pub(super) fn distance(now: Option<&Value>, then: &Value, literals: &[Operand]) -> (usize, u64) {
    match (now, then) {
        (Some(Value::Int(a)), Value::Int(b)) => {
            let (low, high) = (*a.min(b), *a.max(b));
            let between = |l: &&Operand| matches!(l, Operand::Int(k) if low < *k && *k < high);
            (literals.iter().filter(between).count(), a.abs_diff(*b))
        }
        (Some(Value::Float(a)), Value::Float(b)) => {
            let (low, high) = (a.min(*b), a.max(*b));
            let between = |l: &&Operand| matches!(l, Operand::Float(k) if low < *k && *k < high);
            // In thousandths, so that it can be compared; a cast saturates.
            (literals.iter().filter(between).count(), ((high - low) * 1000.0) as u64)
        }
        (Some(Value::Timestamp(a)), Value::Timestamp(b)) => (0, a.since(*b).seconds().unsigned_abs()),
        // To be known at all is a step of its own.
        (None, _) => (1, 0),
        _ => (0, 1),
    }
}

pub(super) fn spoken(value: &Value) -> Box<str> {
    match value {
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Float(value) => format!("{value}"),
        Value::Text(value) => format!("\u{201c}{value}\u{201d}"),
        Value::Timestamp(value) => value.to_string(),
        Value::Set(members) if members.is_empty() => "empty".to_owned(),
        Value::Set(members) => members.iter().map(|m| &**m).collect::<Vec<_>>().join(", "),
    }
    .into()
}
