//! Questions about texts that are answered in one pass: whatever else is asked of the same text, each says what it says alone.

use crate::generate::people::NOON;
use crate::generate::random::Random;
use crate::oracle::agree::differences_on_all_paths;
use crate::oracle::document::Document;
use crate::oracle::library;
use crate::oracle::paths::Paths;
use crate::oracle::read::read;
use crate::oracle::value::Value;
use crate::oracle::visitor::{Fact, Visitor};

const HEAD: &str = r#"
format = 1
name = "words"
last_resort = ["in_person"]
channels = [{ name = "web", base = 10 }, { name = "in_person", staffed = true }]
[attributes]
all = "string"
begins = "string"
few = "string"
limited = { type = "string", min_source = "declared" }
plan = ["ab", "aba", "bab", "é"]
[segments]
"#;

/// All words of one to `length` of these letters: many begin, end and lie in others.
fn words(length: usize) -> Vec<String> {
    let longer = |words: &Vec<String>| {
        Some(words.iter().flat_map(|word| ["a", "b", "é"].map(|letter| format!("{word}{letter}"))).collect())
    };
    std::iter::successors(Some(vec![String::new()]), longer).skip(1).take(length).flatten().collect()
}

/// A segment for each question, and some that ask several.
fn policy() -> String {
    let mut conditions: Vec<String> = Vec::new();
    for word in words(3) {
        for ask in ["startsWith", "endsWith", "contains"] {
            conditions.push(format!("all.{ask}(\"{word}\")"));
        }
    }
    // More than are looked for at once.
    conditions.extend(words(4).iter().map(|word| format!("begins.startsWith(\"{word}\")")));
    for word in words(2) {
        conditions.push(format!("plan.contains(\"{word}\")"));
        conditions.push(format!("limited.endsWith(\"{word}\")"));
        conditions.push(format!("visit.campaign.startsWith(\"{word}\")"));
    }
    // Too long to be looked for with others.
    conditions.push(format!("all.contains(\"{}\")", "ab".repeat(40)));
    conditions.extend(["few.startsWith(\"a\")", "few.contains(\"ba\")"].map(str::to_owned));
    // What is asked of everybody: the empty text, and what calculates beside it.
    conditions
        .extend(["all.contains(\"\")", "all.startsWith(begins)", "begins == \"ab\""].map(str::to_owned));
    let several = conditions.windows(7).step_by(5).filter_map(|window| match window {
        [a, _, b, _, c, _, d] => Some(format!("{a} && !({b}) || {c} && {d}")),
        _ => None,
    });
    let several: Vec<String> = several.collect();
    conditions.extend(several);
    let mut text = HEAD.to_owned();
    conditions.iter().zip(0..).for_each(|(when, n)| text += &format!("s{n:03} = '{when}'\n"));
    text += "[rules]\n";
    (0..conditions.len())
        .for_each(|n| text += &format!("s{n:03} = {{ when = 'segment.s{n:03}', layout = -1 }}\n"));
    text
}

#[test]
fn each_question_about_a_text_is_answered_as_if_it_were_alone() {
    let text = policy();
    let document: Document = read(&text);
    let selector = library::load(&text).unwrap_or_else(|problem| panic!("{problem}"));
    let mut paths = Paths::of(&selector);
    let random = &mut Random::new(7);
    let (mut holding, mut people) = (0, Vec::new());
    for _ in 0..150 {
        let mut visitor = Visitor::unknown(NOON);
        for name in ["all", "begins", "few", "limited", "plan", "visit.campaign"] {
            // Few are so long that they are not looked at together.
            let length = if random.chance(5) { 2_100 } else { random.below(7) };
            let word = (0..length).map(|_| random.one(&["a", "b", "é"])).collect();
            let value = match name {
                "plan" => Value::Text(random.name(&["ab", "aba", "bab", "é", "none"])),
                "begins" if random.chance(5) => Value::Int(7),
                _ => Value::Text(word),
            };
            if random.chance(85) {
                let facts = if name.starts_with("visit") { &mut visitor.visit } else { &mut visitor.profile };
                facts.push(Fact { name: name.to_owned(), value, source: random.below(4), learnt: None });
            }
        }
        let (profile, visit) = library::people(&visitor);
        let segments = library::answer(&selector, &selector.explain(&profile, &visit)).segments;
        holding += segments.values().filter(|truth| **truth == Some(true)).count();
        let lines = differences_on_all_paths(&document, &selector, &mut paths, &visitor);
        assert!(lines.is_empty(), "{}\n{visitor:#?}", lines.join("\n"));
        people.push((profile, visit));
    }
    assert_eq!(paths.batch(&people), Vec::<String>::new());
    assert!(holding > 1_000, "only {holding} segments held");
}
