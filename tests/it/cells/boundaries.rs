//! A prepared profile stays right: whatever the next visit changes, the time above all, it gives what `select` gives.

use maitre::{
    AccessNeed, AssistanceLevel, Channel, CustomerProfile, ExperienceSelector, Fact, Instructions, Journey,
    LayoutComplexity, Moment, NeedStrength, Prior, Reach, Unit, Visit,
};

use crate::generate;
use crate::generate::print::toml;
use crate::oracle::library;
use crate::oracle::visitor::{DAY, SECOND};

/// What hangs on the time of the visit, or on what else a visit changes; each worth points of its own.
const POLICY: &str = r#"
format = 1
name = "turning_points"
purposes = ["messages", "profiling"]
gpc = ["profiling"]
last_resort = ["in_person"]
channels = [
  { name = "web", base = 20 },
  { name = "sms", base = 30, reach = "claimed", consent = "messages", quiet = "21:00-08:00", contacts_at_most = 2 },
  { name = "chat", base = 25, staffed = true, open = ["mon-fri 08:00-20:00"], conflicts = ["captions"] },
  { name = "in_person", staffed = true, open = ["mon-sat 10:00-18:00"] },
]
[attributes]
last_bill = "timestamp"
plan = ["prepaid", "contract"]
roaming = { type = "bool", on = "visit" }
profile.fluency = { max_age_days = 30 }
profile.effort = { consent = "profiling" }
profile.habit = { max_age_days = 90 }
[segments]
billed = 'visit.at - last_bill < duration("72h")'
contacted = 'profile.contacts_30d.sms >= 1'
[rules]
late = { when = 'visit.hour >= 18', layout = -100 }
weekend = { when = 'visit.weekday in ["sat", "sun"]', assistance = 100 }
billed = { when = 'segment.billed && plan == "contract"', layout = -200 }
slow = { when = 'profile.fluency < 30', assistance = 200 }
sad = { when = 'profile.mood <= -30', assistance_at_least = "callback" }
contacted = { when = 'segment.contacted', layout = 100 }
agreed = { when = '"messages" in profile.consents', adapt = ["plain_language"] }
effort = { when = 'profile.effort >= 5', assistance = 300 }
mobile = { when = 'visit.device == "mobile"', layout_at_most = "essential" }
billing = { when = 'journey.name == "billing"', layout = -100, channels = { chat = 40 } }
long = { when = 'journey.elapsed_seconds > 60', assistance = 100 }
roaming = { when = 'roaming && plan == "contract"', adapt = ["low_data"] }
sum = { when = 'profile.tenure_days + visit.errors > 100', layout = -100 }
[experiments.brief]
when = 'profile.fluency < 50'
unit = "device"
arms = [{ name = "as_is", weight = 1 }, { name = "brief", weight = 1, layout = -300 }]
"#;

fn selector() -> ExperienceSelector {
    library::load(POLICY).expect("a policy that loads")
}
fn at(text: &str) -> Moment {
    Moment::parse(text).expect("a time")
}
fn visit(text: &str) -> Visit {
    Visit::new(at(text))
}
fn learnt<T>(value: T, text: &str) -> Fact<T> {
    Fact::declared(value).learnt(at(text).timestamp())
}
const NOON: &str = "2026-11-23T12:00:00Z";

/// Prepares `profile` once, and meets it with two visits that it must not take for the same.
fn turns(what: &str, profile: CustomerProfile, one: Visit, other: Visit) {
    let selector = selector();
    let decided = [&one, &other].map(|visit| selector.select(&profile, visit));
    assert_ne!(decided[0], decided[1], "{what} does not matter");
    for instructions in Instructions::available() {
        let selector = selector.with_instructions(instructions).expect("the processor has them");
        for first in [&one, &other] {
            let prepared = selector.prepare(&profile, first);
            // To and fro: nothing of one visit stays for the next.
            for (visit, wanted) in [(&one, decided[0]), (&other, decided[1]), (&one, decided[0])] {
                let at = visit.at();
                assert_eq!(
                    selector.select_prepared(&prepared, visit),
                    wanted,
                    "{what}, at {at:?}, {instructions:?}"
                );
            }
        }
    }
}

