//! Decides anew by what records say, and tells what is decided otherwise.

use std::io::Write;

use clap::Args;
use maitre::{DecisionRecord, ExperienceSelector, Recorder, Replay as Replayed};
use serde_json::json;

use super::End;
use super::commands::{load, nothing};
use super::kinds::{Kinds, Spot};
use super::lines::Lines;
use super::report::count;

#[derive(Args)]
#[command(after_help = "\
Exit codes: 0, all is decided the same; 1, the policy is refused or something is decided otherwise; 2, nothing is decided otherwise,
but some records cannot be read or do not tell enough for this policy, or there are none.

  policy record my.toml visitors.jsonl | policy replay my.toml -")]
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
            let what =
                |one: &maitre::RecordDifference| format!("{}: {} then, {} now", one.what, one.then, one.now);
            self.differ.add(spot, replay.differences.iter().map(what));
        } else {
            self.untold.add(spot, replay.untold.iter().map(ToString::to_string));
        }
    }
}

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
    let mut fared = Fared::default();
    while let Some((line, text)) = lines.next()? {
        if text.is_ok_and(|text| text.trim().is_empty()) {
            continue;
        }
        let spot = Spot { line, column: None };
        let read = text.map_err(|_| "it is no text in UTF-8".to_owned());
        match read.and_then(|text| DecisionRecord::from_json(text).map_err(|error| error.to_string())) {
            Ok(record) => {
                let replay = recorder.replay(&record);
                fared.add(spot, &replay);
                if asked.json && !replay.is_equal() {
                    writeln!(
                        out,
                        "{}",
                        json!({ "line": line, "policy": record.policy(), "replay": replay })
                    )?;
                }
            }
            Err(why) => {
                if asked.json {
                    writeln!(out, "{}", json!({ "line": line, "error": why }))?;
                }
                fared.unreadable.add(spot, [why]);
            }
        }
    }
    tell(&fared, &selector, asked.json, out)
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
        (untold, "not told enough of for this policy", "Not told enough of"),
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
