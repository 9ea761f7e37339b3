//! Two policies over the same visitors: who is served otherwise, and who worse.

mod axes;
mod page;
mod people;
mod plots;
mod population;
mod tables;
#[cfg(test)]
mod tests;

use std::io::Write;
use std::num::NonZeroUsize;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use maitre::{AnalysisOptions, ExperienceSelector, FindingLevel, Harm, Impact as Comparison, ImpactOptions};
use serde_json::json;

use super::check::now;
use super::commands::{load, nothing, print_json, write_wrapped};
use super::input::named;
use super::lines::{Opened, cannot_read};
use super::report::since_denied;
use super::{End, exit_codes};
use population::{Population, compare};

#[derive(Args)]
#[command(after_help = concat!(
    "Each line of the population is a visitor as JSON: a `visit`, and if there is one a `profile` and a `journey`, as in a test.\n\n",
    exit_codes!("the gate passes", "it does not"),
    " So it is where the gate passes and some lines cannot be read.\n\n",
    "  policy impact old.toml new.toml --population visitors.jsonl --html impact.html"
))]
pub struct Impact {
    /// The policy that serves today
    #[arg(value_name = "OLD")]
    old: String,
    /// The policy that is to serve tomorrow
    #[arg(value_name = "NEW")]
    new: String,
    /// Who to look at: a file with one visitor a line, or `-` for standard input
    #[arg(long, value_name = "FILE")]
    population: String,
    /// Write the report as one page for a browser, which needs nothing else
    #[arg(long, value_name = "FILE")]
    html: Option<String>,
    /// Print JSON, for machines
    #[arg(long)]
    json: bool,
    /// Only look: end well even if somebody with a required need is served worse
    #[arg(long)]
    no_gate: bool,
    /// Let the gate pass over this way of being served worse; can be given again
    #[arg(long, value_name = "HARM", value_parser = harms())]
    tolerate: Vec<Harm>,
    /// End well even if some lines cannot be read
    #[arg(long)]
    skip_bad: bool,
    /// Do not leave out of the examples what is sensitive: needs, age, mood; ids are never shown
    #[arg(long)]
    reveal: bool,
    /// How many examples to show of each way of being served worse
    #[arg(long, value_name = "N", default_value_t = 3)]
    examples: usize,
    /// How many threads read and decide, 1 to 256; as many as the machine has, if not given
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: Option<u16>,
}

/// The ways of being served worse, by name.
fn harms() -> impl TypedValueParser<Value = Harm> {
    PossibleValuesParser::new(Harm::NAMES)
        .try_map(|name| Harm::parse(&name).ok_or("there is no such way of being served worse"))
}

/// Compares two policies over a population.
pub fn impact(asked: &Impact, out: &mut dyn Write) -> std::io::Result<End> {
    let inputs = [&asked.old, &asked.new, &asked.population];
    if inputs.iter().filter(|path| ***path == "-").count() > 1 {
        return nothing(
            "only one of the policies and the population can come from standard input",
            asked.json,
            out,
        );
    }
    let (_, old) = match load(&asked.old, asked.json, out)? {
        Ok(loaded) => loaded,
        Err(end) => return Ok(end),
    };
    let (_, new) = match load(&asked.new, asked.json, out)? {
        Ok(loaded) => loaded,
        Err(end) => return Ok(end),
    };
    // What may not serve is not to go live, whomever it serves well.
    let mut levels = new.policy().document().findings.values().map(|entry| entry.level);
    if levels.any(|level| level == FindingLevel::Deny) {
        let analysis = match now(None) {
            Ok(at) => new.analyse(&AnalysisOptions::new().at(at)),
            Err(why) => return nothing(&why, asked.json, out),
        };
        if analysis.is_denied() {
            let why =
                format!("{} is refused, {}: `policy check` says which", asked.new, since_denied(&analysis));
            return nothing(&why, asked.json, out);
        }
    }
    let (impact, population) = match over(asked, [&old, &new]) {
        Ok(counted) => counted,
        Err(why) => return nothing(&why, asked.json, out),
    };
    let report = impact.finish();
    if report.everyone.visitors == 0 {
        let mut why = format!("{name} has no visitor that can be read", name = named(&asked.population));
        population.notes.told().iter().for_each(|note| why.push_str(&format!("\n{note}")));
        return nothing(&why, asked.json, out);
    }
    if let Some(path) = &asked.html
        && let Err(error) = std::fs::write(path, page::page(&report, &population))
    {
        return nothing(&format!("cannot write {path}: {error}"), asked.json, out);
    }
    if asked.json {
        print_json(&json!({ "population": population, "report": report }), out)?;
    } else {
        let text = report.to_string();
        let (summary, rest) = text.split_once('\n').unwrap_or((&text, ""));
        let unreadable = population.notes.unreadable.lines;
        if unreadable > 0 {
            let lines = if unreadable == 1 { "One line" } else { &format!("{unreadable} lines") };
            let unless = if asked.skip_bad {
                ""
            } else {
                ", and is no answer for all, unless `--skip-bad` says that it will do"
            };
            let note = format!(
                "{lines} of {} could not be read: what follows speaks of the rest{unless}.",
                asked.population
            );
            write_wrapped(&note, "", out)?;
        }
        let of_whom = if unreadable > 0 { "For those who could be read: " } else { "" };
        write_wrapped(&format!("{of_whom}{summary}"), "", out)?;
        write!(out, "{rest}")?;
        if !report.gate.examples.is_empty() {
            let hidden = match asked.reveal {
                true => "",
                false => " Needs, age and mood are left out of them; `--reveal` shows them.",
            };
            writeln!(out)?;
            write_wrapped(&format!("The numbers are lines of {}.{hidden}", asked.population), "", out)?;
        }
        for note in population.told() {
            writeln!(out)?;
            write_wrapped(&note, "", out)?;
        }
        if let Some(path) = &asked.html {
            writeln!(out, "\nThe same as a page: {path}")?;
        }
    }
    Ok(match () {
        () if !report.gate.passes && !asked.no_gate => End::Refused,
        () if population.notes.unreadable.lines > 0 && !asked.skip_bad => End::Nothing,
        () => End::Well,
    })
}

/// Reads the population and counts it.
fn over(asked: &Impact, [old, new]: [&ExperienceSelector; 2]) -> Result<(Comparison, Population), String> {
    let mut options =
        asked.tolerate.iter().fold(ImpactOptions::new(), |options, harm| options.tolerating(*harm));
    options = options.with_examples(asked.examples);
    if asked.reveal {
        options = options.revealing();
    }
    let impact = Comparison::new(old, new, options);
    let of_machine = || std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let threads = asked.threads.map_or_else(of_machine, usize::from);
    let opened = Opened::at(&asked.population)?;
    let bar = opened.bar();
    let counted = compare(opened.from, impact, [old, new], threads, &|bytes| bar.inc(bytes));
    bar.finish_and_clear();
    counted.map_err(|error| cannot_read(&opened.name, &error))
}
