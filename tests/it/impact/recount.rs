//! The same counted slowly: every visitor is explained by both policies, and everything is looked up by name.

use std::collections::{BTreeMap, BTreeSet};

use maitre::{
    AccessNeed, Adaptation, CustomerProfile, Event, ExperienceSelector, Explanation, Gain, Harm, ImpactGroup,
    ImpactReport, NeedSet, NeedStrength, Observer, ReasonCode, RuledOut, Transition, Visit,
};

/// What has occurred in all comparisons, so that none of it is only thought to be counted.
#[derive(Debug, Default)]
pub struct Seen {
    harms: BTreeSet<Harm>,
    gains: BTreeSet<Gain>,
    turns: [u64; 4],
    gates: [u64; 2],
    conflicts: u64,
}

impl Seen {
    pub fn everything_occurs(&self) {
        // A way out is lost only where a policy has no people at all any more: a case of its own.
        let missing: Vec<&Harm> = Harm::ALL.iter().filter(|harm| !self.harms.contains(harm)).collect();
        assert!(
            missing.iter().all(|harm| [Harm::WayOutLost, Harm::ChannelInConflict].contains(harm)),
            "{missing:?}"
        );
        let missing: Vec<&Gain> = Gain::ALL.iter().filter(|gain| !self.gains.contains(gain)).collect();
        assert!(missing.iter().all(|gain| **gain == Gain::WayOutGained), "{missing:?}");
        assert!(
            self.turns.iter().all(|turn| *turn > 20) && self.gates.iter().all(|gate| *gate > 10),
            "{self:?}"
        );
    }
}

/// The needs in force, as a walk tells them.
#[derive(Default)]
struct Needs(NeedSet, NeedSet);
impl Observer for Needs {
    fn observe(&mut self, event: Event<'_>) {
        if let Event::Needs { required, preferred } = event {
            *self = Self(required, preferred);
        }
    }
}

/// A visitor, told by both policies.
struct Told {
    explained: [Explanation; 2],
    required: NeedSet,
    preferred: NeedSet,
    harms: BTreeSet<Harm>,
    gains: BTreeSet<Gain>,
    changed: bool,
}

fn tell([old, new]: [&ExperienceSelector; 2], profile: &CustomerProfile, visit: &Visit) -> Told {
    let explained = [old.explain(profile, visit), new.explain(profile, visit)];
    let [before, now] = explained.each_ref().map(Explanation::decision);
    let mut needs = [Needs::default(), Needs::default()];
    old.select_with(profile, visit, &mut needs[0]);
    new.select_with(profile, visit, &mut needs[1]);
    let required = needs[0].0.union(needs[1].0);
    let preferred = needs[0].1.union(needs[1].1).minus(required);
    let was_served = |by: &Explanation| by.decision().channel_reason().code() != ReasonCode::LastResort;
    // What keeps a channel from serving: nothing, some cause, or that it is not there.
    let out = |explanation: &Explanation, channel| match explanation
        .channels()
        .iter()
        .find(|note| note.channel() == channel)
    {
        Some(note) => note.ruled_out().map(Some),
        None => Some(None),
    };
    let [channel, channel_now] = [before, now].map(|decision| decision.experience().channel);
    let lost = if was_served(&explained[0]) { out(&explained[1], channel) } else { None };
    let gained = was_served(&explained[1]) && out(&explained[0], channel_now).is_some();
    let is_bad = |channel: maitre::Channel| {
        let old = &old.policy().document().channels;
        let Some(entry) = old.iter().find(|entry| entry.name == channel.as_str()) else { return false };
        let built_in = channel.as_str() == "phone" && required.contains(AccessNeed::NoVoiceCalls)
            || channel.as_str() == "video" && required.contains(AccessNeed::NoVideo);
        built_in || entry.conflicts.iter().any(|need| required.contains(*need))
    };
    let experience = [before, now].map(|decision| decision.experience());
    let open = |decision: &maitre::Decision| decision.way_out().is_some_and(|way| way.open);
    let moved = channel != channel_now || before.way_out() != now.way_out();
    let [less, more] = [before, now].map(|decision| decision.adaptations());
    let harms = [
        (Harm::ChannelLost, lost.is_some_and(|by| by != Some(RuledOut::Conflict))),
        (
            Harm::ChannelInConflict,
            moved && (is_bad(channel_now) || now.way_out().is_some_and(|way| is_bad(way.channel))),
        ),
        (
            Harm::LayoutMoreComplex,
            experience[1].layout > experience[0].layout || now.layout_in_use() > before.layout_in_use(),
        ),
        (Harm::LessAssistance, experience[1].assistance < experience[0].assistance),
        (Harm::AdaptationLost, less.iter().any(|one| !more.contains(one))),
        (Harm::WayOutLost, before.way_out().is_some() && now.way_out().is_none()),
        (Harm::WayOutClosed, now.way_out().is_some() && open(before) && !open(now)),
    ];
    let gains = [
        (Gain::ChannelGained, gained),
        (
            Gain::LayoutSimpler,
            experience[1].layout < experience[0].layout || now.layout_in_use() < before.layout_in_use(),
        ),
        (Gain::MoreAssistance, experience[1].assistance > experience[0].assistance),
        (Gain::AdaptationGained, more.iter().any(|one| !less.contains(one))),
        (Gain::WayOutGained, before.way_out().is_none() && now.way_out().is_some()),
        (Gain::WayOutOpened, before.way_out().is_some() && open(now) && !open(before)),
    ];
    let changed = experience[0] != experience[1]
        || before.layout_in_use() != now.layout_in_use()
        || before.adaptations() != now.adaptations()
        || before.way_out() != now.way_out()
        || was_served(&explained[0]) != was_served(&explained[1])
        || lost.is_some();
    let harms = harms.iter().filter(|one| one.1).map(|one| one.0).collect();
    let gains = gains.iter().filter(|one| one.1).map(|one| one.0).collect();
    Told { explained, required, preferred, harms, gains, changed }
}

