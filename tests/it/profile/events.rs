//! `record`, by the rules of the semantics under "Events".

use maitre::{
    Channel, CustomerProfile, Duration, Fact, Feedback, Journey, Outcome, Source, Timestamp, Touchpoint,
    Value,
};
use proptest::prelude::*;

use super::generate;

fn day(days: i64) -> Timestamp {
    Timestamp::parse("2026-11-01T12:00:00Z").unwrap().checked_add(Duration::from_days(days)).unwrap()
}
fn on(days: i64, channel: Channel, outcome: Outcome) -> Touchpoint {
    Touchpoint::new(day(days), channel, outcome)
}
fn after(touchpoints: &[Touchpoint]) -> CustomerProfile {
    let mut profile = CustomerProfile::new();
    touchpoints.iter().for_each(|touchpoint| profile.record(touchpoint));
    profile
}
fn said(days: i64, mood: i8) -> Touchpoint {
    on(days, Channel::Web, Outcome::Visited)
        .with_feedback(Feedback { mood: Some(mood), ..Feedback::default() })
}
fn int(profile: &CustomerProfile, attribute: &str) -> Option<i64> {
    match profile.fact(attribute)?.value {
        Value::Int(value) => Some(value),
        _ => None,
    }
}

#[test]
fn each_outcome_counts_as_the_table_says() {
    // Outcome; uses, success, habit (from 2), contacts; visits, orders, open cases (from 1).
    let table = [
        (Outcome::Visited, (1, 0, 2, 0), (1, 0, 1)),
        (Outcome::Started, (1, 0, 2, 0), (0, 0, 1)),
        (Outcome::MovedOn, (1, 0, 2, 0), (0, 0, 1)),
        (Outcome::Failed, (1, 0, 1, 0), (0, 0, 1)),
        (Outcome::Switched, (1, 0, 2, 0), (0, 0, 1)),
        (Outcome::Abandoned, (1, 0, 1, 0), (0, 0, 1)),
        (Outcome::Done, (1, 1, 3, 0), (0, 0, 1)),
        (Outcome::Ordered, (1, 1, 3, 0), (0, 1, 1)),
        (Outcome::CaseOpened, (1, 0, 2, 0), (0, 0, 2)),
        (Outcome::CaseClosed, (1, 1, 3, 0), (0, 0, 0)),
        (Outcome::Contacted, (0, 0, 2, 1), (0, 0, 1)),
    ];
    assert_eq!(table.len(), Outcome::ALL.len());
    for (outcome, on_channel, counters) in table {
        let mut profile = CustomerProfile::new().with_habit(Channel::Chat, 2).with_open_cases(1);
        profile.record(&on(0, Channel::Chat, outcome));
        let chat = Channel::Chat;
        let found =
            (profile.uses(chat), profile.success(chat), profile.habit(chat), profile.contacts(chat).len());
        assert_eq!(found, on_channel, "{outcome}");
        let count = |name| int(&profile, name).unwrap_or(0);
        let found = (count("profile.visits"), count("profile.orders"), count("profile.open_cases"));
        assert_eq!(found, counters, "{outcome}");
        assert_eq!(profile.last(chat), (outcome != Outcome::Contacted).then_some(day(0)), "{outcome}");
    }
}

#[test]
fn what_we_began_is_a_contact_whatever_came_of_it() {
    let profile =
        after(&[on(1, Channel::Sms, Outcome::Failed).begun_by_us(), on(0, Channel::Sms, Outcome::Contacted)]);
    assert_eq!(profile.contacts(Channel::Sms), [day(0), day(1)]);
    assert_eq!(profile.uses(Channel::Sms), 1);
}

#[test]
fn counters_stay_within_their_range() {
    let mut profile = CustomerProfile::new()
        .with_visits(u32::MAX)
        .with_uses(Channel::Web, u32::MAX)
        .with_success(Channel::Web, u32::MAX)
        .with_habit(Channel::Web, 4);
    profile.record(&on(0, Channel::Web, Outcome::Visited));
    profile.record(&on(0, Channel::Web, Outcome::CaseClosed));
    assert_eq!(int(&profile, "profile.visits"), Some(u32::MAX.into()));
    assert_eq!(int(&profile, "profile.open_cases"), Some(0));
    assert_eq!((profile.uses(Channel::Web), profile.success(Channel::Web)), (u32::MAX, u32::MAX));
    assert_eq!(profile.habit(Channel::Web), 4);
    let failed: Vec<_> = (0..6).map(|n| on(n, Channel::Web, Outcome::Failed)).collect();
    assert_eq!(after(&failed).habit(Channel::Web), 0);
}

