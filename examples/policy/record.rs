//! Decides for visitors, and writes a record of each decision.

use std::io::Write;

use clap::Args;
use maitre::Recorder;

use super::commands::{load, nothing};
use super::input::named;
use super::lines::Lines;
use super::visitors::Notes;
use super::{End, exit_codes};

#[derive(Args)]
#[command(after_help = concat!(
    "Each line of the visitors is one of them as JSON: a `visit`, and if there is one a `profile` and a `journey`, as in a test. ",
    "Records are written to standard output, what there is to say of the policy and of the visitors to standard error.\n\n",
    exit_codes!("all is recorded"),
    "\n\n  policy record my.toml visitors.jsonl > records.jsonl"
))]
pub struct Record {
    /// The policy
    #[arg(value_name = "FILE")]
    policy: String,
    /// Who to decide for: a file with one visitor a line, or `-` for standard input
    #[arg(value_name = "VISITORS")]
    visitors: String,
    /// End well even if some lines cannot be read
    #[arg(long)]
    skip_bad: bool,
}

/// Decides for every visitor and writes what was decided and by what.
pub fn record(asked: &Record, out: &mut dyn Write) -> std::io::Result<End> {
    if asked.policy == "-" && asked.visitors == "-" {
        return nothing("only one of policy and visitors can come from standard input", false, out);
    }
    let (_, selector) = match load(&asked.policy, false, out)? {
        Ok(loaded) => loaded,
        Err(end) => return Ok(end),
    };
    let recorder = Recorder::new(&selector);
    let mut lines = match Lines::open(&asked.visitors) {
        Ok(lines) => lines,
        Err(why) => return nothing(&why, false, out),
    };
    let (mut notes, mut recorded) = (Notes::default(), 0);
    loop {
        let (number, line) = match lines.next() {
            Ok(Some(line)) => line,
            Ok(None) => break,
            Err(why) => return nothing(&why, false, out),
        };
        if let Some(visitor) = notes.read(number, line, &[selector.policy()]) {
            writeln!(out, "{}", recorder.record(&visitor.profile, &visitor.visit).to_json())?;
            recorded += 1;
        }
    }
    let name = named(&asked.visitors);
    for note in notes.told() {
        writeln!(anstream::stderr(), "{name}: {note}")?;
    }
    if recorded == 0 {
        return nothing(&format!("{name} has no visitor that can be read"), false, out);
    }
    Ok(if notes.unreadable.lines > 0 && !asked.skip_bad { End::Nothing } else { End::Well })
}
