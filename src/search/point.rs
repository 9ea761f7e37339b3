//! One point of the space: the cells of one visitor, and all that a decision goes by as they say it. A record of a decision
//! is made of them, and replayed by them.

use std::collections::BTreeSet;

use ahash::AHashMap;

use super::space::{Inputs, Space};
use crate::attribute::AttributeId;
use crate::cells::{
    Asked, AxisId, Beside, Cell, CellSet, Cut, Grid, Inside, Measure, Region, Tree, Truths, UNKNOWN,
};
use crate::channel::Reach;
use crate::condition::SegmentId;
use crate::experience::{AssistanceLevel, LayoutComplexity};
use crate::key::Key;
use crate::need::{ASKED_BY_DEVICE, NeedSet};
use crate::policy::Checked;
use crate::selector::Told;
use crate::visit::Prior;

/// The grid of a policy's space, its conditions there, and which axes decide.
#[derive(Debug, Clone)]
pub(crate) struct Points {
    pub(crate) grid: Grid,
    by_measure: AHashMap<Measure, AxisId>,
    segments: Vec<(Tree, bool)>,
    /// Those that rules and experiments go by, each behind those it uses itself.
    needed: Vec<SegmentId>,
    rules: Vec<Tree>,
    /// `None`: always.
    experiments: Vec<Option<Tree>>,
    /// By axis.
    decides: Vec<bool>,
}

impl Points {
    /// Those of a policy; `None` if a built-in attribute is missing, which none is.
    pub(crate) fn of(checked: &Checked) -> Option<Self> {
        let space = Space::of(checked, &[])?;
        let needed = space.needed(space.rules.iter().chain(space.experiments.iter().flatten()));
        let Space { grid, inputs, segments, rules, experiments, .. } = space;
        let mut decides = vec![false; grid.axes.len()];
        inputs.axes().for_each(|axis| decide(&mut decides, axis));
        let used = needed.iter().filter_map(|id| segments.get(id.0 as usize)).map(|(tree, _)| tree);
        let trees = used.chain(&rules).chain(experiments.iter().flatten());
        trees.for_each(|tree| leaves(tree, &mut decides));
        for (axis, decides) in grid.axes.iter().zip(&mut decides) {
            // Of what there is one cell only, nothing is said.
            let one = matches!(axis.measure, Measure::Beside(_)) && axis.cells <= UNKNOWN + 2;
            *decides &= !one;
        }
        let by_measure = grid.axes.iter().zip((0..).map(AxisId));
        let by_measure = by_measure.map(|(axis, id)| (axis.measure.clone(), id)).collect();
        Some(Self { grid, by_measure, segments, needed, rules, experiments, decides })
    }

    /// Whether a decision may go by that axis.
    pub(crate) fn decides(&self, axis: AxisId) -> bool {
        self.decides.get(axis.0 as usize) == Some(&true)
    }

