//! Which axes of two policies measure the same, and what a single value allows where they do not quite.

use std::collections::BTreeSet;

use crate::attribute::AttributeId;
use crate::cells::{Asked, Axis, AxisId, Beside, Cut, Measure, counterpart};
use crate::condition::{Condition, SegmentId, Used};
use crate::policy::Checked;
use crate::search::space::Space;

/// What measures on the other side what an axis measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::search) enum Twin {
    /// Nothing, or nothing that can be told.
    None,
    /// An axis on which everybody is in the cell of the same number.
    Same(AxisId),
    /// An axis of the same attribute, which the policies treat differently.
    Near(AxisId),
    /// The members of the same set, grouped or treated differently.
    NearSet(AttributeId),
    /// The arms of an experiment that is drawn by the same hash.
    Drawn(AxisId),
}

/// By side and axis.
pub(super) fn twins(sides: &[Space<'_>; 2]) -> [Vec<Twin>; 2] {
    let [left, right] = sides;
    let of = |here: &Space<'_>, there: &Space<'_>| {
        let axes = here.grid.axes.iter();
        axes.map(|axis| twin(here, there, axis)).collect()
    };
    [of(left, right), of(right, left)]
}

fn twin(here: &Space<'_>, there: &Space<'_>, axis: &Axis) -> Twin {
    let (from, to) = (&here.checked.attributes, &there.checked.attributes);
    let origins = axis.measure.attribute().and_then(|id| {
        let other = counterpart(id, from, to)?;
        Some((&from.get(id).origin, &to.get(other).origin))
    });
    // A fact of the profile and one of the visit are two facts.
    if origins.is_some_and(|(one, other)| one != other) {
        return Twin::None;
    }
    let find = |is_it: &dyn Fn(&Measure) -> bool| {
        let place = there.grid.axes.iter().position(|other| is_it(&other.measure))?;
        Some((AxisId(place as u32), there.grid.axes.get(place)?))
    };
    let alike = |found: Option<(AxisId, &Axis)>| match found {
        Some((id, other)) if axis.cut.is_like(&other.cut) => Twin::Same(id),
        _ => Twin::None,
    };
    match &axis.measure {
        Measure::Beside(Beside::Arm(number)) => {
            let Some(other) = drawn_alike(here.checked, there.checked, usize::from(*number)) else {
                return Twin::None;
            };
            alike(find(&|measure| *measure == Measure::Beside(Beside::Arm(other as u8))))
        }
        Measure::Part(number) => {
            let is_it = |measure: &Measure| matches!(measure, Measure::Part(other) if is_like(here, *number, there, *other));
            alike(find(&is_it))
        }
        Measure::Members(set, group) => {
            let Some(other) = counterpart(*set, from, to) else { return Twin::None };
            let names = |space: &Space<'_>, set| {
                let asked: Option<&Asked> = space.grid.asked(set);
                asked.map(|asked| asked.members.iter().map(|(_, name)| name.clone()).collect::<Vec<_>>())
            };
            let same = is_treated_alike(here.checked, *set, there.checked)
                && names(here, *set) == names(there, other);
            match alike(find(&|measure| *measure == Measure::Members(other, *group))) {
                twin if same => twin,
                _ => Twin::NearSet(other),
            }
        }
        measure => {
            let Some(other) = measure.under(from, to) else { return Twin::None };
            // A clock that goes by another offset says nothing of this one.
            if goes_by_visitors_clock(here.checked, measure) && !has_one_clock(here.checked, there.checked) {
                return Twin::None;
            }
            let Some((id, found)) = find(&|measure| *measure == other) else { return Twin::None };
            let same = measure.attribute().is_none_or(|id| is_treated_alike(here.checked, id, there.checked));
            match axis.cut.is_like(&found.cut) {
                true if same => Twin::Same(id),
                // Cells of different cuts of numbers cannot be held against each other, nor sizes where members differ.
                false if matches!(axis.cut, Cut::Steps(_)) => Twin::None,
                _ if matches!(measure, Measure::Size(_)) => Twin::None,
                _ => Twin::Near(id),
            }
        }
    }
}

/// Whether a measure is read off the visitor's clock, which goes by an offset that D1 may hide.
fn goes_by_visitors_clock(checked: &Checked, measure: &Measure) -> bool {
    match measure {
        Measure::Beside(beside) => *beside == Beside::VisitorMinute,
        measure => measure.attribute().is_some_and(|id| is_of_clock(checked, id)),
    }
}

fn is_of_clock(checked: &Checked, id: AttributeId) -> bool {
    ["visit.hour", "visit.weekday"].contains(&&*checked.attributes.get(id).name)
}

/// Whether the visitor's clock goes by the same offset under both policies.
fn has_one_clock(here: &Checked, there: &Checked) -> bool {
    here.attributes.find("visit.offset").is_none_or(|offset| is_treated_alike(here, offset, there))
}

