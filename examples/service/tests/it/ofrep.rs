//! The remote evaluation protocol, by its own description.

use serde_json::{Value, json};

use crate::running::Service;

const FLAGS: &str = "/ofrep/v1/evaluate/flags";

fn context() -> Value {
    json!({
        "targetingKey": "ana",
        "tenure_months": 24,
        "profile": { "needs": { "large_text": "required" } },
        "visit.at": "2026-11-23T10:00:00-03:00",
        "visit.channel": "web",
        "journey": { "name": "billing", "failed_steps": 3 },
        "app_build": "2026.11",
    })
}

#[test]
fn a_flag_is_told_with_value_variant_reason_and_metadata() {
    let service = Service::start();
    let ask = |key: &str| service.post(&format!("{FLAGS}/{key}"), &json!({ "context": context() }));
    let answer = ask("experience.assistance");
    let told = answer.json();
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!((&told["key"], &told["value"]), (&json!("experience.assistance"), &json!("guided")));
    assert_eq!((&told["variant"], &told["reason"]), (&json!("guided"), &json!("TARGETING_MATCH")));
    assert_eq!(told["metadata"]["reason"], "bound:rescue");
    assert_eq!(told["metadata"]["policy"].as_str().unwrap().len(), 32);
    let whole = ask("experience").json();
    assert_eq!(whole["value"]["assistance"], "guided");
    assert!(whole["value"]["way_out"]["channel"].is_string(), "{whole}");
    let flat = |value: &Value| value.is_string() || value.is_number() || value.is_boolean();
    assert!(whole["metadata"].as_object().unwrap().values().all(flat), "{whole}");
}

#[test]
fn the_layout_is_that_of_the_channel_in_use() {
    let service = Service::start();
    let mut visitor = context();
    visitor["profile.preferred_channel"] = json!("phone");
    visitor["profile.preferred_layout"] = json!("rich");
    visitor["journey"] = json!({});
    let one = |key: &str| service.post(&format!("{FLAGS}/{key}"), &json!({ "context": visitor })).json();
    let whole = one("experience");
    assert_eq!(whole["value"]["channel"], "phone", "{whole}");
    assert_eq!(one("experience.layout")["value"], whole["value"]["layout_in_use"]);
    assert_ne!(whole["value"]["layout"], whole["value"]["layout_in_use"], "{whole}");
}

#[test]
fn all_flags_have_a_tag_that_stays_while_nothing_changes() {
    let service = Service::start();
    let ask = |tag: &str, body: &Value| {
        let headers: &[(&str, &str)] = if tag.is_empty() { &[] } else { &[("if-none-match", tag)] };
        service.send("POST", FLAGS, headers, &json!({ "context": body }).to_string())
    };
    let first = ask("", &context());
    let told = first.json();
    let keys: Vec<&str> =
        told["flags"].as_array().unwrap().iter().map(|one| one["key"].as_str().unwrap()).collect();
    assert_eq!(keys, ["experience", "experience.channel", "experience.layout", "experience.assistance"]);
    let tag = first.header("etag").to_owned();
    let again = ask(&tag, &context());
    assert_eq!((again.status, again.text.as_str(), again.header("etag")), (304, "", tag.as_str()));
    // A cache on the way has weakened it, and knows others.
    assert_eq!(ask(&format!("\"0\", W/{tag}"), &context()).status, 304);
    let mut other = context();
    other["journey"] = json!({});
    assert_eq!(ask(&tag, &other).status, 200);
}

#[test]
fn errors_are_those_of_the_protocol() {
    let service = Service::start();
    let layout = format!("{FLAGS}/experience.layout");
    let told = |path: &str, body: &str| {
        let answer = service.send("POST", path, &[], body);
        (answer.status, answer.json()["errorCode"].as_str().unwrap_or_default().to_owned(), answer.json())
    };
    let (status, code, body) =
        told(&format!("{FLAGS}/experience.layuot"), r#"{"context":{"targetingKey":"a"}}"#);
    assert_eq!((status, &*code, &body["key"]), (404, "FLAG_NOT_FOUND", &json!("experience.layuot")));
    assert_eq!(told(&format!("{FLAGS}/%ff"), r#"{"context":{"targetingKey":"a"}}"#).1, "FLAG_NOT_FOUND");
    let (status, code, body) = told(&layout, r#"{"context":{}}"#);
    assert_eq!((status, &*code, &body["key"]), (400, "TARGETING_KEY_MISSING", &json!("experience.layout")));
    assert_eq!(told(FLAGS, r#"{"context":{}}"#).1, "TARGETING_KEY_MISSING");
    assert_eq!(told(FLAGS, r#"{"context":{"targetingKey":17}}"#).1, "INVALID_CONTEXT");
    assert_eq!(told(FLAGS, r#"{"context":"#).1, "PARSE_ERROR");
    assert_eq!(told(FLAGS, r#"{}"#).1, "INVALID_CONTEXT");
    let (status, code, body) =
        told(&layout, r#"{"context":{"targetingKey":"a","visit.chanel":"web","profile.age":"old"}}"#);
    assert_eq!((status, &*code), (400, "INVALID_CONTEXT"));
    let details = body["errorDetails"].as_str().unwrap();
    assert!(details.contains("did you mean `channel`?") && details.contains("profile.age"), "{details}");
    assert!(!details.contains("old"), "a fact's value is no one's business: {details}");
}
