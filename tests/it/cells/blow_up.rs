//! Conditions made to blow up: multiplied out they would have more terms than there are atoms in the world. Loading takes
//! no longer for it, decisions are right, and `stats` tells what is worked out by itself.

use std::collections::BTreeMap;

use maitre::WhyDerived;

use crate::generate;
use crate::generate::people::NOON;
use crate::generate::random::Random;
use crate::oracle::agree::differences_on_all_paths;
use crate::oracle::document::Document;
use crate::oracle::library;
use crate::oracle::paths::Paths;
use crate::oracle::read::read;
use crate::oracle::value::Value;
use crate::oracle::visitor::{Fact, Visitor};

const HEAD: &str = r#"
format = 1
name = "fuse"
last_resort = ["in_person"]
channels = [{ name = "web", base = 10 }, { name = "in_person", staffed = true }]
"#;

/// A policy with these attributes of type `int` and these segments, each of which a rule asks for.
fn policy(attributes: usize, segments: &BTreeMap<String, String>) -> String {
    let mut text = HEAD.to_owned() + "[attributes]\n";
    (0..attributes).for_each(|n| text += &format!("a{n} = \"int\"\n"));
    text += "[segments]\n";
    segments.iter().for_each(|(name, when)| text += &format!("{name} = '{when}'\n"));
    text += "[rules]\n";
    segments
        .keys()
        .for_each(|name| text += &format!("{name} = {{ when = 'segment.{name}', layout = -10 }}\n"));
    text
}

fn segments(list: &[(&str, String)]) -> BTreeMap<String, String> {
    list.iter().map(|(name, when)| ((*name).to_owned(), when.clone())).collect()
}

/// Loads the policy, lets visitors of every kind through, and gives how often each reason to work something out occurs.
fn met(text: &str, visitors: usize) -> BTreeMap<String, Vec<WhyDerived>> {
    let document: Document = read(text);
    let selector = library::load(text).unwrap_or_else(|problem| panic!("{problem}"));
    let mut paths = Paths::of(&selector);
    for visitor in generate::visitors(&document, 3, visitors) {
        let lines = differences_on_all_paths(&document, &selector, &mut paths, &visitor);
        assert!(lines.is_empty(), "{}\n{visitor:#?}", lines.join("\n"));
    }
    let mut derived: BTreeMap<String, Vec<WhyDerived>> = BTreeMap::new();
    for fact in selector.stats().derived {
        derived.entry(fact.within.into()).or_default().push(fact.why);
    }
    derived
}

/// The same against the conditions as the explanation walks them: the parser of the interpreter's `cel` crate cannot read
/// what is nested so deeply. Visitors have a small number or none for each attribute.
fn walked(text: &str, attributes: usize, visitors: usize) {
    let selector = library::load(text).unwrap_or_else(|problem| panic!("{problem}"));
    let mut paths = Paths::of(&selector);
    let random = &mut Random::new(5);
    let mut holding = 0;
    for _ in 0..visitors {
        let mut visitor = Visitor::unknown(NOON);
        let known = random.below(101);
        for n in (0..attributes).filter(|_| random.chance(known)).collect::<Vec<_>>() {
            let value = Value::Int(random.within(0, 12));
            visitor.profile.push(Fact { name: format!("a{n}"), value, source: 3, learnt: None });
        }
        let (profile, visit) = library::people(&visitor);
        let explanation = selector.explain(&profile, &visit);
        let segments = library::answer(&selector, &explanation).segments;
        holding += segments.values().filter(|truth| **truth == Some(true)).count();
        let lines = paths.differences(&profile, &visit, explanation.decision(), &segments);
        assert!(lines.is_empty(), "{}\n{visitor:#?}", lines.join("\n"));
    }
    assert!(holding > 100, "only {holding} segments held");
}

/// `a0 == N || a1 == N || …` with another number in each factor.
fn factor(width: usize, number: usize) -> String {
    (0..width).map(|n| format!("a{n} == {number}")).collect::<Vec<_>>().join(" || ")
}

#[test]
fn an_and_of_many_ors_is_worked_out_in_part_and_so_is_its_opposite() {
    let all = (0..40).map(|n| format!("({})", factor(8, n % 4))).collect::<Vec<_>>().join(" && ");
    let none = (0..40).map(|n| format!("!({})", factor(8, n % 4))).collect::<Vec<_>>().join(" || ");
    let list = [
        ("all", all.clone()),
        ("none", none.clone()),
        ("not_all", format!("!({all})")),
        ("not_none", format!("!({none})")),
    ];
    let derived = met(&policy(8, &segments(&list)), 150);
    assert!(derived.values().flatten().all(|why| *why == WhyDerived::TooManyTerms), "{derived:?}");
    assert!(!derived.is_empty());
}

