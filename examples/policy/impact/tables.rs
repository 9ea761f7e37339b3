//! The tables of the page.

use std::fmt::Write as _;

use maitre::{Harm, ImpactGroup, ImpactReport, RuleImpact};

use super::axes::{from_to, of_group};
use super::page::{count, text, words};

/// So many segments, and rules, stand on the page.
const ROWS: usize = 40;

/// A table that may be wider than the page: it can be scrolled, also by keyboard.
pub fn scrolled(name: &str, table: &str) -> String {
    format!(
        "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Table: {}\">{table}</div>\n",
        text(name)
    )
}

pub fn adaptations(report: &ImpactReport, out: &mut String) {
    out.push_str("<h3>Adaptations</h3>\n");
    if report.everyone.adaptations.is_empty() {
        out.push_str("<p>What the page does for needs is the same for everyone.</p>\n");
        return;
    }
    let row = |one: &maitre::Adapted| {
        let name = words(one.adaptation.as_str());
        format!(
            "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td></tr>",
            text(&name),
            count(one.lost),
            count(one.gained)
        )
    };
    let rows: String = report.everyone.adaptations.iter().map(row).collect();
    let table = format!(
        "<table><caption>What the page does for needs: how many lose it, and how many gain it.</caption><thead><tr><th scope=\"col\">adaptation</th>\
         <th scope=\"col\">lose it</th><th scope=\"col\">gain it</th></tr></thead><tbody>{rows}</tbody></table>"
    );
    out.push_str(&scrolled("adaptations", &table));
}

/// Needs against the ways of being served worse.
pub fn harms_by_need(report: &ImpactReport, out: &mut String) {
    let harms: Vec<Harm> = report.harms.iter().map(|group| group.harm).collect();
    let rows: Vec<_> = report.needs.iter().filter(|one| one.group.worse > 0).collect();
    if rows.is_empty() {
        return;
    }
    let heads: String =
        harms.iter().map(|harm| format!("<th scope=\"col\">{}</th>", text(&words(harm.as_str())))).collect();
    let mut body = String::new();
    for one in rows {
        let name = format!("{}, {}", words(one.need.as_str()), one.strength);
        let _ = write!(
            body,
            "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td>",
            text(&name),
            count(one.group.visitors),
            count(one.group.worse)
        );
        for harm in &harms {
            let _ = match one.group.harms.get(harm) {
                None => write!(body, "<td class=\"none\">0</td>"),
                Some(n) => write!(
                    body,
                    "<td class=\"heat\" style=\"--tone:var(--worse);--share:{:.2}\">{}</td>",
                    *n as f64 / one.group.visitors.max(1) as f64,
                    count(*n)
                ),
            };
        }
        body.push_str("</tr>\n");
    }
    let table = format!(
        "<table><caption>The needs of those who are served worse. The stronger the colour, the greater the share of those with that need.</caption>\
         <thead><tr><th scope=\"col\">need</th><th scope=\"col\">visitors</th><th scope=\"col\">served worse</th>{heads}</tr></thead><tbody>\n{body}</tbody></table>"
    );
    out.push_str(&scrolled("needs of those who are served worse", &table));
}

/// The rules that changed for those who are served otherwise.
pub fn rules(report: &ImpactReport, out: &mut String) {
    out.push_str("<h2>The rules that changed for them</h2>\n");
    out.push_str(&rules_table(&report.rules, report.without_rule, "Rules that begin to hold, no longer hold or do something else for those who are served otherwise; one visitor may be counted for several."));
    if !report.gate.passes {
        out.push_str("<h3>For those with a required need who are served worse</h3>\n");
        out.push_str(&rules_table(
            &report.gate.rules,
            report.gate.without_rule,
            "Rules that begin to hold, no longer hold or do something else for them.",
        ));
    }
}

