//! eppo_core: one flag for each segment, which is given to whom one of its rules allows it; a rule is a conjunction.
//! Attributes are made once for each visitor and shared; nothing is logged.

use std::sync::Arc;

use eppo_core::ahash::HashMap;
use eppo_core::eval::get_assignment;
use eppo_core::timestamp::{self, Timestamp};
use eppo_core::ufc::UniversalFlagConfig;
use eppo_core::{AttributeValue, Attributes, Configuration, SdkMetadata, Str};
use serde_json::{Map, Value as Json, json};

use crate::Failure;
use crate::bits::Bits;
use crate::form::{Asks, Form};
use crate::peer::Peer;
use crate::workload::Workload;
use crate::workload::schema::Value;
use crate::workload::visitor::Visitor;

pub struct Flags {
    /// By attribute.
    names: Vec<Str>,
    /// By segment.
    keys: Vec<Box<str>>,
    flags: Configuration,
    person: Str,
    now: Timestamp,
}

impl Peer for Flags {
    const NAME: &'static str = "eppo_core";
    const PACKAGE: Option<&'static str> = Some("eppo_core");
    type Input = Arc<Attributes>;

    fn load(workload: &Workload) -> Result<Self, Failure> {
        let mut flags = Map::new();
        for segment in &workload.segments {
            flags.insert(segment.name.to_string(), flag(workload, &segment.name, &Form::of(&segment.when)?));
        }
        let text = json!({
            "createdAt": "2026-11-23T00:00:00Z", "format": "SERVER", "environment": { "name": "bench" }, "flags": flags,
        });
        let sdk = SdkMetadata { name: "bench", version: "1" };
        let flags = UniversalFlagConfig::from_json(sdk, text.to_string().into_bytes())?;
        Ok(Self {
            names: workload.schema.iter().map(|attribute| Str::from(&*attribute.name)).collect(),
            keys: workload.segments.iter().map(|segment| segment.name.clone()).collect(),
            flags: Configuration::from_server_response(flags, None),
            person: Str::from_static_str("person"),
            now: timestamp::now(),
        })
    }

    fn convert(&self, visitor: &Visitor) -> Result<Arc<Attributes>, Failure> {
        let facts = self.names.iter().zip(&visitor.values);
        let facts = facts.filter_map(|(name, value)| {
            let value = match value.as_ref()? {
                Value::Int(value) => AttributeValue::from(*value as f64),
                Value::Float(value) => AttributeValue::from(*value),
                Value::Bool(value) => AttributeValue::from(*value),
                Value::Text(value) => AttributeValue::from(&**value),
            };
            Some((name.clone(), value))
        });
        Ok(Arc::new(facts.collect::<HashMap<_, _>>()))
    }

    fn matches(&mut self, visitor: &Arc<Attributes>, found: &mut Bits) {
        for (position, key) in self.keys.iter().enumerate() {
            let given = get_assignment(Some(&self.flags), key, &self.person, visitor, None, self.now);
            found.put(position, matches!(given, Ok(Some(_))));
        }
    }
}

fn flag(workload: &Workload, key: &str, form: &Form) -> Json {
    let conjunction = |asks: &Vec<(usize, &Asks)>| {
        let conditions = asks.iter().flat_map(|(attribute, asks)| {
            conditions(asks).into_iter().map(|(operator, value)| {
                json!({ "attribute": workload.schema[*attribute].name, "operator": operator, "value": value })
            })
        });
        json!({ "conditions": conditions.collect::<Json>() })
    };
    json!({
        "key": key, "enabled": true, "variationType": "BOOLEAN", "totalShards": 10_000,
        "variations": { "in": { "key": "in", "value": true } },
        "allocations": [{
            "key": "all", "doLog": false, "splits": [{ "variationKey": "in", "shards": [] }],
            "rules": form.alternatives().iter().map(conjunction).collect::<Json>(),
        }],
    })
}

/// Equality of numbers is two comparisons: a list would turn the visitor's number into a text each time.
fn conditions(asks: &Asks) -> Vec<(&'static str, Json)> {
    let texts = |values: &[Value]| {
        let text = |value: &Value| match value {
            Value::Text(text) => text.to_string(),
            other => other.to_string(),
        };
        json!(values.iter().map(text).collect::<Vec<_>>())
    };
    let number = |value: &Value| match value {
        Value::Int(value) => json!(value),
        Value::Float(value) => json!(value),
        other => json!(other.to_string()),
    };
    match asks {
        Asks::Less(value) => vec![("LT", number(value))],
        Asks::AtLeast(value) => vec![("GTE", number(value))],
        Asks::OneOf(values) => match &values[..] {
            [value @ Value::Int(_)] => vec![("GTE", number(value)), ("LTE", number(value))],
            _ => vec![("ONE_OF", texts(values))],
        },
        Asks::NoneOf(values) => vec![("NOT_ONE_OF", texts(values))],
        Asks::IsTrue => vec![("ONE_OF", json!(["true"]))],
        Asks::IsFalse => vec![("ONE_OF", json!(["false"]))],
    }
}
