//! Data both ways, in JSON and TOML.

use maitre::{
    AccessNeed, Channel, CustomerProfile, Fact, Feedback, Journey, Outcome, Prior, Reach, Touchpoint, Unit,
    Value, Visit,
};
use proptest::prelude::*;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::{generate, time};

fn refused<T: DeserializeOwned>(data: &serde_json::Value) -> String {
    // From text, as a host has it: the message without the place.
    let problem = serde_json::from_str::<T>(&data.to_string()).err().unwrap().to_string();
    problem.split(" at line ").next().unwrap_or_default().to_owned()
}

fn of_json<T: DeserializeOwned>(data: &serde_json::Value) -> T {
    serde_json::from_str(&data.to_string()).unwrap()
}

#[test]
fn a_profile_is_written_as_it_is_read() {
    let data = json!({
        "age": 74,
        "fluency": { "value": 20, "source": "observed", "learnt": "2026-11-01T10:00:00Z" },
        "language": { "value": "pt", "source": "request" },
        "preferred_channel": "phone",
        "needs": { "captions": "preferred", "large_text": "required" },
        "reach": { "push": "blocked", "sms": "verified" },
        "consents": { "messages": true, "profiling": { "until": "2027-01-01T00:00:00Z" } },
        "contacts": { "sms": ["2026-11-01T10:00:00Z", "2026-11-02T10:00:00Z"] },
        "uses": { "kiosk": 2, "phone": 5 },
        "success": { "phone": 4 },
        "habit": { "phone": 3 },
        "last": { "phone": "2026-11-02T10:00:00Z" },
        "journey": { "name": "billing", "stage": "support", "step": "card", "started_on": "web", "channel": "phone",
            "attempts": 2, "failed_steps": 1, "switches": 1, "started_at": "2026-11-02T09:00:00Z", "abandoned": false },
        "attributes": { "plan": "contract", "points": 1200, "share": 0.25, "vip": true, "tags": ["a", "b"],
            "last_bill": { "timestamp": "2026-11-20T00:00:00Z" }, "bound": { "float": "inf", "source": "inferred" } },
    });
    let profile: CustomerProfile = of_json(&data);
    assert_eq!(serde_json::to_value(&profile).unwrap(), data);
    assert_eq!(profile.fact("profile.fluency").unwrap().learnt, Some(time("2026-11-01T10:00:00Z")));
    assert_eq!(profile.fact("last_bill").unwrap().value, Value::Timestamp(time("2026-11-20T00:00:00Z")));
    assert_eq!(profile.fact("bound"), Some(&Fact::inferred(Value::Float(f64::INFINITY))));
    assert!(
        profile.needs().contains(AccessNeed::Captions)
            && !profile.required_needs().contains(AccessNeed::Captions)
    );
    assert_eq!(profile.reach(Channel::Push), Reach::Blocked);
    assert_eq!(profile.uses(Channel::parse("kiosk").unwrap()), 2);
    assert_eq!(serde_json::to_value(CustomerProfile::new()).unwrap(), json!({}));
}

#[test]
fn a_visit_is_written_as_it_is_read() {
    let data = json!({
        "at": "2026-11-23T10:00:00-03:00",
        "channel": "web",
        "offset": -180,
        "viewport_width": 390,
        "downlink": 0.5,
        "save_data": { "value": true, "source": "request" },
        "journey": { "failed_steps": 3 },
        "ids": { "person": "p-17", "device": "d-4" },
        "prior": { "layout": "simple", "assistance": "hints" },
        "attributes": { "roaming": true },
    });
    let visit: Visit = of_json(&data);
    assert_eq!(serde_json::to_value(&visit).unwrap(), data);
    assert_eq!((visit.at().offset().minutes(), visit.id(Unit::Device)), (-180, Some("d-4")));
}

#[test]
fn toml_says_the_same_with_its_own_dates() {
    let profile: CustomerProfile = toml::from_str(
        r#"
        age = 74
        fluency = { value = 20, source = "observed", learnt = 2026-11-01T10:00:00Z }
        needs = { large_text = "required" }
        consents = { messages = true, profiling = { until = 2027-01-01T00:00:00Z } }
        contacts = { sms = [2026-11-01T10:00:00Z] }
        last = { sms = 2026-11-01T07:00:00-03:00 }
        attributes = { last_bill = 2026-11-20T00:00:00Z, seen = { value = 2026-11-20T00:00:00Z, source = "observed" }, local = 2026-11-20 }
        journey = { name = "billing", started_at = 2026-11-02T09:00:00Z }
        "#,
    )
    .unwrap();
    assert_eq!(profile.fact("profile.fluency").unwrap().learnt, Some(time("2026-11-01T10:00:00Z")));
    assert_eq!(profile.fact("last_bill"), Some(&Fact::declared(time("2026-11-20T00:00:00Z").into())));
    assert_eq!(profile.fact("seen"), Some(&Fact::observed(time("2026-11-20T00:00:00Z").into())));
    assert_eq!(profile.last(Channel::Sms), Some(time("2026-11-01T10:00:00Z")));
    assert_eq!(profile.journey().unwrap().started_at, Some(time("2026-11-02T09:00:00Z")));
    assert_eq!(
        profile.unreadable().collect::<Vec<_>>(),
        [("local", "found a string that is no time with an offset")]
    );

    let visit: Visit = toml::from_str("at = 2026-11-23T10:00:00-03:00\nchannel = \"web\"").unwrap();
    assert_eq!(visit.at().to_string(), "2026-11-23T10:00:00-03:00");
    let local = toml::from_str::<Visit>("at = 2026-11-23T10:00:00").unwrap_err();
    assert!(
        local.message().contains("`2026-11-23T10:00:00` is not a time like `2026-11-23T10:00:00-03:00`"),
        "{local}"
    );
}

