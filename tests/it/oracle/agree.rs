//! Law 8: the compiled selector agrees with the interpreter on every decision and every reason.

use std::collections::{BTreeMap, BTreeSet};

use maitre::{ExperienceSelector, Why};

use super::choose::{Answer, decide};
use super::document::Document;
use super::expression::Expr;
use super::facts::Facts;
use super::library;
use super::paths::Paths;
use super::read::read;
use super::visitor::Visitor;
use crate::generate::{self, print::toml, smaller};

const POLICIES: u64 = 700;
const VISITORS: usize = 32;

/// What differs between the interpreter's answer and the library's, one line each.
fn differences(wanted: &Answer, found: &Answer) -> Vec<String> {
    let mut lines = Vec::new();
    macro_rules! compare {
        ($($field:ident)+) => {
            $(if wanted.$field != found.$field {
                lines.push(format!(
                    "{}: the interpreter says {:?}, the selector {:?}",
                    stringify!($field), wanted.$field, found.$field
                ));
            })+
        };
    }
    compare!(channel layout layout_in_use assistance adaptations way_out alternatives channel_reason layout_reason
        assistance_reason arms rules undecided segments ruled_out scores);
    lines
}

/// What differs for `visitor` under the policy that `document` writes, if it loads.
pub fn disagreement(document: &Document, visitor: &Visitor) -> Vec<String> {
    match library::load(&toml(document)) {
        Ok(selector) => differences_on_all_paths(document, &selector, &mut Paths::of(&selector), visitor),
        Err(_) => Vec::new(),
    }
}
/// What differs for `visitor` between the interpreter, the explanation, and every path to an answer.
pub fn differences_on_all_paths(
    document: &Document,
    selector: &ExperienceSelector,
    paths: &mut Paths,
    visitor: &Visitor,
) -> Vec<String> {
    let wanted = decide(document, visitor);
    let (profile, visit) = library::people(visitor);
    let explanation = selector.explain(&profile, &visit);
    let mut lines = differences(&wanted, &library::answer(selector, &explanation));
    lines.extend(paths.differences(&profile, &visit, explanation.decision(), &wanted.segments));
    lines
}

/// Fails with the smallest policy and visitor on which both still disagree.
pub fn report(document: &Document, visitor: &Visitor) -> ! {
    let (document, visitor) = smaller::smallest(document, visitor, |d, v| !disagreement(d, v).is_empty());
    panic!("\n{}\n{visitor:#?}\n{}\n", toml(&document), disagreement(&document, &visitor).join("\n"));
}

#[test]
fn the_selector_agrees_with_the_interpreter_on_generated_policies() {
    let mut refused = Vec::new();
    for n in 0..POLICIES {
        let document = generate::policy(n);
        let text = toml(&document);
        let selector = match library::load(&text) {
            Ok(selector) => selector,
            Err(problem) => {
                refused.push(format!("{text}\n{problem}"));
                continue;
            }
        };
        let mut paths = Paths::of(&selector);
        let visitors = generate::visitors(&document, n, VISITORS);
        for visitor in &visitors {
            if !differences_on_all_paths(&document, &selector, &mut paths, visitor).is_empty() {
                report(&document, visitor);
            }
            only_what_it_reads(&document, visitor, &library::explain(&selector, visitor));
        }
        let people: Vec<_> = visitors.iter().map(library::people).collect();
        assert_eq!(paths.batch(&people), [""; 0], "{text}");
    }
    assert!(refused.is_empty(), "{} of {POLICIES} refused, as\n{}", refused.len(), refused[0]);
}

/// What an explanation names as unknown is an attribute that the rule reads, itself or through segments, and that the
/// interpreter does not know either, or the id of the person where `bucket` asks for it; what failed is no attribute.
fn only_what_it_reads(document: &Document, visitor: &Visitor, explanation: &maitre::Explanation) {
    let facts = Facts::new(document, visitor);
    let is_known = |name: &str| match name {
        PERSON => visitor.ids.contains_key("person"),
        _ => facts.value(name).is_some(),
    };
    for undecided in explanation.undecided() {
        let mut read = BTreeSet::new();
        reads(document, &document.rules[undecided.rule()].when, &mut read);
        let mut named = undecided.unknown().iter().filter(|unknown| !matches!(unknown.why, Why::Failed(_)));
        let wrong = named.find(|unknown| !read.contains(&*unknown.attribute) || is_known(&unknown.attribute));
        let blank = undecided.unknown().is_empty();
        assert!(wrong.is_none() && !blank, "{undecided:?}\n{}\n{visitor:#?}", toml(document));
    }
}
/// What `bucket` reads, by the name that explanations give it.
const PERSON: &str = "visit.ids.person";
fn reads(document: &Document, expr: &Expr, read: &mut BTreeSet<String>) {
    expr.walk(&mut |part| match part {
        Expr::Attribute(name) => drop(read.insert(name.clone())),
        Expr::Segment(name) => reads(document, &document.segments[name].when, read),
        Expr::Call(name, _) if name == "bucket" => drop(read.insert(PERSON.to_owned())),
        _ => {}
    });
}

