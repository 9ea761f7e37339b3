//! The comparison of two policies over a population: held against a slow recount, put together from parts, and the gate against
//! each way of being served worse.
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test that cannot go on has failed")]

mod gate;
mod recount;

use maitre::{CustomerProfile, ExperienceSelector, Impact, ImpactOptions, ImpactReport, Visit};

use crate::generate::{self, print::toml, random::Random};
use crate::oracle::document::Document;
use crate::oracle::library;

/// A document with one thing or a few otherwise, as a next version of it might be.
fn edited(document: &Document, random: &mut Random) -> Document {
    let mut next = document.clone();
    for _ in 0..=random.below(3) {
        let names: Vec<String> = next.rules.keys().cloned().collect();
        match random.below(8) {
            0 if !names.is_empty() => drop(next.rules.remove(random.pick(&names))),
            1 | 2 if !names.is_empty() => {
                let rule = next.rules.get_mut(random.pick(&names)).expect("a rule of that name");
                // Against needs the points may only go one way.
                rule.effects.layout = rule.effects.layout.min(0) - random.within(0, 120);
                rule.effects.assistance_at_least = None;
            }
            3 if !names.is_empty() => {
                let rule = next.rules.get_mut(random.pick(&names)).expect("a rule of that name");
                rule.effects.layout_at_most = Some(random.below(4));
                rule.effects.adapt.clear();
            }
            4 => {
                let place = random.below(next.channels.len());
                next.channels[place].open = Some(vec!["mon-fri 09:00-12:30".to_owned()]);
            }
            5 => {
                let place = random.below(next.channels.len());
                next.channels[place].base += random.within(-80, 80);
            }
            6 => next.assistance = random.below(if next.people { 5 } else { 3 }),
            _ => next.layout = random.below(4),
        }
    }
    next
}

type People = Vec<(CustomerProfile, Visit)>;

/// Two versions of the `n`-th policy, or two policies that have nothing to do with each other, and visitors of theirs.
fn compared(n: u64, count: usize) -> Option<([ExperienceSelector; 2], People)> {
    let mut random = Random::new(n);
    let old = generate::policy(n);
    let new = if random.chance(85) { edited(&old, &mut random) } else { generate::policy(n + 1) };
    let selectors = [library::load(&toml(&old)).ok()?, library::load(&toml(&new)).ok()?];
    let mut visitors = generate::visitors(&old, n, count);
    visitors.extend(generate::visitors(&new, n, count / 2));
    Some((selectors, visitors.iter().map(library::people).collect()))
}

fn report<'a>(
    [old, new]: [&ExperienceSelector; 2],
    options: ImpactOptions,
    people: impl IntoIterator<Item = (u64, &'a (CustomerProfile, Visit))>,
) -> ImpactReport {
    let mut impact = Impact::new(old, new, options);
    people.into_iter().for_each(|(number, (profile, visit))| impact.add(number, profile, visit));
    impact.finish()
}

#[test]
fn a_comparison_counts_what_a_slow_recount_counts() {
    let (mut policies, mut seen) = (0, recount::Seen::default());
    for n in 30_000..30_130 {
        let Some((selectors, people)) = compared(n, 30) else { continue };
        let report = report(selectors.each_ref(), ImpactOptions::new(), (1..).zip(&people));
        recount::hold(&report, selectors.each_ref(), &people, &mut seen);
        policies += 1;
    }
    assert!(policies > 100, "{policies}");
    seen.everything_occurs();
}

