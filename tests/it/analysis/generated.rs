//! Generated policies: nothing panics, and nothing that is found is belied by visitors near their literals.

use maitre::{FindingKind as Kind, Truth};

use super::{Said, hold_witnesses, options, said, selector};
use crate::generate::{self, print::toml};
use crate::oracle::library;

#[test]
fn what_is_found_of_generated_policies_is_so_of_generated_visitors() {
    let (mut found, mut open, mut policies) = (0, 0, 0);
    for n in crate::generate::numbers(80) {
        let document = generate::policy(610_000 + n);
        let text = toml(&document);
        if library::load(&text).is_err() {
            continue;
        }
        policies += 1;
        let selector = selector(&text);
        let analysis = selector.analyse(&options().steps(20_000, 1_000).with_allowed());
        hold_witnesses(&text, &selector, &analysis);
        open += analysis.inconclusive.len();
        found += analysis.findings.len();
        let visitors = generate::visitors(&document, n, 40);
        let told: Vec<Said> = visitors
            .iter()
            .map(library::people)
            .map(|(profile, visit)| said(&selector, (&profile, &visit)))
            .collect();
        for finding in &analysis.findings {
            let of = |said: &Said, place: usize| {
                finding.about.get(place).and_then(|one| said.of(one.what, &one.name))
            };
            for said in &told {
                let experience = said.decision.as_ref().unwrap().experience();
                let name = &*finding.about[0].name;
                let belied = match finding.kind {
                    Kind::NeverTrue => of(said, 0) == Some(Truth::True),
                    Kind::AlwaysTrue => of(said, 0).is_some_and(|truth| !truth.holds()),
                    Kind::Implied => of(said, 0) == Some(Truth::True) && of(said, 1) != Some(Truth::True),
                    Kind::SameAs => {
                        of(said, 0).is_some_and(Truth::holds) != of(said, 1).is_some_and(Truth::holds)
                    }
                    Kind::ChannelNeverServed => experience.channel.as_str() == name,
                    Kind::LayoutNeverGiven => experience.layout.as_str() == name,
                    Kind::AssistanceNeverGiven => experience.assistance.as_str() == name,
                    _ => false,
                };
                assert!(!belied, "{text}\n{finding}\n{said:?}");
            }
        }
    }
    assert!(policies >= 50 && found >= 200, "{found} of {policies}");
    assert!(open * 4 <= found, "{open} open beside {found}");
}
