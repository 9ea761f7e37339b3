//! What of two policies may make a difference. A rule that both have holds for the same visitors under both, and what it brings
//! tips no balance between them; so that it is asked of a difference why it should be: some bound, or something that rules a
//! channel out, has no like on the other side, or what differs tips a balance of points. Where there is no reason, nobody is
//! there; where there may be one, it says where to part, so that it is settled before anything else.

mod alike;
mod gifts;
mod newly;
mod why;

use super::{Both, Joint, LookAtBoth};
use crate::cells::{Inside, Split, Tree, Truths};
use crate::channel::Channel;
use crate::condition::SegmentId;
use crate::experience::{AssistanceLevel, LayoutComplexity};
use crate::need::AccessNeed;
use crate::policy::{Checked, Rule};
use crate::search::Aim;
use crate::search::outlook::{LookInTurn, Outlook, Turn};
use crate::search::space::Space;
use alike::{Alike, Pair};
use why::At;

const OLD: usize = 0;
const NEW: usize = 1;

/// What is on a side.
fn on<T>([old, new]: [T; 2], side: usize) -> T {
    if side == OLD { old } else { new }
}

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
            on(*places, side).is_some_and(|place| cap(side, place).is_some_and(|cap| cap <= most))
        };
        let of = |over| Kind::Layout { in_use, low, most, over };
        let mut all = vec![of(None)];
        for (one, _) in self.channels.iter().filter(|(_, places)| keeps(low, places)) {
            let others = self.channels.iter().filter(|(_, places)| !keeps(1 - low, places));
            // What is not there serves nobody, but somebody may be there.
            let others =
                others.filter(|(other, places)| on(*places, 1 - low).is_some() || in_use && other == one);
            all.extend(others.map(|(other, _)| of(Some([*one, *other]))));
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
                    // The channel itself keeps it low.
                    Some([one, other]) if side == low && (!in_use || one != other) => {
                        vec![Aim::Channel(bit(side, one))]
                    }
                    Some([one, other]) if one != other || !in_use => {
                        vec![Aim::Channel(bit(side, other)), layout]
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
