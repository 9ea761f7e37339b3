//! Visitors who stand near the literals of a document: on them, beside them, at the edges of hours and days; and those
//! of whom little is known, or something that cannot be.

use std::collections::{BTreeMap, BTreeSet};

use super::condition::TEXTS;
use super::needs::need;
use super::random::Random;
use crate::oracle::attributes::COUNTS;
use crate::oracle::document::*;
use crate::oracle::expression::Expr;
use crate::oracle::time::{parse_duration, parse_time};
use crate::oracle::value::Value;
use crate::oracle::visitor::*;

/// Monday, 2026-11-23 at 12:00 in UTC.
pub const NOON: Time = 1_795_435_200 * SECOND;

/// The ends of the years 1 to 9999.
const EARLIEST: Time = -62_135_596_800 * SECOND;
const LATEST: Time = 253_402_300_800 * SECOND - 1;

/// What a document compares each attribute with.
pub struct Literals(BTreeMap<String, Vec<Value>>);

impl Literals {
    pub fn of(document: &Document) -> Self {
        let mut all = Self(BTreeMap::new());
        let segments = document.segments.values().map(|segment| &segment.when);
        let rules = document.rules.values().map(|rule| &rule.when);
        let experiments = document.experiments.values().filter_map(|experiment| experiment.when.as_ref());
        for when in segments.chain(rules).chain(experiments) {
            all.collect(when);
        }
        all
    }
    /// Each comparison brings together the attributes and literals in it.
    fn collect(&mut self, expr: &Expr) {
        if matches!(expr, Expr::Pair("&&" | "||", ..) | Expr::Not(_) | Expr::If(..)) {
            expr.children().into_iter().for_each(|child| self.collect(child));
            return;
        }
        let (mut names, mut literals) = (Vec::new(), Vec::new());
        expr.walk(&mut |part| match part {
            Expr::Attribute(name) => names.push(name.clone()),
            Expr::Int(value) => literals.push(Value::Int(*value)),
            Expr::Float(value) => literals.push(Value::Float(*value)),
            Expr::Text(value) => literals.push(Value::text(value)),
            Expr::Call(name, args) => match (name.as_str(), args.first()) {
                ("duration", Some(Expr::Text(text))) => literals.push(Value::Duration(parse_duration(text))),
                ("timestamp", Some(Expr::Text(text))) => literals.push(Value::Time(parse_time(text))),
                _ => {}
            },
            _ => {}
        });
        for name in names {
            self.0.entry(name).or_default().extend(literals.iter().cloned());
        }
    }
}

pub fn visitor(document: &Document, literals: &Literals, random: &mut Random) -> Visitor {
    let house = random.one(&[0, 0, -180, 330, 840]);
    let mut visitor = Visitor::unknown(moment(house, random));
    visitor.house = house;
    let known = random.below(100); // how much is known of this one, in percent
    let at = visitor.at;

    let usual = [
        "profile.open_cases",
        "visit.gpc",
        "visit.save_data",
        "visit.forced_colors",
        "visit.reduced_motion",
        "visit.more_contrast",
    ];
    let preferences =
        ["profile.preferred_channel", "profile.preferred_layout", "profile.preferred_assistance"];
    let names: BTreeSet<&str> = literals.0.keys().map(String::as_str).chain(usual).collect();
    for name in names.into_iter().chain(["visit.offset"]) {
        if random.chance(known.max(10)) {
            facts(document, name, &literals.0, &mut visitor, random);
        }
    }
    for name in preferences {
        if random.chance(18) {
            facts(document, name, &literals.0, &mut visitor, random);
        }
    }
    let channels: Vec<&str> = document.channels.iter().map(|c| c.name.as_str()).collect();
    let any = |random: &mut Random| {
        if random.chance(92) {
            random.name(&channels)
        } else {
            random.name(&["web", "post", "kiosk", "nowhere"])
        }
    };
    visitor.channel = random.maybe(60, any);
    for _ in 0..random.below(4) {
        visitor.needs.push((need(random), random.chance(40)));
    }
    let conflicts: Vec<&str> =
        document.channels.iter().flat_map(|c| c.conflicts.iter().map(String::as_str)).collect();
    if !conflicts.is_empty() && random.chance(30) {
        visitor.needs.push((random.name(&conflicts), random.chance(50)));
    }
    for purpose in &document.purposes {
        if random.chance(65) {
            let end = random.maybe(40, |random| at + random.one(&[-DAY, 0, 1, SECOND, DAY]));
            visitor.consents.insert(purpose.clone(), end);
        }
    }
    for channel in &channels {
        if random.chance(55) {
            visitor.channels.insert((*channel).to_owned(), record(at, random));
        }
    }
    visitor.journey = random.maybe(45, |random| journey(document, at, &any, literals, random));
    visitor.visit_journey = random.maybe(25, |random| journey(document, at, &any, literals, random));
    for unit in UNITS {
        if random.chance(75) {
            visitor.ids.insert(unit.to_owned(), format!("{}", random.within(0, 999)));
        }
    }
    visitor.prior = random.maybe(50, |random| (random.below(4), random.below(5)));
    visitor
}

