//! What a profile keeps of the built-in channels. What every decision asks stands in a row of its own, so that it is read
//! from one line of memory; the records behind it are read where contacts have to be counted.

use super::ChannelRecord;
use crate::channel::{Channel, Reach};
use crate::sparse::Sparse;

/// What every decision asks of a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Brief {
    pub(crate) reach: Reach,
    /// 0 to 4.
    pub(crate) habit: u8,
    /// How many contacts are on record, old ones among them.
    pub(crate) contacts: u16,
}

impl Brief {
    fn of(record: &ChannelRecord) -> Self {
        let contacts = u16::try_from(record.contacts.len()).unwrap_or(u16::MAX);
        Self { reach: record.reach, habit: record.habit, contacts }
    }
}

/// By [`Channel::position`]; a record that says nothing is not kept, so that equal profiles are equal.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct BuiltInChannels {
    /// INVARIANT: of the record in the same place, or of none; upheld by `edit`, the only way in.
    briefs: [Brief; Channel::BUILT_IN.len()],
    records: Sparse<ChannelRecord>,
}

impl BuiltInChannels {
    pub(crate) const fn briefs(&self) -> &[Brief; Channel::BUILT_IN.len()] {
        &self.briefs
    }
    pub(crate) fn get(&self, place: usize) -> Option<&ChannelRecord> {
        self.records.get(place)
    }
    pub(crate) fn iter(&self) -> impl Iterator<Item = (usize, &ChannelRecord)> {
        self.records.iter()
    }
    pub(super) fn edit(
        &mut self,
        place: usize,
        change: impl FnOnce(Option<ChannelRecord>) -> Option<ChannelRecord>,
    ) {
        let Some(brief) = self.briefs.get_mut(place) else { return };
        self.records.edit(place, change);
        *brief = self.records.get(place).map(Brief::of).unwrap_or_default();
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
        let brief = |channels: &BuiltInChannels| channels.briefs()[3];
        assert_eq!(brief(&channels), Brief { reach: Reach::Claimed, habit: 2, contacts: 0 });
        let contact = |record: &mut ChannelRecord| record.contacts.push(crate::time::Timestamp::EPOCH);
        channels.edit(3, |record| record.map(|mut record| (contact(&mut record), record).1));
        assert_eq!(brief(&channels).contacts, 1);
        channels.edit(3, |_| None);
        channels.edit(99, |_| Some(ChannelRecord::default()));
        assert_eq!((channels.clone(), channels.iter().count()), (BuiltInChannels::default(), 0));
    }
}
