//! What a profile says that every decision asks for, whatever the policy's rules are: needs, preferences, open cases.

use super::ExperienceSelector;
use super::facts::VisitorFacts;
use crate::attribute::AttributeId;
use crate::channel::Channel;
use crate::condition::Facts;
use crate::experience::{AssistanceLevel, LayoutComplexity};
use crate::need::NeedSet;

/// What a person needs and declares that they prefer, after D1.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wishes {
    /// On record; what the device asks for comes on top.
    pub(super) required: NeedSet,
    pub(super) needs: NeedSet,
    /// The place of the channel in the policy.
    pub(super) channel: Option<usize>,
    pub(super) layout: Option<LayoutComplexity>,
    pub(super) assistance: Option<AssistanceLevel>,
    pub(super) case_is_open: bool,
}

impl ExperienceSelector {
    pub(super) fn wishes(&self, facts: &VisitorFacts<'_>) -> Wishes {
        let ids = &self.inner.ids;
        let required = NeedSet::from_bits(facts.bits(ids.required_needs));
        Wishes {
            required,
            needs: NeedSet::from_bits(facts.bits(ids.needs)).union(required),
            channel: declared(facts, ids.preferred_channel)
                .and_then(Channel::parse)
                .and_then(|channel| self.position(channel)),
            layout: declared(facts, ids.preferred_layout).and_then(LayoutComplexity::parse),
            assistance: declared(facts, ids.preferred_assistance).and_then(AssistanceLevel::parse),
            case_is_open: facts.int(ids.open_cases).is_some_and(|cases| cases > 0),
        }
    }
}

/// The text of `id`, if the person declared it.
fn declared<'a>(facts: &VisitorFacts<'a>, id: AttributeId) -> Option<&'a str> {
    if facts.is_missing(id) {
        return None;
    }
    facts.text(id).filter(|_| facts.is_declared(id))
}
