//! The lines of a file or of standard input, with how far they are read.

use std::fs::{File, Metadata};
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

/// A file or standard input that is open.
pub struct Opened {
    pub name: String,
    pub from: Box<dyn Read + Send>,
    /// In bytes, if it is known: of a pipe it is not.
    pub length: Option<u64>,
}

impl Opened {
    pub fn at(path: &str) -> Result<Self, String> {
        if path == "-" {
            return Ok(Self {
                name: "standard input".to_owned(),
                from: Box::new(std::io::stdin()),
                length: None,
            });
        }
        let file = File::open(path).map_err(|error| cannot_read(path, &error))?;
        let length = file.metadata().ok().filter(Metadata::is_file).map(|about| about.len());
        Ok(Self { name: path.to_owned(), from: Box::new(file), length })
    }

    /// A bar on a terminal, if it is known how much there is; nothing elsewhere.
    pub fn bar(&self) -> ProgressBar {
        let Some(length) = self.length.filter(|_| std::io::stderr().is_terminal()) else {
            return ProgressBar::hidden();
        };
        let style = ProgressStyle::with_template("{bar:40} {percent}% of {total_bytes}, {eta} left");
        ProgressBar::new(length).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
    }
}

pub fn cannot_read(name: &str, error: &std::io::Error) -> String {
    format!("cannot read {name}: {error}")
}

impl Lines {
    pub fn open(path: &str) -> Result<Self, String> {
        let opened = Opened::at(path)?;
        let bar = opened.bar();
        let from = Box::new(BufReader::new(opened.from));
        Ok(Self { name: opened.name, from, number: 0, line: Vec::new(), bar })
    }

    /// The next line, if there is one.
    pub fn next(&mut self) -> Result<Option<Line<'_>>, String> {
        self.line.clear();
        let read = self.from.read_until(b'\n', &mut self.line);
        if read.map_err(|error| cannot_read(&self.name, &error))? == 0 {
            self.bar.finish_and_clear();
            return Ok(None);
        }
        self.number += 1;
        self.bar.inc(self.line.len() as u64);
        // A byte order mark is no part of the first line.
        let mark: &[u8] = if self.number == 1 { b"\xef\xbb\xbf" } else { b"" };
        let line = self.line.strip_prefix(mark).unwrap_or(&self.line);
        Ok(Some((self.number, std::str::from_utf8(line))))
    }
}
