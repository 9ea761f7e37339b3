//! Where visitors can be, as far as it decides: the axes that conditions cut, and beside them one for everything else that
//! choosing reads (D2 to D10). A policy comes in; the search asks for regions of the space.

mod inputs;
mod near;
mod possible;

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use ahash::AHashMap;

use super::clock::Times;
use super::ties::{Axes, Tie};
use super::visitor::{AskedBy, Fails};
use crate::attribute::AttributeId;
use crate::cells::{
    Axis, AxisId, Builder, Cell, CellSet, Cut, Grid, Literals, Measure, Region, Tree, UNKNOWN,
};
use crate::condition::{Condition, SegmentId};
use crate::key::Key;
use crate::need::AccessNeed;
use crate::policy::Checked;
use crate::value::Text;
use crate::visit::Unit;

pub(super) use inputs::{Choice, Inputs, Member, OfChannel, Preference};
use inputs::{Finder, decided_by};
use near::Near;
use possible::possible;

/// What was found, or that it was not, by the cells for which it was asked.
#[derive(Debug)]
pub(super) struct Memory<T>(RefCell<AHashMap<Vec<CellSet>, Result<T, Fails>>>);

impl<T> Default for Memory<T> {
    fn default() -> Self {
        Self(RefCell::default())
    }
}

impl<T: Clone> Memory<T> {
    /// What is known for these cells, or what `find` finds.
    pub(super) fn or_find(
        &self,
        cells: Vec<CellSet>,
        find: impl FnOnce() -> Result<T, Fails>,
    ) -> Result<T, Fails> {
        const MOST_KEPT: usize = 4_096;
        if let Some(found) = self.0.borrow().get(&cells) {
            return found.clone();
        }
        let found = find();
        let mut known = self.0.borrow_mut();
        if known.len() >= MOST_KEPT {
            known.clear();
        }
        known.insert(cells, found.clone());
        found
    }
}

/// Where visitors can be, and the policy's conditions there.
pub(crate) struct Space<'p> {
    pub(crate) checked: &'p Checked,
    pub(crate) grid: Grid,
    pub(super) inputs: Inputs,
    /// Each with whether it counts unknown as true.
    pub(super) segments: Vec<(Tree, bool)>,
    pub(super) rules: Vec<Tree>,
    /// `None`: always.
    pub(super) experiments: Vec<Option<Tree>>,
    /// Conditions that the policy does not decide by.
    pub(super) others: Vec<Tree>,
    /// Everything that a single attribute allows.
    everywhere: Region,
    pub(super) axes: BTreeMap<AttributeId, Axes>,
    /// By axis.
    pub(super) ties: Vec<Tie>,
    pub(super) time_axes: Vec<AxisId>,
    /// Whether the visit carries Sec-GPC, and the consents.
    pub(super) by_consent: (Option<AttributeId>, Option<AttributeId>),
    /// The times that fit, if any do, by the cells of the time axes: they are asked for again and again.
    pub(super) times_known: Memory<Times>,
    /// The same for ids, by the cells of what they draw.
    pub(super) ids_known: Memory<Vec<(Unit, Box<str>)>>,
    /// What parts of conditions go by, by number, if it was asked before.
    pub(super) parts_known: RefCell<AHashMap<u32, Rc<AskedBy>>>,
    /// The same of segments, by number, when it was first asked.
    pub(super) segments_known: OnceCell<Vec<AskedBy>>,
    near: Near,
}

impl<'p> Space<'p> {
    /// The space of a policy and some conditions `beside` it; `None` if a built-in attribute is missing, which none is.
    pub(crate) fn of(checked: &'p Checked, beside: &[&Condition]) -> Option<Self> {
        Self::cut(checked, beside, &[], |_| {})
    }

    /// The same with parts of the policy's conditions, which are numbered behind those `beside` it.
    pub(crate) fn with_parts(
        checked: &'p Checked,
        beside: &[&Condition],
        parts: &[(&Condition, &[u16])],
    ) -> Option<Self> {
        Self::cut(checked, beside, parts, |_| {})
    }

    /// The space of a policy, its axes cut where another policy cuts them too.
    pub(super) fn cut_alike(checked: &'p Checked, other: &Checked) -> Option<Self> {
        Self::cut(checked, &[], &[], |literals| {
            let mut theirs = Literals::of_conditions(other, &conditions_of(other).collect::<Vec<_>>());
            decided_by(other, &mut theirs);
            literals.take_in(&checked.attributes, &theirs, &other.attributes);
        })
    }

    /// The space of a policy in which each number of needs has a cell of its own.
    pub(crate) fn by_needs(checked: &'p Checked) -> Option<Self> {
        Self::cut(checked, &[], &[], |literals| {
            for set in ["profile.needs", "profile.required_needs"] {
                if let Some(id) = checked.attributes.find(set) {
                    literals.of(Measure::Size(id)).bounds.extend(1..=AccessNeed::ALL.len() as Key);
                }
            }
        })
    }

