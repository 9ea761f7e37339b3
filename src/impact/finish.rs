//! How a report is put together from what was counted.

use std::collections::BTreeMap;

use super::examples::ImpactExample;
use super::group::ImpactGroup;
use super::harm::Harm;
use super::pair::{Lost, Pair};
use super::report::{
    Compared, Gate, HarmGroup, ImpactReport, LossCause, NeedImpact, RuleImpact, SegmentImpact,
};
use super::rules::RuleTurn;
use super::{CHANGED, GATE, Group, HARMS, Impact};
use crate::channel::Channel;
use crate::need::{AccessNeed, NeedStrength};

/// Pairs, each with how many visitors have it.
type Counted<'a> = Vec<(&'a Pair, u64)>;

impl Impact {
    /// The report on all who were counted.
    ///
    /// # Cost
    /// About linear in the groups and in the different ways of being served by both policies.
    #[must_use]
    pub fn finish(self) -> ImpactReport {
        let order = self.order();
        let mut groups: BTreeMap<(u8, usize, NeedStrength), Counted<'_>> = BTreeMap::new();
        let mut counts = vec![0; self.pairs.len()];
        // In whatever order: all that is made of them is sums, and sorted.
        for (&(group, place), &count) in &self.counts {
            let Some((pair, _)) = self.pairs.get(place as usize) else { continue };
            match group {
                Group::Everyone => counts.get_mut(place as usize).into_iter().for_each(|slot| *slot = count),
                Group::Need(need, strength) => {
                    groups.entry((0, need as usize, strength)).or_default().push((pair, count));
                }
                Group::Segment(segment) => {
                    let key = (1, segment as usize, NeedStrength::Preferred);
                    groups.entry(key).or_default().push((pair, count));
                }
            }
        }
        let everyone: Vec<(&Pair, u64)> =
            self.pairs.iter().map(|(pair, _)| pair).zip(counts.iter().copied()).collect();
        let with = |strength: Option<NeedStrength>| {
            let those: Vec<_> =
                everyone.iter().filter(|(pair, _)| pair.strength == strength).copied().collect();
            ImpactGroup::of(&those, &order)
        };
        let (mut needs, mut segments) = (Vec::new(), Vec::new());
        for ((kind, place, strength), pairs) in &groups {
            let group = ImpactGroup::of(pairs, &order);
            if *kind == 0 {
                let need = AccessNeed::ALL.get(*place).copied();
                needs.extend(need.map(|need| NeedImpact { need, strength: *strength, group }));
            } else if let (Some(name), Some([old, new])) =
                (self.segments.names.get(*place), self.segments.seen.get(*place))
            {
                segments.push(SegmentImpact { name: name.clone(), old: *old, new: *new, group });
            }
        }
        // The stronger first.
        needs.sort_by_key(|one: &NeedImpact| (std::cmp::Reverse(one.strength), one.need));
        let harms = Harm::ALL.iter().filter_map(|&harm| self.harm_group(harm, &everyone, &needs));
        let [old, new] = &self.selectors.each_ref().map(|selector| selector.policy());
        let compared =
            |policy: &crate::policy::Policy| Compared { name: policy.name().into(), digest: policy.digest() };
        ImpactReport {
            old: compared(old),
            new: compared(new),
            gate: self.gate(&everyone),
            everyone: ImpactGroup::of(&everyone, &order),
            required: with(Some(NeedStrength::Required)),
            preferred: with(Some(NeedStrength::Preferred)),
            without_needs: with(None),
            harms: harms.collect(),
            rules: self.rules(CHANGED),
            without_rule: self.without(CHANGED),
            needs,
            segments,
        }
    }

    /// The channels of the new policy, then those that only the old one has.
    fn order(&self) -> Vec<Channel> {
        let [old, new] = &self.selectors;
        let mut order: Vec<Channel> = Vec::new();
        for channel in new.checked().channels.iter().chain(&old.checked().channels) {
            if !order.contains(&channel.channel) {
                order.push(channel.channel);
            }
        }
        order
    }

