//! The ways in which somebody is served worse, or better, than before.

use crate::words::words;

words! {
    /// A way in which somebody is served worse than before.
    #[derive(PartialOrd, Ord)]
    #[non_exhaustive]
    pub enum Harm ("harm") {
        /// The channel that served them is ruled out for them now (D2), or not in the policy any more; but where it is ruled out as
        /// in conflict with a need that they require, it is taken away for their sake, and no harm.
        ChannelLost = "channel_lost",
        /// The channel that serves them, or their way out, is one that the old policy holds to be in conflict with a need that
        /// they require.
        ChannelInConflict = "channel_in_conflict",
        /// The layout is more complex, on the channel that serves them or on the one in use.
        LayoutMoreComplex = "layout_more_complex",
        /// There is less assistance.
        LessAssistance = "less_assistance",
        /// The page does not do any more what it did for a need.
        AdaptationLost = "adaptation_lost",
        /// There is no way to reach a person any more.
        WayOutLost = "way_out_lost",
        /// Somebody was there at their way out, and nobody is now.
        WayOutClosed = "way_out_closed",
    }
}

words! {
    /// A way in which somebody is served better than before: the opposite of a [`Harm`].
    #[derive(PartialOrd, Ord)]
    #[non_exhaustive]
    pub enum Gain ("gain") {
        /// The channel that serves them was ruled out for them before (D2), or not in the policy.
        ChannelGained = "channel_gained",
        /// The layout is simpler, on the channel that serves them or on the one in use.
        LayoutSimpler = "layout_simpler",
        /// There is more assistance.
        MoreAssistance = "more_assistance",
        /// The page does something for a need that it did not do.
        AdaptationGained = "adaptation_gained",
        /// There is a way to reach a person, where there was none.
        WayOutGained = "way_out_gained",
        /// Nobody was there at their way out, and somebody is now.
        WayOutOpened = "way_out_opened",
    }
}

impl Harm {
    /// What happens to them, as the end of a sentence: “they lose the channel that served them”.
    #[must_use]
    pub const fn spoken(self) -> &'static str {
        match self {
            Self::ChannelLost => "lose the channel that served them",
            Self::ChannelInConflict => "are sent to a channel in conflict with a need",
            Self::LayoutMoreComplex => "get a more complex layout",
            Self::LessAssistance => "get less assistance",
            Self::AdaptationLost => "lose an adaptation of the page",
            Self::WayOutLost => "lose their way to a person",
            Self::WayOutClosed => "find nobody there at their way out",
        }
    }
    pub(super) const fn bit(self) -> u16 {
        1 << self as u16
    }
    /// Those of a set, in the order of the type.
    pub(super) fn among(set: u16) -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(move |harm| set & harm.bit() != 0)
    }
}

impl Gain {
    /// What happens to them, as the end of a sentence: “they get more assistance”.
    #[must_use]
    pub const fn spoken(self) -> &'static str {
        match self {
            Self::ChannelGained => "get a channel that was ruled out for them",
            Self::LayoutSimpler => "get a simpler layout",
            Self::MoreAssistance => "get more assistance",
            Self::AdaptationGained => "gain an adaptation of the page",
            Self::WayOutGained => "gain a way to a person",
            Self::WayOutOpened => "find somebody there at their way out",
        }
    }
    pub(super) const fn bit(self) -> u16 {
        1 << self as u16
    }
}
