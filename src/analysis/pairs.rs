//! Conditions in pairs: implied by another, the same as another. Only those are searched that nobody in the pool tells apart.

use std::collections::BTreeMap;

use super::conditions::State;
use super::desk::{Desk, Told};
use super::pool::places;
use super::subjects::{Item, Term};
use super::{Subject, SubjectKind};
use crate::cells::Truths;
use crate::condition::{Node, SegmentId};
use crate::finding::FindingKind as Kind;
use crate::guarantee::WhyInconclusive;
use crate::policy::Effects;
use crate::search::Aim;
use crate::selector::Asked;

/// Whether everybody of whom the first holds is one of whom the second does.
fn implies(
    desk: &mut Desk<'_, '_>,
    first: &Item<'_>,
    second: &Item<'_>,
) -> Result<(bool, u64), (WhyInconclusive, u64)> {
    let terms = [first.holds, second.holds.be(Truths::UNTRUE)];
    let sought = desk.seek(&terms, Aim::Anything, None);
    match sought.found {
        Ok(Some(person)) => {
            desk.meet(&person);
            Ok((false, sought.steps))
        }
        Ok(None) => Ok((true, sought.steps)),
        Err(why) => Err((why, sought.steps)),
    }
}

pub(super) fn all(desk: &mut Desk<'_, '_>, states: &[State]) {
    let items = desk.items;
    let state = |place: usize| states.get(place).copied().unwrap_or(State::Untold);
    // By place, those whom it implies by proof, each with the steps that it took.
    let mut implied: BTreeMap<usize, BTreeMap<usize, u64>> = BTreeMap::new();
    for (place, item) in items.iter().enumerate() {
        desk.tick(1);
        let is_pairable = matches!(item.what, SubjectKind::Segment | SubjectKind::Rule);
        if !is_pairable || state(place) != State::Sometimes || !wants_pairs(desk, item) {
            continue;
        }
        if !desk.charge(1 + (desk.pool.len() * items.len()) as u64 / 1_000_000) {
            desk.untold(Kind::Implied, vec![item.subject()], WhyInconclusive::Budget, 0);
            continue;
        }
        let Some(candidates) = desk.pool.implied_by(place) else {
            desk.untold(Kind::Implied, vec![item.subject()], WhyInconclusive::Budget, 0);
            continue;
        };
        for other in places(&candidates) {
            let Some(second) = items.get(other) else { continue };
            if other == place || second.what != item.what || state(other) != State::Sometimes {
                continue;
            }
            // Whoever was met since may have refuted it.
            let back = !desk.pool.refutes(other, place);
            if desk.pool.refutes(place, other) || !is_asked(desk, (place, item), (other, second), back) {
                continue;
            }
            match implies(desk, item, second) {
                Ok((true, steps)) => {
                    implied.entry(place).or_default().insert(other, steps);
                }
                Ok((false, _)) => {}
                Err((why, steps)) => {
                    let kind = if back { Kind::SameAs } else { Kind::Implied };
                    if desk.looks_for(kind) {
                        desk.untold(kind, vec![item.subject(), second.subject()], why, steps);
                    }
                }
            }
        }
    }
    for (&place, found) in &implied {
        for (&other, &steps) in found {
            let (Some(first), Some(second)) = (items.get(place), items.get(other)) else { continue };
            let back = implied.get(&other).and_then(|found| found.get(&place));
            match back {
                Some(more) => {
                    if place < other {
                        same(desk, (place, first), (other, second), steps + more);
                    }
                }
                None => {
                    let of = |from: usize, to: usize| {
                        implied.get(&from).is_some_and(|found| found.contains_key(&to))
                            || !desk.pool.refutes(from, to) && name_each_other(desk, from, to)
                    };
                    let narrower = |between: usize| {
                        // Of those that are the same, the first stands for all.
                        let stands = !of(between, place) || between < place;
                        between != other && stands && of(between, other) && !of(other, between)
                    };
                    let is_narrowest =
                        first.what == SubjectKind::Rule || !found.keys().any(|&between| narrower(between));
                    if is_narrowest && !name_each_other(desk, place, other) {
                        tell_implied(desk, place, first, second, steps);
                    }
                }
            }
        }
    }
}

fn wants_pairs(desk: &Desk<'_, '_>, item: &Item<'_>) -> bool {
    let subject = item.subject();
    desk.tells(Kind::Implied, &subject) || desk.tells(Kind::SameAs, &subject) || {
        // It may be the second of two that are the same.
        desk.looks_for(Kind::SameAs)
    }
}

/// Whether one of two segments goes by the other, itself or through others: then what they have in common is written there.
fn name_each_other(desk: &Desk<'_, '_>, one: usize, other: usize) -> bool {
    // Segments are the first items, so that their places are their numbers.
    let names = |from: usize, to: usize| {
        let is_segment = |place: usize| place < desk.checked.segments.len();
        let asked = Asked::Segment(SegmentId(from as u32));
        is_segment(from)
            && is_segment(to)
            && desk.checked.needed_for([asked]).iter().any(|id| id.0 as usize == to)
    };
    names(one, other) || names(other, one)
}

