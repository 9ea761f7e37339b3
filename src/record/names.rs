//! Cells by name and back: what a record says of each axis, such as people write it, and which cell of a policy, of this one or
//! another, such a text lies in.

use std::collections::{BTreeMap, BTreeSet};

use sha2::Digest as _;

use super::replay::{UntoldCell, WhyUntold};
use super::{Members, Said};
use crate::cells::{Asked, Axis, AxisId, Beside, Cell, Cut, Grid, Listed, Measure, Names, UNKNOWN};
use crate::experience::{AssistanceLevel, LayoutComplexity};
use crate::policy::Checked;
use crate::search::Points;

/// Whether some channel is in use; also one that the policy has never heard of, of whom no axis knows.
pub(super) const SOME_IN_USE: &str = "a channel is in use";
const NONE: &str = "none";
const UNKNOWN_TEXT: &str = "unknown";
/// So many names are listed where a cell is that of all others.
const MOST_LISTED: usize = 16;

/// The axes of a policy that decide, by name.
#[derive(Debug, Clone)]
pub(super) struct Axes {
    /// In the order of the grid. The groups of a set bear one name.
    by_axis: Vec<(AxisId, Box<str>)>,
}

/// What a record says under a policy.
pub(super) struct Read {
    /// One for each axis of the grid.
    pub(super) cells: Vec<Cell>,
    pub(super) some_in_use: bool,
    pub(super) untold: Vec<UntoldCell>,
    /// What the record speaks of and the policy does not ask.
    pub(super) unasked: Vec<Box<str>>,
}

impl Axes {
    pub(super) fn of(checked: &Checked, points: &Points) -> Self {
        let all = points.grid.axes.iter().zip((0..).map(AxisId)).filter(|(_, id)| points.decides(*id));
        let named = all.map(|(axis, id)| (id, name(checked, &points.grid, &axis.measure).into()));
        Self { by_axis: named.collect() }
    }

    /// The cells by name.
    pub(super) fn write(
        &self,
        checked: &Checked,
        grid: &Grid,
        (cells, some_in_use): (&[Cell], bool),
    ) -> BTreeMap<Box<str>, Said> {
        let mut said: BTreeMap<Box<str>, Said> = BTreeMap::new();
        for (id, name) in &self.by_axis {
            let Some(axis) = grid.axis(*id) else { continue };
            let cell = cells.get(id.0 as usize).copied().unwrap_or(UNKNOWN);
            match &axis.measure {
                Measure::Members(..) if cell != UNKNOWN => {
                    let entry = said.entry(name.clone()).or_insert_with(|| Said::Members(Members::default()));
                    if let Said::Members(members) = entry {
                        for (bit, member) in asked(grid, &axis.measure).iter().enumerate() {
                            let inside = (cell - UNKNOWN - 1) >> bit & 1 == 1;
                            let list = if inside { &mut members.inside } else { &mut members.outside };
                            list.insert(member.1.clone());
                        }
                    }
                }
                _ => drop(said.insert(name.clone(), Said::Cell(text(checked, grid, axis, cell).into()))),
            }
        }
        said.insert(SOME_IN_USE.into(), Said::Cell(some_in_use.to_string().into()));
        said
    }

    /// The cells that a record says, as far as it does.
    pub(super) fn read(&self, checked: &Checked, grid: &Grid, said: &BTreeMap<Box<str>, Said>) -> Read {
        let mut cells = vec![UNKNOWN; grid.axes.len()];
        let mut untold = Vec::new();
        for (id, name) in &self.by_axis {
            let Some(axis) = grid.axis(*id) else { continue };
            let found = match said.get(name) {
                None => Err(WhyUntold::NotRecorded),
                Some(said) => cell(checked, grid, axis, said),
            };
            match found {
                Ok(cell) => {
                    if let Some(slot) = cells.get_mut(id.0 as usize) {
                        *slot = cell;
                    }
                }
                Err(why) => {
                    let recorded = said.get(name).map(|said| said.to_string().as_str().into());
                    untold.push(UntoldCell { name: (&**name).into(), recorded, why });
                }
            }
        }
        // The groups of a set bear one name.
        untold.dedup_by(|one, other| one.name == other.name);
        let some_in_use = match said.get(SOME_IN_USE) {
            Some(Said::Cell(text)) if **text == *"true" || **text == *"false" => **text == *"true",
            other => {
                let why = if other.is_none() { WhyUntold::NotRecorded } else { WhyUntold::NoSuch };
                let recorded = other.map(|said| said.to_string().as_str().into());
                untold.push(UntoldCell { name: SOME_IN_USE.into(), recorded, why });
                false
            }
        };
        let asked: BTreeSet<&str> =
            self.by_axis.iter().map(|(_, name)| &**name).chain([SOME_IN_USE]).collect();
        let unasked = said.keys().filter(|name| !asked.contains(&***name)).cloned().collect();
        Read { cells, some_in_use, untold, unasked }
    }
}

/// What an axis measures, by name.
fn name(checked: &Checked, grid: &Grid, measure: &Measure) -> String {
    match measure {
        Measure::Members(id, _) => checked.attributes.get(*id).name.to_string(),
        Measure::Part(number) => {
            let Some(part) = grid.parts.get(*number as usize) else { return String::new() };
            let way: Vec<String> = part.path.iter().map(|place| (place + 1).to_string()).collect();
            match way.as_slice() {
                [] => format!("worked out: `{}`", part.condition),
                way => format!("worked out: part {} of `{}`", way.join("."), part.condition),
            }
        }
        Measure::Beside(Beside::Arm(number)) => {
            let experiment = checked.experiments.get(usize::from(*number));
            format!("arm of {}", experiment.map_or("", |one| &one.name))
        }
        measure => Listed { grid, attributes: &checked.attributes }.name(measure),
    }
}

