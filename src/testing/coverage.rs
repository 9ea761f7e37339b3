//! What tests have touched of a policy.

use std::collections::{BTreeMap, BTreeSet};

use super::states::states;
use crate::cells::{Cell, CellSet};
use crate::decision::ReasonCode;
use crate::document::TestEntry;
use crate::explanation::Explanation;
use crate::selector::ExperienceSelector;
use crate::value::Text;

/// What the tests of a policy have touched.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Coverage {
    /// The rules, by name.
    pub rules: Vec<CoveredRule>,
    /// The segments, by name.
    pub segments: Vec<CoveredSegment>,
    /// The arms, by experiment.
    pub arms: Vec<CoveredArm>,
    /// The reasons that were given for the channel, the layout and the assistance, each with the number of tests.
    pub reasons: BTreeMap<&'static str, BTreeMap<ReasonCode, usize>>,
    /// What is measured of a visitor, with the cells that some test is in.
    pub attributes: Vec<CoveredAttribute>,
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct CoveredRule {
    /// Its name.
    pub name: Text,
    /// In how many tests it holds.
    pub holds: usize,
}

/// A segment.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct CoveredSegment {
    /// Its name.
    pub name: Text,
    /// In how many tests it holds.
    pub holds: usize,
    /// In how many it does not.
    pub holds_not: usize,
}

/// An arm.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct CoveredArm {
    /// Its experiment.
    pub experiment: Text,
    /// Its name.
    pub arm: Text,
    /// How many tests are in it.
    pub given: usize,
}

/// Something that is measured of a visitor: an attribute, its age, its size, some members of a set.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct CoveredAttribute {
    /// What is measured.
    pub name: Text,
    /// How many cells there are.
    pub cells: usize,
    /// In how many of them some test is.
    pub touched: usize,
    /// Those that no test is in, as people write them.
    pub untouched: Vec<Text>,
}

impl Coverage {
    /// The rules that hold in no test.
    pub fn untouched_rules(&self) -> impl Iterator<Item = &str> {
        self.rules.iter().filter(|rule| rule.holds == 0).map(|rule| &*rule.name)
    }
    /// The segments that hold in no test.
    pub fn untouched_segments(&self) -> impl Iterator<Item = &str> {
        self.segments.iter().filter(|segment| segment.holds == 0).map(|segment| &*segment.name)
    }
    /// The segments that hold in every test: none tells what happens to those who are not in them.
    pub fn segments_without_others(&self) -> impl Iterator<Item = &str> {
        let all = self.segments.iter().filter(|segment| segment.holds > 0 && segment.holds_not == 0);
        all.map(|segment| &*segment.name)
    }
    /// The reasons, each behind its axis, for which nothing came out so in any test. Not every policy can give each of them.
    pub fn untouched_reasons(&self) -> impl Iterator<Item = (&'static str, ReasonCode)> {
        let all = ReasonCode::BY_AXIS.into_iter();
        all.flat_map(|(axis, codes)| codes.iter().map(move |&code| (axis, code)))
            .filter(|(axis, code)| !self.reasons.get(axis).is_some_and(|reasons| reasons.contains_key(code)))
    }
    /// The arms, each behind its experiment, that no test is in.
    pub fn untouched_arms(&self) -> impl Iterator<Item = (&str, &str)> {
        self.arms.iter().filter(|arm| arm.given == 0).map(|arm| (&*arm.experiment, &*arm.arm))
    }
}

/// What was touched so far.
#[derive(Clone)]
pub(super) struct Touched {
    rules: BTreeMap<String, usize>,
    /// In how many it holds, and does not.
    segments: BTreeMap<String, (usize, usize)>,
    arms: BTreeMap<(String, String), usize>,
    reasons: BTreeMap<&'static str, BTreeMap<ReasonCode, usize>>,
    /// By axis.
    cells: Vec<BTreeSet<Cell>>,
}

