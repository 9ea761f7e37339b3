//! Each condition by itself: never true, always true, over. Whoever is found on the way joins the pool, which settles most
//! pairs without a search.

use super::SubjectKind;
use super::desk::{Desk, Told};
use super::subjects::Item;
use crate::cells::Truths;
use crate::finding::FindingKind as Kind;
use crate::search::{Aim, Person};
use crate::selector::Asked;

/// How a condition fares by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Never,
    Always,
    Sometimes,
    Untold,
}

pub(super) fn settle(desk: &mut Desk<'_, '_>) {
    let mut states = vec![State::Untold; desk.items.len()];
    for (place, slot) in states.iter_mut().enumerate() {
        *slot = ever(desk, place);
        desk.tick(1);
    }
    for (place, slot) in states.iter_mut().enumerate() {
        if *slot == State::Sometimes {
            *slot = always(desk, place);
        }
        desk.tick(1);
    }
    super::pairs::all(desk, &states);
}

/// Whether a condition is true of anybody; and of anybody still.
fn ever(desk: &mut Desk<'_, '_>, place: usize) -> State {
    let items = desk.items;
    let Some(item) = items.get(place) else { return State::Untold };
    let sought = desk.seek(&[item.holds], Aim::Anything, None);
    match sought.found {
        Ok(Some(person)) => {
            desk.meet(&person);
            over(desk, item, &person);
            State::Sometimes
        }
        Ok(None) => {
            if desk.tells(Kind::NeverTrue, &item.subject()) {
                never_true(desk, item, sought.steps);
            }
            State::Never
        }
        Err(why) => {
            if desk.looks_for(Kind::NeverTrue) {
                desk.untold(Kind::NeverTrue, vec![item.subject()], why, sought.steps);
            }
            State::Untold
        }
    }
}

fn never_true(desk: &mut Desk<'_, '_>, item: &Item<'_>, steps: u64) {
    let name = item.name;
    let message = match item.what {
        SubjectKind::Segment => format!("nobody can ever be in segment `{name}`"),
        SubjectKind::Experiment => format!("nobody can ever be in experiment `{name}`"),
        SubjectKind::Guarantee => format!("guarantee `{name}` speaks of nobody"),
        _ => format!("rule `{name}` can never hold"),
    };
    let help = "parts of its condition contradict each other, or a limit on an attribute hides what it asks for: mend \
                it, or take it out";
    let about = vec![item.subject()];
    desk.tell(Told { kind: Kind::NeverTrue, about, message, help: help.to_owned(), witness: None, steps });
}

/// Whether a condition that was true of `person` is true of nobody from now on.
fn over(desk: &mut Desk<'_, '_>, item: &Item<'_>, person: &Person) {
    let Some(later) = desk.later else { return };
    if !desk.tells(Kind::WindowOver, &item.subject()) || !reads_now(desk, item.holds.asked) {
        return;
    }
    let sought = desk.seek(&[item.holds, later], Aim::Anything, None);
    match sought.found {
        Ok(Some(still)) => desk.meet(&still),
        Ok(None) => {
            let at = desk.options.at.map(|at| at.to_string()).unwrap_or_default();
            let (what, name) = (item.what, item.name);
            let message = format!("the time of {what} `{name}` is over: as of {at} it holds for nobody");
            let help = "take it out, or give it new dates".to_owned();
            let witness = Some(desk.witness(person, &[item.holds], None));
            let steps = sought.steps;
            desk.tell(Told {
                kind: Kind::WindowOver,
                about: vec![item.subject()],
                message,
                help,
                witness,
                steps,
            });
        }
        Err(why) => desk.untold(Kind::WindowOver, vec![item.subject()], why, sought.steps),
    }
}

/// Whether a condition reads the time of the visit, itself or through segments.
fn reads_now(desk: &Desk<'_, '_>, asked: Asked<'_>) -> bool {
    let Some(now) = crate::cells::now(&desk.checked.attributes) else { return false };
    desk.checked.reads_behind(asked).attributes.contains(&now)
}

fn always(desk: &mut Desk<'_, '_>, place: usize) -> State {
    let items = desk.items;
    let Some(item) = items.get(place) else { return State::Untold };
    if desk.pool.without(place) {
        return State::Sometimes;
    }
    let sought = desk.seek(&[item.holds.be(Truths::UNTRUE)], Aim::Anything, None);
    match sought.found {
        Ok(Some(person)) => {
            desk.meet(&person);
            State::Sometimes
        }
        Ok(None) => {
            if !item.is_written_true() && desk.tells(Kind::AlwaysTrue, &item.subject()) {
                let (what, name) = (item.what, item.name);
                let message = match what {
                    SubjectKind::Segment => format!("everybody is in segment `{name}`"),
                    _ => format!("the condition of {what} `{name}` is true of everybody"),
                };
                let help = "write `true` if that is meant; else something is missing from it".to_owned();
                let nobody = desk.pool.with_both(place, place).cloned();
                let witness = nobody.map(|person| desk.witness(&person, &[item.holds], None));
                let (about, steps) = (vec![item.subject()], sought.steps);
                desk.tell(Told { kind: Kind::AlwaysTrue, about, message, help, witness, steps });
            }
            State::Always
        }
        Err(why) => {
            if desk.looks_for(Kind::AlwaysTrue) {
                desk.untold(Kind::AlwaysTrue, vec![item.subject()], why, sought.steps);
            }
            State::Untold
        }
    }
}
