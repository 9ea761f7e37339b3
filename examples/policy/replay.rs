//! Decides anew by what records say, and tells what is decided otherwise.

use std::io::Write;

use clap::Args;
use maitre::{DecisionRecord, ExperienceSelector, RecordDifference, Recorder, Replay as Replayed};
use serde_json::json;

use super::commands::{Form, load, nothing};
use super::input::no_json;
use super::kinds::{Kinds, Spot};
use super::lines::Lines;
use super::report::count;
use super::{End, exit_codes};

#[derive(Args)]
#[command(after_help = concat!(
    exit_codes!("all is decided the same", "something is decided otherwise"),
    " So it is where records do not tell enough for this policy.\n\n",
    "  policy record my.toml visitors.jsonl | policy replay my.toml -"
))]
pub struct Replay {
    /// The policy
    #[arg(value_name = "FILE")]
    policy: String,
    /// Records, one to a line, as `policy record` writes them; `-` for standard input
    #[arg(value_name = "RECORDS")]
    records: String,
    /// Print JSON, for machines: one line for each record that is not decided the same, and a last one with the counts
    #[arg(long)]
    json: bool,
}

/// How the records fared.
#[derive(Default)]
struct Fared {
    same: u64,
    differ: Kinds,
    untold: Kinds,
    unreadable: Kinds,
    /// Records of other policies.
    others: u64,
}

impl Fared {
    fn add(&mut self, spot: Spot, replay: &Replayed) {
        self.others += u64::from(!replay.is_same_policy());
        if replay.is_equal() {
            self.same += 1;
        } else if replay.decision.is_some() {
            let what = |one: &RecordDifference| format!("{}: {} then, {} now", one.what, one.then, one.now);
            self.differ.lines += 1;
            replay.differences.iter().map(what).for_each(|what| self.differ.also(spot, &what, || None));
        } else {
            self.untold.lines += 1;
            replay.untold.iter().for_each(|one| self.untold.also(spot, &one.to_string(), || None));
        }
    }
}

pub fn replay(asked: &Replay, out: &mut dyn Write) -> std::io::Result<End> {
    // Whoever reads lines reads this as one too.
    let form = if asked.json { Form::JsonLine } else { Form::Words };
    if asked.policy == "-" && asked.records == "-" {
        return nothing("only one of policy and records can come from standard input", form, out);
    }
    let (_, selector) = match load(&asked.policy, form, out)? {
        Ok(loaded) => loaded,
        Err(end) => return Ok(end),
    };
    let recorder = Recorder::new(&selector);
    let mut lines = match Lines::open(&asked.records) {
        Ok(lines) => lines,
        Err(why) => return nothing(&why, form, out),
    };
    let mut fared = Fared::default();
    loop {
        let (line, text) = match lines.next() {
            Ok(Some(line)) => line,
            Ok(None) => break,
            Err(why) => return nothing(&why, form, out),
        };
        if text.is_ok_and(|text| text.trim().is_empty()) {
            continue;
        }
        match text.map_err(|_| (None, "it is no text in UTF-8".to_owned())).and_then(record) {
            Ok(record) => {
                let replay = recorder.replay(&record);
                fared.add(Spot { line, column: None }, &replay);
                if asked.json && !replay.is_equal() {
                    writeln!(
                        out,
                        "{}",
                        json!({ "line": line, "policy": record.policy(), "replay": replay })
                    )?;
                }
            }
            Err((column, why)) => {
                if asked.json {
                    writeln!(out, "{}", json!({ "line": line, "column": column, "error": why }))?;
                }
                fared.unreadable.add(Spot { line, column }, &why, || None);
            }
        }
    }
    tell(&fared, &selector, asked.json, out)
}

/// The record that a line holds; or the column, if it is known, and what is wrong with it.
fn record(line: &str) -> Result<DecisionRecord, (Option<usize>, String)> {
    DecisionRecord::from_json(line).map_err(|error| match no_json(line) {
        Some((column, why)) => (Some(column), why),
        None => {
            // There is only one line, and which it is the reader knows.
            let told = error.to_string();
            (None, told.rfind(" at line ").and_then(|end| told.get(..end)).unwrap_or(&told).to_owned())
        }
    })
}

fn tell(
    fared: &Fared,
    selector: &ExperienceSelector,
    json: bool,
    out: &mut dyn Write,
) -> std::io::Result<End> {
    let Fared { same, differ, untold, unreadable, others } = fared;
    let all = same + differ.lines + untold.lines + unreadable.lines;
    let otherwise = [
        (differ, "decided otherwise", "Decided otherwise"),
        (untold, "with too little for this policy", "Too little is told for this policy"),
        (unreadable, "unreadable", "Unreadable"),
    ];
    if json {
        let [differ, untold, unreadable] = otherwise.map(|(kinds, ..)| kinds.lines);
        let told = json!({ "records": all, "same": same, "differ": differ, "untold": untold, "unreadable": unreadable });
        writeln!(out, "{told}")?;
    } else if all == 0 {
        writeln!(out, "There are no records.")?;
    } else {
        let otherwise: Vec<_> = otherwise.iter().filter(|(kinds, ..)| kinds.lines > 0).collect();
        let rest: String =
            otherwise.iter().map(|(kinds, what, _)| format!(", {} {what}", kinds.lines)).collect();
        writeln!(out, "{}: {same} decided the same{rest}.", count(all as usize, "record"))?;
        if *others > 0 {
            let of = if *others == 1 { "1 of them was" } else { &*format!("{others} of them were") };
            let policy = selector.policy();
            let (name, digest) = (policy.name(), policy.digest());
            writeln!(out, "{of} made by another policy than this `{name}` ({digest}).")?;
        }
        for (kinds, _, head) in otherwise {
            writeln!(out, "\n{head}:{}", kinds.told())?;
        }
    }
    Ok(match () {
        () if differ.lines > 0 => End::Refused,
        () if all == 0 || unreadable.lines + untold.lines > 0 => End::Nothing,
        () => End::Well,
    })
}
