//! `harken feedback export`: exports labels given by agents as training rows.
//!
//! Reads records from the topics or from files printed by `harken read`; `rows` decides which labels
//! become rows. The text of mentions is written to standard output only.

mod records;
mod rows;

use std::io::BufRead;

use classify::train::{TrainOptions, plans};
use kafka::topic_reader;
use mention::{CaseEvent, Routed, Scored, codec, topics};

pub use records::FeedbackRecords;
pub use rows::Export;

use crate::cli::{FeedbackCommand, FeedbackExportArgs};
use crate::{CommandError, Failure, output};
use pipeline::config::Config;
use pipeline::input;
use pipeline::kafka_runner;

/// `harken feedback`
///
/// # Errors
/// [`CommandError::Usage`] if a file is unreadable or contains no record,
/// [`CommandError::Unavailable`] if the cluster cannot be read.
pub fn command(args: &FeedbackCommand, config: &Config) -> Result<(), CommandError> {
    let FeedbackCommand::Export(args) = args;
    let records = match args.files.is_empty() {
        // Without files the topics are the source.
        true => from_topics(config)?,
        false => from_files(args)?,
    };
    let specs: Vec<_> =
        plans("", &TrainOptions::default()).into_iter().map(|plan| plan.spec).collect();
    let export = Export::from_records(&records, &specs);
    output::report(&export.summary());
    // Printed at once: a partial export would look like a complete one.
    let mut lines = String::new();
    for row in &export.rows {
        let line = serde_json::to_string(row);
        lines.push_str(&line.map_err(|e| CommandError::Bug(Failure::new("print a row", e)))?);
        lines.push('\n');
    }
    output::print_data(&lines)
}

/// Reads the topics. Labels come first, so that only the texts of labelled mentions are kept in memory.
fn from_topics(config: &Config) -> Result<FeedbackRecords, CommandError> {
    let settings = kafka_runner::kafka_settings(config, None)?;
    let unavailable = |fault: stage::Fault| CommandError::Unavailable(fault.into());
    kafka::admin::partition_counts(&settings, config.kafka.timeout.0).map_err(unavailable)?;
    let mut records = FeedbackRecords::default();
    let mut unreadable = 0_u64;
    for topic in [topics::CASE_EVENT, topics::ROUTED, topics::SCORED] {
        let mut each = |record: stage::RawRecord| {
            let Some(value) = record.value else { return };
            let decoded = match topic {
                topics::CASE_EVENT => {
                    codec::read::<CaseEvent>(&value).map(|e| records.add_event(e))
                }
                topics::ROUTED => codec::read::<Routed>(&value).map(|routed| {
                    if !routed.disposition.is_case_control() && records.is_labelled(&routed.mention)
                    {
                        records.add_mention(&routed.mention, &routed.understanding);
                    }
                }),
                _ => codec::read::<Scored>(&value).map(|scored| {
                    if records.is_labelled(&scored.mention) {
                        records.add_mention(&scored.mention, &scored.understanding);
                    }
                }),
            };
            unreadable += u64::from(decoded.is_err());
        };
        topic_reader::read_topic(&settings, topic, &mut each).map_err(unavailable)?;
    }
    records.unreadable = unreadable;
    Ok(records)
}

fn from_files(args: &FeedbackExportArgs) -> Result<FeedbackRecords, CommandError> {
    let mut records = FeedbackRecords::default();
    for path in &args.files {
        for (number, line) in (1_u64..).zip(input::open_input(path)?.lines()) {
            let line = line.map_err(|e| {
                CommandError::Usage(Failure::new(
                    format!("read line {number} of {}", path.display()),
                    e,
                ))
            })?;
            records.add_line(&line);
        }
    }
    match records.is_empty() && records.unreadable > 0 {
        true => {
            let expected = "records of case.event, mention.routed or mention.scored";
            Err(CommandError::Usage(format!("find {expected}, as printed by `harken read`").into()))
        }
        false => Ok(records),
    }
}
