//! A visitor by the names of attributes: flat, nested or mixed it is the same visitor, what is wrong is told as for one who
//! is written as in a test, and no text panics.

use maitre::{AttributesRead, CustomerProfile, Moment, Policy, PolicyError, UndatedVisitor, Visit, Visitor};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::generate::{self, print::toml, random::Random};
use crate::oracle::library;

const POLICY: &str = r#"
format = 1
name = "corner_shop"
purposes = ["messages"]
last_resort = ["in_person"]
channels = [{ name = "web", base = 10 }, { name = "kiosk", own = true }, { name = "in_person", staffed = true }]
[attributes]
plan = ["prepaid", "contract"]
extras = { type = "set", members = ["roaming", "tv"] }
roaming = { type = "bool", on = "visit" }
"#;
const NOW: &str = "2026-11-23T10:00:00-03:00";

fn policy() -> Policy {
    Policy::from_toml(POLICY).unwrap()
}
fn now() -> Moment {
    Moment::parse(NOW).unwrap()
}
fn read(text: &str) -> Result<AttributesRead, PolicyError> {
    policy().visitor_from_attributes_json(text, now())
}
fn told(text: &str) -> String {
    read(text).map_or_else(|error| error.to_string(), |read| panic!("{text}: {read:?}"))
}

#[test]
fn flat_nested_and_mixed_are_the_same_visitor() {
    let wanted = json!({
        "profile": {
            "age": { "value": 74, "source": "declared" },
            "needs": { "large_text": "required", "captions": "preferred" },
            "habit": { "phone": 3 },
            "consents": { "messages": true },
            "attributes": { "plan": "contract", "extras": ["tv"] },
        },
        "visit": { "at": NOW, "channel": "kiosk", "ids": { "person": "ana-17" }, "attributes": { "roaming": true } },
        "journey": { "name": "billing", "failed_steps": 3 },
    });
    let wanted = policy().visitor_from_json(&wanted.to_string()).unwrap();
    for (text, others) in [
        (
            r#"{ "profile.age.value": 74, "profile.age.source": "declared", "profile.needs.large_text": "required",
                "profile.needs.captions": "preferred", "profile.habit.phone": 3, "profile.consents.messages": true,
                "plan": "contract", "extras": ["tv"], "roaming": true, "visit.channel": "kiosk", "visit.ids.person": "ana-17",
                "journey.name": "billing", "journey.failed_steps": 3 }"#,
            &[] as &[&str],
        ),
        (
            r#"{ "profile": { "age": { "value": 74, "source": "declared" }, "needs": { "captions": "preferred" } },
                "profile.needs": { "large_text": "required" }, "profile.habit": { "phone": 3 },
                "profile.consents": { "messages": true }, "profile.attributes.plan": "contract",
                "profile.attributes": { "extras": ["tv"] }, "visit": { "at": null, "ids": { "person": "ana-17" } },
                "visit.channel": "kiosk", "visit.attributes": { "roaming": true }, "profile.mood": null,
                "journey": { "name": "billing" }, "journey.failed_steps": 3, "journey.step": null,
                "targetingKey": "ana-17", "segment.stuck": true, "plann": "contract", "Profile.age": 3, "": [], "profile age": {} }"#,
            &["", "Profile.age", "plann", "profile age", "segment.stuck", "targetingKey"],
        ),
    ] {
        let read = read(text).unwrap_or_else(|error| panic!("{text}\n{error}"));
        assert_eq!(read.visitor, wanted, "{text}");
        assert_eq!(read.others, others, "{text}");
    }
}

