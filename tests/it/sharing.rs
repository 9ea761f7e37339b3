//! A selector is replaced while others decide with it: whole versions only, and the old ones to go back to.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use maitre::{
    AssistanceLevel, CustomerProfile, Decision, Digest, ExperienceSelector, LayoutComplexity, Moment, Policy,
    SharedSelector, Visit,
};

use crate::oracle::library;

/// Versions of one policy, each of which decides otherwise on every axis.
fn version(n: usize) -> ExperienceSelector {
    let layout = LayoutComplexity::NAMES.iter().cycle().nth(n).unwrap_or(&"rich");
    let assistance = AssistanceLevel::NAMES.iter().cycle().nth(n).unwrap_or(&"hints");
    let (first, second) = if n.is_multiple_of(2) { (40, 10) } else { (10, 40) };
    let text = format!(
        r#"
        format = 1
        name = "version_{n}"
        defaults = {{ layout = "{layout}", assistance = "{assistance}" }}
        last_resort = ["in_person"]
        channels = [
          {{ name = "web", base = {first} }},
          {{ name = "email", base = {second} }},
          {{ name = "in_person", staffed = true }},
        ]
        rules.old = {{ when = 'profile.tenure_days > {n}', adapt = ["plain_language"] }}
        "#
    );
    library::load(&text).unwrap_or_else(|error| panic!("{error}"))
}

fn visit() -> Visit {
    Visit::new(Moment::parse("2026-11-23T10:00:00Z").unwrap_or_else(|| panic!("no time")))
}

fn digest(selector: &ExperienceSelector) -> Digest {
    selector.policy().digest()
}

#[test]
fn versions_are_kept_to_go_back_to_and_no_more_than_asked_for() {
    let versions: Vec<ExperienceSelector> = (0..6).map(version).collect();
    let digests: Vec<Digest> = versions.iter().map(digest).collect();
    let shared = SharedSelector::new(versions[0].clone()).keeping(3);
    assert_eq!((shared.versions(), shared.roll_back()), (digests[..1].to_vec(), None));
    for (n, selector) in versions.iter().enumerate().skip(1) {
        shared.replace(selector.clone());
        assert_eq!(shared.versions(), digests[n.saturating_sub(3)..=n]);
        assert_eq!(digest(&shared.current()), digests[n]);
    }
    for n in [4, 3, 2] {
        assert_eq!(shared.roll_back(), Some(digests[n]));
        assert_eq!(digest(&shared.current()), digests[n]);
    }
    assert_eq!((shared.roll_back(), shared.versions()), (None, vec![digests[2]]));
    // The same policy, loaded again, is no version of its own.
    let again = SharedSelector::new(versions[0].clone());
    again.replace(versions[1].clone());
    (0..9).for_each(|_| again.replace(version(1)));
    assert_eq!(again.versions(), digests[..2]);
    let less = again.keeping(0);
    assert_eq!((less.versions(), less.roll_back()), (digests[1..2].to_vec(), None));
    let forgetful = SharedSelector::new(versions[0].clone()).keeping(0);
    forgetful.replace(versions[1].clone());
    assert_eq!((forgetful.roll_back(), forgetful.versions()), (None, vec![digests[1]]));
}

#[test]
fn what_is_held_stays_what_it_is() {
    let shared = SharedSelector::new(version(0));
    let held = shared.current();
    let before = held.select(&CustomerProfile::new(), &visit());
    for n in 1..20 {
        shared.replace(version(n));
    }
    assert_eq!(held.select(&CustomerProfile::new(), &visit()), before);
    assert_ne!(shared.current().select(&CustomerProfile::new(), &visit()), before);
}

#[test]
fn nobody_gets_a_decision_of_two_versions_while_thousands_are_swapped() {
    let profile = CustomerProfile::new().with_tenure_days(7);
    let visit = visit();
    let versions: Vec<ExperienceSelector> = (0..20).map(version).collect();
    let wanted: BTreeMap<Digest, Decision> =
        versions.iter().map(|selector| (digest(selector), selector.select(&profile, &visit))).collect();
    assert_eq!(wanted.len(), 20);
    let shared = SharedSelector::new(versions[0].clone());
    let (is_over, seen) = (AtomicBool::new(false), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        let reader = || {
            scope.spawn(|| {
                let mut last = None;
                while !is_over.load(Ordering::Relaxed) {
                    let current = shared.current();
                    let decision = current.select(&profile, &visit);
                    assert_eq!(decision.policy(), digest(&current));
                    assert_eq!(Some(&decision), wanted.get(&decision.policy()), "of two versions");
                    if last.replace(decision.policy()) != Some(decision.policy()) {
                        seen.fetch_add(1, Ordering::Relaxed);
                    }
                }
            })
        };
        let readers = [reader(), reader(), reader()];
        for n in 0..10_000 {
            if n % 7 == 3 {
                shared.roll_back();
            } else {
                shared.replace(versions[n % versions.len()].clone());
            }
            // The readers must have their turn, also on one core.
            if n % 50 == 0 {
                std::thread::yield_now();
            }
        }
        // Until the readers have surely seen some; one that has failed sees no more.
        while seen.load(Ordering::Relaxed) < 20 && readers.iter().all(|reader| !reader.is_finished()) {
            shared.replace(versions[seen.load(Ordering::Relaxed) % versions.len()].clone());
            std::thread::yield_now();
        }
        is_over.store(true, Ordering::Relaxed);
    });
}

#[test]
fn a_policy_with_a_mistake_never_gets_in_the_place_of_a_good_one() {
    let shared = SharedSelector::new(version(0));
    let load = |text: &str| -> Result<(), Box<dyn std::error::Error>> {
        shared.replace(ExperienceSelector::compile(&Policy::from_toml(text)?)?);
        Ok(())
    };
    let before = shared.versions();
    assert!(load("format = 1\nname = \"half\"").is_err());
    assert_eq!(shared.versions(), before);
}
