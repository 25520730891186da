//! The counts of a replay or demo, as JSON for `--summary` and as text.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use mention::{Disposition, Filtered, Routed, Unique};
use pipeline::input::TimeReport;
use serde::Serialize;
use stage::EventTime;

type CountsByName = BTreeMap<String, u64>;

/// The outcome of each line and mention of the input.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Lines read.
    pub lines: u64,
    /// Malformed lines.
    #[serde(rename = "refused")]
    pub rejected: u64,
    /// Malformed lines by reason.
    #[serde(rename = "refused_by_reason")]
    pub rejected_by_reason: CountsByName,
    /// Well-formed payloads that are not mentions, by kind.
    pub skipped: CountsByName,
    /// Mentions whose publication time was too far ahead of the file and was capped.
    pub capped_times: u64,
    /// The lines of the first capped mentions.
    pub capped_lines: Vec<u64>,
    /// Mentions received, including edits and deletions.
    #[serde(rename = "heard")]
    pub received: u64,
    /// Redeliveries.
    pub redelivered: u64,
    /// Reposts and folded copies.
    pub spread: u64,
    /// Mentions published by owned accounts.
    pub own: u64,
    /// Mentions routed.
    pub routed: u64,
    /// Edits of routed mentions.
    pub updated: u64,
    /// Revised decisions: a re-score changed level or score.
    pub revised: u64,
    /// Routed mentions withdrawn by their authors.
    pub withdrawn: u64,
    /// Dropped by a filter.
    pub filtered: u64,
    /// Mentions without any other outcome: edits and deletions of mentions that were never routed.
    pub left_out: u64,
    /// Records rejected by a stage.
    pub dead_letters: u64,
    /// Escalations in the time span of the input.
    pub raised: u64,
    /// Incidents opened.
    pub incidents: u64,
    /// Routed mentions by level.
    pub by_level: CountsByName,
    /// Routed mentions by queue.
    pub by_queue: CountsByName,
    /// Filtered mentions by rule.
    pub filtered_by_rule: CountsByName,
    /// Routed mentions by likeliest sentiment, or by the reason for abstaining.
    pub by_sentiment: CountsByName,
    #[serde(skip)]
    unique: u64,
    #[serde(skip)]
    times: TimeReport,
}

impl Summary {
    pub(crate) fn reject(&mut self, reason: &str) {
        self.rejected += 1;
        count(&mut self.rejected_by_reason, reason);
    }

    pub(crate) fn skip(&mut self, kind: &str) {
        count(&mut self.skipped, kind);
    }

    pub(crate) fn note_times(&mut self, times: &TimeReport) {
        self.capped_times = times.capped;
        self.capped_lines = times.first_capped.iter().map(|capped| capped.line).collect();
        self.times = times.clone();
    }

    pub(crate) fn unique(&mut self, unique: &Unique) {
        self.unique += 1;
        self.own += u64::from(unique.mention.is_own);
    }

    pub(crate) fn routed(&mut self, routed: &Routed) {
        match routed.disposition {
            Disposition::Updated if routed.priority.revision > 1 => self.revised += 1,
            Disposition::Updated => self.updated += 1,
            Disposition::Withdrawn => self.withdrawn += 1,
            Disposition::Routed => {
                self.routed += 1;
                count(&mut self.by_level, &format!("{:?}", routed.priority.level));
                count(&mut self.by_queue, &routed.route.queue);
                count(&mut self.by_sentiment, sentiment(routed));
            }
            // Control records change a case; they are no outcome of a mention.
            Disposition::HandedOff
            | Disposition::Accepted
            | Disposition::Returned
            | Disposition::Breached
            | Disposition::Reopened
            | Disposition::Resolved
            | Disposition::Responded
            | Disposition::Eased => {}
        }
    }

    pub(crate) fn filtered(&mut self, filtered: &Filtered) {
        self.filtered += 1;
        count(&mut self.filtered_by_rule, &filtered.rule);
    }

