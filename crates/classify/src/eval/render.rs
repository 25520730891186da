//! Renders the report as text.

use super::{ConfidenceInterval, EvalReport};
use std::fmt::{self, Write};

pub(super) fn render_text(report: &EvalReport) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = write(report, &mut out);
    out
}

pub(super) fn render_line(report: &EvalReport) -> String {
    let between = |score: &ConfidenceInterval| {
        let ConfidenceInterval { value, low, high } = score;
        format!("{:.1} [{:.1}, {:.1}]", value * 100.0, low * 100.0, high * 100.0)
    };
    format!(
        "{:<23} macro recall {}, macro F1 {}, accuracy {:.1}, ECE {:.3}, {} rows",
        report.task,
        between(&report.macro_recall),
        between(&report.macro_f1),
        report.accuracy.value * 100.0,
        report.ece,
        report.rows
    )
}

fn write(report: &EvalReport, out: &mut String) -> fmt::Result {
    writeln!(
        out,
        "{}: {} on {} rows (95 % intervals by bootstrap)",
        report.model, report.task, report.rows
    )?;
    score(out, "macro recall", &report.macro_recall)?;
    score(out, "macro F1", &report.macro_f1)?;
    score(out, "accuracy", &report.accuracy)?;
    let plain = &report.by_most_probable;
    writeln!(
        out,
        "most probable label instead: macro recall {:.1}, macro F1 {:.1}, accuracy {:.1}",
        plain.macro_recall * 100.0,
        plain.macro_f1 * 100.0,
        plain.accuracy * 100.0
    )?;
    writeln!(out, "Brier {:.3}, ECE {:.3}", report.brier, report.ece)?;
    labels(report, out)?;
    confusion(report, out)?;
    calibration(report, out)
}

fn score(out: &mut String, name: &str, score: &ConfidenceInterval) -> fmt::Result {
    let ConfidenceInterval { value, low, high } = score;
    let [value, low, high] = [value, low, high].map(|share| share * 100.0);
    writeln!(out, "{name:<13} {value:>5.1}  [{low:.1}, {high:.1}]")
}

fn labels(report: &EvalReport, out: &mut String) -> fmt::Result {
    writeln!(
        out,
        "\n{:<24} {:>7} {:>7} {:>9} {:>7}",
        "label", "rows", "recall", "precision", "F1"
    )?;
    for label in &report.labels {
        writeln!(
            out,
            "{:<24} {:>7} {:>7.1} {:>9.1} {:>7.1}",
            label.label,
            label.rows,
            label.recall * 100.0,
            label.precision * 100.0,
            label.f1 * 100.0
        )?;
    }
    Ok(())
}

fn confusion(report: &EvalReport, out: &mut String) -> fmt::Result {
    write!(out, "\n{:<24}", "truth \\ chosen")?;
    for label in &report.labels {
        write!(out, " {:>10.10}", label.label)?;
    }
    writeln!(out)?;
    for (label, counts) in report.labels.iter().zip(&report.confusion.counts) {
        write!(out, "{:<24}", label.label)?;
        for count in counts {
            write!(out, " {count:>10}")?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn calibration(report: &EvalReport, out: &mut String) -> fmt::Result {
    writeln!(out, "\nreliability: stated and right share by probability of the first label")?;
    for bin in report.reliability.iter().filter(|bin| bin.rows > 0) {
        writeln!(
            out,
            "{:.1}-{:.1} {:>7} rows  stated {:>5.1}  right {:>5.1}",
            bin.from,
            bin.to,
            bin.rows,
            bin.stated * 100.0,
            bin.right * 100.0
        )?;
    }
    writeln!(out, "\nabstaining below a probability")?;
    for row in &report.abstaining {
        writeln!(
            out,
            "{:.1}  coverage {:>5.1}  accuracy {:>5.1}  macro recall {:>5.1}",
            row.below,
            row.coverage * 100.0,
            row.accuracy * 100.0,
            row.macro_recall * 100.0
        )?;
    }
    Ok(())
}
