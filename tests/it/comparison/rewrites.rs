//! Conditions written otherwise that say the same, and some that nearly do.

use maitre::Aspect;

use super::{loader, selector};

/// A policy whose rules hang on one condition.
fn with(when: &str) -> String {
    format!(
        r#"
        format = 1
        name = "rewritten"
        last_resort = ["phone", "in_person"]
        channels = [{{ name = "web", base = 10 }}, {{ name = "app" }}, {{ name = "phone", staffed = true, open = ["mon-fri 08:00-20:00"] }}, {{ name = "in_person", staffed = true }}]
        [attributes]
        plan = ["prepaid", "contract", "business"]
        score = "float"
        paid = "bool"
        [segments]
        stuck = 'journey.failed_steps > 2 || visit.errors >= 2'
        careful = {{ when = 'profile.fluency < 30', on_unknown = "include" }}
        [rules]
        cap = {{ when = '{when}', layout_at_most = "simple" }}
        help = {{ when = '{when}', assistance = 120 }}
        app = {{ when = '{when}', channels = {{ app = 40 }} }}
        "#
    )
}

#[test]
fn what_is_only_written_otherwise_is_proven_the_same() {
    let loader = loader();
    let pairs = [
        ("visit.errors > 2", "visit.errors >= 3"),
        ("!(visit.errors < 3)", "2 < visit.errors"),
        ("!(visit.errors > 2 && paid)", "visit.errors <= 2 || !paid"),
        ("segment.stuck && paid", "(journey.failed_steps >= 3 || visit.errors > 1) && paid"),
        ("segment.careful", "!(profile.fluency >= 30) || !known(profile.fluency)"),
        ("plan == \"prepaid\" || plan == \"business\"", "plan in [\"business\", \"prepaid\"]"),
        ("plan != \"contract\"", "plan in [\"prepaid\", \"business\"]"),
        ("paid ? visit.errors > 2 : visit.pages > 4", "paid && visit.errors > 2 || !paid && visit.pages > 4"),
        ("paid || visit.errors > 5", "paid || (!paid && visit.errors > 5) || visit.errors > 5"),
        ("score > 1.5 && !(score > 2.5)", "score <= 2.5 && score > 1.5"),
    ];
    for (before, after) in pairs {
        let (old, new) = (selector(&loader, &with(before)), selector(&loader, &with(after)));
        let comparison = old.compare(&new, 2_000);
        assert!(comparison.is_same(), "{before}\n{after}\n{comparison}");
        assert!(!comparison.edits.is_empty());
    }
}

#[test]
fn what_nearly_says_the_same_is_told_apart() {
    let loader = loader();
    // Each differs for few: of one value, or of those of whom something is unknown.
    let pairs = [
        ("visit.errors > 2", "visit.errors > 3", "errors = 3"),
        ("paid", "!(!paid && known(paid))", "visit"),
        ("!segment.stuck", "visit.errors < 2", "visit"),
        ("plan != \"contract\"", "plan == \"prepaid\"", "business"),
        ("profile.fluency < 30", "segment.careful", "visit"),
        ("score > 1.5", "score >= 1.5", "1.5"),
        ("visit.hour >= 22", "visit.hour >= 21", "visit"),
    ];
    for (before, after, with_what) in pairs {
        let (old, new) = (selector(&loader, &with(before)), selector(&loader, &with(after)));
        let comparison = old.compare(&new, 5_000);
        for aspect in [Aspect::Channel, Aspect::Layout, Aspect::Assistance] {
            let found = comparison.found().find(|(change, _)| change.aspect == aspect);
            let (_, changed) = found.unwrap_or_else(|| panic!("{before}\n{after}\n{aspect}\n{comparison}"));
            assert!(changed.witness.to_string().contains(with_what), "{comparison}");
        }
        for aspect in [Aspect::Adaptations, Aspect::WayOut] {
            assert!(comparison.is_same_in(aspect), "{before}\n{after}\n{comparison}");
        }
    }
}
