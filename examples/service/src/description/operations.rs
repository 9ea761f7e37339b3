//! What can be asked at each door.

use serde_json::{Value, json};

use super::{header, object, ofrep, put, responses, schema, told};
use crate::paths;

/// A visitor who may be asked about.
pub(super) fn ana() -> Value {
    json!({
        "id": "ana-17",
        "profile": { "age": 74, "fluency": 20, "needs": { "large_text": "required" }, "habit": { "phone": 3 } },
        "visit": { "at": "2026-11-23T10:00:00-03:00", "channel": "web" },
        "journey": { "name": "billing", "failed_steps": 3 },
    })
}

pub(super) fn paths() -> Value {
    let mut all = json!({});
    for (path, methods) in [
        (paths::DECIDE, json!({ "post": decide() })),
        (paths::BATCH, json!({ "post": batch() })),
        (paths::EXPLAIN, json!({ "post": explain() })),
        (paths::TOUCHPOINTS, json!({ "post": touchpoints() })),
        (paths::PROFILE, profile()),
        (paths::FLAGS, json!({ "post": ofrep::all() })),
        (paths::FLAG, json!({ "post": ofrep::one() })),
        (paths::METRICS, json!({ "get": metrics() })),
        (paths::HEALTH, json!({ "get": health() })),
        (paths::DESCRIPTION, json!({ "get": itself() })),
    ] {
        put(&mut all, path, methods);
    }
    all
}

/// How a request with a body can be refused.
const ASKED: [&str; 8] = ["400", "401", "408", "413", "415", "422", "500", "503"];

