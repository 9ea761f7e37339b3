//! What the documents say otherwise.

use super::{loader, selector};

const OLD: &str = r#"
format = 1
name = "shop"
last_resort = ["in_person"]
channels = [{ name = "web", base = 10 }, { name = "app", base = 20 }, { name = "in_person", staffed = true }]
[segments]
new = 'profile.visits == 0'
old = 'profile.visits > 100'
[rules]
hello = { when = 'segment.new', layout = -100, because = "it is your first time" }
gone = { when = 'segment.old', layout = 50 }
"#;

const NEW: &str = r#"
format = 1
name = "shop"
last_resort = ["in_person"]
defaults = { layout = "simple" }
channels = [{ name = "app", base = 20 }, { name = "web", base = 30 }, { name = "in_person", staffed = true }, { name = "chat" }]
[segments]
new = 'profile.visits <= 1'
old = 'profile.visits > 100'
[rules]
hello = { when = 'segment.new', layout = -100, adapt = ["plain_language"] }
come = { when = 'segment.old', layout = 50 }
"#;

#[test]
fn edits_are_told_by_name_and_field() {
    let loader = loader();
    let comparison = selector(&loader, OLD).compare(&selector(&loader, NEW), 2_000);
    let told: Vec<String> = comparison.edits.iter().map(ToString::to_string).collect();
    let wanted = [
        "`defaults` is changed: `layout` was \"standard\" and is \"simple\"",
        "channel `web` is changed: `base` was 10 and is 30",
        "channel `chat` is added",
        "`channels` is changed: `order` was [\"web\", \"app\", \"in_person\"] and is [\"app\", \"web\", \"in_person\"]",
        "segment `new` is changed: `when` was \"profile.visits == 0\" and is \"profile.visits <= 1\"",
        "rule `gone` is removed",
        "rule `hello` is changed: `because` was \"it is your first time\" and is not there; `adapt` was not there and is [\"plain_language\"]",
        "rule `come` is added",
    ];
    assert_eq!(told, wanted);
    let same = selector(&loader, OLD).compare(&selector(&loader, OLD), 1);
    assert!(same.is_same() && same.edits.is_empty() && !same.differs());
    assert!(
        same.to_string()
            .starts_with("The documents say the same.\n\nThe channel is the same for every visitor: proven.")
    );
}

#[test]
fn only_what_is_calculated_may_have_any_value_and_not_the_segment_that_it_speaks_of() {
    let of = |limit: u32| {
        let text = format!(
            "format = 1\nname = \"shop\"\nlast_resort = [\"in_person\"]\n\
             channels = [{{ name = \"web\" }}, {{ name = \"in_person\", staffed = true }}]\n\
             [attributes]\na = \"int\"\nb = \"int\"\nc = \"int\"\n\
             [segments]\ncut = 'a > 1 && b > 2'\n\
             [rules]\none = {{ when = '[1, 2].exists(x, x > c && segment.cut)', layout = -50 }}\n\
             two = {{ when = 'c > {limit}', layout = -200 }}\n"
        );
        selector(&loader(), &text)
    };
    let comparison = of(3).compare(&of(4), 2_000);
    let free: Vec<&str> = comparison.free.iter().map(|part| &**part).collect();
    assert_eq!(free, ["[1, 2].exists(x, x > c && segment.cut)"]);
}

