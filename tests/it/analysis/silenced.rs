//! Rules that an unknown fact silences: found exactly where everybody who can be told apart says so.

use maitre::{FindingKind, Truth};

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

fn some(random: &mut Random, from: &[&str]) -> String {
    let leaf = |random: &mut Random| {
        let leaf = random.name(from);
        if random.chance(25) { format!("!({leaf})") } else { leaf }
    };
    match random.below(4) {
        0 => leaf(random),
        1 => format!("{} || {}", leaf(random), leaf(random)),
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

#[test]
fn a_rule_is_silenced_where_somebody_in_trouble_is_left_undecided() {
    let (mut silenced, mut not) = (0, 0);
    let crowd = crowd();
    for n in crate::generate::numbers(100) {
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
            some(&mut random, &OTHERS),
            some(&mut random, &OTHERS),
            if random.chance(50) { "segment.beside || " } else { "" },
            random.name(&BOTH),
        );
        let selector = selector(&text);
        let analysis = selector.analyse(&options());
        assert!(analysis.is_complete(), "{text}\n{analysis}");
        hold_witnesses(&text, &selector, &analysis);
        let is_silenced = crowd.iter().any(|(profile, visit)| {
            let said = said(&selector, (profile, visit));
            said.segments["trouble"] == Truth::True
                && said.segments["others"] == Truth::Unknown
                && said.rules["r"] == Truth::Unknown
        });
        let found = analysis.findings.iter().any(|finding| finding.kind == FindingKind::Silenced);
        assert_eq!(found, is_silenced, "{text}\n{analysis}");
        *(if found { &mut silenced } else { &mut not }) += 1;
    }
    assert!(silenced >= 20 && not >= 20, "{silenced} and {not}");
}
