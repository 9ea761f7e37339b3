//! What a single value allows on an axis that two policies treat differently: what one side says of it, said on the other, and
//! whether a visitor can be in a region of each.

use super::twins::{Twin, is_hidden_alike, withheld};
use super::{Both, Joint};
use crate::attribute::{AttributeId, AttributeType};
use crate::cells::{Asked, Axis, AxisId, Cell, CellSet, Cut, Measure, Names, Region, UNKNOWN};
use crate::key;
use crate::policy::Checked;
use crate::search::space::Space;
use crate::search::visitor::keys;

/// Whether one policy may hide a fact (D1) that the other shows; one that the person `declared` is good enough for both.
fn may_hide(here: &Checked, id: AttributeId, there: &Checked, other: AttributeId, declared: bool) -> bool {
    let limit = |checked: &Checked, id: AttributeId| checked.limits.get(usize::from(id.0)).copied().flatten();
    let Some(a) = limit(here, id) else { return false };
    let Some(b) = limit(there, other) else {
        return !declared || a.max_age_days.is_some() || a.consent != 0;
    };
    let is_older = match (a.max_age_days, b.max_age_days) {
        (None, _) => false,
        (Some(most), other) => other.is_none_or(|other| most < other),
    };
    let purposes = |checked: &Checked, consent: u64| -> Vec<(Box<str>, bool)> {
        let all = checked.purposes.iter().enumerate().filter(|(place, _)| consent >> place & 1 == 1);
        all.map(|(place, name)| (name.clone(), checked.gpc >> place & 1 == 1)).collect()
    };
    let theirs = purposes(there, b.consent);
    // Without the consent both hide it; with it, whoever hides it goes by Sec-GPC.
    let hides_too = |(name, gpc): &(Box<str>, bool)| {
        theirs.iter().any(|(other, other_gpc)| other == name && (*other_gpc || !gpc))
    };
    !declared && a.min_source > b.min_source || is_older || !purposes(here, a.consent).iter().all(hides_too)
}

/// Whether everybody in a region has declared an attribute.
fn is_declared(space: &Space<'_>, region: &Region, id: AttributeId) -> bool {
    let axis = space.axes.get(&id).and_then(|axes| axes.declared);
    axis.and_then(|axis| region.get(axis)).is_some_and(|set| *set == CellSet::range(UNKNOWN + 2, UNKNOWN + 3))
}

/// Whether what an axis measures is only there for what was declared.
const fn is_of_declared(axis: &Axis) -> bool {
    matches!(axis.measure, Measure::Declared(_))
}

