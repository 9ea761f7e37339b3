//! The built-in attributes by name and type, and what values an attribute can have.

use super::document::{ASSISTANCE, BUILT_IN_CHANNELS, Document, Kind, LAYOUTS, NEEDS, REACH, WEEKDAYS};
use super::time;
use super::value::Value;

/// The range of a count.
const COUNT: Kind = Kind::Int(0, u32::MAX as i64);
pub const COUNTS: [&str; 11] = [
    "profile.visits",
    "profile.orders",
    "profile.open_cases",
    "visit.pages",
    "visit.errors",
    "visit.retries",
    "visit.rage_clicks",
    "visit.back_steps",
    "journey.attempts",
    "journey.failed_steps",
    "journey.switches",
];

/// The type of the built-in attribute `name`.
pub fn built_in(document: &Document, name: &str) -> Option<Kind> {
    let names = |list: &[&str]| list.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    // A channel that is neither built in nor the policy's own is unknown.
    let channels = || {
        let own = document.channels.iter().filter(|channel| channel.own).map(|channel| channel.name.clone());
        names(&BUILT_IN_CHANNELS).into_iter().chain(own).collect()
    };
    if COUNTS.contains(&name) {
        return Some(COUNT);
    }
    if let Some(channel) = name.rsplit('.').next().filter(|_| name.matches('.').count() == 2) {
        let family = name.trim_end_matches(channel).trim_end_matches('.');
        return match family {
            "profile.reach" => Some(Kind::Enum(names(&REACH))),
            "profile.contacts_30d" | "profile.uses" | "profile.success" => Some(COUNT),
            "profile.habit" => Some(Kind::Int(0, 4)),
            _ => None,
        };
    }
    Some(match name {
        "profile.age" => Kind::Int(0, 130),
        "profile.fluency" => Kind::Int(0, 100),
        "profile.mood" => Kind::Int(-100, 100),
        "profile.mood_trend" => Kind::Int(-200, 200),
        "profile.effort" => Kind::Int(1, 7),
        "profile.nps" => Kind::Int(0, 10),
        "visit.offset" => Kind::Int(-1080, 1080),
        "visit.hour" => Kind::Int(0, 23),
        "profile.tenure_days" | "visit.viewport_width" | "visit.idle_seconds" | "journey.elapsed_seconds" => {
            COUNT
        }
        "profile.language" | "profile.region" | "profile.tier" | "visit.platform" | "visit.language"
        | "visit.referrer" | "visit.campaign" | "journey.name" | "journey.step" => Kind::Text,
        "visit.save_data"
        | "visit.reduced_motion"
        | "visit.more_contrast"
        | "visit.forced_colors"
        | "visit.returning"
        | "visit.gpc"
        | "journey.abandoned" => Kind::Bool,
        "visit.downlink" | "visit.device_memory" => Kind::Float,
        "visit.at" => Kind::Time,
        "profile.needs" | "profile.required_needs" => Kind::Set(names(&NEEDS)),
        "profile.consents" => Kind::Set(document.purposes.clone()),
        "profile.preferred_channel" | "visit.channel" | "journey.channel" | "journey.started_on" => {
            Kind::Enum(channels())
        }
        "profile.preferred_layout" => Kind::Enum(names(&LAYOUTS)),
        "profile.preferred_assistance" => Kind::Enum(names(&ASSISTANCE)),
        "visit.weekday" => Kind::Enum(names(&WEEKDAYS)),
        "visit.device" => {
            Kind::Enum(names(&["mobile", "tablet", "desktop", "watch", "tv", "car", "xr", "kiosk", "other"]))
        }
        "visit.input" => Kind::Enum(names(&["touch", "pointer", "keyboard", "switch", "voice", "remote"])),
        "visit.connection" => Kind::Enum(names(&["offline", "slow_2g", "2g", "3g", "4g"])),
        "visit.color_scheme" => Kind::Enum(names(&["light", "dark"])),
        "journey.stage" => {
            Kind::Enum(names(&["discover", "consider", "buy", "onboard", "use", "support", "renew", "leave"]))
        }
        _ => return None,
    })
}

/// `value` as an attribute of `kind` has it. JSON writes 5 for 5.0 and a time as a text: both are taken for what they mean.
pub fn fitted(kind: &Kind, value: Value) -> Option<Value> {
    let value = match (kind, value) {
        (Kind::Float, Value::Int(whole)) if whole.abs() <= 1 << 53 => Value::Float(whole as f64),
        (Kind::Time, Value::Text(text)) if is_time(&text) => Value::Time(time::parse_time(&text)),
        (_, value) => value,
    };
    belongs(kind, &value).then_some(value)
}
/// As far as the generated visitors go, a text of this length is a time.
fn is_time(text: &str) -> bool {
    text.len() == "2026-11-23T12:00:00Z".len() && text.ends_with('Z')
}

/// Whether `value` is one that an attribute of `kind` can have.
fn belongs(kind: &Kind, value: &Value) -> bool {
    match (kind, value) {
        (Kind::Bool, Value::Bool(_)) | (Kind::Text, Value::Text(_)) | (Kind::Time, Value::Time(_)) => true,
        (Kind::Int(min, max), Value::Int(value)) => min <= value && value <= max,
        (Kind::Float, Value::Float(value)) => !value.is_nan(),
        (Kind::Enum(names), Value::Text(name)) => names.contains(name),
        (Kind::Set(names), Value::Set(members)) => members.iter().all(|member| names.contains(member)),
        _ => false,
    }
}
