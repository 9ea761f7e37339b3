//! Data that makes no sense: it is unknown and named, whatever it is; only what nobody knows, and needs, are refused.

use maitre::{
    Channel, CustomerProfile, ExperienceSelector, Fact, LayoutComplexity, Policy, Reach, Touchpoint, Visit,
};
use serde_json::{Value, json};

use super::time;

fn profile(data: &Value) -> CustomerProfile {
    serde_json::from_str(&data.to_string()).unwrap_or_else(|problem| panic!("{data}: {problem}"))
}

/// At one time; `data` says what else.
fn visit(data: &Value) -> Visit {
    let mut data = data.clone();
    data.as_object_mut().unwrap().insert("at".to_owned(), json!("2026-11-23T10:00:00-03:00"));
    serde_json::from_str(&data.to_string()).unwrap_or_else(|problem| panic!("{data}: {problem}"))
}

fn refused(data: &Value) -> String {
    let problem = serde_json::from_str::<CustomerProfile>(&data.to_string()).unwrap_err().to_string();
    problem.split(" at line ").next().unwrap_or_default().to_owned()
}

fn selector() -> ExperienceSelector {
    let policy = r#"
        format = 1
        name = "shop"
        purposes = ["m"]
        last_resort = ["in_person"]
        channels = [{ name = "web", base = 10 }, { name = "sms", base = 20, consent = "m" }, { name = "in_person", staffed = true }]
    "#;
    ExperienceSelector::compile(&Policy::from_toml(policy).unwrap()).unwrap()
}

#[test]
fn what_makes_no_sense_beside_the_facts_is_unknown_and_named() {
    let person = profile(&json!({
        "age": { "value": 74, "source": "obsrved" },
        "fluency": { "source": "observed" },
        "reach": { "phone": "claimd", "sms": 5, "web": "verified", "post": ["claimed"] },
        "consents": { "m": "yes", "n": { "until": "tomorrow" }, "o": {}, "p": true, "q.r": 1 },
        "contacts": {
            "sms": ["yesterday", "2026-11-02T10:00:00Z", 7, "2026-11-01T10:00:00Z", null],
            "post": "2026-11-01T10:00:00Z",
        },
        "last": { "phone": "23/11/2026", "sms": 5, "web": "2026-11-01T10:00:00Z" },
    }));
    let words = "blocked, unknown, claimed, verified";
    assert_eq!(
        person.unreadable().collect::<Vec<_>>(),
        [
            ("profile.age", "`source`: `obsrved` is none of inferred, request, observed, declared"),
            ("profile.consents.m", "found a string, expected true, false or a table with `until`"),
            ("profile.consents.n", "`tomorrow` is not a time with an offset"),
            ("profile.consents.o", "found a table without `until`"),
            ("profile.consents.q.r", "found an int, expected true, false or a table with `until`"),
            ("profile.contacts.post", "found a string, expected a list of times"),
            ("profile.contacts.sms", "`yesterday` is not a time with an offset"),
            ("profile.fluency", "found a table without `value`"),
            ("profile.last.phone", "`23/11/2026` is not a time with an offset"),
            ("profile.last.sms", "found an int, expected a timestamp"),
            ("profile.reach.phone", &*format!("`claimd` is none of {words}")),
            ("profile.reach.post", &*format!("found a set, expected one of {words}")),
            ("profile.reach.sms", &*format!("found an int, expected one of {words}")),
        ]
    );
    assert_eq!((person.fact("profile.age"), person.fact("profile.fluency")), (None, None));
    assert_eq!(
        [Channel::Phone, Channel::Sms, Channel::Post, Channel::Web].map(|channel| person.reach(channel)),
        [Reach::Unknown, Reach::Unknown, Reach::Unknown, Reach::Verified]
    );
    assert_eq!(person.consents().collect::<Vec<_>>(), [("p", None)]);
    assert_eq!(person.contacts(Channel::Sms), ["2026-11-01T10:00:00Z", "2026-11-02T10:00:00Z"].map(time));
    assert_eq!(person.contacts(Channel::Post), []);
    assert_eq!((person.last(Channel::Phone), person.last(Channel::Sms)), (None, None));
    assert_eq!(person.last(Channel::Web), Some(time("2026-11-01T10:00:00Z")));

    let written = serde_json::to_value(&person).unwrap();
    assert_eq!(written["unreadable"].as_object().unwrap().len(), 13);
    assert_eq!(profile(&written), person);
}

