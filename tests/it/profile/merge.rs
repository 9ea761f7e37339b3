//! Two profiles of one person laid together.

use maitre::{AccessNeed, Channel, CustomerProfile, Fact, NeedStrength, Reach, Timestamp};
use proptest::prelude::*;

use super::{generate, time};

#[test]
fn what_either_knows_counts() {
    let (early, late) = (time("2026-11-01T10:00:00Z"), time("2026-12-01T10:00:00Z"));
    let kept = CustomerProfile::new()
        .with_age(74)
        .with_fluency(Fact::observed(20).learnt(late))
        .with_need(AccessNeed::LargeText, NeedStrength::Required)
        .with_need(AccessNeed::Captions, NeedStrength::Preferred)
        .with_reach(Channel::Sms, Reach::Blocked)
        .with_reach(Channel::Email, Reach::Claimed)
        .with_consent("messages", late)
        .with_consent("profiling", None)
        .with_contact(Channel::Email, early)
        .with_habit(Channel::Phone, 3)
        .with_attribute("plan", "prepaid");
    let told = CustomerProfile::new()
        .with_age(Fact::inferred(30))
        .with_fluency(Fact::observed(60).learnt(early))
        .with_need(AccessNeed::LargeText, NeedStrength::Preferred)
        .with_need(AccessNeed::Captions, NeedStrength::Required)
        .with_reach(Channel::Sms, Reach::Verified)
        .with_reach(Channel::Email, Reach::Verified)
        .with_consent("messages", early)
        .with_consent("profiling", early)
        .with_contact(Channel::Email, early)
        .with_contact(Channel::Email, late)
        .with_habit(Channel::Phone, 1)
        .with_attribute("points", 7);
    let both = CustomerProfile::new()
        .with_age(74)
        .with_fluency(Fact::observed(20).learnt(late))
        .with_need(AccessNeed::LargeText, NeedStrength::Required)
        .with_need(AccessNeed::Captions, NeedStrength::Required)
        .with_reach(Channel::Sms, Reach::Blocked)
        .with_reach(Channel::Email, Reach::Verified)
        .with_consent("messages", late)
        .with_consent("profiling", None)
        .with_contact(Channel::Email, early)
        .with_contact(Channel::Email, late)
        .with_habit(Channel::Phone, 3)
        .with_attribute("plan", "prepaid")
        .with_attribute("points", 7);
    assert_eq!(serde_json::to_value(kept.with_all_of(&told)).unwrap(), serde_json::to_value(both).unwrap());
}

/// As text: a NaN is not equal to itself.
fn told(profile: &CustomerProfile) -> String {
    serde_json::to_string(profile).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn nobody_loses_a_need_or_a_fact_and_the_order_does_not_matter(
        one in generate::profile(),
        other in generate::profile(),
    ) {
        let both = one.clone().with_all_of(&other);
        prop_assert_eq!(told(&one.clone().with_all_of(&one)), told(&one));
        prop_assert_eq!(told(&one.clone().with_all_of(&CustomerProfile::new())), told(&one));
        prop_assert_eq!(told(&both.clone().with_all_of(&other)), told(&both));
        for profile in [&one, &other] {
            prop_assert!(profile.required_needs().iter().all(|need| both.required_needs().contains(need)));
            prop_assert!(profile.needs().iter().all(|need| both.needs().contains(need)));
            let blocked = Channel::BUILT_IN.iter().filter(|&&channel| profile.reach(channel) == Reach::Blocked);
            prop_assert!(blocked.into_iter().all(|&channel| both.reach(channel) == Reach::Blocked));
            let contacts = |channel: Channel| -> Vec<Timestamp> { both.contacts(channel).to_vec() };
            let is_among = |&channel: &Channel| {
                profile.contacts(channel).iter().all(|at| contacts(channel).contains(at))
            };
            prop_assert!(Channel::BUILT_IN.iter().all(is_among));
        }
        if one.journey().is_none() || other.journey().is_none() {
            prop_assert_eq!(told(&other.clone().with_all_of(&one)), told(&both));
        }
    }
}
