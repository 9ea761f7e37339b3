//! The policy of the examples: its own tests hold, and so does what it promises, over all visitors of the quickstart.

use std::collections::BTreeSet;
use std::path::Path;

use maitre::{
    AccessNeed, AssistanceLevel, Channel, CustomerProfile, ExperienceSelector, LayoutComplexity, Policy,
    Visit,
};
use serde_json::{Map, Value};

#[allow(dead_code, reason = "the example counts groups that are not counted here")]
#[path = "../../examples/quickstart/crowd.rs"]
mod crowd;

const POLICY: &str = include_str!("../../examples/policies/harbour_mobile.toml");

fn selector() -> ExperienceSelector {
    let policy = Policy::from_toml(POLICY).unwrap_or_else(|errors| panic!("{errors}"));
    ExperienceSelector::compile(&policy).unwrap()
}

/// JSON has no times: they are texts there.
fn json(value: &toml::Value) -> Value {
    match value {
        toml::Value::Datetime(time) => Value::String(time.to_string()),
        toml::Value::Array(values) => values.iter().map(json).collect(),
        toml::Value::Table(fields) => Value::Object(
            fields.iter().map(|(name, value)| (name.clone(), json(value))).collect::<Map<_, _>>(),
        ),
        other => serde_json::to_value(other).unwrap(),
    }
}

fn set(names: impl IntoIterator<Item = impl ToString>) -> Value {
    names.into_iter().map(|name| name.to_string()).collect::<BTreeSet<_>>().into_iter().collect()
}

#[test]
fn the_readme_counts_what_is_in_the_policy_of_the_examples() {
    let document: toml::Table = toml::from_str(POLICY).unwrap();
    let count = |what: &str| match &document[what] {
        toml::Value::Array(entries) => entries.len(),
        other => other.as_table().unwrap().len(),
    };
    let counts =
        ["channels", "segments", "rules", "experiments"].map(|what| format!("{} {what}", count(what)));
    let counts = counts.join(", ");
    assert!(include_str!("../../README.md").contains(&format!("({counts})")), "{counts}");
}

#[test]
fn the_policy_of_the_examples_holds_its_own_tests() {
    let selector = selector();
    let document: toml::Table = toml::from_str(POLICY).unwrap();
    let tests = document["tests"].as_array().unwrap();
    assert!(tests.len() >= 6, "only {} tests", tests.len());
    let mut failed = Vec::new();
    for test in tests {
        let test = json(test);
        let profile = test.get("profile").cloned().unwrap_or_else(|| Value::Object(Map::new()));
        let profile: CustomerProfile = serde_json::from_value(profile).unwrap();
        let mut visit = test["visit"].clone();
        if let Some(journey) = test.get("journey") {
            visit["journey"] = journey.clone();
        }
        let visit: Visit = serde_json::from_value(visit).unwrap();
        assert_eq!(profile.unreadable().chain(visit.unreadable()).count(), 0, "{}", test["name"]);

        let explanation = selector.explain(&profile, &visit);
        let decision = explanation.decision();
        let experience = decision.experience();
        for (what, expected) in test["expect"].as_object().unwrap() {
            let found = match what.as_str() {
                "channel" => Value::from(experience.channel.as_str()),
                "layout" => Value::from(experience.layout.as_str()),
                "assistance" => Value::from(experience.assistance.as_str()),
                "adapt" => set(decision.adaptations().iter()),
                "way_out" => decision.way_out().map(|way| way.channel.to_string()).into(),
                "rules" => set(explanation.rules()),
                other => panic!("`{other}` is expected and not looked at here"),
            };
            let expected = match expected {
                Value::Array(names) => set(names.iter().filter_map(Value::as_str)),
                one => one.clone(),
            };
            if found != expected {
                failed.push(format!("{}: {what}: {found}, expected {expected}", test["name"]));
            }
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn the_policy_of_the_examples_leaves_nobody_of_the_quickstart_without_help() {
    let selector = selector();
    let crowd = crowd::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join("data")).unwrap();
    assert_eq!(crowd.len(), 10_000);
    let (mut asked_for_a_person, mut cannot_hear) = (0, 0);
    for guest in &crowd {
        let decision = selector.select(&guest.profile, &guest.visit);
        let experience = decision.experience();
        assert!(decision.way_out().is_some());
        if guest.failed_thrice {
            assert!(experience.layout <= LayoutComplexity::Simple);
            assert!(experience.assistance >= AssistanceLevel::Guided);
        }
        if guest.slow_line {
            assert!(experience.layout <= LayoutComplexity::Simple);
        }
        if guest.profile.needs().contains(AccessNeed::HumanContact) {
            asked_for_a_person += 1;
            assert!(experience.assistance >= AssistanceLevel::Callback);
        }
        if guest.profile.required_needs().contains(AccessNeed::NoVoiceCalls) {
            cannot_hear += 1;
            assert_ne!(experience.channel, Channel::Phone);
            assert!(decision.way_out().is_some_and(|way| way.open && way.channel != Channel::Phone));
        }
        assert!(decision.adaptations().is_superset(guest.profile.needs()));
    }
    assert!(asked_for_a_person > 100 && cannot_hear > 100, "{asked_for_a_person} and {cannot_hear}");
}

#[test]
fn the_needs_of_the_quickstart_hang_on_the_survey_and_never_on_the_age() {
    let crowd = crowd::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join("data")).unwrap();
    assert!(crowd.iter().all(|guest| guest.profile.needs().is_empty() != guest.difficulty));
    let older_without =
        crowd.iter().filter(|guest| guest.age >= 65 && guest.profile.needs().is_empty()).count();
    assert!(older_without > 1_000, "{older_without}");
}
