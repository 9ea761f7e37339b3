//! How an event changes a profile: counters, habit, contacts, mood and the journey under way. Integer arithmetic that
//! cannot overflow; nothing is asked of a clock, so that the same events in the same order give the same profile.

use super::{CustomerProfile, ProfileFact};
use crate::attribute::read::faded_mood;
use crate::attribute::table::{MOOD_FADES_IN_DAYS, fit, row_of};
use crate::fact::Fact;
use crate::journey::Journey;
use crate::time::{Duration, Timestamp};
use crate::touchpoint::{Feedback, Outcome, Touchpoint};
use crate::value::Value;

/// The most steps of habit.
const MAX_HABIT: u8 = 4;

impl CustomerProfile {
    /// Folds one event into the profile. The exact rules are in the crate's semantics, under "Events".
    ///
    /// | outcome | on its channel | counters | the journey it belongs to |
    /// |---|---|---|---|
    /// | `Visited` | one use | visits + 1 | |
    /// | `Started` | one use | | begins, or goes on |
    /// | `MovedOn` | one use | | stands at the given step, not tried yet |
    /// | `Failed` | one use, habit − 1 | | one attempt and one failure more |
    /// | `Switched` | one use | | one switch more |
    /// | `Abandoned` | one use, habit − 1 | | is given up |
    /// | `Done` | one use, success + 1, habit + 1 | | ends |
    /// | `Ordered` | one use, success + 1, habit + 1 | orders + 1 | |
    /// | `CaseOpened` | one use | open cases + 1 | |
    /// | `CaseClosed` | one use, success + 1, habit + 1 | open cases − 1 | |
    /// | `Contacted` | one contact | | is left alone |
    ///
    /// What we began counts as a contact, whatever came of it. A journey of another name takes the place of the one
    /// under way. Any touchpoint of a journey on another channel than its last is a switch, one at another step a
    /// move, and one in an abandoned journey takes it up again. Feedback moves the mood half of the way.
    ///
    /// # Cost
    /// Does not depend on how much the profile holds, but for the contacts of one channel; may allocate.
    pub fn record(&mut self, touchpoint: &Touchpoint) {
        self.record_on_channel(touchpoint);
        match touchpoint.outcome {
            Outcome::Visited => self.count(ProfileFact::Visits, 1, touchpoint.at),
            Outcome::Ordered => self.count(ProfileFact::Orders, 1, touchpoint.at),
            Outcome::CaseOpened => self.count(ProfileFact::OpenCases, 1, touchpoint.at),
            Outcome::CaseClosed => self.count(ProfileFact::OpenCases, -1, touchpoint.at),
            _ => {}
        }
        if let Some(feedback) = touchpoint.feedback {
            self.record_feedback(feedback, touchpoint.at);
        }
        self.record_in_journey(touchpoint);
    }

    fn record_on_channel(&mut self, touchpoint: &Touchpoint) {
        let Touchpoint { at, channel, outcome, .. } = *touchpoint;
        if touchpoint.begun_by_us || outcome == Outcome::Contacted {
            self.add_contact(channel, at);
        }
        if outcome == Outcome::Contacted {
            return;
        }
        self.edit(channel, |record| {
            record.uses = record.uses.saturating_add(1);
            record.last = record.last.max(Some(at));
            match outcome.ended_well() {
                Some(true) => {
                    record.success = record.success.saturating_add(1);
                    record.habit = record.habit.saturating_add(1).min(MAX_HABIT);
                }
                Some(false) => record.habit = record.habit.saturating_sub(1),
                None => {}
            }
        });
    }

    /// Moves a counter by `by`, within the range of a count.
    fn count(&mut self, which: ProfileFact, by: i64, at: Timestamp) {
        let old = self.get(which);
        let count = old.map_or(0, int).saturating_add(by).clamp(0, u32::MAX.into());
        let learnt = old.and_then(|fact| fact.learnt).max(Some(at));
        self.set(which, Fact { learnt, ..Fact::observed(count.into()) });
    }

