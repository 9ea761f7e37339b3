//! What can be said of a policy's channels before any visitor comes: sets of them, by what they ask and have.

use super::MOST;
use crate::cells::{Cell, Steps};
use crate::channel::{Channel, Reach};
use crate::key::Key;
use crate::need::{AccessNeed, NeedSet};
use crate::policy::{Checked, PolicyChannel};
use crate::selector::ChannelIds;

/// The positions in a set, in policy order.
#[inline]
pub(super) fn positions(mut set: u32) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let next = (set != 0).then(|| set.trailing_zeros() as usize);
        set &= set.wrapping_sub(1);
        next
    })
}

/// A set of channels that changes with the clock, cut where it changes.
#[derive(Debug, Clone)]
pub(super) struct Clock {
    cut: Steps,
    /// By cell; what is unknown is not asked for.
    sets: Vec<u32>,
}

impl Clock {
    fn of(changes: impl Iterator<Item = u16>, at: &dyn Fn(u16) -> u32) -> Self {
        let cut = Steps::new(changes.map(Key::from).collect());
        // A set is what it is at the first minute of its cell.
        let first = |cell: Cell| u16::try_from(cut.keys(cell).0.max(0)).unwrap_or(0);
        let sets = (0..cut.cells()).map(|cell| at(first(cell))).collect();
        Self { cut, sets }
    }
    #[inline]
    pub(super) fn at(&self, minute: u16) -> u32 {
        self.sets.get(self.cut.cell(minute.into()) as usize).copied().unwrap_or(0)
    }
}

/// From sets of built-in channels by place to sets by position in the policy.
#[derive(Debug, Clone)]
pub(in crate::selector) struct Positions {
    /// By eight bits of a set.
    low: [u32; 256],
    high: [u32; 256],
}

impl Positions {
    fn new(built_in: &[Option<u8>; Channel::BUILT_IN.len()]) -> Self {
        let of = |set: usize, from: usize| {
            let positions = built_in.iter().skip(from).take(8).enumerate();
            let there =
                positions.filter(|(bit, _)| set >> bit & 1 == 1).filter_map(|(_, position)| *position);
            there.fold(0, |all, position| all | 1 << position)
        };
        Self { low: std::array::from_fn(|set| of(set, 0)), high: std::array::from_fn(|set| of(set, 8)) }
    }
    /// The positions of those that the policy has.
    #[inline(always)]
    pub(super) fn of(&self, places: u16) -> u32 {
        let [low, high] = places.to_le_bytes().map(usize::from);
        self.low.get(low).copied().unwrap_or(0) | self.high.get(high).copied().unwrap_or(0)
    }
}

/// What can be said of a policy's channels before any visitor comes.
#[derive(Debug, Clone)]
pub(in crate::selector) struct Plan {
    pub(super) all: u32,
    pub(super) staffed: u32,
    /// Those that are open, by minute of the week in the house's time.
    pub(super) open: Clock,
    /// Those in whose quiet hours it is, by minute of the day in the visitor's time.
    pub(super) quiet: Clock,
    pub(super) with_contacts: u32,
    /// By place among the built-in channels: how many contacts on record ask for a closer look.
    contacts_at_most: [u16; Channel::BUILT_IN.len()],
    /// By position: those that are the policy's own, of which no profile keeps a count in brief.
    own: u32,
    /// By position. As a decision names it, so that it is copied whole.
    pub(super) channels: Vec<Option<Channel>>,
    /// Those that ask for a claimed reach at least, and for a verified one.
    pub(super) asks_claimed: u32,
    pub(super) asks_verified: u32,
    /// Whether D1 may hide any habit.
    pub(super) habit_is_limited: bool,
    /// By place among the built-in channels: the position in the policy.
    pub(super) built_in: [Option<u8>; Channel::BUILT_IN.len()],
    /// The same of sets of places.
    pub(super) positions: Positions,
    /// By position: the place among the built-in channels, or one that there is not.
    pub(super) places: Box<[u8]>,
    pub(super) base: [i32; MOST],
    /// By need: the channels in conflict with it.
    pub(super) conflicts: [u32; AccessNeed::ALL.len()],
    /// Purposes and the channels that ask them.
    pub(super) consents: Vec<(u64, u32)>,
}

