//! The lines of a file or of standard input, with how far they are read.

use std::fs::File;
use std::io::{BufRead, BufReader, IsTerminal, Read};

use indicatif::{ProgressBar, ProgressStyle};

/// A line with its number, if it is a text.
pub type Line<'l> = (u64, Result<&'l str, std::str::Utf8Error>);

pub struct Lines {
    name: String,
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
        let name = if path == "-" { "standard input" } else { path }.to_owned();
        Ok(Self { name, from: Box::new(BufReader::new(from)), number: 0, line: Vec::new(), bar })
    }

    /// The next line, if there is one.
    pub fn next(&mut self) -> Result<Option<Line<'_>>, String> {
        self.line.clear();
        let read = self.from.read_until(b'\n', &mut self.line);
        if read.map_err(|error| format!("cannot read {}: {error}", self.name))? == 0 {
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
