//! Rules that pull one axis both ways for the same visitors. One that adds complexity, takes help away or takes points from a
//! channel is held against all that do the opposite; whom it meets is named with it.

use super::SubjectKind;
use super::desk::{Desk, Told};
use super::subjects::Item;
use crate::channel::Channel;
use crate::finding::FindingKind as Kind;
use crate::guarantee::WhyInconclusive;
use crate::policy::{ChannelId, Effects};
use crate::search::{Aim, Person};

/// How many opposites are named.
const MOST_NAMED: usize = 5;

/// An axis on which points are added up.
#[derive(Clone, Copy)]
enum Axis {
    Layout,
    Assistance,
    Channel(ChannelId, Channel),
}

impl Axis {
    /// The points for it; what takes away is below 0, but for the layout, where it is above.
    fn points(self, effects: &Effects) -> i64 {
        match self {
            Self::Layout => -effects.layout,
            Self::Assistance => effects.assistance,
            Self::Channel(id, _) => {
                effects.channels.iter().filter(|(channel, _)| *channel == id).map(|(_, points)| points).sum()
            }
        }
    }
    const fn kind(self) -> Kind {
        match self {
            Self::Channel(..) => Kind::OpposingOnChannel,
            _ => Kind::Opposing,
        }
    }
    /// What the first does, and the others.
    fn message(self, (first, points): (&str, i64), others: &[(&str, i64)], more: usize) -> String {
        let told: Vec<String> =
            others.iter().map(|(name, points)| format!("`{name}` ({points:+})")).collect();
        let told = match more {
            0 => crate::explanation::listed(&told),
            _ => format!("{} and {more} more", told.join(", ")),
        };
        let s = if others.len() + more == 1 { "s" } else { "" };
        match self {
            Self::Layout => {
                format!("rule `{first}` adds complexity ({points:+}) where {told} take{s} it away")
            }
            Self::Assistance => {
                format!("rule `{first}` takes help away ({points:+}) where {told} add{s} to it")
            }
            Self::Channel(_, channel) => {
                format!("rule `{first}` speaks against `{channel}` ({points:+}) where {told} speak{s} for it")
            }
        }
    }
}

pub(super) fn all(desk: &mut Desk<'_, '_>) {
    let checked = desk.checked;
    let channels =
        checked.channels.iter().zip(0..).map(|(one, id)| Axis::Channel(ChannelId(id), one.channel));
    for axis in [Axis::Layout, Axis::Assistance].into_iter().chain(channels) {
        if desk.looks_for(axis.kind()) {
            on_axis(desk, axis);
        }
    }
    desk.tick(checked.rules.len());
}

/// One of two rules on an axis.
#[derive(Clone, Copy)]
struct Side<'d, 'a> {
    place: usize,
    item: &'d Item<'a>,
    points: i64,
}

fn on_axis(desk: &mut Desk<'_, '_>, axis: Axis) {
    let (checked, items) = (desk.checked, desk.items);
    let rules = items.iter().enumerate().filter(|(_, item)| item.what == SubjectKind::Rule);
    let sides: Vec<Side<'_, '_>> = rules
        .filter_map(|(place, item)| {
            let points = axis.points(&checked.rules.get(item.number)?.effects);
            (points != 0).then_some(Side { place, item, points })
        })
        .filter(|side| desk.tells(axis.kind(), &side.item.subject()))
        .collect();
    let (against, with): (Vec<_>, Vec<_>) = sides.into_iter().partition(|side| side.points < 0);
    for first in against {
        let cost = with.len() * (1 + desk.pool.words()) / 4_096;
        if desk.charge(1 + cost as u64) {
            one(desk, axis, first, &with);
        } else {
            desk.untold(axis.kind(), vec![first.item.subject()], WhyInconclusive::Budget, 0);
        }
    }
}

fn one(desk: &mut Desk<'_, '_>, axis: Axis, first: Side<'_, '_>, with: &[Side<'_, '_>]) {
    let meets =
        |desk: &Desk<'_, '_>, other: &Side<'_, '_>| desk.pool.with_both(first.place, other.place).cloned();
    let mut met: Vec<(Side<'_, '_>, Person)> =
        with.iter().filter_map(|other| Some((*other, meets(desk, other)?))).collect();
    let (mut steps, mut open) = (0, Vec::new());
    // One that is shown is enough to say so; where they are few, all are looked for.
    const FEW: usize = 32;
    if met.is_empty() || with.len() <= FEW {
        let known: Vec<usize> = met.iter().map(|(side, _)| side.place).collect();
        for other in with.iter().filter(|other| !known.contains(&other.place)) {
            let sought = desk.seek(&[first.item.holds, other.item.holds], Aim::Anything, None);
            steps += sought.steps;
            match sought.found {
                Ok(Some(person)) => {
                    desk.meet(&person);
                    met.push((*other, person));
                    if with.len() > FEW {
                        break;
                    }
                }
                Ok(None) => {}
                Err(why) => open.push((*other, why)),
            }
        }
    }
    let about = |others: &mut dyn Iterator<Item = &Side<'_, '_>>| {
        let others: Vec<_> = others.map(|side| side.item.subject()).collect();
        [vec![first.item.subject()], others].concat()
    };
    met.sort_by_key(|(side, _)| side.place);
    let Some((nearest, person)) = met.first() else {
        if let Some((_, why)) = open.first() {
            let why: WhyInconclusive = *why;
            desk.untold(axis.kind(), about(&mut open.iter().map(|(side, _)| side)), why, steps);
        }
        return;
    };
    // As they are written: what counts against is told with its own sign.
    let sign = if matches!(axis, Axis::Layout) { -1 } else { 1 };
    let named: Vec<(&str, i64)> =
        met.iter().take(MOST_NAMED).map(|(side, _)| (side.item.name, sign * side.points)).collect();
    let message =
        axis.message((first.item.name, sign * first.points), &named, met.len().saturating_sub(MOST_NAMED));
    let (kind, name) = (axis.kind(), first.item.name);
    let help = format!(
        "points add up, so that neither gives what it says: let one hold only where the other does not (`!(…)` holds where that is \
         known to be false, and not where it is unknown); or allow it, as `findings.{kind} = {{ except = [\"{name}\"] }}`"
    );
    let witness = Some(desk.witness(person, &[first.item.holds, nearest.item.holds], None));
    let about = about(&mut met.iter().map(|(side, _)| side));
    desk.tell(Told { kind, about, message, help, witness, steps });
}
