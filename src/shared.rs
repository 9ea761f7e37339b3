//! One selector for many threads, replaced while they decide. Whoever decides takes what is current and never waits; whoever
//! replaces it puts a whole selector in its place, which was checked and compiled before, or nothing.

mod adopt;

use std::collections::VecDeque;
use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use adopt::NotAdopted;
use arc_swap::{ArcSwap, Guard};

use crate::policy::Digest;
use crate::selector::ExperienceSelector;

/// A selector that many threads use and one of them replaces: a new version of the policy, without a restart.
///
/// [`adopt`](Self::adopt) takes a policy, and keeps it outside if a guarantee does not hold or it has findings that it denies:
/// the old one serves on. [`replace`](Self::replace) takes a selector as it is. The versions before are kept, to go back to. A profile that an earlier version [prepared](ExperienceSelector::prepare) is
/// noticed, and decided like any other.
///
/// # Example
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use maitre::{AnalysisOptions, CustomerProfile, ExperienceSelector, Moment, Policy, SharedSelector, Visit};
///
/// let text = r#"
///     format = 1
///     name = "corner_shop"
///     defaults = { layout = "rich" }
///     last_resort = ["in_person"]
///     channels = [{ name = "in_person", staffed = true }]
/// "#;
/// let shared = SharedSelector::new(ExperienceSelector::compile(&Policy::from_toml(text)?)?);
/// let visit = Visit::new(Moment::parse("2026-11-23T10:00:00-03:00").ok_or("no time")?);
/// let layout = || shared.current().select(&CustomerProfile::new(), &visit).experience().layout.as_str();
/// assert_eq!(layout(), "rich");
///
/// let found = shared.adopt(&Policy::from_toml(&text.replace("rich", "simple"))?, &AnalysisOptions::new())?;
/// assert!(found.findings.is_empty());
/// assert_eq!(layout(), "simple");
/// // A policy with a mistake is none; one with a finding that it denies stays outside.
/// assert!(Policy::from_toml(&text.replace("rich", "rch")).is_err());
/// let denying = text.replace("rich", "standard")
///     + r#"
///     findings.unused_attribute = "deny"
///     attributes.plan = ["basic", "plus"]
/// "#;
/// let kept_out = shared.adopt(&Policy::from_toml(&denying)?, &AnalysisOptions::new());
/// assert!(kept_out.is_err_and(|why| why.to_string().contains("no condition reads")));
/// assert_eq!(layout(), "simple");
/// shared.roll_back();
/// assert_eq!(layout(), "rich");
/// # Ok(()) }
/// ```
pub struct SharedSelector {
    current: ArcSwap<ExperienceSelector>,
    /// Those that served before, the last behind the others. The lock is for whoever replaces, never for whoever decides.
    before: Mutex<VecDeque<Arc<ExperienceSelector>>>,
    /// Whose turn it is to be adopted: the later call has the last word, however long the earlier one takes.
    adopting: Mutex<()>,
    most: usize,
}

/// The selector that was current when it was asked for. It stays what it is while it is held, whatever is put in its place:
/// hold it for one request.
pub struct CurrentSelector(Guard<Arc<ExperienceSelector>>);

impl Deref for CurrentSelector {
    type Target = ExperienceSelector;
    fn deref(&self) -> &ExperienceSelector {
        &self.0
    }
}

impl fmt::Debug for CurrentSelector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CurrentSelector").field(&**self).finish()
    }
}

impl SharedSelector {
    /// How many versions before the current one are kept, unless [`keeping`](Self::keeping) says otherwise.
    pub const KEPT: usize = 4;

    /// With `selector` as the current one.
    #[must_use]
    pub fn new(selector: ExperienceSelector) -> Self {
        Self {
            current: ArcSwap::from_pointee(selector),
            before: Mutex::default(),
            adopting: Mutex::default(),
            most: Self::KEPT,
        }
    }
    /// Keeps so many versions before the current one; with 0 there is none to go back to.
    #[must_use]
    pub fn keeping(mut self, versions: usize) -> Self {
        self.most = versions;
        self.forget(&mut self.before());
        self
    }

    /// The current selector.
    ///
    /// # Cost
    /// Some nanoseconds; never waits, whatever is being replaced. Allocates once for each thread that asks.
    #[must_use]
    pub fn current(&self) -> CurrentSelector {
        CurrentSelector(self.current.load())
    }

    /// Puts `selector` in the place of the current one as it is, whatever the analysis would find of it
    /// ([`adopt`](Self::adopt) asks): who asks from now on gets it, who holds the old one ends with it. One of
    /// the same policy is no version of its own: the one before it stays the one to go back to, however often a policy is
    /// loaded again.
    ///
    /// # Cost
    /// That of a lock among those who replace; what is no longer kept is freed here or by whoever holds it last.
    pub fn replace(&self, selector: ExperienceSelector) {
        let digest = selector.policy().digest();
        let mut before = self.before();
        let last = self.current.swap(Arc::new(selector));
        if last.policy().digest() != digest {
            before.push_back(last);
            self.forget(&mut before);
        }
    }

    /// Forgets what is more than is kept.
    fn forget(&self, before: &mut VecDeque<Arc<ExperienceSelector>>) {
        let more = before.len().saturating_sub(self.most);
        before.drain(..more);
    }

    /// Puts the version before back, and forgets the current one. Gives the digest of what serves now; `None`, and nothing is
    /// changed, if no version before is kept.
    pub fn roll_back(&self) -> Option<Digest> {
        let mut before = self.before();
        let last = before.pop_back()?;
        let digest = last.policy().digest();
        self.current.store(last);
        Some(digest)
    }

    /// The digests of the versions that are kept, the oldest first; the last is the current one.
    #[must_use]
    pub fn versions(&self) -> Vec<Digest> {
        let before = self.before();
        let all = before.iter().map(|selector| selector.policy().digest());
        all.chain([self.current().policy().digest()]).collect()
    }

    /// Somebody who replaced may have panicked, but only between whole steps.
    fn before(&self) -> MutexGuard<'_, VecDeque<Arc<ExperienceSelector>>> {
        self.before.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for SharedSelector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedSelector").field("versions", &self.versions()).finish_non_exhaustive()
    }
}
