//! Prints the table of the peers; with `--write`, writes `RESULTS.md` and `peers.svg` as well; with `--up-to 1000`, stops at
//! that many segments; with `--rounds 3`, measures everything three times, and takes the smallest of each figure.

use std::path::Path;
use std::process::Command;

use maitre_peers::{Failure, Measured, Provenance, measure_all, plot, results, text};

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |option: &str, otherwise: usize| -> Result<usize, Failure> {
        match arguments.iter().position(|argument| argument == option) {
            Some(place) => {
                let given = arguments.get(place + 1).and_then(|number| number.parse().ok());
                Ok(given.ok_or_else(|| format!("`{option}` needs a number, as in `{option} {otherwise}`"))?)
            }
            None => Ok(otherwise),
        }
    };
    let (up_to, rounds) = (number("--up-to", 100_000)?, number("--rounds", 1)?.max(1));
    let sizes: Vec<usize> =
        [10, 100, 1_000, 10_000, 100_000].into_iter().filter(|&size| size <= up_to).collect();

    let allocations = allocations()?;
    let measure = |round: usize| {
        eprintln!("round {} of {rounds}", round + 1);
        measure_all(&sizes, |line| eprintln!("{line}"))
    };
    let measured = Measured::quickest(&(0..rounds).map(measure).collect::<Result<Vec<_>, _>>()?);
    let from = Provenance::here()?;
    println!("{}", text(&sizes, &measured, &allocations));
    let load = from.load.as_deref().unwrap_or("unknown");
    println!("{}, load {load}; {}; commit {}", from.machine, from.toolchain, from.commit);

    if arguments.iter().any(|argument| argument == "--write") {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        std::fs::write(here.join("RESULTS.md"), results(&sizes, &measured, &allocations, &from, rounds))?;
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
