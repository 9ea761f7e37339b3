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
fn what_the_person_cannot_say_is_not_asked_as_if_they_had() {
    let of = |attributes: &str, rule: &str| {
        let policy = format!(
            "format = 1\nname = \"x\"\nlast_resort = [\"in_person\"]\n\
             channels = [{{ name = \"in_person\", staffed = true }}]\n\
             attributes.{attributes}\nrules.r = {{ when = '{rule}', layout = -100 }}"
        );
        ExperienceSelector::compile(&Policy::from_toml(&policy).unwrap()).unwrap()
    };
    let nearest = |selector: &ExperienceSelector| {
        let nearest = selector.counterfactual(&CustomerProfile::new(), &visit());
        nearest.map(|nearest| nearest.attribute().to_owned())
    };
    for (attribute, rule) in [
        ("journey.name", "journey.name == \"billing\""),
        ("profile.visits", "profile.visits > 2"),
        ("visit.errors", "visit.errors > 2"),
    ] {
        let limited = |source: &str| format!("{attribute} = {{ min_source = \"{source}\" }}");
        assert_ne!(nearest(&of(&limited("declared"), rule)).as_deref(), Some(attribute));
        assert_eq!(nearest(&of(&limited("observed"), rule)).as_deref(), Some(attribute));
    }
    // Who can say so may have said so.
    for rule in ["profile.fluency < 30", "profile.fluency < 30 && declared(profile.fluency)"] {
        let selector = of("profile.fluency = { min_source = \"declared\" }", rule);
        assert_eq!(nearest(&selector).as_deref(), Some("profile.fluency"), "{rule}");
    }
    for attribute in ["visit.channel", "journey.channel", "visit.errors"] {
        let selector = of("plan = \"int\"", &format!("declared({attribute})"));
        assert_ne!(nearest(&selector).as_deref(), Some(attribute));
    }
}

#[test]
fn what_no_condition_reads_is_tried_last() {
    let selector = selector("never_read = { when = 'false', layout = 10 }");
    let nearest = selector.counterfactual(&CustomerProfile::new(), &visit()).unwrap();
    assert_eq!((nearest.attribute(), nearest.to()), ("profile.consents.messages", "given"));
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

/// What the nearest change is, if there is one.
fn told(selector: &ExperienceSelector, profile: &CustomerProfile, visit: &Visit) -> Option<String> {
    selector.counterfactual(profile, visit).map(|told| format!("{} -> {}", told.attribute(), told.to()))
}

fn only_in_person(head: &str, body: &str) -> ExperienceSelector {
    let text = format!(
        "format = 1\nname = 'nearest'\nlast_resort = ['in_person']\n{head}\n\
         channels = [{{ name = 'in_person', staffed = true }}]\n{body}"
    );
    ExperienceSelector::compile(&Policy::from_toml(&text).unwrap()).unwrap()
}

#[test]
fn law_4_a_fact_that_needs_a_consent_is_not_proposed_without_it() {
    let selector = only_in_person(
        "purposes = ['profiling']",
        "attributes.plan = { type = 'enum', values = ['a', 'b'], consent = 'profiling' }
         rules.more = { when = 'plan == \"b\"', assistance = 100 }",
    );
    let person = CustomerProfile::new().with_attribute("plan", "a");
    let without = told(&selector, &person, &visit());
    assert!(without.is_none_or(|told| !told.starts_with("plan")));
    let agrees = person.with_consent("profiling", None);
    assert_eq!(told(&selector, &agrees, &visit()).as_deref(), Some("plan -> \u{201c}b\u{201d}"));
}

#[test]
fn every_cell_has_a_value_that_is_tried() {
    let attributes = "attributes.tier_name = 'string'\nattributes.score = 'float'\nattributes.marks = { type = 'set', members = ['x', 'y'] }";
    let cases = [
        (
            "tier_name == \"gold\"",
            CustomerProfile::new().with_attribute("tier_name", "gold"),
            "tier_name -> \u{201c}something else\u{201d}",
        ),
        (
            "score > 0.5 && score < 0.55",
            CustomerProfile::new().with_attribute("score", 0.0),
            "score -> 0.525",
        ),
        ("score > 1e17", CustomerProfile::new().with_attribute("score", 0.0), "score -> 110000000000000000"),
        ("score < 1e17", CustomerProfile::new().with_attribute("score", 0.0), "score -> 100000000000000000"),
        ("size(marks) > 0", CustomerProfile::new().with_attribute("marks", ["y"]), "marks -> empty"),
    ];
    for (when, person, expected) in cases {
        let selector = only_in_person(
            "",
            &format!("{attributes}\nrules.one = {{ when = '{when}', layout_at_most = 'essential' }}"),
        );
        assert_eq!(told(&selector, &person, &visit()).as_deref(), Some(expected), "{when}");
    }
}

#[test]
fn what_rules_a_channel_out_can_be_what_has_to_change() {
    let policy = |sms: &str| {
        let text = format!(
            "format = 1\nname = 'nearest'\npurposes = ['messages']\ngpc = ['messages']\nlast_resort = ['in_person']\n\
             channels = [{{ name = 'sms', base = 400, {sms} }}, {{ name = 'in_person', staffed = true }}]"
        );
        ExperienceSelector::compile(&Policy::from_toml(&text).unwrap()).unwrap()
    };
    let at = visit().at().timestamp();
    let agrees = CustomerProfile::new().with_consent("messages", None);
    let ended = CustomerProfile::new().with_consent("messages", Some(at));
    let consent = policy("consent = 'messages'");
    assert_eq!(told(&consent, &ended, &visit()).as_deref(), Some("profile.consents.messages -> given"));
    let withheld = visit().with_gpc(true);
    assert_eq!(told(&consent, &agrees, &withheld).as_deref(), Some("visit.gpc -> false"));
    let tired = agrees.with_contact(Channel::Sms, at);
    assert_eq!(
        told(&policy("contacts_at_most = 1"), &tired, &visit()).as_deref(),
        Some("profile.contacts_30d.sms -> 0")
    );
}

#[test]
fn what_a_device_asks_for_is_a_need_and_is_not_proposed() {
    let selector =
        only_in_person("", "rules.one = { when = 'visit.save_data', layout_at_most = 'essential' }");
    let visit = visit().with_save_data(true);
    let plain = told(&selector, &CustomerProfile::new(), &visit);
    assert!(plain.is_none_or(|told| !told.starts_with("visit.save_data")));
    let revealed = selector.counterfactual_revealing(&CustomerProfile::new(), &visit).unwrap();
    assert_eq!((revealed.attribute(), revealed.to()), ("visit.save_data", "false"));
}
