//! The commands as somebody would type them.

use clap::{CommandFactory, Parser};

use super::input::Source;
use super::{Cli, End, run};

mod messages;
mod style;

pub const HARBOUR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/policies/harbour_mobile.toml");
const REJECTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/rejects");

/// How a command ends, and what it prints, without colours.
pub fn typed(words: &[&str]) -> (End, String) {
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
    let (end, text) = typed(&["test", HARBOUR, "--propose"]);
    assert_eq!(end, End::Well);
    // What is not proposed is told too, and all of it could be pasted.
    let (_, left) = text.split_once("# With these tests beside those that there are:\n").unwrap_or_default();
    assert!(
        left.contains("\n# The reason that no test has: assistance by `nobody_there`")
            && left.lines().all(|line| line.starts_with("# ")),
        "{text}"
    );
    assert_eq!(typed(&["listing", HARBOUR]).0, End::Well);
}

#[test]
fn findings_are_shown_under_their_lines_and_denied_ones_refuse() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/findings/never_true.toml");
    let at = ["--at", "2026-11-23T10:00:00Z"];
    let (end, text) = typed(&["check", path, at[0], at[1]]);
    assert_eq!(end, End::Well);
    assert!(text.contains("warning[never_true]: rule `young` can never hold"), "{text}");
    assert!(text.contains(&format!("--> {path}:6:")) && text.contains("The analysis found "), "{text}");
    let (end, data) = typed(&["check", path, at[0], at[1], "--json"]);
    let data: serde_json::Value = serde_json::from_str(&data).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!((end, &data["accepted"]), (End::Well, &true.into()));
    assert_eq!(data["analysis"]["findings"][0]["kind"], "never_true", "{data:#}");

    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{error}"));
    let denied = std::env::temp_dir().join(format!("denied_{}.toml", std::process::id()));
    std::fs::write(&denied, format!("{text}findings.never_true = \"deny\"\n"))
        .unwrap_or_else(|e| panic!("{e}"));
    let words = denied.to_string_lossy().into_owned();
    let (end, text) = typed(&["check", &words, at[0], at[1]]);
    let (left_out, _) = typed(&["check", &words, "--steps", "0"]);
    // What may not serve cannot go live either.
    let people = std::env::temp_dir().join(format!("one_{}.jsonl", std::process::id()));
    std::fs::write(&people, r#"{"visit":{"at":"2026-11-23T10:00:00-03:00"}}"#)
        .unwrap_or_else(|e| panic!("{e}"));
    let population = people.to_string_lossy().into_owned();
    let impact = |new: &str| typed(&["impact", path, new, "--population", &population, "--json"]);
    let ((same, _), (denies, why)) = (impact(path), impact(&words));
    drop(std::fs::remove_file(&people));
    drop(std::fs::remove_file(&denied));
    assert_eq!((end, left_out), (End::Refused, End::Well));
    assert_eq!((same, denies), (End::Well, End::Nothing));
    assert!(why.contains("is refused, since some findings are denied"), "{why}");
    assert!(text.contains("error[never_true]") && text.contains("shop is refused"), "{text}");
    assert_eq!(typed(&["check", path, "--at", "tomorrow"]).0, End::Nothing);
}

