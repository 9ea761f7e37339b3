//! The commands as somebody would type them.

use clap::{CommandFactory, Parser};

use super::input::Source;
use super::{Cli, End, run};

const HARBOUR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/policies/harbour_mobile.toml");
const REJECTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/rejects");

/// How a command ends, and what it prints, without colours.
fn typed(words: &[&str]) -> (End, String) {
    let cli = Cli::try_parse_from(std::iter::once("policy").chain(words.iter().copied()));
    let cli = cli.unwrap_or_else(|error| panic!("{error}"));
    let mut out = anstream::StripStream::new(Vec::new());
    let end = run(&cli.command, &mut out).unwrap_or_else(|error| panic!("{error}"));
    (end, String::from_utf8_lossy(&out.into_inner()).into_owned())
}

#[test]
fn the_commands_are_well_formed() {
    Cli::command().debug_assert();
}

#[test]
fn a_good_policy_is_accepted_and_its_tests_pass() {
    let (end, text) = typed(&["check", HARBOUR]);
    assert_eq!(end, End::Well);
    assert!(text.starts_with("harbour_mobile is accepted: 12 channels, 17 segments, 25 rules, "), "{text}");
    let (end, text) = typed(&["test", HARBOUR]);
    assert_eq!(end, End::Well);
    assert!(text.starts_with("All 12 tests passed."), "{text}");
    assert_eq!(typed(&["listing", HARBOUR]).0, End::Well);
}

#[test]
fn a_bad_policy_is_shown_where_it_is_bad() {
    let path = format!("{REJECTS}/reasons_in_a_test.toml");
    for command in ["check", "test"] {
        let (end, text) = typed(&[command, &path]);
        assert_eq!(end, End::Refused);
        assert!(text.starts_with("error[wrong_type]: tests[0].expect.open"), "{text}");
        // The line itself, and what is wrong underlined.
        assert!(
            text.contains(&format!("--> {path}:")) && text.contains("^^^^") && text.contains("= help: "),
            "{text}"
        );
        assert!(text.trim_end().ends_with("reasons_in_a_test.toml is refused: 9 errors."), "{text}");
    }
}

#[test]
fn every_reject_can_be_shown() {
    let files = std::fs::read_dir(REJECTS).unwrap_or_else(|error| panic!("{error}"));
    let files = files.filter_map(|file| Some(file.ok()?.path().to_str()?.to_owned()));
    let mut shown = 0;
    for path in files.filter(|path| !path.ends_with(".txt")) {
        let (end, text) = typed(&["check", &path]);
        assert!(end != End::Nothing && !text.is_empty(), "{path}");
        let (again, data) = typed(&["check", &path, "--json"]);
        let data: serde_json::Value =
            serde_json::from_str(&data).unwrap_or_else(|error| panic!("{path}: {error}"));
        assert_eq!((again, &data["accepted"]), (end, &(end == End::Well).into()), "{path}");
        shown += 1;
    }
    assert!(shown > 60, "{shown}");
}

