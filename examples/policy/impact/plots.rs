//! Plots in plain SVG. The shapes stretch with the page, the words stand beside them as text of the page, so that they stay
//! readable at any width and are read aloud as they stand.

use std::fmt::Write as _;

use super::page::{count, text};

/// Part of a bar: what it stands for, its class, how many.
pub type Part<'a> = (&'a str, &'a str, u64);

/// What the colours mean.
pub fn legend(parts: &[(&str, &str)]) -> String {
    let mut items = String::new();
    for (name, class) in parts {
        let _ = write!(
            items,
            "<li><svg viewBox=\"0 0 10 10\" aria-hidden=\"true\"><rect class=\"{class}\" width=\"10\" height=\"10\"/></svg>{}</li>",
            text(name)
        );
    }
    format!("<ul class=\"legend\">{items}</ul>")
}

/// One bar with its name before and its figures under it. It is as long as its parts are of `whole`.
pub fn bar(name: &str, parts: &[Part<'_>], whole: u64) -> String {
    let mut shapes = String::new();
    let mut figures = Vec::new();
    let mut from = 0.0;
    for (what, class, number) in parts.iter().filter(|(_, _, number)| *number > 0) {
        // What is not nothing is seen, be it ever so little.
        let width = (*number as f64 * 1_000.0 / whole.max(1) as f64).max(2.0);
        let _ = write!(
            shapes,
            "<rect class=\"{class}\" x=\"{from:.1}\" y=\"0\" width=\"{width:.1}\" height=\"10\"/>"
        );
        from += width;
        figures.push(if what.is_empty() { count(*number) } else { format!("{} {what}", count(*number)) });
    }
    let figures = if figures.is_empty() { "nobody".to_owned() } else { figures.join(", ") };
    format!(
        "<div class=\"bar\"><div>{}</div><svg viewBox=\"0 0 1000 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">{shapes}</svg>\
         <div class=\"figures\">{}</div></div>\n",
        text(name),
        text(&figures)
    )
}

/// A stream from one thing to another: their names, the class of its colour, how many.
#[derive(Clone)]
pub struct Stream {
    pub from: String,
    pub to: String,
    pub class: &'static str,
    pub number: u64,
}

/// One end of streams: name, how many, and where it stands, in px.
struct End {
    name: String,
    number: u64,
    top: f64,
    height: f64,
    /// How much of it streams have taken.
    taken: f64,
}

/// All ends together are about so high.
const HEIGHT: f64 = 220.0;
/// A label needs so much, in px.
const LABEL: f64 = 34.0;

/// The ends on one side, from above, in the order in which `names` has them.
fn ends(streams: &[Stream], side: impl Fn(&Stream) -> &str, order: &[String], all: u64) -> Vec<End> {
    let mut top = 0.0;
    let mut ends = Vec::new();
    for name in order {
        let number = streams.iter().filter(|one| side(one) == name).map(|one| one.number).sum::<u64>();
        if number > 0 {
            let height = (number as f64 / all.max(1) as f64 * HEIGHT).max(2.0);
            let room = height.max(LABEL);
            ends.push(End {
                name: name.clone(),
                number,
                top: top + (room - height) / 2.0,
                height,
                taken: 0.0,
            });
            top += room + 8.0;
        }
    }
    ends
}

/// Streams from left to right: those who go from one thing to another. `order` has the names of the ends from above.
pub fn flow(streams: &[Stream], order: &[String], description: &str) -> String {
    let all = streams.iter().map(|one| one.number).sum();
    let mut left = ends(streams, |one| &one.from, order, all);
    let mut right = ends(streams, |one| &one.to, order, all);
    let foot = |ends: &[End]| ends.last().map_or(0.0, |end| end.top + end.height.max(LABEL)) + 4.0;
    let height = foot(&left).max(foot(&right));
    let place = |name: &String| order.iter().position(|known| known == name);
    let mut sorted: Vec<&Stream> = streams.iter().collect();
    sorted.sort_by_key(|one| (place(&one.from), place(&one.to)));
    let mut shapes = String::new();
    for one in &sorted {
        let take = |ends: &mut Vec<End>, name: &str| {
            let end = ends.iter_mut().find(|end| end.name == name)?;
            let part = end.height * one.number as f64 / end.number.max(1) as f64;
            end.taken += part;
            Some((end.top + end.taken - part, end.top + end.taken))
        };
        let (Some((a, b)), Some((c, d))) = (take(&mut left, &one.from), take(&mut right, &one.to)) else {
            continue;
        };
        let _ = write!(
            shapes,
            "<path class=\"{}\" d=\"M1.2 {a:.1}C50 {a:.1} 50 {c:.1} 98.8 {c:.1}V{d:.1}C50 {d:.1} 50 {b:.1} 1.2 {b:.1}Z\"/>",
            one.class
        );
    }
    for (ends, x) in [(&left, 0.0), (&right, 98.8)] {
        for end in ends {
            let _ = write!(
                shapes,
                "<rect x=\"{x}\" y=\"{:.1}\" width=\"1.2\" height=\"{:.1}\"/>",
                end.top, end.height
            );
        }
    }
    let labels = |ends: &[End], class: &str| {
        let mut labels = String::new();
        for end in ends {
            let middle = end.top + end.height / 2.0;
            let _ = write!(
                labels,
                "<div style=\"top:{middle:.1}px\">{}<br><b>{}</b></div>",
                text(&end.name),
                count(end.number)
            );
        }
        format!("<div class=\"ends {class}\" style=\"height:{height:.0}px\">{labels}</div>")
    };
    format!(
        "<div class=\"flow\"><div class=\"head from\">before</div><div></div><div class=\"head\">now</div>{}\
         <svg role=\"img\" aria-label=\"{}\" viewBox=\"0 0 100 {height:.0}\" preserveAspectRatio=\"none\" height=\"{height:.0}\">{shapes}</svg>{}</div>",
        labels(&left, "from"),
        text(description),
        labels(&right, "to")
    )
}