#[test]
fn a_decision_is_given_all_the_same_and_says_what_was_left_out() {
    let person = profile(&json!({ "consents": { "m": "yes" }, "reach": { "sms": "claimd" } }));
    let visit = visit(&json!({ "prior": { "layout": "rich_plus", "assistance": "hints" } }));
    let selector = selector();
    assert_eq!(selector.select(&person, &visit).experience().channel, Channel::Web, "sms asks for a consent");
    let said = selector.explain(&person, &visit).to_string();
    let left_out = said.lines().find(|line| line.starts_with("Left out of account: ")).unwrap();
    for name in ["`profile.consents.m`", "`profile.reach.sms`", "`visit.prior`"] {
        assert!(left_out.contains(name), "{name}: {said}");
    }
}

#[test]
fn a_prior_decision_that_makes_no_sense_is_none() {
    let levels = "essential, simple, standard, rich";
    let cases = [
        (
            json!({ "layout": "rich_plus", "assistance": "hints" }),
            format!("`layout`: `rich_plus` is none of {levels}"),
        ),
        (
            json!({ "layout": 3, "assistance": "hints" }),
            format!("`layout`: found an int, expected one of {levels}"),
        ),
        (
            json!({ "layout": "simple", "assistance": "hint" }),
            "`assistance`: `hint` is none of self_service, hints, guided, callback, human".to_owned(),
        ),
        (json!({ "layout": "simple" }), "found a table without `assistance`".to_owned()),
        (json!({ "layout": null, "assistance": "hints" }), "found a table without `layout`".to_owned()),
        (json!("simple"), "found a string, expected a prior decision".to_owned()),
    ];
    for (prior, problem) in cases {
        let read = visit(&json!({ "prior": prior }));
        assert_eq!(read.prior(), None, "{prior}");
        assert_eq!(read.unreadable().collect::<Vec<_>>(), [("visit.prior", &*problem)], "{prior}");
        assert_eq!(visit(&serde_json::to_value(&read).unwrap()), read);
    }
    let read = visit(&json!({ "prior": { "assistance": "hints", "layout": "simple" } }));
    assert_eq!(read.prior().map(|prior| prior.layout), Some(LayoutComplexity::Simple));
}

#[test]
fn of_times_that_make_no_sense_the_same_is_named_in_any_order() {
    let of = |times: [&str; 3]| profile(&json!({ "contacts": { "sms": times } }));
    let one = of(["tomorrow", "2026-11-01T10:00:00Z", "soon"]);
    assert_eq!(one, of(["soon", "tomorrow", "2026-11-01T10:00:00Z"]));
    assert_eq!(
        one.unreadable().collect::<Vec<_>>(),
        [("profile.contacts.sms", "`soon` is not a time with an offset")]
    );
}

#[test]
fn whatever_stands_in_a_field_is_read_but_for_needs_and_the_time() {
    let odd = [json!(7), json!(0.5), json!("x"), json!(true), json!([]), json!([[1]]), json!(u64::MAX)];
    let tables = ["reach", "consents", "contacts", "uses", "success", "habit", "last", "attributes"];
    for value in &odd {
        for table in tables {
            let read = profile(&json!({ table: value }));
            let name = format!("profile.{table}");
            assert_eq!(read.unreadable().map(|(name, _)| name).collect::<Vec<_>>(), [&*name], "{value}");
            profile(&json!({ table: { "web": value } }));
        }
        for field in ["age", "journey", "preferred_channel", "unreadable"] {
            profile(&json!({ field: value }));
            visit(&json!({ field.replace("age", "pages").replace("preferred_", ""): value }));
        }
        for (table, entry) in [("ids", "person"), ("attributes", "plan"), ("unreadable", "plan")] {
            let read = visit(&json!({ table: value }));
            let name = format!("visit.{table}");
            assert_eq!(read.unreadable().map(|(name, _)| name).collect::<Vec<_>>(), [&*name], "{value}");
            visit(&json!({ table: { entry: value } }));
        }
        visit(&json!({ "prior": value }));
        refused(&json!({ "needs": value }));
        refused(&json!({ "needs": { "captions": value } }));
        assert!(serde_json::from_str::<Visit>(&json!({ "at": value }).to_string()).is_err());
    }
    assert_eq!(
        profile(&json!({ "journey": "billing", "consents": ["m"] })).unreadable().collect::<Vec<_>>(),
        [
            ("profile.consents", "found a set, expected a table by purpose"),
            ("profile.journey", "found a string, expected a journey"),
        ]
    );
}

