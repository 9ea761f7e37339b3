//! `maitre` decides, for every visitor of a digital service, through which channel, with how complex a layout and
//! with how much assistance they are served.
#![forbid(unsafe_code)]

mod attribute;
mod channel;
mod diagnostic;
mod experience;
mod fact;
mod journey;
mod need;
mod profile;
mod rust_rule;
mod time;
mod touchpoint;
mod truth;
mod value;
mod visit;
mod wire;
mod words;

pub use attribute::{AttributeInfo, AttributeType, Attributes, Names, built_in_attributes};
pub use channel::{Channel, ChannelName, Reach};
pub use diagnostic::{Diagnostic, DiagnosticCode, Place, Severity};
pub use experience::{AssistanceLevel, Experience, LayoutComplexity};
pub use fact::{Fact, Source};
pub use journey::{Journey, JourneyStage};
pub use need::{AccessNeed, Adaptation, Adaptations, NeedSet, NeedStrength};
pub use profile::CustomerProfile;
pub use rust_rule::{ImpureRule, RuleFacts, RustRule, check_rust_rule};
pub use time::{Duration, Moment, Offset, Timestamp};
pub use touchpoint::{Feedback, Outcome, Touchpoint};
pub use truth::Truth;
pub use value::Value;
pub use visit::{ColorScheme, Connection, Device, Input, Prior, Unit, Visit};
