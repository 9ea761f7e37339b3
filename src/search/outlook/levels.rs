//! The layouts, the assistance and the adaptations that there may be (D5 to D7, D9).

use super::{FIRST, Outlook, Turn};
use crate::cells::{Cell, CellSet, Truths, UNKNOWN};
use crate::experience::{AssistanceLevel, LayoutComplexity};
use crate::need::AccessNeed;
use crate::search::channels;
use crate::search::space::Member;
use crate::selector::range_of;

/// The levels from the least to the greatest of `levels`, one bit each, no higher than `cap`.
const fn capped(levels: u8, cap: u8) -> u8 {
    let above = levels & !((2 << cap) - 1);
    levels & ((2 << cap) - 1) | if above != 0 { 1 << cap } else { 0 }
}

/// The same, no lower than `floor`.
const fn raised(levels: u8, floor: u8) -> u8 {
    let below = levels & ((1 << floor) - 1);
    levels & !((1 << floor) - 1) | if below != 0 { 1 << floor } else { 0 }
}

/// The bits from `low` to `high`.
const fn span(low: u8, high: u8) -> u8 {
    ((2 << high) - 1) & !((1 << low) - 1)
}

impl Outlook<'_> {
    /// The layouts that there may be on the channel that serves, or on the one in use.
    pub(super) fn layouts(&mut self, wanted: u8, in_use: bool) -> u8 {
        let checked = self.space.checked;
        let mut levels = self.layouts_by_points(wanted);
        let least = wanted.trailing_zeros();
        for (number, rule) in checked.rules.iter().enumerate() {
            let Some(cap) = rule.effects.layout_at_most else { continue };
            let truths = self.rule(number);
            self.bounded(&mut levels, truths, |levels| capped(levels, cap as u8));
            if !truths.is_settled() && truths.meets(Truths::TRUE) {
                self.propose(Turn::Bound, |outlook| outlook.by_rule(number, cap as u32 >= least));
            }
        }
        if let Some(member) = self.space.inputs.required.get(AccessNeed::FewerChoices as usize) {
            let truths = self.so(member);
            self.bounded(&mut levels, truths, |levels| capped(levels, LayoutComplexity::Simple as u8));
            self.propose(Turn::Bound, |outlook| outlook.by(member, LayoutComplexity::Simple as u32 >= least));
        }
        let on = |position: usize| {
            let cap = checked.channels.get(position).and_then(|channel| channel.layout_at_most);
            cap.map_or(levels, |cap| capped(levels, cap as u8))
        };
        let all = (0..checked.channels.len()).fold(levels, |all, position| all | on(position));
        // Which channel it is matters only where channels differ in what is asked.
        let differs = |levels: u8| levels & wanted == 0 || levels & !wanted == 0;
        if all & wanted == 0 || (0..checked.channels.len()).all(|p| on(p) == levels) && differs(levels) {
            return all;
        }
        let fits = |position: &usize| on(*position) & wanted != 0;
        let target = (0..checked.channels.len()).filter(fits).fold(0_u32, |bits, p| bits | 1 << p);
        let serving = |outlook: &mut Self| {
            let served = channels::possible(outlook, target);
            (0..checked.channels.len()).filter(|p| served >> p & 1 == 1).fold(0, |all, p| all | on(p))
        };
        // What the level itself hangs on is parted first: which channel it is hangs on much more.
        let own = self.split.clone().filter(|_| levels & !wanted != 0);
        let found = if in_use { self.in_use(levels, wanted, on, serving) } else { serving(self) };
        self.split = own.or_else(|| self.split.take());
        found
    }

    /// The layouts of the channel in use; of the one that serves, where none is.
    fn in_use(
        &mut self,
        levels: u8,
        wanted: u8,
        on: impl Fn(usize) -> u8,
        serving: impl Fn(&mut Self) -> u8,
    ) -> u8 {
        let choice = &self.space.inputs.in_use;
        let everything = CellSet::range(UNKNOWN, Cell::MAX);
        let set = self.region().get(choice.axis).unwrap_or(&everything);
        let mut found = 0;
        let mut others = set.clone();
        let mut met = None;
        for (position, cells) in choice.cells.iter().enumerate() {
            if set.meets(cells) {
                found |= on(position);
                others = others.intersection(&cells.complement(Cell::MAX));
                if on(position) & wanted != 0 {
                    met = met.or(Some(cells));
                }
            }
        }
        if others.contains(UNKNOWN) {
            // None, or one that the policy has never heard of, whose page is shown in any case.
            found |= levels | serving(self);
        } else if !others.is_empty() {
            found |= levels;
        }
        let axis = choice.axis;
        let unknown = CellSet::range(UNKNOWN, UNKNOWN + 1);
        let first = match met {
            Some(cells) => cells.clone(),
            None => others.intersection(&unknown.complement(Cell::MAX)),
        };
        self.propose(Turn::Channel, |outlook| outlook.by(&Member { axis, there: first }, true));
        found
    }

    /// Adds what a bound makes of the levels.
    fn bounded(&self, levels: &mut u8, holds: Truths, bound: impl Fn(u8) -> u8) {
        if holds.meets(Truths::TRUE) {
            let kept = if holds == Truths::TRUE { 0 } else { *levels };
            *levels = kept | bound(*levels);
        }
    }

    fn layouts_by_points(&mut self, wanted: u8) -> u8 {
        let checked = self.space.checked;
        let margin = checked.weights.margin;
        let prior_axis = self.space.inputs.prior_layout;
        let priors = self.prior(prior_axis);
        let at = |low: i64, high: i64| {
            let nearest =
                |low, high| span(LayoutComplexity::nearest(low) as u8, LayoutComplexity::nearest(high) as u8);
            let mut levels = if priors & 1 == 1 { nearest(low, high) } else { 0 };
            for (bit, &prior) in LayoutComplexity::ALL.iter().enumerate() {
                if priors >> (bit + 1) & 1 == 0 {
                    continue;
                }
                let kept = range_of(prior, margin);
                let (from, to) = (*kept.start(), *kept.end());
                if low <= to && high >= from {
                    levels |= 1 << bit;
                }
                if low < from {
                    levels |= nearest(low, high.min(from - 1));
                }
                if high > to {
                    levels |= nearest(low.max(to + 1), high);
                }
            }
            levels
        };
        let preference = &self.space.inputs.layout;
        let (may_be, none) = self.preferred(preference, wanted.into());
        let mut levels = 0;
        for (place, &level) in LayoutComplexity::ALL.iter().enumerate() {
            if may_be >> place & 1 == 1 {
                levels |= at(level.points(), level.points());
            }
        }
        if none {
            let upwards = 63 - u64::from(wanted).leading_zeros() > checked.layout as u32;
            let (low, high) = self.points(&|effects| effects.layout, upwards);
            let start = checked.layout.points();
            levels |= at(start + low, start + high);
        }
        self.propose(Turn::Prior, |outlook| {
            outlook
                .by(&Member { axis: prior_axis, there: CellSet::range(FIRST, FIRST + 1) }, true)
                .or_else(|| outlook.by_any(prior_axis))
        });
        levels
    }

    /// The levels of assistance that there may be.
    pub(super) fn assistances(&mut self, wanted: u8) -> u8 {
        let checked = self.space.checked;
        let (may_be, none) = self.preferred(&self.space.inputs.assistance, wanted.into());
        // One bit for each level, as the preferences.
        let mut levels = may_be as u8;
        if none {
            let upwards = 63 - u64::from(wanted).leading_zeros() > checked.assistance as u32;
            let (low, high) = self.points(&|effects| effects.assistance, upwards);
            let start = checked.assistance.points();
            let nearest = |points| AssistanceLevel::nearest(points) as u8;
            levels |= span(nearest(start + low), nearest(start + high));
        }
        let most = 7 - wanted.leading_zeros().min(7);
        for (number, rule) in checked.rules.iter().enumerate() {
            let Some(floor) = rule.effects.assistance_at_least else { continue };
            let truths = self.rule(number);
            self.bounded(&mut levels, truths, |levels| raised(levels, floor as u8));
            if !truths.is_settled() && truths.meets(Truths::TRUE) {
                self.propose(Turn::Bound, |outlook| outlook.by_rule(number, floor as u32 <= most));
            }
        }
        if let Some(member) = self.space.inputs.required.get(AccessNeed::HumanContact as usize) {
            let truths = self.so(member);
            self.bounded(&mut levels, truths, |levels| raised(levels, AssistanceLevel::Human as u8));
            self.propose(Turn::Bound, |outlook| outlook.by(member, most >= AssistanceLevel::Human as u32));
        }
        self.raise_by_prior(&mut levels);
        if !checked.people {
            return capped(levels, AssistanceLevel::Guided as u8);
        }
        const HUMAN: u8 = 1 << AssistanceLevel::Human as u8;
        if levels & HUMAN != 0 {
            let there = self.somebody_is_there();
            let truths = self.so(&there);
            if truths.meets(Truths::FALSE) {
                let kept = if truths == Truths::FALSE { levels & !HUMAN } else { levels };
                levels = kept | 1 << AssistanceLevel::Callback as u8;
            }
            self.propose(Turn::Clock, |outlook| outlook.by(&there, wanted & HUMAN != 0));
        }
        levels
    }

    /// What the prior decision holds up while a case is open (D6).
    fn raise_by_prior(&mut self, levels: &mut u8) {
        let inputs = &self.space.inputs;
        let truths = self.so(&inputs.open_cases);
        if !truths.meets(Truths::TRUE) {
            return;
        }
        let priors = self.prior(inputs.prior_assistance);
        let kept = if truths == Truths::TRUE && priors & 1 == 0 { 0 } else { *levels };
        let raising = (1..6).filter(|bit| priors >> bit & 1 == 1);
        *levels = raising.fold(kept, |all, bit| all | raised(*levels, bit - 1));
        self.propose(Turn::Prior, |outlook| {
            outlook.by(&inputs.open_cases, false).or_else(|| outlook.by_any(inputs.prior_assistance))
        });
    }

    /// Whether an adaptation is not asked for (1), or is (2), or may be either (D9).
    pub(super) fn adapted(&mut self, need: AccessNeed, wanted: u8) -> u8 {
        let inputs = &self.space.inputs;
        let hints = inputs.hints.iter().filter(|(_, of)| *of == need).map(|(hint, _)| hint);
        let members: Vec<&Member> = inputs.needs.get(need as usize).into_iter().chain(hints).collect();
        let (mut may, mut must) = (false, false);
        for &member in &members {
            let truths = self.so(member);
            may |= truths.meets(Truths::TRUE);
            must |= truths == Truths::TRUE;
        }
        let mut open = None;
        for (number, rule) in self.space.checked.rules.iter().enumerate() {
            if rule.effects.adapt.contains(need) {
                let truths = self.rule(number);
                may |= truths.meets(Truths::TRUE);
                must |= truths == Truths::TRUE;
                open = open.or((truths.meets(Truths::TRUE) && truths != Truths::TRUE).then_some(number));
            }
        }
        if may && !must {
            self.propose(Turn::Bound, |outlook| {
                let by_rule = open.and_then(|number| outlook.by_rule(number, wanted & 2 != 0));
                by_rule.or_else(|| members.iter().find_map(|member| outlook.by(member, wanted & 2 != 0)))
            });
        }
        u8::from(!must) | u8::from(may) << 1
    }

    /// When somebody is there on any staffed channel.
    fn somebody_is_there(&self) -> Member {
        let axis = self.space.inputs.house;
        let staffed = self.space.checked.channels.iter().zip(&self.space.inputs.channels);
        let staffed = staffed.filter(|(channel, _)| channel.staffed);
        let open = staffed.map(|(_, channel)| channel.closed.complement(Cell::MAX));
        let there = open.fold(CellSet::empty(), |all, open| all.union(&open));
        Member { axis, there }
    }
}
