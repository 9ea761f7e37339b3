//! What the ids of a visitor draw: whether they are held out, and an arm of each experiment (D8).

use smallvec::SmallVec;

use crate::hash::share;
use crate::limits::Limits;
use crate::policy::{Checked, Experiment};
use crate::value::Text;
use crate::visit::{Unit, Visit};

impl Checked {
    /// Whether the policy holds the visitor out of all experiments.
    pub(crate) fn is_held_out(&self, visit: &Visit) -> bool {
        self.holdout.as_ref().is_some_and(|holdout| {
            let id = visit.id(holdout.unit);
            id.is_some_and(|id| share(holdout.salt.with(id).finish(), 100) < holdout.percent)
        })
    }
}

impl Experiment {
    /// The arm of a visitor to whom it applies; `None` without the id that it goes by.
    pub(crate) fn draw(&self, visit: &Visit) -> Option<u8> {
        let id = visit.id(self.unit)?;
        let mut place = share(self.salt.with(id).finish(), self.total);
        for (number, arm) in self.arms.iter().enumerate() {
            if place < arm.weight {
                return u8::try_from(number).ok();
            }
            place -= arm.weight;
        }
        None
    }
}

/// What the ids of one visit have drawn, should it apply: the ids of a session hardly change.
#[derive(Clone)]
pub(super) struct Drawn {
    /// Of the units that the policy draws by.
    ids: SmallVec<[(Unit, Option<Text>); 2]>,
    pub(super) is_held_out: bool,
    /// By experiment; from 1 on, 0 for none.
    arms: [u8; Limits::EXPERIMENTS],
}

impl Drawn {
    pub(super) fn of(checked: &Checked, visit: &Visit) -> Self {
        let mut arms = [0; Limits::EXPERIMENTS];
        for (slot, experiment) in arms.iter_mut().zip(&checked.experiments) {
            *slot = experiment.draw(visit).map_or(0, |arm| arm + 1);
        }
        let mut units: SmallVec<[Unit; 2]> =
            checked.experiments.iter().map(|experiment| experiment.unit).collect();
        units.extend(checked.holdout.iter().map(|holdout| holdout.unit));
        units.sort_unstable();
        units.dedup();
        let ids = units.into_iter().map(|unit| (unit, visit.id(unit).map(Text::from))).collect();
        Self { ids, is_held_out: checked.is_held_out(visit), arms }
    }
    /// Whether a visit has the same ids.
    pub(super) fn is_of(&self, visit: &Visit) -> bool {
        self.ids.iter().all(|(unit, id)| id.as_deref() == visit.id(*unit))
    }
    pub(super) fn arm(&self, experiment: usize) -> Option<u8> {
        self.arms.get(experiment)?.checked_sub(1)
    }
}
