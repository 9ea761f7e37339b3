//! What one document says otherwise than another, by name: tables entry by entry, channels by their names.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::document::PolicyDocument;
use crate::value::Text;
use crate::words::words;

words! {
    /// What was done to a part of a document.
    #[derive(PartialOrd, Ord)]
    #[non_exhaustive]
    pub enum EditKind ("edit") {
        /// It is only in the new one.
        Added = "added",
        /// It is only in the old one.
        Removed = "removed",
        /// It is in both, and not the same.
        Changed = "changed",
    }
}

/// A part of a document that is not as it was.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Edit {
    /// The key of the document: `rules`, `channels`, `defaults` …
    pub part: Text,
    /// The name within it, where it has names.
    pub name: Option<Text>,
    /// What was done to it.
    pub kind: EditKind,
    /// Of what is in both, the fields that are not the same. A part without names is one field without a key where it is no table,
    /// or only in one of the two.
    pub fields: Vec<EditedField>,
}

/// A field that is not as it was; each value as JSON writes it, `None` where nothing is written.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct EditedField {
    /// Its key, in a table behind that of the table and a dot; of what is written short, the one that it has where it is written
    /// long. Empty where it is the whole part.
    pub name: Text,
    /// What was written.
    pub before: Option<Text>,
    /// What is written.
    pub after: Option<Text>,
}

/// Everything that the new document says otherwise.
pub(super) fn edits(old: &PolicyDocument, new: &PolicyDocument) -> Vec<Edit> {
    let of = |document: &PolicyDocument| match serde_json::to_value(document) {
        Ok(Value::Object(mut fields)) => {
            // What is as usual need not be written, and is there all the same.
            let PolicyDocument { defaults, weights, .. } = document;
            let usual = [
                ("defaults", json!({ "layout": defaults.layout, "assistance": defaults.assistance })),
                (
                    "weights",
                    json!({
                        "habit": weights.habit, "continuity": weights.continuity, "need": weights.need,
                        "margin": weights.margin
                    }),
                ),
            ];
            fields.extend(usual.map(|(part, value)| (part.to_owned(), value)));
            fields
        }
        _ => Map::new(),
    };
    let (old, new) = (of(old), of(new));
    let mut all = Vec::new();
    for part in PolicyDocument::PARTS {
        let (before, after) = (old.get(part), new.get(part));
        if before == after {
            continue;
        }
        match part {
            "channels" | "tests" => {
                let (before, after) = (listed(before), listed(after));
                entries(part, &before, &after, &mut all);
                // A tie goes to the earlier channel; tests mean the same in any order.
                let order = if part == "channels" { reordered(&before, &after) } else { None };
                let changed = |order| Edit {
                    part: part.into(),
                    name: None,
                    kind: EditKind::Changed,
                    fields: vec![order],
                };
                all.extend(order.map(changed));
            }
            "attributes" | "segments" | "rules" | "experiments" | "guarantees" | "findings" => {
                entries(part, &tabled(before), &tabled(after), &mut all);
            }
            _ => {
                let kind = kind(before.is_some(), after.is_some());
                let fields = match (before, after) {
                    (Some(Value::Object(before)), Some(Value::Object(after))) => {
                        fields(&named(before), &named(after))
                    }
                    _ => vec![field("", before, after)],
                };
                all.push(Edit { part: part.into(), name: None, kind, fields });
            }
        }
    }
    all
}

/// What has names, in the order in which it is written.
type Named<'d> = Vec<(&'d str, &'d Value)>;

/// The entries of a table.
fn named(table: &Map<String, Value>) -> Named<'_> {
    table.iter().map(|(name, value)| (name.as_str(), value)).collect()
}

/// The same of a part, if it is there.
fn tabled(value: Option<&Value>) -> Named<'_> {
    value.and_then(Value::as_object).map(named).unwrap_or_default()
}

/// The entries of a list, by their names.
fn listed(value: Option<&Value>) -> Named<'_> {
    let entries = value.and_then(Value::as_array).into_iter().flatten();
    entries.map(|entry| (entry.get("name").and_then(Value::as_str).unwrap_or_default(), entry)).collect()
}

/// The order of what is in both, if it is not the same.
fn reordered(before: &Named<'_>, after: &Named<'_>) -> Option<EditedField> {
    let shared = |one: &Named<'_>, other: &Named<'_>| -> Value {
        let names: BTreeSet<&str> = other.iter().map(|(name, _)| *name).collect();
        one.iter().map(|(name, _)| *name).filter(|name| names.contains(name)).collect()
    };
    let (before, after) = (shared(before, after), shared(after, before));
    (before != after).then(|| field("order", Some(&before), Some(&after)))
}

/// What each name had and has where that is not the same: those that were there before, then those that are new.
fn otherwise<'d>(
    before: &Named<'d>,
    after: &Named<'d>,
) -> Vec<(&'d str, Option<&'d Value>, Option<&'d Value>)> {
    let by_name = |named: &Named<'d>| named.iter().copied().collect::<BTreeMap<_, _>>();
    let (old, new) = (by_name(before), by_name(after));
    let known = before.iter().map(|&(name, value)| (name, Some(value), new.get(name).copied()));
    let added = after.iter().filter(|(name, _)| !old.contains_key(name));
    let added = added.map(|&(name, value)| (name, None, Some(value)));
    known.chain(added).filter(|(_, before, after)| before != after).collect()
}

const fn kind(before: bool, after: bool) -> EditKind {
    match (before, after) {
        (false, _) => EditKind::Added,
        (_, false) => EditKind::Removed,
        _ => EditKind::Changed,
    }
}

/// What is not the same among entries with names.
fn entries(part: &str, before: &Named<'_>, after: &Named<'_>, all: &mut Vec<Edit>) {
    for (name, old, new) in otherwise(before, after) {
        let fields = match (old, new) {
            (Some(old), Some(new)) => fields(&written_long(part, old), &written_long(part, new)),
            _ => Vec::new(),
        };
        let kind = kind(old.is_some(), new.is_some());
        all.push(Edit { part: part.into(), name: Some(name.into()), kind, fields });
    }
}

/// The fields of an entry. A short one is one field: a segment its condition, an attribute its type or its values, a finding its
/// level.
fn written_long<'d>(part: &str, entry: &'d Value) -> Named<'d> {
    let short = match (part, entry) {
        (_, Value::Object(fields)) => return named(fields),
        ("attributes", Value::Array(_)) => "values",
        ("attributes", _) => "type",
        ("findings", _) => "level",
        _ => "when",
    };
    vec![(short, entry)]
}

fn field(name: &str, before: Option<&Value>, after: Option<&Value>) -> EditedField {
    let text = |value: Option<&Value>| value.map(|value| value.to_string().as_str().into());
    EditedField { name: name.into(), before: text(before), after: text(after) }
}

/// The fields that are not the same, those of tables by their paths.
fn fields(before: &Named<'_>, after: &Named<'_>) -> Vec<EditedField> {
    let within = |(name, before, after): (&str, Option<&Value>, Option<&Value>)| match (before, after) {
        (Some(Value::Object(before)), Some(Value::Object(after))) => {
            let of_table = |field: EditedField| EditedField {
                name: format!("{name}.{}", field.name).as_str().into(),
                ..field
            };
            fields(&named(before), &named(after)).into_iter().map(of_table).collect()
        }
        _ => vec![field(name, before, after)],
    };
    otherwise(before, after).into_iter().flat_map(within).collect()
}
