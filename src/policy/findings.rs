//! Whom findings leave out: every name must be one of the policy's.

use super::channels::entry;
use super::check::Work;
use crate::diagnostic::DiagnosticCode as Code;
use crate::document::{Path, Problem, cut};
use crate::experience::{AssistanceLevel, LayoutComplexity};
use crate::finding::FindingKind as Kind;

/// Reports every name that a finding of its kind cannot be about.
pub(super) fn check(work: &Work<'_>) {
    let document = work.document;
    let segments = || document.segments.keys().map(String::as_str).collect::<Vec<_>>();
    let rules = || document.rules.keys().map(String::as_str).collect::<Vec<_>>();
    let experiments = || document.experiments.keys().map(String::as_str).collect::<Vec<_>>();
    let guarantees = || document.guarantees.keys().map(String::as_str).collect::<Vec<_>>();
    for (kind, found) in document.findings.iter().filter(|(_, found)| !found.except.is_empty()) {
        let known = match kind {
            Kind::NeverTrue | Kind::AlwaysTrue | Kind::WindowOver => {
                [segments(), rules(), experiments(), guarantees()].concat()
            }
            Kind::Implied | Kind::SameAs => [segments(), rules()].concat(),
            Kind::Opposing
            | Kind::OpposingOnChannel
            | Kind::Silenced
            | Kind::NeedFromAge
            | Kind::DemographicsAlone
            | Kind::Unexplained => rules(),
            Kind::ChannelNeverServed => work.channels.keys().copied().collect(),
            Kind::LayoutNeverGiven => LayoutComplexity::NAMES.to_vec(),
            Kind::AssistanceNeverGiven => AssistanceLevel::NAMES.to_vec(),
            Kind::UnusedAttribute => document.attributes.keys().map(String::as_str).collect(),
            Kind::UnusedSegment => segments(),
            Kind::UnusedExperiment => experiments(),
        };
        for name in found.except.iter().filter(|name| !known.contains(&name.as_str())) {
            // What could not be read is not unknown.
            let parts = ["segments", "rules", "experiments", "guarantees", "channels", "attributes"];
            if parts.iter().any(|part| work.is_unread(part)) || work.unread.contains(name) {
                continue;
            }
            let path = Path::of(&["findings", kind.as_str(), "except"]);
            let message = format!("`{}` is nothing that a finding `{kind}` can be about", cut(name));
            let help = work.suggest(name, known.iter().copied());
            work.problems
                .add(Problem::new(Code::UnknownValue, path, message).aimed(entry(name)).with_help(help));
        }
    }
}
