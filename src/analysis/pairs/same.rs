//! Which conditions are the same. One that holds for the same visitors as an earlier one joins its class, which takes two
//! searches, and is asked no more.

use super::{Implies, MOST_NAMED, Pairs, effects, named};
use crate::analysis::desk::{Desk, Told};
use crate::analysis::subjects::Item;
use crate::analysis::{Subject, SubjectKind};
use crate::cells::Truths;
use crate::condition::Node;
use crate::finding::FindingKind as Kind;
use crate::guarantee::WhyInconclusive;
use crate::search::Aim;

/// Those that are told to be the same, and how many steps that took.
struct Group {
    places: Vec<usize>,
    steps: u64,
}

pub(super) fn all(desk: &mut Desk<'_, '_>, asked: &[bool]) -> Pairs {
    let items = desk.items;
    let mut pairs = Pairs {
        first: (0..items.len()).collect(),
        others: Default::default(),
        told: vec![None; items.len()],
        known: Default::default(),
    };
    for (place, item) in items.iter().enumerate() {
        desk.tick(1);
        if asked.get(place) != Some(&true) || !pairs.is_first(place) {
            continue;
        }
        if !desk.charge(1 + items.len() as u64 / 256) {
            open(desk, vec![item.subject()], WhyInconclusive::Budget, 0);
            continue;
        }
        let class = class_of(desk, &mut pairs, asked, (place, item));
        if class.len() > 1 && desk.looks_for(Kind::SameAs) {
            tell_class(desk, &mut pairs, &class);
        }
    }
    pairs
}

fn open(desk: &mut Desk<'_, '_>, about: Vec<Subject>, why: WhyInconclusive, steps: u64) {
    if desk.looks_for(Kind::SameAs) {
        desk.untold(Kind::SameAs, about, why, steps);
    }
}

/// Whether two conditions are one by how they are written.
fn are_written_alike(desk: &Desk<'_, '_>, one: &Item<'_>, other: &Item<'_>) -> bool {
    let includes = |item: &Item<'_>| {
        desk.checked.segments.get(item.number).is_some_and(|segment| segment.include_unknown)
    };
    one.when == other.when && (one.what != SubjectKind::Segment || includes(one) == includes(other))
}

