//! Whether a policy loads, what the analysis finds of it, what it is made of, and what costs more than it looks.

use std::io::{IsTerminal, Write};
use std::time::{Duration, SystemTime};

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use maitre::{
    Analysis, AnalysisOptions, ExperienceSelector, Finding, FindingLevel, Moment, Policy, Proof, Timestamp,
};
use serde_json::json;

use super::commands::{load, nothing, print_json, write_wrapped};
use super::input::Source;
use super::report::{count, problems};
use super::{End, OfPolicy};

#[derive(Args)]
pub struct Check {
    #[command(flatten)]
    pub of: OfPolicy,
    /// The time that it is, for windows that are over: now, unless given as 2026-11-23T10:00:00-03:00
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// Look also for what the policy allows
    #[arg(long)]
    all: bool,
    /// How many regions of cells the analysis looks at, in all; 0 leaves it out
    #[arg(long, value_name = "NUMBER", default_value_t = AnalysisOptions::new().steps)]
    steps: u64,
}

/// The time that it is.
fn now(asked: Option<&str>) -> Result<Timestamp, String> {
    match asked {
        Some(text) => Moment::parse(text)
            .map(Moment::timestamp)
            .ok_or_else(|| format!("`{text}` is no time; write it as 2026-11-23T10:00:00-03:00")),
        None => {
            let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
            let seconds = i64::try_from(since.as_secs()).unwrap_or(0);
            Timestamp::from_unix(seconds, 0).ok_or_else(|| "the clock is beyond all calendars".to_owned())
        }
    }
}

/// Analyses, with a bar where somebody is looking.
fn analyse(selector: &ExperienceSelector, asked: &Check, at: Timestamp) -> Analysis {
    let mut options = AnalysisOptions::new().at(at);
    options = options.steps(asked.steps, AnalysisOptions::new().steps_each);
    if asked.all {
        options = options.with_allowed();
    }
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos} of {len} questions, {elapsed}") {
        bar.set_style(style);
    }
    if !std::io::stderr().is_terminal() {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    let analysis = selector.analyse_with(&options, &mut |done, total| {
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
    let (source, selector) = match load(&of.policy, of.json, out)? {
        Ok(loaded) => loaded,
        Err(end) => return Ok(end),
    };
    let policy = selector.policy();
    let stats = selector.stats();
    let mut analysis = if asked.steps == 0 { None } else { Some(analyse(&selector, asked, at)) };
    if let Some(analysis) = &mut analysis {
        analysis.place(&source.text);
    }
    let denied = analysis.as_ref().is_some_and(Analysis::is_denied);
    let end = if denied { End::Refused } else { End::Well };
    if of.json {
        let digest = policy.digest();
        let problems = policy.warnings();
        let name = policy.name();
        let all = json!({
            "accepted": !denied, "name": name, "digest": digest, "problems": problems,
            "guarantees": selector.guarantees(), "analysis": analysis, "stats": stats,
        });
        print_json(&all, out)?;
        return Ok(end);
    }
    problems(&source, policy.warnings(), out)?;
    if let Some(analysis) = &analysis {
        findings(&source, analysis, out)?;
    }
    for open in selector.guarantees().iter().filter(|guarantee| guarantee.proof != Proof::Proven) {
        write_wrapped(&format!("warning: {open}"), "", out)?;
    }
    let verdict = if denied { "refused, since some findings are denied" } else { "accepted" };
    writeln!(out, "{} is {verdict}: {}.", policy.name(), made_of(policy))?;
    let proven = selector.guarantees().iter().filter(|guarantee| guarantee.proof == Proof::Proven).count();
    match (proven, selector.guarantees().len()) {
        (_, 0) => {}
        (_, all) if proven == all => writeln!(out, "Proven for every visitor: {}.", count(all, "guarantee"))?,
        (_, all) => writeln!(out, "Proven for every visitor: {proven} of {}.", count(all, "guarantee"))?,
    }
    match &analysis {
        Some(analysis) => writeln!(out, "{}", told(analysis))?,
        None => writeln!(out, "The analysis was left out.")?,
    }
    if !stats.derived.is_empty() {
        writeln!(out, "What cannot be read off and is worked out for each visitor, where it matters:")?;
        for derived in &stats.derived {
            let why = match derived.why {
                maitre::WhyDerived::Calculated => "it is calculated",
                maitre::WhyDerived::RustRule => "it is a rule written in Rust",
                maitre::WhyDerived::TooManyTerms => "it has too many alternatives",
                _ => "it cannot be cut",
            };
            writeln!(out, "  {}: {why}", derived.within)?;
        }
    }
    writeln!(out, "digest {}", policy.digest())?;
    Ok(end)
}

/// How the analysis ended, in a sentence.
fn told(analysis: &Analysis) -> String {
    let (denied, warned) = (analysis.count(FindingLevel::Deny), analysis.count(FindingLevel::Warn));
    let are = if denied == 1 { "is" } else { "are" };
    let denied_ones = format!("{} that {are} denied", count(denied, "thing"));
    let found = match (denied, warned) {
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
        finding_under_its_line(source, finding, out)?;
        if let Some(witness) = &finding.witness {
            writeln!(out, "  for one, this visitor:")?;
            write_wrapped(&witness.to_string(), "    ", out)?;
        }
        writeln!(out)?;
    }
    for open in &analysis.inconclusive {
        write_wrapped(&format!("not told: {open}"), "", out)?;
    }
    match analysis.inconclusive_beyond {
        0 => Ok(()),
        more => writeln!(out, "not told: {more} more"),
    }
}

fn finding_under_its_line(source: &Source, finding: &Finding, out: &mut dyn Write) -> std::io::Result<()> {
    let level = match finding.level {
        FindingLevel::Deny => Level::ERROR,
        FindingLevel::Warn => Level::WARNING,
        FindingLevel::Allow => Level::NOTE,
    };
    let renderer = Renderer::styled().term_width(super::width());
    let title = level.primary_title(&*finding.message).id(finding.kind.as_str());
    let help = Level::HELP.message(&*finding.help);
    let Some(place) = finding.place else {
        writeln!(out, "{}", renderer.render(&[Group::with_title(title)]))?;
        return write_wrapped(&format!("help: {}", finding.help), "  ", out);
    };
    let end = place.end.max(place.start + 1).min(source.text.len()).max(place.start);
    let snippet = Snippet::source(&*source.text)
        .path(&*source.name)
        .annotation(AnnotationKind::Primary.span(place.start..end));
    writeln!(out, "{}", renderer.render(&[title.element(snippet).element(help)]))
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
