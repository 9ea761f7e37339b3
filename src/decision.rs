//! What a selection gives: tiny, `Copy`, without a reference to anything. Names of rules and arms are asked of the
//! selector.

use std::fmt;

use crate::channel::Channel;
use crate::experience::{Experience, LayoutComplexity};
use crate::need::{AccessNeed, Adaptations};
use crate::policy::Digest;
use crate::visit::Prior;
use crate::words::words;

words! {
    /// Why an axis came out as it did (the table in `semantics`). The texts of codes never change.
    #[derive(PartialOrd, Ord)]
    #[non_exhaustive]
    pub enum ReasonCode ("reason") {
        /// No channel was left: the last resort serves (D4).
        LastResort = "last_resort",
        /// The person's declared preference.
        Preferred = "preferred",
        /// The only candidate.
        OnlyOne = "only_one",
        /// Points of rules or arms.
        Rules = "rules",
        /// The person's habit on the channel.
        Habit = "habit",
        /// The channel in use, or the journey's last.
        Continuity = "continuity",
        /// The highest score by the channel's own base.
        Score = "score",
        /// A required need.
        Need = "need",
        /// The bound of a rule.
        Bound = "bound",
        /// What the channel can carry.
        Channel = "channel",
        /// The prior decision, for consistency (D7).
        Prior = "prior",
        /// The policy's default.
        Default = "default",
        /// No person is there to serve, now or at all.
        NobodyThere = "nobody_there",
        /// The prior decision, because a case is open (D6).
        OpenCase = "open_case",
    }
}

impl ReasonCode {
    /// Those that each axis can have, by the name of the axis.
    pub(crate) const BY_AXIS: [(&'static str, &'static [Self]); 3] = {
        use ReasonCode::*;
        [
            ("channel", &[LastResort, Preferred, OnlyOne, Rules, Habit, Continuity, Score]),
            ("layout", &[Need, Bound, Channel, Preferred, Prior, Rules, Default]),
            ("assistance", &[NobodyThere, Need, Bound, OpenCase, Preferred, Rules, Default]),
        ]
    };
}

/// Who gave a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Giver {
    Nobody,
    Rule(u16),
    /// Experiment and arm.
    Arm(u8, u8),
    Need(AccessNeed),
}

/// Why one axis came out as it did.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Reason {
    pub(crate) code: ReasonCode,
    pub(crate) giver: Giver,
}

impl Reason {
    /// The code.
    #[must_use]
    pub const fn code(self) -> ReasonCode {
        self.code
    }
    /// The need that it names, if it names one.
    #[must_use]
    pub const fn need(self) -> Option<AccessNeed> {
        if let Giver::Need(need) = self.giver { Some(need) } else { None }
    }
}

impl fmt::Debug for Reason {
    /// The code; which need gave it is the person's.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.code, f)
    }
}

/// The channel by which this visitor reaches a person (D10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct WayOut {
    /// The channel.
    pub channel: Channel,
    /// Whether somebody is there now.
    pub open: bool,
}

impl WayOut {
    /// In words: “`phone`, open”.
    pub(crate) fn spoken(self) -> String {
        format!("`{}`, {}", self.channel, if self.open { "open" } else { "closed" })
    }
}

/// How a visitor is served, and why: everything that a host needs on the request path.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Decision {
    pub(crate) experience: Experience,
    pub(crate) layout_in_use: LayoutComplexity,
    pub(crate) adaptations: Adaptations,
    pub(crate) way_out: Option<WayOut>,
    pub(crate) alternatives: [Option<Channel>; 3],
    /// Channel, layout, assistance.
    pub(crate) reasons: [Reason; 3],
    /// By experiment: the arm's number from 1, 0 for none.
    pub(crate) arms: [u8; crate::limits::Limits::EXPERIMENTS],
    pub(crate) policy: Digest,
}

impl fmt::Debug for Decision {
    /// Without the adaptations, which tell what a person needs: a decision ends up in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decision")
            .field("experience", &self.experience)
            .field("layout_in_use", &self.layout_in_use)
            .field("way_out", &self.way_out)
            .field("alternatives", &self.alternatives.iter().flatten().collect::<Vec<_>>())
            .field("reasons", &self.reasons)
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}

impl Decision {
    /// Channel, layout complexity and assistance level.
    #[must_use]
    pub const fn experience(&self) -> Experience {
        self.experience
    }
    /// The layout for the channel in use, whose page is shown in any case (D5).
    #[must_use]
    pub const fn layout_in_use(&self) -> LayoutComplexity {
        self.layout_in_use
    }
    /// What the page must do for needs (D9).
    #[must_use]
    pub const fn adaptations(&self) -> Adaptations {
        self.adaptations
    }
    /// The channel by which this visitor reaches a person; `None` only where the policy says `people = false` (D10).
    #[must_use]
    pub const fn way_out(&self) -> Option<WayOut> {
        self.way_out
    }
    /// Up to three other channels, the best first (D3).
    pub fn alternatives(&self) -> impl Iterator<Item = Channel> {
        self.alternatives.into_iter().flatten()
    }
    /// Why this channel.
    #[must_use]
    pub const fn channel_reason(&self) -> Reason {
        self.reasons[0]
    }
    /// Why this layout.
    #[must_use]
    pub const fn layout_reason(&self) -> Reason {
        self.reasons[1]
    }
    /// Why this assistance.
    #[must_use]
    pub const fn assistance_reason(&self) -> Reason {
        self.reasons[2]
    }
    /// The digest of the policy that decided.
    #[must_use]
    pub const fn policy(&self) -> Digest {
        self.policy
    }
    /// What of this decision counts for the next one (D6, D7).
    #[must_use]
    pub const fn prior(&self) -> Prior {
        Prior { layout: self.experience.layout, assistance: self.experience.assistance }
    }
}
