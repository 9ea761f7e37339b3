//! What is looked for: visitors of whom conditions have certain values and whose decision lies in an aim.

use super::outlook::Outlook;
use super::{Look, Space};
use crate::cells::{Inside, Region, Tree, Truths};
use crate::condition::SegmentId;
use crate::experience::{AssistanceLevel, LayoutComplexity};
use crate::need::AccessNeed;
use crate::value::Text;

/// What a decision has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Aim {
    Anything,
    /// One of these channels serves; one bit for each position in the policy.
    Channel(u32),
    /// One of these levels, one bit each: on the channel that serves, or on the one in use.
    Layout {
        levels: u8,
        in_use: bool,
    },
    /// One of these levels, one bit each.
    Assistance(u8),
    /// One of these ways out: one bit for each position in the policy while it is closed, and the same 32 bits higher while it
    /// is open; [`Aim::NO_WAY_OUT`] for none.
    WayOut(u64),
    /// The adaptation is asked for (2), or is not (1).
    Adaptation(AccessNeed, u8),
}

impl Aim {
    /// That there is no way out: a place that no channel has.
    pub(crate) const NO_WAY_OUT: u64 = 1 << 31;
    /// Whether no decision is so.
    pub(super) const fn is_nothing(self) -> bool {
        matches!(
            self,
            Self::Channel(0)
                | Self::Layout { levels: 0, .. }
                | Self::Assistance(0)
                | Self::WayOut(0)
                | Self::Adaptation(_, 0)
        )
    }
    /// The layouts above `level`.
    pub(crate) fn layout_above(level: LayoutComplexity, in_use: bool) -> Self {
        Self::Layout { levels: 0b1111 & !((2 << level as u8) - 1), in_use }
    }
    /// The layouts up to `level`.
    pub(crate) fn layout_at_most(level: LayoutComplexity, in_use: bool) -> Self {
        Self::Layout { levels: (2 << level as u8) - 1, in_use }
    }
    /// This layout, on the channel that serves.
    pub(crate) fn layout(level: LayoutComplexity) -> Self {
        Self::Layout { levels: 1 << level as u8, in_use: false }
    }
    /// This assistance.
    pub(crate) fn assistance(level: AssistanceLevel) -> Self {
        Self::Assistance(1 << level as u8)
    }
    /// The assistance above `level`.
    pub(crate) fn assistance_above(level: AssistanceLevel) -> Self {
        Self::Assistance(0b11111 & !((2 << level as u8) - 1))
    }
    /// The assistance up to `level`.
    pub(crate) fn assistance_at_most(level: AssistanceLevel) -> Self {
        Self::Assistance((2 << level as u8) - 1)
    }
    /// The assistance below `level`.
    pub(crate) fn assistance_below(level: AssistanceLevel) -> Self {
        Self::Assistance((1 << level as u8) - 1)
    }
}

/// What is looked for.
pub(crate) struct Goal<'t> {
    /// Each condition with the values that it has to have.
    pub(crate) conditions: Vec<(&'t Tree, Truths)>,
    pub(crate) aim: Aim,
    needed: Vec<SegmentId>,
}

impl<'t> Goal<'t> {
    pub(crate) fn new(space: &'t Space<'_>, conditions: Vec<(&'t Tree, Truths)>, aim: Aim) -> Self {
        let speaking = conditions.iter().map(|(tree, _)| *tree);
        let needed = match aim {
            Aim::Anything => space.needed(speaking),
            _ => space.needed(speaking.chain(&space.rules).chain(space.experiments.iter().flatten())),
        };
        Self { conditions, aim, needed }
    }

    /// How much one look costs: the nodes of all conditions that it goes by, and the axes of the space.
    pub(crate) fn cost(&self, space: &Space<'_>) -> u64 {
        let conditions = self.conditions.iter().map(|(tree, _)| *tree);
        space.cost(conditions.chain(self.deciding(space)), &self.needed)
    }

    /// The parts of conditions that it goes by and that may have any value in the search, as they are written.
    pub(crate) fn free(&self, space: &Space<'_>) -> Vec<Text> {
        let conditions = self.conditions.iter().map(|(tree, _)| *tree);
        space.free(conditions.chain(self.deciding(space)))
    }

    /// The conditions of the rules and experiments that the aim goes by.
    fn deciding<'s>(&self, space: &'s Space<'_>) -> impl Iterator<Item = &'s Tree> {
        let aims = self.aim != Aim::Anything;
        space.rules.iter().chain(space.experiments.iter().flatten()).filter(move |_| aims)
    }

    /// How a region stands to it.
    pub(crate) fn look(&self, space: &Space<'_>, region: &Region) -> Look {
        let segments = space.truths(region, &self.needed);
        let inside = Inside { region, segments: &segments, trees: &space.segments };
        let mut open = None;
        for (tree, wanted) in &self.conditions {
            let truths = inside.truths(tree);
            if !truths.meets(*wanted) {
                return Look::Nobody;
            }
            if open.is_none() && !truths.within(*wanted) {
                open = Some((tree, wanted));
            }
        }
        if let Some((tree, wanted)) = open {
            // What is not settled can be parted; if it cannot, it is not told.
            return inside.split(tree, *wanted).map_or(Look::Everybody, Look::Part);
        }
        Outlook::new(space, inside).look(self.aim)
    }
}
