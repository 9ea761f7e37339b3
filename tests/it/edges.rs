//! What lies at the ends: of time, of size, of what a host may get wrong. Nothing there panics, allocates on the path of
//! a decision, takes a time that grows with the square, or says of a person what should stay out of logs.

use std::time::Instant;

use maitre::{
    AccessNeed, Channel, CustomerProfile, Diagnostic, Duration, ExperienceSelector, LayoutComplexity, Moment,
    NeedStrength, Offset, Policy, Severity, Timestamp, Unit, Visit,
};

const POLICY: &str = r#"
format = 1
name = "edges"
last_resort = ["in_person"]
channels = [{ name = "web", base = 10 }, { name = "in_person", staffed = true }]
attributes.since = "timestamp"
rules.new = { when = 'visit.at - since < duration("720h")', layout = -100 }
rules.late = { when = 'since.getFullYear("+14:00") > 2020', layout = -1 }
"#;

fn selector() -> ExperienceSelector {
    ExperienceSelector::compile(&Policy::from_toml(POLICY).unwrap()).unwrap()
}
fn last() -> Timestamp {
    Timestamp::parse("9999-12-31T23:59:59.999999999Z").unwrap()
}

#[test]
fn a_time_that_cannot_be_is_unknown_and_costs_no_allocation() {
    let selector = selector();
    let visit = Visit::new(Moment::new(last(), Offset::from_minutes(Offset::MAX_MINUTES).unwrap()));
    for since in
        ["2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-04-31T00:00:00Z", "2026-01-00T00:00:00Z"]
    {
        assert_eq!(Timestamp::parse(since), None, "{since}");
        let ana = CustomerProfile::new().with_attribute("since", since);
        let used = allocation_counter::measure(|| _ = selector.select(&ana, &visit));
        assert_eq!(used.count_total, 0, "{since}");
        let said = selector.explain(&ana, &visit).to_string();
        assert!(said.contains("`since` makes no sense"), "{said}");
    }
    for leap in ["2024-02-29T00:00:00Z", "2000-02-29T00:00:00Z"] {
        assert!(Timestamp::parse(leap).is_some(), "{leap}");
    }
    assert_eq!(Timestamp::parse("1900-02-29T00:00:00Z"), None);
}

#[test]
fn the_last_second_is_decided_without_an_allocation() {
    let (selector, ana) = (selector(), CustomerProfile::new().with_attribute("since", last()));
    for minutes in [-Offset::MAX_MINUTES, 0, Offset::MAX_MINUTES] {
        let visit = Visit::new(Moment::new(last(), Offset::from_minutes(minutes).unwrap()));
        let used = allocation_counter::measure(|| _ = selector.select(&ana, &visit));
        assert_eq!(used.count_total, 0, "{minutes}");
    }
}

#[test]
fn a_moment_at_the_ends_of_time_is_read_back_as_the_same_time() {
    let first = Timestamp::parse("0001-01-01T00:00:00Z").unwrap();
    for at in [first, last()] {
        for minutes in [-Offset::MAX_MINUTES, -1, 0, 1, Offset::MAX_MINUTES] {
            let moment = Moment::new(at, Offset::from_minutes(minutes).unwrap());
            let text = moment.to_string();
            assert_eq!(Moment::parse(&text).map(Moment::timestamp), Some(at), "{text}");
        }
    }
}

#[test]
fn a_length_of_time_ends_where_its_range_does() {
    let longest = Duration::parse("315576000000s").unwrap();
    assert_eq!(Duration::parse("315576000001s"), None);
    assert_eq!(Duration::from_days(i64::MAX), longest);
    assert_eq!(Duration::from_seconds(i64::MAX), longest);
    assert_eq!(Duration::from_days(i64::MIN).seconds(), -315_576_000_000);
    assert_eq!(last().checked_add(longest), None);
    assert_eq!(Duration::parse(&"9223372036854775807h".repeat(3)), None);
}

