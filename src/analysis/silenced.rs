//! Rules that an unknown fact silences to somebody's harm: an alternative of the condition of a rule that simplifies or helps,
//! whose part about needs, trouble, mood or open cases is true of somebody, and which is undecided for them all the same, only
//! because another fact is missing: some value of it would make all of it true.

use std::collections::BTreeSet;

use super::alternatives::{Alternatives, Apart, Sort};
use super::desk::{Desk, Told};
use super::effects::helps;
use super::parts::{Part, PartId, Parts};
use super::reads::{Guard, Readings, guard};
use super::subjects::{Item, Term};
use super::{Subject, SubjectKind};
use crate::cells::Truths;
use crate::explanation::listed;
use crate::finding::FindingKind as Kind;
use crate::guarantee::WhyInconclusive;
use crate::policy::{Checked, Rule};
use crate::search::{Lacking, Said, Witness};
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

/// The alternatives of a rule's condition that may be silenced.
pub(super) struct Sites {
    alternatives: Alternatives<PartId>,
    /// What is about trouble, by numbers.
    trouble: BTreeSet<PartId>,
}

/// Those of all rules, by number; only what simplifies or helps has any.
pub(super) fn sites<'a>(checked: &'a Checked, parts: &mut Parts<'a>, room: &mut usize) -> Vec<Sites> {
    let readings = Readings::of(checked, &TROUBLE, &[]);
    let is_about = |part: &Part<'_>| {
        let touches = part.node().map(|node| readings.touches(node)).unwrap_or_default();
        (touches.asked, touches.others)
    };
    // What speaks of trouble alone, or not at all, is one part, so that only what is mixed makes products.
    let sort = |part: &Part<'a>| match is_about(part) {
        (true, true) if part.has_ways() && !part.includes_unknown(checked) && !part.chooses(checked) => {
            Sort::Apart
        }
        (is_asked_for, others) => Sort::Taken { is_asked_for: is_asked_for && !others },
    };
    let helping = || checked.rules.iter().filter(|rule| helps(&rule.effects));
    let apart = Apart::new(checked, helping().map(|rule| &rule.when), &sort);
    let of_rule = |rule: &'a Rule| {
        let mut trouble = BTreeSet::new();
        let mut alternatives = Alternatives::default();
        if helps(&rule.effects) {
            let found = apart.alternatives(&rule.when, room);
            alternatives.are_more = found.are_more;
            for way in found.found {
                let of_trouble: Vec<bool> = way.iter().map(|part| is_about(part) == (true, false)).collect();
                // Of what is true by its trouble nothing is missing.
                if of_trouble.iter().all(|&is| is) {
                    continue;
                }
                let way: Vec<PartId> = way.into_iter().map(|part| parts.add(part)).collect();
                trouble.extend(way.iter().zip(of_trouble).filter(|(_, is)| *is).map(|(&id, _)| id));
                alternatives.found.push(way);
            }
        }
        Sites { alternatives, trouble }
    };
    checked.rules.iter().map(of_rule).collect()
}

pub(super) fn all(desk: &mut Desk<'_, '_>, sites: &[Sites]) {
    let items = desk.items;
    let rules = items.iter().filter(|item| item.what == SubjectKind::Rule);
    for item in rules {
        desk.tick(1);
        let about = Subject { what: SubjectKind::Rule, name: item.name.into() };
        let Some(sites) = sites.get(item.number) else { continue };
        if desk.tells(Kind::Silenced, &about) {
            rule(desk, item, about, sites);
        }
    }
}

