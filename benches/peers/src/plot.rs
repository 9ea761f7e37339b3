//! The rows as a plot: cost over the number of segments, both by tenfold steps, each line named at its end.

use std::path::Path;

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::Failure;
use crate::measure::Row;
use crate::table::grouped;

const SIZE: (u32, u32) = (1020, 640);
/// Room for the names.
const NAMES: u32 = 230;
/// From one name to the next.
const APART: i32 = 20;
const FONT: &str = "sans-serif";
const INK: RGBColor = RGBColor(40, 40, 40);
const GRID: RGBColor = RGBColor(225, 225, 225);
const OURS: RGBColor = RGBColor(190, 30, 45);
/// Dark enough to be read as text on white. The names tell the lines apart where the colours do not.
const THEIRS: [RGBColor; 9] = [
    RGBColor(0, 114, 178),
    RGBColor(178, 105, 0),
    RGBColor(0, 125, 90),
    RGBColor(165, 75, 130),
    RGBColor(80, 80, 80),
    RGBColor(90, 60, 165),
    RGBColor(0, 130, 140),
    RGBColor(120, 85, 25),
    RGBColor(40, 60, 110),
];

/// Writes the plot as SVG.
///
/// # Errors
/// The file cannot be written.
pub fn plot(path: &Path, sizes: &[usize], rows: &[Row]) -> Result<(), Failure> {
    let points = |row: &Row| -> Vec<(f64, f64)> {
        let points = sizes.iter().zip(&row.costs);
        points.filter_map(|(&size, costs)| Some((size as f64, costs.as_ref()?.matching))).collect()
    };
    let all: Vec<f64> = rows.iter().flat_map(&points).map(|(_, ns)| ns).collect();
    let (least, most) = all.iter().fold((f64::MAX, 0.0_f64), |(a, b), &ns| (a.min(ns), b.max(ns)));
    let (from, to) = (10_f64.powf(least.log10().floor()), 10_f64.powf(most.log10().ceil()));
    let (first, last) = (sizes.first().copied().unwrap_or(1), sizes.last().copied().unwrap_or(10));

    let root = SVGBackend::new(path, SIZE).into_drawing_area();
    root.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&root)
        .margin(16)
        .margin_right(NAMES)
        .caption("Which segments hold for this visitor?", (FONT, 22).into_font().color(&INK))
        .x_label_area_size(48)
        .y_label_area_size(76)
        .build_cartesian_2d((first as f64..last as f64).log_scale(), (from..to).log_scale())?;
    chart
        .configure_mesh()
        .bold_line_style(GRID)
        .light_line_style(TRANSPARENT)
        .axis_style(INK)
        .label_style((FONT, 15).into_font().color(&INK))
        .x_desc("segments")
        .y_desc("time for one visitor")
        .x_label_formatter(&|size| grouped(*size as usize))
        .y_label_formatter(&|ns| unit(*ns))
        .draw()?;

    let mut ends = Vec::new();
    let mut theirs = 0..;
    for row in rows {
        let ours = row.name.starts_with("maitre");
        let colour = if ours { OURS } else { THEIRS[theirs.next().unwrap_or_default() % THEIRS.len()] };
        let style = colour.stroke_width(if ours { 4 } else { 2 });
        let points = points(row);
        chart.draw_series(LineSeries::new(points.iter().copied(), style))?;
        chart.draw_series(
            points.iter().map(|&point| Circle::new(point, if ours { 4 } else { 3 }, colour.filled())),
        )?;
        if let Some(end) = points.last() {
            ends.push((chart.backend_coord(end), row.name.clone(), colour, ours));
        }
    }
    ends.sort_by_key(|&((_, y), ..)| y);
    let heights = apart(ends.iter().map(|&((_, y), ..)| y).collect());
    let left = (SIZE.0 - NAMES) as i32 + 6;
    for (((x, y), name, colour, ours), height) in ends.into_iter().zip(heights) {
        root.draw(&PathElement::new(vec![(x + 5, y), (left + 8, height)], colour.mix(0.5).stroke_width(1)))?;
        let font = (FONT, 16).into_font();
        let font = if ours { font.style(FontStyle::Bold) } else { font };
        let style = font.color(&colour).pos(Pos::new(HPos::Left, VPos::Center));
        root.draw(&Text::new(name, (left + 12, height), style))?;
    }
    root.present()?;
    Ok(())
}

fn unit(ns: f64) -> String {
    match ns {
        0.0..999.0 => format!("{ns:.0} ns"),
        999.0..999_000.0 => format!("{:.0} µs", ns / 1e3),
        999_000.0..999_000_000.0 => format!("{:.0} ms", ns / 1e6),
        _ => format!("{:.0} s", ns / 1e9),
    }
}

/// Heights in order, moved until each is [`APART`] from the next, no farther than that takes.
fn apart(mut heights: Vec<i32>) -> Vec<i32> {
    // Each round moves every two that are too close by half of what they lack.
    for _ in 0..1_000 {
        let mut is_done = true;
        for place in 1..heights.len() {
            let lack = APART - (heights[place] - heights[place - 1]);
            if lack > 0 {
                is_done = false;
                heights[place - 1] -= (lack + 1) / 2;
                heights[place] += (lack + 1) / 2;
            }
        }
        if is_done {
            break;
        }
    }
    heights
}
