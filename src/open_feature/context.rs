//! An evaluation context → a visitor: the one that it holds, or the one that its fields describe by the names of attributes.

use std::any::Any;
use std::borrow::Cow;

use open_feature::{
    EvaluationContext, EvaluationContextFieldValue as Field, EvaluationError, EvaluationErrorCode,
    EvaluationResult, StructValue, Value,
};
use serde_json::Value as Json;

use super::error;
use crate::document::Visitor;
use crate::limits::Limits;
use crate::policy::Policy;
use crate::profile::CustomerProfile;
use crate::time::{Moment, Offset, Timestamp};
use crate::visit::{Unit, Visit};

/// The field that holds a visitor.
const VISITOR: &str = "visitor";

/// Who is to be served, by the id that the targeting key is.
pub(super) fn visitor<'a>(
    policy: &Policy,
    context: &'a EvaluationContext,
    now: &dyn Fn() -> Moment,
) -> EvaluationResult<(Cow<'a, CustomerProfile>, Visit)> {
    let Some(person) = context.targeting_key.as_deref().filter(|key| !key.is_empty()) else {
        let message = "the targeting key is missing: it is the id of the person".to_owned();
        return Err(error(EvaluationErrorCode::TargetingKeyMissing, message));
    };
    let (profile, visit) = match held(policy, context)? {
        Some(Visitor { profile, visit }) => (Cow::Borrowed(profile), visit.clone()),
        None => {
            let Visitor { profile, visit } = described(policy, context, now)?;
            (Cow::Owned(profile), visit)
        }
    };
    Ok((profile, visit.with_id(Unit::Person, person)))
}

/// The visitor that a context holds.
fn held<'a>(policy: &Policy, context: &'a EvaluationContext) -> EvaluationResult<Option<&'a Visitor>> {
    let Some(field) = context.custom_fields.get(VISITOR) else { return Ok(None) };
    let held = if let Field::Struct(any) = field { any.downcast_ref::<Visitor>() } else { None };
    match held {
        Some(_) => {
            // A fact that is passed over in silence would be one that somebody relies on.
            let beside = context.custom_fields.keys().filter(|name| policy.is_of_a_visitor(name));
            match beside.filter(|name| *name != VISITOR).min() {
                Some(name) => Err(invalid(format!(
                    "`{}` stands beside `{VISITOR}`, which says all of a visitor",
                    crate::wire::short(name)
                ))),
                None => Ok(held),
            }
        }
        None if policy.is_of_a_visitor(VISITOR) => Ok(None),
        None => Err(invalid(format!("found something else in `{VISITOR}`, expected a `maitre::Visitor`"))),
    }
}

/// The visitor that the fields of a context describe.
fn described(
    policy: &Policy,
    context: &EvaluationContext,
    now: &dyn Fn() -> Moment,
) -> EvaluationResult<Visitor> {
    let fields = context.custom_fields.iter().filter(|(name, _)| policy.is_of_a_visitor(name));
    let mut all = serde_json::Map::new();
    let mut unread: Vec<&str> = Vec::new();
    for (name, field) in fields {
        match json(field) {
            Some(value) => drop(all.insert(name.clone(), value)),
            None => unread.push(name),
        }
    }
    // Fields have no order; of several the first by name is told.
    if let Some(name) = unread.iter().min() {
        return Err(invalid(format!(
            "`{}` holds a structure that is not read, expected a `StructValue` or a list of names",
            crate::wire::short(name)
        )));
    }
    match policy.visitor_from_attributes(Json::Object(all), now()) {
        Ok(read) => Ok(read.visitor),
        Err(error) => Err(invalid(error.without_values(policy))),
    }
}

fn invalid(message: String) -> EvaluationError {
    error(EvaluationErrorCode::InvalidContext, message)
}

/// What a field holds; `None` where that is not read here. A float that is no number is null: not known (L6).
fn json(field: &Field) -> Option<Json> {
    Some(match field {
        Field::Bool(value) => (*value).into(),
        Field::Int(value) => (*value).into(),
        Field::Float(value) => (*value).into(),
        Field::String(value) => value.as_str().into(),
        Field::DateTime(time) => {
            let offset = Offset::from_minutes(time.offset().whole_minutes()).unwrap_or_default();
            let at = Timestamp::from_unix(time.unix_timestamp(), time.nanosecond());
            // A time beyond those that there are here is told as one that makes no sense.
            at.map_or_else(|| time.to_string(), |at| Moment::new(at, offset).to_string()).into()
        }
        Field::Struct(any) => structure(&**any)?,
    })
}

fn structure(any: &(dyn Any + Send + Sync)) -> Option<Json> {
    let most = Limits::default().depth;
    if let Some(table) = any.downcast_ref::<StructValue>() {
        return entries(table, most);
    }
    if let Some(names) = any.downcast_ref::<Vec<String>>() {
        return Some(names.as_slice().into());
    }
    value(any.downcast_ref::<Value>()?, most)
}

/// A value of the SDK, not deeper than a document may be.
fn value(from: &Value, deeper: usize) -> Option<Json> {
    Some(match from {
        Value::Bool(value) => (*value).into(),
        Value::Int(value) => (*value).into(),
        Value::Float(value) => (*value).into(),
        Value::String(value) => value.as_str().into(),
        Value::Array(list) => {
            let deeper = deeper.checked_sub(1)?;
            list.iter().map(|entry| value(entry, deeper)).collect::<Option<Vec<Json>>>()?.into()
        }
        Value::Struct(table) => entries(table, deeper)?,
    })
}

fn entries(table: &StructValue, deeper: usize) -> Option<Json> {
    let deeper = deeper.checked_sub(1)?;
    let entries = table.fields.iter().map(|(name, entry)| Some((name.clone(), value(entry, deeper)?)));
    entries.collect::<Option<serde_json::Map<String, Json>>>().map(Json::Object)
}
