//! The table of built-in attributes. One row is one attribute (or one for each channel): name, type, unit, meaning and
//! how it is read. The checker, the selector, the docs, serde and the generators of the tests are fed from here.

use super::AttributeType;
use super::read::{Comes, Found, Read, contacts_in_window};
use crate::channel::{Channel, Reach};
use crate::experience::{AssistanceLevel, LayoutComplexity};
use crate::journey::JourneyStage;
use crate::need::AccessNeed;
use crate::profile::ProfileFact;
use crate::time::Offset;
use crate::value::{Value, a};
use crate::visit::{ColorScheme, Connection, Device, Input, VisitFact};

/// Stands in a name for the name of a channel.
pub(crate) const CHANNEL: &str = "CHANNEL";

/// Words that CEL keeps for itself: no attribute, variable or function may be called so.
pub(crate) const KEPT_BY_CEL: [&str; 17] = [
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "package",
    "namespace",
    "return",
    "var",
    "void",
    "while",
];

/// Words that CEL takes for no name at all, not even behind a dot: what is called so cannot be asked about.
pub(crate) const NEVER_A_NAME: [&str; 4] = ["true", "false", "null", "in"];

/// Names that mean something in conditions. Like CEL's own words, they cannot be an attribute of the host's own.
pub(crate) const RESERVED: &[&str] = &[
    "profile",
    "visit",
    "journey",
    "segment",
    "known",
    "declared",
    "bucket",
    "rule",
    "has",
    "size",
    "int",
    "uint",
    "double",
    "string",
    "bytes",
    "bool",
    "timestamp",
    "duration",
    "type",
    "dyn",
    "list",
    "map",
    "and",
    "or",
    "not",
];

/// Days until a mood has faded.
pub(crate) const MOOD_FADES_IN_DAYS: i64 = 90;
/// The window of `contacts_30d` and `contacts_at_most`, in days.
pub(crate) const CONTACT_DAYS: i64 = 30;

/// The days of the week by name, in order from Monday.
pub(crate) const WEEKDAYS: &[&str] = &["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// The type of a row, before the policy's channels and purposes are known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    Bool,
    Int(i64, i64),
    Float,
    Text,
    Timestamp,
    Enum(&'static [&'static str]),
    Set(&'static [&'static str]),
    /// An enum of the channels that there are.
    Channel,
    /// A set over the purposes that there are.
    Purposes,
}

impl Kind {
    pub(crate) fn resolve(self, channels: &[Channel], purposes: &[Box<str>]) -> AttributeType {
        match self {
            Self::Bool => AttributeType::Bool,
            Self::Int(min, max) => AttributeType::Int { min, max },
            Self::Float => AttributeType::Float,
            Self::Text => AttributeType::Text,
            Self::Timestamp => AttributeType::Timestamp,
            Self::Enum(names) => AttributeType::enum_of(names.iter().copied()),
            Self::Set(names) => AttributeType::set_of(names.iter().copied()),
            Self::Channel => AttributeType::enum_of(channels.iter().map(Channel::as_str)),
            Self::Purposes => AttributeType::Set(purposes.into()),
        }
    }
}

/// One built-in attribute.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) unit: &'static str,
    pub(crate) meaning: &'static str,
    pub(crate) always_known: bool,
    pub(crate) limitable: bool,
    pub(crate) sensitive: bool,
    /// Whether it is computed from the profile alone.
    pub(crate) of_profile: bool,
    pub(crate) read: Read,
}

impl PartialEq for Row {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Row {
    const fn always_known(mut self) -> Self {
        self.always_known = true;
        self
    }
    const fn not_limitable(mut self) -> Self {
        self.limitable = false;
        self
    }
    /// Though computed, the same whatever the visit is.
    const fn of_profile(mut self) -> Self {
        self.of_profile = true;
        self
    }
    const fn sensitive(mut self) -> Self {
        self.sensitive = true;
        self
    }
}

const fn row(name: &'static str, kind: Kind, unit: &'static str, read: Read, meaning: &'static str) -> Row {
    Row {
        name,
        kind,
        unit,
        meaning,
        always_known: false,
        limitable: true,
        sensitive: false,
        of_profile: false,
        read,
    }
}

/// The row of the fact `name` of `side` (`profile` or `visit`).
#[expect(
    clippy::indexing_slicing,
    reason = "INVARIANT: ROWS is not empty, and a test finds a row for every fact"
)]
pub(crate) fn row_of(side: &str, name: &str) -> &'static Row {
    // Lengths first: every fact that is read comes by here.
    let length = side.len() + 1 + name.len();
    let is_it =
        |row: &&Row| row.name.len() == length && row.name.ends_with(name) && row.name.starts_with(side);
    ROWS.iter().find(is_it).unwrap_or(&ROWS[0])
}

