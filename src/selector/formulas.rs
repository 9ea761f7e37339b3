//! The conditions of a policy as formulas over its grid: what a selector is compiled from, and what is asked of it later.

use std::collections::BTreeSet;

use super::ExperienceSelector;
use crate::cells::{Builder, Formula, Grid};
use crate::condition::{Condition, SegmentId, Used};
use crate::policy::Checked;
use crate::value::Text;

/// The conditions of a policy over its grid.
pub(crate) struct Formulas {
    pub(crate) grid: Grid,
    /// Of the rules, then of the experiments.
    pub(crate) deciding: Vec<Formula>,
    pub(crate) segments: Vec<Formula>,
}

impl Formulas {
    pub(crate) fn of(checked: &Checked) -> Self {
        let segments = checked.segments.iter().map(|segment| &segment.when);
        let conditions: Vec<&Condition> = segments.chain(deciding(checked)).collect();
        let mut builder = Builder::new(checked, &conditions);
        let rules = checked.rules.iter().map(|rule| Some(&rule.when));
        let experiments = checked.experiments.iter().map(|experiment| experiment.when.as_ref());
        let formula = |when: Option<&Condition>| when.map_or(Formula::always(), |when| builder.formula(when));
        let mut deciding: Vec<Formula> = rules.chain(experiments).map(formula).collect();
        let segments = 0..checked.segments.len() as u32;
        let mut segments: Vec<Formula> = segments.map(|number| builder.segment(SegmentId(number))).collect();
        Self { grid: builder.finish(deciding.iter_mut().chain(&mut segments)), deciding, segments }
    }
}

/// The conditions that decide: those of rules and experiments.
pub(crate) fn deciding(checked: &Checked) -> impl Iterator<Item = &Condition> {
    let rules = checked.rules.iter().map(|rule| &rule.when);
    rules.chain(checked.experiments.iter().filter_map(|experiment| experiment.when.as_ref()))
}

impl ExperienceSelector {
    /// The rules written in Rust that the rule of that name asks, itself or through segments, by name.
    pub(crate) fn rust_rules_of(&self, rule: &str) -> Vec<Text> {
        let checked = self.checked();
        let (mut asked, mut seen) = (BTreeSet::new(), BTreeSet::new());
        let mut waiting: Vec<&Condition> =
            checked.rules.iter().filter(|one| *one.name == *rule).map(|one| &one.when).collect();
        while let Some(condition) = waiting.pop() {
            for used in condition.uses() {
                match used.what {
                    Used::RustRule(id) => asked.extend(
                        checked.rust_rules.get(usize::from(id.0)).map(|(rule, _)| Text::from(rule.name())),
                    ),
                    Used::Segment(id) if seen.insert(id) => {
                        waiting.extend(checked.segments.get(id.0 as usize).map(|segment| &segment.when));
                    }
                    Used::Segment(_) | Used::Attribute(_) => {}
                }
            }
        }
        asked.into_iter().collect()
    }
}

/// The segments that decide, through others or at once, in the order in which they can be evaluated.
pub(crate) fn live_segments(checked: &Checked) -> Vec<SegmentId> {
    let mut live = vec![false; checked.segments.len()];
    let mark = |live: &mut Vec<bool>, condition: &Condition| {
        for used in condition.uses() {
            if let Used::Segment(id) = used.what
                && let Some(flag) = live.get_mut(id.0 as usize)
            {
                *flag = true;
            }
        }
    };
    deciding(checked).for_each(|condition| mark(&mut live, condition));
    // What uses a segment comes behind it, so that one pass from the end reaches everything.
    for id in checked.segment_order.iter().rev() {
        if live.get(id.0 as usize) == Some(&true)
            && let Some(segment) = checked.segments.get(id.0 as usize)
        {
            mark(&mut live, &segment.when);
        }
    }
    checked.segment_order.iter().copied().filter(|id| live.get(id.0 as usize) == Some(&true)).collect()
}
