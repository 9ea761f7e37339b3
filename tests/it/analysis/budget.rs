//! A policy that is made to blow up the analysis ends within its budget, and says so.

use maitre::{AnalysisOptions, FindingKind, WhyInconclusive};

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
