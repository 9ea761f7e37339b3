//! What is wrong with a visitor, for where it ends up in logs: no value of a fact is told, and no need.

use crate::attribute::{AttributeType, Attributes};
use crate::diagnostic::{Diagnostic, DiagnosticCode as Code, Severity};
use crate::policy::{Policy, PolicyError};
use crate::value::a;

impl PolicyError {
    /// What is wrong with somebody that `policy` was asked about, in one line, the first few problems by path: without the values
    /// of facts and without needs, for answers that end up in logs.
    #[must_use]
    pub fn without_values(&self, policy: &Policy) -> String {
        problems(self, policy.attributes())
    }
}

/// How many problems are told: a log line is no report.
const MOST: usize = 8;
/// How many names are listed.
const NAMES: usize = 16;

fn problems(error: &PolicyError, attributes: &Attributes) -> String {
    let errors: Vec<&Diagnostic> =
        error.diagnostics().iter().filter(|one| one.severity() == Severity::Error).collect();
    let mut told: Vec<String> = errors.iter().take(MOST).map(|one| problem(one, attributes)).collect();
    if errors.len() > MOST {
        told.push(format!("and {} more", errors.len() - MOST));
    }
    told.join("; ")
}

fn problem(problem: &Diagnostic, attributes: &Attributes) -> String {
    const NEEDS: &str = "profile.needs";
    let path = if problem.path().starts_with(NEEDS) { NEEDS } else { problem.path() };
    // What is wrong with a name is told with it; of a value only what it must be, since a message shows what was found.
    let told = if path != NEEDS && is_of_a_name(problem) {
        let help = problem.help().map(|help| format!(" ({help})")).unwrap_or_default();
        format!("{}{help}", problem.message())
    } else {
        let of_a_journey = path.find("journey.").and_then(|start| path.get(start..));
        let own = path.split_once(".attributes.").map(|(_, name)| name);
        let kind = attributes.kind(own.or(of_a_journey).unwrap_or(path)).filter(|_| path != NEEDS);
        // Of what is a name and none of ours, what it should name stands before it: `unknown need`.
        let unknown = problem.message().split_once(" `").map(|(what, _)| what);
        let unknown = unknown.filter(|what| what.starts_with("unknown "));
        kind.map(|kind| format!("expected {}", expected(kind)))
            .unwrap_or_else(|| unknown.unwrap_or("does not fit").to_owned())
    };
    let colon = if path.is_empty() { "" } else { ": " };
    format!("{path}{colon}{told} [{}]", problem.code())
}

fn is_of_a_name(problem: &Diagnostic) -> bool {
    let name = problem.path().rsplit('.').next().unwrap_or_default();
    let of_another_home = [("profile", "visit"), ("visit", "profile")].iter().any(|(is, not)| {
        problem.message() == format!("`{name}` is an attribute of the {is}, not of the {not}")
    });
    of_another_home
        || matches!(
            problem.code(),
            Code::UnknownField
                | Code::UnknownAttribute
                | Code::UnknownPurpose
                | Code::MissingField
                | Code::Duplicate
                | Code::Limit
        )
}

/// What a value of a type must be; of many names none.
fn expected(kind: &AttributeType) -> String {
    match kind {
        AttributeType::Int { min, max: i64::MAX } if *min > i64::MIN => format!("an int, {min} or more"),
        AttributeType::Int { min, max } if *min > i64::MIN => format!("an int, {min} to {max}"),
        AttributeType::Enum(names) if names.len() <= NAMES => format!("one of {}", names.join(", ")),
        AttributeType::Set(names) if names.len() <= NAMES => format!("a list of {}", names.join(", ")),
        kind => a(kind.name()),
    }
}