/// A time of the visit, often at an edge of opening or quiet hours by the house's clock.
fn moment(house: i64, random: &mut Random) -> Time {
    let day = NOON - DAY / 2 + DAY * random.within(0, 13) as i128 - i128::from(house) * 60 * SECOND;
    if random.chance(50) {
        return day + i128::from(random.within(0, 86_399)) * SECOND;
    }
    let edges = [0, 60, 120, 240, 360, 480, 540, 600, 720, 780, 810, 1080, 1200, 1260, 1320, 1380];
    let edge = i128::from(random.one(&edges)) * 60 * SECOND;
    day + edge + random.one(&[-SECOND, -1, 0, 1, 59 * SECOND, 60 * SECOND])
}

fn record(at: Time, random: &mut Random) -> Record {
    let edge = 30 * DAY;
    let mut contacts: Vec<Time> = (0..random.below(5))
        .map(|_| {
            at - random.one(&[0, 1, SECOND, DAY, 10 * DAY, edge - 1, edge, edge + 1, 40 * DAY, -1, -SECOND])
        })
        .collect();
    contacts.sort_unstable();
    Record {
        reach: random.one(&[0, 1, 1, 2, 2, 3, 3, 3, 3, 3]),
        contacts,
        uses: random.within(0, 5),
        success: random.within(0, 5),
        habit: random.within(0, 4),
        last: random.maybe(70, |random| {
            at - random.one(&[0, DAY, DAY + 1, 30 * DAY, 30 * DAY + 1, 90 * DAY, 400 * DAY])
        }),
    }
}

fn journey(
    document: &Document,
    at: Time,
    channel: &dyn Fn(&mut Random) -> String,
    literals: &Literals,
    random: &mut Random,
) -> Journey {
    let count = |name: &str, random: &mut Random| match value(document, name, &literals.0, at, random) {
        Value::Int(count) => count.min(1_000_000),
        other => panic!("{name} is {other:?}"),
    };
    let name = |random: &mut Random| random.name(&TEXTS[1..]);
    Journey {
        name: random.maybe(80, name),
        stage: random.maybe(70, |random| random.name(&["discover", "consider", "buy", "support", "leave"])),
        step: random.maybe(60, name),
        started_on: random.maybe(60, channel),
        channel: random.maybe(70, channel),
        attempts: count("journey.attempts", random),
        failed_steps: count("journey.failed_steps", random),
        switches: random.within(0, 4),
        started_at: random
            .maybe(70, |random| at - random.one(&[0, SECOND - 1, 10 * SECOND, DAY, 400 * DAY, -1, -SECOND])),
        abandoned: random.maybe(60, |random| random.chance(50)),
    }
}

/// One fact about `name`, sometimes two, sometimes one that cannot be.
fn facts(
    document: &Document,
    name: &str,
    literals: &BTreeMap<String, Vec<Value>>,
    visitor: &mut Visitor,
    random: &mut Random,
) {
    let derived = [
        "profile.needs",
        "profile.required_needs",
        "profile.consents",
        "visit.at",
        "visit.hour",
        "visit.weekday",
        "visit.channel",
    ];
    if derived.contains(&name) || name.starts_with("journey.") || name.matches('.').count() == 2 {
        return;
    }
    let kind = document.kind(name).expect("an attribute of the document");
    let on_visit = document.attributes.get(name).map_or(name.starts_with("visit."), |own| own.on_visit);
    let at = visitor.at;
    let fact = |value: Value, random: &mut Random| Fact {
        name: name.to_owned(),
        value,
        source: if COUNTS.contains(&name) { 2 } else { random.one(&[0, 1, 2, 3, 3, 3]) },
        learnt: random.maybe(60, |random| {
            at - random.one(&[
                0,
                DAY,
                DAY + 1,
                DAY - 1,
                30 * DAY,
                30 * DAY + 1,
                45 * DAY + 5,
                90 * DAY,
                90 * DAY + 1,
                -DAY,
            ])
        }),
    };
    let list = if on_visit { &mut visitor.visit } else { &mut visitor.profile };
    if random.chance(6) {
        list.push(fact(impossible(&kind, random), random));
        return;
    }
    for _ in 0..if random.chance(15) { 2 } else { 1 } {
        list.push(fact(value(document, name, literals, at, random), random));
    }
}

