//! The cells of an axis that some visitor is in, as far as the axis alone says so.

use crate::attribute::{Attribute, AttributeId, AttributeType};
use crate::cells::{Axis, Beside, Cell, CellSet, Cut, Measure, UNKNOWN};
use crate::fact::Source;
use crate::key::Key;
use crate::limits::Limits;
use crate::policy::Checked;

/// Whether D1 hides every value of an attribute, whoever says so.
fn is_always_hidden(checked: &Checked, id: AttributeId) -> bool {
    let limit = checked.limits.get(usize::from(id.0)).copied().flatten();
    let (by_person, _) = checked.attributes.get(id).sources();
    limit.is_some_and(|limit| limit.min_source > Source::Observed && !by_person)
}

/// The greatest number that an attribute can be, where its type allows more.
fn most(attribute: &Attribute) -> Key {
    match &attribute.kind {
        // The latest contacts are kept.
        _ if attribute.name.starts_with("profile.contacts_30d.") => Key::from(Limits::CONTACTS),
        AttributeType::Set(domain) => domain.len() as Key,
        _ => Key::MAX,
    }
}

/// The cells of an axis that some visitor is in, as far as the axis alone says so.
pub(super) fn possible(checked: &Checked, axis: &Axis) -> CellSet {
    let attribute = axis.measure.attribute();
    let attribute = attribute.map(|id| (id, checked.attributes.get(id)));
    let hidden = attribute.is_some_and(|(id, _)| is_always_hidden(checked, id));
    let can_be_unknown = match axis.measure {
        Measure::Declared(_) | Measure::Beside(_) => false,
        Measure::Bucket(_) | Measure::Part(_) => true,
        _ => attribute.is_some_and(|(_, attribute)| attribute.can_be_unknown()),
    };
    let is_possible = |cell: Cell| {
        if cell == UNKNOWN {
            return can_be_unknown;
        }
        match &axis.cut {
            Cut::Steps(steps) => {
                let (least, greatest) = steps.keys(cell);
                let range = axis.measure.range(&checked.attributes);
                let mut last = *range.end();
                if let Some((_, attribute)) = attribute {
                    last = last.min(most(attribute));
                }
                if let (Measure::Declared(_), Some((_, attribute))) = (&axis.measure, attribute) {
                    let (by_person, by_others) = attribute.sources();
                    let away = by_others || hidden || attribute.can_be_unknown();
                    return if greatest >= 1 { by_person && !hidden } else { away };
                }
                if let Measure::Beside(beside) = axis.measure {
                    last = match beside {
                        Beside::HouseMinute => 10_079,
                        Beside::VisitorMinute => 1_439,
                        Beside::PriorLayout | Beside::PriorAssistance | Beside::Arm(_) => Key::MAX,
                    };
                }
                if hidden {
                    // What is hidden was never counted.
                    return !can_be_unknown && least <= 0 && greatest >= 0;
                }
                least <= last && greatest >= *range.start()
            }
            Cut::Names(names) => !hidden && (cell > UNKNOWN + 1 || names.has_others()),
            Cut::Bits(_) | Cut::Truth => true,
        }
    };
    CellSet::of(axis.cells, is_possible)
}