/// Fails unless a group counts these.
fn group(group: &ImpactGroup, told: &[&Told]) {
    let count = |is_so: &dyn Fn(&Told) -> bool| told.iter().filter(|one| is_so(one)).count() as u64;
    assert_eq!(group.visitors, told.len() as u64);
    assert_eq!(group.changed, count(&|one| one.changed));
    assert_eq!(group.worse, count(&|one| !one.harms.is_empty()));
    assert_eq!(group.better, count(&|one| one.harms.is_empty() && !one.gains.is_empty()));
    for harm in Harm::ALL {
        let found = group.harms.get(harm).copied().unwrap_or(0);
        assert_eq!(found, count(&|one| one.harms.contains(harm)), "{harm}");
    }
    for gain in Gain::ALL {
        let found = group.gains.get(gain).copied().unwrap_or(0);
        assert_eq!(found, count(&|one| one.gains.contains(gain)), "{gain}");
    }
    for &adaptation in Adaptation::ALL {
        let has = |one: &Told, side: usize| one.explained[side].decision().adaptations().contains(adaptation);
        let found = group.adaptations.iter().find(|one| one.adaptation == adaptation);
        let found = found.map_or((0, 0), |one| (one.lost, one.gained));
        let expected = (count(&|one| has(one, 0) && !has(one, 1)), count(&|one| !has(one, 0) && has(one, 1)));
        assert_eq!(found, expected, "{adaptation}");
    }
    let tables = &group.transitions;
    table(&tables.channel, told, |decision| decision.experience().channel);
    table(&tables.layout, told, |decision| decision.experience().layout);
    table(&tables.layout_in_use, told, |decision| decision.layout_in_use());
    table(&tables.assistance, told, |decision| decision.experience().assistance);
    table(&tables.way_out, told, |decision| decision.way_out());
}

fn table<T: std::fmt::Debug + PartialEq + Copy>(
    table: &[Transition<T>],
    told: &[&Told],
    of: impl Fn(&maitre::Decision) -> T,
) {
    let pairs: Vec<[T; 2]> =
        told.iter().map(|one| one.explained.each_ref().map(|by| of(by.decision()))).collect();
    for one in table {
        let expected = pairs.iter().filter(|pair| **pair == [one.from, one.to]).count() as u64;
        assert!(expected > 0 && one.visitors == expected, "{one:?}");
    }
    assert_eq!(table.iter().map(|one| one.visitors).sum::<u64>(), told.len() as u64);
}

