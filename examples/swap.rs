//! A new version of the policy while somebody decides: loaded, compiled and put in the place of the old one, again and
//! again. Nobody waits for it: how long decisions take, with and without.
//!
//! `cargo run --release --example swap`

use std::error::Error;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use maitre::{AnalysisOptions, CustomerProfile, ExperienceSelector, Policy, SharedSelector, Visit};

#[allow(dead_code, reason = "the quickstart counts groups that are not counted here")]
#[path = "quickstart/crowd.rs"]
mod crowd;
#[path = "quickstart/print.rs"]
mod print;
use print::{say, wrapped};

const WIDTH: usize = 100;
const LASTS: Duration = Duration::from_secs(2);
/// So many decisions are kept at most.
const MOST: usize = 20_000_000;

fn main() -> Result<(), Box<dyn Error>> {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let text = std::fs::read_to_string(examples.join("policies").join("harbour_mobile.toml"))?;
    let crowd = crowd::load(&examples.join("data"))?;
    let visitors: Vec<(&CustomerProfile, &Visit)> =
        crowd.iter().map(|guest| (&guest.profile, &guest.visit)).collect();
    // Every version weighs habit otherwise.
    let version = |n: usize| -> Result<ExperienceSelector, Box<dyn Error>> {
        let text = text.replace("habit = 10", &format!("habit = {}", 10 + n % 100));
        Ok(ExperienceSelector::compile(&Policy::from_toml(&text)?)?)
    };
    let shared = SharedSelector::new(version(0)?);

    say!("A policy replaced while it decides");
    say!("{}", "=".repeat(WIDTH));
    say!(
        "{:<44}{:>8}{:>8}{:>8}{:>9}{:>12}{:>11}",
        "",
        "median",
        "99 %",
        "99.9 %",
        "99.99 %",
        "longest",
        "decisions"
    );
    let alone = decide(&shared, &visitors, |over| {
        std::thread::sleep(LASTS);
        over.store(true, Ordering::Relaxed);
        Ok(0)
    })?;
    row("nothing is replaced", &alone.0);
    let loaded = decide(&shared, &visitors, |over| {
        let begin = Instant::now();
        let mut swaps = 0;
        while begin.elapsed() < LASTS {
            shared.replace(version(swaps)?);
            swaps += 1;
        }
        over.store(true, Ordering::Relaxed);
        Ok(swaps)
    })?;
    row(&format!("loaded, compiled and replaced {} times", loaded.1), &loaded.0);
    let ready = [version(1)?, version(2)?];
    let swapped = decide(&shared, &visitors, |over| {
        let begin = Instant::now();
        let mut swaps = 0;
        while begin.elapsed() < LASTS {
            shared.replace(ready.get(swaps % 2).cloned().ok_or("two versions")?);
            swaps += 1;
            // A hundred times as often as anybody would.
            std::thread::sleep(Duration::from_micros(100));
        }
        over.store(true, Ordering::Relaxed);
        Ok(swaps)
    })?;
    row(&format!("put in place ready made {} times", swapped.1), &swapped.0);
    let note = "Nanoseconds from asking for the current selector to its decision, each timed by itself, the clock included, by one thread that \
         decides while another replaces the policy. What lies beyond 99 % in the first row is this machine doing something else; no more of it in the others means that nobody waits for \
         a new policy. With fewer than two free processors the threads wait for each other, and the figures say so.";
    say!("\n{}", wrapped(note, "", WIDTH));
    stays_outside(&shared, &text)
}

/// What is not let in, while the old policy serves on; and the way back.
fn stays_outside(shared: &SharedSelector, text: &str) -> Result<(), Box<dyn Error>> {
    say!("\nWhat stays outside");
    say!("{}", "=".repeat(WIDTH));
    let options = AnalysisOptions::new();
    let serves = || shared.current().policy().digest();
    let before = serves();
    let with = |table: &str, entry: &str| text.replacen(table, &format!("{table}\n{entry}"), 1);
    let broken = with(
        "[guarantees]",
        r#"nobody_waits = { when = 'visit.errors > 0', assistance_at_least = "human" }"#,
    );
    let denied = with("[segments]", "idle = 'visit.pages > 90'").replacen(
        "[findings]",
        "[findings]\nunused_segment = \"deny\"",
        1,
    );
    for (what, text) in
        [("A guarantee that does not hold", broken), ("A finding that the policy denies", denied)]
    {
        let policy = Policy::from_toml(&text)?;
        let Err(why) = shared.adopt(&policy, &options) else {
            return Err(format!("{what}: it was let in").into());
        };
        say!("\n{what}:");
        why.to_string().lines().for_each(|line| say!("{}", wrapped(line, "  ", WIDTH)));
    }
    if serves() != before {
        return Err("another policy serves".into());
    }
    say!("\nThe policy that served before serves on: {before}.");
    shared.adopt(&Policy::from_toml(&text.replace("habit = 10", "habit = 120"))?, &options)?;
    say!("Adopted: {}.", serves());
    let back = shared.roll_back().ok_or("there is no version before")?;
    say!("Rolled back: {back} serves again.");
    Ok(())
}

/// What a decision took, in nanoseconds, ascending, while `replace` is at work; and what that says at its end.
fn decide(
    shared: &SharedSelector,
    visitors: &[(&CustomerProfile, &Visit)],
    replace: impl FnOnce(&AtomicBool) -> Result<usize, Box<dyn Error>>,
) -> Result<(Vec<u32>, usize), Box<dyn Error>> {
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut took = Vec::with_capacity(MOST);
            for (profile, visit) in visitors.iter().cycle() {
                if over.load(Ordering::Relaxed) || took.len() == took.capacity() {
                    break;
                }
                let begin = Instant::now();
                std::hint::black_box(shared.current().select(profile, visit));
                took.push(u32::try_from(begin.elapsed().as_nanos()).unwrap_or(u32::MAX));
            }
            took.sort_unstable();
            took
        });
        let swaps = replace(&over);
        over.store(true, Ordering::Relaxed);
        let took = reader.join().map_err(|_| "the thread that decides has failed")?;
        Ok((took, swaps?))
    })
}

fn row(what: &str, took: &[u32]) {
    let at = |share: f64| took.get(((took.len() as f64 * share) as usize).min(took.len().saturating_sub(1)));
    let of = |share: f64| at(share).map_or_else(String::new, u32::to_string);
    let shares = [of(0.5), of(0.99), of(0.999), of(0.9999), of(1.0)];
    let [median, most, more, nearly_all, longest] = shares;
    say!("{what:<44}{median:>8}{most:>8}{more:>8}{nearly_all:>9}{longest:>12}{:>11}", took.len());
}
