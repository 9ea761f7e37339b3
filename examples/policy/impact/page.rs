//! A report as one page for a browser: no script, nothing from elsewhere. It begins with the answer, then come plots, people, tables.

use std::fmt::Write as _;

use maitre::{Harm, ImpactReport, WayOut};

use super::axes;
use super::people;
use super::plots::{bar, legend};
use super::population::Population;
use super::tables;

/// How the colours of the first plot read.
const SERVED: [(&str, &str); 4] = [
    ("served as before", "same"),
    ("served better", "better"),
    ("neither better nor worse", "other"),
    ("served worse in some way", "worse"),
];
const STRENGTHS: [(&str, &str); 3] = [
    ("with a required need", "strong"),
    ("with preferred needs only", "mid"),
    ("without known needs", "weak"),
];

/// A text as HTML: names are the author's, and could be anything.
pub fn text(raw: &str) -> String {
    let mut escaped = String::with_capacity(raw.len());
    for letter in raw.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// A sentence as HTML, what stands in backticks as code.
pub fn prose(raw: &str) -> String {
    let parts = raw.split('`').enumerate();
    parts
        .map(|(n, part)| if n % 2 == 1 { format!("<code>{}</code>", text(part)) } else { text(part) })
        .collect()
}

/// `12,345`
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut written = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            written.push(',');
        }
        written.push(digit);
    }
    written
}

/// `self_service` as one says it.
pub fn words(name: &str) -> String {
    name.replace('_', " ")
}

/// A way out in few words.
pub fn way(way: Option<WayOut>) -> String {
    match way {
        None => "none".to_owned(),
        Some(WayOut { channel, open: true }) => words(channel.as_str()),
        Some(WayOut { channel, open: false }) => format!("{} (nobody there)", words(channel.as_str())),
    }
}

/// The page.
pub fn page(report: &ImpactReport, population: &Population) -> String {
    let title = if report.old.name == report.new.name {
        format!("What the new version of {} changes", report.new.name)
    } else {
        format!("What changes from {} to {}", report.old.name, report.new.name)
    };
    let mut out = String::new();
    let _ = writeln!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{}</title>\n<style>\n{}</style>\n</head>\n<body>",
        text(&title),
        include_str!("page.css")
    );
    head(report, population, &title, &mut out);
    out.push_str("<main>\n");
    if report.everyone.changed > 0 {
        at_a_glance(report, &mut out);
        worse(report, &mut out);
        axes::axes(report, &mut out);
        people::people(report, &mut out);
        tables::rules(report, &mut out);
        tables::needs(report, &mut out);
        tables::segments(report, &mut out);
    }
    meaning(report, population, &mut out);
    let _ = writeln!(
        out,
        "</main>\n<footer><p>Old policy <code>{}</code>, digest <code>{}</code>. New policy <code>{}</code>, digest <code>{}</code>. \
         Every figure of this page, and the transitions of every segment and need, are in the JSON report.</p></footer>\n</body>\n</html>",
        text(&report.old.name),
        report.old.digest,
        text(&report.new.name),
        report.new.digest
    );
    out
}

fn head(report: &ImpactReport, population: &Population, title: &str, out: &mut String) {
    let (class, verdict) = match (report.gate.passes, population.notes.unreadable.lines) {
        (true, 0) => ("verdict", "\u{2713} The change can go live"),
        (true, _) => ("verdict", "For those who could be read, the change can go live"),
        (false, _) => ("verdict no", "\u{2717} The change should not go live as it is"),
    };
    let unread = match population.notes.unreadable.lines {
        0 => String::new(),
        1 => "<p>One line could not be read: this speaks of the rest.</p>".to_owned(),
        lines => format!("<p>{} lines could not be read: this speaks of the rest.</p>", count(lines)),
    };
    let _ = writeln!(
        out,
        "<header>\n<h1>{}</h1>\n<p class=\"soft\">Two versions of a policy, compared over {}.</p>\n\
         <div class=\"{class}\"><strong>{verdict}</strong><p>{}</p>{unread}</div>\n</header>",
        text(title),
        of_visitors(report.everyone.visitors),
        prose(&report.summary())
    );
}

fn of_visitors(number: u64) -> String {
    if number == 1 { "one visitor".to_owned() } else { format!("{} visitors", count(number)) }
}

