//! What is known of a person: kept by the host between visits, read by the selector, changed by
//! [`CustomerProfile::record`]. Facts that make no sense are not kept as facts but named in
//! [`CustomerProfile::unreadable`], so that a decision can say so.

mod build;
mod channels;
mod consent;
mod data;
mod door;
mod merge;
mod record;

use std::collections::BTreeMap;

use crate::channel::{Channel, Reach};
use crate::experience::{AssistanceLevel, LayoutComplexity};
use crate::fact::Fact;
use crate::fact::kept::kept_facts;
use crate::journey::Journey;
use crate::kept::Kept;
use crate::named::Named;
use crate::need::NeedSet;
use crate::time::Timestamp;
use crate::value::Value;

pub(crate) use build::channel_of;
pub(crate) use channels::BuiltInChannels;
pub(crate) use data::entry;
pub(crate) use door::{own_name, unknown_attribute};

kept_facts! {
    /// The facts of a profile that are kept as they are given, each named like its attribute behind `profile.`.
    ProfileFact of CustomerProfile, "profile" {
        /// The age in full years, 0 to 130. No need follows from it.
        Age(u8) = "age" by with_age,
        /// The language the person wants to be served in, as a BCP 47 tag.
        Language(String) = "language" by with_language,
        /// Where the person lives, as the host writes it.
        Region(String) = "region" by with_region,
        /// Ease with digital services: 0 none, 100 at home in them.
        Fluency(u8) = "fluency" by with_fluency,
        /// The layout the person would choose; declared, it replaces the points (D5).
        PreferredLayout(LayoutComplexity) = "preferred_layout" by with_preferred_layout,
        /// The assistance the person would choose; declared, it replaces the points (D6).
        PreferredAssistance(AssistanceLevel) = "preferred_assistance" by with_preferred_assistance,
        /// How the person feels about us: −100 furious, 100 delighted. With a date it fades within 90 days.
        Mood(i8) = "mood" by with_mood,
        /// How far the last feedback moved the mood, −200 to 200.
        MoodTrend(i16) = "mood_trend" by with_mood_trend,
        /// How hard the last task was, in the person's words: 1 very easy, 7 very hard.
        Effort(u8) = "effort" by with_effort,
        /// How likely they are to recommend us, as last asked: 0 to 10.
        Nps(u8) = "nps" by with_nps,
        /// How long they have been a customer, in days.
        TenureDays(u32) = "tenure_days" by with_tenure_days,
        /// The host's name for their standing.
        Tier(String) = "tier" by with_tier,
        /// Visits so far.
        Visits(u32) = "visits" by with_visits,
        /// Orders so far.
        Orders(u32) = "orders" by with_orders,
        /// Cases with support that are not closed.
        OpenCases(u32) = "open_cases" by with_open_cases,
    }
}

/// What a company has seen of a person on one channel.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct ChannelRecord {
    pub(crate) reach: Reach,
    /// When we began a contact, ascending.
    pub(crate) contacts: Vec<Timestamp>,
    pub(crate) uses: u32,
    pub(crate) success: u32,
    /// 0 to 4.
    pub(crate) habit: u8,
    /// The last touchpoint there.
    pub(crate) last: Option<Timestamp>,
}

/// What is known of a person, kept by the host between visits.
///
/// As data it is a table of facts, each a bare value (declared, undated) or `{ value, source, learnt }`; needs, reach,
/// consents and what is counted by channel are tables of their own, and the host's own facts stand under `attributes`.
/// JSON has no timestamps: `{ "timestamp": "…" }` says that a fact is one, and a plain text will do where the policy
/// declares the attribute as a timestamp. `null` is as if not there. An unknown field is refused with a suggestion; what
/// makes no sense is not, but named by [`unreadable`](Self::unreadable) and unknown: a consent that makes no sense is not
/// granted, a contact or date not counted. Needs alone are refused where they cannot be read, the strength too: a need
/// must not be lost in silence.
///
/// # Example
/// ```
/// # use maitre::{AccessNeed, Channel, CustomerProfile, Fact, NeedStrength, Timestamp};
/// let at = Timestamp::parse("2026-11-01T10:00:00Z").ok_or("no time")?;
/// let ana = CustomerProfile::new()
///     .with_age(74)
///     .with_fluency(Fact::observed(20).learnt(at))
///     .with_need(AccessNeed::LargeText, NeedStrength::Required)
///     .with_consent("messages", None)
///     .with_habit(Channel::Phone, 3)
///     .with_attribute("plan", "contract");
/// let the_same = r#"{
///     "age": 74,
///     "fluency": { "value": 20, "source": "observed", "learnt": "2026-11-01T10:00:00Z" },
///     "needs": { "large_text": "required" },
///     "consents": { "messages": true },
///     "habit": { "phone": 3 },
///     "attributes": { "plan": "contract" }
/// }"#;
/// assert_eq!(serde_json::from_str::<CustomerProfile>(the_same)?, ana);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Default)]
pub struct CustomerProfile {
    /// By [`ProfileFact`].
    pub(crate) facts: Kept<{ ProfileFact::ALL.len() }>,
    pub(crate) preferred_channel: Option<Fact<Channel>>,
    /// INVARIANT: `required` and `preferred` share no need; upheld by `with_need`, the only way in.
    pub(crate) required: NeedSet,
    pub(crate) preferred: NeedSet,
    /// Purpose → the end of the consent, if it has one.
    pub(crate) consents: Named<Option<Timestamp>>,
    pub(crate) channels: BuiltInChannels,
    pub(crate) own_channels: BTreeMap<Channel, ChannelRecord>,
    pub(crate) journey: Option<Journey>,
    pub(crate) own: Named<Fact<Value>>,
    /// Attribute → what was found that makes no sense; for explanations.
    pub(crate) unreadable: BTreeMap<Box<str>, Box<str>>,
}

impl CustomerProfile {
    /// A person of whom nothing is known.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl std::fmt::Debug for CustomerProfile {
    /// Says how much is known, and nothing of it: a profile is a person.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let facts = self.facts.len() + self.own.len();
        f.debug_struct("CustomerProfile").field("facts", &facts).finish_non_exhaustive()
    }
}
