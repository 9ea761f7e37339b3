//! What the walk tells a watcher, and nobody else.

use super::super::ExperienceSelector;
use super::super::channels::Standings;
use super::super::facts::{Segments, VisitorFacts};
use super::super::observer::{Contributor, Event, Observer, RuledOut, Target};
use super::super::sums::undecided;
use crate::need::NeedSet;
use crate::truth::Truth;

impl ExperienceSelector {
    /// Tells a watcher of every segment, also of those that decide nothing, and keeps what left each undecided.
    pub(super) fn tell_segments<O: Observer>(
        &self,
        facts: &VisitorFacts<'_>,
        observer: &mut O,
    ) -> Vec<Truth> {
        let checked = self.checked();
        let mut truths = vec![Truth::Unknown; checked.segments.len()];
        for &id in &checked.segment_order {
            let Some(segment) = checked.segments.get(id.0 as usize) else { continue };
            let (truth, unknown) =
                undecided(&VisitorFacts { segments: Segments::All(&truths), ..*facts }, &segment.when);
            let truth = segment.counted(truth);
            observer.observe(Event::Segment { name: &segment.name, truth, unknown: &unknown });
            if let Some(slot) = truths.get_mut(id.0 as usize) {
                *slot = truth;
            }
            if let Some(watch) = facts.watch.filter(|_| !unknown.is_empty()) {
                watch.unknown_in.borrow_mut().insert(id, unknown);
            }
        }
        truths
    }

    /// Tells a watcher how the channels stand.
    pub(super) fn tell_channels<'s, O: Observer>(
        &'s self,
        who_said_never: impl Fn(usize) -> Option<&'s str>,
        standings: &Standings<'_>,
        preferred: NeedSet,
        observer: &mut O,
    ) {
        for (position, (channel, ruled_out, parts)) in standings.iter().enumerate() {
            if let Some(by) = ruled_out {
                let rule = (by == RuledOut::Never).then(|| who_said_never(position)).flatten();
                observer.observe(Event::RuledOut { channel, by, rule });
            }
            let to = Target::Channel(channel);
            let given = [
                (Contributor::Policy, parts.base),
                (Contributor::Habit, parts.habit),
                (Contributor::Continuity, parts.continuity),
            ];
            for (from, points) in given.into_iter().filter(|&(_, points)| points != 0) {
                observer.observe(Event::Points { to, from, points: points.into() });
            }
            let conflicts =
                self.checked().channels.get(position).map_or(NeedSet::EMPTY, |channel| channel.conflicts);
            for need in conflicts.intersection(preferred).iter() {
                let points = -self.checked().weights.need;
                observer.observe(Event::Points { to, from: Contributor::Need(need), points });
            }
            observer.observe(Event::Scored { channel, score: parts.score().into() });
        }
    }

    /// The first rule by name that holds and excludes the channel at `position`.
    pub(super) fn who_said_never(&self, facts: &VisitorFacts<'_>, position: usize) -> Option<&str> {
        let excludes = |never: u32| never >> position & 1 == 1;
        let mut rules = self.checked().rules.iter();
        rules
            .find(|rule| excludes(rule.effects.never) && rule.when.truth(facts).holds())
            .map(|rule| &*rule.name)
    }
}
