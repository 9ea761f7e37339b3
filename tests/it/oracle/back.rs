//! From the library's types back to the interpreter's: whoever an analysis made up is asked there too.

use std::collections::{BTreeMap, BTreeSet};

use maitre::{Channel, CustomerProfile, Fact, Journey, Timestamp, Unit, Visit};
use serde_json::{Map, Value as Json};

use super::document::{ASSISTANCE, LAYOUTS, REACH, SOURCES};
use super::value::Value;
use super::visitor::{self, Record, Time, Visitor};

fn time(at: Timestamp) -> Time {
    super::time::parse_time(&at.to_string())
}
fn place(all: &[&str], name: &str) -> usize {
    all.iter().position(|one| *one == name).unwrap_or_else(|| panic!("{name} is none of {all:?}"))
}
fn value(value: &maitre::Value) -> Value {
    match value {
        maitre::Value::Bool(value) => Value::Bool(*value),
        maitre::Value::Int(value) => Value::Int(*value),
        maitre::Value::Float(value) => Value::Float(*value),
        maitre::Value::Text(text) => Value::text(text),
        maitre::Value::Timestamp(at) => Value::Time(time(*at)),
        maitre::Value::Set(members) => {
            Value::Set(members.iter().map(|member| member.to_string()).collect::<BTreeSet<_>>())
        }
        other => panic!("no fact is {other:?}"),
    }
}
fn fact(name: &str, fact: &Fact<maitre::Value>) -> visitor::Fact {
    visitor::Fact {
        name: name.to_owned(),
        value: value(&fact.value),
        source: place(&SOURCES, fact.source.as_str()),
        learnt: fact.learnt.map(time),
    }
}
fn journey(journey: &Journey) -> visitor::Journey {
    let text = |text: &Option<Box<str>>| text.as_deref().map(str::to_owned);
    let channel = |channel: Option<Channel>| channel.map(|channel| channel.as_str().to_owned());
    visitor::Journey {
        name: text(&journey.name),
        stage: journey.stage.map(|stage| stage.as_str().to_owned()),
        step: text(&journey.step),
        started_on: channel(journey.started_on),
        channel: channel(journey.channel),
        attempts: journey.attempts.into(),
        failed_steps: journey.failed_steps.into(),
        switches: journey.switches.into(),
        started_at: journey.started_at.map(time),
        abandoned: journey.abandoned,
    }
}
/// The fields of what is written, and the names in one of its tables.
fn fields(written: &impl serde::Serialize) -> Map<String, Json> {
    let Ok(Json::Object(fields)) = serde_json::to_value(written) else { panic!("a table") };
    fields
}
fn names(fields: &Map<String, Json>, table: &str) -> Vec<String> {
    let table = fields.get(table).and_then(Json::as_object);
    table.into_iter().flat_map(|table| table.keys().cloned()).collect()
}
/// Whether everything that is said could be read: what could not is not kept.
fn is_readable(fields: &Map<String, Json>) -> bool {
    !fields.contains_key("unreadable")
}
/// The facts that stand in `fields`: those that are built in, then the host's own.
fn facts<'f>(
    fields: &Map<String, Json>,
    side: &str,
    find: impl Fn(&str) -> Option<&'f Fact<maitre::Value>>,
) -> Vec<visitor::Fact> {
    let built_in = fields.keys().map(|name| format!("{side}.{name}"));
    let all = built_in.chain(names(fields, "attributes"));
    all.filter_map(|name| find(&name).map(|found| fact(&name, found))).collect()
}

/// The interpreter's visitor of a profile and a visit.
pub fn visitor(profile: &CustomerProfile, visit: &Visit) -> Visitor {
    let (of_profile, of_visit) = (fields(profile), fields(visit));
    assert!(is_readable(&of_profile) && is_readable(&of_visit), "{visit:?}");
    let at = visit.at();
    let mut back = Visitor::unknown(time(at.timestamp()));
    back.house = at.offset().minutes().into();
    back.channel = visit.channel().map(|channel| channel.as_str().to_owned());
    back.profile = facts(&of_profile, "profile", |name| profile.fact(name));
    if let Some(preferred) = profile.preferred_channel() {
        let preferred = preferred.map(|channel| maitre::Value::from(channel.as_str()));
        back.profile.push(fact("profile.preferred_channel", &preferred));
    }
    back.visit = facts(&of_visit, "visit", |name| visit.fact(name));
    let required = profile.required_needs();
    back.needs =
        profile.needs().iter().map(|need| (need.as_str().to_owned(), required.contains(need))).collect();
    back.consents =
        profile.consents().map(|(purpose, until)| (purpose.to_owned(), until.map(time))).collect();
    let tables = ["reach", "contacts", "uses", "success", "habit", "last"];
    let channels: BTreeSet<String> = tables.iter().flat_map(|table| names(&of_profile, table)).collect();
    let record = |name: String| {
        let channel = Channel::parse(&name).expect("a channel");
        let record = Record {
            reach: place(&REACH, profile.reach(channel).as_str()),
            contacts: profile.contacts(channel).iter().copied().map(time).collect(),
            uses: profile.uses(channel).into(),
            success: profile.success(channel).into(),
            habit: profile.habit(channel).into(),
            last: profile.last(channel).map(time),
        };
        (name, record)
    };
    back.channels = channels.into_iter().map(record).collect::<BTreeMap<_, _>>();
    back.journey = profile.journey().map(journey);
    back.visit_journey = visit.journey().map(journey);
    back.ids = Unit::ALL
        .iter()
        .filter_map(|&unit| Some((unit.as_str().to_owned(), visit.id(unit)?.to_owned())))
        .collect();
    back.prior = visit
        .prior()
        .map(|prior| (place(&LAYOUTS, prior.layout.as_str()), place(&ASSISTANCE, prior.assistance.as_str())));
    back
}

#[test]
fn visitors_come_back_as_they_were() {
    let mut asked = 0;
    for n in 600..640 {
        let document = crate::generate::policy(n);
        for before in crate::generate::visitors(&document, n, 10) {
            let (profile, visit) = super::library::people(&before);
            if !is_readable(&fields(&profile)) || !is_readable(&fields(&visit)) {
                continue;
            }
            asked += 1;
            let back = super::library::people(&visitor(&profile, &visit));
            assert_eq!(back, (profile, visit), "{before:?}");
        }
    }
    assert!(asked > 200, "{asked}");
}
