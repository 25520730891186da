//! What is seen: a table that is redrawn on a terminal, one line after another anywhere else.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::time::Duration;

use mention::{Cause, Incident, IncidentStatus, Level, NamedKind, Raised, Routed, Term};
use stage::Micros;

use super::generator::Mood;
use super::latency::Latency;
use super::sights::Sights;
use super::story;
use crate::clock::Stopwatch;
use crate::replay::Summary;

const ROUTED_ROWS: usize = 14;
const RAISED_ROWS: usize = 4;
const TERMS: usize = 3;
const PERIOD: Duration = Duration::from_millis(100);

/// Something to be shown.
#[derive(Debug)]
pub(super) enum Shown<'a> {
    Routed(&'a Routed),
    Raised(&'a Raised),
    Incident(&'a Incident),
}

/// A terminal or a pipe.
pub(super) struct Screen<W> {
    out: W,
    live: Option<Live>,
    address: SocketAddr,
}

/// What stands on a terminal.
struct Live {
    routed: VecDeque<String>,
    raised: VecDeque<String>,
    lines: usize,
    drawn: Option<Stopwatch>,
}

impl<W: Write> Screen<W> {
    pub(super) fn new(out: W, is_live: bool, address: SocketAddr) -> Self {
        let live = is_live.then(|| Live {
            routed: VecDeque::new(),
            raised: VecDeque::new(),
            lines: 0,
            drawn: None,
        });
        Self { out, live, address }
    }

    /// Shows one thing, at once or with the next drawing.
    pub(super) fn show(&mut self, shown: &Shown<'_>) -> io::Result<()> {
        let line = line(shown);
        let Some(live) = &mut self.live else {
            writeln!(self.out, "{line}")?;
            return self.out.flush();
        };
        let (rows, most) = match shown {
            Shown::Routed(_) => (&mut live.routed, ROUTED_ROWS),
            Shown::Raised(_) | Shown::Incident(_) => (&mut live.raised, RAISED_ROWS),
        };
        if rows.len() == most {
            rows.pop_front();
        }
        rows.push_back(paint(shown, line));
        Ok(())
    }

    /// Draws the table again, now and then.
    pub(super) fn draw(&mut self, now: Micros, summary: &Summary) -> io::Result<()> {
        let Some(live) = &mut self.live else { return Ok(()) };
        if live.drawn.is_some_and(|drawn| drawn.elapsed() < PERIOD) {
            return Ok(());
        }
        live.drawn = Some(Stopwatch::start());
        let mut lines = head(now, summary, self.address);
        lines.extend(padded(&live.routed, ROUTED_ROWS));
        lines.push("\x1b[1mEscalations\x1b[0m".to_owned());
        lines.extend(padded(&live.raised, RAISED_ROWS));
        let mut frame = String::new();
        if live.lines > 0 {
            frame.push_str(&format!("\x1b[{}A", live.lines));
        }
        let width = width();
        for line in &lines {
            frame.push_str(&cut(line, width));
            frame.push_str("\x1b[0m\x1b[K\r\n");
        }
        live.lines = lines.len();
        self.out.write_all(frame.as_bytes())?;
        self.out.flush()
    }

    /// Shows what it came to.
    pub(super) fn end(
        &mut self,
        summary: &Summary,
        sights: &Sights,
        latency: &Latency,
        took: Duration,
    ) -> io::Result<()> {
        let mut words = String::new();
        // Writing to a string cannot fail.
        let _ = summary.outcomes(&mut words);
        let (p50, p99) = (latency.percentile(50), latency.percentile(99));
        writeln!(self.out, "\n{} mentions in {:.1} s", summary.heard, took.as_secs_f64())?;
        write!(self.out, "{words}{sights}")?;
        writeln!(self.out, "from hearing a mention to routing it: p50 {p50} µs, p99 {p99} µs")?;
        self.out.flush()
    }
}

fn head(now: Micros, summary: &Summary, address: SocketAddr) -> Vec<String> {
    let (clock, mood) = (story::clock(now), mood(now));
    let counts = |counts: &std::collections::BTreeMap<String, u64>| {
        let each: Vec<_> = counts.iter().map(|(name, n)| format!("{name} {n}")).collect();
        each.join("  ")
    };
    let mut known = summary.clone();
    known.close(0);
    vec![
        format!("\x1b[1mNorthline, Friday {clock}  {mood}\x1b[0m  http://{address}/metrics"),
        format!(
            "heard {}  routed {}  updated {}  withdrawn {}  spread {}  redelivered {}  own {}  \
             escalations {}",
            known.heard,
            known.routed,
            known.updated,
            known.withdrawn,
            known.spread,
            known.redelivered,
            known.own,
            known.raised
        ),
        format!("{}   {}", counts(&known.by_level), counts(&known.by_queue)),
        "\x1b[1mRouted: time, level, queue, author (followers), score = its weightiest terms, due, text\x1b[0m"
            .to_owned(),
    ]
}

fn mood(now: Micros) -> &'static str {
    match story::mood(now) {
        Mood::Calm => "all is well",
        Mood::Outage => "\x1b[31mthe network is down in the south",
        Mood::Recovery => "the network is back",
    }
}

fn padded(rows: &VecDeque<String>, most: usize) -> impl Iterator<Item = String> {
    rows.iter().cloned().chain(std::iter::repeat(String::new())).take(most)
}

fn line(shown: &Shown<'_>) -> String {
    match shown {
        Shown::Routed(routed) => row(routed),
        Shown::Raised(raised) => {
            let who = format!("{}/{}", raised.platform, raised.author_id);
            let cause = match raised.cause {
                Cause::Breach => "",
                Cause::Foreseen => "breach foreseen: ",
                Cause::NotAccepted => "hand-off not accepted: ",
                Cause::Idle => "owner idle: ",
            };
            format!("{}  !! {who}: {cause}{}", story::clock(raised.due_at), raised.explanation)
        }
        Shown::Incident(incident) if incident.status == IncidentStatus::Open => format!(
            "{}  ** incident {}: {}, severity {} of 10, told: {}",
            story::clock(incident.revised_at),
            incident.incident_id,
            incident.title,
            incident.severity,
            incident.stakeholders.join(", ")
        ),
        Shown::Incident(incident) => {
            let clock = story::clock(incident.revised_at);
            format!("{clock}  ** incident {} is over", incident.incident_id)
        }
    }
}

fn row(routed: &Routed) -> String {
    let Routed { mention, priority, route, disposition, .. } = routed;
    let handle = mention.author.handle.as_deref().unwrap_or(&mention.author.id);
    let due = route.due.acknowledge_at.or(route.due.respond_at);
    let due = due.map_or("no clock".to_owned(), |at| format!("due {}", story::clock(at)));
    let what = match disposition {
        mention::Disposition::Routed => said(routed),
        mention::Disposition::Updated => format!("edited: {}", excerpt(&mention.text)),
        mention::Disposition::Withdrawn => "taken back".to_owned(),
        mention::Disposition::HandedOff => "handed off".to_owned(),
        mention::Disposition::Accepted => "accepted".to_owned(),
        mention::Disposition::Returned => "handed back".to_owned(),
        mention::Disposition::Breached => "a deadline was missed".to_owned(),
        mention::Disposition::Reopened => "open again".to_owned(),
        mention::Disposition::Resolved => "closed".to_owned(),
        mention::Disposition::Responded => "answered".to_owned(),
        mention::Disposition::Eased => "answered by another user".to_owned(),
    };
    // What is told of a case weighs no mention.
    let (who, why) = match priority.terms.as_slice() {
        [] => (format!("@{handle}"), String::new()),
        terms => (
            format!("@{handle} ({})", reach(mention.author.followers.unwrap_or(0))),
            format!("{:>3} = {}", priority.score, why(terms)),
        ),
    };
    format!(
        "{}  {:?}  {:<12}  {who:<24}  {why:<46}  {due:<9}  {what}",
        story::clock(routed.decided_at),
        priority.level,
        route.queue,
    )
}

/// What was said, and which executive it names.
fn said(routed: &Routed) -> String {
    let mut named = routed.priority.named.iter();
    let text = excerpt(&routed.mention.text);
    match named.find(|named| named.kind == NamedKind::Executive) {
        Some(named) => format!("[names {}] {text}", named.name),
        None => text,
    }
}

/// The terms that weigh most.
fn why(terms: &[Term]) -> String {
    let mut terms: Vec<_> = terms.iter().filter(|term| term.points != 0).collect();
    terms.sort_by_key(|term| std::cmp::Reverse(term.points.abs()));
    let shown = terms.iter().take(TERMS);
    let mut each: Vec<_> = shown.map(|t| format!("{} {:+}", t.name, t.points)).collect();
    if terms.len() > TERMS {
        each.push("…".to_owned());
    }
    each.join(" ")
}

fn reach(followers: i64) -> String {
    match followers {
        1_000_000.. => format!("{:.1}M", followers as f64 / 1e6),
        10_000.. => format!("{}k", followers / 1000),
        _ => followers.to_string(),
    }
}

/// The start of a text, without what would move the cursor.
fn excerpt(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(70).collect()
}

fn paint(shown: &Shown<'_>, line: String) -> String {
    let colour = match shown {
        Shown::Raised(_) => "33",
        Shown::Incident(_) => "35",
        Shown::Routed(routed) => match routed.priority.level {
            Level::P1 => "1;31",
            Level::P2 => "33",
            Level::P3 => "0",
            Level::P4 | Level::P5 => "2",
        },
    };
    format!("\x1b[{colour}m{line}")
}

/// The start of a line that fits; escape sequences take no place.
fn cut(line: &str, width: usize) -> String {
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

/// Columns of the terminal.
fn width() -> usize {
    let size = rustix::termios::tcgetwinsize(io::stdout());
    size.map_or(120, |size| usize::from(size.ws_col)).max(40)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_cut_by_what_is_seen() {
        let cases = [
            ("plain", 3, "pla"),
            ("\x1b[1;31mred\x1b[0m", 2, "\x1b[1;31mre"),
            ("\x1b[1mab\x1b[0m", 2, "\x1b[1mab\x1b[0m"),
            ("µµµ", 2, "µµ"),
        ];
        for (line, width, expected) in cases {
            assert_eq!(cut(line, width), expected, "{line:?}");
        }
    }

    #[test]
    fn an_excerpt_cannot_move_the_cursor() {
        assert_eq!(excerpt("a\x1b[2Jb\nc"), "a [2Jb c");
    }

    #[test]
    fn followers_are_shown_in_few_letters() {
        let cases = [(0, "0"), (9_999, "9999"), (12_345, "12k"), (1_240_000, "1.2M")];
        for (followers, expected) in cases {
            assert_eq!(reach(followers), expected);
        }
    }
}
