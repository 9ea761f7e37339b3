//! The fields of a table whose keys are the format's: what is missing, what is unknown, and what an unknown key was
//! probably meant to be or where it belongs. Used by every reader of such a table.

use std::collections::BTreeMap;

use super::PolicyDocument;
use super::at::{At, StepTo};
use super::name::cut;
use super::node::{Kind, Node};
use super::path::{Path, Step};
use super::source::{Aim, Problem};
use crate::diagnostic::{DiagnosticCode as Code, known_here, nearest};

/// The fields of a table: each is taken once, and what is left is unknown.
pub(super) struct Fields<'a> {
    at: &'a At<'a>,
    entries: BTreeMap<&'a str, &'a Node>,
    /// The keys of the format, and whether they are there.
    known: Vec<(&'static str, bool)>,
    /// What must be there and is not, with advice.
    missing: Vec<(&'static str, String)>,
}

impl<'a> Fields<'a> {
    pub(super) fn new(at: &'a At<'a>, entries: BTreeMap<&'a str, &'a Node>) -> Self {
        Self { at, entries, known: Vec::new(), missing: Vec::new() }
    }
    pub(super) fn optional<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&At<'_>) -> Option<T>,
    ) -> Option<T> {
        let found = self.entries.remove(key);
        self.known.push((key, found.is_some()));
        let node = found?;
        read(&self.at.child(StepTo::Key(key), node))
    }
    pub(super) fn required<T>(
        &mut self,
        key: &'static str,
        help: &str,
        read: impl FnOnce(&At<'_>) -> Option<T>,
    ) -> Option<T> {
        if !self.entries.contains_key(key) {
            self.missing.push((key, help.to_owned()));
        }
        self.optional(key, read)
    }
    /// Other advice for what is missing.
    pub(super) fn advise(&mut self, key: &str, help: String) {
        if let Some((_, advice)) = self.missing.iter_mut().find(|(missing, _)| *missing == key) {
            *advice = help;
        }
    }
    /// Takes `keys` out, with `message` for each that is there.
    pub(super) fn refuse(&mut self, keys: &[&'static str], message: impl Fn(&str) -> (String, String)) {
        for key in keys {
            if self.entries.remove(key).is_some() {
                let (message, help) = message(key);
                let problem = Problem::new(Code::UnknownField, self.at.path().key(key), message);
                self.at.add(problem.aimed(Aim::Key).with_help(help));
            }
        }
    }
    /// What is left is unknown, and what was asked for and not found is missing, unless it was only misspelt. Gives back
    /// what the unknown keys were probably meant to be.
    pub(super) fn done(mut self) -> Vec<&'static str> {
        let mut meant = Vec::new();
        for (key, node) in self.entries.iter().take_while(|_| !self.at.shared.problems.is_full()) {
            // What is there already is meant only if the two begin alike: `then` beside `when` is no slip for it.
            let alike = |known: &str| known.chars().next() == key.chars().next();
            let names = |there: bool| {
                let known = self
                    .known
                    .iter()
                    .filter(move |(known, found)| *found == there && (!there || alike(known)));
                known.map(|(known, _)| *known)
            };
            // A table of that name that says something else is meant.
            let is_meant = !matches!(node.kind, Kind::Table(_)) && self.known.iter().any(|(_, there)| *there);
            let within = within_itself(&self.at.path(), key, node).filter(|_| !is_meant);
            if within.is_some() {
                // Whatever is missing is missing of a table that nobody meant.
                self.missing.clear();
            }
            let near = nearest(key, names(false)).or_else(|| nearest(key, names(true)));
            let near = near.filter(|_| within.is_none());
            meant.extend(near);
            self.missing.retain(|(missing, _)| Some(*missing) != near);
            let help = match near {
                Some(near) => Some(format!("did you mean `{near}`?")),
                None => within
                    .or_else(|| if self.at.shared.is_policy { elsewhere(key) } else { None })
                    .or_else(|| known_here(self.known.iter().map(|(known, _)| *known))),
            };
            let message = format!("unknown key `{}`", cut(key));
            let problem = Problem::new(Code::UnknownField, self.at.path().key(key), message);
            self.at.add(problem.aimed(Aim::Key).with_help(help));
        }
        for (key, help) in self.missing {
            let problem = Problem::new(Code::MissingField, self.at.path(), format!("`{key}` is missing"));
            self.at.add(problem.with_help(help));
        }
        meant
    }
}

/// What to do where a table is written within itself, as `rules.calm = …` below `[rules]` is.
pub(super) fn within_itself(table: &Path, key: &str, node: &Node) -> Option<String> {
    let (name, meant) = match (table.0.as_slice(), &node.kind) {
        ([Step::Key(name)], Kind::Table(inner)) if **name == *key => {
            (name, inner.first().map(|(key, _)| &*key.text)?)
        }
        // A table whose names are the author's own has taken its own name for one of them.
        ([Step::Key(name), Step::Key(again)], _) if name == again => (name, key),
        _ => return None,
    };
    PolicyDocument::PARTS
        .contains(&&**name)
        .then(|| format!("this stands in `{name}` already: write `{} = …`", cut(meant)))
}

/// Where a key of the format belongs, for those that stand in one place only.
pub(super) fn elsewhere(key: &str) -> Option<String> {
    let place = match key {
        // Other things have names and channels too.
        "name" | "channels" => return None,
        _ if PolicyDocument::PARTS.contains(&key) => {
            "at the top of the policy, before the first line in brackets"
        }
        "base" | "own" | "staffed" | "reach" | "quiet" | "open" | "contacts_at_most" | "conflicts" => {
            "in a channel"
        }
        "on_unknown" => "in a segment",
        "adapt" | "never" => "in a rule",
        "arms" => "in an experiment",
        "weight" => "in an arm of an experiment",
        "inconclusive" => "in a guarantee",
        "percent" => "in `holdout`",
        "habit" | "continuity" | "need" | "margin" => "in `weights`",
        "except" => "in `findings`",
        "values" | "members" | "min_source" | "max_age_days" => "in `attributes`",
        _ => return None,
    };
    Some(format!("`{key}` stands {place}"))
}
