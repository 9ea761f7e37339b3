//! Rules of two policies, matched by name: which hold in one and not in the other, or do something else.

use crate::channel::Channel;
use crate::policy::{Checked, Effects};
use crate::value::Text;
use crate::words::words;

words! {
    /// How a rule stands to a visitor that is served otherwise.
    #[derive(PartialOrd, Ord)]
    pub enum RuleTurn ("turn") {
        /// It holds for them now, and did not before, or was not there.
        Begins = "begins",
        /// It held for them, and does not any more, or is not there.
        Ends = "ends",
        /// It holds for them in both policies, and does something else now.
        Differs = "differs",
    }
}

impl RuleTurn {
    /// What the rule does now, as the end of a sentence: “the rule no longer holds”.
    #[must_use]
    pub const fn spoken(self) -> &'static str {
        match self {
            Self::Begins => "begins to hold",
            Self::Ends => "no longer holds",
            Self::Differs => "does something else",
        }
    }
}

/// The rules of two policies by name, each with a number.
#[derive(Debug, Clone)]
pub(super) struct Rules {
    /// In order.
    pub(super) names: Vec<Text>,
    /// By number in the old policy and in the new one: the number here.
    numbers: [Vec<usize>; 2],
    /// By number: whether both policies have it and its effects are not the same.
    differs: Vec<bool>,
}

/// What a rule does, said by names, so that rules of two policies can be compared.
fn effects(checked: &Checked, effects: &Effects) -> impl PartialEq + use<> {
    let name = |place: usize| checked.channels.get(place).map(|channel| channel.channel);
    let mut points: Vec<(Option<Channel>, i64)> =
        effects.channels.iter().map(|&(id, points)| (name(usize::from(id.0)), points)).collect();
    points.sort_unstable();
    let mut never: Vec<Option<Channel>> =
        (0..checked.channels.len()).filter(|place| effects.never >> place & 1 == 1).map(name).collect();
    never.sort_unstable();
    let Effects { layout, assistance, layout_at_most, assistance_at_least, adapt, .. } = *effects;
    (layout, assistance, layout_at_most, assistance_at_least, adapt, points, never)
}

impl Rules {
    pub(super) fn of([old, new]: [&Checked; 2]) -> Self {
        let mut names: Vec<Text> =
            old.rules.iter().chain(&new.rules).map(|rule| (&*rule.name).into()).collect();
        names.sort_unstable();
        names.dedup();
        let number = |name: &str| names.binary_search_by(|known| (**known).cmp(name)).unwrap_or(0);
        let numbers =
            [old, new].map(|checked| checked.rules.iter().map(|rule| number(&rule.name)).collect::<Vec<_>>());
        let of = |checked: &Checked, name: &str| {
            let place = checked.rules.binary_search_by(|rule| (*rule.name).cmp(name)).ok()?;
            checked.rules.get(place).map(|rule| effects(checked, &rule.effects))
        };
        let differs =
            names.iter().map(|name| of(old, name).zip(of(new, name)).is_some_and(|(was, is)| was != is));
        let differs = differs.collect();
        Self { names, numbers, differs }
    }

    /// The rules that stand otherwise to a visitor, of whom the numbers of the rules that hold are given, ascending.
    pub(super) fn turns(&self, holding: [&[usize]; 2]) -> Vec<(usize, RuleTurn)> {
        let [old, new] = &self.numbers;
        // Rules are kept by name in both, so that these ascend too.
        let mut before = holding[0].iter().filter_map(|&number| old.get(number).copied()).peekable();
        let mut now = holding[1].iter().filter_map(|&number| new.get(number).copied()).peekable();
        let mut turns = Vec::new();
        loop {
            match (before.peek().copied(), now.peek().copied()) {
                (None, None) => return turns,
                (Some(was), is) if is.is_none_or(|is| was < is) => {
                    turns.push((was, RuleTurn::Ends));
                    before.next();
                }
                (was, Some(is)) if was.is_none_or(|was| is < was) => {
                    turns.push((is, RuleTurn::Begins));
                    now.next();
                }
                (Some(both), _) => {
                    if self.differs.get(both).copied().unwrap_or(false) {
                        turns.push((both, RuleTurn::Differs));
                    }
                    before.next();
                    now.next();
                }
                // One of the arms above has taken it.
                (None, Some(_)) => return turns,
            }
        }
    }
}
