//! What of two policies may act differently. Rules that both have act alike for everybody and need not be looked at; of the others
//! it is added up what they bring in a region, and where that comes to the same, or moves a decision one way only, nobody is
//! there whom the other way would need.

mod alike;
mod brought;

use super::{Both, Joint, LookAtBoth};
use crate::cells::{Inside, Tree, Truths};
use crate::channel::Channel;
use crate::condition::SegmentId;
use crate::experience::{AssistanceLevel, LayoutComplexity};
use crate::need::AccessNeed;
use crate::policy::Checked;
use crate::search::outlook::Outlook;
use crate::search::space::Member;
use crate::search::{Aim, Look};
use alike::Alike;
use brought::{Brought, Settled};

/// One kind of difference; a side is 0 for the old policy, 1 for the new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The `low` side lays out at most `most`, the other more.
    Layout { in_use: bool, low: usize, most: LayoutComplexity },
    /// The `low` side assists at most so much, the other more.
    Assistance { low: usize, most: AssistanceLevel },
    /// The old policy serves through this channel, the new one does not.
    Channel(Channel),
    /// The old policy names this way out, the new one does not.
    WayOut(Channel),
    /// The way out is open on the `open` side only.
    Open { open: usize },
    /// Only one side asks for an adaptation.
    Adaptation { has: usize, need: AccessNeed },
}

/// What may act differently.
pub(crate) struct Apart<'j, 'p> {
    joint: &'j Joint<'p>,
    /// The rules and experiments that have no like on the other side.
    rules: [Vec<usize>; 2],
    experiments: [Vec<usize>; 2],
    /// The channels of both policies, and where each stands in either.
    channels: Vec<(Channel, [Option<usize>; 2])>,
    /// Channels whose hours, or whose limits on contacts, differ: by their place above.
    hours: Vec<usize>,
    limits: Vec<usize>,
    alike: Alike,
    needed: [Vec<SegmentId>; 2],
    required: Tree,
}

/// So many rules that may differ are settled before anything else.
const FEW: usize = 12;