#[test]
fn what_is_misspelt_is_refused_with_a_suggestion() {
    let cases = [
        (json!({ "aeg": 74 }), "unknown field `aeg`; did you mean `age`?"),
        (
            json!({ "needs": { "large_txt": "required" } }),
            "unknown need `large_txt`; did you mean `large_text`?",
        ),
        (
            json!({ "needs": { "large_text": "requird" } }),
            "unknown strength `requird`; did you mean `required`?",
        ),
        (json!({ "reach": { "SMS": "verified" } }), "unknown channel `SMS`; did you mean `sms`?"),
        (json!({ "habit": { "in-person": 1 } }), "unknown channel `in-person`; did you mean `in_person`?"),
        (
            json!({ "age": { "value": 74, "sorce": "observed" } }),
            "unknown field `sorce`; did you mean `source`?",
        ),
        (
            json!({ "journey": { "faild_steps": 3 } }),
            "unknown field `faild_steps`; did you mean `failed_steps`?",
        ),
        (
            json!({ "consents": { "messages": { "untill": null } } }),
            "unknown field `untill`; did you mean `until`?",
        ),
        (json!(74), "invalid type: integer `74`, expected a profile"),
    ];
    for (data, expected) in cases {
        assert_eq!(refused::<CustomerProfile>(&data), expected, "{data}");
    }
    let at = "2026-11-23T10:00:00-03:00";
    let cases = [
        (
            json!({ "at": at, "viewport_with": 1 }),
            "unknown field `viewport_with`; did you mean `viewport_width`?",
        ),
        (json!({ "channel": "web" }), "missing field `at`"),
        (json!({ "at": at, "ids": { "persn": "x" } }), "unknown unit `persn`; did you mean `person`?"),
        (
            json!({ "at": at, "prior": { "layuot": "simple", "assistance": "hints" } }),
            "unknown field `layuot`; did you mean `layout`?",
        ),
    ];
    for (data, expected) in cases {
        assert_eq!(refused::<Visit>(&data), expected, "{data}");
    }
    let touchpoint = json!({ "at": at, "channel": "web", "outcome": "failled" });
    assert_eq!(refused::<Touchpoint>(&touchpoint), "unknown outcome `failled`; did you mean `failed`?");
}