impl Plan {
    pub(in crate::selector) fn of(checked: &Checked, ids: &[ChannelIds]) -> Self {
        let those = |is: &dyn Fn(&PolicyChannel) -> bool| {
            let bits = checked.channels.iter().enumerate().map(|(position, c)| u32::from(is(c)) << position);
            bits.fold(0, |set, bit| set | bit)
        };
        let mut consents: Vec<(u64, u32)> = Vec::new();
        for consent in checked.channels.iter().map(|channel| channel.consent).filter(|&consent| consent != 0)
        {
            if consents.iter().all(|&(known, _)| known != consent) {
                consents.push((consent, those(&|channel| channel.consent == consent)));
            }
        }
        let mut conflicts = [0; AccessNeed::ALL.len()];
        for (set, &need) in conflicts.iter_mut().zip(AccessNeed::ALL) {
            *set = those(&|channel| channel.conflicts.contains(need));
        }
        let built_in = Channel::BUILT_IN.map(|channel| {
            let position = checked.channels.iter().position(|of_policy| of_policy.channel == channel)?;
            u8::try_from(position).ok()
        });
        let place =
            |channel: &PolicyChannel| channel.channel.position().and_then(|place| u8::try_from(place).ok());
        Self {
            all: those(&|_| true),
            staffed: those(&|channel| channel.staffed),
            open: Clock::of(
                checked
                    .channels
                    .iter()
                    .flat_map(|c| c.open.iter().flatten())
                    .flat_map(|span| [span.start, span.end]),
                &|minute| those(&|channel| channel.is_open(minute)),
            ),
            quiet: Clock::of(
                checked.channels.iter().filter_map(|c| c.quiet).flat_map(|quiet| [quiet.start, quiet.end]),
                &|minute| those(&|channel| channel.quiet.is_some_and(|quiet| quiet.has(minute))),
            ),
            channels: checked.channels.iter().map(|channel| Some(channel.channel)).collect(),
            with_contacts: those(&|channel| channel.contacts_at_most.is_some()),
            contacts_at_most: Channel::BUILT_IN.map(|channel| {
                let of_policy = checked.channels.iter().find(|of_policy| of_policy.channel == channel);
                let most = of_policy.and_then(|channel| channel.contacts_at_most);
                most.and_then(|most| u16::try_from(most).ok()).unwrap_or(u16::MAX)
            }),
            own: those(&|channel| channel.channel.position().is_none()),
            asks_claimed: those(&|channel| channel.reach >= Reach::Claimed),
            asks_verified: those(&|channel| channel.reach >= Reach::Verified),
            habit_is_limited: ids.iter().any(|ids| ids.habit_is_limited),
            built_in,
            positions: Positions::new(&built_in),
            places: checked.channels.iter().map(|channel| place(channel).unwrap_or(u8::MAX)).collect(),
            // Within ±10,000, as every number of a policy.
            base: std::array::from_fn(|position| checked.channels.get(position).map_or(0, |c| c.base as i32)),
            conflicts,
            consents,
        }
    }
    /// The position of the built-in channel at `place` among those.
    pub(in crate::selector) fn built_in(&self, place: usize) -> Option<usize> {
        self.built_in.get(place).copied().flatten().map(usize::from)
    }
    /// Where contacts have to be counted, by how many are on record: with fewer than the limit in all, there are fewer lately.
    #[inline(always)]
    pub(super) fn contacted(&self, on_record: &[u16; Channel::BUILT_IN.len()]) -> u32 {
        let enough = on_record.iter().zip(&self.contacts_at_most).enumerate();
        let places = enough.map(|(place, (count, most))| u16::from(count >= most) << place);
        self.positions.of(places.fold(0, |all, place| all | place)) | self.own
    }
    pub(super) fn in_conflict(&self, needs: NeedSet) -> u32 {
        let of = |need: AccessNeed| self.conflicts.get(need as usize).copied().unwrap_or(0);
        if needs.is_empty() { 0 } else { needs.iter().map(of).fold(0, |set, bits| set | bits) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Quiet, WeekSpan};

    #[test]
    fn d2_hours_include_their_start_and_not_their_end_and_may_pass_midnight() {
        let night = Quiet { start: 21 * 60, end: 8 * 60 };
        let minutes = [20 * 60 + 59, 21 * 60, 0, 7 * 60 + 59, 8 * 60];
        assert_eq!(minutes.map(|minute| night.has(minute)), [false, true, true, true, false]);
        let clock = Clock::of([night.start, night.end].into_iter(), &|minute| u32::from(night.has(minute)));
        assert!((0..1440).all(|minute| clock.at(minute) == u32::from(night.has(minute))));
        let spans = [WeekSpan { start: 480, end: 1200 }, WeekSpan { start: 0, end: 60 }];
        assert_eq!([479, 480, 1199, 1200].map(|m| WeekSpan::any_has(&spans, m)), [false, true, true, false]);
        let changes = spans.iter().flat_map(|span| [span.start, span.end]);
        let clock = Clock::of(changes, &|minute| u32::from(WeekSpan::any_has(&spans, minute)));
        assert!((0..10_080).all(|minute| clock.at(minute) == u32::from(WeekSpan::any_has(&spans, minute))));
    }

    #[test]
    fn contacts_are_counted_where_as_many_are_on_record_as_are_allowed_and_where_no_count_is_kept() {
        let policy = crate::policy::Policy::from_toml(
            r#"
            format = 1
            name = "reminders"
            people = false
            last_resort = ["web"]
            channels = [
              { name = "web" },
              { name = "sms", contacts_at_most = 2 },
              { name = "push", contacts_at_most = 0 },
              { name = "kiosk", own = true, contacts_at_most = 1 },
            ]
            "#,
        );
        let policy = policy.expect("a policy that loads");
        let selector = crate::ExperienceSelector::compile(&policy).expect("a policy that compiles");
        let plan = &selector.inner.plan;
        let counted = |sms: u16| {
            let mut on_record = [0; Channel::BUILT_IN.len()];
            on_record[Channel::Sms.position().expect("one of the built-in ones")] = sms;
            plan.contacted(&on_record) & plan.with_contacts
        };
        assert_eq!([0, 1, 2, u16::MAX].map(counted), [0b1100, 0b1100, 0b1110, 0b1110]);
    }
}
