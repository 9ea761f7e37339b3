//! What is chosen: the channel, the layout complexity and the assistance level.

use crate::channel::Channel;
use crate::words::words;

words! {
    /// How much a page or message holds at once; also for what is heard or read line by line. Exhaustive: hosts
    /// should stop compiling when a level is added.
    #[derive(PartialOrd, Ord)]
    pub enum LayoutComplexity ("layout") {
        /// One thing at a time.
        Essential = "essential",
        /// The few usual choices.
        Simple = "simple",
        /// The full page.
        Standard = "standard",
        /// Everything, for those who know their way.
        Rich = "rich",
    }
}

words! {
    /// How much help comes unasked. Exhaustive: hosts should stop compiling when a level is added.
    #[derive(PartialOrd, Ord)]
    pub enum AssistanceLevel ("assistance") {
        /// None, but the way out is in sight.
        SelfService = "self_service",
        /// Hints where people stumble.
        Hints = "hints",
        /// Step by step.
        Guided = "guided",
        /// A person comes back to them.
        Callback = "callback",
        /// A person, now.
        Human = "human",
    }
}

impl LayoutComplexity {
    /// Points of the level: 100 to a level, `Essential` 0.
    #[must_use]
    pub const fn points(self) -> i64 {
        self as i64 * 100
    }
    /// The level nearest to `points`, halves up, kept on the axis (D5).
    #[must_use]
    pub const fn nearest(points: i64) -> Self {
        match points {
            ..50 => Self::Essential,
            50..150 => Self::Simple,
            150..250 => Self::Standard,
            250.. => Self::Rich,
        }
    }
}

impl AssistanceLevel {
    /// Points of the level: 100 to a level, `SelfService` 0.
    #[must_use]
    pub const fn points(self) -> i64 {
        self as i64 * 100
    }
    /// The level nearest to `points`, halves up, kept on the axis (D6).
    #[must_use]
    pub const fn nearest(points: i64) -> Self {
        match points {
            ..50 => Self::SelfService,
            50..150 => Self::Hints,
            150..250 => Self::Guided,
            250..350 => Self::Callback,
            350.. => Self::Human,
        }
    }
}

/// Channel × layout complexity × assistance level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
pub struct Experience {
    /// Through which channel.
    pub channel: Channel,
    /// With how complex a layout on that channel.
    pub layout: LayoutComplexity,
    /// With how much assistance.
    pub assistance: AssistanceLevel,
}
