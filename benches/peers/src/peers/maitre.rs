//! This crate: a selector compiled from the policy that has the same segments. What holds stays in one `SegmentSet`, as a
//! host that asks for visitor after visitor keeps it; names are looked up for the check only.

use maitre::{CustomerProfile, ExperienceSelector, Policy, SegmentSet, Visit};

use crate::Failure;
use crate::bits::Bits;
use crate::peer::Peer;
use crate::workload::Workload;
use crate::workload::schema::Attribute;
use crate::workload::visitor::Visitor;

pub struct Selector {
    schema: Vec<Attribute>,
    selector: ExperienceSelector,
    found: SegmentSet,
    /// The position of each segment, by name: their order by name is the order of the workload.
    names: Vec<Box<str>>,
}

impl Peer for Selector {
    const NAME: &'static str = "maitre";
    const PACKAGE: Option<&'static str> = Some("maitre");
    type Input = (CustomerProfile, Visit);

    fn load(workload: &Workload) -> Result<Self, Failure> {
        let selector = ExperienceSelector::compile(&Policy::from_toml(&workload.segments_only())?)?;
        let found = SegmentSet::of(&selector);
        let names = workload.segments.iter().map(|segment| segment.name.clone()).collect();
        Ok(Self { schema: workload.schema.clone(), selector, found, names })
    }

    fn convert(&self, visitor: &Visitor) -> Result<Self::Input, Failure> {
        visitor.facts(&self.schema)
    }

    fn matches(&mut self, (profile, visit): &Self::Input, _found: &mut Bits) {
        self.selector.segments(profile, visit, &mut self.found);
    }

    fn show(&self, found: &mut Bits) -> Result<(), Failure> {
        for name in self.found.iter() {
            let place = self.names.binary_search_by(|known| (**known).cmp(name));
            found.set(place.map_err(|_| format!("there is no segment `{name}`"))?);
        }
        Ok(())
    }
}
