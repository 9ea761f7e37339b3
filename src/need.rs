//! What people need of a page or a channel: functional needs, never diagnoses (after ISO/IEC 24751).

use crate::channel::Channel;
use crate::words::words;

words! {
    /// A functional need, and the adaptation of the page that answers it, which bears the same name.
    #[derive(PartialOrd, Ord)]
    #[non_exhaustive]
    pub enum AccessNeed ("need") {
        /// Content must work when it is spoken or felt.
        ScreenReader = "screen_reader",
        /// Larger text.
        LargeText = "large_text",
        /// More contrast.
        MoreContrast = "more_contrast",
        /// No movement that is not asked for.
        ReducedMotion = "reduced_motion",
        /// Everything by keyboard or switch.
        KeyboardOnly = "keyboard_only",
        /// Larger targets to hit.
        LargeTargets = "large_targets",
        /// Short words and sentences.
        PlainLanguage = "plain_language",
        /// Fewer choices at once. Required, it keeps the layout at `Simple` or below.
        FewerChoices = "fewer_choices",
        /// No time-outs, or longer ones.
        ExtraTime = "extra_time",
        /// Captions for what is heard.
        Captions = "captions",
        /// No calls by voice: in conflict with `Phone`.
        NoVoiceCalls = "no_voice_calls",
        /// No calls by video: in conflict with `Video`.
        NoVideo = "no_video",
        /// As little data as possible.
        LowData = "low_data",
        /// A person. Required, it raises the assistance to `Human`.
        HumanContact = "human_contact",
    }
}

/// What a device asks for, and the need that it puts in force as preferred.
pub(crate) const ASKED_BY_DEVICE: [(&str, AccessNeed); 4] = [
    ("visit.reduced_motion", AccessNeed::ReducedMotion),
    ("visit.more_contrast", AccessNeed::MoreContrast),
    ("visit.forced_colors", AccessNeed::MoreContrast),
    ("visit.save_data", AccessNeed::LowData),
];

/// What a page must do for a need: each adaptation bears the name of its need.
pub type Adaptation = AccessNeed;

words! {
    /// How strongly a need counts.
    #[derive(PartialOrd, Ord)]
    pub enum NeedStrength ("strength") {
        /// It helps; it is weighed.
        Preferred = "preferred",
        /// Without it the person cannot use the service; it binds.
        Required = "required",
    }
}

/// A set of needs (or adaptations), one bit each: 2 bytes, no allocation.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct NeedSet(u16);

/// A set of adaptations.
pub type Adaptations = NeedSet;

impl NeedSet {
    /// None.
    pub const EMPTY: Self = Self(0);
    const fn bit(need: AccessNeed) -> u16 {
        1 << need as u16
    }
    /// Whether `need` is among them.
    #[must_use]
    pub const fn contains(self, need: AccessNeed) -> bool {
        self.0 & Self::bit(need) != 0
    }
    /// These and `need`.
    #[must_use]
    pub const fn with(self, need: AccessNeed) -> Self {
        Self(self.0 | Self::bit(need))
    }
    /// These without `need`.
    #[must_use]
    pub const fn without(self, need: AccessNeed) -> Self {
        Self(self.0 & !Self::bit(need))
    }
    /// Those in either.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
    /// Those in both.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
    /// Those that are not in `other`.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
    /// Whether all of `other` are in here.
    #[must_use]
    pub const fn is_superset(self, other: Self) -> bool {
        other.0 & !self.0 == 0
    }
    /// How many.
    #[must_use]
    pub const fn len(self) -> usize {
        self.0.count_ones() as usize
    }
    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
    /// The needs that a channel is in conflict with, whatever a policy says of it.
    pub(crate) const fn against(channel: Channel) -> Self {
        match channel {
            Channel::Phone => Self::EMPTY.with(AccessNeed::NoVoiceCalls),
            Channel::Video => Self::EMPTY.with(AccessNeed::NoVideo),
            _ => Self::EMPTY,
        }
    }
    pub(crate) const fn bits(self) -> u64 {
        self.0 as u64
    }
    /// The needs of those bits; bits that stand for none are left out.
    pub(crate) const fn from_bits(bits: u64) -> Self {
        Self(bits as u16 & ((1 << AccessNeed::ALL.len()) - 1))
    }
    /// The needs, in the order of the type.
    pub fn iter(self) -> impl Iterator<Item = AccessNeed> {
        let mut left = self.0;
        std::iter::from_fn(move || {
            let next = AccessNeed::ALL.get(left.trailing_zeros() as usize).copied();
            left &= left.wrapping_sub(1);
            next
        })
    }
}
impl FromIterator<AccessNeed> for NeedSet {
    fn from_iter<I: IntoIterator<Item = AccessNeed>>(needs: I) -> Self {
        needs.into_iter().fold(Self::EMPTY, Self::with)
    }
}
impl std::fmt::Debug for NeedSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}
impl serde::Serialize for NeedSet {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}
