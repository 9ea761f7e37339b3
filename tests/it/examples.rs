//! The policy of the examples: its own tests hold, and so does what it promises, over all visitors of the quickstart.

use std::path::Path;

use maitre::{
    AccessNeed, AssistanceLevel, Channel, ExperienceSelector, Harm, Impact, ImpactOptions, LayoutComplexity,
    Policy,
};

#[allow(dead_code, reason = "the example counts groups that are not counted here")]
#[path = "../../examples/quickstart/crowd.rs"]
mod crowd;

const POLICY: &str = include_str!("../../examples/policies/harbour_mobile.toml");

fn selector() -> ExperienceSelector {
    let policy = Policy::from_toml(POLICY).unwrap_or_else(|errors| panic!("{errors}"));
    ExperienceSelector::compile(&policy).unwrap()
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
fn the_policy_of_the_examples_holds_its_own_tests_and_they_touch_all_that_it_says() {
    let run = selector().run_tests();
    assert!(run.passed() && run.tests.len() >= 12, "{run}");
    let coverage = &run.coverage;
    let untouched: Vec<&str> = coverage.untouched_rules().chain(coverage.untouched_segments()).collect();
    assert_eq!(untouched, Vec::<&str>::new());
    assert_eq!(coverage.untouched_arms().collect::<Vec<_>>(), []);
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

#[test]
fn the_next_version_of_the_policy_helps_more_than_it_hurts_and_is_stopped_by_the_gate() {
    let next = include_str!("../../examples/policies/harbour_mobile_next.toml");
    let next = Policy::from_toml(next).unwrap_or_else(|errors| panic!("{errors}"));
    let next = ExperienceSelector::compile(&next).unwrap();
    let run = next.run_tests();
    assert!(run.passed() && run.tests.len() >= 12, "{run}");
    let mut impact = Impact::new(&selector(), &next, ImpactOptions::new());
    let crowd = crowd::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join("data")).unwrap();
    (1..).zip(&crowd).for_each(|(number, guest)| impact.add(number, &guest.profile, &guest.visit));
    let report = impact.finish();
    let everyone = &report.everyone;
    assert_eq!(everyone.visitors, 10_000);
    assert!(everyone.better > 2 * everyone.worse, "{report}");
    assert!(!report.gate.passes && report.gate.worse < 200, "{report}");
    assert!(report.gate.harms.contains_key(&Harm::WayOutClosed), "{report}");
}
