//! [`Node`] → [`PolicyDocument`]: the shape of every table, each value by itself. All problems are collected; what a
//! document means is checked when it becomes a policy.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::at::{At, POINTS, Shared};
use super::node::{Kind, Node};
use super::path::Path;
use super::source::{Aim, Problem};
use super::test_case::Visitor;
use super::{
    ChannelEntry, Defaults, HoldoutEntry, PolicyDocument, WeightsEntry, attributes, experiments, findings,
    rules, test_case,
};
use crate::channel::{Channel, Reach};
use crate::diagnostic::DiagnosticCode as Code;
use crate::experience::{AssistanceLevel, LayoutComplexity};
use crate::limits::Limits;
use crate::need::{AccessNeed, NeedSet};
use crate::profile::CustomerProfile;
use crate::time::Timestamp;
use crate::visit::{Unit, Visit};

/// The format that this version reads.
const FORMAT: i64 = 1;

/// What was read.
pub(crate) struct Reading<'a> {
    /// All that could be read. An empty condition, and only such a one, stands for one that was reported.
    pub(crate) document: Cow<'a, PolicyDocument>,
    pub(crate) problems: Vec<Problem>,
    /// Attributes that are there but could not be read, so that nobody calls them unknown.
    pub(crate) unread: BTreeSet<String>,
    /// Parts that are probably there under a misspelt key, so that nobody calls their entries unknown.
    pub(crate) misnamed: BTreeSet<&'static str>,
    /// Where the journey of a visitor stands beside their visit and not in it.
    pub(crate) journeys: BTreeSet<Path>,
    /// It is no document of this format; nothing of it was read.
    pub(crate) stopped: bool,
}

/// Reads a document.
pub(crate) fn read(node: &Node, limits: &Limits) -> Reading<'static> {
    let shared = Shared::of_policy(limits);
    let (mut unread, mut misnamed) = (BTreeSet::new(), BTreeSet::new());
    let document = policy(&At::root(node, &shared), &mut unread, &mut misnamed);
    let stopped = document.is_none();
    let document = Cow::Owned(document.unwrap_or_else(|| PolicyDocument::new("")));
    let (problems, journeys) = (shared.problems.into_inner(), shared.journeys.into_inner());
    Reading { document, problems, unread, misnamed, journeys, stopped }
}

/// Reads tests that stand beside the document of a policy: a table with nothing else in it than `tests`. What was read is that
/// document with these tests in place of its own.
pub(crate) fn read_tests(node: &Node, document: &PolicyDocument, limits: &Limits) -> Reading<'static> {
    let shared = Shared::beside_policy(limits);
    let at = At::root(node, &shared);
    let of_a_policy = ["format", "channels", "last_resort"].into_iter().find(|key| at.get(key).is_some());
    let tests = if let Some(key) = of_a_policy {
        let message = "found a whole policy, expected its tests alone: `[[tests]]` and nothing else";
        let help = "put its tests into a file of their own, or run them with that policy".to_owned();
        let problem = Problem::new(Code::WrongType, Path::of(&[key]), message);
        at.add(problem.aimed(Aim::Key).with_help(help));
        None
    } else {
        at.fields("a table with `tests`").and_then(|mut fields| {
            let tests = fields.required("tests", "each test begins with `[[tests]]`", |at| {
                test_case::all(at, &document.tests)
            });
            fields.done();
            tests
        })
    };
    let document = PolicyDocument { tests: tests.unwrap_or_default(), ..document.clone() };
    beside(Cow::Owned(document), shared, of_a_policy.is_some())
}

/// Reads a visitor written as in a test, who stands beside the document of a policy.
pub(crate) fn read_visitor<'a>(
    node: &Node,
    document: &'a PolicyDocument,
    limits: &Limits,
) -> (Visitor, Reading<'a>) {
    let shared = Shared::beside_policy(limits);
    let visitor = test_case::alone(&At::root(node, &shared));
    let stopped = visitor.is_none();
    let nobody = Visitor { profile: CustomerProfile::new(), visit: Visit::new(Timestamp::EPOCH) };
    (visitor.unwrap_or(nobody), beside(Cow::Borrowed(document), shared, stopped))
}

