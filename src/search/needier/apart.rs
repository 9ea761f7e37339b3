//! What is told apart last, since it matters for few: which channel serves both, and what else is given, on which it hangs who is
//! to blame.

use super::{Harm, Needier, WITH, WITHOUT};
use crate::cells::{CellSet, Inside, Tree, Truths};
use crate::search::joint::LookAtBoth;
use crate::search::outlook::Outlook;
use crate::search::{Aim, Look, channels};

/// A condition by which something is given, and the arm of an experiment, both by number, to which it is.
#[derive(Clone, Copy)]
pub(crate) struct Rival<'s> {
    pub(crate) tree: Option<&'s Tree>,
    pub(crate) arm: Option<(usize, usize)>,
}

impl Needier<'_> {
    /// Whether the same channel serves on both sides, where layouts on it are held against each other.
    pub(super) fn agree(&self, inside: [Inside<'_>; 2], harm: Harm) -> LookAtBoth {
        if !matches!(harm, Harm::Layout { in_use: false, .. }) {
            return LookAtBoth::Everybody;
        }
        let possible = |side: usize| {
            let outlook = inside.get(side).map(|inside| Outlook::new(self.space, *inside));
            outlook.map_or(0, |mut outlook| channels::possible(&mut outlook, u32::MAX))
        };
        let both = possible(WITHOUT) & possible(WITH);
        if both == 0 {
            return LookAtBoth::Nobody;
        }
        let one = both & both.wrapping_neg();
        for (side, inside) in inside.into_iter().enumerate() {
            if let Look::Part(split) = Outlook::new(self.space, inside).look(Aim::Channel(one)) {
                return LookAtBoth::Part(side, split);
            }
        }
        LookAtBoth::Everybody
    }

    /// Whether it is decided what else is given, and from what layout it may have to part.
    pub(super) fn blamed(&self, inside: [Inside<'_>; 2], harm: Harm) -> LookAtBoth {
        for (side, inside) in inside.into_iter().enumerate() {
            let by_condition = |tree: &Tree| {
                let truths = inside.truths(tree);
                let is_open = !truths.within(Truths::TRUE) && !truths.within(Truths::UNTRUE);
                if is_open { inside.split(tree, Truths::TRUE) } else { None }
            };
            let by_arm = |arm| Outlook::new(self.space, inside).by(&self.space.drawn(arm)?, true);
            let split = |rival: &Rival<'_>| {
                let is_given = rival.tree.is_none_or(|tree| inside.truths(tree).within(Truths::TRUE));
                let arm = rival.arm.filter(|_| is_given);
                rival.tree.and_then(by_condition).or_else(|| arm.and_then(by_arm))
            };
            if let Some(split) = self.turned.beside.iter().find_map(split) {
                return LookAtBoth::Part(side, split);
            }
        }
        let prior = self.space.inputs.prior_layout;
        let (first, end) = inside[WITHOUT].region.get(prior).map_or((0, 0), CellSet::hull);
        match harm {
            Harm::Layout { beside: None, .. } if end > first + 1 => {
                LookAtBoth::Part(WITHOUT, (prior, CellSet::range(first, first + 1)))
            }
            _ => LookAtBoth::Everybody,
        }
    }
}
