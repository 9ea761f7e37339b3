//! What came of replaying a record, and how it is told.

use std::collections::BTreeMap;
use std::fmt;

use super::RecordedDecision;
use crate::decision::WayOut;
use crate::explanation::listed;
use crate::policy::Digest;
use crate::value::Text;

/// What came of replaying a record. `Display` tells it; serde gives all of it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Replay {
    /// The digests of the policy that decided then, and of the one that decided now.
    pub digests: [Digest; 2],
    /// What the policy goes by and the record does not tell. Not empty only if the policy is another, or reads otherwise.
    pub untold: Vec<UntoldCell>,
    /// What the record tells and this policy does not ask.
    pub unasked: Vec<Text>,
    /// What is decided now; nothing where the record does not tell enough.
    pub decision: Option<RecordedDecision>,
    /// In what the two decisions differ.
    pub differences: Vec<RecordDifference>,
}

/// Something that the policy goes by and a record does not tell.
#[derive(Clone, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct UntoldCell {
    /// What is measured: `profile.age`.
    pub name: Text,
    /// The cell in the record, if there is one.
    pub recorded: Option<Text>,
    /// Why that does not tell.
    pub why: WhyUntold,
}

/// Why a record does not tell a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum WhyUntold {
    /// The policy that decided then did not ask.
    NotRecorded,
    /// This policy tells apart what lies in one cell of the record.
    Parted,
    /// This policy knows nothing that is called so.
    NoSuch,
}

/// One part of a decision that is not what it was.
#[derive(Clone, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct RecordDifference {
    /// Which part, by its key in the record: `layout`, `reasons.channel`.
    pub what: Text,
    /// What it was.
    pub then: Text,
    /// What it is.
    pub now: Text,
}

impl fmt::Debug for UntoldCell {
    /// Says what is measured, and nothing of the person.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UntoldCell").field("name", &self.name).field("why", &self.why).finish_non_exhaustive()
    }
}

impl fmt::Debug for RecordDifference {
    /// Says what differs, and not how: it may be what a person needs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordDifference").field("what", &self.what).finish_non_exhaustive()
    }
}

impl Replay {
    /// Whether the same was decided, whichever policy decided then.
    #[must_use]
    pub fn is_equal(&self) -> bool {
        self.decision.is_some() && self.differences.is_empty()
    }
    /// Whether the policy that decided then is the one that decides now, as it is written: what its rules in Rust do is not in its
    /// digest, and what they said then is taken from the record.
    #[must_use]
    pub fn is_same_policy(&self) -> bool {
        let [then, now] = self.digests;
        then == now
    }
}

/// In what two decisions differ, in the order of their fields.
pub(super) fn differences(then: &RecordedDecision, now: &RecordedDecision) -> Vec<RecordDifference> {
    let mut all = Vec::new();
    let mut differ = |what: &str, then: String, now: String| {
        if then != now {
            let (then, now) = (then.as_str().into(), now.as_str().into());
            all.push(RecordDifference { what: what.into(), then, now });
        }
    };
    let level = |text: &str| format!("`{text}`");
    let way_out =
        |decision: &RecordedDecision| decision.way_out.map_or_else(|| "nobody".to_owned(), WayOut::spoken);
    differ("channel", level(then.channel.as_str()), level(now.channel.as_str()));
    differ("layout", level(then.layout.as_str()), level(now.layout.as_str()));
    differ("layout_in_use", level(then.layout_in_use.as_str()), level(now.layout_in_use.as_str()));
    differ("assistance", level(then.assistance.as_str()), level(now.assistance.as_str()));
    let names = |names: Vec<String>| if names.is_empty() { "none".to_owned() } else { listed(&names) };
    let needs = |of: &RecordedDecision| names(of.adapt.iter().map(|need| level(need.as_str())).collect());
    differ("adapt", needs(then), needs(now));
    differ("way_out", way_out(then), way_out(now));
    let in_a_row = |of: &RecordedDecision| {
        let all: Vec<String> = of.alternatives.iter().map(|channel| level(channel.as_str())).collect();
        if all.is_empty() { "none".to_owned() } else { all.join(" before ") }
    };
    differ("alternatives", in_a_row(then), in_a_row(now));
    for (part, then, now) in [("reasons", &then.reasons, &now.reasons), ("arms", &then.arms, &now.arms)] {
        let text = |of: &BTreeMap<Box<str>, Box<str>>, key: &str| {
            of.get(key).map_or_else(|| "none".to_owned(), |text| level(text))
        };
        let mut keys: Vec<&str> = then.keys().chain(now.keys()).map(|key| &**key).collect();
        keys.sort_unstable();
        keys.dedup();
        keys.into_iter().for_each(|key| differ(&format!("{part}.{key}"), text(then, key), text(now, key)));
    }
    all
}

impl fmt::Display for UntoldCell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.name;
        match (&self.recorded, self.why) {
            (None, _) => write!(f, "the record says nothing of `{name}`, which this policy asks for"),
            (Some(cell), WhyUntold::NoSuch) => {
                write!(f, "`{name}` is {cell} in the record, which this policy cannot read")
            }
            (Some(cell), _) => {
                write!(f, "`{name}` is {cell} in the record, and this policy tells more apart")
            }
        }
    }
}

impl fmt::Display for Replay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [then, now] = self.digests;
        match (self.is_equal(), self.is_same_policy()) {
            (true, true) => return f.write_str("The decision is the same."),
            (true, false) => {
                return write!(f, "The decision is the same, by another policy ({now} instead of {then}).");
            }
            (false, true) if self.decision.is_none() => {
                f.write_str("Nothing could be decided by the same policy: what the record says is not what it asks.")?;
            }
            (false, true) => f.write_str(
                "The decision is another by the same policy: the record was changed, or another version made it.",
            )?,
            (false, false) if self.decision.is_none() => {
                write!(f, "The policy is another ({now} instead of {then}), and the record does not tell enough for it.")?;
            }
            (false, false) => {
                write!(f, "The decision is another, by another policy ({now} instead of {then}).")?;
            }
        }
        for RecordDifference { what, then, now } in &self.differences {
            write!(f, "\n  {what}: {then} then, {now} now")?;
        }
        self.untold.iter().try_for_each(|untold| write!(f, "\n  {untold}"))
    }
}
