//! What one id draws under two policies (D8). Two draws by one unit and one salt hang on one hash, so that the bounds of the arms
//! say which pairs of arms there are; likewise two holdouts. What hangs on different hashes is free of each other.

use super::twins::Twin;
use super::{Both, Joint};
use crate::cells::{AxisId, Cell, CellSet};
use crate::policy::{Checked, Experiment, Holdout};
use crate::search::space::Space;
use crate::search::visitor::NO_ARM;

/// An experiment of each policy, drawn by the same hash.
pub(super) struct Draws {
    axes: [AxisId; 2],
    /// The pairs of cells in which somebody may be.
    pairs: Vec<[Cell; 2]>,
}

/// The experiments of two policies that are drawn by the same hash.
pub(super) fn draws([left, right]: &[Space<'_>; 2]) -> Vec<Draws> {
    let (old, new) = (left.checked, right.checked);
    let mut left_over: Vec<usize> = (0..new.experiments.len()).collect();
    let mut all = Vec::new();
    for (number, experiment) in old.experiments.iter().enumerate() {
        let other = |number: usize| new.experiments.get(number);
        let is_alike = |one: &Experiment| one.unit == experiment.unit && one.salt == experiment.salt;
        let alike = || left_over.iter().copied().filter(|&n| other(n).is_some_and(is_alike));
        let by_name = alike().find(|&n| other(n).is_some_and(|one| one.name == experiment.name));
        let Some(found) = by_name.or_else(|| alike().next()) else { continue };
        left_over.retain(|&n| n != found);
        if let (Some(other), Some(&axis), Some(&other_axis)) =
            (other(found), left.inputs.arms.get(number), right.inputs.arms.get(found))
        {
            let pairs = pairs([(old, experiment), (new, other)]);
            all.push(Draws { axes: [axis, other_axis], pairs });
        }
    }
    all
}

/// Where in the hashes each arm lies, from the first on and up to the last, that is no longer in it.
fn bounds(experiment: &Experiment) -> Vec<(u64, u64)> {
    let total = u64::from(experiment.total.max(1));
    let mut weight = 0;
    // The least hash of which the share of the total is so much.
    let first = |weight: u64| (weight << 32).div_ceil(total);
    let of = |arm: &crate::policy::Arm| {
        let from = first(weight);
        weight += u64::from(arm.weight);
        (from, first(weight))
    };
    experiment.arms.iter().map(of).collect()
}

/// The pairs of cells in which somebody may be.
fn pairs([(old, one), (new, other)]: [(&Checked, &Experiment); 2]) -> Vec<[Cell; 2]> {
    let cells = |experiment| (NO_ARM + 1..).zip(bounds(experiment)).collect::<Vec<(Cell, _)>>();
    let (ones, others) = (cells(one), cells(other));
    // Without an id nobody draws an arm.
    let mut all = vec![[NO_ARM, NO_ARM]];
    for &(arm, (from, end)) in &ones {
        for &(other_arm, (other_from, other_end)) in &others {
            if from.max(other_from) < end.min(other_end) {
                for [held, held_then] in held(old.holdout.as_ref(), new.holdout.as_ref()) {
                    all.push([if held { NO_ARM } else { arm }, if held_then { NO_ARM } else { other_arm }]);
                }
            }
        }
    }
    all.sort_unstable();
    all.dedup();
    all
}

/// Whether both policies may hold somebody out of their experiments, or either, or none.
pub(super) fn held(old: Option<&Holdout>, new: Option<&Holdout>) -> Vec<[bool; 2]> {
    let percent = |holdout: Option<&Holdout>| holdout.map_or(0, |holdout| holdout.percent);
    let (before, after) = (percent(old), percent(new));
    let by_one_hash = match (old, new) {
        (Some(old), Some(new)) => old.unit == new.unit && old.salt == new.salt,
        // Nobody is held out by none.
        _ => true,
    };
    let can_be = |[held, held_then]: &[bool; 2]| match (held, held_then) {
        (true, true) => before > 0 && after > 0,
        (true, false) => before > if by_one_hash { after } else { 0 },
        (false, true) => after > if by_one_hash { before } else { 0 },
        (false, false) => true,
    };
    [[true, true], [true, false], [false, true], [false, false]].into_iter().filter(can_be).collect()
}

/// The cells of an experiment in which somebody may be: those of no arm, and of the arms that have a weight, unless everybody who
/// could draw them is held out.
fn drawable(checked: &Checked, experiment: &Experiment) -> CellSet {
    let one = |cell: Cell| CellSet::range(cell, cell + 1);
    let holds_all = |holdout: &Holdout| holdout.unit == experiment.unit && holdout.percent >= 100;
    if checked.holdout.as_ref().is_some_and(holds_all) {
        return one(NO_ARM);
    }
    let arms = (NO_ARM + 1..).zip(&experiment.arms).filter(|(_, arm)| arm.weight > 0);
    arms.fold(one(NO_ARM), |all, (cell, _)| all.union(&one(cell)))
}

impl Joint<'_> {
    /// The regions, the other side's keeping only the arms that go together with those of this side's axis.
    pub(super) fn drawn(&self, both: Both, side: usize, axis: AxisId, other: AxisId) -> Option<Both> {
        let axes = if side == 0 { [axis, other] } else { [other, axis] };
        let Some(draws) = self.draws.iter().find(|draws| draws.axes == axes) else { return Some(both) };
        let [old, new] = both;
        let (here, there) = if side == 0 { (old, new) } else { (new, old) };
        let set = here.get(axis)?;
        let turned = |&[old, new]: &[Cell; 2]| if side == 0 { [old, new] } else { [new, old] };
        let fitting = draws.pairs.iter().map(turned).filter(|[cell, _]| set.contains(*cell));
        let allowed =
            fitting.fold(CellSet::empty(), |all, [_, cell]| all.union(&CellSet::range(cell, cell + 1)));
        let [inside, _] = there.parted(other, &allowed);
        let there = inside?;
        Some(if side == 0 { [here, there] } else { [there, here] })
    }

    /// The regions without the arms that nobody draws.
    pub(super) fn without_empty_arms(&self, mut both: Both) -> Option<Both> {
        for (space, region) in self.sides.iter().zip(&mut both) {
            for (experiment, &axis) in space.checked.experiments.iter().zip(&space.inputs.arms) {
                let [inside, _] = region.parted(axis, &drawable(space.checked, experiment));
                *region = inside?;
            }
        }
        for draws in &self.draws {
            let [axis, other] = draws.axes;
            both = self.drawn(both, 0, axis, other)?;
            both = self.drawn(both, 1, other, axis)?;
        }
        Some(both)
    }
}

