//! The comparison as somebody would type it.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::super::End;
use super::super::tests::{HARBOUR, typed};

const NEXT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/policies/harbour_mobile_next.toml");

/// A file that is gone when the test is.
struct Temporary(PathBuf);

impl Temporary {
    fn new(name: &str, text: &str) -> Self {
        let path = std::env::temp_dir().join(format!("maitre-impact-{}-{name}", std::process::id()));
        std::fs::write(&path, text).unwrap_or_else(|error| panic!("{error}"));
        Self(path)
    }
    fn path(&self) -> &str {
        self.0.to_str().unwrap_or_default()
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        drop(std::fs::remove_file(&self.0));
    }
}

/// Whoever needs the text relay on a Sunday finds nobody there any more.
fn carol() -> Value {
    json!({
        "profile": { "age": 36, "needs": { "no_voice_calls": "required" }, "region": "<script>alert(\"&\")</script>" },
        "visit": { "at": "2026-11-22T22:30:00-08:00", "channel": "web", "ids": { "person": "carol-17" } },
        "journey": { "name": "outage", "failed_steps": 3 },
    })
}

/// Whom nothing changes for.
fn anybody() -> Value {
    json!({ "visit": { "at": "2026-11-24T10:00:00-08:00", "channel": "web" } })
}

fn compared(name: &str, lines: &[String], more: &[&str]) -> (End, String) {
    let population = Temporary::new(name, &lines.join("\n"));
    typed(&[&["impact", HARBOUR, NEXT, "--population", population.path()], more].concat())
}

fn lines(values: &[Value]) -> Vec<String> {
    values.iter().map(Value::to_string).collect()
}

#[test]
fn the_gate_decides_how_the_command_ends() {
    let (end, text) = compared("gate", &lines(&[anybody(), carol()]), &[]);
    assert_eq!(end, End::Refused, "{text}");
    assert!(text.starts_with("Of 2 visitors, 1 is served otherwise: "), "{text}");
    assert!(text.contains("It does not pass: 1 visitor with a required need."), "{text}");
    assert!(text.contains("number 2: "), "{text}");
    // Who they are is said without ids and without what is sensitive.
    assert!(
        !text.contains("carol-17") && !text.contains("no_voice_calls = ") && !text.contains("age = "),
        "{text}"
    );
    let (_, text) = compared("reveal", &lines(&[carol()]), &["--reveal"]);
    assert!(!text.contains("carol-17") && text.contains("no_voice_calls = \"required\""), "{text}");
    assert_eq!(compared("look", &lines(&[carol()]), &["--no-gate"]).0, End::Well);
    assert_eq!(compared("well", &lines(&[anybody()]), &[]).0, End::Well);
    let tolerant = ["--tolerate", "way_out_closed", "--tolerate", "channel_lost"];
    assert_eq!(compared("tolerant", &lines(&[carol()]), &tolerant).0, End::Well);
}

#[test]
fn bad_lines_are_named_and_the_others_are_counted() {
    let mut all = lines(&[anybody(), anybody(), carol()]);
    all[0].insert(0, '\u{feff}');
    all.insert(1, "{ \"visit\": ".to_owned());
    all.insert(2, "  \r".to_owned());
    all.insert(3, json!({ "profile": {} }).to_string());
    all.push(json!({ "visit": { "at": "2026-11-24T10:00:00-08:00", "erors": 3 } }).to_string());
    all.push(
        json!({ "profile": { "age": "old" }, "visit": { "at": "2026-11-24T10:00:00-08:00" } }).to_string(),
    );
    let (end, text) = compared("bad", &all, &["--json", "--no-gate"]);
    assert_eq!(end, End::Nothing);
    let data: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    assert_eq!(data["report"]["everyone"]["visitors"], 4, "{data:#}");
    let population = &data["population"];
    let (unreadable, odd) = (&population["unreadable"], &population["odd"]);
    assert_eq!((&unreadable["lines"], &odd["lines"]), (&json!(3), &json!(1)), "{population:#}");
    let line_of = |part: &str| {
        let kinds = unreadable["kinds"].as_array().into_iter().flatten();
        let kinds: Vec<&Value> =
            kinds.filter(|kind| kind["what"].as_str().is_some_and(|what| what.contains(part))).collect();
        assert_eq!(kinds.len(), 1, "{part}: {population:#}");
        kinds[0]["first"][0]["line"].as_u64()
    };
    let lines = ["found the end", "`visit` is missing", "did you mean `errors`"].map(line_of);
    assert_eq!(lines, [Some(2), Some(4), Some(7)]);
    let age = "profile.age: found a string, expected an int";
    assert_eq!(odd["kinds"], json!([{ "what": age, "lines": 1, "first": [{ "line": 8 }] }]));
    assert!(population["never_seen"].as_array().is_some_and(|names| names.contains(&json!("tenure_months"))));
    // In words, and whether it ends well is the caller's to say; but the gate has the last word.
    let (end, text) = compared("words", &all, &["--no-gate", "--skip-bad"]);
    assert_eq!(end, End::Well);
    assert!(
        text.contains("3 lines cannot be read and are left out:\n") && text.contains("(line 2:"),
        "{text}"
    );
    assert_eq!(compared("both", &all, &[]).0, End::Refused);
    // What passes for some is not said of all.
    let page = Temporary::new("some.html", "");
    let some = [anybody().to_string(), "?".to_owned()];
    assert_eq!(compared("some", &some, &["--html", page.path()]).0, End::Nothing);
    let verdict = "For those who could be read, the change can go live";
    assert!(std::fs::read_to_string(page.path()).is_ok_and(|page| page.contains(verdict)));
}

