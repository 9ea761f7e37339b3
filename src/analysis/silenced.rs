//! Rules that an unknown fact silences to somebody's harm: a conjunction in the condition of a rule that simplifies or helps,
//! whose part about needs, trouble, mood or open cases is true of somebody, and which is undecided for them all the same, only
//! because another fact is missing.

use super::desk::{Desk, Told};
use super::people::{ids, only, reads};
use super::subjects::Term;
use super::{Subject, SubjectKind};
use crate::cells::Truths;
use crate::condition::{Condition, Node};
use crate::explanation::listed;
use crate::finding::FindingKind as Kind;
use crate::policy::{Checked, Effects};
use crate::search::Aim;
use crate::search::Witness;
use crate::selector::{Asked, Event, ExperienceSelector, Observer};

/// What says that somebody needs help.
const TROUBLE: [&str; 13] = [
    "profile.needs",
    "profile.required_needs",
    "profile.mood",
    "profile.mood_trend",
    "profile.effort",
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

/// The parts of rules' conditions that are asked for.
#[derive(Default)]
pub(super) struct Sites<'a> {
    parts: Vec<(&'a Condition, Box<[u16]>)>,
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
            let mut waiting = vec![(&rule.when, Vec::new())];
            while let Some((home, path)) = waiting.pop() {
                if alternatives.len() + waiting.len() > MOST_OF_RULE {
                    break;
                }
                match home.part(&path) {
                    Some(Node::Or(parts)) => waiting.extend(below(home, &path, parts.len())),
                    Some(Node::Segment(id)) => match checked.segments.get(id.0 as usize) {
                        Some(segment) if !segment.include_unknown => {
                            waiting.push((&segment.when, Vec::new()))
                        }
                        _ => alternatives.push((home, path)),
                    },
                    Some(Node::And(_)) => {
                        conjunctions.push((home, path.clone()));
                        alternatives.push((home, path));
                    }
                    Some(_) => alternatives.push((home, path)),
                    None => {}
                }
            }
            let rests = restricts_or_adapts(&rule.effects);
            let kept = if rests { alternatives } else { Vec::new() };
            let numbers = kept.into_iter().map(|(home, path)| all.part(home, path)).collect();
            all.alternatives.push(numbers);
            if !helps(&rule.effects) {
                continue;
            }
            for (home, path) in conjunctions {
                let conjuncts = conjuncts(checked, home, &path);
                let about = |(home, path): &(&'a Condition, Vec<u16>)| {
                    only(&reads(checked, Asked::Part(home, path)), &trouble)
                };
                let (about_trouble, others): (Vec<_>, Vec<_>) = conjuncts.into_iter().partition(about);
                if about_trouble.is_empty() || others.is_empty() {
                    continue;
                }
                let whole = all.part(home, path);
                let trouble = about_trouble.into_iter().map(|(home, path)| all.part(home, path)).collect();
                all.sites.push(Site { rule: number, whole, trouble });
            }
        }
        all
    }

    fn part(&mut self, home: &'a Condition, path: Vec<u16>) -> usize {
        self.parts.push((home, path.into()));
        self.parts.len() - 1
    }

    pub(super) fn parts(&self) -> Vec<(&'a Condition, &[u16])> {
        self.parts.iter().map(|(home, path)| (*home, &**path)).collect()
    }

    fn asked(&self, part: usize) -> Option<Asked<'_>> {
        self.parts.get(part).map(|(home, path)| Asked::Part(home, path))
    }

    /// The alternatives of a rule's condition, by their numbers.
    pub(super) fn alternatives(&self, rule: usize) -> impl Iterator<Item = (usize, Asked<'_>)> {
        let numbers = self.alternatives.get(rule).map(Vec::as_slice).unwrap_or_default();
        numbers.iter().filter_map(|&part| Some((part, self.asked(part)?)))
    }
}

/// Whether something is concluded of people that must not rest on who they are.
fn restricts_or_adapts(effects: &Effects) -> bool {
    !effects.adapt.is_empty()
        || effects.never != 0
        || effects.layout_at_most.is_some()
        || effects.assistance < 0
        || effects.channels.iter().any(|(_, points)| *points < 0)
}

/// The parts below the one to which `path` leads.
fn below<'a>(
    home: &'a Condition,
    path: &[u16],
    count: usize,
) -> impl Iterator<Item = (&'a Condition, Vec<u16>)> {
    let path = path.to_vec();
    // A condition has at most 10,000 nodes.
    (0..count as u16).map(move |place| {
        let mut path = path.clone();
        path.push(place);
        (home, path)
    })
}

/// The conjuncts of a conjunction; those of a segment that is one stand for it.
fn conjuncts<'a>(checked: &'a Checked, home: &'a Condition, path: &[u16]) -> Vec<(&'a Condition, Vec<u16>)> {
    let mut found = Vec::new();
    let mut waiting = vec![(home, path.to_vec())];
    while let Some((home, path)) = waiting.pop() {
        match home.part(&path) {
            _ if found.len() + waiting.len() > MOST_OF_RULE => break,
            Some(Node::And(parts)) => waiting.extend(below(home, &path, parts.len())),
            Some(Node::Segment(id)) => match checked.segments.get(id.0 as usize) {
                Some(segment) if !segment.include_unknown && matches!(segment.when.tree(), Node::And(_)) => {
                    waiting.push((&segment.when, Vec::new()));
                }
                _ => found.push((home, path)),
            },
            Some(_) => found.push((home, path)),
            None => {}
        }
    }
    found
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
            let term = |part: usize, wanted| {
                Some(Term { tree: space.other(from + part)?, asked: sites.asked(part)?, wanted })
            };
            let mut terms = vec![item.holds.be(Truths::UNKNOWN)];
            terms.extend(term(site.whole, Truths::UNKNOWN));
            terms.extend(site.trouble.iter().filter_map(|&part| term(part, Truths::TRUE)));
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
