//! Looks for every kind of change.

use super::{Aspect, Change, ChangeKind, Changed, Comparison, Happens, ServedBy, edits, name_of};
use crate::cells::Measure;
use crate::decision::Decision;
use crate::experience::{AssistanceLevel, LayoutComplexity};
use crate::guarantee::WhyInconclusive;
use crate::need::AccessNeed;
use crate::search::{Apart, Both, Budget, Couple, Found, Joint, Kind, Untold, Witness};
use crate::selector::ExperienceSelector;
use crate::value::Text;

/// A change to look for: in what, how, of what, and the kinds of difference that are such a change.
type Sought = (Aspect, ChangeKind, Option<Text>, Vec<Kind>);

pub(super) fn compare(old: &ExperienceSelector, new: &ExperienceSelector, steps: u64) -> Comparison {
    let mut comparison = Comparison {
        old: old.policy().digest(),
        new: new.policy().digest(),
        edits: edits::edits(old.policy().document(), new.policy().document()),
        changes: Vec::new(),
        free: Vec::new(),
    };
    let Some(joint) = Joint::of(old.checked(), new.checked()) else { return comparison };
    let apart = Apart::of(&joint);
    // Where nothing is otherwise there is nowhere to look.
    let start = joint.everywhere().filter(|_| !is_one(old, new));
    let seeker = Seeker { selectors: [old, new], joint: &joint, apart: &apart, start, steps };
    for sought in all(&apart) {
        let worse = sought.1.is_worse();
        let change = seeker.change(&sought, false, None);
        if worse {
            let (aspect, kind, of, _) = &sought;
            let known = seeker.change(&sought, true, Some(&change.happens));
            // One line for all adaptations.
            let before = comparison.changes.iter_mut().find(|one| {
                one.required && one.aspect == *aspect && one.kind == *kind && *aspect == Aspect::Adaptations
            });
            match before {
                Some(before) => before.add(known),
                None => {
                    let of = of.clone().filter(|_| *aspect != Aspect::Adaptations);
                    comparison.changes.push(Change { of, ..known });
                }
            }
        }
        comparison.changes.push(change);
    }
    comparison.changes.sort_by_key(|change| (change.aspect, change.required));
    comparison.free = free(&joint);
    comparison
}

/// Whether two policies are the same document, with the same rules written in Rust.
fn is_one(old: &ExperienceSelector, new: &ExperienceSelector) -> bool {
    let rules = |selector: &ExperienceSelector| selector.checked().rust_rules.clone();
    let (a, b) = (rules(old), rules(new));
    old.policy().digest() == new.policy().digest()
        && a.len() == b.len()
        && a.iter().zip(&b).all(|((a, _), (b, _))| std::sync::Arc::ptr_eq(a, b))
}

impl Change {
    /// Takes what was found of another change for one with it.
    fn add(&mut self, other: Self) {
        self.steps += other.steps;
        match (&self.happens, other.happens) {
            (Happens::To(_), _) | (_, Happens::Never) => {}
            (_, happens) => self.happens = happens,
        }
    }
}

/// Every change that there may be.
fn all(apart: &Apart<'_, '_>) -> Vec<Sought> {
    const OLD: usize = 0;
    const NEW: usize = 1;
    let mut all: Vec<Sought> = Vec::new();
    let others = |channel| apart.channels().filter(move |other| *other != channel);
    for channel in apart.channels() {
        all.push((
            Aspect::Channel,
            ChangeKind::Replaced,
            Some(name_of(channel)),
            others(channel).map(|other| Kind::Channel([channel, other])).collect(),
        ));
    }
    for (aspect, in_use) in [(Aspect::Layout, false), (Aspect::LayoutInUse, true)] {
        for (kind, low) in [(ChangeKind::MoreComplex, OLD), (ChangeKind::Simpler, NEW)] {
            let levels = LayoutComplexity::ALL.iter().filter(|&&level| level < LayoutComplexity::Rich);
            let kinds = levels.flat_map(|&most| apart.layouts(in_use, low, most)).collect();
            all.push((aspect, kind, None, kinds));
        }
    }
    for (kind, low) in [(ChangeKind::LessAssistance, NEW), (ChangeKind::MoreAssistance, OLD)] {
        let levels = AssistanceLevel::ALL.iter().filter(|&&level| level < AssistanceLevel::Human);
        let kinds = levels.map(|&most| Kind::Assistance { low, most }).collect();
        all.push((Aspect::Assistance, kind, None, kinds));
    }
    for &need in AccessNeed::ALL {
        for (kind, has) in [(ChangeKind::Lost, OLD), (ChangeKind::Gained, NEW)] {
            let kinds = vec![Kind::Adaptation { has, need }];
            all.push((Aspect::Adaptations, kind, Some(need.as_str().into()), kinds));
        }
    }
    for channel in apart.channels() {
        let kinds = others(channel).map(|other| Kind::WayOut([channel, other])).collect();
        all.push((Aspect::WayOut, ChangeKind::Replaced, Some(name_of(channel)), kinds));
    }
    for (kind, open) in [(ChangeKind::Closes, OLD), (ChangeKind::Opens, NEW)] {
        all.push((Aspect::WayOut, kind, None, vec![Kind::Open { open }]));
    }
    all
}

