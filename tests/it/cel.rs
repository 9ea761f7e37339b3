//! The rule language, through its public door: cases with their values, bad conditions with everything that is said of
//! them, properties over generated text, and a second opinion.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::string_slice,
    reason = "a test says what is wrong by panicking"
)]

mod cases;
mod expressions;
mod limits;
mod peer;
mod properties;
mod rejects;

use maitre::{AttributeType, Attributes, Timestamp, Values};

/// Attributes that are known, and one of each type that is not.
fn attributes() -> Attributes {
    let mut attributes = Attributes::new();
    let types = || {
        [
            ("int", AttributeType::INT),
            ("float", AttributeType::Float),
            ("text", AttributeType::Text),
            ("flag", AttributeType::Bool),
            ("plan", AttributeType::enum_of(["prepaid", "contract"])),
            ("set", AttributeType::set_of(["red", "green", "blue"])),
            ("time", AttributeType::Timestamp),
        ]
    };
    for (name, kind) in types() {
        attributes.declare(&format!("no_{name}"), kind.clone()).unwrap();
        if name != "plan" {
            attributes.declare(&format!("my_{name}"), kind).unwrap();
        }
    }
    for (name, kind) in [
        ("a", AttributeType::INT),
        ("b", AttributeType::INT),
        ("x", AttributeType::Float),
        ("y", AttributeType::Float),
        ("s", AttributeType::Text),
        ("t", AttributeType::Text),
        ("p", AttributeType::Bool),
        ("q", AttributeType::Bool),
        ("plan", AttributeType::enum_of(["prepaid", "contract"])),
        ("small", AttributeType::Int { min: 0, max: 10 }),
    ] {
        attributes.declare(name, kind).unwrap();
    }
    attributes
}

fn values() -> Values {
    Values::new()
        .with("my_int", 7)
        .with("my_float", 2.5)
        .with("my_text", "Zoë")
        .with("my_flag", true)
        .with("plan", "contract")
        .with("my_set", ["red", "blue"])
        .with("my_time", Timestamp::parse("2026-11-23T10:20:30.450Z").unwrap())
        .with("profile.age", 70)
        .with("visit.at", Timestamp::parse("2026-11-24T10:20:30Z").unwrap())
}