#[test]
fn a_comparison_says_who_is_served_otherwise_and_what_holds_for_them() {
    let loader = loader();
    let comparison = selector(&loader, OLD).compare(&selector(&loader, NEW), 2_000);
    let text = comparison.to_string();
    for part in [
        "\nThe channel is not the same for every visitor:\n",
        "  Somebody whom `app` served is served through another channel.\n",
        "    before: `app`; after: `web`\n",
        "  Somebody gains `plain_language`.\n",
        "\nThe way to a person is the same for every visitor: proven.\n",
        "rules that hold: `hello` ",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    let data = serde_json::to_value(&comparison).unwrap();
    assert_eq!(data["edits"][1]["fields"][0]["before"], "10", "{data:#}");
    assert!(data["changes"].as_array().unwrap().iter().any(|one| one["happens"] == "never"), "{data:#}");
}

/// What the documents say otherwise, sentence by sentence.
fn told(old: &str, new: &str) -> Vec<String> {
    let loader = loader();
    let comparison = selector(&loader, old).compare(&selector(&loader, new), 1);
    comparison.edits.iter().map(ToString::to_string).collect()
}

const SHORT: &str = r#"
format = 1
name = "shop"
purposes = ["profiling"]
last_resort = ["in_person"]
channels = [{ name = "in_person", staffed = true }]
[attributes]
last_bill = "timestamp"
plan = ["contract", "prepaid"]
grade = ["a", "b"]
roaming = "bool"
owed = "int"
[segments]
new = 'profile.visits == 0'
[findings]
unexplained = "deny"
opposing = "deny"
"#;

const LONG: &str = r#"
format = 1
name = "shop"
purposes = ["profiling"]
last_resort = ["in_person"]
channels = [{ name = "in_person", staffed = true }]
[attributes]
last_bill = { type = "timestamp", max_age_days = 90 }
plan = { values = ["contract", "prepaid", "trial"], consent = "profiling" }
grade = "string"
roaming = { type = "bool", on = "visit" }
owed = { type = "int", min = 0 }
[segments]
new = { when = 'profile.visits <= 1', because = "you are new" }
[findings]
unexplained = "allow"
opposing = { level = "deny", except = ["technician"] }
[rules]
technician = { when = 'roaming', layout = 50, because = "you are at work" }
"#;

/// Whether it is written short or long is no edit, and what is written short has the key that it has where it is written long.
#[test]
fn what_is_written_short_has_the_fields_of_what_is_written_long() {
    let wanted = [
        "attribute `grade` is changed: `values` was [\"a\", \"b\"] and is not there; `type` was not there and is \"string\"",
        "attribute `last_bill` is changed: `max_age_days` was not there and is 90",
        "attribute `owed` is changed: `min` was not there and is 0",
        "attribute `plan` is changed: `values` was [\"contract\", \"prepaid\"] and is [\"contract\", \"prepaid\", \"trial\"]; \
         `consent` was not there and is \"profiling\"",
        "attribute `roaming` is changed: `on` was not there and is \"visit\"",
        "segment `new` is changed: `when` was \"profile.visits == 0\" and is \"profile.visits <= 1\"; `because` was not there and is \
         \"you are new\"",
        "rule `technician` is added",
        "level of the finding `opposing` is changed: `except` was not there and is [\"technician\"]",
        "level of the finding `unexplained` is changed: `level` was \"deny\" and is \"allow\"",
    ];
    assert_eq!(told(SHORT, LONG), wanted);
    let kind = |kind: &str| SHORT.replace("\"timestamp\"", kind);
    assert_eq!(
        told(SHORT, &kind("\"bool\"")),
        ["attribute `last_bill` is changed: `type` was \"timestamp\" and is \"bool\""]
    );
    // What was never written has nothing that it was.
    assert_eq!(
        told(&kind("{ members = [\"x\"] }"), SHORT),
        [
            "attribute `last_bill` is changed: `members` was [\"x\"] and is not there; `type` was not there and is \"timestamp\""
        ]
    );
}

/// As [`EditedField`](maitre::EditedField) says.
#[test]
fn a_whole_part_that_is_only_in_one_of_the_two_is_one_field_without_a_key() {
    let loader = loader();
    let compare = |old: &str, new: &str| selector(&loader, old).compare(&selector(&loader, new), 1).edits;
    let with = SHORT.replace("[attributes]", "holdout = { unit = \"person\", percent = 5 }\n[attributes]");
    let (added, removed) = (compare(SHORT, &with), compare(&with, SHORT));
    let field = |edits: &[maitre::Edit]| match edits {
        [edit] => match edit.fields.as_slice() {
            [field] => {
                (edit.kind.as_str(), field.name.to_string(), field.before.clone(), field.after.clone())
            }
            fields => panic!("{fields:?}"),
        },
        edits => panic!("{edits:?}"),
    };
    let value = || Some(r#"{"percent":5,"unit":"person"}"#.into());
    assert_eq!(field(&added), ("added", String::new(), None, value()));
    assert_eq!(field(&removed), ("removed", String::new(), value(), None));
}

#[test]
fn what_is_otherwise_within_a_table_is_told_by_its_path() {
    const TEST: &str = r#"
        [[tests]]
        name = "Ana"
        profile = { age = 74, attributes = { plan = "prepaid" } }
        visit = { at = 2026-11-23T10:00:00+01:00 }
        journey = { name = "billing", failed_steps = 3 }
        expect = { layout = "standard" }
    "#;
    let old = format!("{SHORT}{TEST}");
    let new = old
        .replace("failed_steps = 3", "failed_steps = 4")
        .replace("T10:00", "T11:00")
        .replace("{ plan = \"prepaid\" }", "{ plan = \"contract\", owed = 2 }");
    let loader = loader();
    let edits = selector(&loader, &old).compare(&selector(&loader, &new), 1).edits;
    let told: Vec<String> = edits.iter().map(ToString::to_string).collect();
    let wanted = "test `Ana` is changed: `profile.attributes.plan` was \"prepaid\" and is \"contract\"; \
                  `profile.attributes.owed` was not there and is 2; `visit.at` was 2026-11-23T10:00:00+01:00 and is \
                  2026-11-23T11:00:00+01:00; `visit.journey.failed_steps` was 3 and is 4";
    assert_eq!(told, [wanted]);
    // A whole table reads as it is written.
    let without = old.replace("journey = { name = \"billing\", failed_steps = 3 }", "");
    let edits = selector(&loader, &old).compare(&selector(&loader, &without), 1).edits;
    let told: Vec<String> = edits.iter().map(ToString::to_string).collect();
    let wanted = "test `Ana` is changed: `visit.journey` was { failed_steps = 3, name = \"billing\" } and is not there";
    assert_eq!(told, [wanted]);
}
