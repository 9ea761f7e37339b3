//! `maitre` decides, for every visitor of a digital service, through which channel, with how complex a layout and
//! with how much assistance they are served.
#![forbid(unsafe_code)]

mod attribute;
mod channel;
mod diagnostic;
mod experience;
mod need;
mod time;
mod truth;
mod value;
mod words;

pub use attribute::{AttributeInfo, AttributeType, Attributes, Names, built_in_attributes};
pub use channel::{Channel, ChannelName, Reach};
pub use diagnostic::{Diagnostic, DiagnosticCode, Place, Severity};
pub use experience::{AssistanceLevel, Experience, LayoutComplexity};
pub use need::{AccessNeed, Adaptation, Adaptations, NeedSet, NeedStrength};
pub use time::{Duration, Moment, Offset, Timestamp};
pub use truth::Truth;
pub use value::Value;
