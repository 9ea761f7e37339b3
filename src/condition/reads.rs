//! Everything that a part of a condition reads, itself: for the analysis, which asks what a conclusion rests on.

use std::collections::BTreeSet;

use super::tree::Node;
use super::{RustRuleId, SegmentId};
use crate::attribute::AttributeId;

/// What is read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Reads {
    pub(crate) attributes: BTreeSet<AttributeId>,
    pub(crate) segments: BTreeSet<SegmentId>,
    pub(crate) rust_rules: BTreeSet<RustRuleId>,
    /// Whether it asks for the bucket of the person.
    pub(crate) buckets: bool,
}

impl Node {
    /// Adds what this part reads.
    pub(crate) fn reads(&self, into: &mut Reads) {
        match self {
            Self::Attribute(id)
            | Self::Known(id)
            | Self::Declared(id)
            | Self::Is { attribute: id, .. }
            | Self::IsOneOf { attribute: id, .. }
            | Self::Has { set: id, .. }
            | Self::InSet { set: id, .. } => {
                into.attributes.insert(*id);
            }
            Self::Age { later, earlier, .. } => into.attributes.extend([*later, *earlier]),
            Self::Segment(id) => {
                into.segments.insert(*id);
            }
            Self::RustRule(id) => {
                into.rust_rules.insert(*id);
            }
            Self::Bucket(_) => into.buckets = true,
            Self::Quantifier { list, body, .. } => {
                list.reads(into);
                body.reads(into);
            }
            _ => {}
        }
        self.parts().iter().for_each(|part| part.reads(into));
    }
}