#[test]
fn parts_put_together_are_the_whole_and_the_order_of_visitors_does_not_matter() {
    for n in 31_000..31_020 {
        let Some((selectors, people)) = compared(n, 60) else { continue };
        let numbered: Vec<_> = (1..).zip(&people).collect();
        let [old, new] = selectors.each_ref();
        let whole = report([old, new], ImpactOptions::new(), numbered.iter().copied());
        let mut shuffled = numbered.clone();
        Random::new(n).shuffle(&mut shuffled);
        assert_eq!(report([old, new], ImpactOptions::new(), shuffled.iter().copied()), whole);
        let mut all = Impact::new(old, new, ImpactOptions::new());
        let parts = shuffled.chunks(17).map(|part| {
            let mut impact = all.fork();
            part.iter().for_each(|(number, (profile, visit))| impact.add(*number, profile, visit));
            impact
        });
        let mut parts: Vec<Impact> = parts.collect();
        Random::new(n).shuffle(&mut parts);
        for part in parts {
            all.merge(part).expect("a part of the same comparison");
        }
        assert_eq!(all.finish(), whole);
    }
}

#[test]
fn comparisons_of_other_policies_or_with_other_options_are_not_merged() {
    let ([old, new], people) = compared(31_000, 10).expect("two policies");
    let mut all = Impact::new(&old, &new, ImpactOptions::new());
    for other in [
        Impact::new(&new, &old, ImpactOptions::new()),
        Impact::new(&old, &new, ImpactOptions::new().with_examples(1)),
    ] {
        let mut other = other;
        people.iter().for_each(|(profile, visit)| other.add(1, profile, visit));
        assert_eq!(all.merge(other), Err(maitre::ImpactMismatch));
    }
    assert_eq!(all.finish().everyone.visitors, 0);
}

#[test]
fn the_same_policy_changes_nothing() {
    for n in 32_000..32_030 {
        let document = generate::policy(n);
        let load = || library::load(&toml(&document)).expect("a policy");
        let (old, new) = (load(), load());
        let people: People = generate::visitors(&document, n, 40).iter().map(library::people).collect();
        let report = report([&old, &new], ImpactOptions::new(), (1..).zip(&people));
        assert_eq!((report.everyone.visitors, report.everyone.changed), (40, 0));
        assert!(report.gate.passes && report.harms.is_empty() && report.rules.is_empty(), "{report}");
        assert!(report.everyone.gains.is_empty() && report.without_rule == 0);
        assert_eq!(report.to_string(), "All 40 visitors are served as before: the change can go live.\n");
    }
}

#[test]
fn examples_stand_for_all_who_are_served_just_so_and_tell_no_id_and_nothing_sensitive() {
    let mut examples = 0;
    for n in 33_000..33_060 {
        let Some((selectors, people)) = compared(n, 60) else { continue };
        let [old, new] = selectors.each_ref();
        let most = ImpactOptions::new().with_examples(usize::MAX);
        let hiding = report([old, new], most.clone(), (1..).zip(&people));
        let telling = report([old, new], most.revealing(), (1..).zip(&people));
        for (hidden, told) in hiding.harms.iter().zip(&telling.harms) {
            // Everybody who is served so is behind one of them.
            assert_eq!(hidden.examples.iter().map(|one| one.alike).sum::<u64>(), hidden.visitors);
            for (hidden, told) in hidden.examples.iter().zip(&told.examples) {
                let (profile, visit) = &people[hidden.number as usize - 1];
                assert_eq!(
                    (hidden.number, hidden.required),
                    (told.number, !profile.required_needs().is_empty())
                );
                assert_eq!(
                    (told.witness.profile.needs(), told.old.adaptations.is_some()),
                    (profile.needs(), true)
                );
                assert_eq!(told.old.experience, old.select(profile, visit).experience());
                assert_eq!(told.new.experience, new.select(profile, visit).experience());
                let witness = &hidden.witness;
                assert!(witness.profile.needs().is_empty() && hidden.old.adaptations.is_none());
                for sensitive in ["profile.age", "profile.mood", "profile.mood_trend"] {
                    assert_eq!(witness.profile.fact(sensitive), None);
                }
                for unit in [maitre::Unit::Person, maitre::Unit::Household, maitre::Unit::Device] {
                    assert_eq!((witness.visit.id(unit), told.witness.visit.id(unit)), (None, None));
                }
                assert_eq!(witness.visit.at(), visit.at());
                examples += 1;
            }
        }
    }
    assert!(examples > 200, "{examples}");
}
