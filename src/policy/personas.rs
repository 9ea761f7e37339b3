//! The policy's own tests stay in the document; here their personas are held against the policy, and the names that they
//! expect are looked up. A decision passes over what makes no sense; in a test it is a mistake.

use std::collections::BTreeSet;

use super::channels::entry;
use super::check::Work;
use super::{Policy, conditions};
use crate::attribute::read::{Found, Seen};
use crate::attribute::table::{self, Kind};
use crate::attribute::{AttributeType, Attributes, Origin};
use crate::channel::Channel;
use crate::diagnostic::{DiagnosticCode as Code, did_you_mean};
use crate::document::{Aim, Path, Problem, TestEntry, cut, home_of};
use crate::fact::Fact;
use crate::journey::Journey;
use crate::named::Named;
use crate::need::AccessNeed;
use crate::profile::CustomerProfile;
use crate::time::Timestamp;
use crate::value::{Value, a};
use crate::visit::Visit;

/// What the bad names among them would have to be.
struct Misnamed {
    segments: BTreeSet<String>,
    rules: BTreeSet<String>,
}

/// Checks all tests.
pub(super) fn check(work: &Work<'_>, attributes: &Attributes) {
    let misnamed = Misnamed {
        segments: conditions::misnamed(work.document.segments.keys()),
        rules: conditions::misnamed(work.document.rules.keys()),
    };
    for (n, test) in work.document.tests.iter().enumerate() {
        let path = || Path::of(&["tests"]).index(n);
        persona(work, (&test.profile, &test.visit), attributes, &path);
        expectation(work, test, &misnamed, &|key| path().key("expect").key(key));
    }
}

/// Checks a visitor, who stands below `path`.
pub(super) fn persona(
    work: &Work<'_>,
    (profile, visit): (&CustomerProfile, &Visit),
    attributes: &Attributes,
    path: &dyn Fn() -> Path,
) {
    for (home, facts) in [("profile", &profile.own), ("visit", &visit.own)] {
        for (name, fact) in facts.iter() {
            let path = path().key(home).key("attributes").key(name);
            own(work, attributes, (home, name), fact, path);
        }
    }
    for (purpose, _) in profile.consents.iter() {
        let path = || path().key("profile").key("consents").key(purpose);
        work.purpose(Some(purpose), path);
    }
    channels_of(work, profile, visit, path);
}

/// The channels that facts of a visitor name. They may well come by a built-in one that the policy does not serve; one of
/// nobody's is a slip.
fn channels_of(work: &Work<'_>, profile: &CustomerProfile, visit: &Visit, path: &dyn Fn() -> Path) {
    let name = |channel: Channel, path: Path, aim: Aim| {
        if let Channel::Own(name) = channel {
            work.channel_of_visitor(name.as_str(), path, aim);
        }
    };
    for (&channel, record) in &profile.own_channels {
        for family in record.families() {
            name(channel, path().key("profile").key(family).key(channel.as_str()), Aim::Key);
        }
    }
    let of_visit = match work.journeys.contains(&path().key("journey")) {
        true => path().key("journey"),
        false => path().key("visit").key("journey"),
    };
    // Of the two journeys a visitor may have, the rows read that of the visit.
    let at_home = Visit { journey: None, ..visit.clone() };
    let sides = [(visit, of_visit), (&at_home, path().key("profile").key("journey"))];
    for (n, (visit, journey)) in sides.into_iter().enumerate() {
        let seen = Seen { profile, visit, granted: 0 };
        for row in table::ROWS.iter().filter(|row| row.kind == Kind::Channel) {
            let Found::Channel(&channel) = row.read.found(seen, None, || 0) else { continue };
            match row.name.split_once('.') {
                Some(("journey", key)) => name(channel, journey.clone().key(key), Aim::Value),
                Some((side, key)) if n == 0 => name(channel, path().key(side).key(key), Aim::Value),
                _ => {}
            }
        }
    }
}

