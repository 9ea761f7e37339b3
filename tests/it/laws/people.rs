//! Laws 1 to 4: what every visitor can rely on.

use maitre::{AccessNeed, Channel, CustomerProfile, Visit};

use super::{each, loaded, shown};
use crate::generate;
use crate::generate::random::Random;
use crate::oracle::document::{ASKED_BY_DEVICE, BUILT_IN_CHANNELS, Document, NEEDS, SOURCES};
use crate::oracle::facts::Facts;
use crate::oracle::library::{explain, people, select};
use crate::oracle::value::Value;
use crate::oracle::visitor::{Fact, Visitor};
use crate::oracle::{self, library};

#[test]
fn law_1_every_visitor_gets_an_experience_and_the_explanation_is_of_that_decision() {
    each(10_000, 10_150, 10, |document, selector, visitors| {
        // Also visitors of another policy, whose facts and channels this one does not know.
        let strangers = generate::visitors(&generate::policy(20_000), 3, 10);
        for visitor in visitors.iter().chain(&strangers) {
            let (profile, visit) = people(visitor);
            let decision = selector.select(&profile, &visit);
            assert_eq!(
                decision,
                *selector.explain(&profile, &visit).decision(),
                "{}",
                shown(document, visitor)
            );
            let channel = decision.experience().channel;
            assert!(document.channel(channel.as_str()).is_some(), "{channel}\n{}", shown(document, visitor));
            let alternatives: Vec<Channel> = decision.alternatives().collect();
            let mut different = alternatives.clone();
            different.sort_unstable();
            different.dedup();
            assert!(
                different.len() == alternatives.len() && !alternatives.contains(&channel),
                "{alternatives:?}"
            );
        }
        // And one of whom nothing is known, at the ends of time.
        for at in ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999-18:00", "9999-12-31T23:59:59+18:00"]
        {
            let Some(at) = maitre::Moment::parse(at) else { continue };
            let (profile, visit) = (CustomerProfile::new(), Visit::new(at));
            assert_eq!(selector.select(&profile, &visit), *selector.explain(&profile, &visit).decision());
        }
    });
}

/// The channels that `visitor` cannot use: in conflict with one of their required needs.
fn conflicts(document: &Document, visitor: &Visitor, channel: &str) -> bool {
    let own =
        document.channel(channel).is_some_and(|c| c.conflicts.iter().any(|need| visitor.required(need)));
    own || channel == "phone" && visitor.required("no_voice_calls")
        || channel == "video" && visitor.required("no_video")
}

/// `visitor` with one need more, or one made required, or one more that their device asks for.
pub fn needier(visitor: &Visitor, random: &mut Random) -> Visitor {
    let mut needier = visitor.clone();
    let (asked, _) = random.one(&ASKED_BY_DEVICE);
    let is_true = |fact: &Fact| fact.name == asked && fact.value == Value::Bool(true);
    if random.chance(25) && !visitor.visit.iter().any(is_true) {
        needier.visit.retain(|fact| fact.name != asked);
        let source = SOURCES.len() - 1;
        needier.visit.push(Fact { name: asked.to_owned(), value: Value::Bool(true), source, learnt: None });
        return needier;
    }
    let preferred: Vec<&String> =
        visitor.needs.iter().filter(|(_, required)| !required).map(|(need, _)| need).collect();
    let need = if !preferred.is_empty() && random.chance(40) {
        (*random.pick(&preferred)).clone()
    } else {
        random.name(&NEEDS)
    };
    needier.needs.push((need, random.chance(60)));
    needier
}

