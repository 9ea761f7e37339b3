//! Rules that add nothing: wherever one holds, another holds and asks for as much. The first such is enough to say so.

use super::{Implies, Pairs, effects};
use crate::analysis::SubjectKind;
use crate::analysis::desk::{Desk, Told};
use crate::analysis::subjects::Item;
use crate::finding::FindingKind as Kind;
use crate::guarantee::WhyInconclusive;
use crate::policy::Effects;

pub(super) fn all(desk: &mut Desk<'_, '_>, asked: &[bool], pairs: &Pairs) {
    let rules: Vec<(usize, &Item<'_>)> = desk
        .items
        .iter()
        .enumerate()
        .filter(|(place, item)| item.what == SubjectKind::Rule && asked.get(*place) == Some(&true))
        .collect();
    for &(place, item) in &rules {
        let subject = item.subject();
        let can_add_nothing = effects(desk, item).is_some_and(says_only_bounds);
        if !can_add_nothing || !desk.tells(Kind::Implied, &subject) {
            continue;
        }
        if !desk.charge(1 + rules.len() as u64 / 256) {
            desk.untold(Kind::Implied, vec![subject], WhyInconclusive::Budget, 0);
            continue;
        }
        one(desk, pairs, &rules, (place, item));
    }
}

fn one(
    desk: &mut Desk<'_, '_>,
    pairs: &Pairs,
    rules: &[(usize, &Item<'_>)],
    (place, item): (usize, &Item<'_>),
) {
    let mut open = None;
    for &(other, second) in rules {
        if other == place || !adds_nothing(desk, item, second) || desk.pool.refutes(place, other) {
            continue;
        }
        if !desk.charge(1 + desk.pool.words() as u64 / 1_024) {
            open.get_or_insert((WhyInconclusive::Budget, 0, second));
            break;
        }
        let answer = match pairs.first.get(place) == pairs.first.get(other) {
            true if is_left_out(desk, pairs, (place, item), (other, second)) => continue,
            true => Implies::Yes(0),
            false => pairs.implies(desk, place, other),
        };
        match answer {
            Implies::No => {}
            Implies::Yes(steps) => return tell(desk, (place, item), (other, second), steps),
            Implies::Untold(why, steps) => {
                let is_known = pairs.known.contains_key(&(place, other));
                if !is_known || !desk.looks_for(Kind::SameAs) {
                    open.get_or_insert((why, steps, second));
                }
            }
        }
    }
    if let Some((why, steps, second)) = open {
        desk.untold(Kind::Implied, vec![item.subject(), second.subject()], why, steps);
    }
}

/// Whether a rule is not held against another that holds for the same visitors: they are told to be the same, or the other
/// is a copy behind it.
fn is_left_out(
    desk: &Desk<'_, '_>,
    pairs: &Pairs,
    (place, item): (usize, &Item<'_>),
    (other, second): (usize, &Item<'_>),
) -> bool {
    let told = |place: usize| pairs.told.get(place).copied().flatten();
    let is_told = told(place).is_some() && told(place) == told(other);
    is_told || place < other && effects(desk, item) == effects(desk, second)
}

/// Whether a rule says something, and gives no points.
fn says_only_bounds(effects: &Effects) -> bool {
    let has_points = effects.layout != 0 || effects.assistance != 0 || !effects.channels.is_empty();
    !has_points && *effects != Effects::default()
}

/// Whether a rule without points asks for nothing that another does not ask for.
fn adds_nothing(desk: &Desk<'_, '_>, rule: &Item<'_>, other: &Item<'_>) -> bool {
    let (Some(less), Some(more)) = (effects(desk, rule), effects(desk, other)) else { return false };
    let cap = less.layout_at_most.is_none_or(|cap| more.layout_at_most.is_some_and(|other| other <= cap));
    let floor = less
        .assistance_at_least
        .is_none_or(|floor| more.assistance_at_least.is_some_and(|other| other >= floor));
    cap && floor && more.adapt.is_superset(less.adapt) && less.never & !more.never == 0
}

fn tell(
    desk: &mut Desk<'_, '_>,
    (place, first): (usize, &Item<'_>),
    (other, second): (usize, &Item<'_>),
    steps: u64,
) {
    let (a, b) = (first.name, second.name);
    let message =
        format!("rule `{a}` adds nothing: wherever it holds, rule `{b}` holds and asks for as much");
    let help = "take it out, or let it ask for more".to_owned();
    let person = desk.pool.with_both(place, other).cloned();
    let witness = person.map(|person| desk.witness(&person, &[first.holds, second.holds], None));
    let about = vec![first.subject(), second.subject()];
    desk.tell(Told { kind: Kind::Implied, about, message, help, witness, steps });
}
