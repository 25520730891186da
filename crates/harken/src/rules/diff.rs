//! `harken rules diff`: decides a recorded day with two versions of the rules and lists the differences.

use std::io::Read;
use std::path::Path;

use mention::{Filtered, Mention, Prioritized, Raised, Routed, topics};
use stage::memory::MemoryBroker;
use stage::{EventTime, Taps};

use super::difference::{DecidedDay, render_differences};
use crate::cli::{RecordedFormat, RulesDiffArgs};
use crate::{CommandError, Failure, output};
use escalation::Escalation;
use pipeline::config::{Config, PathSetting};
use pipeline::input::{Arrival, InputLine, LineReader, open_input};
use pipeline::memory_runner::{CHUNK, Driver, Progress, append_fact, run_with_driver, take_facts};
use pipeline::routing_chain;
use pipeline::rules::LoadedRules;
use pipeline::stages::{BuildContext, PipelineStage as _};

/// `harken rules diff`
pub(super) fn command(args: &RulesDiffArgs, config: &Config) -> Result<(), CommandError> {
    // The input is read twice, so that only one pipeline is in memory at a time.
    let old = decide_day(&args.old, args, config)?;
    let new = decide_day(&args.new, args, config)?;
    output::print(&render_differences(&old, &new))
}

fn decide_day(
    rules_path: &Path,
    args: &RulesDiffArgs,
    config: &Config,
) -> Result<DecidedDay, CommandError> {
    let mut config = config.clone();
    config.escalation.rules = PathSetting::from_path(rules_path);
    let rules = LoadedRules::load(&config)?;
    let from = open_input(&args.over)?;
    let (broker, mut day) = (MemoryBroker::new(1), DecidedDay::default());
    match args.format.mentions() {
        Some(format) => {
            let lines = LineReader::new(from, format, rules.ingest().clone());
            let lines = lines.arriving(Arrival::of(&args.over));
            let mut recorded = DayDriver { source: MentionSource(lines), day: &mut day };
            run_with_driver(
                &routing_chain::build_with_rules(&rules, &config, Taps::Off)?,
                &rules.reloadable_part(),
                &broker,
                &mut recorded,
            )?;
        }
        None => {
            let mut recorded =
                DayDriver { source: RoutedSource(from, EventTime::MIN), day: &mut day };
            let stage = Escalation::build(BuildContext::embedded(&config, Some(&rules)))?;
            run_with_driver(&stage, &rules.reloadable_part(), &broker, &mut recorded)?;
        }
    }
    if day.is_empty() {
        return Err(CommandError::Usage(
            format!("find a mention in {}", args.over.display()).into(),
        ));
    }
    Ok(day)
}

/// Feeds the records of a day in chunks.
trait RecordSource {
    /// Appends the next chunk. Returns false at the end of the input.
    fn feed(&mut self, broker: &MemoryBroker) -> Result<bool, CommandError>;
}

/// Mentions; they pass through the whole pipeline.
struct MentionSource<R>(LineReader<R>);

impl<R: Read> RecordSource for MentionSource<R> {
    fn feed(&mut self, broker: &MemoryBroker) -> Result<bool, CommandError> {
        let mut fed = 0;
        while fed < CHUNK {
            let line = self.0.read();
            match line
                .map_err(|e| CommandError::Unavailable(Failure::new("continue reading", e)))?
            {
                Some(InputLine::Mention(mut mention)) => {
                    // Only a time that was capped is later: nothing may see the wrong one.
                    mention.published_at =
                        mention.published_at.map(|at| at.min(mention.received_at));
                    append_fact(
                        broker,
                        topics::RECEIVED,
                        mention.received_at,
                        &key(&mention),
                        &*mention,
                    );
                    fed += 1;
                }
                Some(InputLine::Skipped(_) | InputLine::Rejected(..)) => {}
                None => break,
            }
        }
        Ok(fed > 0)
    }
}

/// Routed mentions as printed by `harken replay`: understanding and priority are taken from the record,
/// and only escalation decides again. Holds the input and the latest event time.
struct RoutedSource<R>(R, EventTime);

impl<R: std::io::BufRead> RecordSource for RoutedSource<R> {
    fn feed(&mut self, broker: &MemoryBroker) -> Result<bool, CommandError> {
        let mut fed = 0;
        let mut text = String::new();
        while fed < CHUNK {
            text.clear();
            let read = self.0.read_line(&mut text);
            if read.map_err(|e| CommandError::Unavailable(Failure::new("continue reading", e)))?
                == 0
            {
                break;
            }
            // Other lines, such as the summary of a replay, are skipped.
            let Ok(routed) = serde_json::from_str::<Routed>(&text) else { continue };
            if routed.disposition.is_case_control() {
                continue;
            }
            let Routed { mention, findings, understanding, priority, .. } = routed;
            // Event time must not decrease within a partition.
            self.1 = self.1.max(mention.received_at);
            let key = key(&mention);
            let fact = Prioritized { mention, findings, understanding, priority };
            append_fact(broker, topics::PRIORITIZED, self.1, &key, &fact);
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

/// Feeds a day and collects its decisions.
struct DayDriver<'a, B> {
    source: B,
    day: &'a mut DecidedDay,
}

impl<B: RecordSource> Driver for DayDriver<'_, B> {
    fn advance(&mut self, broker: &MemoryBroker) -> Result<Progress, CommandError> {
        for topic in [topics::RECEIVED, topics::UNIQUE, topics::SPREAD, topics::PRIORITIZED] {
            broker.drain(topic);
        }
        broker.drain_dead_letters();
        self.day.raised += take_facts::<Raised>(broker, topics::RAISED)?.len();
        self.day.filtered += take_facts::<Filtered>(broker, topics::FILTERED)?.len();
        // A control record changes a case; it is no decision about a mention.
        let routed = take_facts::<Routed>(broker, topics::ROUTED)?.into_iter();
        for routed in routed.filter(|routed| !routed.disposition.is_case_control()) {
            self.day.record(routed);
        }
        Ok(if self.source.feed(broker)? { Progress::More } else { Progress::End })
    }
}

impl RecordedFormat {
    /// The format of the mentions; `None` for routed mentions.
    fn mentions(self) -> Option<platforms::PayloadFormat> {
        match self {
            RecordedFormat::Canonical => Some(platforms::PayloadFormat::Canonical),
            RecordedFormat::Jetstream => Some(platforms::PayloadFormat::Jetstream),
            RecordedFormat::XV2 => Some(platforms::PayloadFormat::XV2),
            RecordedFormat::Routed => None,
        }
    }
}
