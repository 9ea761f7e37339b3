//! Near misses: documents that differ from one that loads by a single thing that a law forbids; and, for most, the
//! neighbour that the law allows.

use super::policy;
use super::random::Random;
use crate::oracle::document::*;
use crate::oracle::expression::Expr;
use crate::oracle::read::condition;

pub struct NearMiss {
    pub what: String,
    pub document: Document,
    /// The code of the diagnostic that refuses it.
    pub code: &'static str,
    pub neighbour: Option<Document>,
}

type Change<'a> = &'a dyn Fn(&mut Document);

/// Needs that are there.
const THERE: [&str; 6] = [
    r#""large_text" in profile.needs"#,
    r#"profile.required_needs.exists(n, n == "captions")"#,
    r#"profile.needs.exists(n, n.startsWith("no_"))"#,
    "size(profile.needs) > 0",
    "size(profile.required_needs) >= 2",
    "1 <= size(profile.needs)",
];
/// What counts as both.
const BOTH: [&str; 7] = [
    r#"profile.needs.all(n, n != "captions")"#,
    "size(profile.needs) == 0",
    "size(profile.needs) < 2",
    "1 > size(profile.required_needs)",
    r#"("large_text" in profile.needs) == true"#,
    r#""large_text" in profile.needs ? visit.pages > 1 : visit.pages > 2"#,
    "size(profile.needs) + 1 > 1",
];

fn rule(document: &mut Document, when: &str, effects: Effects) {
    document.rules.insert("near".to_owned(), Rule { when: condition(when), effects });
}
fn segment(document: &mut Document, when: &str) {
    document.segments.insert("near".to_owned(), Segment { when: condition(when), include_unknown: false });
}
/// Effects that simplify or help.
fn helpful(random: &mut Random) -> Effects {
    let none = Effects::default();
    match random.below(5) {
        0 => Effects { layout: -50, ..none },
        1 => Effects { assistance: 50, ..none },
        2 => Effects { layout_at_most: Some(1), ..none },
        3 => Effects { assistance_at_least: Some(1), ..none },
        _ => Effects { adapt: vec!["captions".to_owned()], ..none },
    }
}
fn punishing(random: &mut Random) -> Effects {
    let none = Effects::default();
    if random.chance(50) { Effects { layout: 50, ..none } } else { Effects { assistance: -50, ..none } }
}

/// The near misses around one generated document.
pub fn around(n: u64) -> Vec<NearMiss> {
    let mut random = Random::new(n);
    let base = policy::policy(&mut random);
    let mut all = Vec::new();
    needs(&base, &mut all, &mut random);
    dead_ends(&base, &mut all, &mut random);
    others(&base, &mut all, &mut random);
    all
}

fn add(base: &Document, all: &mut Vec<NearMiss>, what: &str, code: &'static str, bad: Change<'_>, good: Option<Change<'_>>) {
    let changed = |change: Change<'_>| {
        let mut document = base.clone();
        change(&mut document);
        document
    };
    all.push(NearMiss { what: what.to_owned(), document: changed(bad), code, neighbour: good.map(changed) });
}

