//! L8: what loading refuses because a need would count against a person, with the path to it and somebody whom it would hurt.

mod blame;
mod found;
mod generated;
mod nobody;

use maitre::{AccessNeed, Hurts, NeedStrength, Policy, PolicyError, Punished, Punishment, WhyInconclusive};

const SHOP: &str = r#"
format = 1
name = "corner_shop"
defaults = { layout = "standard", assistance = "hints" }
last_resort = ["in_person"]
channels = [{ name = "web", base = 50 }, { name = "in_person", staffed = true }]
"#;

fn refused(rest: &str) -> PolicyError {
    match Policy::from_toml(&format!("{SHOP}{rest}")) {
        Ok(_) => panic!("{rest} is not refused"),
        Err(error) => error,
    }
}

/// A pair that is found, and the path of what is refused.
#[derive(Debug, PartialEq)]
struct Pair {
    path: String,
    pair: Punished,
}
impl std::ops::Deref for Pair {
    type Target = Punished;
    fn deref(&self) -> &Punished {
        &self.pair
    }
}

impl std::fmt::Display for Pair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.pair.fmt(f)
    }
}

fn pairs(error: &PolicyError, steps: u64) -> Vec<Pair> {
    somebody(error.punished(steps))
}

/// What is refused and has somebody whom it hurts, by its path.
fn paths(error: &PolicyError, steps: u64) -> Vec<String> {
    pairs(error, steps).into_iter().map(|pair| pair.path).collect()
}

fn somebody(all: Vec<Punishment>) -> Vec<Pair> {
    let of = |one: Punishment| match one.hurts {
        Hurts::Somebody(pair) => Some(Pair { path: one.path.to_string(), pair: *pair }),
        _ => None,
    };
    all.into_iter().filter_map(of).collect()
}

/// A rule in Rust that reads one attribute, and holds where that is true or not empty.
struct Reads(&'static str, [&'static str; 1]);
impl maitre::RustRule for Reads {
    fn name(&self) -> &str {
        self.0
    }
    fn reads(&self) -> &[&str] {
        &self.1
    }
    fn holds(&self, facts: &maitre::RuleFacts<'_>) -> maitre::Truth {
        let [name] = self.1;
        facts.flag(name).or_else(|| facts.has(name, "captions")).into()
    }
}

/// Refused like the others, with a second channel that has a cap and a little more points.
fn pairs_beside_sms(rest: &str) -> Vec<Pair> {
    let sms = "{ name = \"sms\", base = 60, layout_at_most = \"essential\" }, { name = \"in_person\"";
    let text = SHOP.replace("{ name = \"in_person\"", sms) + rest;
    let Err(error) = Policy::from_toml(&text) else { panic!("{rest} is not refused") };
    pairs(&error, 1_000)
}

#[test]
fn l8_a_need_punished_through_segments_and_negations_is_shown_with_its_path_and_a_pair_of_visitors() {
    let error = refused(
        r#"
        [segments]
        unhurried = '!(size(profile.needs) > 0) && profile.visits > 3'
        in_a_hurry = 'visit.errors == 0 && !segment.unhurried'
        brisk = 'profile.tenure_days > 30 && segment.in_a_hurry'
        [rules]
        express = { when = 'segment.brisk', layout = 100, because = "you know your way around" }
        "#,
    );
    let [only] = error.diagnostics() else { panic!("{error}") };
    let path = "where `segment.brisk` → `segment.in_a_hurry` → `segment.unhurried` → `(size(profile.needs) > 0)` is true";
    assert!(only.message().contains(path), "{only}");
    let pairs = pairs(&error, 1_000);
    let [pair] = pairs.as_slice() else { panic!("{pairs:?}") };
    assert_eq!((&*pair.path, pair.strength), ("rules.express.layout", NeedStrength::Required));
    let told = "with the need `screen_reader` (required), the layout is `rich` and not `standard`:\n\
        profile = { needs = { screen_reader = \"required\" }, tenure_days = 31, visits = 4 }\n\
        visit = { at = 2026-11-23T10:00:00-03:00 }\n\
        the same person without it fares better:\n\
        profile = { tenure_days = 31, visits = 4 }\n\
        visit = { at = 2026-11-23T10:00:00-03:00 }";
    assert_eq!(pair.to_string(), told);
}

#[test]
fn l8_help_that_a_need_would_take_away_is_shown_with_who_would_lose_it() {
    let error = refused(
        r#"
        rules.hello = { when = 'visit.errors > 0 && !("captions" in profile.needs)', assistance_at_least = "guided" }
        "#,
    );
    let pairs = pairs(&error, 1_000);
    let [pair] = pairs.as_slice() else { panic!("{error}\n{pairs:?}") };
    let told = "with the need `captions` (required), the assistance is `hints` and not `guided`:\n\
        profile = { needs = { captions = \"required\" } }\n\
        visit = { at = 2026-11-23T10:00:00-03:00, errors = 1 }\n\
        the same person without it fares better:\n\
        visit = { at = 2026-11-23T10:00:00-03:00, errors = 1 }";
    assert_eq!(pair.to_string(), told);
}

