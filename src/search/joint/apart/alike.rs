//! What of two policies is alike, seen once before any region is looked at.

use std::collections::BTreeMap;

use crate::cells::{AxisId, CellSet, Tree};
use crate::channel::Channel;
use crate::condition::SegmentId;
use crate::policy::{Checked, Effects};
use crate::search::joint::Joint;
use crate::search::joint::twins::{Twin, drawn_alike};
use crate::search::space::{Choice, Member, OfChannel};

/// The channels of two policies, each with its place in either.
type Channels = [(Channel, [Option<usize>; 2])];

/// What is alike beside the rules.
#[derive(Debug, Clone, Copy)]
pub(super) struct Alike {
    /// What a level hangs on beside points and bounds: preferences, needs, the prior decision, open cases.
    pub(super) levels: bool,
    pub(super) margin: bool,
    pub(super) people: bool,
    /// What the choice among channels hangs on beside points, exclusions, hours and limits.
    pub(super) choosing: bool,
    /// Which channels are staffed.
    pub(super) staff: bool,
    /// When somebody is there.
    pub(super) staffed_hours: bool,
}

/// Finds what is alike under two policies.
struct Likeness<'j, 'p> {
    joint: &'j Joint<'p>,
    /// Segments of the old policy, each with one of the new that has the same value for everybody; or that it has not.
    segments: BTreeMap<(SegmentId, SegmentId), bool>,
}

impl Likeness<'_, '_> {
    fn axis(&self, old: AxisId, new: AxisId) -> bool {
        self.joint.twin(0, old) == Twin::Same(new)
    }
    fn member(&self, old: &Member, new: &Member) -> bool {
        self.axis(old.axis, new.axis) && old.there == new.there
    }
    fn members(&self, old: &[Member], new: &[Member]) -> bool {
        old.len() == new.len() && old.iter().zip(new).all(|(old, new)| self.member(old, new))
    }
    /// Whether two trees have the same value for everybody, as far as their form says so.
    fn tree(&mut self, old: &Tree, new: &Tree) -> bool {
        match (old, new) {
            (Tree::Constant(a), Tree::Constant(b)) => a == b && a.is_settled(),
            (
                Tree::Leaf { axis, holds, never_unknown },
                Tree::Leaf { axis: other, holds: others, never_unknown: never },
            ) => self.axis(*axis, *other) && holds == others && never_unknown == never,
            (Tree::Not(a), Tree::Not(b)) => self.tree(a, b),
            (Tree::And(a), Tree::And(b)) | (Tree::Or(a), Tree::Or(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| self.tree(a, b))
            }
            (Tree::If(a), Tree::If(b)) => a.iter().zip(&**b).all(|(a, b)| self.tree(a, b)),
            (Tree::Segment(a), Tree::Segment(b)) => self.segment(*a, *b),
            _ => false,
        }
    }
    fn segment(&mut self, old: SegmentId, new: SegmentId) -> bool {
        if let Some(&known) = self.segments.get(&(old, new)) {
            return known;
        }
        let [left, right] = &self.joint.sides;
        let found = match (left.segments.get(old.0 as usize), right.segments.get(new.0 as usize)) {
            // Segments have no cycles (L4), so that this ends.
            (Some((a, unknown)), Some((b, other))) => unknown == other && self.tree(a, b),
            _ => false,
        };
        self.segments.insert((old, new), found);
        found
    }
}

/// The effects with channels by name.
fn named(checked: &Checked, effects: &Effects) -> (Effects, Vec<(Channel, i64)>, Vec<Channel>) {
    let channel = |place: usize| checked.channels.get(place).map(|one| one.channel);
    let mut points: Vec<(Channel, i64)> = effects
        .channels
        .iter()
        .filter(|(_, points)| *points != 0)
        .filter_map(|(id, points)| Some((channel(id.0.into())?, *points)))
        .collect();
    points.sort_unstable();
    let mut never: Vec<Channel> =
        (0..32).filter(|place| effects.never >> place & 1 == 1).filter_map(channel).collect();
    never.sort_unstable();
    let plain = Effects { channels: Default::default(), never: 0, ..effects.clone() };
    (plain, points, never)
}

/// The rules and the experiments of either side that have no like on the other.
pub(super) fn leftovers(joint: &Joint<'_>) -> ([Vec<usize>; 2], [Vec<usize>; 2]) {
    let [left, right] = &joint.sides;
    let (old, new) = (left.checked, right.checked);
    let mut likeness = Likeness { joint, segments: BTreeMap::new() };
    let effects = |checked: &Checked| -> Vec<_> {
        checked.rules.iter().map(|rule| named(checked, &rule.effects)).collect()
    };
    let (effects_old, effects_new) = (effects(old), effects(new));
    let mut rules: [Vec<usize>; 2] = [Vec::new(), (0..new.rules.len()).collect()];
    for (number, tree) in left.rules.iter().enumerate() {
        let found = rules[1].iter().position(|&other| {
            effects_old.get(number) == effects_new.get(other)
                && right.rules.get(other).is_some_and(|other| likeness.tree(tree, other))
        });
        match found {
            Some(place) => drop(rules[1].remove(place)),
            None => rules[0].push(number),
        }
    }
    let mut experiments: [Vec<usize>; 2] = [Vec::new(), (0..new.experiments.len()).collect()];
    for (number, experiment) in old.experiments.iter().enumerate() {
        let twin = drawn_alike(old, new, number).filter(|&other| {
            let arms = |checked: &Checked, number: usize| {
                let experiment = checked.experiments.get(number)?;
                Some(experiment.arms.iter().map(|arm| named(checked, &arm.effects)).collect::<Vec<_>>())
            };
            let trees = (left.experiments.get(number), right.experiments.get(other));
            let same_tree = match trees {
                (Some(None), Some(None)) => true,
                (Some(Some(a)), Some(Some(b))) => likeness.tree(a, b),
                _ => false,
            };
            same_tree && Some(arms(old, number)) == Some(arms(new, other))
        });
        let gives = experiment.arms.iter().any(|arm| arm.effects != Effects::default());
        match twin {
            Some(other) => experiments[1].retain(|&one| one != other),
            None if gives => experiments[0].push(number),
            None => {}
        }
    }
    (rules, experiments)
}

