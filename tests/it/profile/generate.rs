//! Arbitrary profiles, visits and events, made through the public doors alone.

use maitre::{
    AccessNeed, AssistanceLevel, Channel, CustomerProfile, Fact, Feedback, Journey, JourneyStage,
    LayoutComplexity, Moment, NeedStrength, Offset, Outcome, Prior, Reach, Source, Timestamp, Touchpoint,
    Unit, Value, Visit, built_in_attributes,
};
use proptest::collection::{btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

pub fn timestamp() -> impl Strategy<Value = Timestamp> {
    let seconds =
        prop_oneof![4 => 1_600_000_000..1_900_000_000_i64, 1 => -62_135_596_800..253_402_207_200_i64];
    let nanos = prop_oneof![2 => Just(0), 1 => 0..1_000_000_000_u32];
    (seconds, nanos).prop_filter_map("in range", |(seconds, nanos)| Timestamp::from_unix(seconds, nanos))
}
fn moment() -> impl Strategy<Value = Moment> {
    (timestamp(), -1080..=1080_i16)
        .prop_map(|(at, offset)| Moment::new(at, Offset::from_minutes(offset).unwrap()))
}
pub fn channel() -> impl Strategy<Value = Channel> {
    prop_oneof![
        5 => select(Channel::BUILT_IN.to_vec()),
        1 => select(vec!["kiosk", "shop_tv", "x"]).prop_map(|name| Channel::parse(name).unwrap()),
    ]
}
fn text() -> impl Strategy<Value = String> {
    prop_oneof![3 => "[a-z_]{1,8}", 1 => any::<String>(), 1 => Just("2026-11-23T10:00:00Z".to_owned())]
}
fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (0..100_i64).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        select(vec![f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 0.1 + 0.2, 5e-324, 1e300])
            .prop_map(Value::from),
        text().prop_map(Value::from),
        timestamp().prop_map(Value::from),
        btree_set(text().prop_map(String::into_boxed_str), 0..4).prop_map(Value::Set),
    ]
}
fn source() -> impl Strategy<Value = Source> {
    select(Source::ALL)
}
fn fact() -> impl Strategy<Value = Fact<Value>> {
    (value(), source(), option::of(timestamp())).prop_map(|(value, source, learnt)| Fact {
        value,
        source,
        learnt,
    })
}
/// A value that fits a built-in attribute more often than not.
fn built_in() -> impl Strategy<Value = (String, Fact<Value>)> {
    let attributes: Vec<(String, String)> = built_in_attributes()
        .into_iter()
        .map(|attribute| (attribute.name.to_owned(), attribute.values.clone()))
        .collect();
    (select(attributes), channel(), fact(), 0..12_i64, any::<bool>()).prop_map(
        |((name, values), channel, fact, n, fits)| {
            let names: Vec<&str> = values.split(", ").filter(|name| !name.is_empty()).collect();
            let word = names.get(n as usize % names.len().max(1)).copied().unwrap_or("word");
            let is_number = values.is_empty() || values.contains(" to ") || values.contains(" or more");
            let value = if is_number { Value::from(n) } else { word.into() };
            (name.replace("CHANNEL", channel.as_str()), if fits { Fact { value, ..fact } } else { fact })
        },
    )
}
prop_compose! {
    fn journey()(
        name in option::of(text()), stage in option::of(select(JourneyStage::ALL)), step in option::of(text()),
        started_on in option::of(channel()), last in option::of(channel()), counts in any::<[u32; 3]>(),
        started_at in option::of(timestamp()), abandoned in any::<Option<bool>>(),
    ) -> Journey {
        let [attempts, failed_steps, switches] = counts.map(|count| count.saturating_sub(u32::MAX / 2));
        let (name, step) = (name.map(Into::into), step.map(Into::into));
        Journey { name, stage, step, started_on, channel: last, attempts, failed_steps, switches, started_at, abandoned }
    }
}

#[derive(Debug, Clone)]
enum Said {
    Fact(String, Fact<Value>),
    Own(String, Fact<Value>),
    Need(AccessNeed, NeedStrength),
    Reach(Channel, Reach),
    Consent(String, Option<Timestamp>),
    Contact(Channel, Timestamp),
    Uses(Channel, u32),
    Success(Channel, u32),
    Last(Channel, Timestamp),
    Journey(Journey),
}

