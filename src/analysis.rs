//! The analysis of a policy before it goes live: segments and rules that can never hold or always do, that say the same, that
//! work against each other, that an unknown fact silences. In comes a selector, out comes an [`Analysis`]: findings, each with
//! a visitor of whom it is true wherever there can be one. Whoever is named was really evaluated; that there is nobody was
//! proven by a search over all cells; what could be told neither way is listed as inconclusive.

mod alternatives;
mod bits;
mod conditions;
mod desk;
mod effects;
mod opposing;
mod pairs;
mod parts;
mod people;
mod pool;
mod reached;
mod reads;
mod silenced;
mod subjects;
mod text;
mod unexplained;
mod unused;

use crate::diagnostic::Place;
use crate::document::{Path, Step, Text as Source};
use crate::finding::{FindingKind, FindingLevel};
use crate::guarantee::WhyInconclusive;
use crate::policy::Policy;
use crate::search::Witness;
use crate::selector::{CompileError, ExperienceSelector};
use crate::time::Timestamp;
use crate::value::Text;
use crate::words::words;

words! {
    /// What a finding is about.
    #[derive(PartialOrd, Ord)]
    #[non_exhaustive]
    pub enum SubjectKind ("subject") {
        /// A segment.
        Segment = "segment",
        /// A rule.
        Rule = "rule",
        /// An experiment.
        Experiment = "experiment",
        /// A guarantee.
        Guarantee = "guarantee",
        /// A channel.
        Channel = "channel",
        /// A layout complexity.
        Layout = "layout",
        /// An assistance level.
        Assistance = "assistance",
        /// An attribute of the policy's own.
        Attribute = "attribute",
    }
}

/// Something of the policy that a finding is about.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Subject {
    /// What it is.
    pub what: SubjectKind,
    /// Its name.
    pub name: Text,
}

/// Something that the analysis found. `Display` writes it with its witness.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// What kind of thing.
    pub kind: FindingKind,
    /// How much it weighs, as the policy says.
    pub level: FindingLevel,
    /// What it is about, the first before all.
    pub about: Vec<Subject>,
    /// Where the first of them stands in the document: `rules.calm`; empty for a level, which stands nowhere.
    pub path: Text,
    /// The place, once [`Analysis::place`] has found it.
    pub place: Option<Place>,
    /// What was found: one line, lower case, no final stop.
    pub message: Text,
    /// What to do.
    pub help: Text,
    /// Somebody of whom it is true, with nothing said of them that can be left out. `None` where it says that there is nobody, or
    /// that something is used by nothing or not written.
    pub witness: Option<Box<Witness>>,
    /// How many regions of cells were looked at for it.
    pub steps: u64,
}

/// A question that could not be told.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[non_exhaustive]
pub struct Inconclusive {
    /// What was looked for.
    pub kind: FindingKind,
    /// Of what.
    pub about: Vec<Subject>,
    /// Why it is not known whether there is such a finding.
    pub why: WhyInconclusive,
    /// How many regions of cells were looked at in vain.
    pub steps: u64,
}

/// What the analysis of a policy found. `Display` writes all of it, one thing below the other.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize)]
#[non_exhaustive]
pub struct Analysis {
    /// The findings, by kind, then by name.
    pub findings: Vec<Finding>,
    /// What could not be told; the first 1,000.
    pub inconclusive: Vec<Inconclusive>,
    /// How many more could not be told.
    pub inconclusive_beyond: u64,
    /// How many steps it took.
    pub steps: u64,
}

impl Analysis {
    /// How many findings have that level.
    #[must_use]
    pub fn count(&self, level: FindingLevel) -> usize {
        self.findings.iter().filter(|finding| finding.level == level).count()
    }
    /// Whether some finding is denied, so that the policy should not serve.
    #[must_use]
    pub fn is_denied(&self) -> bool {
        self.count(FindingLevel::Deny) > 0
    }
    /// Whether every question was told one way or the other.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.inconclusive.is_empty()
    }

    /// Finds the places of all findings in the TOML text that the policy was read from. A text that is not TOML has none.
    ///
    /// # Cost
    /// That of reading the text once.
    pub fn place(&mut self, toml: &str) {
        let Some(place_of) = Source::places(toml) else { return };
        for finding in &mut self.findings {
            let mut path = Path::default();
            let parts = finding.about.first().map(|first| (first.what, &*first.name));
            match parts {
                Some((SubjectKind::Channel, _)) => {
                    let number = finding.path.trim_start_matches("channels[").trim_end_matches(']').parse();
                    path = path.key("channels");
                    path.0.extend(number.ok().map(Step::Index));
                }
                Some((_, name)) => {
                    let table = finding.path.split('.').next().unwrap_or_default();
                    if !table.is_empty() {
                        path = path.key(table).key(name);
                    }
                }
                None => {}
            }
            finding.place = if path.0.is_empty() { None } else { place_of(path) };
        }
    }
}

