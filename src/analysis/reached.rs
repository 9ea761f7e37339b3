//! What nobody ever gets: channels, layouts, levels of assistance.

use super::desk::{Desk, So, Told};
use super::{Subject, SubjectKind};
use crate::experience::{AssistanceLevel, LayoutComplexity};
use crate::finding::FindingKind as Kind;
use crate::search::Aim;

pub(super) fn all(desk: &mut Desk<'_, '_>) {
    let checked = desk.checked;
    for (position, channel) in checked.channels.iter().enumerate() {
        let name = channel.channel;
        let about = Subject { what: SubjectKind::Channel, name: name.as_str().into() };
        let help = "look at what rules it out (`never`, `open`, `conflicts`, `consent`) and at its `base` beside the \
                    others'; or take it out";
        let message = format!("channel `{name}` never serves anybody");
        let is_so: So<'_> = &|decision| decision.experience().channel == name;
        one(desk, Kind::ChannelNeverServed, about, (Aim::Channel(1 << position), is_so), message, help);
    }
    for &level in LayoutComplexity::ALL {
        let about = Subject { what: SubjectKind::Layout, name: level.as_str().into() };
        let message = format!("layout `{level}` is never given on the channel that serves");
        let help = "look at the caps (`layout_at_most`) of rules and channels, and at the points: whatever is made for it is \
                    never shown";
        let is_so: So<'_> = &|decision| decision.experience().layout == level;
        one(desk, Kind::LayoutNeverGiven, about, (Aim::layout(level), is_so), message, help);
    }
    for &level in AssistanceLevel::ALL {
        // Without people it ends at `guided`, and the policy has said so.
        if !checked.people && level > AssistanceLevel::Guided {
            desk.tick(1);
            continue;
        }
        let about = Subject { what: SubjectKind::Assistance, name: level.as_str().into() };
        let message = format!("assistance `{level}` is never given to anybody");
        let help =
            "look at the floors (`assistance_at_least`), at the hours of staffed channels, and at the points";
        let is_so: So<'_> = &|decision| decision.experience().assistance == level;
        one(desk, Kind::AssistanceNeverGiven, about, (Aim::assistance(level), is_so), message, help);
    }
}

fn one(
    desk: &mut Desk<'_, '_>,
    kind: Kind,
    about: Subject,
    (aim, is_so): (Aim, So<'_>),
    message: String,
    help: &str,
) {
    desk.tick(1);
    if !desk.tells(kind, &about) || desk.pool_decides(is_so) {
        return;
    }
    let sought = desk.seek(&[], aim, Some(is_so));
    let (about, steps) = (vec![about], sought.steps);
    match sought.found {
        Ok(Some(person)) => desk.meet(&person),
        Ok(None) => desk.tell(Told { kind, about, message, help: help.to_owned(), witness: None, steps }),
        Err(why) => desk.untold(kind, about, why, steps),
    }
}
