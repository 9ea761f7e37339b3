//! Why two policies should differ for somebody of a pair of regions, and where to part it so that this is told.

use super::newly::Causes;
use super::{Apart, Kind, NEW, OLD, on};
use crate::cells::{Cell, CellSet, Split, Truths, UNKNOWN};
use crate::channel::Channel;
use crate::experience::{AssistanceLevel, LayoutComplexity};
use crate::policy::{Checked, Effects};
use crate::search::balance::{Balance, Enough, Gift, Points, highest_layout};
use crate::search::channels as choosing;
use crate::search::outlook::Outlook;
use crate::search::space::{Member, Preference, Space};

/// A pair of regions with its conditions.
pub(super) struct At<'a>(pub(super) [Outlook<'a>; 2]);

impl<'a> At<'a> {
    pub(super) const fn outlook(&self, side: usize) -> &Outlook<'a> {
        if side == OLD { &self.0[0] } else { &self.0[1] }
    }
    /// Parts the region so that a gift is given in a certain way.
    fn part(&self, gift: &Gift<'_>, way: usize) -> Option<(usize, Split)> {
        let way = gift.ways.get(way)?;
        let outlook = self.outlook(way.side);
        let split = way.towards.iter().find_map(|towards| towards.split(outlook));
        Some((way.side, split?))
    }
}

/// A reason for a difference.
#[derive(Debug, Clone)]
pub(super) struct Why {
    /// Whether it may be one, and whether it surely is.
    pub(super) may: bool,
    pub(super) sure: bool,
    /// Where to part so that it comes nearer to being told.
    pub(super) split: Option<(usize, Split)>,
}

impl Why {
    pub(super) const NO: Self = Self { may: false, sure: false, split: None };
    pub(super) const YES: Self = Self { may: true, sure: true, split: None };

    pub(super) fn member(at: &At<'_>, side: usize, member: &Member) -> Self {
        let outlook = at.outlook(side);
        let truths = outlook.so(member);
        let split = outlook.by(member, true).map(|split| (side, split));
        Self { may: truths.meets(Truths::TRUE), sure: truths == Truths::TRUE, split }
    }
    pub(super) fn or(self, other: Self) -> Self {
        match (self.may, other.may) {
            (_, false) => self,
            (false, _) => other,
            _ => Self { may: true, sure: self.sure || other.sure, split: self.split.or(other.split) },
        }
    }
    /// Both are needed.
    fn and(self, other: impl FnOnce() -> Self) -> Self {
        if !self.may {
            return self;
        }
        let other = other();
        if !other.may {
            return other;
        }
        Self { may: true, sure: self.sure && other.sure, split: self.split.or(other.split) }
    }
    /// One is enough; `other` is asked only if this tells nothing yet.
    fn or_else(self, other: impl FnOnce() -> Self) -> Self {
        if self.sure || self.split.is_some() && self.may { self } else { self.or(other()) }
    }
    /// Whether a balance may come to enough.
    fn balance(at: &At<'_>, balance: &Balance<'_>, least: Points) -> Self {
        match balance.is_enough(least) {
            Enough::Never => Self::NO,
            Enough::Always => Self::YES,
            Enough::Perhaps(ways) => {
                let mut all = balance.gifts.iter().zip(ways);
                Self { may: true, sure: false, split: all.find_map(|(gift, way)| at.part(gift, way)) }
            }
        }
    }
}

