//! An explanation as sentences that a support agent can read aloud.

use std::fmt;

use super::{Because, ChannelNote, Explanation};
use crate::channel::Channel;
use crate::decision::ReasonCode;
use crate::experience::{AssistanceLevel, LayoutComplexity};
use crate::selector::{RuledOut, UnknownFact, Why};

impl Channel {
    /// The channel as one speaks of it.
    pub(crate) fn spoken(&self) -> String {
        match self {
            Self::Web => "the web site".into(),
            Self::App => "the app".into(),
            Self::Email => "e-mail".into(),
            Self::Sms => "text messages".into(),
            Self::Push => "notifications".into(),
            Self::Chat => "the chat".into(),
            Self::Messaging => "messaging".into(),
            Self::Social => "social media".into(),
            Self::Phone => "the phone".into(),
            Self::Video => "video calls".into(),
            Self::InPerson => "a meeting in person".into(),
            Self::Post => "letters".into(),
            Self::Own(name) => format!("the {}", name.as_str().replace('_', " ")),
        }
    }
}

impl LayoutComplexity {
    pub(crate) const fn spoken(self) -> &'static str {
        match self {
            Self::Essential => "the essential layout, one thing at a time",
            Self::Simple => "a simple layout",
            Self::Standard => "the standard layout",
            Self::Rich => "the rich layout",
        }
    }
}

impl AssistanceLevel {
    pub(crate) const fn spoken(self) -> &'static str {
        match self {
            Self::SelfService => "no help unless they ask",
            Self::Hints => "hints on the way",
            Self::Guided => "step-by-step guidance",
            Self::Callback => "a person who gets back to them",
            Self::Human => "a person right away",
        }
    }
}

impl RuledOut {
    /// Whether it limits only contacts that we begin: by such a channel the person may still come to us.
    const fn is_of_what_we_begin(self) -> bool {
        matches!(self, Self::Reach | Self::Consent | Self::Quiet | Self::Contacts)
    }
    pub(crate) const fn spoken(self) -> &'static str {
        match self {
            Self::Conflict => "in conflict with a need of this person",
            Self::Never => "a rule excludes it",
            Self::Closed => "closed at this hour",
            Self::Blocked => "blocked for this person",
            Self::Reach => "it is not certain that this person has it",
            Self::Consent => "they have not agreed to it",
            Self::Quiet => "their quiet time",
            Self::Contacts => "we have written or called there often enough",
        }
    }
}

impl fmt::Display for UnknownFact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.attribute;
        match &self.why {
            Why::Missing => write!(f, "`{name}` is not known"),
            Why::Unreadable(problem) => write!(f, "`{name}` makes no sense ({problem})"),
            Why::Source => write!(f, "`{name}` does not come from a source good enough"),
            Why::Age => write!(f, "`{name}` is too old or has no date"),
            Why::Consent => write!(f, "`{name}` may not be used without this person's consent"),
            Why::Failed(failure) => write!(f, "a calculation failed ({failure})"),
            Why::RustRule => write!(f, "`{name}` could not say"),
        }
    }
}

