//! What rules and arms bring, laid out so that adding one up is a few numbers and no question: points as sums, and who gave
//! most as the greatest of numbers that carry their giver.

use crate::cells::Table;
use crate::decision::Giver;
use crate::experience::{AssistanceLevel, LayoutComplexity};
use crate::limits::Limits;
use crate::need::NeedSet;
use crate::policy::{Checked, Effects};

/// Room for the points of every channel; a whole number of vectors.
pub(super) const LANES: usize = 2 * VECTOR;
/// Lanes that are added at once.
const VECTOR: usize = 16;
const _: () = assert!(Limits::CHANNELS <= LANES);

/// Points and their giver in one number, so that the greatest names who gave most, and of equals who comes first by name.
/// 0 where nothing was given.
// INVARIANT: at most 10,000 points are 14 bits, and there are fewer than 2^17 rules and arms: see `Limits`.
type Most = i32;

const RANKS: u32 = 17;
const LAST_RANK: i32 = (1 << RANKS) - 1;
const _: () = assert!(Limits::RULES + Limits::EXPERIMENTS * Limits::ARMS <= LAST_RANK as usize);

/// The sum of points on an axis, and who moved it most either way.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Points {
    /// INVARIANT: a policy's 65,536 rules and 32 arms of at most 10,000 points stay within 32 bits.
    pub(super) sum: i32,
    up: Most,
    down: Most,
}

impl Points {
    fn of(points: i64, rank: i32) -> Self {
        // Within ±10,000, as every number of a policy.
        let points = points as i32;
        let most = |points: i32| if points > 0 { points << RANKS | (LAST_RANK - rank) } else { 0 };
        Self { sum: points, up: most(points), down: most(-points) }
    }
}

/// What one rule, experiment or arm brings but for channels, or what many bring: numbers of which some are added up, of some the greatest
/// counts, and some are sets whose union counts. They stand in one line of memory, in three rows, so that adding is an
/// instruction or two for each row.
#[derive(Debug, Clone, Copy, Default)]
#[repr(align(64))]
struct Brought {
    /// Points for the layout and for assistance.
    sums: [i32; 4],
    /// Who moved the layout most up and down, who the assistance; the cap and the floor.
    most: [i32; 8],
    /// `never`, `adapt`, and the experiments that apply. The last is the row of points for channels of one rule or arm; of
    /// many it says nothing.
    sets: [u32; 4],
}

impl Brought {
    fn of(
        layout: Points,
        assistance: Points,
        (cap, floor): (Bound, Bound),
        never: u32,
        adapt: NeedSet,
    ) -> Self {
        Self {
            sums: [layout.sum, assistance.sum, 0, 0],
            most: [layout.up, layout.down, assistance.up, assistance.down, cap, floor, 0, 0],
            // There are fewer than 32 needs.
            sets: [never, adapt.bits() as u32, 0, 0],
        }
    }
    #[inline(always)]
    fn add(&mut self, other: &Self) {
        self.sums = each(self.sums, other.sums, |a, b| a + b);
        self.most = each(self.most, other.most, i32::max);
        self.sets = each(self.sets, other.sets, |a, b| a | b);
    }
}

/// Joins each of `row` with one of `other`.
// By value, so that the compiler sees that nothing is written that is still read, and takes them all at once.
#[inline(always)]
pub(super) fn each<T: Copy, const N: usize>(
    mut row: [T; N],
    other: [T; N],
    join: impl Fn(T, T) -> T,
) -> [T; N] {
    for (one, other) in row.iter_mut().zip(other) {
        *one = join(*one, other);
    }
    row
}

/// A bound and who set it as one number: the greatest is the tightest, and of equals the first rule's. 0: none.
type Bound = i32;

const fn bound(tightness: usize, rule: u16) -> Bound {
    (tightness as i32 + 1) << 16 | (u16::MAX - rule) as i32
}

/// Points for as many channels as are added at once, and who gave most.
#[derive(Debug, Clone, Copy, Default)]
#[repr(align(64))]
struct ToChannels {
    sums: [i32; VECTOR],
    most: [Most; VECTOR],
}

impl ToChannels {
    #[inline(always)]
    fn add(&mut self, other: &Self) {
        self.sums = each(self.sums, other.sums, |a, b| a + b);
        self.most = each(self.most, other.most, i32::max);
    }
}

/// The gifts of a policy.
#[derive(Debug, Clone, Default)]
pub(super) struct Gifts {
    /// Those of the rules and of the experiments, by the position of the condition in the table of those that decide; then
    /// those of the arms.
    gifts: Vec<Brought>,
    /// By experiment: the number of its first arm's gift.
    arms: Vec<u32>,
    /// Rows of `vectors`; the first gives nothing.
    channels: Vec<ToChannels>,
    vectors: usize,
    /// By rank: who it is.
    givers: Vec<Giver>,
}

