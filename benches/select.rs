//! The cost of one decision, D1 to D10, and of its explanation.

use std::error::Error;
use std::hint::black_box;
use std::path::Path;

use criterion::Criterion;
use maitre::{AssistanceLevel, ExperienceSelector, LayoutComplexity, Policy};

#[allow(dead_code, reason = "the example counts groups that a bench does not")]
#[path = "../examples/quickstart/crowd.rs"]
mod crowd;

use crowd::Guest;

fn main() -> Result<(), Box<dyn Error>> {
    let mut criterion = Criterion::default().configure_from_args();
    quickstart(&mut criterion)?;
    criterion.final_summary();
    Ok(())
}

/// Ten thousand real visits under the policy of the example: what a telecom company's request path sees. Stresses
/// string attributes, unknown facts (a third of the browsers tell nothing of their connection) and memory: no profile
/// is met twice before all others have been.
fn quickstart(criterion: &mut Criterion) -> Result<(), Box<dyn Error>> {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let text = std::fs::read_to_string(examples.join("policies").join("harbour_mobile.toml"))?;
    let selector = ExperienceSelector::compile(&Policy::from_toml(&text)?)?;
    let crowd = crowd::load(&examples.join("data"))?;
    expected(&selector, &crowd)?;

    let mut group = criterion.benchmark_group("select");
    let mut guests = crowd.iter().cycle();
    group.bench_function("quickstart/maitre", |bencher| {
        bencher.iter(|| guests.next().map(|guest| black_box(selector.select(&guest.profile, &guest.visit))));
    });
    group.finish();

    let mut group = criterion.benchmark_group("explain");
    let mut guests = crowd.iter().cycle();
    group.bench_function("quickstart/maitre", |bencher| {
        bencher.iter(|| guests.next().map(|guest| black_box(selector.explain(&guest.profile, &guest.visit))));
    });
    group.finish();
    Ok(())
}

/// What must be right before anything is timed: everybody has a way out, whoever has failed three times is guided and
/// sees a simple page, and the explanation is of the same decision.
fn expected(selector: &ExperienceSelector, crowd: &[Guest]) -> Result<(), Box<dyn Error>> {
    if crowd.len() != 10_000 {
        return Err(format!("{} visitors instead of 10000", crowd.len()).into());
    }
    for (turn, guest) in crowd.iter().enumerate() {
        let decision = selector.select(&guest.profile, &guest.visit);
        let (experience, failed) = (decision.experience(), guest.failed_thrice);
        assert!(decision.way_out().is_some(), "visitor {turn} has no way out");
        assert!(
            !failed || experience.layout <= LayoutComplexity::Simple,
            "visitor {turn} failed at a full page"
        );
        assert!(
            !failed || experience.assistance >= AssistanceLevel::Guided,
            "visitor {turn} failed unguided"
        );
        if turn % 100 == 0 {
            assert_eq!(
                selector.explain(&guest.profile, &guest.visit).decision(),
                &decision,
                "visitor {turn}"
            );
        }
    }
    Ok(())
}
