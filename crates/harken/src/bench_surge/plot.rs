//! An SVG plot of median delay against false alarms: one line per rule, one point per threshold.

use std::fmt::Write as _;

use numeric::ln;
use surge::trial::{DetectionRule, OperatingPoint, TrialReport};

const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 460.0;
const LEFT: f64 = 70.0;
const RIGHT: f64 = 20.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 60.0;
/// Range of the horizontal axis: false alarms per month and tenant. Lower values are drawn at its edge.
const FALSE_ALARM_RANGE: (f64, f64) = (0.03, 300.0);
/// Range of the vertical axis: minutes.
const DELAY_RANGE: (f64, f64) = (8.0, 1000.0);
/// Distinguishable with colour vision deficiency (Okabe and Ito, 2008).
const COLOURS: [&str; 5] = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00"];

/// The SVG document.
pub(super) fn draw(report: &TrialReport) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write_svg(report, &mut out);
    out
}

fn write_svg(report: &TrialReport, out: &mut String) -> std::fmt::Result {
    writeln!(
        out,
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">
<title>Delay against false alarms</title>
<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>
<text x="{LEFT}" y="22" font-size="14">Detection delay against false alarms ({} outbreaks, seed {})</text>"##,
        report.outbreaks, report.seed
    )?;
    axes(out)?;
    for (index, (rule, curve)) in DetectionRule::ALL.iter().zip(&report.curves).enumerate() {
        write_curve(COLOURS[index], *rule, curve, index, out)?;
    }
    writeln!(out, "</svg>")
}

fn axes(out: &mut String) -> std::fmt::Result {
    let (bottom, right) = (HEIGHT - BOTTOM, WIDTH - RIGHT);
    for tick in [0.1, 1.0, 10.0, 100.0] {
        // One false alarm per month and tenant is the target, drawn darker.
        let (x, colour) = (x_of(tick), if tick == 1.0 { "#888888" } else { "#dddddd" });
        writeln!(
            out,
            r##"<line x1="{x:.1}" y1="{TOP}" x2="{x:.1}" y2="{bottom}" stroke="{colour}"/><text x="{x:.1}" y="{:.1}" text-anchor="middle">{tick}</text>"##,
            bottom + 18.0
        )?;
    }
    for tick in [10.0, 30.0, 60.0, 120.0, 300.0, 600.0] {
        let y = y_of(tick);
        writeln!(
            out,
            r##"<line x1="{LEFT}" y1="{y:.1}" x2="{right}" y2="{y:.1}" stroke="#dddddd"/><text x="{:.1}" y="{:.1}" text-anchor="end">{tick}</text>"##,
            LEFT - 8.0,
            y + 4.0
        )?;
    }
    let middle = (LEFT + right) / 2.0;
    writeln!(
        out,
        r##"<text x="{middle}" y="{:.1}" text-anchor="middle">false alarms per month and tenant (grey line: target)</text>
<text transform="translate(18 {:.1}) rotate(-90)" text-anchor="middle">median delay in minutes; an undetected outbreak counts as infinite</text>"##,
        HEIGHT - 18.0,
        (TOP + bottom) / 2.0
    )
}

/// The curve of a rule, its published thresholds as dots, and its legend entry.
fn write_curve(
    colour: &str,
    rule: DetectionRule,
    curve: &[OperatingPoint],
    index: usize,
    out: &mut String,
) -> std::fmt::Result {
    let points: Vec<(f64, f64, bool)> = curve
        .iter()
        .filter_map(|point| {
            // A logarithmic axis has no zero: such points collapse onto its left edge. Draws those of
            // the detector only, the subject of the plot; those of the published rules would hide them.
            let is_shown = point.false_alarms > 0.0 || rule == DetectionRule::Evidence;
            // A point without a median detects less than half of the outbreaks: there is no delay to draw.
            let minutes = f64::from(point.median_delay.filter(|_| is_shown)?);
            let is_published = rule.published().contains(&point.threshold);
            Some((x_of(point.false_alarms), y_of(minutes), is_published))
        })
        .collect();
    let path: Vec<String> = points.iter().map(|(x, y, _)| format!("{x:.1},{y:.1}")).collect();
    let path = path.join(" ");
    writeln!(
        out,
        r##"<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>"##
    )?;
    for (x, y, _) in points.iter().filter(|(_, _, is_published)| *is_published) {
        writeln!(out, r##"<circle cx="{x:.1}" cy="{y:.1}" r="5" fill="{colour}"/>"##)?;
    }
    // The legend is in the upper right corner, where no curve reaches.
    let (x, y) = (WIDTH - RIGHT - 245.0, TOP + 16.0 + 17.0 * index as f64);
    // The names of rules contain no other character that is special in XML.
    let name = rule.name().replace('>', "&gt;");
    writeln!(
        out,
        r##"<circle cx="{x}" cy="{:.1}" r="4" fill="{colour}"/><text x="{:.1}" y="{y}">{name}</text>"##,
        y - 4.0,
        x + 10.0
    )
}

fn x_of(alarms: f64) -> f64 {
    log_position(alarms, FALSE_ALARM_RANGE, LEFT, WIDTH - RIGHT)
}

fn y_of(minutes: f64) -> f64 {
    log_position(minutes, DELAY_RANGE, HEIGHT - BOTTOM, TOP)
}

/// The position of a value on a logarithmic axis, clamped to the ends of the axis.
fn log_position(value: f64, (low, high): (f64, f64), from: f64, to: f64) -> f64 {
    from + (to - from) * ln(value.clamp(low, high) / low) / ln(high / low)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_is_logarithmic_and_clamps_values_beyond_its_ends() {
        assert_eq!((x_of(0.0), x_of(0.03), x_of(1e9)), (LEFT, LEFT, WIDTH - RIGHT));
        assert!((log_position(3.0, (0.03, 300.0), 0.0, 100.0) - 50.0).abs() < 1e-9);
        assert!(y_of(10.0) > y_of(600.0), "later is higher up");
    }
}
