//! What the rules that differ bring in a region, added up by side: equal sums make equal decisions, whatever all others bring.

use super::{Apart, Kind, any_of};
use crate::cells::{Cell, Inside, Split, Truths, UNKNOWN};
use crate::experience::{AssistanceLevel, LayoutComplexity};
use crate::need::NeedSet;
use crate::policy::Effects;
use crate::search::outlook::Outlook;
use crate::search::space::{Member, OfChannel};

/// What one side brings that the other need not; channels by their place among those of both.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Brought {
    /// With the default's.
    pub(super) layout: i64,
    pub(super) layout_at_most: LayoutComplexity,
    /// With the default's.
    pub(super) assistance: i64,
    pub(super) assistance_at_least: AssistanceLevel,
    /// With the bases.
    pub(super) channels: Vec<i64>,
    pub(super) never: u64,
    /// Closed, of those whose hours differ.
    pub(super) closed: u64,
    /// Limited, of those whose limits on contacts differ.
    pub(super) limited: u64,
    /// Not there at all.
    pub(super) gone: u64,
    pub(super) adapt: NeedSet,
}

/// What is known of both sides in a region.
pub(super) enum Settled {
    All([Brought; 2]),
    /// Not all is settled; here it could be parted.
    Part(usize, Split),
    /// Not all is settled, and nothing can be parted.
    Open,
}

/// Whether it is of interest what effects a rule has.
fn matters(kind: Kind, effects: &Effects, capped: bool) -> bool {
    let channels = effects.never != 0 || effects.channels.iter().any(|(_, points)| *points != 0);
    match kind {
        Kind::Layout { .. } => effects.layout != 0 || effects.layout_at_most.is_some() || capped && channels,
        Kind::Assistance { .. } => effects.assistance != 0 || effects.assistance_at_least.is_some(),
        Kind::Channel(_) | Kind::WayOut(_) | Kind::Open { .. } => channels,
        Kind::Adaptation { need, .. } => effects.adapt.contains(need),
    }
}

