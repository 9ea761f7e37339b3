//! `maitre` decides, for every visitor of a digital service, **through which channel**, **with how complex a layout** and
//! **with how much assistance** they are served; says why in plain words; and names a way to reach a person, unless
//! the policy says that it has none (`people = false`).
//!
//! A [`Policy`] is a document that a company writes: channels, segments, rules. Loading checks all of it and reports every
//! problem at once. An [`ExperienceSelector`] compiled from it gives a [`Decision`] for every [`CustomerProfile`] and
//! [`Visit`]: no clock, no random numbers, no I/O, no globals, no allocation; the same inputs give the same answer everywhere.
//!
//! | to … | see |
//! |---|---|
//! | load a policy | [`Policy::from_toml`], [`PolicyLoader`], [`PolicyDocument`], [`PolicyError`], [`Limits`] |
//! | describe a visitor | [`CustomerProfile`], [`Visit`], [`Fact`], [`AccessNeed`], [`Journey`], [`Touchpoint`] |
//! | decide | [`ExperienceSelector::select`], [`Decision`], [`Experience`] |
//! | say why | [`ExperienceSelector::explain`], [`ExperienceSelector::counterfactual`], [`Observer`] |
//! | see whom a change touches | [`Impact`], [`ImpactReport`] |
//! | keep what was decided | [`Recorder`], [`DecisionRecord`], [`Replay`] |
//! | know before it serves | [`ExperienceSelector::analyse`], [`Finding`], [`ExperienceSelector::guarantees`], [`ExperienceSelector::run_tests`] |
//! | put a new version in place | [`SharedSelector::adopt`], [`SharedSelector::roll_back`] |
//! | decide again for the same person | [`ExperienceSelector::prepare`] |
//! | decide from types of your own, fact by fact | [`ExperienceSelector::follow`], [`Guest`], [`Slot`] |
//! | ask about many | [`ExperienceSelector::segments_batch`], [`Columns`], [`ExperienceSelector::select_batch`] |
//! | see what a new version changes | [`ExperienceSelector::compare`], [`Comparison`] |
//! | write conditions | [`Condition`], [`when`], [`Attributes`], [`built_in_attributes`], [`RustRule`] |
//!
//! How a policy is written, from the first segment to a proven guarantee: [`docs::guide`]. What every word means exactly, with the numbers that messages and tests cite, is in [`docs::semantics`].
//!
//! # Features
//! `http`: a [`Visit`] from the headers of a request, and the header lines that ask for what a policy reads.
//!
//! `open-feature`: a provider for [OpenFeature](https://openfeature.dev), which gives decisions as flags.
//!
//! # Example: from a policy to a decision and its reason
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use maitre::{AccessNeed, CustomerProfile, ExperienceSelector, LayoutComplexity, Moment, NeedStrength, Policy, Visit};
//!
//! let policy = Policy::from_toml(
//!     r#"
//!     format = 1
//!     name = "corner_shop"
//!     last_resort = ["in_person"]
//!     channels = [{ name = "web", base = 10 }, { name = "in_person", staffed = true }]
//!     [rules]
//!     plain = { when = '"plain_language" in profile.needs', layout = -100, because = "you asked for plain words" }
//!     "#,
//! )?;
//! let selector = ExperienceSelector::compile(&policy)?;
//!
//! let ana = CustomerProfile::new().with_need(AccessNeed::PlainLanguage, NeedStrength::Preferred);
//! let visit = Visit::new(Moment::parse("2026-11-23T10:00:00-03:00").ok_or("no time")?);
//! assert_eq!(selector.select(&ana, &visit).experience().layout, LayoutComplexity::Simple);
//! assert!(selector.explain(&ana, &visit).to_string().contains("you asked for plain words"));
//! # Ok(()) }
//! ```
#![forbid(unsafe_code)]

mod analysis;
mod attribute;
mod cells;
mod channel;
mod comparison;
mod condition;
mod counterfactual;
mod decision;
mod diagnostic;
mod document;
mod experience;
mod explanation;
mod fact;
mod finding;
mod flags;
mod guarantee;
mod hash;
#[cfg(feature = "http")]
mod http;
mod impact;
mod instructions;
mod journey;
mod kept;
mod key;
mod limits;
mod named;
mod need;
#[cfg(feature = "open-feature")]
mod open_feature;
mod policy;
mod profile;
mod punished;
mod record;
mod rust_rule;
mod search;
mod selector;
mod served;
mod shared;
mod sparse;
mod testing;
mod time;
mod touchpoint;
mod truth;
mod value;
mod visit;
mod wire;
mod words;