#[test]
fn each_refusal_names_somebody_whom_just_its_rule_would_hurt() {
    let error = refused(
        r#"
        [rules]
        more = { when = '"large_text" in profile.needs && visit.errors > 3', layout = 100 }
        gone = { when = '!("captions" in profile.needs) && visit.errors > 3', assistance = 100 }
        less = { when = '"large_text" in profile.needs', assistance = -100 }
        "#,
    );
    let pairs = pairs(&error, 1_000);
    let told: Vec<(&str, AccessNeed, &str)> =
        pairs.iter().map(|pair| (&*pair.path, pair.need, &*pair.worse)).collect();
    let expected = [
        ("rules.gone.assistance", AccessNeed::Captions, "the assistance is `hints` and not `guided`"),
        ("rules.less.assistance", AccessNeed::LargeText, "the assistance is `self_service` and not `hints`"),
        ("rules.more.layout", AccessNeed::LargeText, "the layout is `rich` and not `standard`"),
    ];
    let mut sorted = told.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, expected, "{pairs:#?}");
    for pair in pairs.iter().filter(|pair| &*pair.path != "rules.less.assistance") {
        assert!(pair.with.to_string().contains("errors = 4"), "{pair}");
    }
}

#[test]
fn what_a_device_asks_for_is_a_need_that_may_count_against_nobody() {
    let error = refused(
        r#"
        segments.still = '!visit.reduced_motion'
        rules.dark = { when = 'visit.more_contrast && visit.pages > 3', layout = 100 }
        rules.moving = { when = 'segment.still', assistance_at_least = "guided" }
        "#,
    );
    let [dark, moving] = &*pairs(&error, 1_000) else { panic!("{error}") };
    assert_eq!((dark.need, dark.strength), (AccessNeed::MoreContrast, NeedStrength::Preferred));
    let told = "with the need `more_contrast` (preferred, by `visit.more_contrast`), the layout is `rich` and not `standard`:\n\
        visit = { at = 2026-11-23T10:00:00-03:00, more_contrast = true, pages = 4 }\n\
        the same person without it fares better:\n\
        visit = { at = 2026-11-23T10:00:00-03:00, more_contrast = false, pages = 4 }";
    assert_eq!(dark.to_string(), told);
    assert_eq!(moving.need, AccessNeed::ReducedMotion);
    assert_eq!(&*moving.worse, "the assistance is `hints` and not `guided`");
}

#[test]
fn a_rule_in_rust_that_reads_needs_counts_both_ways() {
    for (reads, need, strength) in [
        ("visit.save_data", AccessNeed::LowData, NeedStrength::Preferred),
        ("profile.needs", AccessNeed::Captions, NeedStrength::Required),
    ] {
        let loader = Policy::loader().rule(Reads("needy", [reads]));
        let rule = "rules.r = { when = 'rule(\"needy\") && visit.pages > 3', layout = 100 }\n";
        let Err(error) = loader.toml(&format!("{SHOP}{rule}")) else { panic!("{reads} is accepted") };
        let [only] = error.diagnostics() else { panic!("{error}") };
        assert!(only.message().contains("where `rule(\"needy\")` decides"), "{only}");
        let help = only.help().unwrap_or_default();
        assert!(help.starts_with("a rule in Rust that reads needs, or what a device asks for"), "{help}");
        let [pair] = &*pairs(&error, 20_000) else { panic!("{error}") };
        assert_eq!((pair.need, pair.strength), (need, strength));
    }
}

#[test]
fn what_is_known_or_declared_of_what_a_device_asks_for_is_named_as_it_is_written() {
    for (when, path) in [
        ("known(visit.save_data)", "where `known(visit.save_data)` is true"),
        // Who declares that they want none may meet a device that asks for it.
        ("!declared(visit.save_data)", "where `declared(visit.save_data)` decides"),
        ("declared(visit.save_data)", "where `declared(visit.save_data)` decides"),
    ] {
        let error = refused(&format!("rules.r = {{ when = '{when}', layout = 100 }}"));
        let [only] = error.diagnostics() else { panic!("{error}") };
        assert!(only.message().contains(path), "{only}");
    }
}

#[test]
fn of_many_refusals_the_first_are_asked_and_no_steps_tell_nothing() {
    let rule =
        |n: usize| format!("rules.r{n} = {{ when = '\"captions\" in profile.needs', layout = 100 }}\n");
    let error = refused(&(0..10).map(rule).collect::<String>());
    assert_eq!(error.punished(1_000).len(), PolicyError::MOST_PUNISHED);
    for one in error.punished(0) {
        assert_eq!(one.hurts, Hurts::Inconclusive(WhyInconclusive::Budget), "{one}");
    }
    let [one, ..] = &*error.punished(1_000) else { panic!("{error}") };
    let json = serde_json::to_value(one).unwrap();
    assert_eq!(json["path"], "rules.r0.layout");
    assert_eq!(json["hurts"]["somebody"]["need"], "captions");
}

#[test]
fn nobody_is_looked_for_where_something_else_is_wrong_too() {
    let wrong = r#"
        rules.rich = { when = '"low_data" in profile.needs', layout = 300 }
        rules.wrong = { when = 'visit.erors > 1', layout = 100 }
        "#;
    assert_eq!(refused(wrong).punished(1_000), []);
}
