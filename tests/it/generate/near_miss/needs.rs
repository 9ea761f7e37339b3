//! L8: a need that would count against the person who has it.

use super::{NearMiss, add, rule, segment};
use crate::generate::random::Random;
use crate::oracle::document::*;
use crate::oracle::read::condition;

/// Needs that are there.
const THERE: [&str; 11] = [
    r#""large_text" in profile.needs"#,
    r#"profile.required_needs.exists(n, n == "captions")"#,
    r#"profile.needs.exists(n, n.startsWith("no_"))"#,
    "size(profile.needs) > 0",
    "size(profile.required_needs) >= 2",
    "1 <= size(profile.needs)",
    "visit.more_contrast",
    "visit.save_data == true && known(visit.save_data)",
    "false != visit.forced_colors",
    r#"("large_text" in profile.needs) == true"#,
    "visit.save_data || visit.errors > 4 && visit.forced_colors",
];
/// What counts as both.
const BOTH: [&str; 8] = [
    r#"profile.needs.all(n, n != "captions")"#,
    "size(profile.needs) == 0",
    "size(profile.needs) < 2",
    "1 > size(profile.required_needs)",
    r#""large_text" in profile.needs ? visit.pages > 1 : visit.pages > 2"#,
    "size(profile.needs) + 1 > 1",
    "visit.save_data == visit.reduced_motion",
    "visit.forced_colors ? visit.pages > 1 : visit.pages > 2",
];

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

/// L8: directly, turned round, through segments, in arms, and by what counts as both.
pub(super) fn needs(base: &Document, all: &mut Vec<NearMiss>, random: &mut Random) {
    let code = "need_punished";
    for there in THERE {
        let (help, punish) = (helpful(random), punishing(random));
        let turned = format!("!({there})");
        add(
            base,
            all,
            &format!("punished for {there}"),
            code,
            &|d| rule(d, there, punish.clone()),
            Some(&|d| rule(d, there, help.clone())),
        );
        add(
            base,
            all,
            &format!("helped for {turned}"),
            code,
            &|d| rule(d, &turned, help.clone()),
            Some(&|d| rule(d, &turned, punish.clone())),
        );
        let through = |inner: &str, outer: &str, effects: &Effects, d: &mut Document| {
            segment(d, inner);
            rule(d, outer, effects.clone());
        };
        let (plain, not) = ("segment.near && visit.pages > 1", "visit.errors > 2 || !segment.near");
        add(
            base,
            all,
            &format!("punished through a segment for {there}"),
            code,
            &|d| through(there, plain, &punish, d),
            Some(&|d| through(there, plain, &help, d)),
        );
        add(
            base,
            all,
            &format!("helped through the negation of a segment for {there}"),
            code,
            &|d| through(there, not, &help, d),
            Some(&|d| through(there, not, &punish, d)),
        );
        add(
            base,
            all,
            &format!("punished through two negations for {there}"),
            code,
            &|d| through(&turned, not, &punish, d),
            Some(&|d| through(&turned, not, &help, d)),
        );
        let arm = |layout: i64, d: &mut Document| {
            let effects = Effects { layout, ..Effects::default() };
            let arms = vec![
                Arm {
                    name: "as_is".to_owned(),
                    weight: 1,
                    effects: Effects { layout: -layout.abs(), ..Effects::default() },
                },
                Arm { name: "other".to_owned(), weight: 1, effects },
            ];
            let when = Some(condition(there));
            d.experiments
                .insert("near".to_owned(), Experiment { when, unit: "person".to_owned(), salt: None, arms });
        };
        add(
            base,
            all,
            &format!("punished in an arm for {there}"),
            code,
            &|d| arm(60, d),
            Some(&|d| arm(-60, d)),
        );
    }
    let free = Effects { channels: [(base.channels[0].name.clone(), 5)].into(), ..Effects::default() };
    for both in BOTH {
        let (help, punish) = (helpful(random), punishing(random));
        add(
            base,
            all,
            &format!("helped by {both}"),
            code,
            &|d| rule(d, both, help.clone()),
            Some(&|d| rule(d, both, free.clone())),
        );
        add(base, all, &format!("punished by {both}"), code, &|d| rule(d, both, punish.clone()), None);
    }
    let mixed = Effects { layout: -10, assistance: -10, ..Effects::default() };
    add(base, all, "simpler but with less help", code, &|d| rule(d, THERE[0], mixed.clone()), None);
}