    /// All that a decision goes by in these cells, one for each axis. `elsewhere` says whether some channel is in use,
    /// whatever the cells know of it.
    pub(crate) fn told(&self, checked: &Checked, cells: &[Cell], elsewhere: bool) -> Told {
        let point = Point { points: self, checked, cells };
        let (rules, experiments) = self.hold(cells);
        let in_use = point.text("visit.channel");
        // One that is in use and none of the policy's is gone on with by none of them.
        let is_known = point.is_known("visit.channel");
        let continued = if is_known { in_use } else { point.text("journey.channel") };
        let place = |name: Option<&str>| {
            let name = name?;
            checked.channels.iter().position(|channel| channel.channel.as_str() == name)
        };
        let required = NeedSet::from_bits(point.members("profile.required_needs"));
        let recorded = NeedSet::from_bits(point.members("profile.needs")).union(required);
        let hints = ASKED_BY_DEVICE.iter().filter(|(hint, _)| point.value(hint) >= Some(1));
        let beside = |beside| point.least(&Measure::Beside(beside)).unwrap_or(0);
        let (layout, assistance) = (beside(Beside::PriorLayout), beside(Beside::PriorAssistance));
        let prior = level(LayoutComplexity::ALL, layout).zip(level(AssistanceLevel::ALL, assistance));
        let of_channel = |channel: &crate::policy::PolicyChannel| {
            let name = channel.channel;
            let reach = point.text(&format!("profile.reach.{name}")).and_then(Reach::parse);
            let steps = point.value(&format!("profile.habit.{name}")).unwrap_or(0).clamp(0, 4);
            let begun = || point.value(&format!("profile.contacts_30d.{name}")).unwrap_or(0);
            let reached = channel.contacts_at_most.is_some_and(|most| most == 0 || begun() >= most.into());
            (reach.unwrap_or_default(), steps as u8, reached)
        };
        let minute = |of| u16::try_from(beside(of)).unwrap_or(0);
        Told {
            rules,
            experiments,
            drawn: (0..checked.experiments.len())
                .map(|number| u8::try_from(beside(Beside::Arm(number as u8))).unwrap_or(0))
                .collect(),
            required,
            needs: hints.fold(recorded, |needs, (_, need)| needs.with(*need)),
            channel: place(point.declared("profile.preferred_channel")),
            layout: point.declared("profile.preferred_layout").and_then(LayoutComplexity::parse),
            assistance: point.declared("profile.preferred_assistance").and_then(AssistanceLevel::parse),
            case_is_open: point.value("profile.open_cases") >= Some(1),
            prior: prior.map(|(layout, assistance)| Prior { layout, assistance }),
            in_use: place(in_use),
            continued: place(continued),
            some_is_in_use: elsewhere || is_known,
            granted: point.members("profile.consents"),
            house_minute: minute(Beside::HouseMinute),
            visitor_minute: minute(Beside::VisitorMinute),
            channels: checked.channels.iter().map(of_channel).collect(),
        }
    }

    /// The rules that hold in these cells, by number, and the experiments that apply, one bit each.
    fn hold(&self, cells: &[Cell]) -> (Vec<usize>, u32) {
        let region = Region::new(cells.iter().map(|&cell| CellSet::range(cell, cell + 1)).collect());
        let mut truths = vec![Truths::ALL; self.segments.len()];
        for id in &self.needed {
            let Some((tree, include_unknown)) = self.segments.get(id.0 as usize) else { continue };
            let inside = Inside { region: &region, segments: &truths, trees: &self.segments };
            let found = inside.truths(tree).counted(*include_unknown);
            if let Some(slot) = truths.get_mut(id.0 as usize) {
                *slot = found;
            }
        }
        let inside = Inside { region: &region, segments: &truths, trees: &self.segments };
        let holds = |tree: &Tree| inside.truths(tree) == Truths::TRUE;
        let rules = self.rules.iter().enumerate().filter(|(_, tree)| holds(tree)).map(|(n, _)| n).collect();
        let applies = self.experiments.iter().enumerate();
        let applies = applies.filter(|(_, tree)| tree.as_ref().is_none_or(holds));
        (rules, applies.fold(0, |bits, (number, _)| bits | 1 << number))
    }
}

fn decide(decides: &mut [bool], axis: AxisId) {
    if let Some(slot) = decides.get_mut(axis.0 as usize) {
        *slot = true;
    }
}

/// Notes the axes that a tree itself speaks of.
fn leaves(tree: &Tree, decides: &mut [bool]) {
    tree.each_leaf(&mut |leaf| {
        if let Tree::Leaf { axis, .. } = leaf {
            decide(decides, *axis);
        }
    });
}

/// The level of that number, from 1; none for 0.
fn level<L: Copy>(all: &[L], number: Key) -> Option<L> {
    all.get(usize::try_from(number).ok()?.checked_sub(1)?).copied()
}

impl Space<'_> {
    /// All axes, those first by which the channel, the layout or the assistance is chosen (0, 1, 2) whatever the rules say.
    pub(crate) fn nearest_to(&self, chosen: usize) -> Vec<AxisId> {
        let inputs = &self.inputs;
        let (preference, own) = match chosen {
            0 => (&inputs.channel, vec![inputs.in_use.axis, inputs.journey_channel.axis]),
            1 => (&inputs.layout, vec![inputs.prior_layout]),
            _ => (&inputs.assistance, vec![inputs.prior_assistance, inputs.open_cases.axis]),
        };
        let needs = inputs.required.iter().map(|member| member.axis);
        let first = own.into_iter().chain([preference.value.axis, preference.declared]).chain(needs);
        let all = (0..self.grid.axes.len() as u32).map(AxisId);
        let mut seen = BTreeSet::new();
        first.chain(inputs.axes()).chain(all).filter(|&axis| seen.insert(axis)).collect()
    }
}