#[test]
fn what_goes_to_logs_tells_no_need_and_no_id() {
    let ana = CustomerProfile::new()
        .with_need(AccessNeed::LargeText, NeedStrength::Required)
        .with_need(AccessNeed::FewerChoices, NeedStrength::Required);
    let visit = Visit::new(last()).with_id(Unit::Person, "p-17");
    let decision = selector().select(&ana, &visit);
    assert_eq!(decision.layout_reason().need(), Some(AccessNeed::FewerChoices));
    let logged = format!("{ana:?} {visit:?} {decision:?} {:?}", decision.layout_reason());
    for secret in ["LargeText", "large_text", "FewerChoices", "fewer_choices", "p-17"] {
        assert!(!logged.contains(secret), "{secret}: {logged}");
    }
}

#[test]
fn an_id_that_is_no_text_is_named_and_not_shown() {
    let read =
        r#"{ "at": "2026-11-23T10:00:00Z", "ids": { "person": 1234567, "device": null, "household": "h" } }"#;
    let visit: Visit = serde_json::from_str(read).unwrap();
    assert_eq!(
        visit.unreadable().collect::<Vec<_>>(),
        [("visit.ids.person", "found an int, expected a string")]
    );
    assert_eq!((visit.id(Unit::Person), visit.id(Unit::Household)), (None, Some("h")));
    let said = selector().explain(&CustomerProfile::new(), &visit).to_string();
    assert!(said.contains("`visit.ids.person` makes no sense") && !said.contains("1234567"), "{said}");
}

#[test]
fn a_fact_with_a_date_that_cannot_be_is_unknown() {
    let read =
        r#"{ "age": { "value": 74, "learnt": "yesterday" }, "fluency": { "value": 3, "learnt": null } }"#;
    let profile: CustomerProfile = serde_json::from_str(read).unwrap();
    assert_eq!(
        profile.unreadable().collect::<Vec<_>>(),
        [("profile.age", "`learnt` is no time with an offset")]
    );
    assert_eq!(profile.fact("profile.age"), None);
    assert_eq!(profile.fact("profile.fluency").map(|fact| fact.value.clone()), Some(3.into()));
}

