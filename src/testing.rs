//! A policy's own tests: each visitor of them is decided for, the decision is held against what is expected, and what all of
//! them together have touched is counted. In come a selector and tests, out comes a [`TestRun`]; nothing is printed but by
//! whoever shows it.

mod coverage;
mod expected;
mod proposals;
mod states;
mod text;
mod values;

pub use coverage::{Coverage, CoveredArm, CoveredAttribute, CoveredRule, CoveredSegment};
pub use proposals::Proposal;

use crate::document::TestEntry;
use crate::selector::ExperienceSelector;
use crate::value::Text;
use coverage::Touched;
pub(crate) use expected::reason;

/// How a policy's tests went. `Display` prints what failed and what no test has touched; serde gives all of it.
///
/// # Example
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # use maitre::{ExperienceSelector, Policy};
/// let policy = Policy::from_toml(
///     r#"
///     format = 1
///     name = "corner_shop"
///     last_resort = ["in_person"]
///     channels = [{ name = "in_person", staffed = true }]
///     rules.stuck = { when = 'visit.errors >= 3', assistance_at_least = "guided" }
///     rules.calm = { when = 'visit.errors == 0', layout = 100 }
///
///     [[tests]]
///     name = "three errors in a row"
///     visit = { at = 2026-11-23T10:00:00-03:00, errors = 3 }
///     expect = { assistance = "callback", rules = ["stuck"] }
///     "#,
/// )?;
/// let run = ExperienceSelector::compile(&policy)?.run_tests();
/// assert!(!run.passed());
/// assert_eq!(run.tests[0].differences[0].to_string(), "assistance: expected callback, found guided");
/// assert_eq!(run.coverage.untouched_rules().collect::<Vec<_>>(), ["calm"]);
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct TestRun {
    /// The tests, in their order.
    pub tests: Vec<TestOutcome>,
    /// What they have touched together.
    pub coverage: Coverage,
}

/// How one test went.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct TestOutcome {
    /// What it tells.
    pub name: String,
    /// What is not as expected: nothing where the test passed.
    pub differences: Vec<Difference>,
}

/// One thing that is not as a test expects it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Difference {
    /// What, by its key in `expect`: `layout`, `reasons.channel`.
    pub what: Text,
    /// What is expected; of a list what is missing from it.
    pub expected: Text,
    /// What is; of a list what it has beyond what is expected.
    pub found: Text,
    /// Whether it is a list, of which only what differs is named.
    #[serde(skip)]
    is_list: bool,
}

impl TestRun {
    /// Whether all tests passed.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.failed() == 0
    }
    /// How many failed.
    #[must_use]
    pub fn failed(&self) -> usize {
        self.tests.iter().filter(|test| !test.passed()).count()
    }
}

impl TestOutcome {
    /// Whether everything was as expected.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.differences.is_empty()
    }
}

impl ExperienceSelector {
    /// Runs the tests of the policy.
    ///
    /// # Cost
    /// That of [`explain`](Self::explain) for each test, and of one look at all cells; allocates.
    #[must_use]
    pub fn run_tests(&self) -> TestRun {
        self.run_these_tests(&self.policy().document().tests)
    }

    /// Runs other tests under this policy: those of an older version, or of one's own making.
    ///
    /// # Cost
    /// As [`run_tests`](Self::run_tests).
    #[must_use]
    pub fn run_these_tests(&self, tests: &[TestEntry]) -> TestRun {
        let mut touched = Touched::of(self);
        let tests = tests.iter().map(|test| {
            let explanation = self.explain(&test.profile, &test.visit);
            touched.add(self, test, &explanation);
            TestOutcome {
                name: test.name.clone(),
                differences: expected::differences(self, &test.expect, &explanation),
            }
        });
        TestRun { tests: tests.collect(), coverage: touched.coverage(self) }
    }
}
