//! Small policies, held against everybody whom their conditions can tell apart: no finding too many, and none too few.

use std::collections::BTreeSet;

use maitre::{
    Channel, CustomerProfile, Fact, FindingKind as Kind, Journey, LayoutComplexity, Moment, PolicyDocument,
    RuleEntry, Source, SubjectKind, Truth, Visit,
};

use super::{Said, hold_witnesses, key, options, said, selector};
use crate::generate::random::Random;
use crate::guarantees::universe;

/// One visitor for each combination of what the conditions of rules and segments of small policies tell apart.
pub fn crowd() -> Vec<(CustomerProfile, Visit)> {
    let mut all = Vec::new();
    let at = |hour: &str| Moment::parse(hour).unwrap();
    let rich = LayoutComplexity::Rich;
    let plain = LayoutComplexity::Simple;
    let layouts = [
        None,
        Some(Fact::declared(rich)),
        Some(Fact::observed(rich)),
        Some(Fact::declared(plain)),
        Some(Fact::observed(plain)),
    ];
    for (errors, failed_steps) in [(0, 0), (2, 0), (0, 3), (2, 3)] {
        for fluency in [None, Some(20), Some(50), Some(80)] {
            for in_use in [None, Some(Channel::Web), Some(Channel::Phone)] {
                for hour in ["2026-11-23T10:00:00Z", "2026-11-23T22:00:00Z"] {
                    for layout in &layouts {
                        let mut profile = CustomerProfile::new();
                        if let Some(fluency) = fluency {
                            profile = profile.with_fluency(Fact::new(fluency, Source::Observed));
                        }
                        if let Some(layout) = layout {
                            profile = profile.with_preferred_layout(*layout);
                        }
                        let journey = Journey { failed_steps, ..Journey::default() };
                        let mut visit = Visit::new(at(hour)).with_errors(errors).with_journey(journey);
                        if let Some(channel) = in_use {
                            visit = visit.on(channel);
                        }
                        all.push((profile, visit));
                    }
                }
            }
        }
    }
    all
}

/// What a rule says for an axis, below 0 what it says against it.
fn points(rule: &RuleEntry, axis: &str) -> i64 {
    match axis {
        "layout" => -rule.layout,
        "assistance" => rule.assistance,
        channel if rule.never.contains(channel) => -1,
        channel => rule.channels.get(channel).copied().unwrap_or(0),
    }
}

/// Whether `less` asks for nothing that `more` does not ask for.
fn adds_nothing(less: &RuleEntry, more: &RuleEntry) -> bool {
    less.layout == 0
        && less.assistance == 0
        && less.channels.values().all(|&points| points == 0)
        && less.layout_at_most.is_none_or(|cap| more.layout_at_most.is_some_and(|other| other <= cap))
        && less
            .assistance_at_least
            .is_none_or(|floor| more.assistance_at_least.is_some_and(|other| other >= floor))
        && less.adapt.is_subset(&more.adapt)
        && less.never.is_subset(&more.never)
}

/// What must be found, of what these visitors can tell.
fn expected(document: &PolicyDocument, crowd: &[Said]) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    let holding = |what: SubjectKind, name: &str| -> Vec<bool> {
        crowd.iter().map(|said| said.of(what, name).is_some_and(Truth::holds)).collect()
    };
    let within = |a: &[bool], b: &[bool]| a.iter().zip(b).all(|(a, b)| !a || *b);
    let sometimes = |a: &[bool]| a.iter().any(|a| *a) && a.iter().any(|a| !a);
    let segments = document.segments.keys().map(|name| (SubjectKind::Segment, name));
    let rules = document.rules.keys().map(|name| (SubjectKind::Rule, name));
    let items: Vec<_> = segments.chain(rules).map(|(what, name)| (what, name, holding(what, name))).collect();
    for (_, name, holds) in &items {
        if !holds.contains(&true) {
            all.insert(format!("never_true {name}"));
        }
        if !holds.contains(&false) {
            all.insert(format!("always_true {name}"));
        }
    }
    let value = |said: &Said, name: &str| said.segments.get(name).copied();
    let sometimes: Vec<_> = items.iter().filter(|(_, _, holds)| sometimes(holds)).collect();
    // Of those that hold for the same visitors the first by name stands for all.
    let is_first = |what: SubjectKind, name: &str, holds: &[bool]| {
        !sometimes
            .iter()
            .any(|(kind, other, others)| *kind == what && other.as_str() < name && others == holds)
    };
    for (what, name, holds) in &sometimes {
        let others = || sometimes.iter().filter(|(kind, other, _)| kind == what && other != name);
        let same = |other: &str| {
            *what == SubjectKind::Rule || crowd.iter().all(|said| value(said, name) == value(said, other))
        };
        let alike: Vec<&str> = others()
            .filter(|(_, other, others)| others == holds && same(other))
            .map(|(_, other, _)| other.as_str())
            .collect();
        if !alike.is_empty() && alike.iter().all(|other| name.as_str() < *other) {
            all.insert(format!("same_as {name} {}", alike.join(" ")));
        }
        let wider = || others().filter(|(_, _, others)| within(holds, others) && others != holds);
        if *what == SubjectKind::Rule {
            let beside =
                wider().find(|(_, other, _)| adds_nothing(&document.rules[*name], &document.rules[*other]));
            all.extend(beside.map(|(_, other, _)| format!("implied {name} {other}")));
            continue;
        }
        // The narrowest that it lies in.
        let narrowest = wider().filter(|(what, other, others)| {
            is_first(*what, other, others)
                && !wider().any(|(_, _, between)| within(between, others) && between != others)
        });
        let narrowest: Vec<&str> = narrowest.map(|(_, other, _)| other.as_str()).collect();
        if !narrowest.is_empty() && is_first(*what, name, holds) {
            all.insert(format!("implied {name} {}", narrowest.join(" ")));
        }
    }
    let channels: Vec<&str> = document.channels.iter().map(|channel| channel.name.as_str()).collect();
    for axis in ["layout", "assistance"].iter().chain(&channels) {
        let kind = if matches!(*axis, "layout" | "assistance") { "opposing" } else { "opposing_on_channel" };
        for (name, rule) in document.rules.iter().filter(|(_, rule)| points(rule, axis) < 0) {
            let holds = holding(SubjectKind::Rule, name);
            let meets = document.rules.iter().any(|(other, with)| {
                let others = || holding(SubjectKind::Rule, other);
                points(with, axis) > 0 && holds.iter().zip(others()).any(|(a, b)| *a && b)
            });
            if meets {
                // Only the one that takes away is the same whoever is named beside it.
                all.insert(format!("{kind} {name} {}", rule_axis(rule)));
            }
        }
    }
    for name in document.segments.keys() {
        let named = |when: &str| when.contains(&format!("segment.{name}"));
        let by_experiment = document.experiments.values().filter_map(|one| one.when.as_deref());
        let rules = document.rules.values().map(|rule| rule.when.as_str());
        if !rules.chain(by_experiment).any(named) {
            all.insert(format!("unused_segment {name}"));
        }
    }
    all
}

