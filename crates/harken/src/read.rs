//! `harken read`: prints the records of a topic as JSON.

use kafka::topic_reader;
use mention::codec::{AvroRecord, read};
use mention::{
    Call, CaseEvent, Filtered, Incident, Mention, Prioritized, Profile, Raised, Reaction, Routed,
    Scored, Signal, Spread, Unique, topics,
};
use stage::RawRecord;

use crate::cli::ReadArgs;
use crate::{CommandError, output};
use pipeline::config::Config;
use pipeline::kafka_runner;

/// `harken read_topic`
///
/// # Errors
/// [`CommandError::Usage`] for an unknown topic, [`CommandError::Unavailable`] if the topic cannot be
/// read.
pub fn command(args: &ReadArgs, config: &Config) -> Result<(), CommandError> {
    let found = topics::ALL.into_iter().find(|topic| *topic == args.topic);
    let Some((name, as_json)) = found.and_then(|name| Some((name, json_reader(name)?))) else {
        let (topic, all) = (&args.topic, topics::ALL.join(", "));
        return Err(CommandError::Usage(format!("read {topic}: the topics are {all}").into()));
    };
    let settings = kafka_runner::kafka_settings(config, None)?;
    let unavailable = |fault: stage::Fault| CommandError::Unavailable(fault.into());
    kafka::admin::partition_counts(&settings, config.kafka.timeout.0).map_err(unavailable)?;
    // Output may be closed long before the topic ends: then the rest is read without printing.
    let (mut unreadable, mut ended) = (0, Ok(()));
    let mut each = |record: RawRecord| {
        let Some(value) = record.value else { return };
        match as_json(&value) {
            Some(line) if ended.is_ok() => ended = output::print_data(&(line + "\n")),
            Some(_) => {}
            None => unreadable += 1,
        }
    };
    topic_reader::read_topic(&settings, name, &mut each).map_err(unavailable)?;
    if unreadable > 0 {
        output::report(&format!("{unreadable} records of {name} are malformed and were skipped"));
    }
    ended
}

/// Decodes a record into one line of JSON; `None` if the bytes are malformed.
pub type JsonReader = fn(&[u8]) -> Option<String>;

/// The reader of a topic; `None` for a topic without a record type, such as a changelog.
#[must_use]
pub fn json_reader(topic: &str) -> Option<JsonReader> {
    Some(match topic {
        topics::RECEIVED => json::<Mention>,
        topics::UNIQUE => json::<Unique>,
        topics::SPREAD => json::<Spread>,
        topics::REACTION => json::<Reaction>,
        topics::SCORED => json::<Scored>,
        topics::PRIORITIZED => json::<Prioritized>,
        topics::ROUTED => json::<Routed>,
        topics::FILTERED => json::<Filtered>,
        topics::SIGNAL => json::<Signal>,
        topics::RAISED => json::<Raised>,
        topics::CALL => json::<Call>,
        topics::CASE_EVENT => json::<CaseEvent>,
        topics::PROFILE => json::<Profile>,
        topics::INCIDENT => json::<Incident>,
        topics::METRICS_WINDOW => json::<reporting::HourWindow>,
        _ => return None,
    })
}

fn json<F: AvroRecord>(bytes: &[u8]) -> Option<String> {
    let fact = read::<F>(bytes).ok()?;
    serde_json::to_string(&fact).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_topic_but_changelogs_has_a_reader() {
        for topic in topics::ALL {
            assert!(json_reader(topic).is_some(), "{topic}");
        }
        assert!(json_reader("dedupe.changelog.v1").is_none());
    }

    #[test]
    fn a_record_becomes_one_line_of_json_and_malformed_bytes_none() {
        let mut bytes = Vec::new();
        let routed = Routed { mention_id: "t/x/1".into(), ..Routed::default() };
        mention::codec::write(&routed, &mut bytes);
        let line = json_reader(topics::ROUTED).unwrap()(&bytes).unwrap();
        assert!(line.starts_with(r#"{"mention_id":"t/x/1","#), "{line}");
        assert!(!line.contains('\n'));
        assert_eq!(json_reader(topics::UNIQUE).unwrap()(&bytes), None);
    }
}
