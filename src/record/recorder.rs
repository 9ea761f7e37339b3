//! Making records, and deciding by them.

use std::sync::Arc;

use super::names::{Axes, Read};
use super::replay::{Replay, differences};
use super::{DecisionRecord, RecordedDecision};
use crate::profile::CustomerProfile;
use crate::search::Points;
use crate::selector::ExperienceSelector;
use crate::visit::Visit;

/// Makes records of a selector's decisions, and replays them. Cloning is cheap; one may be shared among threads.
#[derive(Clone)]
pub struct Recorder {
    selector: ExperienceSelector,
    /// `None` if a built-in attribute is missing from the policy, which none is.
    inner: Option<Arc<Inner>>,
}

struct Inner {
    points: Points,
    axes: Axes,
}

impl Recorder {
    /// One for this selector.
    ///
    /// # Cost
    /// About that of compiling the policy's conditions; make one for each selector and keep it.
    #[must_use]
    pub fn new(selector: &ExperienceSelector) -> Self {
        let checked = selector.checked();
        let inner = Points::of(checked).map(|points| {
            let axes = Axes::of(checked, &points);
            Arc::new(Inner { points, axes })
        });
        Self { selector: selector.clone(), inner }
    }

    /// The selector that it records.
    #[must_use]
    pub const fn selector(&self) -> &ExperienceSelector {
        &self.selector
    }

    /// Decides for a visitor, and records what was decided and by what.
    ///
    /// # Cost
    /// That of [`select`](ExperienceSelector::select), and of every condition as it is written; linear in what the policy reads.
    /// Allocates a text for each: do it behind the request.
    #[must_use]
    pub fn record(&self, profile: &CustomerProfile, visit: &Visit) -> DecisionRecord {
        let checked = self.selector.checked();
        let decision = RecordedDecision::of(&self.selector, &self.selector.select(profile, visit));
        let cells = self.inner.as_deref().map(|inner| {
            let grid = &inner.points.grid;
            let (cells, some_in_use) = self.selector.cells_in(grid, profile, visit);
            inner.axes.write(checked, grid, (&cells, some_in_use))
        });
        DecisionRecord::new(&checked.name, checked.digest, cells.unwrap_or_default(), decision)
    }

    /// Decides anew by what a record says, and holds it against what was decided then. Under the policy that decided then, the
    /// decision is the same, bit for bit; under another one, what differs is said, or what the record does not tell.
    ///
    /// Arms are those that were drawn then: no id is left to draw by. So is everything that was worked out for the visitor.
    ///
    /// # Cost
    /// Linear in the record and in the policy's rules.
    #[must_use]
    pub fn replay(&self, record: &DecisionRecord) -> Replay {
        let checked = self.selector.checked();
        let mut replay = Replay {
            digests: [record.digest(), checked.digest],
            untold: Vec::new(),
            unasked: Vec::new(),
            decision: None,
            differences: Vec::new(),
        };
        let Some(inner) = self.inner.as_deref() else { return replay };
        let Read { cells, some_in_use, untold, unasked } =
            inner.axes.read(checked, &inner.points.grid, &record.cells);
        replay.unasked = unasked.into_iter().map(|name| (&*name).into()).collect();
        replay.untold = untold;
        if replay.untold.is_empty() {
            let told = inner.points.told(checked, &cells, some_in_use);
            let now = RecordedDecision::of(&self.selector, &self.selector.decide_by(&told));
            replay.differences = differences(record.decision(), &now);
            replay.decision = Some(now);
        }
        replay
    }
}

impl std::fmt::Debug for Recorder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Recorder").field("selector", &self.selector).finish_non_exhaustive()
    }
}
