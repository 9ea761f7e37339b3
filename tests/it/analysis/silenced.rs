//! Rules that an unknown fact silences: found exactly where everybody who can be told apart says so.

use maitre::{Channel, CustomerProfile, FindingKind, Truth, Visit};

use super::small::crowd;
use super::{hold_witnesses, options, said, selector};
use crate::generate::random::Random;

const TROUBLE: [&str; 2] = ["visit.errors >= 2", "journey.failed_steps >= 3"];
const OTHERS: [&str; 6] = [
    "profile.fluency < 30",
    "profile.fluency >= 70",
    "known(profile.fluency)",
    "visit.channel == \"web\"",
    "visit.hour >= 20",
    "profile.preferred_layout == \"rich\"",
];

/// Undecided where no value helps.
const IN_VAIN: &str = "profile.fluency < 30 && profile.fluency >= 70 || visit.hour >= 20";

fn some(random: &mut Random, from: &[&str]) -> String {
    let leaf = |random: &mut Random| {
        let leaf = random.name(from);
        if random.chance(25) { format!("!({leaf})") } else { leaf }
    };
    match random.below(6) {
        0 => leaf(random),
        1 => format!("{} || {}", leaf(random), leaf(random)),
        2 | 3 => format!("({} && {} || {})", leaf(random), leaf(random), leaf(random)),
        _ => format!("{} && {}", leaf(random), leaf(random)),
    }
}

/// Ways to write that both are so, or, of the last, that it is so of somebody in trouble.
const BOTH: [&str; 4] = [
    "segment.trouble && segment.others",
    "!(!segment.trouble || !segment.others)",
    "(segment.trouble ? segment.others : false)",
    "(segment.beside || segment.trouble) && segment.others",
];

/// Whether one visitor may turn out to be another: nothing that is known of them is otherwise.
fn may_be(less: &(CustomerProfile, Visit), more: &(CustomerProfile, Visit)) -> bool {
    let facts = |(profile, visit): &(CustomerProfile, Visit)| {
        let rest = visit.clone().on(Channel::Chat);
        (serde_json::to_value(profile).unwrap(), visit.channel(), serde_json::to_value(rest).unwrap())
    };
    let ((less, in_use, rest), (more, other_in_use, other_rest)) = (facts(less), facts(more));
    let mut less = less.as_object().unwrap().iter();
    less.all(|(fact, value)| more.get(fact) == Some(value))
        && (in_use.is_none() || in_use == other_in_use)
        && rest == other_rest
}

#[test]
fn a_rule_is_silenced_where_somebody_in_trouble_is_left_undecided_and_a_value_would_decide() {
    let (mut silenced, mut not, mut vain) = (0, 0, 0);
    let crowd = crowd();
    for n in crate::generate::numbers(150) {
        let mut random = Random::new(510_000 + n);
        let include = if random.chance(20) { "include" } else { "exclude" };
        let text = format!(
            r#"
            format = 1
            name = "small"
            last_resort = ["in_person"]
            channels = [{{ name = "web" }}, {{ name = "app" }}, {{ name = "phone" }}, {{ name = "in_person", staffed = true }}]
            segments.trouble = '{}'
            segments.others = {{ when = '{}', on_unknown = "{include}" }}
            segments.beside = '{}'
            rules.r = {{ when = '{}{}', assistance_at_least = "guided" }}
            "#,
            some(&mut random, &TROUBLE),
            if random.chance(20) { IN_VAIN.to_owned() } else { some(&mut random, &OTHERS) },
            some(&mut random, &OTHERS),
            if random.chance(50) { "segment.beside || " } else { "" },
            random.name(&BOTH),
        );
        let selector = selector(&text);
        let analysis = selector.analyse(&options());
        assert!(analysis.is_complete(), "{text}\n{analysis}");
        hold_witnesses(&text, &selector, &analysis);
        let all: Vec<_> = crowd.iter().map(|one| (one, said(&selector, (&one.0, &one.1)))).collect();
        let undecided = all.iter().filter(|(_, said)| {
            said.segments["trouble"] == Truth::True
                && said.segments["others"] == Truth::Unknown
                && said.rules["r"] == Truth::Unknown
        });
        // All of it holds of who they may turn out to be.
        let helped = || {
            all.iter().filter(|(_, said)| {
                said.segments["trouble"].holds() && said.segments["others"].holds() && said.rules["r"].holds()
            })
        };
        let (mut is_silenced, mut is_in_vain) = (false, false);
        for (one, _) in undecided {
            let can_help = helped().any(|(other, _)| may_be(one, other));
            is_silenced |= can_help;
            is_in_vain |= !can_help;
        }
        vain += usize::from(is_in_vain && !is_silenced && helped().next().is_some());
        let found = analysis.findings.iter().any(|finding| finding.kind == FindingKind::Silenced);
        assert_eq!(found, is_silenced, "{text}\n{analysis}");
        *(if found { &mut silenced } else { &mut not }) += 1;
    }
    assert!(silenced >= 20 && not >= 20 && vain >= 2, "{silenced}, {not}, {vain}");
}

