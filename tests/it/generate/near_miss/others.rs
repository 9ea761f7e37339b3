//! Cycles, limits that are not allowed, numbers and hours out of range, names and types that are not there.

use super::{NearMiss, add, rule, segment};
use crate::generate::random::Random;
use crate::oracle::document::*;
use crate::oracle::expression::Expr;

/// What is wrong in one number, name or word.
pub(super) fn others(base: &Document, all: &mut Vec<NearMiss>, random: &mut Random) {
    let limit = Limit { max_age_days: Some(30), ..Limit::default() };
    let family = random.name(&[
        "profile.reach",
        "profile.contacts_30d",
        "profile.consents",
        "profile.required_needs",
        "visit.at",
        "visit.gpc",
    ]);
    for name in ["profile.needs", &family] {
        add(
            base,
            all,
            &format!("a limit on {name}"),
            "not_limitable",
            &|d| drop(d.limits.insert(name.to_owned(), limit.clone())),
            Some(&|d| drop(d.limits.insert("profile.effort".to_owned(), limit.clone()))),
        );
    }
    add(
        base,
        all,
        "a segment that uses itself",
        "cycle",
        &|d| segment(d, "visit.pages > 1 || segment.near"),
        Some(&|d| segment(d, "visit.pages > 1")),
    );
    add(
        base,
        all,
        "two segments that use each other",
        "cycle",
        &|d| {
            segment(d, "!segment.nearer");
            d.segments.insert(
                "nearer".to_owned(),
                Segment { when: Expr::Segment("near".to_owned()), include_unknown: true },
            );
        },
        None,
    );
    let points = |points: i64| Effects { layout: points, ..Effects::default() };
    add(
        base,
        all,
        "points out of range",
        "out_of_range",
        &|d| rule(d, "visit.errors > 1", points(10_001)),
        Some(&|d| rule(d, "visit.errors > 1", points(10_000))),
    );
    add(
        base,
        all,
        "points out of range below",
        "out_of_range",
        &|d| rule(d, "visit.errors > 1", points(-10_001)),
        Some(&|d| rule(d, "visit.errors > 1", points(-10_000))),
    );
    add(
        base,
        all,
        "a base out of range",
        "out_of_range",
        &|d| d.channels[0].base = 10_001,
        Some(&|d| d.channels[0].base = 10_000),
    );
    add(
        base,
        all,
        "a margin out of range",
        "out_of_range",
        &|d| d.weights.margin = 50,
        Some(&|d| d.weights.margin = 49),
    );
    let holdout = |percent: u64| Some(Holdout { unit: "person".to_owned(), percent, salt: "s".to_owned() });
    add(
        base,
        all,
        "more than all held out",
        "out_of_range",
        &|d| d.holdout = holdout(101),
        Some(&|d| d.holdout = holdout(100)),
    );
    for (bad, good) in [("08:00-08:00", "08:00-08:01"), ("00:00-00:00", "00:00-23:59")] {
        add(
            base,
            all,
            "quiet hours of no length",
            "bad_time",
            &|d| d.channels[0].quiet = Some(bad.to_owned()),
            Some(&|d| d.channels[0].quiet = Some(good.to_owned())),
        );
        let day = |hours: &str| Some(vec![format!("mon {hours}")]);
        add(
            base,
            all,
            "opening hours of no length",
            "bad_time",
            &|d| d.channels[0].open = day(bad),
            Some(&|d| d.channels[0].open = day(good)),
        );
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
        add(
            base,
            all,
            bad,
            code,
            &|d| rule(d, bad, channel.clone()),
            Some(&|d| rule(d, good, channel.clone())),
        );
    }
    let nowhere = Effects { never: vec!["nowhere".to_owned()], ..Effects::default() };
    add(
        base,
        all,
        "never on a channel that is not there",
        "unknown_channel",
        &|d| rule(d, "visit.errors > 1", nowhere.clone()),
        None,
    );
    add(
        base,
        all,
        "a consent to what nobody asks",
        "unknown_purpose",
        &|d| d.channels.push(Channel { consent: Some("nothing".to_owned()), ..Channel::named("another") }),
        Some(&|d| d.channels.push(Channel::named("another"))),
    );
}
