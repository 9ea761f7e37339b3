//! What of two policies may make a difference. A rule that both have holds for the same visitors under both, and what it brings
//! tips no balance between them; so that it is asked of a difference why it should be: some bound, or something that rules a
//! channel out, has no like on the other side, or what differs tips a balance of points. Where there is no reason, nobody is
//! there; where there may be one, it says where to part, so that it is settled before anything else.

mod alike;
mod balance;
mod gifts;
mod newly;

use super::twins::Twin;
use super::{Both, Joint, LookAtBoth};
use crate::cells::{Cell, CellSet, Inside, Split, Tree, Truths, UNKNOWN};
use crate::channel::Channel;
use crate::condition::SegmentId;
use crate::experience::{AssistanceLevel, LayoutComplexity};
use crate::need::AccessNeed;
use crate::policy::{Checked, Effects, Rule};
use crate::search::outlook::{LookInTurn, Outlook, Turn};
use crate::search::space::{Member, Preference, Space};
use crate::search::{Aim, channels as choosing};
use crate::selector::range_of;
use alike::{Alike, Pair};
use balance::{Balance, Enough, Gift, Points, Towards};
use newly::Causes;

const OLD: usize = 0;

/// One kind of difference; a side is 0 for the old policy, 1 for the new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The `low` side lays out at most `most`, the other more: by points and rules, or since there one channel keeps it low,
    /// and on the other side another does not, or the same.
    Layout { in_use: bool, low: usize, most: LayoutComplexity, over: Option<[Channel; 2]> },
    /// The `low` side assists at most so much, the other more.
    Assistance { low: usize, most: AssistanceLevel },
    /// The old policy serves through the first channel, the new one through the second.
    Channel([Channel; 2]),
    /// The old policy names the first way out, the new one the second.
    WayOut([Channel; 2]),
    /// The way out is open on the `open` side only.
    Open { open: usize },
    /// Only one side asks for an adaptation.
    Adaptation { has: usize, need: AccessNeed },
}

/// What may act differently.
pub(crate) struct Apart<'j, 'p> {
    joint: &'j Joint<'p>,
    rules: Vec<Pair>,
    experiments: Vec<Pair>,
    /// The channels of both policies, and where each stands in either.
    channels: Vec<(Channel, [Option<usize>; 2])>,
    alike: Alike,
    needed: [Vec<SegmentId>; 2],
    required: Tree,
}

/// A pair of regions with its conditions.
struct At<'a>([Outlook<'a>; 2]);

impl<'a> At<'a> {
    const fn outlook(&self, side: usize) -> &Outlook<'a> {
        if side == OLD { &self.0[0] } else { &self.0[1] }
    }
    /// Parts the region so that a gift is given in a certain way.
    fn part(&self, gift: &Gift<'_>, way: usize) -> Option<(usize, Split)> {
        let outlook = self.outlook(gift.side);
        let split = gift.ways.get(way)?.towards.iter().find_map(|towards| match towards {
            Towards::Condition(tree, wanted) => outlook.inside.split(tree, *wanted),
            Towards::Member(member, wanted) => outlook.by(member, *wanted),
        });
        Some((gift.side, split?))
    }
}

/// A reason for a difference.
#[derive(Debug, Clone)]
struct Why {
    /// Whether it may be one, and whether it surely is.
    may: bool,
    sure: bool,
    /// Where to part so that it comes nearer to being told.
    split: Option<(usize, Split)>,
}

impl Why {
    const NO: Self = Self { may: false, sure: false, split: None };
    const YES: Self = Self { may: true, sure: true, split: None };

