//! That an effect hurts nobody is proven, and told apart from what could not be told.

use maitre::{Hurts, Policy, WhyInconclusive};

use super::{SHOP, pairs, pairs_beside_sms, refused};

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
    let told = "The search leaves room for somebody whom `rules.r.layout` would hurt, but nobody was found; what is worked out in \
        `\"low_data\" in profile.needs && visit.errors * 2 == 3` is taken as able to have any value. \
        What could count against a need is refused all the same.";
    assert_eq!(found(free, 5_000).to_string(), told);
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
fn what_gives_nothing_that_others_do_not_give_hurts_nobody() {
    let turned = "'!(\"low_data\" in profile.needs)'";
    for (rules, nobody, somebody) in [
        // What bounds nothing, beside what does.
        (
            format!(
                "rules.a = {{ when = {turned}, layout_at_most = \"rich\" }}\nrules.b = {{ when = {turned}, layout_at_most = \"simple\" }}"
            ),
            "rules.a.layout_at_most",
            "rules.b.layout_at_most",
        ),
        (
            format!(
                "rules.a = {{ when = {turned}, assistance_at_least = \"self_service\" }}\nrules.b = {{ when = {turned}, assistance_at_least = \"guided\" }}"
            ),
            "rules.a.assistance_at_least",
            "rules.b.assistance_at_least",
        ),
        // What another gives to everybody.
        (
            format!(
                "rules.a = {{ when = {turned}, layout_at_most = \"standard\" }}\nrules.b = {{ when = {turned}, layout_at_most = \"essential\" }}\n\
                 rules.all = {{ when = 'visit.errors >= 0', layout_at_most = \"simple\" }}"
            ),
            "rules.a.layout_at_most",
            "rules.b.layout_at_most",
        ),
        (
            format!(
                "rules.a = {{ when = {turned}, adapt = [\"large_text\"] }}\nrules.b = {{ when = {turned}, adapt = [\"extra_time\"] }}\n\
                 rules.all = {{ when = 'visit.errors >= 0', adapt = [\"large_text\"] }}"
            ),
            "rules.a.adapt",
            "rules.b.adapt",
        ),
    ] {
        let told = refused(&rules).punished(20_000);
        let of = |path: &str| told.iter().find(|one| &*one.path == path).map(|one| &one.hurts);
        assert!(matches!(of(nobody), Some(Hurts::Nobody)), "{rules}\n{told:?}");
        assert!(matches!(of(somebody), Some(Hurts::Somebody(_))), "{rules}\n{told:?}");
    }
}
