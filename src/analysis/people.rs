//! What is concluded from who people are: a need or help from age, a restriction from age, language and region. A condition is taken
//! apart into its alternatives, through the segments that it names; one that asks nothing else is enough.

use std::collections::BTreeSet;

use super::desk::{Desk, Told};
use super::effects::{concludes, eases, restricts};
use super::parts::{self, PartId, Parts};
use super::reads::{ids, only, reads};
use super::{Subject, SubjectKind};
use crate::attribute::AttributeId;
use crate::explanation::listed;
use crate::finding::FindingKind as Kind;
use crate::policy::{Checked, Rule};
use crate::search::Aim;

/// What says who somebody is, and nothing of what they do or need.
const DEMOGRAPHIC: [&str; 3] = ["profile.age", "profile.language", "profile.region"];

/// What is said of a rule that goes by some facts alone.
type Says<'m> = &'m dyn Fn(&str) -> String;

/// The alternatives of the condition of each rule that concludes something of people, by the rule's number.
pub(super) fn alternatives<'a>(checked: &'a Checked, parts: &mut Parts<'a>) -> Vec<Vec<PartId>> {
    let of_rule = |rule: &'a Rule| match concludes(&rule.effects, checked) {
        true => parts::alternatives(checked, &rule.when).into_iter().map(|part| parts.add(part)).collect(),
        false => Vec::new(),
    };
    checked.rules.iter().map(of_rule).collect()
}

pub(super) fn all(desk: &mut Desk<'_, '_>, alternatives: &[Vec<PartId>]) {
    let checked = desk.checked;
    let demographic = ids(checked, &DEMOGRAPHIC);
    let age = checked.attributes.find("profile.age");
    for ((number, rule), alternatives) in checked.rules.iter().enumerate().zip(alternatives) {
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
            alternative(desk, (number, alternatives), (&demographic, age), told);
        }
        if let Some(does) = restricts
            && desk.tells(Kind::DemographicsAlone, &about)
        {
            let message = |_: &str| format!("rule `{name}` asks people nothing but who they are, and {does}");
            let help = "let it go by what they do, need or prefer; age, language and region say none of that";
            let told = (Kind::DemographicsAlone, about, &message as Says<'_>, help);
            alternative(desk, (number, alternatives), (&demographic, None), told);
        }
    }
}

/// Tells of the first alternative of a rule's condition that reads only these, and what it must, and is true of somebody; the message
/// is given what it reads.
fn alternative(
    desk: &mut Desk<'_, '_>,
    (rule, alternatives): (usize, &[PartId]),
    (these, must): (&BTreeSet<AttributeId>, Option<AttributeId>),
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
    for &part in alternatives {
        let Some(part) = desk.part(part) else { continue };
        let reads = reads(checked, part.asked);
        if !only(&reads, these) || !must.is_none_or(|must| reads.attributes.contains(&must)) {
            continue;
        }
        let terms = [part, holds];
        let sought = desk.seek(&terms, Aim::Anything, None);
        let steps = sought.steps;
        match sought.found {
            Ok(None) => {}
            Ok(Some(person)) => {
                let witness = Some(desk.witness(&person, &terms, None));
                let name = |&id: &AttributeId| {
                    let name = &*checked.attributes.get(id).name;
                    name.strip_prefix("profile.").unwrap_or(name).to_owned()
                };
                let facts: Vec<String> = reads.attributes.iter().map(name).collect();
                let (message, help) = (message(&listed(&facts)), help.to_owned());
                return desk.tell(Told { kind, about: vec![about], message, help, witness, steps });
            }
            Err(why) => return desk.untold(kind, vec![about], why, steps),
        }
    }
}
