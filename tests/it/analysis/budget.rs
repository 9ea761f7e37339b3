//! A policy that is made to blow up the analysis ends within its budget, and says so.

use maitre::{Analysis, AnalysisOptions, Finding, FindingKind, WhyInconclusive};

use super::selector;
use crate::generate::random::Random;

/// A condition over `count` facts that nobody can tell soon: three of them each, at random, far more often than can all be so.
fn hard(count: usize, random: &mut Random) -> String {
    let mut clauses = Vec::new();
    for _ in 0..count * 5 {
        let one = |random: &mut Random| {
            let not = if random.chance(50) { "!" } else { "" };
            format!("{not}f{}", random.below(count))
        };
        clauses.push(format!("({} || {} || {})", one(random), one(random), one(random)));
    }
    clauses.join(" && ")
}

#[test]
fn what_would_blow_up_is_inconclusive_within_the_budget() {
    let mut text = String::from(
        "format = 1\nname = \"hard\"\nlast_resort = [\"desk\"]\nchannels = [{ name = \"desk\", own = true, staffed = true }]\n[attributes]\n",
    );
    const FACTS: usize = 60;
    text.extend((0..FACTS).map(|n| format!("f{n} = \"bool\"\n")));
    text += "[rules]\n";
    for n in 0..4 {
        text += &format!("r{n} = {{ when = '{}', layout = -10 }}\n", hard(FACTS, &mut Random::new(n)));
    }
    let selector = selector(&text);
    let analysis = selector.analyse(&AnalysisOptions::new().steps(1_500, 500));
    assert!(analysis.steps <= 1_500, "{}", analysis.steps);
    assert!(!analysis.is_complete() && !analysis.is_denied());
    let never: Vec<_> =
        analysis.inconclusive.iter().filter(|open| open.kind == FindingKind::NeverTrue).collect();
    assert_eq!(never.len(), 4, "{analysis}");
    assert!(never.iter().all(|open| open.why == WhyInconclusive::Budget), "{analysis}");
    assert!(
        never[0]
            .to_string()
            .starts_with("whether `never_true` is to be said of rule `r0` was not told within 500 steps"),
        "{}",
        never[0]
    );
    // The same on every machine, and whoever asks again.
    assert_eq!(analysis, selector.analyse(&AnalysisOptions::new().steps(1_500, 500)));
}

#[test]
fn progress_ends_where_it_said_that_it_would() {
    let selector = selector(
        "format = 1\nname = \"shop\"\nlast_resort = [\"desk\"]\nchannels = [{ name = \"desk\", own = true, staffed = true }]\n\
         rules.a = { when = 'visit.errors > 1', layout = -1 }\nsegments.b = 'visit.errors > 3'",
    );
    let mut told = Vec::new();
    let analysis =
        selector.analyse_with(&AnalysisOptions::new(), &mut |done, total| told.push((done, total)));
    assert!(told.windows(2).all(|pair| pair[0].0 <= pair[1].0 && pair[0].1 == pair[1].1), "{told:?}");
    assert!(told.len() > 5 && told.last().is_some_and(|(done, total)| done == total), "{told:?}");
    assert_eq!(analysis, selector.analyse(&AnalysisOptions::new()));
}

const SHOP: &str = "format = 1\nname = \"shop\"\nlast_resort = [\"desk\"]\nchannels = [{ name = \"desk\", own = true, staffed = true }]\n[segments]\n";

fn of_kind(analysis: &Analysis, kind: FindingKind) -> Vec<&Finding> {
    analysis.findings.iter().filter(|finding| finding.kind == kind).collect()
}

#[test]
fn all_that_are_the_same_are_one_finding_and_cost_the_same_each() {
    let told = |count: usize| {
        let same = |n| format!("s{n:03} = 'visit.errors > 2 && (visit.pages > {n} || visit.pages <= {n})'\n");
        let text = SHOP.to_owned() + &(1..=count).map(same).collect::<String>();
        let analysis = selector(&text).analyse(&AnalysisOptions::new());
        assert!(analysis.is_complete() && of_kind(&analysis, FindingKind::Implied).is_empty(), "{analysis}");
        let found = of_kind(&analysis, FindingKind::SameAs);
        let [same] = found.as_slice() else { panic!("{analysis}") };
        assert_eq!(same.about.len(), count);
        let more = count - 6;
        let message = format!(
            "segments `s001`, `s002`, `s003`, `s004`, `s005`, `s006` and {more} more are the same for every visitor"
        );
        assert_eq!(*same.message, *message);
        (same.steps, analysis.steps)
    };
    let (few, many) = (told(40), told(160));
    assert!(many.0 <= few.0 * 5 && many.1 <= few.1 * 6, "{few:?} {many:?}");
}

