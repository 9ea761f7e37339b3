//! What changes for some visitors together: a table of transitions for each axis, and how many are served worse or better.

use std::collections::BTreeMap;

use super::harm::{Gain, Harm};
use super::pair::Pair;
use crate::channel::Channel;
use crate::decision::WayOut;
use crate::experience::{AssistanceLevel, LayoutComplexity};
use crate::need::Adaptation;
use crate::served::Served;

/// What changes for some visitors together.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct ImpactGroup {
    /// How many there are.
    pub visitors: u64,
    /// How many of them are served otherwise: by another channel or as the last resort, with another layout, assistance,
    /// adaptation or way out. Other reasons, alternatives or arms alone do not count.
    pub changed: u64,
    /// How many are served worse in some way, whatever else gets better for them.
    pub worse: u64,
    /// How many are served better in some way and worse in none.
    pub better: u64,
    /// How many are served worse in each way; one visitor may be counted in several.
    pub harms: BTreeMap<Harm, u64>,
    /// How many are served better in each way; one visitor may be counted in several, and among the harms.
    pub gains: BTreeMap<Gain, u64>,
    /// From what to what, those of whom nothing changes included.
    pub transitions: Transitions,
    /// The adaptations that somebody loses or gains.
    pub adaptations: Vec<Adapted>,
}

/// From what to what, for each axis; what nobody has is left out. Channels stand in the order of the new policy, those that it does
/// not have behind; levels in theirs.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Transitions {
    /// The channel that serves.
    pub channel: Vec<Transition<Channel>>,
    /// The layout on that channel.
    pub layout: Vec<Transition<LayoutComplexity>>,
    /// The layout on the channel in use.
    pub layout_in_use: Vec<Transition<LayoutComplexity>>,
    /// The assistance.
    pub assistance: Vec<Transition<AssistanceLevel>>,
    /// The way out, and whether somebody is there.
    pub way_out: Vec<Transition<Option<WayOut>>>,
}

/// How many visitors go from one thing to another, or stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Transition<T> {
    /// What the old policy gives.
    pub from: T,
    /// What the new policy gives.
    pub to: T,
    /// To how many.
    pub visitors: u64,
}

/// An adaptation that somebody loses or gains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Adapted {
    /// Which.
    pub adaptation: Adaptation,
    /// How many lose it.
    pub lost: u64,
    /// How many gain it.
    pub gained: u64,
}

impl ImpactGroup {
    /// How many of those who are served otherwise are served neither better nor worse.
    #[must_use]
    pub const fn neither(&self) -> u64 {
        self.changed.saturating_sub(self.better.saturating_add(self.worse))
    }

    /// Those who have these pairs, so many each.
    pub(super) fn of(pairs: &[(&Pair, u64)], order: &[Channel]) -> Self {
        let count = |is_so: &dyn Fn(&Pair) -> bool| -> u64 {
            pairs.iter().filter(|(pair, _)| is_so(pair)).map(|(_, count)| count).sum()
        };
        let harms = Harm::ALL.iter().map(|&harm| (harm, count(&|pair| pair.harms() & harm.bit() != 0)));
        let gains = Gain::ALL.iter().map(|&gain| (gain, count(&|pair| pair.gains() & gain.bit() != 0)));
        let adaptations = Adaptation::ALL.iter().map(|&adaptation| {
            let is =
                |a: &Served, b: &Served| a.adapts().contains(adaptation) && !b.adapts().contains(adaptation);
            let lost = count(&|pair| is(&pair.old, &pair.new));
            Adapted { adaptation, lost, gained: count(&|pair| is(&pair.new, &pair.old)) }
        });
        Self {
            visitors: count(&|_| true),
            changed: count(&Pair::is_changed),
            worse: count(&|pair| pair.harms() != 0),
            better: count(&|pair| pair.harms() == 0 && pair.gains() != 0),
            harms: harms.filter(|(_, count)| *count > 0).collect(),
            gains: gains.filter(|(_, count)| *count > 0).collect(),
            transitions: Transitions::of(pairs, order),
            adaptations: adaptations.filter(|one| one.lost + one.gained > 0).collect(),
        }
    }
}

impl Transitions {
    fn of(pairs: &[(&Pair, u64)], order: &[Channel]) -> Self {
        let place = |channel: Channel| order.iter().position(|known| *known == channel);
        let way = |way: Option<WayOut>| {
            way.map_or((true, None, false), |way| (false, place(way.channel), !way.open))
        };
        Self {
            channel: table(pairs, |served| served.experience.channel, place),
            layout: table(pairs, |served| served.experience.layout, |level| level),
            layout_in_use: table(pairs, |served| served.layout_in_use, |level| level),
            assistance: table(pairs, |served| served.experience.assistance, |level| level),
            way_out: table(pairs, |served| served.way_out, way),
        }
    }
}

/// One table, in the order of `key`.
fn table<T: Copy, K: Ord>(
    pairs: &[(&Pair, u64)],
    of: impl Fn(&Served) -> T,
    key: impl Fn(T) -> K,
) -> Vec<Transition<T>> {
    let mut sums: BTreeMap<(K, K), Transition<T>> = BTreeMap::new();
    for (pair, count) in pairs {
        let (from, to) = (of(&pair.old), of(&pair.new));
        let sum = sums.entry((key(from), key(to))).or_insert(Transition { from, to, visitors: 0 });
        sum.visitors += count;
    }
    sums.into_values().collect()
}
