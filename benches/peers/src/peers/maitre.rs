//! This crate: a selector compiled from the policy that has the same segments, asked by a guest into whose slots facts are put, or by
//! profile and visit. What holds stays in one `SegmentSet`, as a host that asks for visitor after visitor keeps it; names are
//! looked up for the check only.

use maitre::{CustomerProfile, ExperienceSelector, Guest, Policy, SegmentSet, Visit};

use crate::Failure;
use crate::bits::Bits;
use crate::peer::Peer;
use crate::workload::Workload;
use crate::workload::schema::Attribute;
use crate::workload::slots::Slots;
use crate::workload::visitor::{Visitor, now};

/// What both ways have in common.
pub struct Asked {
    schema: Vec<Attribute>,
    pub selector: ExperienceSelector,
    found: SegmentSet,
    /// The position of each segment, by name: their order by name is the order of the workload.
    names: Vec<Box<str>>,
}

impl Asked {
    fn load(workload: &Workload) -> Result<Self, Failure> {
        let selector = ExperienceSelector::compile(&Policy::from_toml(&workload.segments_only())?)?;
        let found = SegmentSet::of(&selector);
        let names = workload.segments.iter().map(|segment| segment.name.clone()).collect();
        Ok(Self { schema: workload.schema.clone(), selector, found, names })
    }

    fn show(&self, found: &mut Bits) -> Result<(), Failure> {
        for name in self.found.iter() {
            let place = self.names.binary_search_by(|known| (**known).cmp(name));
            found.set(place.map_err(|_| format!("there is no segment `{name}`"))?);
        }
        Ok(())
    }
}

/// The facts are in a guest's slots, or are put there.
pub struct Followed {
    asked: Asked,
    slots: Slots,
    guest: Guest,
}

impl Peer for Followed {
    const NAME: &'static str = "maitre, followed";
    const PACKAGE: Option<&'static str> = Some("maitre");
    type Input = Guest;

    fn load(workload: &Workload) -> Result<Self, Failure> {
        let asked = Asked::load(workload)?;
        let slots = Slots::of(&asked.selector, &asked.schema)?;
        let visit = Visit::new(now().ok_or("no time")?);
        let guest = asked.selector.follow(CustomerProfile::new(), visit);
        Ok(Self { asked, slots, guest })
    }

    fn convert(&self, visitor: &Visitor) -> Result<Guest, Failure> {
        let mut guest = self.guest.clone();
        self.slots.put(&mut guest, visitor);
        Ok(guest)
    }

    fn matches(&mut self, guest: &Guest, _found: &mut Bits) {
        guest.segments(&mut self.asked.found);
    }

    fn show(&self, found: &mut Bits) -> Result<(), Failure> {
        self.asked.show(found)
    }

    /// One guest after the other in the same place.
    fn convert_and_match(&mut self, visitor: &Visitor, _found: &mut Bits) -> Result<(), Failure> {
        self.slots.put(&mut self.guest, visitor);
        self.guest.segments(&mut self.asked.found);
        Ok(())
    }
}

/// Each comes as a profile and a visit.
pub struct Profiles(pub Asked);

impl Peer for Profiles {
    const NAME: &'static str = "maitre";
    const PACKAGE: Option<&'static str> = Some("maitre");
    type Input = (CustomerProfile, Visit);

    fn load(workload: &Workload) -> Result<Self, Failure> {
        Asked::load(workload).map(Self)
    }

    fn convert(&self, visitor: &Visitor) -> Result<Self::Input, Failure> {
        visitor.facts(&self.0.schema)
    }

    fn matches(&mut self, (profile, visit): &Self::Input, _found: &mut Bits) {
        self.0.selector.segments(profile, visit, &mut self.0.found);
    }

    fn show(&self, found: &mut Bits) -> Result<(), Failure> {
        self.0.show(found)
    }
}