    fn gate(&self, everyone: &[(&Pair, u64)]) -> Gate {
        let tolerates = self.options.tolerates;
        let counts = |pair: &Pair| super::scopes(pair, tolerates).get(GATE).copied().unwrap_or(false);
        let those = || everyone.iter().filter(|(pair, _)| counts(pair));
        let worse = those().map(|(_, count)| count).sum();
        let of =
            |harm: Harm| those().filter(|(pair, _)| pair.harms() & harm.bit() != 0).map(|(_, n)| n).sum();
        let harms = Harm::among(!tolerates).map(|harm| (harm, of(harm))).filter(|(_, count)| *count > 0);
        Gate {
            passes: worse == 0 && !everyone.is_empty(),
            worse,
            harms: harms.collect(),
            tolerated: Harm::among(tolerates).collect(),
            rules: self.rules(GATE),
            without_rule: self.without(GATE),
            examples: self.examples(everyone, counts),
        }
    }

    /// Those who are served worse in this way, if there are any.
    fn harm_group(&self, harm: Harm, everyone: &[(&Pair, u64)], needs: &[NeedImpact]) -> Option<HarmGroup> {
        let counts = |pair: &Pair| pair.harms() & harm.bit() != 0;
        let with = |strength: Option<NeedStrength>| -> u64 {
            let those = everyone.iter().filter(|(pair, _)| counts(pair) && pair.strength == strength);
            those.map(|(_, count)| count).sum()
        };
        let (required, preferred) = (with(Some(NeedStrength::Required)), with(Some(NeedStrength::Preferred)));
        let visitors = required + preferred + with(None);
        if visitors == 0 {
            return None;
        }
        let needs =
            needs.iter().filter_map(|one| Some((one.need, one.strength, *one.group.harms.get(&harm)?)));
        let mut causes: BTreeMap<(Channel, Lost), u64> = BTreeMap::new();
        for (pair, count) in everyone.iter().filter(|(pair, _)| harm == Harm::ChannelLost && counts(pair)) {
            if let Some(lost) = pair.lost {
                *causes.entry((pair.old.experience.channel, lost)).or_insert(0) += count;
            }
        }
        let cause = |((channel, lost), visitors)| {
            let by = if let Lost::RuledOut(by) = lost { Some(by) } else { None };
            LossCause { channel, by, visitors }
        };
        let mut causes: Vec<LossCause> = causes.into_iter().map(cause).collect();
        causes.sort_by_key(|cause| std::cmp::Reverse(cause.visitors));
        let scope = HARMS + harm as usize;
        Some(HarmGroup {
            harm,
            visitors,
            required,
            preferred,
            needs: needs.collect(),
            causes,
            rules: self.rules(scope),
            without_rule: self.without(scope),
            examples: self.examples(everyone, counts),
        })
    }

    /// The rules that stand otherwise to those of a scope, those of the most first.
    fn rules(&self, scope: usize) -> Vec<RuleImpact> {
        let rules = self.rules.names.iter().zip(&self.turned).map(|(name, turned)| {
            let of = |turn: RuleTurn| {
                turned.get(turn as usize).and_then(|counts| counts.get(scope)).copied().unwrap_or(0)
            };
            RuleImpact {
                rule: name.clone(),
                begins: of(RuleTurn::Begins),
                ends: of(RuleTurn::Ends),
                differs: of(RuleTurn::Differs),
            }
        });
        let mut rules: Vec<RuleImpact> = rules.filter(|rule| rule.visitors() > 0).collect();
        // They come by name, and equal ones stay so.
        rules.sort_by_key(|rule| std::cmp::Reverse(rule.visitors()));
        rules
    }

    fn without(&self, scope: usize) -> u64 {
        self.without_turn.get(scope).copied().unwrap_or(0)
    }

    /// Some of those, one of each pair, those who stand for the most first.
    fn examples(&self, everyone: &[(&Pair, u64)], counts: impl Fn(&Pair) -> bool) -> Vec<ImpactExample> {
        let kept = self.pairs.iter().zip(everyone).filter(|((pair, _), _)| counts(pair));
        let mut kept: Vec<_> = kept
            .filter_map(|((pair, example), (_, count))| Some((example.as_ref()?, pair, *count)))
            .collect();
        kept.sort_by_key(|(example, _, count)| (std::cmp::Reverse(*count), example.number));
        let policies = self.selectors.each_ref().map(|selector| selector.policy());
        let shown = kept.iter().take(self.options.examples);
        shown
            .map(|(example, pair, count)| {
                example.shown(pair, *count, &self.rules, policies, self.options.reveals)
            })
            .collect()
    }
}