#[test]
fn a_field_that_comes_twice_is_refused() {
    let twice = |text: &str, expected: &str| {
        let of_profile = serde_json::from_str::<CustomerProfile>(text).unwrap_err().to_string();
        assert!(of_profile.starts_with(expected), "{text}: {of_profile}");
    };
    twice(r#"{ "age": 74, "age": 75 }"#, "field `age` is given twice");
    twice(r#"{ "age": { "value": 74, "value": 75 } }"#, "field `value` is given twice");
    twice(
        r#"{ "needs": { "captions": "preferred", "captions": "required" } }"#,
        "need `captions` is given twice",
    );
    twice(r#"{ "attributes": { "plan": 1, "plan": 2 } }"#, "attribute `plan` is given twice");
    twice(r#"{ "journey": { "name": "a", "name": "b" } }"#, "field `name` is given twice");
    let prior = r#"{ "layout": "simple", "layout": "rich", "assistance": "hints" }"#;
    let problem = serde_json::from_str::<Prior>(prior).unwrap_err().to_string();
    assert!(problem.starts_with("field `layout` is given twice"), "{problem}");
}

#[test]
fn a_fact_that_makes_no_sense_is_named_and_never_refused() {
    let data = json!({
        "age": "old",
        "fluency": 200,
        "mood": { "value": 300, "source": "observed" },
        "preferred_layout": "cosy",
        "preferred_channel": "Phone!",
        "tier": [1],
        "visits": -1,
        "nps": null,
        "uses": { "web": 1.5 },
        "habit": { "phone": 9 },
        "journey": { "attempts": -1, "stage": "sell", "channel": 7, "started_at": "soon", "step": "card" },
        "attributes": { "much": 18_446_744_073_709_551_615_u64, "deep": [["a"]], "odd": [true] },
    });
    let profile: CustomerProfile = of_json(&data);
    assert_eq!(
        profile.unreadable().collect::<Vec<_>>(),
        [
            ("deep", "found a list with a set, expected names"),
            ("journey.attempts", "-1 is not within 0 to 4294967295"),
            ("journey.channel", "found an int, expected the name of a channel"),
            (
                "journey.stage",
                "`sell` is none of discover, consider, buy, onboard, use, support, renew, leave"
            ),
            ("journey.started_at", "`soon` is not a time with an offset"),
            ("much", "found a number beyond 64 bits"),
            ("odd", "found a list with a bool, expected names"),
            ("profile.age", "found a string, expected an int"),
            ("profile.fluency", "200 is not within 0 to 100"),
            ("profile.habit.phone", "9 is not within 0 to 4"),
            ("profile.mood", "out of range, expected -100 to 100"),
            ("profile.preferred_channel", "`Phone!` is no name of a channel"),
            ("profile.preferred_layout", "`cosy` is none of essential, simple, standard, rich"),
            ("profile.tier", "found a list with an int, expected names"),
            ("profile.uses.web", "found a float, expected an int"),
            ("profile.visits", "-1 is not within 0 to 4294967295"),
        ]
    );
    assert_eq!(profile.journey().unwrap().step.as_deref(), Some("card"));
    assert_eq!(profile.fact("profile.nps"), None);
    // A journey on its own has nowhere to name it.
    assert_eq!(
        refused::<Journey>(&json!({ "attempts": -1 })),
        "journey.attempts: -1 is not within 0 to 4294967295"
    );

    let visit: Visit =
        of_json(&json!({ "at": "2026-11-23T10:00:00Z", "channel": 7, "downlink": 10, "pages": "many" }));
    assert_eq!(
        visit.unreadable().collect::<Vec<_>>(),
        [
            ("visit.channel", "found an int, expected the name of a channel"),
            ("visit.pages", "found a string, expected an int"),
        ]
    );
    // Data that was written by JavaScript has 10 for 10.0.
    assert_eq!(visit.fact("visit.downlink"), Some(&Fact::declared(Value::Float(10.0))));
}

#[test]
fn a_touchpoint_is_written_as_it_is_read() {
    let data = json!({
        "at": "2026-11-23T13:00:00Z", "channel": "chat", "outcome": "failed", "journey": "billing", "stage": "support",
        "step": "card", "begun_by_us": true, "feedback": { "mood": -80, "effort": 7, "nps": 0 },
    });
    let touchpoint: Touchpoint = of_json(&data);
    assert_eq!(serde_json::to_value(&touchpoint).unwrap(), data);
    let feedback = Feedback { mood: Some(-80), effort: Some(7), nps: Some(0) };
    let at = time("2026-11-23T13:00:00Z");
    let bare = Touchpoint::new(at, Channel::Chat, Outcome::Failed).with_feedback(feedback).begun_by_us();
    let built = bare.in_journey("billing").at_step("card").at_stage(maitre::JourneyStage::Support);
    assert_eq!(touchpoint, built);
    assert!(!format!("{touchpoint:?}").contains("80"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_profile_survives_json_and_toml(profile in generate::profile()) {
        let text = serde_json::to_string(&profile).unwrap();
        prop_assert_eq!(&serde_json::from_str::<CustomerProfile>(&text).unwrap(), &profile, "{}", text);
        prop_assert_eq!(&serde_json::from_value::<CustomerProfile>(serde_json::to_value(&profile).unwrap()).unwrap(), &profile);
        let text = toml::to_string(&profile).unwrap();
        prop_assert_eq!(&toml::from_str::<CustomerProfile>(&text).unwrap(), &profile, "{}", text);
    }

    #[test]
    fn a_visit_survives_json_and_toml(visit in generate::visit()) {
        let text = serde_json::to_string(&visit).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Visit>(&text).unwrap(), &visit, "{}", text);
        let text = toml::to_string(&visit).unwrap();
        prop_assert_eq!(&toml::from_str::<Visit>(&text).unwrap(), &visit, "{}", text);
    }

    #[test]
    fn a_touchpoint_survives_json_and_toml(touchpoint in generate::touchpoint()) {
        let text = serde_json::to_string(&touchpoint).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Touchpoint>(&text).unwrap(), &touchpoint, "{}", text);
        let text = toml::to_string(&touchpoint).unwrap();
        prop_assert_eq!(&toml::from_str::<Touchpoint>(&text).unwrap(), &touchpoint, "{}", text);
    }

    #[test]
    fn any_json_is_an_error_or_a_profile(text in r#"\{("(age|needs|reach|consents|habit|last|journey|contacts|attributes|prior)": ?([0-9e.]{1,6}|null|\[[0-9,]{0,3}\]|\{"(web|value|name|timestamp)": ?("[a-z]{0,4}"|[0-9]{1,30}|\{\})\}),?){0,3}\}"#) {
        // Neither may panic.
        let _ = serde_json::from_str::<CustomerProfile>(&text);
        let _ = serde_json::from_str::<Visit>(&text);
    }
}
