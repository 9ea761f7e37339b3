//! Laws 5 to 7: what an author of rules can rely on.

use std::collections::{BTreeMap, BTreeSet};

use super::{each, loaded, shown};
use crate::generate;
use crate::generate::print::{Order, toml_in};
use crate::generate::random::Random;
use crate::oracle::document::Document;
use crate::oracle::expression::{Expr, attribute, pair};
use crate::oracle::library::{answer, explain, load, select};
use crate::oracle::visitor::Visitor;

#[test]
fn law_5_order_does_not_matter() {
    let mut random = Random::new(5);
    each(15_000, 15_200, 12, |document, selector, visitors| {
        let turned = load(&toml_in(document, Order::Backward)).expect("the same policy, turned round");
        for visitor in visitors {
            let mut shuffled = visitor.clone();
            random.shuffle(&mut shuffled.profile);
            random.shuffle(&mut shuffled.visit);
            random.shuffle(&mut shuffled.needs);
            shuffled.channels.values_mut().for_each(|record| random.shuffle(&mut record.contacts));
            // The digest is the same too: the tables of a policy have no order.
            assert_eq!(select(selector, visitor), select(&turned, &shuffled), "{}", shown(document, visitor));
            let (one, other) = (explain(selector, visitor), explain(&turned, &shuffled));
            assert_eq!(answer(selector, &one), answer(&turned, &other), "{}", shown(document, visitor));
        }
    });
}

/// The ruled-out channels with their causes, and the caps and floors but the channel's own.
fn frame(explanation: &maitre::Explanation) -> (BTreeMap<String, String>, BTreeSet<String>) {
    let out = explanation.channels().iter();
    let out =
        out.filter_map(|note| Some((note.channel().to_string(), note.ruled_out()?.to_string()))).collect();
    let told = serde_json::to_value(explanation).expect("an explanation serialises");
    let bounds = told["bounds"].as_array().expect("bounds").iter();
    (out, bounds.filter(|bound| bound["from"] != "channel").map(ToString::to_string).collect())
}

fn reads_bucket(document: &Document) -> bool {
    let mut found = false;
    let segments = document.segments.values().map(|segment| &segment.when);
    let rules = document.rules.values().map(|rule| &rule.when);
    for when in segments.chain(rules) {
        when.walk(&mut |part| found |= matches!(part, Expr::Call(name, _) if name == "bucket"));
    }
    found
}

#[test]
fn law_6_experiments_stay_inside() {
    let (mut arms, mut decisions) = (BTreeSet::new(), 0);
    each(16_000, 16_300, 3, |document, selector, visitors| {
        // A condition on `bucket` is a rule of its own, not an experiment: it may differ between ids.
        if document.experiments.is_empty() || reads_bucket(document) {
            return;
        }
        for visitor in visitors {
            let wanted = frame(&explain(selector, visitor));
            for id in 0..16 {
                let ids =
                    ["person", "household", "device"].map(|unit| (unit.to_owned(), format!("{unit}{id}")));
                let other = Visitor { ids: ids.into(), ..visitor.clone() };
                let explanation = explain(selector, &other);
                assert_eq!(frame(&explanation), wanted, "{}", shown(document, &other));
                arms.extend(explanation.arms().map(|(experiment, arm)| format!("{experiment}/{arm}")));
                decisions += 1;
            }
        }
    });
    assert!(arms.len() >= 6 && decisions > 2_000, "{arms:?} in {decisions} decisions");
}

/// The segments and the rules and experiments that read `segment`, also through segments.
fn readers(document: &Document, segment: &str) -> BTreeSet<String> {
    let reads = |when: &Expr, through: &BTreeSet<String>| {
        let mut found = false;
        when.walk(&mut |part| found |= matches!(part, Expr::Segment(name) if through.contains(name)));
        found
    };
    let mut through = BTreeSet::from([segment.to_owned()]);
    loop {
        let more =
            document.segments.iter().filter(|(_, s)| reads(&s.when, &through)).map(|(name, _)| name.clone());
        let more: BTreeSet<String> = more.chain(through.iter().cloned()).collect();
        if more == through {
            break;
        }
        through = more;
    }
    let rules =
        document.rules.iter().filter(|(_, rule)| reads(&rule.when, &through)).map(|(name, _)| name.clone());
    let experiments = document.experiments.iter();
    let experiments = experiments.filter(|(_, e)| e.when.as_ref().is_some_and(|when| reads(when, &through)));
    rules.chain(experiments.map(|(name, _)| name.clone())).collect()
}

#[test]
fn law_7_a_change_to_a_segment_changes_only_those_for_whom_a_reader_changes() {
    let mut random = Random::new(7);
    let (mut same, mut different) = (0, 0);
    each(17_000, 17_400, 0, |document, selector, _| {
        let names: Vec<&String> =
            document.segments.keys().filter(|name| !readers(document, name).is_empty()).collect();
        if names.is_empty() {
            return;
        }
        let name = (*random.pick(&names)).clone();
        let mut changed = document.clone();
        let segment = changed.segments.get_mut(&name).expect("a segment");
        // What is added speaks of no need, so that the policy still obeys L8.
        let more = pair(">", attribute("visit.idle_seconds"), Expr::Int(random.within(0, 3)));
        segment.when = pair(random.one(&["&&", "||"]), segment.when.clone(), more);
        segment.include_unknown ^= random.chance(30);
        let after = loaded(&changed);
        let readers = readers(document, &name);
        for visitor in &generate::visitors(&changed, random.next(), 16) {
            let (old, new) = (explain(selector, visitor), explain(&after, visitor));
            let (old, new) = (answer(selector, &old), answer(&after, &new));
            let say = || format!("{name}\n{}", shown(document, visitor));
            // Whoever does not read it is as before, in truth, unknown and falsehood.
            let others = |all: &BTreeSet<String>| all.difference(&readers).cloned().collect::<BTreeSet<_>>();
            assert_eq!(others(&old.rules), others(&new.rules), "{}", say());
            assert_eq!(others(&old.undecided), others(&new.undecided), "{}", say());
            if old.rules == new.rules && old.arms == new.arms {
                let (mut old, mut new) = (old, new);
                // What does not decide may differ: the segment itself, and which rules are undecided.
                for answer in [&mut old, &mut new] {
                    answer.segments.clear();
                    answer.undecided.clear();
                }
                assert_eq!(old, new, "{}", say());
                same += 1;
            } else {
                different += 1;
            }
        }
    });
    assert!(same > 1_000 && different > 100, "{same} the same, {different} different");
}

#[test]
fn law_7_a_segment_that_nobody_reads_changes_nothing() {
    each(17_500, 17_580, 8, |document, selector, visitors| {
        let mut more = document.clone();
        let other = generate::policy(17_499).segments.into_values().next();
        let when = Expr::Bool(true);
        let segment =
            other.unwrap_or(crate::oracle::document::Segment { when: when.clone(), include_unknown: true });
        more.segments.insert("unread".to_owned(), crate::oracle::document::Segment { when, ..segment });
        let after = loaded(&more);
        for visitor in visitors {
            let (old, new) = (explain(selector, visitor), explain(&after, visitor));
            let (old, mut new) = (answer(selector, &old), answer(&after, &new));
            new.segments.remove("unread");
            assert_eq!(old, new, "{}", shown(document, visitor));
        }
    });
}
