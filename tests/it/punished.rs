//! L8: what loading refuses because a need would count against a person, with the path to it and somebody whom it would hurt.

use maitre::{AccessNeed, Hurts, NeedStrength, Policy, PolicyError, Punished, Punishment, WhyInconclusive};

use crate::generate::random::Random;
use crate::generate::{near_miss, print::toml, visitors};
use crate::laws::people::needier;
use crate::oracle::back;
use crate::oracle::choose::decide;
use crate::oracle::document::{ASKED_BY_DEVICE, ASSISTANCE, Document, LAYOUTS};
use crate::oracle::visitor::Visitor;

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
fn no_effect_is_blamed_for_what_another_does() {
    let error = refused(
        r#"
        rules.bad = { when = 'visit.save_data', layout = 200 }
        rules.good = { when = 'declared(visit.save_data)', layout = -80 }
        "#,
    );
    assert_eq!(error.diagnostics().len(), 2, "{error}");
    assert_eq!(paths(&error, 1_000), ["rules.bad.layout"], "{error}");
}

#[test]
fn what_makes_no_difference_is_not_blamed_and_what_does_only_together_is() {
    let blamed = |rest: &str| paths(&refused(rest), 1_000);
    let two = |a: i64, b: i64| {
        format!(
            "rules.a = {{ when = 'visit.save_data', layout = {a} }}\nrules.b = {{ when = 'visit.save_data', layout = {b} }}"
        )
    };
    assert_eq!(blamed(&two(1, 100)), ["rules.b.layout"]);
    assert_eq!(blamed(&two(60, 60)), ["rules.a.layout", "rules.b.layout"]);
    assert_eq!(blamed(&two(30, 30)), ["rules.a.layout", "rules.b.layout"]);
    // Whoever an arm hurts draws it.
    let error = refused(
        r#"
        rules.z = { when = 'visit.save_data', layout = 60 }
        [experiments.e]
        unit = "person"
        when = 'visit.save_data'
        arms = [{ name = "a", weight = 1 }, { name = "b", weight = 1, layout = 60 }]
        "#,
    );
    let pairs = pairs(&error, 1_000);
    let of_arm = pairs.iter().find(|pair| pair.path.starts_with("experiments")).unwrap();
    assert!(of_arm.with.visit.id(maitre::Unit::Person).is_some(), "{of_arm}");
}

#[test]
fn somebody_is_found_whom_points_hurt_only_beside_others() {
    let error = refused(
        r#"
        rules.more = { when = '"large_text" in profile.needs', layout = 30 }
        rules.other = { when = 'visit.pages > 7', layout = 30 }
        "#,
    );
    let [pair] = &*pairs(&error, 1_000) else { panic!("{error}") };
    assert_eq!(&*pair.worse, "the layout is `rich` and not `standard`");
}

#[test]
fn somebody_is_found_whichever_need_it_is() {
    for need in ["screen_reader", "captions", "low_data", "human_contact"] {
        for when in [
            format!(
                "(size(profile.needs) > 2 || visit.pages > 3) && (y < 2 || x > 3) && !(\"{need}\" in profile.needs)"
            ),
            format!(
                "(size(profile.needs) > 2 || known(visit.pages)) && (y < 2 ? !(\"{need}\" in profile.required_needs) : visit.save_data) && (profile.age >= 4 ? y == 4 : profile.age > 2)"
            ),
        ] {
            let error = refused(&format!(
                "attributes = {{ x = \"int\", y = \"int\" }}\nrules.r = {{ when = '{when}', layout = -100 }}"
            ));
            assert!(!pairs(&error, 20_000).is_empty(), "{when}");
        }
    }
}

