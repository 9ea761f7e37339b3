//! Rules written in Rust, once for the library and once for the interpreter.

use maitre::{RuleFacts, RustRule, Truth};

use super::facts::Facts;
use super::value::Value;

/// Long with us and often here; unknown without the one or the other.
pub struct Loyal;
impl RustRule for Loyal {
    fn name(&self) -> &str {
        "loyal"
    }
    fn reads(&self) -> &[&str] {
        &["profile.tenure_days", "profile.visits"]
    }
    fn holds(&self, facts: &RuleFacts<'_>) -> Truth {
        let long = facts.int("profile.tenure_days").map(|days| days > 365);
        Truth::from(long).and(facts.int("profile.visits").map(|visits| visits >= 3).into())
    }
}

/// A tier that begins as the language does; false where one of the two is unknown.
pub struct Alike;
impl RustRule for Alike {
    fn name(&self) -> &str {
        "alike"
    }
    fn reads(&self) -> &[&str] {
        &["profile.tier", "profile.language", "visit.hour"]
    }
    fn holds(&self, facts: &RuleFacts<'_>) -> Truth {
        let first = |name: &str| facts.text(name).and_then(|text| text.chars().next());
        let alike = first("profile.tier").is_some() && first("profile.tier") == first("profile.language");
        Truth::from(alike || facts.int("visit.hour") == Some(12))
    }
}

/// What the interpreter makes of the rule `name`.
pub fn holds(name: &str, facts: &Facts<'_>) -> Option<bool> {
    let first = |name: &str| facts.text(name).and_then(|text| text.chars().next());
    match name {
        "loyal" => match (facts.value("profile.tenure_days"), facts.value("profile.visits")) {
            (Some(Value::Int(days)), _) if days <= 365 => Some(false),
            (_, Some(Value::Int(visits))) if visits < 3 => Some(false),
            (Some(_), Some(_)) => Some(true),
            _ => None,
        },
        "alike" if facts.value("visit.hour") == Some(Value::Int(12)) => Some(true),
        "alike" => Some(first("profile.tier").is_some_and(|c| Some(c) == first("profile.language"))),
        other => panic!("the test has no rule {other}"),
    }
}
