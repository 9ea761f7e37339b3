//! Who is to blame: an effect that is refused harms by itself, or with others that are refused so that without it they do not.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::sync::Arc;

use super::refused::{Axis, Refused};
use crate::condition::Condition;
use crate::decision::Decision;
use crate::experience::LayoutComplexity;
use crate::policy::{Checked, Policy};
use crate::profile::CustomerProfile;
use crate::search::{Deciding, Person, Space};
use crate::selector::ExperienceSelector;
use crate::visit::Visit;

/// The selector of a policy without some of its effects.
pub(super) fn leaving_out(policy: &Policy, effects: &[Refused<'_>]) -> Option<ExperienceSelector> {
    let mut checked = Checked::clone(&policy.inner);
    effects.iter().for_each(|one| one.take_out(&mut checked));
    ExperienceSelector::compile_unproven(&Policy { inner: Arc::new(checked) }).ok()
}

/// An effect that is to blame for a harm, and the policy with more or less of what is refused.
pub(super) struct Blamed<'a> {
    policy: &'a Policy,
    pub(super) refused: Refused<'a>,
    /// What else is refused.
    pub(super) others: &'a [Refused<'a>],
    pub(super) space: &'a Space<'a>,
    pub(super) condition: &'a Condition,
    /// The policy with all of it.
    pub(super) selector: &'a ExperienceSelector,
    /// With this alone.
    alone: ExperienceSelector,
    /// Without this.
    without: ExperienceSelector,
    /// For how many more people it may be asked with which others it harms, and how many policies may be compiled for that.
    asks: Cell<u32>,
    compiles: Cell<u32>,
    /// The last of them, by what each is without.
    kept: RefCell<VecDeque<(Vec<bool>, ExperienceSelector)>>,
}

/// Two policies that show what is to blame: with the effect the one harms, without it the other does not.
pub(super) struct Blame {
    with: ExperienceSelector,
    /// `None`: nothing that is refused is left, so that nobody is harmed.
    without: Option<ExperienceSelector>,
}

/// A visitor without a need, and with it.
pub(super) type Twice = [(CustomerProfile, Visit); 2];

