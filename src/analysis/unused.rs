//! What nothing goes by: attributes of the policy's own, segments, experiments.

use std::collections::BTreeSet;

use super::desk::{Desk, Told};
use super::{Subject, SubjectKind};
use crate::condition::Condition;
use crate::explanation::listed;
use crate::finding::FindingKind as Kind;
use crate::policy::Experiment;
use crate::selector::{Asked, deciding};

pub(super) fn all(desk: &mut Desk<'_, '_>) {
    attributes(desk);
    segments(desk);
    experiments(desk);
}

fn tell(desk: &mut Desk<'_, '_>, kind: Kind, about: Subject, message: String, help: String) {
    if desk.tells(kind, &about) {
        desk.tell(Told { kind, about: vec![about], message, help, witness: None, steps: 0 });
    }
}

fn attributes(desk: &mut Desk<'_, '_>) {
    let checked = desk.checked;
    let mut read = BTreeSet::new();
    let guarantees = checked.guarantees.iter().map(|guarantee| &guarantee.when);
    let segments = checked.segments.iter().map(|segment| &segment.when);
    let conditions: Vec<&Condition> = segments.chain(deciding(checked)).chain(guarantees).collect();
    for condition in conditions {
        read.extend(checked.reads(condition));
    }
    for name in checked.document.attributes.keys() {
        if checked.attributes.find(name).is_some_and(|id| read.contains(&id)) {
            continue;
        }
        let about = Subject { what: SubjectKind::Attribute, name: name.as_str().into() };
        let message = format!("no condition reads attribute `{name}`");
        tell(desk, Kind::UnusedAttribute, about, message, "take it out, or use it".to_owned());
    }
}

fn segments(desk: &mut Desk<'_, '_>) {
    let checked = desk.checked;
    let guarantees = checked.guarantees.iter().map(|guarantee| &guarantee.when);
    let asked: Vec<Asked<'_>> =
        deciding(checked).chain(guarantees).map(|condition| Asked::Part(condition, &[])).collect();
    let used: BTreeSet<_> = checked.needed_for(asked).into_iter().collect();
    let mut readers: Vec<Option<&str>> = vec![None; checked.segments.len()];
    for segment in &checked.segments {
        for used in segment.when.uses() {
            if let crate::condition::Used::Segment(id) = used.what
                && let Some(slot) = readers.get_mut(id.0 as usize)
            {
                slot.get_or_insert(&segment.name);
            }
        }
    }
    for (segment, (number, reader)) in checked.segments.iter().zip((0..).zip(readers)) {
        if used.contains(&crate::condition::SegmentId(number)) {
            continue;
        }
        let name = &segment.name;
        let about = Subject { what: SubjectKind::Segment, name: (&**name).into() };
        let message = match reader {
            None => format!("no rule, experiment or guarantee goes by segment `{name}`"),
            Some(reader) => {
                format!(
                    "no rule, experiment or guarantee goes by segment `{name}`, only segment `{reader}`, which nothing goes by"
                )
            }
        };
        let help = format!(
            "take it out; or if your own code asks for it, say so: `findings.{} = {{ except = [\"{name}\"] }}`",
            Kind::UnusedSegment
        );
        tell(desk, Kind::UnusedSegment, about, message, help);
    }
}

fn experiments(desk: &mut Desk<'_, '_>) {
    let checked = desk.checked;
    let held_out = checked.holdout.as_ref().is_some_and(|holdout| holdout.percent >= 100);
    for experiment in &checked.experiments {
        let name = &experiment.name;
        let (why, help) = match () {
            () if held_out => ("nobody is in it: the holdout keeps everybody out", "lower the holdout"),
            () if changes_nothing(experiment) => {
                ("its arms change nothing", "give an arm effects and a weight above 0")
            }
            () if all_alike(experiment) => (
                "all its arms do the same",
                "give it two arms or more with different effects and weights above 0",
            ),
            () => continue,
        };
        // Whoever looks at the points of such an arm sees no reason.
        let nobodys: Vec<String> = experiment
            .arms
            .iter()
            .filter(|arm| arm.weight == 0 && arm.effects != Default::default())
            .map(|arm| format!("`{}`", arm.name))
            .collect();
        let why = match nobodys.as_slice() {
            [] => why.to_owned(),
            arms => format!("{why}, but for {} of weight 0, which nobody gets", listed(arms)),
        };
        let about = Subject { what: SubjectKind::Experiment, name: (&**name).into() };
        let message = format!("experiment `{name}` tells nothing: {why}");
        let help = format!("{help}, or take it out");
        tell(desk, Kind::UnusedExperiment, about, message, help);
    }
}

fn changes_nothing(experiment: &Experiment) -> bool {
    experiment.arms.iter().filter(|arm| arm.weight > 0).all(|arm| arm.effects == Default::default())
}

/// Whether there are several arms, and all do the same.
fn all_alike(experiment: &Experiment) -> bool {
    let mut drawn = experiment.arms.iter().filter(|arm| arm.weight > 0).map(|arm| &arm.effects);
    let first = drawn.next();
    let mut rest = drawn.peekable();
    rest.peek().is_some() && rest.all(|effects| Some(effects) == first)
}