    fn cut(
        checked: &'p Checked,
        beside: &[&Condition],
        parts: &[(&Condition, &[u16])],
        finer: impl FnOnce(&mut Literals),
    ) -> Option<Self> {
        let conditions: Vec<&Condition> = conditions_of(checked).chain(beside.iter().copied()).collect();
        let mut builder = Builder::for_trees(checked, &conditions, |literals| {
            decided_by(checked, literals);
            finer(literals);
        });
        let segments =
            checked.segments.iter().map(|one| (builder.tree(&one.when), one.include_unknown)).collect();
        let rules = checked.rules.iter().map(|rule| builder.tree(&rule.when)).collect();
        let of_experiment = |when: &Option<Condition>| when.as_ref().map(|when| builder.tree(when));
        let experiments = checked.experiments.iter().map(|one| &one.when).map(of_experiment).collect();
        let mut others: Vec<Tree> = beside.iter().map(|condition| builder.tree(condition)).collect();
        others.extend(parts.iter().map(|(condition, path)| builder.tree_at(condition, path)));
        let inputs = Finder { checked, builder: &builder }.inputs()?;
        let grid = builder.into_grid();
        let everywhere = Region::new(grid.axes.iter().map(|axis| possible(checked, axis)).collect());
        let axes = Axes::of(&grid);
        let ties = Tie::all(checked, &grid, &axes);
        let timed = ties.iter().zip((0..).map(AxisId)).filter(|(tie, _)| **tie == Tie::Times);
        let time_axes = timed.map(|(_, axis)| axis).collect();
        Some(Self {
            checked,
            grid,
            inputs,
            segments,
            rules,
            experiments,
            others,
            everywhere,
            axes,
            ties,
            time_axes,
            by_consent: (checked.attributes.find("visit.gpc"), checked.attributes.find("profile.consents")),
            times_known: Memory::default(),
            ids_known: Memory::default(),
            parts_known: RefCell::default(),
            segments_known: OnceCell::new(),
            near: Near::default(),
        })
    }

    /// The condition beside the policy of that number.
    pub(crate) fn other(&self, number: usize) -> Option<&Tree> {
        self.others.get(number)
    }

    /// The condition of a rule.
    pub(crate) fn rule(&self, number: usize) -> Option<&Tree> {
        self.rules.get(number)
    }
    /// The condition of a segment, and whether it counts unknown as true.
    pub(crate) fn segment(&self, number: usize) -> Option<(&Tree, bool)> {
        self.segments.get(number).map(|(tree, include_unknown)| (tree, *include_unknown))
    }
    /// The condition of an experiment; `None`: always.
    pub(crate) fn experiment(&self, number: usize) -> Option<&Tree> {
        self.experiments.get(number)?.as_ref()
    }

    /// All that there can be.
    pub(crate) fn everywhere(&self) -> Region {
        self.everywhere.clone()
    }

    /// The part of a region where little is said of anybody: what may be unknown is, and what is counted is 0 if it may be.
    pub(super) fn least_said(&self, region: &Region) -> Region {
        let least = |(axis, number): (&Axis, u32)| {
            let empty = CellSet::empty();
            let set = region.get(AxisId(number)).unwrap_or(&empty);
            let none = match &axis.cut {
                _ if set.contains(UNKNOWN) => UNKNOWN,
                Cut::Steps(steps) if set.contains(steps.cell(0)) => steps.cell(0),
                _ => set.hull().0,
            };
            CellSet::range(none, none + 1)
        };
        Region::new(self.grid.axes.iter().zip(0..).map(least).collect())
    }

    /// How many steps of habit, from 0 to 4, a cell of an axis means. Each has a cell of its own, and conditions may cut below 0.
    pub(super) fn habit_steps(&self, axis: AxisId, cell: Cell) -> i64 {
        match self.axis(axis).map(|axis| &axis.cut) {
            Some(Cut::Steps(steps)) if cell > UNKNOWN => steps.keys(cell).0.clamp(0, 4),
            _ => 0,
        }
    }

    /// Where an arm of an experiment is drawn, both by number.
    pub(super) fn drawn(&self, (experiment, arm): (usize, usize)) -> Option<Member> {
        let &axis = self.inputs.arms.get(experiment)?;
        // Behind the unknown and the one of who draws none.
        let cell = UNKNOWN + 2 + arm as Cell;
        Some(Member { axis, there: CellSet::range(cell, cell + 1) })
    }

    /// Those who draw an arm of an experiment, both by number.
    pub(crate) fn in_arm(&self, experiment: usize, arm: usize) -> Region {
        let inside = self.drawn((experiment, arm)).and_then(|drawn| {
            let [inside, _] = self.everywhere.parted(drawn.axis, &drawn.there);
            inside
        });
        inside.unwrap_or_else(|| self.everywhere())
    }

