//! What must be right before anything is timed: which segments and rules hold is what the workload's plain interpreter
//! says (`condition.rs`), which shares no code with the library; and every way to a decision leads to the same one, with
//! all instructions that the processor has. That the decision follows from the rules is for the tests' interpreter.

use std::collections::BTreeMap;

use maitre::{CustomerProfile, ExperienceSelector, Instructions, SegmentSet, Truth, Visit};

use crate::workload::slots::Slots;
use crate::workload::visitor::{Guest, Visitor, now};
use crate::workload::{Workload, condition};

/// The selector with other instructions, if any are named.
pub fn with(selector: &ExperienceSelector, instructions: Option<Instructions>) -> ExperienceSelector {
    let other =
        instructions.map(|one| selector.with_instructions(one).expect("instructions that are available"));
    other.unwrap_or_else(|| selector.clone())
}

/// As ids name it.
pub fn engine(instructions: Instructions) -> String {
    format!("maitre_{instructions:?}").to_lowercase()
}

/// Of whom all is known, and of whom a tenth is missing.
fn visitors(workload: &Workload, count: usize) -> impl Iterator<Item = Visitor> {
    workload.visitors(count, 0).into_iter().chain(workload.visitors(count, 10))
}

/// The segments that hold, where all facts count.
pub fn segments(selector: &ExperienceSelector, workload: &Workload, count: usize) {
    let mut found = SegmentSet::new();
    let slots = Slots::of(selector, &workload.schema).expect("slots for all");
    let mut guest = selector.follow(CustomerProfile::new(), Visit::new(now().expect("a time")));
    for (number, visitor) in visitors(workload, count).enumerate() {
        let (profile, visit) = visitor.facts(&workload.schema).expect("facts that exist");
        let expected = names_that_hold(workload, &condition::values(&workload.segments, &visitor.values));
        for instructions in Instructions::available() {
            with(selector, Some(instructions)).segments(&profile, &visit, &mut found);
            assert_eq!(sorted(&found), expected, "{}: visitor {number}, {instructions:?}", workload.name);
            let followed = with(selector, Some(instructions)).follow(profile.clone(), visit.clone());
            followed.segments(&mut found);
            assert_eq!(sorted(&found), expected, "{}: guest {number}, {instructions:?}", workload.name);
        }
        slots.put(&mut guest, &visitor);
        guest.segments(&mut found);
        assert_eq!(sorted(&found), expected, "{}: visitor {number}, put into slots", workload.name);
    }
}

/// The segments and rules that hold under a whole policy, and that all decisions are the same.
pub fn decisions(selector: &ExperienceSelector, workload: &Workload, count: usize) {
    let rules = workload.rules();
    let mut guests = Vec::new();
    let mut found = SegmentSet::new();
    for (number, visitor) in visitors(workload, count).enumerate() {
        let (guest, counting) = visitor.guest_and_counting(&workload.schema).expect("facts that exist");
        let (profile, visit) = &guest;
        let segments = condition::values(&workload.segments, &counting.values);
        selector.segments(profile, visit, &mut found);
        assert_eq!(sorted(&found), names_that_hold(workload, &segments), "{}: guest {number}", workload.name);

        let explanation = selector.explain(profile, visit);
        let by_name: BTreeMap<&str, Option<bool>> =
            workload.segments.iter().map(|segment| &*segment.name).zip(segments.iter().copied()).collect();
        for (name, truth) in explanation.segments() {
            let expected = by_name.get(name).copied().flatten().map_or(Truth::Unknown, Truth::from);
            assert_eq!(truth, expected, "{}: segment `{name}` for guest {number}", workload.name);
        }
        let held = rules.iter().filter(|(_, when)| when.value(&counting.values, &segments) == Some(true));
        let held: Vec<&str> = held.map(|(name, _)| &**name).collect();
        assert_eq!(explanation.rules().collect::<Vec<_>>(), held, "{}: guest {number}", workload.name);
        guests.push(guest);
    }
    agree(selector, &guests);
}

/// Every way to a decision leads to the same one, and to a way out.
pub fn agree(selector: &ExperienceSelector, guests: &[Guest]) {
    let batch = selector.select_batch(guests.iter().map(|(profile, visit)| (profile, visit)));
    for (number, ((profile, visit), in_batch)) in guests.iter().zip(batch).enumerate() {
        let decision = selector.select(profile, visit);
        assert!(decision.way_out().is_some(), "guest {number} has no way out");
        assert_eq!(selector.explain(profile, visit).decision(), &decision, "explained: guest {number}");
        assert_eq!(
            selector.select_prepared(&selector.prepare(profile, visit), visit),
            decision,
            "prepared: {number}"
        );
        assert_eq!(in_batch, decision, "in a batch: guest {number}");
        for instructions in Instructions::available() {
            let other = with(selector, Some(instructions));
            assert_eq!(other.select(profile, visit), decision, "{instructions:?}: guest {number}");
            let prepared = other.prepare(profile, visit);
            assert_eq!(
                other.select_prepared(&prepared, visit),
                decision,
                "{instructions:?}, prepared: {number}"
            );
            let followed = other.follow(profile.clone(), visit.clone());
            assert_eq!(followed.select(), decision, "{instructions:?}, followed: {number}");
        }
    }
}

fn names_that_hold<'a>(workload: &'a Workload, values: &[Option<bool>]) -> Vec<&'a str> {
    let segments = workload.segments.iter().zip(values);
    segments.filter(|(_, value)| **value == Some(true)).map(|(segment, _)| &*segment.name).collect()
}

fn sorted(found: &SegmentSet) -> Vec<&str> {
    let mut names: Vec<&str> = found.iter().collect();
    names.sort_unstable();
    names
}
