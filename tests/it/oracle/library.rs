//! The library's side of the comparison: a visitor in its types, and its decision in names.

use std::collections::BTreeMap;

use maitre::{
    AccessNeed, AssistanceLevel, Channel, CustomerProfile, Decision, ExperienceSelector, Explanation, Fact,
    Journey, JourneyStage, LayoutComplexity, Moment, NeedStrength, Offset, Policy, Prior, Reach, Reason,
    Source, Timestamp, Truth, Unit, Visit,
};

use super::choose::Answer;
use super::document::{ASSISTANCE, LAYOUTS, REACH, SOURCES};
use super::rust;
use super::value::Value;
use super::visitor::{self, SECOND, Time, Visitor};

/// The selector of the policy that `text` writes, or what is wrong with it.
pub fn load(text: &str) -> Result<ExperienceSelector, String> {
    let policy =
        Policy::loader().rule(rust::Loyal).rule(rust::Alike).toml(text).map_err(|error| error.to_string())?;
    ExperienceSelector::compile(&policy).map_err(|error| error.to_string())
}

pub fn timestamp(at: Time) -> Timestamp {
    Timestamp::from_unix(at.div_euclid(SECOND) as i64, at.rem_euclid(SECOND) as u32)
        .expect("a time of our era")
}
fn channel(name: &str) -> Channel {
    Channel::parse(name).expect("a channel's name")
}
fn value(value: &Value) -> maitre::Value {
    match value {
        Value::Bool(value) => (*value).into(),
        Value::Int(value) => (*value).into(),
        Value::Float(value) => (*value).into(),
        Value::Text(value) => value.as_str().into(),
        Value::Time(at) => timestamp(*at).into(),
        Value::Set(members) => {
            maitre::Value::Set(members.iter().map(|member| member.as_str().into()).collect())
        }
        other => panic!("no fact is {other:?}"),
    }
}
fn fact(given: &visitor::Fact) -> Fact<maitre::Value> {
    let source = Source::parse(SOURCES[given.source]).expect("a source");
    let fact = Fact::new(value(&given.value), source);
    match given.learnt {
        Some(at) => fact.learnt(timestamp(at)),
        None => fact,
    }
}
fn journey(given: &visitor::Journey) -> Journey {
    let mut journey = Journey::default();
    let boxed = |text: &Option<String>| text.as_deref().map(Into::into);
    journey.name = boxed(&given.name);
    journey.stage = given.stage.as_deref().map(|stage| JourneyStage::parse(stage).expect("a stage"));
    journey.step = boxed(&given.step);
    journey.started_on = given.started_on.as_deref().map(channel);
    journey.channel = given.channel.as_deref().map(channel);
    journey.attempts = given.attempts as u32;
    journey.failed_steps = given.failed_steps as u32;
    journey.switches = given.switches as u32;
    journey.started_at = given.started_at.map(timestamp);
    journey.abandoned = given.abandoned;
    journey
}

/// `visitor` in the library's types, each thing given in the order of the lists.
pub fn people(visitor: &Visitor) -> (CustomerProfile, Visit) {
    let mut profile = CustomerProfile::new();
    for given in &visitor.profile {
        profile = profile.with_fact(&given.name, fact(given)).expect("an attribute of a profile");
    }
    for (need, required) in &visitor.needs {
        let strength = if *required { NeedStrength::Required } else { NeedStrength::Preferred };
        profile = profile.with_need(AccessNeed::parse(need).expect("a need"), strength);
    }
    for (purpose, end) in &visitor.consents {
        profile = profile.with_consent(purpose, end.map(timestamp));
    }
    for (name, record) in &visitor.channels {
        let channel = channel(name);
        profile = profile
            .with_reach(channel, Reach::parse(REACH[record.reach]).expect("a reach"))
            .with_uses(channel, record.uses as u32)
            .with_success(channel, record.success as u32)
            .with_habit(channel, record.habit as u8);
        for contact in &record.contacts {
            profile = profile.with_contact(channel, timestamp(*contact));
        }
        if let Some(last) = record.last {
            profile = profile.with_last(channel, timestamp(last));
        }
    }
    if let Some(given) = &visitor.journey {
        profile = profile.with_journey(journey(given));
    }
    let house = Offset::from_minutes(visitor.house as i16).expect("an offset");
    let mut visit = Visit::new(Moment::new(timestamp(visitor.at), house));
    for given in &visitor.visit {
        visit = visit.with_fact(&given.name, fact(given)).expect("an attribute of a visit");
    }
    if let Some(name) = &visitor.channel {
        visit = visit.on(channel(name));
    }
    if let Some(given) = &visitor.visit_journey {
        visit = visit.with_journey(journey(given));
    }
    for (unit, id) in &visitor.ids {
        visit = visit.with_id(Unit::parse(unit).expect("a unit"), id.as_str());
    }
    if let Some((layout, assistance)) = visitor.prior {
        visit = visit.with_prior(Prior {
            layout: LayoutComplexity::parse(LAYOUTS[layout]).expect("a level"),
            assistance: AssistanceLevel::parse(ASSISTANCE[assistance]).expect("a level"),
        });
    }
    (profile, visit)
}

/// The library's decision and explanation for `visitor`.
pub fn explain(selector: &ExperienceSelector, visitor: &Visitor) -> Explanation {
    let (profile, visit) = people(visitor);
    selector.explain(&profile, &visit)
}
pub fn select(selector: &ExperienceSelector, visitor: &Visitor) -> Decision {
    let (profile, visit) = people(visitor);
    selector.select(&profile, &visit)
}

/// What the library says of `visitor`, in names.
pub fn answer(selector: &ExperienceSelector, explanation: &Explanation) -> Answer {
    let decision = explanation.decision();
    let reason =
        |reason: Reason| (reason.code().as_str().to_owned(), selector.giver(reason).map(|by| by.to_string()));
    let name = |channel: Channel| channel.as_str().to_owned();
    let truth = |truth: Truth| match truth {
        Truth::True => Some(true),
        Truth::False => Some(false),
        Truth::Unknown => None,
    };
    let arms: BTreeMap<String, String> =
        selector.arms(decision).map(|(experiment, arm)| (experiment.to_owned(), arm.to_owned())).collect();
    let experience = decision.experience();
    Answer {
        channel: name(experience.channel),
        layout: experience.layout.as_str().to_owned(),
        layout_in_use: decision.layout_in_use().as_str().to_owned(),
        assistance: experience.assistance.as_str().to_owned(),
        adaptations: decision.adaptations().iter().map(|need| need.as_str().to_owned()).collect(),
        way_out: decision.way_out().map(|way| (name(way.channel), way.open)),
        alternatives: decision.alternatives().map(name).collect(),
        channel_reason: reason(decision.channel_reason()),
        layout_reason: reason(decision.layout_reason()),
        assistance_reason: reason(decision.assistance_reason()),
        arms,
        rules: explanation.rules().map(str::to_owned).collect(),
        undecided: explanation.undecided().iter().map(|undecided| undecided.rule().to_owned()).collect(),
        segments: explanation.segments().map(|(segment, value)| (segment.to_owned(), truth(value))).collect(),
        ruled_out: explanation
            .channels()
            .iter()
            .filter_map(|note| Some((name(note.channel()), note.ruled_out()?.as_str().to_owned())))
            .collect(),
        scores: explanation
            .channels()
            .iter()
            .filter(|note| note.ruled_out().is_none())
            .map(|note| (name(note.channel()), note.score()))
            .collect(),
    }
}
