//! Every path to an answer, with every set of instructions: all must give what `select` and the explanation give.

use std::collections::{BTreeMap, BTreeSet};

use maitre::{CustomerProfile, Decision, ExperienceSelector, Instructions, SegmentBatch, SegmentSet, Visit};

/// One selector, once for each set of instructions that this processor has.
pub struct Paths {
    selectors: Vec<ExperienceSelector>,
    /// Used again and again, as hosts do.
    set: SegmentSet,
    together: SegmentBatch,
}

impl Paths {
    pub fn of(selector: &ExperienceSelector) -> Self {
        let with = |one| selector.with_instructions(one).expect("instructions that are available");
        let selectors: Vec<_> = Instructions::available().map(with).collect();
        Self { selectors, set: SegmentSet::new(), together: SegmentBatch::new() }
    }

    /// What differs from `wanted` and from `segments`, one line each.
    pub fn differences(
        &mut self,
        profile: &CustomerProfile,
        visit: &Visit,
        wanted: &Decision,
        segments: &BTreeMap<String, Option<bool>>,
    ) -> Vec<String> {
        let holding: BTreeSet<&str> =
            segments.iter().filter(|(_, truth)| **truth == Some(true)).map(|(name, _)| &**name).collect();
        let mut lines = Vec::new();
        let set = &mut self.set;
        for selector in &self.selectors {
            let mut decided = |path: &str, found: Decision| {
                if found != *wanted {
                    lines.push(format!("{path}, {:?}: {found:?}, not {wanted:?}", selector.instructions()));
                }
            };
            decided("select", selector.select(profile, visit));
            decided("select_prepared", selector.select_prepared(&selector.prepare(profile, visit), visit));
            let guest = selector.follow(profile.clone(), visit.clone());
            decided("a guest's select", guest.select());
            let of_guest: &dyn Fn(&mut SegmentSet) = &|set| guest.segments(set);
            let of_visitor: &dyn Fn(&mut SegmentSet) = &|set| selector.segments(profile, visit, set);
            for (path, find) in [("segments", of_visitor), ("a guest's segments", of_guest)] {
                find(set);
                let found: BTreeSet<&str> = set.iter().collect();
                if found != holding {
                    let (more, less) = (&found - &holding, &holding - &found);
                    let instructions = selector.instructions();
                    lines.push(format!("{path}, {instructions:?}: {more:?} too many, {less:?} missing"));
                }
                let contained = segments.keys().all(|name| set.contains(name) == found.contains(&**name));
                if !contained || set.len() != found.len() || set.is_empty() != found.is_empty() {
                    lines.push(format!("{set:?} says otherwise of {found:?}"));
                }
            }
        }
        lines
    }

    /// What differs between the decisions and segments one by one and those of a batch.
    pub fn batch(&mut self, visitors: &[(CustomerProfile, Visit)]) -> Vec<String> {
        let mut lines = Vec::new();
        for selector in &self.selectors {
            let batch: Vec<Decision> =
                selector.select_batch(visitors.iter().map(|(profile, visit)| (profile, visit))).collect();
            let single: Vec<Decision> =
                visitors.iter().map(|(profile, visit)| selector.select(profile, visit)).collect();
            if batch != single {
                let first = batch.iter().zip(&single).position(|(a, b)| a != b);
                lines.push(format!(
                    "select_batch, {:?}: of {} decisions the {first:?} differs",
                    selector.instructions(),
                    batch.len()
                ));
            }
            selector.segments_batch(visitors, &mut self.together);
            for (number, (profile, visit)) in visitors.iter().enumerate() {
                selector.segments(profile, visit, &mut self.set);
                lines.extend(differences_in_batch(&self.together, number, &self.set));
            }
        }
        lines
    }
}

/// What a batch says of a visitor that is not in the set that was found of them alone.
pub fn differences_in_batch(batch: &SegmentBatch, visitor: usize, alone: &SegmentSet) -> Option<String> {
    let (together, alone): (BTreeSet<&str>, BTreeSet<&str>) =
        (batch.iter(visitor).collect(), alone.iter().collect());
    let (more, less) = (&together - &alone, &alone - &together);
    (together != alone).then(|| format!("visitor {visitor} of a batch: {more:?} too many, {less:?} missing"))
}