#[test]
fn somebody_is_found_who_has_the_other_needs_that_something_worked_out_asks_for() {
    let segments = r#"
        attributes = { lim = "int", tags = { type = "set", members = ["captions", "low_data", "vip"] } }
        segments.a = '"captions" in profile.needs'
        segments.b = '"low_data" in profile.needs'
        segments.c = '"large_text" in profile.needs'
    "#;
    for (when, effect) in [
        ("[\"captions\", \"low_data\"].all(x, x in profile.needs)", "layout = 100"),
        ("segment.a == segment.b", "layout = 100"),
        ("segment.a != segment.b", "adapt = [\"large_text\"]"),
        ("size(profile.needs) in [1, 2]", "adapt = [\"captions\"]"),
        ("size(profile.needs) in [2, 5, 9]", "layout = -100"),
        ("size(profile.needs) % 3 == 0 && size(profile.needs) > 0", "layout = -100"),
        ("size(profile.needs) / 4 == 1", "layout = -100"),
        ("14 - size(profile.needs) < 1", "layout = 100"),
        ("size(profile.needs) > lim && lim > 2", "layout = 100"),
        ("size(profile.needs) * 10 > profile.fluency && profile.fluency > 35", "layout = 100"),
        ("profile.needs.all(n, n in profile.required_needs) && size(profile.needs) > 2", "layout = 100"),
        (
            "profile.needs.exists(a, a in profile.required_needs && a != \"captions\") && !(\"captions\" in profile.needs)",
            "assistance = 100",
        ),
        ("(segment.a ? 1 : 0) + (segment.b ? 1 : 0) + (segment.c ? 1 : 0) >= 3", "layout = 100"),
        ("visit.hour * 2 == 6 && \"captions\" in profile.needs", "layout = 100"),
        ("profile.needs.exists(n, visit.campaign == n)", "layout = 100"),
        (
            "profile.needs.exists(n, n in tags && n.startsWith(visit.campaign) && size(visit.campaign) > 0)",
            "layout = 100",
        ),
        ("size(tags) + size(profile.needs) == 5", "layout = 100"),
        ("visit.weekday == \"sun\" && visit.save_data && visit.hour + 1 == 24", "layout = 100"),
        ("visit.weekday != \"sun\" || !visit.save_data || visit.hour + visit.hour != 46", "layout = -100"),
        ("\"captions\" in profile.needs && visit.campaign > \"zzz\"", "layout = 100"),
        ("\"captions\" in profile.needs && visit.campaign < \"ab\" && visit.campaign > \"\"", "layout = 100"),
        (
            "\"captions\" in profile.needs && visit.campaign.startsWith(\"q\") && visit.campaign != \"q\"",
            "layout = 100",
        ),
        (
            "\"captions\" in profile.needs && visit.campaign.endsWith(\"q\") && visit.campaign != \"q\"",
            "layout = 100",
        ),
    ] {
        let error = refused(&format!("{segments}\nrules.r = {{ when = '{when}', {effect} }}"));
        assert!(!pairs(&error, 20_000).is_empty(), "{when}");
    }
}

#[test]
fn somebody_is_found_who_grants_the_consent_that_a_hint_asks_for() {
    let consent = "purposes = [\"ads\"]\nattributes.visit.save_data = { consent = \"ads\" }";
    for (when, layout) in [
        ("known(visit.save_data)", 100),
        ("!known(visit.save_data)", -100),
        ("declared(visit.save_data)", 100),
        ("!declared(visit.save_data)", -100),
    ] {
        let error = refused(&format!("{consent}\nrules.r = {{ when = '{when}', layout = {layout} }}"));
        let [pair] = &*pairs(&error, 1_000) else { panic!("{when}") };
        assert!(pair.with.to_string().contains("consents = "), "{pair}");
    }
}

#[test]
fn somebody_is_found_of_whom_a_need_is_said_twice() {
    for (when, effect) in [
        (
            "visit.save_data && (!(\"low_data\" in profile.needs) || \"low_data\" in profile.required_needs)",
            "layout = -100",
        ),
        ("\"low_data\" in profile.required_needs && !visit.save_data", "layout = -100"),
        ("\"low_data\" in profile.needs && !visit.save_data", "layout = -100"),
        ("visit.more_contrast && !visit.forced_colors", "layout = -100"),
    ] {
        let error = refused(&format!("rules.r = {{ when = '{when}', {effect} }}"));
        let [pair] = &*pairs(&error, 1_000) else { panic!("{when}") };
        let told = pair.to_string();
        assert!(told.contains("the same person, of whom it is said only once, fares better:"), "{told}");
    }
}

#[test]
fn somebody_is_found_at_a_time_at_which_nothing_of_their_offset_need_be_known() {
    let shop = SHOP.replace("\"hints\"", "\"callback\"");
    let (start, _) = shop.split_once("channels = ").unwrap();
    let open = "{ name = \"in_person\", staffed = true, open = [\"thu 03:00-04:00\", \"sun 20:00-22:00\"] }";
    // On the Monday it is Sunday in the shop and three o'clock for them only by an offset, which they do not say.
    let when = "!(\"ads\" in profile.consents) && !known(profile.preferred_assistance) && visit.hour == 3 && !(\"captions\" in profile.needs) && \
                visit.at in [timestamp(\"2026-11-23T10:00:00Z\"), timestamp(\"2026-11-26T10:00:00Z\")]";
    let policy = format!(
        "{start}\nchannels = [{{ name = \"web\", base = 50 }}, {open}]\npurposes = [\"ads\"]\n\
         attributes.visit.offset = {{ consent = \"ads\" }}\n\
         rules.r = {{ when = '{when}', assistance_at_least = \"human\" }}"
    );
    let Err(error) = Policy::from_toml(&policy) else { panic!("{policy}") };
    let [pair] = &*pairs(&error, 20_000) else { panic!("{policy}") };
    assert!(pair.without.to_string().contains("2026-11-26T03:00:00-07:00"), "{pair}");
}

