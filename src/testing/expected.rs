//! What of a decision is not as a test expects it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

use super::Difference;
use crate::decision::Reason;
use crate::document::Expectation;
use crate::explanation::Explanation;
use crate::selector::ExperienceSelector;

/// In place of what there is not.
pub(super) const NONE: &str = "none";

/// A reason as tests write it: its code, and behind a colon who gave it.
pub(crate) fn reason(selector: &ExperienceSelector, reason: Reason) -> String {
    match selector.giver(reason) {
        Some(giver) => format!("{}:{giver}", reason.code()),
        None => reason.code().to_string(),
    }
}

/// What differs.
pub(super) fn differences(
    selector: &ExperienceSelector,
    expect: &Expectation,
    explanation: &Explanation,
) -> Vec<Difference> {
    let decision = explanation.decision();
    let experience = decision.experience();
    let mut found = Found::default();
    found.one("channel", expect.channel.as_ref(), experience.channel);
    found.one("layout", expect.layout, experience.layout);
    found.one("layout_in_use", expect.layout_in_use, decision.layout_in_use());
    found.one("assistance", expect.assistance, experience.assistance);
    found.all("adapt", expect.adapt.as_ref(), decision.adaptations().iter());
    let way_out = decision.way_out();
    found.one(
        "way_out",
        expect.way_out.as_ref(),
        way_out.map_or(NONE.to_owned(), |way| way.channel.to_string()),
    );
    found.one("open", expect.open, way_out.is_some_and(|way| way.open));
    // The order counts.
    let alternatives = expect.alternatives.as_ref().map(|names| in_a_row(names.iter()));
    found.one("alternatives", alternatives, in_a_row(decision.alternatives()));
    for (axis, is) in ["channel", "layout", "assistance"].into_iter().zip(decision.reasons) {
        let written = expect.reasons.as_ref().and_then(|reasons| reasons.get(axis));
        // A code alone leaves open who gave it.
        let is = match written {
            Some(written) if !written.contains(':') => is.code().to_string(),
            _ => reason(selector, is),
        };
        found.one(&format!("reasons.{axis}"), written, is);
    }
    let hold = explanation.segments().filter(|(_, truth)| truth.holds()).map(|(name, _)| name);
    found.all("segments", expect.segments.as_ref(), hold);
    found.all("rules", expect.rules.as_ref(), explanation.rules());
    let arms: BTreeMap<&str, &str> = selector.arms(decision).collect();
    for (experiment, arm) in expect.arms.iter().flatten() {
        let is = arms.get(&**experiment).copied().unwrap_or(NONE);
        found.one(&format!("arms.{experiment}"), Some(arm), is);
    }
    found.0
}

fn in_a_row(names: impl Iterator<Item = impl Display>) -> String {
    let names: Vec<String> = names.map(|name| name.to_string()).collect();
    if names.is_empty() { NONE.to_owned() } else { names.join(", ") }
}

#[derive(Default)]
struct Found(Vec<Difference>);

impl Found {
    fn one(&mut self, what: &str, expected: Option<impl Display>, is: impl Display) {
        let Some(expected) = expected.map(|expected| expected.to_string()) else { return };
        let is = is.to_string();
        if expected != is {
            let (expected, found) = (expected.into(), is.into());
            self.0.push(Difference { what: what.into(), expected, found, is_list: false });
        }
    }
    /// The order does not count: what is missing, and what is there beside what is expected.
    fn all<T: Display>(
        &mut self,
        what: &str,
        expected: Option<impl IntoIterator<Item = T>>,
        is: impl Iterator<Item = impl Display>,
    ) {
        let Some(expected) = expected else { return };
        let expected: BTreeSet<String> = expected.into_iter().map(|name| name.to_string()).collect();
        let is: BTreeSet<String> = is.map(|name| name.to_string()).collect();
        if expected != is {
            let (missing, beyond) = (in_a_row(expected.difference(&is)), in_a_row(is.difference(&expected)));
            let (expected, found) = (missing.into(), beyond.into());
            self.0.push(Difference { what: what.into(), expected, found, is_list: true });
        }
    }
}
