//! Problems with the lines where they stand.

use std::io::Write;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use maitre::{Diagnostic, Severity};

use super::input::Source;

/// Writes each problem with its lines, what is wrong under them, and what to do.
pub fn problems(source: &Source, problems: &[Diagnostic], out: &mut dyn Write) -> std::io::Result<()> {
    let renderer = Renderer::styled().term_width(super::width());
    for problem in problems {
        let level = match problem.severity() {
            Severity::Warning => Level::WARNING,
            _ => Level::ERROR,
        };
        let message = match problem.path() {
            "" => problem.message().to_owned(),
            path => format!("{path}: {}", problem.message()),
        };
        let title = level.primary_title(&*message).id(problem.code().as_str());
        let help = problem.help().map(|help| Level::HELP.message(help));
        let Some(place) = problem.place() else {
            writeln!(out, "{}", renderer.render(&[Group::with_title(title)]))?;
            if let Some(help) = problem.help() {
                writeln!(out, "  help: {help}")?;
            }
            writeln!(out)?;
            continue;
        };
        // Something to underline, also where something is missing.
        let end = place.end.max(place.start + 1).min(source.text.len()).max(place.start);
        let snippet = Snippet::source(&*source.text)
            .path(&*source.name)
            .annotation(AnnotationKind::Primary.span(place.start..end));
        let group = title.element(snippet).elements(help);
        writeln!(out, "{}\n", renderer.render(&[group]))?;
    }
    Ok(())
}

/// `1 error`, `3 warnings`.
pub fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}
