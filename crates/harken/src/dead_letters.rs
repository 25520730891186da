//! `harken dead-letters`: the records that stages refused.

use kafka::dead_letters::{Letter, read};
use kafka::{Feed, Settings};
use serde::Serialize;

use crate::cli::{
    DeadLettersArgs, DeadLettersCommand, DeadLettersListArgs, DeadLettersReplayArgs, StageName,
};
use crate::config::Config;
use crate::{Problem, clock, output, run};

/// `harken dead-letters`
///
/// # Errors
/// [`Problem::Unavailable`] when the cluster cannot be read or written, [`Problem::Usage`] for a
/// stage without dead letters.
pub fn command(args: &DeadLettersArgs, config: &Config) -> Result<(), Problem> {
    let settings = run::settings(config, None)?;
    kafka::admin::partitions(&settings, config.kafka.timeout.0).map_err(unavailable)?;
    match &args.command {
        DeadLettersCommand::List(args) => list(args, &settings),
        DeadLettersCommand::Replay(args) => replay(args, &settings),
    }
}

fn unavailable(fault: stage::Fault) -> Problem {
    Problem::Unavailable(fault.message)
}

/// The stages meant by a name; ingest refuses lines, not records.
fn stages(name: StageName) -> Result<Vec<&'static str>, Problem> {
    match name {
        StageName::Dedupe => Ok(vec!["dedupe"]),
        StageName::Sentiment => Ok(vec!["sentiment"]),
        StageName::Priority => Ok(vec!["priority"]),
        StageName::Escalation => Ok(vec!["escalation"]),
        StageName::Surge => Ok(vec!["surge"]),
        StageName::Metrics => Ok(vec!["metrics"]),
        StageName::All => {
            Ok(vec!["dedupe", "sentiment", "priority", "escalation", "surge", "metrics"])
        }
        StageName::Ingest => {
            let why = "ingest has none: it refuses lines where they are sent";
            Err(Problem::Usage(format!("find the dead letters of ingest: {why}")))
        }
    }
}

/// What is shown of a dead letter: never what it says.
#[derive(Serialize)]
struct Shown<'a> {
    stage: &'a str,
    letter: String,
    reason: &'a str,
    message: &'a str,
    topic: &'a str,
    partition: i32,
    offset: i64,
    bytes: usize,
}

fn list(args: &DeadLettersListArgs, settings: &Settings) -> Result<(), Problem> {
    for stage in stages(args.stage.unwrap_or(StageName::All))? {
        let mut letters = std::collections::VecDeque::new();
        let mut each = |letter: Letter| {
            letters.push_back(letter);
            if letters.len() > args.limit {
                letters.pop_front();
            }
        };
        read(settings, stage, &mut each).map_err(unavailable)?;
        for letter in &letters {
            output::text(&line(letter, args.json)?)?;
        }
    }
    Ok(())
}

fn line(letter: &Letter, is_json: bool) -> Result<String, Problem> {
    let (topic, partition, offset) = &letter.from;
    let shown = Shown {
        stage: &letter.stage,
        letter: format!("{}/{}", letter.at.0, letter.at.1),
        reason: &letter.reason,
        message: &letter.message,
        topic,
        partition: *partition,
        offset: *offset,
        bytes: letter.value.as_ref().map_or(0, Vec::len),
    };
    if is_json {
        let json = serde_json::to_string(&shown);
        return json
            .map(|json| json + "\n")
            .map_err(|e| Problem::Bug(format!("print a dead letter: {e}")));
    }
    let Shown { stage, letter, reason, message, bytes, .. } = shown;
    Ok(format!(
        "{stage} {letter} {reason}: {message} ({bytes} bytes from {topic} {partition}/{offset})\n"
    ))
}

fn replay(args: &DeadLettersReplayArgs, settings: &Settings) -> Result<(), Problem> {
    if let Some(shadowed) = &settings.shadow_of {
        let why = "they were read from there, and stay there";
        return Err(Problem::Config(format!("send letters of a shadow of {shadowed}: {why}")));
    }
    let mut letters = Vec::new();
    for stage in stages(args.stage)? {
        read(settings, stage, &mut |letter| letters.push(letter)).map_err(unavailable)?;
    }
    if let Some(only) = &args.only {
        letters.retain(|letter| format!("{}/{}", letter.at.0, letter.at.1) == *only);
        if letters.is_empty() {
            return Err(Problem::Usage(format!("find the dead letter {only}: see the list")));
        }
    }
    let feed = Feed::new(settings, "dead-letters").map_err(unavailable)?;
    let mut sent = 0;
    for letter in &letters {
        let topic = format!("{}.{}", settings.prefix, letter.from.0);
        if letter.from.0.is_empty() {
            output::text(&format!("{}/{} says no topic: left\n", letter.at.0, letter.at.1))?;
            continue;
        }
        if args.dry_run {
            output::text(&format!("{}/{} to {topic}\n", letter.at.0, letter.at.1))?;
            continue;
        }
        let headers = Some(letter.headers.as_slice());
        let record = (letter.key.as_slice(), letter.value.as_deref(), clock::now(), headers);
        feed.append_to(&topic, std::iter::once(record))
            .and_then(kafka::Pending::wait)
            .map_err(|u| Problem::Unavailable(format!("send to {topic}: {u}; {sent} were sent")))?;
        sent += 1;
    }
    output::text(&format!("{sent} sent, {} read\n", letters.len()))
}
