//! How a visitor is served: of a decision what they meet, in the form in which comparisons and impacts tell it. Reasons,
//! alternatives and arms are not in it.

use crate::decision::{Decision, ReasonCode, WayOut};
use crate::experience::{Experience, LayoutComplexity};
use crate::need::Adaptations;

/// How somebody is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[non_exhaustive]
pub struct Served {
    /// Channel, layout, assistance.
    pub experience: Experience,
    /// Whether the channel serves only as the last resort (D4).
    pub last_resort: bool,
    /// The layout on the channel in use.
    pub layout_in_use: LayoutComplexity,
    /// What the page does for needs; `None` where what is sensitive is left out, since it tells them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adaptations: Option<Adaptations>,
    /// The way out.
    pub way_out: Option<WayOut>,
}

impl Served {
    pub(crate) fn by(decision: &Decision) -> Self {
        Self {
            experience: decision.experience(),
            last_resort: decision.channel_reason().code() == ReasonCode::LastResort,
            layout_in_use: decision.layout_in_use(),
            adaptations: Some(decision.adaptations()),
            way_out: decision.way_out(),
        }
    }
    /// What the page does for needs, if that is told.
    pub(crate) fn adapts(&self) -> Adaptations {
        self.adaptations.unwrap_or_default()
    }
    /// The same without what tells of needs, unless it may.
    pub(crate) fn revealing(self, reveals: bool) -> Self {
        Self { adaptations: self.adaptations.filter(|_| reveals), ..self }
    }
}
