//! What a compiled policy is made of: figures for operators, and a listing for those who want to see it.

use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

use super::{ExperienceSelector, Formulas};
use crate::cells::{AxisId, Listed, TableStats, WhyDerived};
use crate::condition::Condition;

/// What a compiled policy is made of, as [`ExperienceSelector::stats`] counts it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Stats {
    /// What is measured of a visitor: attributes, ages, sizes, groups of members, what is worked out, and the
    /// [segments](Self::worked_out_segments) that are.
    pub axes: usize,
    /// The cells of all axes, the unknown of each among them.
    pub cells: usize,
    /// The rules and experiments.
    pub deciding: TableStats,
    /// All segments, as [`ExperienceSelector::segments`] finds them.
    pub segments: TableStats,
    /// Bytes of the rows, of what leads to them and of the cuts: nearly all that grows with segments and rules. What rules give,
    /// how facts are found and the policy itself come on top.
    pub bytes: usize,
    /// What cannot be cut and is worked out for each visitor, where a term that is left asks for it.
    pub derived: Vec<DerivedFact>,
    /// How many segments are worked out by themselves, because what is worked out speaks of them; those that say the same, once.
    pub worked_out_segments: usize,
    /// How long compiling took, by the host's clock; `None` unless it was
    /// [given one](ExperienceSelector::compile_timed).
    pub compile_time: Option<CompileTime>,
}

/// How long a policy took to compile: once, on one machine, another time each time. As data, whole nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct CompileTime {
    /// Cells, rows, and all else that a decision needs.
    #[serde(rename = "tables_ns", serialize_with = "nanoseconds")]
    pub tables: Duration,
    /// The proof of the guarantees.
    #[serde(rename = "guarantees_ns", serialize_with = "nanoseconds")]
    pub guarantees: Duration,
}

fn nanoseconds<S: serde::Serializer>(time: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX))
}

/// A part of a condition that is worked out for each visitor.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct DerivedFact {
    /// The segment, rule or experiment, as `segments.stuck`.
    pub within: Box<str>,
    /// Its whole condition.
    pub condition: Box<str>,
    /// Why it is worked out.
    pub why: WhyDerived,
}

impl ExperienceSelector {
    /// What the compiled policy is made of.
    ///
    /// # Cost
    /// Linear in the number of conditions; allocates.
    #[must_use]
    pub fn stats(&self) -> Stats {
        let inner = &self.inner;
        let homes = self.homes();
        let homes: ahash::AHashMap<usize, &str> =
            homes.iter().map(|(name, condition)| (condition.address(), name.as_str())).collect();
        let derived = inner.grid.parts.iter().filter_map(|part| {
            Some(DerivedFact {
                within: homes.get(&part.condition.address()).copied().unwrap_or_default().into(),
                condition: part.condition.to_string().into(),
                why: part.why?,
            })
        });
        let spoken_of = inner.grid.segments.iter().map(|(_, axis, _)| *axis);
        let segments_worked_out: BTreeSet<AxisId> =
            spoken_of.filter(|&axis| inner.grid.part(axis).is_some()).collect();
        let (deciding, segments) = (inner.deciding.stats(), inner.segments.stats());
        Stats {
            axes: inner.grid.axes.len(),
            cells: inner.grid.axes.iter().map(|axis| axis.cells as usize).sum(),
            bytes: deciding.bytes + segments.bytes + inner.grid.bytes(),
            deciding,
            segments,
            derived: derived.collect(),
            worked_out_segments: segments_worked_out.len(),
            compile_time: inner.compile_time,
        }
    }

    /// The compiled form for people to read: where each attribute is cut, and the terms of each segment, rule and experiment.
    ///
    /// # Cost
    /// Compiles the conditions once more; allocates.
    #[must_use]
    pub fn listing(&self) -> impl fmt::Display {
        Listing(self.clone())
    }

    /// Every condition with the path of what it belongs to.
    fn homes(&self) -> Vec<(String, &Condition)> {
        let checked = self.checked();
        let segments = checked.segments.iter().map(|one| (format!("segments.{}", one.name), &one.when));
        let rules = checked.rules.iter().map(|one| (format!("rules.{}", one.name), &one.when));
        let experiments = checked.experiments.iter();
        let experiments =
            experiments.filter_map(|one| Some((format!("experiments.{}", one.name), one.when.as_ref()?)));
        segments.chain(rules).chain(experiments).collect()
    }
}

struct Listing(ExperienceSelector);

impl fmt::Display for Listing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let checked = self.0.checked();
        let Formulas { grid, deciding, segments } = Formulas::of(checked);
        let listed = Listed { grid: &grid, attributes: &checked.attributes };
        listed.axes(f)?;
        // What goes by no condition has nothing to list.
        let experiments = checked.experiments.iter().map(|one| one.when.is_some());
        let has_condition = checked.rules.iter().map(|_| true).chain(experiments);
        let deciding = deciding.iter().zip(has_condition).filter(|(_, has)| *has).map(|(formula, _)| formula);
        for ((name, _), formula) in self.0.homes().iter().zip(segments.iter().chain(deciding)) {
            writeln!(f, "{name}")?;
            listed.formula(formula, f)?;
        }
        for (number, part) in grid.parts.iter().enumerate().filter(|(_, part)| part.why.is_some()) {
            writeln!(f, "worked out part {}: in `{}`", number + 1, part.condition)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Policy;

    #[test]
    fn the_hosts_clock_says_how_long_compiling_took() {
        let policy = Policy::from_toml(
            r#"
            format = 1
            name = "corner_shop"
            last_resort = ["in_person"]
            channels = [{ name = "in_person", staffed = true }]
            "#,
        );
        let policy = policy.expect("a policy that loads");
        let mut times = [5, 6, 8].map(Duration::from_millis).into_iter();
        let mut clock = || times.next().expect("three times");
        let timed = ExperienceSelector::compile_timed(&policy, ExperienceSelector::PROOF_STEPS, &mut clock);
        let stats = timed.expect("a policy that compiles").stats();
        let took = stats.compile_time.expect("a time");
        assert_eq!([took.tables, took.guarantees], [1, 2].map(Duration::from_millis));
        let written = serde_json::to_value(took).expect("data");
        assert_eq!(written, serde_json::json!({ "tables_ns": 1_000_000, "guarantees_ns": 2_000_000 }));
        let untimed = ExperienceSelector::compile(&policy).expect("a policy that compiles").stats();
        assert_eq!(untimed.compile_time, None);
    }
}