#[test]
fn each_of_two_effects_that_hurt_only_together_beside_an_allowed_one_has_somebody() {
    let text = SHOP.replace("layout = \"standard\"", "layout = \"rich\"")
        + r#"
        rules.h = { when = '"captions" in profile.needs', layout = -200 }
        rules.a = { when = '!("captions" in profile.needs)', layout_at_most = "simple" }
        rules.b = { when = '"captions" in profile.needs', layout = 100 }
        "#;
    let Err(error) = Policy::from_toml(&text) else { panic!("{text}") };
    let pairs = pairs(&error, 1_000);
    let paths: Vec<&str> = pairs.iter().map(|pair| &*pair.path).collect();
    assert_eq!(paths, ["rules.a.layout_at_most", "rules.b.layout"]);
}

#[test]
fn somebody_is_found_where_bounds_hide_it_from_most() {
    // Of whom little is known, six rules keep the layout low.
    let caps: String = (0..6)
        .map(|n| {
            let when = format!("!(visit.pages > {n} && profile.visits > {n} && profile.open_cases > 0)");
            format!("rules.cap_{n} = {{ when = '{when}', layout_at_most = \"simple\" }}\n")
        })
        .collect();
    for rule in [
        "rules.r = { when = '\"captions\" in profile.needs', layout = 100 }",
        "rules.r = { when = '!(\"captions\" in profile.needs)', layout_at_most = \"simple\" }",
        "rules.r = { when = 'declared(visit.save_data)', layout = 100 }",
    ] {
        let error = refused(&format!("{caps}{rule}"));
        let [pair] = &*pairs(&error, 1_000) else { panic!("{rule}\n{error}") };
        let told = pair.with.to_string();
        assert!(told.contains("pages = 6") && told.contains("visits = 6"), "{pair}");
    }
}

#[test]
fn points_that_must_meet_exactly_are_found() {
    let others: String = (0..12)
        .map(|n| format!("rules.r{n} = {{ when = 'visit.pages == {}', layout = {} }}\n", n + 1, n * 7 - 40))
        .collect();
    // One point more matters only to who had a simple layout, which is kept up to 174 points, and has 200 - 26.
    let error =
        refused(&format!("rules.one = {{ when = '\"captions\" in profile.needs', layout = 1 }}\n{others}"));
    let [pair] = &*pairs(&error, 1_000) else { panic!("{error}") };
    let told = pair.with.to_string();
    assert!(told.contains("layout = \"simple\"") && told.contains("pages = 3"), "{pair}");
}

#[test]
fn who_is_without_a_need_has_it_neither_on_record_nor_by_their_device() {
    let error = refused(
        r#"rules.r = { when = 'visit.save_data && "low_data" in profile.needs || visit.forced_colors && visit.more_contrast', layout = 100 }"#,
    );
    let pairs = pairs(&error, 1_000);
    let [pair] = &*pairs else { panic!("{error}\n{pairs:?}") };
    assert_eq!(pair.without.to_string(), "visit = { at = 2026-11-23T10:00:00-03:00 }", "{pair}");
}

#[test]
fn somebody_is_found_whom_a_need_hurts_only_where_it_is_required() {
    let error = refused(
        r#"
        segments.must = '"large_text" in profile.required_needs'
        segments.only_prefers = '"large_text" in profile.needs && !segment.must'
        rules.r = { when = 'segment.only_prefers', assistance_at_least = "guided" }
        "#,
    );
    let [pair] = &*pairs(&error, 1_000) else { panic!("{error}") };
    let told = "with the need `large_text` (required), the assistance is `hints` and not `guided`:\n\
        profile = { needs = { large_text = \"required\" } }\n\
        visit = { at = 2026-11-23T10:00:00-03:00 }\n\
        the same person for whom it is preferred fares better:\n\
        profile = { needs = { large_text = \"preferred\" } }\n\
        visit = { at = 2026-11-23T10:00:00-03:00 }";
    assert_eq!(pair.to_string(), told);
}

