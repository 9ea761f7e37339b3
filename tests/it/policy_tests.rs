//! A policy's own tests: what they find, what they have touched, and what is said of both.

use maitre::{ExperienceSelector, Policy, ReasonCode, TestRun};

fn run(tests: &str) -> TestRun {
    let policy = Policy::from_toml(&format!("{POLICY}\n{tests}")).unwrap_or_else(|errors| panic!("{errors}"));
    ExperienceSelector::compile(&policy).unwrap_or_else(|error| panic!("{error}")).run_tests()
}

const POLICY: &str = r#"
format = 1
name = "ferry"
last_resort = ["desk"]
channels = [
  { name = "web", base = 40 },
  { name = "sms", base = 10 },
  { name = "desk", own = true, base = 20, staffed = true, open = ["mon-fri 08:00-18:00"] },
]
attributes.crossings = "int"
attributes.share = "float"
attributes.cabin = ["inside", "outside"]
attributes.extras = { type = "set", members = ["car", "dog"] }
segments.regular = 'crossings >= 10'
segments.animal = '"dog" in extras'
rules.few_words = { when = 'visit.errors >= 3', layout_at_most = "simple", assistance_at_least = "guided" }
rules.all_at_once = { when = 'segment.regular', layout = 100, channels = { web = 10 } }
rules.dogs = { when = 'segment.animal', channels = { desk = 100 } }
rules.view = { when = 'cabin == "outside"', adapt = ["captions"] }
rules.short = { when = 'share > 0.25 && share <= 0.5 || profile.age < 30', assistance = 10 }
rules.calls = { when = '"no_voice_calls" in profile.needs', assistance = 20 }
rules.long = { when = 'size(cabin + "x") > 8', assistance = 5 }
experiments.blue = { unit = "person", arms = [{ name = "no", weight = 1 }, { name = "yes", weight = 1, layout = -60 }] }
"#;

/// A regular on a Tuesday morning, in the arm `yes`.
const BORIS: &str = r#"
[[tests]]
name = "Boris, a regular"
profile.attributes = { crossings = 12, cabin = "outside", extras = ["dog"] }
visit = { at = 2026-11-24T09:00:00Z, channel = "web", ids = { person = "boris-3" } }
"#;

#[test]
fn what_is_as_expected_passes() {
    let run = run(&format!(
        "{BORIS}{}",
        r#"
        expect.channel = "desk"
        expect.layout = "standard"
        expect.layout_in_use = "standard"
        expect.assistance = "hints"
        expect.adapt = ["captions"]
        expect.way_out = "desk"
        expect.open = true
        expect.alternatives = ["web", "sms"]
        expect.segments = ["animal", "regular"]
        expect.rules = ["view", "dogs", "all_at_once"]
        expect.arms = { blue = "yes" }
        expect.reasons = { channel = "rules:dogs", layout = "default", assistance = "default" }
        "#
    ));
    assert!(run.passed() && run.failed() == 0 && run.tests[0].passed(), "{run}");
}

#[test]
fn whatever_is_otherwise_is_told() {
    let told = run(&format!(
        "{BORIS}{}",
        r#"
        expect.channel = "web"
        expect.layout = "rich"
        expect.layout_in_use = "essential"
        expect.assistance = "human"
        expect.adapt = []
        expect.way_out = "sms"
        expect.open = false
        expect.alternatives = ["sms", "web"]
        expect.segments = ["regular"]
        expect.rules = ["few_words", "view", "all_at_once"]
        expect.arms = { blue = "no" }
        expect.reasons = { channel = "rules:view", layout = "rules:blue/yes", assistance = "rules" }
        [[tests]]
        name = "Nobody in particular"
        visit = { at = 2026-11-21T09:00:00Z }
        expect = { rules = ["few_words"], adapt = [], alternatives = [], arms = { blue = "yes" } }
        "#
    ));
    let wanted = "\
Boris, a regular
  channel: expected web, found desk
  layout: expected rich, found standard
  layout_in_use: expected essential, found standard
  assistance: expected human, found hints
  adapt: not expected captions
  way_out: expected sms, found desk
  open: expected false, found true
  alternatives: expected sms, web, found web, sms
  reasons.channel: expected rules:view, found rules:dogs
  reasons.layout: expected rules:blue/yes, found default
  reasons.assistance: expected rules, found default
  segments: not expected animal
  rules: missing few_words; not expected dogs
  arms.blue: expected no, found yes
Nobody in particular
  alternatives: expected none, found sms
  rules: missing few_words
  arms.blue: expected yes, found none
Both tests failed.
3 of 7 rules hold in some test.
Rules that hold in no test: calls, few_words, long and short.
The arm that no test is in: blue/no.
Reasons that no test has: channel by `last_resort`, channel by `preferred`, channel by `only_one`, channel by `habit`, \
channel by `continuity`, layout by `need`, layout by `bound`, layout by `channel` and 9 more.
Values that no test has: `crossings` 9 or less, `visit.errors` 3 or more, `profile.age` 29 or less, `profile.age` 30 or more, \
`share` 0.25 or less, `share` more than 0.25 to 0.5, `share` more than 0.5, `cabin` something else and 3 more.
";
    assert_eq!(told.to_string(), wanted);
    assert_eq!(told.failed(), 2);
}

