//! `harken forecast`: forecasts volume and required agents from a history file.
//!
//! Parses the file and prints the result. Must not know how a forecast is computed: the crate `forecast`
//! does.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use forecast::{
    BacklogTarget, HourForecast, MAX_PER_HOUR, PlannedDemand, QueueStaffing, agents_for_backlog,
    agents_for_queue, forecast_hours,
};
use jiff::Timestamp;
use serde_json::json;

use crate::cli::ForecastArgs;
use crate::{CommandError, Failure, output};

/// `harken forecast`
///
/// # Errors
/// [`CommandError::Usage`] if the file is unreadable or contains no hour, or a line or an event is malformed.
pub fn command(args: &ForecastArgs) -> Result<(), CommandError> {
    let path = args.file.display();
    let text = std::fs::read_to_string(&args.file)
        .map_err(|e| CommandError::Usage(Failure::new(format!("read {path}"), e)))?;
    let history = parse_history(&text, &args.file)?;
    let events: Result<Vec<PlannedDemand>, CommandError> =
        args.events.iter().map(|e| parse_event(e)).collect();
    let expected = forecast_hours(&history, usize::from(args.hours), &events?);
    let report = ForecastReport::new(args, &expected);
    match args.json {
        true => output::print_data(&report.json()),
        false => output::print(&report.table()),
    }
}

/// Parses the history: hours since the Unix epoch with their counts, in order. Counts of the same hour
/// are added up.
///
/// # Errors
/// [`CommandError::Usage`] if a line is malformed or there is none.
pub fn parse_history(text: &str, path: &Path) -> Result<Vec<(i64, f64)>, CommandError> {
    let mut hours = BTreeMap::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        // Spreadsheets export a header line; a data line starts with a digit.
        let is_header = index == 0 && line.starts_with(|c: char| c.is_ascii_alphabetic());
        if line.is_empty() || is_header {
            continue;
        }
        let read = line.split_once(',').and_then(|(at, count)| {
            let count = count.trim().parse::<u32>().ok()?;
            let count = Some(f64::from(count)).filter(|count| *count <= MAX_PER_HOUR)?;
            Some((parse_hour(at)?, count))
        });
        let (hour, count) = read.ok_or_else(|| {
            let expected = "an hour of the years 2010 to 2049 and a count of up to a million, such \
                            as 2026-11-23T10:00:00Z,31";
            CommandError::Usage(
                format!("read {}: line {}: expected {expected}", path.display(), index + 1).into(),
            )
        })?;
        *hours.entry(hour).or_insert(0.0) += count;
    }
    if hours.is_empty() {
        return Err(CommandError::Usage(format!("find an hour in {}", path.display()).into()));
    }
    Ok(hours.into_iter().collect())
}

/// The years 2010 to 2049, as those of the rules; seconds since the Unix epoch.
const YEARS: (i64, i64) = (1_262_304_000, 2_524_608_000);

fn parse_hour(text: &str) -> Option<i64> {
    let at: Timestamp = text.trim().parse().ok()?;
    // A year such as 20260 would make a history of millions of empty hours.
    let is_plausible = (YEARS.0..YEARS.1).contains(&at.as_second());
    is_plausible.then(|| at.as_second().div_euclid(3600))
}

fn parse_event(text: &str) -> Result<PlannedDemand, CommandError> {
    let parts: Vec<&str> = text.split(',').collect();
    let read = || {
        let [from, to, times] = parts[..] else { return None };
        let (from, to) = (parse_hour(from)?, parse_hour(to)?);
        let times = times.trim().parse::<f64>().ok()?;
        let is_valid = from < to && times > 0.0 && times < 1000.0;
        is_valid.then_some(PlannedDemand { from, to, factor: times })
    };
    read().ok_or_else(|| {
        let expected = "FROM,TO,TIMES, such as 2026-11-27T08:00:00Z,2026-11-27T12:00:00Z,2.5";
        CommandError::Usage(format!("read the event {text}: expected {expected}").into())
    })
}

