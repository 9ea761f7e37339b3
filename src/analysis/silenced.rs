//! Rules that an unknown fact silences to somebody's harm: a conjunction in the condition of a rule that simplifies or helps,
//! whose part about needs, trouble, mood or open cases is true of somebody, and which is undecided for them all the same, only
//! because another fact is missing.

use std::collections::BTreeSet;

use super::desk::{Desk, Told};
use super::people::{concludes, ids, only, reads};
use super::subjects::Term;
use super::{Subject, SubjectKind};
use crate::attribute::AttributeId;
use crate::cells::Truths;
use crate::condition::{Condition, Node, Operand};
use crate::explanation::listed;
use crate::finding::FindingKind as Kind;
use crate::policy::{Checked, Effects};
use crate::search::Aim;
use crate::search::Witness;
use crate::selector::{Asked, Event, ExperienceSelector, Observer};

/// What says that somebody needs help.
const TROUBLE: [&str; 14] = [
    "profile.needs",
    "profile.required_needs",
    "profile.mood",
    "profile.mood_trend",
    "profile.effort",
    "profile.nps",
    "profile.open_cases",
    "visit.errors",
    "visit.retries",
    "visit.rage_clicks",
    "visit.back_steps",
    "journey.attempts",
    "journey.failed_steps",
    "journey.abandoned",
];

/// How many conjunctions and alternatives of one rule are looked at; they may be as many as segments.
const MOST_OF_RULE: usize = 256;

/// Whether a rule simplifies or helps.
fn helps(effects: &Effects) -> bool {
    effects.layout < 0
        || effects.assistance > 0
        || effects.layout_at_most.is_some()
        || effects.assistance_at_least.is_some()
        || !effects.adapt.is_empty()
}

/// A conjunction that may be silenced: itself, and its conjuncts about trouble, by their numbers.
struct Site {
    rule: usize,
    whole: usize,
    trouble: Vec<usize>,
}

/// A part of a condition, of which it is asked whether it is true, or where it stands behind a `!`, whether it is false.
#[derive(Clone)]
struct Part<'a> {
    home: &'a Condition,
    path: Vec<u16>,
    negated: bool,
}