/// `value` as a value of `row`, or why it cannot be one: what was found, then what was expected. Explanations repeat it,
/// so a sensitive value is not in it.
pub(crate) fn fit(row: &Row, value: Value) -> Result<Value, String> {
    let value = match (row.kind, value) {
        // Data that was written by JavaScript has 10 for 10.0.
        (Kind::Float, Value::Int(v)) => {
            Value::Float(exact_float(v).ok_or_else(|| format!("{v} is too large"))?)
        }
        (_, value) => value,
    };
    let problem = match (row.kind, &value) {
        (Kind::Int(min, max), Value::Int(v)) if !(min..=max).contains(v) => {
            if row.sensitive {
                format!("out of range, expected {min} to {max}")
            } else if max == i64::MAX {
                format!("{v} is below {min}")
            } else {
                format!("{v} is not within {min} to {max}")
            }
        }
        (Kind::Float, Value::Float(v)) if v.is_nan() => "not a number".to_owned(),
        (Kind::Enum(names), Value::Text(v)) if !names.contains(&&**v) => {
            format!("`{}` is none of {}", crate::wire::short(v), names.join(", "))
        }
        (Kind::Bool, Value::Bool(_))
        | (Kind::Int(..), Value::Int(_))
        | (Kind::Float, Value::Float(_))
        | (Kind::Text | Kind::Enum(_) | Kind::Channel, Value::Text(_))
        | (Kind::Timestamp, Value::Timestamp(_))
        | (Kind::Set(_) | Kind::Purposes, Value::Set(_)) => return Ok(value),
        (kind, value) => {
            format!("found {}, expected {}", a(value.type_name()), a(kind.resolve(&[], &[]).name()))
        }
    };
    Err(problem)
}

/// `v` as a float, if it is one exactly.
fn exact_float(v: i64) -> Option<f64> {
    const WHOLE: u64 = 1 << f64::MANTISSA_DIGITS;
    (v.unsigned_abs() <= WHOLE).then_some(v as f64)
}

const COUNT: Kind = Kind::Int(0, u32::MAX as i64);

/// What is worked out is within the range of its row: only so it is the same for all who ask for it.
fn at_most_a_count(seconds: i64) -> i64 {
    seconds.min(u32::MAX.into())
}

macro_rules! text {
    ($field:ident) => {
        Read::By(
            |seen, _| seen.in_journey(|journey| journey.$field.as_deref().map(Found::Text)),
            Comes::AtVisit,
        )
    };
}

