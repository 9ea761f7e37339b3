//! What is concluded from who people are: a need or help from age, a restriction from age, language and region. A condition is taken
//! apart into its alternatives, through the segments that it names; one that asks nothing else is enough. What asks something else
//! is left out from the start, so that however much of it there is hides none.

use std::collections::BTreeSet;

use super::alternatives::{Alternatives, Apart, Sort};
use super::desk::{Desk, Told};
use super::effects::{eases, restricts};
use super::parts::{Part, PartId, Parts};
use super::reads::Readings;
use super::subjects::Term;
use super::{Subject, SubjectKind};
use crate::attribute::AttributeId;
use crate::explanation::listed;
use crate::finding::FindingKind as Kind;
use crate::guarantee::WhyInconclusive;
use crate::policy::{Checked, Rule};
use crate::search::Aim;

/// What says who somebody is, and nothing of what they do or need.
const DEMOGRAPHIC: [&str; 3] = ["profile.age", "profile.language", "profile.region"];

/// What is said of a rule that goes by some facts alone.
type Says<'m> = &'m dyn Fn(&str) -> String;

/// The alternatives of a rule's condition that go by who people are alone.
pub(super) struct Alone {
    /// By age, and beside it at most by the others.
    age: Alternatives<PartId>,
    any: Alternatives<PartId>,
}

/// Those of each rule, by its number, of what it concludes from them.
pub(super) fn alternatives<'a>(checked: &'a Checked, parts: &mut Parts<'a>, room: &mut usize) -> Vec<Alone> {
    let [age, others @ ..] = DEMOGRAPHIC;
    let concludes = |rule: &Rule| {
        let restricts = restricts(&rule.effects, checked).is_some();
        let from_age = !rule.effects.adapt.is_empty() || eases(&rule.effects) && !restricts;
        (from_age, restricts)
    };
    let mut of_rules = |asked: &[&str], beside: &[&str], concludes: &dyn Fn(&Rule) -> bool| {
        let readings = Readings::of(checked, asked, beside);
        let sort = |part: &Part<'a>| match part.node() {
            _ if part.has_ways() => Sort::Apart,
            Some(node) if !part.never_holds() => match readings.touches(node) {
                touches if touches.others => Sort::Never,
                touches => Sort::Taken { is_asked_for: touches.asked },
            },
            _ => Sort::Never,
        };
        let asked = checked.rules.iter().filter(|rule| concludes(rule)).map(|rule| &rule.when);
        let apart = Apart::new(checked, asked, &sort);
        let of_rule = |rule: &'a Rule| match concludes(rule) {
            true => apart.alternatives(&rule.when, room).numbered(parts),
            false => Alternatives::default(),
        };
        checked.rules.iter().map(of_rule).collect::<Vec<_>>()
    };
    let by_age = of_rules(&[age], &others, &|rule| concludes(rule).0);
    let by_any = of_rules(&DEMOGRAPHIC, &[], &|rule| concludes(rule).1);
    by_age.into_iter().zip(by_any).map(|(age, any)| Alone { age, any }).collect()
}

pub(super) fn all(desk: &mut Desk<'_, '_>, alternatives: &[Alone]) {
    let checked = desk.checked;
    for ((number, rule), alone) in checked.rules.iter().enumerate().zip(alternatives) {
        desk.tick(1);
        let about = Subject { what: SubjectKind::Rule, name: (&*rule.name).into() };
        let name = &rule.name;
        let restricts = restricts(&rule.effects, checked);
        let (adapts, eases) = (!rule.effects.adapt.is_empty(), eases(&rule.effects) && restricts.is_none());
        if (adapts || eases) && desk.tells(Kind::NeedFromAge, &about) {
            let needs: Vec<String> = rule.effects.adapt.iter().map(|need| format!("`{need}`")).collect();
            let message = |facts: &str| match needs.as_slice() {
                [] => format!("rule `{name}` simplifies or helps by {facts} alone"),
                needs => format!("rule `{name}` concludes {} from {facts} alone", listed(needs)),
            };
            let help = "age is a fact and never a need: ask people what they need, and let the rule go by \
                        `profile.needs` or by what gives them trouble";
            let told = (Kind::NeedFromAge, about.clone(), &message as Says<'_>, help);
            alternative(desk, (number, &alone.age), told);
        }
        if let Some(does) = restricts
            && desk.tells(Kind::DemographicsAlone, &about)
        {
            let message = |_: &str| format!("rule `{name}` asks people nothing but who they are, and {does}");
            let help = "let it go by what they do, need or prefer; age, language and region say none of that";
            let told = (Kind::DemographicsAlone, about, &message as Says<'_>, help);
            alternative(desk, (number, &alone.any), told);
        }
    }
}

/// Tells of the first alternative of a rule's condition that is true of somebody; the message is given what it reads.
fn alternative(
    desk: &mut Desk<'_, '_>,
    (rule, alternatives): (usize, &Alternatives<PartId>),
    (kind, about, message, help): (Kind, Subject, Says<'_>, &str),
) {
    let (items, checked) = (desk.items, desk.checked);
    let Some(holds) = items
        .iter()
        .find(|item| item.what == SubjectKind::Rule && item.number == rule)
        .map(|item| item.holds)
    else {
        return;
    };
    let mut steps = 0;
    let mut untold = alternatives.are_more.then_some(WhyInconclusive::TooManyWays);
    for way in &alternatives.found {
        let mut terms: Vec<Term<'_>> = way.iter().filter_map(|&part| desk.part(part)).collect();
        let mut attributes = BTreeSet::new();
        terms.iter().for_each(|term| attributes.extend(checked.reads_behind(term.asked).attributes));
        terms.push(holds);
        let sought = desk.seek(&terms, Aim::Anything, None);
        steps += sought.steps;
        match sought.found {
            Ok(None) => {}
            Ok(Some(person)) => {
                let witness = Some(desk.witness(&person, &terms, None));
                let name = |&id: &AttributeId| {
                    let name = &*checked.attributes.get(id).name;
                    name.strip_prefix("profile.").unwrap_or(name).to_owned()
                };
                let facts: Vec<String> = attributes.iter().map(name).collect();
                let (message, help) = (message(&listed(&facts)), help.to_owned());
                let steps = sought.steps;
                return desk.tell(Told { kind, about: vec![about], message, help, witness, steps });
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
        desk.untold(kind, vec![about], why, steps);
    }
}
