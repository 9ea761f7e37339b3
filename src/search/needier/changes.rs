//! What a need changes: by axis, in which cell somebody with it is who without it is in another; and which conditions go by that.

use super::{Both, Comes, WITH, WITHOUT};
use crate::attribute::AttributeId;
use crate::cells::{Asked, Axis, AxisId, Cell, CellSet, Cut, Measure, Region, Split, Tree, UNKNOWN};
use crate::key::Key;
use crate::need::{AccessNeed, NeedStrength};
use crate::search::space::{Member, Space};

/// What a need changes on an axis.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Change {
    Nothing,
    /// By cell of who is without it, the cell of who has it; `None` where nobody is without it.
    Moves(Box<[Option<Cell>]>),
    /// Whatever it may be.
    Free,
}

/// Whether the value of a condition changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Turns {
    Never,
    /// By the cells it does, for somebody.
    ByCells,
    /// It hangs on what is worked out.
    Perhaps,
}

/// What a need that comes in one way changes.
#[derive(Debug)]
pub(super) struct Changes {
    /// By axis.
    axes: Vec<Change>,
    /// By segment, rule and experiment.
    segments: Vec<Turns>,
    pub(super) rules: Vec<Turns>,
    pub(super) experiments: Vec<Turns>,
}

impl Changes {
    pub(super) fn of(space: &Space<'_>, comes: &Comes) -> Self {
        let find = |name: &str| space.checked.attributes.find(name);
        let sets = [find("profile.needs"), find("profile.required_needs")];
        let axes = space.grid.axes.iter().map(|axis| change(space, comes, sets, axis)).collect();
        let mut changes = Self { axes, segments: Vec::new(), rules: Vec::new(), experiments: Vec::new() };
        changes.segments = vec![Turns::Never; space.checked.segments.len()];
        for id in &space.checked.segment_order {
            let found = space.segment(id.0 as usize).map_or(Turns::Never, |(tree, _)| changes.of_tree(tree));
            if let Some(slot) = changes.segments.get_mut(id.0 as usize) {
                *slot = found;
            }
        }
        changes.rules = space.rules.iter().map(|tree| changes.of_tree(tree)).collect();
        let of_experiment =
            |tree: &Option<Tree>| tree.as_ref().map_or(Turns::Never, |tree| changes.of_tree(tree));
        changes.experiments = space.experiments.iter().map(of_experiment).collect();
        changes
    }

    /// Whether the value of a condition changes.
    pub(super) fn of_tree(&self, tree: &Tree) -> Turns {
        let any = |parts: &[Tree]| parts.iter().map(|part| self.of_tree(part)).max().unwrap_or(Turns::Never);
        match tree {
            Tree::Constant(_) => Turns::Never,
            Tree::Leaf { axis, holds, .. } => match self.axis(*axis) {
                Change::Nothing => Turns::Never,
                Change::Moves(to) => {
                    let turns = |from: Cell, to: Cell| {
                        holds.contains(from) != holds.contains(to) || (from == UNKNOWN) != (to == UNKNOWN)
                    };
                    let mut all = (0..).zip(to).filter_map(|(from, to)| Some((from, (*to)?)));
                    if all.any(|(from, to)| turns(from, to)) { Turns::ByCells } else { Turns::Never }
                }
                Change::Free => Turns::Perhaps,
            },
            Tree::Not(part) => self.of_tree(part),
            Tree::And(parts) | Tree::Or(parts) => any(parts),
            Tree::If(parts) => any(&**parts),
            Tree::Segment(id) => self.segments.get(id.0 as usize).copied().unwrap_or(Turns::Never),
        }
    }

    fn axis(&self, axis: AxisId) -> &Change {
        self.axes.get(axis.0 as usize).unwrap_or(&Change::Nothing)
    }

    /// Those of a region who come to have the need; `None` if nobody can.
    pub(super) fn start(&self, space: &Space<'_>, region: &Region) -> Option<Both> {
        let mut axes = (0..self.axes.len() as u32).map(AxisId);
        axes.try_fold([region.clone(), region.clone()], |both, axis| {
            self.followed(space, both, WITHOUT, axis)
        })
    }

    /// The part inside a split of one side and the part outside, either of them only if there may be somebody.
    pub(super) fn parted(
        &self,
        space: &Space<'_>,
        both: &Both,
        side: usize,
        (axis, set): &Split,
    ) -> [Option<Both>; 2] {
        let [without, with] = both;
        let pair = |here: Option<Region>| {
            let both = if side == WITHOUT { [here?, with.clone()] } else { [without.clone(), here?] };
            self.followed(space, both, side, *axis)
        };
        let [inside, outside] = if side == WITHOUT { without } else { with }.parted(*axis, set);
        [pair(inside), pair(outside)]
    }