#[test]
fn law_2_a_need_is_never_punished() {
    let mut random = Random::new(2);
    let (mut simpler, mut more_help) = (0, 0);
    each(11_000, 11_250, 12, |document, selector, visitors| {
        for before in visitors {
            let after = needier(before, &mut random);
            let (old, new) = (select(selector, before), select(selector, &after));
            let say = || format!("{old:?}\n{new:?}\n{:?}\n{}", after.needs, shown(document, before));
            let (channel, way_out) = (new.experience().channel, new.way_out());
            assert!(!conflicts(document, &after, channel.as_str()), "{}", say());
            assert!(
                way_out.is_none_or(|way| !conflicts(document, &after, way.channel.as_str())),
                "{}",
                say()
            );
            assert!(new.experience().assistance >= old.experience().assistance, "{}", say());
            assert!(new.adaptations().is_superset(old.adaptations()), "{}", say());
            if channel == old.experience().channel {
                assert!(new.experience().layout <= old.experience().layout, "{}", say());
            }
            more_help += usize::from(new.experience().assistance > old.experience().assistance);
            // On every channel: its layout is the one given while it is in use.
            for channel in &document.channels {
                let on =
                    |visitor: &Visitor| Visitor { channel: Some(channel.name.clone()), ..visitor.clone() };
                let (old, new) = (select(selector, &on(before)), select(selector, &on(&after)));
                assert!(new.layout_in_use() <= old.layout_in_use(), "on {}\n{}", channel.name, say());
                simpler += usize::from(new.layout_in_use() < old.layout_in_use());
            }
        }
    });
    assert!(
        simpler > 100 && more_help > 50,
        "needs matter too seldom: {simpler} layouts, {more_help} assistance levels"
    );
}

/// `document` with `channel` alone, which then is the last resort; `None` where it cannot be.
fn alone(document: &Document, channel: &str) -> Option<Document> {
    if channel == "phone" || channel == "video" {
        return None;
    }
    let mut alone = document.clone();
    alone.channels.retain(|c| c.name == channel);
    let only = alone.channels.first_mut()?;
    (only.consent, only.staffed) = (None, document.people);
    only.conflicts.clear();
    alone.last_resort = vec![channel.to_owned()];
    let arms = alone
        .experiments
        .values_mut()
        .flat_map(|experiment| &mut experiment.arms)
        .map(|arm| &mut arm.effects);
    for effects in alone.rules.values_mut().map(|rule| &mut rule.effects).chain(arms) {
        effects.channels.clear();
        effects.never.clear();
        effects.channels.insert(channel.to_owned(), 1);
    }
    Some(alone)
}

#[test]
fn law_2_holds_on_every_channel_that_is_the_only_one() {
    let mut random = Random::new(22);
    let mut tried = 0;
    for n in 12_000..12_120 {
        let document = generate::policy(n);
        for channel in &document.channels {
            // A condition may speak of a channel that is gone; such a policy does not load.
            let Some(alone) = alone(&document, &channel.name) else { continue };
            let Ok(selector) = library::load(&generate::print::toml(&alone)) else { continue };
            for before in generate::visitors(&alone, n, 6) {
                let after = needier(&before, &mut random);
                let (old, new) = (select(&selector, &before), select(&selector, &after));
                let say = || format!("{old:?}\n{new:?}\n{:?}\n{}", after.needs, shown(&alone, &before));
                assert!(new.experience().layout <= old.experience().layout, "{}", say());
                assert!(new.experience().assistance >= old.experience().assistance, "{}", say());
                tried += 1;
            }
        }
    }
    assert!(tried > 500, "only {tried} pairs of visitors");
}

#[test]
fn law_3_there_is_a_way_out_unless_the_policy_says_that_there_are_no_people() {
    let (mut with, mut without) = (0, 0);
    each(13_000, 13_200, 0, |document, _, _| {
        // At night nobody is there, and this visitor has blocked whatever can be blocked.
        let mut document = document.clone();
        let night = vec!["mon-sun 09:00-17:00".to_owned()];
        document.channels.iter_mut().for_each(|channel| channel.open = Some(night.clone()));
        let (document, selector) = (&document, &loaded(&document));
        for visitor in &mut generate::visitors(document, 13, 12) {
            visitor.channels.values_mut().for_each(|record| record.reach = 0);
            let decision = select(selector, visitor);
            match decision.way_out() {
                Some(way) => {
                    let channel = document.channel(way.channel.as_str()).expect("a channel of the policy");
                    assert!(document.people && channel.staffed, "{}", shown(document, visitor));
                    with += 1;
                }
                None => {
                    let most = maitre::AssistanceLevel::Guided;
                    assert!(!document.people, "no way out\n{}", shown(document, visitor));
                    assert!(decision.experience().assistance <= most, "{}", shown(document, visitor));
                    without += 1;
                }
            }
        }
    });
    assert!(with > 1_000 && without > 100, "{with} with a way out, {without} without");
}

