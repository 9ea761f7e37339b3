//! Policies and near neighbours of them.

use maitre::{
    AssistanceLevel, ExperienceSelector, LayoutComplexity, LimitEntry, PolicyDocument, Reach, Source,
};

use super::{Counts, hold, loader, selector};
use crate::generate::print::toml;
use crate::generate::random::Random;
use crate::generate::{self, smaller};
use crate::guarantees::universe;
use crate::oracle::library;

/// One edit such as authors make; whether it can have changed a decision is left open.
fn edit(document: &mut PolicyDocument, random: &mut Random) -> &'static str {
    let names: Vec<String> = document.rules.keys().cloned().collect();
    let rule = random.pick(&names).clone();
    let place = random.below(document.channels.len());
    match random.below(16) {
        0 => {
            let turns = [
                ("errors >= 2", "errors >= 3"),
                ("failed_steps >= 3", "failed_steps >= 1"),
                ("fluency < 30", "fluency < 60"),
                ("fluency >= 70", "fluency > 20"),
                ("hour >= 20", "hour >= 9"),
            ];
            for rule in document.rules.values_mut() {
                for (from, to) in turns {
                    rule.when = rule.when.replace(from, to);
                }
            }
            "thresholds"
        }
        1 => {
            document.rules.remove(&rule);
            "a rule removed"
        }
        2 => {
            if let Some(rule) = document.rules.get_mut(&rule) {
                rule.layout += random.one(&[-120, -20, 30, 150]);
            }
            "points for the layout"
        }
        3 => {
            if let Some(rule) = document.rules.get_mut(&rule) {
                rule.assistance += random.one(&[-120, -20, 30, 150]);
            }
            "points for the assistance"
        }
        4 => {
            if let Some(rule) = document.rules.get_mut(&rule) {
                rule.layout_at_most = Some(LayoutComplexity::ALL[random.below(4)]);
            }
            "a cap"
        }
        5 => {
            if let Some(rule) = document.rules.get_mut(&rule) {
                rule.assistance_at_least = Some(AssistanceLevel::ALL[random.below(5)]);
            }
            "a floor"
        }
        6 => {
            document.channels[place].base += random.one(&[-30, -10, 10, 40]);
            "a base"
        }
        7 => {
            let open = &mut document.channels[place].open;
            *open = if open.is_empty() { vec!["mon-sat 09:00-21:00".to_owned()] } else { Vec::new() };
            "hours"
        }
        8 => {
            let reach = &mut document.channels[place].reach;
            *reach = if *reach == Reach::Verified { Reach::Unknown } else { Reach::Verified };
            "a reach"
        }
        9 => {
            let cap = &mut document.channels[place].layout_at_most;
            *cap = if cap.is_some() { None } else { Some(LayoutComplexity::ALL[random.below(3)]) };
            "a channel's cap"
        }
        10 => {
            document.defaults.layout = LayoutComplexity::ALL[random.below(4)];
            "the default layout"
        }
        11 => {
            document.defaults.assistance = AssistanceLevel::ALL[random.below(5)];
            "the default assistance"
        }
        12 => {
            document.weights.habit = random.one(&[0, 5, 30]);
            document.weights.continuity = random.one(&[0, 50, 80]);
            document.weights.margin = random.one(&[0, 25, 40]);
            "weights"
        }
        13 => {
            if let Some(segment) = document.segments.get_mut("s0") {
                segment.include_unknown = !segment.include_unknown;
            }
            "what unknown counts as"
        }
        14 => {
            let limit = LimitEntry { min_source: Source::Declared, ..LimitEntry::default() };
            match document.limits.remove("profile.fluency") {
                Some(_) => {}
                None => drop(document.limits.insert("profile.fluency".to_owned(), limit)),
            }
            "a limit on a fact"
        }
        _ => {
            let removed = document.rules.remove(&rule);
            document.rules.extend(removed.map(|rule| ("renamed".to_owned(), rule)));
            "a name"
        }
    }
}

#[test]
fn small_policies_and_their_neighbours_differ_as_all_their_visitors_say() {
    let loader = loader();
    let mut counts: Counts = [0; 3];
    let mut pairs = 0;
    for n in 0..20 {
        let mut random = Random::new(130_000 + n);
        let old = selector(&loader, &universe::policy(&mut random));
        let mut document = old.policy().document().clone();
        let what = edit(&mut document, &mut random);
        let Ok(policy) = loader.document(&document) else { continue };
        let new = ExperienceSelector::compile(&policy).unwrap();
        let comparison = old.compare(&new, 500);
        let found = hold(&old, &new, &comparison, universe::visitors());
        assert!(what != "a name" || comparison.is_same(), "{comparison}");
        pairs += 1;
        (0..3).for_each(|at| counts[at] += found[at]);
    }
    assert!(pairs > 15 && counts[1] > 20, "{pairs} {counts:?}");
    // Few are left open: somebody is hard to find, or a difference in points never tells.
    assert!(counts[2] * 2 < counts[1], "{counts:?}");
}

#[test]
fn what_is_proven_of_generated_policies_and_smaller_ones_holds_for_generated_visitors() {
    let loader = loader();
    let mut counts: Counts = [0; 3];
    for n in 0..16 {
        let document = generate::policy(140_000 + n);
        let mut random = Random::new(n);
        let text = toml(&document);
        let Ok(policy) = loader.toml(&text) else { continue };
        let Ok(old) = ExperienceSelector::compile_within(&policy, 1) else { continue };
        let all = smaller::documents(&document);
        let other = random.pick(&all).clone();
        let Ok(policy) = loader.toml(&toml(&other)) else { continue };
        let Ok(new) = ExperienceSelector::compile_within(&policy, 1) else { continue };
        let visitors = generate::visitors(&document, n, 40);
        let [old, new] = if random.chance(50) { [old, new] } else { [new, old] };
        let comparison = old.compare(&new, 100);
        let found = hold(&old, &new, &comparison, visitors.iter().map(library::people));
        (0..3).for_each(|at| counts[at] += found[at]);
    }
    assert!(counts[0] > 300 && counts[1] > 5, "{counts:?}");
}

#[test]
fn a_policy_with_other_names_for_its_rules_is_the_same() {
    let loader = loader();
    let mut counts: Counts = [0; 3];
    for n in 0..20 {
        let mut document = generate::policy(150_000 + n);
        let Ok(policy) = loader.toml(&toml(&document)) else { continue };
        let Ok(old) = ExperienceSelector::compile_within(&policy, 1) else { continue };
        let rules = std::mem::take(&mut document.rules).into_iter().rev().enumerate();
        document.rules = rules.map(|(n, (_, rule))| (format!("other_{n}"), rule)).collect();
        let new = selector(&loader, &toml(&document));
        let comparison = old.compare(&new, 50);
        let visitors = generate::visitors(&document, n, 5);
        let found = hold(&old, &new, &comparison, visitors.iter().map(library::people));
        (0..3).for_each(|at| counts[at] += found[at]);
    }
    assert!(counts[0] > 600 && counts[1] == 0 && counts[2] * 50 < counts[0], "{counts:?}");
}