#[test]
fn what_no_test_touches_is_named_as_people_write_it() {
    let run = run(&format!("{BORIS}expect = {{ channel = \"desk\" }}"));
    let told = |name: &str| {
        let found = run.coverage.attributes.iter().find(|attribute| &*attribute.name == name);
        let found = found.unwrap_or_else(|| panic!("{name} is not among {:#?}", run.coverage.attributes));
        let untouched: Vec<&str> = found.untouched.iter().map(|text| &**text).collect();
        (found.touched, found.cells, untouched.join(" | "))
    };
    assert_eq!(told("crossings"), (1, 3, "unknown | 9 or less".into()));
    assert_eq!(told("share"), (1, 4, "0.25 or less | more than 0.25 to 0.5 | more than 0.5".into()));
    // An enum has no other values than its names, of which one is asked for.
    assert_eq!(told("cabin"), (1, 3, "unknown | something else".into()));
    // Each member apart.
    assert_eq!(told("dog in extras"), (1, 3, "unknown | out".into()));
    // Counts and needs are never unknown, and no count is less than 0.
    assert_eq!(told("visit.errors"), (1, 2, "3 or more".into()));
    assert_eq!(told("no_voice_calls in profile.needs"), (1, 2, "in".into()));
    assert_eq!(told("profile.age"), (1, 3, "29 or less | 30 or more".into()));
    // What is worked out is worked out here as well.
    assert_eq!(told("worked out in `size(cabin + \"x\") > 8`"), (1, 3, "unknown | true".into()));
    assert_eq!(run.coverage.untouched_segments().count(), 0);
    assert_eq!(run.coverage.segments_without_others().collect::<Vec<_>>(), ["animal", "regular"]);
    let told = run.to_string();
    assert!(told.starts_with("The one test passed.\n3 of 7 rules hold in some test.\n"), "{told}");
    assert!(told.contains("\nSegments that hold in every test: animal and regular.\n"), "{told}");
}

#[test]
fn tests_can_be_run_under_another_policy_and_a_run_is_data() {
    let old =
        Policy::from_toml(&format!("{POLICY}\n{BORIS}expect = {{ channel = \"desk\" }}")).expect("a policy");
    let changed = POLICY.replace("desk = 100", "desk = 1");
    let new =
        ExperienceSelector::compile(&Policy::from_toml(&changed).expect("a policy")).expect("a selector");
    assert_eq!(new.run_tests().to_string(), "The policy has no tests.\n");
    let run = new.run_these_tests(&old.document().tests);
    let data = serde_json::to_value(&run).expect("data");
    assert_eq!(
        data["tests"][0],
        serde_json::json!({
            "name": "Boris, a regular",
            "differences": [{ "what": "channel", "expected": "desk", "found": "web" }],
        })
    );
    assert_eq!(data["coverage"]["rules"][1], serde_json::json!({ "name": "calls", "holds": 0 }));
    assert_eq!(data["coverage"]["reasons"]["channel"], serde_json::json!({ "score": 1 }));
    assert_eq!(
        data["coverage"]["arms"][1],
        serde_json::json!({ "experiment": "blue", "arm": "yes", "given": 1 })
    );
}

/// The policy with `tests`, and the tests that are proposed beside them.
fn with_proposals(tests: &str) -> (String, TestRun) {
    let load = |text: &str| {
        let policy = Policy::from_toml(text).unwrap_or_else(|errors| panic!("{text}\n{errors}"));
        ExperienceSelector::compile(&policy).unwrap_or_else(|error| panic!("{error}"))
    };
    let selector = load(&format!("{POLICY}\n{tests}"));
    let proposals = selector.propose_tests(&selector.policy().document().tests, 1_000);
    let pasted: String = proposals.iter().map(|one| format!("{one}\n")).collect();
    let run = load(&format!("{POLICY}\n{tests}\n{pasted}")).run_tests();
    (pasted, run)
}

