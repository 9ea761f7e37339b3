//! From what to what, axis by axis: streams of those for whom it is not the same, and tables of everybody.

use std::fmt::Write as _;

use maitre::{AssistanceLevel, ImpactReport, LayoutComplexity, Transition, Transitions, WayOut};

use super::page::{count, text, way, words};
use super::plots::{Stream, flow};
use super::tables;

/// One axis: its name, what is from where to where, and the names of all ends in order.
pub struct Axis {
    name: &'static str,
    streams: Vec<Stream>,
    order: Vec<String>,
    lead: &'static str,
}

fn axis<T: Copy + PartialEq>(
    name: &'static str,
    lead: &'static str,
    table: &[Transition<T>],
    say: impl Fn(T) -> String,
    class: impl Fn(T, T) -> &'static str,
    key: impl Fn(T) -> usize,
) -> Axis {
    let mut ends: Vec<T> = Vec::new();
    for end in table.iter().flat_map(|one| [one.from, one.to]) {
        if !ends.contains(&end) {
            ends.push(end);
        }
    }
    ends.sort_by_key(|end| key(*end));
    let streams = table.iter().map(|one| Stream {
        from: say(one.from),
        to: say(one.to),
        class: class(one.from, one.to),
        number: one.visitors,
    });
    Axis { name, lead, streams: streams.collect(), order: ends.into_iter().map(&say).collect() }
}

pub fn of_group(tables: &Transitions) -> Vec<Axis> {
    let order = |channel| tables.channel.iter().position(|one| one.from == channel || one.to == channel);
    let way_order = |way: Option<WayOut>| {
        way.map_or(usize::MAX, |way| {
            let first = tables
                .way_out
                .iter()
                .position(|one| [one.from, one.to].iter().flatten().any(|end| end.channel == way.channel));
            2 * first.unwrap_or_default() + usize::from(!way.open)
        })
    };
    let rank = |way: Option<WayOut>| way.map_or(0, |way| 1 + u8::from(way.open));
    let is_worse = |worse: bool| if worse { "worse" } else { "better" };
    let layout = |from: LayoutComplexity, to: LayoutComplexity| is_worse(to > from);
    let mut axes = vec![
        axis(
            "Channel",
            "Through which channel visitors are served.",
            &tables.channel,
            |channel| words(channel.as_str()),
            |_, _| "other",
            |channel| order(channel).unwrap_or_default(),
        ),
        axis(
            "Layout",
            "How much a page or message holds at once, on the channel that serves.",
            &tables.layout,
            |level| words(level.as_str()),
            layout,
            |level| level as usize,
        ),
    ];
    if tables.layout_in_use != tables.layout {
        axes.push(axis(
            "Layout on the channel in use",
            "The page on which visitors are at the moment, whatever channel would serve them best.",
            &tables.layout_in_use,
            |level| words(level.as_str()),
            layout,
            |level| level as usize,
        ));
    }
    axes.push(axis(
        "Assistance",
        "How much help is offered without being asked for.",
        &tables.assistance,
        |level: AssistanceLevel| words(level.as_str()),
        |from, to| is_worse(to < from),
        |level| level as usize,
    ));
    axes.push(axis(
        "Way out",
        "By which channel visitors reach a person, and whether somebody is there at the time of their visit.",
        &tables.way_out,
        way,
        |from, to| match rank(to).cmp(&rank(from)) {
            std::cmp::Ordering::Less => "worse",
            std::cmp::Ordering::Equal => "other",
            std::cmp::Ordering::Greater => "better",
        },
        way_order,
    ));
    axes
}

/// From what to what, for each axis.
pub fn axes(report: &ImpactReport, out: &mut String) {
    out.push_str("<h2>From what to what</h2>\n<p>Drawn are only those for whom it is not the same; the tables have everybody. Blue is better, orange worse, violet neither.</p>\n");
    for axis in of_group(&report.everyone.transitions) {
        let moved = axis.streams.iter().filter(|one| one.from != one.to);
        let all: u64 = moved.clone().map(|one| one.number).sum();
        let _ = writeln!(out, "<h3>{}</h3>", axis.name);
        if all == 0 {
            let _ = writeln!(out, "<p>{} It is the same for everyone.</p>", axis.lead);
            continue;
        }
        let mut told: Vec<&Stream> = moved.collect();
        told.sort_by_key(|one| std::cmp::Reverse(one.number));
        let told: Vec<String> = told
            .iter()
            .take(5)
            .map(|one| format!("{} from {} to {}", count(one.number), one.from, one.to))
            .collect();
        let description =
            format!("{}, otherwise for {}; the most: {}", axis.name, count(all), told.join("; "));
        let drawn: Vec<Stream> = axis.streams.iter().filter(|one| one.from != one.to).cloned().collect();
        let _ = writeln!(
            out,
            "<figure>\n<figcaption>{} It is otherwise for {} of {}.</figcaption>\n{}",
            axis.lead,
            count(all),
            count(report.everyone.visitors),
            flow(&drawn, &axis.order, &description)
        );
        let _ = writeln!(
            out,
            "<details><summary>All figures: {}</summary>\n{}</details>\n</figure>",
            text(&axis.name.to_lowercase()),
            from_to(&axis, "everyone")
        );
    }
    tables::adaptations(report, out);
}

/// A table of what was against what is, shaded by how many of a row go there.
pub fn from_to(axis: &Axis, whose: &str) -> String {
    let number = |from: &String, to: &String| {
        axis.streams
            .iter()
            .filter(|one| one.from == *from && one.to == *to)
            .map(|one| one.number)
            .sum::<u64>()
    };
    let used = |of: &dyn Fn(&Stream) -> &String| -> Vec<&String> {
        axis.order.iter().filter(|name| axis.streams.iter().any(|one| of(one) == *name)).collect()
    };
    let (rows, columns) = (used(&|one| &one.from), used(&|one| &one.to));
    let mut body = String::new();
    for row in &rows {
        let all: u64 = columns.iter().map(|column| number(row, column)).sum();
        let _ = write!(body, "<tr><th scope=\"row\">{}</th>", text(row));
        for column in &columns {
            let n = number(row, column);
            let class = axis
                .streams
                .iter()
                .find(|one| one.from == **row && one.to == **column)
                .map_or("other", |one| one.class);
            let cell = match n {
                0 => "<td class=\"none\">0</td>".to_owned(),
                n if row == column => format!("<td class=\"stay\">{}</td>", count(n)),
                n => format!(
                    "<td class=\"heat\" style=\"--tone:var(--{class});--share:{:.2}\">{}</td>",
                    n as f64 / all.max(1) as f64,
                    count(n)
                ),
            };
            body.push_str(&cell);
        }
        let _ = writeln!(body, "<td>{}</td></tr>", count(all));
    }
    let heads: String = columns.iter().map(|name| format!("<th scope=\"col\">{}</th>", text(name))).collect();
    tables::scrolled(
        &format!("{}, {whose}", axis.name),
        &format!(
            "<table><caption>{}, {}: before in rows, now in columns. Grey cells stay.</caption>\
             <thead><tr><th scope=\"col\">before \\ now</th>{heads}<th scope=\"col\">all</th></tr></thead><tbody>\n{body}</tbody></table>",
            text(axis.name),
            text(whose)
        ),
    )
}