impl Apart<'_, '_> {
    /// Why there should be somebody.
    pub(super) fn why(&self, kind: Kind, at: &At<'_>) -> Why {
        match kind {
            // Whom it serves, or who comes by it.
            Kind::Layout { over: Some([one, other]), .. } if one == other => Why::YES,
            Kind::Layout { in_use, low, over: Some([one, other]), .. } => {
                let [from, to] = if low == OLD { [one, other] } else { [other, one] };
                let nobody = |side: usize| {
                    let axis = self.space(side).inputs.in_use.axis;
                    at.outlook(side).so(&Member { axis, there: CellSet::range(UNKNOWN, UNKNOWN + 1) })
                };
                if in_use && !(nobody(0).meets(Truths::TRUE) && nobody(1).meets(Truths::TRUE)) {
                    return Why::NO;
                }
                self.why_other_channel(at, [from, to], true)
            }
            Kind::Layout { low, most, over: None, .. } if self.alike.levels => {
                let caps =
                    |_: usize, effects: &Effects| effects.layout_at_most.is_some_and(|cap| cap <= most);
                self.brings(at, low, &caps).or_else(|| self.why_layout(at, low, most))
            }
            Kind::Assistance { low, most } if self.alike.levels && self.alike.people => {
                let floors = |_: usize, effects: &Effects| {
                    effects.assistance_at_least.is_some_and(|floor| floor > most)
                };
                let why = self.brings(at, 1 - low, &floors).or_else(|| self.why_assistance(at, low, most));
                if most != AssistanceLevel::Callback {
                    return why;
                }
                why.or_else(|| self.why_there(at, low))
            }
            Kind::Channel([from, to]) => self.why_other_channel(at, [from, to], true),
            Kind::WayOut([from, to]) if self.alike.staff => self.why_other_channel(at, [from, to], false),
            Kind::Open { open } if self.alike.staff && self.alike.choosing => {
                let is_staffed = |places: &[Option<usize>; 2]| {
                    (0..2).any(|side| {
                        let channel =
                            on(*places, side).and_then(|place| self.space(side).checked.channels.get(place));
                        channel.is_some_and(|channel| channel.staffed)
                    })
                };
                let staffed = (0..self.channels.len())
                    .filter(|&place| self.channels.get(place).is_some_and(|(_, places)| is_staffed(places)));
                staffed.fold(Why::NO, |why, place| {
                    // One that is open and ruled out only where it is closed too is a way out on the other side.
                    why.or(self.newly_out(at, place, 1 - open, Causes::WAY_OUT)).or(self.newly_out(
                        at,
                        place,
                        open,
                        Causes::LAST_RESORT,
                    ))
                })
            }
            Kind::Adaptation { has, need } if self.alike.levels => {
                self.brings(at, has, &|_, effects| effects.adapt.contains(need))
            }
            _ => Why::YES,
        }
    }

    /// Why another channel should serve, or be the way out. Where what rules them out is the same for both channels, both or
    /// neither are candidates under both policies; what a preference or the last resort says is then the same, and
    /// only their scores are left.
    fn why_other_channel(&self, at: &At<'_>, [from, to]: [Channel; 2], limited: bool) -> Why {
        let (Some(first), Some(second)) = (self.place(from), self.place(to)) else { return Why::NO };
        if !self.alike.choosing {
            return Why::YES;
        }
        let causes = if limited { Causes::SERVING } else { Causes::WAY_OUT };
        let goes = self.newly_out(at, first, NEW, causes);
        let comes = self.newly_out(at, second, OLD, causes);
        // Whoever prefers a channel that neither goes nor comes is served by it under both.
        let mut preferred = Vec::new();
        preferred.extend(Some(from).filter(|_| limited && !goes.may));
        preferred.extend(Some(to).filter(|_| limited && !comes.may));
        let why = goes.or(comes);
        let ([Some(from_old), Some(from_new)], [Some(to_old), Some(to_new)]) =
            (self.places(from), self.places(to))
        else {
            return self.prefers_none(at, &preferred).and(|| why);
        };
        // A preference is settled first: while it may be, no score tells who loses.
        self.prefers_none(at, &preferred).and(|| {
            why.or_else(|| {
                // Of equal scores the first in the policy is the best.
                let least = [i64::from(to_old < from_old), i64::from(from_new < to_new)];
                let balance = self.scores(at, [[from_old, from_new], [to_old, to_new]]);
                let why = Why::balance(at, &balance, least);
                why.and(|| self.are_candidates(at, [[from_old, to_old], [from_new, to_new]], limited))
            })
        })
    }

    /// Whether somebody may prefer none of some channels.
    fn prefers_none(&self, at: &At<'_>, channels: &[Channel]) -> Why {
        [OLD, NEW].into_iter().fold(Why::YES, |why, side| {
            why.and(|| {
                let outlook = at.outlook(side);
                let preference = &self.space(side).inputs.channel;
                let of = |channel: &Channel| {
                    let place = self.places(*channel).get(side).copied().flatten()?;
                    preference.value.cells.get(place).cloned()
                };
                let there = channels.iter().filter_map(of).fold(CellSet::empty(), |all, one| all.union(&one));
                let those = Member { axis: preference.value.axis, there };
                let there = CellSet::range(UNKNOWN + 2, UNKNOWN + 3);
                let declared = Member { axis: preference.declared, there };
                match outlook.so(&those) {
                    Truths::FALSE => Why::YES,
                    Truths::TRUE if outlook.so(&declared) == Truths::TRUE => Why::NO,
                    _ => {
                        let split = outlook.by(&declared, false).map(|split| (side, split));
                        Why { may: true, sure: false, split }
                    }
                }
            })
        })
    }

