//! The test kit for rules in Rust (L7): calls a rule over and over with generated facts and reports where it does not
//! keep to its word. For the tests of a host; no decision comes through here.

mod facts;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt;

use super::{RuleFacts, RustRule};
use crate::attribute::{AttributeType, Attributes};
use crate::diagnostic::did_you_mean;
use crate::truth::Truth;
use facts::GeneratedFacts;

/// How many combinations of facts are held side by side and asked about in several orders.
const BATCH: u32 = 64;

/// What a rule in Rust has done that it must not do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("rule `{rule}` is not one that a policy can rely on: {}", problems.join("; "))]
pub struct ImpureRule {
    rule: String,
    problems: Vec<String>,
}

impl ImpureRule {
    /// What was found, one line each.
    pub fn problems(&self) -> impl Iterator<Item = &str> {
        self.problems.iter().map(String::as_str)
    }
}

/// Checks a rule against `cases` generated combinations of the facts it names, unknown ones among them: that the same
/// facts give the same answer, at once, later, after other facts and on another thread; that every attribute it names
/// exists; that it asks for no other, and for none as what it is not. The facts are the same in every run. A panic of
/// the rule goes through to the caller. A rule that looks at the clock or at a file can pass: no test can see that.
///
/// # Errors
/// Everything that was found, with the first facts for which answers differ.
///
/// # Cost
/// Seven calls of the rule for each case, and one thread for every 64 cases.
///
/// # Example
/// ```
/// # use maitre::{Attributes, RuleFacts, RustRule, Truth, check_rust_rule};
/// struct Patient;
/// impl RustRule for Patient {
///     fn name(&self) -> &str {
///         "patient"
///     }
///     fn reads(&self) -> &[&str] {
///         &["profile.fluency", "visit.errors"]
///     }
///     fn holds(&self, facts: &RuleFacts<'_>) -> Truth {
///         let (fluency, errors) = (facts.int("profile.fluency"), facts.int("visit.errors"));
///         fluency.zip(errors).map(|(fluency, errors)| errors * 20 < fluency).into()
///     }
/// }
/// check_rust_rule(&Patient, &Attributes::new(), 1_000)?;
/// # Ok::<(), maitre::ImpureRule>(())
/// ```
pub fn check_rust_rule(rule: &dyn RustRule, attributes: &Attributes, cases: u32) -> Result<(), ImpureRule> {
    let names: Vec<String> = rule.reads().iter().map(ToString::to_string).collect();
    let mut problems = Problems::default();
    let kinds: Vec<Option<(&AttributeType, bool)>> = names
        .iter()
        .map(|name| {
            let found = attributes.find(name).map(|id| attributes.get(id));
            if found.is_none() {
                problems.add(with_help(
                    format!("it names `{name}`, which is no attribute"),
                    name,
                    attributes,
                ));
            }
            found.map(|attribute| (&attribute.kind, attribute.can_be_unknown()))
        })
        .collect();
    let mut first = 0;
    while first < cases && !problems.differs {
        let last = first.saturating_add(BATCH).min(cases);
        let batch: Vec<GeneratedFacts> =
            (first..last).map(|seed| GeneratedFacts::new(seed, &kinds)).collect();
        check_batch(rule, attributes, &names, &batch, &mut problems);
        first = last;
    }
    if rule.reads() != names {
        problems.add("it names other attributes than at first".to_owned());
    }
    let problems: Vec<String> = problems.found.into_iter().collect();
    if problems.is_empty() { Ok(()) } else { Err(ImpureRule { rule: rule.name().to_owned(), problems }) }
}

#[derive(Default)]
struct Problems {
    found: BTreeSet<String>,
    differs: bool,
}

impl Problems {
    fn add(&mut self, problem: String) {
        self.found.insert(problem);
    }
    /// Holds later answers against the first.
    fn compare<'a>(
        &mut self,
        when: &str,
        names: &[String],
        answers: impl Iterator<Item = (&'a GeneratedFacts, Truth, Truth)>,
    ) {
        for (facts, then, now) in answers {
            if then != now && !self.differs {
                self.differs = true;
                let (then, now) = (word(then), word(now));
                self.add(format!(
                    "it was {then}, and {now} when asked again {when}, of {}",
                    facts.told(names)
                ));
            }
        }
    }
}

