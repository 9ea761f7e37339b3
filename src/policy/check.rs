//! The order of the checks by which a document that was read becomes a policy, and what they share. Each goes on behind
//! what it finds wrong, so that all problems come at once; a part that could not be read is passed over in silence,
//! because the reader has spoken.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{
    Checked, Holdout, Weights, attributes, channels, conditions, dead_end, digest, effects, findings, needs,
    personas,
};
use crate::attribute::Attributes;
use crate::channel::Channel;
use crate::diagnostic::{DiagnosticCode as Code, did_you_mean, known_here};
use crate::document::{Aim, Path, PolicyDocument, Problem, Problems, Reading, Visitor, cut};
use crate::hash::Murmur;
use crate::limits::Limits;
use crate::policy::ChannelId;
use crate::rust_rule::RustRule;

/// Some suggestions among the names of the largest policies, and any number in most.
const SUGGESTIONS: usize = 2_000_000;

/// What all checks share.
pub(super) struct Work<'a> {
    pub(super) document: &'a PolicyDocument,
    pub(super) limits: &'a Limits,
    pub(super) unread: &'a BTreeSet<String>,
    misnamed: &'a BTreeSet<&'static str>,
    /// Where the journey of a visitor stands beside their visit and not in it.
    pub(super) journeys: &'a BTreeSet<Path>,
    /// Where the reader found something wrong.
    spoken: BTreeSet<Path>,
    pub(super) problems: Problems,
    /// How many names may still be compared with a wrong one.
    suggestions: Cell<usize>,
    /// Purpose → its bit.
    pub(super) purposes: BTreeMap<&'a str, u64>,
    /// Name → the first channel of that name.
    pub(super) channels: BTreeMap<&'a str, ChannelId>,
}

impl<'a> Work<'a> {
    fn of(reading: &'a Reading<'_>, limits: &'a Limits) -> Self {
        let Reading { document, problems, unread, misnamed, journeys, stopped: _ } = reading;
        let purposes = document.purposes.iter().enumerate().take(Limits::PURPOSES);
        let work = Self {
            document,
            limits,
            unread,
            misnamed,
            journeys,
            spoken: problems.iter().map(|problem| problem.path.clone()).collect(),
            problems: Problems::new(limits),
            suggestions: Cell::new(SUGGESTIONS),
            purposes: purposes.map(|(n, name)| (&**name, 1_u64 << n)).collect(),
            channels: BTreeMap::new(),
        };
        work.problems.extend(problems.iter().cloned());
        work
    }
}

impl Work<'_> {
    pub(super) fn error(&self, code: Code, path: Path, message: impl Into<String>) {
        self.problems.add(Problem::new(code, path, message));
    }
    /// ``did you mean `x`?``, unless there are so many wrong names among so many known ones that it would take long.
    pub(super) fn suggest<'n>(
        &self,
        name: &str,
        known: impl ExactSizeIterator<Item = &'n str>,
    ) -> Option<String> {
        let left = self.suggestions.get().checked_sub(known.len())?;
        self.suggestions.set(left);
        did_you_mean(name, known)
    }
    /// Whether the reader found nothing wrong at or below `path`: what is not there was not written.
    pub(super) fn is_whole(&self, path: &Path) -> bool {
        self.spoken.range(path..).next().is_none_or(|first| !first.0.starts_with(&path.0))
    }
    /// Whether the reader has spoken of a whole part of the document, as `segments`: what is looked for in it is not
    /// unknown, but was not read.
    pub(super) fn is_unread(&self, part: &'static str) -> bool {
        self.misnamed.contains(part) || self.spoken.contains(&Path::of(&[part]))
    }
    /// The bit of a purpose; 0 if none is asked for.
    pub(super) fn purpose(&self, name: Option<&str>, path: impl FnOnce() -> Path) -> u64 {
        let Some(name) = name else { return 0 };
        if let Some(bit) = self.purposes.get(name) {
            return *bit;
        }
        if self.is_unread("purposes") {
            return 0;
        }
        let problem = Problem::new(Code::UnknownPurpose, path(), format!("unknown purpose `{}`", cut(name)))
            .aimed(Aim::Entry(name.into()));
        let help = self.suggest(name, self.purposes.keys().copied()).filter(|help| help.starts_with("did"));
        self.problems.add(problem.with_help(help.unwrap_or_else(|| "list it in `purposes`".to_owned())));
        0
    }
    /// A channel of nobody's, which a fact of a visitor names.
    pub(super) fn channel_of_visitor(&self, name: &str, path: Path, aim: Aim) {
        if self.channels.contains_key(name) || self.is_unread("channels") {
            return;
        }
        // By any built-in one somebody may come; what may be meant is listed only of those of the policy.
        let built_in: BTreeSet<&str> =
            self.channels.keys().copied().chain(Channel::NAMES.iter().copied()).collect();
        let help = self.suggest(name, built_in.iter().copied()).filter(|help| help.starts_with("did"));
        let help = help.or_else(|| known_here(self.channels.keys().copied()));
        let problem = Problem::new(Code::UnknownChannel, path, format!("unknown channel `{}`", cut(name)));
        self.problems.add(problem.aimed(aim).with_help(help));
    }
    /// A channel of the policy.
    pub(super) fn channel(&self, name: &str, path: impl FnOnce() -> Path, aim: Aim) -> Option<ChannelId> {
        self.channel_or(name, path, aim, || format!("add `{{ name = \"{name}\" }}` to them"))
    }
    /// The same with advice for a built-in one that it does not serve.
    pub(super) fn channel_or(
        &self,
        name: &str,
        path: impl FnOnce() -> Path,
        aim: Aim,
        advice: impl FnOnce() -> String,
    ) -> Option<ChannelId> {
        let found = self.channels.get(name).copied();
        if found.is_none() && !self.is_unread("channels") {
            let built_in = Channel::NAMES.contains(&name);
            let message = match built_in {
                true => format!("channel `{name}` is not among the policy's `channels`"),
                false => format!("unknown channel `{}`", cut(name)),
            };
            let help = match built_in {
                true => Some(advice()),
                false => self.suggest(name, self.channels.keys().copied()),
            };
            self.problems.add(Problem::new(Code::UnknownChannel, path(), message).aimed(aim).with_help(help));
        }
        found
    }
}

