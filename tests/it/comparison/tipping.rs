//! Single edits that tip a balance, or let a channel come or go: what is found of them is held against all visitors of a small
//! world, by whom channels are chosen in every way.

use maitre::{
    AccessNeed, Channel, CustomerProfile, ExperienceSelector, Fact, Happens, Journey, LimitEntry, Moment,
    NeedStrength, PolicyDocument, Reach, Source, Visit, WhyInconclusive,
};

use super::{Counts, hold, loader, selector};
use crate::generate::random::Random;
use crate::guarantees::universe;

/// One edit of what channels are chosen by.
fn tip(document: &mut PolicyDocument, random: &mut Random) {
    let names: Vec<String> = document.rules.keys().cloned().collect();
    let rule = random.pick(&names).clone();
    let place = random.below(document.channels.len());
    let step = random.one(&[-20, -10, -5, -1, 1, 5, 10, 20]);
    let channel = document.channels[place].name.clone();
    match random.below(14) {
        0 | 1 => document.channels[place].base += step,
        2 => {
            if let Some(rule) = document.rules.get_mut(&rule) {
                *rule.channels.entry(channel).or_default() += step;
            }
        }
        3 => document.weights.habit = random.one(&[0, 5, 11, 20]),
        4 => document.weights.continuity = random.one(&[0, 10, 49, 51]),
        5 => document.weights.need = random.one(&[0, 10, 60]),
        6 => drop(document.rules.remove(&rule)),
        7 => document.channels[place].open = vec!["mon-sun 07:00-21:00".to_owned()],
        8 => document.channels[place].quiet = Some("21:00-08:00".to_owned()),
        9 => document.channels[place].contacts_at_most = Some(1),
        10 => drop(document.channels[place].conflicts.insert(AccessNeed::ScreenReader)),
        11 => {
            // A tie goes to the earlier.
            let other = random.below(document.channels.len());
            document.channels.swap(place, other);
        }
        12 => {
            let limit = LimitEntry {
                min_source: random.one(&[Source::Inferred, Source::Declared]),
                max_age_days: random.one(&[None, Some(30)]),
                ..LimitEntry::default()
            };
            document.limits.insert("profile.fluency".to_owned(), limit);
        }
        _ => {
            let mut own = document.channels[place].clone();
            (own.name, own.own, own.staffed) = ("kiosk".to_owned(), true, random.chance(50));
            own.layout_at_most = random.one(&[None, Some(maitre::LayoutComplexity::Essential)]);
            document.channels.insert(place, own);
        }
    }
}

/// Everybody by whom channels are chosen in another way.
fn visitors() -> Vec<(CustomerProfile, Visit)> {
    let kiosk = Channel::parse("kiosk").unwrap();
    let needs = [
        None,
        Some((AccessNeed::NoVoiceCalls, NeedStrength::Preferred)),
        Some((AccessNeed::NoVoiceCalls, NeedStrength::Required)),
        Some((AccessNeed::ScreenReader, NeedStrength::Required)),
    ];
    let habits: [&[(Channel, u8)]; 4] = [
        &[],
        &[(Channel::Web, 1)],
        &[(Channel::Phone, 4), (Channel::App, 3)],
        &[(Channel::Phone, 2), (kiosk, 4)],
    ];
    let hours = ["2026-11-23T10:00:00Z", "2026-11-23T20:30:00Z", "2026-11-23T22:00:00Z"];
    let mut all = Vec::new();
    for in_use in [None, Some(Channel::Web), Some(Channel::Phone), Some(Channel::Email), Some(kiosk)] {
        for before in [None, Some(Channel::Web), Some(Channel::Phone)] {
            for (habit, need) in habits.iter().flat_map(|habit| needs.iter().map(move |need| (habit, need))) {
                for (kind, preferred) in [(0, None), (1, None), (2, None), (3, Some(Channel::App))] {
                    for (number, hour) in hours.iter().enumerate() {
                        let at = Moment::parse(hour).unwrap();
                        let mut profile = CustomerProfile::new();
                        for &(channel, steps) in *habit {
                            profile = profile.with_habit(channel, steps);
                        }
                        if let Some((need, strength)) = *need {
                            profile = profile.with_need(need, strength);
                        }
                        if let Some(channel) = preferred {
                            profile = profile.with_preferred_channel(Fact::declared(channel));
                        }
                        if kind > 0 {
                            let fluency = Fact::observed(if kind == 1 { 20 } else { 80 });
                            profile = profile.with_fluency(fluency.learnt(at.timestamp()));
                            profile = profile.with_reach(Channel::App, Reach::Verified);
                        }
                        if kind == 2 {
                            profile = profile.with_reach(Channel::Web, Reach::Blocked);
                            profile = profile.with_contact(Channel::App, at.timestamp());
                        }
                        let failed_steps = if number == 1 { 3 } else { 0 };
                        let journey = Journey { failed_steps, channel: before, ..Journey::default() };
                        let errors = if kind == 1 || number == 2 { 2 } else { 0 };
                        let visit = Visit::new(at).with_errors(errors).with_journey(journey);
                        let visit = in_use.map_or(visit.clone(), |channel| visit.on(channel));
                        all.push((profile, visit));
                    }
                }
            }
        }
    }
    all
}

