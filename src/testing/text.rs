//! How a run of tests is told.

use std::fmt;

use super::expected::NONE;
use super::{Coverage, Difference, TestRun};
use crate::explanation::listed;

/// So many values and reasons are named that no test has.
const NAMED: usize = 8;

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, expected, found, is_list } = self;
        match (&**expected, &**found) {
            (expected, found) if !is_list => write!(f, "{what}: expected {expected}, found {found}"),
            (expected, NONE) => write!(f, "{what}: missing {expected}"),
            (NONE, found) => write!(f, "{what}: not expected {found}"),
            (expected, found) => write!(f, "{what}: missing {expected}; not expected {found}"),
        }
    }
}

impl fmt::Display for TestRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for test in self.tests.iter().filter(|test| !test.passed()) {
            writeln!(f, "{}", test.name)?;
            test.differences.iter().try_for_each(|difference| writeln!(f, "  {difference}"))?;
        }
        let (all, failed) = (self.tests.len(), self.failed());
        match (all, failed) {
            (0, _) => return writeln!(f, "The policy has no tests."),
            (1, 0) => writeln!(f, "The one test passed.")?,
            (1, _) => writeln!(f, "The one test failed.")?,
            (2, 0) => writeln!(f, "Both tests passed.")?,
            (2, 2) => writeln!(f, "Both tests failed.")?,
            (_, 0) => writeln!(f, "All {all} tests passed.")?,
            _ if failed == all => writeln!(f, "All {all} tests failed.")?,
            _ => writeln!(f, "{failed} of {all} tests failed.")?,
        }
        self.coverage.fmt(f)
    }
}

/// The first of them, and how many more there are.
fn few(mut names: Vec<String>) -> Vec<String> {
    let further = names.len().saturating_sub(NAMED);
    names.truncate(NAMED);
    if further > 0 {
        names.push(format!("{further} more"));
    }
    names
}

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let holding = self.rules.iter().filter(|rule| rule.holds > 0).count();
        match (self.rules.len(), holding) {
            (0, _) => {}
            (1, 0) => writeln!(f, "The one rule holds in no test.")?,
            (1, _) => writeln!(f, "The one rule holds in some test.")?,
            (2, 2) => writeln!(f, "Both rules hold in some test.")?,
            (all, _) if holding == all => writeln!(f, "All {all} rules hold in some test.")?,
            (all, 0) => writeln!(f, "None of the {all} rules holds in any test.")?,
            (all, 1) => writeln!(f, "1 of {all} rules holds in some test.")?,
            (all, _) => writeln!(f, "{holding} of {all} rules hold in some test.")?,
        }
        let mut say = |(one, several): (&str, &str), names: Vec<String>| match names.as_slice() {
            [] => Ok(()),
            [name] => writeln!(f, "{one}: {name}."),
            names => writeln!(f, "{several}: {}.", listed(names)),
        };
        let owned = |name: &str| name.to_owned();
        say(
            ("The rule that holds in no test", "Rules that hold in no test"),
            self.untouched_rules().map(owned).collect(),
        )?;
        say(
            ("The segment that holds in no test", "Segments that hold in no test"),
            self.untouched_segments().map(owned).collect(),
        )?;
        say(
            ("The segment that holds in every test", "Segments that hold in every test"),
            self.segments_without_others().map(owned).collect(),
        )?;
        let arm = |(experiment, arm): (&str, &str)| format!("{experiment}/{arm}");
        say(
            ("The arm that no test is in", "Arms that no test is in"),
            self.untouched_arms().map(arm).collect(),
        )?;
        let reasons = self.untouched_reasons().map(|(axis, code)| format!("{axis} by `{code}`"));
        say(("The reason that no test has", "Reasons that no test has"), few(reasons.collect()))?;
        let untried = self.attributes.iter().flat_map(|one| {
            one.untouched.iter().map(move |state| match &**state {
                // By its name: `large_text in profile.needs`.
                "in" => one.name.to_string(),
                "out" => format!("no {}", one.name),
                // What is not the name of an attribute is said in words.
                state if one.name.contains(' ') => format!("{} {state}", one.name),
                state => format!("`{}` {state}", one.name),
            })
        });
        say(("The value that no test has", "Values that no test has"), few(untried.collect()))
    }
}
