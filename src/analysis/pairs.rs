//! Conditions in pairs: the same as another, implied by another. Only those are searched that nobody in the pool tells apart,
//! and what holds for the same visitors as an earlier one is left out of all further pairs.

mod names;
mod rules;
mod same;
mod within;

use std::collections::BTreeMap;

use super::SubjectKind;
use super::conditions::State;
use super::desk::Desk;
use super::subjects::Item;
use crate::cells::Truths;
use crate::explanation::listed;
use crate::finding::FindingKind as Kind;
use crate::guarantee::WhyInconclusive;
use crate::policy::Effects;
use crate::search::Aim;

/// How many others are named.
const MOST_NAMED: usize = 5;

/// Whether everybody of whom one condition holds is one of whom another does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Implies {
    No,
    /// Proven, in so many steps.
    Yes(u64),
    Untold(WhyInconclusive, u64),
}

/// What is known of pairs.
struct Pairs {
    /// By place, the first of those that hold for the same visitors: itself, where there is none before it.
    first: Vec<usize>,
    /// By the place of a first, the others.
    others: BTreeMap<usize, Vec<usize>>,
    /// By place, the first of those as which it was told to be the same.
    told: Vec<Option<usize>>,
    /// What was asked and is not refuted by the pool.
    known: BTreeMap<(usize, usize), Implies>,
}

impl Pairs {
    fn is_first(&self, place: usize) -> bool {
        self.first.get(place) == Some(&place)
    }
    /// All that hold for the same visitors as a first one.
    fn class(&self, first: usize) -> impl Iterator<Item = usize> + Clone {
        let others = self.others.get(&first).map(Vec::as_slice).unwrap_or_default();
        std::iter::once(first).chain(others.iter().copied())
    }
    /// Whether everybody of whom `one` holds is one of whom `other` does.
    fn implies(&self, desk: &mut Desk<'_, '_>, one: usize, other: usize) -> Implies {
        if desk.pool.refutes(one, other) {
            return Implies::No;
        }
        if let Some(&known) = self.known.get(&(one, other)) {
            return known;
        }
        let (Some(first), Some(second)) = (desk.items.get(one), desk.items.get(other)) else {
            return Implies::No;
        };
        let terms = [first.holds, second.holds.be(Truths::UNTRUE)];
        let sought = desk.seek(&terms, Aim::Anything, None);
        match sought.found {
            Ok(Some(person)) => {
                desk.meet(&person);
                Implies::No
            }
            Ok(None) => Implies::Yes(sought.steps),
            Err(why) => Implies::Untold(why, sought.steps),
        }
    }
}

pub(super) fn all(desk: &mut Desk<'_, '_>, states: &[State]) {
    if !desk.looks_for(Kind::SameAs) && !desk.looks_for(Kind::Implied) {
        return desk.tick(desk.items.len());
    }
    let is_asked = |item: &Item<'_>| matches!(item.what, SubjectKind::Segment | SubjectKind::Rule);
    let states = desk.items.iter().zip(states);
    let asked: Vec<bool> = states.map(|(item, state)| is_asked(item) && *state == State::Sometimes).collect();
    let pairs = same::all(desk, &asked);
    if desk.looks_for(Kind::Implied) {
        within::all(desk, &asked, &pairs);
        rules::all(desk, &asked, &pairs);
    }
}

/// What a rule does.
fn effects<'d>(desk: &Desk<'d, '_>, rule: &Item<'_>) -> Option<&'d Effects> {
    desk.checked.rules.get(rule.number).map(|rule| &rule.effects)
}

/// The names in backticks, the first of them and how many more.
fn named(names: &[&str], most: usize) -> String {
    let told: Vec<String> = names.iter().take(most).map(|name| format!("`{name}`")).collect();
    match names.len() - told.len() {
        0 => listed(&told),
        more => format!("{} and {more} more", told.join(", ")),
    }
}
