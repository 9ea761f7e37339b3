//! Layout and assistance of one visitor: points, preferences and bounds, each with its cause (D5, D6).

use super::super::ExperienceSelector;
use super::super::gifts::Sums;
use super::super::levels;
use super::super::observer::{Bound, Contributor, Event, Observer, Target};
use super::super::person::Wishes;
use crate::decision::{Giver, Reason, ReasonCode};
use crate::experience::{AssistanceLevel, LayoutComplexity};
use crate::need::AccessNeed;
use crate::visit::Prior;

impl ExperienceSelector {
    /// The layout by points, and the caps but for the channel's, in the order in which they give the reason.
    #[inline(always)]
    pub(super) fn layout<O: Observer>(
        &self,
        prior: Option<Prior>,
        sums: &Sums,
        wishes: &Wishes,
        observer: &mut O,
    ) -> (levels::Because<LayoutComplexity>, [Option<levels::Because<LayoutComplexity>>; 2]) {
        let checked = self.checked();
        if let Some(level) = wishes.layout {
            observer.observe(Event::Points {
                to: Target::Layout,
                from: Contributor::Preference,
                points: level.points(),
            });
        }
        let prior = prior.map(|prior| prior.layout);
        let points = sums.layout();
        let start = levels::layout_by_points(
            points.sum.into(),
            |up| self.inner.gifts.mover(&points, up),
            checked.layout,
            wishes.layout,
            prior,
            checked.weights.margin,
        );
        let need = AccessNeed::FewerChoices;
        let by_need = wishes.required.contains(need).then_some((LayoutComplexity::Simple, Giver::Need(need)));
        let by_need = by_need.map(|(level, giver)| (level, Reason { code: ReasonCode::Need, giver }));
        if let Some((level, _)) = by_need {
            observer
                .observe(Event::Bound { bound: Bound::LayoutAtMost(level), from: Contributor::Need(need) });
        }
        let by_rule = |(level, rule)| (level, Reason { code: ReasonCode::Bound, giver: Giver::Rule(rule) });
        (start, [by_need, sums.cap().map(by_rule)])
    }

    #[inline(always)]
    pub(super) fn assistance<O: Observer>(
        &self,
        prior: Option<Prior>,
        sums: &Sums,
        wishes: &Wishes,
        somebody_is_there: bool,
        observer: &mut O,
    ) -> levels::Because<AssistanceLevel> {
        let checked = self.checked();
        if let Some(level) = wishes.assistance {
            observer.observe(Event::Points {
                to: Target::Assistance,
                from: Contributor::Preference,
                points: level.points(),
            });
        }
        let points = sums.assistance();
        let start = levels::assistance_by_points(
            points.sum.into(),
            |up| self.inner.gifts.mover(&points, up),
            checked.assistance,
            wishes.assistance,
        );
        let why = |code, giver| Reason { code, giver };
        let need = AccessNeed::HumanContact;
        let by_need = wishes
            .required
            .contains(need)
            .then(|| (AssistanceLevel::Human, why(ReasonCode::Need, Giver::Need(need))));
        let by_rule = sums.floor().map(|(level, rule)| (level, why(ReasonCode::Bound, Giver::Rule(rule))));
        let prior = prior.filter(|_| wishes.case_is_open);
        let by_prior = prior.map(|prior| (prior.assistance, why(ReasonCode::OpenCase, Giver::Nobody)));
        for (floor, from) in [(by_need, Contributor::Need(need)), (by_prior, Contributor::Prior)] {
            if let Some((level, _)) = floor {
                observer.observe(Event::Bound { bound: Bound::AssistanceAtLeast(level), from });
            }
        }
        let (level, reason) = levels::raised(start, [by_need, by_rule, by_prior]);
        let most = match level {
            _ if !checked.people => AssistanceLevel::Guided,
            AssistanceLevel::Human if !somebody_is_there => AssistanceLevel::Callback,
            level => level,
        };
        if most < level { (most, why(ReasonCode::NobodyThere, Giver::Nobody)) } else { (level, reason) }
    }
}
