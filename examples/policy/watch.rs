//! Looks again whenever the file is saved.

use std::io::{IsTerminal, Write};
use std::time::{Duration, SystemTime};

use super::{Command, End, OfPolicy, run};

/// How often the file is looked at.
const PAUSE: Duration = Duration::from_millis(200);

/// Does the command now and whenever the file has changed, until somebody ends it.
pub fn watch(of: &OfPolicy, command: &Command, out: &mut dyn Write) -> std::io::Result<End> {
    if of.policy == "-" {
        writeln!(anstream::stderr(), "standard input cannot be watched: give a file")?;
        return Ok(End::Nothing);
    }
    let (mut seen, mut turn) = (None, 0);
    loop {
        let now = saved(&of.policy);
        if seen != Some(now) {
            seen = Some(now);
            if std::io::stdout().is_terminal() {
                // Clears the screen.
                write!(out, "\x1b[2J\x1b[H")?;
            }
            turn += 1;
            writeln!(out, "({turn}) {}", of.policy)?;
            run(command, out)?;
            writeln!(out, "\n(waiting for {} to be saved; end with Ctrl-C)", of.policy)?;
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