/// Notes the axes of experiments that are drawn by one hash and not quite alike.
pub(super) fn note(twins: &mut [Vec<Twin>; 2], draws: &[Draws]) {
    let [left, right] = twins;
    for draws in draws {
        let [axis, other] = draws.axes;
        if let (Some(slot @ Twin::None), Some(slot_there @ Twin::None)) =
            (left.get_mut(axis.0 as usize), right.get_mut(other.0 as usize))
        {
            (*slot, *slot_there) = (Twin::Drawn(other), Twin::Drawn(axis));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::{Murmur, share};
    use crate::policy::Arm;
    use crate::visit::Unit;

    fn experiment(weights: &[u32]) -> Experiment {
        let arm = |&weight: &u32| Arm { name: "x".into(), weight, effects: Default::default() };
        let arms: Vec<Arm> = weights.iter().map(arm).collect();
        let total = weights.iter().sum();
        Experiment { name: "e".into(), when: None, unit: Unit::Person, salt: Murmur::default(), arms, total }
    }

    #[test]
    fn an_arm_lies_where_hashes_draw_it() {
        for weights in [&[1, 1][..], &[1000, 1001], &[1, 0, 2], &[3, 5, 7], &[1], &[9_999, 1]] {
            let experiment = experiment(weights);
            let ends = bounds(&experiment).into_iter().flat_map(|(from, end)| [from, end]);
            for hash in
                ends.flat_map(|end| [end.saturating_sub(1), end]).filter_map(|n| u32::try_from(n).ok())
            {
                let mut place = share(hash, experiment.total);
                let mut drawn = None;
                for (number, weight) in weights.iter().enumerate() {
                    match place.checked_sub(*weight) {
                        Some(rest) => place = rest,
                        None => {
                            drawn = Some(number);
                            break;
                        }
                    }
                }
                let lies = bounds(&experiment)
                    .iter()
                    .position(|(from, end)| (*from..*end).contains(&u64::from(hash)));
                assert_eq!(lies, drawn, "{weights:?} {hash}");
            }
        }
    }

    #[test]
    fn who_is_held_out_by_less_is_held_out_by_more() {
        let holdout = |percent| Holdout { unit: Unit::Person, percent, salt: Murmur::default() };
        let (five, six) = (holdout(5), holdout(6));
        assert_eq!(held(Some(&five), Some(&six)), [[true, true], [false, true], [false, false]]);
        assert_eq!(held(None, Some(&six)), [[false, true], [false, false]]);
        assert_eq!(held(None, None), [[false, false]]);
        let by_device = Holdout { unit: Unit::Device, ..five };
        assert_eq!(held(Some(&by_device), Some(&six)).len(), 4);
    }
}