/// The members of a set that share an axis.
fn asked<'g>(grid: &'g Grid, measure: &Measure) -> &'g [(u16, Box<str>)] {
    match measure {
        Measure::Members(id, group) => grid.asked(*id).map(|asked: &Asked| asked.group(*group)),
        _ => None,
    }
    .unwrap_or_default()
}

/// The names of an axis of words that stand for numbers, from 0 on.
fn words(checked: &Checked, measure: &Measure) -> Option<Vec<Box<str>>> {
    let names: Vec<Box<str>> = match measure {
        Measure::Beside(Beside::PriorLayout) => LayoutComplexity::NAMES.iter().map(|&n| n.into()).collect(),
        Measure::Beside(Beside::PriorAssistance) => {
            AssistanceLevel::NAMES.iter().map(|&n| n.into()).collect()
        }
        Measure::Beside(Beside::Arm(number)) => {
            let experiment = checked.experiments.get(usize::from(*number))?;
            experiment.arms.iter().map(|arm| format!("{:?}", &*arm.name).into()).collect()
        }
        _ => return None,
    };
    Some(std::iter::once(NONE.into()).chain(names).collect())
}

/// A cell as people write it.
fn text(checked: &Checked, grid: &Grid, axis: &Axis, cell: Cell) -> String {
    if cell == UNKNOWN {
        return UNKNOWN_TEXT.to_owned();
    }
    let place = (cell - UNKNOWN - 1) as usize;
    if let Some(word) = words(checked, &axis.measure).as_deref().and_then(|words| words.get(place)) {
        return word.to_string();
    }
    match &axis.cut {
        Cut::Names(names) => match place.checked_sub(1).and_then(|place| names.asked().get(place)) {
            Some(name) => quoted(name),
            None => others(names),
        },
        _ => Listed { grid, attributes: &checked.attributes }.cell(axis, cell),
    }
}

fn quoted(name: &str) -> String {
    serde_json::Value::from(name).to_string()
}

/// All texts but those that are asked for, which another policy may part.
fn others(names: &Names) -> String {
    let asked = names.asked();
    if asked.len() <= MOST_LISTED {
        let list: Vec<String> = asked.iter().map(|name| quoted(name)).collect();
        return format!("none of [{}]", list.join(", "));
    }
    let mut hash = sha2::Sha256::new();
    for name in asked {
        hash.update(quoted(name).as_bytes());
        hash.update(b"\n");
    }
    let first: String = hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("none of {} names, {first}", asked.len())
}

/// The cell that a record says.
fn cell(checked: &Checked, grid: &Grid, axis: &Axis, said: &Said) -> Result<Cell, WhyUntold> {
    let text = match (said, &axis.cut) {
        (Said::Cell(text), _) if **text == *UNKNOWN_TEXT => return Ok(UNKNOWN),
        (Said::Members(members), Cut::Bits(_)) => return bits(grid, axis, members),
        (Said::Cell(text), Cut::Steps(_) | Cut::Names(_) | Cut::Truth) => &**text,
        _ => return Err(WhyUntold::NoSuch),
    };
    if let Some(words) = words(checked, &axis.measure) {
        let place = words.iter().position(|word| **word == *text).ok_or(WhyUntold::NoSuch)?;
        return Ok(UNKNOWN + 1 + place as Cell);
    }
    match &axis.cut {
        Cut::Truth => match text {
            "false" => Ok(UNKNOWN + 1),
            "true" => Ok(UNKNOWN + 2),
            _ => Err(WhyUntold::NoSuch),
        },
        Cut::Names(names) => {
            if text == others(names) {
                return Ok(UNKNOWN + 1);
            }
            if let Some(list) = text.strip_prefix("none of ") {
                // Those that were asked for then; whoever asks for no other can tell.
                let listed: BTreeSet<Box<str>> = serde_json::from_str(list).map_err(|_| WhyUntold::Parted)?;
                let all_listed = names.asked().iter().all(|name| listed.contains(name));
                return if all_listed { Ok(UNKNOWN + 1) } else { Err(WhyUntold::Parted) };
            }
            let name: String = serde_json::from_str(text).map_err(|_| WhyUntold::NoSuch)?;
            let cell = names.one(&name).hull();
            if cell.0 < cell.1 { Ok(cell.0) } else { Err(WhyUntold::NoSuch) }
        }
        _ => {
            let listed = Listed { grid, attributes: &checked.attributes };
            listed.cell_of(axis, text).ok_or(WhyUntold::Parted).or_else(|why| {
                // What cannot be read back, as the last of all floats, is still what it is called.
                const MOST_TRIED: Cell = 4_096;
                let mut all = UNKNOWN + 1..axis.cells.min(MOST_TRIED);
                all.find(|&cell| listed.cell(axis, cell) == text).ok_or(why)
            })
        }
    }
}

/// The cell of a group of members.
fn bits(grid: &Grid, axis: &Axis, members: &Members) -> Result<Cell, WhyUntold> {
    let mut bits = 0;
    for (place, (_, name)) in asked(grid, &axis.measure).iter().enumerate() {
        match (members.inside.contains(name), members.outside.contains(name)) {
            (true, false) => bits |= 1 << place,
            (false, true) => {}
            (false, false) => return Err(WhyUntold::Parted),
            (true, true) => return Err(WhyUntold::NoSuch),
        }
    }
    Ok(UNKNOWN + 1 + bits)
}
