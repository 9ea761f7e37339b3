//! A decision, or what is wrong with a context, in the words of OpenFeature. Both end up in logs: no need is named, and no value
//! of a fact.

use std::cmp::Ordering;

use open_feature::provider::ResolutionDetails;
use open_feature::{EvaluationReason, FlagMetadata, StructValue};

use crate::attribute::{AttributeType, Attributes};
use crate::decision::{Decision, Giver, Reason, ReasonCode};
use crate::diagnostic::{Diagnostic, DiagnosticCode as Code, Severity};
use crate::policy::PolicyError;
use crate::selector::ExperienceSelector;
use crate::value::a;

pub(super) fn channel(selector: &ExperienceSelector, decision: &Decision) -> ResolutionDetails<String> {
    text(selector, decision, decision.experience().channel.as_str(), Some(decision.channel_reason()))
}

pub(super) fn layout(selector: &ExperienceSelector, decision: &Decision) -> ResolutionDetails<String> {
    text(selector, decision, decision.layout_in_use().as_str(), in_use(decision))
}

pub(super) fn assistance(selector: &ExperienceSelector, decision: &Decision) -> ResolutionDetails<String> {
    text(selector, decision, decision.experience().assistance.as_str(), Some(decision.assistance_reason()))
}

pub(super) fn experience(
    selector: &ExperienceSelector,
    decision: &Decision,
) -> ResolutionDetails<StructValue> {
    let is = decision.experience();
    let adapt: Vec<&str> = decision.adaptations().iter().map(|need| need.as_str()).collect();
    let mut value = StructValue::default()
        .with_field("channel", is.channel.as_str())
        .with_field("layout", is.layout.as_str())
        .with_field("layout_in_use", decision.layout_in_use().as_str())
        .with_field("assistance", is.assistance.as_str())
        .with_field("adapt", adapt);
    if let Some(way_out) = decision.way_out() {
        let way_out = StructValue::default()
            .with_field("channel", way_out.channel.as_str())
            .with_field("open", way_out.open);
        value.add_field("way_out", way_out);
    }
    let mut metadata = of_policy(decision);
    for (axis, reason) in ["channel", "layout", "assistance"].into_iter().zip(decision.reasons) {
        metadata.add_value(format!("reason.{axis}"), why(selector, reason));
    }
    let kinds = decision.reasons.map(kind);
    let reason = if kinds.contains(&EvaluationReason::Split) {
        EvaluationReason::Split
    } else if kinds.iter().all(|kind| *kind == EvaluationReason::Default) {
        EvaluationReason::Default
    } else {
        EvaluationReason::TargetingMatch
    };
    ResolutionDetails {
        value,
        variant: Some(format!("{}/{}/{}", is.channel, decision.layout_in_use(), is.assistance)),
        reason: Some(reason),
        flag_metadata: Some(metadata),
    }
}

fn text(
    selector: &ExperienceSelector,
    decision: &Decision,
    value: &str,
    reason: Option<Reason>,
) -> ResolutionDetails<String> {
    let metadata = of_policy(decision);
    ResolutionDetails {
        value: value.to_owned(),
        variant: Some(value.to_owned()),
        reason: Some(reason.map_or(EvaluationReason::Unknown, kind)),
        flag_metadata: Some(match reason {
            Some(reason) => metadata.with_value("reason", why(selector, reason)),
            None => metadata,
        }),
    }
}

fn of_policy(decision: &Decision) -> FlagMetadata {
    FlagMetadata::default().with_value("policy", decision.policy().to_string())
}

/// Why the page of the channel in use has its layout. Beside the chosen channel's it differs by what the two can carry and by
/// nothing else (D5); what it would be for, where only the chosen one carries less, a decision does not say.
fn in_use(decision: &Decision) -> Option<Reason> {
    match decision.layout_in_use().cmp(&decision.experience().layout) {
        Ordering::Less => Some(Reason { code: ReasonCode::Channel, giver: Giver::Nobody }),
        Ordering::Equal => Some(decision.layout_reason()),
        Ordering::Greater => None,
    }
}

/// A reason as tests write it, but for the need that gave it.
fn why(selector: &ExperienceSelector, reason: Reason) -> String {
    match reason.need() {
        Some(_) => reason.code().to_string(),
        None => crate::testing::reason(selector, reason),
    }
}

fn kind(reason: Reason) -> EvaluationReason {
    match (reason.code, reason.giver) {
        (_, Giver::Arm(..)) => EvaluationReason::Split,
        (ReasonCode::Default | ReasonCode::Score, _) => EvaluationReason::Default,
        _ => EvaluationReason::TargetingMatch,
    }
}

/// How many problems are told: a log line is no report.
const MOST: usize = 8;
/// How many names are listed.
const NAMES: usize = 16;

/// What is wrong with a context, one problem behind the other, without the values of facts.
pub(super) fn problems(error: &PolicyError, attributes: &Attributes) -> String {
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
