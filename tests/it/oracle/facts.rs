//! What is known of a visitor under a document: the fact in force of every attribute, after D1.

use super::document::{BUILT_IN_CHANNELS, Document, Kind, Limit, NEEDS, REACH, WEEKDAYS};
use super::time;
use super::value::{Value, order};
use super::visitor::{DAY, Fact, Journey, Record, SECOND, Time, Visitor};

pub struct Facts<'a> {
    pub document: &'a Document,
    pub visitor: &'a Visitor,
}

/// A value with its source and date, before D1.
struct Found {
    value: Value,
    source: usize,
    learnt: Option<Time>,
}
const OBSERVED: usize = 2;
const DECLARED: usize = 3;

/// Attributes of one value, by name.
const COUNT: Kind = Kind::Int(0, u32::MAX as i64);
pub const COUNTS: [&str; 12] = [
    "profile.visits", "profile.orders", "profile.open_cases", "visit.pages", "visit.errors", "visit.retries",
    "visit.rage_clicks", "visit.back_steps", "visit.idle_seconds", "journey.attempts", "journey.failed_steps",
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
        "profile.tenure_days" | "visit.viewport_width" | "journey.elapsed_seconds" => COUNT,
        "profile.language" | "profile.region" | "profile.tier" | "visit.platform" | "visit.language"
        | "visit.referrer" | "visit.campaign" | "journey.name" | "journey.step" => Kind::Text,
        "visit.save_data" | "visit.reduced_motion" | "visit.more_contrast" | "visit.forced_colors"
        | "visit.returning" | "visit.gpc" | "journey.abandoned" => Kind::Bool,
        "visit.downlink" | "visit.device_memory" => Kind::Float,
        "visit.at" => Kind::Time,
        "profile.needs" | "profile.required_needs" => Kind::Set(names(&NEEDS)),
        "profile.consents" => Kind::Set(document.purposes.clone()),
        "profile.preferred_channel" | "visit.channel" | "journey.channel" | "journey.started_on" => Kind::Enum(channels()),
        "profile.preferred_layout" => Kind::Enum(names(&super::document::LAYOUTS)),
        "profile.preferred_assistance" => Kind::Enum(names(&super::document::ASSISTANCE)),
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
fn fitted(kind: &Kind, value: Value) -> Option<Value> {
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

/// The one fact that is kept of several about one attribute: the stronger source, then the later, then the greater.
/// Of a built-in attribute, a value that cannot be is not kept at all.
fn kept<'f>(facts: &'f [Fact], name: &str, built_in: Option<&Kind>) -> Option<&'f Fact> {
    let can_be = |value: &Value| match built_in {
        // Which channels there are, a profile does not know.
        Some(_) if name == "profile.preferred_channel" => matches!(value, Value::Text(_)),
        Some(kind) => fitted(kind, value.clone()).is_some(),
        None => true,
    };
    let mut best: Option<&Fact> = None;
    for fact in facts.iter().filter(|fact| fact.name == name && can_be(&fact.value)) {
        let better = best.is_none_or(|best| {
            let (new, old) = ((fact.source, fact.learnt), (best.source, best.learnt));
            new > old || new == old && is_greater(&fact.value, &best.value)
        });
        if better {
            best = Some(fact);
        }
    }
    best
}
fn is_greater(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Set(a), Value::Set(b)) => a > b,
        _ => order(a, b).is_some_and(std::cmp::Ordering::is_gt),
    }
}

