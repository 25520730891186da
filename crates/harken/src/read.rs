//! `harken read`: what a topic holds, as JSON.

use kafka::peek::{self, Peeked};
use mention::codec::{Fact, read};
use mention::{
    CaseEvent, Filtered, Incident, Mention, Prioritized, Profile, Raised, Reaction, Routed, Scored,
    Signal, Spread, Unique, topics,
};

use crate::cli::ReadArgs;
use crate::config::Config;
use crate::{Problem, output, run};

/// `harken read`
///
/// # Errors
/// [`Problem::Usage`] for a topic that holds no facts, [`Problem::Unavailable`] when it cannot be
/// read.
pub fn command(args: &ReadArgs, config: &Config) -> Result<(), Problem> {
    let known = topics::ALL.into_iter().find(|topic| *topic == args.topic);
    let Some((name, as_json)) = known.and_then(|name| Some((name, reader(name)?))) else {
        let (asked, all) = (&args.topic, topics::ALL.join(", "));
        return Err(Problem::Usage(format!("read {asked}: a topic of facts is one of {all}")));
    };
    let settings = run::settings(config, None)?;
    let unavailable = |fault: stage::Fault| Problem::Unavailable(fault.message);
    kafka::admin::partitions(&settings, config.kafka.timeout.0).map_err(unavailable)?;
    let (mut unreadable, mut ended) = (0, Ok(()));
    let mut each = |record: Peeked| {
        let Some(value) = record.value else { return };
        match as_json(&value) {
            Some(line) if ended.is_ok() => ended = output::text(&(line + "\n")),
            Some(_) => {}
            None => unreadable += 1,
        }
    };
    peek::read(&settings, &settings.topic(name), &mut each).map_err(unavailable)?;
    if unreadable > 0 {
        eprintln!("{unreadable} records of {name} could not be read as what belongs there");
    }
    ended
}

/// Turns the bytes of a record into a line of JSON; none for bytes that are not what belongs there.
pub type Reader = fn(&[u8]) -> Option<String>;

/// How a record of a topic becomes a line of JSON; none for a topic that holds no facts.
#[must_use]
pub fn reader(topic: &str) -> Option<Reader> {
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
        topics::CASE_EVENT => json::<CaseEvent>,
        topics::PROFILE => json::<Profile>,
        topics::INCIDENT => json::<Incident>,
        topics::METRICS_WINDOW => json::<reporting::Window>,
        _ => return None,
    })
}

fn json<F: Fact>(bytes: &[u8]) -> Option<String> {
    let fact = read::<F>(bytes).ok()?;
    serde_json::to_string(&fact).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_topic_of_facts_can_be_read_and_no_other() {
        for topic in topics::ALL {
            assert!(reader(topic).is_some(), "{topic}");
        }
        assert!(reader("dedupe.changelog.v1").is_none());
    }

    #[test]
    fn a_fact_is_one_line_of_json_and_other_bytes_are_none() {
        let mut bytes = Vec::new();
        let said = Routed { mention_id: "t/x/1".into(), ..Routed::default() };
        mention::codec::write(&said, &mut bytes);
        let line = reader(topics::ROUTED).unwrap()(&bytes).unwrap();
        assert!(line.starts_with(r#"{"mention_id":"t/x/1","#), "{line}");
        assert!(!line.contains('\n'));
        assert_eq!(reader(topics::UNIQUE).unwrap()(&bytes), None);
    }
}