#[test]
fn of_segments_within_each_other_each_is_told_of_the_next_with_a_search_or_two() {
    let told = |count: usize| {
        let text: String = (0..count).map(|n| format!("s{n:03} = 'visit.errors > {n}'\n")).collect();
        let analysis = selector(&(SHOP.to_owned() + &text)).analyse(&AnalysisOptions::new());
        assert!(analysis.is_complete(), "{analysis}");
        let found = of_kind(&analysis, FindingKind::Implied);
        assert_eq!(found.len(), count - 1);
        for finding in found {
            let numbers: Vec<usize> =
                finding.about.iter().map(|one| one.name.trim_start_matches('s').parse().unwrap()).collect();
            assert_eq!(numbers, [numbers[0], numbers[0] - 1]);
        }
        analysis.steps
    };
    let (few, many) = (told(40), told(160));
    assert!(many <= few * 6, "{few} {many}");
}

#[test]
fn a_chain_of_segments_stays_within_the_budget() {
    let link = |n: usize| format!("s{n} = 'segment.s{} && visit.errors > {}'\n", n - 1, n % 7);
    let text = format!(
        "{SHOP}s0 = 'visit.errors > 0'\n{}[rules]\nr = {{ when = 'segment.s299', layout = -10, because = \"so\" }}\n",
        (1..300).map(link).collect::<String>()
    );
    let selector = selector(&text);
    let analysis = selector.analyse(&AnalysisOptions::new());
    assert!(analysis.is_complete() && analysis.steps < 50_000, "{} {analysis}", analysis.steps);
    // From the sixth on nothing is added, and those before name each other.
    let found: Vec<_> = analysis.findings.iter().map(|one| (one.kind, one.about.len())).collect();
    assert_eq!(found, [(FindingKind::SameAs, 294)]);
    for steps in [0, 1, 100, 5_000] {
        let analysis = selector.analyse(&AnalysisOptions::new().steps(steps, 1_000));
        assert!(analysis.steps <= steps && !analysis.is_complete(), "{} of {steps}", analysis.steps);
    }
}

/// A policy with one rule of that condition and these effects.
fn one_rule(when: &str, effects: &str) -> String {
    format!(
        "format = 1\nname = \"shop\"\nlast_resort = [\"desk\"]\nchannels = [{{ name = \"web\" }}, {{ name = \"desk\", own = true, staffed = true }}]\n\
         rules.r = {{ when = '{when}', {effects}, because = \"so\" }}\n"
    )
}

/// So many of them, one for each number from 1 on, of which one must be so.
fn any(count: usize, one: impl Fn(usize) -> String) -> String {
    let all: Vec<String> = (1..=count).map(one).collect();
    format!("({})", all.join(" || "))
}

#[test]
fn however_many_alternatives_say_something_else_the_one_by_age_is_found() {
    // What asks for something that may not stand beside an age, and what may, and has none.
    for (asked, end) in [("visit.viewport_width == ", ""), ("profile.region == \"r", "\"")] {
        for count in [250, 260, 400] {
            let others = any(count, |n| format!("{asked}{n}{end}"));
            for when in [format!("profile.age >= 80 || {others}"), format!("{others} || profile.age >= 80")] {
                let analysis =
                    selector(&one_rule(&when, "adapt = [\"large_text\"]")).analyse(&AnalysisOptions::new());
                assert!(analysis.is_complete(), "{analysis}");
                assert_eq!(of_kind(&analysis, FindingKind::NeedFromAge).len(), 1, "{count} {analysis}");
            }
        }
    }
}

