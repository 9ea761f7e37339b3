//! The gate: each way of being served worse by itself, and what comes near it and must pass.

use maitre::{
    AccessNeed, CustomerProfile, ExperienceSelector, Harm, Impact, ImpactOptions, ImpactReport, Moment,
    NeedStrength, Policy, RuledOut, Visit,
};

const OLD: &str = r#"
format = 1
name = "corner_shop"
defaults = { layout = "simple", assistance = "guided" }
last_resort = ["in_person"]
channels = [
  { name = "web", base = 30 },
  { name = "chat", base = 40, staffed = true, open = ["mon-sun 08:00-20:00"], conflicts = ["screen_reader"] },
  { name = "in_person", base = 5, staffed = true },
]
rules.unhurried = { when = 'visit.errors >= 1', adapt = ["extra_time"], because = "you had an error, so there is no time limit" }
"#;

/// The policy, with parts of its text replaced.
fn policy(edits: &[(&str, &str)]) -> ExperienceSelector {
    let text = edits.iter().fold(OLD.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replace(from, to)
    });
    let policy = Policy::from_toml(&text).unwrap_or_else(|errors| panic!("{errors}"));
    ExperienceSelector::compile(&policy).expect("a selector")
}

/// What becomes of one visitor, on a Monday at ten and after an error.
fn one(
    edits: &[(&str, &str)],
    need: Option<(AccessNeed, NeedStrength)>,
    options: ImpactOptions,
) -> ImpactReport {
    let mut impact = Impact::new(&policy(&[]), &policy(edits), options);
    let profile = need
        .into_iter()
        .fold(CustomerProfile::new(), |profile, (need, strength)| profile.with_need(need, strength));
    let visit = Visit::new(Moment::parse("2026-11-23T10:00:00Z").expect("a time")).with_errors(1);
    impact.add(7, &profile, &visit);
    impact.finish()
}

fn harms(report: &ImpactReport) -> Vec<Harm> {
    report.harms.iter().map(|group| group.harm).collect()
}

type Edits = &'static [(&'static str, &'static str)];

/// Each harm: what brings it, for whom who requires what, and what comes near it.
const WAYS: [(Harm, AccessNeed, Edits, Edits); 7] = [
    (
        Harm::ChannelLost,
        AccessNeed::LargeText,
        &[("mon-sun 08:00-20:00", "mon-sun 08:00-09:00")],
        // Another channel is better, and the chat still there for whoever asks.
        &[("base = 40", "base = 20")],
    ),
    (
        Harm::ChannelInConflict,
        AccessNeed::ScreenReader,
        &[(", conflicts = [\"screen_reader\"]", "")],
        &[("conflicts = [\"screen_reader\"]", "conflicts = [\"screen_reader\", \"captions\"]")],
    ),
    (
        Harm::LayoutMoreComplex,
        AccessNeed::LargeText,
        &[("layout = \"simple\"", "layout = \"standard\"")],
        &[("layout = \"simple\"", "layout = \"essential\"")],
    ),
    (
        Harm::LessAssistance,
        AccessNeed::LargeText,
        &[("assistance = \"guided\"", "assistance = \"hints\"")],
        &[("assistance = \"guided\"", "assistance = \"callback\"")],
    ),
    (
        Harm::AdaptationLost,
        AccessNeed::LargeText,
        &[("adapt = [\"extra_time\"]", "adapt = [\"captions\"]")],
        &[("adapt = [\"extra_time\"]", "adapt = [\"extra_time\", \"captions\"]")],
    ),
    (
        Harm::WayOutLost,
        // Of those who require something it is those whom the chat would not have served.
        AccessNeed::ScreenReader,
        &[("name = \"corner_shop\"", "name = \"corner_shop\"\npeople = false"), (", staffed = true", "")],
        &[("base = 5", "base = 50"), ("base = 30", "base = 90")],
    ),
    (
        Harm::WayOutClosed,
        AccessNeed::ScreenReader,
        &[("base = 5, staffed = true", "base = 5, staffed = true, open = [\"mon-sun 11:00-12:00\"]")],
        &[("base = 5, staffed = true", "base = 5, staffed = true, open = [\"mon-sun 10:00-12:00\"]")],
    ),
];

#[test]
fn the_gate_stops_each_way_of_being_served_worse_and_only_for_those_who_require_something() {
    assert_eq!(WAYS.map(|way| way.0), *Harm::ALL, "a harm without a case");
    for (harm, need, edits, near) in WAYS {
        let required = Some((need, NeedStrength::Required));
        let report = one(edits, required, ImpactOptions::new());
        assert_eq!(
            (harms(&report), report.gate.passes, report.gate.worse),
            (vec![harm], false, 1),
            "{report}"
        );
        assert_eq!(report.gate.harms.into_iter().collect::<Vec<_>>(), [(harm, 1)]);
        assert_eq!(report.gate.examples[0].number, 7);
        // It is tolerated where that is asked for, and counted all the same.
        let report = one(edits, required, ImpactOptions::new().tolerating(harm));
        assert_eq!(
            (harms(&report), report.gate.passes, &report.gate.tolerated[..]),
            (vec![harm], true, &[harm][..])
        );
        let other = Harm::ALL.iter().find(|other| **other != harm).expect("another harm");
        assert!(!one(edits, required, ImpactOptions::new().tolerating(*other)).gate.passes, "{harm}");
        // Near misses: it is not worse, or whoever is served worse requires nothing.
        let report = one(near, required, ImpactOptions::new());
        assert_eq!((harms(&report), report.gate.passes), (vec![], true), "{harm}: {report}");
        for need in [None, Some((AccessNeed::LargeText, NeedStrength::Preferred))] {
            let report = one(edits, need, ImpactOptions::new());
            assert!(report.gate.passes, "{harm}: {report}");
        }
    }
}

