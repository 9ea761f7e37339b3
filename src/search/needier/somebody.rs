//! Somebody who comes to have a need and is harmed: in which order the ways to have it, and to be harmed, are gone.

use std::cell::Cell;

use super::{Comes, Harm, Needier, Way};
use crate::search::{Budget, Found, Person, Untold};

/// Somebody who is harmed, and by what: some ways are gone a little first, then more of them further.
pub(crate) fn somebody<T>(
    mut needier: Vec<Needier<'_>>,
    said: &str,
    harms: &[Harm],
    budget: &mut Budget,
    is_close: &Cell<bool>,
    blame: impl Fn(&Person, &Comes) -> Option<T>,
) -> Found<(Person, Comes, T)> {
    // Those are tried first that are named, and last who has the need in force anyway; where it is not sure that a need matters,
    // more of them than of harms.
    let is_sure = needier.iter().all(Needier::is_sure);
    let is_twice = |one: &Needier<'_>| one.comes.instead_of() == Some(one.comes.strength());
    needier.sort_by_cached_key(|one| (is_twice(one), !one.is_named(said)));
    let mut all: Vec<(usize, usize)> =
        (0..needier.len()).flat_map(|one| (0..harms.len()).map(move |harm| (one, harm))).collect();
    all.sort_by_key(|(one, harm)| if is_sure { 8 * one + harm } else { one + 4 * harm });
    let way = |(one, harm): (usize, usize)| {
        let needier = needier.get(one)?;
        Some((needier, needier.way(*harms.get(harm)?)?))
    };
    let mut ways: Vec<(&Needier<'_>, Way)> = all.into_iter().filter_map(way).collect();
    let mut untold = None;
    let (mut count, mut each) = if is_sure { (32_usize, 8_u64) } else { (128, 8) };
    while !ways.is_empty() {
        if budget.left() == 0 {
            return Found::Untold(Untold::Budget);
        }
        let mut found = None;
        let mut place = 0;
        ways.retain_mut(|(needier, way)| {
            place += 1;
            if place > count || found.is_some() || budget.left() == 0 {
                return true;
            }
            let really = |person: &Person| {
                needier
                    .dressed()
                    .find_map(|comes| blame(person, &comes).map(|shown| (person.clone(), comes, shown)))
            };
            let looks = each.min(budget.left().div_ceil(needier.steps()));
            let (went, steps) = needier.go_on(way, looks, budget.left(), is_close, really);
            budget.take(steps);
            match went {
                Found::One(one) => found = Some(one),
                Found::None => {}
                Found::Untold(Untold::Budget) => return true,
                Found::Untold(why) => untold = Some(why),
            }
            false
        });
        if let Some(found) = found {
            return Found::One(found);
        }
        (count, each) = (count.saturating_mul(2), each.saturating_mul(4));
    }
    untold.map_or(Found::None, Found::Untold)
}
