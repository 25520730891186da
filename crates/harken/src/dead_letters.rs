//! `harken dead-letters`: lists rejected records and replays them.

use kafka::dead_letters::{StoredDeadLetter, read};
use kafka::{IdempotentProducer, KafkaSettings, OutgoingRef};
use serde::Serialize;
use stage::Position;

use crate::cli::{DeadLettersArgs, DeadLettersCommand, DeadLettersListArgs, DeadLettersReplayArgs};
use crate::{CommandError, Failure, output};
use pipeline::clock;
use pipeline::config::Config;
use pipeline::kafka_runner;
use pipeline::stages::{self, StageRow};

use crate::output::visible;

/// `harken dead-letters`
///
/// # Errors
/// [`CommandError::Unavailable`] if the cluster cannot be read or written, [`CommandError::Usage`] for a
/// stage without dead letters or an unknown dead letter.
pub fn command(args: &DeadLettersArgs, config: &Config) -> Result<(), CommandError> {
    let settings = kafka_runner::kafka_settings(config, None)?;
    kafka::admin::partition_counts(&settings, config.kafka.timeout.0).map_err(unavailable)?;
    match &args.command {
        DeadLettersCommand::List(args) => list(args, &settings),
        DeadLettersCommand::Replay(args) => replay(args, &settings),
    }
}

fn unavailable(fault: stage::Fault) -> CommandError {
    CommandError::Unavailable(fault.into())
}

/// A dead letter as listed, without its content.
#[derive(Serialize)]
struct ListedLetter<'a> {
    stage: &'a str,
    letter: String,
    reason: &'a str,
    message: &'a str,
    topic: &'a str,
    partition: i32,
    offset: i64,
    bytes: usize,
    /// Length of the original if the letter holds only a part of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    cut_from: Option<u64>,
}

fn list(args: &DeadLettersListArgs, settings: &KafkaSettings) -> Result<(), CommandError> {
    let is_selected = |name: &str| args.stage.as_deref().is_none_or(|stage| stage == name);
    for stage in stages::TABLE.iter().map(|row| row.name).filter(|name| is_selected(name)) {
        // The topic can hold a month of records: keep only the last `limit` in memory.
        let mut letters = std::collections::VecDeque::new();
        let mut each = |letter: StoredDeadLetter| {
            letters.push_back(letter);
            if letters.len() > args.limit {
                letters.pop_front();
            }
        };
        read(settings, stage, &mut each).map_err(unavailable)?;
        for letter in &letters {
            let rendered = render(letter, args.json)?;
            match args.json {
                true => output::print_data(&rendered)?,
                false => output::print(&rendered)?,
            }
        }
    }
    Ok(())
}

fn render(letter: &StoredDeadLetter, is_json: bool) -> Result<String, CommandError> {
    let Position { topic, partition, offset } = &letter.source;
    let listed = ListedLetter {
        stage: &letter.stage,
        letter: name_of(letter),
        reason: &letter.reason,
        message: &letter.message,
        topic,
        partition: *partition,
        offset: *offset,
        bytes: letter.record.value.as_ref().map_or(0, Vec::len),
        cut_from: letter.cut_from,
    };
    if is_json {
        let json = serde_json::to_string(&listed);
        return json
            .map(|json| json + "\n")
            .map_err(|e| CommandError::Bug(Failure::new("print a dead letter", e)));
    }
    let ListedLetter { stage, letter, reason, message, bytes, cut_from, .. } = listed;
    let all = cut_from.filter(|length| *length > 0);
    let all = all.map(|length| format!(" of {length}")).unwrap_or_default();
    let [stage, reason, message, topic] = [stage, reason, message, topic].map(visible);
    Ok(format!(
        "{stage} {letter} {reason}: {message} \
         ({bytes}{all} bytes from {topic} {partition}/{offset})\n"
    ))
}

/// The name by which a command names a dead letter: its partition and offset.
fn name_of(letter: &StoredDeadLetter) -> String {
    let Position { partition, offset, .. } = letter.record.at;
    format!("{partition}/{offset}")
}