#[test]
fn somebody_is_found_whose_device_asks_for_what_then_comes_on_record() {
    let error =
        refused(r#"rules.r = { when = 'visit.save_data && !("low_data" in profile.needs)', layout = -100 }"#);
    let [pair] = &*pairs(&error, 1_000) else { panic!("{error}") };
    let told = "with the need `low_data` (required), the layout is `standard` and not `simple`:\n\
        profile = { needs = { low_data = \"required\" } }\n\
        visit = { at = 2026-11-23T10:00:00-03:00, save_data = true }\n\
        the same person for whom it is preferred fares better:\n\
        visit = { at = 2026-11-23T10:00:00-03:00, save_data = true }";
    assert_eq!(pair.to_string(), told);
}

#[test]
fn somebody_is_found_whom_only_a_prior_decision_makes_fare_worse() {
    for rule in [
        "rules.r = { when = '!(\"large_text\" in profile.needs)', layout = -50 }",
        "rules.r = { when = '!(\"large_text\" in profile.needs)', layout = -40 }",
        "rules.r = { when = '\"large_text\" in profile.needs', layout = 40 }",
    ] {
        let error = refused(rule);
        let [pair] = &*pairs(&error, 5_000) else { panic!("{rule}\n{error}") };
        assert!(pair.with.to_string().contains("prior"), "{pair}");
    }
}

#[test]
fn somebody_is_found_who_has_some_needs_and_is_hurt_by_one_more() {
    for (rule, strength, worse) in [
        (
            "rules.few = { when = '!(size(profile.needs) >= 3)', layout = -150 }",
            NeedStrength::Required,
            "the layout is `standard` and not `simple`",
        ),
        (
            "rules.few = { when = '!(size(profile.required_needs) >= 2)', assistance = 100 }",
            NeedStrength::Required,
            "the assistance is `hints` and not `guided`",
        ),
        (
            r#"rules.both = { when = '!("captions" in profile.needs && "low_data" in profile.needs)', adapt = ["large_text"] }"#,
            NeedStrength::Required,
            "the adaptation `large_text` is gone",
        ),
        (
            "rules.few = { when = 'size(profile.needs) > 4', layout = 100 }",
            NeedStrength::Required,
            "the layout is `rich` and not `standard`",
        ),
    ] {
        let error = refused(rule);
        let [pair] = &*pairs(&error, 1_000) else { panic!("{rule}\n{error}") };
        assert_eq!((pair.strength, &*pair.worse), (strength, worse), "{rule}\n{pair}");
    }
}

#[test]
fn somebody_is_found_whom_a_quantifier_over_needs_hurts() {
    for body in [
        r#"n == "large_text" && !visit.more_contrast"#,
        r#"n == "large_text" && profile.age > 70"#,
        r#"n.startsWith("large") && visit.pages > 3 && profile.language == "pt""#,
        r#"n == "captions" ? profile.visits > 3 : false"#,
        "n in profile.required_needs",
    ] {
        for (written, effect) in [
            (format!("profile.needs.exists(n, {body})"), "layout = 100"),
            (format!("!profile.needs.exists(n, {body})"), "layout = -100"),
            (format!("profile.needs.all(n, !({body}))"), "assistance = 100"),
        ] {
            let rule = format!("rules.r = {{ when = '{written}', {effect} }}");
            let error = refused(&rule);
            assert!(!pairs(&error, 2_000).is_empty(), "{rule}\n{error}");
        }
    }
}

#[test]
fn that_nobody_is_hurt_is_told_apart_from_what_could_not_be_told() {
    let found = |rules: &str, steps: u64| {
        let [one] = &*refused(rules).punished(steps) else { panic!("{rules}") };
        one.clone()
    };
    // The cap holds for everybody, whatever the points.
    let capped = r#"
        rules.all = { when = 'visit.errors >= 0', layout_at_most = "essential" }
        rules.rich = { when = '"low_data" in profile.needs', layout = 300 }
        "#;
    let told = "As the policy stands, `rules.rich.layout` would hurt nobody. \
        It is refused all the same, since a change elsewhere could let it count against a need.";
    assert_eq!(found(capped, 1_000).to_string(), told);
    // Points that nothing brings to another level, and a condition that turns for nobody.
    for hidden in [
        r#"rules.r = { when = '"low_data" in profile.needs', layout = 24 }"#,
        r#"rules.r = { when = '"low_data" in profile.needs && profile.visits < 0', layout = 100 }"#,
        r#"rules.r = { when = '"low_data" in profile.needs || size(profile.needs) == 0 || size(profile.needs) > 0', layout = 100 }"#,
    ] {
        assert_eq!(found(hidden, 1_000).hurts, Hurts::Nobody, "{hidden}");
    }
    let plain = r#"rules.r = { when = '"low_data" in profile.needs && visit.errors > 3', layout = 100 }"#;
    assert!(matches!(found(plain, 1_000).hurts, Hurts::Somebody(_)));
    let one = found(plain, 1);
    assert_eq!((&one.hurts, one.steps), (&Hurts::Inconclusive(WhyInconclusive::Budget), 1));
    let told = "Whom `rules.r.layout` would hurt could not be told within 1 step. What could count against a need is refused all the same.";
    assert_eq!(one.to_string(), told);
    // What is worked out is free in the search: it does not know that this is never so.
    let free = r#"rules.r = { when = '"low_data" in profile.needs && visit.errors * 2 == 3', layout = 100 }"#;
    let told = "By the cells `rules.r.layout` may hurt somebody, but nobody was found who really is so; what is worked out in \
        `\"low_data\" in profile.needs && visit.errors * 2 == 3` is taken as able to have any value. \
        What could count against a need is refused all the same.";
    assert_eq!(found(free, 5_000).to_string(), told);
}

#[test]
fn points_beside_a_bound_that_is_refused_too_are_blamed_only_where_they_decide() {
    let hurts = |rules: &str| -> Vec<(String, bool)> {
        let all = refused(rules).punished(5_000);
        let told = |one: &Punishment| match one.hurts {
            Hurts::Somebody(_) => (one.path.to_string(), true),
            Hurts::Nobody => (one.path.to_string(), false),
            _ => panic!("{one}"),
        };
        all.iter().map(told).collect()
    };
    let both = |bound: &str, bounds: bool, points: &str, point: bool| {
        vec![(format!("rules.a.{bound}"), bounds), (format!("rules.a.{points}"), point)]
    };
    let floor = |points: i64| {
        hurts(&format!(
            "rules.a = {{ when = '!(visit.save_data)', assistance_at_least = \"guided\", assistance = {points} }}"
        ))
    };
    // From 130 points it is as from 100; from 150 it would be `guided` without the floor.
    assert_eq!(floor(30), both("assistance_at_least", true, "assistance", false));
    assert_eq!(floor(50), both("assistance_at_least", true, "assistance", true));
    let cap = |points: i64| {
        hurts(&format!(
            "rules.a = {{ when = '!(visit.save_data)', layout_at_most = \"simple\", layout = {points} }}"
        ))
    };
    // Beside a prior layout a little is enough.
    assert_eq!(cap(-30), both("layout_at_most", true, "layout", true));
    let kept = "weights.margin = 0\nrules.a = { when = '!(visit.save_data)', layout_at_most = \"simple\", layout = -30 }";
    assert_eq!(hurts(kept), both("layout_at_most", true, "layout", false));
    // With the points it is more than the cap of who is without the need, and without them it is not.
    let beside = r#"
        rules.a = { when = '"low_data" in profile.needs', layout = 100 }
        rules.b = { when = '!("low_data" in profile.needs)', layout_at_most = "standard" }
        rules.c = { when = 'visit.errors > 3', layout = 100 }
        "#;
    let told = hurts(beside);
    assert_eq!(told, [("rules.a.layout".to_owned(), true), ("rules.b.layout_at_most".to_owned(), true)]);
    // These never reach another level beside what everybody is given.
    let never = r#"
        rules.a = { when = '"low_data" in profile.needs', layout = 20 }
        rules.b = { when = '!("low_data" in profile.needs)', layout_at_most = "simple" }
        rules.c = { when = 'visit.errors > 3', layout = 100 }
        weights.margin = 0
        "#;
    let told = hurts(never);
    assert_eq!(told, [("rules.a.layout".to_owned(), false), ("rules.b.layout_at_most".to_owned(), true)]);
}

#[test]
fn somebody_is_found_where_proofs_of_nobody_were_wrong() {
    let channels = |channels: &str| {
        let (start, _) = SHOP.split_once("channels = ").unwrap();
        let weights = "weights = { habit = 10, continuity = 0, need = 0, margin = 0 }";
        format!("{start}\n{weights}\npurposes = [\"ads\"]\ngpc = [\"ads\"]\nchannels = [{channels}]\n")
    };
    let two = "{ name = \"web\", base = 50, layout_at_most = \"essential\" }, { name = \"app\", base = 20 }, \
               { name = \"in_person\", staffed = true, base = -100 }";
    let by_day = "{ name = \"web\", base = 50 }, { name = \"in_person\", staffed = true, open = [\"mon-fri 09:00-17:00\"] }";
    let plain = "{ name = \"web\", base = 50 }, { name = \"in_person\", staffed = true }";
    let sunday =
        "visit.at > timestamp(\"2026-11-29T09:00:00Z\") && visit.at < timestamp(\"2026-11-29T11:00:00Z\")";
    for (channels_of, rules) in [
        // A condition that cuts the habit below 0.
        (
            two,
            "rules.a = { when = 'visit.channel == \"web\" && !known(profile.preferred_channel) && profile.habit.web >= 0 \
             && \"captions\" in profile.needs', layout = 100 }"
                .to_owned(),
        ),
        // Sec-GPC that is known, and not sent.
        (
            plain,
            "attributes.x = { type = \"int\", consent = \"ads\" }\n\
             rules.a = { when = 'known(visit.gpc) && x == 5 && !(\"captions\" in profile.needs)', layout_at_most = \"simple\" }"
                .to_owned(),
        ),
        // A person who calls back instead of being there is still more than a hint.
        (
            by_day,
            format!(
                "attributes = {{ x = \"int\", y = \"int\" }}\n\
                 rules.a = {{ when = '{sunday} && x > y && !(\"captions\" in profile.needs)', assistance_at_least = \"human\" }}"
            ),
        ),
        // What is worked out of facts that ask for a consent.
        (
            plain,
            "attributes = { x = { type = \"int\", consent = \"ads\" }, y = \"int\" }\n\
             rules.a = { when = 'x > y && !(\"captions\" in profile.needs)', layout_at_most = \"simple\" }"
                .to_owned(),
        ),
        // Asked for by the device and put on record at once, another channel in between.
        (
            two,
            "rules.nav = { when = '(visit.save_data == false && size(profile.needs) == 0) || (visit.save_data == true && \
             \"low_data\" in profile.needs && size(profile.needs) == 1 && !(\"low_data\" in profile.required_needs))', \
             channels = { app = 100 } }\n\
             rules.a = { when = 'visit.channel == \"web\" && !known(profile.preferred_channel) && visit.save_data == false && \
             size(profile.needs) == 0', layout_at_most = \"simple\" }"
                .to_owned(),
        ),
    ] {
        let Err(error) = Policy::from_toml(&(channels(channels_of) + &rules)) else { panic!("{rules}") };
        let found = pairs(&error, 20_000);
        assert!(found.iter().any(|pair| pair.path.starts_with("rules.a.")), "{rules}\n{error}");
    }
}

#[test]
fn a_bound_is_to_blame_also_where_all_that_is_refused_harms_at_another_level() {
    // All together harm between `human` and `guided`, and the last by itself between `guided` and `hints`.
    let rules = r#"
        rules.a = { when = 'size(profile.needs) == 1 && size(profile.required_needs) < 1 && visit.pages > 2', assistance_at_least = "human" }
        rules.b = { when = '!((size(profile.required_needs) < 1 || visit.save_data) && !known(visit.save_data))', assistance_at_least = "guided" }
        rules.c = { when = 'size(profile.required_needs) < 1 && visit.save_data || !(visit.save_data || "large_text" in profile.required_needs)', assistance_at_least = "guided" }
        "#;
    let hurting = paths(&refused(rules), 20_000);
    assert!(hurting.contains(&"rules.c.assistance_at_least".to_owned()), "{hurting:?}");
    // The same of caps.
    let rules = r#"
        rules.a = { when = '!("low_data" in profile.needs)', layout_at_most = "essential" }
        rules.b = { when = '!("low_data" in profile.needs)', layout_at_most = "simple" }
        rules.c = { when = 'visit.pages > 2', layout_at_most = "simple" }
        "#;
    assert_eq!(paths(&refused(rules), 20_000), ["rules.a.layout_at_most", "rules.b.layout_at_most"]);
}

#[test]
fn each_of_three_effects_of_which_two_are_enough_has_somebody() {
    let rule =
        |name: &str| format!("rules.{name} = {{ when = '\"captions\" in profile.needs', layout = 13 }}\n");
    let error = refused(&["a", "b", "c"].map(rule).concat());
    assert_eq!(paths(&error, 5_000), ["rules.a.layout", "rules.b.layout", "rules.c.layout"]);
    // Beside another that hurts by itself, what adds nothing is not to blame.
    let strong = "rules.a = { when = '\"captions\" in profile.needs', layout = 100 }\n";
    let error = refused(&format!(
        "{strong}rules.b = {{ when = '\"captions\" in profile.needs && visit.errors > 1', adapt = [\"low_data\"] }}\n\
         rules.c = {{ when = '!(\"captions\" in profile.needs)', assistance_at_least = \"self_service\" }}"
    ));
    let told: Vec<_> = error.punished(5_000).into_iter().map(|one| (one.path, one.hurts)).collect();
    assert!(matches!(&told[0], (path, Hurts::Somebody(_)) if &**path == "rules.a.layout"), "{told:?}");
    assert!(
        matches!(&told[1], (path, Hurts::Nobody) if &**path == "rules.c.assistance_at_least"),
        "{told:?}"
    );
    assert_eq!(told.len(), 2);
}

#[test]
fn every_effect_that_hurts_only_beside_others_has_somebody_however_many_there_are() {
    // What is said of somebody can be left out in many ways, and each time it is asked who is to blame.
    let facts = "attributes = { a = \"bool\", b = \"bool\", c = \"bool\", d = \"bool\", e = \"bool\", f = \"bool\" }\n";
    let pairs_of = "(a == b || c == d || e == f) && ";
    for (start, when, count) in [(facts, pairs_of, 3), ("", "", 12)] {
        let rule = |n: usize| {
            format!("rules.r{n} = {{ when = '{when}\"captions\" in profile.needs', layout = 30 }}\n")
        };
        let error = refused(&(start.to_owned() + &(0..count).map(rule).collect::<String>()));
        let told = error.punished(20_000);
        assert_eq!(told.len(), count.min(PolicyError::MOST_PUNISHED));
        for one in told {
            let Hurts::Somebody(pair) = &one.hurts else { panic!("{one}") };
            assert!(!pair.with.to_string().contains("f = "), "{pair}");
        }
    }
}

#[test]
fn somebody_is_found_by_the_channel_that_serves_both_and_by_who_is_to_blame() {
    let capped = SHOP.replace(
        "{ name = \"web\", base = 50 }",
        "{ name = \"web\", base = 10, layout_at_most = \"essential\", conflicts = [\"captions\"] }, { name = \"phone\" }",
    );
    for (shop, rules, path) in [
        // Who may be served by one channel with it and by another without it, and by one in any case.
        (
            &*capped,
            "rules.r = { when = '\"captions\" in profile.required_needs && visit.channel == \"web\"', layout = 200 }",
            "rules.r.layout",
        ),
        // Which is to blame hangs on what another condition asks.
        (
            SHOP,
            "attributes.vip = \"bool\"\n\
             rules.r = { when = '!(\"captions\" in profile.needs)', assistance = 1 }\n\
             rules.s = { when = '\"captions\" in profile.needs || vip', assistance = -51 }",
            "rules.r.assistance",
        ),
        // Others that hardly matter, in many combinations.
        (
            SHOP,
            "attributes = { vip = \"bool\", a = \"bool\", b = \"bool\", c = \"bool\", d = \"bool\", e = \"bool\" }\n\
             rules.cap = { when = 'vip && visit.errors * 2 != 3', layout_at_most = \"essential\" }\n\
             rules.r = { when = '\"captions\" in profile.needs && (vip || visit.pages > 3)', layout = 100 }\n\
             rules.a = { when = '\"captions\" in profile.needs && a', layout = 1 }\n\
             rules.b = { when = '\"captions\" in profile.needs && b', layout = 1 }\n\
             rules.c = { when = '\"captions\" in profile.needs && c', layout = 1 }\n\
             rules.d = { when = '\"captions\" in profile.needs && d', layout = 1 }\n\
             rules.e = { when = '\"captions\" in profile.needs && e', layout = 1 }",
            "rules.r.layout",
        ),
        // One of the others harms by itself, and with the other one this does.
        (
            SHOP,
            "rules.a = { when = '\"captions\" in profile.needs', layout = 60 }\n\
             rules.b = { when = '\"captions\" in profile.needs', layout = 80 }\n\
             rules.r = { when = '\"captions\" in profile.needs', layout = 20 }",
            "rules.r.layout",
        ),
        // What a device sends, and nobody says.
        (
            SHOP,
            "rules.r = { when = '!declared(visit.save_data) && visit.save_data', layout = 100 }",
            "rules.r.layout",
        ),
        (
            SHOP,
            "attributes.visit.save_data = { min_source = \"observed\" }\n\
             rules.r = { when = '!declared(visit.save_data) && visit.save_data', layout = 100 }",
            "rules.r.layout",
        ),
    ] {
        let Err(error) = Policy::from_toml(&format!("{shop}{rules}")) else { panic!("{rules}") };
        assert!(pairs(&error, 20_000).iter().any(|pair| pair.path == path), "{rules}\n{error}");
    }
}

#[test]
fn what_another_effect_works_out_is_told_where_nobody_is_found() {
    let error = refused(
        "rules.cap = { when = 'visit.errors * 2 != 3', layout_at_most = \"essential\" }\n\
         rules.rich = { when = '\"captions\" in profile.needs', layout = 100 }\n\
         rules.guide = { when = 'visit.pages * 2 != 3', assistance_at_least = \"guided\" }",
    );
    let [one] = &*error.punished(5_000) else { panic!("{error}") };
    assert_eq!(one.hurts, Hurts::Inconclusive(WhyInconclusive::NobodyFound));
    assert_eq!(one.free.iter().map(|part| &**part).collect::<Vec<_>>(), ["visit.errors * 2 != 3"]);
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

/// Whether the second of two visitors fares worse than the first in some way that counts (L8), by the interpreter.
fn is_worse(document: &Document, before: &Visitor, after: &Visitor) -> bool {
    let level = |all: &[&str], name: &str| all.iter().position(|one| *one == name);
    let (old, new) = (decide(document, before), decide(document, after));
    let layout = |a: &str, b: &str| level(&LAYOUTS, b) > level(&LAYOUTS, a);
    level(&ASSISTANCE, &new.assistance) < level(&ASSISTANCE, &old.assistance)
        || !new.adaptations.is_superset(&old.adaptations)
        || old.channel == new.channel && layout(&old.layout, &new.layout)
        || before.channel.is_some() && layout(&old.layout_in_use, &new.layout_in_use)
}

/// Whether a need makes one of some visitors fare worse.
fn is_hurt(document: &Document, n: u64) -> bool {
    let mut random = Random::new(n);
    visitors(document, n, 60).iter().any(|before| {
        let after: Vec<Visitor> = (0..6).map(|_| needier(before, &mut random)).collect();
        after.iter().any(|after| is_worse(document, before, after))
    })
}

/// A document with one of the effects that are refused, and without the others.
fn with_one(document: &Document, all: &[Punishment], path: &str) -> Document {
    let mut document = document.clone();
    for other in all.iter().filter(|other| *other.path != *path) {
        let parts: Vec<&str> = other.path.split('.').collect();
        let effects = match parts[..] {
            ["rules", name, ..] => &mut document.rules.get_mut(name).unwrap().effects,
            ["experiments", name, arm, ..] => {
                let arm = arm.trim_start_matches("arms[").trim_end_matches(']').parse::<usize>().unwrap();
                &mut document.experiments.get_mut(name).unwrap().arms.get_mut(arm).unwrap().effects
            }
            _ => panic!("{}", other.path),
        };
        match *parts.last().unwrap() {
            "layout" => effects.layout = 0,
            "layout_at_most" => effects.layout_at_most = None,
            "assistance" => effects.assistance = 0,
            "assistance_at_least" => effects.assistance_at_least = None,
            "adapt" => effects.adapt.clear(),
            other => panic!("{other}"),
        }
    }
    document
}

#[test]
fn for_many_documents_that_would_punish_a_need_somebody_is_found() {
    let (mut refused, mut found, mut nobody, mut by_device, mut missed) = (0, 0, 0, 0, Vec::new());
    for n in 600..602 {
        for miss in near_miss::around(n).iter().filter(|miss| miss.code == "need_punished") {
            let loader = Policy::loader().rule(crate::oracle::rust::Loyal).rule(crate::oracle::rust::Alike);
            let Err(error) = loader.toml(&toml(&miss.document)) else { panic!("{}", miss.what) };
            refused += 1;
            let all = error.punished(1_000);
            assert!(!all.is_empty(), "{}", miss.what);
            for one in all.iter().filter(|one| one.hurts == Hurts::Nobody) {
                let alone = with_one(&miss.document, &all, &one.path);
                assert!(!is_hurt(&alone, n), "{one}: somebody is hurt\n{}", toml(&alone));
            }
            let is_nobody = all.iter().all(|one| one.hurts == Hurts::Nobody);
            nobody += usize::from(is_nobody);
            let pairs = somebody(all);
            found += usize::from(!pairs.is_empty());
            if pairs.is_empty() && is_hurt(&miss.document, n) {
                assert!(!is_nobody, "somebody is hurt: {}\n{}", miss.what, toml(&miss.document));
                missed.push(miss.what.clone());
            }
            for pair in pairs {
                let [before, after] = [&pair.without, &pair.with]
                    .map(|witness| back::visitor(&witness.profile, &witness.visit));
                assert!(is_worse(&miss.document, &before, &after), "{pair}\n{}", toml(&miss.document));
                let (with, without) = (pair.with.to_string(), pair.without.to_string());
                let need = pair.need.as_str();
                let is_asked = |(asked, of): &(&str, &str)| {
                    let asked = asked.trim_start_matches("visit.");
                    *of == need && with.contains(asked) && without.contains(asked) && with != without
                };
                let is_less = pair.instead_of.is_some() && without.contains(need);
                let is_on_record = with.contains(need) && (is_less || !without.contains(need));
                by_device += usize::from(!is_on_record);
                assert!(is_on_record || ASKED_BY_DEVICE.iter().any(is_asked), "{pair}");
            }
        }
    }
    assert!(
        refused >= 15 && found * 4 > refused && nobody > 3 && by_device > 3 && missed.len() * 100 < refused,
        "{found} of {refused}, {nobody} times nobody, {by_device} by a device, not found: {missed:#?}"
    );
}

/// Refused like the others, with a second channel that has a cap and a little more points.
fn pairs_beside_sms(rest: &str) -> Vec<Pair> {
    let sms = "{ name = \"sms\", base = 60, layout_at_most = \"essential\" }, { name = \"in_person\"";
    let text = SHOP.replace("{ name = \"in_person\"", sms) + rest;
    let Err(error) = Policy::from_toml(&text) else { panic!("{rest} is not refused") };
    pairs(&error, 1_000)
}

#[test]
fn what_another_channel_allows_hurts_nobody() {
    let little =
        r#"rules.little = { when = '"low_data" in profile.needs', layout = 1, channels = { web = 20 } }"#;
    assert_eq!(pairs_beside_sms(little), []);
}

#[test]
fn more_help_hurts_nobody() {
    let pairs = pairs_beside_sms(
        r#"
        rules.less = { when = '"captions" in profile.needs', assistance = -1 }
        rules.more = { when = '"captions" in profile.needs', assistance_at_least = "guided" }
        "#,
    );
    assert_eq!(pairs, []);
}

#[test]
fn each_arm_that_hurts_has_somebody_who_draws_it() {
    let pairs = pairs_beside_sms(
        r#"
        rules.web = { when = 'visit.errors >= 0', channels = { web = 50 } }
        [experiments.blue]
        unit = "person"
        when = '"large_text" in profile.needs'
        arms = [
          { name = "a", weight = 1, layout = 100 },
          { name = "b", weight = 1, layout = 100 },
          { name = "c", weight = 1, layout = -100 },
          { name = "d", weight = 1, layout = 100 },
        ]
        "#,
    );
    let ids: std::collections::BTreeSet<_> =
        pairs.iter().filter_map(|pair| pair.with.visit.id(maitre::Unit::Person)).collect();
    assert_eq!((pairs.len(), ids.len()), (3, 3), "{pairs:?}");
}