#[test]
fn a_prepared_profile_stays_right_when_the_clock_moves_on() {
    let nobody = CustomerProfile::new;
    let twice = |edge: &str, behind: &str| (visit(edge), visit(behind));
    let turns_at = |what: &str, profile: CustomerProfile, (one, other)| turns(what, profile, one, other);
    turns_at("the hour", nobody(), twice("2026-11-23T17:59:59Z", "2026-11-23T18:00:00Z"));
    turns_at("the day", nobody(), twice("2026-11-20T23:59:59.999Z", "2026-11-21T00:00:00Z"));
    turns_at("the visitor's own hour", nobody(), {
        let here = |minutes: i64| {
            visit("2026-11-23T17:30:00Z").with_fact("visit.offset", minutes).expect("an offset")
        };
        (here(0), here(30))
    });
    turns_at("closing", nobody(), twice("2026-11-23T19:59:59Z", "2026-11-23T20:00:00Z"));
    let reached = || nobody().with_reach(Channel::Sms, Reach::Verified).with_consent("messages", None);
    turns_at("quiet hours", reached(), twice("2026-11-23T20:59:59Z", "2026-11-23T21:00:00Z"));
    let ends = at("2026-11-23T12:00:30Z").timestamp();
    let ending = nobody().with_reach(Channel::Sms, Reach::Verified).with_consent("messages", ends);
    turns_at("consent ending", ending, twice("2026-11-23T12:00:29.999999999Z", "2026-11-23T12:00:30Z"));
    let bill = nobody()
        .with_attribute("last_bill", at("2026-11-20T12:00:00Z").timestamp())
        .with_attribute("plan", "contract");
    turns_at("the age of a date", bill, twice("2026-11-23T11:59:59.999999999Z", NOON));
    let slow = nobody().with_fluency(learnt(10, "2026-10-24T12:00:00Z"));
    turns_at("a fact growing too old", slow, twice(NOON, "2026-11-23T12:00:00.000000001Z"));
    let sad = nobody().with_mood(learnt(-31, "2026-11-20T12:00:00Z"));
    turns_at("a mood fading", sad, twice("2026-11-22T12:00:00Z", "2026-11-25T12:00:00Z"));
    let contacted = nobody().with_contact(Channel::Sms, at("2026-10-24T12:00:00Z").timestamp());
    turns_at(
        "a contact leaving the 30 days",
        contacted.clone(),
        twice("2026-11-23T11:59:59.999999999Z", NOON),
    );
    turns_at("a contact still to come", contacted, twice("2026-10-24T11:59:59Z", "2026-10-24T12:00:00Z"));
    let full = reached().with_contact(Channel::Sms, at("2026-10-24T12:00:00Z").timestamp());
    let full = full.with_contact(Channel::Sms, at("2026-11-01T12:00:00Z").timestamp());
    turns_at("the most contacts", full, twice("2026-11-23T11:59:59Z", NOON));
    let journey = Journey { started_at: Some(at(NOON).timestamp()), ..Journey::default() };
    turns_at(
        "time spent",
        nobody().with_journey(journey),
        twice("2026-11-23T12:01:00Z", "2026-11-23T12:01:01Z"),
    );
    let habit =
        nobody().with_habit(Channel::Web, 4).with_last(Channel::Web, at("2026-08-25T12:00:00Z").timestamp());
    turns_at("a habit growing too old", habit, twice(NOON, "2026-11-23T12:00:00.5Z"));
}

#[test]
fn a_prepared_profile_stays_right_when_the_visit_is_another() {
    let here = || visit(NOON);
    let person = || {
        CustomerProfile::new()
            .with_attribute("plan", "contract")
            .with_effort(learnt(7, NOON))
            .with_consent("profiling", None)
            .with_tenure_days(98)
            .with_journey(Journey { name: Some("billing".into()), ..Journey::default() })
    };
    let fact = |name: &str, value: maitre::Value| here().with_fact(name, value).expect("a fact of a visit");
    turns("the device", person(), here(), fact("visit.device", "mobile".into()));
    turns("a fact of the host's own", person(), here(), fact("roaming", true.into()));
    turns("what a calculation reads", person(), here(), here().with_errors(4));
    turns("Sec-GPC", person(), here(), fact("visit.gpc", true.into()));
    turns(
        "the journey",
        person(),
        here(),
        here().with_journey(Journey { name: Some("buying".into()), ..Journey::default() }),
    );
    turns("the channel in use", person(), here(), here().on(Channel::Sms));
    turns("what the device asks for", person(), here(), here().with_save_data(true));
    let prior = |layout, assistance| here().with_prior(Prior { layout, assistance });
    let before = prior(LayoutComplexity::Rich, AssistanceLevel::Human);
    turns("the prior decision", CustomerProfile::new().with_open_cases(1), here(), before);
    let on = |device: &str| here().with_id(Unit::Device, device).with_id(Unit::Person, "ana");
    turns("the device's id", person().with_fluency(learnt(40, NOON)), on("phone"), on("tablet"));
    let reads = person().with_need(AccessNeed::Captions, NeedStrength::Preferred);
    turns("who asks for what beside a need", reads, here(), here().with_save_data(true));
}

