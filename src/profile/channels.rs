//! What a profile keeps of the built-in channels. What every decision asks stands in a row of its own, so that it is read
//! from one line of memory; the records behind it are read where contacts have to be counted.

use super::ChannelRecord;
use crate::channel::{Channel, Reach};
use crate::sparse::Sparse;

/// How many there are.
const CHANNELS: usize = Channel::BUILT_IN.len();
const _: () = assert!(CHANNELS <= 16);

/// What every decision asks of the built-in channels, by [`Channel::position`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Brief {
    /// Those that are blocked, one bit each, and those that are reached so far or further.
    pub(crate) blocked: u16,
    pub(crate) claimed: u16,
    pub(crate) verified: u16,
    /// 0 to 4.
    pub(crate) habit: [u8; CHANNELS],
    /// How many contacts are on record, old ones among them.
    pub(crate) contacts: [u16; CHANNELS],
}

impl Brief {
    fn put(&mut self, place: usize, record: Option<&ChannelRecord>) {
        let reach = record.map(|record| record.reach).unwrap_or_default();
        let bit = |set: u16, is: bool| set & !(1 << place) | u16::from(is) << place;
        self.blocked = bit(self.blocked, reach == Reach::Blocked);
        self.claimed = bit(self.claimed, reach >= Reach::Claimed);
        self.verified = bit(self.verified, reach >= Reach::Verified);
        if let Some(habit) = self.habit.get_mut(place) {
            *habit = record.map_or(0, |record| record.habit);
        }
        if let Some(contacts) = self.contacts.get_mut(place) {
            let count = record.map_or(0, |record| record.contacts.len());
            *contacts = u16::try_from(count).unwrap_or(u16::MAX);
        }
    }
}

/// By [`Channel::position`]; a record that says nothing is not kept, so that equal profiles are equal.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct BuiltInChannels {
    /// INVARIANT: of the records; upheld by `edit`, the only way in.
    brief: Brief,
    records: Sparse<ChannelRecord>,
}

impl BuiltInChannels {
    pub(crate) const fn brief(&self) -> &Brief {
        &self.brief
    }
    pub(crate) fn get(&self, place: usize) -> Option<&ChannelRecord> {
        self.records.get(place)
    }
    pub(crate) fn iter(&self) -> impl Iterator<Item = (usize, &ChannelRecord)> {
        self.records.iter()
    }
    /// Changes the record at `place`, or takes it away. There are no places beyond those of the built-in channels.
    pub(super) fn edit(
        &mut self,
        place: usize,
        change: impl FnOnce(Option<ChannelRecord>) -> Option<ChannelRecord>,
    ) {
        if place < CHANNELS {
            self.records.edit(place, change);
            self.brief.put(place, self.records.get(place));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_brief_follows_its_record() {
        let mut channels = BuiltInChannels::default();
        channels
            .edit(3, |_| Some(ChannelRecord { reach: Reach::Claimed, habit: 2, ..ChannelRecord::default() }));
        let brief = *channels.brief();
        assert_eq!((brief.blocked, brief.claimed, brief.verified), (0, 0b1000, 0));
        assert_eq!((brief.habit[3], brief.contacts[3], brief.habit[2]), (2, 0, 0));
        let contact = |record: &mut ChannelRecord| record.contacts.push(crate::time::Timestamp::EPOCH);
        channels.edit(3, |record| record.map(|mut record| (contact(&mut record), record).1));
        channels.edit(0, |_| Some(ChannelRecord { reach: Reach::Verified, ..ChannelRecord::default() }));
        channels.edit(1, |_| Some(ChannelRecord { reach: Reach::Blocked, ..ChannelRecord::default() }));
        let brief = *channels.brief();
        assert_eq!((brief.blocked, brief.claimed, brief.verified), (0b10, 0b1001, 0b1));
        assert_eq!(brief.contacts[3], 1);
        [0, 1, 3].iter().for_each(|&place| channels.edit(place, |_| None));
        channels.edit(99, |_| Some(ChannelRecord::default()));
        assert_eq!((channels.clone(), channels.iter().count()), (BuiltInChannels::default(), 0));
    }
}
