//! What is asked of a visitor beside the decision, at the price of one: the needs in force, the rules that hold, and what rules
//! one channel out. A comparison of two policies asks it of each visitor that is served otherwise.

use super::ExperienceSelector;
use super::observer::{Event, Observer, RuledOut};
use super::reading::InGrid;
use super::room::InRoom;
use crate::cells::Cell;
use crate::channel::Channel;
use crate::need::NeedSet;
use crate::profile::CustomerProfile;
use crate::visit::Visit;

impl ExperienceSelector {
    /// The needs in force: on record as required; and on record as preferred, or asked for by the device.
    pub(crate) fn needs(&self, profile: &CustomerProfile, visit: &Visit) -> (NeedSet, NeedSet) {
        let facts = self.facts(profile, visit);
        self.needs_in_force(&facts, &self.wishes(&facts))
    }

    /// The numbers of the rules that hold for a visitor, ascending; what was in `into` is gone.
    pub(crate) fn rules_that_hold(&self, profile: &CustomerProfile, visit: &Visit, into: &mut Vec<usize>) {
        into.clear();
        self.in_room(Holding { selector: self, profile, visit, into });
        into.sort_unstable();
    }

    /// What rules a channel of the policy out for a visitor (D2), if anything does. Dear: it listens to the whole walk.
    pub(crate) fn rules_out(
        &self,
        profile: &CustomerProfile,
        visit: &Visit,
        channel: Channel,
    ) -> Option<RuledOut> {
        let mut listener = Listener { channel, by: None };
        self.select_with(profile, visit, &mut listener);
        listener.by
    }
}

/// Finding all rules that hold for a visitor.
struct Holding<'a> {
    selector: &'a ExperienceSelector,
    profile: &'a CustomerProfile,
    visit: &'a Visit,
    into: &'a mut Vec<usize>,
}

impl InRoom for Holding<'_> {
    type Gives = ();
    #[inline(always)]
    fn within<const ROOM: usize>(self, cells: &mut [Cell; ROOM]) {
        let Self { selector, profile, visit, into } = self;
        let inner = &*selector.inner;
        let rules = selector.checked().rules.len();
        let facts = selector.facts(profile, visit);
        selector.needed_segments(&facts, cells);
        let mut visitor = InGrid { grid: &inner.grid, facts, cells };
        visitor.read(&inner.readings);
        inner.deciding.find(
            &mut visitor,
            None,
            #[inline(always)]
            |first, words| {
                for (word, &bits) in words.iter().enumerate() {
                    let mut bits = bits;
                    while bits != 0 {
                        let position = (first + word) * 64 + bits.trailing_zeros() as usize;
                        bits &= bits - 1;
                        // Behind the rules stand the experiments.
                        into.extend(inner.deciding.condition(position).filter(|&number| number < rules));
                    }
                }
            },
        );
    }
}

/// Hears of one channel.
struct Listener {
    channel: Channel,
    by: Option<RuledOut>,
}

impl Observer for Listener {
    fn observe(&mut self, event: Event<'_>) {
        match event {
            Event::RuledOut { channel, by, .. } if channel == self.channel => self.by = Some(by),
            _ => {}
        }
    }
}
