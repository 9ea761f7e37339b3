//! `maitre` decides, for every visitor of a digital service, through which channel, with how complex a layout and
//! with how much assistance they are served.
#![forbid(unsafe_code)]

mod attribute;
mod channel;
mod condition;
mod counterfactual;
mod decision;
mod diagnostic;
mod document;
mod experience;
mod explanation;
mod fact;
mod hash;
#[cfg(feature = "http")]
mod http;
mod journey;
mod limits;
mod need;
mod policy;
mod profile;
mod rust_rule;
mod selector;
mod sparse;
mod time;
mod touchpoint;
mod truth;
mod value;
mod visit;
mod wire;
mod words;

#[cfg(feature = "http")]
pub use self::http::ClientHints;
pub use attribute::{AttributeInfo, AttributeType, Attributes, Names, built_in_attributes};
pub use channel::{Channel, ChannelName, Reach};
pub use condition::{Condition, ConditionError, Values, when};
pub use counterfactual::Counterfactual;
pub use decision::{Decision, Reason, ReasonCode, WayOut};
pub use diagnostic::{Diagnostic, DiagnosticCode, Place, Severity};
pub use document::{
    ArmEntry, AttributeEntry, ChannelEntry, Defaults, Expectation, ExperimentEntry, GuaranteeEntry,
    HoldoutEntry, LimitEntry, PolicyDocument, RuleEntry, SegmentEntry, TestEntry, WeightsEntry,
};
pub use experience::{AssistanceLevel, Experience, LayoutComplexity};
pub use explanation::{ChannelNote, Explanation, Undecided};
pub use fact::{Fact, Source};
pub use journey::{Journey, JourneyStage};
pub use limits::Limits;
pub use need::{AccessNeed, Adaptation, Adaptations, NeedSet, NeedStrength};
pub use policy::{Digest, Policy, PolicyError, PolicyLoader};
pub use profile::CustomerProfile;
pub use rust_rule::{ImpureRule, RuleFacts, RustRule, check_rust_rule};
pub use selector::{
    Bound, CompileError, Contributor, Event, ExperienceSelector, Observer, RuledOut, Target, UnknownFact, Why,
};
pub use time::{Duration, Moment, Offset, Timestamp};
pub use touchpoint::{Feedback, Outcome, Touchpoint};
pub use truth::Truth;
pub use value::Value;
pub use visit::{ColorScheme, Connection, Device, Input, Prior, Unit, Visit};

/// The code of the README, compiled and run with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
