//! Policies of up to 2,500 segments and 300 rules against the interpreter.

use std::collections::{BTreeMap, BTreeSet};

use maitre::{SegmentSet, WhyDerived};

use super::loaded;
use crate::generate::{self, large};
use crate::oracle::agree::{differences_on_all_paths, disagreement, report};
use crate::oracle::document::{Document, Segment};
use crate::oracle::library;
use crate::oracle::paths::Paths;
use crate::oracle::visitor::Visitor;

/// Segments, rules and visitors of each policy.
const SIZES: [(usize, usize, usize); 8] = [
    (0, 300, 24),
    (60, 10, 60),
    (60, 20, 60),
    (200, 40, 40),
    (200, 40, 40),
    (600, 100, 24),
    (1_000, 200, 16),
    (2_500, 300, 12),
];

/// How many smaller policies are tried on one that shows a disagreement.
const TRIES: usize = 250;

#[test]
fn large_policies_agree_with_the_interpreter_on_every_path() {
    for (n, (segments, rules, visitors)) in SIZES.into_iter().enumerate() {
        let document = large::policy(segments, rules, n as u64);
        let selector = loaded(&document);
        let mut paths = Paths::of(&selector);
        let visitors = generate::visitors(&document, n as u64, visitors);
        for visitor in &visitors {
            if !differences_on_all_paths(&document, &selector, &mut paths, visitor).is_empty() {
                let narrow = narrowed(&document, visitor);
                if narrow.segments.len() + narrow.rules.len() <= 40 {
                    report(&narrow, visitor);
                }
                panic!(
                    "policy {n}, with much of it left:\n{}\n{visitor:#?}",
                    disagreement(&narrow, visitor).join("\n")
                );
            }
        }
        let people: Vec<_> = visitors.iter().map(library::people).collect();
        assert_eq!(paths.batch(&people), [""; 0], "policy {n}");
    }
}

#[test]
fn profiles_prepared_under_guarded_tiles_stay_right_on_the_visits_of_others() {
    let mut guarded = 0;
    for (n, (segments, rules)) in [(0, 600), (40, 900), (200, 900), (0, 900)].into_iter().enumerate() {
        let n = 940 + n as u64;
        let document = large::policy(segments, rules, n);
        let selector = loaded(&document);
        guarded += selector.stats().deciding.guarded;
        let people: Vec<_> = generate::visitors(&document, n, 24).iter().map(library::people).collect();
        let prepared = people.iter().map(|(profile, visit)| selector.prepare(profile, visit));
        for prepared in prepared {
            for (_, visit) in &people {
                let wanted = selector.select(prepared.profile(), visit);
                assert_eq!(selector.select_prepared(&prepared, visit), wanted, "policy {n}\n{visit:?}");
            }
        }
    }
    assert!(guarded > 2, "{guarded} guarded tiles");
}

#[test]
fn the_largest_policy_uses_all_that_the_cells_have() {
    let (segments, rules, _) = SIZES[7];
    let document = large::policy(segments, rules, 7);
    let selector = loaded(&document);
    let stats = selector.stats();
    // More than fits into the smaller rooms for a visitor's cells, parted into tiles, with attributes of many cells.
    assert!(stats.axes > 1_024, "{stats:?}");
    assert!(stats.segments.tiles > 5 && stats.deciding.tiles > 5, "{stats:?}");
    assert!(stats.segments.guarded > 1 && stats.deciding.guarded > 0, "{stats:?}");
    assert!(stats.segments.conditions > segments * 9 / 10 && stats.cells > 4 * stats.axes, "{stats:?}");
    // Every row is a line of 64 bytes at least, and all that is counted is in the sum.
    for table in [&stats.segments, &stats.deciding] {
        assert!(
            table.bytes > 64 * table.rows && table.rows > table.tiles && table.terms >= table.conditions,
            "{table:?}"
        );
    }
    assert!(stats.bytes > stats.segments.bytes + stats.deciding.bytes, "{stats:?}");
    for why in [WhyDerived::Calculated, WhyDerived::RustRule, WhyDerived::TooManyTerms] {
        assert!(stats.derived.iter().any(|fact| fact.why == why), "nothing is worked out as {why:?}");
    }
    // The listing names everything, and what is worked out.
    let listing = selector.listing().to_string();
    let lines: BTreeSet<&str> = listing.lines().collect();
    for (kind, names) in [
        ("segments", document.segments.keys().collect::<Vec<_>>()),
        ("rules", document.rules.keys().collect()),
    ] {
        let missing = names.iter().find(|name| !lines.contains(&*format!("{kind}.{name}")));
        assert_eq!(missing, None, "{kind} that the listing lacks");
    }
    let parts = lines.iter().filter(|line| line.starts_with("worked out part ") && line.contains(": in `"));
    assert_eq!(parts.count(), stats.derived.len());
}

#[test]
fn the_largest_policy_allocates_nothing_either() {
    let (segments, rules, visitors) = SIZES[7];
    let document = large::policy(segments, rules, 7);
    let selector = loaded(&document);
    let people: Vec<_> = generate::visitors(&document, 7, visitors).iter().map(library::people).collect();
    let mut set = SegmentSet::of(&selector);
    for (profile, visit) in &people {
        let prepared = selector.prepare(profile, visit);
        let used = allocation_counter::measure(|| {
            std::hint::black_box(selector.select(profile, visit));
            selector.segments(profile, visit, &mut set);
            // Also on visits on which what was prepared is of no use.
            for (_, visit) in &people {
                std::hint::black_box(selector.select_prepared(&prepared, visit));
            }
        });
        assert_eq!(used.count_total, 0, "{visit:?}");
    }
}

/// `document` with as few rules and segments as a quick search finds that still show the disagreement: large pieces first,
/// from the end, since what comes later rests on what comes before.
fn narrowed(document: &Document, visitor: &Visitor) -> Document {
    let mut narrow = document.clone();
    fn without<T: Clone>(all: &BTreeMap<String, T>, names: &[String]) -> BTreeMap<String, T> {
        all.iter()
            .filter(|(name, _)| !names.contains(name))
            .map(|(name, one)| (name.clone(), one.clone()))
            .collect()
    }
    let mut tries = 0..TRIES;
    for of_rules in [true, false] {
        let mut size = 1_024;
        while size > 0 {
            let names: Vec<String> = if of_rules {
                narrow.rules.keys().cloned().collect()
            } else {
                narrow.segments.keys().cloned().collect()
            };
            for piece in names.rchunks(size) {
                if tries.next().is_none() {
                    return narrow;
                }
                let mut less = narrow.clone();
                if of_rules {
                    less.rules = without(&less.rules, piece);
                } else {
                    less.segments = without::<Segment>(&less.segments, piece);
                }
                if !disagreement(&less, visitor).is_empty() {
                    narrow = less;
                }
            }
            size /= 2;
        }
    }
    narrow
}
