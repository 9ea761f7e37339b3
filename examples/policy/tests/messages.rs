//! What commands say where something is wrong, and the exit codes that go with it.

use annotate_snippets::Level;
use clap::{CommandFactory, Parser};

use maitre::{Place, Policy};

use super::super::input::Source;
use super::super::lines::Opened;
use super::super::personas::Personas;
use super::super::report::under_its_line;
use super::super::testing::how_to_ask;
use super::super::visitors::Notes;
use super::super::{Unheard, run};
use super::{Cli, End, HARBOUR, Scratch, typed};

const SHOP: &str = "format = 1
name = \"shop\"
last_resort = [\"desk\"]
channels = [{ name = \"web\", base = 40 }, { name = \"desk\", own = true, base = 20, staffed = true }]
";

#[test]
fn a_guarantee_that_does_not_hold_has_its_place_and_hides_no_finding() {
    let policy = format!(
        "{SHOP}rules.stuck = {{ when = 'visit.errors > 3', layout = -100 }}\n\
         guarantees.few_words = {{ when = 'visit.errors > 3', layout_at_most = \"simple\" }}\n"
    );
    let file = Scratch::new("unproven.toml", &policy);
    let path = file.path();
    let (end, text) = typed(&["check", path]);
    assert_eq!(end, End::Refused);
    let guarantee = format!(
        "error[refuted]: guarantee `few_words` does not hold: `standard` is laid out where at most `simple` is promised; the rule \
         `stuck` holds for them\n --> {path}:6:12\n  |\n6 | guarantees.few_words = {{ when = 'visit.errors > 3', layout_at_most = \"simple\" }}\n  \
         |            ^^^^^^^^^\n  |\n  = help: what holds a guarantee up is a bound in a rule with the same condition, as "
    );
    assert!(text.starts_with(&guarantee), "{text}");
    for part in [
        "\n  for one, this visitor:\n    profile = { preferred_layout = \"standard\" }\n    visit = { ",
        "\nwarning[unexplained]: rule `stuck` gives no reason to those for whom it holds\n",
        "\nshop is refused, since a guarantee is not proven: ",
        "\nProven for every visitor: 0 of 1 guarantee.\nThe analysis found 1 thing to look at.\n",
    ] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    let (end, data) = typed(&["check", path, "--json"]);
    let data: serde_json::Value = serde_json::from_str(&data).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!((end, &data["accepted"]), (End::Refused, &false.into()));
    assert_eq!(data["guarantees"][0]["place"]["line"], 6, "{data:#}");
    assert_eq!(data["analysis"]["findings"][0]["kind"], "unexplained", "{data:#}");
    // Another command needs a policy that holds.
    assert_eq!(typed(&["test", path]), (End::Nothing, String::new()));
}

#[test]
fn tests_beside_the_policy_that_are_none_are_told_in_one_sentence() {
    let (end, problems) = refused_for(&["test", HARBOUR, "--with", HARBOUR]);
    assert_eq!(end, End::Nothing);
    let wanted = "10:1 found a whole policy, expected its tests alone: `[[tests]]` and nothing else";
    assert_eq!(problems, [wanted]);
}

/// How a command ends for which something is refused, and what is wrong with it, each thing behind its place.
fn refused_for(words: &[&str]) -> (End, Vec<String>) {
    let (end, data) = typed(&[words, &["--json"]].concat());
    let data: serde_json::Value = serde_json::from_str(&data).unwrap_or_else(|error| panic!("{error}"));
    let told = |problem: &serde_json::Value| {
        let message = problem["message"].as_str().unwrap_or_default();
        format!("{}:{} {message}", problem["place"]["line"], problem["place"]["column"])
    };
    (end, data["problems"].as_array().map_or_else(Vec::new, |all| all.iter().map(told).collect()))
}

#[test]
fn no_two_tests_have_one_name_whatever_file_they_stand_in() {
    let test = |name: &str| {
        format!(
            "[[tests]]\nname = \"{name}\"\nvisit = {{ at = 2026-11-23T10:00:00Z }}\nexpect = {{ channel = \"web\" }}\n"
        )
    };
    let policy = Scratch::new("twice.toml", format!("{SHOP}\n{}", test("Ana")));
    let [ana, ivo, again] = [("ana", "Ana"), ("ivo", "Ivo"), ("again", "Ivo")]
        .map(|(file, name)| Scratch::new(&format!("{file}.toml"), test(name)));
    let told = |name: &str| (End::Nothing, vec![format!("2:8 another test has the name `{name}`")]);
    assert_eq!(refused_for(&["test", policy.path(), "--with", ana.path()]), told("Ana"));
    assert_eq!(typed(&["test", policy.path(), "--with", ivo.path()]).0, End::Well);
    let words = ["test", policy.path(), "--with", ivo.path(), "--with", again.path()];
    assert_eq!(refused_for(&words), told("Ivo"));
}

#[test]
fn what_is_wrong_with_a_line_is_told_in_our_words() {
    let policy = Policy::from_toml(SHOP).unwrap();
    let told = |line: &str| {
        let mut notes = Notes::default();
        assert!(notes.read(7, Ok(line), &[&policy]).is_none(), "{line}");
        notes.told().concat()
    };
    for (line, wanted) in [
        (
            "{ \"visit\": nope }",
            "found `nope`, expected `true`, `false` or `null`; keys and strings stand in double quotes (line 7:12)",
        ),
        (
            "{ \"visit\": { \"at\": \"2026-11-23T10:00:00Z\" }",
            "found the end, expected `,` or `}` (line 7:44)",
        ),
        ("{ \"profile\": {} }", "`visit` is missing; at least its time, as `visit = "),
        ("{ \"visit\": [1] }", "visit: found a list, expected a table"),
        ("{ \"vist\": {} }", "vist: unknown key `vist`; did you mean `visit`?"),
    ] {
        let told = told(line);
        assert!(
            told.starts_with("1 line cannot be read and is left out:\n  ") && told.contains(wanted),
            "{line}: {told}"
        );
    }
}

#[test]
fn facts_that_no_policy_knows_are_told_and_the_visitor_is_decided_for() {
    let policy = Policy::from_toml(SHOP).unwrap();
    let mut notes = Notes::default();
    let at = "\"visit\": { \"at\": \"2026-11-23T10:00:00Z\", \"errors\": -2, \"channel\": \"webb\" }";
    for line in 1..=9 {
        let text =
            format!("{{ {at}, \"profile\": {{ \"age\": 740, \"attributes\": {{ \"no_such\": 1 }} }} }}");
        assert!(notes.read(line, Ok(&text), &[&policy]).is_some());
    }
    let told = notes.told().concat();
    assert!(
        told.starts_with("9 visitors have facts that count as unknown, since they make no sense here:\n"),
        "{told}"
    );
    for part in [
        "profile.age: ",
        "profile.attributes.no_such: unknown attribute `no_such`",
        "visit.channel: unknown channel `webb`; did you mean `web`?",
        "visit.errors: ",
        "(lines 1, 2, 3, 4, 5, \u{2026})",
    ] {
        assert!(told.contains(part), "{part} is not in {told}");
    }
    assert!(!told.contains("740"), "{told}");
}

#[test]
fn what_is_missing_is_shown_where_no_place_is_one_byte_wide() {
    // A byte order mark, as some editors on Windows write it: it is no part of the text.
    let marked = Scratch::new("marked.toml", "\u{feff}name = \"shop\"\n");
    let (end, text) = typed(&["check", marked.path()]);
    assert_eq!(end, End::Refused);
    let first = format!("--> {}:1:1\n  |\n1 | name = \"shop\"\n  | ^\n", marked.path());
    assert!(text.contains("`format` is missing") && text.contains(&first), "{text}");
    // An empty place before a space of three bytes.
    let wide = Scratch::new("wide.json", "{ \"name\": \"x\u{3000}");
    let (end, text) = typed(&["check", wide.path()]);
    assert_eq!(end, End::Refused);
    assert!(text.starts_with("error[syntax]: a string that is not closed, expected `\"`\n"), "{text}");
    assert!(text.contains(&format!("--> {}:1:13\n", wide.path())), "{text}");
    // The mark as part of a text.
    for text in ["\u{feff}", "\u{feff}name = 1", "x\u{feff}", "x"] {
        for start in (0..=text.len()).filter(|start| text.is_char_boundary(*start)) {
            let source = Source { text: text.to_owned(), ..Source::new("it", "") };
            let place = Place::of(text, start..start);
            let mut out = Vec::new();
            under_its_line(&source, Level::ERROR.primary_title("here"), Some(place), None, &mut out)
                .unwrap_or_else(|error| panic!("{error}"));
        }
    }
}

#[test]
fn a_json_policy_behind_a_byte_order_mark_is_json() {
    let policy = Policy::from_toml(SHOP).unwrap_or_else(|error| panic!("{error}"));
    let json = serde_json::to_string(policy.document()).unwrap_or_else(|error| panic!("{error}"));
    let file = Scratch::new("marked_policy.json", format!("\u{feff}{json}"));
    let plain = Scratch::new("plain_policy.json", json);
    let (end, text) = typed(&["check", file.path()]);
    assert_eq!(end, End::Well, "{text}");
    assert_eq!(text, typed(&["check", plain.path()]).1);
    // What is wrong with it has the line and column that an editor shows.
    let [marked, plain] = ["\u{feff}", ""].map(|mark| format!("{mark}{{ \"name\": nope }}"));
    let [marked, plain] =
        [("m.json", marked), ("p.json", plain)].map(|(name, text)| Scratch::new(name, text));
    let told = |file: &Scratch| typed(&["check", file.path()]).1.replace(file.path(), "it");
    assert_eq!(told(&marked), told(&plain));
    assert!(told(&marked).contains("--> it:1:11\n"), "{}", told(&marked));
}

#[test]
fn records_behind_a_byte_order_mark_are_read() {
    let visitors =
        Scratch::new("visitors.jsonl", "\u{feff}{ \"visit\": { \"at\": \"2026-11-23T10:00:00Z\" } }\n");
    let (end, records) = typed(&["record", HARBOUR, visitors.path()]);
    assert_eq!((end, records.lines().count()), (End::Well, 1));
    let records = Scratch::new("marked_records.jsonl", format!("\u{feff}{records}"));
    assert_eq!(
        typed(&["replay", HARBOUR, records.path()]),
        (End::Well, "1 record: 1 decided the same.\n".to_owned())
    );
}

#[test]
fn where_records_or_a_listing_go_no_problem_goes() {
    let unproven = format!(
        "{SHOP}rules.stuck = {{ when = 'visit.errors > 3', layout = -100 }}\n\
         guarantees.few_words = {{ when = 'visit.errors > 3', layout_at_most = \"simple\" }}\n"
    );
    let policies = [("refused.toml", "format = 1\n"), ("not_compiled.toml", &*unproven)];
    let visitors = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/records/visitors.jsonl");
    for (name, text) in policies {
        let file = Scratch::new(name, text);
        assert_eq!(typed(&["record", file.path(), visitors]), (End::Nothing, String::new()));
        assert_eq!(typed(&["listing", file.path()]), (End::Nothing, String::new()));
        // Whoever reads the replay line by line reads this so too.
        let (end, text) = typed(&["replay", file.path(), visitors, "--json"]);
        assert_eq!((end, text.lines().count()), (End::Nothing, 1), "{text}");
        let data: serde_json::Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(data["accepted"], false, "{data:#}");
    }
    for words in [["no/such", visitors], [HARBOUR, "no/such"], ["-", "-"]] {
        let (end, text) = typed(&["replay", words[0], words[1], "--json"]);
        assert_eq!((end, text.lines().count()), (End::Nothing, 1), "{text}");
        assert!(text.starts_with("{\"error\":\""), "{text}");
    }
}

#[test]
fn a_refused_policy_is_told_beside_the_answer_but_for_machines() {
    let good = Scratch::new("beside_good.toml", SHOP);
    let bad = Scratch::new("beside_bad.toml", "format = 1\n");
    let visitor = Scratch::new("beside_visitor.toml", "visit = { at = 2026-11-23T10:00:00Z }");
    let (good, bad, visitor) = (good.path(), bad.path(), visitor.path());
    let visitors = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/records/visitors.jsonl");
    for words in [
        vec!["test", bad],
        vec!["test", bad, "--propose"],
        vec!["test", good, "--with", bad],
        vec!["explain", bad, "--visitor", visitor],
        vec!["explain", good, "--visitor", bad],
        vec!["attributes", "--policy", bad],
        vec!["diff", good, bad],
        vec!["impact", bad, good, "--population", visitors],
        vec!["replay", bad, visitors],
    ] {
        assert_eq!(typed(&words), (End::Nothing, String::new()), "{words:?}");
        let (end, text) = typed(&[&words[..], &["--json"]].concat());
        let data: serde_json::Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!((end, &data["accepted"]), (End::Nothing, &false.into()), "{words:?}: {text}");
    }
    // What `check` answers is this.
    assert!(typed(&["check", bad]).1.ends_with("errors.\n"));
}

#[test]
fn what_to_do_about_the_last_resort_that_is_promised_away_can_be_done() {
    let promise = "guarantees.no_desk = { when = 'visit.errors > 3', never = [\"desk\"] }\n";
    let file = Scratch::new("promised_away.toml", format!("{SHOP}{promise}"));
    let (end, text) = typed(&["check", file.path()]);
    assert_eq!(end, End::Refused);
    let text = text.split_whitespace().filter(|word| *word != "|").collect::<Vec<_>>().join(" ");
    let help = "help: `desk` is the last of `last_resort`, which serves whenever nothing else is left, so that no rule may exclude \
                it: take it out of `never`, or let `last_resort` end with another channel";
    assert!(text.contains(help), "{text}");
    // So it is accepted, with a bound in a rule as of any other channel.
    let other = SHOP
        .replace("[\"desk\"]", "[\"desk\", \"in_person\"]")
        .replace("channels = [", "channels = [{ name = \"in_person\", staffed = true }, ");
    let rule =
        "rules.no_desk = { when = 'visit.errors > 3', never = [\"desk\"], because = \"the desk is full\" }\n";
    let file = Scratch::new("another_last.toml", format!("{other}{rule}{promise}"));
    let (end, text) = typed(&["check", file.path()]);
    assert_eq!(end, End::Well, "{text}");
}

#[test]
fn what_is_used_up_is_not_to_be_asked_again() {
    let asked = how_to_ask("my.toml", &[], "Ola, 31");
    assert_eq!(asked.as_deref(), Some("policy explain my.toml --test \"Ola, 31\""));
    let beside = how_to_ask("my.toml", &["ours.toml".to_owned()], "Ola, 31");
    assert_eq!(beside.as_deref(), Some("policy explain my.toml --with ours.toml --test \"Ola, 31\""));
    let spaced = how_to_ask("our policy.toml", &["be side.toml".to_owned()], "Ola");
    assert_eq!(
        spaced.as_deref(),
        Some("policy explain \"our policy.toml\" --with \"be side.toml\" --test Ola")
    );
    // In a shell nothing of a name is done.
    let odd = how_to_ask("a$b.toml", &[], "costs $HOME `date` it's 5");
    assert_eq!(odd.as_deref(), Some("policy explain 'a$b.toml' --test 'costs $HOME `date` it'\\''s 5'"));
    assert_eq!(how_to_ask("-", &[], "Ola, 31"), None);
    assert_eq!(how_to_ask("my.toml", &["-".to_owned()], "Ola, 31"), None);
}

#[test]
fn how_much_there_is_to_read_is_only_known_of_files() {
    let length = |path: &str| Opened::at(path).unwrap_or_else(|why| panic!("{why}")).length;
    let file = Scratch::new("twelve_bytes", "twelve bytes");
    assert_eq!((length(file.path()), length("-")), (Some(12), None));
    if cfg!(unix) {
        assert_eq!(length("/dev/null"), None);
    }
}

#[test]
fn exit_codes_say_yes_no_or_that_it_could_not_be_asked() {
    let good = Scratch::new("good.toml", SHOP);
    let bad = Scratch::new("bad.toml", "format = 1\n");
    let other = Scratch::new("other_shop.toml", SHOP.replace("base = 40", "base = 10"));
    let visitor = Scratch::new("visitor.toml", "visit = { at = 2026-11-23T10:00:00Z }");
    let (good, bad, other, visitor) = (good.path(), bad.path(), other.path(), visitor.path());
    for (words, ended) in [
        (vec!["check", good], End::Well),
        (vec!["check", bad], End::Refused),
        (vec!["check", "no/such"], End::Nothing),
        (vec!["test", bad], End::Nothing),
        (vec!["explain", good, "--visitor", visitor], End::Well),
        (vec!["explain", bad, "--visitor", visitor], End::Nothing),
        (vec!["explain", good, "--visitor", bad], End::Nothing),
        (vec!["diff", good, good], End::Well),
        (vec!["diff", good, other], End::Refused),
        (vec!["diff", good, bad], End::Nothing),
        (vec!["attributes", "mood"], End::Well),
        (vec!["attributes", "no such"], End::Refused),
        (vec!["attributes", "--policy", bad], End::Nothing),
        (vec!["listing", bad], End::Nothing),
        (vec!["schema"], End::Well),
    ] {
        assert_eq!(typed(&words).0, ended, "{words:?}");
    }
}

#[test]
fn every_command_says_its_exit_codes_and_leaves_the_breaking_of_lines_to_the_terminal() {
    for command in Cli::command().get_subcommands() {
        let name = command.get_name();
        // What speaks of lines of visitors and records says it in its own way.
        if ["impact", "record", "replay"].contains(&name) {
            continue;
        }
        let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        assert!(help.contains("Exit codes: 0, "), "{name}: {help}");
        // A paragraph is one line.
        assert!(help.split("\n\n").all(|paragraph| !paragraph.trim().contains('\n')), "{name}: {help}");
        let all = command.clone().render_long_help().to_string();
        let numbered = |text: &str| text.chars().nth(1).is_some_and(|digit| digit.is_ascii_digit());
        assert!(!all.split("(D").chain(all.split("(L")).skip(1).any(numbered), "{name}: {all}");
    }
}

#[test]
fn a_policy_that_a_guarantee_refuses_can_be_asked_why() {
    let policy = format!(
        "{SHOP}rules.stuck = {{ when = 'visit.errors > 3', layout = -100, because = \"you had errors\" }}\n\
         guarantees.few_words = {{ when = 'visit.errors > 3', layout_at_most = \"simple\" }}\n"
    );
    let file = Scratch::new("why.toml", &policy);
    let visitor = Scratch::new(
        "why_visitor.toml",
        "profile = { preferred_layout = \"standard\" }\nvisit = { at = 2026-11-23T10:00:00Z, errors = 4 }\n",
    );
    let (end, text) = typed(&["explain", file.path(), "--visitor", visitor.path()]);
    assert_eq!(end, End::Well);
    assert!(text.contains("Layout: the standard layout, because this person prefers it."), "{text}");
}

#[test]
fn a_save_tells_for_whom_it_is_otherwise() {
    let test = |errors: u8, layout: &str| {
        format!(
            "[[tests]]\nname = \"{errors} errors\"\nvisit = {{ at = 2026-11-23T10:00:00Z, errors = {errors} }}\n\
             expect = {{ layout = \"{layout}\" }}\n"
        )
    };
    let policy = |layout: i32| {
        format!(
            "{SHOP}rules.stuck = {{ when = 'visit.errors > 3', layout = {layout}, because = \"you had errors\" }}\n{}{}",
            test(4, "simple"),
            test(1, "standard")
        )
    };
    let file = Scratch::new("saved.toml", policy(-100));
    let beside = Scratch::new("saved_tests.toml", test(5, "essential"));
    let of = || Personas::of(&[file.path(), beside.path()]).unwrap_or_else(|| panic!("they can be read"));
    let told = |now: &Personas, before: &Personas| {
        let mut out = Vec::new();
        now.write_since(before, &mut out).unwrap_or_else(|error| panic!("{error}"));
        String::from_utf8_lossy(&out).into_owned()
    };
    let before = of();
    assert_eq!(told(&of(), &before), "\nThe visitors of all 3 tests are served as before.\n");
    std::fs::write(file.path(), policy(-200)).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(
        told(&of(), &before),
        "\nSince the last save 2 of the 3 tests come out otherwise:\n  4 errors: layout simple → essential; the test fails now\n  \
         5 errors: layout simple → essential; the test passes now\n"
    );
    // While it cannot be read there is nothing to hold against what was.
    std::fs::write(file.path(), "format = ").unwrap_or_else(|error| panic!("{error}"));
    assert!(Personas::of(&[file.path(), beside.path()]).is_none());
}

#[test]
fn who_stops_reading_changes_no_answer() {
    struct Closed;
    impl std::io::Write for Closed {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
    }
    let file = Scratch::new("unheard.toml", "format = 1\n");
    let cli = Cli::try_parse_from(["policy", "check", file.path()]).unwrap_or_else(|error| panic!("{error}"));
    let end = run(&cli.command, &mut Unheard(Closed)).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(end, End::Refused);
}

#[test]
fn a_file_that_is_not_utf8_names_its_line() {
    let file = Scratch::new("latin.toml", "");
    std::fs::write(file.path(), b"format = 1\nname = \"caf\xe9\"\n")
        .unwrap_or_else(|error| panic!("{error}"));
    let why = super::super::input::read(file.path()).err().unwrap_or_default();
    assert_eq!(why, format!("{}:2: the text is not UTF-8 from here on; save the file as UTF-8", file.path()));
}
