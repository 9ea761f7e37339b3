//! The policy's own tests: a persona, a visit, and what is expected of the decision. Kept, and run by whoever runs them.

use std::collections::{BTreeMap, BTreeSet};

use super::at::At;
use super::fields::Fields;
use super::node::Kind;
use super::read::{assistance, layout, names, needs};
use super::source::Problem;
use super::{cut, from_node};
use crate::decision::ReasonCode;
use crate::diagnostic::{DiagnosticCode as Code, did_you_mean};
use crate::experience::{AssistanceLevel, LayoutComplexity};
use crate::journey::LooseJourney;
use crate::need::AccessNeed;
use crate::profile::CustomerProfile;
use crate::time::{Moment, Timestamp};
use crate::visit::{UndatedVisit, Visit};
use crate::wire::{LooseTable, read_by_fields};

/// A test: a visitor and what is expected for them.
#[derive(Debug, Clone, PartialEq)]
pub struct TestEntry {
    /// What it tells, in plain language.
    pub name: String,
    /// What is known of the person.
    pub profile: CustomerProfile,
    /// The request. Where the document has a `journey` beside it, that is in here.
    pub visit: Visit,
    /// What is expected; what is not named may be anything.
    pub expect: Expectation,
}

/// Somebody at a visit, written as in a test.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Visitor {
    /// What is known of the person.
    pub profile: CustomerProfile,
    /// The request, with the journey in it.
    pub visit: Visit,
}

impl Visitor {
    /// Somebody of whom this is known, at this visit.
    #[must_use]
    pub const fn new(profile: CustomerProfile, visit: Visit) -> Self {
        Self { profile, visit }
    }
}

/// As in a test, but for facts that make no sense: they are kept as unreadable, as a profile's and a visit's own are. What a
/// policy makes of the rest, [`Policy::passed_over`](crate::Policy::passed_over) says.
impl<'de> serde::Deserialize<'de> for Visitor {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Written {
            visit: Visit,
            profile: CustomerProfile,
            journey: Option<LooseTable<LooseJourney>>,
        }
        read_by_fields!(Written, "a visitor", must { visit }, may { profile, journey });
        let Written { mut visit, profile, journey } = Written::deserialize(from)?;
        put_beside(&mut visit, journey)?;
        Ok(Self { profile, visit })
    }
}

/// A [`Visitor`] as data whose visit need not be there, or not say when it is: for services that know that it is now.
///
/// # Example
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use maitre::{CustomerProfile, Moment, UndatedVisitor, Visit, Visitor};
///
/// let now = Moment::parse("2026-11-23T10:00:00-03:00").ok_or("no time")?;
/// let visitor: UndatedVisitor = serde_json::from_str(r#"{ "visit": { "errors": 3 } }"#)?;
/// assert_eq!(visitor.at(now), Visitor::new(CustomerProfile::new(), Visit::new(now).with_errors(3)));
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct UndatedVisitor {
    profile: CustomerProfile,
    visit: UndatedVisit,
}

impl UndatedVisitor {
    /// The visitor, at `now` if the visit does not say when it is.
    #[must_use]
    pub fn at(self, now: Moment) -> Visitor {
        Visitor { profile: self.profile, visit: self.visit.at(now) }
    }
}

impl<'de> serde::Deserialize<'de> for UndatedVisitor {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Written {
            visit: UndatedVisit,
            profile: CustomerProfile,
            journey: Option<LooseTable<LooseJourney>>,
        }
        read_by_fields!(Written, "a visitor", must {}, may { visit, profile, journey });
        let Written { mut visit, profile, journey } = Written::deserialize(from)?;
        put_beside(&mut visit.visit, journey)?;
        Ok(Self { profile, visit })
    }
}

/// Puts a journey that stands beside its visit where it belongs.
fn put_beside<E: serde::de::Error>(
    visit: &mut Visit,
    journey: Option<LooseTable<LooseJourney>>,
) -> Result<(), E> {
    let Some(journey) = journey else { return Ok(()) };
    if visit.journey.is_some() {
        return Err(E::custom(TWO_JOURNEYS));
    }
    visit.put_journey(journey);
    Ok(())
}

const TWO_JOURNEYS: &str = "`journey` stands here and in `visit`";

/// What a name of a test is.
const TELLS: &str = "what it tells, in plain words";

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
    /// Whether somebody is there now, on the way out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open: Option<bool>,
    /// Why, for `channel`, `layout` and `assistance`: a code, as `rules`, or with who gave it, as `rules:rescue`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reasons: Option<BTreeMap<String, String>>,
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

/// Tests, each with a name that neither another of them nor one of those `before` has: by its name a test is asked for.
pub(super) fn all(at: &At<'_>, before: &[TestEntry]) -> Option<Vec<TestEntry>> {
    let mut seen: BTreeSet<String> = before.iter().map(|test| test.name.clone()).collect();
    at.list(("tests", at.shared.limits.tests), |at| {
        let test = read(at)?;
        if !test.name.is_empty() && !seen.insert(test.name.clone()) {
            let message = format!("another test has the name `{}`", cut(&test.name));
            let problem = Problem::new(Code::Duplicate, at.path().key("name"), message);
            at.add(
                problem.with_help(
                    "give each test a name of its own: by its name a test is asked for".to_owned(),
                ),
            );
        }
        Some(test)
    })
}

fn read(at: &At<'_>) -> Option<TestEntry> {
    let mut fields = at.fields("a table")?;
    let name = fields.required("name", TELLS, |at| at.words(TELLS));
    let Visitor { profile, visit } = visitor(at, &mut fields);
    let expect = fields.required("expect", "as `expect = { layout = \"simple\" }`", expectation);
    fields.done();
    // A test that was reported stays, so that the rest of it and the places of the others can be checked.
    Some(TestEntry { name: name.unwrap_or_default(), profile, visit, expect: expect.unwrap_or_default() })
}