/// A condition as it is written.
enum Written {
    Leaf(String),
    Not(Box<Written>),
    Any(Vec<Written>),
    All(Vec<Written>),
}

impl Written {
    fn random(random: &mut Random, depth: usize) -> Self {
        let several = |random: &mut Random| (0..2).map(|_| Self::random(random, depth - 1)).collect();
        match random.below(if depth == 0 { 1 } else { 4 }) {
            0 if random.chance(25) => Self::Leaf(random.name(&TROUBLE)),
            0 => Self::Leaf(random.name(&OTHERS)),
            1 => Self::Not(Box::new(Self::random(random, depth - 1))),
            2 => Self::All(several(random)),
            _ => Self::Any(several(random)),
        }
    }

    /// Its text, what reads a fact as it is advised.
    fn text(&self, guards: &[String]) -> String {
        let joined = |parts: &[Self], by: &str| {
            let parts: Vec<String> = parts.iter().map(|part| part.text(guards)).collect();
            format!("({})", parts.join(by))
        };
        match self {
            Self::Leaf(leaf) if leaf.starts_with("known(") => leaf.clone(),
            Self::Leaf(leaf) => guards.iter().fold(leaf.clone(), |text, guard| {
                let fact = guard.trim_start_matches(['(', '!']).trim_start_matches("known(");
                let (fact, _) = fact.split_once(')').unwrap();
                if leaf.contains(fact) { guard.replace('…', &text) } else { text }
            }),
            Self::Not(part) => format!("!({})", part.text(guards)),
            Self::Any(parts) => joined(parts, " || "),
            Self::All(parts) => joined(parts, " && "),
        }
    }
}

#[test]
fn who_follows_the_advice_takes_the_rule_from_nobody() {
    let policy = |when: &str| {
        format!(
            r#"
            format = 1
            name = "small"
            last_resort = ["in_person"]
            channels = [{{ name = "web" }}, {{ name = "app" }}, {{ name = "phone" }}, {{ name = "in_person", staffed = true }}]
            rules.r = {{ when = '{when}', assistance_at_least = "guided", because = "so" }}
            "#
        )
    };
    let crowd = crowd();
    let (mut whole, mut apart, mut turned, mut both) = (0, 0, 0, 0);
    for n in crate::generate::numbers(150) {
        let mut random = Random::new(520_000 + n);
        let trouble = Written::Leaf(random.name(&TROUBLE));
        let written = Written::All(vec![trouble, Written::random(&mut random, 3)]);
        let before = selector(&policy(&written.text(&[])));
        let analysis = before.analyse(&options());
        let Some(finding) = analysis.findings.iter().find(|one| one.kind == FindingKind::Silenced) else {
            continue;
        };
        let quoted = |text: &str| text.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
        let advised = quoted(&finding.help);
        let (guards, before_all): (Vec<String>, Vec<String>) =
            advised.into_iter().filter(|one| one.contains("known(")).partition(|one| one.starts_with('('));
        let text = before_all
            .iter()
            .fold(written.text(&guards), |text, prefix| prefix.replace('…', &format!("({text})")));
        let after = selector(&policy(&text));
        for (profile, visit) in &crowd {
            let [old, new] = [&before, &after].map(|one| said(one, (profile, visit)).rules["r"]);
            assert_eq!(old.holds(), new.holds(), "{}\n{finding}\n{text}", written.text(&[]));
        }
        // Behind the name of the rule, the facts.
        let facts = quoted(&finding.message).split_off(1);
        if facts.iter().all(|fact| finding.help.contains(&format!("known({fact})"))) {
            let witness = finding.witness.as_ref().unwrap();
            let now = said(&after, (&witness.profile, &witness.visit)).rules["r"];
            assert_eq!(now, Truth::False, "{}\n{finding}\n{text}", written.text(&[]));
        }
        whole += usize::from(!before_all.is_empty());
        apart += usize::from(guards.iter().any(|guard| guard.starts_with("(known")));
        turned += usize::from(guards.iter().any(|guard| guard.starts_with("(!known")));
        both += usize::from(!before_all.is_empty() && !guards.is_empty());
    }
    assert!(whole >= 10 && apart >= 10 && turned >= 3 && both >= 1, "{whole} {apart} {turned} {both}");
}

/// Whether everything that one visitor's data say is said in the other's too.
fn is_within(less: &serde_json::Value, more: &serde_json::Value) -> bool {
    match (less, more) {
        (serde_json::Value::Object(less), serde_json::Value::Object(more)) => {
            less.iter().all(|(key, value)| more.get(key).is_some_and(|other| is_within(value, other)))
        }
        (less, more) => less == more,
    }
}

