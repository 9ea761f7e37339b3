//! Two policies compared: what is proven the same is so for everybody, every witness is really served otherwise, and what can be told
//! by the cells is told. Small policies and a neighbour of each are held against all their visitors, generated ones against
//! visitors near their literals.
#![expect(clippy::indexing_slicing, reason = "a test that cannot go on has failed")]

mod draws;
mod edits;
mod limits;
mod pairs;
mod rewrites;
mod tipping;

use std::collections::HashSet;

use maitre::{
    AccessNeed, Aspect, Change, ChangeKind, Comparison, CustomerProfile, Decision, ExperienceSelector,
    Happens, Policy, PolicyLoader, Visit,
};

use crate::oracle::rust;

fn loader() -> PolicyLoader {
    Policy::loader().rule(rust::Loyal).rule(rust::Alike)
}

fn selector(loader: &PolicyLoader, text: &str) -> ExperienceSelector {
    let policy = loader.toml(text).unwrap_or_else(|error| panic!("{text}\n{error}"));
    ExperienceSelector::compile_within(&policy, 1).unwrap_or_else(|error| panic!("{text}\n{error}"))
}

/// Whether a visitor is served otherwise, as a change says.
fn is_so(change: &Change, old: &Decision, new: &Decision, has_required: bool) -> bool {
    if change.required && !has_required {
        return false;
    }
    let layout = |one: &Decision| match change.aspect {
        Aspect::LayoutInUse => one.layout_in_use(),
        _ => one.experience().layout,
    };
    let help = |one: &Decision| one.experience().assistance;
    let open = |one: &Decision| one.way_out().is_some_and(|way| way.open);
    let lost = |before: &Decision, after: &Decision| {
        let lost = before.adaptations().minus(after.adaptations());
        match &change.of {
            Some(name) => AccessNeed::parse(name).is_some_and(|need| lost.contains(need)),
            None => !lost.is_empty(),
        }
    };
    match change.kind {
        ChangeKind::MoreComplex => layout(new) > layout(old),
        ChangeKind::Simpler => layout(new) < layout(old),
        ChangeKind::LessAssistance => help(new) < help(old),
        ChangeKind::MoreAssistance => help(new) > help(old),
        ChangeKind::Replaced => {
            let channel = |one: &Decision| match change.aspect {
                Aspect::WayOut => one.way_out().map(|way| way.channel.to_string()),
                _ => Some(one.experience().channel.to_string()),
            };
            let of = change.of.as_ref().map(|name| name.to_string());
            channel(old) == of && channel(new) != of
        }
        ChangeKind::Lost => lost(old, new),
        ChangeKind::Gained => lost(new, old),
        ChangeKind::Closes => open(old) && !open(new),
        ChangeKind::Opens => open(new) && !open(old),
        other => panic!("a change of another kind: {other}"),
    }
}

/// How many changes happen to nobody, to somebody, and cannot be told.
type Counts = [usize; 3];

/// Fails unless what was found is so of these visitors.
fn hold(
    old: &ExperienceSelector,
    new: &ExperienceSelector,
    comparison: &Comparison,
    visitors: impl Iterator<Item = (CustomerProfile, Visit)>,
) -> Counts {
    let told = |who: &str| {
        let text = |one: &ExperienceSelector| serde_json::to_string(one.policy().document()).unwrap();
        format!("{}\n{}\n{who}\n{comparison}", text(old), text(new))
    };
    let mut counts = [0; 3];
    for change in &comparison.changes {
        match &change.happens {
            Happens::Never => counts[0] += 1,
            Happens::To(changed) => {
                let (profile, visit) = (&changed.witness.profile, &changed.witness.visit);
                let (before, after) = (old.select(profile, visit), new.select(profile, visit));
                let has_required = !profile.required_needs().is_empty();
                assert!(is_so(change, &before, &after, has_required), "{change}\n{}", told(""));
                assert_eq!(
                    (changed.before.served.experience, changed.after.served.experience),
                    (before.experience(), after.experience())
                );
                counts[1] += 1;
            }
            _ => counts[2] += 1,
        }
    }
    // Many visitors are served alike.
    let mut seen = HashSet::new();
    for (profile, visit) in visitors {
        let (before, after) = (old.select(&profile, &visit), new.select(&profile, &visit));
        let has_required = !profile.required_needs().is_empty();
        if !seen.insert((before, after, has_required)) {
            continue;
        }
        for change in comparison.changes.iter().filter(|change| change.happens == Happens::Never) {
            let wrong = is_so(change, &before, &after, has_required);
            assert!(
                !wrong,
                "{change}\n{}",
                told(&serde_json::json!({ "profile": profile, "visit": visit }).to_string())
            );
        }
    }
    counts
}