impl Joint<'_> {
    /// Whether two axes tell the names that both policies have alike for everybody, whatever else either has heard of.
    pub(super) fn names_alike(&self, old: AxisId, new: AxisId) -> bool {
        let [left, right] = &self.sides;
        let of = |space: &Space<'_>, axis: AxisId| space.axis(axis).and_then(|axis| axis.measure.attribute());
        match self.twin(0, old) {
            Twin::Same(other) => other == new,
            Twin::Near(other) if other == new => match (of(left, old), of(right, new)) {
                (Some(a), Some(b)) => {
                    matches!(left.checked.attributes.get(a).kind, AttributeType::Enum(_))
                        && is_hidden_alike(left.checked, a, right.checked, b)
                }
                _ => false,
            },
            _ => false,
        }
    }

    /// The regions, the other side's keeping only the cells in which the value may be that this side's axis has: the same, or
    /// those of what is hidden. `None` if there are none.
    pub(super) fn followed(&self, both: Both, side: usize, axis: AxisId) -> Option<Both> {
        let other = match self.twin(side, axis) {
            Twin::Near(other) => other,
            Twin::Drawn(other) => return self.drawn(both, side, axis, other),
            _ => return Some(both),
        };
        let [left, right] = &self.sides;
        let (here, there) = if side == 0 { (left, right) } else { (right, left) };
        let [in_here, in_there] = if side == 0 { [&both[0], &both[1]] } else { [&both[1], &both[0]] };
        let allowed = (|| {
            let (a, b) = (here.axis(axis)?, there.axis(other)?);
            let (id, twin) = match (&a.measure, &b.measure) {
                (Measure::Value(id), Measure::Value(twin)) | (Measure::Age(id), Measure::Age(twin)) => {
                    (id, twin)
                }
                _ => return None,
            };
            let set = in_here.get(axis)?;
            let declared = is_declared(here, in_here, *id);
            let declared_there = is_declared(there, in_there, *twin);
            let hides = may_hide(here.checked, *id, there.checked, *twin, declared_there);
            let hides_there = may_hide(there.checked, *twin, here.checked, *id, declared);
            let one = |cell| CellSet::range(cell, cell + 1);
            let hidden = hidden(here, a);
            if let (Cut::Names(left), Cut::Names(right)) = (&a.cut, &b.cut) {
                if set.contains(UNKNOWN) && hides {
                    return None;
                }
                let cell = |cut: &Cut, text: &str| cut.cell(key::of_text(text), || Some(text));
                let texts = texts((here, a, left), (there, b, right));
                let found = texts.iter().filter(|text| set.contains(cell(&a.cut, text)));
                let found = found.map(|text| cell(&b.cut, text));
                let unknown = (hides_there || set.contains(UNKNOWN)).then_some(UNKNOWN);
                return Some(found.chain(unknown).fold(CellSet::empty(), |all, cell| all.union(&one(cell))));
            }
            let kind = |space: &Space<'_>, id: AttributeId| space.checked.attributes.get(id).kind.clone();
            if !a.cut.is_like(&b.cut) || kind(here, *id) != kind(there, *twin) {
                return None;
            }
            if hides && hidden.iter().any(|cell| set.contains(*cell)) {
                return None;
            }
            let hidden = hidden.iter().filter(|_| hides_there).map(|&cell| one(cell));
            Some(hidden.fold(set.clone(), |all, cell| all.union(&cell)))
        })();
        let Some(allowed) = allowed else { return Some(both) };
        let [inside, _] = in_there.parted(other, &allowed);
        let inside = inside?;
        let [old, new] = both;
        Some(if side == 0 { [old, inside] } else { [inside, new] })
    }

    /// Whether some value puts a visitor into both regions, on an axis that the policies treat differently.
    pub(super) fn agree(&self, both: &Both, side: usize, axis: AxisId) -> bool {
        let [left, right] = &self.sides;
        let (here, there) = if side == 0 { (left, right) } else { (right, left) };
        let (in_here, in_there) = if side == 0 { (&both[0], &both[1]) } else { (&both[1], &both[0]) };
        let agree = match self.twin(side, axis) {
            Twin::Near(_) => (|| {
                let id = here.axis(axis)?.measure.attribute()?;
                let axes = here.axes.get(&id)?;
                // Whether it was declared says how the other axes of the attribute go together.
                let one = |axis: AxisId| {
                    let Twin::Near(other) = self.twin(side, axis) else { return None };
                    let (a, b) = (here.axis(axis)?, there.axis(other)?);
                    let (set, set_there) = (in_here.get(axis)?, in_there.get(other)?);
                    let other = b.measure.attribute()?;
                    let declared = is_of_declared(a) || is_declared(here, in_here, id);
                    let declared_there = is_of_declared(b) || is_declared(there, in_there, other);
                    let hides = [
                        may_hide(here.checked, id, there.checked, other, declared_there),
                        may_hide(there.checked, other, here.checked, id, declared),
                    ];
                    Some(one_value(here, (a, set), there, (b, set_there), hides))
                };
                let mut axes = [axes.value, axes.age, axes.declared].into_iter().flatten();
                Some(axes.all(|axis| one(axis).unwrap_or(true)))
            })(),
            Twin::NearSet(other) => (|| {
                let id = here.axis(axis)?.measure.attribute()?;
                Some(one_set((here, id, in_here), (there, other, in_there)))
            })(),
            Twin::None | Twin::Same(_) | Twin::Drawn(_) => None,
        };
        agree.unwrap_or(true)
    }
}

/// The cells of what is hidden: it is unknown, or where it is counted, 0.
fn hidden(space: &Space<'_>, axis: &Axis) -> Vec<Cell> {
    let none = match axis.measure {
        Measure::Value(id) | Measure::Age(id) if space.checked.attributes.get(id).can_be_unknown() => None,
        _ => Some(axis.cut.cell(0, || None)),
    };
    [UNKNOWN].into_iter().chain(none).collect()
}