impl<'a> Blamed<'a> {
    /// `None` if it cannot be told of what is beyond the size of a selector.
    pub(super) fn of(
        policy: &'a Policy,
        refused: Refused<'a>,
        others: &'a [Refused<'a>],
        deciding: &Deciding<'a>,
        selector: &'a ExperienceSelector,
    ) -> Option<Self> {
        Some(Self {
            policy,
            refused,
            others,
            space: deciding.space,
            condition: refused.condition(selector.checked())?,
            selector,
            alone: leaving_out(policy, others)?,
            without: leaving_out(policy, &[refused])?,
            asks: Cell::new(Self::MOST_ASKS),
            compiles: Cell::new(Self::most_compiled(deciding)),
            kept: RefCell::default(),
        })
    }

    /// For how many people it is asked with which others an effect harms.
    const MOST_ASKS: u32 = 512;
    /// How many policies are compiled for that, fewer of those that are large.
    fn most_compiled(deciding: &Deciding<'_>) -> u32 {
        const MOST: u64 = 128;
        const STEPS: u64 = 1_024;
        (STEPS / deciding.steps()).clamp(4, MOST) as u32
    }
    /// How many of them are kept at a time: each is as large as the policy.
    const MOST_KEPT: usize = 8;

    pub(super) fn twice(&self, both: [&Person; 2]) -> Twice {
        both.map(|person| self.space.visitor(person))
    }

    fn worse(&self, selector: &ExperienceSelector, both: &Twice) -> Option<String> {
        worse(selector, both, self.refused.axis())
    }

    /// What is worse for who has the need, where the condition of this turns.
    pub(super) fn harm(&self, both: &Twice) -> Option<String> {
        let harm = self.worse(self.selector, both)?;
        let holds = |(profile, visit): &(CustomerProfile, Visit)| {
            let truths = self.selector.truths(profile, visit, &[self.condition]);
            truths.first().is_some_and(|truth| truth.holds())
        };
        (holds(&both[0]) != holds(&both[1])).then_some(harm)
    }

    /// That this is to blame for a harm: it harms by itself, or with others that are refused so that without it they do not.
    pub(super) fn blame(&self, both: &Twice) -> Option<Blame> {
        let alone = || Blame { with: self.alone.clone(), without: None };
        let among_all = || Blame { with: self.selector.clone(), without: Some(self.without.clone()) };
        [alone(), among_all()].into_iter().find(|one| self.shows(one, both)).or_else(|| self.with_some(both))
    }

    /// Whether it does for this visitor.
    pub(super) fn shows(&self, blame: &Blame, both: &Twice) -> bool {
        self.worse(&blame.with, both).is_some()
            && blame.without.as_ref().is_none_or(|without| self.worse(without, both).is_none())
    }

    /// The same with few of the others that harm beside it; where these harm without it too, one of them is left out, and others
    /// are sought.
    fn with_some(&self, both: &Twice) -> Option<Blame> {
        self.asks.set(self.asks.get().checked_sub(1)?);
        let mut out: Vec<Refused<'_>> = Vec::new();
        loop {
            let few = self.few(&out, both)?;
            let beside: Vec<Refused<'_>> =
                self.others.iter().filter(|other| !few.contains(other)).copied().collect();
            let blame = Blame {
                with: self.leaving(&beside)?,
                without: Some(self.leaving(&[&beside[..], &[self.refused]].concat())?),
            };
            if self.shows(&blame, both) {
                return Some(blame);
            }
            let mut last = None;
            for &one in &few {
                out.push(one);
                if self.worse(&self.leaving(&out)?, both).is_some() {
                    last = Some(one);
                    break;
                }
                out.pop();
            }
            last?;
        }
    }

    /// Of the others but some that are `out`, few that harm beside this: halves of them are left out, then halves of what is left.
    fn few(&self, out: &[Refused<'_>], both: &Twice) -> Option<Vec<Refused<'_>>> {
        let all: Vec<Refused<'_>> =
            self.others.iter().filter(|other| !out.contains(other)).copied().collect();
        let mut out = out.to_vec();
        let mut waiting = vec![&all[..]];
        let mut few = Vec::new();
        while let Some(some) = waiting.pop() {
            let less = [&out[..], some].concat();
            match some {
                _ if self.worse(&self.leaving(&less)?, both).is_some() => out = less,
                [] => {}
                [one] => few.push(*one),
                _ => {
                    let (first, last) = some.split_at(some.len() / 2);
                    waiting.extend([last, first]);
                }
            }
        }
        Some(few)
    }

    /// The selector without some effects, from memory where it was asked for before; `None` if too many others were.
    fn leaving(&self, effects: &[Refused<'_>]) -> Option<ExperienceSelector> {
        let all = self.others.iter().chain([&self.refused]);
        let left_out: Vec<bool> = all.map(|one| effects.contains(one)).collect();
        let mut kept = self.kept.borrow_mut();
        if let Some((_, selector)) = kept.iter().find(|(one, _)| *one == left_out) {
            return Some(selector.clone());
        }
        self.compiles.set(self.compiles.get().checked_sub(1)?);
        let selector = leaving_out(self.policy, effects)?;
        if kept.len() >= Self::MOST_KEPT {
            kept.pop_front();
        }
        kept.push_back((left_out, selector.clone()));
        Some(selector)
    }
}

/// What is worse on an axis for a person with a need than without it, as Law 2 sees it.
fn worse(selector: &ExperienceSelector, both: &Twice, axis: Axis) -> Option<String> {
    let [before, after] = both.each_ref().map(|(profile, visit)| selector.select(profile, visit));
    match axis {
        Axis::Layout => {
            let layout = |place: &str, of: &dyn Fn(&Decision) -> LayoutComplexity| {
                let (before, after) = (of(&before), of(&after));
                (after > before).then(|| format!("the layout{place} is `{after}` and not `{before}`"))
            };
            // Another channel may have another cap: layouts are held against each other on the same one.
            let same = before.experience().channel == after.experience().channel;
            let chosen = layout("", &|decision| decision.experience().layout).filter(|_| same);
            let is_in_use = both[0].1.channel().is_some();
            let in_use = || layout(" on the channel in use", &|decision| decision.layout_in_use());
            chosen.or_else(|| in_use().filter(|_| is_in_use))
        }
        Axis::Assistance => {
            let (more, less) = (before.experience().assistance, after.experience().assistance);
            (less < more).then(|| format!("the assistance is `{less}` and not `{more}`"))
        }
        Axis::Adaptations => {
            let lost = before.adaptations().iter().find(|&one| !after.adaptations().contains(one));
            lost.map(|one| format!("the adaptation `{one}` is gone"))
        }
    }
}
