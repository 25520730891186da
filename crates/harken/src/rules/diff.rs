//! `harken rules diff`: a recorded day decided by two sets of rules, and where they differ.

use std::io::Read;
use std::path::Path;

use mention::{Filtered, Mention, Prioritized, Raised, Routed, topics};
use stage::memory::Broker;
use stage::{Micros, Taps};

use super::InForce;
use super::difference::{Day, told};
use crate::chain;
use crate::cli::{RecordedFormat, RulesDiffArgs};
use crate::config::{Config, Place};
use crate::embedded::{CHUNK, Edge, Turn, append, drive, take};
use crate::replay::{Line, Lines, open};
use crate::{Problem, output};

/// Compares.
pub(super) fn command(args: &RulesDiffArgs, config: &Config) -> Result<(), Problem> {
    let old = day(&args.old, args, config)?;
    let new = day(&args.new, args, config)?;
    output::text(&told(&old, &new))
}

fn day(place: &Path, args: &RulesDiffArgs, config: &Config) -> Result<Day, Problem> {
    let mut config = config.clone();
    config.escalation.rules = Place::of(place);
    let rules = InForce::load(&config)?;
    let from = open(&args.over)?;
    let (broker, mut day) = (Broker::new(1), Day::default());
    match args.format.mentions() {
        Some(format) => {
            let lines = Lines::new(from, format, rules.ingest().clone());
            let mut recorded = Recorded { lines: Said(lines), day: &mut day };
            drive(&chain::by(&rules, &config, Taps::Off)?, &broker, &mut recorded)?;
        }
        None => {
            let mut recorded = Recorded { lines: Known(from, 0), day: &mut day };
            drive(&chain::escalation(&rules, &config)?, &broker, &mut recorded)?;
        }
    }
    if day.is_empty() {
        return Err(Problem::Usage(format!("find a mention in {}", args.over.display())));
    }
    Ok(day)
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
            if routed.disposition.is_about_case() {
                continue;
            }
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
        // What becomes of a case is told under the mention that opened it.
        let routed = take::<Routed>(broker, topics::ROUTED)?.into_iter();
        for routed in routed.filter(|routed| !routed.disposition.is_about_case()) {
            self.day.hear(routed);
        }
        Ok(if self.lines.bring(broker)? { Turn::More } else { Turn::End })
    }
}

impl RecordedFormat {
    /// How lines of mentions are written; none for those that were routed.
    fn mentions(self) -> Option<platforms::Format> {
        match self {
            RecordedFormat::Canonical => Some(platforms::Format::Canonical),
            RecordedFormat::Jetstream => Some(platforms::Format::Jetstream),
            RecordedFormat::XV2 => Some(platforms::Format::XV2),
            RecordedFormat::Routed => None,
        }
    }
}
