//! The attributes that choosing reads whatever the policy's conditions say, found by name once.

use super::lookup::{Lookup, Quick};
use super::{CompileError, ExperienceSelector};
use crate::attribute::AttributeId;
use crate::channel::Channel;
use crate::need::{ASKED_BY_DEVICE, AccessNeed};
use crate::policy::Checked;

/// Something that a visit says with yes or no.
#[derive(Debug, Clone, Copy)]
pub(super) struct Flag {
    pub(super) id: AttributeId,
    /// Where a visit keeps it, if nothing limits it.
    pub(super) place: Option<usize>,
}

/// The attributes that choosing reads whatever the policy says.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ids {
    pub(super) needs: AttributeId,
    pub(super) required_needs: AttributeId,
    pub(super) preferred_channel: AttributeId,
    pub(super) preferred_layout: AttributeId,
    pub(super) preferred_assistance: AttributeId,
    pub(super) open_cases: AttributeId,
    pub(super) offset: AttributeId,
    pub(super) gpc: Flag,
    pub(super) channel: AttributeId,
    pub(super) journey_channel: AttributeId,
    /// What a device asks for, in the order of [`ASKED_BY_DEVICE`].
    asked_by_device: [Flag; 4],
}

impl Ids {
    pub(super) fn of(checked: &Checked, lookups: &[Lookup]) -> Result<Self, CompileError> {
        let find = |name| find(checked, name);
        let flag = |name| {
            let id = find(name)?;
            let place = match lookups.get(usize::from(id.0)).and_then(|lookup| lookup.quick) {
                Some(Quick::Kept { of_visit: true, place, .. }) => Some(place),
                _ => None,
            };
            Ok(Flag { id, place })
        };
        let [motion, contrast, colors, data] = ASKED_BY_DEVICE.map(|(name, _)| flag(name));
        Ok(Self {
            needs: find("profile.needs")?,
            required_needs: find("profile.required_needs")?,
            preferred_channel: find("profile.preferred_channel")?,
            preferred_layout: find("profile.preferred_layout")?,
            preferred_assistance: find("profile.preferred_assistance")?,
            open_cases: find("profile.open_cases")?,
            offset: find("visit.offset")?,
            gpc: flag("visit.gpc")?,
            channel: find("visit.channel")?,
            journey_channel: find("journey.channel")?,
            asked_by_device: [motion?, contrast?, colors?, data?],
        })
    }
    /// The hints of a device that put a need in force.
    pub(super) const fn asked_by_device(&self) -> [(Flag, AccessNeed); 4] {
        let [motion, contrast, colors, data] = self.asked_by_device;
        let [(_, for_motion), (_, for_contrast), (_, for_colors), (_, for_data)] = ASKED_BY_DEVICE;
        [(motion, for_motion), (contrast, for_contrast), (colors, for_colors), (data, for_data)]
    }
}

/// The attributes that choosing reads of one channel of the policy.
#[derive(Debug, Clone, Copy)]
pub(super) struct ChannelIds {
    pub(super) channel: Channel,
    /// Whether D1 may hide its habit.
    pub(super) habit_is_limited: bool,
    pub(super) reach: AttributeId,
    pub(super) habit: AttributeId,
    pub(super) contacts: AttributeId,
}

impl ChannelIds {
    /// Those of all channels, in policy order.
    pub(super) fn all(checked: &Checked) -> Result<Vec<Self>, CompileError> {
        let of_channel = |channel: Channel| {
            let of = |family: &str| find(checked, &format!("profile.{family}.{channel}"));
            let habit = of("habit")?;
            let habit_is_limited = checked.limits.get(usize::from(habit.0)).is_some_and(Option::is_some);
            Ok(Self { channel, habit_is_limited, reach: of("reach")?, habit, contacts: of("contacts_30d")? })
        };
        checked.channels.iter().map(|channel| of_channel(channel.channel)).collect()
    }
}

fn find(checked: &Checked, name: &str) -> Result<AttributeId, CompileError> {
    let missing = || CompileError::size(format!("attribute `{name}` is missing from the policy"));
    checked.attributes.find(name).ok_or_else(missing)
}

impl ExperienceSelector {
    /// The attributes that choosing reads whatever the policy says, but for the needs and the time; beside them the journey's
    /// channel, and Sec-GPC and the visitor's offset where the policy goes by them.
    pub(crate) fn always_read(&self) -> impl Iterator<Item = AttributeId> {
        let ids = &self.inner.ids;
        let of_visitor =
            [ids.preferred_channel, ids.preferred_layout, ids.preferred_assistance, ids.open_cases];
        let of_device = ids.asked_by_device.map(|flag| flag.id);
        let of_channels = self.inner.channels.iter().flat_map(|channel| [channel.reach, channel.habit]);
        of_visitor.into_iter().chain([ids.channel]).chain(of_device).chain(of_channels)
    }

    /// Whether `id` is a hint of the device that puts a need in force.
    pub(crate) fn puts_a_need_in_force(&self, id: AttributeId) -> bool {
        self.inner.ids.asked_by_device().iter().any(|(hint, _)| hint.id == id)
    }

    /// What limits the contacts of each channel that has a limit: how many we have begun, and how many may be.
    pub(crate) fn contact_limits(&self) -> impl Iterator<Item = (AttributeId, i64)> {
        let channels = self.inner.channels.iter().zip(&self.checked().channels);
        channels.filter_map(|(ids, channel)| Some((ids.contacts, i64::from(channel.contacts_at_most?))))
    }
}
