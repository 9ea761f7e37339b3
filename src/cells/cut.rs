//! How one axis is cut: literals in, and for the key of a value the number of its cell out. Finding a cell is a table and
//! one comparison, whatever the number of cells.

mod limits;
mod names;
mod steps;

use super::set::Cell;
use crate::key::Key;

pub(super) use limits::{Limits, Scale};
pub(crate) use names::Names;
pub(crate) use steps::Steps;

/// The first of the cells of what is known.
pub(super) const FIRST: Cell = 1;

/// A cut axis.
#[derive(Debug, Clone)]
pub(crate) enum Cut {
    /// Bools, numbers, times and ages.
    Steps(Steps),
    /// Texts and enums.
    Names(Names),
    /// Members of a set: the key has a bit for each; so many of them.
    Bits(u32),
    /// What is worked out for each visitor: false, true.
    Truth,
}

impl Cut {
    /// How many cells there are of what is worked out, the unknown among them.
    pub(crate) const TRUTHS: Cell = FIRST + 2;
    /// How many cells there are, the unknown among them.
    pub(crate) fn cells(&self) -> Cell {
        match self {
            Self::Steps(steps) => steps.cells(),
            Self::Names(names) => names.cells(),
            Self::Bits(members) => (1 << members) + FIRST,
            Self::Truth => Self::TRUTHS,
        }
    }
    /// Bytes of its tables.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::Steps(steps) => steps.bytes(),
            Self::Names(names) => names.bytes(),
            Self::Bits(_) | Self::Truth => 0,
        }
    }
    /// The cell of a key; `text` is asked for where the key of a text does not say all of it.
    #[inline(always)]
    pub(crate) fn cell<'a>(&self, key: Key, text: impl Fn() -> Option<&'a str>) -> Cell {
        match self {
            Self::Steps(steps) => steps.cell(key),
            Self::Names(names) => names.cell(key, text),
            Self::Bits(_) | Self::Truth => FIRST + key as Cell,
        }
    }
}