impl<'j, 'p> Apart<'j, 'p> {
    pub(crate) fn of(joint: &'j Joint<'p>) -> Self {
        let [old, new] = &joint.sides;
        let channels = channels(old.checked, new.checked);
        let (rules, experiments) = alike::leftovers(joint);
        let needed = [old, new]
            .map(|space| space.needed(space.rules.iter().chain(space.experiments.iter().flatten())));
        let required = old.inputs.required.iter().map(|member| Tree::Leaf {
            axis: member.axis,
            holds: member.there.clone(),
            never_unknown: true,
        });
        Self {
            hours: alike::with_other_hours(joint, &channels),
            limits: alike::with_other_limits(joint, &channels),
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

    /// The aims of both sides that make a difference of that kind.
    fn aims(&self, kind: Kind) -> [Aim; 2] {
        let turned =
            |low: usize, [below, above]: [Aim; 2]| if low == 0 { [below, above] } else { [above, below] };
        let checked = |side: usize| self.joint.sides.get(side).map(|space| space.checked);
        let place = |channel: Channel| {
            let places = self.channels.iter().find(|(one, _)| *one == channel).map(|(_, places)| *places);
            let bit = |side: usize| places.and_then(|places| *places.get(side)?).map_or(0_u32, |p| 1 << p);
            [bit(0), bit(1)]
        };
        let all = |side: usize| checked(side).map_or(0, |one| (1_u32 << one.channels.len()) - 1);
        let either = |channels: u32| u64::from(channels) | u64::from(channels) << 32;
        match kind {
            Kind::Layout { in_use, low, most } => {
                let below = (2_u8 << most as u8) - 1;
                turned(low, [below, 0b1111 & !below].map(|levels| Aim::Layout { levels, in_use }))
            }
            Kind::Assistance { low, most } => {
                let below = (2_u8 << most as u8) - 1;
                turned(low, [below, 0b1_1111 & !below].map(Aim::Assistance))
            }
            Kind::Channel(channel) => {
                let [old, new] = place(channel);
                [Aim::Channel(old), Aim::Channel(all(1) & !new)]
            }
            Kind::WayOut(channel) => {
                let [old, new] = place(channel);
                [Aim::WayOut(either(old)), Aim::WayOut(either(all(1) & !new) | Aim::NO_WAY_OUT)]
            }
            Kind::Open { open } => {
                let of = |side: usize| {
                    let all = u64::from(all(side));
                    Aim::WayOut(if side == open { all << 32 } else { all | Aim::NO_WAY_OUT })
                };
                [of(0), of(1)]
            }
            Kind::Adaptation { has, need } => {
                let of = |side: usize| Aim::Adaptation(need, if side == has { 2 } else { 1 });
                [of(0), of(1)]
            }
        }
    }

    /// How a pair of regions stands to a kind of difference, of all visitors or of those with a `required` need.
    pub(crate) fn look(&self, kind: Kind, required: bool, both: &Both) -> LookAtBoth {
        let aims = self.aims(kind);
        if aims.iter().any(|aim| aim.is_nothing()) {
            return LookAtBoth::Nobody;
        }
        let [old, new] = &self.joint.sides;
        let truths = [old.truths(&both[0], &self.needed[0]), new.truths(&both[1], &self.needed[1])];
        let insides = [
            Inside { region: &both[0], segments: &truths[0], trees: &old.segments },
            Inside { region: &both[1], segments: &truths[1], trees: &new.segments },
        ];
        if required {
            let truths = insides[0].truths(&self.required);
            if !truths.meets(Truths::TRUE) {
                return LookAtBoth::Nobody;
            }
        }
        // What neither side can be is told at once.
        let looks =
            [Outlook::new(old, insides[0]).look(aims[0]), Outlook::new(new, insides[1]).look(aims[1])];
        if looks.iter().any(|look| matches!(look, Look::Nobody)) {
            return LookAtBoth::Nobody;
        }
        let mut settling = None;
        match self.settle(kind, &insides) {
            Settled::All(brought) => {
                if !self.may_be(kind, &brought) {
                    return LookAtBoth::Nobody;
                }
            }
            Settled::Part(side, split) => settling = Some((side, split)),
            Settled::Open => {}
        }
        if required
            && insides[0].truths(&self.required) != Truths::TRUE
            && let Some(split) = insides[0].split(&self.required, Truths::TRUE)
        {
            return LookAtBoth::Part(0, split);
        }
        let few = self.rules.iter().chain(&self.experiments).map(Vec::len).sum::<usize>() <= FEW;
        if few && let Some((side, split)) = settling.take() {
            return LookAtBoth::Part(side, split);
        }
        for (side, look) in looks.into_iter().enumerate() {
            if let Look::Part(split) = look {
                return LookAtBoth::Part(side, split);
            }
        }
        LookAtBoth::Everybody
    }

    /// Whether there may be somebody, by what the rules that differ bring.
    fn may_be(&self, kind: Kind, brought: &[Brought; 2]) -> bool {
        let of = |side: usize| if side == 0 { &brought[0] } else { &brought[1] };
        match kind {
            Kind::Layout { in_use: _, low, most } => {
                let (below, above) = (of(low), of(1 - low));
                !self.alike.levels
                    || !self.alike.margin
                    || above.layout > below.layout
                    || above.layout_at_most > below.layout_at_most
                    || self.a_cap_may_go(low, most, brought)
            }
            Kind::Assistance { low, most } => {
                let (below, above) = (of(low), of(1 - low));
                let human = most == AssistanceLevel::Callback;
                !self.alike.levels
                    || !self.alike.people
                    || above.assistance > below.assistance
                    || above.assistance_at_least > below.assistance_at_least
                    || human && !self.alike.staffed_hours
            }
            Kind::Channel(channel) => !self.stays(channel, 0, brought, |one| one.closed | one.limited),
            Kind::WayOut(channel) => !self.alike.staff || !self.stays(channel, 0, brought, |one| one.closed),
            Kind::Open { .. } => {
                let same = brought[0].channels == brought[1].channels
                    && brought[0].never == brought[1].never
                    && brought[0].closed == brought[1].closed;
                !(self.alike.choosing && self.alike.staff && same)
            }
            Kind::Adaptation { has, need } => {
                !self.alike.levels || of(has).adapt.contains(need) && !of(1 - has).adapt.contains(need)
            }
        }
    }

    /// Whether a channel that keeps the layout at most `most` on the side `low` may not do so on the other.
    fn a_cap_may_go(&self, low: usize, most: LayoutComplexity, brought: &[Brought; 2]) -> bool {
        let cap = |side: usize, places: &[Option<usize>; 2]| {
            let checked = self.joint.sides.get(side)?.checked;
            checked.channels.get((*places.get(side)?)?)?.layout_at_most
        };
        self.channels.iter().any(|(channel, places)| {
            let keeps = |side: usize| cap(side, places).is_some_and(|cap| cap <= most);
            keeps(low)
                && (!keeps(1 - low)
                    || !self.alike.choosing
                    || !self.stays(*channel, low, brought, |one| one.closed | one.limited))
        })
    }

    /// Whether everybody whom a channel serves on the side `from` is served by it on the other: it gains as much as any other,
    /// and whatever rules out channels rules out no fewer of the others, and not this one.
    fn stays(
        &self,
        channel: Channel,
        from: usize,
        brought: &[Brought; 2],
        away: impl Fn(&Brought) -> u64,
    ) -> bool {
        let [before, after] = if from == 0 { [&brought[0], &brought[1]] } else { [&brought[1], &brought[0]] };
        let Some(place) = self.channels.iter().position(|(one, _)| *one == channel) else { return false };
        let gain = |place: usize| {
            let of = |one: &Brought| one.channels.get(place).copied().unwrap_or(0);
            of(after) - of(before)
        };
        let bit = 1_u64 << place;
        let grows = |before: u64, after: u64| before & !after == 0 && (after & !before) & bit == 0;
        self.alike.choosing
            && grows(before.never, after.never)
            && grows(away(before), away(after))
            && (0..self.channels.len())
                .all(|other| gain(other) <= gain(place) || after.gone >> other & 1 == 1)
            && after.gone & bit == 0
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

/// Whether some member of several is so; what may be, to be parted.
fn any_of<'m>(
    outlook: &Outlook<'_>,
    members: impl Iterator<Item = &'m Member>,
) -> (Truths, Option<&'m Member>) {
    let mut open = None;
    for member in members {
        match outlook.so(member) {
            Truths::TRUE => return (Truths::TRUE, None),
            Truths::FALSE => {}
            _ => open = open.or(Some(member)),
        }
    }
    if open.is_some() { (Truths::KNOWN, open) } else { (Truths::FALSE, None) }
}