fn own(work: &Work<'_>, attributes: &Attributes, (home, name): (&str, &str), fact: &Fact<Value>, path: Path) {
    if work.unread.contains(name) {
        return;
    }
    let declared = attributes.find(name).map(|id| attributes.get(id));
    let mut help = None;
    if let (Some(AttributeType::Enum(names) | AttributeType::Set(names)), Value::Text(text)) =
        (declared.map(|attribute| &attribute.kind), &fact.value)
        && !names.iter().any(|name| **name == **text)
    {
        help = did_you_mean(text, names.iter().map(|name| &**name));
    }
    let problem = match declared.map(|attribute| (&attribute.origin, &attribute.kind)) {
        Some((Origin::Profile, kind)) if home == "profile" => misfit(kind, &fact.value),
        Some((Origin::Visit, kind)) if home == "visit" => misfit(kind, &fact.value),
        Some((Origin::Profile, _)) => {
            Some(format!("`{name}` is an attribute of the profile, not of the visit"))
        }
        Some((Origin::Visit, _)) => {
            Some(format!("`{name}` is an attribute of the visit, not of the profile"))
        }
        Some((Origin::BuiltIn { .. }, _)) | None if work.is_unread("attributes") => return,
        Some((Origin::BuiltIn { .. }, _)) | None => {
            let message = format!("unknown attribute `{}`", cut(name));
            let is_there = |known: &&String| {
                attributes.find(known).is_some_and(|id| match attributes.get(id).origin {
                    Origin::Profile => home == "profile",
                    Origin::Visit => home == "visit",
                    Origin::BuiltIn { .. } => false,
                })
            };
            let own: Vec<&String> = work.document.attributes.keys().filter(is_there).collect();
            let help = home_of(name).or_else(|| work.suggest(name, own.into_iter().map(String::as_str)));
            work.problems
                .add(Problem::new(Code::UnknownAttribute, path, message).aimed(Aim::Key).with_help(help));
            return;
        }
    };
    if let Some(problem) = problem {
        work.problems.add(Problem::new(Code::WrongType, path, problem).with_help(help));
    }
}

impl Policy {
    /// The facts about a visitor that decisions of this policy pass over, since they make no sense or not to it: by their path in
    /// a test, as `profile.attributes.tenure`. What is wrong with each, [`visitor_from_json`](Self::visitor_from_json) says.
    ///
    /// # Cost
    /// A search by name for each of the host's own facts; allocates for what is passed over.
    #[must_use]
    pub fn passed_over(&self, profile: &CustomerProfile, visit: &Visit) -> Vec<String> {
        let checked = &*self.inner;
        let path = |home: &str, name: &str| match name.contains('.') {
            true => name.to_owned(),
            false => format!("{home}.attributes.{name}"),
        };
        let of_profile = profile.unreadable().map(|(name, _)| path("profile", name));
        let mut all: Vec<String> =
            of_profile.chain(visit.unreadable().map(|(name, _)| path("visit", name))).collect();
        let mut own = |home: &str, facts: &Named<Fact<Value>>, is_here: fn(&Origin) -> bool| {
            let odd = facts.iter().filter(|(name, fact)| {
                let declared = checked.attributes.find(name).map(|id| checked.attributes.get(id));
                declared.is_none_or(|one| !is_here(&one.origin) || misfit(&one.kind, &fact.value).is_some())
            });
            all.extend(odd.map(|(name, _)| format!("{home}.attributes.{name}")));
        };
        own("profile", &profile.own, |origin| matches!(origin, Origin::Profile));
        own("visit", &visit.own, |origin| matches!(origin, Origin::Visit));
        let purposes =
            profile.consents.iter().filter(|(name, _)| !checked.purposes.iter().any(|one| **one == **name));
        all.extend(purposes.map(|(name, _)| format!("profile.consents.{name}")));
        let of_nobody = |channel: &Channel| {
            matches!(channel, Channel::Own(_))
                && !checked.channels.iter().any(|known| known.channel == *channel)
        };
        let by_channel = profile.own_channels.iter().filter(|(channel, _)| of_nobody(channel));
        let by_channel = by_channel.flat_map(|(channel, record)| {
            record.families().map(move |family| format!("profile.{family}.{channel}"))
        });
        all.extend(by_channel);
        let preferred = profile.preferred_channel.map(|fact| fact.value);
        let of_journey = |journey: &Option<Journey>| {
            journey.as_ref().map_or([None; 2], |journey| [journey.started_on, journey.channel])
        };
        let ([profile_began, profile_stands], [visit_began, visit_stands]) =
            (of_journey(&profile.journey), of_journey(&visit.journey));
        let named = [
            ("profile.preferred_channel", preferred),
            ("visit.channel", visit.channel),
            ("profile.journey.started_on", profile_began),
            ("profile.journey.channel", profile_stands),
            ("journey.started_on", visit_began),
            ("journey.channel", visit_stands),
        ];
        let named = named.into_iter().filter(|(_, channel)| channel.as_ref().is_some_and(of_nobody));
        all.extend(named.map(|(path, _)| path.to_owned()));
        all
    }
}