    fn record_feedback(&mut self, feedback: Feedback, at: Timestamp) {
        if let Some(mood) = self.said(ProfileFact::Mood, feedback.mood) {
            let old = self.get(ProfileFact::Mood);
            let learnt = old.and_then(|fact| fact.learnt);
            // A mood that has faded away must not halve what the person says today.
            let is_gone =
                learnt.is_some_and(|learnt| at.since(learnt) >= Duration::from_days(MOOD_FADES_IN_DAYS));
            let faded = old.filter(|_| !is_gone).map(|fact| faded_mood(int(fact), learnt, at));
            let new = faded.map_or(mood, |old| (old + mood) / 2);
            let learnt = learnt.max(Some(at));
            self.set(ProfileFact::Mood, Fact { learnt, ..Fact::declared(new.into()) });
            self.set(
                ProfileFact::MoodTrend,
                Fact { learnt, ..Fact::declared((new - faded.unwrap_or(0)).into()) },
            );
        }
        for (which, said) in [(ProfileFact::Effort, feedback.effort), (ProfileFact::Nps, feedback.nps)] {
            let is_later = self.get(which).and_then(|fact| fact.learnt).is_some_and(|learnt| learnt > at);
            if let Some(said) = self.said(which, said)
                && !is_later
            {
                self.set(which, Fact::declared(said.into()).learnt(at));
            }
        }
    }

    /// What the person said, if it can be; else it is named as unreadable.
    fn said(&mut self, which: ProfileFact, value: Option<impl Into<Value>>) -> Option<i64> {
        let row = row_of("profile", which.as_str());
        match fit(row, value?.into()) {
            Ok(Value::Int(said)) => Some(said),
            Ok(_) => None,
            Err(problem) => {
                self.cannot_read(row.name, problem);
                None
            }
        }
    }

    /// Replaces a fact: an event is later than what is on record, however strong its source.
    fn set(&mut self, which: ProfileFact, fact: Fact<Value>) {
        self.facts.edit(which as usize, |_| Some(fact));
    }

    fn record_in_journey(&mut self, touchpoint: &Touchpoint) {
        use Outcome::{Abandoned, CaseClosed, CaseOpened, Contacted, Done, Ordered, Visited};
        let outcome = touchpoint.outcome;
        let is_named = touchpoint.journey.is_some();
        if outcome == Contacted || !is_named && matches!(outcome, Visited | Ordered | CaseOpened | CaseClosed)
        {
            return;
        }
        let mut journey = match self.journey.take() {
            Some(journey) if touchpoint.belongs_to(&journey) => journey.gone_on(touchpoint),
            // The end of another journey says nothing of the one under way.
            other @ Some(_) if matches!(outcome, Done | Abandoned) => {
                self.journey = other;
                return;
            }
            None if outcome == Done || outcome == Abandoned && !is_named => return,
            _ => Journey::begun(touchpoint),
        };
        match outcome {
            Done => return,
            Abandoned => journey.abandoned = Some(true),
            Outcome::MovedOn => journey.move_to(touchpoint.step.clone()),
            Outcome::Failed => {
                journey.attempts = journey.attempts.saturating_add(1);
                journey.failed_steps = journey.failed_steps.saturating_add(1);
            }
            Outcome::Started => {
                journey.started_on.get_or_insert(touchpoint.channel);
                journey.started_at.get_or_insert(touchpoint.at);
            }
            _ => {}
        }
        self.journey = Some(journey);
    }
}

impl Touchpoint {
    fn belongs_to(&self, journey: &Journey) -> bool {
        self.journey.is_none() || self.journey == journey.name
    }
}

impl Journey {
    fn begun(by: &Touchpoint) -> Self {
        Self {
            name: by.journey.clone(),
            stage: by.stage,
            step: by.step.clone(),
            started_on: Some(by.channel),
            channel: Some(by.channel),
            started_at: Some(by.at),
            abandoned: Some(false),
            switches: u32::from(by.outcome == Outcome::Switched),
            ..Self::default()
        }
    }
    fn gone_on(mut self, by: &Touchpoint) -> Self {
        if by.outcome == Outcome::Switched || self.channel.is_some_and(|last| last != by.channel) {
            self.switches = self.switches.saturating_add(1);
        }
        self.channel = Some(by.channel);
        self.stage = by.stage.or(self.stage);
        self.abandoned = Some(false);
        if by.step.is_some() && by.step != self.step {
            self.move_to(by.step.clone());
        }
        self
    }
    fn move_to(&mut self, step: Option<Box<str>>) {
        self.step = step;
        self.attempts = 0;
        self.failed_steps = 0;
    }
}

fn int(fact: &Fact<Value>) -> i64 {
    if let Value::Int(value) = fact.value { value } else { 0 }
}
