//! Two policies cut alike: what one of them measures is cut where the other cuts it too, so that cells of the two can be told
//! to be the same. Only the comparison of policies asks.

use super::leaf::Literals;
use super::{Cut, Measure, now};
use crate::attribute::{AttributeId, AttributeType, Attributes};
use crate::condition::Condition;
use crate::policy::Checked;

impl Measure {
    /// The same measure under other attributes, found by name; `None` if there is none, or if numbers that mean nothing there
    /// are in it: those of parts, of arms and of groups of members.
    pub(crate) fn under(&self, from: &Attributes, to: &Attributes) -> Option<Self> {
        let other = |id: &AttributeId| counterpart(*id, from, to);
        Some(match self {
            Self::Value(id) => Self::Value(other(id)?),
            Self::Age(id) => Self::Age(other(id)?),
            Self::Size(id) => Self::Size(other(id)?),
            Self::Declared(id) => Self::Declared(other(id)?),
            Self::Bucket(_) => self.clone(),
            Self::Beside(super::Beside::Arm(_)) | Self::Members(..) | Self::Part(_) => return None,
            Self::Beside(_) => self.clone(),
        })
    }
}

/// The attribute of the same name and the same kind of type.
pub(crate) fn counterpart(id: AttributeId, from: &Attributes, to: &Attributes) -> Option<AttributeId> {
    let attribute = from.get(id);
    let found = to.find(&attribute.name)?;
    let is_like =
        |kind: &AttributeType| std::mem::discriminant(kind) == std::mem::discriminant(&attribute.kind);
    is_like(&to.get(found).kind).then_some(found)
}

impl Literals {
    /// Where some conditions cut.
    pub(crate) fn of_conditions(checked: &Checked, conditions: &[&Condition]) -> Self {
        let mut literals = Self::default();
        let now = now(&checked.attributes);
        conditions.iter().for_each(|condition| literals.collect(checked, now, condition.tree()));
        literals
    }

    /// Adds where another policy cuts what these attributes have too.
    pub(crate) fn take_in(&mut self, to: &Attributes, other: &Self, from: &Attributes) {
        for (measure, entry) in &other.measures {
            let Some(measure) = measure.under(from, to) else { continue };
            let domain = match measure {
                Measure::Value(id) => Some(&to.get(id).kind),
                _ => None,
            };
            let is_here = |text: &str| match domain {
                Some(AttributeType::Enum(names)) => names.iter().any(|name| **name == *text),
                _ => true,
            };
            let here = self.of(measure);
            here.bounds.extend(&entry.bounds);
            here.texts.extend(entry.texts.iter().filter(|text| is_here(text)).cloned());
        }
        for (set, _, name) in &other.members {
            let Some(set) = counterpart(*set, from, to) else { continue };
            let AttributeType::Set(names) = &to.get(set).kind else { continue };
            if let Some(place) = names.iter().position(|one| one == name) {
                self.members.push((set, place as u16, name.clone()));
            }
        }
    }
}

impl Cut {
    /// Whether equal numbers of cells are the same cells, as far as the cuts say so.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Steps(a), Self::Steps(b)) => {
                a.cells() == b.cells() && (1..a.cells()).all(|cell| a.keys(cell) == b.keys(cell))
            }
            (Self::Names(a), Self::Names(b)) => a.asked() == b.asked(),
            (Self::Bits(a), Self::Bits(b)) => a == b,
            (Self::Truth, Self::Truth) => true,
            _ => false,
        }
    }
}