/// A first one and all behind it that hold for the same visitors, each with the steps that it took.
fn class_of(
    desk: &mut Desk<'_, '_>,
    pairs: &mut Pairs,
    asked: &[bool],
    (place, item): (usize, &Item<'_>),
) -> Vec<(usize, u64)> {
    let mut class = vec![(place, 0)];
    for (other, second) in desk.items.iter().enumerate().skip(place + 1) {
        if second.what != item.what {
            break;
        }
        if asked.get(other) != Some(&true) || !pairs.is_first(other) || !desk.pool.hold_alike(place, other) {
            continue;
        }
        if !desk.charge(1 + desk.pool.words() as u64 / 1_024) {
            open(desk, vec![item.subject()], WhyInconclusive::Budget, 0);
            break;
        }
        let steps = if are_written_alike(desk, item, second) {
            Some(0)
        } else {
            both_ways(desk, pairs, (place, item), (other, second))
        };
        let Some(steps) = steps else { continue };
        class.push((other, steps));
        if let Some(first) = pairs.first.get_mut(other) {
            *first = place;
        }
        pairs.others.entry(place).or_default().push(other);
    }
    class
}

/// Whether each of two implies the other, and in how many steps.
fn both_ways(
    desk: &mut Desk<'_, '_>,
    pairs: &mut Pairs,
    (place, first): (usize, &Item<'_>),
    (other, second): (usize, &Item<'_>),
) -> Option<u64> {
    let mut all = 0;
    for (one, two) in [(place, other), (other, place)] {
        let answer = pairs.implies(desk, one, two);
        match answer {
            Implies::No => return None,
            Implies::Yes(steps) => all += steps,
            Implies::Untold(why, steps) => {
                open(desk, vec![first.subject(), second.subject()], why, steps);
            }
        }
        pairs.known.insert((one, two), answer);
        if !matches!(answer, Implies::Yes(_)) {
            return None;
        }
    }
    pairs.known.remove(&(place, other));
    pairs.known.remove(&(other, place));
    Some(all)
}

/// Tells of those of a class that are the same in all that counts.
fn tell_class(desk: &mut Desk<'_, '_>, pairs: &mut Pairs, class: &[(usize, u64)]) {
    let items = desk.items;
    let mut groups: Vec<Group> = Vec::new();
    let is_told = |&(place, steps): &(usize, u64)| {
        let item = items.get(place).filter(|item| desk.tells(Kind::SameAs, &item.subject()))?;
        Some((place, steps, item))
    };
    let told: Vec<(usize, u64, &Item<'_>)> = class.iter().filter_map(is_told).collect();
    // To name one and the same segment is what segments are for; a copy of a rule is one all the same.
    let named = |item: &Item<'_>| match item.when.tree() {
        Node::Segment(id) if item.what == SubjectKind::Rule => Some(*id),
        _ => None,
    };
    let by_one = match told.as_slice() {
        [(.., first), rest @ ..] => {
            named(first).is_some() && rest.iter().all(|(.., item)| named(item) == named(first))
        }
        [] => false,
    };
    for (place, steps, item) in told {
        let mut joined = false;
        for group in &mut groups {
            let Some((first, one)) = group.places.first().and_then(|&first| Some((first, items.get(first)?)))
            else {
                continue;
            };
            match counts_alike(desk, by_one, (first, one), (place, item)) {
                Implies::No => continue,
                Implies::Yes(more) => {
                    group.places.push(place);
                    group.steps += steps + more;
                }
                Implies::Untold(why, steps) => {
                    open(desk, vec![one.subject(), item.subject()], why, steps);
                }
            }
            joined = true;
            break;
        }
        if !joined {
            groups.push(Group { places: vec![place], steps: 0 });
        }
    }
    for group in groups.into_iter().filter(|group| group.places.len() > 1) {
        for &place in &group.places {
            if let Some(told) = pairs.told.get_mut(place) {
                *told = group.places.first().copied();
            }
        }
        tell(desk, &group);
    }
}

/// Whether two that hold for the same visitors, perhaps all by one segment, are the same in all that counts.
fn counts_alike(
    desk: &mut Desk<'_, '_>,
    by_one: bool,
    (place, first): (usize, &Item<'_>),
    (other, second): (usize, &Item<'_>),
) -> Implies {
    if !desk.charge(1) {
        return Implies::Untold(WhyInconclusive::Budget, 0);
    }
    let yes_if = |is_so: bool| if is_so { Implies::Yes(0) } else { Implies::No };
    if first.what == SubjectKind::Rule {
        return yes_if(!by_one || effects(desk, first) == effects(desk, second));
    }
    if are_written_alike(desk, first, second) {
        return Implies::Yes(0);
    }
    // A segment counts also where it is false or unknown.
    if desk.pool.tells_apart(place, other) {
        return Implies::No;
    }
    let mut all = 0;
    for (one, two) in [(Truths::UNKNOWN, Truths::FALSE), (Truths::FALSE, Truths::UNKNOWN)] {
        let sought = desk.seek(&[first.holds.be(one), second.holds.be(two)], Aim::Anything, None);
        all += sought.steps;
        match sought.found {
            Ok(None) => {}
            Ok(Some(person)) => {
                desk.meet(&person);
                return Implies::No;
            }
            Err(why) => return Implies::Untold(why, all),
        }
    }
    Implies::Yes(all)
}

fn tell(desk: &mut Desk<'_, '_>, group: &Group) {
    let all: Vec<(usize, &Item<'_>)> =
        group.places.iter().filter_map(|&place| Some((place, desk.items.get(place)?))).collect();
    let [(place, first), (other, second), ..] = all.as_slice() else { return };
    let names: Vec<&str> = all.iter().map(|(_, item)| item.name).collect();
    let names = named(&names, 1 + MOST_NAMED);
    let (message, help) = match (first.what, all.len()) {
        (SubjectKind::Rule, count) => {
            let these = if count == 2 { "both" } else { "all" };
            (
                format!("rules {names} hold for the same visitors"),
                format!(
                    "one rule with the effects of {these} would do; or give their condition a name, as a segment"
                ),
            )
        }
        _ => (format!("segments {names} are the same for every visitor"), "keep one of them".to_owned()),
    };
    let person = desk.pool.with_both(*place, *other).cloned();
    let witness = person.map(|person| desk.witness(&person, &[first.holds, second.holds], None));
    let about = all.iter().map(|(_, item)| item.subject()).collect();
    desk.tell(Told { kind: Kind::SameAs, about, message, help, witness, steps: group.steps });
}
