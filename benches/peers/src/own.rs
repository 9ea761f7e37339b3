//! What `maitre` does beside what the peers are asked: whole decisions, many visitors at once, and all of it with each set of
//! instructions.

use std::hint::black_box;

use maitre::{
    CustomerProfile, ExperienceSelector, Instructions, Policy, Prepared, SegmentBatch, SegmentSet, Visit,
};

use crate::Failure;
use crate::check::check;
use crate::measure::{Costs, Row, checked, matching, row, time};
use crate::peer::Peer;
use crate::peers::maitre::Profiles;
use crate::workload::crowd::Crowd;
use crate::workload::slots::follow_all;
use crate::workload::{CROWD, VISITORS, Workload, condition};

/// So many visitors are explained at most: that walks every segment.
const MOST_EXPLAINED: usize = 100;

fn push(rows: &mut Vec<Row>, name: &str, matching: f64) {
    row(rows, name, Some("maitre")).costs.push(Some(Costs { matching, converting_too: None }));
}

fn whole(workload: &Workload) -> Result<ExperienceSelector, Failure> {
    Ok(ExperienceSelector::compile(&Policy::from_toml(&workload.policy())?)?)
}

/// All that `select` decides, under a whole policy over the same segments; the rules that hold are checked first.
pub fn decisions(workload: &Workload, rows: &mut Vec<Row>) -> Result<(), Failure> {
    let selector = whole(workload)?;
    check_decisions(&selector, &selector, workload)?;
    let visitors = workload.guests(VISITORS, 0)?;
    push(rows, "maitre, whole decision", selecting(&selector, &visitors)?);
    let prepared: Vec<(Prepared<&CustomerProfile>, &Visit)> =
        visitors.iter().map(|(profile, visit)| (selector.prepare(profile, visit), visit)).collect();
    let matching = time(|turn| {
        let (prepared, visit) = &prepared[turn % VISITORS];
        black_box(selector.select_prepared(prepared, visit));
        Ok(())
    })?;
    push(rows, "maitre, prepared, decision", matching);
    let guests = follow_all(&selector, &visitors);
    let matching = time(|turn| {
        black_box(guests[turn % VISITORS].select());
        Ok(())
    })?;
    push(rows, "maitre, followed, decision", matching);
    Ok(())
}

/// Whether the rules hold that should, and every way leads to the decision of `other`, which is the same selector, or one with other
/// instructions.
fn check_decisions(
    selector: &ExperienceSelector,
    other: &ExperienceSelector,
    workload: &Workload,
) -> Result<(), Failure> {
    let rules = workload.rules();
    for visitor in workload.visitors(checked(workload.segments.len()).min(MOST_EXPLAINED), 10) {
        let ((profile, visit), counting) = visitor.guest_and_counting(&workload.schema)?;
        let segments = condition::values(&workload.segments, &counting.values);
        let hold = rules.iter().filter(|(_, when)| when.value(&counting.values, &segments) == Some(true));
        let explanation = selector.explain(&profile, &visit);
        let decision = explanation.decision();
        let guest = selector.follow(profile.clone(), visit.clone());
        if !explanation.rules().eq(hold.map(|(name, _)| &**name))
            || *decision != other.select(&profile, &visit)
            || *decision != selector.select(&profile, &visit)
            || *decision != selector.select_prepared(&selector.prepare(&profile, &visit), &visit)
            || *decision != guest.select()
        {
            return Err(format!("{}: another decision than the conditions ask for", workload.name).into());
        }
    }
    Ok(())
}

fn selecting(selector: &ExperienceSelector, visitors: &[(CustomerProfile, Visit)]) -> Result<f64, Failure> {
    time(|turn| {
        let (profile, visit) = &visitors[turn % VISITORS];
        black_box(selector.select(profile, visit));
        Ok(())
    })
}

/// The segments of many at once, who come as columns of facts.
pub fn crowds(workload: &Workload, rows: &mut Vec<Row>) -> Result<(), Failure> {
    let selector = ExperienceSelector::compile(&Policy::from_toml(&workload.segments_only())?)?;
    push(rows, "maitre, many as columns", Together::of(workload)?.time(&selector, workload)?);
    Ok(())
}

/// Many visitors, in two forms.
struct Together {
    visitors: Vec<(CustomerProfile, Visit)>,
    crowd: Crowd,
}

impl Together {
    fn of(workload: &Workload) -> Result<Self, Failure> {
        let visitors = workload.visitors(CROWD, 0);
        let crowd = Crowd::of(workload, &visitors)?;
        let visitors = visitors.iter().map(|visitor| visitor.facts(&workload.schema));
        Ok(Self { visitors: visitors.collect::<Result<_, _>>()?, crowd })
    }

    /// The time for each as columns, which are held first against what is found of each alone.
    fn time(&self, selector: &ExperienceSelector, workload: &Workload) -> Result<f64, Failure> {
        let mut found = SegmentBatch::of(selector);
        let matching = self.crowd.lend(selector, |columns| {
            columns.segments(&mut found);
            let mut alone = SegmentSet::of(selector);
            for (number, (profile, visit)) in self.visitors.iter().enumerate() {
                selector.segments(profile, visit, &mut alone);
                let mut names: Vec<&str> = alone.iter().collect();
                names.sort_unstable();
                if !found.iter(number).eq(names) {
                    return Err(
                        format!("{}: other segments of a crowd than of its visitors", workload.name).into()
                    );
                }
            }
            time(|_| {
                columns.segments(&mut found);
                black_box(&found);
                Ok(())
            })
        })??;
        Ok(matching / CROWD as f64)
    }
}

/// Matching, whole decisions and many at once with each set of instructions, whose answers are checked first.
pub fn by_instructions(workload: &Workload, rows: &mut Vec<Row>) -> Result<(), Failure> {
    let mut profiles = Profiles::load(workload)?;
    let (deciding, together) = (whole(workload)?, Together::of(workload)?);
    let visitors = workload.guests(VISITORS, 0)?;
    for instructions in Instructions::available() {
        let with = |selector: &ExperienceSelector| {
            selector.with_instructions(instructions).ok_or("instructions that are not there")
        };
        let name = |what: &str| format!("{what}, {instructions:?}");
        profiles.0.selector = with(&profiles.0.selector)?;
        check(&mut profiles, workload, &workload.visitors(checked(workload.segments.len()), 10))?;
        push(rows, &name("segments"), matching(&mut profiles, workload)?);
        let other = with(&deciding)?;
        check_decisions(&other, &deciding, workload)?;
        push(rows, &name("select"), selecting(&other, &visitors)?);
        push(rows, &name("many as columns"), together.time(&profiles.0.selector, workload)?);
    }
    // One thing after the other, rather than one set of instructions after the other.
    rows.sort_by_key(|row| ORDER.iter().position(|what| row.name.starts_with(what)));
    Ok(())
}

/// What comes first in the table.
const ORDER: [&str; 3] = ["segments", "select", "many as columns"];