/// Why a dead letter of a stage cannot be replayed to `topic`; none if it can.
fn skip_reason(letter: &StoredDeadLetter, stage: &str, topic: &str) -> Option<String> {
    let source = letter.source.topic.as_str();
    // A dead letter written by hand or by another tool may lack the header.
    if source.is_empty() {
        return Some("names no source topic".to_owned());
    }
    // Whoever can write to the dead letters chooses the header: it must not lead into a changelog.
    let reads =
        |row: &StageRow| (row.inputs)().contains(&source) || (row.tables)().contains(&source);
    if !stages::row(stage).is_some_and(reads) {
        return Some(format!("names {}, which {stage} does not read", visible(source)));
    }
    let Position { partition, offset, .. } = letter.source;
    letter.cut_from.map(|length| match length {
        0 => format!("has no bytes, the original is {topic} {partition}/{offset}"),
        _ => format!("is cut from {length} bytes, the original is {topic} {partition}/{offset}"),
    })
}

fn replay(args: &DeadLettersReplayArgs, settings: &KafkaSettings) -> Result<(), CommandError> {
    // A shadow reads the topics of the live deployment; replaying there would process records twice.
    if let Some(shadowed) = &settings.shadow_of {
        let why = "the shadowed deployment has its own copy of these records";
        return Err(CommandError::Config(Failure::new(
            format!("replay dead letters of a shadow of {shadowed}"),
            why,
        )));
    }
    let mut letters = Vec::new();
    read(settings, &args.stage, &mut |letter| letters.push(letter)).map_err(unavailable)?;
    if let Some(only) = &args.only {
        letters.retain(|letter| name_of(letter) == *only);
        if letters.is_empty() {
            return Err(CommandError::Usage(
                format!("find the dead letter {only}: `harken dead-letters list` lists them")
                    .into(),
            ));
        }
    }
    let producer = IdempotentProducer::new(settings, "dead-letters").map_err(unavailable)?;
    let mut sent = 0;
    for letter in &letters {
        let (name, topic) = (name_of(letter), settings.topic(&letter.source.topic));
        if let Some(reason) = skip_reason(letter, &args.stage, &topic) {
            output::print(&format!("{name} {reason}: skipped\n"))?;
            continue;
        }
        if args.dry_run {
            output::print(&format!("{name} to {topic}\n"))?;
            continue;
        }
        // The original key keeps the partition. The time is now: the original one may be beyond the retention.
        let mut record = OutgoingRef::from(&letter.record);
        record.time = Some(clock::now().as_event_time());
        producer
            .append(&letter.source.topic, std::iter::once(record))
            // One by one: after a failure the count states exactly what was published.
            .and_then(kafka::PendingDelivery::wait)
            .map_err(|u| {
                CommandError::Unavailable(
                    format!("publish to {topic}: {u}; {sent} were published before").into(),
                )
            })?;
        sent += 1;
    }
    output::print(&format!("{sent} published, {} read\n", letters.len()))
}

#[cfg(test)]
mod tests {
    use stage::{EventTime, RawRecord, RecordHeaders};

    use super::*;

    fn letter(topic: &str) -> StoredDeadLetter {
        let at = Position { topic: topic.to_owned(), partition: 1, offset: 2 };
        let (time, headers) = (EventTime::default(), RecordHeaders::new());
        let now = time.as_wall_time();
        let record = RawRecord { at: at.clone(), time, now, key: vec![], value: None, headers };
        StoredDeadLetter {
            stage: "escalation".to_owned(),
            reason: "invalid".to_owned(),
            message: "red\u{1b}[31m and \u{202e}backwards\n".to_owned(),
            source: at,
            cut_from: None,
            record,
        }
    }

    #[test]
    fn a_dead_letter_is_replayed_only_to_a_topic_that_its_stage_reads() {
        for topic in ["case.event.v1", "mention.prioritized.v1"] {
            assert_eq!(skip_reason(&letter(topic), "escalation", topic), None);
        }
        for topic in ["escalation.changelog.v1", "mention.received.v1", "mention.routed.v1", ""] {
            assert!(skip_reason(&letter(topic), "escalation", topic).is_some(), "{topic}");
        }
        let cut = StoredDeadLetter { cut_from: Some(1_048_000), ..letter("case.event.v1") };
        let reason = skip_reason(&cut, "escalation", "h.case.event.v1").unwrap();
        assert!(reason.ends_with("the original is h.case.event.v1 1/2"), "{reason}");
    }

    #[test]
    fn a_listed_letter_cannot_control_the_terminal() {
        let line = render(&letter("case.event.v1"), false).unwrap();
        assert!(line.contains(r"red\u{1b}[31m and \u{202e}backwards\u{a}"), "{line}");
        assert_eq!(line.matches(char::is_control).count(), 1, "{line:?}");
    }
}