/// The built-in attributes, in the order of the docs.
pub(crate) static ROWS: &[Row] = &[
    row("profile.age", Kind::Int(0, 130), "years", Read::Profile(ProfileFact::Age), "age in full years; no need follows from it").sensitive(),
    row("profile.language", Kind::Text, "BCP 47", Read::Profile(ProfileFact::Language), "the language the person wants to be served in"),
    row("profile.region", Kind::Text, "", Read::Profile(ProfileFact::Region), "where the person lives, as the host writes it"),
    row("profile.fluency", Kind::Int(0, 100), "points", Read::Profile(ProfileFact::Fluency), "ease with digital services: 0 none, 100 at home in them"),
    row("profile.needs", Kind::Set(AccessNeed::NAMES), "", Read::Needs { required: false }, "the functional needs on record, required or preferred").always_known().not_limitable().sensitive(),
    row("profile.required_needs", Kind::Set(AccessNeed::NAMES), "", Read::Needs { required: true }, "those without which the person cannot use the service").always_known().not_limitable().sensitive(),
    row("profile.reach.CHANNEL", Kind::Enum(Reach::NAMES), "", Read::By(|seen, channel| seen.reach(channel), Comes::Declared), "how surely the person can be reached there").always_known().not_limitable().of_profile(),
    row("profile.consents", Kind::Purposes, "", Read::By(|seen, _| Found::Bits(seen.granted), Comes::Declared), "the purposes granted at the visit: not expired, not withheld by Sec-GPC").always_known().not_limitable(),
    row("profile.preferred_channel", Kind::Channel, "", Read::By(|seen, _| seen.profile.preferred_channel.as_ref().map_or(Found::Nothing, |fact| Found::Channel(&fact.value)), Comes::WithPreference), "the channel the person would choose; declared, it wins").of_profile(),
    row("profile.preferred_layout", Kind::Enum(LayoutComplexity::NAMES), "", Read::Profile(ProfileFact::PreferredLayout), "the layout the person would choose; declared, it replaces the points"),
    row("profile.preferred_assistance", Kind::Enum(AssistanceLevel::NAMES), "", Read::Profile(ProfileFact::PreferredAssistance), "the assistance the person would choose; declared, it replaces the points"),
    row("profile.mood", Kind::Int(-100, 100), "points", Read::By(|seen, _| seen.mood(), Comes::WithMood), "how the person feels about us, from feedback: -100 furious, 100 delighted; fades to 0 within 90 days").sensitive(),
    row("profile.mood_trend", Kind::Int(-200, 200), "points", Read::Profile(ProfileFact::MoodTrend), "how far the last feedback moved the mood").sensitive(),
    row("profile.effort", Kind::Int(1, 7), "points", Read::Profile(ProfileFact::Effort), "how hard the last task was, in the person's words: 1 very easy, 7 very hard"),
    row("profile.nps", Kind::Int(0, 10), "points", Read::Profile(ProfileFact::Nps), "how likely they are to recommend us, as last asked"),
    row("profile.tenure_days", COUNT, "days", Read::Profile(ProfileFact::TenureDays), "how long they have been a customer"),
    row("profile.tier", Kind::Text, "", Read::Profile(ProfileFact::Tier), "the host's name for their standing"),
    row("profile.visits", COUNT, "visits", Read::ProfileCount(ProfileFact::Visits), "visits so far").always_known(),
    row("profile.orders", COUNT, "orders", Read::ProfileCount(ProfileFact::Orders), "orders so far").always_known(),
    row("profile.open_cases", COUNT, "cases", Read::ProfileCount(ProfileFact::OpenCases), "cases with support that are not closed").always_known(),
    row("profile.contacts_30d.CHANNEL", COUNT, "contacts", Read::By(|seen, channel| seen.on_channel(channel, |record| contacts_in_window(record, seen.at())), Comes::AtVisit), "contacts there begun by us in the last 30 days").always_known().not_limitable(),
    row("profile.uses.CHANNEL", COUNT, "touchpoints", Read::By(|seen, channel| seen.on_channel(channel, |record| record.uses.into()), Comes::OnChannel), "touchpoints of the person there").always_known().of_profile(),
    row("profile.success.CHANNEL", COUNT, "touchpoints", Read::By(|seen, channel| seen.on_channel(channel, |record| record.success.into()), Comes::OnChannel), "touchpoints there that ended well").always_known().of_profile(),
    row("profile.habit.CHANNEL", Kind::Int(0, 4), "steps", Read::By(|seen, channel| seen.on_channel(channel, |record| record.habit.into()), Comes::OnChannel), "one up for a success there, one down for a failure").always_known().of_profile(),
    row("visit.at", Kind::Timestamp, "", Read::By(|seen, _| Found::Time(seen.at()), Comes::AtVisit), "the time of the visit: the only now").always_known().not_limitable(),
    row("visit.offset", Kind::Int(-(Offset::MAX_MINUTES as i64), Offset::MAX_MINUTES as i64), "minutes", Read::Visit(VisitFact::Offset), "the visitor's clock, minutes east of UTC"),
    row("visit.hour", Kind::Int(0, 23), "hours", Read::Clock(|minute| Found::Int(i64::from(minute / 60 % 24))), "the hour by the visitor's clock, else the house's").always_known().not_limitable(),
    row("visit.weekday", Kind::Enum(WEEKDAYS), "", Read::Clock(|minute| WEEKDAYS.get(usize::from(minute / 1440)).map_or(Found::Nothing, |day| Found::Text(day))), "the day by the visitor's clock, else the house's").always_known().not_limitable(),
    row("visit.channel", Kind::Channel, "", Read::By(|seen, _| seen.visit.channel.as_ref().map_or(Found::Nothing, Found::Channel), Comes::AtVisit), "the channel in use").not_limitable(),
    row("visit.device", Kind::Enum(Device::NAMES), "", Read::Visit(VisitFact::Device), "the kind of device"),
    row("visit.platform", Kind::Text, "", Read::Visit(VisitFact::Platform), "the operating system, as the device names it"),
    row("visit.input", Kind::Enum(Input::NAMES), "", Read::Visit(VisitFact::Input), "how the visitor acts on the page"),
    row("visit.viewport_width", COUNT, "CSS px", Read::Visit(VisitFact::ViewportWidth), "the width that the page has"),
    row("visit.device_memory", Kind::Float, "GiB", Read::Visit(VisitFact::DeviceMemory), "the memory of the device, rounded by it"),
    row("visit.connection", Kind::Enum(Connection::NAMES), "", Read::Visit(VisitFact::Connection), "the connection by how it feels, as browsers class it"),
    row("visit.downlink", Kind::Float, "Mbit/s", Read::Visit(VisitFact::Downlink), "the bandwidth the browser expects"),
    row("visit.save_data", Kind::Bool, "", Read::Visit(VisitFact::SaveData), "the device asks for little data"),
    row("visit.reduced_motion", Kind::Bool, "", Read::Visit(VisitFact::ReducedMotion), "the device asks for less movement"),
    row("visit.more_contrast", Kind::Bool, "", Read::Visit(VisitFact::MoreContrast), "the device asks for more contrast"),
    row("visit.forced_colors", Kind::Bool, "", Read::Visit(VisitFact::ForcedColors), "the device imposes its own colours"),
    row("visit.color_scheme", Kind::Enum(ColorScheme::NAMES), "", Read::Visit(VisitFact::ColorScheme), "the colours the device asks for"),
    row("visit.language", Kind::Text, "BCP 47", Read::Visit(VisitFact::Language), "the first language of the device"),
    row("visit.referrer", Kind::Text, "", Read::Visit(VisitFact::Referrer), "the host name of the page they come from"),
    row("visit.campaign", Kind::Text, "", Read::Visit(VisitFact::Campaign), "the campaign that brought them"),
    row("visit.returning", Kind::Bool, "", Read::Visit(VisitFact::Returning), "the device has been here before"),
    row("visit.pages", COUNT, "pages", Read::VisitCount(VisitFact::Pages), "pages seen in this visit").always_known(),
    row("visit.errors", COUNT, "errors", Read::VisitCount(VisitFact::Errors), "errors shown in this visit").always_known(),
    row("visit.retries", COUNT, "retries", Read::VisitCount(VisitFact::Retries), "forms sent again in this visit").always_known(),
    row("visit.rage_clicks", COUNT, "clicks", Read::VisitCount(VisitFact::RageClicks), "hasty clicks on the same spot in this visit").always_known(),
    row("visit.back_steps", COUNT, "steps", Read::VisitCount(VisitFact::BackSteps), "steps back in this visit").always_known(),
    row("visit.idle_seconds", COUNT, "seconds", Read::Visit(VisitFact::IdleSeconds), "how long nothing has happened"),
    row("visit.gpc", Kind::Bool, "", Read::Visit(VisitFact::Gpc), "the visit carries Sec-GPC; what it withholds is the policy's `gpc`").not_limitable(),
    row("journey.name", Kind::Text, "", text!(name), "what the person is trying to do"),
    row("journey.stage", Kind::Enum(JourneyStage::NAMES), "", Read::By(|seen, _| seen.in_journey(|journey| journey.stage.map(|stage| Found::Text(stage.as_str()))), Comes::AtVisit), "where in the life with the company it belongs"),
    row("journey.step", Kind::Text, "", text!(step), "the step it stands at"),
    row("journey.started_on", Kind::Channel, "", Read::By(|seen, _| seen.in_journey(|journey| journey.started_on.as_ref().map(Found::Channel)), Comes::AtVisit), "the channel it began on"),
    row("journey.channel", Kind::Channel, "", Read::By(|seen, _| seen.in_journey(|journey| journey.channel.as_ref().map(Found::Channel)), Comes::AtVisit), "its last channel"),
    row("journey.attempts", COUNT, "attempts", Read::By(|seen, _| seen.journey_count(|journey| journey.attempts), Comes::AtVisit), "how often the present step has been tried").always_known(),
    row("journey.failed_steps", COUNT, "failures", Read::By(|seen, _| seen.journey_count(|journey| journey.failed_steps), Comes::AtVisit), "how often the present step has failed").always_known(),
    row("journey.switches", COUNT, "switches", Read::By(|seen, _| seen.journey_count(|journey| journey.switches), Comes::AtVisit), "how often the channel has changed on the way").always_known(),
    row("journey.elapsed_seconds", COUNT, "seconds", Read::By(|seen, _| seen.in_journey(|journey| journey.started_at.filter(|&start| start <= seen.at()).map(|start| Found::Int(at_most_a_count(seen.at().since(start).seconds())))), Comes::AtVisit), "how long ago it began"),
    row("journey.abandoned", Kind::Bool, "", Read::By(|seen, _| seen.in_journey(|journey| journey.abandoned.map(Found::Bool)), Comes::AtVisit), "the person gave it up"),
];

