//! What conditions read, for the findings that ask what a rule rests on.

use std::collections::BTreeSet;

use super::parts::Part;
use crate::attribute::AttributeId;
use crate::condition::{Condition, Node, Reads, SegmentId};
use crate::policy::Checked;
use crate::selector::Asked;

/// The attributes of these names.
pub(super) fn ids(checked: &Checked, names: &[&str]) -> BTreeSet<AttributeId> {
    names.iter().filter_map(|name| checked.attributes.find(name)).collect()
}

/// Whether something is read of what is asked about, and whether anything else is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Touches {
    /// Some of what is asked about.
    pub(super) asked: bool,
    /// Something else that is allowed beside it.
    pub(super) beside: bool,
    /// Anything else, the person's bucket too.
    pub(super) others: bool,
}

impl Touches {
    const fn and(self, other: Self) -> Self {
        Self {
            asked: self.asked || other.asked,
            beside: self.beside || other.beside,
            others: self.others || other.others,
        }
    }
}

/// What each segment touches, itself and through others: it is asked for again and again.
pub(super) struct Readings<'a> {
    checked: &'a Checked,
    asked: BTreeSet<AttributeId>,
    beside: BTreeSet<AttributeId>,
    segments: Vec<Touches>,
}

impl<'a> Readings<'a> {
    pub(super) fn of(checked: &'a Checked, asked: &[&str], beside: &[&str]) -> Self {
        let (asked, beside) = (ids(checked, asked), ids(checked, beside));
        let mut all =
            Self { checked, asked, beside, segments: vec![Touches::default(); checked.segments.len()] };
        // What uses a segment comes behind it.
        for id in &checked.segment_order {
            let touches = checked.segments.get(id.0 as usize).map(|segment| all.touches(segment.when.tree()));
            if let Some((slot, touches)) = all.segments.get_mut(id.0 as usize).zip(touches) {
                *slot = touches;
            }
        }
        all
    }

    pub(super) fn touches(&self, node: &Node) -> Touches {
        let mut reads = Reads::default();
        node.reads(&mut reads);
        let by_rust = reads.rust_rules.iter().filter_map(|id| self.checked.rust_rules.get(usize::from(id.0)));
        let attributes = reads.attributes.iter().chain(by_rust.flat_map(|(_, reads)| reads));
        let mut touches = Touches { others: reads.buckets, ..Touches::default() };
        for id in attributes {
            let asked = self.asked.contains(id);
            let beside = !asked && self.beside.contains(id);
            touches = touches.and(Touches { asked, beside, others: !asked && !beside });
        }
        let segments = reads.segments.iter().filter_map(|id| self.segments.get(id.0 as usize));
        segments.fold(touches, |all, &one| all.and(one))
    }
}

/// How a fact may be asked for with `known(…)` without taking the rule from anybody for whom it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Guard {
    /// Before the whole: it holds for nobody of whom the fact is not known.
    Whole,
    /// Before the parts that read it; it holds for others too.
    Where,
    /// The same with parts that stand behind a `!`.
    WhereTurned,
    /// Not by a word or two.
    No,
}

/// How a condition may ask whether a fact is known.
pub(super) fn guard(checked: &Checked, when: &Condition, fact: AttributeId) -> Guard {
    let mut without = vec![[false; 2]; checked.segments.len()];
    let needed = checked.needed_for([Asked::Part(when, &[])]);
    for id in &needed {
        let Some(segment) = checked.segments.get(id.0 as usize) else { continue };
        let holds = [false, true].map(|negated| {
            // Where the unknown counts as true, it may be so without the fact.
            let counted = !negated && segment.include_unknown;
            counted || holds_without(checked, &Part::of(&segment.when, negated), fact, &without)
        });
        if let Some(slot) = without.get_mut(id.0 as usize) {
            *slot = holds;
        }
    }
    if holds_without(checked, &Part::of(when, false), fact, &without) {
        where_read(checked, when, &needed, fact)
    } else {
        Guard::Whole
    }
}

/// Whether a part may hold while a fact is unknown, as far as its form says.
fn holds_without(checked: &Checked, part: &Part<'_>, fact: AttributeId, segments: &[[bool; 2]]) -> bool {
    if let Some((id, negated)) = part.segment() {
        let [holds, fails] = segments.get(id.0 as usize).copied().unwrap_or([true; 2]);
        return if negated { fails } else { holds };
    }
    match part.ways(checked) {
        Some(ways) => {
            ways.iter().any(|way| way.iter().all(|part| holds_without(checked, part, fact, segments)))
        }
        None => !(reads_itself(part, fact) && part.is_strict()),
    }
}

fn reads_itself(part: &Part<'_>, fact: AttributeId) -> bool {
    let mut reads = Reads::default();
    if let Some(node) = part.node() {
        node.reads(&mut reads);
    }
    reads.attributes.contains(&fact)
}

/// How the parts that read a fact may ask whether it is known.
fn where_read(checked: &Checked, when: &Condition, needed: &[SegmentId], fact: AttributeId) -> Guard {
    let segments = needed.iter().filter_map(|id| checked.segments.get(id.0 as usize));
    // Where the unknown counts as true, asking would take it away.
    let counted = segments.filter(|segment| segment.include_unknown);
    if counted.map(|segment| Part::of(&segment.when, false)).any(|part| reads_itself(&part, fact)) {
        return Guard::No;
    }
    let mut guard = None;
    let mut seen = BTreeSet::new();
    let mut waiting = vec![Part::of(when, false)];
    while let Some(part) = waiting.pop() {
        if !seen.insert(part.key()) {
            continue;
        }
        if let Some(ways) = part.ways(checked) {
            waiting.extend(ways.into_iter().flatten());
            continue;
        }
        // What asks whether it is known is never unknown.
        let asks = matches!(part.node(), Some(Node::Known(_) | Node::Declared(_)));
        if asks || !reads_itself(&part, fact) {
            continue;
        }
        let own = if part.is_negated() { Guard::WhereTurned } else { Guard::Where };
        // What all members must be is kept as what none may be.
        if !part.is_strict() || part.is_of_all() || guard.is_some_and(|guard| guard != own) {
            return Guard::No;
        }
        guard = Some(own);
    }
    guard.unwrap_or(Guard::No)
}
