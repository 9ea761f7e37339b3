//! What would have to be otherwise: the change that is named really changes the answer, is the nearest, and is nothing
//! that a stranger should hear.

use maitre::{AccessNeed, Channel, CustomerProfile, ExperienceSelector, Moment, NeedStrength, Policy, Visit};

fn selector(rules: &str) -> ExperienceSelector {
    let policy = format!(
        r#"
        format = 1
        name = "nearest"
        purposes = ["messages"]
        last_resort = ["in_person"]
        channels = [
          {{ name = "web", base = 20 }},
          {{ name = "sms", base = 40, consent = "messages" }},
          {{ name = "in_person", staffed = true }},
        ]
        [attributes]
        plan = ["prepaid", "contract", "family"]
        [rules]
        {rules}
        "#
    );
    ExperienceSelector::compile(&Policy::from_toml(&policy).unwrap()).unwrap()
}

fn visit() -> Visit {
    Visit::new("2026-11-23T12:00:00+00:00".parse::<Moment>().unwrap())
}

#[test]
fn the_nearest_border_of_a_number_is_named_with_what_lies_behind_it() {
    let selector = selector(
        "small = { when = 'visit.viewport_width < 400', layout_at_most = 'essential' }
         tiny = { when = 'visit.viewport_width < 200', assistance_at_least = 'guided' }",
    );
    let visit = visit().with_viewport_width(390);
    let nearest = selector.counterfactual(&CustomerProfile::new(), &visit).unwrap();
    assert_eq!(
        (nearest.attribute(), nearest.from(), nearest.to()),
        ("visit.viewport_width", Some("390"), "400")
    );
    assert_eq!(nearest.decision().experience().layout.as_str(), "standard");
    let really = selector.select(&CustomerProfile::new(), &visit.clone().with_viewport_width(400));
    // Of two undated facts the greater is kept, so that 400 is what counts now.
    assert_eq!(*nearest.decision(), really);
    assert_eq!(
        nearest.to_string(),
        "If `visit.viewport_width` were 400 instead of 390, this visitor would be given the standard layout instead of \
         the essential layout, one thing at a time."
    );
}

#[test]
fn an_unknown_fact_may_be_the_one() {
    let selector = selector("family = { when = 'plan == \"family\"', assistance = 200 }");
    let nearest = selector.counterfactual(&CustomerProfile::new(), &visit()).unwrap();
    assert_eq!((nearest.attribute(), nearest.from(), nearest.to()), ("plan", None, "\u{201c}family\u{201d}"));
    let shape = serde_json::to_value(&nearest).unwrap();
    assert_eq!(shape["attribute"], "plan");
    assert_eq!(shape["experience"]["assistance"], "callback");
}

#[test]
fn what_no_condition_reads_is_tried_last() {
    let selector = selector("never_read = { when = 'false', layout = 10 }");
    let nearest = selector.counterfactual(&CustomerProfile::new(), &visit()).unwrap();
    assert_eq!((nearest.attribute(), nearest.to()), ("profile.consents `messages`", "given"));
    assert_eq!(nearest.decision().experience().channel, Channel::Sms);
}

#[test]
fn sensitive_facts_are_named_only_where_that_is_asked_for() {
    let selector = selector(
        "old = { when = 'profile.age >= 70', assistance_at_least = 'guided' }
         few = { when = '\"few\" == \"few\" && \"plain_language\" in profile.needs', layout = -100 }",
    );
    let person = CustomerProfile::new()
        .with_age(69)
        .with_consent("messages", None)
        .with_need(AccessNeed::PlainLanguage, NeedStrength::Preferred);
    let told = selector.counterfactual(&person, &visit());
    let sensitive = |name: &str| name == "profile.age" || name.starts_with("profile.needs");
    assert!(told.is_some_and(|told| !sensitive(told.attribute())), "another fact is named");
    let revealed = selector.counterfactual_revealing(&person, &visit()).unwrap();
    assert_eq!((revealed.attribute(), revealed.from(), revealed.to()), ("profile.age", Some("69"), "70"));
    let debug = format!("{revealed:?}");
    assert!(!debug.contains("\"69\"") && !debug.contains("\"70\""), "Debug tells no values: {debug}");
}

#[test]
fn the_real_policy_has_an_answer_that_holds_for_its_personas() {
    let policy = Policy::from_toml(include_str!("../../examples/policies/harbour_mobile.toml")).unwrap();
    let selector = ExperienceSelector::compile(&policy).unwrap();
    for test in &policy.document().tests {
        let before = selector.select(&test.profile, &test.visit).experience();
        let nearest = selector.counterfactual(&test.profile, &test.visit).unwrap();
        assert_ne!(nearest.decision().experience(), before, "{}: {nearest}", test.name);
        assert!(nearest.to_string().starts_with("If `"), "{nearest}");
    }
}
