//! What a policy reads of a visitor.

use std::collections::BTreeSet;

use super::{Asked, deciding};
use crate::attribute::AttributeId;
use crate::condition::{Condition, Node, Reads, Used};
use crate::policy::{Checked, Policy};

impl Policy {
    /// The attributes that segments, rules and experiments read, by name: what else is known of somebody, no condition asks.
    ///
    /// # Cost
    /// Linear in the conditions; allocates.
    #[must_use]
    pub fn reads(&self) -> Vec<&str> {
        let checked = &*self.inner;
        let segments = checked.segments.iter().map(|segment| &segment.when);
        let read: BTreeSet<AttributeId> =
            segments.chain(deciding(checked)).flat_map(|condition| checked.reads(condition)).collect();
        let mut names: Vec<&str> = read.into_iter().map(|id| &*checked.attributes.get(id).name).collect();
        names.sort_unstable();
        names
    }
}

impl Checked {
    /// The attributes that a condition reads without its segments, which are asked themselves.
    pub(crate) fn reads(&self, condition: &Condition) -> BTreeSet<AttributeId> {
        let mut all = Reads::default();
        condition.tree().reads(&mut all);
        self.read_in_rust(&mut all);
        // What is folded away when a condition is checked was read by its author all the same.
        all.attributes.extend(condition.uses().iter().filter_map(|used| match used.what {
            Used::Attribute(id) => Some(id),
            Used::Segment(_) | Used::RustRule(_) => None,
        }));
        all.attributes
    }

    /// What a part of a condition reads itself and through rules written in Rust, and the segments that it names.
    pub(crate) fn reads_of(&self, part: &Node) -> Reads {
        let mut all = Reads::default();
        part.reads(&mut all);
        self.read_in_rust(&mut all);
        all
    }

    /// Everything that a segment or a part of a condition reads, itself, through segments and through rules written in Rust.
    pub(crate) fn reads_behind(&self, asked: Asked<'_>) -> Reads {
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
        for id in self.needed_for(named) {
            if let Some(segment) = self.segments.get(id.0 as usize) {
                segment.when.tree().reads(&mut all);
            }
        }
        self.read_in_rust(&mut all);
        all
    }

    /// Adds what the rules written in Rust read.
    fn read_in_rust(&self, all: &mut Reads) {
        let read = all.rust_rules.iter().filter_map(|id| self.rust_rules.get(usize::from(id.0)));
        all.attributes.extend(read.flat_map(|(_, reads)| reads));
    }
}
