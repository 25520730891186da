//! The outcome of a trial as text: Markdown, so that a document can hold it.

use std::fmt::Write as _;

use surge::trial::{Point, Report};

/// The table.
pub(super) fn write(report: &Report) -> String {
    let mut out = String::new();
    // Writing to a string never fails.
    let _ = lines(report, &mut out);
    out
}

fn lines(report: &Report, out: &mut String) -> std::fmt::Result {
    let Report { seed, tenants, outbreaks, months, shipped, calm_alarms, worst, .. } = report;
    writeln!(
        out,
        "{tenants} tenants of 6 series, {outbreaks} outbreaks, {months:.1} tenant-months without \
         one (seed {seed}).\n\n\
         As shipped (evidence {}): {:.2} false alarms a month and tenant ({worst:.2} for the worst \
         tenant, {calm_alarms} in all the weeks without outbreaks); {} noticed, half of all within \
         {}.\n",
        shipped.threshold,
        shipped.false_alarms,
        percent(shipped),
        minutes(shipped.median),
    )?;
    writeln!(
        out,
        "| rule | threshold | false alarms | noticed | median delay | Harken: false alarms | \
         noticed | median delay |\n|---|---|---:|---:|---:|---:|---:|---:|"
    )?;
    for row in &report.rows {
        let (rule, ours) = (&row.rule, &row.ours);
        let tuned = if row.is_published { "" } else { " (tuned)" };
        writeln!(
            out,
            "| {} | {:.2}{tuned} | {:.2} | {} | {} | {:.2} | {} | {} |",
            rule.rule.name(),
            rule.threshold,
            rule.false_alarms,
            percent(rule),
            minutes(rule.median),
            ours.false_alarms,
            percent(ours),
            minutes(ours.median),
        )?;
    }
    Ok(())
}

fn percent(point: &Point) -> String {
    format!("{:.0} %", point.noticed * 100.0)
}

fn minutes(delay: Option<u32>) -> String {
    delay.map_or_else(|| "never".to_owned(), |minutes| format!("{minutes} min"))
}
