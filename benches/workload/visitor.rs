//! Visitors: what is known of each, and the same as a host hands it over, with sources, dates, consents and habits.

use std::error::Error;

use maitre::{Channel, CustomerProfile, Duration, Fact, Moment, Reach, Source, Timestamp, Unit, Visit};

use super::document::{Limit, limit};
use super::random::Random;
use super::schema::{Attribute, Value};

/// A visitor as the library takes them.
pub type Guest = (CustomerProfile, Visit);

/// One visitor.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// By attribute of the schema; `None` is not known.
    pub values: Vec<Option<Value>>,
    /// What else is known of them is drawn from here.
    seed: u64,
}

/// `count` visitors of whom each fact is left out with `missing` percent.
pub fn visitors(schema: &[Attribute], count: usize, seed: u64, missing: usize) -> Vec<Visitor> {
    let mut random = Random::new(seed);
    let visitor = |_| {
        let values = schema
            .iter()
            .map(|attribute| {
                let value = attribute.draw(&mut random);
                (!random.percent(missing) || attribute.is_counted).then_some(value)
            })
            .collect();
        Visitor { values, seed: random.next() }
    };
    (0..count).map(visitor).collect()
}

/// Monday noon, 23 November 2026.
const MONDAY: &str = "2026-11-23T12:00:00-03:00";
const DAY: i64 = 86_400;

/// When everybody comes who comes with facts alone.
pub fn now() -> Option<Moment> {
    Moment::parse(MONDAY)
}

impl Visitor {
    /// The facts and nothing else: what the segments ask.
    ///
    /// # Errors
    /// The schema has a name that is no fact's.
    pub fn facts(&self, schema: &[Attribute]) -> Result<Guest, Box<dyn Error>> {
        let start = (CustomerProfile::new(), Visit::new(now().ok_or("no time")?));
        self.fill(schema, start, |_, _| (Source::Declared, None))
    }

    /// The facts as a host has them: learnt by different ways at different times, and with all that a decision asks
    /// beside them. About one fact in thirty is too weak or too old for the policy's limits.
    ///
    /// # Errors
    /// The schema has a name that is no fact's.
    pub fn guest(&self, schema: &[Attribute]) -> Result<Guest, Box<dyn Error>> {
        self.guest_and_counting(schema).map(|(guest, _)| guest)
    }

    /// The same, and what the limits of a whole policy let count (D1).
    ///
    /// # Errors
    /// The schema has a name that is no fact's.
    pub fn guest_and_counting(&self, schema: &[Attribute]) -> Result<(Guest, Visitor), Box<dyn Error>> {
        let mut random = Random::new(self.seed);
        let monday = Moment::parse(MONDAY).ok_or("no time")?;
        // Some time of the week that begins then.
        let later = Duration::from_seconds(random.below(7 * 24 * 60) as i64 * 60);
        let now = monday.checked_add(later).unwrap_or(monday);
        let noon = monday.timestamp();
        let ago = |days: usize| Timestamp::from_unix(noon.unix_seconds() - days as i64 * DAY, 0);

        let mut profile = CustomerProfile::new();
        let consents = !random.percent(4);
        if consents {
            profile = profile.with_consent("profiling", None);
        }
        if random.percent(70) {
            profile = profile.with_consent("messages", ago(0).filter(|_| random.percent(10)));
        }
        for channel in Channel::BUILT_IN {
            match random.below(10) {
                0..4 => profile = profile.with_reach(channel, Reach::Verified),
                4..6 => profile = profile.with_reach(channel, Reach::Claimed),
                6 if random.percent(30) => profile = profile.with_reach(channel, Reach::Blocked),
                _ => {}
            }
            if random.percent(25) {
                profile = profile.with_habit(channel, 1 + random.below(4) as u8);
            }
        }
        for channel in [Channel::Email, Channel::Sms, Channel::Push] {
            for _ in 0..random.below(7) {
                if let Some(at) = ago(1 + random.below(60)) {
                    profile = profile.with_contact(channel, at);
                }
            }
        }
        if random.percent(5) {
            profile = profile.with_preferred_channel(*random.pick(&Channel::BUILT_IN));
        }
        let mut visit = Visit::new(now)
            .on(*random.pick(&[Channel::Web, Channel::Web, Channel::App, Channel::Chat]))
            .with_id(Unit::Person, format!("person-{:016x}", random.next()))
            .with_id(Unit::Household, format!("household-{:012x}", random.next() >> 16));
        let objects = random.percent(3);
        if objects {
            visit = visit.with_gpc(true);
        }
        let mut counting = self.clone();
        let guest = self.fill(schema, (profile, visit), |position, attribute| {
            let source = match random.below(100) {
                _ if attribute.is_of_visit() => Source::Request,
                0..4 => Source::Inferred,
                4..50 => Source::Observed,
                _ => Source::Declared,
            };
            let days = if random.percent(3) { 800 } else { random.below(300) };
            let counts = match limit(&attribute.name) {
                None => true,
                Some(Limit::Observed) => source >= Source::Observed,
                Some(Limit::TwoYears) => days < 2 * 365,
                Some(Limit::Profiling) => consents && !objects,
            };
            if !counts {
                counting.values[position] = None;
            }
            (source, ago(days))
        })?;
        Ok((guest, counting))
    }

    fn fill(
        &self,
        schema: &[Attribute],
        (mut profile, mut visit): Guest,
        mut standing: impl FnMut(usize, &Attribute) -> (Source, Option<Timestamp>),
    ) -> Result<Guest, Box<dyn Error>> {
        for (position, (attribute, value)) in schema.iter().zip(&self.values).enumerate() {
            let Some(value) = value else { continue };
            let (source, learnt) = standing(position, attribute);
            let value = match value {
                Value::Int(value) => maitre::Value::from(*value),
                Value::Float(value) => maitre::Value::from(*value),
                Value::Bool(value) => maitre::Value::from(*value),
                Value::Text(value) => maitre::Value::from(&**value),
            };
            let fact = Fact { value, source, learnt };
            if attribute.is_of_visit() {
                visit = visit.with_fact(&attribute.name, fact)?;
            } else {
                profile = profile.with_fact(&attribute.name, fact)?;
            }
        }
        Ok((profile, visit))
    }
}
