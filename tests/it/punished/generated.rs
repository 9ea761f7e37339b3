//! Many generated documents that would punish a need: whom they hurt, held against the interpreter.

use maitre::{Hurts, Policy, Punishment};

use super::somebody;
use crate::generate::random::Random;
use crate::generate::{near_miss, print::toml, visitors};
use crate::laws::people::needier;
use crate::oracle::back;
use crate::oracle::choose::decide;
use crate::oracle::document::{ASKED_BY_DEVICE, ASSISTANCE, Document, LAYOUTS};
use crate::oracle::visitor::Visitor;

/// Whether the second of two visitors fares worse than the first in some way that counts (L8), by the interpreter.
fn is_worse(document: &Document, before: &Visitor, after: &Visitor) -> bool {
    let level = |all: &[&str], name: &str| all.iter().position(|one| *one == name);
    let (old, new) = (decide(document, before), decide(document, after));
    let layout = |a: &str, b: &str| level(&LAYOUTS, b) > level(&LAYOUTS, a);
    level(&ASSISTANCE, &new.assistance) < level(&ASSISTANCE, &old.assistance)
        || !new.adaptations.is_superset(&old.adaptations)
        || old.channel == new.channel && layout(&old.layout, &new.layout)
        || before.channel.is_some() && layout(&old.layout_in_use, &new.layout_in_use)
}

/// Whether a need makes one of some visitors fare worse.
fn is_hurt(document: &Document, n: u64) -> bool {
    let mut random = Random::new(n);
    visitors(document, n, 60).iter().any(|before| {
        let after: Vec<Visitor> = (0..6).map(|_| needier(before, &mut random)).collect();
        after.iter().any(|after| is_worse(document, before, after))
    })
}

/// A document with one of the effects that are refused, and without the others.
fn with_one(document: &Document, all: &[Punishment], path: &str) -> Document {
    let mut document = document.clone();
    for other in all.iter().filter(|other| *other.path != *path) {
        let parts: Vec<&str> = other.path.split('.').collect();
        let effects = match parts[..] {
            ["rules", name, ..] => &mut document.rules.get_mut(name).unwrap().effects,
            ["experiments", name, arm, ..] => {
                let arm = arm.trim_start_matches("arms[").trim_end_matches(']').parse::<usize>().unwrap();
                &mut document.experiments.get_mut(name).unwrap().arms.get_mut(arm).unwrap().effects
            }
            _ => panic!("{}", other.path),
        };
        match *parts.last().unwrap() {
            "layout" => effects.layout = 0,
            "layout_at_most" => effects.layout_at_most = None,
            "assistance" => effects.assistance = 0,
            "assistance_at_least" => effects.assistance_at_least = None,
            "adapt" => effects.adapt.clear(),
            other => panic!("{other}"),
        }
    }
    document
}

#[test]
fn for_many_documents_that_would_punish_a_need_somebody_is_found() {
    let (mut refused, mut found, mut nobody, mut by_device, mut missed) = (0, 0, 0, 0, Vec::new());
    for n in 600..602 {
        for miss in near_miss::around(n).iter().filter(|miss| miss.code == "need_punished") {
            let loader = Policy::loader().rule(crate::oracle::rust::Loyal).rule(crate::oracle::rust::Alike);
            let Err(error) = loader.toml(&toml(&miss.document)) else { panic!("{}", miss.what) };
            refused += 1;
            let all = error.punished(1_000);
            assert!(!all.is_empty(), "{}", miss.what);
            for one in all.iter().filter(|one| one.hurts == Hurts::Nobody) {
                let alone = with_one(&miss.document, &all, &one.path);
                assert!(!is_hurt(&alone, n), "{one}: somebody is hurt\n{}", toml(&alone));
            }
            let is_nobody = all.iter().all(|one| one.hurts == Hurts::Nobody);
            nobody += usize::from(is_nobody);
            let pairs = somebody(all);
            found += usize::from(!pairs.is_empty());
            if pairs.is_empty() && is_hurt(&miss.document, n) {
                assert!(!is_nobody, "somebody is hurt: {}\n{}", miss.what, toml(&miss.document));
                missed.push(miss.what.clone());
            }
            for pair in pairs {
                let [before, after] = [&pair.without, &pair.with]
                    .map(|witness| back::visitor(&witness.profile, &witness.visit));
                assert!(is_worse(&miss.document, &before, &after), "{pair}\n{}", toml(&miss.document));
                let (with, without) = (pair.with.to_string(), pair.without.to_string());
                let need = pair.need.as_str();
                let is_asked = |(asked, of): &(&str, &str)| {
                    let asked = asked.trim_start_matches("visit.");
                    *of == need && with.contains(asked) && without.contains(asked) && with != without
                };
                let is_less = pair.instead_of.is_some() && without.contains(need);
                let is_on_record = with.contains(need) && (is_less || !without.contains(need));
                by_device += usize::from(!is_on_record);
                assert!(is_on_record || ASKED_BY_DEVICE.iter().any(is_asked), "{pair}");
            }
        }
    }
    assert!(
        refused >= 15 && found * 4 > refused && nobody > 3 && by_device > 3 && missed.len() * 100 < refused,
        "{found} of {refused}, {nobody} times nobody, {by_device} by a device, not found: {missed:#?}"
    );
}
