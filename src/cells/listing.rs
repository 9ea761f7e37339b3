//! The compiled form for people: where each axis is cut, and what each condition asks of the cells.

use std::fmt;

use super::cut::{Cut, FIRST};
use super::formula::{Formula, Term};
use super::set::{Cell, CellSet, UNKNOWN};
use super::{Axis, Beside, Grid, Measure};
use crate::attribute::{AttributeType, Attributes};
use crate::key::{self, Key};
use crate::time::{Duration, Timestamp};

/// How the cell of all names is written that are not asked for.
pub(crate) const OTHERS: &str = "any other";

/// A grid with the names of what it measures.
#[derive(Clone, Copy)]
pub(crate) struct Named<'a> {
    pub(crate) grid: &'a Grid,
    pub(crate) attributes: &'a Attributes,
}

impl Named<'_> {
    /// Writes every axis with its cells.
    pub(crate) fn axes(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for axis in &self.grid.axes {
            let cells = axis.cells;
            writeln!(f, "{}: {cells} cells", self.name(&axis.measure))?;
            match &axis.cut {
                // More than people read.
                _ if cells > 64 => {}
                Cut::Truth => {}
                _ => {
                    let cells: Vec<String> = (0..cells).map(|cell| self.cell(axis, cell)).collect();
                    writeln!(f, "  {}", cells.join(" | "))?;
                }
            }
        }
        Ok(())
    }

    /// Writes what a condition asks, one line for each term.
    pub(crate) fn formula(&self, formula: &Formula, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if formula.terms.is_empty() {
            return writeln!(f, "  never");
        }
        for (n, term) in formula.terms.iter().enumerate() {
            writeln!(f, "  {}{}", if n == 0 { "" } else { "or " }, self.term(term))?;
        }
        Ok(())
    }

    fn term(&self, term: &Term) -> String {
        let asked = term.iter().filter_map(|(id, set)| {
            let axis = self.grid.axis(*id)?;
            (!set.is_all(axis.cells))
                .then(|| format!("{} is {}", self.name(&axis.measure), self.set(axis, set)))
        });
        let asked: Vec<String> = asked.collect();
        if asked.is_empty() { "always".to_owned() } else { asked.join(" and ") }
    }

    /// The members of a set that are asked for together.
    fn asked(&self, measure: &Measure) -> impl Iterator<Item = &str> {
        let asked = match measure {
            Measure::Members(id, group) => self.grid.asked(*id).map(|asked| asked.group(*group)),
            _ => None,
        };
        asked.unwrap_or_default().iter().map(|(_, member)| &**member)
    }

    /// The same, each as `captions in profile.needs`.
    pub(crate) fn members(&self, measure: &Measure) -> Vec<String> {
        let set = measure.attribute().map_or("", |id| &*self.attributes.get(id).name);
        self.asked(measure).map(|member| format!("{member} in {set}")).collect()
    }

    pub(crate) fn name(&self, measure: &Measure) -> String {
        let name = |id| &*self.attributes.get(id).name;
        match measure {
            Measure::Value(id) => name(*id).to_owned(),
            Measure::Age(id) => format!("age of {}", name(*id)),
            Measure::Size(id) => format!("size of {}", name(*id)),
            Measure::Members(id, _) => {
                format!("{} in {}", self.asked(measure).collect::<Vec<_>>().join(", "), name(*id))
            }
            Measure::Bucket(salt) => format!("bucket {salt:?}"),
            Measure::Declared(id) => format!("{} declared", name(*id)),
            Measure::Part(number) => format!("worked out part {}", number + 1),
            Measure::Beside(Beside::HouseMinute) => "minute of the week, the house's".to_owned(),
            Measure::Beside(Beside::VisitorMinute) => "minute of the day, the visitor's".to_owned(),
            Measure::Beside(Beside::PriorLayout) => "prior layout".to_owned(),
            Measure::Beside(Beside::PriorAssistance) => "prior assistance".to_owned(),
            Measure::Beside(Beside::Arm(number)) => format!("arm of experiment {}", number + 1),
        }
    }

    /// Cells as people would write them: runs from the first to the last.
    fn set(&self, axis: &Axis, set: &CellSet) -> String {
        let run = |&(start, end): &(Cell, Cell)| {
            let (mut start, mut parts) = (start, Vec::new());
            if start == UNKNOWN {
                parts.push("unknown".to_owned());
                start = FIRST;
            }
            match (&axis.cut, &axis.measure) {
                (Cut::Steps(steps), measure) if start < end => {
                    parts.push(self.numbers(measure, steps.keys(start).0, steps.keys(end - 1).1));
                }
                _ => parts.extend((start..end).map(|cell| self.cell(axis, cell))),
            }
            parts.join(" or ")
        };
        set.ranges().iter().map(run).collect::<Vec<_>>().join(" or ")
    }

    pub(crate) fn cell(&self, axis: &Axis, cell: Cell) -> String {
        if cell == UNKNOWN {
            return "unknown".to_owned();
        }
        match &axis.cut {
            Cut::Steps(steps) => {
                let (least, most) = steps.keys(cell);
                self.numbers(&axis.measure, least, most)
            }
            Cut::Names(names) => match (cell - FIRST).checked_sub(1) {
                None => OTHERS.to_owned(),
                Some(place) => format!("{:?}", names.asked().get(place as usize).map_or("", |name| name)),
            },
            Cut::Bits(members) => {
                let bits = cell - FIRST;
                let marks = (0..*members).map(|n| if bits >> n & 1 == 1 { "in" } else { "out" });
                marks.collect::<Vec<_>>().join("/")
            }
            Cut::Truth => if cell == FIRST { "false" } else { "true" }.to_owned(),
        }
    }

    /// The values between two keys.
    fn numbers(&self, measure: &Measure, least: Key, most: Key) -> String {
        let kind = if let Measure::Value(id) = measure { Some(&self.attributes.get(*id).kind) } else { None };
        let is_age = matches!(measure, Measure::Age(_));
        let one = |key: Key| match kind {
            _ if matches!(measure, Measure::Declared(_)) => (key > 0).to_string(),
            Some(AttributeType::Bool) => (key > 0).to_string(),
            Some(AttributeType::Float) => format!("{:?}", key::to_float(key)),
            Some(AttributeType::Timestamp) => {
                let time = Timestamp::from_unix(key.div_euclid(2), 0);
                time.map_or_else(|| key.to_string(), |time| format!("{time}{}", behind(key)))
            }
            _ if is_age => {
                format!("{} s{}", Duration::from_seconds(key.div_euclid(2)).seconds(), behind(key))
            }
            _ => key.to_string(),
        };
        let is_bool = kind == Some(&AttributeType::Bool) || matches!(measure, Measure::Declared(_));
        // A border of floats lies at one side of the number that somebody wrote: the shorter one.
        let is_float = kind == Some(&AttributeType::Float);
        let written = |key: Key, beyond: Key| {
            let (at, past) = (one(key), one(beyond));
            if is_float && past.len() < at.len() { (past, true) } else { (at, false) }
        };
        let from = |key: Key| match written(key, key.saturating_sub(1)) {
            (text, true) => format!(">{text}"),
            (text, false) => text,
        };
        let to = |key: Key| match written(key, key.saturating_add(1)) {
            (text, true) => format!("<{text}"),
            (text, false) => text,
        };
        match (least, most) {
            (Key::MIN, Key::MAX) => "known".to_owned(),
            (Key::MIN, most) if is_bool => one(most),
            (least, Key::MAX) if is_bool => one(least),
            (Key::MIN, most) => format!("..{}", to(most)),
            (least, Key::MAX) => format!("{}..", from(least)),
            (least, most) if least == most => one(least),
            (least, most) => format!("{}..{}", from(least), to(most)),
        }
    }
}

/// The keys of times and ages are whole seconds and what lies behind each.
const fn behind(key: Key) -> &'static str {
    if key.rem_euclid(2) == 1 { "+" } else { "" }
}
