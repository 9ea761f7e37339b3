//! The JSON Schema of policies is in step with what loading accepts: of every document that is accepted, that is refused for its
//! shape, or that is one slip away from a good one, schema and reader say the same.

use jsonschema::Validator;
use maitre::{Policy, PolicyDocument};
use serde_json::{Map, Value, json};

use crate::generate::{self, print::toml, random::Random};
use crate::oracle::library::load;

const FILE: &str = include_str!("../../examples/policies/maitre.schema.json");
const POLICIES: [&str; 2] = [
    include_str!("../../examples/policies/harbour_mobile.toml"),
    include_str!("../policies/harbour_mobile.toml"),
];

fn schema() -> Value {
    serde_json::from_str(&PolicyDocument::json_schema()).unwrap()
}
fn validator() -> Validator {
    jsonschema::draft7::new(&schema()).unwrap_or_else(|error| panic!("{error}"))
}

/// A document as an editor's schema sees it: a time is its text.
fn data(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => json!(number),
        toml::Value::Boolean(value) => value.into(),
        toml::Value::Datetime(at) => at.to_string().into(),
        toml::Value::Array(all) => all.into_iter().map(data).collect(),
        toml::Value::Table(fields) => {
            Value::Object(fields.into_iter().map(|(key, value)| (key, data(value))).collect())
        }
    }
}
fn written(text: &str) -> Value {
    data(toml::Value::Table(toml::from_str(text).unwrap_or_else(|error| panic!("{error}"))))
}

/// Whether the reader of documents accepts the shape, whatever it means.
fn is_read(document: &Value) -> bool {
    serde_json::from_value::<PolicyDocument>(document.clone()).is_ok()
}

#[test]
fn the_file_for_editors_is_in_step() {
    if std::env::var_os("REWRITE_SCHEMA").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/policies/maitre.schema.json");
        std::fs::write(path, PolicyDocument::json_schema()).unwrap();
        return;
    }
    let file: Value = serde_json::from_str(FILE).unwrap();
    assert!(file == schema(), "write it anew with REWRITE_SCHEMA=1");
}

#[test]
fn every_key_has_help() {
    fn silent(value: &Value, path: &str, found: &mut Vec<String>) {
        if value.is_null() {
            return;
        }
        if let Some(fields) = value["properties"].as_object() {
            for (key, field) in fields {
                let path = format!("{path}.{key}");
                let is_told = field["description"].as_str().is_some_and(|text| !text.is_empty());
                // What a reference leads to has its own, and so have the needs, whose names say it.
                if !is_told && field["$ref"].is_null() && !path.contains(".needs.") {
                    found.push(path.clone());
                }
                silent(field, &path, found);
            }
        }
        for inner in ["items", "additionalProperties"] {
            silent(&value[inner], &format!("{path}.{inner}"), found);
        }
    }
    let (schema, mut found) = (schema(), Vec::new());
    silent(&schema, "", &mut found);
    schema["definitions"].as_object().unwrap().iter().for_each(|(name, one)| silent(one, name, &mut found));
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn whatever_loads_has_the_shape() {
    let validator = validator();
    let valid = |document: &Value| {
        let problem = validator.iter_errors(document).next().map(|error| error.to_string());
        assert_eq!(problem, None, "{document:#}");
    };
    for text in POLICIES {
        valid(&written(text));
        valid(&serde_json::to_value(Policy::from_toml(text).unwrap().document()).unwrap());
    }
    let mut loaded = 0;
    for n in 0..200 {
        let text = toml(&generate::policy(160_000 + n));
        let Ok(selector) = load(&text) else { continue };
        valid(&written(&text));
        valid(&serde_json::to_value(selector.policy().document()).unwrap());
        loaded += 1;
    }
    assert!(loaded > 150, "{loaded}");
}

/// What no schema can say, how two values stand to each other, and what this one does not say of the letters of texts.
const BEYOND: [&str; 4] = [
    "expected at least `min`",
    "all weights are 0",
    "stands here twice",
    "which is not seen and changes what is",
];

/// Fails where the schema takes what the reader refuses, or refuses what loads.
fn hold(validator: &Validator, document: &Value, what: &str) -> bool {
    let (read, valid) = (is_read(document), validator.is_valid(document));
    let is_beyond = || {
        let why = serde_json::from_value::<PolicyDocument>(document.clone()).err();
        why.is_some_and(|why| BEYOND.iter().any(|beyond| why.to_string().contains(beyond)))
    };
    let loads = || Policy::loader().deserialize(document).is_ok();
    if read != valid && (valid && !is_beyond() || loads()) {
        let why = serde_json::from_value::<PolicyDocument>(document.clone()).err();
        let errors: Vec<String> = validator.iter_errors(document).map(|error| error.to_string()).collect();
        panic!("{what}: read {read}, valid {valid}: {why:?} {errors:?}");
    }
    read
}

#[test]
fn what_is_refused_for_its_shape_has_not_the_shape() {
    let validator = validator();
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rejects");
    let mut refused = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let document = match path.extension().and_then(|extension| extension.to_str()) {
            Some("json") => serde_json::from_str(&text).ok(),
            Some("toml") => toml::from_str(&text).ok().map(|table| data(toml::Value::Table(table))),
            _ => None,
        };
        // What is no TOML and no JSON has no shape at all.
        let Some(document) = document else { continue };
        let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
        refused += usize::from(!hold(&validator, &document, name));
    }
    assert!(refused >= 20, "{refused}");
}

