//! The end of the walk for those who have no visitor but what cells say of one: a record that is replayed. What a walk finds
//! out comes in; the decision goes out, by the same choosing.

use super::ExperienceSelector;
use super::channels::{Asked, Stance, Ties};
use super::circumstances::Circumstances;
use super::person::{Person, Wishes};
use crate::channel::Reach;
use crate::decision::Decision;
use crate::experience::{AssistanceLevel, LayoutComplexity};
use crate::limits::Limits;
use crate::need::NeedSet;
use crate::visit::Prior;

/// All that a decision goes by, as cells say it. Channels are their places in the policy.
#[derive(Debug, Clone, Default)]
pub(crate) struct Told {
    /// The rules that hold, by number.
    pub(crate) rules: Vec<usize>,
    /// The experiments that apply, one bit each.
    pub(crate) experiments: u32,
    /// By experiment: the arm that is drawn should it apply, from 1; 0 for none.
    pub(crate) drawn: Vec<u8>,
    pub(crate) required: NeedSet,
    /// All that are in force.
    pub(crate) needs: NeedSet,
    /// What is declared to be preferred.
    pub(crate) channel: Option<usize>,
    pub(crate) layout: Option<LayoutComplexity>,
    pub(crate) assistance: Option<AssistanceLevel>,
    pub(crate) case_is_open: bool,
    pub(crate) prior: Option<Prior>,
    pub(crate) in_use: Option<usize>,
    pub(crate) continued: Option<usize>,
    pub(crate) some_is_in_use: bool,
    pub(crate) granted: u64,
    pub(crate) house_minute: u16,
    pub(crate) visitor_minute: u16,
    /// By channel: its reach, the steps of its habit, and whether we have begun as many contacts as may be.
    pub(crate) channels: Vec<(Reach, u8, bool)>,
}

impl ExperienceSelector {
    /// Decides by what cells say.
    pub(crate) fn decide_by(&self, told: &Told) -> Decision {
        let gifts = &self.inner.gifts;
        let mut sums = gifts.start(self.checked());
        let positions = told.rules.iter().filter_map(|&rule| self.inner.deciding.position(rule));
        positions.for_each(|position| gifts.add(&mut sums, position));
        let mut arms = [0; Limits::EXPERIMENTS];
        for (number, (slot, &drawn)) in arms.iter_mut().zip(&told.drawn).enumerate() {
            if told.experiments >> number & 1 == 1
                && let Some(arm) = drawn.checked_sub(1)
            {
                *slot = drawn;
                gifts.add_arm(&mut sums, number, arm);
            }
        }
        let asked = Asked {
            required: told.required,
            preferred: told.needs.minus(told.required),
            in_use: told.in_use,
            continued: told.continued,
            granted: told.granted,
            house_minute: told.house_minute,
            visitor_minute: told.visitor_minute,
        };
        let wishes = Wishes {
            required: told.required,
            needs: told.needs,
            channel: told.channel,
            layout: told.layout,
            assistance: told.assistance,
            case_is_open: told.case_is_open,
        };
        let reach_and_habit = told.channels.iter().map(|&(reach, habit, _)| (reach, habit));
        let ties = Ties::told(self.checked().weights.habit, reach_and_habit);
        let reached = |position: usize| told.channels.get(position).is_some_and(|(.., reached)| *reached);
        let person = Person { wishes, ties };
        let stance = Stance::of(&self.inner.plan, &person.ties, &asked, reached);
        let (prior, some_is_in_use) = (told.prior, told.some_is_in_use);
        let circumstances = Circumstances { prior, some_is_in_use, stance };
        self.conclude(&person, &circumstances, &sums, arms, |_| None, &mut ())
    }
}