/// Why a value is none of the type's, if it is not.
fn misfit(kind: &AttributeType, value: &Value) -> Option<String> {
    match (kind, value) {
        (AttributeType::Bool, Value::Bool(_))
        | (AttributeType::Float, Value::Float(_) | Value::Int(_))
        | (AttributeType::Text, Value::Text(_))
        | (AttributeType::Timestamp, Value::Timestamp(_)) => None,
        (AttributeType::Timestamp, Value::Text(text)) if Timestamp::parse(text).is_some() => None,
        (AttributeType::Int { min, max }, Value::Int(value)) if (min..=max).contains(&value) => None,
        (AttributeType::Int { min, max }, Value::Int(value)) => {
            Some(format!("found {value}, expected {min} to {max}"))
        }
        (AttributeType::Enum(names), Value::Text(text)) if names.iter().any(|name| **name == **text) => None,
        (AttributeType::Enum(_), Value::Text(text)) => {
            Some(format!("found `{}`, expected one of its values", cut(text)))
        }
        (AttributeType::Set(names), Value::Set(members)) => {
            let unknown = members.iter().find(|member| !names.contains(member))?;
            Some(format!("found `{}`, expected only members of the set", cut(unknown)))
        }
        (kind, value) => Some(format!("found {}, expected {}", a(value.type_name()), a(kind.name()))),
    }
}

fn expectation(work: &Work<'_>, test: &TestEntry, misnamed: &Misnamed, path: &dyn Fn(&str) -> Path) {
    let expect = &test.expect;
    for (key, name) in [("channel", &expect.channel), ("way_out", &expect.way_out)] {
        if let Some(name) = name {
            work.channel(name, || path(key), Aim::Value);
        }
    }
    for name in expect.alternatives.iter().flatten() {
        work.channel(name, || path("alternatives"), entry(name));
    }
    let unknown = |code, path: Path, aim, what: &str, name: &str, help: Option<String>| {
        let problem = Problem::new(code, path, format!("unknown {what} `{}`", cut(name)));
        work.problems.add(problem.aimed(aim).with_help(help));
    };
    let document = work.document;
    let segments = expect.segments.iter().flatten().filter(|name| {
        !document.segments.contains_key(*name)
            && !misnamed.segments.contains(*name)
            && !work.is_unread("segments")
    });
    for name in segments {
        let help = work.suggest(name, document.segments.keys().map(String::as_str));
        unknown(Code::UnknownSegment, path("segments"), entry(name), "segment", name, help);
    }
    let rules = expect.rules.iter().flatten().filter(|name| {
        !document.rules.contains_key(*name) && !misnamed.rules.contains(*name) && !work.is_unread("rules")
    });
    for name in rules {
        let help = work.suggest(name, document.rules.keys().map(String::as_str));
        unknown(Code::UnknownRule, path("rules"), entry(name), "rule", name, help);
    }
    let givers = || -> Vec<String> {
        let arms = document.experiments.iter().flat_map(|(name, experiment)| {
            experiment.arms.iter().map(move |arm| format!("{name}/{}", arm.name))
        });
        document.rules.keys().cloned().chain(arms).collect()
    };
    for (axis, written) in expect.reasons.iter().flatten() {
        let Some((_, giver)) = written.split_once(':') else { continue };
        let is_unread = work.is_unread("rules") || work.is_unread("experiments");
        if is_unread || AccessNeed::parse(giver).is_some() || misnamed.rules.contains(giver) {
            continue;
        }
        let known = givers();
        if !known.iter().any(|known| known == giver) {
            let help = work.suggest(giver, known.iter().map(String::as_str));
            let path = path("reasons").key(axis);
            unknown(Code::UnknownValue, path, Aim::Value, "rule, arm or need", giver, help);
        }
    }
    for (name, arm) in expect.arms.iter().flatten() {
        let path = path("arms").key(name);
        let Some(experiment) = document.experiments.get(name) else {
            if work.is_unread("experiments") {
                continue;
            }
            let help = work.suggest(name, document.experiments.keys().map(String::as_str));
            unknown(Code::UnknownValue, path, Aim::Key, "experiment", name, help);
            continue;
        };
        let known: Vec<&str> = experiment.arms.iter().map(|arm| arm.name.as_str()).collect();
        if !known.contains(&arm.as_str()) {
            let help = work.suggest(arm, known.into_iter());
            unknown(Code::UnknownValue, path, Aim::Value, "arm", arm, help);
        }
    }
}
