//! Attributes: the host's own are declared, limits on all are resolved (D1), and rules written in Rust find what they
//! read (L7).

use std::sync::Arc;

use super::check::Work;
use super::{FactLimit, PolicyChannel};
use crate::attribute::{AttributeId, Attributes, Origin, table};
use crate::channel::Channel;
use crate::diagnostic::{DiagnosticCode as Code, did_you_mean};
use crate::document::{Aim, LimitEntry, Path, Problem, cut};
use crate::fact::Source;
use crate::limits::Limits;
use crate::rust_rule::RustRule;

type RustRules = Vec<(Arc<dyn RustRule>, Vec<AttributeId>)>;

/// The attributes, and by number what hides them.
pub(super) fn check(work: &Work<'_>, channels: &[PolicyChannel]) -> (Attributes, Vec<Option<FactLimit>>) {
    let own: Vec<Channel> = channels
        .iter()
        .map(|channel| channel.channel)
        .filter(|channel| matches!(channel, Channel::Own(_)))
        .collect();
    let purposes: Vec<Box<str>> = work.purposes.keys().map(|&name| name.into()).collect();
    let mut attributes = Attributes::for_policy(&own, &purposes);
    let mut limits = vec![None; attributes.all().count()];
    for (name, entry) in &work.document.attributes {
        let path = Path::of(&["attributes", name]);
        let origin = if entry.on_visit { Origin::Visit } else { Origin::Profile };
        match attributes.declare_at(name, entry.kind.clone(), origin) {
            Ok(()) => limits.push(limit(work, &path, &entry.limit)),
            // The reader has spoken of what is no name at all.
            Err(problem) if crate::document::bad_name(name).is_some() => drop(problem),
            Err(problem) => {
                let found = Problem::new(problem.code, path, problem.message).aimed(Aim::Key);
                work.problems.add(found.with_help(problem.help));
            }
        }
    }
    for (name, entry) in &work.document.limits {
        let keys: Vec<&str> = std::iter::once("attributes").chain(name.split('.')).collect();
        let path = Path::of(&keys);
        let family = format!("{name}.{}", table::CHANNEL);
        let Some(row) = table::ROWS.iter().find(|row| row.name == name || row.name == family) else {
            let names = table::ROWS.iter().filter(|row| row.limitable);
            let names = names.map(|row| row.name.trim_end_matches(table::CHANNEL).trim_end_matches('.'));
            let problem =
                Problem::new(Code::UnknownAttribute, path, format!("unknown attribute `{}`", cut(name)));
            let help = did_you_mean(name, names)
                .unwrap_or_else(|| "one of your own stands here by its bare name".to_owned());
            work.problems.add(problem.aimed(Aim::Key).with_help(help));
            continue;
        };
        if !row.limitable {
            let problem = Problem::new(Code::NotLimitable, path, format!("`{name}` cannot be limited"));
            let help = "needs, reach, consents, contacts and what a visit is itself always count".to_owned();
            work.problems.add(problem.aimed(Aim::Key).with_help(help));
            continue;
        }
        let limit = limit(work, &path, entry);
        // One for each channel where the row is.
        for (id, attribute) in attributes.all() {
            if matches!(&attribute.origin, Origin::BuiltIn { row: of, .. } if of.name == row.name)
                && let Some(slot) = limits.get_mut(usize::from(id.0))
            {
                *slot = limit;
            }
        }
    }
    (attributes, limits)
}

fn limit(work: &Work<'_>, path: &Path, entry: &LimitEntry) -> Option<FactLimit> {
    let consent = work.purpose(entry.consent.as_deref(), || path.clone().key("consent"));
    let (min_source, max_age_days) = (entry.min_source, entry.max_age_days);
    let none = min_source == Source::Inferred && max_age_days.is_none() && consent == 0;
    (!none).then_some(FactLimit { min_source, max_age_days, consent })
}

/// Rules written in Rust, by name, with what they read.
pub(super) fn rust_rules(work: &Work<'_>, rules: &[Arc<dyn RustRule>], attributes: &Attributes) -> RustRules {
    let mut resolved: RustRules = Vec::new();
    let mut sorted: Vec<&Arc<dyn RustRule>> = rules.iter().collect();
    sorted.sort_by(|a, b| a.name().cmp(b.name()));
    let error = |code, message: String, help| {
        work.problems.add(Problem::new(code, Path::default(), message).aimed(Aim::Nowhere).with_help(help));
    };
    if sorted.len() > Limits::RULES {
        let (found, most) = (sorted.len(), Limits::RULES);
        error(Code::Limit, format!("{found} rules written in Rust, expected at most {most}"), None);
        sorted.truncate(most);
    }
    for rule in sorted {
        let name = rule.name();
        if let Some(message) = crate::document::bad_name(name) {
            error(Code::BadName, format!("of a rule written in Rust: {message}"), None);
        }
        if resolved.last().is_some_and(|(last, _)| last.name() == name) {
            error(Code::Duplicate, format!("two rules written in Rust are named `{}`", cut(name)), None);
            continue;
        }
        let mut reads = Vec::new();
        for read in rule.reads() {
            match attributes.find(read) {
                Some(id) => reads.push(id),
                None if work.unread.contains(*read) => {}
                None => {
                    let message = format!(
                        "rule `{}`, written in Rust, reads unknown attribute `{}`",
                        cut(name),
                        cut(read)
                    );
                    error(Code::UnknownAttribute, message, did_you_mean(read, attributes.names()));
                }
            }
        }
        resolved.push((Arc::clone(rule), reads));
    }
    resolved
}