/// Changes one thing somewhere in a document.
fn slip(value: &mut Value, random: &mut Random) {
    let count = match value {
        Value::Object(fields) => fields.len(),
        Value::Array(all) => all.len(),
        _ => 0,
    };
    if count > 0 && random.chance(80) {
        let place = random.below(count);
        let inner = match value {
            Value::Object(fields) => fields.iter_mut().nth(place).map(|(_, value)| value),
            Value::Array(all) => all.get_mut(place),
            _ => None,
        };
        return inner.into_iter().for_each(|inner| slip(inner, random));
    }
    if let Value::Object(fields) = value
        && random.chance(70)
    {
        let mut all: Vec<(String, Value)> = std::mem::take(fields).into_iter().collect();
        if !all.is_empty() {
            let place = random.below(all.len());
            match random.below(3) {
                0 => drop(all.remove(place)),
                1 => all.get_mut(place).into_iter().for_each(|(key, _)| key.push_str("_x")),
                _ => {
                    let keys = ["when", "layout", "type", "Name", "name", "channels", "open", "adapt"];
                    all.push((random.name(&keys), json!("standard")));
                }
            }
        }
        *fields = all.into_iter().collect::<Map<_, _>>();
        return;
    }
    let others = [
        json!(true),
        json!(7),
        json!(-1),
        json!(77),
        json!(20_000),
        json!(1.5),
        json!("standard"),
        json!("A b"),
        json!(""),
        json!([]),
        json!(["captions", "captions"]),
        json!({}),
        json!({ "when": "true" }),
    ];
    *value = random.pick(&others).clone();
}

#[test]
fn one_slip_away_from_a_good_document_reader_and_schema_say_the_same() {
    let validator = validator();
    let mut random = Random::new(42);
    let (mut refused, mut read_all) = (0, 0);
    let mut good: Vec<Value> = POLICIES.iter().map(|text| written(text)).collect();
    good.extend((0..60).map(|n| written(&toml(&generate::policy(170_000 + n)))));
    for document in good.iter().cycle().take(3_000) {
        let mut document = document.clone();
        slip(&mut document, &mut random);
        let read = hold(&validator, &document, "a slip");
        *(if read { &mut read_all } else { &mut refused }) += 1;
    }
    assert!(refused > 1_000 && read_all > 150, "{refused} {read_all}");
}