pub fn profile() -> impl Strategy<Value = CustomerProfile> {
    let said = prop_oneof![
        4 => built_in().prop_map(|(name, fact)| Said::Fact(name, fact)),
        2 => (text(), fact()).prop_map(|(name, fact)| Said::Own(name, fact)),
        2 => (select(AccessNeed::ALL), select(NeedStrength::ALL)).prop_map(|(need, strength)| Said::Need(need, strength)),
        1 => (channel(), select(Reach::ALL)).prop_map(|(channel, reach)| Said::Reach(channel, reach)),
        1 => (text(), option::of(timestamp())).prop_map(|(purpose, until)| Said::Consent(purpose, until)),
        2 => (channel(), timestamp()).prop_map(|(channel, at)| Said::Contact(channel, at)),
        1 => (channel(), any::<u32>()).prop_map(|(channel, count)| Said::Uses(channel, count)),
        1 => (channel(), 0..3_u32).prop_map(|(channel, count)| Said::Success(channel, count)),
        1 => (channel(), timestamp()).prop_map(|(channel, at)| Said::Last(channel, at)),
        1 => journey().prop_map(Said::Journey),
    ];
    vec(said, 0..24).prop_map(|all| {
        all.into_iter().fold(CustomerProfile::new(), |profile, said| match said {
            Said::Fact(name, fact) => profile.clone().with_fact(&name, fact).unwrap_or(profile),
            Said::Own(name, fact) => profile.with_attribute(&name, fact),
            Said::Need(need, strength) => profile.with_need(need, strength),
            Said::Reach(channel, reach) => profile.with_reach(channel, reach),
            Said::Consent(purpose, until) => profile.with_consent(&purpose, until),
            Said::Contact(channel, at) => profile.with_contact(channel, at),
            Said::Uses(channel, count) => profile.with_uses(channel, count),
            Said::Success(channel, count) => profile.with_success(channel, count),
            Said::Last(channel, at) => profile.with_last(channel, at),
            Said::Journey(journey) => profile.with_journey(journey),
        })
    })
}

prop_compose! {
    pub fn visit()(
        at in moment(), channel in option::of(channel()), facts in vec(built_in(), 0..12),
        own in vec((text(), fact()), 0..4), journey in option::of(journey()),
        ids in vec((select(Unit::ALL), text()), 0..3),
        prior in option::of((select(LayoutComplexity::ALL), select(AssistanceLevel::ALL))),
    ) -> Visit {
        let mut visit = Visit::new(at).with_prior(prior.map(|(layout, assistance)| Prior { layout, assistance }));
        if let Some(channel) = channel {
            visit = visit.on(channel);
        }
        if let Some(journey) = journey {
            visit = visit.with_journey(journey);
        }
        visit = facts.into_iter().fold(visit, |visit, (name, fact)| visit.clone().with_fact(&name, fact).unwrap_or(visit));
        visit = own.into_iter().fold(visit, |visit, (name, fact)| visit.with_attribute(&name, fact));
        ids.into_iter().fold(visit, |visit, (unit, id)| visit.with_id(unit, id))
    }
}

prop_compose! {
    fn feedback()(mood in any::<Option<i8>>(), effort in option::of(0..9_u8), nps in option::of(0..12_u8)) -> Feedback {
        Feedback { mood, effort, nps }
    }
}

prop_compose! {
    pub fn touchpoint()(
        at in timestamp(), channel in channel(), outcome in select(Outcome::ALL),
        journey in option::of(select(vec!["billing", "order"])), step in option::of(select(vec!["card", "address"])),
        stage in option::of(select(JourneyStage::ALL)), feedback in option::of(feedback()), begun_by_us in any::<bool>(),
    ) -> Touchpoint {
        let mut touchpoint = Touchpoint::new(at, channel, outcome);
        if let Some(journey) = journey {
            touchpoint = touchpoint.in_journey(journey);
        }
        if let Some(step) = step {
            touchpoint = touchpoint.at_step(step);
        }
        if let Some(stage) = stage {
            touchpoint = touchpoint.at_stage(stage);
        }
        if let Some(feedback) = feedback {
            touchpoint = touchpoint.with_feedback(feedback);
        }
        if begun_by_us { touchpoint.begun_by_us() } else { touchpoint }
    }
}