#[test]
fn the_text_says_what_was_generated() {
    // The interpreter reads the text by another parser, and must come to the same answers.
    for n in 0..60 {
        let document = generate::policy(n);
        let text = toml(&document);
        let read = read(&text);
        for visitor in generate::visitors(&document, n, 8) {
            assert_eq!(decide(&document, &visitor), decide(&read, &visitor), "{text}\n{visitor:#?}");
        }
    }
}

/// Policies written by hand, each met by visitors near its literals.
const BY_HAND: [(&str, &str); 2] = [
    ("the policy of the design", include_str!("../../policies/harbour_mobile.toml")),
    ("the policy of the examples", include_str!("../../../examples/policies/harbour_mobile.toml")),
];

#[test]
fn the_selector_agrees_with_the_interpreter_on_policies_written_by_hand() {
    for (name, text) in BY_HAND {
        let document = read(text);
        let selector = library::load(text).unwrap_or_else(|problem| panic!("{name}: {problem}"));
        let mut paths = Paths::of(&selector);
        for visitor in generate::visitors(&document, 1, 1_500) {
            let lines = differences_on_all_paths(&document, &selector, &mut paths, &visitor);
            assert!(lines.is_empty(), "{name}\n{visitor:#?}\n{}", lines.join("\n"));
        }
    }
}

/// How often each code, cause and kind of unknown must occur among 200 policies of 32 visitors.
const OFTEN: [(&str, usize); 48] = [
    ("channel last_resort", 100),
    ("channel preferred", 40),
    ("channel only_one", 100),
    ("channel rules", 100),
    ("channel habit", 20),
    ("channel continuity", 20),
    ("channel score", 100),
    ("layout need", 40),
    ("layout bound", 40),
    ("layout channel", 40),
    ("layout preferred", 40),
    ("layout prior", 10),
    ("layout rules", 40),
    ("layout default", 100),
    ("assistance nobody_there", 40),
    ("assistance need", 10),
    ("assistance bound", 40),
    ("assistance open_case", 20),
    ("assistance preferred", 40),
    ("assistance rules", 40),
    ("assistance default", 100),
    ("out conflict", 100),
    ("out never", 100),
    ("out closed", 100),
    ("out blocked", 100),
    ("out reach", 100),
    ("out consent", 40),
    ("out quiet", 40),
    ("out contacts", 40),
    ("rule true", 1_000),
    ("rule unknown", 1_000),
    ("segment true", 1_000),
    ("segment false", 1_000),
    ("segment unknown", 1_000),
    ("arm", 500),
    ("no arm", 100),
    ("no way out", 100),
    ("way out open", 1_000),
    ("way out closed", 100),
    ("in use", 1_000),
    ("no alternatives", 500),
    ("three alternatives", 500),
    ("unknown missing", 1_000),
    ("unknown unreadable", 40),
    ("unknown source", 40),
    ("unknown age", 40),
    ("unknown consent", 40),
    ("unknown failed", 10),
];

#[test]
fn every_code_cause_and_kind_of_unknown_occurs_often_enough() {
    let mut sample: BTreeMap<String, usize> = BTreeMap::new();
    for n in 0..200 {
        let document = generate::policy(n);
        let selector = library::load(&toml(&document)).expect("a policy that loads");
        for visitor in generate::visitors(&document, n, 32) {
            let explanation = library::explain(&selector, &visitor);
            let answer = library::answer(&selector, &explanation);
            let mut seen = |what: String| *sample.entry(what).or_default() += 1;
            seen(format!("channel {}", answer.channel_reason.0));
            seen(format!("layout {}", answer.layout_reason.0));
            seen(format!("assistance {}", answer.assistance_reason.0));
            answer.ruled_out.values().for_each(|cause| seen(format!("out {cause}")));
            answer.rules.iter().for_each(|_| seen("rule true".to_owned()));
            for undecided in explanation.undecided() {
                seen("rule unknown".to_owned());
                for unknown in undecided.unknown() {
                    let why = serde_json::to_value(&unknown.why).expect("a code");
                    let code = why.as_str().or_else(|| why.as_object()?.keys().next().map(String::as_str));
                    seen(format!("unknown {}", code.expect("a code")));
                }
            }
            for truth in answer.segments.values() {
                let word = truth.map_or("unknown".to_owned(), |value| value.to_string());
                seen(format!("segment {word}"));
            }
            let arms = document.experiments.len();
            (0..answer.arms.len()).for_each(|_| seen("arm".to_owned()));
            (answer.arms.len()..arms).for_each(|_| seen("no arm".to_owned()));
            seen(match answer.way_out {
                None => "no way out".to_owned(),
                Some((_, true)) => "way out open".to_owned(),
                Some((_, false)) => "way out closed".to_owned(),
            });
            if visitor.channel.is_some_and(|channel| document.channel(&channel).is_some()) {
                seen("in use".to_owned());
            }
            match answer.alternatives.len() {
                0 => seen("no alternatives".to_owned()),
                3 => seen("three alternatives".to_owned()),
                _ => {}
            }
        }
    }
    let rare: Vec<String> = OFTEN
        .iter()
        .filter(|(what, least)| sample.get(*what).copied().unwrap_or(0) < *least)
        .map(|(what, least)| format!("{what}: {} of {least}", sample.get(*what).copied().unwrap_or(0)))
        .collect();
    assert!(rare.is_empty(), "too rare: {}\n{sample:#?}", rare.join(", "));
}
