//! Texts and identities of authors reach only the topics, never a log or a metric.

use kafka::{IdempotentProducer, OutgoingRef, dead_letters};
use mention::{Mention, codec, topics};

use super::deployment::{Deployment, free_port};
use super::operations::http_request;

const CANARY: &str = "canary2c9e";

/// A valid mention, and a line for each way in which the ingest rejects one.
fn lines() -> String {
    let good = format!(
        r#"{{"platform":"x","id":"1","text":"{CANARY} my line is dead","url":"https://x.example/{CANARY}","author":{{"id":"{CANARY}","handle":"{CANARY}","name":"{CANARY}"}}}}"#
    );
    let bad = [
        format!(r#"{{"platform":"x","id":"2","text":"{CANARY}"#),
        format!(r#"{{"platform":"x","id":"3","text":["{CANARY}"],"author":{{"id":"a"}}}}"#),
        format!(r#"{{"platform":"x","id":"4","text":"{CANARY}","author":{{"name":"{CANARY}"}}}}"#),
        format!(r#"{{"platform":"{CANARY} {CANARY}","id":"5","text":"t","author":{{"id":"a"}}}}"#),
        CANARY.to_owned(),
    ];
    format!("{good}\n{}\n", bad.join("\n"))
}

/// Two records that no stage can decode: one of an unknown schema and a truncated one.
fn unreadable(mut mention: Mention) -> [Vec<u8>; 2] {
    CANARY.clone_into(&mut mention.text);
    CANARY.clone_into(&mut mention.author.id);
    mention.author.handle = Some(CANARY.to_owned());
    mention.url = Some(format!("https://x.example/{CANARY}"));
    let mut truncated = Vec::new();
    codec::write(&mention, &mut truncated);
    truncated.truncate(truncated.len() - 3);
    // The header of an Avro record: a marker and the fingerprint of the schema.
    [[&[0xc3, 0x01][..], &[7; 8], CANARY.as_bytes()].concat(), truncated]
}

#[test]
fn logs_metrics_and_answers_never_contain_text_or_identity_of_an_author() {
    let mut site = Deployment::new("canary");
    let (metrics, ingest) = (free_port().to_string(), free_port().to_string());
    let environment = [
        ("HARKEN__TELEMETRY__LISTEN", format!("127.0.0.1:{metrics}")),
        ("HARKEN__TELEMETRY__LOG_FILTER", "info".to_owned()),
        ("HARKEN__INGEST__LISTEN", format!("127.0.0.1:{ingest}")),
        ("HARKEN__INGEST__API_KEY", "a-test-key-of-the-desk".to_owned()),
    ];
    let environment = environment.each_ref().map(|(name, value)| (*name, value.as_str()));
    site.publish_mentions(1);
    let feed = IdempotentProducer::new(&site.settings, "feed").unwrap();
    let letters = unreadable(site.published[0].clone());
    for topic in [topics::RECEIVED, topics::CASE_EVENT, topics::PROFILE] {
        let now = pipeline::clock::now().as_event_time();
        let records =
            letters.iter().map(|bytes| OutgoingRef::new(CANARY.as_bytes(), Some(bytes), now));
        feed.append(topic, records).unwrap().wait().unwrap();
    }
    let all = site.start(&["run", "all"], &environment);
    let body = lines();
    let request = format!(
        "POST /v1/mentions HTTP/1.1\r\nhost: x\r\nx-api-key: a-test-key-of-the-desk\r\nconnection: close\r\n\
         content-type: application/x-ndjson\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut answer = String::new();
    site.wait_until("the ingest to listen", || {
        answer = http_request(&ingest, &request);
        answer.contains(" 202 ")
    });
    assert!(!answer.contains(CANARY), "the answer quotes a rejected line: {answer}");
    let has_canary =
        |site: &Deployment| site.routed().iter().any(|routed| routed.mention.text.contains(CANARY));
    site.wait_until("the canary to be routed", || has_canary(&site));
    // Each stage of the chain keeps those of the topic that it reads.
    for stage in ["dedupe", "priority", "escalation"] {
        site.wait_until("every dead letter", || count_dead_letters(&site, stage) >= 2);
    }
    let get = "GET /metrics HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    let routed = r#"harken_mention_records_total{tenant="northline",topic="mention.routed.v1"}"#;
    site.wait_until("the counts to include it", || http_request(&metrics, get).contains(routed));
    let exposition = http_request(&metrics, get);
    assert!(exposition.contains("harken_") && !exposition.contains(CANARY), "{exposition}");
    let log = all.terminate();
    assert!(log.contains("are served") && !log.contains(CANARY), "{log}");
    let list = site.output(&["dead-letters", "list"]);
    let text = [list.stdout, list.stderr].concat();
    assert!(!String::from_utf8_lossy(&text).contains(CANARY), "the list quotes a dead letter");
}

fn count_dead_letters(site: &Deployment, stage: &str) -> usize {
    let mut letters = 0;
    dead_letters::read(&site.settings, stage, &mut |_| letters += 1).unwrap();
    letters
}
