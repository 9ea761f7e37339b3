//! What the rules that hold and the arms of experiments add up to: points and bounds for the three axes.

use super::ExperienceSelector;
use super::drawing::Drawn;
use super::facts::VisitorFacts;
use super::gifts::Sums;
use super::observer::{Bound, Contributor, Event, Observer, Target};
use super::reading::InGrid;
use crate::cells::Begun;
use crate::condition::Condition;
use crate::limits::Limits;
use crate::policy::Effects;
use crate::truth::Truth;

impl ExperienceSelector {
    /// All that the rules that hold and the arms give; `drawn` is asked for what the ids of this visit draw, if some experiment applies, and says it where it is known.
    #[inline(always)]
    pub(super) fn add_up<'d, O: Observer, const ROOM: usize>(
        &self,
        facts: &VisitorFacts<'_>,
        visitor: &mut InGrid<'_, '_, ROOM>,
        begun: Option<&Begun>,
        drawn: impl FnOnce() -> Option<&'d Drawn>,
        (sums, arms): (&mut Sums, &mut [u8; Limits::EXPERIMENTS]),
        observer: &mut O,
    ) {
        let (checked, gifts, deciding) = (self.checked(), &self.inner.gifts, &self.inner.deciding);
        let mut told = Vec::new();
        deciding.find(
            visitor,
            begun,
            #[inline(always)]
            |first, words| {
                for (word, &bits) in words.iter().enumerate() {
                    let mut bits = bits;
                    while bits != 0 {
                        let position = (first + word) * 64 + bits.trailing_zeros() as usize;
                        bits &= bits - 1;
                        gifts.add(sums, position);
                        if O::WATCHES {
                            told.extend(deciding.condition(position));
                        }
                    }
                }
            },
        );
        if O::WATCHES {
            told.sort_unstable();
            self.tell_rules(facts, &told, observer);
        }
        let experiments = sums.experiments();
        if experiments == 0 {
            return;
        }
        let drawn = drawn();
        if !drawn.map_or_else(|| checked.is_held_out(facts.seen.visit), |drawn| drawn.is_held_out) {
            for (number, (experiment, slot)) in checked.experiments.iter().zip(arms).enumerate() {
                if experiments >> number & 1 == 0 {
                    continue;
                }
                let drawn =
                    drawn.map_or_else(|| experiment.draw(facts.seen.visit), |drawn| drawn.arm(number));
                let Some(arm) = drawn else { continue };
                *slot = arm + 1;
                gifts.add_arm(sums, number, arm);
                if O::WATCHES
                    && let Some(given) = experiment.arms.get(usize::from(arm))
                {
                    let (experiment, arm) = (&*experiment.name, &*given.name);
                    observer.observe(Event::Arm { experiment, arm });
                    self.tell_points(&given.effects, Contributor::Arm { experiment, arm }, observer);
                }
            }
        }
    }

    /// Tells a watcher of all rules in order, `holding` being the numbers of those that hold. What is not true is looked at
    /// once more as it is written: whether it is false, or what left it undecided.
    fn tell_rules<O: Observer>(&self, facts: &VisitorFacts<'_>, holding: &[usize], observer: &mut O) {
        let checked = self.checked();
        let from = Contributor::Policy;
        observer.observe(Event::Points { to: Target::Layout, from, points: checked.layout.points() });
        observer.observe(Event::Points { to: Target::Assistance, from, points: checked.assistance.points() });
        for (number, rule) in checked.rules.iter().enumerate() {
            let (name, because) = (&*rule.name, rule.because.as_deref());
            if holding.binary_search(&number).is_ok() {
                observer.observe(Event::Rule { name, because, truth: Truth::True, unknown: &[] });
                self.tell_points(&rule.effects, Contributor::Rule(name), observer);
                tell_bounds(&rule.effects, name, observer);
            } else {
                let (truth, unknown) = undecided(facts, &rule.when);
                observer.observe(Event::Rule { name, because, truth, unknown: &unknown });
            }
        }
    }

    /// Tells of the points of a rule or arm.
    fn tell_points<O: Observer>(&self, effects: &Effects, from: Contributor<'_>, observer: &mut O) {
        if effects.layout != 0 {
            observer.observe(Event::Points { to: Target::Layout, from, points: effects.layout });
        }
        if effects.assistance != 0 {
            observer.observe(Event::Points { to: Target::Assistance, from, points: effects.assistance });
        }
        for &(channel, points) in &effects.channels {
            if let Some(channel) = self.checked().channels.get(usize::from(channel.0)) {
                observer.observe(Event::Points { to: Target::Channel(channel.channel), from, points });
            }
        }
    }
}

/// Tells of the bounds of a rule.
fn tell_bounds<O: Observer>(effects: &Effects, rule: &str, observer: &mut O) {
    if !effects.adapt.is_empty() {
        observer.observe(Event::Adapt { rule, adaptations: effects.adapt });
    }
    let from = Contributor::Rule(rule);
    if let Some(level) = effects.layout_at_most {
        observer.observe(Event::Bound { bound: Bound::LayoutAtMost(level), from });
    }
    if let Some(level) = effects.assistance_at_least {
        observer.observe(Event::Bound { bound: Bound::AssistanceAtLeast(level), from });
    }
}

/// Evaluates a condition as it is written, and says what left it undecided.
pub(super) fn undecided(facts: &VisitorFacts<'_>, condition: &Condition) -> (Truth, Vec<super::UnknownFact>) {
    let truth = condition.truth(facts);
    let unknown = facts.watch.map(|watch| facts.unknowns(truth, &watch.unknown_in.borrow()));
    (truth, unknown.unwrap_or_default())
}