/// How a policy is analysed.
///
/// # Example
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use maitre::{AnalysisOptions, ExperienceSelector, FindingKind, Policy};
///
/// let policy = Policy::from_toml(
///     r#"
///     format = 1
///     name = "corner_shop"
///     last_resort = ["in_person"]
///     channels = [{ name = "in_person", staffed = true }]
///     rules.young = { when = 'profile.age < 18 && profile.age >= 65', layout = -50 }
///     "#,
/// )?;
/// let analysis = ExperienceSelector::compile(&policy)?.analyse(&AnalysisOptions::new());
/// let found = analysis.findings.iter().find(|finding| finding.kind == FindingKind::NeverTrue).ok_or("nothing")?;
/// assert_eq!(&*found.message, "rule `young` can never hold");
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AnalysisOptions {
    /// The time that it is; without it no window is found to be over.
    pub at: Option<Timestamp>,
    /// How many regions of cells are looked at in all. One that many conditions are asked about counts several times; holding
    /// conditions against whoever was met counts too.
    pub steps: u64,
    /// How many for one question.
    pub steps_each: u64,
    /// Whether to look also for what the policy allows.
    pub with_allowed: bool,
}

impl Default for AnalysisOptions {
    fn default() -> Self {
        Self { at: None, steps: 3_000_000, steps_each: 20_000, with_allowed: false }
    }
}

impl AnalysisOptions {
    /// As usual: 3,000,000 steps in all and 20,000 for one question, no time, nothing that is allowed.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
    /// With the time that it is.
    #[must_use]
    pub const fn at(mut self, at: Timestamp) -> Self {
        self.at = Some(at);
        self
    }
    /// With other budgets: so many steps in all, and for one question.
    #[must_use]
    pub const fn steps(mut self, in_all: u64, each: u64) -> Self {
        (self.steps, self.steps_each) = (in_all, each);
        self
    }
    /// Looking also for what the policy allows.
    #[must_use]
    pub const fn with_allowed(mut self) -> Self {
        self.with_allowed = true;
        self
    }
}

impl Policy {
    /// As [`ExperienceSelector::analyse_with`], of a policy whose guarantees need not hold: what else there is to find of it.
    ///
    /// # Errors
    /// The policy goes beyond what a selector can hold.
    ///
    /// # Cost
    /// That of compiling it, without its guarantees, and of the analysis.
    pub fn analyse_with(
        &self,
        options: &AnalysisOptions,
        progress: &mut dyn FnMut(usize, usize),
    ) -> Result<Analysis, CompileError> {
        Ok(ExperienceSelector::compile_unproven(self)?.analyse_with(options, progress))
    }
}

impl ExperienceSelector {
    /// Analyses the policy: everything of [`FindingKind`] that it does not allow.
    ///
    /// # Cost
    /// A search for each segment and rule, and for those pairs that no visitor met so far tells apart. Bounded by the budgets of
    /// steps, one of which looks at some thousand parts of conditions at most; memory by some 128 MiB and the size of the policy.
    #[must_use]
    pub fn analyse(&self, options: &AnalysisOptions) -> Analysis {
        self.analyse_with(options, &mut |_, _| {})
    }

    /// The same, telling `progress` again and again how much is done, and of how much.
    ///
    /// # Cost
    /// As [`analyse`](Self::analyse).
    #[must_use]
    pub fn analyse_with(
        &self,
        options: &AnalysisOptions,
        progress: &mut dyn FnMut(usize, usize),
    ) -> Analysis {
        desk::analyse(self, options, progress)
    }
}
