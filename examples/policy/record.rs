//! Records of decisions, one to a line: made of visitors, and replayed.

use std::fs::File;
use std::io::{BufRead, BufReader, IsTerminal, Read, Write};

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use maitre::{DecisionRecord, Recorder};
use serde_json::json;

use super::End;
use super::commands::{load, nothing};
use super::input::Visitor;
use super::report::count;

#[derive(Args)]
pub struct Record {
    /// The policy
    #[arg(value_name = "FILE")]
    policy: String,
    /// Visitors as JSON, one to a line: `{ "visit": { "at": "2026-11-23T10:00:00Z" }, "profile": { … } }`, written as in a test
    #[arg(value_name = "VISITORS")]
    visitors: String,
}

#[derive(Args)]
pub struct Replay {
    /// The policy
    #[arg(value_name = "FILE")]
    policy: String,
    /// Records, one to a line, as `policy record` writes them
    #[arg(value_name = "RECORDS")]
    records: String,
    /// Print JSON, for machines: one line for each record that is not decided the same, and a last one with the counts
    #[arg(long)]
    json: bool,
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
    let mut unreadable = 0;
    while let Some((number, line)) = lines.next()? {
        let read = line.and_then(|line| {
            serde_json::from_str::<Visitor>(&line).map_err(|error| format!("it is no visitor: {error}"))
        });
        match read {
            Ok(visitor) => {
                let visitor = visitor.with_journey();
                writeln!(out, "{}", recorder.record(&visitor.profile, &visitor.visit).to_json())?;
            }
            Err(why) => {
                unreadable += 1;
                lines.say(&format!("{}, line {number}: {why}", lines.name))?;
            }
        }
    }
    lines.bar.finish_and_clear();
    Ok(if unreadable == 0 { End::Well } else { End::Nothing })
}

/// How the records fared.
#[derive(Default)]
struct Counts {
    same: usize,
    differ: usize,
    untold: usize,
    unreadable: usize,
}

/// Decides anew by what records say, and tells what is decided otherwise.
pub fn replay(asked: &Replay, out: &mut dyn Write) -> std::io::Result<End> {
    if asked.policy == "-" && asked.records == "-" {
        return nothing("only one of policy and records can come from standard input", asked.json, out);
    }
    let (_, selector) = match load(&asked.policy, asked.json, out)? {
        Ok(loaded) => loaded,
        Err(end) => return Ok(end),
    };
    let recorder = Recorder::new(&selector);
    let mut lines = match Lines::open(&asked.records) {
        Ok(lines) => lines,
        Err(why) => return nothing(&why, asked.json, out),
    };
    let mut counts = Counts::default();
    while let Some((number, line)) = lines.next()? {
        let read = line.and_then(|line| DecisionRecord::from_json(&line).map_err(|error| error.to_string()));
        let told = match read {
            Ok(record) => {
                let replay = recorder.replay(&record);
                if replay.is_equal() {
                    counts.same += 1;
                    continue;
                }
                *(if replay.decision.is_some() { &mut counts.differ } else { &mut counts.untold }) += 1;
                if asked.json {
                    json!({ "line": number, "policy": record.policy(), "replay": replay }).to_string()
                } else {
                    format!("line {number}: {replay}")
                }
            }
            Err(why) => {
                counts.unreadable += 1;
                if asked.json {
                    json!({ "line": number, "error": why }).to_string()
                } else {
                    format!("line {number}: {why}")
                }
            }
        };
        lines.bar.suspend(|| writeln!(out, "{told}"))?;
    }
    lines.bar.finish_and_clear();
    tell(&counts, asked.json, out)
}

fn tell(counts: &Counts, json: bool, out: &mut dyn Write) -> std::io::Result<End> {
    let Counts { same, differ, untold, unreadable } = *counts;
    let all = same + differ + untold + unreadable;
    if json {
        let told = json!({ "records": all, "same": same, "differ": differ, "untold": untold, "unreadable": unreadable });
        writeln!(out, "{told}")?;
    } else if all == 0 {
        writeln!(out, "There are no records.")?;
    } else {
        let otherwise = [
            (differ, "decided otherwise"),
            (untold, "not told enough of for this policy"),
            (unreadable, "unreadable"),
        ];
        let otherwise: Vec<String> =
            otherwise.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
        let rest = if otherwise.is_empty() { String::new() } else { format!(", {}", otherwise.join(", ")) };
        writeln!(out, "{}: {same} decided the same{rest}.", count(all, "record"))?;
    }
    Ok(match () {
        () if all == 0 || unreadable > 0 => End::Nothing,
        () if differ + untold > 0 => End::Refused,
        () => End::Well,
    })
}

/// The lines of a file or of standard input, with how far they are read.
struct Lines {
    name: String,
    from: Box<dyn BufRead>,
    number: usize,
    bar: ProgressBar,
}

impl Lines {
    fn open(path: &str) -> Result<Self, String> {
        let of = |name: &str, from: Box<dyn Read>, length: Option<u64>| {
            let bar = match length.filter(|_| std::io::stderr().is_terminal()) {
                None => ProgressBar::hidden(),
                Some(length) => {
                    let style =
                        ProgressStyle::with_template("{bar:40} {percent}% of {total_bytes}, {eta} left");
                    ProgressBar::new(length)
                        .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
                }
            };
            Self { name: name.to_owned(), from: Box::new(BufReader::new(from)), number: 0, bar }
        };
        if path == "-" {
            return Ok(of("standard input", Box::new(std::io::stdin()), None));
        }
        let file = File::open(path).map_err(|error| format!("cannot read {path}: {error}"))?;
        let length = file.metadata().ok().filter(std::fs::Metadata::is_file).map(|about| about.len());
        Ok(of(path, Box::new(file), length))
    }

    /// The next line that is not empty, with its number; why it cannot be read, if it is no text.
    fn next(&mut self) -> std::io::Result<Option<(usize, Result<String, String>)>> {
        loop {
            let mut line = Vec::new();
            if self.from.read_until(b'\n', &mut line)? == 0 {
                return Ok(None);
            }
            self.number += 1;
            self.bar.inc(line.len() as u64);
            if !line.trim_ascii().is_empty() {
                let text = String::from_utf8(line).map_err(|_| "it is no text in UTF-8".to_owned());
                return Ok(Some((self.number, text)));
            }
        }
    }

    /// Says something beside what is written.
    fn say(&self, text: &str) -> std::io::Result<()> {
        self.bar.suspend(|| writeln!(anstream::stderr(), "{text}"))
    }
}
