//! Which effect is to blame: what harms by itself, or with others that are refused so that without it they do not.

use maitre::{Hurts, Policy, PolicyError, Punishment};

use super::{SHOP, pairs, paths, refused};

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
fn points_beside_a_bound_are_found_soon_in_a_condition_of_many_alternatives() {
    let ways: Vec<String> =
        (2..10).map(|n| format!("visit.errors == {n} && visit.pages == {}", n + 1)).collect();
    let when = format!("!(size(profile.needs) > 0) && ({})", ways.join(" || "));
    let rules = format!(
        "rules.up = {{ when = 'visit.errors >= 0', layout = 30 }}\n\
         rules.r = {{ when = '{when}', layout_at_most = \"standard\", layout = -10 }}"
    );
    assert_eq!(paths(&refused(&rules), 20_000), ["rules.r.layout_at_most", "rules.r.layout"]);
}
