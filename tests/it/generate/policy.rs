//! Documents that obey the laws by construction: a last resort that always works, and effects that no need turns
//! against the person who has it.

use std::collections::BTreeMap;

use super::needs::{Speaks, need, speaks};
use super::random::Random;
use super::schema::Schema;
use crate::oracle::document::*;

pub fn policy(random: &mut Random) -> Document {
    let purposes = random.some(&["messages", "profiling", "research"], 3);
    let purpose_names: Vec<&str> = purposes.iter().map(String::as_str).collect();
    let gpc = random.some(&purpose_names, purposes.len());
    let people = !random.chance(10);
    let mut document = Document {
        gpc,
        layout: random.below(4),
        assistance: random.below(if people { 5 } else { 3 }),
        weights: if random.chance(50) { Weights::default() } else { weights(random) },
        holdout: random.maybe(30, |random| Holdout {
            unit: random.name(&UNITS),
            percent: random.within(0, 60) as u64,
            salt: random.name(&["holdout", "other"]),
        }),
        people,
        last_resort: Vec::new(),
        channels: Vec::new(),
        attributes: attributes(random),
        limits: BTreeMap::new(),
        segments: BTreeMap::new(),
        rules: BTreeMap::new(),
        experiments: BTreeMap::new(),
        purposes,
    };
    channels(&mut document, random);
    limits(&mut document, random);
    let mut schema = Schema::of(&document, random);
    for n in 0..random.below(6) {
        let name = format!("s{n}");
        let depth = random.below(3);
        let segment = Segment { when: schema.condition(depth, random), include_unknown: random.chance(30) };
        document.segments.insert(name.clone(), segment);
        schema.add_segment(&name);
    }
    for n in 0..=random.below(9) {
        let depth = random.below(4);
        let when = schema.condition(depth, random);
        let effects = effects(&document, speaks(&document, &when), random);
        document.rules.insert(format!("r{n}"), Rule { when, effects });
    }
    for n in 0..random.below(3) {
        let depth = random.below(3);
        let when = random.maybe(60, |random| schema.condition(depth, random));
        let speech = when.as_ref().map(|when| speaks(&document, when)).unwrap_or_default();
        let arms = (0..=random.below(3)).map(|arm| Arm {
            name: format!("a{arm}"),
            weight: random.within(1, 9) as u64,
            effects: points(&document, speech, random),
        });
        let arms = arms.collect();
        let experiment = Experiment {
            when,
            unit: random.name(&UNITS),
            salt: random.maybe(30, |random| random.name(&["x", "y"])),
            arms,
        };
        document.experiments.insert(format!("e{n}"), experiment);
    }
    document
}

fn weights(random: &mut Random) -> Weights {
    Weights {
        habit: random.within(0, 60),
        continuity: random.within(0, 120),
        need: random.within(0, 120),
        margin: random.within(0, 49),
    }
}

fn attributes(random: &mut Random) -> BTreeMap<String, Attribute> {
    let names = |list: &[&str]| list.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let all = [
        ("plan", Kind::Enum(names(&["prepaid", "contract", "family"])), false),
        ("points", Kind::Int(i64::MIN, i64::MAX), false),
        ("stars", Kind::Int(1, 5), false),
        ("ratio", Kind::Float, false),
        ("note", Kind::Text, false),
        ("extras", Kind::Set(names(&["tv", "net", "mobile"])), false),
        ("last_bill", Kind::Time, false),
        ("roaming", Kind::Bool, true),
        ("speed", Kind::Float, true),
        ("cart", Kind::Int(i64::MIN, i64::MAX), true),
        ("clicked", Kind::Time, true),
    ];
    let kept = all.into_iter().filter(|_| random.chance(60));
    kept.map(|(name, kind, on_visit)| (name.to_owned(), Attribute { kind, on_visit })).collect()
}

/// Limits of D1: needs, reach, consents, contacts and the clock are never limited.
fn limits(document: &mut Document, random: &mut Random) {
    const LIMITABLE: [&str; 25] = [
        "profile.age",
        "profile.fluency",
        "profile.mood",
        "profile.preferred_channel",
        "profile.preferred_layout",
        "profile.preferred_assistance",
        "profile.open_cases",
        "profile.visits",
        "profile.habit",
        "profile.uses",
        "profile.success",
        "profile.tier",
        "visit.offset",
        "visit.save_data",
        "visit.reduced_motion",
        "visit.forced_colors",
        "visit.more_contrast",
        "visit.pages",
        "visit.downlink",
        "visit.device",
        "journey.channel",
        "journey.failed_steps",
        "journey.name",
        "profile.region",
        "profile.effort",
    ];
    let mut names: Vec<String> =
        LIMITABLE.iter().map(|name| (*name).to_owned()).filter(|_| random.chance(16)).collect();
    names.extend(document.attributes.keys().filter(|_| random.chance(30)).cloned());
    for name in names {
        let limit = Limit {
            min_source: if random.chance(40) { random.below(4) } else { 0 },
            max_age_days: random.maybe(40, |random| random.one(&[0, 1, 30, 90])),
            consent: if document.purposes.is_empty() {
                None
            } else {
                random.maybe(50, |r| r.pick(&document.purposes).clone())
            },
        };
        if limit != Limit::default() {
            document.limits.insert(name, limit);
        }
    }
}