#[test]
fn a_counter_is_observed_at_its_last_event() {
    let mut profile = CustomerProfile::new().with_visits(7);
    profile.record(&on(5, Channel::Web, Outcome::Visited));
    profile.record(&on(3, Channel::Web, Outcome::Visited));
    assert_eq!(profile.fact("profile.visits"), Some(&Fact::observed(Value::Int(9)).learnt(day(5))));
    assert_eq!(profile.last(Channel::Web), Some(day(5)));
}

#[test]
fn feedback_moves_a_faded_mood_half_of_the_way() {
    let mood = |profile: &CustomerProfile| (int(profile, "profile.mood"), int(profile, "profile.mood_trend"));
    assert_eq!(mood(&after(&[said(0, -80)])), (Some(-80), Some(-80)));
    // -80 has faded by a third after 30 days, to -53.
    assert_eq!(mood(&after(&[said(0, -80), said(30, 20)])), (Some(-16), Some(37)));
    // -81 + 20 halved is -30.5: cut towards zero, either way.
    assert_eq!(mood(&after(&[said(0, -81), said(0, 20)])), (Some(-30), Some(51)));
    assert_eq!(mood(&after(&[said(0, 81), said(0, -20)])), (Some(30), Some(-51)));
    // One that has faded away does not halve what is said today.
    assert_eq!(mood(&after(&[said(0, -80), said(89, 100)])), (Some(50), Some(50)));
    assert_eq!(mood(&after(&[said(0, -80), said(90, 100)])), (Some(100), Some(100)));
    // Out of order nothing fades, and the date stays the later.
    let late = after(&[said(30, -80), said(0, 20)]);
    assert_eq!(mood(&late), (Some(-30), Some(50)));
    let fact = late.fact("profile.mood").unwrap();
    assert_eq!((fact.source, fact.learnt), (Source::Declared, Some(day(30))));
}

#[test]
fn effort_and_nps_are_as_last_asked() {
    let asked = |days, effort, nps| {
        on(days, Channel::Web, Outcome::Visited).with_feedback(Feedback {
            mood: None,
            effort: Some(effort),
            nps: Some(nps),
        })
    };
    let profile = after(&[asked(5, 3, 9), asked(2, 7, 0)]);
    assert_eq!((int(&profile, "profile.effort"), int(&profile, "profile.nps")), (Some(3), Some(9)));
    let profile = after(&[asked(2, 3, 9), asked(5, 8, 2)]);
    assert_eq!((int(&profile, "profile.effort"), int(&profile, "profile.nps")), (Some(3), Some(2)));
    assert_eq!(profile.unreadable().collect::<Vec<_>>(), [("profile.effort", "8 is not within 1 to 7")]);
}

#[test]
fn a_journey_goes_through_its_steps() {
    let web = |days, outcome| on(days, Channel::Web, outcome);
    let mut profile = after(&[web(0, Outcome::Started).in_journey("billing").at_step("card")]);
    let begun = Journey {
        name: Some("billing".into()),
        step: Some("card".into()),
        started_on: Some(Channel::Web),
        channel: Some(Channel::Web),
        started_at: Some(day(0)),
        abandoned: Some(false),
        ..Journey::default()
    };
    assert!(profile.journey() == Some(&begun));

    profile.record(&web(1, Outcome::Failed));
    profile.record(&web(2, Outcome::Failed).at_step("card"));
    // Loading the page again is not a fresh start: the failures still count.
    profile.record(&web(2, Outcome::Started).in_journey("billing").at_step("card"));
    assert!(profile.journey() == Some(&Journey { attempts: 2, failed_steps: 2, ..begun.clone() }));

    profile.record(&on(3, Channel::Phone, Outcome::Failed).at_step("address"));
    let moved = Journey {
        step: Some("address".into()),
        channel: Some(Channel::Phone),
        attempts: 1,
        failed_steps: 1,
        switches: 1,
        ..begun
    };
    assert!(profile.journey() == Some(&moved));

    profile.record(&on(4, Channel::Phone, Outcome::Abandoned));
    assert!(profile.journey() == Some(&Journey { abandoned: Some(true), ..moved.clone() }));
    profile.record(&on(5, Channel::Phone, Outcome::MovedOn));
    let taken_up = Journey { step: None, attempts: 0, failed_steps: 0, ..moved };
    assert!(profile.journey() == Some(&taken_up));

    profile.record(&on(6, Channel::Phone, Outcome::Done));
    assert!(profile.journey().is_none());
}