/// Fails unless the report counts what is so.
pub fn hold(
    report: &ImpactReport,
    selectors: [&ExperienceSelector; 2],
    people: &[(CustomerProfile, Visit)],
    seen: &mut Seen,
) {
    let told: Vec<Told> = people.iter().map(|(profile, visit)| tell(selectors, profile, visit)).collect();
    let those = |is_so: &dyn Fn(&Told) -> bool| told.iter().filter(|one| is_so(one)).collect::<Vec<_>>();
    group(&report.everyone, &those(&|_| true));
    group(&report.required, &those(&|one| !one.required.is_empty()));
    group(&report.preferred, &those(&|one| one.required.is_empty() && !one.preferred.is_empty()));
    group(&report.without_needs, &those(&|one| one.required.union(one.preferred).is_empty()));
    for &need in AccessNeed::ALL {
        for (strength, has) in [
            (NeedStrength::Required, those(&|one| one.required.contains(need))),
            (NeedStrength::Preferred, those(&|one| one.preferred.contains(need))),
        ] {
            match report.needs.iter().find(|one| (one.need, one.strength) == (need, strength)) {
                Some(found) => group(&found.group, &has),
                None => assert!(has.is_empty(), "{need}"),
            }
        }
    }
    segments(report, selectors, &told);
    for &harm in Harm::ALL {
        let harmed = those(&|one| one.harms.contains(&harm));
        let Some(found) = report.harms.iter().find(|one| one.harm == harm) else {
            assert!(harmed.is_empty(), "{harm}");
            continue;
        };
        let required = harmed.iter().filter(|one| !one.required.is_empty()).count() as u64;
        assert_eq!((found.visitors, found.required), (harmed.len() as u64, required), "{harm}");
        for (need, strength, number) in &found.needs {
            let has = harmed.iter().filter(|one| match strength {
                NeedStrength::Required => one.required.contains(*need),
                NeedStrength::Preferred => one.preferred.contains(*need),
            });
            assert_eq!(*number, has.count() as u64, "{harm} {need}");
        }
        if harm == Harm::ChannelLost {
            assert_eq!(found.causes.iter().map(|cause| cause.visitors).sum::<u64>(), found.visitors);
        }
        turns(&found.rules, found.without_rule, selectors, &harmed);
    }
    seen.turns
        .iter_mut()
        .zip(turns(&report.rules, report.without_rule, selectors, &those(&|one| one.changed)))
        .for_each(|(sum, n)| *sum += n);
    let stopped = those(&|one| !one.harms.is_empty() && !one.required.is_empty());
    assert_eq!((report.gate.worse, report.gate.passes), (stopped.len() as u64, stopped.is_empty()));
    turns(&report.gate.rules, report.gate.without_rule, selectors, &stopped);
    seen.gates[usize::from(report.gate.passes)] += 1;
    told.iter().for_each(|one| {
        seen.harms.extend(&one.harms);
        seen.gains.extend(&one.gains);
        seen.conflicts += u64::from(one.harms.contains(&Harm::ChannelInConflict));
    });
}

fn segments(report: &ImpactReport, selectors: [&ExperienceSelector; 2], told: &[Told]) {
    let names: BTreeSet<&String> =
        selectors.iter().flat_map(|selector| selector.policy().document().segments.keys()).collect();
    for name in names {
        let is_in = |one: &Told, side: usize| {
            one.explained[side].segments().any(|(segment, truth)| segment == name && truth.holds())
        };
        let inside: Vec<&Told> = told.iter().filter(|one| is_in(one, 0) || is_in(one, 1)).collect();
        let Some(found) = report.segments.iter().find(|one| *one.name == **name) else {
            assert!(inside.is_empty(), "{name}");
            continue;
        };
        let count = |side| told.iter().filter(|one| is_in(one, side)).count() as u64;
        assert_eq!((found.old, found.new), (count(0), count(1)), "{name}");
        group(&found.group, &inside);
    }
}

/// Fails unless the rules that stand otherwise to them are counted so; gives how many begin, end, differ, and have none.
fn turns(
    found: &[maitre::RuleImpact],
    without: u64,
    selectors: [&ExperienceSelector; 2],
    told: &[&Told],
) -> [u64; 4] {
    let documents = selectors.map(|selector| &selector.policy().document().rules);
    let does_the_same = |name: &str| {
        let [was, is] = documents.map(|rules| rules.get(name).cloned().expect("a rule that holds in both"));
        let effects = |mut rule: maitre::RuleEntry| {
            rule.channels.retain(|_, points| *points != 0);
            maitre::RuleEntry { when: String::new(), because: None, ..rule }
        };
        effects(was) == effects(is)
    };
    let mut expected: BTreeMap<&str, [u64; 3]> = BTreeMap::new();
    let mut none = 0;
    for one in told {
        let [was, is] = one.explained.each_ref().map(|by| by.rules().collect::<BTreeSet<_>>());
        let mut any = false;
        for name in was.union(&is) {
            let turn = match (was.contains(name), is.contains(name)) {
                (false, _) => 0,
                (_, false) => 1,
                _ if does_the_same(name) => continue,
                _ => 2,
            };
            expected.entry(name).or_default()[turn] += 1;
            any = true;
        }
        none += u64::from(!any);
    }
    let counted: BTreeMap<&str, [u64; 3]> =
        found.iter().map(|one| (&*one.rule, [one.begins, one.ends, one.differs])).collect();
    assert_eq!((&counted, without), (&expected, none));
    assert!(found.is_sorted_by_key(|one| std::cmp::Reverse(one.visitors())));
    let sum = |turn: usize| expected.values().map(|turns| turns[turn]).sum();
    [sum(0), sum(1), sum(2), none]
}
