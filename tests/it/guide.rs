//! The guide for rule authors: each piece of it loads behind those before it, and what is said to be refused is, with the words
//! that stand below.

use maitre::{AnalysisOptions, ExperienceSelector, FindingKind, Policy};

const GUIDE: &str = include_str!("../../src/docs/guide.md");

/// The fenced pieces, each with what stands behind its fence.
fn pieces() -> Vec<(&'static str, &'static str)> {
    let mut parts = GUIDE.split("```");
    let mut all = Vec::new();
    // In turn: text, piece, text …
    while let (Some(_), Some(piece)) = (parts.next(), parts.next()) {
        let (kind, body) = piece.split_once('\n').unwrap_or((piece, ""));
        all.push((kind, body));
    }
    all
}

/// What is said of a policy that is not accepted.
fn refusal(text: &str) -> Option<String> {
    match Policy::from_toml(text) {
        Err(error) => Some(error.to_string()),
        Ok(policy) => ExperienceSelector::compile(&policy).err().map(|error| error.to_string()),
    }
}

#[test]
fn every_piece_of_the_guide_does_what_it_says() {
    let (mut policy, mut refused) = (String::new(), None);
    let (mut accepted, mut told) = (0, 0);
    for (kind, body) in pieces() {
        match kind {
            "toml" => {
                policy.push_str(body);
                assert_eq!(refusal(&policy), None, "{policy}");
                accepted += 1;
            }
            "toml,refused" => {
                let wrong = format!("{policy}{body}");
                refused = Some(refusal(&wrong).unwrap_or_else(|| panic!("{body} is accepted")));
            }
            "text" => {
                let found = refused.take().unwrap_or_else(|| panic!("nothing is refused before {body}"));
                body.lines().for_each(|line| assert!(found.contains(line), "{line}\nis not in\n{found}"));
                told += 1;
            }
            "conditions" => {
                for line in body.lines() {
                    let when = line.split(" # ").next().unwrap_or(line).trim_end();
                    let rule = format!("[rules.piece]\nwhen = '{when}'\nchannels = {{ web = 1 }}\n");
                    assert_eq!(refusal(&format!("{policy}{rule}")), None, "{when}");
                }
                told += 1;
            }
            other => panic!("a piece of the guide of kind `{other}`"),
        }
    }
    assert!(accepted >= 7 && told >= 3 && refused.is_none());
    let selector = ExperienceSelector::compile(&Policy::from_toml(&policy).unwrap()).unwrap();
    assert!(selector.run_tests().passed(), "{}", selector.run_tests());
    assert_eq!(selector.guarantees().len(), 2);
    let analysis = selector.analyse(&AnalysisOptions::new());
    assert!(analysis.findings.is_empty() && analysis.is_complete(), "{analysis}");
}

#[test]
fn every_kind_of_finding_has_its_meaning() {
    let meanings = include_str!("../../src/docs/semantics.md");
    let table = meanings.split("| kind | is found of |").nth(1).unwrap();
    let rows: String = table.lines().filter_map(|row| row.strip_prefix('|')?.split('|').next()).collect();
    let missing: Vec<_> =
        FindingKind::NAMES.iter().filter(|kind| !rows.contains(&format!("`{kind}`"))).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
