//! The policy's own tests: a persona, a visit, and what is expected of the decision. Kept, and run by whoever runs them.

use std::collections::{BTreeMap, BTreeSet};

use super::at::At;
use super::node::{Kind, Node};
use super::read::{assistance, layout, names, needs};
use crate::experience::{AssistanceLevel, LayoutComplexity};
use crate::need::AccessNeed;

/// A test: a visitor and what is expected for them.
#[derive(Debug, Clone, PartialEq)]
pub struct TestEntry {
    /// What it tells, in plain language.
    pub name: String,
    pub(crate) profile: Node,
    pub(crate) visit: Node,
    pub(crate) journey: Option<Node>,
    /// What is expected; what is not named may be anything.
    pub expect: Expectation,
}

/// What is expected of a decision; `None` may be anything.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
#[serde(default)]
pub struct Expectation {
    /// The channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// The layout on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layout: Option<LayoutComplexity>,
    /// The layout on the channel in use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layout_in_use: Option<LayoutComplexity>,
    /// The assistance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assistance: Option<AssistanceLevel>,
    /// All adaptations.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adapt: Option<BTreeSet<AccessNeed>>,
    /// The channel of the way out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub way_out: Option<String>,
    /// The alternatives, the best first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alternatives: Option<Vec<String>>,
    /// All segments that hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segments: Option<BTreeSet<String>>,
    /// All rules that hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rules: Option<BTreeSet<String>>,
    /// The arm of each experiment named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arms: Option<BTreeMap<String, String>>,
}

pub(super) fn read(at: &At<'_>) -> Option<TestEntry> {
    let mut fields = at.fields("a table")?;
    let given = |at: &At<'_>| if at.is_table() { Some(at.node.clone()) } else { at.wrong("a table") };
    let name = fields.required("name", "what it tells, in plain words", |at| at.owned());
    let profile = fields.optional("profile", given).unwrap_or(Node::new(Kind::Table(Vec::new())));
    let visit =
        fields.required("visit", "at least its time, as `visit = { at = 2026-11-23T10:00:00-03:00 }`", given);
    let journey = fields.optional("journey", given);
    let expect = fields.required("expect", "as `expect = { layout = \"simple\" }`", expectation);
    fields.done();
    Some(TestEntry { name: name?, profile, visit: visit?, journey, expect: expect? })
}

fn expectation(at: &At<'_>) -> Option<Expectation> {
    let mut fields = at.fields("a table, as `{ layout = \"simple\" }`")?;
    let list = ("list", at.shared.limits.list);
    let read = Expectation {
        channel: fields.optional("channel", |at| at.owned()),
        layout: fields.optional("layout", layout),
        layout_in_use: fields.optional("layout_in_use", layout),
        assistance: fields.optional("assistance", assistance),
        adapt: fields.optional("adapt", needs),
        way_out: fields.optional("way_out", |at| at.owned()),
        alternatives: fields.optional("alternatives", |at| at.list(("alternatives", 3), |at| at.owned())),
        segments: fields.optional("segments", names),
        rules: fields.optional("rules", names),
        arms: fields.optional("arms", |at| at.named(list, |_, at| at.owned())),
    };
    fields.done();
    if read == Expectation::default() && matches!(&at.node.kind, Kind::Table(entries) if entries.is_empty()) {
        let problem = at.problem(crate::diagnostic::DiagnosticCode::NoEffect, "a test that expects nothing");
        at.add(problem.warning());
    }
    Some(read)
}
