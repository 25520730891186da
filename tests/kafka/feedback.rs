//! Feedback: label corrections by agents, and records that stages rejected.

use kafka::{IdempotentProducer, OutgoingRef};
use mention::codec::{self, AvroRecord};
use mention::{Author, CaseEvent, CaseEventKind, LabelCorrection, Mention, topics};
use stage::EventTime;

use super::deployment::{Deployment, free_port};
use super::operations::{http_request, output_text};

fn mention(id: &str, at: EventTime) -> Mention {
    Mention {
        tenant: "northline".to_owned(),
        platform: "x".to_owned(),
        id: id.to_owned(),
        text: "My internet is down again, this is the worst service ever".to_owned(),
        author: Author { id: "a".to_owned(), ..Author::default() },
        received_at: at,
        ..Mention::default()
    }
}

fn append<F: AvroRecord>(
    feed: &IdempotentProducer,
    topic: stage::Topic,
    time: EventTime,
    fact: &F,
) {
    let mut value = Vec::new();
    codec::write(fact, &mut value);
    let record = OutgoingRef::new(b"northline/x/a", Some(&value), time);
    feed.append(topic, std::iter::once(record)).unwrap().wait().unwrap();
}

#[test]
fn a_rejected_mention_is_counted_and_a_corrected_label_becomes_a_training_row() {
    let site = Deployment::new("feedback");
    let feed = IdempotentProducer::new(&site.settings, "feed").unwrap();
    let now = pipeline::clock::now().as_event_time();
    append(&feed, topics::RECEIVED, now, &mention("1", now));
    // Dedupe rejects a mention without an id.
    append(&feed, topics::RECEIVED, now, &mention("", now));
    let (metrics, ingest) = (free_port().to_string(), free_port().to_string());
    let environment = [
        ("HARKEN__TELEMETRY__LISTEN", format!("127.0.0.1:{metrics}")),
        ("HARKEN__INGEST__LISTEN", format!("127.0.0.1:{ingest}")),
    ];
    let environment = environment.each_ref().map(|(name, value)| (*name, value.as_str()));
    let all = site.start(&["run", "all"], &environment);
    site.wait_until("the mention to be routed", || site.routed().len() == 1);
    let label = ("sentiment".to_owned(), "negative".to_owned());
    let event = CaseEvent {
        tenant: "northline".to_owned(),
        case_id: site.routed()[0].case_id.clone(),
        kind: CaseEventKind::LabelCorrected,
        mention_id: Some("northline/x/1".to_owned()),
        label: Some(LabelCorrection { task: label.0, was: label.1.clone(), is: label.1 }),
        occurred_at: pipeline::clock::now().as_event_time(),
        ..CaseEvent::default()
    };
    append(&feed, topics::CASE_EVENT, pipeline::clock::now().as_event_time(), &event);
    let get = "GET /metrics HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    let rejected =
        r#"harken_mention_records_total{tenant="northline",topic="dedupe.dead-letters.v1"} 1"#;
    site.wait_until("the rejected mention to be counted", || {
        http_request(&metrics, get).contains(rejected)
    });
    let agreed = r#"task="sentiment",verdict="agreed"} 1"#;
    site.wait_until("the label to be counted", || http_request(&metrics, get).contains(agreed));
    all.terminate();
    let exported = site.output(&["feedback", "export"]);
    assert_eq!(exported.status.code(), Some(0), "{}", output_text(&exported));
    let rows = String::from_utf8(exported.stdout).unwrap();
    assert_eq!(rows.lines().count(), 1, "{rows}");
    assert!(rows.starts_with(r#"{"task":"sentiment","text":"My internet is down"#), "{rows}");
}