/// What a part is to those who take conditions apart.
enum Is<'a> {
    /// It holds if one of these does.
    Alternatives(Vec<Part<'a>>),
    /// It holds if all of these do.
    Conjunction(Vec<Part<'a>>),
    /// It is another part, named or turned round.
    Other(Part<'a>),
    /// It cannot be taken apart.
    Whole,
}

impl<'a> Part<'a> {
    const fn of(home: &'a Condition) -> Self {
        Self { home, path: Vec::new(), negated: false }
    }

    /// The part below it at a place.
    fn below(&self, place: u16) -> Self {
        let mut below = self.clone();
        below.path.push(place);
        below
    }

    fn is(&self, checked: &'a Checked) -> Is<'a> {
        // A condition has at most 10,000 nodes.
        let all = |count: usize| (0..count as u16).map(|place| self.below(place)).collect();
        match self.home.part(&self.path) {
            Some(Node::Or(parts)) if !self.negated => Is::Alternatives(all(parts.len())),
            Some(Node::And(parts)) if self.negated => Is::Alternatives(all(parts.len())),
            Some(Node::Or(parts) | Node::And(parts)) => Is::Conjunction(all(parts.len())),
            Some(Node::Not(_)) => Is::Other(Self { negated: !self.negated, ..self.below(0) }),
            // Where the unknown counts as true it holds all the more if its condition does.
            Some(Node::Segment(id)) => match checked.segments.get(id.0 as usize) {
                Some(segment) => Is::Other(Self { negated: self.negated, ..Self::of(&segment.when) }),
                None => Is::Whole,
            },
            Some(Node::If(parts)) if !self.negated => match &**parts {
                [_, _, Node::Constant(Operand::Bool(false))] => {
                    Is::Conjunction(vec![self.below(0), self.below(1)])
                }
                _ => Is::Whole,
            },
            _ => Is::Whole,
        }
    }

    fn asked(&self) -> Asked<'_> {
        Asked::Part(self.home, &self.path)
    }
    /// The value by which it holds.
    const fn wanted(&self) -> Truths {
        if self.negated { Truths::FALSE } else { Truths::TRUE }
    }
}

/// The parts of rules' conditions that are asked for.
#[derive(Default)]
pub(super) struct Sites<'a> {
    parts: Vec<Part<'a>>,
    sites: Vec<Site>,
    /// By rule.
    alternatives: Vec<Vec<usize>>,
}

impl<'a> Sites<'a> {
    pub(super) fn of(checked: &'a Checked) -> Self {
        let trouble = ids(checked, &TROUBLE);
        let mut all = Self::default();
        for (number, rule) in checked.rules.iter().enumerate() {
            let (mut conjunctions, mut alternatives) = (Vec::new(), Vec::new());
            let mut waiting = vec![Part::of(&rule.when)];
            while let Some(part) = waiting.pop() {
                if alternatives.len() + waiting.len() > MOST_OF_RULE {
                    break;
                }
                match part.is(checked) {
                    Is::Alternatives(parts) => waiting.extend(parts),
                    Is::Other(part) => waiting.push(part),
                    Is::Conjunction(_) => {
                        conjunctions.push(part.clone());
                        alternatives.push(part);
                    }
                    Is::Whole => alternatives.push(part),
                }
            }
            let kept = if concludes(&rule.effects) { alternatives } else { Vec::new() };
            let numbers = kept.into_iter().map(|part| all.part(part)).collect();
            all.alternatives.push(numbers);
            if !helps(&rule.effects) {
                continue;
            }
            for whole in conjunctions {
                let conjuncts = conjuncts(checked, &whole);
                let count = conjuncts.len();
                let mut of_trouble = Vec::new();
                let mut others = 0;
                for conjunct in conjuncts {
                    match about(checked, conjunct, &trouble) {
                        About::Trouble(part) => of_trouble.push(part),
                        About::TroubleToo(part) => {
                            of_trouble.push(part);
                            others += 1;
                        }
                        About::Others => others += 1,
                    }
                }
                // Of a conjunct that is true by its trouble nothing is missing.
                if of_trouble.is_empty() || others == 0 || of_trouble.len() == count && others == count {
                    continue;
                }
                let whole = all.part(whole);
                let trouble = of_trouble.into_iter().map(|part| all.part(part)).collect();
                all.sites.push(Site { rule: number, whole, trouble });
            }
        }
        all
    }

    fn part(&mut self, part: Part<'a>) -> usize {
        self.parts.push(part);
        self.parts.len() - 1
    }

    pub(super) fn parts(&self) -> Vec<(&'a Condition, &[u16])> {
        self.parts.iter().map(|part| (part.home, &*part.path)).collect()
    }

    fn get(&self, part: usize) -> Option<&Part<'a>> {
        self.parts.get(part)
    }

    /// The alternatives of a rule's condition, by their numbers, each with the value by which it holds.
    pub(super) fn alternatives(&self, rule: usize) -> impl Iterator<Item = (usize, Asked<'_>, Truths)> {
        let numbers = self.alternatives.get(rule).map(Vec::as_slice).unwrap_or_default();
        numbers.iter().filter_map(|&number| {
            let part = self.get(number)?;
            Some((number, part.asked(), part.wanted()))
        })
    }
}

