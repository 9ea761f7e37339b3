//! This crate: a selector compiled from the policy that has the same segments.

use maitre::{CustomerProfile, ExperienceSelector, Policy, Truth, Visit};

use crate::Failure;
use crate::bits::Bits;
use crate::peer::Peer;
use crate::workload::Workload;
use crate::workload::schema::Attribute;
use crate::workload::visitor::Visitor;

pub struct Selector {
    schema: Vec<Attribute>,
    selector: ExperienceSelector,
}

impl Peer for Selector {
    const NAME: &'static str = "maitre";
    const PACKAGE: Option<&'static str> = Some("maitre");
    type Input = (CustomerProfile, Visit);

    fn load(workload: &Workload) -> Result<Self, Failure> {
        let policy = Policy::from_toml(&workload.segments_only())?;
        Ok(Self { schema: workload.schema.clone(), selector: ExperienceSelector::compile(&policy)? })
    }

    fn convert(&self, visitor: &Visitor) -> Result<Self::Input, Failure> {
        visitor.facts(&self.schema)
    }

    fn matches(&mut self, (profile, visit): &Self::Input, found: &mut Bits) {
        for (position, (_, truth)) in self.selector.explain(profile, visit).segments().enumerate() {
            found.put(position, truth == Truth::True);
        }
    }
}
