//! `harken forecast`: how many answers the hours ahead will need, and how many agents that takes.
//!
//! The forecast is the crate `forecast`; here a file is read and the outcome told.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use forecast::{Backlog, Expected, Live, Planned, ahead, deferred, live};
use jiff::Timestamp;
use serde_json::json;

use crate::cli::ForecastArgs;
use crate::{Problem, output};

/// Forecasts from a file.
///
/// # Errors
/// [`Problem::Usage`] when the file cannot be read, holds no hour, or a line or an event is wrong.
pub fn command(args: &ForecastArgs) -> Result<(), Problem> {
    let shown = args.file.display();
    let text = std::fs::read_to_string(&args.file)
        .map_err(|e| Problem::Usage(format!("read {shown}: {e}")))?;
    let history = history(&text, &args.file)?;
    let events: Result<Vec<Planned>, Problem> = args.events.iter().map(|e| event(e)).collect();
    let expected = ahead(&history, usize::from(args.hours), &events?);
    let told = Told::new(args, &expected);
    output::text(&if args.json { told.json() } else { told.table() })
}

/// Counts by hour, in order; lines of the same hour are added up.
fn history(text: &str, path: &Path) -> Result<Vec<(i64, f64)>, Problem> {
    let mut hours = BTreeMap::new();
    for (place, line) in text.lines().enumerate() {
        let line = line.trim();
        let is_head = place == 0 && line.starts_with(|c: char| c.is_ascii_alphabetic());
        if line.is_empty() || is_head {
            continue;
        }
        let read = line.split_once(',').and_then(|(at, count)| {
            let count = count.trim().parse::<u32>().ok()?;
            Some((hour(at)?, f64::from(count)))
        });
        let (hour, count) = read.ok_or_else(|| {
            let right = "an hour and a count, such as 2026-11-23T10:00:00Z,31";
            Problem::Usage(format!("read {}: line {}: takes {right}", path.display(), place + 1))
        })?;
        *hours.entry(hour).or_insert(0.0) += count;
    }
    if hours.is_empty() {
        return Err(Problem::Usage(format!("find an hour in {}", path.display())));
    }
    Ok(hours.into_iter().collect())
}

fn hour(text: &str) -> Option<i64> {
    let at: Timestamp = text.trim().parse().ok()?;
    Some(at.as_second().div_euclid(3600))
}

fn event(text: &str) -> Result<Planned, Problem> {
    let parts: Vec<&str> = text.split(',').collect();
    let read = || {
        let [from, to, times] = parts[..] else { return None };
        let (from, to) = (hour(from)?, hour(to)?);
        let times = times.trim().parse::<f64>().ok()?;
        let is_right = from < to && times > 0.0 && times < 1000.0;
        is_right.then_some(Planned { from, to, times })
    };
    read().ok_or_else(|| {
        let right = "FROM,TO,TIMES, such as 2026-11-27T08:00:00Z,2026-11-27T12:00:00Z,2.5";
        Problem::Usage(format!("read the event {text}: takes {right}"))
    })
}

/// What is told.
struct Told {
    hours: Vec<(Expected, Live, Live)>,
    agents: u32,
    share: f64,
    within: u32,
}

impl Told {
    fn new(args: &ForecastArgs, expected: &[Expected]) -> Self {
        let (handling, share) = (f64::from(args.handling), f64::from(args.share) / 100.0);
        let live = |mean| live(mean, handling, f64::from(args.live_within), share);
        let means: Vec<f64> = expected.iter().map(|hour| hour.mean).collect();
        let wanted = Backlog { handling, within: args.deferred_within, share };
        let (agents, share) = deferred(&means, &wanted);
        let hours = expected.iter().map(|hour| (*hour, live(hour.mean), live(hour.high)));
        Self { hours: hours.collect(), agents, share, within: args.deferred_within }
    }

    fn table(&self) -> String {
        let head = "hour                   expected     low    high   live agents (Erlang C): expected, high\n";
        let mut out = head.to_owned();
        for (hour, usual, busy) in &self.hours {
            let Expected { mean, low, high, .. } = hour;
            // Writing to a string never fails.
            let _ = writeln!(
                out,
                "{:20} {mean:10.1} {low:7.1} {high:7.1} {:29} {:10}",
                shown(hour.hour),
                usual.agents,
                busy.agents
            );
        }
        let (share, within) = (self.share * 100.0, self.within);
        let _ = writeln!(
            out,
            "work that may wait (backlog simulation): {} agents through all hours answer {share:.0} % \
             within {within} min",
            self.agents
        );
        out
    }

    fn json(&self) -> String {
        let hours = self.hours.iter().map(|(hour, usual, busy)| {
            json!({
                "hour": shown(hour.hour),
                "expected": hour.mean,
                "low": hour.low,
                "high": hour.high,
                "live": { "method": "erlang_c", "agents": usual.agents, "within": usual.within,
                          "wait_seconds": usual.wait, "busy": usual.busy },
                "live_high": { "method": "erlang_c", "agents": busy.agents },
            })
        });
        let hours: Vec<_> = hours.collect();
        let deferred = json!({ "method": "backlog_simulation", "agents": self.agents,
                               "share": self.share, "within_minutes": self.within });
        format!("{}\n", json!({ "hours": hours, "deferred": deferred }))
    }
}

fn shown(hour: i64) -> String {
    Timestamp::from_second(hour * 3600).map(|at| at.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_history_is_lines_of_hour_and_count_with_or_without_a_head() {
        let text = "hour,count\n2026-11-23T10:00:00Z,3\n\n2026-11-23T10:59:00Z, 4\n2026-11-23T12:00:00Z,0\n";
        let hours = history(text, Path::new("x")).unwrap();
        let first = hour("2026-11-23T10:00:00Z").unwrap();
        assert_eq!(hours, [(first, 7.0), (first + 2, 0.0)]);
        assert_eq!(shown(first), "2026-11-23T10:00:00Z");
        for wrong in ["", "hour,count\n", "2026-11-23T10:00:00Z,3\nx,3", "2026-11-23T10:00:00Z,-3"]
        {
            assert!(matches!(history(wrong, Path::new("x")), Err(Problem::Usage(_))), "{wrong}");
        }
    }

    #[test]
    fn an_event_goes_forward_and_changes_something() {
        let read = event("2026-11-27T08:00:00Z,2026-11-27T12:00:00Z,2.5").unwrap();
        assert_eq!((read.to - read.from, read.times), (4, 2.5));
        for wrong in ["", "a,b,c", "2026-11-27T12:00:00Z,2026-11-27T08:00:00Z,2"] {
            assert!(matches!(event(wrong), Err(Problem::Usage(_))), "{wrong}");
        }
    }
}
