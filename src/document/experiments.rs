//! Experiments and their arms (D8): an arm has points and nothing else.

use std::collections::BTreeSet;

use super::at::At;
use super::name::cut;
use super::read::{not_empty, unit};
use super::rules::{Points, read_points};
use super::{ArmEntry, ExperimentEntry};
use crate::diagnostic::DiagnosticCode as Code;
use crate::limits::Limits;
use crate::visit::Unit;

pub(super) fn experiment(_: &str, at: &At<'_>) -> Option<ExperimentEntry> {
    let mut fields = at.fields("a table, as `{ unit = \"person\", arms = […] }`")?;
    let read = ExperimentEntry {
        when: fields.optional("when", |at| Some(at.condition().unwrap_or_default())),
        unit: fields
            .required("unit", "whom to draw: `person`, `household` or `device`", unit)
            .unwrap_or(Unit::Person),
        salt: fields.optional("salt", |at| at.owned()),
        arms: fields
            .required("arms", "as `arms = [{ name = \"as_is\", weight = 1 }, { name = \"shorter\", weight = 1, layout = -100 }]`", |at| {
                arms(at)
            })
            .unwrap_or_default(),
    };
    fields.done();
    Some(read)
}

fn arms(at: &At<'_>) -> Option<Vec<ArmEntry>> {
    let mut names = BTreeSet::new();
    let arms = at.list(("arms", Limits::ARMS), |at| {
        let arm = arm(at).unwrap_or_default();
        if !arm.name.is_empty() && !names.insert(arm.name.clone()) {
            at.report(Code::Duplicate, format!("arm `{}` stands here twice", cut(&arm.name)));
        }
        Some(arm)
    })?;
    let is_told = at.shared.problems.has_within(&at.path());
    if !is_told && !arms.is_empty() && arms.iter().all(|arm| arm.weight == 0) {
        at.report(Code::OutOfRange, "all weights are 0, expected at least one above");
    }
    not_empty(at, arms)
}

fn arm(at: &At<'_>) -> Option<ArmEntry> {
    let mut fields = at.fields("a table, as `{ name = \"shorter\", weight = 1, layout = -100 }`")?;
    let name = fields.required("name", "as `name = \"shorter\"`", |at| at.name()).unwrap_or_default();
    let weight =
        fields.required("weight", "its share, as `weight = 1`", |at| at.count(10_000)).unwrap_or_default();
    let Points { layout, assistance, channels } = read_points(&mut fields);
    fields.refuse(
        &["layout_at_most", "layout_at_least", "assistance_at_least", "assistance_at_most", "adapt", "never"],
        |key| {
            let message =
                format!("`{key}` in an arm, expected points only: `layout`, `assistance` or `channels`");
            (message, "candidates, caps and floors are the same in every arm".to_owned())
        },
    );
    fields.refuse(&["when"], |_| {
        let message = "`when` in an arm, expected it beside `arms`".to_owned();
        (message, "the condition of an experiment holds for all its arms".to_owned())
    });
    fields.done();
    Some(ArmEntry { name, weight, layout, assistance, channels })
}
