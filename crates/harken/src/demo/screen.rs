//! The output of the demo: a table redrawn in place on a terminal, one line per event elsewhere.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::time::Duration;

use mention::{Cause, Incident, IncidentStatus, Level, Raised, Routed, Term, WatchlistKind};
use stage::EventTime;

use super::generator::Phase;
use super::latency::LatencyHistogram;
use super::report::DemoReport;
use super::scenario;
use crate::replay::Summary;
use pipeline::clock::Stopwatch;

const ROUTED_ROWS: usize = 14;
const RAISED_ROWS: usize = 4;
const TERMS: usize = 3;
const PERIOD: Duration = Duration::from_millis(100);

/// An event to show.
#[derive(Debug)]
pub(super) enum ScreenEvent<'a> {
    Routed(&'a Routed),
    Raised(&'a Raised),
    Incident(&'a Incident),
}

/// The output, a terminal or a pipe.
pub(super) struct Screen<W> {
    out: W,
    live: Option<TerminalView>,
    address: SocketAddr,
}

/// The state of the table on a terminal.
struct TerminalView {
    routed: VecDeque<String>,
    raised: VecDeque<String>,
    lines: usize,
    drawn: Option<Stopwatch>,
}

impl<W: Write> Screen<W> {
    pub(super) fn new(out: W, is_live: bool, address: SocketAddr) -> Self {
        let live = is_live.then(|| TerminalView {
            routed: VecDeque::new(),
            raised: VecDeque::new(),
            lines: 0,
            drawn: None,
        });
        Self { out, live, address }
    }

    /// Shows an event: at once in a pipe, with the next redraw on a terminal.
    pub(super) fn show(&mut self, shown: &ScreenEvent<'_>) -> io::Result<()> {
        let line = event_line(shown);
        let Some(live) = &mut self.live else {
            writeln!(self.out, "{line}")?;
            return self.out.flush();
        };
        let (rows, most) = match shown {
            ScreenEvent::Routed(_) => (&mut live.routed, ROUTED_ROWS),
            ScreenEvent::Raised(_) | ScreenEvent::Incident(_) => (&mut live.raised, RAISED_ROWS),
        };
        if rows.len() == most {
            rows.pop_front();
        }
        rows.push_back(colour(shown, line));
        Ok(())
    }

    /// Redraws the table if the interval has passed.
    pub(super) fn draw(&mut self, now: EventTime, summary: &Summary) -> io::Result<()> {
        let Some(live) = &mut self.live else { return Ok(()) };
        // Redrawing at most ten times a second avoids flicker.
        if live.drawn.is_some_and(|drawn| drawn.elapsed() < PERIOD) {
            return Ok(());
        }
        live.drawn = Some(Stopwatch::start());
        let mut lines = head(now, summary, self.address);
        lines.extend(padded(&live.routed, ROUTED_ROWS));
        lines.push("\x1b[1mEscalations\x1b[0m".to_owned());
        lines.extend(padded(&live.raised, RAISED_ROWS));
        // One write per frame: a terminal would show a partly drawn table.
        let mut frame = String::new();
        if live.lines > 0 {
            frame.push_str(&format!("\x1b[{}A", live.lines));
        }
        let width = width();
        for line in &lines {
            frame.push_str(&truncate(line, width));
            // Reset colours, then erase the rest of a longer line from the previous frame.
            frame.push_str("\x1b[0m\x1b[K\r\n");
        }
        live.lines = lines.len();
        self.out.write_all(frame.as_bytes())?;
        self.out.flush()
    }

    /// Prints the final counts, highlights and latencies.
    pub(super) fn end(
        &mut self,
        summary: &Summary,
        report: &DemoReport,
        latency: &LatencyHistogram,
        took: Duration,
    ) -> io::Result<()> {
        let mut outcomes = String::new();
        // Writing to a string cannot fail.
        let _ = summary.outcomes(&mut outcomes);
        let (p50, p99) = (latency.percentile(50), latency.percentile(99));
        writeln!(self.out, "\n{} mentions in {:.1} s", summary.received, took.as_secs_f64())?;
        write!(self.out, "{outcomes}{report}")?;
        writeln!(
            self.out,
            "latency from receiving to routing a mention: p50 {p50} µs, p99 {p99} µs"
        )?;
        self.out.flush()
    }
}

fn head(now: EventTime, summary: &Summary, address: SocketAddr) -> Vec<String> {
    let (clock, mood) = (scenario::format_clock(now), phase_text(now));
    let counts = |counts: &std::collections::BTreeMap<String, u64>| {
        let each: Vec<_> = counts.iter().map(|(name, n)| format!("{name} {n}")).collect();
        each.join("  ")
    };
    // Derived counts need closed totals; the running summary must stay open.
    let mut totals = summary.clone();
    totals.close(0);
    vec![
        format!("\x1b[1mNorthline, Friday {clock}  {mood}\x1b[0m  http://{address}/metrics"),
        format!(
            "received {}  routed {}  updated {}  withdrawn {}  spread {}  redelivered {}  own {}  \
             escalations {}",
            totals.received,
            totals.routed,
            totals.updated,
            totals.withdrawn,
            totals.spread,
            totals.redelivered,
            totals.own,
            totals.raised
        ),
        format!("{}   {}", counts(&totals.by_level), counts(&totals.by_queue)),
        "\x1b[1mRouted: time, level, queue, author (followers), score = largest terms, due, text\x1b[0m"
            .to_owned(),
    ]
}

fn phase_text(now: EventTime) -> &'static str {
    match scenario::phase_at(now) {
        Phase::Calm => "normal operation",
        Phase::Outage => "\x1b[31mthe network is down in the south",
        Phase::Recovery => "the network is back",
    }
}

fn padded(rows: &VecDeque<String>, most: usize) -> impl Iterator<Item = String> {
    rows.iter().cloned().chain(std::iter::repeat(String::new())).take(most)
}

fn event_line(shown: &ScreenEvent<'_>) -> String {
    match shown {
        ScreenEvent::Routed(routed) => routed_row(routed),
        ScreenEvent::Raised(raised) => {
            let author = format!("{}/{}", raised.platform, raised.author_id);
            let cause = match raised.cause {
                Cause::Breach => "",
                Cause::Foreseen => "breach foreseen: ",
                Cause::NotAccepted => "hand-off not accepted: ",
                Cause::Idle => "owner idle: ",
            };
            format!(
                "{}  !! {author}: {cause}{}",
                scenario::format_clock(raised.due_at),
                raised.explanation
            )
        }
        ScreenEvent::Incident(incident) if incident.status == IncidentStatus::Open => format!(
            "{}  ** incident {}: {}, severity {} of 10, informed: {}",
            scenario::format_clock(incident.revised_at),
            incident.incident_id,
            incident.title,
            incident.severity,
            incident.stakeholders.join(", ")
        ),
        ScreenEvent::Incident(incident) => {
            let clock = scenario::format_clock(incident.revised_at);
            format!("{clock}  ** incident {} closed", incident.incident_id)
        }
    }
}

fn routed_row(routed: &Routed) -> String {
    let Routed { mention, priority, route, disposition, .. } = routed;
    let handle = mention.author.handle.as_deref().unwrap_or(&mention.author.id);
    let due = route.due.acknowledge_at.or(route.due.respond_at);
    let due = due.map_or("no clock".to_owned(), |at| format!("due {}", scenario::format_clock(at)));
    let what = match disposition {
        mention::Disposition::Routed => headline(routed),
        mention::Disposition::Updated => format!("edited: {}", excerpt(&mention.text)),
        mention::Disposition::Withdrawn => "withdrawn".to_owned(),
        mention::Disposition::HandedOff => "handed off".to_owned(),
        mention::Disposition::Accepted => "accepted".to_owned(),
        mention::Disposition::Returned => "returned".to_owned(),
        mention::Disposition::Breached => "due time missed".to_owned(),
        mention::Disposition::Reopened => "reopened".to_owned(),
        mention::Disposition::Resolved => "resolved".to_owned(),
        mention::Disposition::Responded => "answered".to_owned(),
        mention::Disposition::Eased => "answered by another user".to_owned(),
    };
    // Control records carry no score.
    let (who, why) = match priority.terms.as_slice() {
        [] => (format!("@{handle}"), String::new()),
        terms => (
            format!("@{handle} ({})", short_count(mention.author.followers.unwrap_or(0))),
            format!("{:>3} = {}", priority.score, top_terms(terms)),
        ),
    };
    format!(
        "{}  {:?}  {:<12}  {who:<24}  {why:<46}  {due:<9}  {what}",
        scenario::format_clock(routed.decided_at),
        priority.level,
        route.queue,
    )
}

/// The text, with the executive it names.
fn headline(routed: &Routed) -> String {
    let mut named = routed.priority.named.iter();
    let text = excerpt(&routed.mention.text);
    match named.find(|named| named.kind == WatchlistKind::Executive) {
        Some(named) => format!("[names {}] {text}", named.name),
        None => text,
    }
}

/// The largest terms of the score.
fn top_terms(terms: &[Term]) -> String {
    let mut terms: Vec<_> = terms.iter().filter(|term| term.points != 0).collect();
    terms.sort_by_key(|term| std::cmp::Reverse(term.points.abs()));
    let shown = terms.iter().take(TERMS);
    let mut each: Vec<_> = shown.map(|t| format!("{} {:+}", t.name, t.points)).collect();
    if terms.len() > TERMS {
        each.push("…".to_owned());
    }
    each.join(" ")
}

fn short_count(followers: i64) -> String {
    match followers {
        1_000_000.. => format!("{:.1}M", followers as f64 / 1e6),
        10_000.. => format!("{}k", followers / 1000),
        _ => followers.to_string(),
    }
}

/// The first 70 characters of a text; control characters become spaces.
fn excerpt(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(70).collect()
}

fn colour(shown: &ScreenEvent<'_>, line: String) -> String {
    let colour = match shown {
        ScreenEvent::Raised(_) => "33",
        ScreenEvent::Incident(_) => "35",
        ScreenEvent::Routed(routed) => match routed.priority.level {
            Level::P1 => "1;31",
            Level::P2 => "33",
            Level::P3 => "0",
            Level::P4 | Level::P5 => "2",
        },
    };
    format!("\x1b[{colour}m{line}")
}

/// Truncates a line to a width; escape sequences have width 0.
fn truncate(line: &str, width: usize) -> String {
    let (mut left, mut is_escape) = (width, false);
    let fits = |c: &char| {
        match (is_escape, *c) {
            (false, '\x1b') => is_escape = true,
            (true, c) => is_escape = !c.is_ascii_alphabetic(),
            (false, _) if left == 0 => return false,
            (false, _) => left -= 1,
        }
        true
    };
    line.chars().take_while(fits).collect()
}

/// Width of the terminal in columns.
fn width() -> usize {
    let size = rustix::termios::tcgetwinsize(io::stdout());
    size.map_or(120, |size| usize::from(size.ws_col)).max(40)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_truncated_by_its_visible_width() {
        let cases = [
            ("plain", 3, "pla"),
            ("\x1b[1;31mred\x1b[0m", 2, "\x1b[1;31mre"),
            ("\x1b[1mab\x1b[0m", 2, "\x1b[1mab\x1b[0m"),
            ("µµµ", 2, "µµ"),
        ];
        for (line, width, expected) in cases {
            assert_eq!(truncate(line, width), expected, "{line:?}");
        }
    }

    #[test]
    fn an_excerpt_has_no_control_characters() {
        assert_eq!(excerpt("a\x1b[2Jb\nc"), "a [2Jb c");
    }

    #[test]
    fn follower_counts_are_abbreviated() {
        let cases = [(0, "0"), (9_999, "9999"), (12_345, "12k"), (1_240_000, "1.2M")];
        for (followers, expected) in cases {
            assert_eq!(short_count(followers), expected);
        }
    }
}
