//! What people say, and who they are, reaches the topics and nothing else: no log, no metric.

use kafka::{Feed, dead_letters};
use mention::{Mention, codec, topics};

use super::operations::ask;
use super::site::{Site, free_port};

const CANARY: &str = "canary2c9e";

/// One mention that is heard, and lines that are refused in every way a line can be.
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

/// Two records that no stage can read: of an unknown schema, and one that ends too early.
fn unreadable(mut mention: Mention) -> [Vec<u8>; 2] {
    CANARY.clone_into(&mut mention.text);
    CANARY.clone_into(&mut mention.author.id);
    mention.author.handle = Some(CANARY.to_owned());
    mention.url = Some(format!("https://x.example/{CANARY}"));
    let mut torn = Vec::new();
    codec::write(&mention, &mut torn);
    torn.truncate(torn.len() - 3);
    [[&[0xc3, 0x01][..], &[7; 8], CANARY.as_bytes()].concat(), torn]
}

#[test]
fn a_running_pipeline_says_nothing_of_what_it_hears() {
    let mut site = Site::new("canary");
    let (metrics, posts) = (free_port().to_string(), free_port().to_string());
    let environment = [
        ("HARKEN__TELEMETRY__LISTEN", format!("127.0.0.1:{metrics}")),
        ("HARKEN__TELEMETRY__LOG_FILTER", "info".to_owned()),
        ("HARKEN__INGEST__LISTEN", format!("127.0.0.1:{posts}")),
        ("HARKEN__INGEST__API_KEY", "a-test-key".to_owned()),
    ];
    let environment = environment.each_ref().map(|(name, value)| (*name, value.as_str()));
    site.feed(1);
    let feed = Feed::new(&site.settings, "feed").unwrap();
    let letters = unreadable(site.fed[0].clone());
    for topic in [topics::RECEIVED, topics::CASE_EVENT, topics::PROFILE] {
        let now = harken::clock::now();
        let records = letters.iter().map(|bytes| (CANARY.as_bytes(), bytes.as_slice(), now));
        feed.append(topic, records).unwrap().wait().unwrap();
    }
    let all = site.harken(&["run", "all"], &environment);
    let body = lines();
    let request = format!(
        "POST /v1/mentions HTTP/1.1\r\nhost: x\r\nx-api-key: a-test-key\r\nconnection: close\r\n\
         content-type: application/x-ndjson\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut answer = String::new();
    site.await_that("the ingest to listen", || {
        answer = ask(&posts, &request);
        answer.contains(" 202 ")
    });
    assert!(!answer.contains(CANARY), "a refusal quotes nothing: {answer}");
    let sings =
        |site: &Site| site.routed().iter().any(|routed| routed.mention.text.contains(CANARY));
    site.await_that("the canary to sing where it may", || sings(&site));
    // The first stage of a chain reads for all of it; metrics reads mentions and events.
    for (stage, letters) in [("dedupe", 6), ("metrics", 4)] {
        site.await_that("every letter", || refused(&site, stage) >= letters);
    }
    let get = "GET /metrics HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    let heard = r#"harken_mention_records_total{tenant="northline",topic="mention.routed.v1"}"#;
    site.await_that("the books to show it", || ask(&metrics, get).contains(heard));
    let shown = ask(&metrics, get);
    assert!(shown.contains("harken_") && !shown.contains(CANARY), "{shown}");
    let log = all.end_in_good_order();
    assert!(log.contains("are served") && !log.contains(CANARY), "{log}");
    let list = site.output(&["dead-letters", "list"]);
    let told = [list.stdout, list.stderr].concat();
    assert!(!String::from_utf8_lossy(&told).contains(CANARY), "a list of letters quotes nothing");
}

fn refused(site: &Site, stage: &str) -> usize {
    let mut letters = 0;
    dead_letters::read(&site.settings, stage, &mut |_| letters += 1).unwrap();
    letters
}
