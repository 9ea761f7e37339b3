//! What is concluded from who people are: a need or help from age, a restriction from age, language and region. A condition is taken
//! apart into its alternatives, through the segments that it names; one that asks nothing else is enough.

use std::collections::BTreeSet;

use super::desk::{Desk, Told};
use super::silenced::Sites;
use super::subjects::Term;
use super::{Subject, SubjectKind};
use crate::attribute::AttributeId;
use crate::condition::Reads;
use crate::finding::FindingKind as Kind;
use crate::policy::{Checked, Effects};
use crate::search::Aim;
use crate::selector::Asked;

/// What says who somebody is, and nothing of what they do or need.
const DEMOGRAPHIC: [&str; 3] = ["profile.age", "profile.language", "profile.region"];

/// What is said of a rule that goes by some facts alone.
type Says<'m> = &'m dyn Fn(&str) -> String;

/// Everything that a condition or a part of it reads, itself, through segments and through rules written in Rust.
pub(super) fn reads(checked: &Checked, asked: Asked<'_>) -> Reads {
    let mut all = Reads::default();
    if let Asked::Part(condition, path) = asked
        && let Some(part) = condition.part(path)
    {
        part.reads(&mut all);
    }
    let named: Vec<Asked<'_>> = match asked {
        Asked::Segment(_) => vec![asked],
        Asked::Part(..) => all.segments.iter().map(|&id| Asked::Segment(id)).collect(),
    };
    for id in checked.needed_for(named) {
        if let Some(segment) = checked.segments.get(id.0 as usize) {
            segment.when.tree().reads(&mut all);
        }
    }
    for id in &all.rust_rules {
        if let Some((_, reads)) = checked.rust_rules.get(usize::from(id.0)) {
            all.attributes.extend(reads);
        }
    }
    all
}

/// Whether something is read, and nothing but these.
pub(super) fn only(reads: &Reads, these: &BTreeSet<AttributeId>) -> bool {
    !reads.buckets && !reads.attributes.is_empty() && reads.attributes.is_subset(these)
}

pub(super) fn ids(checked: &Checked, names: &[&str]) -> BTreeSet<AttributeId> {
    names.iter().filter_map(|name| checked.attributes.find(name)).collect()
}

/// What a rule restricts, in words.
fn restricts(effects: &Effects, checked: &Checked) -> Option<String> {
    let channels = |is: &dyn Fn(usize) -> bool| {
        let all = checked.channels.iter().enumerate().filter(|(place, _)| is(*place));
        all.map(|(_, channel)| format!("`{}`", channel.channel)).collect::<Vec<_>>()
    };
    let never = channels(&|place| effects.never >> place & 1 == 1);
    let against = channels(&|place| {
        effects.channels.iter().any(|(id, points)| usize::from(id.0) == place && *points < 0)
    });
    let says = [
        (!never.is_empty()).then(|| format!("keeps them from {}", crate::explanation::listed(&never))),
        effects.layout_at_most.map(|level| format!("gives them at most layout `{level}`")),
        (effects.assistance < 0).then(|| "takes help away from them".to_owned()),
        (!against.is_empty()).then(|| format!("speaks against {}", crate::explanation::listed(&against))),
    ];
    let says: Vec<String> = says.into_iter().flatten().collect();
    (!says.is_empty()).then(|| crate::explanation::listed(&says))
}

/// Whether a rule simplifies or helps in a way that is no restriction.
fn eases(effects: &Effects) -> bool {
    effects.layout < 0 || effects.assistance > 0 || effects.assistance_at_least.is_some()
}

/// Whether something is concluded of people that must not rest on who they are.
pub(super) fn concludes(effects: &Effects) -> bool {
    !effects.adapt.is_empty()
        || eases(effects)
        || effects.never != 0
        || effects.layout_at_most.is_some()
        || effects.assistance < 0
        || effects.channels.iter().any(|(_, points)| *points < 0)
}

pub(super) fn all(desk: &mut Desk<'_, '_>, sites: &Sites<'_>) {
    let checked = desk.checked;
    let demographic = ids(checked, &DEMOGRAPHIC);
    let age = checked.attributes.find("profile.age");
    for (number, rule) in checked.rules.iter().enumerate() {
        desk.tick(1);
        let about = Subject { what: SubjectKind::Rule, name: (&*rule.name).into() };
        let name = &rule.name;
        let restricts = restricts(&rule.effects, checked);
        let (adapts, eases) = (!rule.effects.adapt.is_empty(), eases(&rule.effects) && restricts.is_none());
        if (adapts || eases) && desk.tells(Kind::NeedFromAge, &about) {
            let needs: Vec<String> = rule.effects.adapt.iter().map(|need| format!("`{need}`")).collect();
            let message = |facts: &str| match needs.as_slice() {
                [] => format!("rule `{name}` simplifies or helps by {facts} alone"),
                needs => {
                    format!(
                        "rule `{name}` concludes {} from {facts} alone",
                        crate::explanation::listed(needs)
                    )
                }
            };
            let help = "age is a fact and never a need: ask people what they need, and let the rule go by \
                        `profile.needs` or by what gives them trouble";
            let told = (Kind::NeedFromAge, about.clone(), &message as Says<'_>, help);
            alternative(desk, sites, number, (&demographic, age), told);
        }
        if let Some(does) = restricts
            && desk.tells(Kind::DemographicsAlone, &about)
        {
            let message = |_: &str| format!("rule `{name}` asks people nothing but who they are, and {does}");
            let help = "let it go by what they do, need or prefer; age, language and region say none of that";
            let told = (Kind::DemographicsAlone, about, &message as Says<'_>, help);
            alternative(desk, sites, number, (&demographic, None), told);
        }
    }
}

/// Tells of the first alternative of a rule's condition that reads only these, and what it must, and is true of somebody; the message
/// is given what it reads.
fn alternative(
    desk: &mut Desk<'_, '_>,
    sites: &Sites<'_>,
    rule: usize,
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
    for (part, asked, wanted) in sites.alternatives(rule) {
        let reads = reads(checked, asked);
        if !only(&reads, these) || !must.is_none_or(|must| reads.attributes.contains(&must)) {
            continue;
        }
        let (space, from) = (desk.space, desk.parts_from);
        let Some(tree) = space.other(from + part) else { continue };
        let terms = [Term { tree, asked, wanted }, holds];
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
                let (message, help) = (message(&crate::explanation::listed(&facts)), help.to_owned());
                return desk.tell(Told { kind, about: vec![about], message, help, witness, steps });
            }
            Err(why) => return desk.untold(kind, vec![about], why, steps),
        }
    }
}