#[test]
fn without_steps_nothing_is_said_of_people() {
    for (kind, when, effects) in [
        (FindingKind::NeedFromAge, "profile.age >= 80", "adapt = [\"large_text\"]"),
        (FindingKind::DemographicsAlone, "profile.age >= 80", "never = [\"web\"]"),
        (
            FindingKind::Silenced,
            "visit.errors > 2 && profile.fluency < 30",
            "assistance_at_least = \"guided\"",
        ),
    ] {
        let selector = selector(&one_rule(when, effects));
        assert_eq!(of_kind(&selector.analyse(&AnalysisOptions::new()), kind).len(), 1, "{when}");
        let analysis = selector.analyse(&AnalysisOptions::new().steps(200_000, 0));
        assert!(of_kind(&analysis, kind).is_empty(), "{analysis}");
        let why: Vec<_> =
            analysis.inconclusive.iter().filter(|open| open.kind == kind).map(|open| &open.why).collect();
        assert!(matches!(why.as_slice(), [WhyInconclusive::Budget]), "{why:?} {analysis}");
    }
}

#[test]
fn segments_that_name_each_other_twice_do_not_multiply() {
    let link = |n: usize| format!("s{n} = 'segment.s{0} && (segment.s{0} || visit.errors > {n})'\n", n - 1);
    let text = format!(
        "{SHOP}s0 = 'profile.age >= 70'\n{}[rules]\nr = {{ when = 'segment.s40', adapt = [\"large_text\"], because = \"so\" }}\n",
        (1..=40).map(link).collect::<String>()
    );
    let analysis = selector(&text).analyse(&AnalysisOptions::new());
    assert_eq!(of_kind(&analysis, FindingKind::NeedFromAge).len(), 1, "{analysis}");
}

#[test]
fn alternatives_that_are_too_many_are_said_not_to_be_told() {
    let by_age = |count: usize| {
        let young = any(count, |n| format!("profile.age < {n} && profile.region == \"r{n}\""));
        let old = any(count, |n| format!("profile.age >= {} && profile.language == \"l{n}\"", 60 + n));
        format!("{young} && {old} || visit.errors > 8")
    };
    let in_trouble = |count: usize| {
        let errors = any(count, |n| format!("visit.errors > {n} && profile.visits < {n}"));
        let retries = any(count, |n| format!("visit.retries > {n} && profile.visits > {n}"));
        format!("{errors} && {retries}")
    };
    let cases = [
        (FindingKind::NeedFromAge, "adapt = [\"large_text\"]"),
        (FindingKind::DemographicsAlone, "never = [\"web\"]"),
        (FindingKind::Silenced, "assistance = 10"),
    ];
    for (kind, effects) in cases {
        for (count, is_told) in [(15, true), (17, false)] {
            let when = if kind == FindingKind::Silenced { in_trouble(count) } else { by_age(count) };
            let analysis = selector(&one_rule(&when, effects)).analyse(&AnalysisOptions::new());
            assert!(of_kind(&analysis, kind).is_empty(), "{analysis}");
            let open: Vec<String> = analysis
                .inconclusive
                .iter()
                .filter(|open| open.kind == kind)
                .map(ToString::to_string)
                .collect();
            if is_told {
                assert!(open.is_empty(), "{analysis}");
                continue;
            }
            let [open] = open.as_slice() else { panic!("{kind} of {count}: {analysis}") };
            let says = format!(
                "whether `{kind}` is to be said of rule `r` was not told for all: it can hold in more ways than are looked at one by one, of one rule or of all together"
            );
            assert_eq!(*open, says);
        }
    }
}

#[test]
fn the_last_way_that_is_looked_at_is_told_from_the_first_that_is_not() {
    for (count, is_told) in [(256, true), (257, false)] {
        let ways =
            (0..count).map(|n| format!("profile.age < 10 && profile.age > 60 && profile.region == \"r{n}\""));
        let when = ways.collect::<Vec<_>>().join(" || ") + " || visit.errors > 8";
        let analysis =
            selector(&one_rule(&when, "adapt = [\"large_text\"]")).analyse(&AnalysisOptions::new());
        let open = analysis.inconclusive.iter().filter(|open| open.kind == FindingKind::NeedFromAge);
        assert_eq!(open.count() == 0, is_told, "{count}: {analysis}");
    }
}