impl Apart<'_, '_> {
    /// What either side brings where all is settled that is of interest.
    pub(super) fn settle(&self, kind: Kind, insides: &[Inside<'_>; 2]) -> Settled {
        let capped = self
            .joint
            .sides
            .iter()
            .any(|space| space.checked.channels.iter().any(|one| one.layout_at_most.is_some()));
        let mut open = false;
        let mut all = Vec::with_capacity(2);
        for side in 0..2 {
            match self.settle_side(side, kind, capped, insides) {
                Ok(Some(brought)) => all.push(brought),
                Ok(None) => open = true,
                Err(split) => return Settled::Part(side, split),
            }
        }
        match <[Brought; 2]>::try_from(all) {
            Ok(both) if !open => Settled::All(both),
            _ => Settled::Open,
        }
    }

    fn settle_side(
        &self,
        side: usize,
        kind: Kind,
        capped: bool,
        insides: &[Inside<'_>; 2],
    ) -> Result<Option<Brought>, Split> {
        let (space, inside, rules, experiments) = match side {
            0 => (&self.joint.sides[0], insides[0], &self.rules[0], &self.experiments[0]),
            _ => (&self.joint.sides[1], insides[1], &self.rules[1], &self.experiments[1]),
        };
        let checked = space.checked;
        let outlook = Outlook::new(space, inside);
        let mut brought = self.start(side);
        let mut open = false;
        for &number in rules {
            let (Some(rule), Some(tree)) = (checked.rules.get(number), space.rules.get(number)) else {
                continue;
            };
            if !matters(kind, &rule.effects, capped) {
                continue;
            }
            match inside.truths(tree) {
                Truths::TRUE => self.add(side, &mut brought, &rule.effects),
                truths if !truths.meets(Truths::TRUE) => {}
                _ => match inside.split(tree, Truths::TRUE) {
                    Some(split) => return Err(split),
                    None => open = true,
                },
            }
        }
        for &number in experiments {
            let Some(experiment) = checked.experiments.get(number) else { continue };
            if !experiment.arms.iter().any(|arm| matters(kind, &arm.effects, capped)) {
                continue;
            }
            let tree = space.experiments.get(number).and_then(Option::as_ref);
            let applies = tree.map_or(Truths::TRUE, |tree| inside.truths(tree));
            if !applies.meets(Truths::TRUE) {
                continue;
            }
            if let Some(split) =
                tree.filter(|_| applies != Truths::TRUE).and_then(|tree| inside.split(tree, Truths::TRUE))
            {
                return Err(split);
            }
            let Some(&axis) = space.inputs.arms.get(number) else { continue };
            let Some(set) = inside.region.get(axis) else { continue };
            let (first, behind) = set.hull();
            if behind > first + 1 {
                match outlook.by_any(axis) {
                    Some(split) => return Err(split),
                    None => open = true,
                }
            }
            open |= applies != Truths::TRUE;
            // The first cell of what is known is of no arm.
            let arm = first.checked_sub(UNKNOWN + 2).and_then(|arm: Cell| experiment.arms.get(arm as usize));
            if let Some(arm) = arm {
                self.add(side, &mut brought, &arm.effects);
            }
        }
        let channels = matches!(kind, Kind::Channel(_) | Kind::WayOut(_) | Kind::Open { .. })
            || capped && matches!(kind, Kind::Layout { .. });
        if channels {
            self.settle_channels(side, &outlook, &mut brought)?;
        }
        Ok((!open).then_some(brought))
    }

    /// Which of the channels whose hours or limits differ are closed or limited.
    fn settle_channels(
        &self,
        side: usize,
        outlook: &Outlook<'_>,
        brought: &mut Brought,
    ) -> Result<(), Split> {
        let of = |number: usize| -> Option<&OfChannel> {
            let place = (*self.channels.get(number)?.1.get(side)?)?;
            outlook.space.inputs.channels.get(place)
        };
        for &number in &self.hours {
            let Some(channel) = of(number) else { continue };
            let closed = Member { axis: outlook.space.inputs.house, there: channel.closed.clone() };
            if let Some(split) = outlook.by(&closed, true) {
                return Err(split);
            }
            brought.closed |= u64::from(outlook.so(&closed) == Truths::TRUE) << number;
        }
        for &number in &self.limits {
            let Some(channel) = of(number) else { continue };
            let (truths, open) = any_of(outlook, channel.limits.iter());
            if let Some(split) = open.and_then(|member| outlook.by(member, true)) {
                return Err(split);
            }
            brought.limited |= u64::from(truths.meets(Truths::TRUE)) << number;
        }
        Ok(())
    }

    /// What a side brings whoever comes.
    fn start(&self, side: usize) -> Brought {
        let mut brought = Brought {
            layout: 0,
            layout_at_most: LayoutComplexity::Rich,
            assistance: 0,
            assistance_at_least: AssistanceLevel::SelfService,
            channels: vec![0; self.channels.len()],
            never: 0,
            closed: 0,
            limited: 0,
            gone: 0,
            adapt: NeedSet::EMPTY,
        };
        let Some(checked) = self.joint.sides.get(side).map(|space| space.checked) else { return brought };
        brought.layout = checked.layout.points();
        brought.assistance = checked.assistance.points();
        for (number, (_, places)) in self.channels.iter().enumerate() {
            let channel = places.get(side).copied().flatten().and_then(|place| checked.channels.get(place));
            match channel {
                Some(channel) => {
                    if let Some(points) = brought.channels.get_mut(number) {
                        *points += channel.base;
                    }
                }
                None => {
                    brought.gone |= 1 << number;
                    brought.closed |= 1 << number;
                    brought.limited |= 1 << number;
                }
            }
        }
        brought
    }

    fn add(&self, side: usize, brought: &mut Brought, effects: &Effects) {
        brought.layout += effects.layout;
        brought.assistance += effects.assistance;
        if let Some(cap) = effects.layout_at_most {
            brought.layout_at_most = brought.layout_at_most.min(cap);
        }
        if let Some(floor) = effects.assistance_at_least {
            brought.assistance_at_least = brought.assistance_at_least.max(floor);
        }
        brought.adapt = brought.adapt.union(effects.adapt);
        for (number, (_, places)) in self.channels.iter().enumerate() {
            let Some(place) = places.get(side).copied().flatten() else { continue };
            if effects.never >> place & 1 == 1 {
                brought.never |= 1 << number;
            }
            let given = effects.channels.iter().filter(|(id, _)| usize::from(id.0) == place);
            if let Some(points) = brought.channels.get_mut(number) {
                *points += given.map(|(_, points)| points).sum::<i64>();
            }
        }
    }
}
