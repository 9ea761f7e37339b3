//! This request: time, channel in use, device, connection, journey state, friction so far, unit ids and the prior
//! decision if there is one. Made anew for every request by the host, read by the selector.

mod build;
mod data;
mod device;

use std::collections::BTreeMap;

use crate::channel::Channel;
use crate::experience::{AssistanceLevel, LayoutComplexity};
use crate::fact::Fact;
use crate::fact::kept::kept_facts;
use crate::journey::Journey;
use crate::kept::Kept;
use crate::named::Named;
use crate::time::{Moment, Offset};
use crate::value::{Text, Value};
use crate::words::words;

pub(crate) use data::UndatedVisit;
pub use device::{ColorScheme, Connection, Device, Input};

kept_facts! {
    /// The facts of a visit that are kept as they are given, each named like its attribute behind `visit.`.
    VisitFact of Visit, "visit" {
        /// The visitor's clock.
        Offset(Offset) = "offset" by with_offset,
        /// The kind of device.
        Device(Device) = "device" by with_device,
        /// The operating system, as the device names it.
        Platform(String) = "platform" by with_platform,
        /// How the visitor acts on the page.
        Input(Input) = "input" by with_input,
        /// The width that the page has, in CSS px.
        ViewportWidth(u32) = "viewport_width" by with_viewport_width,
        /// The memory of the device in GiB, rounded by it.
        DeviceMemory(f64) = "device_memory" by with_device_memory,
        /// The connection by how it feels, as browsers class it.
        Connection(Connection) = "connection" by with_connection,
        /// The bandwidth the browser expects, in Mbit/s.
        Downlink(f64) = "downlink" by with_downlink,
        /// Whether the device asks for little data.
        SaveData(bool) = "save_data" by with_save_data,
        /// Whether the device asks for less movement.
        ReducedMotion(bool) = "reduced_motion" by with_reduced_motion,
        /// Whether the device asks for more contrast.
        MoreContrast(bool) = "more_contrast" by with_more_contrast,
        /// Whether the device imposes its own colours.
        ForcedColors(bool) = "forced_colors" by with_forced_colors,
        /// The colours the device asks for.
        ColorScheme(ColorScheme) = "color_scheme" by with_color_scheme,
        /// The first language of the device, as a BCP 47 tag.
        Language(String) = "language" by with_language,
        /// The host name of the page they come from.
        Referrer(String) = "referrer" by with_referrer,
        /// The campaign that brought them.
        Campaign(String) = "campaign" by with_campaign,
        /// Whether the device has been here before.
        Returning(bool) = "returning" by with_returning,
        /// Pages seen in this visit.
        Pages(u32) = "pages" by with_pages,
        /// Errors shown in this visit.
        Errors(u32) = "errors" by with_errors,
        /// Forms sent again in this visit.
        Retries(u32) = "retries" by with_retries,
        /// Hasty clicks on the same spot in this visit.
        RageClicks(u32) = "rage_clicks" by with_rage_clicks,
        /// Steps back in this visit.
        BackSteps(u32) = "back_steps" by with_back_steps,
        /// How long nothing has happened, in seconds.
        IdleSeconds(u32) = "idle_seconds" by with_idle_seconds,
        /// Whether the visit carries Sec-GPC; what it withholds is the policy's `gpc`.
        Gpc(bool) = "gpc" by with_gpc,
    }
}

words! {
    /// What an id stands for (D8).
    #[derive(PartialOrd, Ord)]
    #[non_exhaustive]
    pub enum Unit ("unit") {
        /// The person, wherever they come from.
        Person = "person",
        /// The household or account.
        Household = "household",
        /// The device or browser.
        Device = "device",
    }
}

/// The two levels of an earlier decision, the only parts of it that count (D7): they may come from any policy version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
pub struct Prior {
    /// The layout that was shown.
    pub layout: LayoutComplexity,
    /// The assistance that was given.
    pub assistance: AssistanceLevel,
}

/// This request. As data it is written like a [`CustomerProfile`](crate::CustomerProfile); only `at` must be there, and
/// be a time. A prior decision that makes no sense is none, and named by [`unreadable`](Self::unreadable).
///
/// # Example
/// ```
/// # use maitre::{Channel, Device, Moment, Unit, Visit};
/// let at = Moment::parse("2026-11-23T10:00:00-03:00").ok_or("no time")?;
/// let visit = Visit::new(at).on(Channel::Web).with_device(Device::Mobile).with_errors(2).with_id(Unit::Person, "p-17");
/// let the_same = r#"{
///     "at": "2026-11-23T10:00:00-03:00", "channel": "web", "device": "mobile", "errors": 2, "ids": { "person": "p-17" }
/// }"#;
/// assert_eq!(serde_json::from_str::<Visit>(the_same)?, visit);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct Visit {
    pub(crate) at: Moment,
    pub(crate) channel: Option<Channel>,
    /// By [`VisitFact`].
    pub(crate) facts: Kept<{ VisitFact::ALL.len() }>,
    pub(crate) own: Named<Fact<Value>>,
    /// The journey that the host follows itself; without it the profile's counts.
    pub(crate) journey: Option<Journey>,
    /// INVARIANT: by `Unit as usize`, never empty texts; upheld by `with_id`, the only way in.
    pub(crate) ids: [Option<Text>; Unit::ALL.len()],
    pub(crate) prior: Option<Prior>,
    pub(crate) unreadable: BTreeMap<Box<str>, Box<str>>,
}

impl Visit {
    /// A visit at `at`, of which nothing else is known.
    #[must_use]
    pub fn new(at: impl Into<Moment>) -> Self {
        Self {
            at: at.into(),
            channel: None,
            facts: Kept::default(),
            own: Named::default(),
            journey: None,
            ids: std::array::from_fn(|_| None),
            prior: None,
            unreadable: BTreeMap::new(),
        }
    }
}

impl std::fmt::Debug for Visit {
    /// Says when and where, and nothing of the person.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Visit").field("at", &self.at).field("channel", &self.channel).finish_non_exhaustive()
    }
}
