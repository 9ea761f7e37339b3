use std::cell::Cell;
use std::sync::atomic::{AtomicU32, Ordering};

use super::*;

/// A rule of a few closures.
struct Told<F>(&'static [&'static str], F);

impl<F: Fn(&RuleFacts<'_>) -> Truth + Send + Sync> RustRule for Told<F> {
    fn name(&self) -> &str {
        "told"
    }
    fn reads(&self) -> &[&str] {
        self.0
    }
    fn holds(&self, facts: &RuleFacts<'_>) -> Truth {
        self.1(facts)
    }
}

fn problems<F: Fn(&RuleFacts<'_>) -> Truth + Send + Sync>(
    reads: &'static [&'static str],
    holds: F,
) -> Vec<String> {
    let mut attributes = Attributes::new();
    attributes.declare("plan", AttributeType::enum_of(["prepaid", "contract"])).unwrap();
    match check_rust_rule(&Told(reads, holds), &attributes, 300) {
        Ok(()) => Vec::new(),
        Err(error) => {
            assert!(error.to_string().starts_with("rule `told` is not one that a policy can rely on: "));
            error.problems().map(str::to_owned).collect()
        }
    }
}

#[test]
fn a_pure_rule_passes() {
    let found = problems(&["profile.age", "plan", "profile.needs"], |facts| {
        let old = facts.int("profile.age").map(|age| age > 70);
        Truth::from(old)
            .or((facts.text("plan") == Some("contract")).into())
            .or(facts.needs(crate::AccessNeed::LargeText).into())
    });
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn a_rule_that_counts_its_calls_is_found_at_once() {
    let calls = AtomicU32::new(0);
    let found =
        problems(&["visit.save_data"], |_| calls.fetch_add(1, Ordering::Relaxed).is_multiple_of(2).into());
    assert_eq!(found.len(), 1);
    assert!(
        found[0].starts_with("it was true, and false when asked again at once, of visit.save_data"),
        "{}",
        found[0]
    );
}

#[test]
fn a_rule_that_remembers_other_facts_is_found_after_them() {
    let most = AtomicU32::new(0);
    let found = problems(&["visit.pages"], |facts| {
        let pages = facts.int("visit.pages").map_or(0, |pages| u32::try_from(pages).unwrap());
        (pages >= most.fetch_max(pages, Ordering::Relaxed)).into()
    });
    assert_eq!(found.len(), 1);
    assert!(found[0].contains("when asked again after other facts"), "{}", found[0]);
}

#[test]
fn a_rule_that_knows_its_thread_is_found() {
    thread_local!(static HOME: Cell<bool> = const { Cell::new(false) });
    HOME.set(true);
    let found = problems(&[], |_| HOME.get().into());
    assert_eq!(found, ["it was true, and false when asked again on another thread, of no facts"]);
}

#[test]
fn what_a_rule_names_must_exist() {
    let found = problems(&["profile.aeg"], |facts| facts.int("profile.aeg").map(|age| age > 70).into());
    assert_eq!(found, ["it names `profile.aeg`, which is no attribute; did you mean `profile.age`?"]);
}

#[test]
fn what_a_rule_asks_for_must_be_named_and_of_its_type() {
    let found = problems(&["profile.age", "plan"], |facts| {
        let _ = (facts.int("profile.ages"), facts.text("profile.age"), facts.text("plan"));
        Truth::False
    });
    assert_eq!(
        found,
        [
            "it asks for `profile.age` as string, which is int",
            "it asks for `profile.ages`, which it does not name; did you mean `profile.age`?",
        ]
    );
}

#[test]
#[should_panic(expected = "the host's own")]
fn a_panic_goes_through() {
    problems(&[], |_| panic!("the host's own"));
}

#[test]
fn generated_facts_have_every_value_of_an_enum_and_the_unknown_and_the_ends_of_a_range() {
    let mut attributes = Attributes::new();
    attributes.declare("plan", AttributeType::enum_of(["prepaid", "contract"])).unwrap();
    let seen = std::sync::Mutex::new(BTreeSet::new());
    let rule = Told(&["plan", "profile.fluency"], |facts: &RuleFacts<'_>| {
        let mut seen = seen.lock().unwrap();
        seen.insert(format!("{:?}", facts.text("plan")));
        if let Some(fluency) = facts.int("profile.fluency") {
            assert!((0..=100).contains(&fluency));
            seen.insert(fluency.to_string());
        }
        Truth::False
    });
    check_rust_rule(&rule, &attributes, 300).unwrap();
    let seen = seen.into_inner().unwrap();
    for expected in ["None", "Some(\"prepaid\")", "Some(\"contract\")", "0", "1", "99", "100"] {
        assert!(seen.contains(expected), "{expected} in {seen:?}");
    }
}
