//! The real policy and crowd of the example.

use std::cell::LazyCell;
use std::path::Path;

use maitre::{AssistanceLevel, ExperienceSelector, LayoutComplexity, Policy};

use crate::crowd::{self, Guest};
use crate::deciding::{self, Case};
use crate::timer::Timer;
use crate::{compiling, expected, matching};

/// Ten thousand real visits under the policy of the example: what a telecom company's request path sees. Stresses
/// string attributes, unknown facts (a third of the browsers tell nothing of their connection) and memory: no profile
/// is met twice before all others have been.
pub fn bench(timer: &mut Timer) {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let policy = examples.join("policies").join("harbour_mobile.toml");
    let text = LazyCell::new(|| std::fs::read_to_string(policy).expect("the policy of the example"));
    let is_test = timer.is_test();
    let case = LazyCell::new(|| {
        let policy = Policy::from_toml(&text).expect("a policy that loads");
        let selector = ExperienceSelector::compile(&policy).expect("a policy that compiles");
        let crowd = crowd::load(&examples.join("data")).expect("the crowd of the example");
        expect(&selector, &crowd);
        let guests: Vec<_> = crowd.into_iter().map(|guest| (guest.profile, guest.visit)).collect();
        expected::agree(&selector, if is_test { &guests[..500] } else { &guests });
        Case { selector, guests }
    });
    let segments = LazyCell::new(|| {
        let (selector, visitors) = (case.selector.clone(), case.guests.clone());
        matching::Case { selector, visitors }
    });
    matching::bench(timer, "quickstart", &segments);
    deciding::bench(timer, "quickstart", &case);
    deciding::bench_beside(timer, "quickstart", &case);
    compiling::bench(timer, "quickstart", &text);
}

/// Whoever has failed three times is guided and sees a simple page.
fn expect(selector: &ExperienceSelector, crowd: &[Guest]) {
    assert_eq!(crowd.len(), 10_000, "visitors");
    for (turn, guest) in crowd.iter().enumerate().filter(|(_, guest)| guest.failed_thrice) {
        let experience = selector.select(&guest.profile, &guest.visit).experience();
        assert!(experience.layout <= LayoutComplexity::Simple, "visitor {turn} failed at a full page");
        assert!(experience.assistance >= AssistanceLevel::Guided, "visitor {turn} failed unguided");
    }
}
