//! Gathers the events of a walk into an explanation.

use smallvec::SmallVec;

use super::{
    ArmNote, Because, BoundNote, ChannelNote, Contribution, Explanation, OwnedContributor, RuleNote,
    SegmentNote, Undecided,
};
use crate::channel::Channel;
use crate::condition::SegmentId;
use crate::decision::{Decision, Giver, Reason};
use crate::need::Adaptations;
use crate::policy::{PolicyChannel, Segment};
use crate::profile::CustomerProfile;
use crate::selector::{Contributor, Event, ExperienceSelector, Observer, Target, UnknownFact, Why};
use crate::truth::Truth;
use crate::value::Text;
use crate::visit::Visit;

/// What has been heard so far.
#[derive(Default)]
pub(super) struct Recorder<'a> {
    /// The segments that have not been told yet, in the order in which they are told.
    to_come: std::slice::Iter<'a, SegmentId>,
    /// In the order of the policy.
    channels: Vec<ChannelNote>,
    layout: Vec<Contribution>,
    assistance: Vec<Contribution>,
    bounds: Vec<BoundNote>,
    adaptations: Vec<(Text, Adaptations)>,
    rules: Vec<RuleNote>,
    undecided: Vec<Undecided>,
    /// By number, which is by name.
    segments: Vec<SegmentNote>,
    arms: Vec<ArmNote>,
    misfits: Vec<UnknownFact>,
    hidden: Vec<UnknownFact>,
}

impl From<Contributor<'_>> for OwnedContributor {
    fn from(contributor: Contributor<'_>) -> Self {
        match contributor {
            Contributor::Policy => Self::Policy,
            Contributor::Rule(name) => Self::Rule(name.into()),
            Contributor::Arm { experiment, arm } => Self::Arm(experiment.into(), arm.into()),
            Contributor::Preference => Self::Preference,
            Contributor::Habit => Self::Habit,
            Contributor::Continuity => Self::Continuity,
            Contributor::Need(need) => Self::Need(need),
            Contributor::Prior => Self::Prior,
            Contributor::Channel(channel) => Self::Channel(channel),
        }
    }
}

impl Observer for Recorder<'_> {
    fn observe(&mut self, event: Event<'_>) {
        match event {
            Event::Segment { name, truth, .. } => {
                let next = self.to_come.next();
                if let Some(note) = next.and_then(|id| self.segments.get_mut(id.0 as usize)) {
                    debug_assert_eq!(*note.name, *name, "segments are told in their order");
                    note.truth = truth;
                }
            }
            Event::Rule { name, because, truth: Truth::True, .. } => {
                let because = because.map(Into::into);
                self.rules.push(RuleNote { name: name.into(), because, rust_rules: Vec::new() });
            }
            Event::Rule { name, truth: Truth::Unknown, unknown, .. } => {
                self.undecided.push(Undecided { rule: name.into(), unknown: unknown.to_vec() });
            }
            Event::Arm { experiment, arm } => {
                self.arms.push(ArmNote { experiment: experiment.into(), arm: arm.into() })
            }
            Event::Points { to, from, points } => {
                let given = Contribution { from: from.into(), points };
                match to {
                    Target::Layout => self.layout.push(given),
                    Target::Assistance => self.assistance.push(given),
                    Target::Channel(channel) => {
                        if let Some(note) = self.channel(channel) {
                            note.points.push(given);
                        }
                    }
                }
            }
            Event::Bound { bound, from } => self.bounds.push(BoundNote { bound, from: from.into() }),
            Event::Adapt { rule, adaptations } => self.adaptations.push((rule.into(), adaptations)),
            Event::RuledOut { channel, by, rule } => {
                if let Some(note) = self.channel(channel) {
                    note.ruled_out = Some((by, rule.map(Into::into)));
                }
            }
            Event::Unreadable(fact) => self.misfits.push(fact.clone()),
            Event::Hidden(fact) => self.hidden.push(fact.clone()),
            Event::Scored { channel, score } => {
                if let Some(note) = self.channel(channel) {
                    note.score = score;
                }
            }
            Event::Rule { .. } | Event::Needs { .. } | Event::Decided(_) => {}
        }
    }
}

impl<'a> Recorder<'a> {
    /// With room for what is told of every visitor.
    pub(super) fn of(selector: &'a ExperienceSelector) -> Self {
        let checked = selector.checked();
        let note = |segment: &Segment| SegmentNote { name: (&*segment.name).into(), truth: Truth::Unknown };
        let of_channel = |channel: &PolicyChannel| ChannelNote {
            channel: channel.channel,
            score: 0,
            ruled_out: None,
            points: SmallVec::new(),
        };
        Self {
            to_come: checked.segment_order.iter(),
            segments: checked.segments.iter().map(note).collect(),
            channels: checked.channels.iter().map(of_channel).collect(),
            ..Self::default()
        }
    }
    fn channel(&mut self, channel: Channel) -> Option<&mut ChannelNote> {
        self.channels.iter_mut().find(|note| note.channel == channel)
    }
    pub(super) fn finish(
        mut self,
        selector: &ExperienceSelector,
        decision: Decision,
        profile: &CustomerProfile,
        visit: &Visit,
    ) -> Explanation {
        let because = |reason: Reason| {
            let rule = if let Giver::Rule(rule) = reason.giver { Some(rule) } else { None };
            let rule = rule.and_then(|rule| selector.checked().rules.get(usize::from(rule)));
            Because {
                reason,
                by: selector.giver(reason).map(|name| (&*name).into()),
                because: rule.and_then(|rule| rule.because.as_deref().map(Into::into)),
            }
        };
        for rule in self.rules.iter_mut().filter(|_| !selector.checked().rust_rules.is_empty()) {
            rule.rust_rules = selector.rust_rules_of(&rule.name);
        }
        let bad = |(attribute, problem): (&str, &str)| UnknownFact {
            attribute: attribute.into(),
            why: Why::Unreadable(problem.into()),
        };
        // What a value was is the person's: only that it makes no sense is said of a sensitive attribute.
        let sensitive = |attribute: &str| {
            let attributes = &selector.checked().attributes;
            attributes.find(attribute).is_some_and(|id| attributes.get(id).is_sensitive())
        };
        let mut unreadable: Vec<UnknownFact> =
            profile.unreadable().chain(visit.unreadable()).map(bad).collect();
        unreadable.extend(self.misfits);
        for fact in unreadable.iter_mut().filter(|fact| sensitive(&fact.attribute)) {
            fact.why = Why::Unreadable("not a possible value".into());
        }
        Explanation {
            channels: self.channels,
            layout: self.layout,
            assistance: self.assistance,
            decision,
            policy: selector.policy().name().into(),
            reveals: false,
            reasons: decision.reasons.map(because),
            bounds: self.bounds,
            adaptations: self.adaptations,
            rules: self.rules,
            undecided: self.undecided,
            segments: self.segments,
            arms: self.arms,
            unreadable,
            hidden: self.hidden,
        }
    }
}
