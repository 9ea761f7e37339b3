//! Looks again whenever a file is saved, and tells which of the policy's own visitors that serves otherwise.

use std::io::{IsTerminal, Write};
use std::time::{Duration, SystemTime};

use super::personas::Personas;
use super::{Command, End, run};

/// How often the file is looked at.
const PAUSE: Duration = Duration::from_millis(200);

/// Does the command now and whenever one of its files has changed, until somebody ends it.
pub fn watch(files: &[&str], command: &Command, out: &mut dyn Write) -> std::io::Result<End> {
    if files.contains(&"-") {
        writeln!(anstream::stderr(), "standard input cannot be watched: give a file")?;
        return Ok(End::Nothing);
    }
    let (mut seen, mut turn, mut before) = (None, 0, None::<Personas>);
    loop {
        let now: Vec<_> = files.iter().map(|path| saved(path)).collect();
        if seen.as_ref() != Some(&now) {
            seen = Some(now);
            if std::io::stdout().is_terminal() {
                // Clears the screen.
                write!(out, "\x1b[2J\x1b[H")?;
            }
            turn += 1;
            writeln!(out, "({turn}) {}", files.join(", "))?;
            run(command, out)?;
            // What cannot be read now is held against what could be read last, once it can be again.
            if let Some(personas) = Personas::of(files) {
                before.iter().try_for_each(|before| personas.write_since(before, out))?;
                before = Some(personas);
            }
            writeln!(out, "\n(waiting for {} to be saved; end with Ctrl-C)", files.join(" or "))?;
            out.flush()?;
        }
        std::thread::sleep(PAUSE);
    }
}

/// When the file was saved and how long it is; `None` while it is not there, as some editors leave it for a moment.
fn saved(path: &str) -> Option<(SystemTime, u64)> {
    let about = std::fs::metadata(path).ok()?;
    Some((about.modified().ok()?, about.len()))
}