/// `a`, `a and b`, `a, b and c`.
pub(crate) fn listed(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// The need as one speaks of it.
fn spoken_need(name: &str) -> String {
    name.replace('_', " ")
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let experience = self.decision.experience();
        writeln!(
            f,
            "This visitor is served through {}, with {} and {}.",
            experience.channel.spoken(),
            experience.layout.spoken(),
            experience.assistance.spoken(),
        )?;
        let [channel, layout, assistance] = &self.reasons;
        self.write_channel(f, channel)?;
        let in_use = self.decision.layout_in_use();
        write!(f, "Layout: {}", self.why_layout(layout))?;
        if in_use != experience.layout {
            write!(f, " On the page they are on now, it is {}.", in_use.spoken())?;
        }
        writeln!(f)?;
        writeln!(f, "Help: {}", self.why_assistance(assistance))?;
        self.write_adaptations(f)?;
        let is_out = |channel: Channel| {
            let note = self.channels.iter().find(|note| note.channel == channel);
            let by = note.and_then(ChannelNote::ruled_out);
            by.is_some_and(|by| by != RuledOut::Closed && !by.is_of_what_we_begin())
        };
        match self.decision.way_out() {
            Some(way) if is_out(way.channel) => writeln!(
                f,
                "No way to a person is left but the last: {}, {}.",
                way.channel.spoken(),
                if way.open { "where somebody is there now" } else { "though not at this hour" }
            )?,
            Some(way) if way.open => {
                writeln!(f, "A person can be reached through {}, and is there now.", way.channel.spoken())?
            }
            Some(way) => writeln!(
                f,
                "A person can be reached through {}, though not at this hour.",
                way.channel.spoken()
            )?,
            None => writeln!(f, "This service has no people to reach.")?,
        }
        for undecided in &self.undecided {
            let unknown: Vec<String> = undecided.unknown.iter().map(ToString::to_string).collect();
            writeln!(
                f,
                "Rule `{}` was left out, since it could not be decided: {}.",
                undecided.rule,
                listed(&unknown)
            )?;
        }
        for rule in self.rules.iter().filter(|rule| !rule.rust_rules.is_empty()) {
            let asked: Vec<String> = rule.rust_rules.iter().map(|name| format!("`{name}`")).collect();
            writeln!(f, "Rule `{}` goes by {}, written in Rust.", rule.name, listed(&asked))?;
        }
        let bad: Vec<String> = self.unreadable.iter().map(ToString::to_string).collect();
        if !bad.is_empty() {
            writeln!(f, "Left out of account: {}.", listed(&bad))?;
        }
        // What left a rule undecided is told there.
        let is_told =
            |fact: &UnknownFact| self.undecided.iter().any(|undecided| undecided.unknown.contains(fact));
        let hidden: Vec<String> =
            self.hidden.iter().filter(|fact| !is_told(fact)).map(ToString::to_string).collect();
        if !hidden.is_empty() {
            writeln!(f, "On record, and not counted: {}.", listed(&hidden))?;
        }
        for note in &self.arms {
            writeln!(
                f,
                "They take part in the experiment `{}`, in the arm `{}`.",
                note.experiment, note.arm
            )?;
        }
        Ok(())
    }
}

impl Explanation {
    fn write_channel(&self, f: &mut fmt::Formatter<'_>, because: &Because) -> fmt::Result {
        let chosen = self.decision.experience().channel;
        let spoken = chosen.spoken();
        let why = match because.reason.code() {
            ReasonCode::LastResort => {
                format!("{spoken}, because no other channel is left; there, nobody is turned away")
            }
            ReasonCode::Preferred => format!("{spoken}, because this person prefers it"),
            ReasonCode::OnlyOne => format!("{spoken}, because it is the only one possible now"),
            ReasonCode::Rules => format!("{spoken}, {}", self.because_of(because)),
            ReasonCode::Habit => format!("{spoken}, because it has worked well for this person"),
            ReasonCode::Continuity => format!("{spoken}, so that they can go on in the same place"),
            _ => format!("{spoken}, because it has the most points of those that are possible"),
        };
        write!(f, "Channel: {why}.")?;
        let score = |channel: Channel| {
            self.channels.iter().find(|note| note.channel == channel).map(|note| note.score)
        };
        // All that are left, best first; of equal ones the earlier.
        let mut left: Vec<Channel> = self.candidates().filter(|&channel| channel != chosen).collect();
        left.sort_by_key(|&channel| std::cmp::Reverse(score(channel)));
        let next: Vec<String> = left
            .into_iter()
            .map(|channel| match score(chosen).zip(score(channel)) {
                Some((ours, theirs)) if ours > theirs => {
                    format!("{} ({} points behind)", channel.spoken(), ours - theirs)
                }
                Some((ours, theirs)) if ours == theirs => format!("{} (equal in points)", channel.spoken()),
                Some((ours, theirs)) => {
                    format!("{} ({} points ahead, but not preferred)", channel.spoken(), theirs - ours)
                }
                None => channel.spoken(),
            })
            .collect();
        if !next.is_empty() {
            let choices = if next.len() == 1 { "choice" } else { "choices" };
            write!(f, " The next {choices} would be {}.", listed(&next))?;
        }
        // By reason, so that it is said once.
        let mut out: Vec<(bool, String, Vec<String>)> = Vec::new();
        for note in &self.channels {
            // A last resort serves though it may be closed, which the way out says.
            let Some((by, rule)) = note.ruled_out.as_ref().filter(|_| note.channel != chosen) else {
                continue;
            };
            let why = match rule {
                Some(rule) => format!("rule `{rule}`"),
                None => by.spoken().to_owned(),
            };
            match out.iter_mut().find(|(_, said, _)| *said == why) {
                Some((.., channels)) => channels.push(note.channel.spoken()),
                None => out.push((by.is_of_what_we_begin(), why, vec![note.channel.spoken()])),
            }
        }
        for (begun, says) in [(false, "Not possible"), (true, "Not begun by us")] {
            let out = out.iter().filter(|(of_what_we_begin, ..)| *of_what_we_begin == begun);
            let out: Vec<String> =
                out.map(|(_, why, channels)| format!("{} ({why})", listed(channels))).collect();
            if !out.is_empty() {
                write!(f, " {says}: {}.", out.join("; "))?;
            }
        }
        writeln!(f)
    }

