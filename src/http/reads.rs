//! What a policy reads of a visit. A selector comes in; for each fact of a visit goes out whether a decision can
//! depend on it, how good it must be to be seen, and whether more than points hangs on it.

use std::collections::BTreeSet;

use super::table::Row;
use crate::attribute::AttributeId;
use crate::cells::{Formula, Grid, Measure};
use crate::condition::{Condition, Used};
use crate::fact::Source;
use crate::policy::{Checked, Effects};
use crate::selector::{ExperienceSelector, Formulas};
use crate::visit::VisitFact;

#[derive(Debug, Clone, Copy)]
struct ReadFact {
    min_source: Source,
    binds: bool,
}

/// By [`VisitFact`]; `None` is not read.
#[derive(Debug, Clone)]
pub(super) struct Reads([Option<ReadFact>; VisitFact::ALL.len()]);

impl Reads {
    pub(super) fn of(selector: &ExperienceSelector) -> Self {
        let policy = selector.checked();
        let mut read: BTreeSet<AttributeId> = selector.always_read().collect();
        let mut bound: BTreeSet<AttributeId> = BTreeSet::new();
        // Continuity (D3), which consent can withhold.
        read.extend(policy.attributes.find("journey.channel"));
        let Formulas { grid, deciding, .. } = Formulas::of(policy);
        let effects = policy.rules.iter().map(|rule| Some(&rule.effects));
        for (formula, effects) in deciding.iter().zip(effects.chain(std::iter::repeat(None))) {
            if effects.is_some_and(|effects| *effects == Effects::default()) {
                continue;
            }
            let asked = asked(policy, &grid, formula);
            if effects.is_some_and(binds) {
                bound.extend(&asked);
            }
            read.extend(asked);
        }
        let reads = |read: &BTreeSet<AttributeId>, name| {
            policy.attributes.find(name).is_some_and(|id| read.contains(&id))
        };
        let by_clock = reads(&read, "visit.hour") || reads(&read, "visit.weekday");
        if by_clock || policy.channels.iter().any(|channel| channel.quiet.is_some()) {
            read.extend(policy.attributes.find("visit.offset"));
        }
        let mut facts = [None; VisitFact::ALL.len()];
        for (&fact, slot) in VisitFact::ALL.iter().zip(&mut facts) {
            let Some(id) = policy.attributes.find(&format!("visit.{fact}")) else { continue };
            let is_read = read.contains(&id) || fact == VisitFact::Gpc && gpc_counts(policy, &read);
            let min_source = limit(policy, id).map_or(Source::Inferred, |limit| limit.min_source);
            *slot = is_read.then(|| ReadFact { min_source, binds: bound.contains(&id) });
        }
        Self(facts)
    }

    fn tells(&self, row: &Row) -> impl Iterator<Item = ReadFact> {
        let facts = row.facts.iter().filter_map(|&fact| *self.0.get(fact as usize)?);
        facts.filter(|fact| fact.min_source <= row.source)
    }
    /// Whether a decision can depend on `row`'s header.
    pub(super) fn row(&self, row: &Row) -> bool {
        self.tells(row).next().is_some()
    }
    /// Whether more than points can.
    pub(super) fn row_binds(&self, row: &Row) -> bool {
        self.tells(row).any(|fact| fact.binds)
    }
}

fn limit(policy: &Checked, id: AttributeId) -> Option<&crate::policy::FactLimit> {
    policy.limits.get(usize::from(id.0))?.as_ref()
}

/// Whether there is more in it than points.
fn binds(effects: &Effects) -> bool {
    let Effects { layout: _, assistance: _, channels: _, layout_at_most, assistance_at_least, adapt, never } =
        effects;
    layout_at_most.is_some() || assistance_at_least.is_some() || !adapt.is_empty() || *never != 0
}

/// Whether a decision that reads `read` asks for the consent to a purpose that Sec-GPC withholds.
fn gpc_counts(policy: &Checked, read: &BTreeSet<AttributeId>) -> bool {
    let of_channels = policy.channels.iter().map(|channel| channel.consent);
    let of_facts = read.iter().filter_map(|&id| limit(policy, id)).map(|limit| limit.consent);
    let all = policy.attributes.find("profile.consents").filter(|id| read.contains(id)).map(|_| policy.gpc);
    of_channels.chain(of_facts).chain(all).any(|purposes| purposes & policy.gpc != 0)
}

/// The attributes of which a term of `formula` asks for some cells and not for others.
fn asked(policy: &Checked, grid: &Grid, formula: &Formula) -> BTreeSet<AttributeId> {
    let mut asked = BTreeSet::new();
    for (axis, set) in formula.terms.iter().flatten() {
        match grid.axis(*axis).map(|axis| &axis.measure) {
            _ if set.is_all(grid.cells(*axis)) => {}
            Some(Measure::Part(number)) => {
                let part = grid.parts.get(*number as usize);
                asked.extend(part.into_iter().flat_map(|part| behind(policy, &part.condition)));
            }
            measure => asked.extend(measure.and_then(Measure::attribute)),
        }
    }
    asked
}

/// The attributes that `condition` reads, itself and through segments and rules in Rust.
fn behind(policy: &Checked, condition: &Condition) -> BTreeSet<AttributeId> {
    let (mut read, mut seen, mut waiting) = (BTreeSet::new(), BTreeSet::new(), vec![condition]);
    while let Some(condition) = waiting.pop() {
        // What is always so was not read to find out.
        if condition.is_constant().is_some() {
            continue;
        }
        for one in condition.uses() {
            match one.what {
                Used::Attribute(id) => {
                    read.insert(id);
                }
                Used::Segment(id) if seen.insert(id) => {
                    waiting.extend(policy.segments.get(id.0 as usize).map(|segment| &segment.when));
                }
                Used::Segment(_) => {}
                Used::RustRule(id) => {
                    read.extend(
                        policy.rust_rules.get(usize::from(id.0)).into_iter().flat_map(|(_, names)| names),
                    );
                }
            }
        }
    }
    read
}
