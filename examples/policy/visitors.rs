//! Visitors, one to a line: who stands there, and what somebody must know of lines that say it badly.

use std::str::Utf8Error;

use maitre::{Diagnostic, Policy, Severity, Visitor};

use super::input::no_json;
use super::kinds::{Kinds, Spot};
use super::report::count;

/// What must be known of the lines that were read.
#[derive(Debug, Default, PartialEq, serde::Serialize)]
pub struct Notes {
    /// Those that cannot be read; nobody is decided for there.
    pub unreadable: Kinds,
    /// Those with facts that decisions pass over: they make no sense, or no policy knows them.
    pub odd: Kinds,
}

impl Notes {
    /// Who stands in a line, if it can be read, held against the policies that are to decide. Nobody stands in an empty one.
    pub fn read(
        &mut self,
        number: u64,
        line: Result<&str, Utf8Error>,
        policies: &[&Policy],
    ) -> Option<Visitor> {
        let spot = Spot { line: number, column: None };
        let Ok(line) = line else {
            self.unreadable.add(spot, "it is no text in UTF-8", || None);
            return None;
        };
        let line = if number == 1 { line.trim_start_matches('\u{feff}') } else { line }.trim();
        if line.is_empty() {
            return None;
        }
        let visitor = match serde_json::from_str::<Visitor>(line) {
            Ok(visitor) => visitor,
            Err(error) => {
                let (column, problem) = unreadable(line, &error, policies);
                self.unreadable.add(Spot { column, ..spot }, &problem, || None);
                return None;
            }
        };
        let odd = passed_over(&visitor, policies);
        if !odd.is_empty() {
            self.odd.lines += 1;
            odd.iter().for_each(|path| self.odd.also(spot, path, || what_is_odd(line, path, policies)));
        }
        Some(visitor)
    }

    pub fn merge(&mut self, other: Self) {
        self.unreadable.merge(other.unreadable);
        self.odd.merge(other.odd);
    }

    /// The same in sentences.
    pub fn told(&self) -> Vec<String> {
        let mut notes = Vec::new();
        let Self { unreadable, odd } = self;
        if unreadable.lines > 0 {
            let are = if unreadable.lines == 1 { "is" } else { "are" };
            let lines = count(unreadable.lines as usize, "line");
            notes.push(format!("{lines} cannot be read and {are} left out:{}", unreadable.told()));
        }
        if odd.lines > 0 {
            let have = if odd.lines == 1 { "has" } else { "have" };
            let visitors = count(odd.lines as usize, "visitor");
            let what = "facts that count as unknown, since they make no sense here";
            notes.push(format!("{visitors} {have} {what}:{}", odd.told()));
        }
        notes
    }
}

/// The facts that every one of the policies passes over.
fn passed_over(visitor: &Visitor, policies: &[&Policy]) -> Vec<String> {
    let mut policies = policies.iter().map(|policy| policy.passed_over(&visitor.profile, &visitor.visit));
    let mut odd = policies.next().unwrap_or_default();
    if !odd.is_empty() {
        policies.for_each(|others| odd.retain(|path| others.contains(path)));
    }
    odd
}

/// What is wrong with the fact at `path`, in the words in which a test of the policy would be refused.
fn what_is_odd(line: &str, path: &str, policies: &[&Policy]) -> Option<String> {
    let refused = policies.last()?.visitor_from_json(line).err()?;
    let problem = refused.diagnostics().iter().find(|problem| problem.path() == path)?;
    Some(told(problem))
}

/// The column and what is wrong with a line where nobody can be read.
fn unreadable(line: &str, error: &serde_json::Error, policies: &[&Policy]) -> (Option<usize>, String) {
    if let Some((column, problem)) = no_json(line) {
        return (Some(column), problem);
    }
    let refused = policies.last().and_then(|policy| policy.visitor_from_json(line).err());
    let mut errors = refused.iter().flat_map(|refused| refused.diagnostics());
    match errors.find(|problem| problem.severity() == Severity::Error) {
        Some(problem) => (None, told(problem)),
        None => (Some(error.column()), error.to_string()),
    }
}

fn told(problem: &Diagnostic) -> String {
    let path = if problem.path().is_empty() { String::new() } else { format!("{}: ", problem.path()) };
    let help = problem.help().map_or_else(String::new, |help| format!("; {help}"));
    format!("{path}{}{help}", problem.message())
}
