//! Every engine answers as the plainest interpreter does, and every workload loads.

use maitre_peers::{Failure, check_all, check_workloads};

#[test]
fn all_engines_agree_on_10_segments() -> Result<(), Failure> {
    check_all(10, 1_000)
}

#[test]
fn all_engines_agree_on_100_segments() -> Result<(), Failure> {
    check_all(100, 1_000)
}

#[test]
fn every_workload_is_what_it_says_and_loads_at_up_to_10_000_segments() -> Result<(), Failure> {
    for (segments, visitors) in [(10, 100), (100, 100), (1_000, 20), (10_000, 3)] {
        check_workloads(segments, visitors)?;
    }
    Ok(())
}