#[test]
fn proposed_tests_can_be_pasted_pass_and_touch_all_that_no_test_touched() {
    let (pasted, run) = with_proposals("");
    assert!(run.passed(), "{pasted}\n{run}");
    let coverage = &run.coverage;
    // Nobody is in the cabin of a name that is longer than `outside`.
    assert_eq!(coverage.untouched_rules().collect::<Vec<_>>(), ["long"], "{pasted}");
    assert_eq!(coverage.untouched_segments().collect::<Vec<_>>(), Vec::<&str>::new());
    assert_eq!(coverage.segments_without_others().collect::<Vec<_>>(), Vec::<&str>::new());
    assert_eq!(coverage.untouched_arms().collect::<Vec<_>>(), Vec::<(&str, &str)>::new());
    let untried: Vec<_> = coverage.attributes.iter().filter(|one| one.touched < one.cells).collect();
    // What is worked out is free in the search: nobody is made for its values alone.
    assert!(untried.iter().all(|one| one.name.starts_with("worked out")), "{untried:#?}\n{pasted}");
    let given = |axis: &str| coverage.reasons.get(axis).map_or(0, |codes| codes.len());
    // The web is always there: nobody is left to the last resort or to the only one; `people` are there.
    assert!(
        given("channel") >= 5 && given("layout") >= 5 && given("assistance") >= 5,
        "{:?}",
        coverage.reasons
    );
}

#[test]
fn nothing_is_proposed_for_what_is_touched_and_the_first_words_say_for_what_it_is() {
    let (all, _) = with_proposals("");
    let (less, run) = with_proposals(&format!("{BORIS}expect.channel = \"desk\"\n"));
    assert!(all.contains("name = \"somebody for whom the rule `dogs` holds\"\n"), "{all}");
    // Boris is a regular with a dog.
    assert!(!less.contains("rule `dogs`") && less.contains("rule `few_words`"), "{less}");
    assert!(run.passed(), "{run}");
    let rule = "[[tests]]\n\
        name = \"somebody for whom the rule `few_words` holds\"\n\
        visit = { at = 2026-11-23T10:00:00-03:00, errors = 3 }\n\
        expect = { adapt = [], assistance = \"guided\", channel = \"web\", layout = \"simple\", \
        reasons = { assistance = \"bound:few_words\", channel = \"score\", layout = \"bound:few_words\" }, \
        rules = [\"few_words\"], way_out = \"desk\" }\n";
    assert!(all.contains(rule), "{all}");
}

#[test]
fn tests_beside_the_policy_are_read_checked_and_run_like_its_own() {
    let policy = Policy::from_toml(&format!("{POLICY}\n{BORIS}expect = {{ channel = \"desk\" }}")).unwrap();
    let selector = ExperienceSelector::compile(&policy).unwrap();
    let again = BORIS.replace("Boris, a regular", "Boris again");
    let beside = format!("{again}expect = {{ channel = \"web\", rules = [\"dogs\"] }}");
    let tests = policy.tests_from_toml(&beside).unwrap_or_else(|error| panic!("{error}"));
    let run = selector.run_these_tests(&tests);
    assert_eq!((run.tests.len(), run.failed()), (1, 1), "{run}");
    // The same as in the document, and the same in JSON.
    let whole = Policy::from_toml(&format!("{POLICY}\n{beside}")).unwrap();
    assert_eq!(tests, whole.document().tests);
    let json = serde_json::json!({ "tests": tests }).to_string();
    assert_eq!(policy.tests_from_json(&json).unwrap(), tests);
    // What is wrong with them is told with its place in their own text.
    let wrong = policy
        .tests_from_toml(
            "[[tests]]\nname = \"x\"\nvisit = { at = 2026-11-24T09:00:00Z, channel = \"webb\" }\nprofile.attributes = { crossing = 1 }\n\
             expect = { rules = [\"dog\"], layuot = \"rich\" }\n[rules]\n",
        )
        .unwrap_err();
    let wanted = "\
3:48: tests[0].visit.channel: unknown channel `webb` [unknown_channel]
  help: did you mean `web`?
4:24: tests[0].profile.attributes.crossing: unknown attribute `crossing` [unknown_attribute]
  help: did you mean `crossings`?
5:29: tests[0].expect.layuot: unknown key `layuot` [unknown_field]
  help: did you mean `layout`?
6:2: rules: unknown key `rules` [unknown_field]
  help: known here: `tests`";
    assert_eq!(wrong.to_string(), wanted);
    // Of a whole policy that alone is told; and no name is given twice, here or in the policy.
    let told = |text: &str| policy.tests_from_toml(text).unwrap_err().to_string();
    assert_eq!(
        told(POLICY),
        "2:1: format: found a whole policy, expected its tests alone: `[[tests]]` and nothing else [wrong_type]\n  \
         help: put its tests into a file of their own, or run them with that policy"
    );
    let twice = "name = \"x\"\nvisit = { at = 2026-11-24T09:00:00Z }\nexpect = { channel = \"web\" }\n";
    assert!(
        told(&format!("[[tests]]\n{twice}[[tests]]\n{twice}"))
            .starts_with("6:8: tests[1].name: another test has the name `x` [duplicate]")
    );
    assert!(
        whole.tests_from_toml(&beside).unwrap_err().to_string().contains("another test has the name"),
        "{beside}"
    );
    for (text, told) in [("", "`tests` is missing"), ("tests = 3", "found an int"), ("[[tests", "")] {
        let error = policy.tests_from_toml(text).unwrap_err().to_string();
        assert!(error.contains(told), "{error}");
    }
    assert!(
        policy.tests_from_json("{ \"tests\": [] } more").is_err() && policy.tests_from_json("[]").is_err()
    );
}

