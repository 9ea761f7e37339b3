//! D4 and Law 3: a last resort that does not always work.

use super::{NearMiss, add, rule};
use crate::generate::random::Random;
use crate::oracle::document::*;

/// D4 and Law 3: a last resort that always works.
pub(super) fn dead_ends(base: &Document, all: &mut Vec<NearMiss>, random: &mut Random) {
    let code = "dead_end";
    let last = base.last_resort.last().expect("a last resort").clone();
    let on_last = |change: &dyn Fn(&mut Channel), d: &mut Document| {
        change(d.channels.iter_mut().find(|channel| channel.name == last).expect("the last resort"));
    };
    if base.people {
        add(
            base,
            all,
            "a last resort without people",
            code,
            &|d| on_last(&|c| c.staffed = false, d),
            Some(&|d| on_last(&|c| c.base += 1, d)),
        );
    } else {
        let human = Effects { assistance_at_least: Some(4), ..Effects::default() };
        let guided = Effects { assistance_at_least: Some(2), ..Effects::default() };
        add(
            base,
            all,
            "a person as a floor without people",
            code,
            &|d| rule(d, "visit.errors > 9", human.clone()),
            Some(&|d| rule(d, "visit.errors > 9", guided.clone())),
        );
        add(
            base,
            all,
            "a person by default without people",
            code,
            &|d| d.assistance = 3,
            Some(&|d| d.assistance = 2),
        );
        add(
            base,
            all,
            "a staffed channel without people",
            code,
            &|d| on_last(&|c| c.staffed = true, d),
            Some(&|d| on_last(&|c| c.base += 1, d)),
        );
    }
    if let Some(purpose) = base.purposes.first() {
        add(
            base,
            all,
            "a last resort that asks a consent",
            code,
            &|d| on_last(&|c| c.consent = Some(purpose.clone()), d),
            None,
        );
    }
    let need = random.name(&NEEDS);
    add(
        base,
        all,
        "a last resort in conflict with a need",
        code,
        &|d| on_last(&|c| c.conflicts = vec![need.clone()], d),
        None,
    );
    let never = Effects { never: vec![last.clone()], ..Effects::default() };
    add(
        base,
        all,
        "a last resort in a rule's never",
        code,
        &|d| rule(d, "visit.errors > 9", never.clone()),
        None,
    );
    for name in ["phone", "video"] {
        let people = base.people;
        let end_with = |d: &mut Document| {
            d.channels.retain(|channel| channel.name != name);
            d.channels.push(Channel { staffed: people, ..Channel::named(name) });
            for rule in d.rules.values_mut() {
                rule.effects.never.retain(|never| never != name);
            }
            d.last_resort.retain(|other| other != name);
            d.last_resort.push(name.to_owned());
        };
        let before_last = |d: &mut Document| {
            end_with(d);
            let end = d.last_resort.len() - 1;
            d.last_resort.swap(end, end - 1);
        };
        add(base, all, &format!("{name} as the last resort"), code, &end_with, Some(&before_last));
    }
}
