//! The service as OpenAPI 3.1 tells of it. In comes the policy that serves, whose own facts and channels callers may name; out
//! comes one document. Paths and limits are those that the doors go by, profiles and visits those that the library describes;
//! tests hold all of it against the router and against what is really answered.

#![expect(
    clippy::indexing_slicing,
    reason = "reading a field that JSON does not have gives null; what is written to is made here, and every test reads it"
)]

mod answers;
mod ofrep;
mod operations;
mod people;

use maitre::Policy;
use serde_json::{Map, Value, json};

/// The description; `with_token` says whether callers must send one.
pub fn description(policy: &Policy, with_token: bool) -> Value {
    let security = if with_token { json!([{ "bearer": [] }, { "key": [] }]) } else { json!([]) };
    let mut schemas = people::schemas(policy);
    let mut flags = ofrep::schemas(&schemas);
    schemas.append(&mut flags);
    schemas.append(&mut answers::schemas());
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "maitre",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Through which channel, with how complex a layout and with how much assistance visitors are served.",
            "description": format!("The decisions of the policy `{}`. What is refused is told as RFC 9457 says, each mistake \
                with its place and with what would do.", policy.name()),
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "security": security,
        "tags": [
            { "name": "decisions", "description": "How visitors are served, and why." },
            { "name": "profiles", "description": "What is kept of customers between visits." },
            { "name": "flags", "description": "The same decisions by the OpenFeature Remote Evaluation Protocol, 0.3." },
            { "name": "running", "description": "For whoever runs the service." },
        ],
        "paths": operations::paths(),
        "components": {
            "schemas": schemas,
            "responses": refusals(),
            "headers": headers(),
            "securitySchemes": {
                "bearer": { "type": "http", "scheme": "bearer", "description": "The token that the service was started with." },
                "key": { "type": "apiKey", "in": "header", "name": "X-API-Key", "description": "The same token, as OFREP names it." },
            },
        },
    })
}

/// How a request is refused: status, name of the response, and what it means.
const REFUSALS: [(&str, &str, &str); 11] = [
    ("400", "Unreadable", "The body is no JSON, or a parameter or header is not what it must be."),
    ("401", "NoToken", "The token is missing, or another."),
    ("404", "Nothing", "Nothing is kept of this customer."),
    ("408", "TooSlow", "The body took too long to come."),
    ("409", "OtherReport", "The key is that of another report."),
    ("412", "OtherVersion", "The profile is in another version than the request asks for."),
    ("413", "TooLarge", "The body is larger than this service reads."),
    ("415", "NoJson", "The body does not say that it is JSON, or is compressed."),
    ("422", "Misfit", "It is JSON, and makes no sense here: each problem is told by its place."),
    ("500", "Broken", "Something went wrong in the service."),
    ("503", "Unavailable", "Profiles cannot be read or written now, or not in time."),
];

fn refusals() -> Value {
    let one = |(status, name, about): (&str, &str, &str)| {
        let mut response = json!({
            "description": about,
            "content": { "application/problem+json": { "schema": schema("Problem") } },
        });
        if let Some(headers) = match status {
            "401" => Some(json!({ "WWW-Authenticate": { "schema": { "const": "Bearer" } } })),
            "503" => Some(
                json!({ "Retry-After": { "schema": { "type": "string" }, "description": "In so many seconds." } }),
            ),
            _ => None,
        } {
            put(&mut response, "headers", headers);
        }
        (name.to_owned(), response)
    };
    Value::Object(REFUSALS.into_iter().map(one).collect())
}

/// Responses by status: those of the operation, and those by which it refuses.
fn responses(of_its_own: Value, refused: &[&str]) -> Value {
    let mut all = of_its_own;
    for (status, name, _) in REFUSALS.iter().filter(|(status, _, _)| refused.contains(status)) {
        put(&mut all, status, json!({ "$ref": format!("#/components/responses/{name}") }));
    }
    all
}

fn headers() -> Value {
    json!({
        "Version": {
            "description": "The version of the profile, as an entity tag.",
            "schema": { "type": "string", "pattern": "^\"\\d+\"$" },
            "example": "\"1795456800000000\"",
        },
        "AcceptCh": {
            "description": "The client hints that the policy has a use for, to be handed on to the visitor's browser.",
            "schema": { "type": "string" },
        },
        "CriticalCh": {
            "description": "Of these, those without which the first decision would be a guess.",
            "schema": { "type": "string" },
        },
        "Vary": { "description": "What else of a visitor's request decides.", "schema": { "type": "string" } },
    })
}

fn header(name: &str) -> Value {
    json!({ "$ref": format!("#/components/headers/{name}") })
}
fn schema(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// A response with a body in JSON.
fn told(about: &str, body: Value, headers: Value) -> Value {
    json!({ "description": about, "headers": headers, "content": { "application/json": body } })
}

/// A schema of an object; `must` names what is always there. Answers may get more fields.
fn object(about: &str, must: &[&str], fields: Value) -> Value {
    let mut object = json!({ "type": "object", "description": about, "properties": fields });
    if !must.is_empty() {
        put(&mut object, "required", json!(must));
    }
    object
}

/// The same without any other field: of what is sent here, a slip is refused.
fn closed(about: &str, must: &[&str], fields: Value) -> Value {
    let mut object = object(about, must, fields);
    put(&mut object, "additionalProperties", json!(false));
    object
}

fn list(about: &str, items: Value) -> Value {
    json!({ "type": "array", "description": about, "items": items })
}
fn text(about: &str) -> Value {
    json!({ "type": "string", "description": about })
}

/// It, or nothing, where it is allowed to say `null`.
fn or_null(schema: Value) -> Value {
    json!({ "anyOf": [schema, { "type": "null" }] })
}

fn put(value: &mut Value, key: &str, what: Value) {
    if let Value::Object(fields) = value {
        fields.insert(key.to_owned(), what);
    }
}

fn fields(value: Value) -> Map<String, Value> {
    if let Value::Object(fields) = value { fields } else { Map::new() }
}