/// `visitor` without anything that D1 limits by a consent that is not granted; whether anything went.
fn without_withheld(document: &Document, visitor: &Visitor) -> (Visitor, bool) {
    let facts = Facts::new(document, visitor);
    let withheld: Vec<&str> = document
        .limits
        .iter()
        .filter(|(_, limit)| limit.consent.as_ref().is_some_and(|purpose| !facts.granted(purpose)))
        .map(|(name, _)| name.as_str())
        .collect();
    let mut left = visitor.clone();
    left.profile.retain(|fact| !withheld.contains(&fact.name.as_str()));
    left.visit.retain(|fact| !withheld.contains(&fact.name.as_str()));
    for record in left.channels.values_mut() {
        for (name, count) in [
            ("profile.habit", &mut record.habit),
            ("profile.uses", &mut record.uses),
            ("profile.success", &mut record.success),
        ] {
            if withheld.contains(&name) {
                *count = 0;
            }
        }
    }
    for journey in [&mut left.journey, &mut left.visit_journey].into_iter().flatten() {
        if withheld.contains(&"journey.name") {
            journey.name = None;
        }
        if withheld.contains(&"journey.channel") {
            journey.channel = None;
        }
        if withheld.contains(&"journey.failed_steps") {
            journey.failed_steps = 0;
        }
    }
    // A consent that has ended is none.
    left.consents.retain(|_, end| end.is_none_or(|end| end > visitor.at));
    let changed = left != *visitor;
    (left, changed)
}

#[test]
fn law_4_a_fact_without_consent_does_not_matter() {
    let mut changed = 0;
    each(14_000, 14_250, 12, |document, selector, visitors| {
        for visitor in visitors {
            let (left, less) = without_withheld(document, visitor);
            changed += usize::from(less);
            assert_eq!(select(selector, visitor), select(selector, &left), "{}", shown(document, visitor));
        }
    });
    assert!(changed > 300, "only {changed} visitors had something without consent");
}

#[test]
fn the_words_of_the_tests_are_those_of_the_library() {
    assert_eq!(NEEDS, AccessNeed::NAMES);
    assert_eq!(BUILT_IN_CHANNELS, Channel::NAMES);
    for (ours, theirs) in [
        (&oracle::document::LAYOUTS[..], maitre::LayoutComplexity::NAMES),
        (&oracle::document::ASSISTANCE[..], maitre::AssistanceLevel::NAMES),
        (&oracle::document::REACH[..], maitre::Reach::NAMES),
        (&oracle::document::SOURCES[..], maitre::Source::NAMES),
        (&oracle::document::UNITS[..], maitre::Unit::NAMES),
    ] {
        assert_eq!(ours, theirs);
    }
    // Every built-in attribute is one that the interpreter knows, with the same type.
    let document = generate::policy(0);
    for info in maitre::built_in_attributes() {
        let channel = &document.channels[0].name;
        let name = info.name.replace("CHANNEL", channel);
        let kind =
            oracle::attributes::built_in(&document, &name).unwrap_or_else(|| panic!("the tests lack {name}"));
        let word = match kind {
            oracle::document::Kind::Bool => "bool",
            oracle::document::Kind::Int(..) => "int",
            oracle::document::Kind::Float => "float",
            oracle::document::Kind::Text => "string",
            oracle::document::Kind::Time => "timestamp",
            oracle::document::Kind::Enum(_) => "enum",
            oracle::document::Kind::Set(_) => "set",
        };
        assert_eq!(word, info.kind, "{name}");
    }
    let visitor = &generate::visitors(&document, 0, 1)[0];
    let selector = loaded(&document);
    assert_eq!(explain(&selector, visitor).channels().len(), document.channels.len());
}
