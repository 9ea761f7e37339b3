//! From a policy and a visitor that show something to the smallest that still show it: what can go, goes.

use crate::oracle::document::*;
use crate::oracle::expression::Expr;
use crate::oracle::visitor::Visitor;

/// The smallest of what is left while `shows` still holds.
pub fn smallest(
    document: &Document,
    visitor: &Visitor,
    shows: impl Fn(&Document, &Visitor) -> bool,
) -> (Document, Visitor) {
    let (mut document, mut visitor) = (document.clone(), visitor.clone());
    'again: loop {
        for smaller in documents(&document) {
            if shows(&smaller, &visitor) {
                document = smaller;
                continue 'again;
            }
        }
        for smaller in visitors(&visitor) {
            if shows(&document, &smaller) {
                visitor = smaller;
                continue 'again;
            }
        }
        break;
    }
    (document, visitor)
}

/// `document` with one thing less, largest things first. Not all of them load; those that do not, show nothing.
pub fn documents(document: &Document) -> Vec<Document> {
    let mut all = Vec::new();
    let mut without = |change: &dyn Fn(&mut Document)| {
        let mut smaller = document.clone();
        change(&mut smaller);
        if smaller != *document {
            all.push(smaller);
        }
    };
    for name in document.rules.keys() {
        without(&|d| drop(d.rules.remove(name)));
    }
    for name in document.experiments.keys() {
        without(&|d| drop(d.experiments.remove(name)));
    }
    for name in document.segments.keys() {
        without(&|d| drop(d.segments.remove(name)));
    }
    for name in document.limits.keys() {
        without(&|d| drop(d.limits.remove(name)));
    }
    for name in document.attributes.keys() {
        without(&|d| drop((d.attributes.remove(name), d.limits.remove(name))));
    }
    for n in 0..document.channels.len() {
        without(&|d| {
            let gone = d.channels.remove(n).name;
            d.last_resort.retain(|name| *name != gone);
            for rule in d.rules.values_mut() {
                rule.effects.channels.remove(&gone);
                rule.effects.never.retain(|name| *name != gone);
            }
            for arm in d.experiments.values_mut().flat_map(|experiment| &mut experiment.arms) {
                arm.effects.channels.remove(&gone);
            }
        });
        without(&|d| d.channels[n].open = None);
        without(&|d| d.channels[n].quiet = None);
        without(&|d| d.channels[n].consent = None);
        without(&|d| d.channels[n].contacts_at_most = None);
        without(&|d| d.channels[n].layout_at_most = None);
        without(&|d| d.channels[n].conflicts.clear());
        without(&|d| d.channels[n].reach = 1);
        without(&|d| d.channels[n].base = 0);
        without(&|d| d.channels[n].staffed = false);
    }
    for n in 0..document.last_resort.len() {
        without(&|d| drop(d.last_resort.remove(n)));
    }
    for (name, rule) in &document.rules {
        for when in conditions(&rule.when) {
            without(&|d| d.rules.get_mut(name).expect("a rule").when = when.clone());
        }
        for effects in effects(&rule.effects) {
            without(&|d| d.rules.get_mut(name).expect("a rule").effects = effects.clone());
        }
    }
    for (name, segment) in &document.segments {
        for when in conditions(&segment.when) {
            without(&|d| d.segments.get_mut(name).expect("a segment").when = when.clone());
        }
        without(&|d| d.segments.get_mut(name).expect("a segment").include_unknown = false);
    }
    for (name, experiment) in &document.experiments {
        without(&|d| d.experiments.get_mut(name).expect("an experiment").when = None);
        for n in 0..experiment.arms.len() {
            without(&|d| drop(d.experiments.get_mut(name).expect("an experiment").arms.remove(n)));
        }
    }
    without(&|d| d.holdout = None);
    without(&|d| d.weights = Weights::default());
    without(&|d| d.gpc.clear());
    without(&|d| d.layout = 2);
    without(&|d| d.assistance = 1);
    all
}

/// A condition's parts, and the condition with one part made simpler.
fn conditions(expr: &Expr) -> Vec<Expr> {
    let mut all: Vec<Expr> =
        if matches!(expr, Expr::Bool(_)) { Vec::new() } else { vec![Expr::Bool(true), Expr::Bool(false)] };
    all.extend(expr.children().into_iter().cloned());
    let within =
        |part: &Expr, put: &dyn Fn(Expr) -> Expr| conditions(part).into_iter().map(put).collect::<Vec<_>>();
    match expr {
        Expr::Pair(sign @ ("&&" | "||"), a, b) => {
            all.extend(within(a, &|a| Expr::Pair(sign, Box::new(a), b.clone())));
            all.extend(within(b, &|b| Expr::Pair(sign, a.clone(), Box::new(b))));
        }
        Expr::Not(a) => all.extend(within(a, &|a| Expr::Not(Box::new(a)))),
        Expr::If(test, yes, no) => {
            all.extend(within(test, &|test| Expr::If(Box::new(test), yes.clone(), no.clone())));
            all.extend(within(yes, &|yes| Expr::If(test.clone(), Box::new(yes), no.clone())));
            all.extend(within(no, &|no| Expr::If(test.clone(), yes.clone(), Box::new(no))));
        }
        _ => {}
    }
    all
}

fn effects(effects: &Effects) -> Vec<Effects> {
    let mut all = vec![
        Effects { layout: 0, ..effects.clone() },
        Effects { assistance: 0, ..effects.clone() },
        Effects { layout_at_most: None, ..effects.clone() },
        Effects { assistance_at_least: None, ..effects.clone() },
        Effects { adapt: Vec::new(), ..effects.clone() },
        Effects { never: Vec::new(), ..effects.clone() },
    ];
    for name in effects.channels.keys() {
        let mut fewer = effects.clone();
        fewer.channels.remove(name);
        all.push(fewer);
    }
    all
}

/// `visitor` with one thing less.
fn visitors(visitor: &Visitor) -> Vec<Visitor> {
    let mut all = Vec::new();
    let mut without = |change: &dyn Fn(&mut Visitor)| {
        let mut smaller = visitor.clone();
        change(&mut smaller);
        if smaller != *visitor {
            all.push(smaller);
        }
    };
    for n in 0..visitor.profile.len() {
        without(&|v| drop(v.profile.remove(n)));
        without(&|v| v.profile[n].learnt = None);
    }
    for n in 0..visitor.visit.len() {
        without(&|v| drop(v.visit.remove(n)));
        without(&|v| v.visit[n].learnt = None);
    }
    for n in 0..visitor.needs.len() {
        without(&|v| drop(v.needs.remove(n)));
    }
    for purpose in visitor.consents.keys() {
        without(&|v| v.consents.retain(|name, _| name != purpose));
    }
    for channel in visitor.channels.keys() {
        without(&|v| drop(v.channels.remove(channel)));
        without(&|v| v.channels.get_mut(channel).expect("a record").contacts.clear());
    }
    for unit in visitor.ids.keys() {
        without(&|v| drop(v.ids.remove(unit)));
    }
    without(&|v| v.journey = None);
    without(&|v| v.visit_journey = None);
    without(&|v| v.prior = None);
    without(&|v| v.channel = None);
    without(&|v| v.house = 0);
    all
}