#[test]
fn a_factor_that_never_holds_does_not_hide_that_the_others_multiply() {
    // Nobody is both, so that the whole never holds; but what stands before it must not be multiplied out first.
    let three = |n: usize| (3 * n..3 * n + 3).map(|n| format!("a{n} == 1")).collect::<Vec<_>>().join(" || ");
    let factors: Vec<String> = (0..24).map(|n| format!("({})", three(n))).collect();
    let never = format!("{} && (a0 == 1 && a0 == 2 || a1 == 3 && a1 == 4)", factors.join(" && "));
    let list =
        [("never", never.clone()), ("always_not", format!("!({never})")), ("plain", "a0 == 1".to_owned())];
    met(&policy(72, &segments(&list)), 60);
}

#[test]
fn choices_within_choices_are_loaded_in_time() {
    let or = |number: usize| factor(6, number);
    // In the test, where each level is asked for twice.
    let tests = (0..40).fold("a0 == 1".to_owned(), |test, n| format!("({test}) ? a1 > {n} : a2 > {n}"));
    // In the branches, where each level multiplies.
    let branches =
        (0..16).fold("a0 == 1".to_owned(), |yes, n| format!("({}) ? ({yes}) : ({})", or(n), or(n + 1)));
    let mixed = (0..12).fold("a0 == 1".to_owned(), |part, n| {
        format!("(({}) && ({part})) ? ({part_not}) : a3 < {n}", or(n), part_not = or(n + 2))
    });
    let list = [("tests", tests), ("branches", branches), ("mixed", mixed)];
    let mut list = segments(&list);
    for name in ["tests", "branches", "mixed"] {
        let opposite = format!("!({})", list[name]);
        list.insert(format!("not_{name}"), opposite);
    }
    walked(&policy(6, &list), 6, 200);
}

#[test]
fn segments_that_multiply_through_others_are_worked_out_in_part() {
    // Each level joins two of the level below with something of its own: unfolded, a tree of 2^24 leaves.
    let mut list = BTreeMap::new();
    for n in 0..24 {
        let before = |m: usize| if m == 0 { "a0 == 1".to_owned() } else { format!("segment.s{:02}", m - 1) };
        let (one, other) = (before(n), before(n.saturating_sub(1)));
        let sign = if n % 2 == 0 { "&&" } else { "||" };
        list.insert(
            format!("s{n:02}"),
            format!("({one} || a{} > {n}) {sign} ({other} || !(a{} == {n}))", n % 6, (n + 1) % 6),
        );
        list.insert(format!("x{n:02}"), format!("!segment.s{n:02} ? segment.s{:02} : {}", n / 2, before(n)));
    }
    met(&policy(6, &list), 100);
}

#[test]
fn a_chain_of_thousands_of_segments_that_are_worked_out_needs_no_more_stack_than_a_short_one() {
    let mut list = BTreeMap::new();
    for n in 0..2_000 {
        let before = |m: usize| match n {
            0 | 1 => format!("a{m} == 1"),
            n => format!("segment.s{:04}", n - m),
        };
        let sign = if n % 2 == 0 { "&&" } else { "||" };
        let (one, other) = (before(1), before(2));
        let (a, b, at) = (n % 6, (n + 1) % 6, n % 12);
        list.insert(
            format!("s{n:04}"),
            format!("({one} || a{a} > {at}) {sign} ({other} || !(a{b} == {at}))"),
        );
    }
    let text = policy(6, &list);
    let stats = library::load(&text).unwrap_or_else(|problem| panic!("{problem}")).stats();
    assert!(stats.worked_out_segments > 1_000, "{stats:?}");
    walked(&text, 6, 8);
}

#[test]
fn a_chain_of_thousands_of_calculations_needs_no_more_stack_than_a_short_one() {
    let link = |n: usize| match n {
        0 => "a0 == 1".to_owned(),
        n => format!("[1].exists(x, x > a{} || segment.s{:05})", n % 6, n - 1),
    };
    let mut text = HEAD.to_owned() + "[attributes]\n";
    (0..6).for_each(|n| text += &format!("a{n} = \"int\"\n"));
    text += "[segments]\n";
    (0..12_000).for_each(|n| text += &format!("s{n:05} = '{}'\n", link(n)));
    text += "[rules]\nlast = { when = 'segment.s11999', layout = -10 }\n";
    let selector = library::load(&text).unwrap_or_else(|problem| panic!("{problem}"));
    let stats = selector.stats();
    assert!(stats.worked_out_segments > 10_000, "{}", stats.worked_out_segments);
    let mut visitor = Visitor::unknown(NOON);
    for n in 0..6 {
        visitor.profile.push(Fact { name: format!("a{n}"), value: Value::Int(1), source: 3, learnt: None });
    }
    let (profile, visit) = library::people(&visitor);
    let mut set = maitre::SegmentSet::of(&selector);
    selector.segments(&profile, &visit, &mut set);
    assert_eq!(set.len(), 12_000);
    assert_eq!(selector.select(&profile, &visit), *selector.explain(&profile, &visit).decision());
}

