//! What a comparison of two policies asks of a visitor beside the decisions: the needs in force, and the rules that hold.

use super::ExperienceSelector;
use super::reading::InGrid;
use super::room::MOST_CELLS;
use crate::cells::Cell;
use crate::need::NeedSet;
use crate::profile::CustomerProfile;
use crate::visit::Visit;

impl ExperienceSelector {
    /// The needs in force: on record as required; and on record as preferred, or asked for by the device.
    pub(crate) fn needs(&self, profile: &CustomerProfile, visit: &Visit) -> (NeedSet, NeedSet) {
        let facts = self.facts(profile, visit);
        self.needs_in_force(&facts, &self.wishes(&facts))
    }

    /// The numbers of the rules that hold for a visitor, ascending; what was in `into` is gone. Without the instructions that are
    /// chosen for a decision: it is asked far less often, and so is compiled once and not for each of them.
    pub(crate) fn rules_that_hold(&self, profile: &CustomerProfile, visit: &Visit, into: &mut Vec<usize>) {
        into.clear();
        let holding = Holding { selector: self, profile, visit, into };
        if self.inner.cells <= ROOM {
            holding.within(&mut [0; ROOM]);
        } else {
            wide(holding);
        }
        into.sort_unstable();
    }
}

/// Room that nearly every policy fits into.
const ROOM: usize = 1_024;

/// Out of line, so that whoever needs little room does not pay for the reach of a large stack.
#[inline(never)]
fn wide(holding: Holding<'_>) {
    holding.within(&mut [0; MOST_CELLS]);
}

/// Finding all rules that hold for a visitor.
struct Holding<'a> {
    selector: &'a ExperienceSelector,
    profile: &'a CustomerProfile,
    visit: &'a Visit,
    into: &'a mut Vec<usize>,
}

impl Holding<'_> {
    fn within<const ROOM: usize>(self, cells: &mut [Cell; ROOM]) {
        let Self { selector, profile, visit, into } = self;
        let inner = &*selector.inner;
        let rules = selector.checked().rules.len();
        let facts = selector.facts(profile, visit);
        inner.grid.nothing_is_known(cells);
        let mut visitor = InGrid { grid: &inner.grid, facts, cells };
        visitor.read(&inner.readings.all);
        inner.deciding.find(&mut visitor, None, |first, words| {
            for (word, &bits) in words.iter().enumerate() {
                let mut bits = bits;
                while bits != 0 {
                    let position = (first + word) * 64 + bits.trailing_zeros() as usize;
                    bits &= bits - 1;
                    // Behind the rules stand the experiments.
                    into.extend(inner.deciding.condition(position).filter(|&number| number < rules));
                }
            }
        });
    }
}