#[test]
fn a_visitor_is_explained_by_the_name_of_a_test() {
    let (end, text) = typed(&["explain", HARBOUR, "--test", "Ivo"]);
    assert_eq!(end, End::Well);
    assert!(text.starts_with("This visitor is served through the app"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    let (_, data) = typed(&["explain", HARBOUR, "--test", "Ivo", "--json", "--reveal"]);
    let data: serde_json::Value = serde_json::from_str(&data).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(data["explanation"]["experience"]["channel"], "app", "{data:#}");
    // In any case, by any part of the name; nobody, and several.
    assert_eq!(
        typed(&["explain", HARBOUR, "--test", "a dear BILL at work"]),
        typed(&["explain", HARBOUR, "--test", "Ivo"])
    );
    assert_eq!(typed(&["explain", HARBOUR, "--test", "Nobody in it"]).0, End::Nothing);
    let (end, data) = typed(&["explain", HARBOUR, "--test", "", "--json"]);
    assert_eq!(end, End::Nothing);
    assert!(data.contains("several tests have"), "{data}");
}

#[test]
fn a_visitor_can_be_toml_or_json() {
    let source = |text: &str| Source { name: "it".to_owned(), text: text.to_owned() };
    let toml = source(
        "visit = { at = 2026-11-23T10:00:00Z }\njourney = { failed_steps = 3 }\nprofile = { age = 70 }",
    );
    let json = source(
        r#"{ "visit": { "at": "2026-11-23T10:00:00Z", "journey": { "failed_steps": 3 } }, "profile": { "age": 70 } }"#,
    );
    let policy = source(include_str!("../policies/harbour_mobile.toml")).policy();
    let policy = policy.unwrap_or_else(|error| panic!("{error}"));
    let [toml, json] =
        [toml, json].map(|source| source.visitor(&policy).unwrap_or_else(|error| panic!("{error}")));
    assert_eq!((toml.visit, toml.profile), (json.visit, json.profile));
    let why = |text: &str| source(text).visitor(&policy).err().unwrap_or_default();
    assert!(why("profile = { age = 70 }").contains("missing field `visit`"));
    assert!(why("visit = { at = 2026-11-23T10:00:00Z, erors = 2 }").contains("did you mean `errors`"));
    // What a decision would pass over is named, each with its place.
    let visit = "visit = { at = 2026-11-23T10:00:00Z }\n";
    let wrong = why(&format!(
        "{visit}profile = {{ age = \"old\", attributes = {{ tenure_month = 3, paperless = 1 }} }}"
    ));
    for part in [
        "\n  profile.age: ",
        "tenure_month: unknown attribute `tenure_month`; did you mean `tenure_months`?",
        "paperless: found ",
    ] {
        assert!(wrong.contains(part), "{part} is not in {wrong}");
    }
}

#[test]
fn two_versions_are_compared() {
    assert_eq!(typed(&["diff", HARBOUR, HARBOUR]).0, End::Well);
    let shops = ["2", "3"].map(|errors| {
        let text = format!(
            "format = 1\nname = \"shop\"\nlast_resort = [\"phone\"]\nchannels = [{{ name = \"phone\", staffed = true }}]\n\
             rules.stuck = {{ when = 'visit.errors > {errors}', layout_at_most = \"essential\" }}"
        );
        let path = std::env::temp_dir().join(format!("maitre_{}_{errors}.toml", std::process::id()));
        std::fs::write(&path, text).unwrap_or_else(|error| panic!("{error}"));
        path.to_string_lossy().into_owned()
    });
    let (end, text) = typed(&["diff", &shops[0], &shops[1]]);
    assert_eq!(end, End::Refused);
    for part in [
        "rule `stuck` is changed: `when` was \"visit.errors > 2\" and is \"visit.errors > 3\"",
        "The channel is the same for every visitor: proven.",
        "Somebody gets a more complex layout.",
        "value = 3 }",
        "before: `essential` on `phone`; after: `standard` on `phone`",
    ] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    let (_, data) = typed(&["diff", &shops[0], &shops[1], "--json"]);
    let data: serde_json::Value = serde_json::from_str(&data).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!((&data["same"], &data["comparison"]["edits"][0]["name"]), (&false.into(), &"stuck".into()));
    assert_eq!(typed(&["diff", HARBOUR, "no/such/file.toml"]).0, End::Nothing);
    assert_eq!(typed(&["diff", "-", "-"]).0, End::Nothing);
    shops.iter().for_each(|path| drop(std::fs::remove_file(path)));
}

#[test]
fn what_cannot_be_read_ends_with_nothing_to_look_at() {
    for command in ["check", "test", "listing"] {
        assert_eq!(typed(&[command, "no/such/file.toml"]).0, End::Nothing);
    }
    assert_eq!(typed(&["attributes", "no such attribute"]).0, End::Nothing);
    assert_eq!(typed(&["explain", "-", "--visitor", "-"]).0, End::Nothing);
    assert!(Cli::try_parse_from(["policy", "explain", HARBOUR]).is_err());
    assert!(Cli::try_parse_from(["policy", "test", HARBOUR, "--watch", "--json"]).is_err());
}

#[test]
fn attributes_are_found_by_what_they_mean() {
    let (end, text) = typed(&["attributes", "furious"]);
    assert_eq!((end, text.lines().next()), (End::Well, Some("profile.mood  int, in points")));
    let (_, text) = typed(&["attributes", "payment", "--policy", HARBOUR]);
    assert!(text.starts_with("payment  enum\n    the policy's own (bank_transfer, "), "{text}");
    let (_, data) = typed(&["attributes", "--json"]);
    let data: serde_json::Value = serde_json::from_str(&data).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(data["built_in"].as_array().map(Vec::len), Some(maitre::built_in_attributes().len()));
}
