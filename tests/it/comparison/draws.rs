//! Experiments and holdouts (D8): arms that hang on one hash, and what is drawn otherwise. Held against many ids.

use maitre::{Aspect, CustomerProfile, ExperienceSelector, Happens, Moment, Unit, Visit};

use super::{hold, loader, selector};

fn policy(holdout: &str, experiment: &str) -> ExperienceSelector {
    let text = format!(
        "format = 1\nname = \"draws\"\ndefaults = {{ layout = \"standard\" }}\n{holdout}\nlast_resort = [\"in_person\"]\n\
         channels = [{{ name = \"web\", base = 10 }}, {{ name = \"in_person\", staffed = true }}]\n\
         [experiments]\n{experiment}"
    );
    selector(&loader(), &text)
}

fn arms(unit: &str, arms: &str) -> String {
    format!("short = {{ when = 'visit.errors > 2', unit = \"{unit}\", arms = [{arms}] }}")
}

const HALVES: &str = "{ name = \"as_is\", weight = 1 }, { name = \"shorter\", weight = 1, layout = -100 }";

fn visitors() -> impl Iterator<Item = (CustomerProfile, Visit)> {
    let at = Moment::parse("2026-11-23T10:00:00-03:00").unwrap();
    (0..3_000).map(move |n| {
        let visit = Visit::new(at).with_errors(3).with_id(Unit::Person, format!("p{n}"));
        let visit = if n % 3 > 0 { visit.with_id(Unit::Device, format!("d{}", n / 7)) } else { visit };
        (CustomerProfile::new(), visit)
    })
}

/// Whether somebody is laid out to more simply, and more richly; none of it may be left open.
fn simpler_and_richer(old: &ExperienceSelector, new: &ExperienceSelector) -> (bool, bool) {
    let comparison = old.compare(new, 2_000);
    let found = hold(old, new, &comparison, visitors());
    assert_eq!(found[2], 0, "{comparison}");
    let has = |kind: &str| {
        comparison.found().any(|(change, _)| change.aspect == Aspect::Layout && change.kind.as_str() == kind)
    };
    (has("simpler"), has("more_complex"))
}

#[test]
fn a_larger_holdout_only_takes_arms_away() {
    let of = |percent: u8| {
        let holdout = match percent {
            0 => String::new(),
            percent => format!("holdout = {{ unit = \"person\", percent = {percent} }}"),
        };
        policy(&holdout, &arms("person", HALVES))
    };
    for (before, after) in [(5, 6), (0, 5), (1, 90), (99, 100)] {
        // Who was laid out to more simply by an arm is no longer.
        assert_eq!(simpler_and_richer(&of(before), &of(after)), (false, true), "{before} {after}");
        assert_eq!(simpler_and_richer(&of(after), &of(before)), (true, false), "{before} {after}");
    }
}

#[test]
fn a_holdout_by_another_unit_gives_arms_and_takes_them() {
    let of = |unit: &str| {
        policy(&format!("holdout = {{ unit = \"{unit}\", percent = 5 }}"), &arms("person", HALVES))
    };
    assert_eq!(simpler_and_richer(&of("person"), &of("device")), (true, true));
    assert_eq!(simpler_and_richer(&of("device"), &of("household")), (true, true));
    // One added by a unit by which nothing else is drawn.
    let without = policy("", &arms("person", HALVES));
    assert_eq!(simpler_and_richer(&without, &of("device")), (false, true));
}

#[test]
fn an_experiment_by_another_unit_gives_arms_and_takes_them() {
    let of = |unit: &str| policy("", &arms(unit, HALVES));
    assert_eq!(simpler_and_richer(&of("person"), &of("device")), (true, true));
    let of = |salt: &str| {
        let experiment = arms("person", HALVES).replace("unit =", &format!("salt = \"{salt}\", unit ="));
        policy("", &experiment)
    };
    assert_eq!(simpler_and_richer(&of("spring"), &of("autumn")), (true, true));
}

#[test]
fn weights_move_only_those_between_the_old_bounds_and_the_new() {
    let of = |first: u32, second: u32, rest: &str| {
        let arms_ = format!(
            "{{ name = \"as_is\", weight = {first} }}, {{ name = \"shorter\", weight = {second}, layout = -100 }}{rest}"
        );
        policy("", &arms("person", &arms_))
    };
    let halves = of(1, 1, "");
    assert_eq!(simpler_and_richer(&halves, &of(1_000, 1_001, "")), (true, false));
    assert_eq!(simpler_and_richer(&of(1_000, 1_001, ""), &halves), (false, true));
    assert_eq!(simpler_and_richer(&halves, &of(3, 1, "")), (false, true));
    assert_eq!(simpler_and_richer(&halves, &of(5_000, 5_000, "")), (false, false));
    // Nobody draws an arm of no weight.
    let empty = ", { name = \"never\", weight = 0, layout = 100 }";
    assert_eq!(simpler_and_richer(&halves, &of(1, 1, empty)), (false, false));
    assert_eq!(simpler_and_richer(&of(1, 1, empty), &halves), (false, false));
    let third = ", { name = \"richer\", weight = 1, layout = 100 }";
    let comparison = halves.compare(&of(1, 1, third), 2_000);
    assert!(comparison.found().any(|(change, _)| change.kind.as_str() == "more_complex"), "{comparison}");
    // The first third stays in the first arm: whoever is in the second was in it, or in the first.
    assert!(comparison.changes.iter().all(|change| !matches!(change.happens, Happens::Inconclusive(_))));
}

#[test]
fn where_everybody_is_held_out_no_arm_counts() {
    let of = |weight: u32, percent: u8| {
        let second = HALVES.replace("\"shorter\", weight = 1", &format!("\"shorter\", weight = {weight}"));
        policy(&format!("holdout = {{ unit = \"person\", percent = {percent} }}"), &arms("person", &second))
    };
    assert_eq!(simpler_and_richer(&of(1, 100), &of(5, 100)), (false, false));
    assert_eq!(simpler_and_richer(&of(1, 50), &of(5, 100)), (false, true));
}
