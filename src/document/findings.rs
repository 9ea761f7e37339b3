//! `[findings]`: how much each kind of finding weighs, and who is left out of it.

use std::collections::BTreeMap;

use super::FindingEntry;
use super::at::{At, StepTo};
use super::fields::within_itself;
use super::name::cut;
use super::node::{Kind, Node};
use super::read::names;
use super::source::Aim;
use crate::diagnostic::{DiagnosticCode as Code, did_you_mean};
use crate::finding::{FindingKind, FindingLevel};

pub(super) fn findings(at: &At<'_>) -> Option<BTreeMap<FindingKind, FindingEntry>> {
    let Kind::Table(entries) = &at.node.kind else {
        return at.wrong("a table, as `{ opposing = \"allow\" }`");
    };
    let table = at.path();
    let one = |(key, node): (&str, &Node)| {
        let at = at.child(StepTo::Key(key), node);
        let Some(kind) = FindingKind::parse(key) else {
            let problem = at.problem(Code::UnknownValue, format!("unknown finding `{}`", cut(key)));
            let known = FindingKind::NAMES.iter().copied();
            let help = within_itself(&table, key, node).or_else(|| did_you_mean(key, known));
            at.add(problem.aimed(Aim::Key).with_help(help));
            return None;
        };
        Some((kind, entry(kind, &at)?))
    };
    let mut all = BTreeMap::new();
    for (key, node) in entries {
        let Some((kind, entry)) = one((&key.text, node)) else { continue };
        if all.insert(kind, entry).is_some() {
            at.report(Code::Duplicate, format!("`{kind}` stands here twice"));
        }
    }
    // What is as usual is not kept, so that documents that say the same are equal.
    all.retain(|kind, entry| *entry != FindingEntry::of(*kind));
    Some(all)
}

fn level(at: &At<'_>) -> Option<FindingLevel> {
    at.word("level", FindingLevel::NAMES, FindingLevel::parse)
}

fn entry(kind: FindingKind, at: &At<'_>) -> Option<FindingEntry> {
    if !at.is_table() {
        return Some(FindingEntry { level: level(at)?, ..FindingEntry::of(kind) });
    }
    let mut fields = at.fields("a level or a table, as `{ level = \"deny\", except = [\"technician\"] }`")?;
    let read = FindingEntry {
        level: fields.optional("level", level).unwrap_or(kind.usual_level()),
        except: fields.optional("except", names).unwrap_or_default(),
    };
    fields.done();
    Some(read)
}