    /// The regions, each keeping only the cells in which somebody can be who is in the other, where an axis was parted on a side.
    fn followed(&self, space: &Space<'_>, both: Both, side: usize, axis: AxisId) -> Option<Both> {
        let [without, with] = both;
        let both = match self.axis(axis) {
            Change::Free => [without, with],
            Change::Nothing => {
                let common = without.get(axis)?.intersection(with.get(axis)?);
                [within(&without, axis, &common)?, within(&with, axis, &common)?]
            }
            Change::Moves(to) => {
                let (from, into) = (without.get(axis)?, with.get(axis)?);
                let pairs = (0..).zip(to).filter_map(|(cell, to)| Some((cell, (*to)?)));
                let fit = pairs.filter(|&(cell, to)| from.contains(cell) && into.contains(to));
                let one = |cell: Cell| CellSet::range(cell, cell + 1);
                let (mut kept, mut reached) = (CellSet::empty(), CellSet::empty());
                for (cell, to) in fit {
                    kept = kept.union(&one(cell));
                    reached = reached.union(&one(to));
                }
                [within(&without, axis, &kept)?, within(&with, axis, &reached)?]
            }
        };
        let [without, with] = &both;
        let is_free = *self.axis(axis) == Change::Free;
        let fits = (is_free && side == WITH || space.fits(without, axis))
            && (is_free && side == WITHOUT || space.fits(with, axis));
        fits.then_some(both)
    }
}

fn within(region: &Region, axis: AxisId, set: &CellSet) -> Option<Region> {
    let [inside, _] = region.parted(axis, set);
    inside
}

/// What a need changes on one axis, where `sets` are those of needs and of required ones.
fn change(space: &Space<'_>, comes: &Comes, sets: [Option<AttributeId>; 2], axis: &Axis) -> Change {
    let [needs, required] = sets;
    let moves = |to: &dyn Fn(Cell) -> Option<Cell>| Change::Moves((0..axis.cells).map(to).collect());
    // Whether it is in the set of needs, or of required ones, without what comes and with it.
    let stands = |id: AttributeId| {
        let [without, with] = comes.record;
        let is_in = |strength: Option<NeedStrength>| match strength {
            Some(strength) => Some(id) == needs || strength == NeedStrength::Required,
            None => false,
        };
        [is_in(without), is_in(with)]
    };
    let by = comes.device.map(|(id, _)| id);
    match &axis.measure {
        Measure::Members(id, group) if Some(*id) == needs || Some(*id) == required => {
            let asked = space.grid.asked(*id).map(|asked| asked.members.as_slice()).unwrap_or_default();
            let place = asked.iter().position(|(position, _)| *position == comes.need as u16);
            let Some(place) = place.filter(|place| place / Asked::GROUP == usize::from(*group)) else {
                return Change::Nothing;
            };
            let (bit, first, [before, after]) = (1 << (place % Asked::GROUP), UNKNOWN + 1, stands(*id));
            moves(&|cell| {
                let bits = cell.checked_sub(first)?;
                let is_in = bits & bit != 0;
                (is_in == before).then_some(first + if after { bits | bit } else { bits })
            })
        }
        Measure::Size(id) if Some(*id) == needs || Some(*id) == required => {
            let [before, after] = stands(*id).map(Key::from);
            let Cut::Steps(steps) = &axis.cut else { return Change::Free };
            moves(&|cell| (cell != UNKNOWN).then(|| steps.cell(steps.keys(cell).0.max(0) + after - before)))
        }
        Measure::Value(id) => match comes.device {
            Some((asked, truths)) if asked == *id => {
                let [from, to] = truths.map(|truth| match truth {
                    Some(truth) => axis.cut.cell(truth.into(), || None),
                    None => UNKNOWN,
                });
                moves(&|cell| (cell == from).then_some(to))
            }
            _ if comes.beside == Some(*id) => {
                let asked = axis.cut.cell(1, || None);
                moves(&|cell| (cell == asked).then_some(cell))
            }
            // Where it is not there at all, no device asks for it either.
            _ if comes.instead_of().is_none() => {
                let is_this = |(member, need): &&(Member, AccessNeed)| {
                    let asked = space.axis(member.axis).and_then(|axis| axis.measure.attribute());
                    *need == comes.need && asked == Some(*id)
                };
                match space.inputs.hints.iter().find(is_this) {
                    Some((member, _)) => moves(&|cell| (!member.there.contains(cell)).then_some(cell)),
                    None => Change::Nothing,
                }
            }
            _ => Change::Nothing,
        },
        Measure::Age(id) | Measure::Declared(id) if by == Some(*id) => Change::Free,
        Measure::Part(part) => {
            let those: Vec<AttributeId> = [needs, required, by].into_iter().flatten().collect();
            if space.part_reads(*part, &those) { Change::Free } else { Change::Nothing }
        }
        _ => Change::Nothing,
    }
}
