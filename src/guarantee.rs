//! Guarantees: what a policy promises for all visitors. Each is searched for a counterexample when the policy is compiled; a
//! selector comes only of a policy whose promises hold.

use std::fmt;

use crate::cells::Truths;
use crate::decision::{Decision, ReasonCode};
use crate::diagnostic::Place;
use crate::document::{Path, Text as Source};
use crate::experience::{AssistanceLevel, Experience, LayoutComplexity};
use crate::policy::Guarantee;
use crate::search::{Aim, Budget, Found, Goal, Person, Space, Untold, Witness, steps_of};
use crate::selector::ExperienceSelector;
use crate::value::Text;

/// How a guarantee fared.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[non_exhaustive]
pub struct Guaranteed {
    /// Its name.
    pub name: Text,
    /// What was found.
    pub proof: Proof,
    /// How many steps were taken: in one a region of cells is looked at, and where conditions have more than 1,024 nodes and axes a
    /// look takes a step for each 1,024 of them.
    pub steps: u64,
    /// Parts of conditions that are worked out for each visitor: the proof takes them as able to have any value.
    pub free: Vec<Text>,
    /// Whether it only warns where it is neither proven nor refuted.
    pub warns: bool,
}

impl Guaranteed {
    /// Whether it keeps the policy from serving.
    #[must_use]
    pub const fn refuses(&self) -> bool {
        match self.proof {
            Proof::Proven => false,
            Proof::Refuted(_) => true,
            Proof::Inconclusive(_) => !self.warns,
        }
    }

    /// Where it stands in the TOML text that its policy was read from. A text that is not TOML has no places.
    ///
    /// # Cost
    /// That of reading the text once.
    #[must_use]
    pub fn place(&self, toml: &str) -> Option<Place> {
        Source::places(toml)?(Path::of(&["guarantees", &self.name]))
    }
}

/// What was found of a guarantee.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Proof {
    /// It holds for every visitor that there can be.
    Proven,
    /// It does not hold for this one.
    Refuted(Box<Refutation>),
    /// It could not be told.
    Inconclusive(WhyInconclusive),
}

/// Somebody for whom a guarantee does not hold.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[non_exhaustive]
pub struct Refutation {
    /// Who.
    pub witness: Witness,
    /// What they get.
    pub experience: Experience,
    /// What the guarantee says instead, in plain words.
    pub breach: Text,
    /// Why that came out so: [`NobodyThere`](ReasonCode::NobodyThere) where a person is promised at an hour at which none is.
    pub reason: ReasonCode,
    /// The rules that hold for them.
    pub rules: Vec<Text>,
}

/// Why it could not be told: of a guarantee, a difference between two policies, a finding, or whom a refused effect would hurt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum WhyInconclusive {
    /// The budget of steps ran out.
    Budget,
    /// The cells allow somebody for whom it would not hold, but nobody was found who really is so: what is worked out for each
    /// visitor, or drawn by ids, is free in the search.
    NobodyFound,
    /// There are more ways in which a condition can be true than are looked at one by one; only findings end so.
    TooManyWays,
}

impl From<Untold> for WhyInconclusive {
    fn from(why: Untold) -> Self {
        match why {
            Untold::Budget => Self::Budget,
            Untold::Unmade => Self::NobodyFound,
        }
    }
}

/// A number of steps, in words.
pub(crate) fn counted_steps(steps: u64) -> String {
    format!("{steps} step{}", if steps == 1 { "" } else { "s" })
}

impl fmt::Display for Guaranteed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.name;
        match &self.proof {
            Proof::Proven => write!(f, "guarantee `{name}` is proven for every visitor")?,
            Proof::Refuted(found) => {
                let rules: Vec<String> = found.rules.iter().map(|rule| format!("`{rule}`")).collect();
                let holding = match rules.as_slice() {
                    [] => "no rule holds for them".to_owned(),
                    [_] => format!("the rule {} holds for them", crate::explanation::listed(&rules)),
                    _ => format!("the rules {} hold for them", crate::explanation::listed(&rules)),
                };
                let breach = &found.breach;
                return write!(f, "guarantee `{name}` does not hold: {breach}; {holding}\n{}", found.witness);
            }
            Proof::Inconclusive(WhyInconclusive::Budget | WhyInconclusive::TooManyWays) => match self.steps {
                0 => write!(f, "guarantee `{name}` was not told: the steps for all guarantees had run out")?,
                steps => write!(f, "guarantee `{name}` could not be told within {}", counted_steps(steps))?,
            },
            Proof::Inconclusive(WhyInconclusive::NobodyFound) => {
                write!(
                    f,
                    "guarantee `{name}` is neither proven nor refuted: the search leaves room for somebody for whom it does not hold, but nobody was found"
                )?;
            }
        }
        f.write_str(&free_of(&self.free))
    }
}

/// What may have any value in a search, as the end of a sentence.
pub(crate) fn free_of(free: &[Text]) -> String {
    let free: Vec<String> = free.iter().map(|part| format!("`{part}`")).collect();
    match free.as_slice() {
        [] => String::new(),
        free => {
            format!(
                "; what is worked out in {} is taken as able to have any value",
                crate::explanation::listed(free)
            )
        }
    }
}

/// How many times what one way of breaking a guarantee may take all guarantees together may.
const TOGETHER: u64 = 20;