/// Whether two decisions differ so.
fn is_so(kind: Kind, old: &Decision, new: &Decision) -> bool {
    let by = |low: usize| if low == 0 { [old, new] } else { [new, old] };
    match kind {
        Kind::Layout { in_use, low, .. } => {
            let layout = |one: &Decision| if in_use { one.layout_in_use } else { one.experience.layout };
            let [below, above] = by(low);
            layout(below) < layout(above)
        }
        Kind::Assistance { low, .. } => {
            let [below, above] = by(low);
            below.experience.assistance < above.experience.assistance
        }
        Kind::Channel([channel, _]) => old.experience.channel == channel && new.experience.channel != channel,
        Kind::WayOut([channel, _]) => {
            let is_it = |one: &Decision| one.way_out.is_some_and(|way| way.channel == channel);
            is_it(old) && !is_it(new)
        }
        Kind::Open { open } => {
            let is_open = |one: &Decision| one.way_out.is_some_and(|way| way.open);
            let [open, other] = by(open);
            is_open(open) && !is_open(other)
        }
        Kind::Adaptation { has, need } => {
            let [has, other] = by(has);
            has.adaptations.contains(need) && !other.adaptations.contains(need)
        }
    }
}

struct Seeker<'a> {
    selectors: [&'a ExperienceSelector; 2],
    joint: &'a Joint<'a>,
    apart: &'a Apart<'a, 'a>,
    start: Option<Both>,
    steps: u64,
}

impl Seeker<'_> {
    /// How many shares the steps of a change have.
    const SHARES: u64 = 50;

    fn decisions(&self, couple: &Couple) -> (Witness, Decision, Decision) {
        let witness = self.joint.witness(couple);
        let [old, new] = self.selectors;
        let decisions =
            (old.select(&witness.profile, &witness.visit), new.select(&witness.profile, &witness.visit));
        (witness, decisions.0, decisions.1)
    }

    /// Whether somebody is served otherwise as is sought, of all or of those with a `required` need; `known` is what was found of all.
    fn change(&self, sought: &Sought, required: bool, known: Option<&Happens>) -> Change {
        let (aspect, kind, of, kinds) = sought;
        let mut change = Change {
            aspect: *aspect,
            kind: *kind,
            of: of.clone(),
            required,
            happens: Happens::Never,
            steps: 0,
        };
        match known {
            Some(Happens::Never) => return change,
            Some(Happens::To(found)) if needs_something(&found.witness) => {
                change.happens = Happens::To(found.clone());
                return change;
            }
            _ => {}
        }
        let mut budget = Budget::new(self.steps);
        let mut open = kinds.clone();
        // Each has a share first, so that one that is hard to tell does not keep another from being found.
        for share in [self.steps / Self::SHARES, self.steps] {
            for kind in std::mem::take(&mut open) {
                let given = share.min(budget.left());
                let mut share = Budget::new(given);
                let found = self.find(kind, required, &mut share);
                budget.take(given - share.left());
                match found {
                    Found::None => {}
                    Found::One(found) => {
                        change.happens = Happens::To(found);
                        change.steps = self.steps - budget.left();
                        return change;
                    }
                    Found::Untold(Untold::Budget) => open.push(kind),
                    Found::Untold(Untold::Unmade) => {
                        change.happens = Happens::Inconclusive(WhyInconclusive::NobodyFound);
                    }
                }
            }
        }
        if !open.is_empty() {
            change.happens = Happens::Inconclusive(WhyInconclusive::Budget);
        }
        change.steps = self.steps - budget.left();
        change
    }

    fn find(&self, kind: Kind, required: bool, budget: &mut Budget) -> Found<Box<Changed>> {
        let Some(start) = self.start.clone() else { return Found::None };
        let really = |couple: &Couple| {
            let (witness, old, new) = self.decisions(couple);
            is_so(kind, &old, &new) && (!required || needs_something(&witness))
        };
        let found = self.joint.find(
            start,
            budget,
            |both| self.apart.look(kind, required, both),
            |couple| really(couple).then(|| couple.clone()),
        );
        match found {
            Found::One(couple) => {
                let least = self.joint.least(couple, really);
                let (witness, old, new) = self.decisions(&least);
                let [before, after] = self.selectors;
                let (before, after) =
                    (ServedBy::of(before, &old, &witness), ServedBy::of(after, &new, &witness));
                Found::One(Box::new(Changed { witness, before, after }))
            }
            Found::None => Found::None,
            Found::Untold(why) => Found::Untold(why),
        }
    }
}

/// Whether somebody has a required need.
fn needs_something(witness: &Witness) -> bool {
    !witness.profile.required_needs().is_empty()
}

/// The parts of conditions that may have any value in the search.
fn free(joint: &Joint<'_>) -> Vec<Text> {
    let parts = joint.sides.iter().flat_map(|space| {
        let axes = space.grid.axes.iter();
        axes.filter_map(|axis| match axis.measure {
            Measure::Part(part) => space.grid.parts.get(part as usize),
            _ => None,
        })
    });
    let mut all: Vec<Text> = parts.map(|part| part.condition.to_string().as_str().into()).collect();
    all.sort();
    all.dedup();
    all
}
