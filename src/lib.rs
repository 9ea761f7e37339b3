//! `maitre` decides, for every visitor of a digital service, through which channel, with how complex a layout and
//! with how much assistance they are served.
#![forbid(unsafe_code)]

mod attribute;
mod channel;
mod condition;
mod decision;
mod diagnostic;
mod document;
mod experience;
mod fact;
mod hash;
mod journey;
mod limits;
mod need;
mod policy;
mod profile;
mod rust_rule;
mod time;
mod truth;
mod value;
mod visit;
mod words;

pub use attribute::{AttributeInfo, AttributeType, Attributes, Names, built_in_attributes};
pub use channel::{Channel, ChannelName, Reach};
pub use diagnostic::{Diagnostic, DiagnosticCode, Place, Severity};
pub use document::{
    ArmEntry, AttributeEntry, ChannelEntry, Defaults, Expectation, ExperimentEntry, GuaranteeEntry,
    HoldoutEntry, LimitEntry, PolicyDocument, RuleEntry, SegmentEntry, TestEntry, WeightsEntry,
};
pub use experience::{AssistanceLevel, Experience, LayoutComplexity};
pub use fact::{Fact, Source};
pub use journey::{Journey, JourneyStage};
pub use limits::Limits;
pub use need::{AccessNeed, Adaptation, Adaptations, NeedSet, NeedStrength};
pub use policy::{Digest, Policy, PolicyError, PolicyLoader};
pub use profile::CustomerProfile;
pub use rust_rule::{RuleFacts, RustRule};
pub use time::{Duration, Moment, Offset, Timestamp};
pub use truth::Truth;
pub use value::Value;
pub use visit::{Prior, Unit, Visit};
