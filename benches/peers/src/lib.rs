//! `maitre` beside other crates that find which of many conditions hold for a visitor. Everybody answers the same
//! question on the same workload: *which of these segments hold?* Answers are checked against the plainest interpreter
//! there is before anything is timed.
#![expect(clippy::indexing_slicing, reason = "positions come from the lists that they are used in")]

mod bits;
mod check;
mod form;
mod measure;
mod own;
mod peer;
mod peers;
mod plot;
mod table;

#[allow(dead_code, reason = "the benches use what this package does not")]
#[path = "../../workload/workload.rs"]
mod workload;

pub use check::{check_all, check_workloads};
pub use measure::{Costs, Measured, Row, allocations, measure_all};
pub use plot::plot;
pub use table::{Provenance, results, text};

/// Why something could not be done.
pub type Failure = Box<dyn std::error::Error>;

/// The allocations that [`allocations`] counts are at this number of segments.
pub const COUNTED_AT: usize = 100;

/// Calls a function that is generic over a [`Peer`](peer::Peer) once for each but ours.
macro_rules! for_each_peer {
    ($call:ident($($argument:expr),*)) => {{
        use crate::peers::{a_tree, cedar, cel, closures, datalogic, eppo, launchdarkly, yggdrasil, zen};
        $call::<closures::Closures>($($argument),*)?;
        $call::<a_tree::Tree>($($argument),*)?;
        $call::<datalogic::Rules>($($argument),*)?;
        $call::<yggdrasil::Rules>($($argument),*)?;
        $call::<eppo::Flags>($($argument),*)?;
        $call::<zen::Expressions>($($argument),*)?;
        $call::<cel::Programs>($($argument),*)?;
        $call::<launchdarkly::Flags>($($argument),*)?;
        $call::<cedar::Policies>($($argument),*)?;
    }};
}
pub(crate) use for_each_peer;