    /// ``because "we keep it simple" (rule `begin_simply`)``
    fn because_of(&self, because: &Because) -> String {
        match (&because.because, &because.by) {
            (Some(said), Some(rule)) => format!("because \u{201c}{said}\u{201d} (rule `{rule}`)"),
            (None, Some(by)) if by.contains('/') => format!("by the experiment `{by}`"),
            (None, Some(rule)) => format!("by rule `{rule}`"),
            (_, None) => "by the rules that hold".to_owned(),
        }
    }

    fn by_need(&self, because: &Because) -> String {
        match self.by(because) {
            Some(need) => format!("because this person requires it ({})", spoken_need(need)),
            None => "because this person requires it".to_owned(),
        }
    }

    fn why_layout(&self, because: &Because) -> String {
        let level = self.decision.experience().layout.spoken();
        match because.reason.code() {
            ReasonCode::Need => format!("{level}, {}.", self.by_need(because)),
            ReasonCode::Bound | ReasonCode::Rules => format!("{level}, {}.", self.because_of(because)),
            ReasonCode::Channel => format!("{level}, because this channel carries no more."),
            ReasonCode::Preferred => format!("{level}, because this person prefers it."),
            ReasonCode::Prior => {
                format!("{level}, as the last time, so that the page does not change under their hands.")
            }
            _ => format!("{level}, as is usual here."),
        }
    }

    fn why_assistance(&self, because: &Because) -> String {
        let level = self.decision.experience().assistance.spoken();
        match because.reason.code() {
            ReasonCode::Need => format!("{level}, {}.", self.by_need(because)),
            ReasonCode::Bound | ReasonCode::Rules => format!("{level}, {}.", self.because_of(because)),
            ReasonCode::NobodyThere if self.decision.way_out().is_none() => {
                format!("{level}, because this service has no people to call on.")
            }
            ReasonCode::NobodyThere => format!("{level}, because nobody is there at this hour."),
            ReasonCode::OpenCase => format!("{level}, as the last time, because their case is still open."),
            ReasonCode::Preferred => format!("{level}, because this person prefers it."),
            _ => format!("{level}, as is usual here."),
        }
    }

    fn write_adaptations(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let adaptations = self.decision.adaptations();
        if adaptations.is_empty() {
            return Ok(());
        }
        if !self.reveals {
            return writeln!(
                f,
                "What they are shown is adapted to what this person needs, or to what a rule asks for."
            );
        }
        let names: Vec<String> = adaptations.iter().map(|need| spoken_need(need.as_str())).collect();
        write!(f, "The page is adapted: {}.", listed(&names))?;
        for (rule, adaptations) in &self.adaptations {
            let names: Vec<String> = adaptations.iter().map(|need| spoken_need(need.as_str())).collect();
            write!(f, " Rule `{rule}` asks for {}.", listed(&names))?;
        }
        writeln!(f)
    }
}
