//! What conditions read, for the findings that ask what a rule rests on.

use std::collections::BTreeSet;

use crate::attribute::AttributeId;
use crate::condition::Reads;
use crate::policy::Checked;
use crate::selector::Asked;

/// Everything that a condition or a part of it reads, itself, through segments and through rules written in Rust.
pub(super) fn reads(checked: &Checked, asked: Asked<'_>) -> Reads {
    let mut all = Reads::default();
    if let Asked::Part(condition, path) = asked
        && let Some(part) = condition.part(path)
    {
        part.reads(&mut all);
    }
    let named: Vec<Asked<'_>> = match asked {
        Asked::Segment(_) => vec![asked],
        Asked::Part(..) => all.segments.iter().map(|&id| Asked::Segment(id)).collect(),
    };
    for id in checked.needed_for(named) {
        if let Some(segment) = checked.segments.get(id.0 as usize) {
            segment.when.tree().reads(&mut all);
        }
    }
    for id in &all.rust_rules {
        if let Some((_, reads)) = checked.rust_rules.get(usize::from(id.0)) {
            all.attributes.extend(reads);
        }
    }
    all
}

/// Whether something is read, and nothing but these.
pub(super) fn only(reads: &Reads, these: &BTreeSet<AttributeId>) -> bool {
    !reads.buckets && !reads.attributes.is_empty() && reads.attributes.is_subset(these)
}

/// The attributes of these names.
pub(super) fn ids(checked: &Checked, names: &[&str]) -> BTreeSet<AttributeId> {
    names.iter().filter_map(|name| checked.attributes.find(name)).collect()
}