/// L8: directly, turned round, through segments, in arms, and by what counts as both.
fn needs(base: &Document, all: &mut Vec<NearMiss>, random: &mut Random) {
    let code = "need_punished";
    for there in THERE {
        let (help, punish) = (helpful(random), punishing(random));
        let turned = format!("!({there})");
        add(base, all, &format!("punished for {there}"), code, &|d| rule(d, there, punish.clone()), Some(&|d| rule(d, there, help.clone())));
        add(base, all, &format!("helped for {turned}"), code, &|d| rule(d, &turned, help.clone()), Some(&|d| rule(d, &turned, punish.clone())));
        let through = |inner: &str, outer: &str, effects: &Effects, d: &mut Document| {
            segment(d, inner);
            rule(d, outer, effects.clone());
        };
        let (plain, not) = ("segment.near && visit.pages > 1", "visit.errors > 2 || !segment.near");
        add(
            base, all, &format!("punished through a segment for {there}"), code,
            &|d| through(there, plain, &punish, d), Some(&|d| through(there, plain, &help, d)),
        );
        add(
            base, all, &format!("helped through the negation of a segment for {there}"), code,
            &|d| through(there, not, &help, d), Some(&|d| through(there, not, &punish, d)),
        );
        add(
            base, all, &format!("punished through two negations for {there}"), code,
            &|d| through(&turned, not, &punish, d), Some(&|d| through(&turned, not, &help, d)),
        );
        let arm = |layout: i64, d: &mut Document| {
            let effects = Effects { layout, ..Effects::default() };
            let arms = vec![
                Arm { name: "as_is".to_owned(), weight: 1, effects: Effects { layout: -layout.abs(), ..Effects::default() } },
                Arm { name: "other".to_owned(), weight: 1, effects },
            ];
            let when = Some(condition(there));
            d.experiments.insert("near".to_owned(), Experiment { when, unit: "person".to_owned(), salt: None, arms });
        };
        add(base, all, &format!("punished in an arm for {there}"), code, &|d| arm(60, d), Some(&|d| arm(-60, d)));
    }
    let free = Effects { channels: [(base.channels[0].name.clone(), 5)].into(), ..Effects::default() };
    for both in BOTH {
        let (help, punish) = (helpful(random), punishing(random));
        add(base, all, &format!("helped by {both}"), code, &|d| rule(d, both, help.clone()), Some(&|d| rule(d, both, free.clone())));
        add(base, all, &format!("punished by {both}"), code, &|d| rule(d, both, punish.clone()), None);
    }
    let mixed = Effects { layout: -10, assistance: -10, ..Effects::default() };
    add(base, all, "simpler but with less help", code, &|d| rule(d, THERE[0], mixed.clone()), None);
}

/// D4 and Law 3: a last resort that always works.
fn dead_ends(base: &Document, all: &mut Vec<NearMiss>, random: &mut Random) {
    let code = "dead_end";
    let last = base.last_resort.last().expect("a last resort").clone();
    let on_last = |change: &dyn Fn(&mut Channel), d: &mut Document| {
        change(d.channels.iter_mut().find(|channel| channel.name == last).expect("the last resort"));
    };
    if base.people {
        add(base, all, "a last resort without people", code, &|d| on_last(&|c| c.staffed = false, d), Some(&|d| on_last(&|c| c.base += 1, d)));
    } else {
        let human = Effects { assistance_at_least: Some(4), ..Effects::default() };
        let guided = Effects { assistance_at_least: Some(2), ..Effects::default() };
        add(base, all, "a person as a floor without people", code, &|d| rule(d, "visit.errors > 9", human.clone()), Some(&|d| rule(d, "visit.errors > 9", guided.clone())));
        add(base, all, "a person by default without people", code, &|d| d.assistance = 3, Some(&|d| d.assistance = 2));
        add(base, all, "a staffed channel without people", code, &|d| on_last(&|c| c.staffed = true, d), Some(&|d| on_last(&|c| c.base += 1, d)));
    }
    if let Some(purpose) = base.purposes.first() {
        add(base, all, "a last resort that asks a consent", code, &|d| on_last(&|c| c.consent = Some(purpose.clone()), d), None);
    }
    let need = random.name(&NEEDS);
    add(base, all, "a last resort in conflict with a need", code, &|d| on_last(&|c| c.conflicts = vec![need.clone()], d), None);
    let never = Effects { never: vec![last.clone()], ..Effects::default() };
    add(base, all, "a last resort in a rule's never", code, &|d| rule(d, "visit.errors > 9", never.clone()), None);
    for name in ["phone", "video"] {
        let people = base.people;
        let end_with = |d: &mut Document| {
            d.channels.retain(|channel| channel.name != name);
            d.channels.push(Channel { staffed: people, ..Channel::named(name) });
            for rule in d.rules.values_mut() {
                rule.effects.never.retain(|never| never != name);
            }
            d.last_resort.retain(|other| other != name);
            d.last_resort.push(name.to_owned());
        };
        let before_last = |d: &mut Document| {
            end_with(d);
            let end = d.last_resort.len() - 1;
            d.last_resort.swap(end, end - 1);
        };
        add(base, all, &format!("{name} as the last resort"), code, &end_with, Some(&before_last));
    }
}

