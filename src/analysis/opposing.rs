//! Rules that pull one axis both ways for the same visitors. One that adds complexity, takes help away or speaks against a
//! channel, by points or by `never`, is held against all that do the opposite; whom it meets is named with it. Caps and floors
//! oppose nobody: what must be bounds what is preferred, by the order in which both are applied (D5, D6).

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

/// What a rule does on an axis.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pull {
    Points(i64),
    /// It excludes the channel.
    Never,
}

impl Pull {
    /// Whether it takes complexity away, adds help or speaks for the channel.
    fn is_for(self, axis: Axis) -> bool {
        match (self, axis) {
            (Self::Never, _) => false,
            (Self::Points(points), Axis::Layout) => points < 0,
            (Self::Points(points), _) => points > 0,
        }
    }
}

impl std::fmt::Display for Pull {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Points(points) => write!(f, "{points:+}"),
            Self::Never => f.write_str("never"),
        }
    }
}

impl Axis {
    fn pulls(self, effects: &Effects) -> impl Iterator<Item = Pull> {
        let (points, never) = match self {
            Self::Layout => (effects.layout, false),
            Self::Assistance => (effects.assistance, false),
            Self::Channel(id, _) => {
                let own = effects.channels.iter().filter(|(channel, _)| *channel == id);
                let never = effects.never.checked_shr(id.0.into()).unwrap_or(0) & 1 == 1;
                (own.map(|(_, points)| points).sum(), never)
            }
        };
        let points = (points != 0).then_some(Pull::Points(points));
        points.into_iter().chain(never.then_some(Pull::Never))
    }
    const fn kind(self) -> Kind {
        match self {
            Self::Channel(..) => Kind::OpposingOnChannel,
            _ => Kind::Opposing,
        }
    }
    /// What the first does, and the others.
    fn message(self, (first, pull): (&str, Pull), others: &[(&str, Pull)], more: usize) -> String {
        let mut told = others.iter().map(|(name, pull)| format!("`{name}` ({pull})"));
        let nearest = told.next().unwrap_or_default();
        // The visitor who is told meets the nearest; others may be met by others.
        let others: Vec<String> = told.chain((more > 0).then(|| format!("{more} more"))).collect();
        let too = match others.as_slice() {
            [] => String::new(),
            others => {
                let does = if others.len() + more.saturating_sub(1) == 1 { "does" } else { "do" };
                format!(
                    ", and where {} {does}, perhaps for somebody else",
                    crate::explanation::listed(others)
                )
            }
        };
        match self {
            Self::Layout => {
                format!("rule `{first}` adds complexity ({pull}) where {nearest} takes it away{too}")
            }
            Self::Assistance => {
                format!("rule `{first}` takes help away ({pull}) where {nearest} adds to it{too}")
            }
            Self::Channel(_, channel) => {
                let speaks = match pull {
                    Pull::Points(_) => format!("speaks against `{channel}` ({pull})"),
                    Pull::Never => format!("excludes `{channel}`"),
                };
                format!("rule `{first}` {speaks} where {nearest} speaks for it{too}")
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
    pull: Pull,
}

fn on_axis(desk: &mut Desk<'_, '_>, axis: Axis) {
    let (checked, items) = (desk.checked, desk.items);
    let rules = items.iter().enumerate().filter(|(_, item)| item.what == SubjectKind::Rule);
    let sides = rules
        .filter(|(_, item)| desk.tells(axis.kind(), &item.subject()))
        .filter_map(|(place, item)| Some((place, item, &checked.rules.get(item.number)?.effects)))
        .flat_map(|(place, item, effects)| axis.pulls(effects).map(move |pull| Side { place, item, pull }));
    let (with, against): (Vec<_>, Vec<_>) = sides.partition(|side| side.pull.is_for(axis));
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
    let named: Vec<(&str, Pull)> =
        met.iter().take(MOST_NAMED).map(|(side, _)| (side.item.name, side.pull)).collect();
    let message = axis.message((first.item.name, first.pull), &named, met.len().saturating_sub(MOST_NAMED));
    let (kind, name) = (axis.kind(), first.item.name);
    let why = match first.pull {
        Pull::Points(_) => "points add up, so that neither gives what it says",
        Pull::Never => "a channel that is excluded serves nobody, whatever its points",
    };
    let help = format!(
        "{why}: let one hold only where the other does not (`!(…)` holds where that is \
         known to be false, and not where it is unknown); or {}",
        desk.allowing(kind, name)
    );
    let witness = Some(desk.witness(person, &[first.item.holds, nearest.item.holds], None));
    let about = about(&mut met.iter().map(|(side, _)| side));
    desk.tell(Told { kind, about, message, help, witness, steps });
}