fn channels(document: &mut Document, random: &mut Random) {
    let mut names: Vec<&str> = BUILT_IN_CHANNELS.to_vec();
    names.extend(["kiosk", "branch_tv"]);
    random.shuffle(&mut names);
    names.truncate(1 + random.below(7));
    let staffed_last = random.name(&["in_person", "chat", "post", "kiosk"]);
    names.retain(|name| *name != staffed_last);
    names.insert(random.below(names.len() + 1), &staffed_last);
    for name in names {
        let mut channel = Channel {
            base: random.within(0, 8) * 10,
            reach: if random.chance(20) { 2 + random.below(2) } else { 1 },
            consent: None,
            quiet: random.maybe(20, |random| random.name(&["21:00-08:00", "12:00-13:30", "00:00-06:00"])),
            open: random.maybe(22, opening),
            contacts_at_most: random.maybe(20, |random| random.within(0, 3)),
            layout_at_most: random.maybe(25, |random| random.below(4)),
            staffed: document.people && random.chance(35),
            conflicts: if random.chance(30) { vec![need(random), need(random)] } else { Vec::new() },
            ..Channel::named(name)
        };
        channel.conflicts.sort();
        channel.conflicts.dedup();
        if random.chance(25) && !document.purposes.is_empty() {
            channel.consent = Some(random.pick(&document.purposes).clone());
        }
        if name == staffed_last {
            channel.consent = None;
            channel.conflicts.clear();
            channel.staffed = document.people;
        }
        document.channels.push(channel);
    }
    let others: Vec<&str> =
        document.channels.iter().map(|c| c.name.as_str()).filter(|n| *n != staffed_last).collect();
    let first = random.some(&others, 2);
    document.last_resort = first.into_iter().chain([staffed_last]).collect();
}

fn opening(random: &mut Random) -> Vec<String> {
    let spans = [
        "mon-fri 08:00-20:00",
        "sat 09:00-13:00",
        "mon-sat 10:00-18:00",
        "fri 22:00-02:00",
        "sun 22:00-04:00",
        "mon-sun 00:00-24:00",
        "wed 00:00-12:00",
        "sat-sun 23:00-01:00",
    ];
    (0..=random.below(2)).map(|_| random.name(&spans)).collect()
}

/// Points only (what an arm may have), of the kind that a condition which `speaks` so may carry.
fn points(document: &Document, speaks: Speaks, random: &mut Random) -> Effects {
    let mut effects = Effects::default();
    let amount =
        |random: &mut Random| random.one(&[-250, -100, -60, -25, 10, 25, 50, 75, 100, 200, 10_000, -10_000]);
    for _ in 0..=random.below(2) {
        let channel = random.pick(&document.channels).name.clone();
        effects.channels.insert(channel, amount(random));
    }
    // Simplifying may hang on a need being there, its opposite on a need not being there; never the other way.
    let (helps, hinders) = (!speaks.absent, !speaks.there);
    let mut on_axis = |towards_help: i64| {
        let value: i64 = amount(random);
        let helping = value.signum() == towards_help;
        if random.chance(45) && (if helping { helps } else { hinders }) { value } else { 0 }
    };
    (effects.layout, effects.assistance) = (on_axis(-1), on_axis(1));
    effects
}

pub(super) fn effects(document: &Document, speaks: Speaks, random: &mut Random) -> Effects {
    let mut effects = points(document, speaks, random);
    if random.chance(40) {
        effects.channels.clear();
    }
    if !speaks.absent {
        effects.layout_at_most = random.maybe(25, |random| random.below(4));
        effects.assistance_at_least =
            random.maybe(25, |random| random.below(if document.people { 5 } else { 3 }));
        effects.adapt = random.some(&NEEDS, 1);
    }
    let last = document.last_resort.last();
    let others: Vec<&str> =
        document.channels.iter().map(|c| &c.name).filter(|n| Some(*n) != last).map(String::as_str).collect();
    if random.chance(20) {
        effects.never = random.some(&others, 3);
    }
    if effects == Effects::default() {
        effects.channels.insert(document.channels[0].name.clone(), 15);
    }
    effects
}