#[test]
fn who_is_named_is_helped_if_all_that_is_named_is_known() {
    const HEAD: &str = r#"
        format = 1
        name = "shop"
        purposes = ["ads"]
        last_resort = ["desk"]
        channels = [{ name = "web", base = 40 }, { name = "desk", own = true, base = 20, staffed = true }]
        attributes.vip = "bool"
        attributes.plan = ["a", "b"]
        attributes.bill = "int"
        attributes.spend = { type = "int", consent = "ads" }
        attributes.tags = { type = "set", members = ["red", "blue"] }
    "#;
    // What is named, the visitor, and the same visitor with that known.
    let cases = [
        (
            "profile.mood < 0 && profile.age < profile.orders",
            "`profile.age`",
            r#"{"profile":{"mood":-1,"orders":30,"age":0},"visit":{"at":"2026-11-23T10:00:00-03:00"}}"#,
        ),
        (
            "profile.mood < 0 && (vip ? profile.orders > 2 : false)",
            "`vip`",
            r#"{"profile":{"mood":-1,"orders":3,"attributes":{"vip":true}},"visit":{"at":"2026-11-23T10:00:00-03:00"}}"#,
        ),
        (
            "profile.mood < 0 && (vip ? \"ads\" in profile.consents : false)",
            "`vip`",
            r#"{"profile":{"mood":-1,"consents":{"ads":true},"attributes":{"vip":true}},"visit":{"at":"2026-11-23T10:00:00-03:00"}}"#,
        ),
        // Who is asked for a consent has given it.
        (
            "visit.errors > 2 && spend > 10",
            "`spend`",
            r#"{"profile":{"consents":{"ads":true},"attributes":{"spend":11}},"visit":{"at":"2026-11-23T10:00:00-03:00","errors":3}}"#,
        ),
        // What asks for a consent that may not be there cannot become known.
        (
            "visit.errors > 2 && (known(bill) || spend > 10 && !(\"ads\" in profile.consents))",
            "`bill`",
            r#"{"profile":{"attributes":{"bill":0}},"visit":{"at":"2026-11-23T10:00:00-03:00","errors":3}}"#,
        ),
        // One is met on the way, and the other would be.
        (
            "profile.mood < 0 && (vip ? plan == \"a\" : false)",
            "`vip` and `plan`",
            r#"{"profile":{"mood":-1,"attributes":{"vip":true,"plan":"a"}},"visit":{"at":"2026-11-23T10:00:00-03:00"}}"#,
        ),
        (
            "journey.abandoned && visit.offset > 0",
            "`visit.offset`",
            r#"{"profile":{},"visit":{"at":"2026-11-23T14:00:00+01:00","offset":60,"journey":{"abandoned":true}}}"#,
        ),
        (
            "profile.mood < 0 && visit.weekday == \"sat\" && tags.exists(t, t == \"red\" && visit.hour == 3)",
            "`tags`",
            r#"{"profile":{"mood":-1,"attributes":{"tags":["red"]}},"visit":{"at":"2026-11-28T03:00:00-10:00"}}"#,
        ),
        (
            "visit.errors > 2 && bucket(\"s\") < 5000",
            "`visit.ids.person`",
            r#"{"profile":{},"visit":{"at":"2026-11-23T10:00:00-03:00","errors":3,"ids":{"person":"person-2"}}}"#,
        ),
        // The first alternative cannot be told.
        (
            "visit.errors > 3 && 10 / bill > 20 || profile.mood < 0 && vip",
            "`vip`",
            r#"{"profile":{"mood":-1,"attributes":{"vip":true}},"visit":{"at":"2026-11-23T10:00:00-03:00"}}"#,
        ),
    ];
    for (when, named, known) in cases {
        let text = format!("{HEAD}rules.r = {{ when = '{when}', layout = -60, because = \"so\" }}\n");
        let selector = selector(&text);
        let analysis = selector.analyse(&options());
        hold_witnesses(&text, &selector, &analysis);
        let silenced: Vec<_> =
            analysis.findings.iter().filter(|one| one.kind == FindingKind::Silenced).collect();
        let [finding] = silenced.as_slice() else { panic!("{when}\n{analysis}") };
        let are = if named.contains(" and ") { "are" } else { "is" };
        let message = format!(
            "rule `r` does not help somebody for whom it is meant, only because {named} {are} not known"
        );
        assert_eq!(*finding.message, *message, "{when}");
        let witness = serde_json::to_value(finding.witness.as_ref().unwrap()).unwrap();
        let with: serde_json::Value = serde_json::from_str(known).unwrap();
        assert!(is_within(&witness, &with), "{when}\n{witness}\n{with}");
        let visitor: maitre::Visitor = serde_json::from_value(with).unwrap();
        let now = said(&selector, (&visitor.profile, &visitor.visit)).rules["r"];
        assert_eq!(now, Truth::True, "{when}\n{finding}");
    }
}
