//! Limits on facts (D1) and what Sec-GPC withholds: a change of them is told with somebody whom it concerns, or proven to concern
//! nobody. Held against visitors of whom a fact is recorded in every way.

use maitre::{
    Aspect, CustomerProfile, ExperienceSelector, Fact, Happens, Moment, Source, Timestamp, Value, Visit,
};

use super::{Counts, hold, loader, selector};

fn policy(gpc: &str, attribute: &str, rest: &str) -> ExperienceSelector {
    let text = format!(
        "format = 1\nname = \"limits\"\npurposes = [\"a\", \"b\"]\n{gpc}\nlast_resort = [\"in_person\"]\n\
         channels = [{{ name = \"web\", base = 10 }}, {{ name = \"sms\", base = 5 }}, {{ name = \"in_person\", staffed = true }}]\n\
         [attributes]\n{attribute}\n[rules]\n{rest}"
    );
    selector(&loader(), &text)
}

/// An attribute with a limit, and a rule that goes by it.
const FACTS: &[(&str, &str)] = &[
    ("profile.mood = { LIMIT }", "profile.mood <= -40"),
    ("profile.fluency = { LIMIT }", "profile.fluency < 30"),
    ("profile.fluency = { LIMIT }", "!known(profile.fluency)"),
    ("profile.fluency = { LIMIT }", "declared(profile.fluency)"),
    ("plan = { type = \"enum\", values = [\"x\", \"y\"], LIMIT }", "plan == \"x\""),
    ("tags = { type = \"set\", members = [\"p\", \"q\"], LIMIT }", "\"q\" in tags"),
    ("last = { type = \"timestamp\", LIMIT }", "visit.at - last < duration(\"24h\")"),
    ("nick = { type = \"string\", LIMIT }", "nick == \"x\""),
];

const LIMITS: &[&str] = &[
    "",
    "consent = \"a\"",
    "consent = \"b\"",
    "min_source = \"observed\"",
    "min_source = \"declared\"",
    "max_age_days = 30",
    "max_age_days = 90",
    "consent = \"a\", max_age_days = 30",
];

const GPC: &[&str] = &["", "gpc = [\"a\"]", "gpc = [\"a\", \"b\"]"];

fn limited((attribute, when): (&str, &str), gpc: &str, limit: &str) -> ExperienceSelector {
    let attribute = match limit {
        "" => attribute.replace(", LIMIT", "").replace("LIMIT", ""),
        limit => attribute.replace("LIMIT", limit),
    };
    // A built-in attribute without a limit is not to be written.
    let attribute = if attribute.contains("{  }") { String::new() } else { attribute };
    policy(gpc, &attribute, &format!("r = {{ when = '{when}', never = [\"web\"] }}"))
}

/// Visitors of whom each fact is recorded, by any source, at several times, with consent or without, and with Sec-GPC or without.
fn visitors() -> Vec<(CustomerProfile, Visit)> {
    let at = Moment::parse("2026-11-23T10:00:00-03:00").unwrap();
    let day = |days: i64| Timestamp::from_unix(at.timestamp().unix_seconds() - days * 86_400, 0).unwrap();
    let mut all = Vec::new();
    for source in [Source::Declared, Source::Observed, Source::Request, Source::Inferred] {
        for learnt in [None, Some(0), Some(31), Some(91)] {
            for consents in 0..4 {
                for gpc in [None, Some(true)] {
                    let mut profile = CustomerProfile::new();
                    for (place, purpose) in ["a", "b"].into_iter().enumerate() {
                        if consents >> place & 1 == 1 {
                            profile = profile.with_consent(purpose, None);
                        }
                    }
                    fn fact<T>(value: T, source: Source, learnt: Option<Timestamp>) -> Fact<T> {
                        let fact = Fact::new(value, source);
                        match learnt {
                            Some(at) => fact.learnt(at),
                            None => fact,
                        }
                    }
                    let learnt = learnt.map(day);
                    let own = |value: Value| fact(value, source, learnt);
                    let tags = ["q".into()].into_iter().collect();
                    let profile = profile
                        .with_mood(fact(-90, source, learnt))
                        .with_fluency(fact(20, source, learnt))
                        .with_attribute("plan", own(Value::Text("x".into())))
                        .with_attribute("tags", own(Value::Set(tags)))
                        .with_attribute("last", own(Value::Timestamp(day(0))))
                        .with_attribute("nick", own(Value::Text("x".into())));
                    let visit = Visit::new(at);
                    all.push((profile, gpc.map_or(visit.clone(), |gpc| visit.with_gpc(gpc))));
                }
            }
        }
    }
    all
}

