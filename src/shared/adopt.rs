//! The door for policies that come while others serve: what does not compile, or has denied findings, stays outside.

use std::fmt;
use std::sync::PoisonError;

use super::SharedSelector;
use crate::analysis::{Analysis, AnalysisOptions};
use crate::finding::FindingLevel;
use crate::policy::Policy;
use crate::selector::{CompileError, ExperienceSelector};

/// Why a policy was not adopted: the one before serves on.
#[derive(Debug, Clone, PartialEq)]
pub struct NotAdopted(Why);

#[derive(Debug, Clone, PartialEq)]
enum Why {
    Compile(CompileError),
    Denied(Box<Analysis>),
}

impl NotAdopted {
    /// Why it did not compile, if that is why.
    #[must_use]
    pub const fn compile_error(&self) -> Option<&CompileError> {
        match &self.0 {
            Why::Compile(error) => Some(error),
            Why::Denied(_) => None,
        }
    }
    /// What was found of it, if some of that is denied.
    #[must_use]
    pub fn analysis(&self) -> Option<&Analysis> {
        match &self.0 {
            Why::Compile(_) => None,
            Why::Denied(analysis) => Some(analysis),
        }
    }
}

impl fmt::Display for NotAdopted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Why::Compile(error) => error.fmt(f),
            Why::Denied(analysis) => {
                let denied = analysis.findings.iter().filter(|found| found.level == FindingLevel::Deny);
                denied.enumerate().try_for_each(|(number, found)| {
                    write!(f, "{}{found}", if number == 0 { "" } else { "\n" })
                })
            }
        }
    }
}

impl std::error::Error for NotAdopted {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0 {
            // Its text is said already.
            Why::Compile(error) => error.source(),
            Why::Denied(_) => None,
        }
    }
}

impl SharedSelector {
    /// Compiles and analyses `policy`, and lets it serve in the place of the current one. What was found of it and not denied
    /// is given back; what is only warned of when it is loaded stands in [`Policy::warnings`].
    ///
    /// # Errors
    /// It does not compile, or some finding is denied: nothing is changed, and the current one serves on. What could not be told
    /// within the budget denies nothing; [`Analysis::is_complete`] says whether there was such.
    ///
    /// # Cost
    /// That of compiling and analysing; who decides meanwhile does not wait. Who adopts does, for those who asked before: the
    /// last who asked has the last word. Who wants another budget for guarantees, nothing that could not be told, or to know how
    /// long it took, does the same with [`ExperienceSelector::compile_within`] or [`compile_timed`](ExperienceSelector::compile_timed), [`ExperienceSelector::analyse`] and [`replace`](Self::replace).
    pub fn adopt(&self, policy: &Policy, options: &AnalysisOptions) -> Result<Analysis, NotAdopted> {
        // Whoever panicked meanwhile has put nothing in place.
        let _turn = self.adopting.lock().unwrap_or_else(PoisonError::into_inner);
        let selector =
            ExperienceSelector::compile(policy).map_err(|error| NotAdopted(Why::Compile(error)))?;
        let analysis = selector.analyse(options);
        if analysis.is_denied() {
            return Err(NotAdopted(Why::Denied(Box::new(analysis))));
        }
        self.replace(selector);
        Ok(analysis)
    }
}