/// Another test, and what is proposed beside it.
fn proposed(policy: &str, tests: &str) -> (ExperienceSelector, String) {
    let policy = Policy::from_toml(&format!("{policy}\n{tests}")).unwrap_or_else(|errors| panic!("{errors}"));
    let selector = ExperienceSelector::compile(&policy).unwrap_or_else(|error| panic!("{error}"));
    let all = selector.propose_tests(&policy.document().tests, 1_000);
    (selector, all.iter().map(|one| format!("{one}\n")).collect())
}

#[test]
fn a_proposal_has_a_name_that_no_test_has() {
    const TAKEN: &str = r#"
        [[tests]]
        name = "somebody for whom the rule `dogs` holds"
        visit = { at = 2026-11-24T09:00:00Z }
        expect.channel = "web"
    "#;
    let (_, proposals) = proposed(POLICY, TAKEN);
    assert!(proposals.contains("rule `dogs` holds"), "{proposals}");
    let run = run(&format!("{TAKEN}\n{proposals}"));
    assert!(run.passed(), "{proposals}\n{run}");
}

/// Whoever is not said to have been here before gets a simple layout by the rule.
const HALL: &str = r#"
    format = 1
    name = "hall"
    last_resort = ["desk"]
    channels = [{ name = "web", base = 40 }, { name = "desk", own = true, staffed = true }]
    segments.first_time = { when = 'profile.visits == 0', on_unknown = "include" }
    rules.welcome = { when = 'segment.first_time', layout = -60, assistance = 60 }
"#;

/// Proposals for a policy that all hold, and the reasons on layout and assistance that none of them touches.
fn proposals_and_reasons_left(policy: &str) -> (String, Vec<(&'static str, ReasonCode)>) {
    let (selector, proposals) = proposed(policy, "");
    let run = selector.run_these_tests(&selector.policy().tests_from_toml(&proposals).unwrap());
    assert!(run.passed(), "{proposals}");
    let left = run.coverage.untouched_reasons().filter(|(axis, _)| *axis != "channel").collect();
    (proposals, left)
}

#[test]
fn reasons_are_found_where_those_who_are_tried_first_have_others() {
    let small = "rules.small = { when = 'visit.viewport_width < 420', layout_at_most = \"simple\" }";
    let (proposals, left) = proposals_and_reasons_left(&format!("{HALL}{small}"));
    let of_layout: Vec<_> = left.into_iter().filter(|(axis, _)| *axis == "layout").collect();
    assert_eq!(of_layout, [("layout", ReasonCode::Channel)], "{proposals}");
}

#[test]
fn reasons_are_found_beside_however_many_facts() {
    let mut policy = String::from(HALL);
    for n in 0..60 {
        policy += &format!("attributes.a{n:02} = [\"x\", \"y\", \"z\"]\n");
        policy += &format!(
            "rules.r{n:02} = {{ when = 'a{n:02} == \"x\"', channels = {{ web = 1 }}, layout = -1 }}\n"
        );
    }
    let (proposals, left) = proposals_and_reasons_left(&policy);
    // There is no bound, no cap, and the desk is never closed.
    let wanted = [
        ("layout", ReasonCode::Bound),
        ("layout", ReasonCode::Channel),
        ("assistance", ReasonCode::NobodyThere),
        ("assistance", ReasonCode::Bound),
    ];
    assert_eq!(left, wanted, "{proposals}");
}

#[test]
fn who_is_outside_a_segment_that_includes_the_unknown_is_proposed() {
    let policy = POLICY.replace(
        "regular = 'crossings >= 10'",
        "regular = { when = 'crossings >= 10', on_unknown = \"include\" }",
    );
    let (_, proposals) = proposed(&policy, "");
    assert!(proposals.contains("the segment `regular` does not hold"), "{proposals}");
}
