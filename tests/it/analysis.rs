//! The analysis of a policy: what each kind of finding looks like, and what must stay silent; small policies are held against
//! everybody whom they can tell apart, generated ones against visitors near their literals.
#![expect(clippy::indexing_slicing, reason = "a test that cannot go on has failed")]

mod adopting;
mod budget;
mod cases;
mod generated;
mod silenced;
mod small;

use std::collections::BTreeMap;

use maitre::{
    Analysis, AnalysisOptions, CustomerProfile, Decision, Event, ExperienceSelector, Finding, Moment,
    Observer, Policy, SubjectKind, Truth, Visit,
};

use crate::oracle::rust;

/// A policy with the rules in Rust that generated ones ask for, compiled; guarantees are not what is tested here.
fn selector(text: &str) -> ExperienceSelector {
    let loader = Policy::loader().rule(rust::Loyal).rule(rust::Alike);
    let policy = loader.toml(text).unwrap_or_else(|error| panic!("{text}\n{error}"));
    ExperienceSelector::compile(&policy).unwrap_or_else(|error| panic!("{text}\n{error}"))
}

/// As of the Monday on which visitors are made.
fn options() -> AnalysisOptions {
    AnalysisOptions::new().at(Moment::parse("2026-11-23T10:00:00-03:00").unwrap().timestamp())
}

/// What a policy says of one visitor.
#[derive(Debug, Default)]
struct Said {
    segments: BTreeMap<String, Truth>,
    rules: BTreeMap<String, Truth>,
    decision: Option<Decision>,
}

impl Observer for Said {
    fn observe(&mut self, event: Event<'_>) {
        match event {
            Event::Segment { name, truth, .. } => drop(self.segments.insert(name.to_owned(), truth)),
            Event::Rule { name, truth, .. } => drop(self.rules.insert(name.to_owned(), truth)),
            _ => {}
        }
    }
}

fn said(selector: &ExperienceSelector, (profile, visit): (&CustomerProfile, &Visit)) -> Said {
    let mut said = Said::default();
    said.decision = Some(selector.select_with(profile, visit, &mut said));
    said
}

impl Said {
    /// The value of a segment or rule; `None` for what else a finding is about.
    fn of(&self, what: SubjectKind, name: &str) -> Option<Truth> {
        match what {
            SubjectKind::Segment => self.segments.get(name).copied(),
            SubjectKind::Rule => self.rules.get(name).copied(),
            _ => None,
        }
    }
}

/// Fails unless every witness is one, whatever else was found.
fn hold_witnesses(text: &str, selector: &ExperienceSelector, analysis: &Analysis) {
    use maitre::FindingKind as Kind;
    for finding in &analysis.findings {
        let said = finding.witness.as_ref().map(|witness| said(selector, (&witness.profile, &witness.visit)));
        let of = |place: usize| {
            let (said, subject) = (said.as_ref()?, finding.about.get(place)?);
            said.of(subject.what, &subject.name)
        };
        let so = match finding.kind {
            Kind::NeverTrue
            | Kind::ChannelNeverServed
            | Kind::LayoutNeverGiven
            | Kind::AssistanceNeverGiven
            | Kind::UnusedAttribute
            | Kind::UnusedSegment
            | Kind::UnusedExperiment
            | Kind::Unexplained => said.is_none(),
            Kind::Silenced => of(0) == Some(Truth::Unknown),
            Kind::Implied | Kind::SameAs | Kind::Opposing | Kind::OpposingOnChannel => {
                (of(0), of(1)) == (Some(Truth::True), Some(Truth::True))
            }
            Kind::NeedFromAge | Kind::DemographicsAlone => of(0) == Some(Truth::True),
            _ => said.is_some() && of(0).is_none_or(Truth::holds),
        };
        assert!(so, "{text}\n{finding}");
    }
}

/// The names that a finding is about, behind its kind.
fn key(finding: &Finding) -> String {
    let names: Vec<&str> = finding.about.iter().map(|one| &*one.name).collect();
    format!("{} {}", finding.kind, names.join(" "))
}
