//! Never a dead end: the last resort always works (D4), and where there are no people, nothing asks for them (Law 3).

use super::channels::entry;
use super::check::Work;
use super::{ChannelId, PolicyChannel};
use crate::channel::Channel;
use crate::diagnostic::DiagnosticCode as Code;
use crate::document::{Aim, Path, Problem};
use crate::experience::AssistanceLevel;

/// The last resort, best first.
pub(super) fn check(work: &Work<'_>, channels: &[PolicyChannel]) -> Vec<ChannelId> {
    let mut resolved: Vec<ChannelId> = Vec::new();
    let path = |n: usize| Path::of(&["last_resort"]).index(n);
    let names = &work.document.last_resort;
    for (n, name) in names.iter().enumerate() {
        if !work.is_whole(&path(n)) {
            // The reader has spoken of it.
            continue;
        }
        let staffed = || match n + 1 == names.len() {
            true => better(work, channels),
            false => format!("add `{{ name = \"{name}\", staffed = true }}` to them, or take it out"),
        };
        let Some(id) = work.channel_or(name, || path(n), Aim::Value, staffed) else { continue };
        if resolved.contains(&id) {
            work.error(Code::Duplicate, path(n), format!("`{name}` stands in this list twice"));
            continue;
        }
        resolved.push(id);
        if n + 1 == names.len() {
            last(work, path(n), name, channels);
        }
    }
    if !work.document.people {
        nobody(work);
    }
    resolved
}

/// The last of the last resort serves whoever is left: it must be free of all that rules a channel out.
fn last(work: &Work<'_>, path: Path, name: &str, channels: &[PolicyChannel]) {
    let Some(channel) = work.channels.get(name).and_then(|id| channels.get(usize::from(id.0))) else {
        return;
    };
    let dead_end = |path: Path, aim: Aim, what: String, help: &str| {
        let message = format!("`{name}` {what}, and it is the last of `last_resort`, which must always work");
        work.problems.add(Problem::new(Code::DeadEnd, path, message).aimed(aim).with_help(help.to_owned()));
    };
    let better = better(work, channels);
    let place = work.document.channels.iter().position(|entry| entry.name == name).unwrap_or_default();
    let is_told = work.problems.has_at(&Path::of(&["channels"]).index(place).key("staffed"));
    if !is_told && work.document.people && !channel.staffed {
        // Where somebody is there, or asked for, the policy cannot say that nobody is.
        let nobody =
            channels.iter().all(|channel| !channel.staffed) && channel.conflicts.is_empty() && !asks(work);
        let or = if nobody { ", or say `people = false` if there is nobody to reach" } else { "" };
        // Where people may well be.
        let is_house = matches!(channel.channel, Channel::InPerson | Channel::Own(_));
        let there = if is_house { "say `staffed = true` of it if somebody is there, or " } else { "" };
        dead_end(path.clone(), Aim::Value, "is not staffed".to_owned(), &format!("{there}{better}{or}"));
    }
    if work.document.channels.iter().any(|entry| entry.name == name && entry.consent.is_some()) {
        dead_end(path.clone(), Aim::Value, "asks for a consent".to_owned(), &better);
    }
    if !channel.conflicts.is_empty() {
        let needs: Vec<String> = channel.conflicts.iter().map(|need| format!("`{need}`")).collect();
        dead_end(path, Aim::Value, format!("is in conflict with {}", needs.join(" and ")), &better);
    }
    for (rule, _) in work.document.rules.iter().filter(|(_, rule)| rule.never.contains(name)) {
        let path = Path::of(&["rules", rule, "never"]);
        let help = format!("take it out of `never`, or {better}");
        dead_end(path, entry(name), format!("is excluded by rule `{rule}`"), &help);
    }
}

/// What to do about a last one that does not always work: one of the policy's channels in its place, or a new one.
fn better(work: &Work<'_>, channels: &[PolicyChannel]) -> String {
    match works(work, channels).as_slice() {
        [] => format!("add `{}` to the channels and let it be the last of `last_resort`", fresh(work)),
        fit => format!("let the last of `last_resort` be {}", fit.join(" or ")),
    }
}

/// A channel that always works, as it would be written, of a name that the policy does not have.
fn fresh(work: &Work<'_>) -> String {
    let is_free = |name: &&str| {
        !work.channels.contains_key(name)
            && !work.document.rules.values().any(|rule| rule.never.contains(*name))
    };
    let (built_in, staffed): (&[&str], _) = match work.document.people {
        true => (&["in_person"], ", staffed = true"),
        false => (&["web", "post", "email"], ""),
    };
    match built_in.iter().copied().find(is_free) {
        Some(name) => format!("{{ name = \"{name}\"{staffed} }}"),
        None => {
            let own = ["desk", "counter", "reception"].into_iter().find(is_free).unwrap_or("last_desk");
            format!("{{ name = \"{own}\", own = true{staffed} }}")
        }
    }
}

/// Whether the policy asks for a person somewhere.
fn asks(work: &Work<'_>) -> bool {
    let document = work.document;
    let floors = document.rules.values().map(|rule| rule.assistance_at_least);
    let promised = document.guarantees.values().map(|guarantee| guarantee.assistance_at_least);
    let all = floors.chain(promised).chain([Some(document.defaults.assistance)]);
    all.flatten().any(|level| level > AssistanceLevel::Guided)
}

/// The channels of the policy that could stand last.
fn works(work: &Work<'_>, channels: &[PolicyChannel]) -> Vec<String> {
    let fits = |channel: &&PolicyChannel| {
        let name = channel.channel.as_str();
        (channel.staffed || !work.document.people)
            && channel.conflicts.is_empty()
            && !work.document.channels.iter().any(|entry| entry.name == name && entry.consent.is_some())
            && !work.document.rules.values().any(|rule| rule.never.contains(name))
    };
    channels.iter().filter(fits).map(|channel| format!("`{}`", channel.channel.as_str())).collect()
}

/// `people = false`: no channel is staffed, and nothing asks for a person.
fn nobody(work: &Work<'_>) {
    let dead_end = |path: Path, message: String, help: &str| {
        work.problems.add(Problem::new(Code::DeadEnd, path, message).with_help(help.to_owned()));
    };
    for (n, channel) in work.document.channels.iter().enumerate().filter(|(_, channel)| channel.staffed) {
        let path = Path::of(&["channels"]).index(n).key("staffed");
        let message = format!("`{}` is staffed, but the policy says `people = false`", channel.name);
        dead_end(path, message, "take out one of the two");
    }
    let asks = |level: Option<AssistanceLevel>| level.filter(|&level| level > AssistanceLevel::Guided);
    let help = "without people assistance ends at `guided`";
    let ask = |path: Path, level: Option<AssistanceLevel>| {
        if let Some(level) = asks(level) {
            dead_end(
                path,
                format!("`{level}` asks for a person, but the policy says `people = false`"),
                help,
            );
        }
    };
    ask(Path::of(&["defaults", "assistance"]), Some(work.document.defaults.assistance));
    for (name, rule) in &work.document.rules {
        ask(Path::of(&["rules", name, "assistance_at_least"]), rule.assistance_at_least);
    }
    for (name, guarantee) in &work.document.guarantees {
        ask(Path::of(&["guarantees", name, "assistance_at_least"]), guarantee.assistance_at_least);
    }
}