/// Whether two policies have an attribute of one name, type and place, hidden by the same (D1).
fn is_treated_alike(here: &Checked, id: AttributeId, there: &Checked) -> bool {
    let Some(other) = counterpart(id, &here.attributes, &there.attributes) else { return false };
    let is_consents = &*here.attributes.get(id).name == "profile.consents";
    here.attributes.get(id) == there.attributes.get(other)
        && is_hidden_alike(here, id, there, other)
        && (!is_of_clock(here, id) || has_one_clock(here, there))
        && (!is_consents || withheld(here) == withheld(there))
}

pub(super) fn is_hidden_alike(here: &Checked, id: AttributeId, there: &Checked, other: AttributeId) -> bool {
    let limit = |checked: &Checked, id: AttributeId| {
        let limit = checked.limits.get(usize::from(id.0)).copied().flatten()?;
        let purposes =
            checked.purposes.iter().enumerate().filter(|(place, _)| limit.consent >> place & 1 == 1);
        let purposes: Vec<(Box<str>, bool)> =
            purposes.map(|(place, name)| (name.clone(), checked.gpc >> place & 1 == 1)).collect();
        Some((limit.min_source, limit.max_age_days, purposes))
    };
    limit(here, id) == limit(there, other)
}

/// The purposes that Sec-GPC withholds.
pub(super) fn withheld(checked: &Checked) -> Vec<&str> {
    let purposes = checked.purposes.iter().enumerate();
    purposes.filter(|(place, _)| checked.gpc >> place & 1 == 1).map(|(_, name)| &**name).collect()
}

/// The experiment of the other policy in which everybody draws the arm of the same number.
pub(super) fn drawn_alike(here: &Checked, there: &Checked, number: usize) -> Option<usize> {
    let experiment = here.experiments.get(number)?;
    let weights = |checked: &Checked, number: usize| {
        let experiment = checked.experiments.get(number)?;
        Some(experiment.arms.iter().map(|arm| arm.weight).collect::<Vec<_>>())
    };
    if here.holdout != there.holdout {
        return None;
    }
    there.experiments.iter().enumerate().position(|(other, one)| {
        one.name == experiment.name
            && one.unit == experiment.unit
            && one.salt == experiment.salt
            && weights(here, number) == weights(there, other)
    })
}

/// Whether two parts of conditions have one value for everybody: they say the same, and all that is read where they stand is
/// treated alike.
fn is_like(here: &Space<'_>, number: u32, there: &Space<'_>, other: u32) -> bool {
    let part = |space: &Space<'_>, number: u32| space.grid.parts.get(number as usize).cloned();
    let (Some(a), Some(b)) = (part(here, number), part(there, other)) else { return false };
    let says_the_same = match (a.condition.part(&a.path), b.condition.part(&b.path)) {
        // Numbers of attributes and segments are in it.
        (Some(one), Some(other)) if is_numbered_alike(here.checked, there.checked) => {
            format!("{one:?}") == format!("{other:?}")
        }
        _ => a.condition == b.condition && a.path == b.path,
    };
    says_the_same
        && reads_alike(here.checked, &a.condition, there.checked, &mut BTreeSet::new())
        && reads_alike(there.checked, &b.condition, here.checked, &mut BTreeSet::new())
}

/// Whether what has a number in conditions has the same in both.
fn is_numbered_alike(here: &Checked, there: &Checked) -> bool {
    let rules =
        |checked: &Checked| checked.rust_rules.iter().map(|(rule, _)| rule.name().to_owned()).collect();
    let (old, new): (Vec<String>, Vec<String>) = (rules(here), rules(there));
    here.attributes.names().eq(there.attributes.names())
        && here.segments.iter().map(|one| &one.name).eq(there.segments.iter().map(|one| &one.name))
        && old == new
}

/// Whether everything that a condition reads has one value for everybody under both policies.
fn reads_alike(
    here: &Checked,
    condition: &Condition,
    there: &Checked,
    seen: &mut BTreeSet<SegmentId>,
) -> bool {
    condition.uses().iter().all(|used| match used.what {
        Used::Attribute(id) => is_treated_alike(here, id, there),
        // A segment that was seen is alike, or all has ended.
        Used::Segment(id) if !seen.insert(id) => true,
        Used::Segment(id) => here.segments.get(id.0 as usize).is_some_and(|segment| {
            let other = there.segments.iter().find(|other| other.name == segment.name);
            other.is_some_and(|other| {
                other.when == segment.when && other.include_unknown == segment.include_unknown
            }) && reads_alike(here, &segment.when, there, seen)
        }),
        Used::RustRule(id) => here.rust_rules.get(usize::from(id.0)).is_some_and(|(rule, reads)| {
            let is_it = |(other, _): &(std::sync::Arc<dyn crate::rust_rule::RustRule>, Vec<AttributeId>)| {
                std::sync::Arc::ptr_eq(rule, other)
            };
            there.rust_rules.iter().any(is_it) && reads.iter().all(|&id| is_treated_alike(here, id, there))
        }),
    })
}
