//! Every engine answers as the plainest interpreter does, and every workload loads.

use maitre_peers::{Failure, check_all};

#[test]
fn all_engines_agree_on_10_segments() -> Result<(), Failure> {
    check_all(10, 1_000)
}

#[test]
fn all_engines_agree_on_100_segments() -> Result<(), Failure> {
    check_all(100, 1_000)
}
