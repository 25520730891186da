//! `harken rules diff`: a recorded day decided by two sets of rules, and where they differ.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Read;
use std::path::Path;

use mention::{Filtered, Mention, Prioritized, Raised, Routed, topics};
use stage::memory::Broker;
use stage::{Micros, Taps};

use super::decided::Decided;
use crate::chain;
use crate::cli::{RecordedFormat, RulesDiffArgs};
use crate::config::{Config, Place};
use crate::embedded::{CHUNK, Edge, Turn, append, drive, take};
use crate::replay::{Line, Lines, open};
use crate::{Problem, output};

/// As many differences are told one by one.
const TOLD: usize = 20;

/// What was decided, by mention and by how often it was decided about.
type Decisions = BTreeMap<(String, i64), Decided>;

/// A day as one set of rules decides it.
#[derive(Debug, Default)]
struct Day {
    decisions: Decisions,
    raised: usize,
    filtered: usize,
}

/// Compares.
pub(super) fn command(args: &RulesDiffArgs, config: &Config) -> Result<(), Problem> {
    let old = day(&args.old, args, config)?;
    let new = day(&args.new, args, config)?;
    output::text(&told(&old, &new))
}

fn day(place: &Path, args: &RulesDiffArgs, config: &Config) -> Result<Day, Problem> {
    let mut config = config.clone();
    config.escalation.rules = Place::of(place);
    let from = open(&args.over)?;
    let (broker, mut day) = (Broker::new(1), Day::default());
    match args.format.mentions() {
        Some(format) => {
            let lines = Lines::new(from, format, config.ingest.settings());
            let mut recorded = Recorded { lines: Said(lines), day: &mut day };
            drive(&chain::fused(&config, Taps::Off)?, &broker, &mut recorded)?;
        }
        None => {
            let mut recorded = Recorded { lines: Known(from, 0), day: &mut day };
            drive(&chain::escalation(&config)?, &broker, &mut recorded)?;
        }
    }
    if day.decisions.is_empty() && day.filtered == 0 {
        return Err(Problem::Usage(format!("find a mention in {}", args.over.display())));
    }
    Ok(day)
}

fn told(old: &Day, new: &Day) -> String {
    let (mut one_by_one, mut many) = (String::new(), 0);
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    let nothing = Decided::default();
    let mut all: Vec<&(String, i64)> = old.decisions.keys().chain(new.decisions.keys()).collect();
    all.sort();
    all.dedup();
    for key in &all {
        let [was, is] = [old, new].map(|day| day.decisions.get(key));
        let differences = match (was, is) {
            (Some(was), Some(is)) => was.differences(is),
            (Some(was), None) => was.differences(&nothing),
            (None, Some(is)) => is
                .differences(&nothing)
                .into_iter()
                .map(|(name, is, was)| (name, was, is))
                .collect(),
            (None, None) => Vec::new(),
        };
        if differences.is_empty() {
            continue;
        }
        many += 1;
        let each = differences.iter().map(|(name, was, is)| format!("{name}: {was} -> {is}"));
        let each: Vec<_> = each.collect();
        for kind in &each {
            *kinds.entry(kind.clone()).or_default() += 1;
        }
        if many <= TOLD {
            // Writing to a string does not fail.
            let _ = writeln!(one_by_one, "{} ({}): {}", key.0, key.1, each.join("; "));
        }
    }
    if many > TOLD {
        let _ = writeln!(one_by_one, "… and {} more", many - TOLD);
    }
    let mut kinds: Vec<_> = kinds.into_iter().collect();
    kinds.sort_by_key(|(kind, times)| (std::cmp::Reverse(*times), kind.clone()));
    let mut out = format!("{many} of {} decisions would be different\n", all.len());
    let counts =
        [("deadlines missed", old.raised, new.raised), ("filtered", old.filtered, new.filtered)];
    for (what, was, is) in counts.iter().filter(|(_, was, is)| was != is) {
        let _ = writeln!(out, "{what}: {was} -> {is}");
    }
    for (kind, times) in kinds {
        let _ = writeln!(out, "{times:>8}  {kind}");
    }
    if !one_by_one.is_empty() {
        let _ = write!(out, "\n{one_by_one}");
    }
    out
}

/// Brings the next records of a day.
trait Bring {
    /// Whether there were any.
    fn bring(&mut self, broker: &Broker) -> Result<bool, Problem>;
}

/// Mentions, which go through the whole pipeline.
struct Said<R>(Lines<R>);

impl<R: Read> Bring for Said<R> {
    fn bring(&mut self, broker: &Broker) -> Result<bool, Problem> {
        let mut fed = 0;
        while fed < CHUNK {
            let line = self.0.read();
            match line.map_err(|e| Problem::Unavailable(format!("read on: {e}")))? {
                Some(Line::Mention(mention)) => {
                    append(
                        broker,
                        topics::RECEIVED,
                        mention.received_at,
                        &key(&mention),
                        &*mention,
                    );
                    fed += 1;
                }
                Some(Line::Skipped(_) | Line::Refused(..)) => {}
                None => break,
            }
        }
        Ok(fed > 0)
    }
}

/// Routed mentions, as `harken replay` writes them: what they say and how urgent they are is
/// known, and only who acts is decided again.
struct Known<R>(R, Micros);

impl<R: std::io::BufRead> Bring for Known<R> {
    fn bring(&mut self, broker: &Broker) -> Result<bool, Problem> {
        let mut fed = 0;
        let mut text = String::new();
        while fed < CHUNK {
            text.clear();
            let read = self.0.read_line(&mut text);
            if read.map_err(|e| Problem::Unavailable(format!("read on: {e}")))? == 0 {
                break;
            }
            let Ok(routed) = serde_json::from_str::<Routed>(&text) else { continue };
            let Routed { mention, findings, understanding, priority, .. } = routed;
            // Time does not run backwards in a partition.
            self.1 = self.1.max(mention.received_at);
            let key = key(&mention);
            let fact = Prioritized { mention, findings, understanding, priority };
            append(broker, topics::PRIORITIZED, self.1, &key, &fact);
            fed += 1;
        }
        Ok(fed > 0)
    }
}

fn key(mention: &Mention) -> Vec<u8> {
    let mut key = Vec::with_capacity(64);
    mention.key(&mut key);
    key
}

/// Both ends of the pipeline.
struct Recorded<'a, B> {
    lines: B,
    day: &'a mut Day,
}

impl<B: Bring> Edge for Recorded<'_, B> {
    fn turn(&mut self, broker: &Broker) -> Result<Turn, Problem> {
        for topic in [topics::RECEIVED, topics::UNIQUE, topics::SPREAD, topics::PRIORITIZED] {
            broker.take(topic);
        }
        broker.take_dead();
        self.day.raised += take::<Raised>(broker, topics::RAISED)?.len();
        self.day.filtered += take::<Filtered>(broker, topics::FILTERED)?.len();
        for routed in take::<Routed>(broker, topics::ROUTED)? {
            let decided = Decided::of(&routed);
            self.day.decisions.insert((routed.mention_id, routed.decision_seq), decided);
        }
        Ok(if self.lines.bring(broker)? { Turn::More } else { Turn::End })
    }
}

impl RecordedFormat {
    /// How lines of mentions are written; none for those that were routed.
    fn mentions(self) -> Option<ingest::Format> {
        match self {
            RecordedFormat::Canonical => Some(ingest::Format::Canonical),
            RecordedFormat::Jetstream => Some(ingest::Format::Jetstream),
            RecordedFormat::XV2 => Some(ingest::Format::XV2),
            RecordedFormat::Routed => None,
        }
    }
}
