//! The examples of the page: one card for each, how they were served and how they are.

use std::fmt::Write as _;

use maitre::{ImpactExample, ImpactReport, Served};

use super::page::{count, text, way, words};

/// Those whom the gate counts, then one of each other way of being served worse.
pub fn people(report: &ImpactReport, out: &mut String) {
    if report.harms.is_empty() {
        return;
    }
    out.push_str(
        "<h2>Some of them</h2>\n<p>Each stands for all who are served just so. They are told without ids",
    );
    out.push_str(
        match report.gate.examples.iter().chain(report.harms.iter().flat_map(|group| &group.examples)).next()
        {
            Some(ImpactExample { old: Served { adaptations: None, .. }, .. }) => {
                " and without what is sensitive: needs, adaptations, age and mood.</p>\n"
            }
            _ => ".</p>\n",
        },
    );
    if !report.gate.passes {
        let _ =
            writeln!(out, "<h3>With a required need, and served worse: {}</h3>", count(report.gate.worse));
        report.gate.examples.iter().for_each(|example| card(example, "h4", out));
    }
    for group in report.harms.iter().filter(|group| !group.examples.is_empty()) {
        let _ = writeln!(
            out,
            "<details><summary>{} {}: {}</summary>",
            count(group.visitors),
            text(group.harm.spoken()),
            if group.examples.len() == 1 {
                "one example".to_owned()
            } else {
                format!("{} examples", group.examples.len())
            }
        );
        group.examples.iter().for_each(|example| card(example, "h3", out));
        out.push_str("</details>\n");
    }
}

/// What a visitor meets, axis by axis.
fn axes(served: &Served) -> Vec<(&'static str, String)> {
    let experience = &served.experience;
    let last = if served.last_resort { " (last resort)" } else { "" };
    let mut axes = vec![
        ("channel", format!("{}{last}", words(experience.channel.as_str()))),
        ("layout", words(experience.layout.as_str())),
        ("layout on the channel in use", words(served.layout_in_use.as_str())),
        ("assistance", words(experience.assistance.as_str())),
        ("way out", way(served.way_out)),
    ];
    if let Some(adaptations) = served.adaptations {
        let names: Vec<String> = adaptations.iter().map(|one| words(one.as_str())).collect();
        axes.push(("adaptations", if names.is_empty() { "none".to_owned() } else { names.join(", ") }));
    }
    axes
}

fn card(example: &ImpactExample, heading: &str, out: &mut String) {
    let alike = match example.alike {
        1 => "nobody else is served just so".to_owned(),
        2 => "and one other like them".to_owned(),
        n => format!("and {} others like them", count(n - 1)),
    };
    let harms: Vec<&str> = example.harms.iter().map(|harm| harm.spoken()).collect();
    let _ = writeln!(
        out,
        "<div class=\"card\"><{heading}>Line {}, {alike}</{heading}>\n<p>They {}.</p>",
        count(example.number),
        text(&harms.join(", and "))
    );
    let mut rows = String::new();
    for ((axis, before), (_, now)) in axes(&example.old).into_iter().zip(axes(&example.new)) {
        let class = if before == now { "text" } else { "text otherwise" };
        let _ = write!(
            rows,
            "<tr><th scope=\"row\">{axis}</th><td class=\"text\">{}</td><td class=\"{class}\">{}</td></tr>",
            text(&before),
            if before == now { "the same".to_owned() } else { text(&now) }
        );
    }
    let _ = writeln!(
        out,
        "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Table: line {}, {}\"><table><thead><tr><th scope=\"col\">what</th><th scope=\"col\" class=\"text\">before</th><th scope=\"col\" class=\"text\">now</th></tr></thead><tbody>{rows}</tbody></table></div>",
        count(example.number),
        text(&harms.join(", and "))
    );
    if !example.rules.is_empty() {
        out.push_str("<ul>");
        for (rule, turn) in &example.rules {
            let _ = write!(out, "<li>Rule <code>{}</code> {}.</li>", text(rule), turn.spoken());
        }
        out.push_str("</ul>\n");
    }
    let _ = writeln!(
        out,
        "<details><summary>What is known of visitor {}</summary><pre tabindex=\"0\">{}</pre></details></div>",
        count(example.number),
        text(&example.witness.to_string())
    );
}