    /// Computes the counts that no topic records, as what remains of the total.
    pub(crate) fn close(&mut self, dead_at_dedupe: u64) {
        // Every received mention is unique, spread, rejected by dedupe, or a redelivery.
        let accounted = self.unique + self.spread + dead_at_dedupe;
        self.redelivered = self.received.saturating_sub(accounted);
        let rejected_later = self.dead_letters - dead_at_dedupe;
        let outcomes =
            self.own + self.routed + self.updated + self.withdrawn + self.filtered + rejected_later;
        self.left_out = self.unique.saturating_sub(outcomes);
    }

    /// Whether the input has lines and all of them are malformed.
    #[must_use]
    pub fn has_no_valid_line(&self) -> bool {
        self.rejected > 0 && self.received == 0 && self.skipped.is_empty()
    }
}

fn count(counts: &mut CountsByName, name: &str) {
    match counts.get_mut(name) {
        Some(n) => *n += 1,
        // Avoids allocating the name for every count.
        None => drop(counts.insert(name.to_owned(), 1)),
    }
}

fn sentiment(routed: &Routed) -> &str {
    let understanding = &routed.understanding;
    match understanding.sentiment {
        Some(p) if p.negative >= p.neutral && p.negative >= p.positive => "negative",
        Some(p) if p.positive >= p.neutral => "positive",
        Some(_) => "neutral",
        None => understanding.abstained.as_deref().unwrap_or("none"),
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            out,
            "{} lines: {} received, {} rejected",
            self.lines, self.received, self.rejected
        )?;
        write_counts(out, "skipped", &self.skipped)?;
        write_times(out, &self.times)?;
        self.outcomes(out)
    }
}

impl Summary {
    /// Renders the outcomes of the received mentions. The first line is an equation that balances.
    pub(crate) fn outcomes(&self, out: &mut impl fmt::Write) -> fmt::Result {
        writeln!(
            out,
            "received {} = {} routed + {} updated + {} withdrawn + {} redelivered + {} spread + {} own \
             + {} filtered + {} left out + {} dead letters",
            self.received,
            self.routed,
            self.updated,
            self.withdrawn,
            self.redelivered,
            self.spread,
            self.own,
            self.filtered,
            self.left_out,
            self.dead_letters
        )?;
        write_counts(out, "levels", &self.by_level)?;
        write_counts(out, "queues", &self.by_queue)?;
        write_counts(out, "filtered", &self.filtered_by_rule)?;
        write_counts(out, "sentiment", &self.by_sentiment)?;
        if self.revised > 0 {
            writeln!(out, "{} decisions revised", self.revised)?;
        }
        if self.incidents > 0 {
            writeln!(out, "{} incidents opened", self.incidents)?;
        }
        writeln!(out, "{} deadlines missed", self.raised)
    }
}

/// What is wrong with the times of the file; nothing for most files.
fn write_times(out: &mut impl fmt::Write, times: &TimeReport) -> fmt::Result {
    let shown = |time: EventTime| {
        Timestamp::from_microsecond(time.as_micros()).map_or(String::new(), |time| time.to_string())
    };
    if times.capped > 0 {
        let (count, verb) = match times.capped {
            1 => ("1 time".to_owned(), "is"),
            more => (format!("{more} times"), "are"),
        };
        writeln!(out, "{count} in published_at {verb} ahead of the lines around and capped:")?;
        for capped in &times.first_capped {
            let (at, to) = (shown(capped.published_at), shown(capped.received_at));
            writeln!(out, "  line {}: {at} capped to {to}", capped.line)?;
        }
    }
    if times.is_newest_first {
        let remedy = "sort it from oldest to newest";
        writeln!(
            out,
            "the file begins with its newest mention, and all are received at its time: {remedy}"
        )?;
    }
    Ok(())
}

fn write_counts(out: &mut impl fmt::Write, title: &str, counts: &CountsByName) -> fmt::Result {
    if counts.is_empty() {
        return Ok(());
    }
    let each: Vec<_> = counts.iter().map(|(name, n)| format!("{name} {n}")).collect();
    writeln!(out, "{title}: {}", each.join(", "))
}