fn beside(document: Cow<'_, PolicyDocument>, shared: Shared, stopped: bool) -> Reading<'_> {
    let (problems, journeys) = (shared.problems.into_inner(), shared.journeys.into_inner());
    Reading { document, problems, unread: BTreeSet::new(), misnamed: BTreeSet::new(), journeys, stopped }
}

fn policy(
    at: &At<'_>,
    unread: &mut BTreeSet<String>,
    misnamed: &mut BTreeSet<&'static str>,
) -> Option<PolicyDocument> {
    let mut fields = at.fields("a table with the policy's parts")?;
    let mut known = true;
    fields.required("format", "a policy begins with `format = 1`", |at| {
        match at.node.kind {
            Kind::Int(FORMAT) => {}
            Kind::Int(other) => {
                known = false;
                let problem =
                    at.problem(Code::UnknownFormat, format!("unknown format `{other}`, expected {FORMAT}"));
                at.add(problem.with_help("a later version of this library may read it".to_owned()));
            }
            _ => return at.wrong(&format!("the number {FORMAT}")),
        }
        Some(())
    });
    if !known {
        return None;
    }
    let limits = at.shared.limits;
    let purposes = ("purposes", Limits::PURPOSES);
    let list = ("list", limits.list);
    let mut document = PolicyDocument {
        name: fields.required("name", "as `name = \"my_policy\"`", |at| at.name()).unwrap_or_default(),
        purposes: fields.optional("purposes", |at| at.set(purposes, |at| at.name())).unwrap_or_default(),
        gpc: fields.optional("gpc", |at| at.set(purposes, |at| at.owned())).unwrap_or_default(),
        defaults: fields.optional("defaults", defaults).unwrap_or_default(),
        weights: fields.optional("weights", weights).unwrap_or_default(),
        holdout: fields.optional("holdout", holdout),
        people: fields.optional("people", |at| at.flag()).unwrap_or(true),
        last_resort: fields
            .required("last_resort", "", |at| {
                // One that cannot be read keeps its place: which is the last, counts.
                not_empty(at, at.list(list, |at| Some(at.owned().unwrap_or_default()))?)
            })
            .unwrap_or_default(),
        channels: fields
            .required("channels", "as `channels = [{ name = \"in_person\", staffed = true }]`", |at| {
                not_empty(at, at.list(list, |at| Some(channel(at).unwrap_or_default()))?)
            })
            .unwrap_or_default(),
        ..PolicyDocument::new("")
    };
    fields.optional("attributes", |at| attributes::read(at, &mut document, unread));
    document.segments = fields
        .optional("segments", |at| at.named(("segments", limits.segments), rules::segment))
        .unwrap_or_default();
    document.rules =
        fields.optional("rules", |at| at.named(("rules", limits.rules), rules::rule)).unwrap_or_default();
    document.experiments = fields
        .optional("experiments", |at| {
            at.named(("experiments", crate::limits::Limits::EXPERIMENTS), experiments::experiment)
        })
        .unwrap_or_default();
    document.guarantees = fields
        .optional("guarantees", |at| at.named(("guarantees", limits.guarantees), rules::guarantee))
        .unwrap_or_default();
    fields.advise("last_resort", last_resort(&document));
    document.findings = fields.optional("findings", findings::findings).unwrap_or_default();
    document.tests = fields.optional("tests", |at| test_case::all(at, &[])).unwrap_or_default();
    misnamed.extend(fields.done());
    Some(document)
}

/// What to write for a last resort that is missing.
fn last_resort(document: &PolicyDocument) -> String {
    let works = |channel: &&ChannelEntry| {
        (channel.staffed || !document.people)
            && channel.consent.is_none()
            && channel.conflicts.is_empty()
            && Channel::parse(&channel.name).is_some_and(|channel| NeedSet::against(channel).is_empty())
            && !document.rules.values().any(|rule| rule.never.contains(&channel.name))
    };
    let serve = "the channels that serve where no other is left, as";
    match document.channels.iter().find(works) {
        Some(channel) => format!("{serve} `last_resort = [\"{}\"]`", channel.name),
        None if document.people => format!(
            "{serve} `last_resort = [\"in_person\"]` with `{{ name = \"in_person\", staffed = true }}` among the channels"
        ),
        None => format!("{serve} `last_resort = [\"web\"]` with `{{ name = \"web\" }}` among the channels"),
    }
}

/// Reports an empty list.
pub(super) fn not_empty<T>(at: &At<'_>, list: Vec<T>) -> Option<Vec<T>> {
    if list.is_empty() {
        at.report(Code::MissingField, "an empty list, expected at least one entry");
    }
    Some(list)
}

pub(super) fn layout(at: &At<'_>) -> Option<LayoutComplexity> {
    at.word("layout", LayoutComplexity::NAMES, LayoutComplexity::parse)
}
pub(super) fn assistance(at: &At<'_>) -> Option<AssistanceLevel> {
    at.word("assistance", AssistanceLevel::NAMES, AssistanceLevel::parse)
}
pub(super) fn unit(at: &At<'_>) -> Option<Unit> {
    at.word("unit", Unit::NAMES, Unit::parse)
}
pub(super) fn needs(at: &At<'_>) -> Option<BTreeSet<AccessNeed>> {
    at.set(("list", at.shared.limits.list), |at| at.word("need", AccessNeed::NAMES, AccessNeed::parse))
}
pub(super) fn names(at: &At<'_>) -> Option<BTreeSet<String>> {
    at.set(("list", at.shared.limits.list), |at| at.owned())
}
pub(super) fn points(at: &At<'_>) -> Option<i64> {
    at.int(POINTS)
}

fn defaults(at: &At<'_>) -> Option<Defaults> {
    let mut fields = at.fields("a table, as `{ layout = \"standard\", assistance = \"hints\" }`")?;
    let usual = Defaults::default();
    let read = Defaults {
        layout: fields.optional("layout", layout).unwrap_or(usual.layout),
        assistance: fields.optional("assistance", assistance).unwrap_or(usual.assistance),
    };
    fields.done();
    Some(read)
}

fn weights(at: &At<'_>) -> Option<WeightsEntry> {
    let mut fields = at.fields("a table, as `{ habit = 10, margin = 25 }`")?;
    let usual = WeightsEntry::default();
    let weight = |at: &At<'_>| at.int(0..=*POINTS.end());
    let read = WeightsEntry {
        habit: fields.optional("habit", weight).unwrap_or(usual.habit),
        continuity: fields.optional("continuity", weight).unwrap_or(usual.continuity),
        need: fields.optional("need", weight).unwrap_or(usual.need),
        margin: fields.optional("margin", |at| at.int(0..=49)).unwrap_or(usual.margin),
    };
    fields.done();
    Some(read)
}

fn holdout(at: &At<'_>) -> Option<HoldoutEntry> {
    let mut fields = at.fields("a table, as `{ unit = \"person\", percent = 5 }`")?;
    let unit = fields.required("unit", "whom to draw: `person`, `household` or `device`", unit);
    let percent = fields.required("percent", "how many of a hundred, 0 to 100", |at| at.count(100));
    let salt = fields.optional("salt", |at| at.owned());
    fields.done();
    Some(HoldoutEntry { unit: unit?, percent: percent?, salt })
}

fn channel(at: &At<'_>) -> Option<ChannelEntry> {
    let mut fields = at.fields("a table, as `{ name = \"web\", base = 40 }`")?;
    let list = ("list", at.shared.limits.list);
    let entry = ChannelEntry {
        // A channel without a name stays, so that the places of the others do not move.
        name: fields
            .required("name", "as `name = \"web\"`", |name| {
                // A name of its own that was mended into a built-in one is nobody's.
                let own = at.get("own").is_some_and(|own| own.node.kind == Kind::Bool(true));
                let mended =
                    |found: &String| !matches!(&name.node.kind, Kind::Text(text) if **text == **found);
                name.name()
                    .filter(|found| !(own && mended(found) && Channel::NAMES.contains(&found.as_str())))
            })
            .unwrap_or_default(),
        base: fields.optional("base", points).unwrap_or_default(),
        own: fields.optional("own", |at| at.flag()).unwrap_or_default(),
        staffed: fields.optional("staffed", |at| at.flag()).unwrap_or_default(),
        reach: fields
            .optional("reach", |at| match &at.node.kind {
                Kind::Text(text) if &**text == Reach::Blocked.as_str() => {
                    let problem = at.problem(Code::UnknownValue, "`blocked` cannot be asked for");
                    at.add(
                        problem.with_help(
                            "a channel that somebody has blocked is never offered to them: leave this out"
                                .to_owned(),
                        ),
                    );
                    None
                }
                _ => at.word("reach", &["unknown", "claimed", "verified"], Reach::parse),
            })
            .unwrap_or_default(),
        consent: fields.optional("consent", |at| at.owned()),
        quiet: fields.optional("quiet", |at| at.owned()),
        open: fields
            .optional("open", |at| {
                let open = at.list(list, |at| at.owned())?;
                if open.is_empty() && matches!(&at.node.kind, Kind::List(entries) if entries.is_empty()) {
                    let problem = at.problem(Code::BadTime, "a channel that is never open");
                    at.add(problem.with_help("without `open` it is always open".to_owned()));
                }
                Some(open)
            })
            .unwrap_or_default(),
        contacts_at_most: fields.optional("contacts_at_most", |at| at.count(Limits::CONTACTS.into())),
        layout_at_most: fields.optional("layout_at_most", layout),
        conflicts: fields.optional("conflicts", needs).unwrap_or_default(),
    };
    fields.done();
    Some(entry)
}
