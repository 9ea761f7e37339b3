//! What rules and arms bring, laid out so that adding one up is a few numbers and no question: points as sums, and who gave
//! most as the greatest of numbers that carry their giver.

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

/// What one rule or arm brings but for channels, or what many bring: numbers of which some are added up, of some the greatest
/// counts, and some are sets whose union counts. They stand in one line of memory, in three rows, so that adding is an
/// instruction or two for each row.
#[derive(Debug, Clone, Copy, Default)]
#[repr(align(64))]
struct Brought {
    /// Points for the layout and for assistance.
    sums: [i32; 4],
    /// Who moved the layout most up and down, who the assistance; the cap and the floor.
    most: [i32; 8],
    /// `never` and `adapt`.
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

/// What one rule or arm brings.
#[derive(Debug, Clone, Copy)]
struct Gift {
    brought: Brought,
    /// The row of its points for channels; the first row has none.
    channels: u32,
}

/// A bound and who set it as one number: the greatest is the tightest, and of equals the first rule's. 0: none.
type Bound = i32;

const fn bound(tightness: usize, rule: u16) -> Bound {
    (tightness as i32 + 1) << 16 | (u16::MAX - rule) as i32
}

/// The gifts of a policy: those of the rules by number, then those of the arms.
#[derive(Debug, Clone, Default)]
pub(super) struct Gifts {
    gifts: Vec<Gift>,
    /// By experiment: the number of its first arm's gift.
    arms: Vec<u32>,
    /// Rows of `lanes` sums, then as many of who gave most.
    channels: Vec<i32>,
    lanes: usize,
    /// By rank: who it is.
    givers: Vec<Giver>,
}

/// What all that was given adds up to.
#[derive(Debug, Clone)]
pub(super) struct Sums {
    brought: Brought,
    pub(super) channels: [i32; LANES],
    most: [Most; LANES],
}

impl Gifts {
    pub(super) fn of(checked: &Checked) -> Self {
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

        let lanes = checked.channels.len().next_multiple_of(VECTOR).clamp(VECTOR, LANES);
        let mut made = Self { lanes, givers, channels: vec![0; 2 * lanes], ..Self::default() };
        for (n, rule) in checked.rules.iter().enumerate() {
            let gift = made.gift(&rule.effects, rank(Giver::Rule(n as u16)), n as u16);
            made.gifts.push(gift);
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

    fn gift(&mut self, effects: &Effects, rank: i32, rule: u16) -> Gift {
        let mut channels = 0;
        if !effects.channels.is_empty() {
            channels = (self.channels.len() / (2 * self.lanes)) as u32;
            let mut points = [Points::default(); LANES];
            for &(channel, given) in &effects.channels {
                if let Some(points) = points.get_mut(usize::from(channel.0)) {
                    *points = Points::of(given, rank);
                }
            }
            let row_of =
                |part: fn(&Points) -> i32| points.iter().take(self.lanes).map(part).collect::<Vec<_>>();
            let (sums, most) = (row_of(|points| points.sum), row_of(|points| points.up));
            self.channels.extend(sums.into_iter().chain(most));
        }
        let levels = LayoutComplexity::ALL.len();
        let cap = effects.layout_at_most.map_or(0, |level| bound(levels - level as usize, rule));
        let floor = effects.assistance_at_least.map_or(0, |level| bound(level as usize, rule));
        let (layout, assistance) = (Points::of(effects.layout, rank), Points::of(effects.assistance, rank));
        let brought = Brought::of(layout, assistance, (cap, floor), effects.never, effects.adapt);
        Gift { brought, channels }
    }

    /// Nothing yet, but the policy's defaults.
    pub(super) fn start(&self, checked: &Checked) -> Sums {
        let from = |points: i64| Points { sum: points as i32, ..Points::default() };
        let (layout, assistance) = (from(checked.layout.points()), from(checked.assistance.points()));
        let brought = Brought::of(layout, assistance, (0, 0), 0, NeedSet::EMPTY);
        Sums { brought, channels: [0; LANES], most: [0; LANES] }
    }

    /// Adds what the rule of that number brings.
    #[inline(always)]
    pub(super) fn add_rule(&self, sums: &mut Sums, rule: usize) {
        self.add(sums, rule);
    }
    #[inline(always)]
    pub(super) fn add_arm(&self, sums: &mut Sums, experiment: usize, arm: u8) {
        if let Some(&first) = self.arms.get(experiment) {
            self.add(sums, first as usize + usize::from(arm));
        }
    }
    #[inline(always)]
    fn add(&self, sums: &mut Sums, number: usize) {
        let Some(gift) = self.gifts.get(number) else { return };
        sums.brought.add(&gift.brought);
        // Also where there is nothing to add: to ask would cost more.
        let row = gift.channels as usize * 2 * self.lanes;
        let Some(row) = self.channels.get(row..row + 2 * self.lanes) else { return };
        let (points, most) = row.split_at(self.lanes);
        each_lane(&mut sums.channels, points, |sum, points| sum + points);
        each_lane(&mut sums.most, most, i32::max);
    }

    fn giver(&self, most: Most) -> Giver {
        let rank = LAST_RANK - (most & LAST_RANK);
        if most == 0 {
            Giver::Nobody
        } else {
            self.givers.get(rank as usize).copied().unwrap_or(Giver::Nobody)
        }
    }
    /// Who moved the points most, up or down.
    pub(super) fn mover(&self, points: &Points, up: bool) -> Giver {
        self.giver(if up { points.up } else { points.down })
    }
    /// Who gave the channel at `position` most.
    pub(super) fn greatest(&self, sums: &Sums, position: usize) -> Giver {
        self.giver(sums.most.get(position).copied().unwrap_or(0))
    }
}

/// Joins each of `lanes` with one of `row`, a vector at a time.
#[inline(always)]
fn each_lane(lanes: &mut [i32; LANES], row: &[i32], join: impl Fn(i32, i32) -> i32) {
    let (vectors, _) = lanes.as_chunks_mut::<VECTOR>();
    for (vector, row) in vectors.iter_mut().zip(row.as_chunks::<VECTOR>().0) {
        *vector = each(*vector, *row, &join);
    }
}

impl Sums {
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
    pub(super) fn adapt(&self) -> NeedSet {
        let [_, adapt, ..] = self.brought.sets;
        NeedSet::from_bits(adapt.into())
    }
    /// The lowest cap, with its rule.
    pub(super) fn cap(&self) -> Option<(LayoutComplexity, u16)> {
        let [_, _, _, _, cap, ..] = self.brought.most;
        let (tightness, rule) = of_bound(cap)?;
        Some((*LayoutComplexity::ALL.get(LayoutComplexity::ALL.len().checked_sub(tightness)?)?, rule))
    }
    /// The highest floor, with its rule.
    pub(super) fn floor(&self) -> Option<(AssistanceLevel, u16)> {
        let [_, _, _, _, _, floor, ..] = self.brought.most;
        let (level, rule) = of_bound(floor)?;
        Some((*AssistanceLevel::ALL.get(level)?, rule))
    }
}

fn of_bound(bound: Bound) -> Option<(usize, u16)> {
    let tightness = usize::try_from(bound >> 16).ok()?.checked_sub(1)?;
    Some((tightness, u16::MAX - bound as u16))
}