    /// Whether channels may both be candidates under both policies.
    fn are_candidates(&self, at: &At<'_>, places: [[usize; 2]; 2], serving: bool) -> Why {
        let mut why = Why::YES;
        for (side, places) in places.iter().enumerate() {
            let outlook = at.outlook(side);
            let mut again = Outlook::new(outlook.space, outlook.inside);
            match choosing::together(&mut again, places, serving) {
                Truths::FALSE => return Why::NO,
                Truths::TRUE => {}
                _ => {
                    let split = again.into_split().map(|split| (side, split));
                    why = why.and(|| Why { may: true, sure: false, split });
                }
            }
        }
        why
    }

    /// Whether a preference may be undeclared, so that points decide.
    fn is_by_points(&self, at: &At<'_>, preference: impl Fn(&Space<'_>) -> Preference) -> bool {
        (0..2).all(|side| {
            let outlook = at.outlook(side);
            let mut again = Outlook::new(outlook.space, outlook.inside);
            again.preferred(&preference(outlook.space), 0).1
        })
    }

    /// Why points should make the layout on the `low` side at most `most`, and more on the other.
    fn why_layout(&self, at: &At<'_>, low: usize, most: LayoutComplexity) -> Why {
        if !self.is_by_points(at, |space| space.inputs.layout.clone()) {
            return Why::NO;
        }
        let mut balance = self.points(at, low, &|checked| checked.layout.points(), &|effects| effects.layout);
        balance.order();
        let priors = at.outlook(OLD).prior(self.space(OLD).inputs.prior_layout);
        let prior = |bit: usize| bit.checked_sub(1).and_then(|level| LayoutComplexity::ALL.get(level));
        let possible = (0..=LayoutComplexity::ALL.len()).filter(|bit| priors >> bit & 1 == 1);
        possible.fold(Why::NO, |why, bit| {
            let highest = |side: usize| {
                highest_layout(most, prior(bit).copied(), self.space(side).checked.weights.margin)
            };
            let least = [-highest(low), highest(1 - low) + 1];
            why.or_else(|| Why::balance(at, &balance, least))
        })
    }

    /// Why points should make the assistance on the `low` side at most `most`, and more on the other.
    fn why_assistance(&self, at: &At<'_>, low: usize, most: AssistanceLevel) -> Why {
        if !self.is_by_points(at, |space| space.inputs.assistance.clone()) {
            return Why::NO;
        }
        let mut balance =
            self.points(at, low, &|checked| checked.assistance.points(), &|effects| effects.assistance);
        balance.order();
        let highest = most.points() + 49;
        Why::balance(at, &balance, [-highest, highest + 1])
    }

    /// Why somebody should be there on the other side than `low`, and nobody on that.
    fn why_there(&self, at: &At<'_>, low: usize) -> Why {
        if !self.alike.clock {
            return Why::YES;
        }
        let [old, new] = &self.alike.there;
        let (here, there) = (on([old, new], low), on([old, new], 1 - low));
        let there = there.intersection(&here.complement(Cell::MAX));
        Why::member(at, OLD, &Member { axis: self.space(OLD).inputs.house, there })
    }

    /// The points on an axis: how few on the `low` side, and how many on the other.
    fn points<'a>(
        &'a self,
        at: &At<'a>,
        low: usize,
        start: &dyn Fn(&Checked) -> i64,
        of: &dyn Fn(&Effects) -> i64,
    ) -> Balance<'a> {
        // The low side comes first, so that what is parted is parted on the side that it says.
        let turned = |side: usize, points: i64| if side == low { -points } else { points };
        let mut balance = Balance::new([0, 1].map(|side| turned(side, start(self.space(side).checked))));
        self.add_effects(at, &mut balance, &|side, effects| turned(side, of(effects)));
        if low != OLD {
            balance.turn();
        }
        balance
    }
}
