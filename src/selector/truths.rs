//! What conditions, and parts of them, say of a visitor, as they are written: for those who ask beside the path of a request. For
//! those who ask again and again only the segments that they need are worked out.

use super::ExperienceSelector;
use super::facts::{Segments, VisitorFacts};
use crate::condition::{Condition, SegmentId, Used};
use crate::policy::Checked;
use crate::profile::CustomerProfile;
use crate::truth::Truth;
use crate::value::Text;
use crate::visit::Visit;

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Asked<'a> {
    /// The value of a segment, after `on_unknown`.
    Segment(SegmentId),
    /// That of the part of a condition to which the path leads.
    Part(&'a Condition, &'a [u16]),
}

impl Checked {
    /// The segments that are needed to answer, in the order in which they are worked out.
    pub(crate) fn needed_for<'a>(&self, asked: impl IntoIterator<Item = Asked<'a>>) -> Vec<SegmentId> {
        let mut seen = std::collections::BTreeSet::new();
        let mut waiting = Vec::new();
        let of = |condition: &Condition, waiting: &mut Vec<SegmentId>| {
            waiting.extend(condition.uses().iter().filter_map(|used| match used.what {
                Used::Segment(id) => Some(id),
                _ => None,
            }));
        };
        for one in asked {
            match one {
                Asked::Segment(id) => waiting.push(id),
                Asked::Part(condition, _) => of(condition, &mut waiting),
            }
        }
        while let Some(id) = waiting.pop() {
            if seen.insert(id)
                && let Some(segment) = self.segments.get(id.0 as usize)
            {
                of(&segment.when, &mut waiting);
            }
        }
        if seen.is_empty() {
            return Vec::new();
        }
        self.segment_order.iter().copied().filter(|id| seen.contains(id)).collect()
    }
}

impl ExperienceSelector {
    /// What conditions say of a visitor, as they are written: for those who ask beside the path of a request.
    pub(crate) fn truths(
        &self,
        profile: &CustomerProfile,
        visit: &Visit,
        conditions: &[&Condition],
    ) -> Vec<Truth> {
        let facts = self.facts(profile, visit);
        let truths = self.segment_truths(&facts);
        let facts = VisitorFacts { segments: Segments::All(&truths), ..facts };
        conditions.iter().map(|condition| condition.truth(&facts)).collect()
    }

    /// What all segments say of a visitor.
    pub(super) fn segment_truths(&self, facts: &VisitorFacts<'_>) -> Vec<Truth> {
        let mut truths = vec![Truth::Unknown; self.checked().segments.len()];
        for &id in &self.checked().segment_order {
            let Some(segment) = self.checked().segments.get(id.0 as usize) else { continue };
            let truth = segment.when.truth(&VisitorFacts { segments: Segments::All(&truths), ..*facts });
            if let Some(slot) = truths.get_mut(id.0 as usize) {
                *slot = segment.counted(truth);
            }
        }
        truths
    }

    /// The names of the rules that hold for a visitor.
    pub(crate) fn holding(&self, profile: &CustomerProfile, visit: &Visit) -> Vec<Text> {
        let rules = &self.checked().rules;
        let conditions: Vec<&Condition> = rules.iter().map(|rule| &rule.when).collect();
        let truths = self.truths(profile, visit, &conditions);
        rules
            .iter()
            .zip(truths)
            .filter(|(_, truth)| truth.holds())
            .map(|(rule, _)| (&*rule.name).into())
            .collect()
    }

    /// The answers for a visitor, `needed` being the segments that it takes.
    pub(crate) fn ask<'a>(
        &self,
        profile: &CustomerProfile,
        visit: &Visit,
        needed: &[SegmentId],
        asked: impl IntoIterator<Item = Asked<'a>>,
    ) -> Vec<Truth> {
        let facts = self.facts(profile, visit);
        let room = if needed.is_empty() { 0 } else { self.checked().segments.len() };
        let mut truths = vec![Truth::Unknown; room];
        for id in needed {
            let Some(segment) = self.checked().segments.get(id.0 as usize) else { continue };
            let truth = segment.when.truth(&VisitorFacts { segments: Segments::All(&truths), ..facts });
            if let Some(slot) = truths.get_mut(id.0 as usize) {
                *slot = segment.counted(truth);
            }
        }
        let facts = VisitorFacts { segments: Segments::All(&truths), ..facts };
        let answer = |asked: Asked<'_>| match asked {
            Asked::Segment(id) => truths.get(id.0 as usize).copied().unwrap_or(Truth::Unknown),
            Asked::Part(condition, path) => condition.truth_of_part(path, &facts),
        };
        asked.into_iter().map(answer).collect()
    }
}