/// Somebody at a visit, who is written alone as they are in a test.
pub(super) fn alone(at: &At<'_>) -> Option<Visitor> {
    let mut fields = at.fields("a table, as `visit = { at = 2026-11-23T10:00:00-03:00 }`")?;
    let read = visitor(at, &mut fields);
    fields.done();
    Some(read)
}

/// What a test says of a visitor. What was reported is as if not said.
fn visitor(at: &At<'_>, fields: &mut Fields<'_>) -> Visitor {
    let profile = fields.optional("profile", profile);
    let at_least = "at least its time, as `visit = { at = 2026-11-23T10:00:00-03:00 }`";
    let visit = fields.required("visit", at_least, visit);
    let journey = fields.optional("journey", |here| {
        if at.get("visit").is_some_and(|visit| visit.get("journey").is_some_and(|inner| inner.is_table())) {
            here.report(Code::Duplicate, TWO_JOURNEYS);
        }
        let read: LooseJourney = table(here)?;
        unreadable(
            here,
            read.unreadable.iter().map(|(attribute, problem)| {
                (attribute.strip_prefix("journey.").unwrap_or(attribute), problem.as_str())
            }),
            |name| vec![name],
        );
        Some(read.journey)
    });
    let mut visit = visit.unwrap_or_else(|| Visit::new(Timestamp::EPOCH));
    if journey.is_some() {
        at.shared.journeys.borrow_mut().insert(at.path().key("journey"));
    }
    visit.journey = journey.or(visit.journey);
    Visitor { profile: profile.unwrap_or_default(), visit }
}

fn table<T: serde::de::DeserializeOwned>(at: &At<'_>) -> Option<T> {
    if at.is_table() { from_node::read(at) } else { at.wrong("a table") }
}

fn profile(at: &At<'_>) -> Option<CustomerProfile> {
    let profile: CustomerProfile = table(at)?;
    unreadable(at, profile.unreadable(), keys);
    Some(profile)
}

fn visit(at: &At<'_>) -> Option<Visit> {
    let visit: UndatedVisit = table(at)?;
    if at.get("at").is_none_or(|at| at.node.kind == Kind::Null) {
        let problem = at.problem(Code::MissingField, "`at` is missing");
        at.add(problem.with_help("as `at = 2026-11-23T10:00:00-03:00`".to_owned()));
    }
    unreadable(at, visit.visit.unreadable(), keys);
    Some(visit.at(Timestamp::EPOCH.into()))
}

/// A decision passes over a fact that makes no sense; in a test it is a mistake.
fn unreadable<'f>(
    at: &At<'_>,
    facts: impl Iterator<Item = (&'f str, &'f str)>,
    keys: impl Fn(&'f str) -> Vec<&'f str>,
) {
    for (attribute, problem) in facts {
        if at.shared.problems.is_full() {
            return;
        }
        let path = keys(attribute).into_iter().fold(at.path(), |path, key| path.key(key));
        // It may only lack what was left out of it.
        if at.shared.problems.has_within(&path) {
            continue;
        }
        let help = from_node::advice(&path, problem).or_else(|| meant(problem));
        at.add(Problem::new(Code::WrongType, path, problem).with_help(help));
    }
}

/// The one of an enumeration's names that was probably meant.
fn meant(problem: &str) -> Option<String> {
    let (found, names) = problem.split_once("` is none of ")?;
    let found = found.rsplit('`').next().unwrap_or_default();
    did_you_mean(found, names.split(", ")).filter(|help| help.starts_with("did"))
}

/// Where a fact stands: `profile.age` under `profile`, an attribute of one's own under its `attributes`.
fn keys(attribute: &str) -> Vec<&str> {
    match attribute.split_once('.') {
        // A purpose may have a point of its own.
        Some(("profile" | "visit", rest)) => rest.splitn(2, '.').collect(),
        Some(("journey", rest)) => std::iter::once("journey").chain(rest.split('.')).collect(),
        _ => vec!["attributes", attribute],
    }
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
        open: fields.optional("open", |at| at.flag()),
        reasons: fields.optional("reasons", reasons),
        alternatives: fields.optional("alternatives", |at| at.list(("alternatives", 3), |at| at.owned())),
        segments: fields.optional("segments", names),
        rules: fields.optional("rules", names),
        arms: fields.optional("arms", |at| at.named(list, |_, at| at.owned())),
    };
    fields.done();
    if read == Expectation::default() && matches!(&at.node.kind, Kind::Table(entries) if entries.is_empty()) {
        let problem = at.problem(Code::NoEffect, "a test that expects nothing");
        at.add(problem.warning());
    }
    Some(read)
}

/// `{ layout = "bound:small" }`: whether the code is one is seen at once, who gives it when the policy is checked.
fn reasons(at: &At<'_>) -> Option<BTreeMap<String, String>> {
    let mut fields = at.fields("a table, as `{ layout = \"bound\" }`")?;
    let mut read = BTreeMap::new();
    for (axis, codes) in ReasonCode::BY_AXIS {
        let code = |at: &At<'_>| {
            let written: String = at.owned()?;
            let code = written.split_once(':').map_or(written.as_str(), |(code, _)| code);
            if codes.iter().any(|known| known.as_str() == code) {
                return Some(written);
            }
            let help = did_you_mean(code, codes.iter().map(|code| code.as_str()));
            let message = format!("`{}` is not a reason for the {axis}", cut(code));
            at.add(at.problem(Code::UnknownValue, message).with_help(help));
            None
        };
        if let Some(written) = fields.optional(axis, code) {
            read.insert(axis.to_owned(), written);
        }
    }
    fields.done();
    Some(read)
}