const fn word(truth: Truth) -> &'static str {
    match truth {
        Truth::True => "true",
        Truth::False => "false",
        Truth::Unknown => "unknown",
    }
}

fn with_help(problem: String, name: &str, attributes: &Attributes) -> String {
    match did_you_mean(name, attributes.names()) {
        Some(help) => format!("{problem}; {help}"),
        None => problem,
    }
}

/// Asks the rule about every case of a batch: twice in a row, then backwards, then forwards, then on another thread.
fn check_batch(
    rule: &dyn RustRule,
    attributes: &Attributes,
    names: &[String],
    batch: &[GeneratedFacts],
    problems: &mut Problems,
) {
    let ask = |facts: &GeneratedFacts| Asked::of(rule, names, facts);
    let mut firsts = Vec::new();
    for facts in batch {
        let (first, again) = (ask(facts), ask(facts));
        problems.compare("at once", names, [(facts, first.truth, again.truth)].into_iter());
        for (attribute, kind) in first.attributes.into_iter().chain(again.attributes) {
            if let Some(problem) = slip(&attribute, kind, attributes, names) {
                problems.add(problem);
            }
        }
        firsts.push(first.truth);
    }
    let known = || batch.iter().zip(firsts.iter().copied());
    problems.compare(
        "after other facts",
        names,
        known().rev().map(|(facts, then)| (facts, then, ask(facts).truth)),
    );
    problems.compare("later", names, known().map(|(facts, then)| (facts, then, ask(facts).truth)));
    std::thread::scope(|scope| {
        let elsewhere = std::thread::Builder::new().spawn_scoped(scope, || {
            let ask = |facts: &GeneratedFacts| Asked::of(rule, names, facts).truth;
            batch.iter().map(|facts| (ask(facts), ask(facts), ask(facts))).collect::<Vec<_>>()
        });
        // Where there are no threads, no rule is called from one.
        let Ok(elsewhere) = elsewhere else { return };
        match elsewhere.join() {
            Ok(answers) => {
                let answers = answers.into_iter().zip(known());
                let answers =
                    answers.flat_map(|((a, b, c), (facts, then))| [a, b, c].map(|now| (facts, then, now)));
                problems.compare("on another thread", names, answers);
            }
            Err(panic) => std::panic::resume_unwind(panic),
        }
    });
}

/// What is wrong with asking for `attribute` as a `kind`.
fn slip(attribute: &str, kind: &str, attributes: &Attributes, names: &[String]) -> Option<String> {
    if !names.iter().any(|name| name == attribute) {
        let near = names.iter().map(String::as_str);
        let problem = format!("it asks for `{attribute}`, which it does not name");
        return Some(match did_you_mean(attribute, near) {
            Some(help) => format!("{problem}; {help}"),
            None => problem,
        });
    }
    let declared = attributes.get(attributes.find(attribute)?).kind.name();
    let fits = declared == kind || declared == "enum" && kind == "string";
    (!fits).then(|| format!("it asks for `{attribute}` as {kind}, which is {declared}"))
}

/// An answer, and what was asked for on the way.
struct Asked {
    truth: Truth,
    attributes: BTreeSet<(String, &'static str)>,
}

impl Asked {
    fn of(rule: &dyn RustRule, names: &[String], facts: &GeneratedFacts) -> Self {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let attributes = RefCell::new(BTreeSet::new());
        let note = |attribute: &str, kind| {
            attributes.borrow_mut().insert((attribute.to_owned(), kind));
        };
        let read = |position| facts.given(position);
        let truth = rule.holds(&RuleFacts { asked: Some(&note), ..RuleFacts::new(&names, &read) });
        Self { truth, attributes: attributes.into_inner() }
    }
}

impl fmt::Debug for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Asked").field("truth", &self.truth).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
