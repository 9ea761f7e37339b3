//! What loading must refuse, and the neighbours that it must not.

use maitre::Policy;

use crate::generate::near_miss;
use crate::generate::print::toml;

/// The codes of the errors that refuse `text`; none if it loads.
fn codes(text: &str) -> Vec<&'static str> {
    match Policy::from_toml(text) {
        Ok(_) => Vec::new(),
        Err(error) => {
            let errors = error.diagnostics().iter().filter(|d| d.severity() == maitre::Severity::Error);
            errors.map(|diagnostic| diagnostic.code().as_str()).collect()
        }
    }
}

#[test]
fn near_misses_are_refused_for_the_one_thing_that_is_wrong_and_their_neighbours_are_not() {
    let mut neighbours = 0;
    for n in 30_000..30_024 {
        for miss in near_miss::around(n) {
            let text = toml(&miss.document);
            let found = codes(&text);
            assert!(
                !found.is_empty() && found.iter().all(|code| *code == miss.code),
                "{}: expected {}, found {found:?}\n{text}",
                miss.what,
                miss.code
            );
            if let Some(neighbour) = miss.neighbour {
                let text = toml(&neighbour);
                assert_eq!(codes(&text), Vec::<&str>::new(), "the neighbour of {}\n{text}", miss.what);
                neighbours += 1;
            }
        }
    }
    assert!(neighbours > 1_000, "{neighbours}");
}