#[test]
fn a_touchpoint_of_another_journey_begins_that_but_its_end_does_not() {
    let billing = on(0, Channel::Web, Outcome::Failed).in_journey("billing");
    let name = |touchpoint: Touchpoint| {
        let profile = after(&[billing.clone(), touchpoint]);
        profile.journey().map(|journey| (journey.name.as_deref().unwrap().to_owned(), journey.failed_steps))
    };
    let billing_goes_on = Some(("billing".to_owned(), 1));
    assert_eq!(
        name(on(1, Channel::Web, Outcome::MovedOn).in_journey("order")),
        Some(("order".to_owned(), 0))
    );
    assert_eq!(name(on(1, Channel::Web, Outcome::Failed).in_journey("order")), Some(("order".to_owned(), 1)));
    for outcome in [Outcome::Done, Outcome::Abandoned, Outcome::Contacted] {
        assert_eq!(name(on(1, Channel::Web, outcome).in_journey("order")), billing_goes_on, "{outcome}");
    }
}

#[test]
fn what_names_no_journey_and_is_no_step_leaves_it_alone() {
    let billing = on(0, Channel::Web, Outcome::Failed).in_journey("billing");
    let before = after(std::slice::from_ref(&billing));
    for outcome in
        [Outcome::Visited, Outcome::Ordered, Outcome::CaseOpened, Outcome::CaseClosed, Outcome::Contacted]
    {
        let profile = after(&[billing.clone(), on(1, Channel::Phone, outcome)]);
        assert!(profile.journey() == before.journey(), "{outcome}");
        assert!(after(&[on(1, Channel::Phone, outcome)]).journey().is_none(), "{outcome}");
    }
    for outcome in [Outcome::Done, Outcome::Abandoned] {
        assert!(after(&[on(1, Channel::Phone, outcome)]).journey().is_none(), "{outcome}");
    }
    let visited = after(&[billing, on(1, Channel::Phone, Outcome::Visited).in_journey("billing")]);
    assert_eq!(visited.journey().map(|journey| journey.switches), Some(1));
}

#[test]
fn coming_over_is_one_switch_even_where_the_last_channel_is_not_known() {
    let switches = |channel, outcome| {
        let mut profile = CustomerProfile::new().with_journey(Journey { channel, ..Journey::default() });
        profile.record(&on(0, Channel::Chat, outcome));
        profile.journey().map(|journey| journey.switches)
    };
    assert_eq!(switches(None, Outcome::Switched), Some(1));
    assert_eq!(switches(Some(Channel::Web), Outcome::Switched), Some(1));
    assert_eq!(switches(Some(Channel::Web), Outcome::Failed), Some(1));
    assert_eq!(switches(Some(Channel::Chat), Outcome::Failed), Some(0));
    assert_eq!(switches(None, Outcome::Failed), Some(0));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_events_on_any_profile_give_a_profile(
        start in generate::profile(),
        events in proptest::collection::vec(generate::touchpoint(), 0..24),
    ) {
        let (mut profile, mut again) = (start.clone(), start);
        for event in &events {
            let before = profile.clone();
            profile.record(event);
            // No counter wraps, and none leaves its range.
            for channel in [event.channel(), Channel::Web] {
                prop_assert!(profile.uses(channel) >= before.uses(channel));
                prop_assert!(profile.success(channel) >= before.success(channel));
                prop_assert!(profile.habit(channel) <= 4);
                prop_assert!(profile.habit(channel).abs_diff(before.habit(channel)) <= 1);
                prop_assert!(profile.contacts(channel).is_sorted() && profile.contacts(channel).len() <= 1_000);
            }
            for (name, low, high) in [("visits", 0, u32::MAX.into()), ("orders", 0, u32::MAX.into()),
                ("open_cases", 0, u32::MAX.into()), ("mood", -100, 100), ("mood_trend", -200, 200), ("effort", 1, 7), ("nps", 0, 10)]
            {
                let value = int(&profile, &format!("profile.{name}"));
                prop_assert!(value.is_none_or(|value| (low..=high).contains(&value)), "{} {:?}", name, value);
            }
        }
        events.iter().for_each(|event| again.record(event));
        prop_assert_eq!(&profile, &again);
        let text = serde_json::to_string(&profile).unwrap();
        prop_assert_eq!(serde_json::from_str::<CustomerProfile>(&text).unwrap(), profile);
    }
}