#[test]
fn a_long_list_that_others_ask_for_is_worked_out_as_one() {
    let terms: Vec<String> =
        (0..600).map(|n| format!("a{} == {} && a{} == {}", n % 5, n % 12, (n + 1) % 5, n / 5)).collect();
    let list = [("long", terms.join(" || ")), ("others", "!segment.long && a5 > 3 || a4 == 200".to_owned())];
    let text = policy(6, &segments(&list));
    let derived = met(&text, 60);
    assert_eq!(derived, BTreeMap::from([("segments.long".to_owned(), vec![WhyDerived::TooManyTerms])]));
    // One for each attribute, and the list.
    assert_eq!(library::load(&text).unwrap_or_else(|problem| panic!("{problem}")).stats().axes, 7);
}

#[test]
fn what_is_one_of_many_factors_still_says_who_is_asked() {
    // Twenty factors that are worked out as one, and two that need not be.
    let factors: Vec<String> =
        (0..20).map(|n| format!("(a{} <= {n} || a{} > {n})", n % 5, (n + 1) % 5)).collect();
    let list = [("many", format!("a5 > 3 && {} && a4 <= 9", factors.join(" && ")))];
    let text = policy(6, &segments(&list));
    let derived = met(&text, 60);
    assert_eq!(derived, BTreeMap::from([("segments.many".to_owned(), vec![WhyDerived::TooManyTerms])]));
    let selector = library::load(&text).unwrap_or_else(|problem| panic!("{problem}"));
    let listing = selector.listing().to_string();
    let asks = "segments.many\n  a5 is 4.. and a4 is ..9 and worked out part 1 is true\n";
    assert!(listing.contains(asks), "{listing}");
}

#[test]
fn what_stands_beside_a_segment_that_says_it_too_is_no_circle() {
    // The choice by a choice is not taken apart, so that the second calculation is met first.
    let calculated = "[1, 2].exists(x, x > a0 && segment.a)";
    let list = [
        ("a", "a1 > 1".to_owned()),
        ("b", format!("(a3 > 1 ? a4 > 1 : a5 > 1) ? {calculated} : a3 > 2")),
        ("c", format!("{calculated} && segment.b || !segment.b && a2 > 3")),
    ];
    walked(&policy(6, &segments(&list)), 6, 200);
}

#[test]
fn what_calculates_and_rules_in_rust_are_told_apart_from_what_is_too_much() {
    let list = [
        ("sum", "a0 + a1 > 3".to_owned()),
        ("rust", "rule(\"loyal\") && a0 == 1".to_owned()),
        ("plain", "a0 > 1 && (a1 < 5 || a2 == 7)".to_owned()),
    ];
    let derived = met(&policy(3, &segments(&list)), 60);
    assert_eq!(derived["segments.sum"], [WhyDerived::Calculated]);
    assert_eq!(derived["segments.rust"], [WhyDerived::RustRule]);
    assert_eq!(derived.keys().filter(|name| name.contains("plain")).count(), 0, "{derived:?}");
}

#[test]
fn a_wide_or_of_large_segments_and_its_opposite_load_in_time() {
    let mut list = BTreeMap::new();
    let mut random = Random::new(9);
    for n in 0..60 {
        let term = |random: &mut Random| {
            format!("(a{} == {} && a{} > {n})", random.below(12), random.below(9), random.below(12))
        };
        let terms: Vec<String> = (0..30).map(|_| term(&mut random)).collect();
        list.insert(format!("s{n:02}"), terms.join(" || "));
    }
    let all: Vec<String> = (0..60).map(|n| format!("segment.s{n:02}")).collect();
    list.insert("w_any".to_owned(), all.join(" || "));
    list.insert("w_none".to_owned(), format!("!({})", all.join(" || ")));
    list.insert("w_all".to_owned(), all.join(" && "));
    let derived = met(&policy(12, &list), 40);
    assert!(derived.values().flatten().all(|why| *why == WhyDerived::TooManyTerms), "{derived:?}");
}
