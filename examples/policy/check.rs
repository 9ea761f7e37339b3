//! Whether a policy loads, what the analysis finds of it, what it is made of, and what costs more than it looks.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant, SystemTime};

use annotate_snippets::Level;
use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use maitre::{
    Analysis, AnalysisOptions, CompileError, ExperienceSelector, FindingLevel, Moment, Policy, Proof, Stats,
    Timestamp,
};
use serde_json::json;

use super::End;
use super::commands::{not_compiled, nothing, print_json, refused, write_wrapped};
use super::input::{Source, read};
use super::report::{count, problems, since_denied, under_its_line};
use super::{OfPolicy, guarantees};

#[derive(Args)]
#[command(after_help = "\
Exit codes: 0, the policy is accepted; 1, it is refused: something is wrong with it, a guarantee is not proven or a finding \
is denied; 2, it could not be asked: the file cannot be read.")]
pub struct Check {
    #[command(flatten)]
    pub of: OfPolicy,
    /// The time that it is, for windows that are over: now, unless given as 2026-11-23T10:00:00-03:00
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// Look also for what the policy allows
    #[arg(long)]
    all: bool,
    /// How many steps the analysis takes, in all; 0 leaves it out. Guarantees, and whom a refused effect would hurt, have steps of
    /// their own
    #[arg(long, value_name = "NUMBER", default_value_t = AnalysisOptions::new().steps)]
    steps: u64,
}

/// The time that it is.
pub fn now(asked: Option<&str>) -> Result<Timestamp, String> {
    match asked {
        Some(text) => Moment::parse(text)
            .map(Moment::timestamp)
            .ok_or_else(|| format!("`{text}` is no time; write it as 2026-11-23T10:00:00-03:00")),
        None => Timestamp::from_system_time(SystemTime::now())
            .and_then(|now| Timestamp::from_unix(now.unix_seconds(), 0))
            .ok_or_else(|| "the clock is beyond all calendars".to_owned()),
    }
}