/// A value that an attribute of `kind` cannot have, or not as it stands.
fn impossible(kind: &Kind, random: &mut Random) -> Value {
    match kind {
        Kind::Int(_, max) if *max < i64::MAX && random.chance(50) => Value::Int(max + 1),
        Kind::Int(min, _) if *min > i64::MIN && random.chance(50) => Value::Int(min - 1),
        Kind::Float if random.chance(50) => Value::Float(f64::NAN),
        // These two are taken for what they mean.
        Kind::Float if random.chance(50) => Value::Int(random.within(-2, 100)),
        Kind::Time if random.chance(70) => Value::text("2026-11-23T12:00:00Z"),
        Kind::Enum(_) if random.chance(70) => Value::text("undeclared"),
        Kind::Set(_) if random.chance(70) => Value::Set(["undeclared".to_owned(), "tv".to_owned()].into()),
        Kind::Bool => Value::Int(1),
        Kind::Text => Value::Int(5),
        _ => Value::Bool(true),
    }
}

/// A value that `name` can have, near what it is compared with.
fn value(
    document: &Document,
    name: &str,
    literals: &BTreeMap<String, Vec<Value>>,
    at: Time,
    random: &mut Random,
) -> Value {
    let empty = Vec::new();
    let near = literals.get(name).unwrap_or(&empty);
    let one = (!near.is_empty() && random.chance(80)).then(|| random.pick(near).clone());
    let step = random.one(&[-1, 0, 0, 0, 1]);
    match document.kind(name).expect("an attribute of the document") {
        Kind::Bool => Value::Bool(random.chance(50)),
        Kind::Int(min, max) => Value::Int(match one {
            Some(Value::Int(value)) => value.saturating_add(step).clamp(min, max),
            Some(Value::Float(value)) => (value as i64).saturating_add(step).clamp(min, max),
            // Around 2^53 not every int is a float.
            _ if max == i64::MAX && random.chance(40) => 9_007_199_254_740_992 + random.within(-1, 1),
            _ if random.chance(6) => random.one(&[min, max]),
            _ => random.within(min.max(-5), max.min(100)),
        }),
        Kind::Float => Value::Float(match one {
            Some(Value::Float(value)) => value + step as f64 * 0.5,
            Some(Value::Int(value)) => value as f64 + step as f64 * 0.25,
            _ => random.one(&[
                9_007_199_254_740_992.0,
                9_007_199_254_740_992.0,
                0.0,
                -0.0,
                1.5,
                f64::INFINITY,
                f64::NEG_INFINITY,
                1e300,
                -2.5,
            ]),
        }),
        Kind::Text => Value::text(match &one {
            Some(Value::Text(text)) if random.chance(70) => text.as_str(),
            _ => random.one(&TEXTS),
        }),
        Kind::Enum(values) => Value::Text(match one {
            Some(Value::Text(text)) if values.contains(&text) && random.chance(70) => text,
            _ => random.pick(&values).clone(),
        }),
        Kind::Set(members) => Value::Set(members.into_iter().filter(|_| random.chance(50)).collect()),
        Kind::Time => Value::Time(match one {
            Some(Value::Time(value)) => (value + i128::from(step)).clamp(EARLIEST, LATEST),
            Some(Value::Duration(length)) => at - length + i128::from(step),
            _ if random.chance(8) => {
                *random.pick(&[parse_time("0001-01-01T00:00:00Z"), parse_time("9999-12-31T23:59:59Z")])
            }
            _ => at - i128::from(random.within(-100, 3_000)) * 3600 * SECOND,
        }),
    }
}