/// What a conjunct speaks of.
enum About<'a> {
    /// Of trouble and nothing else.
    Trouble(Part<'a>),
    /// Of something else too; but this alternative of it speaks of trouble alone.
    TroubleToo(Part<'a>),
    Others,
}

fn about<'a>(checked: &'a Checked, conjunct: Part<'a>, trouble: &BTreeSet<AttributeId>) -> About<'a> {
    let is_about = |part: &Part<'a>| only(&reads(checked, part.asked()), trouble);
    if is_about(&conjunct) {
        return About::Trouble(conjunct);
    }
    let mut waiting = vec![conjunct];
    let mut looked_at = 0;
    while let Some(part) = waiting.pop() {
        looked_at += 1;
        match part.is(checked) {
            _ if looked_at > MOST_OF_RULE => break,
            _ if is_about(&part) => return About::TroubleToo(part),
            Is::Alternatives(parts) => waiting.extend(parts.into_iter().rev()),
            Is::Other(part) => waiting.push(part),
            Is::Conjunction(_) | Is::Whole => {}
        }
    }
    About::Others
}

/// The conjuncts of a conjunction; those of a segment that is one stand for it.
fn conjuncts<'a>(checked: &'a Checked, whole: &Part<'a>) -> Vec<Part<'a>> {
    let mut found = Vec::new();
    let mut waiting = vec![whole.clone()];
    while let Some(part) = waiting.pop() {
        if found.len() + waiting.len() > MOST_OF_RULE {
            break;
        }
        let mut other = part.clone();
        // What is named or turned round is looked at behind its name.
        let parts = loop {
            match other.is(checked) {
                Is::Other(next) if !includes_unknown(checked, &other) => other = next,
                Is::Conjunction(parts) => break Some(parts),
                _ => break None,
            }
        };
        match parts {
            Some(parts) => waiting.extend(parts),
            None => found.push(part),
        }
    }
    found
}

/// Whether a part is a segment of which the unknown counts as true: it is never unknown itself.
fn includes_unknown(checked: &Checked, part: &Part<'_>) -> bool {
    match part.home.part(&part.path) {
        Some(Node::Segment(id)) => {
            checked.segments.get(id.0 as usize).is_some_and(|segment| segment.include_unknown)
        }
        _ => false,
    }
}

pub(super) fn all(desk: &mut Desk<'_, '_>, sites: &Sites<'_>) {
    let items = desk.items;
    let rules = items.iter().filter(|item| item.what == SubjectKind::Rule);
    for item in rules {
        desk.tick(1);
        let about = Subject { what: SubjectKind::Rule, name: item.name.into() };
        if !desk.tells(Kind::Silenced, &about) {
            continue;
        }
        for site in sites.sites.iter().filter(|site| site.rule == item.number) {
            let (space, from) = (desk.space, desk.parts_from);
            let term = |part: usize, wanted: Option<Truths>| {
                let (tree, part) = (space.other(from + part)?, sites.get(part)?);
                Some(Term { tree, asked: part.asked(), wanted: wanted.unwrap_or(part.wanted()) })
            };
            let mut terms = vec![item.holds.be(Truths::UNKNOWN)];
            terms.extend(term(site.whole, Some(Truths::UNKNOWN)));
            terms.extend(site.trouble.iter().filter_map(|&part| term(part, None)));
            let sought = desk.seek(&terms, Aim::Anything, None);
            let steps = sought.steps;
            match sought.found {
                Ok(None) => continue,
                Ok(Some(person)) => {
                    let witness = desk.witness(&person, &terms, None);
                    tell(desk, item.name, about, witness, steps);
                }
                Err(why) => desk.untold(Kind::Silenced, vec![about], why, steps),
            }
            break;
        }
    }
}

fn tell(desk: &mut Desk<'_, '_>, name: &str, about: Subject, witness: Witness, steps: u64) {
    let missing = Missing::of(desk.selector, name, &witness);
    let facts: Vec<String> = missing.iter().map(|fact| format!("`{fact}`")).collect();
    let (facts, are) = match facts.as_slice() {
        [] => ("another fact".to_owned(), "is"),
        [one] => (one.clone(), "is"),
        several => (listed(several), "are"),
    };
    let message =
        format!("rule `{name}` does not help somebody in trouble, only because {facts} {are} not known");
    let known: Vec<String> = missing.iter().map(|fact| format!("known({fact}) && ")).collect();
    let help = match known.as_slice() {
        [] => "make a segment of what may be unknown, with `on_unknown = \"include\"`".to_owned(),
        known => format!(
            "if that is meant, say so: `{}…`; else make a segment of what may be unknown, with `on_unknown = \"include\"`",
            known.concat()
        ),
    };
    let witness = Some(witness);
    desk.tell(Told { kind: Kind::Silenced, about: vec![about], message, help, witness, steps });
}

/// The unknown facts that leave a rule undecided for somebody.
struct Missing<'r> {
    rule: &'r str,
    facts: Vec<String>,
}

impl Missing<'_> {
    fn of(selector: &ExperienceSelector, rule: &str, witness: &Witness) -> Vec<String> {
        let mut missing = Missing { rule, facts: Vec::new() };
        let _ = selector.select_with(&witness.profile, &witness.visit, &mut missing);
        missing.facts
    }
}

impl Observer for Missing<'_> {
    fn observe(&mut self, event: Event<'_>) {
        if let Event::Rule { name, unknown, .. } = event
            && name == self.rule
        {
            self.facts.extend(unknown.iter().map(|fact| fact.attribute.to_string()));
        }
    }
}
