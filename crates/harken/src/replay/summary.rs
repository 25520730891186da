//! What was counted: for `--summary` as JSON, for people in words.

use std::collections::BTreeMap;
use std::fmt;

use mention::{Disposition, Filtered, Routed, Unique};
use serde::Serialize;

type Counts = BTreeMap<String, u64>;

/// What became of everything in the input.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Lines of the input.
    pub lines: u64,
    /// Those refused.
    pub refused: u64,
    /// Those refused, by reason.
    pub refused_by_reason: Counts,
    /// Well-formed pieces that are no mentions, by kind.
    pub skipped: Counts,
    /// Mentions, and changes of mentions, heard.
    pub heard: u64,
    /// Those heard before.
    pub redelivered: u64,
    /// Reposts and folded copies.
    pub spread: u64,
    /// The brand's own.
    pub own: u64,
    /// Routed as work.
    pub routed: u64,
    /// Routed as a new version of earlier work.
    pub updated: u64,
    /// Decisions about routed mentions that were revised, because what they rest on has changed.
    pub revised: u64,
    /// Routed as taken back by their authors.
    pub withdrawn: u64,
    /// Dropped by a filter.
    pub filtered: u64,
    /// Left out for any other reason: an edit or a deletion of what was never routed.
    pub left_out: u64,
    /// Refused by a stage.
    pub dead_letters: u64,
    /// Deadlines missed while the time of the input passed.
    pub raised: u64,
    /// Outbreaks noticed.
    pub incidents: u64,
    /// Routed as work, by level.
    pub by_level: Counts,
    /// Routed as work, by queue.
    pub by_queue: Counts,
    /// Dropped by a filter, by the rule it names.
    pub filtered_by_rule: Counts,
    /// Routed as work, by the likeliest sentiment, or the reason why there is none.
    pub by_sentiment: Counts,
    #[serde(skip)]
    unique: u64,
}

impl Summary {
    pub(crate) fn refuse(&mut self, reason: &str) {
        self.refused += 1;
        count(&mut self.refused_by_reason, reason);
    }

    pub(crate) fn skip(&mut self, kind: &str) {
        count(&mut self.skipped, kind);
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
            // These tell of a case, not of a mention.
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

    /// Finds what no topic says: it is what the others leave of the whole.
    pub(crate) fn close(&mut self, dead_at_dedupe: u64) {
        let passed = self.unique + self.spread + dead_at_dedupe;
        self.redelivered = self.heard.saturating_sub(passed);
        let inner = self.dead_letters - dead_at_dedupe;
        let out = self.own + self.routed + self.updated + self.withdrawn + self.filtered + inner;
        self.left_out = self.unique.saturating_sub(out);
    }

    /// Whether there was something to read, and none of it could be.
    #[must_use]
    pub fn is_hopeless(&self) -> bool {
        self.refused > 0 && self.heard == 0 && self.skipped.is_empty()
    }
}

fn count(counts: &mut Counts, name: &str) {
    match counts.get_mut(name) {
        Some(n) => *n += 1,
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
        writeln!(out, "{} lines: {} heard, {} refused", self.lines, self.heard, self.refused)?;
        listed(out, "skipped", &self.skipped)?;
        self.outcomes(out)
    }
}

impl Summary {
    /// What became of the mentions heard, in words; the numbers of its first line add up.
    pub(crate) fn outcomes(&self, out: &mut impl fmt::Write) -> fmt::Result {
        writeln!(
            out,
            "heard {} = {} routed + {} updated + {} withdrawn + {} redelivered + {} spread + {} own \
             + {} filtered + {} left out + {} dead letters",
            self.heard,
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
        listed(out, "levels", &self.by_level)?;
        listed(out, "queues", &self.by_queue)?;
        listed(out, "filtered", &self.filtered_by_rule)?;
        listed(out, "sentiment", &self.by_sentiment)?;
        if self.revised > 0 {
            writeln!(out, "{} decisions revised", self.revised)?;
        }
        if self.incidents > 0 {
            writeln!(out, "{} incidents noticed", self.incidents)?;
        }
        writeln!(out, "{} deadlines missed", self.raised)
    }
}

fn listed(out: &mut impl fmt::Write, what: &str, counts: &Counts) -> fmt::Result {
    if counts.is_empty() {
        return Ok(());
    }
    let each: Vec<_> = counts.iter().map(|(name, n)| format!("{name} {n}")).collect();
    writeln!(out, "{what}: {}", each.join(", "))
}