/// Everybody, and those with needs apart.
fn at_a_glance(report: &ImpactReport, out: &mut String) {
    let groups = [
        ("Everyone", &report.everyone),
        ("With a required need", &report.required),
        ("With preferred needs only", &report.preferred),
        ("Without known needs", &report.without_needs),
    ];
    out.push_str("<h2>At a glance</h2>\n<figure>\n<figcaption>Each bar is all of a group. A required need is one without which the person cannot use the service.</figcaption>\n");
    out.push_str(&legend(&SERVED));
    for (name, group) in groups.iter().filter(|(_, group)| group.visitors > 0) {
        let numbers = [group.visitors - group.changed, group.better, group.neither(), group.worse];
        let says = ["as before", "better", "neither better nor worse", "worse"];
        let parts: Vec<_> = says
            .iter()
            .zip(SERVED)
            .zip(numbers)
            .map(|((what, (_, class)), number)| (*what, class, number))
            .collect();
        out.push_str(&bar(&format!("{name} ({})", count(group.visitors)), &parts, group.visitors));
    }
    out.push_str("</figure>\n");
}

/// Who is served worse, and how.
fn worse(report: &ImpactReport, out: &mut String) {
    out.push_str("<h2>Who is served worse, and how</h2>\n");
    if report.harms.is_empty() {
        out.push_str("<p>Nobody is served worse in any way.</p>\n");
        return;
    }
    out.push_str("<figure>\n<figcaption>A visitor who is served worse in two ways is counted in both. Those with a required need stop the change");
    if report.gate.tolerated.is_empty() {
        out.push_str(".</figcaption>\n");
    } else {
        let names: Vec<String> =
            report.gate.tolerated.iter().map(|harm| format!("\u{201c}{}\u{201d}", harm.spoken())).collect();
        let _ = writeln!(out, ", unless it is tolerated: {}.</figcaption>", text(&names.join(", ")));
    }
    out.push_str(&legend(&STRENGTHS));
    let longest = report.harms.iter().map(|group| group.visitors).max().unwrap_or_default();
    for group in &report.harms {
        let numbers = [group.required, group.preferred, group.visitors - group.required - group.preferred];
        let parts: Vec<_> =
            STRENGTHS.iter().zip(numbers).map(|((what, class), number)| (*what, *class, number)).collect();
        out.push_str(&bar(&format!("{} {}", count(group.visitors), group.harm.spoken()), &parts, longest));
        if group.harm == Harm::ChannelLost {
            out.push_str("<div class=\"bar\"><div></div><ul class=\"figures\">");
            for cause in &group.causes {
                let _ = write!(out, "<li>{}</li>", text(&cause.to_string()));
            }
            out.push_str("</ul></div>\n");
        }
    }
    out.push_str("</figure>\n");
    tables::harms_by_need(report, out);
}

/// What the words of the page mean, and what was read.
fn meaning(report: &ImpactReport, population: &Population, out: &mut String) {
    out.push_str(
        "<h2>How to read this</h2>\n<p>Both policies were asked about every visitor. Somebody is <b>served otherwise</b> if the channel, the \
         layout, the assistance, an adaptation of the page or the way to reach a person is not the same. They are served <b>worse</b> if \
         they lose the channel that served them, which is ruled out for them now although it is not in conflict with a need of \
         theirs (that another one is better now is no loss); get a channel that the old \
         policy holds to be in conflict with a need that they require; get a more complex layout or less assistance; lose an adaptation or \
         their way to a person; or find nobody there. They are served <b>better</b> if the opposite is so and nothing gets worse.</p>\n\
         <p><b>The gate</b>: nobody who requires something may be served worse",
    );
    let tolerated: Vec<&str> = report.gate.tolerated.iter().map(|harm| harm.spoken()).collect();
    match tolerated.as_slice() {
        [] => out.push_str(".</p>\n"),
        some => {
            let _ = writeln!(out, "; but here it is tolerated that they {}.</p>", text(&some.join(", or ")));
        }
    }
    for note in population.told() {
        let mut lines = note.lines();
        let _ = write!(out, "<p>{}", prose(lines.next().unwrap_or_default()));
        for line in lines {
            let _ = write!(out, "<br>{}", prose(line.trim()));
        }
        out.push_str("</p>\n");
    }
}