/// The only axis on which a small policy's rule pulls.
fn rule_axis(rule: &RuleEntry) -> String {
    match rule {
        rule if rule.layout != 0 => "layout".to_owned(),
        rule if rule.assistance != 0 => "assistance".to_owned(),
        rule => rule.channels.keys().chain(&rule.never).next().cloned().unwrap_or_default(),
    }
}

#[test]
fn small_policies_have_the_findings_that_everybody_says_and_no_others() {
    let crowd = crowd();
    let universe: Vec<_> = universe::visitors().step_by(3).collect();
    let mut counts = std::collections::BTreeMap::<Kind, usize>::new();
    for n in crate::generate::numbers(200) {
        let mut random = Random::new(400_000 + n);
        let mut text = universe::policy(&mut random);
        if random.chance(10) {
            // What is never unknown is always one or the other.
            let leaf = random.name(&["visit.errors >= 2", "known(profile.fluency)", "visit.hour >= 20"]);
            text += &format!("[segments.s9]\nwhen = '{leaf} || !({leaf})'\n");
        }
        text += "[findings]\nopposing_on_channel = \"warn\"\n";
        let selector = selector(&text);
        let analysis = selector.analyse(&options());
        assert!(analysis.is_complete(), "{text}\n{analysis}");
        hold_witnesses(&text, &selector, &analysis);
        let document = selector.policy().document();
        let told: Vec<Said> =
            crowd.iter().map(|(profile, visit)| said(&selector, (profile, visit))).collect();
        let wanted = expected(document, &told);
        let mut found = BTreeSet::new();
        for finding in &analysis.findings {
            *counts.entry(finding.kind).or_default() += 1;
            let is_experiment = finding.about.iter().any(|one| one.what == SubjectKind::Experiment);
            match finding.kind {
                Kind::NeverTrue | Kind::AlwaysTrue if is_experiment => {}
                Kind::NeverTrue | Kind::AlwaysTrue | Kind::Implied | Kind::SameAs | Kind::UnusedSegment => {
                    found.insert(key(finding));
                }
                Kind::Opposing | Kind::OpposingOnChannel => {
                    let rule = &document.rules[&*finding.about[0].name];
                    found.insert(format!("{} {} {}", finding.kind, finding.about[0].name, rule_axis(rule)));
                }
                Kind::ChannelNeverServed | Kind::LayoutNeverGiven | Kind::AssistanceNeverGiven => {
                    let name = &*finding.about[0].name;
                    for (profile, visit) in &universe {
                        let experience = selector.select(profile, visit).experience();
                        let given = match finding.kind {
                            Kind::ChannelNeverServed => experience.channel.as_str(),
                            Kind::LayoutNeverGiven => experience.layout.as_str(),
                            _ => experience.assistance.as_str(),
                        };
                        assert_ne!(given, name, "{text}\n{finding}");
                    }
                }
                _ => {}
            }
        }
        let (missed, false_ones): (Vec<_>, Vec<_>) =
            (wanted.difference(&found).collect(), found.difference(&wanted).collect());
        assert!(
            missed.is_empty() && false_ones.is_empty(),
            "{text}\nmissed {missed:?}, false {false_ones:?}\n{analysis}"
        );
    }
    let often = [
        (Kind::NeverTrue, 10),
        (Kind::AlwaysTrue, 10),
        (Kind::Implied, 10),
        (Kind::SameAs, 5),
        (Kind::Opposing, 10),
        (Kind::OpposingOnChannel, 3),
        (Kind::UnusedSegment, 30),
        (Kind::Silenced, 5),
    ];
    for (kind, least) in often {
        assert!(counts.get(&kind).copied().unwrap_or(0) >= least, "{kind}: {counts:?}");
    }
}