/// Whether it is worth asking if the first implies the second; `back`: the second may imply the first.
fn is_asked(
    desk: &Desk<'_, '_>,
    (place, first): (usize, &Item<'_>),
    (other, second): (usize, &Item<'_>),
    back: bool,
) -> bool {
    let same = back && desk.looks_for(Kind::SameAs);
    if first.what == SubjectKind::Segment {
        return same || desk.tells(Kind::Implied, &first.subject()) && !name_each_other(desk, place, other);
    }
    if let (true, Node::Segment(one), Node::Segment(other)) = (back, first.when.tree(), second.when.tree())
        && one == other
    {
        // That is what segments are for; a copy of a rule, or one that adds nothing, is one all the same.
        let is_copy = same && effects(desk, first) == effects(desk, second);
        return is_copy || desk.tells(Kind::Implied, &first.subject()) && adds_nothing(desk, first, second);
    }
    same || desk.tells(Kind::Implied, &first.subject()) && adds_nothing(desk, first, second)
}

/// What a rule does.
fn effects<'d>(desk: &Desk<'d, '_>, rule: &Item<'_>) -> Option<&'d Effects> {
    desk.checked.rules.get(rule.number).map(|rule| &rule.effects)
}

/// Whether a rule asks for nothing that another does not ask for.
fn adds_nothing(desk: &Desk<'_, '_>, rule: &Item<'_>, other: &Item<'_>) -> bool {
    let (Some(less), Some(more)) = (effects(desk, rule), effects(desk, other)) else { return false };
    let has_points =
        |effects: &Effects| effects.layout != 0 || effects.assistance != 0 || !effects.channels.is_empty();
    let says = *less != Effects::default();
    let cap = less.layout_at_most.is_none_or(|cap| more.layout_at_most.is_some_and(|other| other <= cap));
    let floor = less
        .assistance_at_least
        .is_none_or(|floor| more.assistance_at_least.is_some_and(|other| other >= floor));
    says && !has_points(less)
        && cap
        && floor
        && more.adapt.is_superset(less.adapt)
        && less.never & !more.never == 0
}

fn tell_implied(desk: &mut Desk<'_, '_>, place: usize, first: &Item<'_>, second: &Item<'_>, steps: u64) {
    let (a, b) = (first.name, second.name);
    if !desk.tells(Kind::Implied, &first.subject()) {
        return;
    }
    let (message, help) = match first.what {
        SubjectKind::Rule if !adds_nothing(desk, first, second) => return,
        SubjectKind::Rule => (
            format!("rule `{a}` adds nothing: wherever it holds, rule `{b}` holds and asks for as much"),
            "take it out, or let it ask for more".to_owned(),
        ),
        _ => (
            format!("whoever is in segment `{a}` is also in segment `{b}`, and neither names the other"),
            format!(
                "if that is meant, say so, as `segment.{b} && …` in `{a}`; else one of the two is not what it seems"
            ),
        ),
    };
    let witness = pool_witness(desk, place, &[first.holds, second.holds], place);
    let about = vec![first.subject(), second.subject()];
    desk.tell(Told { kind: Kind::Implied, about, message, help, witness, steps });
}

/// Somebody in the pool of whom the conditions at both places hold, as a witness of these terms.
fn pool_witness(
    desk: &Desk<'_, '_>,
    one: usize,
    terms: &[Term<'_>],
    other: usize,
) -> Option<crate::search::Witness> {
    desk.pool.with_both(one, other).map(|person| desk.witness(person, terms, None))
}

fn same(
    desk: &mut Desk<'_, '_>,
    (place, first): (usize, &Item<'_>),
    (other, second): (usize, &Item<'_>),
    mut steps: u64,
) {
    let about: Vec<Subject> = vec![first.subject(), second.subject()];
    if !about.iter().all(|one| desk.tells(Kind::SameAs, one)) {
        return;
    }
    let (a, b) = (first.name, second.name);
    let (message, help) = match first.what {
        SubjectKind::Rule => (
            format!("rules `{a}` and `{b}` hold for the same visitors"),
            "one rule with the effects of both would do; or give their condition a name, as a segment"
                .to_owned(),
        ),
        _ => {
            // A segment counts also where it is false or unknown.
            if desk.pool.tells_apart(place, other) {
                return;
            }
            for (one, two) in [(Truths::UNKNOWN, Truths::FALSE), (Truths::FALSE, Truths::UNKNOWN)] {
                let sought = desk.seek(&[first.holds.be(one), second.holds.be(two)], Aim::Anything, None);
                steps += sought.steps;
                match sought.found {
                    Ok(None) => {}
                    Ok(Some(person)) => return desk.meet(&person),
                    Err(why) => return desk.untold(Kind::SameAs, about, why, steps),
                }
            }
            (
                format!("segments `{a}` and `{b}` are the same for every visitor"),
                "keep one of them".to_owned(),
            )
        }
    };
    let witness = pool_witness(desk, place, &[first.holds, second.holds], other);
    desk.tell(Told { kind: Kind::SameAs, about, message, help, witness, steps });
}