#[test]
fn the_time_is_the_callers_unless_the_visit_says_one() {
    let later = "2026-11-24T08:00:00Z";
    for (text, at) in [
        ("{}", NOW),
        (r#"{ "visit": null, "profile": null, "journey": null }"#, NOW),
        (r#"{ "visit": { "at": null, "errors": 2 } }"#, NOW),
        (r#"{ "visit.at": null }"#, NOW),
        (r#"{ "visit.at": "2026-11-24T08:00:00Z" }"#, later),
        (r#"{ "visit": { "at": "2026-11-24T08:00:00Z" }, "visit.errors": 2 }"#, later),
    ] {
        let read = read(text).unwrap_or_else(|error| panic!("{text}\n{error}"));
        assert_eq!(read.visitor.visit.at(), Moment::parse(at).unwrap(), "{text}");
    }
}

#[test]
fn what_is_wrong_is_told_by_the_name_that_was_given() {
    for (text, wanted) in [
        (
            r#"{ "visit.erors": 3 }"#,
            "visit.erors: unknown key `erors` [unknown_field]\n  help: did you mean `errors`?",
        ),
        (r#"{ "profile.age": "old" }"#, "profile.age: found a string, expected an int [wrong_type]"),
        (
            r#"{ "plan": "contrat" }"#,
            "plan: found `contrat`, expected one of its values [wrong_type]\n  help: did you mean `contract`?",
        ),
        (
            r#"{ "profile.attributes.plan": 3 }"#,
            "profile.attributes.plan: found an int, expected an enum [wrong_type]",
        ),
        (
            r#"{ "visit.attributes.plan": "contract" }"#,
            "visit.attributes.plan: `plan` is an attribute of the profile, not of the visit [wrong_type]",
        ),
        (
            r#"{ "profile.plan": "contract" }"#,
            "profile.plan: unknown key `plan` [unknown_field]\n  \
             help: as `plan`: an attribute of the policy's own stands without `profile.`",
        ),
        (
            r#"{ "profile.habit.phne": 3 }"#,
            "profile.habit.phne: unknown channel `phne` [unknown_channel]\n  help: did you mean `phone`?",
        ),
        (
            r#"{ "profile.required_needs": ["captions"] }"#,
            "profile.required_needs: unknown key `required_needs` [unknown_field]\n  \
             help: each need with its strength, as `needs = { large_text = \"required\" }`",
        ),
        (
            r#"{ "profile.consents.messages.sms": true }"#,
            "profile.consents.messages.sms: unknown key `sms` [unknown_field]\n  help: known here: `until`",
        ),
        (
            r#"{ "visit.hour": 3 }"#,
            "visit.hour: unknown key `hour` [unknown_field]\n  help: it comes of `at` and `offset`",
        ),
        (
            r#"{ "visit.at": 3 }"#,
            "visit.at: found an int, expected a time like `2026-11-23T10:00:00-03:00` [wrong_type]",
        ),
        (r#"{ "visit": 3 }"#, "visit: found an int, expected a table [wrong_type]"),
        (
            "[1]",
            "found a list, expected a table of attributes [wrong_type]\n  help: as `{ \"profile.age\": 74 }`",
        ),
        ("{ \"plan\": }", "1:11: found `}`, expected a value [syntax]"),
        ("{} {}", "1:4: found `{` behind the end [syntax]\n  help: one table is read, and nothing else"),
    ] {
        assert_eq!(told(text), wanted, "{text}");
    }
}

#[test]
fn the_same_fact_by_two_names_is_refused_and_both_are_named() {
    for (text, wanted) in [
        (
            r#"{ "profile.age": 74, "profile": { "age": 74 } }"#,
            "profile.age: given twice, by `profile` and by `profile.age` [duplicate]",
        ),
        (
            r#"{ "profile": { "age": 74 }, "profile.age": 74 }"#,
            "profile.age: given twice, by `profile` and by `profile.age` [duplicate]",
        ),
        (
            r#"{ "plan": "prepaid", "profile": { "attributes": { "plan": "contract" } } }"#,
            "plan: given twice, by `plan` and by `profile` [duplicate]",
        ),
        (
            r#"{ "profile.age.value": 74, "profile": { "age": 74 } }"#,
            "profile.age: given twice, by `profile` and by `profile.age.value` [duplicate]",
        ),
        (
            r#"{ "profile.needs": { "captions": "required" }, "profile.needs.captions": "preferred" }"#,
            "profile.needs.captions: given twice, by `profile.needs` and by `profile.needs.captions` [duplicate]",
        ),
        (
            r#"{ "visit.errors": 1, "visit.errors": 1 }"#,
            "\"visit.errors\": `visit.errors` stands here twice [duplicate]",
        ),
        (r#"{ "profile": {}, "profile": {} }"#, "profile: `profile` stands here twice [duplicate]"),
        (
            r#"{ "journey.step": "pay", "visit.journey.step": "pay" }"#,
            "journey: `journey` stands here and in `visit` [duplicate]",
        ),
        (
            r#"{ "visit": { "errors": 1, "errors": 2 } }"#,
            "visit.errors: `errors` stands here twice [duplicate]",
        ),
        (
            r#"{ "visit": 3, "visit.errors": 2 }"#,
            "visit: given twice, by `visit` and by `visit.errors` [duplicate]",
        ),
    ] {
        assert!(told(text).starts_with(wanted), "{text}\n{}", told(text));
    }
}

#[test]
fn limits_hold_for_names_too() {
    let deep = |steps: usize| format!("{{ \"profile{}\": 1 }}", ".a".repeat(steps));
    assert!(told(&deep(31)).contains("unknown key `a`"), "{}", told(&deep(31)));
    for steps in [32, 33, 1_000_000] {
        assert!(told(&deep(steps)).contains("more than 32 deep, the limit `depth`"), "{steps}");
    }
    let below = format!("{{ \"profile.a.b\": {}{} }}", "[".repeat(30), "]".repeat(30));
    assert!(told(&below).contains("the limit `depth`"), "{}", told(&below));
    // Many names cost no more than their number: this would take hours if each were held against all others.
    let many: Vec<String> = (0..200_000).map(|n| format!("\"profile.a{n}\": 1, \"other{n}\": 1")).collect();
    assert!(told(&format!("{{ {} }}", many.join(","))).contains("unknown key"));
}

#[test]
fn odd_names_are_an_answer() {
    for name in [
        "profile.",
        "profile..age",
        ".",
        "..",
        "visit.at.",
        "visit..at",
        "journey.",
        "journey..",
        "profile.\u{0}",
        "visit.attributes",
        "profile.attributes.",
        "profile.journey.name.x",
        "visit.ids",
        "visit.prior.layout",
        "profile.unreadable.x",
        "\u{202e}profile.age",
        "profile.attributes.plan.value",
        "plan.value",
    ] {
        for value in [
            "null",
            "3",
            "{}",
            "[]",
            "\"x\"",
            "{\"a\":{\"\":null}}",
            "1e999",
            "-0.0",
            "123456789012345678901234567890",
        ] {
            let text = format!("{{ {}: {value}, \"profile.age\": 7 }}", Value::from(name));
            match read(&text) {
                Ok(read) => assert!(read.visitor.profile.fact("profile.age").is_some(), "{text}"),
                Err(error) => assert!(!error.diagnostics().is_empty(), "{text}"),
            }
        }
    }
}

/// What stands in `value`, by names: each part of it whole, or in pieces.
fn in_pieces(
    name: &str,
    value: Value,
    is_own: &dyn Fn(&str) -> bool,
    random: &mut Random,
    pieces: &mut Vec<(String, Value)>,
) {
    let Value::Object(entries) = value else { return pieces.push((name.to_owned(), value)) };
    let mut whole = Map::new();
    for (key, value) in entries {
        let is_bare = name.ends_with(".attributes") && is_own(&key);
        if key.contains('.') || random.chance(30) {
            whole.insert(key, value);
        } else if is_bare && random.chance(70) {
            pieces.push((key, value));
        } else {
            in_pieces(&format!("{name}.{key}"), value, is_own, random, pieces);
        }
    }
    // What says nothing but that it is there: in pieces it would not.
    pieces.push((name.to_owned(), Value::Object(whole)));
}

/// Lines without order, and by bare names: a piece is told by the name by which it was given.
fn lines(error: &PolicyError) -> Vec<String> {
    let text = error.to_string().replace("profile.attributes.", "").replace("visit.attributes.", "");
    let text = text.replace("visit.journey.", "journey.");
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines.sort();
    lines
}

#[test]
fn generated_visitors_in_any_pieces_are_read_as_whole_ones() {
    let (mut good, mut bad, mut bare) = (0, 0, 0);
    for n in generate::numbers(60) {
        let document = generate::policy(30_000 + n);
        let selector = library::load(&toml(&document)).expect("a policy");
        let policy = selector.policy();
        let is_own = |name: &str| policy.document().attributes.contains_key(name);
        let mut random = Random::new(n);
        for visitor in generate::visitors(&document, n, 12) {
            let (profile, visit) = library::people(&visitor);
            let at = visit.at();
            let nested = json!({ "profile": profile, "visit": visit });
            let whole = policy.visitor_from_json(&nested.to_string());
            let mut pieces = Vec::new();
            let Value::Object(homes) = nested else { panic!("no table") };
            for (home, mut value) in homes {
                let table = value.as_object_mut().expect("a table");
                if home == "visit" && random.chance(50) {
                    table.remove("at");
                }
                if home == "visit" && random.chance(50) {
                    let journey = table.remove("journey");
                    journey
                        .into_iter()
                        .for_each(|it| in_pieces("journey", it, &is_own, &mut random, &mut pieces));
                }
                in_pieces(&home, value, &is_own, &mut random, &mut pieces);
            }
            bare += pieces.iter().filter(|(name, _)| is_own(name)).count();
            random.shuffle(&mut pieces);
            let pieces: Vec<String> = pieces
                .iter()
                .map(|(name, value)| format!("{}: {value}", Value::from(name.as_str())))
                .collect();
            let text = format!("{{ {} }}", pieces.join(", "));
            let read = policy.visitor_from_attributes_json(&text, at);
            match (whole, read) {
                (Ok(whole), Ok(read)) => {
                    assert_eq!(read.visitor, whole, "{text}");
                    assert_eq!(read.others, Vec::<String>::new(), "{text}");
                    good += 1;
                }
                (Err(whole), Err(read)) => {
                    assert_eq!(lines(&read), lines(&whole), "{text}");
                    bad += 1;
                }
                (whole, read) => panic!("{text}\n{whole:?}\n{read:?}"),
            }
        }
    }
    assert!(good > 100 && bad > 20 && bare > 100, "{good} good, {bad} bad, {bare} by bare names");
}

proptest! {
    #[test]
    fn no_text_panics(
        pieces in prop::collection::vec(
            prop_oneof![
                "(profile|visit|journey|plan|extras|roaming|x)(\\.(age|needs|at|journey|attributes|plan|name|ids|prior|value|)){0,4}"
                    .prop_map(|name| format!("{name:?}")),
                Just("{".to_owned()), Just("}".to_owned()), Just(":".to_owned()), Just(",".to_owned()), Just("[".to_owned()),
                Just("]".to_owned()), Just("null".to_owned()), Just("7".to_owned()), ".{0,3}",
            ],
            0..24,
        ),
    ) {
        let _ = read(&pieces.concat());
    }

    #[test]
    fn no_table_of_names_panics_and_order_does_not_matter(
        pieces in prop::collection::vec(
            (
                "(profile|visit|journey|plan|extras|roaming|x)(\\.(age|needs|at|journey|attributes|plan|name|ids|prior|value|)){0,4}",
                prop::sample::select(vec![
                    json!(null), json!(7), json!("web"), json!({}), json!([]), json!({ "age": 7 }), json!({ "value": 7 }),
                    json!({ "at": NOW }), json!({ "attributes": { "plan": "contract" } }), json!({ "a": { "b": null } }),
                ]),
            ),
            0..8,
        ),
    ) {
        let text = |pieces: &[(String, Value)]| {
            let pieces: Vec<String> = pieces.iter().map(|(name, value)| format!("{name:?}: {value}")).collect();
            format!("{{ {} }}", pieces.join(", "))
        };
        let mut backwards = pieces.clone();
        backwards.reverse();
        match (read(&text(&pieces)), read(&text(&backwards))) {
            (Ok(one), Ok(other)) => prop_assert_eq!(one, other),
            (one, other) => prop_assert!(one.is_err() && other.is_err(), "{:?} {:?}", one, other),
        }
    }
}

#[test]
fn a_visit_that_does_not_say_when_it_is_is_now() {
    let (policy, now) = (policy(), Moment::parse(NOW).unwrap());
    let read = |text: &str| policy.visitor_from_json_at(text, now).map_err(|error| error.to_string());
    for text in [
        "{}",
        r#"{ "visit": null }"#,
        r#"{ "visit": {} }"#,
        r#"{ "visit": { "at": null } }"#,
        &format!(r#"{{ "visit": {{ "at": "{NOW}" }} }}"#),
    ] {
        let visitor = read(text).unwrap();
        assert_eq!((visitor.profile, visitor.visit), (CustomerProfile::new(), Visit::new(now)), "{text}");
    }
    let then = "2026-01-05T09:00:00Z";
    let dated = read(&format!(r#"{{ "visit": {{ "at": "{then}", "errors": 3 }} }}"#)).unwrap();
    assert_eq!(dated.visit, Visit::new(Moment::parse(then).unwrap()).with_errors(3));
    for (text, told) in [
        ("[]", "found a list, expected a table"),
        (r#"{ "visit": 3 }"#, "visit: found an int, expected a table"),
        (r#"{ "visit": { "at": null, "erors": 3 } }"#, "visit.erors: unknown key `erors`"),
        (r#"{ "visit": { "at": null, "at": "2026-01-05T09:00:00Z" } }"#, "twice"),
        (r#"{ "visit": {}, "visit": { "errors": 3 } }"#, "twice"),
    ] {
        let error = read(text).unwrap_err();
        assert!(error.contains(told), "{text}: {error}");
    }
    // As data alone: the same, and without a time that is known it is an error.
    let undated: UndatedVisitor =
        serde_json::from_str(r#"{ "visit": { "errors": 3, "at": null } }"#).unwrap();
    assert_eq!(undated.at(now).visit, Visit::new(now).with_errors(3));
    for text in [r#"{ "errors": 3 }"#, r#"{ "errors": 3, "at": null }"#] {
        let error = serde_json::from_str::<Visit>(text).unwrap_err().to_string();
        assert!(error.starts_with("missing field `at`"), "{error}");
    }
}

#[test]
fn a_journey_beside_its_visit_is_read_as_one_in_it_and_two_are_an_error() {
    let now = Moment::parse(NOW).unwrap();
    let undated = |text: &str| serde_json::from_str::<UndatedVisitor>(text).map(|visitor| visitor.at(now));
    let dated =
        |text: &str| serde_json::from_str::<Visitor>(&text.replace("{}", &format!(r#"{{ "at": "{NOW}" }}"#)));
    let odd = r#"{ "visit": {}, "journey": { "name": "billing", "failed_steps": "many" } }"#;
    for visitor in [undated(odd).unwrap(), dated(odd).unwrap()] {
        assert_eq!(policy().passed_over(&visitor.profile, &visitor.visit), ["journey.failed_steps"]);
        assert_eq!(serde_json::to_value(&visitor.visit).unwrap()["journey"]["name"], "billing");
    }
    let none = r#"{ "visit": {}, "journey": 3 }"#;
    for visitor in [undated(none).unwrap(), dated(none).unwrap()] {
        assert_eq!(policy().passed_over(&visitor.profile, &visitor.visit), ["visit.journey"]);
    }
    let twice =
        format!(r#"{{ "visit": {{ "at": "{NOW}", "journey": {{ "attempts": 1 }} }}, "journey": {{}} }}"#);
    for error in [undated(&twice).unwrap_err(), serde_json::from_str::<Visitor>(&twice).unwrap_err()] {
        assert!(error.to_string().starts_with("`journey` stands here and in `visit`"), "{error}");
    }
}
