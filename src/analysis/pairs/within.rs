//! Segments within others: of those that a segment lies in, the narrowest are told. From the widest to the narrowest, so
//! that what lies in a segment lies in all that this one is known to lie in, without a search.

use std::cmp::Reverse;

use super::names::Names;
use super::{Implies, MOST_NAMED, Pairs, named};
use crate::analysis::SubjectKind;
use crate::analysis::bits::{has, join, none, set};
use crate::analysis::desk::{Desk, Told};
use crate::analysis::subjects::Item;
use crate::finding::FindingKind as Kind;
use crate::guarantee::WhyInconclusive;

/// Bytes that may be taken for what lies in what.
const ROOM: usize = 32 << 20;

/// A segment that stands for all that hold for the same visitors.
struct One {
    place: usize,
    /// Of how many in the pool it holds.
    width: u32,
    /// Where all of them lie in, by number; nothing, where there is no such.
    wider: Vec<u64>,
    /// Those in which it was found to lie by a search, by number, and whether one of the two names the other.
    found: Vec<(usize, bool)>,
    steps: u64,
}

pub(super) fn all(desk: &mut Desk<'_, '_>, asked: &[bool], pairs: &Pairs) {
    let items = desk.items;
    let names = Names::of(desk.checked);
    let segments = items.iter().enumerate().filter(|(_, item)| item.what == SubjectKind::Segment);
    let firsts = segments.filter(|(place, _)| asked.get(*place) == Some(&true) && pairs.is_first(*place));
    let one = |(place, _)| One {
        place,
        width: desk.pool.count(place),
        wider: Vec::new(),
        found: Vec::new(),
        steps: 0,
    };
    let mut all: Vec<One> = firsts.map(one).collect();
    all.sort_by_key(|one| (Reverse(one.width), one.place));
    let mut room = ROOM / (all.len() / 8 + 64);
    for number in 0..all.len() {
        look(desk, (&mut all, number), &names, pairs, &mut room);
    }
    for one in &all {
        tell(desk, &all, one);
    }
}

fn look(
    desk: &mut Desk<'_, '_>,
    (all, number): (&mut [One], usize),
    names: &Names,
    pairs: &Pairs,
    room: &mut usize,
) {
    let items = desk.items;
    let Some((place, width)) = all.get(number).map(|one| (one.place, one.width)) else { return };
    let Some(item) = items.get(place) else { return };
    let is_told = desk.tells(Kind::Implied, &item.subject());
    if *room == 0 || !desk.charge(1 + all.len() as u64 / 256) {
        if is_told {
            desk.untold(Kind::Implied, vec![item.subject()], WhyInconclusive::Budget, 0);
        }
        return;
    }
    let mut related: Option<Vec<u64>> = None;
    let (mut wider, mut found, mut all_steps) = (Vec::new(), Vec::new(), 0);
    // The narrowest first.
    let ends = all.partition_point(|other| other.width >= width);
    for (other, second) in all.iter().enumerate().take(ends).rev() {
        if other == number || has(&wider, other) || desk.pool.refutes(place, second.place) {
            continue;
        }
        if !desk.charge(1 + desk.pool.words() as u64 / 1_024) {
            if is_told {
                desk.untold(Kind::Implied, vec![item.subject()], WhyInconclusive::Budget, 0);
            }
            break;
        }
        let related = related.get_or_insert_with(|| names.related(pairs.class(place)));
        let is_named = pairs.class(second.place).any(|other| has(related, other));
        match pairs.implies(desk, place, second.place) {
            Implies::No => {}
            Implies::Yes(steps) => {
                if wider.is_empty() {
                    wider = none(all.len());
                }
                set(&mut wider, other);
                join(&mut wider, &second.wider);
                found.push((other, is_named));
                all_steps += steps;
            }
            Implies::Untold(why, steps) => {
                let is_new = !pairs.known.contains_key(&(place, second.place));
                if let Some(second) = items.get(second.place)
                    && is_told
                    && !is_named
                    && is_new
                {
                    desk.untold(Kind::Implied, vec![item.subject(), second.subject()], why, steps);
                }
            }
        }
    }
    *room -= usize::from(!wider.is_empty());
    if let Some(one) = all.get_mut(number) {
        (one.wider, one.found, one.steps) = (wider, found, all_steps);
    }
}

fn tell(desk: &mut Desk<'_, '_>, all: &[One], one: &One) {
    let Some(item) = desk.items.get(one.place) else { return };
    if one.found.is_empty() || !desk.tells(Kind::Implied, &item.subject()) {
        return;
    }
    // What a narrower one lies in is told of that.
    let mut beyond = none(all.len());
    for (number, _) in &one.found {
        join(&mut beyond, all.get(*number).map(|other| &*other.wider).unwrap_or_default());
    }
    let narrowest = one.found.iter().filter(|(number, is_named)| !is_named && !has(&beyond, *number));
    let mut places: Vec<usize> = narrowest.filter_map(|(number, _)| Some(all.get(*number)?.place)).collect();
    places.sort_unstable();
    let others: Vec<&Item<'_>> = places.iter().filter_map(|&place| desk.items.get(place)).collect();
    let Some(second) = others.first() else { return };
    let (a, b) = (item.name, second.name);
    let names: Vec<&str> = others.iter().map(|other| other.name).collect();
    let names = named(&names, MOST_NAMED);
    let (message, these) = match others.len() {
        1 => (
            format!("whoever is in segment `{a}` is also in segment {names}, and neither names the other"),
            "one of the two",
        ),
        _ => (
            format!(
                "whoever is in segment `{a}` is also in segments {names}, and it does not name them, nor they it"
            ),
            "one of them",
        ),
    };
    let help = format!(
        "if that is meant, say so, as `segment.{b} && …` in `{a}`; else {these} is not what it seems"
    );
    let person = desk.pool.with_both(one.place, one.place).cloned();
    let witness = person.map(|person| desk.witness(&person, &[item.holds, second.holds], None));
    let about = std::iter::once(item).chain(others).map(Item::subject).collect();
    desk.tell(Told { kind: Kind::Implied, about, message, help, witness, steps: one.steps });
}
