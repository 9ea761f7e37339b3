//! Prints the table of the peers; with `--write`, writes `RESULTS.md` and `peers.svg` as well; with `--up-to 1000`, stops at
//! that many segments.

use std::path::Path;
use std::process::Command;

use maitre_peers::{Failure, Provenance, measure_all, plot, results, text};

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let up_to = match arguments.iter().position(|argument| argument == "--up-to") {
        Some(place) => arguments.get(place + 1).ok_or("`--up-to` needs a number")?.parse()?,
        None => 100_000,
    };
    let sizes: Vec<usize> =
        [10, 100, 1_000, 10_000, 100_000].into_iter().filter(|&size| size <= up_to).collect();

    let allocations = allocations()?;
    let measured = measure_all(&sizes, |line| eprintln!("{line}"))?;
    let from = Provenance::here()?;
    println!("{}", text(&sizes, &measured, &allocations));
    let load = from.load.as_deref().unwrap_or("unknown");
    println!("{}, load {load}; {}; commit {}", from.machine, from.toolchain, from.commit);

    if arguments.iter().any(|argument| argument == "--write") {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        std::fs::write(here.join("RESULTS.md"), results(&sizes, &measured, &allocations, &from))?;
        plot(&here.join("peers.svg"), &sizes, &measured.rows)?;
    }
    Ok(())
}

/// What the other program of this package counts. It is one of its own because counting slows down whatever allocates.
fn allocations() -> Result<Vec<(String, f64)>, Failure> {
    let cargo = std::env::var_os("CARGO").ok_or("run this by `cargo run --release -p maitre-peers`")?;
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let counted = Command::new(cargo)
        .args(["run", "--release", "--quiet", "--manifest-path", manifest, "--bin", "allocations"])
        .output()?;
    if !counted.status.success() {
        return Err(String::from_utf8_lossy(&counted.stderr).into());
    }
    let lines = String::from_utf8(counted.stdout)?;
    lines
        .lines()
        .map(|line| {
            let (name, count) = line.split_once('\t').ok_or("expected a name and a count")?;
            Ok((name.to_owned(), count.parse()?))
        })
        .collect()
}