/// Holds so many pairs against all visitors.
fn hold_pairs(pairs: u64) -> (Counts, usize) {
    let loader = loader();
    let all = visitors();
    let (mut counts, mut beyond): (Counts, usize) = ([0; 3], 0);
    for n in 0..pairs {
        let mut random = Random::new(170_000 + n);
        let old = selector(&loader, &universe::policy(&mut random));
        let mut document = old.policy().document().clone();
        tip(&mut document, &mut random);
        let Ok(policy) = loader.document(&document) else { continue };
        let new = ExperienceSelector::compile(&policy).unwrap();
        let [old, new] = if random.chance(50) { [old, new] } else { [new, old] };
        let comparison = old.compare(&new, 2_000);
        let found = hold(&old, &new, &comparison, all.iter().cloned());
        let is_beyond = |happens: &Happens| *happens == Happens::Inconclusive(WhyInconclusive::Budget);
        beyond += comparison.changes.iter().filter(|change| is_beyond(&change.happens)).count();
        (0..3).for_each(|at| counts[at] += found[at]);
    }
    (counts, beyond)
}

#[test]
fn what_tips_a_balance_is_found_or_proven_as_all_visitors_say() {
    let (counts, beyond) = hold_pairs(60);
    assert!(counts[0] > 2_000 && counts[1] > 120, "{counts:?}");
    // All is decided, but where nobody was found whom the cells allow.
    assert!(beyond == 0 && counts[2] * 40 < counts[1], "{beyond} {counts:?}");
}

#[test]
fn one_point_counts_at_a_border_and_not_beside_it() {
    let loader = loader();
    let with = |what: &str, margin: u8| {
        let text = format!(
            "format = 1\nname = \"borders\"\ndefaults = {{ layout = \"standard\", assistance = \"hints\" }}\n\
             weights = {{ margin = {margin} }}\nlast_resort = [\"in_person\"]\nchannels = [{{ name = \"web\", base = 10 }}, {{ name = \"in_person\", staffed = true }}]\n\
             [rules]\nr = {{ when = 'visit.errors >= 2', {what} }}\nother = {{ when = 'visit.pages > 4', layout = -100, assistance = 100 }}"
        );
        selector(&loader, &text)
    };
    // Halves go up; a prior level is kept by the margin on both sides; a tie goes to the earlier.
    for (before, after, margins, differs) in [
        ("layout = -50", "layout = -51", [0, 0], true),
        ("layout = -50", "layout = -51", [25, 25], true),
        ("layout = -51", "layout = -52", [0, 0], false),
        ("layout = -49", "layout = -50", [0, 0], false),
        ("layout = -75", "layout = -76", [25, 25], true),
        ("layout = -77", "layout = -78", [25, 25], false),
        ("layout = -75", "layout = -75", [25, 24], true),
        ("layout = -90", "layout = -90", [25, 24], false),
        ("layout = 74", "layout = 75", [25, 25], true),
        ("assistance = 49", "assistance = 50", [0, 0], true),
        ("assistance = 50", "assistance = 51", [0, 0], false),
        ("assistance = -50", "assistance = -51", [0, 0], true),
        ("channels = { in_person = 10 }", "channels = { in_person = 11 }", [0, 0], true),
    ] {
        for turned in [false, true] {
            let [old, new] = [with(before, margins[0]), with(after, margins[1])];
            let [old, new] = if turned { [new, old] } else { [old, new] };
            let comparison = old.compare(&new, 2_000);
            assert_eq!(comparison.differs(), differs, "{before} {after} {margins:?}\n{comparison}");
            assert_eq!(comparison.is_same(), !differs, "{before} {after} {margins:?}\n{comparison}");
        }
    }
}