#[test]
fn a_need_whose_strength_makes_no_sense_is_refused_and_not_lost() {
    assert_eq!(
        refused(&json!({ "needs": { "large_text": "requird" } })),
        "unknown strength `requird`; did you mean `required`?"
    );
    assert_eq!(
        refused(&json!({ "needs": ["large_text"] })),
        "invalid type: sequence, expected a table by need"
    );
}

#[test]
fn null_is_as_if_not_there() {
    let read = profile(&json!({
        "age": null,
        "fluency": { "value": 20, "source": null, "learnt": null },
        "needs": { "large_text": null },
        "reach": { "phone": null },
        "consents": { "m": null },
        "contacts": { "sms": null },
        "uses": { "sms": null },
        "last": { "sms": null },
        "journey": null,
        "attributes": { "plan": null },
        "unreadable": { "plan": null },
    }));
    assert_eq!(read, CustomerProfile::new().with_fluency(Fact::declared(20)));
    let tables = ["needs", "reach", "consents", "contacts", "uses", "success", "habit", "last", "unreadable"];
    for table in tables {
        assert_eq!(profile(&json!({ table: null })), CustomerProfile::new(), "{table}");
    }
    // The one place where it says something.
    let endless = profile(&json!({ "consents": { "m": { "until": null } } }));
    assert_eq!(endless, CustomerProfile::new().with_consent("m", None));

    let nothing = json!({ "channel": null, "journey": null, "ids": { "person": null }, "prior": null, "unreadable": null });
    assert_eq!(visit(&nothing), visit(&json!({})));

    let bare = json!({ "at": "2026-11-23T13:00:00Z", "channel": "chat", "outcome": "failed" });
    let mut full = bare.clone();
    for field in ["journey", "stage", "step", "begun_by_us", "feedback"] {
        full[field] = Value::Null;
    }
    let read = |data: &Value| serde_json::from_str::<Touchpoint>(&data.to_string()).unwrap();
    assert_eq!(read(&full), read(&bare));
    full["feedback"] = json!({ "mood": null, "effort": null, "nps": null });
    full["begun_by_us"] = json!(true);
    assert_eq!(serde_json::to_value(read(&full)).unwrap()["begun_by_us"], json!(true));
}

/// As `serde_json` hands over a number where some crate of the host has turned on `arbitrary_precision`.
#[test]
fn a_number_of_any_precision_in_place_of_a_table_is_a_number() {
    let number = json!({ "$serde_json::private::Number": "5" });
    let read =
        profile(&json!({ "reach": number, "contacts": { "sms": [number] }, "consents": { "m": number } }));
    assert_eq!(
        read.unreadable().collect::<Vec<_>>(),
        [
            ("profile.consents.m", "found an int, expected true, false or a table with `until`"),
            ("profile.contacts.sms", "found an int, expected a timestamp"),
            ("profile.reach", "found an int, expected a table by channel"),
        ]
    );
}

#[test]
fn toml_may_hold_what_makes_no_sense_too() {
    let read: CustomerProfile = toml::from_str(
        r#"
        reach = 2026-11-23T10:00:00Z
        consents = { m = 2027-01-01T00:00:00Z, n = { until = 2027-01-01 } }
        contacts = { sms = [2026-11-01, 2026-11-01T10:00:00Z] }
        "#,
    )
    .unwrap();
    let no_time = "found a string that is no time with an offset";
    assert_eq!(
        read.unreadable().collect::<Vec<_>>(),
        [
            ("profile.consents.m", "found a timestamp, expected true, false or a table with `until`"),
            ("profile.consents.n", no_time),
            ("profile.contacts.sms", no_time),
            ("profile.reach", "found a timestamp, expected a table by channel"),
        ]
    );
    assert_eq!(read.contacts(Channel::Sms), [time("2026-11-01T10:00:00Z")]);
    assert_eq!(toml::from_str::<CustomerProfile>(&toml::to_string(&read).unwrap()).unwrap(), read);
}
