//! The house style of the command changes nothing but the style: over generated policies, with comments between all their lines.

use maitre::Policy;

use crate::generate::{self, print};
use crate::oracle::library::load;

#[path = "../../examples/policy/format/gaps.rs"]
mod gaps;
#[path = "../../examples/policy/format/style.rs"]
mod style;

#[test]
fn generated_policies_are_the_same_in_the_house_style_and_keep_their_comments() {
    let mut styled = 0;
    for n in 0..60 {
        let document = generate::policy(180_000 + n);
        for order in [print::Order::Forward, print::Order::Backward] {
            let text = print::toml_in(&document, order);
            let Ok(selector) = load(&text) else { continue };
            let commented: String =
                text.lines().zip(0..).map(|(line, n)| format!("# {n}\n\n\n{line}  # behind {n}\n")).collect();
            for text in [&text, &commented] {
                let once = style::formatted(text).unwrap_or_else(|why| panic!("{why}\n{text}"));
                assert_eq!(style::formatted(&once).as_deref(), Ok(&*once), "{text}");
                let comments = |text: &str| {
                    let mut all: Vec<String> = text
                        .lines()
                        .filter_map(|line| Some(line.split_once('#')?.1.trim().to_owned()))
                        .collect();
                    all.sort_unstable();
                    all
                };
                assert_eq!(comments(text), comments(&once), "{once}");
                let loader =
                    Policy::loader().rule(crate::oracle::rust::Loyal).rule(crate::oracle::rust::Alike);
                let digest = loader.toml(&once).map(|policy| policy.digest());
                assert_eq!(digest.ok(), Some(selector.policy().digest()), "{once}");
                styled += 1;
            }
        }
    }
    assert!(styled > 150, "{styled}");
}