impl<'a> Facts<'a> {
    pub fn new(document: &'a Document, visitor: &'a Visitor) -> Self {
        Self { document, visitor }
    }
    /// The journey that counts: the visit's, else the profile's.
    fn journey(&self) -> Option<&'a Journey> {
        self.visitor.visit_journey.as_ref().or(self.visitor.journey.as_ref())
    }
    pub fn record(&self, channel: &str) -> Option<&'a Record> {
        self.visitor.channels.get(channel)
    }
    /// Whether `purpose` is granted at the visit.
    pub fn granted(&self, purpose: &str) -> bool {
        let withheld = self.document.gpc.iter().any(|p| p == purpose) && self.is_true("visit.gpc");
        let consent = self.visitor.consents.get(purpose);
        !withheld && consent.is_some_and(|end| end.is_none_or(|end| end > self.visitor.at))
    }
    /// Whether the `bool` attribute `name` is known and true.
    pub fn is_true(&self, name: &str) -> bool {
        self.value(name) == Some(Value::Bool(true))
    }
    /// The number of the count or habit `name`.
    pub fn count(&self, name: &str) -> i64 {
        match self.value(name) {
            Some(Value::Int(value)) => value,
            other => panic!("{name} is {other:?}"),
        }
    }
    /// The text of the attribute `name`, if known.
    pub fn text(&self, name: &str) -> Option<String> {
        match self.value(name)? {
            Value::Text(text) => Some(text),
            other => panic!("{name} is {other:?}"),
        }
    }
    /// The declared value of the preference `name`, if there is one.
    pub fn declared_text(&self, name: &str) -> Option<String> {
        if self.declared(name) { self.text(name) } else { None }
    }
    /// The visitor's UTC offset: their own, or the house's.
    pub fn offset(&self) -> i64 {
        match self.value("visit.offset") {
            Some(Value::Int(minutes)) => minutes,
            _ => self.visitor.house,
        }
    }
    /// Contacts begun by us later than 30 days before the visit and not after it.
    pub fn contacts(&self, channel: &str) -> i64 {
        let at = self.visitor.at;
        let contacts = self.record(channel).map_or(&[][..], |record| &record.contacts);
        contacts.iter().filter(|contact| **contact > at - 30 * DAY && **contact <= at).count() as i64
    }

    /// The value of the attribute `name`; `None` is unknown.
    pub fn value(&self, name: &str) -> Option<Value> {
        let kind = self.document.kind(name).unwrap_or_else(|| panic!("there is no attribute {name}"));
        let counts = COUNTS.contains(&name)
            || ["profile.uses.", "profile.success.", "profile.habit."].iter().any(|family| name.starts_with(family));
        let seen = self.in_force(name).and_then(|found| fitted(&kind, found.value));
        seen.or(counts.then_some(Value::Int(0)))
    }
    /// Whether the fact in force has source `declared`.
    pub fn declared(&self, name: &str) -> bool {
        let kind = self.document.kind(name).unwrap_or_else(|| panic!("there is no attribute {name}"));
        self.in_force(name).is_some_and(|found| found.source == DECLARED && fitted(&kind, found.value).is_some())
    }
    /// The fact that D1 leaves.
    fn in_force(&self, name: &str) -> Option<Found> {
        let found = self.found(name)?;
        // A limit on a per-channel attribute is for all its channels.
        let family = if name.matches('.').count() == 2 { name.rsplit_once('.').map_or(name, |(family, _)| family) } else { name };
        match self.document.limits.get(family) {
            Some(limit) if self.hides(limit, &found) => None,
            _ => Some(found),
        }
    }
    fn hides(&self, limit: &Limit, found: &Found) -> bool {
        let too_old = limit.max_age_days.is_some_and(|days| {
            found.learnt.is_none_or(|learnt| self.visitor.at - learnt > i128::from(days) * DAY)
        });
        let withheld = limit.consent.as_ref().is_some_and(|purpose| !self.granted(purpose));
        found.source < limit.min_source || too_old || withheld
    }
    /// What was given, with its source and date.
    fn found(&self, name: &str) -> Option<Found> {
        let (at, visitor) = (self.visitor.at, self.visitor);
        let of_visit = |value| Some(Found { value, source: OBSERVED, learnt: Some(at) });
        let declared = |value| Some(Found { value, source: DECLARED, learnt: None });
        let needs = |needed: &dyn Fn(&str) -> bool| {
            Value::Set(visitor.needs.iter().map(|(need, _)| need.clone()).filter(|need| needed(need)).collect())
        };
        let built_in = built_in(self.document, name);
        if let Some((family, channel)) = name.rsplit_once('.').filter(|_| name.matches('.').count() == 2) {
            let record = self.record(channel);
            let on_channel = |read: &dyn Fn(&Record) -> i64| {
                let record = record?;
                Some(Found { value: Value::Int(read(record)), source: OBSERVED, learnt: record.last })
            };
            return match family {
                "profile.reach" => declared(Value::text(REACH[record.map_or(1, |record| record.reach)])),
                "profile.contacts_30d" => of_visit(Value::Int(self.contacts(channel))),
                "profile.uses" => on_channel(&|record| record.uses),
                "profile.success" => on_channel(&|record| record.success),
                "profile.habit" => on_channel(&|record| record.habit),
                _ => None,
            };
        }
        match name {
            "profile.needs" => return declared(needs(&|_| true)),
            "profile.required_needs" => return declared(needs(&|need| visitor.required(need))),
            "profile.consents" => {
                let granted = self.document.purposes.iter().filter(|purpose| self.granted(purpose)).cloned();
                return declared(Value::Set(granted.collect()));
            }
            "visit.at" => return of_visit(Value::Time(at)),
            "visit.hour" => return of_visit(Value::Int(time::minute_of_day(at, self.offset()) / 60)),
            "visit.weekday" => return of_visit(Value::text(WEEKDAYS[time::weekday(at, self.offset())])),
            "visit.channel" => return of_visit(Value::Text(visitor.channel.clone()?)),
            "profile.mood" => {
                let fact = kept(&visitor.profile, name, built_in.as_ref())?;
                let days = fact.learnt.map_or(0, |learnt| (at - learnt).div_euclid(DAY).clamp(0, 90));
                let value = match &fact.value {
                    Value::Int(mood) => Value::Int(mood * (90 - days as i64) / 90),
                    other => other.clone(),
                };
                return Some(Found { value, source: fact.source, learnt: fact.learnt });
            }
            _ => {}
        }
        if let Some(field) = name.strip_prefix("journey.") {
            let journey = self.journey()?;
            let text = |field: &Option<String>| field.clone().map(Value::Text);
            return of_visit(match field {
                "name" => text(&journey.name)?,
                "stage" => text(&journey.stage)?,
                "step" => text(&journey.step)?,
                "started_on" => text(&journey.started_on)?,
                "channel" => text(&journey.channel)?,
                "attempts" => Value::Int(journey.attempts),
                "failed_steps" => Value::Int(journey.failed_steps),
                "switches" => Value::Int(journey.switches),
                "elapsed_seconds" => Value::Int((at - journey.started_at?).div_euclid(SECOND) as i64),
                "abandoned" => Value::Bool(journey.abandoned?),
                _ => return None,
            });
        }
        let own = self.document.attributes.get(name);
        let on_visit = own.map_or(name.starts_with("visit."), |own| own.on_visit);
        let fact = kept(if on_visit { &visitor.visit } else { &visitor.profile }, name, built_in.as_ref())?;
        let source = if COUNTS.contains(&name) { OBSERVED } else { fact.source };
        let learnt = fact.learnt.or(on_visit.then_some(at));
        Some(Found { value: fact.value.clone(), source, learnt })
    }
}
