//! The rows as text, and as a page.

use std::fmt::Write as _;

use crate::measure::{Costs, Measured, Row};
use crate::{COUNTED_AT, Failure};

/// Where and with what the figures were taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    /// The processor and how many of it.
    pub machine: String,
    /// The compiler.
    pub toolchain: String,
    /// The commit, marked if anything has changed since.
    pub commit: String,
    /// How many programs wanted a processor in the last minute, this one among them, if the system says so. With more of
    /// them than processors, times are too long, and only ratios count.
    pub load: Option<String>,
}

impl Provenance {
    /// Of this machine and this work tree.
    ///
    /// # Errors
    /// The compiler or git cannot be asked.
    pub fn here() -> Result<Self, Failure> {
        let ask = |program: &str, arguments: &[&str]| -> Result<String, Failure> {
            let answer = std::process::Command::new(program).args(arguments).output()?;
            Ok(String::from_utf8(answer.stdout)?.trim().to_owned())
        };
        let cpus = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let model = cpus.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
        let model = model.map_or(std::env::consts::ARCH, |(_, model)| model);
        let cores = std::thread::available_parallelism()?;
        let load = std::fs::read_to_string("/proc/loadavg").ok();
        let changed = if ask("git", &["status", "--porcelain"])?.is_empty() { "" } else { ", with changes" };
        Ok(Self {
            machine: format!("{model}, {cores} cores"),
            toolchain: ask("rustc", &["--version"])?,
            commit: format!("{}{changed}", ask("git", &["rev-parse", "--short", "HEAD"])?),
            load: load.and_then(|load| Some(load.split_whitespace().next()?.to_owned())),
        })
    }
}

/// What a table shows of an engine's costs.
type Shows<'a> = &'a dyn Fn(&Row, usize) -> Option<String>;

/// All tables, to be read in a terminal.
pub fn text(sizes: &[usize], measured: &Measured, allocations: &[(String, f64)]) -> String {
    all(sizes, measured, allocations, &|title, table| {
        let widths: Vec<usize> = (0..table[0].len())
            .map(|column| table.iter().map(|line| line[column].chars().count()).max().unwrap_or_default())
            .collect();
        let mut text = format!("{title}\n");
        for line in table {
            for (column, (cell, &width)) in line.iter().zip(&widths).enumerate() {
                let _ = if column < 2 {
                    write!(text, "{cell:<width$}  ")
                } else {
                    write!(text, "{cell:>width$}  ")
                };
            }
            text.truncate(text.trim_end().len());
            text.push('\n');
        }
        text
    })
}

/// The page that is kept, of what was measured in so many rounds.
pub fn results(
    sizes: &[usize],
    measured: &Measured,
    allocations: &[(String, f64)],
    from: &Provenance,
    rounds: usize,
) -> String {
    let tables = all(sizes, measured, allocations, &|title, table| {
        let mut text = format!("## {title}\n\n");
        for (number, line) in table.iter().enumerate() {
            let _ = writeln!(text, "| {} |", line.join(" | "));
            if number == 0 {
                let _ = writeln!(text, "|---|---|{}", "---:|".repeat(line.len() - 2));
            }
        }
        text
    });
    let Provenance { machine, toolchain, commit, load } = from;
    let load = load.as_ref().map(|load| format!(", load {load}")).unwrap_or_default();
    let again = match rounds {
        1 => String::new(),
        rounds => format!(", and of {rounds} rounds of all of it the quickest"),
    };
    format!(
        "# Which of these segments hold?\n\n\
         Written by `cargo run --release -p maitre-peers -- --write` on {machine}{load}; {toolchain}; commit {commit}. What is \
         compared and how each is driven: [`README.md`](README.md). Lower quartiles of up to a hundred passes \
         over a thousand visitors who take turns{again}; `–` where one visitor or loading would take too long.\n\n\
         ![Cost for one visitor over the number of segments](peers.svg)\n\n{tables}"
    )
}

fn all(
    sizes: &[usize],
    Measured { rows, by_instructions }: &Measured,
    allocations: &[(String, f64)],
    print: &dyn Fn(&str, &[Vec<String>]) -> String,
) -> String {
    let costs = |row: &Row, size: usize| row.costs.get(size).copied().flatten();
    // The first row is ours.
    let own = rows.first();
    let matching = |row: &Row, size: usize| Some(duration(costs(row, size)?.matching));
    let converting = |row: &Row, size: usize| Some(duration(costs(row, size)?.converting_too?));
    let ratio = |row: &Row, size: usize| {
        let own: Costs = costs(own?, size)?;
        Some(times(costs(row, size)?.matching / own.matching))
    };
    let tables: [(String, &[Row], Shows<'_>); 4] = [
        ("Time for one visitor, who is in the engine's own form already".to_owned(), rows, &matching),
        ("The same with bringing the visitor into that form".to_owned(), rows, &converting),
        (format!("The first as many times that of `{}`", own.map_or("", |own| &own.name)), rows, &ratio),
        ("`maitre` with each set of instructions".to_owned(), by_instructions, &matching),
    ];
    let mut text = String::new();
    for (number, (title, rows, shows)) in tables.iter().enumerate() {
        let mut table = vec![vec!["engine".to_owned(), "version".to_owned()]];
        table[0].extend(sizes.iter().map(|&size| grouped(size)));
        if number == 0 {
            table[0].push(format!("allocations at {COUNTED_AT}"));
        }
        for row in *rows {
            let cells: Vec<Option<String>> = (0..sizes.len()).map(|size| shows(row, size)).collect();
            if cells.iter().all(Option::is_none) {
                continue;
            }
            let mut line = vec![row.name.clone(), row.version.clone().unwrap_or_default()];
            line.extend(cells.into_iter().map(|cell| cell.unwrap_or_else(|| "–".to_owned())));
            if number == 0 {
                let counted = allocations.iter().find(|(name, _)| *name == row.name);
                line.push(counted.map_or_else(|| "–".to_owned(), |(_, count)| format!("{count:.0}")));
            }
            table.push(line);
        }
        text.push_str(&print(title, &table));
        text.push('\n');
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

fn duration(ns: f64) -> String {
    let three = |value: f64| match value {
        0.0..9.995 => format!("{value:.2}"),
        9.995..99.95 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    };
    match ns {
        0.0..999.5 => format!("{ns:.0} ns"),
        999.5..999_500.0 => format!("{} µs", three(ns / 1e3)),
        _ => format!("{} ms", three(ns / 1e6)),
    }
}

fn times(ratio: f64) -> String {
    if ratio < 9.95 { format!("{ratio:.1} ×") } else { format!("{} ×", grouped(ratio.round() as usize)) }
}

/// 10,000 for 10000.
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
