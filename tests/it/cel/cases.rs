//! Conditions and what they say: each file of `cases/cel` has sections of true, false and unknown ones.

use std::collections::BTreeMap;

use maitre::{Condition, Truth};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Section {
    #[serde(default, rename = "true")]
    holds: Vec<String>,
    #[serde(default, rename = "false")]
    fails: Vec<String>,
    #[serde(default)]
    unknown: Vec<String>,
}

fn check(file: &str) {
    let sections: BTreeMap<String, Section> = toml::from_str(file).unwrap();
    let (attributes, values) = (super::attributes(), super::values());
    let mut wrong = Vec::new();
    for (section, cases) in sections {
        let all = [(Truth::True, cases.holds), (Truth::False, cases.fails), (Truth::Unknown, cases.unknown)];
        for (expected, texts) in all {
            for text in texts {
                match Condition::parse(&text, &attributes) {
                    Err(error) => wrong.push(format!("{section}: `{text}` is refused: {error}")),
                    Ok(condition) => {
                        let found = condition.evaluate(&values);
                        if found != expected {
                            wrong.push(format!("{section}: `{text}` is {found:?}, expected {expected:?}"));
                        }
                        let again = Condition::parse(&condition.to_string(), &attributes);
                        if again.as_ref() != Ok(&condition) {
                            wrong.push(format!(
                                "{section}: `{text}` prints `{condition}`, which is {again:?}"
                            ));
                        }
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn operators_and_literals_mean_what_cel_says() {
    check(include_str!("../../cases/cel/operators.toml"));
}
#[test]
fn numbers_strings_lists_and_times_mean_what_cel_says() {
    check(include_str!("../../cases/cel/values.toml"));
}
#[test]
fn what_is_unknown_spreads_and_is_absorbed_as_law_l1_says() {
    check(include_str!("../../cases/cel/unknown.toml"));
}
