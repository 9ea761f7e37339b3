//! The doors of the OpenFeature Remote Evaluation Protocol, 0.3, with the flags that there are here.

use maitre::DecisionFlag;
use serde_json::{Map, Value, json};

use super::operations::{body, if_none_match, lines};
use super::{fields, list, object, put, responses, schema, text, told};
use crate::doors::ofrep::{CODES, NO_SUCH_FLAG, REASONS};
use crate::id::{LONGEST_ID, NO_ZERO};

pub(super) fn schemas(people: &Map<String, Value>) -> Map<String, Value> {
    let metadata = || {
        json!({
            "type": "object", "additionalProperties": { "type": ["boolean", "string", "number"] },
            "description": "The policy with its digest, and of a flag why it is so.",
        })
    };
    let failure = |codes: Value, must: &[&str]| {
        object(
            "Why there is no value.",
            must,
            json!({
                "key": text("Of the flag."),
                "errorCode": { "type": "string", "enum": codes },
                "errorDetails": text("What is wrong, in words."),
            }),
        )
    };
    fields(json!({
        "Context": context(people),
        "Evaluation": object("For whom.", &["context"], json!({ "context": schema("Context") })),
        "Flag": { "type": "string", "enum": DecisionFlag::NAMES, "description": "The decision, or one axis of it." },
        "Evaluated": object("A flag.", &["key", "value", "variant", "reason"], json!({
            "key": schema("Flag"),
            "value": { "anyOf": [{ "type": "string" }, schema("Served")] },
            "variant": text("The value in a word; of the decision `channel/layout/assistance`, the layout that of the channel in use."),
            "reason": { "type": "string", "enum": REASONS },
            "metadata": metadata(),
        })),
        "Served": object(
            "The value of `experience`.",
            &["channel", "layout", "layout_in_use", "assistance", "adapt"],
            json!({
                "channel": schema("Channel"), "layout": schema("Layout"), "layout_in_use": schema("Layout"),
                "assistance": schema("Assistance"), "adapt": list("What the page must do.", schema("Need")),
                "way_out": schema("WayOut"),
            }),
        ),
        "AllEvaluated": object("All flags.", &["flags"], json!({
            "flags": list("Each of them.", schema("Evaluated")),
            "metadata": metadata(),
        })),
        "NotEvaluated": failure(json!(CODES), &["errorCode"]),
        "NoSuchFlag": failure(json!([NO_SUCH_FLAG]), &["key", "errorCode"]),
    }))
}

fn properties(schema: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    schema.and_then(|schema| schema["properties"].as_object()).into_iter().flatten()
}

/// The names of what is passed over in a context.
const OTHERS: &str = r"^(?!(profile|visit|journey)\.)";

/// What a visitor is told by: the names that conditions know, nested or flat.
fn context(people: &Map<String, Value>) -> Value {
    let key = json!({
        "type": "string", "minLength": 1, "maxLength": LONGEST_ID, "pattern": NO_ZERO,
        "description": "The person's id, by which what is kept of them is found.",
    });
    let mut known = fields(json!({ "targetingKey": key }));
    for (home, name) in [("profile", "Profile"), ("visit", "Visit"), ("journey", "Journey")] {
        for (field, schema) in properties(people.get(name)) {
            match field.as_str() {
                "attributes" => {
                    known.extend(schema["anyOf"][0]["properties"].as_object().cloned().unwrap_or_default())
                }
                // That stands there as `journey.…`.
                "journey" => {}
                _ => drop(known.insert(format!("{home}.{field}"), schema.clone())),
            }
        }
    }
    let mut context = object(
        "Attributes by the names that conditions know: `profile.age`, or nested as `age` in `profile`; the policy's own by their bare \
            names. One given twice is refused, and so is what begins with `profile.`, `visit.` or `journey.` and is none; whatever else \
            stands there is passed over. Whole numbers are written without a point.",
        &["targetingKey"],
        Value::Object(known),
    );
    let names: Vec<String> =
        context["properties"].as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect();
    put(&mut context, "propertyNames", json!({ "anyOf": [{ "enum": names }, { "pattern": OTHERS }] }));
    put(&mut context, "additionalProperties", json!(true));
    context
}

fn evaluation() -> Value {
    json!({ "context": {
        "targetingKey": "ana-17",
        "profile.needs": { "large_text": "required" },
        "visit.channel": "web",
        "journey.failed_steps": 3,
    } })
}

fn failed(about: &str, name: &str) -> Value {
    told(about, json!({ "schema": schema(name) }), json!({}))
}

/// How a question for flags can fail: by the protocol's codes, and by what stands before all doors.
fn failures(of_its_own: Value) -> Value {
    let mut all = of_its_own;
    for (status, about) in [
        ("400", "The context is missing or makes no sense."),
        ("408", "The body took too long to come."),
        ("413", "The body is larger than this service reads."),
        ("415", "The body does not say that it is JSON, or is compressed."),
        ("503", "Profiles cannot be read now."),
    ] {
        put(&mut all, status, failed(about, "NotEvaluated"));
    }
    // Where the service itself is too slow.
    put(&mut all["503"]["content"], "application/problem+json", json!({ "schema": schema("Problem") }));
    responses(all, &["401", "500"])
}

pub(super) fn one() -> Value {
    json!({
        "tags": ["flags"], "operationId": "evaluateFlag", "summary": "One flag",
        "parameters": [{
            "name": "key", "in": "path", "required": true, "schema": schema("Flag"), "example": DecisionFlag::Experience,
        }],
        "requestBody": body("Evaluation", &evaluation()),
        "responses": failures(json!({
            "200": told("The flag.", json!({ "schema": schema("Evaluated") }), lines()),
            "404": failed("There is no such flag.", "NoSuchFlag"),
        })),
    })
}

pub(super) fn all() -> Value {
    let tag = json!({ "schema": { "type": "string" }, "description": "Stays while nothing changes." });
    let mut headers = lines();
    put(&mut headers, "ETag", tag.clone());
    json!({
        "tags": ["flags"], "operationId": "evaluateFlagsBulk", "summary": "All flags",
        "parameters": [if_none_match()],
        "requestBody": body("Evaluation", &evaluation()),
        "responses": failures(json!({
            "200": told("The flags.", json!({ "schema": schema("AllEvaluated") }), headers.clone()),
            "304": { "description": "The caller has them.", "headers": headers },
        })),
    })
}
