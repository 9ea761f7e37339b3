//! A policy with denied findings stays outside, and the old one serves on.

use maitre::{AnalysisOptions, ExperienceSelector, Policy, SharedSelector};

fn policy(name: &str, rest: &str) -> Policy {
    let text = format!(
        "format = 1\nname = \"{name}\"\nlast_resort = [\"desk\"]\nchannels = [{{ name = \"desk\", own = true, staffed = true }}]\n{rest}"
    );
    Policy::from_toml(&text).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn a_policy_with_denied_findings_or_broken_guarantees_is_not_adopted() {
    let old = policy("old", "");
    let shared = SharedSelector::new(ExperienceSelector::compile(&old).unwrap());
    let options = AnalysisOptions::new();
    let dead = "rules.dead = { when = 'visit.errors > 3 && visit.errors < 2', layout = -10 }\n";

    let refused = shared.adopt(&policy("new", &format!("{dead}findings.never_true = \"deny\"")), &options);
    let refused = refused.unwrap_err();
    assert!(refused.analysis().is_some_and(|found| found.is_denied()) && refused.compile_error().is_none());
    assert!(
        refused.to_string().starts_with("rules.dead: deny: rule `dead` can never hold [never_true]"),
        "{refused}"
    );
    let broken = "guarantees.g = { when = 'visit.errors > 1', layout_at_most = \"essential\" }";
    let refused = shared.adopt(&policy("new", broken), &options).unwrap_err();
    assert!(
        refused.analysis().is_none()
            && refused.compile_error().is_some_and(|error| error.guarantees().len() == 1)
    );
    assert_eq!(shared.versions(), [old.digest()]);

    let new = policy("new", dead);
    let analysis = shared.adopt(&new, &options).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(shared.versions(), [old.digest(), new.digest()]);
    assert!(analysis.findings.iter().any(|found| found.path.contains("dead")), "{analysis}");
}
