//! D8 against what others publish: the arms that flagd's own test bed expects of its fractional algorithm (in its second
//! version, the one with `(hash × total weight) >> 32`).

use maitre::{CustomerProfile, ExperienceSelector, Moment, Policy, Unit, Visit};

/// The arm of the experiment `name` for `id`.
fn arm(name: &str, salt: &str, arms: &[(&str, u32)], id: &str) -> String {
    let arms: Vec<String> = arms
        .iter()
        .map(|(arm, weight)| format!("{{ name = \"{arm}\", weight = {weight}, layout = 1 }}"))
        .collect();
    let policy = format!(
        r#"
        format = 1
        name = "arms"
        last_resort = ["in_person"]
        channels = [{{ name = "in_person", staffed = true }}]
        [experiments]
        {name} = {{ unit = "person", {salt} arms = [{}] }}
        "#,
        arms.join(", ")
    );
    let selector = ExperienceSelector::compile(&Policy::from_toml(&policy).unwrap()).unwrap();
    let visit = Visit::new("2026-11-23T12:00:00+00:00".parse::<Moment>().unwrap()).with_id(Unit::Person, id);
    let decision = selector.select(&CustomerProfile::new(), &visit);
    selector.arms(&decision).map(|(_, arm)| arm.to_owned()).next().unwrap_or_default()
}

#[test]
fn d8_agrees_with_the_test_bed_of_flagd() {
    let suits = [("clubs", 25), ("diamonds", 25), ("hearts", 25), ("spades", 25)];
    for (id, expected) in
        [("jack", "hearts"), ("queen", "spades"), ("ten", "clubs"), ("nine", "diamonds"), ("3", "clubs")]
    {
        assert_eq!(arm("deck", r#"salt = "fractional-flag","#, &suits, id), expected, "{id}");
    }
    for (id, expected) in [("seven", "hearts"), ("eight", "diamonds"), ("nine", "clubs"), ("two", "spades")] {
        assert_eq!(arm("deck", r#"salt = "shared-seed","#, &suits, id), expected, "{id} with a shared salt");
    }
    for (id, expected) in [("jon@company.com", "heads"), ("jane@company.com", "tails")] {
        let coin = [("heads", 1), ("tails", 1)];
        assert_eq!(arm("coin", r#"salt = "fractional-flag-shorthand","#, &coin, id), expected, "{id}");
    }
}

#[test]
fn d8_without_a_salt_the_name_is_the_salt() {
    let arms = [("a", 3), ("b", 5), ("c", 0), ("d", 9)];
    for id in ["1", "2", "3", "4", "5", "6", "7", "8"] {
        assert_eq!(arm("by_name", "", &arms, id), arm("other", r#"salt = "by_name","#, &arms, id));
        assert_ne!(arm("by_name", "", &arms, id), "c", "an arm without weight is nobody's");
    }
}