fn rules_table(rules: &[RuleImpact], without: u64, caption: &str) -> String {
    let mut body = String::new();
    for one in rules.iter().take(ROWS) {
        let _ = writeln!(
            body,
            "<tr><th scope=\"row\"><code>{}</code></th><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            text(&one.rule),
            count(one.visitors()),
            count(one.begins),
            count(one.ends),
            count(one.differs)
        );
    }
    let _ = write!(
        body,
        "<tr><th scope=\"row\">no rule: it is channels, defaults, weights, attributes or experiments</th><td>{}</td><td></td><td></td><td></td></tr>",
        count(without)
    );
    scrolled(
        "rules",
        &format!(
            "<table><caption>{}</caption><thead><tr><th scope=\"col\">rule</th><th scope=\"col\">visitors</th><th scope=\"col\">begins to hold</th>\
             <th scope=\"col\">no longer holds</th><th scope=\"col\">does something else</th></tr></thead><tbody>\n{body}</tbody></table>",
            text(caption)
        ),
    )
}

const FIGURES: &str = "<th scope=\"col\">visitors</th><th scope=\"col\">otherwise</th><th scope=\"col\">better</th><th scope=\"col\">neither</th><th scope=\"col\">worse</th>";

fn figures(group: &ImpactGroup) -> String {
    let numbers = [group.visitors, group.changed, group.better, group.neither(), group.worse];
    numbers
        .iter()
        .map(|n| format!("<td{}>{}</td>", if *n == 0 { " class=\"none\"" } else { "" }, count(*n)))
        .collect()
}

/// All axes of a group, folded away.
fn folded(name: &str, group: &ImpactGroup) -> String {
    let tables: String = of_group(&group.transitions).iter().map(|axis| from_to(axis, name)).collect();
    format!("<details><summary>From what to what: {}</summary>\n{tables}</details>\n", text(name))
}

/// The needs in force.
pub fn needs(report: &ImpactReport, out: &mut String) {
    if report.needs.is_empty() {
        return;
    }
    out.push_str("<h2>By need</h2>\n");
    let (mut body, mut details) = (String::new(), String::new());
    for one in &report.needs {
        let name = format!("{}, {}", words(one.need.as_str()), one.strength);
        let _ = writeln!(body, "<tr><th scope=\"row\">{}</th>{}</tr>", text(&name), figures(&one.group));
        if one.group.changed > 0 {
            details.push_str(&folded(&name, &one.group));
        }
    }
    let table = format!(
        "<table><caption>Needs in force: on record, or asked for by the device.</caption><thead><tr><th scope=\"col\">need</th>{FIGURES}</tr></thead><tbody>\n{body}</tbody></table>"
    );
    out.push_str(&scrolled("by need", &table));
    out.push_str(&details);
}

/// The segments of both policies.
pub fn segments(report: &ImpactReport, out: &mut String) {
    if report.segments.is_empty() {
        return;
    }
    out.push_str("<h2>By segment</h2>\n");
    let mut all: Vec<_> = report.segments.iter().collect();
    all.sort_by_key(|one| std::cmp::Reverse((one.group.worse, one.group.changed)));
    let (mut body, mut details) = (String::new(), String::new());
    for one in all.iter().take(ROWS) {
        let _ = writeln!(
            body,
            "<tr><th scope=\"row\"><code>{}</code></th><td>{}</td><td>{}</td>{}</tr>",
            text(&one.name),
            count(one.old),
            count(one.new),
            figures(&one.group)
        );
        if one.group.changed > 0 {
            details.push_str(&folded(&one.name, &one.group));
        }
    }
    let more = match all.len().saturating_sub(ROWS) {
        0 => String::new(),
        n => format!(" {} more are in the JSON report.", count(n as u64)),
    };
    let table = format!(
        "<table><caption>Whoever either policy sees in the segment; those with the most who are served worse first.{more}</caption>\
         <thead><tr><th scope=\"col\">segment</th><th scope=\"col\">in it before</th><th scope=\"col\">in it now</th>{FIGURES}</tr></thead><tbody>\n{body}</tbody></table>"
    );
    out.push_str(&scrolled("by segment", &table));
    out.push_str(&details);
}
