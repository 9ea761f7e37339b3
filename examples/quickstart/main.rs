//! Ten thousand visitors are served by one policy: who gets what, why, and how fast.
//!
//! `cargo run --release --example quickstart`, or with another policy `… -- path/to/policy.toml`. The visitors alone, one a line
//! as JSON, for other programs to read: `… -- --write crowd.jsonl`, and a million of them `… -- --write crowd.jsonl 1000000`.

mod crowd;
mod print;
mod report;
mod write;

use std::error::Error;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use indicatif::{ProgressBar, ProgressStyle};
use maitre::{AssistanceLevel, Channel, ExperienceSelector, LayoutComplexity, Policy};

use crowd::{Guest, WHAT_IS_REAL};
use print::{say, wrapped};
use report::{Group, Tally, assistance_in_words, layout_in_words, share, thousands};

const WIDTH: usize = 100;
/// Odd, so that one of them is the median.
const PASSES: usize = 21;
/// How many visitors fit into the caches with their profiles.
const GROUP: usize = 100;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    // Where the repository was when this was built, so that it runs from any folder.
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    if std::env::args_os().nth(1).is_some_and(|first| first == "--write") {
        let arguments: Vec<_> = std::env::args_os().skip(2).collect();
        return write::write(&crowd::load(&examples.join("data"))?, &arguments);
    }
    let path = match std::env::args_os().nth(1) {
        Some(argument) => PathBuf::from(argument),
        None => examples.join("policies").join("harbour_mobile.toml"),
    };
    let policy = policy_of(&path)?;
    // What does not block, but is hardly meant.
    for warning in policy.warnings() {
        eprintln!("{}:{warning}", path.display());
    }
    let selector =
        ExperienceSelector::compile(&policy).map_err(|error| format!("{}: {error}", path.display()))?;
    let crowd = crowd::load(&examples.join("data"))?;

    let bar = progress(crowd.len(), "serving");
    let mut served = Vec::with_capacity(crowd.len());
    for guest in &crowd {
        served.push((guest, selector.select(&guest.profile, &guest.visit)));
        bar.inc(1);
    }
    bar.finish_and_clear();
    let tally = Tally::new(served);

    headline(&policy, &tally);
    say!("\nWhat is real here, and what is ours\n{WHAT_IS_REAL}");
    tables(&tally, &policy);
    three_of_them(&selector, &crowd);
    own_tests(&selector);
    speed(&selector, &crowd);
    Ok(())
}

/// What the policy expects of itself, and whether it is so.
fn own_tests(selector: &ExperienceSelector) {
    say!("\nThe policy's own tests\n{}", wrapped(&selector.run_tests().to_string(), "", WIDTH));
}

/// The policy of a file, or everything that is wrong with it.
fn policy_of(path: &Path) -> Result<Policy, String> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        format!(
            "cannot read the policy `{}`: {error}\n  help: give the path of a policy behind `--`, or nothing for \
             `examples/policies/harbour_mobile.toml`",
            path.display()
        )
    })?;
    Policy::from_toml(&text).map_err(|errors| format!("{} is refused:\n{errors}", path.display()))
}

fn headline(policy: &Policy, tally: &Tally<'_>) {
    let all = tally.len();
    let way_out = tally.count(|decision| decision.way_out().is_some());
    let open = tally.count(|decision| decision.way_out().is_some_and(|way| way.open));
    let experiences: std::collections::HashSet<_> = tally.experiences().collect();
    let reach = match way_out {
        _ if way_out == all => "every one of them is told how to reach a person".to_owned(),
        0 => "none of them can reach a person".to_owned(),
        _ => format!("{} of them are told how to reach a person", thousands(way_out)),
    };
    let there = match way_out {
        0 => String::new(),
        _ => format!(", and for {} somebody is there at the time of their visit", share(open, all)),
    };
    let sentence = format!(
        "A trial of the policy `{}`: {} visitors, served in {} combinations of channel, layout and help; \
         {reach}{there}.",
        policy.name(),
        thousands(all),
        experiences.len(),
    );
    say!("{}", wrapped(&sentence, "", WIDTH));
}