/// The texts that two axes tell apart, and one of which neither has heard.
fn texts(
    (here, a, left): (&Space<'_>, &Axis, &Names),
    (there, b, right): (&Space<'_>, &Axis, &Names),
) -> Vec<Box<str>> {
    let domain = |space: &Space<'_>, axis: &Axis| match axis.measure.attribute() {
        Some(id) => match &space.checked.attributes.get(id).kind {
            AttributeType::Enum(names) => names.to_vec(),
            _ => Vec::new(),
        },
        None => Vec::new(),
    };
    let mut texts: Vec<Box<str>> = left.asked().iter().chain(right.asked()).cloned().collect();
    texts.extend(domain(here, a));
    texts.extend(domain(there, b));
    let longest = texts.iter().map(|text| text.len()).max().unwrap_or(0);
    texts.push("x".repeat(longest + 1).into());
    texts
}

/// Whether some value lies in both sets; either side may hide one that the other shows.
fn one_value(
    here: &Space<'_>,
    (a, set): (&Axis, &CellSet),
    there: &Space<'_>,
    (b, set_there): (&Axis, &CellSet),
    [hides, hides_there]: [bool; 2],
) -> bool {
    if set.contains(UNKNOWN) && set_there.contains(UNKNOWN) {
        return true;
    }
    match (&a.cut, &b.cut) {
        (Cut::Names(left), Cut::Names(right)) => {
            let texts = texts((here, a, left), (there, b, right));
            let is_in = |cut: &Cut, set: &CellSet, hides: bool, text: &str| {
                set.contains(cut.cell(key::of_text(text), || Some(text))) || hides && set.contains(UNKNOWN)
            };
            texts
                .iter()
                .any(|text| is_in(&a.cut, set, hides, text) && is_in(&b.cut, set_there, hides_there, text))
        }
        _ => {
            let is_hidden = |space: &Space<'_>, axis: &Axis, set: &CellSet| {
                hidden(space, axis).iter().any(|cell| set.contains(*cell))
            };
            let kind = |space: &Space<'_>, axis: &Axis| {
                axis.measure.attribute().map(|id| space.checked.attributes.get(id).kind.clone())
            };
            // What is no value of one type may be one of the other; of numbers that is what lies beyond the range.
            let is_beyond = |(space, axis, set): (&Space<'_>, &Axis, &CellSet),
                             other: &Space<'_>,
                             twin: &Axis| {
                match (kind(space, axis), kind(other, twin)) {
                    (Some(AttributeType::Int { .. }), Some(AttributeType::Int { .. }))
                        if matches!((&axis.measure, &axis.cut), (Measure::Value(_), Cut::Steps(_))) =>
                    {
                        let own = axis.measure.range(&space.checked.attributes);
                        let theirs = twin.measure.range(&other.checked.attributes);
                        keys(axis, set).iter().any(|keys| {
                            let (least, most) = (keys.start().max(own.start()), keys.end().min(own.end()));
                            least <= most && (least < theirs.start() || most > theirs.end())
                        })
                    }
                    (one, other) => one != other,
                }
            };
            let (hidden_here, hidden_there) = (is_hidden(here, a, set), is_hidden(there, b, set_there));
            hidden_here && (hidden_there || hides || is_beyond((there, b, set_there), here, a))
                || hidden_there && (hides_there || is_beyond((here, a, set), there, b))
                || !a.cut.is_like(&b.cut)
                || set.meets(set_there)
        }
    }
}

/// Whether some set puts a visitor into both regions, as far as each member by itself says so; either side may hide a set that the
/// other shows.
fn one_set(
    (here, id, in_here): (&Space<'_>, AttributeId, &Region),
    (there, other, in_there): (&Space<'_>, AttributeId, &Region),
) -> bool {
    let kind = |space: &Space<'_>, id: AttributeId| space.checked.attributes.get(id).kind.clone();
    let is_consents = &*here.checked.attributes.get(id).name == "profile.consents";
    let (withheld_here, withheld_there) = (withheld(here.checked), withheld(there.checked));
    // What is no set of the one domain may be one of the other.
    let other_type = kind(here, id) != kind(there, other);
    let hides = other_type || may_hide(here.checked, id, there.checked, other, false);
    let hides_there = other_type || may_hide(there.checked, other, here.checked, id, false);
    // Whether the set may be unknown, the member out of it, and in it.
    let stands = |space: &Space<'_>, id: AttributeId, region: &Region, name: &str| {
        let place = space.grid.asked(id)?.members.iter().position(|(_, one)| **one == *name)?;
        let axis = *space.axes.get(&id)?.members.get(place / Asked::GROUP)?;
        let set = region.get(axis)?;
        let bit = place % Asked::GROUP;
        let is_in = |cell: Cell| cell > UNKNOWN && (cell - 1) >> bit & 1 == 1;
        let known = || (UNKNOWN + 1..space.grid.cells(axis)).filter(|&cell| set.contains(cell));
        Some((set.contains(UNKNOWN), known().any(|cell| !is_in(cell)), known().any(is_in)))
    };
    let Some(asked) = here.grid.asked(id) else { return true };
    asked.members.iter().all(|(_, name)| {
        let (Some((unknown, out, within)), Some((unknown_there, out_there, within_there))) =
            (stands(here, id, in_here, name), stands(there, other, in_there, name))
        else {
            return true;
        };
        let is_withheld = is_consents && withheld_here.contains(&&**name);
        let is_withheld_there = is_consents && withheld_there.contains(&&**name);
        unknown && (unknown_there || hides)
            || unknown_there && hides_there
            || out && out_there
            || within && within_there
            || out && within_there && is_withheld && !is_withheld_there
            || within && out_there && is_withheld_there && !is_withheld
    })
}
