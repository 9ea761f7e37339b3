//! Profiles, visits and journeys: as the library describes them in its schema of policies, whose tests write them the same way,
//! with the facts, purposes and channels of the policy that serves.

use maitre::{
    AccessNeed, AssistanceLevel, AttributeType, Channel, ChannelName, LayoutComplexity, Outcome, Policy,
    PolicyDocument,
};
use serde_json::{Map, Value, json};

use super::{closed, fields, or_null, put, schema, text};

pub(super) fn schemas(policy: &Policy) -> Map<String, Value> {
    let library: Value = serde_json::from_str(&PolicyDocument::json_schema()).unwrap_or_default();
    let definition = |name: &str| {
        let mut definition = here(library["definitions"][name].clone());
        walk(&mut definition, &mut of_use);
        definition
    };
    let facts = Facts { policy, any: here(library["definitions"]["own_fact"].clone()) };
    let channels = channels(policy);
    let [mut profile, mut visit, journey] = ["profile", "visit", "journey"].map(|name| {
        let mut person = definition(name);
        replace(&mut person, &is_channel, &channels);
        person
    });
    put(&mut profile["properties"], "attributes", facts.own(false));
    put(&mut visit["properties"], "attributes", facts.own(true));
    let consent = &mut profile["properties"]["consents"];
    let granted = consent["additionalProperties"].take();
    let purposes = policy.document().purposes.iter().map(|purpose| (purpose.clone(), granted.clone()));
    put(consent, "properties", Value::Object(purposes.collect()));
    put(consent, "additionalProperties", json!(false));
    // A visit without a time is now.
    if let Value::Object(visit) = &mut visit {
        visit.remove("required");
    }
    // A journey stands beside its visit, and may not stand in both.
    if let Some(fields) = visit["properties"].as_object_mut() {
        fields.remove("journey");
    }
    let mut all = fields(json!({
        "Profile": profile,
        "Visit": visit,
        "Journey": journey,
        "Channel": {
            "type": "string",
            "description": "One of the policy's channels.",
            "pattern": "^[a-z][a-z0-9_]*$",
            "examples": Channel::NAMES,
        },
        "Layout": { "type": "string", "enum": LayoutComplexity::NAMES, "description": "From the simplest to the richest." },
        "Assistance": { "type": "string", "enum": AssistanceLevel::NAMES, "description": "From none to a person, now." },
        "Need": { "type": "string", "enum": AccessNeed::NAMES, "description": "What a page must do." },
        "Touchpoint": touchpoint(&channels),
    }));
    for name in ["Profile", "Visit", "Journey"] {
        if let Some(schema) = all.get_mut(name) {
            null_says_nothing(schema);
        }
    }
    // It may have been kept under another policy, or leniently: with the names of others.
    let mut kept = definition("profile");
    let any = json!({ "type": "object", "additionalProperties": facts.any });
    put(&mut kept["properties"], "attributes", any);
    put(&mut kept["properties"], "journey", definition("journey"));
    let unreadable = json!({
        "type": "object", "additionalProperties": { "type": "string" },
        "description": "What was reported and cannot be: why, by attribute.",
    });
    put(&mut kept["properties"], "unreadable", unreadable);
    all.insert("KeptProfile".to_owned(), kept);
    all
}

/// A definition of the library, with its references led here, and times as OpenAPI names them.
fn here(mut definition: Value) -> Value {
    walk(&mut definition, &mut |fields| {
        // A number that JSON has not, by its name.
        if fields.get("type").is_some_and(|kind| *kind == json!(["number", "string"])) {
            fields.remove("type");
            fields.insert("anyOf".to_owned(), json!([{ "type": "number" }, { "enum": ["inf", "-inf"] }]));
        }
        if let Some(Value::String(to)) = fields.get_mut("$ref") {
            *to = match to.rsplit('/').next() {
                Some("journey") => "#/components/schemas/Journey".to_owned(),
                _ => std::mem::take(to),
            };
        }
        if fields
            .get("pattern")
            .and_then(Value::as_str)
            .is_some_and(|pattern| pattern.starts_with(r"^\d{4}-"))
        {
            fields.remove("pattern");
            fields.insert("format".to_owned(), json!("date-time"));
        }
    });
    definition
}

/// Of the ways to write a fact, those that its type has a use for: JSON has no times and not all numbers, so that these can be
/// told by name.
fn of_use(fact: &mut Map<String, Value>) {
    let Some(Value::Array(ways)) = fact.get_mut("anyOf") else { return };
    let bare = ways.first().cloned().unwrap_or_default();
    let (is_time, is_float) = (bare["format"] == "date-time", bare["type"] == "number");
    ways.retain(|way| match way["required"][0].as_str() {
        Some("timestamp") => is_time,
        Some("float") => is_float,
        _ => true,
    });
}