impl Touched {
    pub(super) fn of(selector: &ExperienceSelector) -> Self {
        let checked = selector.checked();
        let arms = checked.experiments.iter().flat_map(|experiment| {
            experiment.arms.iter().map(|arm| ((experiment.name.to_string(), arm.name.to_string()), 0))
        });
        Self {
            rules: checked.rules.iter().map(|rule| (rule.name.to_string(), 0)).collect(),
            segments: checked.segments.iter().map(|one| (one.name.to_string(), (0, 0))).collect(),
            arms: arms.collect(),
            reasons: BTreeMap::new(),
            cells: vec![BTreeSet::new(); selector.grid().axes.len()],
        }
    }

    pub(super) fn add(&mut self, selector: &ExperienceSelector, test: &TestEntry, explanation: &Explanation) {
        for rule in explanation.rules() {
            if let Some(holds) = self.rules.get_mut(rule) {
                *holds += 1;
            }
        }
        for (name, truth) in explanation.segments() {
            if let Some((holds, holds_not)) = self.segments.get_mut(name) {
                *(if truth.holds() { holds } else { holds_not }) += 1;
            }
        }
        for (experiment, arm) in explanation.arms() {
            if let Some(given) = self.arms.get_mut(&(experiment.to_owned(), arm.to_owned())) {
                *given += 1;
            }
        }
        for (axis, reason) in
            ["channel", "layout", "assistance"].into_iter().zip(explanation.decision().reasons)
        {
            *self.reasons.entry(axis).or_default().entry(reason.code()).or_default() += 1;
        }
        let cells = selector.cells_of(&test.profile, &test.visit);
        for (touched, cell) in self.cells.iter_mut().zip(cells) {
            touched.insert(cell);
        }
    }

    pub(super) fn coverage(self, selector: &ExperienceSelector) -> Coverage {
        let grid = selector.grid();
        let attributes = grid.axes.iter().zip(&self.cells).flat_map(|(axis, touched)| {
            let is_touched = |set: &CellSet| touched.iter().any(|&cell| set.contains(cell));
            states(selector, axis).into_iter().map(move |(name, states)| {
                let cells = states.len();
                let untouched = states.into_iter().filter(|(_, set)| !is_touched(set));
                let untouched: Vec<Text> = untouched.map(|(text, _)| text.into()).collect();
                let touched = cells - untouched.len();
                CoveredAttribute { name: name.into(), cells, touched, untouched }
            })
        });
        Coverage {
            attributes: attributes.collect(),
            rules: self
                .rules
                .into_iter()
                .map(|(name, holds)| CoveredRule { name: name.into(), holds })
                .collect(),
            segments: (self.segments.into_iter())
                .map(|(name, (holds, holds_not))| CoveredSegment { name: name.into(), holds, holds_not })
                .collect(),
            arms: (self.arms.into_iter())
                .map(|((experiment, arm), given)| CoveredArm {
                    experiment: experiment.into(),
                    arm: arm.into(),
                    given,
                })
                .collect(),
            reasons: self.reasons,
        }
    }
}

impl Touched {
    pub(super) fn lacks_rule(&self, name: &str) -> bool {
        self.rules.get(name) == Some(&0)
    }
    /// Whether a segment holds, or does not, in no test.
    pub(super) fn lacks_segment(&self, name: &str, holds: bool) -> bool {
        self.segments.get(name).is_some_and(|counts| (if holds { counts.0 } else { counts.1 }) == 0)
    }
    pub(super) fn lacks_arm(&self, experiment: &str, arm: &str) -> bool {
        self.arms.get(&(experiment.to_owned(), arm.to_owned())) == Some(&0)
    }
    /// Whether no test has this reason on the axis of that number.
    pub(super) fn lacks_reason(&self, axis: usize, code: ReasonCode) -> bool {
        let axis = ReasonCode::BY_AXIS.get(axis).map_or("", |(axis, _)| axis);
        !self.reasons.get(axis).is_some_and(|reasons| reasons.contains_key(&code))
    }
    /// Whether some test is in one of these cells of the axis of that number.
    pub(super) fn has(&self, axis: usize, cells: &CellSet) -> bool {
        self.cells.get(axis).is_some_and(|touched| touched.iter().any(|&cell| cells.contains(cell)))
    }
    /// How many cells are touched.
    pub(super) fn count(&self) -> usize {
        self.cells.iter().map(BTreeSet::len).sum()
    }
}
