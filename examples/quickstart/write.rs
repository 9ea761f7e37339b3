//! The visitors as lines of JSON, for programs that compare policies over a population.

use std::error::Error;
use std::ffi::OsString;
use std::fs::File;
use std::io::{BufWriter, Write};

use maitre::Duration;
use serde_json::json;

use crate::crowd::Guest;
use crate::print::say;
use crate::report::thousands;

/// Each time round everybody comes so much later, at another hour of another weekday: 1 day, 2 hours and 37 minutes.
const LATER: i64 = ((24 + 2) * 60 + 37) * 60;

/// Writes the visitors to a file: each once, or so many, again and again at other times.
pub fn write(crowd: &[Guest], arguments: &[OsString]) -> Result<(), Box<dyn Error>> {
    let (path, count) = match arguments {
        [path] => (path, crowd.len()),
        [path, count] => {
            let read = count.to_str().and_then(|text| text.parse().ok());
            (path, read.ok_or_else(|| format!("{} is not a number of visitors", count.display()))?)
        }
        _ => return Err("give a file behind `--write`, and how many visitors if not each once".into()),
    };
    let file = File::create(path).map_err(|error| format!("cannot write `{}`: {error}", path.display()))?;
    let mut out = BufWriter::new(file);
    for (turn, guest) in crowd.iter().cycle().take(count).enumerate() {
        let round = i64::try_from(turn / crowd.len().max(1))?;
        let at = guest.visit.at().checked_add(Duration::from_seconds(round * LATER));
        let mut visit = serde_json::to_value(&guest.visit)?;
        if let (Some(slot), Some(at)) = (visit.get_mut("at"), at) {
            *slot = serde_json::to_value(at)?;
        }
        serde_json::to_writer(&mut out, &json!({ "profile": guest.profile, "visit": visit }))?;
        out.write_all(b"\n")?;
    }
    out.flush()?;
    say!("{} visitors are in {}, one a line.", thousands(count), path.display());
    Ok(())
}