/// Tells of the first alternative that is silenced.
fn rule(desk: &mut Desk<'_, '_>, item: &Item<'_>, about: Subject, sites: &Sites) {
    let mut steps = 0;
    let mut untold = sites.alternatives.are_more.then_some(WhyInconclusive::TooManyWays);
    for way in &sites.alternatives.found {
        // If all of it were true the rule would hold; where it is undecided and nothing of this is false, something is unknown.
        let all: Vec<_> = way.iter().filter_map(|&id| Some((id, desk.part(id)?))).collect();
        let mut terms = vec![item.holds.be(Truths::UNKNOWN)];
        terms.extend(all.iter().map(|(id, term)| match sites.trouble.contains(id) {
            true => *term,
            false => term.be(term.wanted.or(Truths::UNKNOWN)),
        }));
        // If no value of what is missing makes all of it true, that is not what keeps it from them.
        let helped: Vec<_> =
            [item.holds.be(Truths::TRUE)].into_iter().chain(all.iter().map(|(_, term)| *term)).collect();
        let sought = desk.seek_lacking([&terms, &helped]);
        steps += sought.steps;
        match sought.found {
            Ok(None) => {}
            Ok(Some(found)) => {
                let found = desk.least_lacking(found, [&terms, &helped]);
                return tell(desk, item, about, &found, &helped, sought.steps);
            }
            // Perhaps another can be told.
            Err(why) => {
                untold = untold.or(Some(why));
                if steps >= desk.options.steps_each {
                    break;
                }
            }
        }
    }
    if let Some(why) = untold {
        desk.untold(Kind::Silenced, vec![about], why, steps);
    }
}

fn tell(
    desk: &mut Desk<'_, '_>,
    item: &Item<'_>,
    about: Subject,
    found: &Lacking,
    helped: &[Term<'_>],
    steps: u64,
) {
    let (name, checked) = (item.name, desk.checked);
    let witness = desk.space.witness(&found.person);
    // What was met and may be known of them, and what would have been met if that were known.
    let mut missing = Missing::of(desk.selector, name, &witness);
    missing.retain(|fact| {
        checked.attributes.find(fact).is_none_or(|id| desk.space.is_granted(id, &found.person))
    });
    let needed = desk.needed_to_be_known(found, helped, &|said| missing.contains(&name_of(checked, said)));
    let others = needed.iter().map(|said| name_of(checked, said)).filter(|name| !missing.contains(name));
    missing.extend(others.collect::<Vec<_>>());
    let facts: Vec<String> = missing.iter().map(|fact| format!("`{fact}`")).collect();
    let (facts, are) = (listed(&facts), if facts.len() == 1 { "is" } else { "are" });
    let message = format!(
        "rule `{name}` does not help somebody for whom it is meant, only because {facts} {are} not known"
    );
    let help = help(checked, item, &missing);
    let witness = Some(witness);
    desk.tell(Told { kind: Kind::Silenced, about: vec![about], message, help, witness, steps });
}

/// What is missing, as a visitor's data call it.
fn name_of(checked: &Checked, said: &Said) -> String {
    match said {
        Said::Fact(id, ..) => checked.attributes.get(*id).name.to_string(),
        Said::Id(unit, _) => format!("visit.ids.{unit}"),
        Said::Need(..) | Said::Consent(_) | Said::Prior(_) | Said::Elsewhere(_) => String::new(),
    }
}

/// What to do: none of it takes the rule from anybody for whom it holds.
fn help(checked: &Checked, item: &Item<'_>, missing: &[String]) -> String {
    let (mut whole, mut apart) = (String::new(), Vec::new());
    for fact in missing {
        let id = checked.attributes.find(fact);
        match id.map_or(Guard::No, |id| guard(checked, item.when, id)) {
            Guard::Whole => whole += &format!("known({fact}) && "),
            Guard::Where => apart.push(format!("`(known({fact}) && …)`")),
            Guard::WhereTurned => apart.push(format!("`(!known({fact}) || …)`")),
            Guard::No => {}
        }
    }
    let mut says = Vec::new();
    if !whole.is_empty() {
        says.push(format!("`{whole}…`"));
    }
    if !apart.is_empty() {
        let each = if apart.len() == 1 { "it is" } else { "each is" };
        says.push(format!("where {each} read, and not before the whole, {}", listed(&apart)));
    }
    let segment = "make a segment of what may be unknown, with `on_unknown = \"include\"`";
    match says.as_slice() {
        [] => segment.to_owned(),
        says => format!("if that is meant, say so: {}; else {segment}", says.join(", and ")),
    }
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
