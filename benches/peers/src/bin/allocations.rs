//! Counts what each engine allocates for one visitor: a name and a count on each line.

use maitre_peers::{Failure, allocations};

fn main() -> Result<(), Failure> {
    for (name, count) in allocations(|run| allocation_counter::measure(run).count_total)? {
        println!("{name}\t{count}");
    }
    Ok(())
}
