//! `harken feedback export`: what agents have corrected, as rows to train with.
//!
//! The records are read from the topics, or from files that `harken read` has printed; which rows
//! come of them is decided in `rows`. What a mention says goes to standard output, where it was
//! asked for, and nowhere else.

mod recorded;
mod rows;

use std::io::{self, BufRead, Write};

use classify::train::{Options, plans};
use kafka::peek;
use mention::{CaseEvent, Routed, Scored, codec, topics};

pub use recorded::Recorded;
pub use rows::Export;

use crate::cli::{FeedbackCommand, FeedbackExportArgs};
use crate::config::Config;
use crate::{Problem, output, replay, run};

/// `harken feedback`
///
/// # Errors
/// [`Problem::Usage`] when a file cannot be read or no line of the files is a record,
/// [`Problem::Unavailable`] when the cluster cannot be read.
pub fn command(args: &FeedbackCommand, config: &Config) -> Result<(), Problem> {
    let FeedbackCommand::Export(args) = args;
    let recorded = match args.files.is_empty() {
        true => from_topics(config)?,
        false => from_files(args)?,
    };
    let specs: Vec<_> = plans("", &Options::default()).into_iter().map(|plan| plan.spec).collect();
    let export = Export::of(&recorded, &specs);
    // Standard error may be closed: there is nobody left to tell.
    let _ = io::stderr().lock().write_all(export.summary().as_bytes());
    let mut lines = String::new();
    for row in &export.rows {
        let line = serde_json::to_string(row);
        lines.push_str(&line.map_err(|e| Problem::Bug(format!("print a row: {e}")))?);
        lines.push('\n');
    }
    output::text(&lines)
}

/// The labels first, so that of the texts only those are kept that somebody has labelled.
fn from_topics(config: &Config) -> Result<Recorded, Problem> {
    let settings = run::settings(config, None)?;
    let unavailable = |fault: stage::Fault| Problem::Unavailable(fault.message);
    kafka::admin::partitions(&settings, config.kafka.timeout.0).map_err(unavailable)?;
    let mut recorded = Recorded::default();
    let mut unread = 0_u64;
    for topic in [topics::CASE_EVENT, topics::ROUTED, topics::SCORED] {
        let mut each = |record: peek::Peeked| {
            let Some(value) = record.value else { return };
            let heard = match topic {
                topics::CASE_EVENT => codec::read::<CaseEvent>(&value).map(|e| recorded.event(e)),
                topics::ROUTED => codec::read::<Routed>(&value).map(|routed| {
                    if !routed.disposition.is_about_case() && recorded.asks_for(&routed.mention) {
                        recorded.text(&routed.mention, &routed.understanding);
                    }
                }),
                _ => codec::read::<Scored>(&value).map(|scored| {
                    if recorded.asks_for(&scored.mention) {
                        recorded.text(&scored.mention, &scored.understanding);
                    }
                }),
            };
            unread += u64::from(heard.is_err());
        };
        peek::read(&settings, &settings.topic(topic), &mut each).map_err(unavailable)?;
    }
    recorded.unread = unread;
    Ok(recorded)
}

fn from_files(args: &FeedbackExportArgs) -> Result<Recorded, Problem> {
    let mut recorded = Recorded::default();
    for path in &args.files {
        for (number, line) in (1_u64..).zip(replay::open(path)?.lines()) {
            let line = line.map_err(|e| {
                Problem::Usage(format!("read line {number} of {}: {e}", path.display()))
            })?;
            recorded.line(&line);
        }
    }
    match recorded.is_empty() && recorded.unread > 0 {
        true => {
            let right = "records of case.event, mention.routed or mention.scored, as `harken read`";
            Err(Problem::Usage(format!("find {right} prints them: no line is one")))
        }
        false => Ok(recorded),
    }
}
