//! The kind of device, from clues of different weight: the form factors that it names, whether it calls itself mobile,
//! and its user agent. In: what each header says. Out: one kind and its source, or nothing. Called for every request.

use super::user_agent::UserAgent;
use crate::fact::Source;
use crate::visit::Device;

/// The kinds that `Sec-CH-UA-Form-Factors` lists, one bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct FormFactors(u16);

impl FormFactors {
    pub(super) fn add(&mut self, device: Device) {
        self.0 |= 1 << device as u16;
    }
    fn has(self, device: Device) -> bool {
        self.0 & 1 << device as u16 != 0
    }
    /// The one kind that it means. A car, a watch or a headset is that, whatever else it resembles; the other way round
    /// a list such as `"Desktop", "Tablet"` leaves it open.
    fn kind(self) -> Option<Device> {
        let special = [Device::Car, Device::Watch, Device::Xr].into_iter().find(|&kind| self.has(kind));
        special.or_else(|| Device::ALL.iter().copied().find(|&kind| self.0 == 1 << kind as u16))
    }
    /// Whether it can be `device`: one of those listed, or anything where none is.
    fn allows(self, device: Device) -> bool {
        self.0 == 0 || self.has(device)
    }
}

/// What a request says of its device.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Clues {
    pub(super) form_factors: FormFactors,
    pub(super) mobile: Option<bool>,
    pub(super) user_agent: UserAgent,
}

impl Clues {
    /// The kind of device: what the form factors name; else a mobile, if it calls itself so; else what the user agent
    /// looks like. The weaker may not contradict the stronger: then it is unknown. "Not mobile" alone does not make it a
    /// desktop (it can be a tablet or a TV); it only takes "mobile" from the user agent.
    pub(super) fn device(self) -> Option<(Device, Source)> {
        if let Some(kind) = self.form_factors.kind() {
            return Some((kind, Source::Request));
        }
        let (kind, source) = match self.mobile {
            Some(true) => (Device::Mobile, Source::Request),
            Some(false) => (self.user_agent.device.filter(|&kind| kind != Device::Mobile)?, Source::Inferred),
            None => (self.user_agent.device?, Source::Inferred),
        };
        self.form_factors.allows(kind).then_some((kind, source))
    }
}
