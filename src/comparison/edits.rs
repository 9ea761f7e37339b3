//! What one document says otherwise than another, by name: tables entry by entry, channels by their names.

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
    /// Of what is in both: the fields that are not the same.
    pub fields: Vec<EditedField>,
}

/// A field that is not as it was; each value as JSON writes it, `None` where nothing is written.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct EditedField {
    /// Its key.
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
                let order = |one: &[(String, Value)], other: &[(String, Value)]| -> Vec<String> {
                    let names = one.iter().map(|(name, _)| name);
                    names.filter(|name| other.iter().any(|(one, _)| one == *name)).cloned().collect()
                };
                let orders = (order(&before, &after), order(&after, &before));
                if part == "channels" && orders.0 != orders.1 {
                    let (before, after) = (Value::from(orders.0), Value::from(orders.1));
                    let fields = vec![field("order", Some(&before), Some(&after))];
                    all.push(Edit { part: part.into(), name: None, kind: EditKind::Changed, fields });
                }
            }
            "attributes" | "segments" | "rules" | "experiments" | "guarantees" | "findings" => {
                let table = |value: Option<&Value>| -> Vec<(String, Value)> {
                    let fields = value.and_then(Value::as_object).into_iter().flatten();
                    fields.map(|(name, value)| (name.clone(), value.clone())).collect()
                };
                entries(part, &table(before), &table(after), &mut all);
            }
            _ => {
                let kind = kind(before.is_some(), after.is_some());
                let fields = match (before, after) {
                    (Some(Value::Object(before)), Some(Value::Object(after))) => fields(before, after),
                    _ => vec![field("", before, after)],
                };
                all.push(Edit { part: part.into(), name: None, kind, fields });
            }
        }
    }
    all
}

/// The entries of a list, by their names.
fn listed(value: Option<&Value>) -> Vec<(String, Value)> {
    let entries = value.and_then(Value::as_array).into_iter().flatten();
    let name = |entry: &Value| entry.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
    entries.map(|entry| (name(entry), entry.clone())).collect()
}

const fn kind(before: bool, after: bool) -> EditKind {
    match (before, after) {
        (false, _) => EditKind::Added,
        (_, false) => EditKind::Removed,
        _ => EditKind::Changed,
    }
}

/// What is not the same among entries with names.
fn entries(part: &str, before: &[(String, Value)], after: &[(String, Value)], all: &mut Vec<Edit>) {
    let find = |entries: &[(String, Value)], name: &str| {
        entries.iter().find(|(one, _)| one == name).map(|(_, value)| value.clone())
    };
    let new = after.iter().filter(|(name, _)| find(before, name).is_none());
    for (name, _) in before.iter().chain(new) {
        let (old, new) = (find(before, name), find(after, name));
        if old == new {
            continue;
        }
        let fields = match (&old, &new) {
            (Some(old), Some(new)) => fields(&table(old), &table(new)),
            _ => Vec::new(),
        };
        let kind = kind(old.is_some(), new.is_some());
        all.push(Edit { part: part.into(), name: Some(name.as_str().into()), kind, fields });
    }
}

/// An entry as a table: a short segment is its condition, a short attribute its type.
fn table(entry: &Value) -> Map<String, Value> {
    match entry {
        Value::Object(fields) => fields.clone(),
        Value::String(_) => Map::from_iter([("when".to_owned(), entry.clone())]),
        _ => Map::from_iter([("type".to_owned(), entry.clone())]),
    }
}

fn field(name: &str, before: Option<&Value>, after: Option<&Value>) -> EditedField {
    let text = |value: Option<&Value>| value.map(|value| value.to_string().as_str().into());
    EditedField { name: name.into(), before: text(before), after: text(after) }
}

fn fields(before: &Map<String, Value>, after: &Map<String, Value>) -> Vec<EditedField> {
    let new = after.keys().filter(|name| !before.contains_key(*name));
    let names = before.keys().chain(new).filter(|name| before.get(*name) != after.get(*name));
    names.map(|name| field(name, before.get(name), after.get(name))).collect()
}
