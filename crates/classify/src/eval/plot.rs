//! Draws the reliability curve as SVG.

use super::{EvalReport, ReliabilityBin};
use std::fmt::{self, Write};

/// Size of the picture, of its margin and of the plot area, in pixels.
const SIDE: f64 = 420.0;
const EDGE: f64 = 50.0;
const INNER: f64 = SIDE - 2.0 * EDGE;

/// Stated probability on the x axis, accuracy on the y axis: one circle per bin, its area proportional to
/// the rows, and the diagonal of a calibrated model.
pub(super) fn svg(report: &EvalReport) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = write(report, &mut out);
    out
}

fn write(report: &EvalReport, out: &mut String) -> fmt::Result {
    writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {SIDE} {SIDE}\" \
         font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"{SIDE}\" height=\"{SIDE}\" fill=\"white\"/>\n\
         <text x=\"{EDGE}\" y=\"28\" font-size=\"14\">{}: ECE {:.3}, {} rows</text>",
        escape(&report.task),
        report.ece,
        report.rows
    )?;
    axes(out)?;
    let filled: Vec<&ReliabilityBin> =
        report.reliability.iter().filter(|bin| bin.rows > 0).collect();
    let points: Vec<String> = filled
        .iter()
        .map(|bin| format!("{:.1},{:.1}", x_of(bin.stated), y_of(bin.right)))
        .collect();
    writeln!(
        out,
        "<polyline points=\"{}\" fill=\"none\" stroke=\"#1f6feb\" stroke-width=\"2\"/>",
        points.join(" ")
    )?;
    for bin in filled {
        let share = bin.rows as f64 / report.rows.max(1) as f64;
        writeln!(
            out,
            "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"{:.1}\" fill=\"#1f6feb\" fill-opacity=\"0.5\">\
             <title>{} rows: stated {:.3}, right {:.3}</title></circle>",
            x_of(bin.stated),
            y_of(bin.right),
            // The square root makes the area, not the radius, proportional to the rows.
            3.0 + 20.0 * share.sqrt(),
            bin.rows,
            bin.stated,
            bin.right
        )?;
    }
    writeln!(out, "</svg>")
}

fn axes(out: &mut String) -> fmt::Result {
    let (low, high) = (x_of(0.0), x_of(1.0));
    writeln!(
        out,
        "<path d=\"M{low},{high} V{high} H{high} M{low},{EDGE} V{high}\" stroke=\"black\" \
         fill=\"none\"/>\n\
         <path d=\"M{low},{high} L{high},{low}\" stroke=\"#888\" stroke-dasharray=\"4 4\"/>"
    )?;
    for tick in [0.0, 0.25, 0.5, 0.75, 1.0] {
        let (x, y) = (x_of(tick), y_of(tick));
        writeln!(
            out,
            "<text x=\"{x}\" y=\"{:.1}\" text-anchor=\"middle\">{tick}</text>\
             <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{tick}</text>",
            high + 18.0,
            low - 8.0,
            y + 4.0
        )?;
    }
    writeln!(
        out,
        "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">stated probability</text>\n\
         <text transform=\"translate(14 {:.1}) rotate(-90)\" text-anchor=\"middle\">\
         share that was right</text>",
        SIDE / 2.0,
        SIDE - 10.0,
        SIDE / 2.0
    )
}

fn x_of(share: f64) -> f64 {
    EDGE + share * INNER
}

fn y_of(share: f64) -> f64 {
    SIDE - EDGE - share * INNER
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::Prediction;

    #[test]
    fn a_bin_is_drawn_at_its_coordinates_and_names_are_escaped() {
        let predictions: Vec<Prediction> = (0..4)
            .map(|row| Prediction {
                truth: usize::from(row == 3),
                chosen: 0,
                probabilities: vec![0.75, 0.25],
            })
            .collect();
        let labels = ["no", "yes"].map(str::to_owned);
        let svg = svg(&EvalReport::of("a<b", &labels, &predictions));
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"), "{svg}");
        assert!(svg.contains("a&lt;b: ECE 0.000, 4 rows"), "{svg}");
        assert!(svg.contains("cx=\"290.0\" cy=\"130.0\" r=\"23.0\""), "{svg}");
    }
}
