//! What is told of a text, each thing under the lines where it stands.

use std::io::Write;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet, Title};
use maitre::{Analysis, Diagnostic, FindingLevel, Place, Severity};

use super::commands::write_wrapped;
use super::input::Source;

/// Why a policy is refused of which a finding is denied.
pub fn since_denied(analysis: &Analysis) -> &'static str {
    match analysis.count(FindingLevel::Deny) {
        1 => "since a finding is denied",
        _ => "since some findings are denied",
    }
}

/// Writes each problem with its lines, what is wrong under them, and what to do.
pub fn problems(source: &Source, problems: &[Diagnostic], out: &mut dyn Write) -> std::io::Result<()> {
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
        under_its_line(source, title, problem.place(), problem.help(), out)?;
        writeln!(out)?;
    }
    Ok(())
}

/// Writes a title, the lines of its place with what it is about underlined, and what to do.
pub fn under_its_line(
    source: &Source,
    title: Title<'_>,
    place: Option<Place>,
    help: Option<&str>,
    out: &mut dyn Write,
) -> std::io::Result<()> {
    let renderer = Renderer::styled().term_width(super::width());
    let Some(place) = place else {
        writeln!(out, "{}", renderer.render(&[Group::with_title(title)]))?;
        writeln!(out, "  --> {}", source.name)?;
        return help.map_or(Ok(()), |help| write_wrapped(&format!("help: {help}"), "  ", out));
    };
    // Something to underline, also where something is missing; whole characters.
    let end = source.text.ceil_char_boundary(place.end.max(place.start + 1));
    let snippet = Snippet::source(&*source.text)
        .path(&*source.name)
        .annotation(AnnotationKind::Primary.span(place.start..end));
    let help = help.map(|help| Level::HELP.message(help));
    writeln!(out, "{}", renderer.render(&[title.element(snippet).elements(help)]))
}

/// `1 error`, `3 warnings`.
pub fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}