#[test]
fn a_table_that_is_null_holds_nothing() {
    let read = r#"{ "needs": null, "reach": null, "consents": null, "contacts": null, "uses": null, "attributes": null }"#;
    assert_eq!(serde_json::from_str::<CustomerProfile>(read).unwrap(), CustomerProfile::new());
    let visit: Visit = serde_json::from_str(r#"{ "at": "2026-11-23T10:00:00Z", "ids": null }"#).unwrap();
    assert_eq!(visit.id(Unit::Person), None);
}

#[test]
fn names_are_read_with_a_question_mark() -> Result<(), Diagnostic> {
    let at: Moment = "2026-11-23T10:00:00-03:00".parse()?;
    assert_eq!(at.timestamp(), "2026-11-23T13:00:00Z".parse()?);
    assert_eq!("72h".parse::<Duration>()?, Duration::from_days(3));
    assert_eq!("web".parse::<Channel>()?, Channel::Web);
    assert_eq!("simple".parse::<LayoutComplexity>()?, LayoutComplexity::Simple);
    let slip = "simpel".parse::<LayoutComplexity>().unwrap_err();
    assert_eq!(slip.to_string(), "unknown layout `simpel` [unknown_value]\n  help: did you mean `simple`?");
    let slip = "monday".parse::<Moment>().unwrap_err();
    assert_eq!(slip.message(), "`monday` is not a time like `2026-11-23T10:00:00-03:00`");
    assert_eq!(Severity::Warning.to_string(), "warning");
    Ok(())
}

#[test]
fn a_name_of_a_megabyte_makes_no_message_of_a_megabyte() {
    let long = "x".repeat(1 << 20);
    let said = |text: String| serde_json::from_str::<CustomerProfile>(&text).unwrap_err().to_string().len();
    assert!(said(format!(r#"{{ "{long}": 1 }}"#)) < 300);
    assert!(said(format!(r#"{{ "reach": {{ "{long}": "verified" }} }}"#)) < 300);
    let when = format!("profile.{} > 1 && segment.{0} && f{0}(1)", long.get(..5_000).unwrap());
    let error = maitre::Condition::parse(&when, &maitre::Attributes::new()).unwrap_err();
    assert_eq!(error.diagnostics().len(), 3);
    assert!(error.to_string().len() < 600, "{error}");
}

/// Twice the mistakes among twice the names must not take four times as long: that was hours within the limits.
#[test]
fn suggestions_for_many_mistakes_among_many_names_end() {
    let mut text = POLICY.to_owned() + "[segments]\n";
    for n in 0..3_000 {
        text += &format!("a_rather_long_name_{n} = 'segment.a_rather_long_nome_{n}'\n");
    }
    let started = Instant::now();
    let error = Policy::from_toml(&text).unwrap_err();
    let first = error.diagnostics().first().unwrap();
    assert_eq!(first.help(), Some("did you mean `a_rather_long_name_0`?"));
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}

#[test]
fn a_hundred_thousand_facts_in_any_order_are_read_soon() {
    let facts: Vec<String> = (0..100_000).rev().map(|n| format!(r#""a{n:06}":1"#)).collect();
    let text = format!(r#"{{"attributes":{{{}}}}}"#, facts.join(","));
    let started = Instant::now();
    let profile: CustomerProfile = serde_json::from_str(&text).unwrap();
    assert_eq!(profile.fact("a099999").map(|fact| fact.value.clone()), Some(1.into()));
    // It was a quarter of a minute.
    assert!(started.elapsed().as_secs() < 8, "{:?}", started.elapsed());
}

/// As `serde_json` hands over a number where some crate of the host has turned on `arbitrary_precision`.
#[test]
fn numbers_of_any_precision_are_numbers() {
    let number = |digits: &str| format!(r#"{{ "$serde_json::private::Number": "{digits}" }}"#);
    let read = format!(
        r#"{{ "age": {}, "fluency": {{ "value": {}, "source": "observed" }}, "attributes": {{ "ratio": {}, "much": {} }} }}"#,
        number("74"),
        number("20"),
        number("1.5"),
        number("123456789012345678901234567890"),
    );
    let profile: CustomerProfile = serde_json::from_str(&read).unwrap();
    let value = |name| profile.fact(name).map(|fact| fact.value.clone());
    assert_eq!(value("profile.age"), Some(74.into()));
    assert_eq!(value("profile.fluency"), Some(20.into()));
    assert_eq!(value("ratio"), Some(1.5.into()));
    assert_eq!(profile.unreadable().collect::<Vec<_>>(), [("much", "found a number beyond 64 bits")]);
}

#[test]
fn a_policy_in_json_ends_where_the_text_does() {
    let text = serde_json::to_string(Policy::from_toml(POLICY).unwrap().document()).unwrap();
    assert_eq!(Policy::from_json(&text).unwrap().digest(), Policy::from_toml(POLICY).unwrap().digest());
    let more = Policy::from_json(&format!("{text} {{}}")).unwrap_err().to_string();
    assert!(more.starts_with("trailing characters at line 1"), "{more}");
}

#[test]
fn what_a_document_says_breaks_no_message_into_lines() {
    let text = POLICY.replace("since.getFullYear(\"+14:00\") > 2020", "visit.device == \"a\\nb\"");
    let error = Policy::from_toml(&text).unwrap_err();
    assert_eq!(error.diagnostics()[0].message(), "`visit.device` has no value `a b`");
}

#[test]
fn a_name_that_is_none_does_not_become_a_part_of_a_condition() {
    use maitre::when::{attribute, declared, known, segment};
    use maitre::{Attributes, Condition};
    let bad = "profile.age) || known(profile.mood";
    for expression in [
        attribute("\"x\" == \"x\" || profile.age").at_least(3),
        attribute("profile.age` || `profile.mood").at_least(3),
        attribute("").is(1),
        attribute("profile.").is(1),
        known(bad),
        declared(bad),
        segment("x || true"),
    ] {
        let shown = expression.to_string();
        assert!(Condition::build(expression, &Attributes::new()).is_err(), "{shown}");
    }
}

#[test]
fn the_attributes_of_a_policy_can_be_listed() {
    let policy = Policy::from_toml(POLICY).unwrap();
    let own = policy.attributes().iter().find(|(name, _)| *name == "since").unwrap();
    assert_eq!(own.1.name(), "timestamp");
    assert_eq!(policy.attributes().kind("since"), Some(own.1));
    assert_eq!(policy.attributes().kind("sinse"), None);
}
