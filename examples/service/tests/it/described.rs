//! The service is as it describes itself: whatever is answered in any test is held against the description.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, OnceLock};

use jsonschema::Validator;
use serde_json::{Value, json};

use crate::running::{Answer, Service, send};

static DESCRIPTION: OnceLock<Value> = OnceLock::new();
static VALIDATORS: Mutex<Option<HashMap<String, Arc<Validator>>>> = Mutex::new(None);

/// Asks a service how it describes itself, if none was asked before.
pub fn learn(url: &str) {
    if DESCRIPTION.get().is_none() {
        let agent = ureq::get(format!("{url}/openapi.json")).call();
        let text = agent.unwrap().body_mut().read_to_string().unwrap();
        let _ = DESCRIPTION.set(serde_json::from_str(&text).unwrap());
    }
}

fn description() -> &'static Value {
    DESCRIPTION.get().unwrap()
}

fn resolved(value: &'static Value) -> &'static Value {
    let to = value["$ref"].as_str().map(|to| description().pointer(to.trim_start_matches('#')).unwrap());
    to.unwrap_or(value)
}

/// The operations of the path that a request went to.
fn operations(path: &str) -> Option<(&'static str, &'static Value)> {
    let asked: Vec<&str> = path.split('?').next().unwrap().split('/').collect();
    let paths = description()["paths"].as_object().unwrap();
    let is_it = |known: &str| {
        let known: Vec<&str> = known.split('/').collect();
        let fits =
            |(known, asked): (&&str, &&str)| known == asked || known.starts_with('{') && !asked.is_empty();
        known.len() == asked.len() && known.iter().zip(&asked).all(fits)
    };
    paths.iter().find(|(known, _)| is_it(known)).map(|(known, operations)| (&**known, operations))
}

fn misfit(schema: &Value, value: &Value) -> Option<String> {
    let validator = {
        let mut all = VALIDATORS.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let all = all.get_or_insert_default();
        let made = all.entry(schema.to_string()).or_insert_with(|| {
            let mut whole = schema.clone();
            whole["components"] = description()["components"].clone();
            Arc::new(jsonschema::draft202012::new(&whole).unwrap_or_else(|error| panic!("{error}")))
        });
        Arc::clone(made)
    };
    validator.iter_errors(value).next().map(|error| format!("{}: {error}", error.instance_path()))
}

/// Fails if what was answered is not as described.
pub fn hold(method: &str, path: &str, answer: &Answer) {
    // The page asks at doors of its own, which are nobody else's.
    // And a browser asks beforehand what it may, which is no operation.
    if path == "/" || path.starts_with("/page/") || method == "OPTIONS" {
        return;
    }
    let kind = answer.header("content-type").split(';').next().unwrap();
    let Some((known, operations)) = operations(path) else {
        return assert_eq!((answer.status, kind), (404, "application/problem+json"), "{path}");
    };
    let operation = &operations[method.to_ascii_lowercase()];
    let what = format!("{method} {known}: {answer:?}");
    if operation.is_null() {
        return assert_eq!((answer.status, kind), (405, "application/problem+json"), "{what}");
    }
    let response = resolved(&operation["responses"][answer.status.to_string()]);
    assert!(response.is_object(), "this status is not described: {what}");
    let Some(content) = response["content"].as_object() else {
        return assert_eq!(answer.text, "", "{what}");
    };
    let body = content.get(kind).unwrap_or_else(|| panic!("`{kind}` is not described: {what}"));
    if kind.ends_with("json") {
        assert_eq!(misfit(&body["schema"], &answer.json()), None, "{what}");
    }
}

#[test]
fn each_path_knows_the_methods_that_are_described() {
    let service = Service::start();
    for (path, operations) in description()["paths"].as_object().unwrap() {
        let answer = service.send("PATCH", &path.replace(['{', '}'], ""), &[], "{}");
        let known: BTreeSet<String> =
            answer.header("allow").split(',').map(str::to_ascii_lowercase).collect();
        let mut told: BTreeSet<String> = operations.as_object().unwrap().keys().cloned().collect();
        told.remove("parameters");
        if told.contains("get") {
            told.insert("head".to_owned());
        }
        assert_eq!(known, told, "{path}");
    }
}

#[test]
fn examples_are_as_they_should_be_and_work() {
    let service = Service::start();
    let mut tried = 0;
    for (path, operations) in description()["paths"].as_object().unwrap() {
        for (method, operation) in
            operations.as_object().unwrap().iter().filter(|(name, _)| *name != "parameters")
        {
            let responses = operation["responses"].as_object().unwrap().values().map(resolved);
            let bodies =
                responses.chain([&operation["requestBody"]]).filter_map(|told| told["content"].as_object());
            for body in bodies.flat_map(|content| content.values()).filter(|body| !body["example"].is_null())
            {
                assert_eq!(misfit(&body["schema"], &body["example"]), None, "{method} {path}");
            }
            let example = &operation["requestBody"]["content"]["application/json"]["example"];
            if example.is_object() {
                let path = path.replace("{id}", "ana-17").replace("{key}", "experience");
                let answer = service.send(&method.to_ascii_uppercase(), &path, &[], &example.to_string());
                assert!((200..300).contains(&answer.status), "{method} {path}: {answer:?}");
                tried += 1;
            }
        }
    }
    assert_eq!(tried, 7);
}

#[test]
fn the_facts_and_channels_of_the_policy_are_described() {
    let _service = Service::start();
    let valid = |name: &str, value: Value| {
        misfit(&json!({ "$ref": format!("#/components/schemas/{name}") }), &value).is_none()
    };
    assert!(valid(
        "Profile",
        json!({ "attributes": { "contract": "one_year" }, "habit": { "text_relay": 1 } })
    ));
    assert!(valid("Profile", json!({ "consents": { "messages": { "until": "2027-01-01T00:00:00Z" } } })));
    assert!(!valid("Profile", json!({ "attributes": { "contract": "three_years" } })));
    assert!(!valid("Profile", json!({ "attributes": { "contrat": "one_year" } })));
    assert!(!valid("Profile", json!({ "habit": { "fax": 1 } })));
    assert!(!valid("Profile", json!({ "consents": { "mesages": true } })));
    assert!(
        valid("Visit", json!({ "channel": "text_relay" })) && !valid("Visit", json!({ "channel": "fax" }))
    );
    assert!(valid("Context", json!({ "targetingKey": "ana", "contract": "one_year", "build": 7 })));
    assert!(!valid("Context", json!({ "targetingKey": "ana", "contract": "three_years" })));
}

#[test]
fn a_token_is_described_where_one_is_asked_for() {
    let security = |more: &[&str]| {
        let service = Service::with(more);
        send(&service.url, "GET", "/openapi.json", &[], "").unwrap().json()["security"].clone()
    };
    assert_eq!(security(&[]), json!([]));
    assert_eq!(security(&["--token", "open sesame"]), json!([{ "bearer": [] }, { "key": [] }]));
}