    /// The segments that these trees speak of, themselves or through others, in the order in which they are found.
    pub(super) fn needed<'t>(&self, trees: impl IntoIterator<Item = &'t Tree>) -> Vec<SegmentId> {
        let mut needed = vec![false; self.segments.len()];
        trees.into_iter().for_each(|tree| mark(tree, &mut needed));
        // What uses a segment comes behind it, so that one pass from the end reaches everything.
        for id in self.checked.segment_order.iter().rev() {
            if needed.get(id.0 as usize) == Some(&true)
                && let Some((tree, _)) = self.segments.get(id.0 as usize)
            {
                mark(tree, &mut needed);
            }
        }
        let order = self.checked.segment_order.iter().copied();
        order.filter(|id| needed.get(id.0 as usize) == Some(&true)).collect()
    }
}

impl Space<'_> {
    /// The parts of these conditions, and of the segments that they use, that may have any value in the search, as they are
    /// written.
    pub(crate) fn free<'t>(&self, trees: impl IntoIterator<Item = &'t Tree>) -> Vec<Text> {
        let text =
            |part: u32| Some(self.grid.parts.get(part as usize)?.condition.to_string().as_str().into());
        let all: BTreeSet<Text> = self.parts_of(trees).into_iter().filter_map(text).collect();
        all.into_iter().collect()
    }

    /// How much one look at these conditions and segments costs: their nodes, and the axes of the space.
    pub(super) fn cost<'t>(
        &'t self,
        trees: impl IntoIterator<Item = &'t Tree>,
        segments: &[SegmentId],
    ) -> u64 {
        let segments = segments.iter().filter_map(|id| self.segments.get(id.0 as usize));
        let nodes: u64 = trees.into_iter().chain(segments.map(|(tree, _)| tree)).map(Tree::size).sum();
        nodes + self.grid.axes.len() as u64
    }

    /// A condition, and those of the segments that it uses, as they are written.
    pub(crate) fn written(&self, tree: &Tree, condition: &Condition) -> String {
        let segments = self.needed([tree]).into_iter();
        let segments = segments.filter_map(|id| self.checked.segments.get(id.0 as usize));
        let all = segments.map(|segment| &segment.when).chain([condition]);
        all.map(|condition| format!("{condition}\n")).collect()
    }

    /// The numbers of the parts of these conditions, and of the segments that they use.
    pub(super) fn parts_of<'t>(&self, trees: impl IntoIterator<Item = &'t Tree>) -> BTreeSet<u32> {
        let mut parts = BTreeSet::new();
        let trees: Vec<&Tree> = trees.into_iter().collect();
        let segments = self.needed(trees.iter().copied()).into_iter();
        let segments = segments.filter_map(|id| self.segments.get(id.0 as usize)).map(|(tree, _)| tree);
        trees.iter().copied().chain(segments).for_each(|tree| self.parts_in(tree, &mut parts));
        parts
    }

    /// By rule, whether something in its condition is worked out, itself or in a segment that it uses.
    pub(super) fn rules_with_parts(&self) -> Vec<bool> {
        let mut segments = vec![false; self.segments.len()];
        // What uses a segment comes behind it.
        for id in &self.checked.segment_order {
            let place = id.0 as usize;
            let has = self.segments.get(place).is_some_and(|(tree, _)| self.has_part(tree, &segments));
            if let Some(slot) = segments.get_mut(place) {
                *slot = has;
            }
        }
        self.rules.iter().map(|tree| self.has_part(tree, &segments)).collect()
    }

    fn has_part(&self, tree: &Tree, segments: &[bool]) -> bool {
        tree.any_leaf(&mut |leaf| match leaf {
            Tree::Segment(id) => segments.get(id.0 as usize) == Some(&true),
            leaf => self.part(leaf).is_some(),
        })
    }

    /// The number of the part whose value a leaf of a tree is.
    fn part(&self, leaf: &Tree) -> Option<u32> {
        let Tree::Leaf { axis, .. } = leaf else { return None };
        match self.grid.axis(*axis)?.measure {
            Measure::Part(part) => Some(part),
            _ => None,
        }
    }

    /// The numbers of the parts that a tree itself speaks of.
    fn parts_in(&self, tree: &Tree, parts: &mut BTreeSet<u32>) {
        tree.each_leaf(&mut |leaf| parts.extend(self.part(leaf)));
    }
}

fn mark(tree: &Tree, needed: &mut [bool]) {
    tree.each_leaf(&mut |leaf| {
        if let Tree::Segment(id) = leaf
            && let Some(flag) = needed.get_mut(id.0 as usize)
        {
            *flag = true;
        }
    });
}

/// Every condition that a policy decides by.
fn conditions_of(checked: &Checked) -> impl Iterator<Item = &Condition> {
    let segments = checked.segments.iter().map(|segment| &segment.when);
    let rules = checked.rules.iter().map(|rule| &rule.when);
    let experiments = checked.experiments.iter().filter_map(|experiment| experiment.when.as_ref());
    segments.chain(rules).chain(experiments)
}