/// Checks tests that stand beside a policy's document, as if they stood in it.
pub(super) fn check_tests(reading: &Reading<'_>, attributes: &Attributes, limits: &Limits) -> Vec<Problem> {
    let mut work = Work::of(reading, limits);
    // The policy is good: this only finds its channels.
    channels::check(&mut work);
    personas::check(&work, attributes);
    work.problems.into_inner()
}

/// Checks a visitor who stands beside a policy's document, as if a test of it had them.
pub(super) fn check_visitor(
    visitor: &Visitor,
    reading: &Reading<'_>,
    attributes: &Attributes,
    limits: &Limits,
) -> Vec<Problem> {
    let mut work = Work::of(reading, limits);
    channels::check(&mut work);
    personas::persona(&work, (&visitor.profile, &visitor.visit), attributes, &Path::default);
    work.problems.into_inner()
}

/// Checks all of it. Whether a policy results, the problems decide: one error among them, and what is returned is not
/// to be used.
pub(super) fn check(
    reading: Reading<'_>,
    rules: &[Arc<dyn RustRule>],
    limits: &Limits,
) -> (Option<Checked>, Vec<Problem>) {
    let mut work = Work::of(&reading, limits);
    let document = &*reading.document;
    let gpc =
        document.gpc.iter().fold(0, |bits, name| bits | work.purpose(Some(name), || Path::of(&["gpc"])));
    let channels = channels::check(&mut work);
    let (attributes, fact_limits) = attributes::check(&work, &channels);
    let rust_rules = attributes::rust_rules(&work, rules, &attributes);
    let scope = conditions::Scope::new(&work, &attributes, &rust_rules);
    let segments = conditions::segments(&scope);
    let rules = effects::rules(&scope);
    let experiments = effects::experiments(&scope);
    let guarantees = effects::guarantees(&scope);
    personas::check(&work, &attributes);
    findings::check(&work);
    needs::check(&scope, &segments, &rules, &experiments);
    let last_resort = dead_end::check(&work, &channels);

    let problems = std::mem::replace(&mut work.problems, Problems::new(limits)).into_inner();
    let digest = digest::digest(document);
    let checked = (|| {
        let weights = document.weights;
        Some(Checked {
            name: document.name.as_str().into(),
            digest: digest?,
            attributes,
            limits: fact_limits,
            purposes: document.purposes.iter().map(|name| name.as_str().into()).collect(),
            gpc,
            layout: document.defaults.layout,
            assistance: document.defaults.assistance,
            weights: Weights {
                habit: weights.habit,
                continuity: weights.continuity,
                need: weights.need,
                margin: weights.margin,
            },
            holdout: document.holdout.as_ref().map(|holdout| Holdout {
                unit: holdout.unit,
                percent: holdout.percent,
                salt: Murmur::default().with(holdout.salt.as_deref().unwrap_or("holdout")),
            }),
            people: document.people,
            channels,
            last_resort,
            segment_order: segments.order,
            segments: segments.list.into_iter().collect::<Option<_>>()?,
            rules: rules.into_iter().collect::<Option<_>>()?,
            experiments: experiments.into_iter().collect::<Option<_>>()?,
            guarantees: guarantees.into_iter().collect::<Option<_>>()?,
            rust_rules,
            document: document.clone(),
            warnings: Vec::new(),
        })
    })();
    (checked, problems)
}