#[test]
fn a_bad_policy_is_shown_where_it_is_bad() {
    let path = format!("{REJECTS}/reasons_in_a_test.toml");
    let (end, text) = typed(&["check", &path]);
    assert_eq!(end, End::Refused);
    assert!(text.starts_with("error[wrong_type]: tests[0].expect.open"), "{text}");
    // The line itself, and what is wrong underlined.
    assert!(
        text.contains(&format!("--> {path}:")) && text.contains("^^^^") && text.contains("= help: "),
        "{text}"
    );
    assert!(text.trim_end().ends_with("reasons_in_a_test.toml is refused: 9 errors."), "{text}");
    // Whether it is right, `check` was asked; its tests could not be asked.
    assert_eq!(typed(&["test", &path]), (End::Nothing, String::new()));
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
    let (whose, why) = text.split_once('\n').unwrap_or_default();
    assert!(whose.starts_with("Ivo opens a dear bill at work"), "{text}");
    assert!(why.starts_with("This visitor is served through the app"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    let (_, data) = typed(&["explain", HARBOUR, "--test", "Ivo", "--json", "--reveal"]);
    let data: serde_json::Value = serde_json::from_str(&data).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(data["explanation"]["experience"]["channel"], "app", "{data:#}");
    // In any case, by any part of the name; nobody, and several.
    assert_eq!(
        typed(&["explain", HARBOUR, "--test", "a dear BILL at work"]),
        typed(&["explain", HARBOUR, "--test", "Ivo"])
    );
    // A word of its own comes before a part of another: Hana is somebody else.
    let (end, text) = typed(&["explain", HARBOUR, "--test", "ana"]);
    assert!(end == End::Well && text.starts_with("Ana, 74"), "{text}");
    assert_eq!(typed(&["explain", HARBOUR, "--test", "Nobody in it"]).0, End::Nothing);
    let (end, data) = typed(&["explain", HARBOUR, "--test", "", "--json"]);
    assert_eq!(end, End::Nothing);
    assert!(data.contains("several tests have"), "{data}");
}

#[test]
fn a_visitor_can_be_toml_or_json() {
    let source = |text: &str| Source::new("it", text);
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
    assert_eq!(toml, json);
    let why =
        |text: &str| source(text).visitor(&policy).err().map_or_else(String::new, |why| why.to_string());
    assert!(why("profile = { age = 70 }").starts_with("1:1: `visit` is missing [missing_field]"));
    let slip = why("visit = { at = 2026-11-23T10:00:00Z, erors = 2 }");
    assert!(
        slip.starts_with(
            "1:38: visit.erors: unknown key `erors` [unknown_field]\n  help: did you mean `errors`?"
        ),
        "{slip}"
    );
    // What a decision would pass over is named, each with its place.
    let visit = "visit = { at = 2026-11-23T10:00:00Z }\n";
    let wrong = why(&format!(
        "{visit}profile = {{ age = \"old\", attributes = {{ tenure_month = 3, paperless = 1 }}, preferred_channel = \"webb\" }}"
    ));
    let wanted = "\
2:19: profile.age: found a string, expected an int [wrong_type]
2:41: profile.attributes.tenure_month: unknown attribute `tenure_month` [unknown_attribute]
  help: did you mean `tenure_months`?
2:71: profile.attributes.paperless: found an int, expected a bool [wrong_type]
2:96: profile.preferred_channel: unknown channel `webb` [unknown_channel]
  help: did you mean `web`?";
    assert_eq!(wrong, wanted);
}

#[test]
fn two_versions_are_compared() {
    assert_eq!(typed(&["diff", HARBOUR, HARBOUR]).0, End::Well);
    let shops = ["2", "3"].map(|errors| {
        let text = format!(
            "format = 1\nname = \"shop\"\nlast_resort = [\"in_person\"]\nchannels = [{{ name = \"in_person\", staffed = true }}]\n\
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
        "errors = 3 }",
        "before: `essential` on `in_person`; after: `standard` on `in_person`",
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
    assert_eq!(typed(&["attributes", "no such attribute"]).0, End::Refused);
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
    // What names a channel names the policy's own too.
    let channels = |asked: &[&str]| typed(asked).1.contains("text_relay");
    assert!(channels(&["attributes", "visit.channel", "--policy", HARBOUR]));
    assert!(channels(&["attributes", "visit.channel", "--policy", HARBOUR, "--json"]));
    assert!(!channels(&["attributes", "visit.channel"]));
    let (_, data) = typed(&["attributes", "--json"]);
    let data: serde_json::Value = serde_json::from_str(&data).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(data["built_in"].as_array().map(Vec::len), Some(maitre::built_in_attributes().len()));
}

/// A file for one test, away when it is dropped.
struct Scratch(std::path::PathBuf);
impl Scratch {
    fn new(name: &str, text: impl AsRef<[u8]>) -> Self {
        let path = std::env::temp_dir().join(format!("maitre-{}-{name}", std::process::id()));
        std::fs::write(&path, text).unwrap_or_else(|error| panic!("{error}"));
        Self(path)
    }
    fn path(&self) -> &str {
        self.0.to_str().unwrap_or_default()
    }
    fn text(&self) -> String {
        std::fs::read_to_string(&self.0).unwrap_or_else(|error| panic!("{error}"))
    }
}
impl Drop for Scratch {
    fn drop(&mut self) {
        drop(std::fs::remove_file(&self.0));
    }
}

#[test]
fn records_are_made_of_visitors_and_replayed() {
    let visitors = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/records/visitors.jsonl");
    let (end, records) = typed(&["record", HARBOUR, visitors]);
    assert_eq!((end, records.lines().count()), (End::Well, 13));
    let kept = Scratch::new("records.jsonl", &records);
    let (end, text) = typed(&["replay", HARBOUR, kept.path()]);
    assert_eq!((end, text.as_str()), (End::Well, "13 records: 13 decided the same.\n"));
    // Another policy decides some of them otherwise.
    let policy = std::fs::read_to_string(HARBOUR).unwrap_or_default();
    let other = Scratch::new("other.toml", policy.replace("layout = -100", "layout = 0"));
    let (end, text) = typed(&["replay", other.path(), kept.path()]);
    assert_eq!(end, End::Refused);
    let first = text.lines().next().unwrap_or_default();
    assert!(first.starts_with("13 records: ") && first.ends_with(" decided otherwise."), "{text}");
    assert!(text.contains("13 of them were made by another policy than this `harbour_mobile` ("), "{text}");
    assert!(text.contains("\n  layout: `simple` then, `standard` now (line"), "{text}");
    // What cannot be read is named with its line, and nothing else is lost.
    let first = records.lines().next().unwrap_or_default();
    let changed = first.replace("unknown", "known");
    let mut damaged = format!("{first}\n\nnot a record\n{changed}\n").into_bytes();
    damaged.extend([0xff, 0xfe, b'\n']);
    damaged.extend(first.as_bytes());
    let damaged = Scratch::new("damaged.jsonl", &damaged);
    let (end, text) = typed(&["replay", HARBOUR, damaged.path()]);
    assert_eq!(end, End::Nothing);
    for part in [
        "  found `not`, expected `true`, `false` or `null`; keys and strings stand in double quotes (line 3:1)\n",
        "  the record was changed since it was made",
        "  it is no text in UTF-8 (line 5)\n",
        "5 records: 2 decided the same, 3 unreadable.",
    ] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    let (_, text) = typed(&["replay", HARBOUR, damaged.path(), "--json"]);
    let last = text.lines().last().unwrap_or_default();
    assert_eq!(last, r#"{"differ":0,"records":5,"same":2,"unreadable":3,"untold":0}"#);
    assert_eq!(typed(&["replay", HARBOUR, "no/such/file"]).0, End::Nothing);
    assert_eq!(typed(&["record", HARBOUR, damaged.path()]).0, End::Nothing);
}

#[test]
fn tests_beside_the_policy_run_with_its_own() {
    let visit = "visit = { at = 2026-11-23T10:00:00Z }";
    let beside = Scratch::new(
        "beside.toml",
        format!("[[tests]]\nname = \"nobody in particular\"\n{visit}\nexpect = {{ layout = \"rich\" }}\n"),
    );
    let (end, text) = typed(&["test", HARBOUR, "--with", beside.path()]);
    assert_eq!(end, End::Refused);
    assert!(
        text.contains("nobody in particular\n  layout: expected rich, found ")
            && text.contains("1 of 13 tests failed."),
        "{text}"
    );
    // As it advises.
    assert!(text.contains(" --test \"nobody in particular\""), "{text}");
    let (end, text) = typed(&["explain", HARBOUR, "--with", beside.path(), "--test", "nobody in particular"]);
    assert_eq!(end, End::Well);
    assert!(text.starts_with("nobody in particular.\n"), "{text}");
    assert_eq!(typed(&["explain", HARBOUR, "--test", "nobody in particular"]).0, End::Nothing);
    let wrong = Scratch::new(
        "wrong.toml",
        format!("[[tests]]\nname = \"x\"\n{visit}\nexpect = {{ layuot = \"rich\" }}\n"),
    );
    let (end, text) = typed(&["test", HARBOUR, "--with", beside.path(), "--with", wrong.path()]);
    assert_eq!(end, End::Nothing);
    assert_eq!(text, "");
    let (_, data) = typed(&["test", HARBOUR, "--with", beside.path(), "--with", wrong.path(), "--json"]);
    let data: serde_json::Value = serde_json::from_str(&data).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(data["problems"][0]["help"], "did you mean `layout`?", "{data:#}");
}