/// Goes through all objects, the inner ones first.
fn walk(value: &mut Value, each: &mut impl FnMut(&mut Map<String, Value>)) {
    match value {
        Value::Array(all) => all.iter_mut().for_each(|one| walk(one, each)),
        Value::Object(fields) => {
            fields.values_mut().for_each(|one| walk(one, each));
            each(fields);
        }
        _ => {}
    }
}

fn replace(value: &mut Value, is_it: &impl Fn(&Value) -> bool, by: &Value) {
    if is_it(value) {
        let about = value["description"].take();
        value.clone_from(by);
        if about.is_string() {
            put(value, "description", about);
        }
        return;
    }
    match value {
        Value::Array(all) => all.iter_mut().for_each(|one| replace(one, is_it, by)),
        Value::Object(fields) => fields.values_mut().for_each(|one| replace(one, is_it, by)),
        _ => {}
    }
}

/// Whether it is the library's schema of the name of any channel.
fn is_channel(value: &Value) -> bool {
    let is_name = |value: &Value| value["maxLength"] == ChannelName::MAX && value["pattern"].is_string();
    is_name(value) || value["anyOf"].as_array().is_some_and(|any| any.iter().any(is_name))
}

/// Those that the policy knows: what is said of another makes no sense to it.
fn channels(policy: &Policy) -> Value {
    let own = policy.document().channels.iter().map(|channel| channel.name.as_str());
    let all: std::collections::BTreeSet<&str> = Channel::NAMES.into_iter().chain(own).collect();
    json!({ "type": "string", "enum": all })
}

/// The facts of the policy's own.
struct Facts<'a> {
    policy: &'a Policy,
    /// A fact of any type, as the library describes one.
    any: Value,
}

impl Facts<'_> {
    fn own(&self, on_visit: bool) -> Value {
        let here = self.policy.document().attributes.iter().filter(|(_, entry)| entry.on_visit == on_visit);
        let facts: Map<String, Value> =
            here.map(|(name, entry)| (name.clone(), self.fact(&entry.kind))).collect();
        closed("The policy's own facts.", &[], Value::Object(facts))
    }
    /// A fact of one type, bare or with source and date.
    fn fact(&self, kind: &AttributeType) -> Value {
        let value = match kind {
            AttributeType::Bool => json!({ "type": "boolean" }),
            AttributeType::Int { min, max } => json!({ "type": "integer", "minimum": min, "maximum": max }),
            AttributeType::Float => json!({ "type": "number" }),
            AttributeType::Enum(names) => json!({ "type": "string", "enum": &**names }),
            AttributeType::Set(names) => json!({ "type": "array", "items": { "enum": &**names } }),
            AttributeType::Timestamp => json!({ "type": "string", "format": "date-time" }),
            _ => json!({ "type": "string" }),
        };
        let any = self.any["anyOf"][0].clone();
        let mut fact = self.any.clone();
        replace(&mut fact, &|found| *found == any, &value);
        walk(&mut fact, &mut of_use);
        put(&mut fact, "description", json!(format!("One of ours: {}.", kind.name())));
        fact
    }
}

/// What is null is as if it were not there; but for what must be there.
fn null_says_nothing(schema: &mut Value) {
    /// The value of a fact that has a source or a date, and the end of a consent: without them nothing is said.
    const VALUES: [&str; 4] = ["value", "timestamp", "float", "until"];
    walk(schema, &mut |fields| {
        let required = fields.get("required").cloned().unwrap_or_default();
        let must_be = |name: &str| required.as_array().is_some_and(|all| all.iter().any(|one| one == name));
        if let Some(Value::Object(inner)) = fields.get_mut("properties") {
            let may_be_null = |name: &str| !must_be(name) || VALUES.contains(&name);
            for (_, one) in inner.iter_mut().filter(|(name, _)| may_be_null(name)) {
                *one = or_null(one.take());
            }
        }
        for key in ["additionalProperties", "items"] {
            if let Some(one) =
                fields.get_mut(key).filter(|one| key != "items" || one["format"] == "date-time")
                && one.is_object()
            {
                *one = or_null(one.take());
            }
        }
    });
}

fn touchpoint(channels: &Value) -> Value {
    let feedback = closed(
        "What the person says of it.",
        &[],
        json!({
            "mood": or_null(json!({ "type": "integer", "minimum": -100, "maximum": 100 })),
            "effort": or_null(json!({ "type": "integer", "minimum": 1, "maximum": 7 })),
            "nps": or_null(json!({ "type": "integer", "minimum": 0, "maximum": 10 })),
        }),
    );
    closed(
        "What happened between the company and a person.",
        &["at", "channel", "outcome"],
        json!({
            "at": { "type": "string", "format": "date-time" },
            "channel": channels,
            "outcome": { "type": "string", "enum": Outcome::NAMES },
            "journey": or_null(text("The journey; without it, that under way.")),
            "stage": or_null(schema("Stage")),
            "step": or_null(text("The step; of `moved_on` the one moved to.")),
            "begun_by_us": or_null(json!({ "type": "boolean", "description": "It counts as a contact." })),
            "feedback": or_null(feedback),
        }),
    )
}
