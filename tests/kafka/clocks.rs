//! The clock of a partition: append time, whatever a writer or a worker says.

use std::collections::BTreeMap;

use kafka::admin::{self, TopicChange};
use kafka::{IdempotentProducer, OutgoingRef};
use mention::codec::{self, AvroRecord};
use mention::{Author, CaseEvent, CaseEventKind, Mention, topics};
use stage::{EventTime, TimeDelta};

use super::deployment::Deployment;
use super::operations::output_text;

const CHAIN: [&str; 5] = ["run", "dedupe", "sentiment", "priority", "escalation"];

fn now() -> EventTime {
    pipeline::clock::now().as_event_time()
}

/// Appends a record whose producer stamps it with this time.
fn append<F: AvroRecord>(
    feed: &IdempotentProducer,
    topic: stage::Topic,
    key: &str,
    at: EventTime,
    fact: &F,
) {
    let mut value = Vec::new();
    codec::write(fact, &mut value);
    let record = OutgoingRef::new(key.as_bytes(), Some(&value), at);
    feed.append(topic, std::iter::once(record)).unwrap().wait().unwrap();
}

fn complaint(author: usize, received_at: EventTime) -> Mention {
    Mention {
        tenant: "northline".to_owned(),
        platform: "x".to_owned(),
        id: format!("m{author}"),
        text: "My internet is completely down and nobody answers, this is unacceptable".to_owned(),
        author: Author { id: format!("a{author}"), ..Author::default() },
        received_at,
        ..Mention::default()
    }
}

#[test]
fn a_stage_refuses_timestamps_of_writers_and_names_the_command_that_changes_it() {
    let site = Deployment::new("stamps");
    let name = site.settings.topic(topics::CASE_EVENT);
    let config = [("message.timestamp.type".to_owned(), "CreateTime".to_owned())];
    let config = BTreeMap::from(config);
    let alter = TopicChange::Alter { name: name.clone(), config, differs: Vec::new() };
    admin::apply_changes(&site.settings, &[alter]).unwrap();
    let mut refused = site.output(&CHAIN);
    // A broker applies a changed setting some time after it acknowledges it.
    site.wait_until("the setting to be seen", || {
        refused = site.output(&CHAIN);
        refused.status.code() == Some(78)
    });
    let text = output_text(&refused);
    assert!(text.contains(&name) && text.contains("harken topics apply"), "{text}");
    let apply = site.output(&["topics", "apply", "--partitions", "3", "--replication", "1"]);
    assert_eq!(apply.status.code(), Some(0), "{}", output_text(&apply));
    let chain = site.start(&CHAIN, &[]);
    site.wait_until("the chain to start", || chain.log().contains("are served"));
    chain.terminate();
}

#[test]
fn records_stamped_59_minutes_ahead_fire_no_timer_of_other_authors() {
    // Enough to have one in each of three partitions.
    const AUTHORS: usize = 20;
    let site = Deployment::new("fast");
    let feed = IdempotentProducer::new(&site.settings, "fast").unwrap();
    for author in 0..AUTHORS {
        let mention = complaint(author, now());
        let key = format!("northline/x/a{author}");
        append(&feed, topics::RECEIVED, &key, mention.received_at, &mention);
    }
    let chain = site.start(&CHAIN, &[]);
    site.wait_until("the mentions to be routed", || site.routed().len() >= AUTHORS);
    let ahead = now() + 59 * TimeDelta::MINUTE;
    for author in AUTHORS..2 * AUTHORS {
        let key = format!("northline/x/a{author}");
        append(&feed, topics::RECEIVED, &key, ahead, &complaint(author, now()));
    }
    for author in 0..AUTHORS {
        let author_id = format!("unknown{author}");
        let event = CaseEvent {
            tenant: "northline".to_owned(),
            platform: "x".to_owned(),
            author_id: author_id.clone(),
            case_id: "0000000000000001".to_owned(),
            kind: CaseEventKind::Accepted,
            occurred_at: now(),
            ..CaseEvent::default()
        };
        append(&feed, topics::CASE_EVENT, &format!("northline/x/{author_id}"), ahead, &event);
    }
    // Behind them, so that they have been processed once these are routed.
    for author in 2 * AUTHORS..3 * AUTHORS {
        let key = format!("northline/x/a{author}");
        append(&feed, topics::RECEIVED, &key, ahead, &complaint(author, now()));
    }
    site.wait_until("the last mentions to be routed", || site.routed().len() >= 3 * AUTHORS);
    chain.terminate();
    let mut raised = 0;
    kafka::topic_reader::read_topic(&site.settings, topics::RAISED, &mut |_| raised += 1).unwrap();
    assert_eq!(raised, 0, "a fast clock called people");
    let ids = site.routed().into_iter().map(|routed| routed.mention_id);
    assert_eq!(ids.collect::<std::collections::BTreeSet<_>>().len(), 3 * AUTHORS);
}
