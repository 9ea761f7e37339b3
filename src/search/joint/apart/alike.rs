//! What of two policies is alike, seen once before any region is looked at.

use std::collections::BTreeMap;

use crate::cells::{AxisId, Cell, CellSet, Tree};
use crate::channel::Channel;
use crate::condition::SegmentId;
use crate::policy::{Checked, Effects};
use crate::search::joint::Joint;
use crate::search::joint::twins::{Twin, drawn_alike};
use crate::search::space::{Choice, Member, OfChannel, Preference};

/// The channels of two policies, each with its place in either.
type Channels = [(Channel, [Option<usize>; 2])];

/// What is alike beside the rules.
#[derive(Debug)]
pub(super) struct Alike {
    /// What a level hangs on beside points and bounds: preferences, needs, the prior decision, open cases.
    pub(super) levels: bool,
    pub(super) people: bool,
    /// What the choice among channels hangs on beside scores and what rules channels out.
    pub(super) choosing: bool,
    /// Which channels of both are staffed.
    pub(super) staff: bool,
    /// The house's clock.
    pub(super) clock: bool,
    /// The cells of that clock in which somebody is there, by side.
    pub(super) there: [CellSet; 2],
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

/// A rule or an experiment of each side that holds for the same visitors, or one that has no like on the other side.
pub(super) type Pair = [Option<usize>; 2];

/// The rules in pairs, and the experiments.
pub(super) fn pairs(joint: &Joint<'_>) -> (Vec<Pair>, Vec<Pair>) {
    let [left, right] = &joint.sides;
    let (old, new) = (left.checked, right.checked);
    let mut likeness = Likeness { joint, segments: BTreeMap::new() };
    let effects = |checked: &Checked| -> Vec<_> {
        checked.rules.iter().map(|rule| named(checked, &rule.effects)).collect()
    };
    let (effects_old, effects_new) = (effects(old), effects(new));
    let mut left_over: Vec<usize> = (0..new.rules.len()).collect();
    let mut rules: Vec<Pair> = (0..old.rules.len()).map(|number| [Some(number), None]).collect();
    // Those first that have the same effects too.
    for same_effects in [true, false] {
        for pair in &mut rules {
            let [Some(number), None] = *pair else { continue };
            let Some(tree) = left.rules.get(number) else { continue };
            let found = left_over.iter().position(|&other| {
                (!same_effects || effects_old.get(number) == effects_new.get(other))
                    && right.rules.get(other).is_some_and(|other| likeness.tree(tree, other))
            });
            pair[1] = found.map(|place| left_over.remove(place));
        }
    }
    rules.extend(left_over.into_iter().map(|number| [None, Some(number)]));
    let mut left_over: Vec<usize> = (0..new.experiments.len()).collect();
    let mut experiments = Vec::new();
    for number in 0..old.experiments.len() {
        let twin = drawn_alike(old, new, number).filter(|&other| {
            match (left.experiments.get(number), right.experiments.get(other)) {
                (Some(None), Some(None)) => true,
                (Some(Some(a)), Some(Some(b))) => likeness.tree(a, b),
                _ => false,
            }
        });
        left_over.retain(|&other| Some(other) != twin);
        experiments.push([Some(number), twin]);
    }
    experiments.extend(left_over.into_iter().map(|number| [None, Some(number)]));
    (rules, experiments)
}

/// What rules out the channels that both policies have.
fn common<'j>(joint: &'j Joint<'_>, channels: &'j Channels) -> impl Iterator<Item = [&'j OfChannel; 2]> {
    let [left, right] = &joint.sides;
    channels.iter().filter_map(move |(_, [old, new])| {
        Some([left.inputs.channels.get((*old)?)?, right.inputs.channels.get((*new)?)?])
    })
}

impl Alike {
    pub(super) fn of(joint: &Joint<'_>, channels: &Channels) -> Self {
        let [left, right] = &joint.sides;
        let (old, new) = (left.checked, right.checked);
        let (a, b) = (&left.inputs, &right.inputs);
        let likeness = Likeness { joint, segments: BTreeMap::new() };
        let choice = |old: &Choice, new: &Choice| joint.names_alike(old.axis, new.axis);
        let needs = likeness.members(&a.needs, &b.needs)
            && likeness.members(&a.required, &b.required)
            && a.hints.len() == b.hints.len()
            && a.hints.iter().zip(&b.hints).all(|((old, _), (new, _))| likeness.member(old, new));
        let preferred = |old: &Preference, new: &Preference| {
            choice(&old.value, &new.value) && joint.names_alike(old.declared, new.declared)
        };
        let clock = likeness.axis(a.house, b.house);
        let is_common = |channel: Channel| {
            channels.iter().any(|(one, places)| *one == channel && places.iter().all(Option::is_some))
        };
        let last = |checked: &Checked| -> Vec<Option<Channel>> {
            let place = |id: &crate::policy::ChannelId| checked.channels.get(usize::from(id.0));
            checked.last_resort.iter().map(|id| place(id).map(|one| one.channel)).collect()
        };
        let of_channels = common(joint, channels).all(|[of, others]| {
            likeness.member(&of.blocked, &others.blocked) && likeness.axis(of.habit, others.habit)
        });
        let staffed = |checked: &Checked| -> Vec<Channel> {
            let staffed = checked.channels.iter().filter(|one| one.staffed).map(|one| one.channel);
            let mut all: Vec<Channel> = staffed.filter(|&channel| is_common(channel)).collect();
            all.sort_unstable();
            all
        };
        let there = |side: usize| {
            let space = joint.sides.get(side);
            let all =
                space.iter().flat_map(|space| space.checked.channels.iter().zip(&space.inputs.channels));
            let open = all.filter(|(one, _)| one.staffed).map(|(_, of)| of.closed.complement(Cell::MAX));
            open.fold(CellSet::empty(), |all, open| all.union(&open))
        };
        Self {
            levels: needs
                && preferred(&a.layout, &b.layout)
                && preferred(&a.assistance, &b.assistance)
                && likeness.member(&a.open_cases, &b.open_cases)
                && likeness.axis(a.prior_layout, b.prior_layout)
                && likeness.axis(a.prior_assistance, b.prior_assistance)
                && choice(&a.in_use, &b.in_use),
            people: old.people == new.people,
            choosing: needs
                && clock
                && preferred(&a.channel, &b.channel)
                && choice(&a.in_use, &b.in_use)
                && choice(&a.journey_channel, &b.journey_channel)
                && last(old) == last(new)
                && of_channels,
            staff: staffed(old) == staffed(new) && old.people == new.people,
            there: [there(0), there(1)],
            clock,
        }
    }
}