/// What all that was given adds up to.
#[derive(Debug)]
pub(super) struct Sums {
    brought: Brought,
    channels: [ToChannels; LANES / VECTOR],
}

impl Clone for Sums {
    // Part by part: as one piece of memory it is copied by a function that is called for it (`select_prepared/rare_1000`).
    #[inline(always)]
    fn clone(&self) -> Self {
        let Self { brought, channels: [first, second] } = self;
        Self { brought: *brought, channels: [*first, *second] }
    }
}

impl Gifts {
    pub(super) fn of(checked: &Checked, deciding: &Table) -> Self {
        // INVARIANT: at most 65,535 rules, 32 experiments of 255 arms: limits of loading.
        let rules =
            checked.rules.iter().enumerate().map(|(n, rule)| ((&*rule.name, 0, ""), Giver::Rule(n as u16)));
        let arms = checked.experiments.iter().enumerate().flat_map(|(e, experiment)| {
            let arms = experiment.arms.iter().enumerate();
            arms.map(move |(a, arm)| ((&*experiment.name, 1, &*arm.name), Giver::Arm(e as u8, a as u8)))
        });
        // By name, a rule before an arm of the same name: of two that gave as much, the first names the reason.
        let mut by_name: Vec<_> = rules.chain(arms).collect();
        by_name.sort_unstable_by_key(|(key, _)| *key);
        let givers: Vec<Giver> = by_name.into_iter().map(|(_, giver)| giver).collect();
        let ranks: ahash::AHashMap<Giver, i32> = givers.iter().copied().zip(0..).collect();
        let rank = |giver| ranks.get(&giver).copied().unwrap_or(LAST_RANK);

        let vectors = checked.channels.len().div_ceil(VECTOR).clamp(1, LANES / VECTOR);
        let mut made = Self { vectors, givers, ..Self::default() };
        made.row(&[Points::default(); LANES]);
        made.gifts = vec![Brought::default(); deciding.words() * 64];
        let rules = checked.rules.iter().enumerate();
        let mut gifts: Vec<Brought> =
            rules.map(|(n, rule)| made.gift(&rule.effects, rank(Giver::Rule(n as u16)), n as u16)).collect();
        // At most 32, a limit of loading.
        let applies = |e: usize| Brought { sets: [0, 0, 1 << e, 0], ..Brought::default() };
        gifts.extend((0..checked.experiments.len()).map(applies));
        for (number, gift) in gifts.into_iter().enumerate() {
            if let Some(slot) = deciding.position(number).and_then(|position| made.gifts.get_mut(position)) {
                *slot = gift;
            }
        }
        for (e, experiment) in checked.experiments.iter().enumerate() {
            made.arms.push(made.gifts.len() as u32);
            for (a, arm) in experiment.arms.iter().enumerate() {
                let gift = made.gift(&arm.effects, rank(Giver::Arm(e as u8, a as u8)), u16::MAX);
                made.gifts.push(gift);
            }
        }
        made
    }

    fn gift(&mut self, effects: &Effects, rank: i32, rule: u16) -> Brought {
        let mut row = 0;
        if !effects.channels.is_empty() {
            let mut points = [Points::default(); LANES];
            for &(channel, given) in &effects.channels {
                if let Some(points) = points.get_mut(usize::from(channel.0)) {
                    *points = Points::of(given, rank);
                }
            }
            row = self.row(&points);
        }
        let levels = LayoutComplexity::ALL.len();
        let cap = effects.layout_at_most.map_or(0, |level| bound(levels - level as usize, rule));
        let floor = effects.assistance_at_least.map_or(0, |level| bound(level as usize, rule));
        let (layout, assistance) = (Points::of(effects.layout, rank), Points::of(effects.assistance, rank));
        let mut brought = Brought::of(layout, assistance, (cap, floor), effects.never, effects.adapt);
        let [.., to_channels] = &mut brought.sets;
        *to_channels = row;
        brought
    }

    /// Adds a row of points for channels, and says where it begins.
    fn row(&mut self, points: &[Points; LANES]) -> u32 {
        let row = self.channels.len() as u32;
        let (vectors, _) = points.as_chunks::<VECTOR>();
        let vectors = vectors.iter().take(self.vectors);
        let to = |points: &[Points; VECTOR]| ToChannels {
            sums: points.map(|points| points.sum),
            most: points.map(|points| points.up),
        };
        self.channels.extend(vectors.map(to));
        row
    }

