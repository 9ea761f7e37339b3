//! What rules and arms bring, and what guarantees ask for.

use std::collections::{BTreeMap, BTreeSet};

use super::channels::entry;
use super::check::Work;
use super::conditions::Scope;
use super::{Arm, ChannelId, Effects, Experiment, Guarantee, Rule};
use crate::diagnostic::DiagnosticCode as Code;
use crate::document::{Aim, GuaranteeEntry, Path, Problem, RuleEntry};
use crate::hash::Murmur;

/// The rules, by name; `None`: its condition is wrong.
pub(super) fn rules(scope: &Scope<'_>) -> Vec<Option<Rule>> {
    let rule = |(name, entry): (&String, &RuleEntry)| {
        let path = || Path::of(&["rules", name]);
        let when = scope.condition(&entry.when, || path().key("when"));
        let effects = Effects {
            layout: entry.layout,
            assistance: entry.assistance,
            channels: points(scope.work, &entry.channels, &path).into(),
            layout_at_most: entry.layout_at_most,
            assistance_at_least: entry.assistance_at_least,
            adapt: entry.adapt.iter().copied().collect(),
            never: never(scope.work, &entry.never, &path),
        };
        // Names that do not exist have been reported; without them there may be no effect left to see.
        let says = !entry.channels.is_empty() || !entry.never.is_empty();
        if effects == Effects::default() && !says && scope.work.is_whole(&path()) {
            let problem = Problem::new(Code::NoEffect, path(), format!("rule `{name}` has no effect"));
            let help = "add `layout`, `assistance`, `channels`, a bound, `adapt` or `never`; a name for a condition \
                        alone is a segment";
            scope.work.problems.add(problem.aimed(Aim::Key).warning().with_help(help.to_owned()));
        }
        let because = entry.because.as_deref().map(Into::into);
        Some(Rule { name: name.as_str().into(), when: when?, effects, because })
    };
    scope.work.document.rules.iter().map(rule).collect()
}

fn points(
    work: &Work<'_>,
    channels: &BTreeMap<String, i64>,
    path: &dyn Fn() -> Path,
) -> Vec<(ChannelId, i64)> {
    let of = |(name, points): (&String, &i64)| {
        let id = work.channel(name, || path().key("channels").key(name), Aim::Key)?;
        (*points != 0).then_some((id, *points))
    };
    let mut points: Vec<(ChannelId, i64)> = channels.iter().filter_map(of).collect();
    points.sort_unstable();
    points
}

fn never(work: &Work<'_>, names: &BTreeSet<String>, path: &dyn Fn() -> Path) -> u32 {
    names.iter().fold(0, |bits, name| {
        let id = work.channel(name, || path().key("never"), entry(name));
        bits | id.map_or(0, |id| 1_u32.checked_shl(id.0.into()).unwrap_or(0))
    })
}

/// The experiments, by name; `None`: its condition is wrong.
pub(super) fn experiments(scope: &Scope<'_>) -> Vec<Option<Experiment>> {
    let experiment = |(name, entry): (&String, &crate::document::ExperimentEntry)| {
        let path = || Path::of(&["experiments", name]);
        let when = entry.when.as_deref().map(|when| scope.condition(when, || path().key("when")));
        let arms = entry.arms.iter().enumerate().map(|(n, arm)| Arm {
            name: arm.name.as_str().into(),
            weight: arm.weight,
            effects: Effects {
                layout: arm.layout,
                assistance: arm.assistance,
                channels: points(scope.work, &arm.channels, &|| path().key("arms").index(n)).into(),
                ..Effects::default()
            },
        });
        Some(Experiment {
            name: name.as_str().into(),
            total: entry.arms.iter().map(|arm| arm.weight).sum(),
            arms: arms.collect(),
            when: match when {
                None => None,
                Some(when) => Some(when?),
            },
            unit: entry.unit,
            salt: Murmur::default().with(entry.salt.as_deref().unwrap_or(name)),
        })
    };
    scope.work.document.experiments.iter().map(experiment).collect()
}

/// The guarantees, by name; `None`: its condition is wrong.
pub(super) fn guarantees(scope: &Scope<'_>) -> Vec<Option<Guarantee>> {
    let guarantee = |(name, entry): (&String, &GuaranteeEntry)| {
        let path = || Path::of(&["guarantees", name]);
        let when = scope.condition(&entry.when, || path().key("when"));
        let never = never(scope.work, &entry.never, &path);
        let bounds =
            entry.layout_at_most.is_some() || entry.assistance_at_least.is_some() || !entry.never.is_empty();
        if !bounds && scope.work.is_whole(&path()) {
            let problem =
                Problem::new(Code::NoEffect, path(), format!("guarantee `{name}` asks for nothing"));
            let help = "add `layout_at_most`, `assistance_at_least` or `never`".to_owned();
            scope.work.problems.add(problem.aimed(Aim::Key).warning().with_help(help));
        }
        Some(Guarantee {
            name: name.as_str().into(),
            when: when?,
            layout_at_most: entry.layout_at_most,
            assistance_at_least: entry.assistance_at_least,
            never,
            inconclusive_warns: entry.inconclusive_warns,
        })
    };
    scope.work.document.guarantees.iter().map(guarantee).collect()
}
