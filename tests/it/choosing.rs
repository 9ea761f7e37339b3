//! Cases: visitors with the whole decision that they must get, and why. One file of `cases/choosing` is one policy with
//! its visitors; a bug becomes a case before it is mended.

use maitre::{CustomerProfile, Decision, ExperienceSelector, Policy, Reason, Visit};
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    policy: String,
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    #[serde(default)]
    profile: CustomerProfile,
    visit: Visit,
    expect: Expect,
}

/// What is not named is not looked at.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expect {
    channel: Option<String>,
    layout: Option<String>,
    layout_in_use: Option<String>,
    assistance: Option<String>,
    adapt: Option<Vec<String>>,
    way_out: Option<String>,
    open: Option<bool>,
    alternatives: Option<Vec<String>>,
    /// `code` or `code:giver`, for channel, layout and assistance.
    reasons: Option<[String; 3]>,
    rules: Option<Vec<String>>,
    undecided: Option<BTreeMap<String, Vec<String>>>,
    ruled_out: Option<BTreeMap<String, String>>,
    arms: Option<BTreeMap<String, String>>,
}

fn reason(selector: &ExperienceSelector, reason: Reason) -> String {
    match selector.giver(reason) {
        Some(giver) => format!("{}:{giver}", reason.code()),
        None => reason.code().to_string(),
    }
}

fn names<T: ToString>(names: impl IntoIterator<Item = T>) -> Vec<String> {
    names.into_iter().map(|name| name.to_string()).collect()
}

/// What differs from what is expected.
fn differences(selector: &ExperienceSelector, case: &Case) -> Vec<String> {
    let decision: Decision = selector.select(&case.profile, &case.visit);
    let explanation = selector.explain(&case.profile, &case.visit);
    assert_eq!(*explanation.decision(), decision, "Law 8: {}", case.name);
    let (experience, way_out) = (decision.experience(), decision.way_out());
    let expect = &case.expect;
    let mut found = Vec::new();
    let mut hold = |what: &str, expected: Option<String>, is: String| {
        if let Some(expected) = expected.filter(|expected| *expected != is) {
            found.push(format!("{what}: expected {expected}, found {is}"));
        }
    };
    hold("channel", expect.channel.clone(), experience.channel.to_string());
    hold("layout", expect.layout.clone(), experience.layout.to_string());
    hold("layout_in_use", expect.layout_in_use.clone(), decision.layout_in_use().to_string());
    hold("assistance", expect.assistance.clone(), experience.assistance.to_string());
    let debug = |value: &dyn std::fmt::Debug| format!("{value:?}");
    hold("adapt", expect.adapt.as_ref().map(|v| debug(v)), debug(&names(decision.adaptations().iter())));
    hold("way_out", expect.way_out.clone(), way_out.map_or("none".into(), |way| way.channel.to_string()));
    hold("open", expect.open.map(|open| open.to_string()), way_out.is_some_and(|way| way.open).to_string());
    hold(
        "alternatives",
        expect.alternatives.as_ref().map(|v| debug(v)),
        debug(&names(decision.alternatives())),
    );
    let reasons = [decision.channel_reason(), decision.layout_reason(), decision.assistance_reason()];
    hold("reasons", expect.reasons.as_ref().map(|v| debug(v)), debug(&reasons.map(|r| reason(selector, r))));
    hold("rules", expect.rules.as_ref().map(|v| debug(v)), debug(&names(explanation.rules())));
    let unknown = |u: &maitre::Undecided| names(u.unknown().iter().map(|fact| fact.attribute.clone()));
    let undecided: BTreeMap<_, _> =
        explanation.undecided().iter().map(|u| (u.rule().to_string(), unknown(u))).collect();
    hold("undecided", expect.undecided.as_ref().map(|v| debug(v)), debug(&undecided));
    let out = |note: &maitre::ChannelNote| Some((note.channel().to_string(), note.ruled_out()?.to_string()));
    let ruled_out: BTreeMap<_, _> = explanation.channels().iter().filter_map(out).collect();
    hold("ruled_out", expect.ruled_out.as_ref().map(|v| debug(v)), debug(&ruled_out));
    let own = |(experiment, arm): (&str, &str)| (experiment.to_string(), arm.to_string());
    let arms: BTreeMap<_, _> = selector.arms(&decision).map(own).collect();
    hold("arms", expect.arms.as_ref().map(|v| debug(v)), debug(&arms));
    let told: BTreeMap<_, _> = explanation.arms().map(own).collect();
    hold("arms of the explanation", Some(debug(&arms)), debug(&told));
    found
}

#[test]
fn every_case_gets_the_decision_and_the_reasons_it_names() {
    let mut failures = Vec::new();
    let mut cases = 0;
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases/choosing");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    for path in files {
        let text = std::fs::read_to_string(&path).unwrap();
        let file: File = toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let policy =
            Policy::from_toml(&file.policy).unwrap_or_else(|error| panic!("{}:\n{error}", path.display()));
        let selector = ExperienceSelector::compile(&policy).unwrap();
        for case in &file.case {
            cases += 1;
            let found = differences(&selector, case);
            if !found.is_empty() {
                failures.push(format!("{} — {}\n    {}", path.display(), case.name, found.join("\n    ")));
            }
        }
    }
    assert!(cases >= 40, "only {cases} cases were found");
    assert!(failures.is_empty(), "{} of {cases} cases:\n{}", failures.len(), failures.join("\n"));
}
