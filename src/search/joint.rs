//! Two policies at once: a visitor is looked for in a region of each, and what both measure alike is parted in both. What they
//! measure differently is free of each other, but for what a single value allows; so that whoever there is is in some
//! region, and nobody is told of who does not really behave so under both.

mod agree;
mod apart;
mod draws;
mod made;
mod twins;

use std::cell::RefCell;

use ahash::AHashMap;

use super::{Budget, Found, Next, Said, Space, Walk};
use crate::cells::{AxisId, CellSet, Region, Split};
use crate::policy::Checked;
pub(crate) use apart::{Apart, Kind};
pub(crate) use made::Couple;
use twins::Twin;

/// A region under each policy.
pub(crate) type Both = [Region; 2];

/// How a pair of regions stands to a question.
pub(crate) enum LookAtBoth {
    Nobody,
    Everybody,
    /// It must be parted, on the side of one policy.
    Part(usize, Split),
}

/// The spaces of two policies, cut alike.
pub(crate) struct Joint<'p> {
    pub(crate) sides: [Space<'p>; 2],
    /// By side and axis: what measures the same on the other side.
    twins: [Vec<Twin>; 2],
    /// The experiments that are drawn by one hash.
    draws: Vec<draws::Draws>,
    /// The ids that were found, if any were, by the cells of what they have to draw.
    ids_known: RefCell<AHashMap<Vec<CellSet>, Option<Vec<Said>>>>,
}

impl<'p> Joint<'p> {
    /// `None` if a built-in attribute is missing, which none is.
    pub(crate) fn of(old: &'p Checked, new: &'p Checked) -> Option<Self> {
        let sides = [Space::cut_alike(old, new)?, Space::cut_alike(new, old)?];
        let mut twins = twins::twins(&sides);
        let draws = draws::draws(&sides);
        draws::note(&mut twins, &draws);
        Some(Self { sides, twins, draws, ids_known: RefCell::default() })
    }

    pub(super) fn twin(&self, side: usize, axis: AxisId) -> Twin {
        let twins = if side == 0 { &self.twins[0] } else { &self.twins[1] };
        twins.get(axis.0 as usize).copied().unwrap_or(Twin::None)
    }

    /// All that there can be; `None` if there can be nobody.
    pub(crate) fn everywhere(&self) -> Option<Both> {
        let [left, right] = &self.sides;
        let mut both = [left.everywhere(), right.everywhere()];
        for axis in (0..left.grid.axes.len() as u32).map(AxisId) {
            if let Twin::Same(other) = self.twin(0, axis) {
                let common = both[0].get(axis)?.intersection(both[1].get(other)?);
                let [within, _] = both[0].parted(axis, &common);
                both[0] = within?;
                let [within, _] = both[1].parted(other, &common);
                both[1] = within?;
            }
        }
        self.without_empty_arms(both)
    }

    /// The part inside a split and the part outside, either of them only if there may be somebody.
    fn parted(&self, both: &Both, side: usize, (axis, set): &Split) -> [Option<Both>; 2] {
        let [here, there] = if side == 0 { [&both[0], &both[1]] } else { [&both[1], &both[0]] };
        let of = |here: Option<Region>, there: Option<Region>| {
            let (here, there) = (here?, there?);
            let both = if side == 0 { [here, there] } else { [there, here] };
            let both = self.followed(both, side, *axis)?;
            self.fits(&both, side, *axis).then_some(both)
        };
        let [inside, outside] = here.parted(*axis, set);
        match self.twin(side, *axis) {
            Twin::Same(other) => {
                let [inside_there, outside_there] = there.parted(other, set);
                [of(inside, inside_there), of(outside, outside_there)]
            }
            _ => [of(inside, Some(there.clone())), of(outside, Some(there.clone()))],
        }
    }

    /// Whether what hangs together with an axis fits, under both policies and with each other.
    fn fits(&self, both: &Both, side: usize, axis: AxisId) -> bool {
        let [left, right] = &self.sides;
        let (here, there) = if side == 0 { (left, right) } else { (right, left) };
        let [region_here, region_there] = if side == 0 { [&both[0], &both[1]] } else { [&both[1], &both[0]] };
        here.fits(region_here, axis)
            && match self.twin(side, axis) {
                Twin::None | Twin::Drawn(_) => true,
                Twin::Same(other) => there.fits(region_there, other),
                Twin::Near(other) => self.agree(both, side, axis) && there.fits(region_there, other),
                Twin::NearSet(_) => self.agree(both, side, axis),
            }
    }

    /// Searches `start` for somebody of whom `look` says yes and who `really` is so.
    pub(crate) fn find<T>(
        &self,
        start: Both,
        budget: &mut Budget,
        mut look: impl FnMut(&Both) -> LookAtBoth,
        mut really: impl FnMut(&Couple) -> Option<T>,
    ) -> Found<T> {
        let next = |both: &Both| match look(both) {
            LookAtBoth::Nobody => Next::Leave,
            LookAtBoth::Everybody => Next::Make,
            LookAtBoth::Part(side, split) => Next::Parts(self.parted(both, side, &split)),
        };
        Walk::new(start).go(budget, next, |both, budget, _| self.make(both, budget, &mut really))
    }
}
