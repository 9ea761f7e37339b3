//! Tests that are missing: for what no test touches a visitor is searched who does, and what is decided for them now becomes what is
//! expected. Whoever pastes it reads it first: it says what is, not what should be.

use std::collections::BTreeSet;
use std::fmt;

use super::coverage::Touched;
use super::expected::reason;
use super::states::states;
use crate::cells::{CellSet, Region, Truths};
use crate::decision::ReasonCode;
use crate::document::{Expectation, TestEntry};
use crate::experience::{AssistanceLevel, LayoutComplexity};
use crate::explanation::Explanation;
use crate::policy::Effects;
use crate::search::{Aim, Budget, Found, Goal, Person, Space, Witness};
use crate::selector::ExperienceSelector;
use crate::value::Text;

/// A test that a policy does not have. `Display` writes it as the policy would, ready to be pasted.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Proposal {
    /// What it touches that no test before it does.
    pub touches: Vec<Text>,
    /// The test. It expects what is decided now.
    pub test: TestEntry,
}

impl fmt::Display for Proposal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let TestEntry { name, profile, visit, expect } = &self.test;
        writeln!(f, "[[tests]]\nname = {}", serde_json::Value::from(name.as_str()))?;
        writeln!(f, "{}", Witness { profile: profile.clone(), visit: visit.clone() })?;
        let expect = serde_json::to_value(expect).unwrap_or_default();
        writeln!(f, "expect = {}", crate::search::inline(&expect))
    }
}

/// What a test may be missing for.
enum Wanted {
    Rule(usize),
    /// And whether it is to hold.
    Segment(usize, bool),
    /// Experiment and arm.
    Arm(usize, usize),
    /// The axis in the order of decisions, and the code.
    Reason(usize, ReasonCode),
}

impl ExperienceSelector {
    /// Tests that `tests` are missing: for each rule that holds in none of them, each segment that holds in none or in all, each arm
    /// that none is in, each reason that none gives and each value that none has, as far as a visitor is found within `steps`
    /// regions of cells for each. What one of them touches, no later one is proposed for.
    ///
    /// # Cost
    /// At most `steps` for each thing that is missing, for a reason so many for each level or channel and once more; each step is
    /// about linear in the rules; allocates.
    #[must_use]
    pub fn propose_tests(&self, tests: &[TestEntry], steps: u64) -> Vec<Proposal> {
        let checked = self.checked();
        let Some(space) = Space::of(checked, &[]) else { return Vec::new() };
        let names = tests.iter().map(|test| test.name.clone()).collect();
        let mut proposer =
            Proposer { selector: self, space, touched: Touched::of(self), names, made: Vec::new(), steps };
        for test in tests {
            proposer.touched.add(self, test, &self.explain(&test.profile, &test.visit));
        }
        let segments =
            (0..checked.segments.len()).flat_map(|n| [Wanted::Segment(n, true), Wanted::Segment(n, false)]);
        let arms = checked.experiments.iter().enumerate();
        let arms =
            arms.flat_map(|(n, experiment)| (0..experiment.arms.len()).map(move |arm| Wanted::Arm(n, arm)));
        let reasons = ReasonCode::BY_AXIS.into_iter().enumerate();
        let reasons =
            reasons.flat_map(|(axis, (_, codes))| codes.iter().map(move |&code| Wanted::Reason(axis, code)));
        let rules = (0..checked.rules.len()).map(Wanted::Rule);
        rules.chain(segments).chain(arms).chain(reasons).for_each(|wanted| proposer.propose(&wanted));
        proposer.propose_values();
        proposer.made
    }
}

/// Of one axis no more cells are tried for a reason than about so many, and each within so many steps.
const MOST_CELLS: usize = 16;
const MOST_STEPS: u64 = 64;

struct Proposer<'s> {
    selector: &'s ExperienceSelector,
    space: Space<'s>,
    touched: Touched,
    /// Those of all tests so far.
    names: BTreeSet<String>,
    made: Vec<Proposal>,
    steps: u64,
}

