//! How a run of tests is told.

use std::fmt;

use super::expected::NONE;
use super::{Coverage, Difference, TestRun};
use crate::explanation::listed;

/// So many values are named that no test has.
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
            (_, 0) => writeln!(f, "All {all} tests passed.")?,
            _ => writeln!(f, "{failed} of {all} tests failed.")?,
        }
        self.coverage.fmt(f)
    }
}

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let holding = self.rules.iter().filter(|rule| rule.holds > 0).count();
        writeln!(f, "{holding} of {} rules hold in some test.", self.rules.len())?;
        let mut say = |what: &str, names: Vec<String>| match names.is_empty() {
            true => Ok(()),
            false => writeln!(f, "{what}: {}.", listed(&names)),
        };
        let owned = |name: &str| name.to_owned();
        say("Rules that hold in no test", self.untouched_rules().map(owned).collect())?;
        say("Segments that hold in no test", self.untouched_segments().map(owned).collect())?;
        say("Segments that hold in every test", self.segments_without_others().map(owned).collect())?;
        let arm = |(experiment, arm): (&str, &str)| format!("{experiment}/{arm}");
        say("Arms that no test is in", self.untouched_arms().map(arm).collect())?;
        let untried = self.attributes.iter().flat_map(|one| {
            one.untouched.iter().map(move |state| match &**state {
                state @ ("in" | "out") => format!("{state}: {}", one.name),
                state => format!("{} {state}", one.name),
            })
        });
        let mut untried: Vec<String> = untried.collect();
        let further = untried.len().saturating_sub(NAMED);
        untried.truncate(NAMED);
        if further > 0 {
            untried.push(format!("{further} more"));
        }
        say("Values that no test has", untried)
    }
}