impl Inputs {
    /// All axes that choosing reads.
    fn axes(&self) -> impl Iterator<Item = AxisId> {
        let members = self.needs.iter().chain(&self.required).chain([&self.open_cases]);
        let members = members.chain(self.hints.iter().map(|(hint, _)| hint));
        let of_channels = self.channels.iter().flat_map(|channel| {
            let members = channel.conflicts.iter().chain(&channel.limits).chain([&channel.blocked]);
            members.map(|member| member.axis).chain([channel.habit])
        });
        let preferences = [&self.channel, &self.layout, &self.assistance];
        let preferences = preferences.into_iter().flat_map(|one| [one.value.axis, one.declared]);
        let beside = [self.house, self.prior_layout, self.prior_assistance];
        members
            .map(|member| member.axis)
            .chain(of_channels)
            .chain(preferences)
            .chain([self.in_use.axis, self.journey_channel.axis])
            .chain(beside)
            .chain(self.arms.iter().copied())
    }
}

/// The cells of one visitor, to be asked by what they measure.
struct Point<'a> {
    points: &'a Points,
    checked: &'a Checked,
    cells: &'a [Cell],
}

impl<'a> Point<'a> {
    fn find(&self, name: &str) -> Option<AttributeId> {
        self.checked.attributes.find(name)
    }
    /// The cut of an axis and the cell there, where that is known.
    fn known(&self, measure: &Measure) -> Option<(&'a Cut, Cell)> {
        let axis = self.points.by_measure.get(measure)?;
        let cell = self.cells.get(axis.0 as usize).copied().filter(|&cell| cell != UNKNOWN)?;
        Some((&self.points.grid.axis(*axis)?.cut, cell))
    }
    /// The least number of the cell, from 0 on.
    fn least(&self, measure: &Measure) -> Option<Key> {
        match self.known(measure)? {
            (Cut::Steps(steps), cell) => Some(steps.keys(cell).0.max(0)),
            _ => None,
        }
    }
    fn value(&self, name: &str) -> Option<Key> {
        self.least(&Measure::Value(self.find(name)?))
    }
    fn is_known(&self, name: &str) -> bool {
        self.find(name).is_some_and(|id| self.known(&Measure::Value(id)).is_some())
    }
    /// The text of an attribute, if it is one of those that are asked for.
    fn text(&self, name: &str) -> Option<&'a str> {
        match self.known(&Measure::Value(self.find(name)?))? {
            (Cut::Names(names), cell) => {
                let place = (cell as usize).checked_sub(UNKNOWN as usize + 2)?;
                names.asked().get(place).map(|name| &**name)
            }
            _ => None,
        }
    }
    /// The same, if the person said so.
    fn declared(&self, name: &str) -> Option<&'a str> {
        let said = self.least(&Measure::Declared(self.find(name)?));
        self.text(name).filter(|_| said >= Some(1))
    }
    /// The members of a set, one bit for each position.
    fn members(&self, name: &str) -> u64 {
        let Some((id, asked)) = self.find(name).and_then(|id| Some((id, self.points.grid.asked(id)?))) else {
            return 0;
        };
        let is_in = |place: usize| {
            let (group, bit) = (place / Asked::GROUP, place % Asked::GROUP);
            let cell = self.known(&Measure::Members(id, group as u16)).map(|(_, cell)| cell);
            cell.is_some_and(|cell| (cell - UNKNOWN - 1) >> bit & 1 == 1)
        };
        let inside = asked.members.iter().enumerate().filter(|(place, _)| is_in(*place));
        inside.fold(0, |bits, (_, (position, _))| bits | 1_u64.checked_shl((*position).into()).unwrap_or(0))
    }
}