#[test]
fn a_channel_that_is_taken_away_for_the_sake_of_a_need_is_no_harm() {
    let edits = [("conflicts = [\"screen_reader\"]", "conflicts = [\"screen_reader\", \"captions\"]")];
    let report = one(&edits, Some((AccessNeed::Captions, NeedStrength::Required)), ImpactOptions::new());
    assert_eq!((report.everyone.changed, harms(&report), report.gate.passes), (1, vec![], true), "{report}");
}

#[test]
fn a_channel_that_serves_on_only_as_the_last_resort_is_lost() {
    // Nothing is open any more, and the shop serves as it did.
    let shop = |open: &'static str| ("base = 5, staffed = true", open);
    let web = ("{ name = \"web\", base = 30 },", "");
    let chat = ("mon-sun 08:00-20:00", "mon-sun 08:00-09:00");
    let before = policy(&[web, chat]);
    let now = policy(&[web, chat, shop("base = 5, staffed = true, open = [\"mon-sun 11:00-12:00\"]")]);
    let visit = Visit::new(Moment::parse("2026-11-23T10:00:00Z").expect("a time"));
    let mut impact = Impact::new(&before, &now, ImpactOptions::new());
    impact.add(1, &CustomerProfile::new(), &visit);
    let report = impact.finish();
    assert_eq!(harms(&report), [Harm::ChannelLost, Harm::WayOutClosed], "{report}");
    let cause = report.harms[0].causes[0];
    assert_eq!((cause.channel.as_str(), cause.by, cause.visitors), ("in_person", Some(RuledOut::Closed), 1));
    // And back again it is gained.
    let mut impact = Impact::new(&now, &before, ImpactOptions::new());
    impact.add(1, &CustomerProfile::new(), &visit);
    let report = impact.finish();
    assert_eq!((report.everyone.better, harms(&report)), (1, vec![]), "{report}");
}

#[test]
fn a_report_begins_with_the_answer() {
    let worse = one(WAYS[2].2, Some((AccessNeed::LargeText, NeedStrength::Required)), ImpactOptions::new());
    assert_eq!(
        worse.summary(),
        "Of 1 visitor, 1 is served otherwise: worse in some way. That one has a required need, and is worse off: the change \
         should not go live as it is."
    );
    let other = one(WAYS[2].2, None, ImpactOptions::new());
    assert_eq!(
        other.summary(),
        "Of 1 visitor, 1 is served otherwise: worse in some way. None of them requires anything of the page or the channel: the \
         change can go live."
    );
    assert!(worse.to_string().contains("  It does not pass: 1 visitor with a required need."), "{worse}");
    assert!(worse.to_string().contains("number 7: layout more complex"), "{worse}");
    let nobody = Impact::new(&policy(&[]), &policy(&[]), ImpactOptions::new()).finish();
    assert_eq!(nobody.summary(), "There are no visitors, so nothing can be said.");
    assert!(!nobody.gate.passes, "nothing is known of nobody");
}

#[test]
fn what_neither_policy_goes_by_is_left_out_of_examples() {
    let text = format!("{OLD}\n[attributes]\ncontract = \"string\"\naccount = \"string\"\n");
    let old = compile_after_rules(&text);
    let new = compile_after_rules(&text.replace("assistance = \"guided\"", "assistance = \"hints\""));
    let ana = CustomerProfile::new()
        .with_need(AccessNeed::LargeText, NeedStrength::Required)
        .with_tier("gold")
        .with_region("7 Harbour Street")
        .with_attribute("account", "an account number")
        .with_attribute("contract", "monthly");
    let visit = Visit::new(Moment::parse("2026-11-23T10:00:00Z").expect("a time"))
        .with_referrer("a.page")
        .with_errors(1);
    let witness = |options: ImpactOptions| {
        let mut impact = Impact::new(&old, &new, options);
        impact.add(7, &ana, &visit);
        let report = impact.finish();
        let example = report.gate.examples.first().expect("an example");
        example.witness.to_string()
    };
    let told = witness(ImpactOptions::new());
    assert!(told.contains("contract = \"monthly\"") && told.contains("errors = 1"), "{told}");
    for hidden in ["gold", "Harbour", "account", "a.page", "large_text"] {
        assert!(!told.contains(hidden), "{told}");
    }
    let told = witness(ImpactOptions::new().revealing());
    for shown in ["gold", "Harbour", "an account number", "a.page", "large_text"] {
        assert!(told.contains(shown), "{told}");
    }
}

/// The policy of a text, with a rule by which the contract counts.
fn compile_after_rules(text: &str) -> ExperienceSelector {
    let text = format!("{text}[rules.monthly]\nwhen = 'contract == \"monthly\"'\nchannels = {{ web = 1 }}\n");
    let policy = Policy::from_toml(&text).unwrap_or_else(|errors| panic!("{errors}"));
    ExperienceSelector::compile(&policy).expect("a selector")
}

#[test]
fn who_is_worse_off_in_one_way_is_so_whatever_else_is_tolerated() {
    let edits = [("\"simple\"", "\"standard\""), ("\"guided\"", "\"hints\"")];
    let needs = Some((AccessNeed::LargeText, NeedStrength::Required));
    let report = one(&edits, needs, ImpactOptions::new().tolerating(Harm::LessAssistance));
    assert_eq!((report.harms.len(), report.gate.passes, report.gate.worse), (2, false, 1), "{report}");
    assert_eq!(report.gate.harms.into_iter().collect::<Vec<_>>(), [(Harm::LayoutMoreComplex, 1)]);
}
