//! Profiles, visits and events as a host uses them: builders, data both ways, and `record`.

#![expect(clippy::unwrap_used, reason = "a test stops where it goes wrong")]

mod data;
mod events;
mod generate;
mod merge;
mod senseless;

use maitre::{
    AccessNeed, AssistanceLevel, Channel, ColorScheme, Connection, CustomerProfile, Device, Fact, Input,
    Journey, LayoutComplexity, Moment, NeedStrength, Offset, Prior, Reach, Source, Timestamp, Unit, Value,
    Visit, built_in_attributes,
};

fn time(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

#[test]
fn builders_read_like_what_is_known() {
    let at = time("2026-11-01T10:00:00-03:00");
    let ana = CustomerProfile::new()
        .with_age(74)
        .with_fluency(Fact::observed(20).learnt(at))
        .with_language("pt")
        .with_region(Fact::request("BR-SC"))
        .with_preferred_channel(Channel::Phone)
        .with_need(AccessNeed::LargeText, NeedStrength::Required)
        .with_reach(Channel::Sms, Reach::Verified)
        .with_consent("messages", None)
        .with_consent("profiling", at)
        .with_contact(Channel::Sms, at)
        .with_habit(Channel::Phone, 3)
        .with_attribute("plan", "contract")
        .with_attribute("points", Fact::inferred(12));
    assert_eq!(ana.fact("profile.age"), Some(&Fact::declared(Value::Int(74))));
    assert_eq!(ana.fact("profile.fluency"), Some(&Fact::observed(Value::Int(20)).learnt(at)));
    assert_eq!(ana.fact("profile.region"), Some(&Fact::request("BR-SC".into())));
    assert_eq!(ana.fact("plan"), Some(&Fact::declared("contract".into())));
    assert_eq!(ana.fact("points").unwrap().source, Source::Inferred);
    assert_eq!(ana.fact("profile.nps"), None);
    assert_eq!(ana.preferred_channel(), Some(Fact::declared(Channel::Phone)));
    assert!(ana.required_needs().contains(AccessNeed::LargeText));
    assert_eq!((ana.reach(Channel::Sms), ana.reach(Channel::Web)), (Reach::Verified, Reach::Unknown));
    assert_eq!(ana.consents().collect::<Vec<_>>(), [("messages", None), ("profiling", Some(at))]);
    assert_eq!((ana.contacts(Channel::Sms), ana.habit(Channel::Phone)), ([at].as_slice(), 3));

    let visit = Visit::new(Moment::parse("2026-11-23T10:00:00-03:00").unwrap())
        .on(Channel::Web)
        .with_device(Device::Mobile)
        .with_input(Input::Touch)
        .with_connection(Fact::request(Connection::Slow2g))
        .with_color_scheme(ColorScheme::Dark)
        .with_offset(Offset::from_minutes(-240).unwrap())
        .with_viewport_width(390)
        .with_downlink(0.4)
        .with_save_data(true)
        .with_journey(Journey { name: Some("billing".into()), failed_steps: 3, ..Journey::default() })
        .with_id(Unit::Person, "p-17")
        .with_id(Unit::Device, "")
        .with_prior(Prior { layout: LayoutComplexity::Simple, assistance: AssistanceLevel::Hints });
    assert_eq!(visit.channel(), Some(Channel::Web));
    assert_eq!(visit.fact("visit.connection"), Some(&Fact::request("slow_2g".into())));
    assert_eq!(visit.fact("visit.offset"), Some(&Fact::declared(Value::Int(-240))));
    assert_eq!((visit.id(Unit::Person), visit.id(Unit::Device)), (Some("p-17"), None));
    assert_eq!(visit.journey().unwrap().failed_steps, 3);
}

#[test]
fn of_several_facts_the_stronger_then_the_later_then_the_greater_is_kept_in_any_order() {
    let (old, new) = (time("2026-01-01T00:00:00Z"), time("2026-02-01T00:00:00Z"));
    let facts = [
        Fact::inferred(90).learnt(new),
        Fact::observed(80).learnt(old),
        Fact::observed(40).learnt(new),
        Fact::observed(30).learnt(new),
    ];
    let keep = |order: &[usize]| {
        let profile = order.iter().fold(CustomerProfile::new(), |profile, &n| {
            profile.with_fluency(facts[n]).with_attribute("own", facts[n].map(i64::from))
        });
        assert_eq!(profile.fact("profile.fluency"), profile.fact("own"));
        profile
    };
    let best = keep(&[0, 1, 2, 3]);
    assert_eq!(best.fact("own"), Some(&Fact::observed(Value::Int(40)).learnt(new)));
    for order in [[3, 2, 1, 0], [2, 0, 3, 1], [1, 3, 0, 2]] {
        assert_eq!(keep(&order), best);
    }
}

#[test]
fn a_value_that_cannot_be_is_named_and_unknown() {
    let profile = CustomerProfile::new()
        .with_age(140)
        .with_fluency(101)
        .with_fluency(7)
        .with_habit(Channel::Phone, 5)
        .with_attribute("share", f64::NAN);
    assert_eq!(
        (profile.fact("profile.age"), profile.fact("share"), profile.habit(Channel::Phone)),
        (None, None, 0)
    );
    assert_eq!(profile.fact("profile.fluency"), Some(&Fact::declared(Value::Int(7))));
    let unreadable: Vec<_> = profile.unreadable().collect();
    assert_eq!(
        unreadable,
        [
            ("profile.age", "out of range, expected 0 to 130"),
            ("profile.fluency", "101 is not within 0 to 100"),
            ("profile.habit.phone", "5 is not within 0 to 4"),
            ("share", "not a number"),
        ]
    );
    let either = CustomerProfile::new().with_fluency(101).with_fluency(102);
    assert_eq!(either, CustomerProfile::new().with_fluency(102).with_fluency(101));

    let visit = Visit::new(time("2026-11-23T13:00:00Z")).with_downlink(f64::NAN);
    assert_eq!(visit.unreadable().collect::<Vec<_>>(), [("visit.downlink", "not a number")]);
}

#[test]
fn a_required_need_stays_required_until_it_is_taken_away() {
    let need = AccessNeed::Captions;
    let profile = CustomerProfile::new()
        .with_need(need, NeedStrength::Required)
        .with_need(need, NeedStrength::Preferred);
    assert!(profile.required_needs().contains(need));
    assert_eq!(profile.needs().len(), 1);
    assert!(profile.without_need(need).needs().is_empty());
}

#[test]
fn the_latest_thousand_contacts_are_kept_in_order() {
    let at = |n: i64| Timestamp::from_unix(n, 0).unwrap();
    let profile =
        (0..1_003).rev().fold(CustomerProfile::new(), |profile, n| profile.with_contact(Channel::Sms, at(n)));
    let contacts = profile.contacts(Channel::Sms);
    assert_eq!((contacts.len(), contacts[0], contacts[999]), (1_000, at(3), at(1_002)));
    assert!(contacts.is_sorted());
}

/// A value that a built-in attribute can have, by the type that it is listed with.
fn some_value(kind: &str, values: &str) -> Value {
    match kind {
        "bool" => true.into(),
        "int" => 1.into(),
        "float" => 1.5.into(),
        "timestamp" => time("2026-11-23T13:00:00Z").into(),
        _ => values.split(", ").next().filter(|v| !v.is_empty()).unwrap_or("text").into(),
    }
}

#[test]
fn the_door_by_name_reaches_every_fact_that_is_stored() {
    // What is no fact, or follows from something else.
    let others = [
        "profile.needs",
        "profile.required_needs",
        "profile.reach.CHANNEL",
        "profile.consents",
        "profile.contacts_30d.CHANNEL",
        "visit.at",
        "visit.hour",
        "visit.weekday",
        "journey.elapsed_seconds",
    ];
    let blank = (CustomerProfile::new(), Visit::new(time("2026-11-23T13:00:00Z")));
    for attribute in built_in_attributes() {
        let name = attribute.name.replace("CHANNEL", "phone");
        let value = some_value(attribute.kind, &attribute.values);
        let in_profile = blank.0.clone().with_fact(&name, Fact::observed(value.clone()));
        let in_visit = blank.1.clone().with_fact(&name, Fact::observed(value));
        let (profile_should, visit_should) = match &name {
            _ if others.contains(&attribute.name) => (false, false),
            name if name.starts_with("journey.") => (true, true),
            name => (name.starts_with("profile."), name.starts_with("visit.")),
        };
        assert_eq!((in_profile.is_ok(), in_visit.is_ok()), (profile_should, visit_should), "{name}");
        if let Ok(profile) = in_profile {
            assert_eq!(profile.unreadable().count(), 0, "{name}");
            assert_ne!(profile, blank.0, "{name}");
        }
        if let Ok(visit) = in_visit {
            assert_eq!(visit.unreadable().count(), 0, "{name}");
            assert_ne!(visit, blank.1, "{name}");
        }
    }
}

#[test]
fn a_count_by_name_brings_the_date_of_the_last_touchpoint() {
    let (early, late) = (time("2026-11-01T00:00:00Z"), time("2026-11-02T00:00:00Z"));
    let count = |n: i64, at| Fact::observed(n).learnt(at);
    let profile = CustomerProfile::new().with_fact("profile.habit.phone", count(3, late)).unwrap();
    let profile = profile.with_fact("profile.uses.phone", count(9, early)).unwrap();
    assert_eq!((profile.habit(Channel::Phone), profile.uses(Channel::Phone)), (3, 9));
    assert_eq!(profile.last(Channel::Phone), Some(late));
}

#[test]
fn the_door_by_name_says_what_was_meant() {
    let told =
        |problem: maitre::Diagnostic| format!("{}; {}", problem.message(), problem.help().unwrap_or("-"));
    let in_profile = |attribute: &str| told(CustomerProfile::new().with_fact(attribute, 1).unwrap_err());
    let in_visit =
        |attribute: &str| told(Visit::new(time("2026-11-23T13:00:00Z")).with_fact(attribute, 1).unwrap_err());
    assert_eq!(
        in_profile("profile.flency"),
        "`profile.flency` is no fact that a CustomerProfile stores; did you mean `profile.fluency`?"
    );
    assert_eq!(
        in_profile("profile.needs"),
        "`profile.needs` is no fact that a CustomerProfile stores; needs are given by `with_need`"
    );
    assert_eq!(
        in_profile("profile.habits.phone"),
        "`profile.habits.phone` is no fact that a CustomerProfile stores; did you mean `profile.habit.phone`?"
    );
    assert_eq!(
        in_visit("visit.viewport_with"),
        "`visit.viewport_with` is no fact that a Visit stores; did you mean `visit.viewport_width`?"
    );
    assert_eq!(
        in_visit("journey.elapsed_seconds"),
        "`journey.elapsed_seconds` is no fact that a Visit stores; it follows from `journey.started_at`"
    );
    assert_eq!(
        in_visit("Loyalty Points"),
        "`Loyalty Points` is not a name: expected a-z, 0-9 and _, from a letter; -"
    );
}

#[test]
fn debug_prints_no_id_and_no_sensitive_value() {
    let at = time("2026-11-23T13:00:00Z");
    let profile = CustomerProfile::new()
        .with_age(74)
        .with_mood(-81)
        .with_need(AccessNeed::ScreenReader, NeedStrength::Required)
        .with_attribute("secret", "plan-b")
        .with_habit(Channel::Phone, 9);
    let visit = Visit::new(at).with_id(Unit::Person, "p-17").with_attribute("secret", "plan-b");
    let printed = format!("{profile:?} {visit:?}");
    for hidden in ["74", "81", "creen", "p-17", "plan-b"] {
        assert!(!printed.contains(hidden), "{hidden} in {printed}");
    }
    assert!(printed.contains("CustomerProfile") && printed.contains("Visit"));
}