#[test]
fn a_change_of_a_limit_is_told_with_a_visitor_or_proven() {
    let all = visitors();
    let mut counts: Counts = [0; 3];
    for &fact in FACTS {
        for &before in LIMITS {
            for &after in LIMITS.iter().filter(|after| **after != before) {
                let (old, new) = (limited(fact, GPC[1], before), limited(fact, GPC[1], after));
                let comparison = old.compare(&new, 2_000);
                let found = hold(&old, &new, &comparison, all.iter().cloned());
                assert_eq!(found[2], 0, "{fact:?}\n{before}\n{after}\n{comparison}");
                (0..3).for_each(|at| counts[at] += found[at]);
            }
        }
    }
    assert!(counts[0] > 5_000 && counts[1] > 500, "{counts:?}");
}

#[test]
fn what_sec_gpc_withholds_by_one_policy_only_is_told_with_a_visit_that_carries_it() {
    let all = visitors();
    for &fact in FACTS {
        for limit in ["consent = \"a\"", "consent = \"b\"", "consent = \"a\", max_age_days = 30"] {
            for (&before, &after) in GPC.iter().flat_map(|one| GPC.iter().map(move |other| (one, other))) {
                let (old, new) = (limited(fact, before, limit), limited(fact, after, limit));
                let comparison = old.compare(&new, 2_000);
                let found = hold(&old, &new, &comparison, all.iter().cloned());
                let purpose = if limit.contains("\"b\"") { "\"b\"" } else { "\"a\"" };
                let differs = before.contains(purpose) != after.contains(purpose);
                assert_eq!((found[2], comparison.differs()), (0, differs), "{fact:?}\n{comparison}");
                for (_, changed) in comparison.found() {
                    assert!(changed.witness.to_string().contains("gpc = true"), "{comparison}");
                }
            }
        }
    }
}

#[test]
fn what_sec_gpc_withholds_from_a_channel_or_a_condition_is_told_too() {
    let by_channel = |gpc: &str| {
        let text = format!(
            "format = 1\nname = \"limits\"\npurposes = [\"a\", \"b\"]\n{gpc}\nlast_resort = [\"in_person\"]\n\
             channels = [{{ name = \"sms\", base = 5, consent = \"a\" }}, {{ name = \"in_person\", staffed = true }}]"
        );
        selector(&loader(), &text)
    };
    let by_rule =
        |gpc: &str| policy(gpc, "", "r = { when = '\"a\" in profile.consents', never = [\"web\"] }");
    let of: [&dyn Fn(&str) -> ExperienceSelector; 2] = [&by_channel, &by_rule];
    for of in of {
        for (before, after) in [(GPC[0], GPC[1]), (GPC[1], GPC[0]), (GPC[2], GPC[0])] {
            let (old, new) = (of(before), of(after));
            let comparison = old.compare(&new, 2_000);
            let found = hold(&old, &new, &comparison, visitors().into_iter());
            assert!(found[2] == 0 && !comparison.is_same_in(Aspect::Channel), "{comparison}");
            // Whom Sec-GPC takes the consent from, it gives none.
            let lost = if before.is_empty() { "sms" } else { "in_person" };
            let change = comparison
                .changes
                .iter()
                .find(|one| one.aspect == Aspect::Channel && one.of.as_deref() == Some(lost));
            let is_so = change.is_some_and(|one| matches!(one.happens, Happens::To(_)));
            assert!(is_so || of(before).policy().document().channels.len() == 3, "{comparison}");
        }
        // What nothing asks for may be withheld or not.
        assert!(of(GPC[1]).compare(&of(GPC[2]), 2_000).is_same());
    }
}

