//! Rules that an unknown fact silences to somebody's harm: a conjunction in the condition of a rule that simplifies or helps,
//! whose part about needs, trouble, mood or open cases is true of somebody, and which is undecided for them all the same, only
//! because another fact is missing.

use std::collections::BTreeSet;

use super::desk::{Desk, Told};
use super::effects::helps;
use super::parts::{Is, MOST_OF_RULE, Part, PartId, Parts, alternatives, conjuncts};
use super::reads::{ids, only, reads};
use super::{Subject, SubjectKind};
use crate::attribute::AttributeId;
use crate::cells::Truths;
use crate::explanation::listed;
use crate::finding::FindingKind as Kind;
use crate::policy::Checked;
use crate::search::{Aim, Witness};
use crate::selector::{Event, ExperienceSelector, Observer};

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

/// A conjunction that may be silenced: itself, and its conjuncts about trouble, by their numbers.
pub(super) struct Site {
    rule: usize,
    whole: PartId,
    trouble: Vec<PartId>,
}

/// The conjunctions that may be silenced of all rules that simplify or help.
pub(super) fn sites<'a>(checked: &'a Checked, parts: &mut Parts<'a>) -> Vec<Site> {
    let trouble = ids(checked, &TROUBLE);
    let mut sites = Vec::new();
    for (rule, one) in checked.rules.iter().enumerate().filter(|(_, one)| helps(&one.effects)) {
        let whole = alternatives(checked, &one.when);
        for whole in whole.into_iter().filter(|part| matches!(part.is(checked), Is::Conjunction(_))) {
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
            let whole = parts.add(whole);
            let trouble = of_trouble.into_iter().map(|part| parts.add(part)).collect();
            sites.push(Site { rule, whole, trouble });
        }
    }
    sites
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

pub(super) fn all(desk: &mut Desk<'_, '_>, sites: &[Site]) {
    let items = desk.items;
    let rules = items.iter().filter(|item| item.what == SubjectKind::Rule);
    for item in rules {
        desk.tick(1);
        let about = Subject { what: SubjectKind::Rule, name: item.name.into() };
        if !desk.tells(Kind::Silenced, &about) {
            continue;
        }
        for site in sites.iter().filter(|site| site.rule == item.number) {
            let mut terms = vec![item.holds.be(Truths::UNKNOWN)];
            terms.extend(desk.part(site.whole).map(|whole| whole.be(Truths::UNKNOWN)));
            terms.extend(site.trouble.iter().filter_map(|&part| desk.part(part)));
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
