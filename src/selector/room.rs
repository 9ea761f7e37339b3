//! Room for the cells of one visitor, on the stack. Its size is a power of two that is known where it is used, so that a cell
//! is found without asking whether it is there.

use super::ExperienceSelector;
use crate::cells::Cell;
use crate::instructions::Isa;

/// The most axes that a policy may have.
pub(super) const MOST_CELLS: usize = 65_536;

/// Something that is done in room for a visitor's cells.
pub(super) trait InRoom {
    type Gives;
    /// Does it. The cells are those of the axes, by number, then those of axes that are joined.
    fn within<const ROOM: usize>(self, cells: &mut [Cell; ROOM]) -> Self::Gives;
}

impl ExperienceSelector {
    /// Does something with the best instructions, in the smallest room that holds all cells, so that a small policy does not
    /// pay for room that it never uses.
    #[inline(always)]
    pub(super) fn in_room<W: InRoom>(&self, work: W) -> W::Gives {
        let isa = self.isa;
        match self.inner.cells {
            0..=64 => isa.run(
                #[inline(always)]
                || work.within(&mut [0; 64]),
            ),
            65..=1_024 => in_large_room::<1_024, W>(isa, work),
            1_025..=8_192 => in_large_room::<8_192, W>(isa, work),
            _ => in_large_room::<MOST_CELLS, W>(isa, work),
        }
    }
}

/// Out of line, so that whoever needs little room does not pay for the reach of a large stack.
#[inline(never)]
fn in_large_room<const ROOM: usize, W: InRoom>(isa: Isa, work: W) -> W::Gives {
    isa.run(
        #[inline(always)]
        || work.within(&mut [0; ROOM]),
    )
}

/// The place of an axis in a room.
#[inline(always)]
const fn place<const ROOM: usize>(axis: u32) -> usize {
    const { assert!(ROOM.is_power_of_two()) };
    // INVARIANT: an axis is less than the room; what is taken away is nothing, and tells the compiler so.
    axis as usize & (ROOM - 1)
}

/// The cell of an axis.
#[inline(always)]
pub(super) fn cell<const ROOM: usize>(cells: &[Cell; ROOM], axis: u32) -> Cell {
    cells.get(place::<ROOM>(axis)).copied().unwrap_or(0)
}

/// Keeps the cell of an axis.
#[inline(always)]
pub(super) fn put<const ROOM: usize>(cells: &mut [Cell; ROOM], axis: u32, cell: Cell) {
    if let Some(slot) = cells.get_mut(place::<ROOM>(axis)) {
        *slot = cell;
    }
}