fn others(base: &Document, all: &mut Vec<NearMiss>, random: &mut Random) {
    let limit = Limit { max_age_days: Some(30), ..Limit::default() };
    let family = random.name(&["profile.reach", "profile.contacts_30d", "profile.consents", "profile.required_needs", "visit.at", "visit.gpc"]);
    for name in ["profile.needs", &family] {
        add(
            base, all, &format!("a limit on {name}"), "not_limitable",
            &|d| drop(d.limits.insert(name.to_owned(), limit.clone())),
            Some(&|d| drop(d.limits.insert("profile.effort".to_owned(), limit.clone()))),
        );
    }
    add(base, all, "a segment that uses itself", "cycle", &|d| segment(d, "visit.pages > 1 || segment.near"), Some(&|d| segment(d, "visit.pages > 1")));
    add(
        base, all, "two segments that use each other", "cycle",
        &|d| {
            segment(d, "!segment.nearer");
            d.segments.insert("nearer".to_owned(), Segment { when: Expr::Segment("near".to_owned()), include_unknown: true });
        },
        None,
    );
    let points = |points: i64| Effects { layout: points, ..Effects::default() };
    add(base, all, "points out of range", "out_of_range", &|d| rule(d, "visit.errors > 1", points(10_001)), Some(&|d| rule(d, "visit.errors > 1", points(10_000))));
    add(base, all, "points out of range below", "out_of_range", &|d| rule(d, "visit.errors > 1", points(-10_001)), Some(&|d| rule(d, "visit.errors > 1", points(-10_000))));
    add(base, all, "a base out of range", "out_of_range", &|d| d.channels[0].base = 10_001, Some(&|d| d.channels[0].base = 10_000));
    add(base, all, "a margin out of range", "out_of_range", &|d| d.weights.margin = 50, Some(&|d| d.weights.margin = 49));
    let holdout = |percent: u64| Some(Holdout { unit: "person".to_owned(), percent, salt: "s".to_owned() });
    add(base, all, "more than all held out", "out_of_range", &|d| d.holdout = holdout(101), Some(&|d| d.holdout = holdout(100)));
    for (bad, good) in [("08:00-08:00", "08:00-08:01"), ("00:00-00:00", "00:00-23:59")] {
        add(
            base, all, "quiet hours of no length", "bad_time",
            &|d| d.channels[0].quiet = Some(bad.to_owned()), Some(&|d| d.channels[0].quiet = Some(good.to_owned())),
        );
        let day = |hours: &str| Some(vec![format!("mon {hours}")]);
        add(base, all, "opening hours of no length", "bad_time", &|d| d.channels[0].open = day(bad), Some(&|d| d.channels[0].open = day(good)));
    }
    let channel = Effects { channels: [(base.channels[0].name.clone(), 1)].into(), ..Effects::default() };
    for (bad, code, good) in [
        ("profile.age > 131", "out_of_range", "profile.age > 129"),
        ("profile.mood < -101", "out_of_range", "profile.mood < -100"),
        ("visit.device == \"fridge\"", "unknown_value", "visit.device == \"kiosk\""),
        ("visit.weekday in [\"mon\", \"monday\"]", "unknown_value", "visit.weekday in [\"mon\", \"tue\"]"),
        ("\"big_text\" in profile.needs", "unknown_value", "\"large_text\" in profile.needs"),
        ("visit.erors > 1", "unknown_attribute", "visit.errors > 1"),
        ("segment.nowhere", "unknown_segment", "visit.returning"),
        ("visit.pages && visit.returning", "type_mismatch", "visit.pages > 0 && visit.returning"),
        ("visit.pages", "type_mismatch", "visit.save_data"),
        ("profile.age == \"old\"", "type_mismatch", "profile.age == 80"),
    ] {
        add(base, all, bad, code, &|d| rule(d, bad, channel.clone()), Some(&|d| rule(d, good, channel.clone())));
    }
    let nowhere = Effects { never: vec!["nowhere".to_owned()], ..Effects::default() };
    add(base, all, "never on a channel that is not there", "unknown_channel", &|d| rule(d, "visit.errors > 1", nowhere.clone()), None);
    add(base, all, "a consent to what nobody asks", "unknown_purpose", &|d| d.channels.push(Channel { consent: Some("nothing".to_owned()), ..Channel::named("another") }), Some(&|d| d.channels.push(Channel::named("another"))));
}