fn with_body(more: &[&'static str]) -> Vec<&'static str> {
    ASKED.iter().chain(more).copied().collect()
}

/// A body that must come.
pub(super) fn body(name: &str, example: &Value) -> Value {
    json!({ "required": true, "content": { "application/json": { "schema": schema(name), "example": example } } })
}

/// The lines that every answer about a visitor carries.
pub(super) fn lines() -> Value {
    json!({ "Accept-CH": header("AcceptCh"), "Critical-CH": header("CriticalCh"), "Vary": header("Vary") })
}

fn decide() -> Value {
    let answer = json!({ "schema": schema("Decided"), "example": {
        "policy": "harbour_mobile", "digest": "5f0e0d4c3b2a19080706050403020100",
        "channel": "web", "layout": "simple", "layout_in_use": "simple", "assistance": "guided",
        "adapt": ["large_text"], "way_out": { "channel": "phone", "open": true },
        "alternatives": ["phone", "in_person"],
        "reasons": { "channel": "continuity", "layout": "need:large_text", "assistance": "bound:rescue" },
        "arms": {},
    } });
    json!({
        "tags": ["decisions"], "operationId": "decide", "summary": "How one visitor is served",
        "description": "A customer is asked about by their id, with what is kept of them; what the caller knows beside it is laid \
            over it, so that no need is forgotten.",
        "requestBody": body("Ask", &ana()),
        "responses": responses(json!({ "200": told("The decision.", answer, lines()) }), &with_body(&[])),
    })
}

fn batch() -> Value {
    let answer = json!({ "schema": schema("AllDecided") });
    json!({
        "tags": ["decisions"], "operationId": "decideForMany", "summary": "How many visitors are served",
        "requestBody": body("Batch", &json!({ "visitors": [ana(), { "id": "boris-4" }] })),
        "responses": responses(json!({ "200": told("The decisions.", answer, lines()) }), &with_body(&[])),
    })
}

fn explain() -> Value {
    let wish = |name: &str, about: &str| json!({ "name": name, "in": "query", "description": about, "schema": { "type": "boolean", "default": false } });
    json!({
        "tags": ["decisions"], "operationId": "explain", "summary": "Why one visitor is served so",
        "description": "Needs, age, mood and ids are left out, unless they are asked for. What the policy's author wrote is told \
            as it stands: reasons, and the names of rules and segments, which may speak of a need.",
        "parameters": [
            wish("reveal", "Needs may be named, and changes of them."),
            wish("counterfactual", "The nearest change of one fact that changes the answer is looked for."),
        ],
        "requestBody": body("Ask", &ana()),
        "responses": responses(
            json!({ "200": told("The explanation.", json!({ "schema": schema("Explained") }), lines()) }),
            &with_body(&[]),
        ),
    })
}

fn touchpoints() -> Value {
    let report = json!({ "id": "ana-17", "key": "billing-2026-11-23-1", "touchpoints": [
        { "at": "2026-11-23T10:00:00-03:00", "channel": "web", "outcome": "started", "journey": "billing", "step": "card" },
        { "at": "2026-11-23T10:02:00-03:00", "channel": "web", "outcome": "failed" },
    ] });
    let answer = json!({ "schema": schema("Kept"), "example": { "version": 1_795_456_800_000_000_u64, "touchpoints": 2 } });
    json!({
        "tags": ["profiles"], "operationId": "report", "summary": "What happened with a customer",
        "description": "Once it is confirmed it is kept, and counts in every decision after it.",
        "requestBody": body("Report", &report),
        "responses": responses(
            json!({ "200": told("It is kept.", answer, json!({ "ETag": header("Version") })) }),
            &with_body(&["409"]),
        ),
    })
}

const TAGS: &str = r#"^[ ,]*((\*|(W/)?"[^"]*")( *,[ ,]*(\*|(W/)?"[^"]*"))*[ ,]*)?$"#;

fn condition(name: &str, schema: Value, about: &str) -> Value {
    json!({ "name": name, "in": "header", "description": about, "schema": schema })
}

fn profile() -> Value {
    let tags = || json!({ "type": "string", "pattern": TAGS });
    let if_match = || {
        condition(
            "If-Match",
            tags(),
            "Only if one of these versions is kept, or with `*` any. A weak tag is that of no version.",
        )
    };
    let if_none = || {
        condition(
            "If-None-Match",
            json!({ "type": "string", "const": "*" }),
            "Only if nothing is kept. Not beside `If-Match`.",
        )
    };
    let if_changed = condition("If-None-Match", tags(), "The versions that the caller has.");
    let example = json!({ "age": 74, "fluency": 20, "needs": { "large_text": "required" } });
    let version = || json!({ "ETag": header("Version") });
    let kept = json!({ "schema": schema("KeptProfile"), "example": example });
    let bare = |about: &str, headers: Value| json!({ "description": about, "headers": headers });
    let again =
        |operation: &str| json!({ "operationId": operation, "parameters": { "id": "$request.path.id" } });
    let mut made = bare("It is kept; there was none before.", version());
    put(&mut made, "links", json!({ "read": again("getProfile"), "forget": again("deleteProfile") }));
    let mut replaced = bare("It is kept, in place of the one before.", version());
    put(&mut replaced, "links", json!({ "read": again("getProfile"), "forget": again("deleteProfile") }));
    json!({
        "parameters": [{
            "name": "id", "in": "path", "required": true, "schema": schema("Id"), "example": "ana-17",
        }],
        "get": {
            "tags": ["profiles"], "operationId": "getProfile", "summary": "What is kept of a customer",
            "parameters": [if_changed],
            "responses": responses(json!({
                "200": told("The profile.", kept, version()),
                "304": bare("The caller has it.", version()),
            }), &["400", "401", "404", "422", "500", "503"]),
        },
        "put": {
            "tags": ["profiles"], "operationId": "putProfile", "summary": "Keep this of a customer, in place of what is kept",
            "parameters": [if_match(), if_none(), {
                "name": "lenient", "in": "query", "schema": { "type": "boolean", "default": false },
                "description": "What makes no sense to the policy is kept as far as it can be, where without it it is an error.",
            }],
            "requestBody": body("Profile", &example),
            "responses": responses(json!({ "201": made, "204": replaced }), &with_body(&["412"])),
        },
        "delete": {
            "tags": ["profiles"], "operationId": "deleteProfile", "summary": "Forget a customer",
            "parameters": [if_match(), if_none()],
            "responses": responses(
                json!({ "204": { "description": "Nothing is kept of them now." } }),
                &["400", "401", "404", "412", "422", "500", "503"],
            ),
        },
    })
}

fn metrics() -> Value {
    json!({
        "tags": ["running"], "operationId": "metrics", "summary": "Counts and times, for Prometheus",
        "responses": responses(json!({ "200": {
            "description": "Its text format.", "content": { "text/plain": { "schema": { "type": "string" } } },
        } }), &["401", "500", "503"]),
    })
}

fn health() -> Value {
    let answer = |example: Value| json!({ "schema": schema("Health"), "example": example });
    let digest = "5f0e0d4c3b2a19080706050403020100";
    let health =
        |status: &str| answer(json!({ "status": status, "policy": "harbour_mobile", "digest": digest }));
    let mut unwell = told("It does not, or does not say so in time.", health("no_profiles"), json!({}));
    put(&mut unwell["content"], "application/problem+json", json!({ "schema": schema("Problem") }));
    json!({
        "tags": ["running"], "operationId": "health", "summary": "Whether the service serves", "security": [],
        "responses": responses(json!({
            "200": told("It does.", health("ok"), json!({})),
            "503": unwell,
        }), &["500"]),
    })
}

fn itself() -> Value {
    let schema =
        object("A document as OpenAPI 3.1 says.", &["openapi"], json!({ "openapi": { "const": "3.1.0" } }));
    json!({
        "tags": ["running"], "operationId": "describe", "summary": "This document", "security": [],
        "responses": responses(json!({
            "200": told("This document.", json!({ "schema": schema }), json!({})),
        }), &["500", "503"]),
    })
}

/// A header by which an answer is not sent again.
pub(super) fn if_none_match() -> Value {
    condition("If-None-Match", json!({ "type": "string" }), "The tag of an answer that the caller has.")
}