/// Proves or refutes the guarantees of a compiled policy, each way of breaking one within so many steps.
pub(crate) fn prove(selector: &ExperienceSelector, steps: u64) -> Vec<Guaranteed> {
    let checked = selector.checked();
    if checked.guarantees.is_empty() {
        return Vec::new();
    }
    let conditions: Vec<_> = checked.guarantees.iter().map(|guarantee| &guarantee.when).collect();
    let space = Space::of(checked, &conditions);
    let mut left = steps.saturating_mul(TOGETHER);
    let all = checked.guarantees.iter().enumerate();
    all.map(|(number, guarantee)| {
        let (proof, steps, free) = one(selector, space.as_ref(), number, guarantee, (steps, &mut left));
        let warns = guarantee.inconclusive_warns;
        Guaranteed { name: (&*guarantee.name).into(), proof, steps, free, warns }
    })
    .collect()
}

/// The ways in which a guarantee can be broken, each with what it looks like.
fn breaches(guarantee: &Guarantee) -> Vec<(Aim, Breach)> {
    let mut all = Vec::new();
    if let Some(level) = guarantee.layout_at_most {
        all.push((Aim::layout_above(level, false), Breach::Layout(level)));
        all.push((Aim::layout_above(level, true), Breach::LayoutInUse(level)));
    }
    if let Some(level) = guarantee.assistance_at_least {
        all.push((Aim::assistance_below(level), Breach::Assistance(level)));
    }
    if guarantee.never != 0 {
        all.push((Aim::Channel(guarantee.never), Breach::Channel(guarantee.never)));
    }
    all
}

/// One way in which a guarantee can be broken.
#[derive(Debug, Clone, Copy)]
enum Breach {
    Layout(LayoutComplexity),
    LayoutInUse(LayoutComplexity),
    Assistance(AssistanceLevel),
    Channel(u32),
}

impl Breach {
    /// Why what it is about came out so.
    const fn reason(self, decision: &Decision) -> ReasonCode {
        match self {
            Self::Layout(_) | Self::LayoutInUse(_) => decision.layout_reason().code(),
            Self::Assistance(_) => decision.assistance_reason().code(),
            Self::Channel(_) => decision.channel_reason().code(),
        }
    }
    /// What is broken by a decision, if it is.
    fn of(self, selector: &ExperienceSelector, decision: &Decision) -> Option<String> {
        let experience = decision.experience();
        match self {
            Self::Layout(most) => {
                let layout = experience.layout;
                (layout > most).then(|| format!("`{layout}` is laid out where at most `{most}` is promised"))
            }
            Self::LayoutInUse(most) => {
                let layout = decision.layout_in_use();
                (layout > most).then(|| {
                    format!(
                        "`{layout}` is laid out on the channel in use, where at most `{most}` is promised"
                    )
                })
            }
            Self::Assistance(least) => {
                let found = experience.assistance;
                // Of who was ruled out nothing else would help.
                let why = match decision.assistance_reason().code() {
                    ReasonCode::NobodyThere => ", since no staffed channel is open at that hour",
                    _ => "",
                };
                (found < least)
                    .then(|| format!("`{found}` is the assistance where at least `{least}` is promised{why}"))
            }
            Self::Channel(never) => {
                let channels = selector.checked().channels.iter().enumerate();
                let mut excluded = channels.filter(|(place, _)| never >> place & 1 == 1);
                let found = excluded.find(|(_, channel)| channel.channel == experience.channel)?;
                Some(format!("`{}` serves, which is promised never to be", found.1.channel))
            }
        }
    }
}

/// How one fared, each way of breaking it within `steps` and what is `left` for all; with the steps that were taken and what is
/// free. Where there is nothing to search in, nothing is proven.
fn one(
    selector: &ExperienceSelector,
    space: Option<&Space<'_>>,
    number: usize,
    guarantee: &Guarantee,
    (steps, left): (u64, &mut u64),
) -> (Proof, u64, Vec<Text>) {
    const NOBODY: Proof = Proof::Inconclusive(WhyInconclusive::NobodyFound);
    let (mut free, mut taken) = (Vec::new(), 0);
    let Some((space, when)) = space.and_then(|space| Some((space, space.other(number)?))) else {
        return (NOBODY, taken, free);
    };
    let mut proof = Proof::Proven;
    for (aim, breach) in breaches(guarantee) {
        let goal = Goal::new(space, vec![(when, Truths::TRUE)], aim);
        let each = steps_of(goal.cost(space));
        // Whoever has steps left looks once at least.
        let may = steps.min(*left).div_ceil(each);
        let mut budget = Budget::new(may);
        free.extend(goal.free(space));
        let broken = |person: &Person| {
            let (profile, visit) = space.visitor(person);
            let applies = selector.truths(&profile, &visit, &[&guarantee.when]);
            let decision = selector.select(&profile, &visit);
            let broken = breach.of(selector, &decision);
            broken.filter(|_| applies.first().is_some_and(|truth| truth.holds())).map(|text| (decision, text))
        };
        let start = space.everywhere();
        let found = space.find(
            start,
            &mut budget,
            |region| goal.look(space, region),
            |person| broken(person).map(|_| person.clone()),
        );
        let took = (may - budget.left()) * each;
        taken += took;
        *left = left.saturating_sub(took);
        match found {
            Found::None => {}
            Found::One(person) => {
                let person = space.least(person, |person| broken(person).is_some());
                let witness = space.witness(&person);
                let Some((decision, text)) = broken(&person) else {
                    proof = NOBODY;
                    continue;
                };
                let rules = selector.holding(&witness.profile, &witness.visit);
                let (breach, experience, reason) =
                    (text.into(), decision.experience(), breach.reason(&decision));
                proof = Proof::Refuted(Box::new(Refutation { witness, experience, breach, reason, rules }));
                break;
            }
            Found::Untold(why) => {
                proof = Proof::Inconclusive(why.into());
            }
        }
    }
    free.sort();
    free.dedup();
    (proof, taken, free)
}
