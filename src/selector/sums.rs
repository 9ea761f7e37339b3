//! What the rules that hold and the arms of experiments add up to: points and bounds for the three axes.

use super::ExperienceSelector;
use super::facts::VisitorFacts;
use super::levels::{self, Points, Tightest};
use super::observer::{Bound, Contributor, Event, Observer, Target};
use crate::condition::Condition;
use crate::decision::Giver;
use crate::experience::{AssistanceLevel, LayoutComplexity};
use crate::hash::{murmur3, share};
use crate::limits::Limits;
use crate::need::NeedSet;
use crate::policy::{Effects, Experiment};
use crate::truth::Truth;

/// What the rules and arms that hold add up to.
pub(super) struct Sums {
    pub(super) layout: Points,
    pub(super) assistance: Points,
    pub(super) channels: [Points; Limits::CHANNELS],
    pub(super) never: u32,
    pub(super) adapt: NeedSet,
    pub(super) cap: Option<Tightest<LayoutComplexity>>,
    pub(super) floor: Option<Tightest<AssistanceLevel>>,
}

impl ExperienceSelector {
    /// Evaluates `condition`; `tell` hears its value and what it found unknown.
    fn ask<O: Observer>(
        &self,
        facts: &VisitorFacts<'_>,
        condition: &Condition,
        observer: &mut O,
        tell: impl FnOnce(&mut O, Truth, &[super::UnknownFact]),
    ) -> Truth {
        let truth = condition.truth(facts);
        if let Some(watch) = facts.watch {
            let unknown = facts.unknowns(truth, &watch.unknown_in.borrow());
            tell(observer, truth, &unknown);
        }
        truth
    }

    /// All that the rules that hold and the arms give.
    pub(super) fn add_up<O: Observer>(
        &self,
        facts: &VisitorFacts<'_>,
        observer: &mut O,
    ) -> (Sums, [u8; Limits::EXPERIMENTS]) {
        let checked = self.checked();
        let mut sums = Sums {
            layout: Points::new(checked.layout.points() as i32),
            assistance: Points::new(checked.assistance.points() as i32),
            channels: [const { Points::new(0) }; Limits::CHANNELS],
            never: 0,
            adapt: NeedSet::EMPTY,
            cap: None,
            floor: None,
        };
        observer.observe(Event::Points {
            to: Target::Layout,
            from: Contributor::Policy,
            points: checked.layout.points(),
        });
        let from = Contributor::Policy;
        observer.observe(Event::Points { to: Target::Assistance, from, points: checked.assistance.points() });
        for (number, rule) in checked.rules.iter().enumerate() {
            let (name, because) = (&*rule.name, rule.because.as_deref());
            let truth = self.ask(facts, &rule.when, observer, |observer, truth, unknown| {
                observer.observe(Event::Rule { name, because, truth, unknown });
            });
            if truth.holds() {
                // INVARIANT: at most 65,536 rules, a limit of loading.
                let number = number as u16;
                self.add(&mut sums, &rule.effects, Giver::Rule(number), Contributor::Rule(name), observer);
                self.bind(&mut sums, &rule.effects, number, name, observer);
            }
        }
        let mut arms = [0; Limits::EXPERIMENTS];
        if self.is_held_out(facts) {
            return (sums, arms);
        }
        for ((number, experiment), slot) in checked.experiments.iter().enumerate().zip(&mut arms) {
            let Some(arm) = self.arm(facts, experiment) else { continue };
            let Some(given) = experiment.arms.get(usize::from(arm)) else { continue };
            *slot = arm + 1;
            let (experiment, name) = (&*experiment.name, &*given.name);
            observer.observe(Event::Arm { experiment, arm: name });
            let from = Contributor::Arm { experiment, arm: name };
            self.add(&mut sums, &given.effects, Giver::Arm(number as u8, arm), from, observer);
        }
        (sums, arms)
    }

    /// Adds the points of a rule or arm.
    fn add<O: Observer>(
        &self,
        sums: &mut Sums,
        effects: &Effects,
        giver: Giver,
        from: Contributor<'_>,
        observer: &mut O,
    ) {
        let first = |new, kept| self.goes_first(new, kept);
        if effects.layout != 0 {
            sums.layout.add(effects.layout as i32, giver, first);
            observer.observe(Event::Points { to: Target::Layout, from, points: effects.layout });
        }
        if effects.assistance != 0 {
            sums.assistance.add(effects.assistance as i32, giver, first);
            observer.observe(Event::Points { to: Target::Assistance, from, points: effects.assistance });
        }
        for &(channel, points) in &effects.channels {
            let Some(sum) = sums.channels.get_mut(usize::from(channel.0)) else { continue };
            sum.add(points as i32, giver, first);
            if let Some(channel) = self.checked().channels.get(usize::from(channel.0)) {
                observer.observe(Event::Points { to: Target::Channel(channel.channel), from, points });
            }
        }
    }

    /// Adds the bounds of a rule.
    fn bind<O: Observer>(&self, sums: &mut Sums, effects: &Effects, rule: u16, name: &str, observer: &mut O) {
        sums.never |= effects.never;
        sums.adapt = sums.adapt.union(effects.adapt);
        if !effects.adapt.is_empty() {
            observer.observe(Event::Adapt { rule: name, adaptations: effects.adapt });
        }
        if let Some(level) = effects.layout_at_most {
            levels::lower(&mut sums.cap, level, rule);
            observer
                .observe(Event::Bound { bound: Bound::LayoutAtMost(level), from: Contributor::Rule(name) });
        }
        if let Some(level) = effects.assistance_at_least {
            levels::raise(&mut sums.floor, level, rule);
            observer.observe(Event::Bound {
                bound: Bound::AssistanceAtLeast(level),
                from: Contributor::Rule(name),
            });
        }
    }

    /// Of two givers of equally much, whether `new` names the reason: by name, a rule before an arm of the same name.
    fn goes_first(&self, new: Giver, kept: Giver) -> bool {
        let key = |giver| match giver {
            Giver::Rule(rule) => self.checked().rules.get(usize::from(rule)).map(|rule| (&*rule.name, 0, "")),
            Giver::Arm(experiment, arm) => {
                let experiment = self.checked().experiments.get(usize::from(experiment));
                experiment.and_then(|e| Some((&*e.name, 1, &*e.arms.get(usize::from(arm))?.name)))
            }
            Giver::Nobody | Giver::Need(_) => None,
        };
        matches!((key(new), key(kept)), (Some(new), Some(kept)) if new < kept)
    }

    fn is_held_out(&self, facts: &VisitorFacts<'_>) -> bool {
        self.checked().holdout.as_ref().is_some_and(|holdout| {
            let id = facts.seen.visit.id(holdout.unit);
            id.is_some_and(|id| share(murmur3(&[&holdout.salt, id]), 100) < holdout.percent)
        })
    }

    /// The arm of `experiment` that the visitor is given, if it applies to them (D8).
    fn arm(&self, facts: &VisitorFacts<'_>, experiment: &Experiment) -> Option<u8> {
        let id = facts.seen.visit.id(experiment.unit)?;
        if experiment.when.as_ref().is_some_and(|when| !when.truth(facts).holds()) {
            return None;
        }
        let total = experiment.arms.iter().map(|arm| arm.weight).sum();
        let mut place = share(murmur3(&[&experiment.salt, id]), total);
        for (number, arm) in experiment.arms.iter().enumerate() {
            if place < arm.weight {
                return u8::try_from(number).ok();
            }
            place -= arm.weight;
        }
        None
    }
}
