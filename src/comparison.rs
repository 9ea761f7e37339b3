//! Two policies held against each other: two selectors come in; for every aspect of a decision, the proof that it is the same for all
//! visitors, or somebody for whom it is not, goes out, and beside it what the documents say otherwise. Nothing is sampled:
//! the search goes over the cells of both policies at once.

mod edits;
mod seek;
mod text;

use crate::channel::Channel;
use crate::decision::Decision;
use crate::guarantee::WhyInconclusive;
use crate::policy::Digest;
use crate::search::Witness;
use crate::selector::ExperienceSelector;
use crate::served::Served;
use crate::value::Text;
use crate::words::words;

pub use edits::{Edit, EditKind, EditedField};

words! {
    /// What of a decision is compared.
    #[derive(PartialOrd, Ord)]
    #[non_exhaustive]
    pub enum Aspect ("aspect") {
        /// The channel that serves.
        Channel = "channel",
        /// The layout on the channel that serves.
        Layout = "layout",
        /// The layout on the channel in use.
        LayoutInUse = "layout_in_use",
        /// The assistance.
        Assistance = "assistance",
        /// What the page must do for needs.
        Adaptations = "adaptations",
        /// The channel by which a person is reached, and whether it is open.
        WayOut = "way_out",
    }
}

words! {
    /// How a decision changes in one aspect.
    #[derive(PartialOrd, Ord)]
    #[non_exhaustive]
    pub enum ChangeKind ("change") {
        /// The layout is more complex.
        MoreComplex = "more_complex",
        /// The layout is simpler.
        Simpler = "simpler",
        /// There is less assistance.
        LessAssistance = "less_assistance",
        /// There is more assistance.
        MoreAssistance = "more_assistance",
        /// A channel served or was the way out, and another is.
        Replaced = "replaced",
        /// An adaptation is no longer asked for.
        Lost = "lost",
        /// An adaptation is asked for that was not.
        Gained = "gained",
        /// The way out was open and is closed, or is none.
        Closes = "closes",
        /// The way out was closed, or none, and is open.
        Opens = "opens",
    }
}

impl ChangeKind {
    /// Whether somebody with a required need is worse served by it.
    const fn is_worse(self) -> bool {
        matches!(self, Self::MoreComplex | Self::LessAssistance | Self::Lost | Self::Closes)
    }
}

/// One way in which decisions may change, and whether they do for anybody.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[non_exhaustive]
pub struct Change {
    /// In what.
    pub aspect: Aspect,
    /// How.
    pub kind: ChangeKind,
    /// Which channel is replaced, or which adaptation is lost or gained.
    pub of: Option<Text>,
    /// Whether only people with a required need are asked about: whether any of them is worse served.
    pub required: bool,
    /// Whether it happens.
    pub happens: Happens,
    /// How many pairs of regions were looked at.
    pub steps: u64,
}

/// Whether a change happens.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Happens {
    /// To nobody that there can be: proven.
    Never,
    /// To this visitor.
    To(Box<Changed>),
    /// It could not be told.
    Inconclusive(WhyInconclusive),
}

/// Somebody who is served otherwise.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[non_exhaustive]
pub struct Changed {
    /// Who.
    pub witness: Witness,
    /// How they are served under the old policy.
    pub before: ServedBy,
    /// How they are served under the new one.
    pub after: ServedBy,
}

/// How somebody is served, and the rules that hold for them.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[non_exhaustive]
pub struct ServedBy {
    /// How they are served.
    #[serde(flatten)]
    pub served: Served,
    /// The rules that hold.
    pub rules: Vec<Text>,
}

impl ServedBy {
    fn of(selector: &ExperienceSelector, decision: &Decision, witness: &Witness) -> Self {
        let rules = selector.holding(&witness.profile, &witness.visit);
        Self { served: Served::by(decision), rules }
    }
}

/// How two policies differ. Which arm of an experiment a visitor is in, the alternatives and the reasons are not compared: what
/// an arm does to the decision is.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[non_exhaustive]
pub struct Comparison {
    /// The digest of the old policy.
    pub old: Digest,
    /// The digest of the new one.
    pub new: Digest,
    /// What the new document says otherwise, in the order of documents.
    pub edits: Vec<Edit>,
    /// Every change that was looked for, by aspect.
    pub changes: Vec<Change>,
    /// Parts of conditions that are worked out for each visitor: the proof takes them as able to have any value.
    pub free: Vec<Text>,
}

impl Comparison {
    /// Whether every visitor is proven to be served alike in all that is compared.
    #[must_use]
    pub fn is_same(&self) -> bool {
        Aspect::ALL.iter().all(|&aspect| self.is_same_in(aspect))
    }
    /// Whether every visitor is proven to be served alike in one aspect.
    #[must_use]
    pub fn is_same_in(&self, aspect: Aspect) -> bool {
        let mut changes = self.changes.iter().filter(|change| change.aspect == aspect).peekable();
        // What was not looked for is not proven.
        changes.peek().is_some() && changes.all(|change| change.happens == Happens::Never)
    }
    /// The changes that happen, each with somebody to whom.
    pub fn found(&self) -> impl Iterator<Item = (&Change, &Changed)> {
        self.changes.iter().filter_map(|change| match &change.happens {
            Happens::To(changed) => Some((change, &**changed)),
            _ => None,
        })
    }
    /// Whether anybody is served otherwise.
    #[must_use]
    pub fn differs(&self) -> bool {
        self.found().next().is_some()
    }
}

impl ExperienceSelector {
    /// Compares this policy with a newer one: for each way in which a decision may change, whether it does so for anybody. A
    /// counterexample is only told if both selectors really decide so; a proof holds for all visitors that there can be.
    ///
    /// `steps` pairs of regions of cells are looked at for each change at most: a count, not a time, so that the answer is the
    /// same on every machine. What both policies give alike cancels, so that thousands tell what one edit does, be it a point
    /// that tips a balance; where much differs at once, more may be needed.
    ///
    /// # Cost
    /// Each step is linear in the rules of both policies and in the segments that they use. What both policies say alike is
    /// not searched, so that the cost goes by what differs. Some dozens of changes are looked for.
    ///
    /// # Example
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use maitre::{Aspect, ExperienceSelector, Policy};
    ///
    /// let of = |when: &str| -> Result<_, Box<dyn std::error::Error>> {
    ///     let policy = Policy::from_toml(&format!(
    ///         r#"
    ///         format = 1
    ///         name = "corner_shop"
    ///         last_resort = ["in_person"]
    ///         channels = [{{ name = "web", base = 10 }}, {{ name = "in_person", staffed = true }}]
    ///         rules.stuck = {{ when = '{when}', layout_at_most = "simple" }}
    ///         "#
    ///     ))?;
    ///     Ok(ExperienceSelector::compile(&policy)?)
    /// };
    /// let old = of("visit.errors > 2")?;
    /// // Another way to say the same.
    /// assert!(old.compare(&of("!(visit.errors < 3)")?, 20_000).is_same());
    /// // One error more.
    /// let comparison = old.compare(&of("visit.errors > 3")?, 20_000);
    /// assert!(comparison.is_same_in(Aspect::Channel) && !comparison.is_same_in(Aspect::Layout));
    /// let (_, changed) = comparison.found().next().ok_or("nobody")?;
    /// assert!(changed.witness.to_string().contains("errors = 3"));
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn compare(&self, newer: &Self, steps: u64) -> Comparison {
        seek::compare(self, newer, steps)
    }
}

/// The name of a channel.
fn name_of(channel: Channel) -> Text {
    channel.as_str().into()
}
