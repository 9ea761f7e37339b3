//! Channels (D2): names, consents, hours.

use super::check::Work;
use super::{ChannelId, PolicyChannel, hours};
use crate::channel::{Channel, ChannelName};
use crate::diagnostic::{DiagnosticCode as Code, did_you_mean};
use crate::document::{Aim, ChannelEntry, Path, Problem, cut};
use crate::limits::Limits;
use crate::need::NeedSet;

/// All channels, in policy order; fills in what others ask for by name.
pub(super) fn check(work: &mut Work<'_>) -> Vec<PolicyChannel> {
    let mut channels = Vec::new();
    for (n, entry) in work.document.channels.iter().enumerate() {
        if let Some(channel) = channel(work, n, entry) {
            let id = ChannelId(channels.len() as u8);
            work.channels.insert(&entry.name, id);
            channels.push(channel);
        }
    }
    channels
}

fn channel(work: &Work<'_>, n: usize, entry: &ChannelEntry) -> Option<PolicyChannel> {
    let path = |key: &str| Path::of(&["channels"]).index(n).key(key);
    let name = entry.name.as_str();
    // The reader has spoken of a bad one.
    let channel = Channel::parse(name);
    let kind = match channel {
        _ if name.is_empty() => None,
        Some(Channel::Own(_)) if !entry.own => {
            let problem =
                Problem::new(Code::UnknownChannel, path("name"), format!("unknown channel `{name}`"));
            let own = "or add `own = true` for a channel of your own";
            let help = match did_you_mean(name, Channel::NAMES).filter(|help| help.starts_with("did")) {
                Some(help) => format!("{help} {own}"),
                None => format!("a built-in one is one of {}; {own}", Channel::NAMES.join(", ")),
            };
            work.problems.add(problem.with_help(help));
            None
        }
        None if name.len() > ChannelName::MAX => {
            let (found, most) = (name.len(), ChannelName::MAX);
            let message = format!(
                "`{}` has {found} characters, expected at most {most} in a channel's name",
                cut(name)
            );
            work.error(Code::BadName, path("name"), message);
            None
        }
        Some(Channel::Own(_)) if work.channels.len() >= Limits::OWN_CHANNELS + Channel::NAMES.len() => None,
        Some(Channel::Own(_)) | None => channel,
        Some(_) if entry.own => {
            let problem =
                Problem::new(Code::BadName, path("name"), format!("`{name}` is a built-in channel"));
            work.problems.add(problem.with_help("leave out `own = true`, or choose another name".to_owned()));
            channel
        }
        Some(_) => channel,
    };
    if work.channels.contains_key(name) {
        work.error(Code::Duplicate, path("name"), format!("channel `{name}` stands here twice"));
        return None;
    }
    let own = |n: &usize| work.document.channels.get(*n).is_some_and(|entry| entry.own);
    if entry.own && (0..=n).filter(own).count() == Limits::OWN_CHANNELS + 1 {
        let (found, most) =
            (work.document.channels.iter().filter(|entry| entry.own).count(), Limits::OWN_CHANNELS);
        work.error(
            Code::Limit,
            path("own"),
            format!("{found} channels of your own, expected at most {most}"),
        );
    }
    let quiet = entry.quiet.as_deref().and_then(|text| match hours::quiet(text) {
        Ok(quiet) => Some(quiet),
        Err((message, help)) => {
            work.problems.add(Problem::new(Code::BadTime, path("quiet"), message).with_help(help));
            None
        }
    });
    let open = hours::open(&entry.open, |at, (message, help)| {
        let path = path("open").index(at);
        work.problems.add(Problem::new(Code::BadTime, path, message).with_help(help));
    });
    let built_in = channel.map_or(NeedSet::EMPTY, NeedSet::against);
    let consent = work.purpose(entry.consent.as_deref(), || path("consent"));
    Some(PolicyChannel {
        channel: kind?,
        base: entry.base,
        reach: entry.reach,
        consent,
        quiet,
        open: (!entry.open.is_empty()).then_some(open),
        contacts_at_most: entry.contacts_at_most,
        layout_at_most: entry.layout_at_most,
        staffed: entry.staffed,
        conflicts: entry.conflicts.iter().copied().collect::<NeedSet>().union(built_in),
    })
}

/// How an entry of a list of names is found.
pub(super) fn entry(name: &str) -> Aim {
    Aim::Entry(name.into())
}