#[test]
fn without_visitors_there_is_nothing_to_look_at() {
    let (end, text) = compared("empty", &[], &["--json"]);
    assert_eq!(end, End::Nothing);
    assert!(text.contains("has no visitor that can be read"), "{text}");
    assert_eq!(compared("blank", &["\n\n".to_owned()], &[]).0, End::Nothing);
    assert_eq!(typed(&["impact", HARBOUR, NEXT, "--population", "no/such/file"]).0, End::Nothing);
    assert_eq!(typed(&["impact", "-", NEXT, "--population", "-"]).0, End::Nothing);
    assert_eq!(typed(&["impact", HARBOUR, "no/such/file", "--population", "-"]).0, End::Nothing);
}

#[test]
fn the_number_of_threads_does_not_show() {
    // More than a few blocks, with a line in each that nobody can read.
    let mut all = Vec::new();
    for turn in 0..9_000 {
        let mut visitor = if turn % 7 == 0 { carol() } else { anybody() };
        visitor["profile"]["attributes"] = json!({ "tenure_months": turn % 50, "contract": "x".repeat(300) });
        all.push(if turn % 1_500 == 0 { "?".to_owned() } else { visitor.to_string() });
    }
    let one = compared("one", &all, &["--json", "--threads", "1"]);
    assert_eq!(compared("five", &all, &["--json", "--threads", "5"]), one);
    let data: Value = serde_json::from_str(&one.1).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(
        (&data["report"]["everyone"]["visitors"], &data["population"]["unreadable"]["lines"]),
        (&json!(8_994), &json!(6))
    );
}

#[test]
fn the_page_is_well_formed_and_shows_what_stands_in_the_data_as_text() {
    let page = Temporary::new("page.html", "");
    let (end, text) =
        compared("html", &lines(&[anybody(), carol(), json!("bad")]), &["--html", page.path(), "--reveal"]);
    assert_eq!(end, End::Refused);
    assert!(text.contains(&format!("The same as a page: {}", page.path())), "{text}");
    let html = std::fs::read_to_string(page.path()).unwrap_or_else(|error| panic!("{error}"));
    assert!(html.starts_with("<!DOCTYPE html>\n<html lang=\"en\">"), "{html}");
    // A region of somebody's is no markup, and nothing is loaded or run.
    assert!(html.contains("&lt;script&gt;alert("), "{html}");
    for alien in ["<script", "http://", "https://", "@import", "url(", "carol-17"] {
        assert!(!html.contains(alien), "{alien}");
    }
    balanced(&html);
}

/// Fails unless every element is closed where it should be.
fn balanced(html: &str) {
    const VOID: [&str; 4] = ["!DOCTYPE", "meta", "br", "hr"];
    let mut open: Vec<&str> = Vec::new();
    let mut seen = 0;
    for tag in html.split('<').skip(1) {
        let (tag, _) = tag.split_once('>').unwrap_or_else(|| panic!("not closed: {tag}"));
        let name = tag.trim_start_matches('/').split([' ', '/', '\n']).next().unwrap_or_default();
        match () {
            () if tag.starts_with('/') => assert_eq!(open.pop(), Some(name), "after {seen} tags"),
            () if tag.ends_with('/') || VOID.contains(&name) => {}
            () => open.push(name),
        }
        seen += 1;
    }
    assert!(open.is_empty() && seen > 100, "{open:?} after {seen} tags");
}
