//! The lines of a file or of standard input, with how far they are read.

use std::fs::File;
use std::io::{BufRead, BufReader, IsTerminal, Read};

use indicatif::{ProgressBar, ProgressStyle};

pub struct Lines {
    from: Box<dyn BufRead>,
    number: u64,
    line: Vec<u8>,
    pub bar: ProgressBar,
}

impl Lines {
    pub fn open(path: &str) -> Result<Self, String> {
        let (from, length): (Box<dyn Read>, _) = if path == "-" {
            (Box::new(std::io::stdin()), None)
        } else {
            let file = File::open(path).map_err(|error| format!("cannot read {path}: {error}"))?;
            let length = file.metadata().ok().filter(std::fs::Metadata::is_file).map(|about| about.len());
            (Box::new(file), length)
        };
        let bar = bar(length);
        Ok(Self { from: Box::new(BufReader::new(from)), number: 0, line: Vec::new(), bar })
    }

    /// The next line with its number, if it is a text.
    pub fn next(&mut self) -> std::io::Result<Option<(u64, Result<&str, std::str::Utf8Error>)>> {
        self.line.clear();
        if self.from.read_until(b'\n', &mut self.line)? == 0 {
            self.bar.finish_and_clear();
            return Ok(None);
        }
        self.number += 1;
        self.bar.inc(self.line.len() as u64);
        Ok(Some((self.number, std::str::from_utf8(&self.line))))
    }
}

/// A bar on a terminal, if it is known how much there is; nothing elsewhere.
pub fn bar(length: Option<u64>) -> ProgressBar {
    let Some(length) = length.filter(|_| std::io::stderr().is_terminal()) else {
        return ProgressBar::hidden();
    };
    let style = ProgressStyle::with_template("{bar:40} {percent}% of {total_bytes}, {eta} left");
    ProgressBar::new(length).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