/// A bar where somebody is looking.
fn bar(template: &str) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    if !std::io::stderr().is_terminal() {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

/// Compiles, which proves the guarantees.
fn compile(policy: &Policy) -> Result<ExperienceSelector, CompileError> {
    let bar = bar("{spinner} compiling and proving guarantees, {elapsed}");
    let began = Instant::now();
    let compiled =
        ExperienceSelector::compile_timed(policy, ExperienceSelector::PROOF_STEPS, &mut || began.elapsed());
    bar.finish_and_clear();
    compiled
}

fn analyse(policy: &Policy, asked: &Check, at: Timestamp) -> Result<Analysis, CompileError> {
    let mut options = AnalysisOptions::new().at(at);
    options = options.steps(asked.steps, AnalysisOptions::new().steps_each);
    if asked.all {
        options = options.with_allowed();
    }
    let bar = bar("{bar:40} {pos} of {len} questions, {elapsed}");
    let analysis = policy.analyse_with(&options, &mut |done, total| {
        bar.set_length(total as u64);
        bar.set_position(done as u64);
    });
    bar.finish_and_clear();
    analysis
}

pub fn check(asked: &Check, out: &mut dyn Write) -> std::io::Result<End> {
    let of = &asked.of;
    let at = match now(asked.at.as_deref()) {
        Ok(at) => at,
        Err(why) => return nothing(&why, of.json, out),
    };
    let source = match read(&of.policy) {
        Ok(source) => source,
        Err(why) => return nothing(&why, of.json, out),
    };
    let policy = match source.policy() {
        Ok(policy) => policy,
        Err(error) => {
            refused(&source, &error, of.json, out)?;
            return Ok(End::Refused);
        }
    };
    let (compiled, guaranteed) = match compile(&policy) {
        Ok(selector) => {
            let guaranteed = selector.guarantees().to_vec();
            (Some(selector), guaranteed)
        }
        Err(error) if error.guarantees().is_empty() => {
            not_compiled(&source, &policy, &error, of.json, out)?;
            return Ok(End::Refused);
        }
        Err(error) => (None, error.guarantees().to_vec()),
    };
    // What else there is to find is found too where a guarantee does not hold.
    let mut analysis = if asked.steps == 0 { None } else { analyse(&policy, asked, at).ok() };
    if let Some(analysis) = &mut analysis {
        analysis.place(&source.text);
    }
    let denied = analysis.as_ref().is_some_and(Analysis::is_denied);
    let accepted = compiled.is_some() && !denied;
    let end = if accepted { End::Well } else { End::Refused };
    let stats = compiled.as_ref().map(ExperienceSelector::stats);
    if of.json {
        let all = json!({
            "accepted": accepted, "name": policy.name(), "digest": policy.digest(), "problems": policy.warnings(),
            "guarantees": guarantees::placed(&source, &guaranteed), "analysis": analysis, "stats": stats,
        });
        print_json(&all, out)?;
        return Ok(end);
    }
    problems(&source, policy.warnings(), out)?;
    guarantees::open(&source, &policy, &guaranteed, out)?;
    if let Some(analysis) = &analysis {
        findings(&source, analysis, out)?;
    }
    let broken = guaranteed.iter().filter(|one| one.refuses()).count();
    let verdict = match (broken, &analysis) {
        (0, Some(analysis)) if denied => format!("refused, {}", since_denied(analysis)),
        (0, _) => "accepted".to_owned(),
        (1, _) => "refused, since a guarantee is not proven".to_owned(),
        _ => format!("refused, since {broken} guarantees are not proven"),
    };
    writeln!(out, "{} is {verdict}: {}.", policy.name(), made_of(&policy))?;
    let proven = guaranteed.iter().filter(|guarantee| guarantee.proof == Proof::Proven).count();
    match (proven, guaranteed.len()) {
        (_, 0) => {}
        (_, all) if proven == all => writeln!(out, "Proven for every visitor: {}.", count(all, "guarantee"))?,
        (_, all) => writeln!(out, "Proven for every visitor: {proven} of {}.", count(all, "guarantee"))?,
    }
    match &analysis {
        Some(analysis) => writeln!(out, "{}", told(analysis, broken > 0 || !policy.warnings().is_empty()))?,
        None => writeln!(out, "The analysis was left out.")?,
    }
    if let Some(stats) = &stats {
        worked_out(stats, out)?;
    }
    writeln!(out, "digest {}", policy.digest())?;
    Ok(end)
}

/// What costs more than it looks.
fn worked_out(stats: &Stats, out: &mut dyn Write) -> std::io::Result<()> {
    if !stats.derived.is_empty() {
        writeln!(out, "What cannot be read off and is worked out for each visitor, where it matters:")?;
    }
    for alike in stats.derived.chunk_by(|one, next| one.within == next.within && one.why == next.why) {
        let [derived, ..] = alike else { continue };
        let why = match derived.why {
            maitre::WhyDerived::Calculated => {
                "a calculation, a comparison of two attributes, a text method or the like"
            }
            maitre::WhyDerived::RustRule => "a rule written in Rust",
            maitre::WhyDerived::TooManyTerms => "too many alternatives",
            _ => "what cannot be cut",
        };
        let times = if alike.len() == 1 { String::new() } else { format!(", in {} parts", alike.len()) };
        writeln!(out, "  {}{times}: {why}", derived.within)?;
    }
    Ok(())
}

/// How the analysis ended, in a sentence.
fn told(analysis: &Analysis, is_more: bool) -> String {
    let (denied, warned) = (analysis.count(FindingLevel::Deny), analysis.count(FindingLevel::Warn));
    let are = if denied == 1 { "is" } else { "are" };
    let denied_ones = format!("{} that {are} denied", count(denied, "thing"));
    let found = match (denied, warned) {
        (0, 0) if is_more => "Beside that, the analysis found nothing to change".to_owned(),
        (0, 0) => "The analysis found nothing to change".to_owned(),
        (0, _) => format!("The analysis found {} to look at", count(warned, "thing")),
        (_, 0) => format!("The analysis found {denied_ones}"),
        _ => format!("The analysis found {denied_ones} and {} to look at", count(warned, "thing")),
    };
    let open = analysis.inconclusive.len() as u64 + analysis.inconclusive_beyond;
    match open {
        0 => format!("{found}."),
        1 => format!("{found}; one question could not be told."),
        _ => format!("{found}; {open} questions could not be told."),
    }
}

/// Each finding under its line, with whom it is true of and what to do.
fn findings(source: &Source, analysis: &Analysis, out: &mut dyn Write) -> std::io::Result<()> {
    for finding in &analysis.findings {
        let level = match finding.level {
            FindingLevel::Deny => Level::ERROR,
            FindingLevel::Warn => Level::WARNING,
            FindingLevel::Allow => Level::NOTE,
        };
        let title = level.primary_title(&*finding.message).id(finding.kind.as_str());
        under_its_line(source, title, finding.place, Some(&finding.help), out)?;
        if let Some(witness) = &finding.witness {
            writeln!(out, "  {}:", finding.kind.of_whom())?;
            write_wrapped(&witness.to_string(), "    ", out)?;
        }
        writeln!(out)?;
    }
    for open in &analysis.inconclusive {
        write_wrapped(&format!("open: {open}"), "", out)?;
    }
    match analysis.inconclusive_beyond {
        0 => Ok(()),
        more => writeln!(out, "open: {more} more"),
    }
}

fn made_of(policy: &Policy) -> String {
    let document = policy.document();
    let parts = [
        count(document.channels.len(), "channel"),
        count(document.segments.len(), "segment"),
        count(document.rules.len(), "rule"),
        count(document.experiments.len(), "experiment"),
        count(document.guarantees.len(), "guarantee"),
        count(document.tests.len(), "test"),
    ];
    parts.join(", ")
}
