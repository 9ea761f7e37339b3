//! What hangs together: the axes of one attribute, needs and their strength, times, the two levels of a prior decision. A region
//! in which they do not fit has nobody in it, and is not searched any further.

use std::collections::BTreeMap;

use smallvec::SmallVec;

use super::space::Space;
use super::visitor::{Fails, TOGETHER, Told};
use crate::attribute::{AttributeId, AttributeType};
use crate::cells::{AxisId, Beside, Cut, Grid, Measure, Region, UNKNOWN};
use crate::policy::Checked;

/// The axes of one attribute.
#[derive(Debug, Clone, Default)]
pub(super) struct Axes {
    pub(super) value: Option<AxisId>,
    pub(super) age: Option<AxisId>,
    pub(super) declared: Option<AxisId>,
    pub(super) size: Option<AxisId>,
    pub(super) members: SmallVec<[AxisId; 1]>,
}

impl Axes {
    /// By attribute.
    pub(super) fn of(grid: &Grid) -> BTreeMap<AttributeId, Self> {
        let mut all: BTreeMap<AttributeId, Self> = BTreeMap::new();
        for (axis, at) in grid.axes.iter().zip((0..).map(AxisId)) {
            let Some(id) = axis.measure.attribute() else { continue };
            let axes = all.entry(id).or_default();
            match axis.measure {
                Measure::Value(_) => axes.value = Some(at),
                Measure::Age(_) => axes.age = Some(at),
                Measure::Declared(_) => axes.declared = Some(at),
                Measure::Size(_) => axes.size = Some(at),
                Measure::Members(..) => axes.members.push(at),
                Measure::Bucket(_) | Measure::Part(_) | Measure::Beside(_) => {}
            }
        }
        all
    }
    fn count(&self) -> usize {
        let one = [self.value, self.age, self.declared, self.size];
        one.iter().flatten().count() + self.members.len()
    }
}

/// With what an axis hangs together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tie {
    Nothing,
    /// With the other axes of its attribute.
    Attribute(AttributeId),
    Needs,
    /// With the time of the visit.
    Times,
    Prior,
}

impl Tie {
    /// By axis.
    pub(super) fn all(checked: &Checked, grid: &Grid, axes: &BTreeMap<AttributeId, Axes>) -> Vec<Self> {
        let of = |measure: &Measure| match (measure, measure.attribute()) {
            (Measure::Beside(Beside::HouseMinute | Beside::VisitorMinute), _) => Self::Times,
            (Measure::Beside(Beside::PriorLayout | Beside::PriorAssistance), _) => Self::Prior,
            (_, Some(id)) => {
                let attribute = checked.attributes.get(id);
                match &*attribute.name {
                    "profile.needs" | "profile.required_needs" => Self::Needs,
                    name if name.starts_with("visit.") && TOGETHER.contains(&name) => Self::Times,
                    _ if attribute.kind == AttributeType::Timestamp => Self::Times,
                    // Consents hang on the facts that ask for them.
                    name if TOGETHER.contains(&name) => Self::Nothing,
                    _ if axes.get(&id).is_some_and(|axes| axes.count() > 1) => Self::Attribute(id),
                    _ => Self::Nothing,
                }
            }
            _ => Self::Nothing,
        };
        grid.axes.iter().map(|axis| of(&axis.measure)).collect()
    }
}

impl Space<'_> {
    /// Whether what hangs together with an axis fits, so that there may be somebody in the region.
    pub(super) fn fits(&self, region: &Region, axis: AxisId) -> bool {
        let fits = match self.ties.get(axis.0 as usize).copied().unwrap_or(Tie::Nothing) {
            Tie::Nothing => Ok(()),
            Tie::Attribute(id) => self
                .axes
                .get(&id)
                .map(|axes| self.fact(&Told { id, axes, region }).map(drop))
                .unwrap_or(Ok(())),
            Tie::Needs => self.needs(region, &mut Vec::new()),
            Tie::Prior => self.priors(region, &mut Vec::new()),
            Tie::Times => self.dates(region).and_then(|dates| self.times(region, &dates).map(drop)),
        };
        fits != Err(Fails::Never) && self.consents_fit(region, axis)
    }

    /// Whether the consents that facts ask for can be granted, in spite of Sec-GPC, where an axis speaks of any of them.
    fn consents_fit(&self, region: &Region, axis: AxisId) -> bool {
        let Some(of) = self.axis(axis).and_then(|axis| axis.measure.attribute()) else { return true };
        let (gpc, consents) = self.by_consent;
        if Some(of) != gpc && Some(of) != consents && self.purposes_of(of) == 0 {
            return true;
        }
        let told = |id: AttributeId| Some(Told { id, axes: self.axes.get(&id)?, region });
        let is_apart = |id: AttributeId| TOGETHER.contains(&&*self.checked.attributes.get(id).name);
        let limited = self.axes.keys().filter(|&&id| self.purposes_of(id) != 0 && !is_apart(id));
        let needed = limited.filter(|&&id| told(id).is_some_and(|told| self.must_be_shown(&told)));
        let needed = needed.fold(0, |all, &id| all | self.purposes_of(id));
        let is_sent = gpc.and_then(told).is_some_and(|told| self.is_surely(&told));
        let withheld = if is_sent { self.checked.gpc } else { 0 };
        needed & withheld == 0 && self.consents_of(region, needed, withheld) != Err(Fails::Never)
    }

    /// Whether an attribute must be known of everybody in the region, so that no policy hides it.
    fn must_be_shown(&self, told: &Told<'_>) -> bool {
        if self.checked.attributes.get(told.id).can_be_unknown() {
            return !told.may_be_unknown();
        }
        // What is hidden was never counted.
        self.is_surely(told)
    }

    /// Whether a number is not 0, or a bool true, of everybody in the region.
    fn is_surely(&self, told: &Told<'_>) -> bool {
        let value = told.axes.value.and_then(|id| Some((self.axis(id)?, told.region.get(id)?)));
        value.is_some_and(|(axis, set)| {
            matches!(axis.cut, Cut::Steps(_))
                && !set.contains(axis.cut.cell(0, || None))
                && !set.contains(UNKNOWN)
        })
    }
}
