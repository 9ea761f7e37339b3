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
        "`channels` is changed: `order` was [\"web\",\"app\",\"in_person\"] and is [\"app\",\"web\",\"in_person\"]",
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