    /// Nothing yet, but the policy's defaults.
    #[inline]
    pub(super) fn start(&self, checked: &Checked) -> Sums {
        let from = |points: i64| Points { sum: points as i32, ..Points::default() };
        let (layout, assistance) = (from(checked.layout.points()), from(checked.assistance.points()));
        let brought = Brought::of(layout, assistance, (0, 0), 0, NeedSet::EMPTY);
        Sums { brought, channels: [ToChannels::default(); _] }
    }

    /// Adds what the rule or the experiment brings whose condition stands at `position` in the table.
    #[inline(always)]
    pub(super) fn add(&self, sums: &mut Sums, position: usize) {
        let Some(gift) = self.gifts.get(position) else { return };
        sums.brought.add(gift);
        // Also where there is nothing to add: to ask would cost more.
        let [.., row] = gift.sets;
        let [first, second] = &mut sums.channels;
        let Some(to_channels) = self.channels.get(row as usize) else { return };
        first.add(to_channels);
        if self.vectors > 1
            && let Some(to_channels) = self.channels.get(row as usize + 1)
        {
            second.add(to_channels);
        }
    }
    #[inline(always)]
    pub(super) fn add_arm(&self, sums: &mut Sums, experiment: usize, arm: u8) {
        if let Some(&first) = self.arms.get(experiment) {
            self.add(sums, first as usize + usize::from(arm));
        }
    }

    #[inline]
    fn giver(&self, most: Most) -> Giver {
        let rank = LAST_RANK - (most & LAST_RANK);
        if most == 0 {
            Giver::Nobody
        } else {
            self.givers.get(rank as usize).copied().unwrap_or(Giver::Nobody)
        }
    }
    /// Who moved the points most, up or down.
    #[inline]
    pub(super) fn mover(&self, points: &Points, up: bool) -> Giver {
        self.giver(if up { points.up } else { points.down })
    }
    /// Who gave the channel at `position` most.
    #[inline]
    pub(super) fn greatest(&self, sums: &Sums, position: usize) -> Giver {
        let half = sums.channels.get(position / VECTOR);
        self.giver(half.and_then(|half| half.most.get(position % VECTOR)).copied().unwrap_or(0))
    }
}

impl Sums {
    /// Points for each channel.
    #[inline(always)]
    pub(super) fn channels(&self) -> [i32; LANES] {
        let mut all = [0; LANES];
        let (halves, _) = all.as_chunks_mut();
        halves.iter_mut().zip(&self.channels).for_each(|(half, to_channels)| *half = to_channels.sums);
        all
    }
    /// Points for the layout.
    pub(super) fn layout(&self) -> Points {
        let ([sum, ..], [up, down, ..]) = (self.brought.sums, self.brought.most);
        Points { sum, up, down }
    }
    /// Points for assistance.
    pub(super) fn assistance(&self) -> Points {
        let ([_, sum, ..], [_, _, up, down, ..]) = (self.brought.sums, self.brought.most);
        Points { sum, up, down }
    }
    /// The channels that are excluded, one bit each.
    pub(super) const fn never(&self) -> u32 {
        let [never, ..] = self.brought.sets;
        never
    }
    /// The experiments that apply, one bit each.
    pub(super) const fn experiments(&self) -> u32 {
        let [_, _, experiments, _] = self.brought.sets;
        experiments
    }
    pub(super) fn adapt(&self) -> NeedSet {
        let [_, adapt, ..] = self.brought.sets;
        NeedSet::from_bits(adapt.into())
    }
    /// The lowest cap, with its rule.
    #[inline]
    pub(super) fn cap(&self) -> Option<(LayoutComplexity, u16)> {
        let [_, _, _, _, cap, ..] = self.brought.most;
        let (tightness, rule) = of_bound(cap)?;
        Some((*LayoutComplexity::ALL.get(LayoutComplexity::ALL.len().checked_sub(tightness)?)?, rule))
    }
    /// The highest floor, with its rule.
    #[inline]
    pub(super) fn floor(&self) -> Option<(AssistanceLevel, u16)> {
        let [_, _, _, _, _, floor, ..] = self.brought.most;
        let (level, rule) = of_bound(floor)?;
        Some((*AssistanceLevel::ALL.get(level)?, rule))
    }
}

#[inline]
fn of_bound(bound: Bound) -> Option<(usize, u16)> {
    let tightness = usize::try_from(bound >> 16).ok()?.checked_sub(1)?;
    Some((tightness, u16::MAX - bound as u16))
}
