//! The result of a trial as a Markdown table, as used in documents.

use std::fmt::Write as _;

use surge::trial::{OperatingPoint, TrialReport};

/// The table.
pub(super) fn write(report: &TrialReport) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = lines(report, &mut out);
    out
}

fn lines(report: &TrialReport, out: &mut String) -> std::fmt::Result {
    let TrialReport {
        seed,
        tenants,
        outbreaks,
        months,
        shipped,
        calm_alarms,
        worst_false_alarms: worst,
        ..
    } = report;
    writeln!(
        out,
        "{tenants} tenants of 6 series, {outbreaks} outbreaks, {months:.1} tenant-months without \
         an outbreak (seed {seed}).\n\n\
         Default threshold ({}): {:.2} false alarms per month and tenant ({worst:.2} for the worst \
         tenant, {calm_alarms} in all weeks without outbreaks); {} detected, median delay {}.\n",
        shipped.threshold,
        shipped.false_alarms,
        percent(shipped),
        minutes(shipped.median_delay),
    )?;
    writeln!(
        out,
        "| rule | threshold | false alarms | detected | median delay | Harken: false alarms | \
         detected | median delay |\n|---|---|---:|---:|---:|---:|---:|---:|"
    )?;
    for row in &report.rows {
        let (rule, ours) = (&row.rule, &row.harken);
        let tuned = if row.is_published { "" } else { " (tuned)" };
        writeln!(
            out,
            "| {} | {:.2}{tuned} | {:.2} | {} | {} | {:.2} | {} | {} |",
            rule.rule.name(),
            rule.threshold,
            rule.false_alarms,
            percent(rule),
            minutes(rule.median_delay),
            ours.false_alarms,
            percent(ours),
            minutes(ours.median_delay),
        )?;
    }
    Ok(())
}

fn percent(point: &OperatingPoint) -> String {
    format!("{:.0} %", point.detected * 100.0)
}

fn minutes(delay: Option<u32>) -> String {
    delay.map_or_else(|| "never".to_owned(), |minutes| format!("{minutes} min"))
}