    fn member(at: &At<'_>, side: usize, member: &Member) -> Self {
        let outlook = at.outlook(side);
        let truths = outlook.so(member);
        let split = outlook.by(member, true).map(|split| (side, split));
        Self { may: truths.meets(Truths::TRUE), sure: truths == Truths::TRUE, split }
    }
    fn or(self, other: Self) -> Self {
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

impl<'j, 'p> Apart<'j, 'p> {
    pub(crate) fn of(joint: &'j Joint<'p>) -> Self {
        let [old, new] = &joint.sides;
        let channels = channels(old.checked, new.checked);
        let (rules, experiments) = alike::pairs(joint);
        let needed = [old, new]
            .map(|space| space.needed(space.rules.iter().chain(space.experiments.iter().flatten())));
        let required = old.inputs.required.iter().map(|member| Tree::Leaf {
            axis: member.axis,
            holds: member.there.clone(),
            never_unknown: true,
        });
        Self {
            alike: Alike::of(joint, &channels),
            required: Tree::Or(required.collect()),
            joint,
            rules,
            experiments,
            channels,
            needed,
        }
    }

    /// The channels of both policies, the old one's first.
    pub(crate) fn channels(&self) -> impl Iterator<Item = Channel> {
        self.channels.iter().map(|(channel, _)| *channel)
    }

    /// The kinds of which one policy lays out more than `most` and the `low` side does not.
    pub(crate) fn layouts(&self, in_use: bool, low: usize, most: LayoutComplexity) -> Vec<Kind> {
        let cap = |side: usize, place: usize| {
            self.space(side).checked.channels.get(place).and_then(|channel| channel.layout_at_most)
        };
        let keeps = |side: usize, places: &[Option<usize>; 2]| {
            places[side].is_some_and(|place| cap(side, place).is_some_and(|cap| cap <= most))
        };
        let of = |over| Kind::Layout { in_use, low, most, over };
        let mut all = vec![of(None)];
        for (one, places) in self.channels.iter().filter(|(_, places)| keeps(low, places)) {
            let others = self.channels.iter().filter(|(_, places)| !keeps(1 - low, places));
            // What is not there serves nobody, but somebody may be there.
            let others = others.filter(|(other, places)| places[1 - low].is_some() || in_use && other == one);
            all.extend(others.map(|(other, _)| of(Some([*one, *other]))).filter(|_| places[low].is_some()));
        }
        all
    }

    fn space(&self, side: usize) -> &'j Space<'p> {
        if side == OLD { &self.joint.sides[0] } else { &self.joint.sides[1] }
    }
    /// The rule of a pair on a side.
    fn rule(&self, side: usize, pair: Pair) -> Option<&'j Rule> {
        self.space(side).checked.rules.get((*pair.get(side)?)?)
    }
    /// The condition of a pair of rules, and the side whose it is.
    fn tree(&self, [old, new]: Pair) -> (usize, Option<&'j Tree>) {
        match (old, new) {
            (Some(number), _) => (OLD, self.space(OLD).rules.get(number)),
            (_, number) => (1 - OLD, number.and_then(|number| self.space(1 - OLD).rules.get(number))),
        }
    }
    fn place(&self, channel: Channel) -> Option<usize> {
        self.channels.iter().position(|(one, _)| *one == channel)
    }
    /// Where a channel stands in either policy.
    fn places(&self, channel: Channel) -> [Option<usize>; 2] {
        self.place(channel)
            .and_then(|place| self.channels.get(place))
            .map_or([None; 2], |(_, places)| *places)
    }

    /// The aims of both sides that make a difference of that kind.
    fn aims(&self, kind: Kind) -> [Vec<Aim>; 2] {
        let bit = |side: usize, channel: Channel| {
            self.places(channel).get(side).copied().flatten().map_or(0_u32, |place| 1 << place)
        };
        let either = |channels: u32| u64::from(channels) | u64::from(channels) << 32;
        match kind {
            Kind::Layout { in_use, low, most, over } => [0, 1].map(|side| {
                let below = (2_u8 << most as u8) - 1;
                let levels = if side == low { below } else { 0b1111 & !below };
                let layout = Aim::Layout { levels, in_use };
                match over {
                    Some([one, other]) if !in_use || one != other => {
                        vec![Aim::Channel(bit(side, if side == low { one } else { other })), layout]
                    }
                    _ => vec![layout],
                }
            }),
            Kind::Assistance { low, most } => [0, 1].map(|side| {
                let below = (2_u8 << most as u8) - 1;
                vec![Aim::Assistance(if side == low { below } else { 0b1_1111 & !below })]
            }),
            Kind::Channel([from, to]) => [vec![Aim::Channel(bit(0, from))], vec![Aim::Channel(bit(1, to))]],
            Kind::WayOut([from, to]) => {
                [vec![Aim::WayOut(either(bit(0, from)))], vec![Aim::WayOut(either(bit(1, to)))]]
            }
            Kind::Open { open } => [0, 1].map(|side| {
                let all = u64::from((1_u32 << self.space(side).checked.channels.len()) - 1);
                vec![Aim::WayOut(if side == open { all << 32 } else { all | Aim::NO_WAY_OUT })]
            }),
            Kind::Adaptation { has, need } => {
                [0, 1].map(|side| vec![Aim::Adaptation(need, if side == has { 2 } else { 1 })])
            }
        }
    }

    /// How a pair of regions stands to a kind of difference, of all visitors or of those with a `required` need.
    pub(crate) fn look(&self, kind: Kind, required: bool, both: &Both) -> LookAtBoth {
        let aims = self.aims(kind);
        if aims.iter().flatten().any(|aim| aim.is_nothing()) {
            return LookAtBoth::Nobody;
        }
        let [old, new] = &self.joint.sides;
        let truths = [old.truths(&both[0], &self.needed[0]), new.truths(&both[1], &self.needed[1])];
        let insides = [
            Inside { region: &both[0], segments: &truths[0], trees: &old.segments },
            Inside { region: &both[1], segments: &truths[1], trees: &new.segments },
        ];
        let required = required.then(|| insides[0].truths(&self.required));
        if required.is_some_and(|truths| !truths.meets(Truths::TRUE)) {
            return LookAtBoth::Nobody;
        }
        let outlook = |side: usize| {
            if side == OLD { Outlook::new(old, insides[0]) } else { Outlook::new(new, insides[1]) }
        };
        let why = self.why(kind, &At([outlook(0), outlook(1)]));
        if !why.may {
            return LookAtBoth::Nobody;
        }
        let mut next: Option<(Turn, usize, Split)> = None;
        for (side, aims) in aims.into_iter().enumerate() {
            for aim in aims {
                match outlook(side).look_in_turn(aim) {
                    LookInTurn::Nobody => return LookAtBoth::Nobody,
                    LookInTurn::Everybody => {}
                    LookInTurn::Part(turn, split) => {
                        if next.as_ref().is_none_or(|(soonest, ..)| turn < *soonest) {
                            next = Some((turn, side, split));
                        }
                    }
                }
            }
        }
        if let Some((side, split)) = why.split.filter(|_| !why.sure) {
            return LookAtBoth::Part(side, split);
        }
        if required.is_some_and(|truths| truths != Truths::TRUE)
            && let Some(split) = insides[0].split(&self.required, Truths::TRUE)
        {
            return LookAtBoth::Part(OLD, split);
        }
        if let Some((_, side, split)) = next {
            return LookAtBoth::Part(side, split);
        }
        LookAtBoth::Everybody
    }

    /// Why there should be somebody.
    fn why(&self, kind: Kind, at: &At<'_>) -> Why {
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
                            places[side].and_then(|place| self.space(side).checked.channels.get(place));
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
        let goes = self.newly_out(at, first, 1 - OLD, causes);
        let comes = self.newly_out(at, second, OLD, causes);
        // Whoever prefers a channel that neither goes nor comes is served by it under both.
        let mut preferred = Vec::new();
        preferred.extend(self.places(from)[OLD].filter(|_| limited && !goes.may));
        preferred.extend(self.places(to)[OLD].filter(|_| limited && !comes.may));
        let why = goes.or(comes);
        let ([Some(from_old), Some(from_new)], [Some(to_old), Some(to_new)]) =
            (self.places(from), self.places(to))
        else {
            return why.and(|| self.prefers_none(at, &preferred));
        };
        why.or_else(|| {
            // Of equal scores the first in the policy is the best.
            let least = [i64::from(to_old < from_old), i64::from(from_new < to_new)];
            let balance = self.scores(at, [[from_old, from_new], [to_old, to_new]]);
            let why = Why::balance(at, &balance, least);
            why.and(|| self.are_candidates(at, [[from_old, to_old], [from_new, to_new]], limited))
        })
        .and(|| self.prefers_none(at, &preferred))
    }

    /// Whether somebody may prefer none of some channels of the old policy, by their places there.
    fn prefers_none(&self, at: &At<'_>, places: &[usize]) -> Why {
        let outlook = at.outlook(OLD);
        let preference = &self.space(OLD).inputs.channel;
        let of = |place: &usize| preference.value.cells.get(*place).cloned().unwrap_or_default();
        let there = places.iter().map(of).fold(CellSet::empty(), |all, one| all.union(&one));
        let declared = Member { axis: preference.declared, there: CellSet::range(UNKNOWN + 2, UNKNOWN + 3) };
        let those = Member { axis: preference.value.axis, there };
        match outlook.so(&those) {
            Truths::FALSE => Why::YES,
            Truths::TRUE if outlook.so(&declared) == Truths::TRUE => Why::NO,
            _ => {
                Why { may: true, sure: false, split: outlook.by(&declared, false).map(|split| (OLD, split)) }
            }
        }
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
        let [here, there] =
            if low == OLD { [0, 1] } else { [1, 0] }.map(|side: usize| &self.alike.there[side]);
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

/// The most points with which the layout is at most `most` (D5, D7).
fn highest_layout(most: LayoutComplexity, prior: Option<LayoutComplexity>, margin: i64) -> i64 {
    let nearest = most.points() + 49;
    match prior.map(|prior| (prior, range_of(prior, margin))) {
        None => nearest,
        Some((prior, kept)) if prior <= most => nearest.max(*kept.end()),
        Some((_, kept)) => nearest.min(kept.start() - 1),
    }
}

/// The channels of both policies.
fn channels(old: &Checked, new: &Checked) -> Vec<(Channel, [Option<usize>; 2])> {
    let place =
        |checked: &Checked, channel: Channel| checked.channels.iter().position(|one| one.channel == channel);
    let mut all: Vec<(Channel, [Option<usize>; 2])> = Vec::new();
    for one in old.channels.iter().chain(&new.channels) {
        if !all.iter().any(|(channel, _)| *channel == one.channel) {
            all.push((one.channel, [place(old, one.channel), place(new, one.channel)]));
        }
    }
    all
}
