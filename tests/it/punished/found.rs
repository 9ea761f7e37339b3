//! Somebody whom a refused effect hurts is found, however rare they are.

use maitre::{NeedStrength, Policy};

use super::{SHOP, pairs, pairs_beside_sms, refused};

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