#[test]
fn a_prepared_profile_goes_through_four_months_as_select_does() {
    let selector = selector();
    let profile = CustomerProfile::new()
        .with_attribute("plan", "contract")
        .with_attribute("last_bill", at("2026-11-25T12:34:56Z").timestamp())
        .with_fluency(learnt(10, "2026-11-21T08:00:00Z"))
        .with_mood(learnt(-90, "2026-11-20T10:00:00Z"))
        .with_effort(learnt(6, "2026-11-20T10:00:00Z"))
        .with_consent("messages", at("2027-01-10T09:30:00Z").timestamp())
        .with_consent("profiling", at("2026-12-24T18:00:00Z").timestamp())
        .with_reach(Channel::Sms, Reach::Claimed)
        .with_contact(Channel::Sms, at("2026-11-22T08:15:00Z").timestamp())
        .with_contact(Channel::Sms, at("2026-12-02T17:45:00Z").timestamp())
        .with_habit(Channel::Web, 3)
        .with_last(Channel::Web, at("2026-11-23T12:00:00Z").timestamp());
    let profile = std::sync::Arc::new(profile);
    // Before and behind every end that lies in these months.
    let first = ["2026-11-01", "2026-11-23", "2026-12-23", "2026-12-30", "2027-01-15", "2027-06-01"];
    let prepared = first.map(|day| {
        let visit = Visit::new(at(&format!("{day}T12:00:00Z")));
        selector.prepare(std::sync::Arc::clone(&profile), &visit)
    });
    let (mut before, mut turns) = (None, 0);
    for hour in 0..24 * 120 {
        for (minute, second) in [(0, 0), (15, 0), (29, 59), (34, 56), (59, 59)] {
            let seconds = 1_795_132_800 + hour * 3_600 + minute * 60 + second;
            let time = maitre::Timestamp::from_unix(seconds, 0).expect("a time of our era");
            let visit = Visit::new(time).with_id(Unit::Person, "ana");
            let wanted = selector.select(&profile, &visit);
            for prepared in &prepared {
                assert_eq!(selector.select_prepared(prepared, &visit), wanted, "{time:?}");
            }
            turns += usize::from(before.replace(wanted) != Some(wanted));
        }
    }
    assert!(turns > 300, "only {turns} turns");
}

#[test]
fn prepared_profiles_of_generated_people_stay_right_on_the_visits_of_others() {
    let mut before: Option<ExperienceSelector> = None;
    for n in 30_000..30_120 {
        let document = generate::policy(n);
        let selector = library::load(&toml(&document)).expect("a policy that loads");
        let visitors = generate::visitors(&document, n, 6);
        let visits: Vec<Visit> = visitors
            .iter()
            .flat_map(|visitor| {
                [0, -SECOND, 1, 3_600 * SECOND, DAY, 30 * DAY, 31 * DAY, 91 * DAY].map(|later| {
                    let mut later_on = visitor.clone();
                    later_on.at += later;
                    library::people(&later_on).1
                })
            })
            .collect();
        for visitor in &visitors {
            let (profile, _) = library::people(visitor);
            let prepared: Vec<_> =
                visits.iter().step_by(11).map(|first| selector.prepare(&profile, first)).collect();
            for visit in &visits {
                let wanted = selector.select(&profile, visit);
                let say = || format!("{}\n{visitor:#?}\n{visit:?}", toml(&document));
                for prepared in &prepared {
                    assert_eq!(selector.select_prepared(prepared, visit), wanted, "{}", say());
                }
            }
            // One that another selector prepared is noticed, and one that a clone prepared is as good as one's own.
            if let Some(stranger) = &before {
                let (strange, cloned) =
                    (stranger.prepare(&profile, &visits[0]), selector.clone().prepare(&profile, &visits[0]));
                for visit in &visits[..8] {
                    let wanted = selector.select(&profile, visit);
                    assert_eq!(selector.select_prepared(&strange, visit), wanted);
                    assert_eq!(selector.select_prepared(&cloned, visit), wanted);
                }
            }
        }
        before = Some(selector);
    }
}