#[cfg(test)]
mod tests {
    use super::super::read::{Reading, Seen};
    use super::*;
    use crate::{CustomerProfile, Fact, Journey, Source, Timestamp, Visit};

    #[test]
    fn every_kept_fact_has_a_row_of_its_name() {
        for fact in ProfileFact::ALL {
            assert_eq!(row_of("profile", fact.as_str()).name, format!("profile.{fact}"));
        }
        for fact in VisitFact::ALL {
            assert_eq!(row_of("visit", fact.as_str()).name, format!("visit.{fact}"));
        }
    }

    fn read<'a>(name: &str, profile: &'a CustomerProfile, visit: &'a Visit) -> Reading<'a> {
        let row = ROWS.iter().find(|row| row.name == name).unwrap();
        row.read.read(Seen { profile, visit, granted: 0 }, None, || 0)
    }

    #[test]
    fn counts_are_observed_whoever_hands_them_over() {
        let visit = Visit::new(Timestamp::EPOCH).with_errors(2);
        let profile = CustomerProfile::new().with_visits(Fact::inferred(5));
        let found = |name| {
            let reading = read(name, &profile, &visit);
            let Found::Int(count) = reading.found else { panic!("{name} is no count") };
            (count, reading.source)
        };
        assert_eq!(found("profile.visits"), (5, Source::Observed));
        assert_eq!(found("profile.orders"), (0, Source::Observed));
        assert_eq!(found("visit.errors"), (2, Source::Observed));
        assert_eq!(found("profile.uses.CHANNEL"), (0, Source::Observed));
    }

    #[test]
    fn a_journey_began_some_time_ago_or_else_has_no_elapsed_time() {
        let elapsed = |start: Timestamp| {
            let journey = Journey { started_at: Some(start), ..Journey::default() };
            let visit = Visit::new(Timestamp::EPOCH).with_journey(journey);
            match read("journey.elapsed_seconds", &CustomerProfile::new(), &visit).found {
                Found::Int(seconds) => Some(seconds),
                _ => None,
            }
        };
        assert_eq!(elapsed(Timestamp::from_unix(-90, 1).unwrap()), Some(89));
        assert_eq!(elapsed(Timestamp::EPOCH), Some(0));
        assert_eq!(elapsed(Timestamp::from_unix(0, 1).unwrap()), None);
        // No more than a count can be, which is some 136 years: beyond its range it would be unknown to some who ask.
        let most = i64::from(u32::MAX);
        assert_eq!(elapsed(Timestamp::from_unix(-most, 0).unwrap()), Some(most));
        assert_eq!(elapsed(Timestamp::from_unix(-most - 1, 0).unwrap()), Some(most));
    }
}