/// The channels that both policies have, with what rules each out.
fn common<'j>(
    joint: &'j Joint<'_>,
    channels: &'j Channels,
) -> impl Iterator<Item = (usize, [usize; 2], [&'j OfChannel; 2])> {
    let [left, right] = &joint.sides;
    channels.iter().enumerate().filter_map(move |(number, (_, [old, new]))| {
        let (old, new) = ((*old)?, (*new)?);
        Some((number, [old, new], [left.inputs.channels.get(old)?, right.inputs.channels.get(new)?]))
    })
}

pub(super) fn with_other_hours(joint: &Joint<'_>, channels: &Channels) -> Vec<usize> {
    let all = common(joint, channels);
    all.filter(|(.., [old, new])| old.closed != new.closed).map(|(number, ..)| number).collect()
}

pub(super) fn with_other_limits(joint: &Joint<'_>, channels: &Channels) -> Vec<usize> {
    let likeness = Likeness { joint, segments: BTreeMap::new() };
    let all = common(joint, channels);
    let differ = all.filter(|(.., [old, new])| !likeness.members(&old.limits, &new.limits));
    differ.map(|(number, ..)| number).collect()
}

impl Alike {
    pub(super) fn of(joint: &Joint<'_>, channels: &Channels) -> Self {
        let [left, right] = &joint.sides;
        let (old, new) = (left.checked, right.checked);
        let (a, b) = (&left.inputs, &right.inputs);
        let likeness = Likeness { joint, segments: BTreeMap::new() };
        let choice = |old: &Choice, new: &Choice| likeness.axis(old.axis, new.axis);
        let needs = likeness.members(&a.needs, &b.needs)
            && likeness.members(&a.required, &b.required)
            && a.hints.len() == b.hints.len()
            && a.hints.iter().zip(&b.hints).all(|((old, _), (new, _))| likeness.member(old, new));
        let preferred = |old: &crate::search::space::Preference, new: &crate::search::space::Preference| {
            choice(&old.value, &new.value) && likeness.axis(old.declared, new.declared)
        };
        let clock = likeness.axis(a.house, b.house);
        let names = |checked: &Checked, of: &dyn Fn(usize) -> bool| -> Vec<Channel> {
            let all = checked.channels.iter().enumerate();
            all.filter(|(place, _)| of(*place)).map(|(_, one)| one.channel).collect()
        };
        let is_common = |channel: Channel| {
            channels.iter().any(|(one, places)| *one == channel && places.iter().all(Option::is_some))
        };
        let order = |checked: &Checked| -> Vec<Channel> {
            names(checked, &|_| true).into_iter().filter(|&channel| is_common(channel)).collect()
        };
        let last = |checked: &Checked| -> Vec<Option<Channel>> {
            let place = |id: &crate::policy::ChannelId| checked.channels.get(usize::from(id.0));
            checked.last_resort.iter().map(|id| place(id).map(|one| one.channel)).collect()
        };
        let weights = |checked: &Checked| {
            let weights = checked.weights;
            (weights.habit, weights.continuity, weights.need)
        };
        let of_channels = common(joint, channels).all(|(_, [at, other], [of, others])| {
            let conflicts =
                |checked: &Checked, place: usize| checked.channels.get(place).map(|one| one.conflicts);
            conflicts(old, at) == conflicts(new, other)
                && likeness.member(&of.blocked, &others.blocked)
                && likeness.axis(of.habit, others.habit)
        });
        let staffed = |checked: &Checked| -> Vec<Channel> {
            let mut all = names(checked, &|place| checked.channels.get(place).is_some_and(|one| one.staffed));
            all.sort_unstable();
            all
        };
        let there = |side: usize| -> Option<CellSet> {
            let space = joint.sides.get(side)?;
            let axis_cells = space.grid.cells(space.inputs.house);
            let all = space.checked.channels.iter().zip(&space.inputs.channels);
            let open = all.filter(|(one, _)| one.staffed).map(|(_, of)| of.closed.complement(axis_cells));
            Some(open.fold(CellSet::empty(), |all, open| all.union(&open)))
        };
        Self {
            levels: needs
                && preferred(&a.layout, &b.layout)
                && preferred(&a.assistance, &b.assistance)
                && likeness.member(&a.open_cases, &b.open_cases)
                && likeness.axis(a.prior_layout, b.prior_layout)
                && likeness.axis(a.prior_assistance, b.prior_assistance)
                && choice(&a.in_use, &b.in_use),
            margin: old.weights.margin == new.weights.margin,
            people: old.people == new.people,
            choosing: needs
                && clock
                && preferred(&a.channel, &b.channel)
                && choice(&a.in_use, &b.in_use)
                && choice(&a.journey_channel, &b.journey_channel)
                && order(old) == order(new)
                && last(old) == last(new)
                && weights(old) == weights(new)
                && of_channels,
            staff: staffed(old) == staffed(new) && old.people == new.people,
            staffed_hours: clock && there(0) == there(1),
        }
    }
}