/// The forecast to print.
struct ForecastReport {
    hours: Vec<(HourForecast, QueueStaffing, QueueStaffing)>,
    agents: u32,
    share: f64,
    within: u32,
}

impl ForecastReport {
    fn new(args: &ForecastArgs, expected: &[HourForecast]) -> Self {
        let (handling, share) = (f64::from(args.handling), f64::from(args.share) / 100.0);
        let live = |mean| agents_for_queue(mean, handling, f64::from(args.live_within), share);
        let means: Vec<f64> = expected.iter().map(|hour| hour.mean).collect();
        let target = BacklogTarget { handling, within_minutes: args.deferred_within, share };
        let (agents, share) = agents_for_backlog(&means, &target);
        let hours = expected.iter().map(|hour| (*hour, live(hour.mean), live(hour.high)));
        Self { hours: hours.collect(), agents, share, within: args.deferred_within }
    }

    fn table(&self) -> String {
        let head = "hour                   expected     low    high   live agents (Erlang C): expected, high\n";
        let mut out = head.to_owned();
        for (hour, at_mean, at_high) in &self.hours {
            let HourForecast { mean, low, high, .. } = hour;
            // Writing to a string cannot fail.
            let _ = writeln!(
                out,
                "{:20} {mean:10.1} {low:7.1} {high:7.1} {:29} {:10}",
                format_hour(hour.hour),
                at_mean.agents,
                at_high.agents
            );
        }
        let (share, within) = (self.share * 100.0, self.within);
        let _ = writeln!(
            out,
            "deferrable work (backlog simulation): {} agents in every hour answer {share:.0} % \
             within {within} min",
            self.agents
        );
        out
    }

    fn json(&self) -> String {
        let hours = self.hours.iter().map(|(hour, at_mean, at_high)| {
            json!({
                "hour": format_hour(hour.hour),
                "expected": hour.mean,
                "low": hour.low,
                "high": hour.high,
                "live": { "method": "erlang_c", "agents": at_mean.agents, "within": at_mean.service_level,
                          "wait_seconds": at_mean.mean_wait, "busy": at_mean.occupancy },
                "live_high": { "method": "erlang_c", "agents": at_high.agents },
            })
        });
        let hours: Vec<_> = hours.collect();
        let deferred = json!({ "method": "backlog_simulation", "agents": self.agents,
                               "share": self.share, "within_minutes": self.within });
        format!("{}\n", json!({ "hours": hours, "deferred": deferred }))
    }
}

fn format_hour(hour: i64) -> String {
    Timestamp::from_second(hour * 3600).map(|at| at.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_history_is_parsed_with_or_without_a_header() {
        let text = "hour,count\n2026-11-23T10:00:00Z,3\n\n2026-11-23T10:59:00Z, 4\n2026-11-23T12:00:00Z,0\n";
        let hours = parse_history(text, Path::new("x")).unwrap();
        let first = parse_hour("2026-11-23T10:00:00Z").unwrap();
        assert_eq!(hours, [(first, 7.0), (first + 2, 0.0)]);
        assert_eq!(format_hour(first), "2026-11-23T10:00:00Z");
        for wrong in [
            "",
            "hour,count\n",
            "2026-11-23T10:00:00Z,3\nx,3",
            "2026-11-23T10:00:00Z,-3",
            "2026-11-23T10:00:00Z,1000001",
        ] {
            assert!(
                matches!(parse_history(wrong, Path::new("x")), Err(CommandError::Usage(_))),
                "{wrong}"
            );
        }
    }

    #[test]
    fn an_event_ends_after_it_starts_and_has_a_positive_factor() {
        let read = parse_event("2026-11-27T08:00:00Z,2026-11-27T12:00:00Z,2.5").unwrap();
        assert_eq!((read.to - read.from, read.factor), (4, 2.5));
        for wrong in ["", "a,b,c", "2026-11-27T12:00:00Z,2026-11-27T08:00:00Z,2"] {
            assert!(matches!(parse_event(wrong), Err(CommandError::Usage(_))), "{wrong}");
        }
    }
}