#[cfg(feature = "http")]
pub use self::http::ClientHints;
#[cfg(feature = "open-feature")]
pub use self::open_feature::MaitreProvider;
pub use analysis::{Analysis, AnalysisOptions, Finding, Inconclusive, Subject, SubjectKind};
pub use attribute::{AttributeInfo, AttributeType, Attributes, Names, built_in_attributes};
pub use cells::{TableStats, WhyDerived};
pub use channel::{Channel, ChannelName, Reach};
pub use comparison::{
    Aspect, Change, ChangeKind, Changed, Comparison, Edit, EditKind, EditedField, Happens, ServedBy,
};
pub use condition::{Condition, ConditionError, Values, when};
pub use counterfactual::Counterfactual;
pub use decision::{Decision, Reason, ReasonCode, WayOut};
pub use diagnostic::{Diagnostic, DiagnosticCode, Place, Severity};
pub use document::{
    ArmEntry, AttributeEntry, AttributesRead, ChannelEntry, Defaults, Expectation, ExperimentEntry,
    FindingEntry, GuaranteeEntry, HoldoutEntry, LimitEntry, PolicyDocument, RuleEntry, SegmentEntry,
    TestEntry, UndatedVisitor, Visitor, WeightsEntry,
};
pub use experience::{AssistanceLevel, Experience, LayoutComplexity};
pub use explanation::{Cause, ChannelNote, Explanation, Undecided};
pub use fact::{Fact, Source};
pub use finding::{FindingKind, FindingLevel};
pub use flags::{DecisionFlag, FlagDetails, FlagExperience, FlagReason, FlagValue};
pub use guarantee::{Guaranteed, Proof, Refutation, WhyInconclusive};
pub use impact::{
    Adapted, Compared, Gain, Gate, Harm, HarmGroup, Impact, ImpactExample, ImpactGroup, ImpactMismatch,
    ImpactOptions, ImpactReport, LossCause, NeedImpact, RuleImpact, RuleTurn, SegmentImpact, Transition,
    Transitions,
};
pub use instructions::Instructions;
pub use journey::{Journey, JourneyStage};
pub use limits::Limits;
pub use need::{AccessNeed, Adaptation, Adaptations, NeedSet, NeedStrength};
pub use policy::{Digest, Policy, PolicyError, PolicyLoader};
pub use profile::CustomerProfile;
pub use punished::{Hurts, Punished, Punishment};
pub use record::{
    DecisionRecord, RecordDifference, RecordError, RecordedDecision, Recorder, Replay, UntoldCell, WhyUntold,
};
pub use rust_rule::{ImpureRule, RuleFacts, RustRule, check_rust_rule};
pub use search::Witness;
pub use selector::{
    Bound, Column, Columns, CompileError, CompileTime, Contributor, DerivedFact, Event, ExperienceSelector,
    Guest, Observer, Prepared, RuledOut, SegmentBatch, SegmentSet, Slot, Slotted, Stats, Target, UnknownFact,
    Why,
};
pub use served::Served;
pub use shared::{CurrentSelector, NotAdopted, SharedSelector};
pub use testing::{
    Coverage, CoveredArm, CoveredAttribute, CoveredRule, CoveredSegment, Difference, Proposal, TestOutcome,
    TestRun,
};
pub use time::{Duration, Moment, Offset, Timestamp};
pub use touchpoint::{Feedback, Outcome, Touchpoint};
pub use truth::Truth;
pub use value::{Text, Value};
pub use visit::{ColorScheme, Connection, Device, Input, Prior, Unit, Visit};

/// What is written about the crate as a whole.
pub mod docs {
    #[doc = include_str!("docs/guide.md")]
    pub mod guide {}
    #[doc = include_str!("docs/semantics.md")]
    pub mod semantics {}
    #[doc = include_str!("docs/design.md")]
    pub mod design {}
    #[doc = include_str!("docs/changelog.md")]
    pub mod changelog {}
}

/// The code of the README, compiled and run with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
