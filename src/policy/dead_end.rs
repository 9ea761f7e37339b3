//! Never a dead end: the last resort always works (D4), and where there are no people, nothing asks for them (Law 3).

use super::channels::entry;
use super::check::Work;
use super::{ChannelId, PolicyChannel};
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
        let Some(id) = work.channel(name, || path(n), Aim::Value) else { continue };
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
    if work.document.people && !channel.staffed {
        let help = "end the list with a channel that has `staffed = true`, or say `people = false` if there is nobody to \
                    reach";
        dead_end(path.clone(), Aim::Value, "is not staffed".to_owned(), help);
    }
    if work.document.channels.iter().any(|entry| entry.name == name && entry.consent.is_some()) {
        dead_end(
            path.clone(),
            Aim::Value,
            "asks for a consent".to_owned(),
            "end the list with a channel that asks for none",
        );
    }
    if !channel.conflicts.is_empty() {
        let needs: Vec<String> = channel.conflicts.iter().map(|need| format!("`{need}`")).collect();
        let help = match works(work, channels).as_slice() {
            [] => "end the list with a channel that is in conflict with no need, as \
                   `{ name = \"in_person\", staffed = true }`; `phone` and `video` always are"
                .to_owned(),
            fit => {
                format!("end the list with a channel that is in conflict with no need: {}", fit.join(" or "))
            }
        };
        dead_end(path, Aim::Value, format!("is in conflict with {}", needs.join(", ")), &help);
    }
    for (rule, _) in work.document.rules.iter().filter(|(_, rule)| rule.never.contains(name)) {
        let path = Path::of(&["rules", rule, "never"]);
        let help = "take it out of `never`, or end `last_resort` with another channel";
        dead_end(path, entry(name), format!("is excluded by rule `{rule}`"), help);
    }
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