#[test]
fn a_limit_that_only_hides_what_never_counted_changes_nothing() {
    let of = |limit: &str| {
        let text = format!(
            "format = 1\nname = \"x\"\nlast_resort = [\"in_person\"]\n\
             channels = [{{ name = \"web\", base = 10 }}, {{ name = \"in_person\", staffed = true }}]\n\
             [attributes]\n{limit}"
        );
        selector(&loader(), &text)
    };
    // Only declared preferences count (D5).
    for name in ["preferred_layout", "preferred_channel", "preferred_assistance"] {
        let limited = |limit: &str| of(&format!("profile.{name} = {{ {limit} }}"));
        let declared = limited("min_source = \"declared\"");
        assert!(of("").compare(&declared, 2_000).is_same(), "{name}");
        assert!(declared.compare(&of(""), 2_000).is_same(), "{name}");
        let fresh = limited("max_age_days = 30");
        for (old, new) in [(&fresh, &of("")), (&of(""), &fresh), (&declared, &fresh)] {
            assert!(old.compare(new, 2_000).differs(), "{name}");
        }
    }
}

#[test]
fn a_range_or_a_domain_that_grows_is_told_with_somebody_who_was_outside() {
    let tag = |name: &str| Value::Set([name.into()].into());
    let crowd: Vec<(CustomerProfile, Visit)> = (-3..10)
        .map(Value::Int)
        .chain(["p", "q", "r", "s"].map(tag))
        .map(|value| {
            let at = Moment::parse("2026-11-23T10:00:00-03:00").unwrap();
            (CustomerProfile::new().with_attribute("x", Fact::new(value, Source::Declared)), Visit::new(at))
        })
        .collect();
    for (before, after, when) in [
        ("type = \"int\", min = 0, max = 5", "type = \"int\", min = 0, max = 7", "x > 3"),
        ("type = \"int\", min = 0, max = 5", "type = \"int\", min = 2, max = 5", "x < 4"),
        ("type = \"int\", min = -9, max = 9", "type = \"int\", min = -1", "x < 4"),
        ("type = \"int\", min = 0, max = 5", "type = \"int\", min = 0, max = 4", "declared(x)"),
        ("type = \"int\", min = 0, max = 5", "type = \"int\", min = 0, max = 4", "known(x)"),
        ("type = \"int\", min = 0, max = 5", "type = \"int\", min = 0, max = 4", "declared(x) && x > 1"),
        ("type = \"int\", min = 0, max = 5", "type = \"int\", min = 0, max = 4", "x * 2 > 8"),
        (
            "type = \"set\", members = [\"p\", \"q\"]",
            "type = \"set\", members = [\"p\", \"q\", \"r\"]",
            "size(x) == 1",
        ),
        (
            "type = \"set\", members = [\"p\", \"r\"]",
            "type = \"set\", members = [\"p\", \"q\"]",
            "!(\"p\" in x)",
        ),
    ] {
        let of = |domain: &str| {
            policy("", &format!("x = {{ {domain} }}"), &format!("r = {{ when = '{when}', layout = -100 }}"))
        };
        for (old, new) in [(of(before), of(after)), (of(after), of(before))] {
            let comparison = old.compare(&new, 2_000);
            let found = hold(&old, &new, &comparison, crowd.iter().cloned());
            assert!(comparison.differs() && !comparison.is_same_in(Aspect::Layout), "{when}\n{comparison}");
            // Of what is not a border itself it stays open whether anybody is served the other way.
            assert!(found[2] == 0 || !["x < 4", "x > 3"].contains(&when), "{when}\n{comparison}");
        }
    }
    // Where the condition asks for nothing out there, nobody is served otherwise.
    let of = |most: i64| {
        policy(
            "",
            &format!("x = {{ type = \"int\", min = 0, max = {most} }}"),
            "r = { when = 'x == 3', layout = -100 }",
        )
    };
    assert!(!of(5).compare(&of(7), 2_000).differs());
}