fn tables(tally: &Tally<'_>, policy: &Policy) {
    say!("\n{}", "=".repeat(WIDTH));
    say!("Who gets what. Each figure is the share of its column's group.");
    let groups = "`Difficulty`: answered yes in the survey, at whatever age. `<65, no d.` and `65+, no d.`: younger and older people \
                  who answered no; set beside each other they show what is left of age once needs are set aside. \
                  `Small page`: below 400 CSS px wide, and `slow line`: 3g or slower, or below 1.5 Mbit/s, as far as the \
                  browser tells; both have people of all ages.";
    say!("{}", wrapped(groups, "", WIDTH));

    tally.head(
        "Channel: where the visitor is best served",
        "All came by the web; these channels are offered beside it. Those that nobody gets are left out.",
    );
    for name in policy.document().channels.iter().filter_map(|channel| Channel::parse(&channel.name)) {
        tally.row(name.as_str(), false, |decision| decision.experience().channel == name);
    }

    tally.head(
        "Layout: how much is on the page at once",
        "Look at the last two rows: what a small page, a slow line or a need does to the full page.",
    );
    for &layout in LayoutComplexity::ALL {
        let label = format!("{layout} ({})", layout_in_words(layout));
        tally.row(&label, true, |decision| decision.experience().layout == layout);
    }

    tally.head(
        "Assistance: how much help is offered without being asked for",
        "Look at the last two rows: these people need not ask for a person, on whatever channel.",
    );
    for &assistance in AssistanceLevel::ALL {
        let label = format!("{assistance} ({})", assistance_in_words(assistance));
        tally.row(&label, true, |decision| decision.experience().assistance == assistance);
    }

    if tally.count(|decision| decision.way_out().is_some()) == 0 {
        say!("\nThe policy says that there are no people to reach, so nobody is told a way out.");
        return;
    }
    tally.head(
        "The way out: how a visitor reaches a person, whatever else was decided",
        "The first row has to be 100 %; below it, by which channel. The last depends on the hour.",
    );
    tally.row("told how", true, |decision| decision.way_out().is_some());
    for name in policy.document().channels.iter().filter_map(|channel| Channel::parse(&channel.name)) {
        tally.row(&format!("  by {name}"), false, |decision| {
            decision.way_out().is_some_and(|way| way.channel == name)
        });
    }
    tally.row("somebody is there now", true, |decision| decision.way_out().is_some_and(|way| way.open));
}

/// Three visitors one by one.
fn three_of_them(selector: &ExperienceSelector, crowd: &[Guest]) {
    let picks: [Group; 3] = [
        ("has a difficulty, and has failed three times at the same step", |g| {
            g.difficulty && g.failed_thrice
        }),
        ("no difficulty, long a customer, does everything by internet", |g| {
            g.age >= 65 && !g.difficulty && g.at_home_online && !g.failed_thrice && !g.small_screen
        }),
        ("on a slow line, and about to leave", |g| {
            g.slow_line && g.leaving && !g.difficulty && !g.failed_thrice
        }),
    ];
    say!("\n{}", "=".repeat(WIDTH));
    say!(
        "Three of them, as a support agent sees it. What is in “quotes” can be read to the visitor.\nPoints are how the policy weighs one channel against another. Needs are not named unless asked for."
    );
    for (who, belongs) in picks {
        let Some((turn, guest)) = crowd.iter().enumerate().find(|(_, guest)| belongs(guest)) else {
            continue;
        };
        say!("\nVisitor {}: {} years old; {who}", thousands(turn + 1), guest.age);
        let explanation = selector.explain(&guest.profile, &guest.visit).to_string();
        say!("{}", wrapped(&explanation, "  ", WIDTH));
    }
}

/// Times `select` over the whole crowd in groups, each group again and again before the next: a server has just read the
/// profile that it asks about. And over the crowd as one group: then each visitor comes from memory that the processor
/// has not seen for ten thousand visitors.
fn speed(selector: &ExperienceSelector, crowd: &[Guest]) {
    let bar = progress(2, "timing");
    let near = median_ns(selector, crowd, GROUP);
    bar.inc(1);
    let far = median_ns(selector, crowd, crowd.len());
    bar.finish_and_clear();
    say!("\n{}", "=".repeat(WIDTH));
    let figures = format!(
        "Speed: {near:.0} ns a decision, {} a second, on this machine ({} {}, one thread), where the profile has just \
         been read, as in a server; {far:.0} ns where it has to come from main memory. Medians of {PASSES} passes over \
         all {} visitors, {GROUP} at a time or all in a row. For careful figures run `cargo bench`.",
        thousands((1e9 / near / 1_000.0) as usize * 1_000),
        std::env::consts::OS,
        std::env::consts::ARCH,
        thousands(crowd.len())
    );
    say!("{}", wrapped(&figures, "", WIDTH));
    if cfg!(debug_assertions) {
        say!("This is a debug build: run it with --release for figures that mean something.");
    }
}

/// The median time of a decision in nanoseconds, over passes that go through one group after the other.
fn median_ns(selector: &ExperienceSelector, crowd: &[Guest], group: usize) -> f64 {
    let mut passes = vec![0.0; PASSES];
    for guests in crowd.chunks(group.max(1)) {
        for pass in &mut passes {
            let start = Instant::now();
            for guest in guests {
                black_box(selector.select(black_box(&guest.profile), black_box(&guest.visit)));
            }
            *pass += start.elapsed().as_secs_f64();
        }
    }
    passes.sort_by(f64::total_cmp);
    passes.get(PASSES / 2).copied().unwrap_or_default() * 1e9 / crowd.len().max(1) as f64
}

/// A bar on a terminal, nothing elsewhere.
fn progress(steps: usize, what: &'static str) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg:8} {bar:40} {pos}/{len}");
    ProgressBar::new(steps as u64)
        .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        .with_message(what)
}