impl Proposer<'_> {
    fn propose(&mut self, wanted: &Wanted) {
        let checked = self.selector.checked();
        let missing = |wanted: &Wanted, touched: &Touched| match wanted {
            Wanted::Rule(n) => checked.rules.get(*n).is_some_and(|rule| touched.lacks_rule(&rule.name)),
            Wanted::Segment(n, holds) => {
                checked.segments.get(*n).is_some_and(|segment| touched.lacks_segment(&segment.name, *holds))
            }
            Wanted::Arm(n, arm) => checked.experiments.get(*n).is_some_and(|experiment| {
                experiment.arms.get(*arm).is_some_and(|arm| touched.lacks_arm(&experiment.name, &arm.name))
            }),
            Wanted::Reason(axis, code) => touched.lacks_reason(*axis, *code),
        };
        if !missing(wanted, &self.touched) {
            return;
        }
        // Whoever is left of them must touch it still.
        let touches = |person: &Person| {
            let mut touched = self.touched.clone();
            let (test, explanation) = self.test(person, String::new());
            touched.add(self.selector, &test, &explanation);
            !missing(wanted, &touched)
        };
        let everywhere = self.space.everywhere();
        let of_condition = |tree, truths, start| {
            let goal = Goal::new(&self.space, vec![(tree, truths)], Aim::Anything);
            self.somebody(start, &goal, &touches)
        };
        let found = match wanted {
            Wanted::Reason(axis, _) => self.giving(*axis, &touches),
            Wanted::Rule(n) => {
                self.space.rule(*n).and_then(|tree| of_condition(tree, Truths::TRUE, everywhere))
            }
            Wanted::Segment(n, holds) => self.space.segment(*n).and_then(|(tree, include_unknown)| {
                let truths = match (holds, include_unknown) {
                    (true, true) => Truths::TRUE.or(Truths::UNKNOWN),
                    (true, false) => Truths::TRUE,
                    (false, true) => Truths::FALSE,
                    (false, false) => Truths::UNTRUE,
                };
                of_condition(tree, truths, everywhere)
            }),
            Wanted::Arm(n, arm) => {
                let tree = self.space.experiment(*n);
                let conditions = tree.map(|tree| (tree, Truths::TRUE)).into_iter().collect();
                let goal = Goal::new(&self.space, conditions, Aim::Anything);
                self.somebody(self.space.in_arm(*n, *arm), &goal, &touches)
            }
        };
        let Some(person) = found else { return };
        let person = self.space.least(person, touches);
        let what = match wanted {
            Wanted::Rule(n) => checked.rules.get(*n).map(|rule| format!("the rule `{}` holds", rule.name)),
            Wanted::Segment(n, true) => {
                checked.segments.get(*n).map(|one| format!("the segment `{}` holds", one.name))
            }
            Wanted::Segment(n, false) => {
                checked.segments.get(*n).map(|one| format!("the segment `{}` does not hold", one.name))
            }
            Wanted::Arm(n, arm) => checked.experiments.get(*n).and_then(|experiment| {
                let arm = experiment.arms.get(*arm)?;
                Some(format!("the arm `{}/{}` is drawn", experiment.name, arm.name))
            }),
            Wanted::Reason(axis, code) => {
                let axis = ReasonCode::BY_AXIS.get(*axis).map_or("", |(axis, _)| axis);
                Some(format!("the {axis} has the reason `{code}`"))
            }
        };
        self.add(&person, "for whom", vec![what.unwrap_or_default().into()]);
    }

    /// Somebody who is as is looked for, and `really` so.
    fn somebody(&self, start: Region, goal: &Goal<'_>, really: &dyn Fn(&Person) -> bool) -> Option<Person> {
        self.within(&mut Budget::new(self.steps), start, goal, really)
    }

    /// The same within other steps.
    fn within(
        &self,
        budget: &mut Budget,
        start: Region,
        goal: &Goal<'_>,
        really: &dyn Fn(&Person) -> bool,
    ) -> Option<Person> {
        let look = |region: &Region| goal.look(&self.space, region);
        match self.space.find(start, budget, look, |person| really(person).then(|| person.clone())) {
            Found::One(person) => Some(person),
            Found::None | Found::Untold(_) => None,
        }
    }

    /// Somebody for whom an axis has a reason: reasons are no cells, so that those are tried who get each level and channel.
    fn giving(&self, axis: usize, gives: &dyn Fn(&Person) -> bool) -> Option<Person> {
        let channels = self.selector.checked().channels.len();
        let aims: Vec<Aim> = match axis {
            0 => (0..channels).map(|place| Aim::Channel(1 << place)).collect(),
            1 => (0..LayoutComplexity::ALL.len())
                .map(|n| Aim::Layout { levels: 1 << n, in_use: false })
                .collect(),
            _ => (0..AssistanceLevel::ALL.len()).map(|n| Aim::Assistance(1 << n)).collect(),
        };
        let goals = aims.into_iter().map(|aim| Goal::new(&self.space, Vec::new(), aim));
        let found = goals.into_iter().find_map(|goal| self.somebody(self.space.everywhere(), &goal, gives));
        found.or_else(|| self.giving_apart(axis, gives))
    }

    /// The same where those who get each level or channel have it for other reasons: those are tried who have one value of their
    /// own, what the axis goes by first, if there are some of whom no rule says anything about it, and if not, whatever the rules say.
    fn giving_apart(&self, chosen: usize, gives: &dyn Fn(&Person) -> bool) -> Option<Person> {
        let speaks = |effects: &Effects| match chosen {
            0 => effects.never != 0 || !effects.channels.is_empty(),
            1 => effects.layout != 0 || effects.layout_at_most.is_some(),
            _ => effects.assistance != 0 || effects.assistance_at_least.is_some(),
        };
        let speaking =
            self.selector.checked().rules.iter().enumerate().filter(|(_, rule)| speaks(&rule.effects));
        let silent: Vec<_> =
            speaking.filter_map(|(n, _)| Some((self.space.rule(n)?, Truths::UNTRUE))).collect();
        let everywhere = self.space.everywhere();
        let goals = [silent, Vec::new()].map(|conditions| Goal::new(&self.space, conditions, Aim::Anything));
        let mut left = self.steps;
        for axis in self.space.nearest_to(chosen) {
            let ranges = everywhere.get(axis).map_or(&[][..], CellSet::ranges);
            // Of very many cells, as those of the hours are, some do.
            let cells = ranges.iter().flat_map(|&(start, end)| start..end);
            let skip = (cells.clone().count() / MOST_CELLS).max(1);
            for goal in &goals {
                for cell in cells.clone().step_by(skip) {
                    let [inside, _] = everywhere.parted(axis, &CellSet::range(cell, cell + 1));
                    let mut budget = Budget::new(left.min(MOST_STEPS));
                    let may = budget.left();
                    let found = inside.and_then(|inside| self.within(&mut budget, inside, goal, gives));
                    left -= may - budget.left();
                    if found.is_some() || left == 0 {
                        return found;
                    }
                }
            }
        }
        None
    }

    /// Proposes visitors who have the values that none has, as many of them as fit in one.
    fn propose_values(&mut self) {
        // Every turn touches something new, or ends it.
        loop {
            let mut region = self.space.everywhere();
            let mut touches = Vec::new();
            for (number, axis) in self.selector.grid().axes.iter().enumerate() {
                for (name, all) in states(self.selector, axis) {
                    for (state, cells) in
                        all.into_iter().filter(|(_, cells)| !self.touched.has(number, cells))
                    {
                        let Some(inside) = self.space.narrowed(&region, self.selector.grid(), axis, &cells)
                        else {
                            continue;
                        };
                        // What hangs together may still not fit, so that each is tried with those before it.
                        let goal = Goal::new(&self.space, Vec::new(), Aim::Anything);
                        if self.somebody(inside.clone(), &goal, &|_| true).is_some() {
                            region = inside;
                            touches.push(match &*state {
                                "in" | "out" => format!("{name} {state}").into(),
                                _ => format!("`{name}` {state}").into(),
                            });
                            break;
                        }
                    }
                }
            }
            let goal = Goal::new(&self.space, Vec::new(), Aim::Anything);
            let person = self.somebody(region, &goal, &|_| true);
            let Some(person) = person.filter(|_| !touches.is_empty()) else { return };
            let before = self.touched.count();
            self.add(&person, "with", touches);
            if self.touched.count() == before {
                self.made.pop();
                return;
            }
        }
    }

    fn add(&mut self, person: &Person, joint: &str, touches: Vec<Text>) {
        let name = match touches.as_slice() {
            [one] => format!("somebody {joint} {one}"),
            several => format!("somebody with {} values that no other test has", several.len()),
        };
        let (test, explanation) = self.test(person, self.free(name));
        self.names.insert(test.name.clone());
        self.touched.add(self.selector, &test, &explanation);
        self.made.push(Proposal { touches, test });
    }

    /// The name, or with a number behind it one that no test has.
    fn free(&self, name: String) -> String {
        let numbered = (2..).map(|number| format!("{name}, {number}"));
        let free = std::iter::once(name.clone()).chain(numbered).find(|name| !self.names.contains(name));
        free.unwrap_or(name)
    }

    /// Somebody as a test, which expects what is, and why it is so.
    fn test(&self, person: &Person, name: String) -> (TestEntry, Explanation) {
        let Witness { profile, visit } = self.space.witness(person);
        let explanation = self.selector.explain(&profile, &visit);
        let decision = explanation.decision();
        let experience = decision.experience();
        let reasons = ReasonCode::BY_AXIS.iter().zip(decision.reasons);
        let arms: Vec<_> = self.selector.arms(decision).collect();
        let owned = |(experiment, arm): &(&str, &str)| ((*experiment).to_owned(), (*arm).to_owned());
        let expect = Expectation {
            channel: Some(experience.channel.to_string()),
            layout: Some(experience.layout),
            assistance: Some(experience.assistance),
            adapt: Some(decision.adaptations().iter().collect()),
            way_out: decision.way_out().map(|way| way.channel.to_string()),
            rules: Some(explanation.rules().map(str::to_owned).collect::<BTreeSet<_>>()),
            reasons: Some(
                reasons.map(|((axis, _), why)| ((*axis).to_owned(), reason(self.selector, why))).collect(),
            ),
            arms: (!arms.is_empty()).then(|| arms.iter().map(owned).collect()),
            ..Expectation::default()
        };
        (TestEntry { name, profile, visit, expect }, explanation)
    }
}
