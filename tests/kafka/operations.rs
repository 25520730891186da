//! What an operator does, and what goes wrong for one.

use std::io::{Read, Write};
use std::net::TcpStream;

use kafka::dead_letters;

use super::site::{Site, free_port};

pub(super) fn said(output: &std::process::Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout)
}

#[test]
fn topics_are_planned_applied_and_then_as_they_should_be() {
    let site = Site::bare("topics");
    let few = ["--partitions", "2", "--replication", "1"];
    let plan = site.output(&[&["topics", "plan"], &few[..]].concat());
    assert!(said(&plan).contains("create") && said(&plan).contains("nothing is changed"));
    let refused = site.output(&["run", "dedupe"]);
    assert_eq!(refused.status.code(), Some(78), "{}", said(&refused));
    assert!(said(&refused).contains("harken topics apply"), "{}", said(&refused));
    let apply = site.output(&[&["topics", "apply"], &few[..]].concat());
    assert_eq!(apply.status.code(), Some(0), "{}", said(&apply));
    let again = site.output(&[&["topics", "plan"], &few[..]].concat());
    assert_eq!(said(&again), "every topic is as it should be\n");
    let fewer = site.output(&["topics", "apply", "--partitions", "1", "--replication", "1"]);
    assert_eq!(fewer.status.code(), Some(78), "{}", said(&fewer));
}

#[test]
fn a_topic_with_another_partition_count_is_refused_with_the_remedy() {
    let site = Site::new("count");
    let name = site.settings.topic(mention::topics::UNIQUE);
    let grow = kafka::admin::Step::Grow { name: name.clone(), from: 3, to: 5 };
    kafka::admin::apply(&site.settings, &[grow]).unwrap();
    let mut refused = site.output(&["run", "sentiment"]);
    // The news of new partitions takes a moment to reach every part of a broker.
    site.await_that("the partitions to be seen", || {
        refused = site.output(&["run", "sentiment"]);
        refused.status.code() == Some(78)
    });
    assert!(said(&refused).contains(&name) && said(&refused).contains("harken topics"));
}

#[test]
fn a_process_ends_in_good_order_while_the_brokers_are_away() {
    let options = testbroker::Options::small();
    let mut broker = testbroker::Broker::start(options).unwrap_or_else(|p| panic!("{p}"));
    let mut site = Site::on(&broker, "deserted");
    site.feed(500);
    let harken = site.harken(&["run", "all"], &[]);
    site.await_that("something to be routed", || !site.routed().is_empty());
    site.feed(2_000);
    broker.kill();
    harken.end_in_good_order();
    broker.restart().unwrap();
    let harken = site.harken(&["run", "all"], &[]);
    site.check();
    harken.end_in_good_order();
}

#[test]
fn the_facts_of_a_topic_are_read_as_json_and_a_topic_without_facts_is_refused() {
    let mut site = Site::new("read");
    site.feed(3);
    let read = site.output(&["read", mention::topics::RECEIVED]);
    assert_eq!(read.status.code(), Some(0), "{}", said(&read));
    let lines = String::from_utf8(read.stdout).unwrap();
    let ids = lines.lines().map(|line| {
        let fact: mention::Mention = serde_json::from_str(line).unwrap();
        fact.id
    });
    let mut ids: Vec<_> = ids.collect();
    let mut fed: Vec<_> = site.fed.iter().map(|mention| mention.id.clone()).collect();
    ids.sort();
    fed.sort();
    assert_eq!(ids, fed);
    let refused = site.output(&["read", "dedupe.changelog.v1"]);
    assert_eq!(refused.status.code(), Some(64), "{}", said(&refused));
    assert!(said(&refused).contains("mention.routed.v1"), "{}", said(&refused));
}

#[test]
fn a_broker_that_is_away_ends_the_start_with_its_address() {
    let site = Site::bare("away");
    let address = format!("127.0.0.1:{}", free_port());
    let environment =
        [("HARKEN__KAFKA__BOOTSTRAP", address.as_str()), ("HARKEN__KAFKA__TIMEOUT", "1s")];
    let (code, log) = site.harken(&["run", "dedupe"], &environment).end();
    assert_eq!(code, Some(69), "{log}");
    assert!(log.contains(&address), "{log}");
}

#[test]
fn what_is_posted_is_acknowledged_routed_and_counted_and_broken_lines_are_told() {
    let site = Site::new("posted");
    let (metrics, posts) = (free_port().to_string(), free_port().to_string());
    let environment = [
        ("HARKEN__TELEMETRY__LISTEN", format!("127.0.0.1:{metrics}")),
        ("HARKEN__INGEST__LISTEN", format!("127.0.0.1:{posts}")),
        ("HARKEN__INGEST__API_KEY", "a-test-key".to_owned()),
    ];
    let environment = environment.each_ref().map(|(name, value)| (*name, value.as_str()));
    let all = site.harken(&["run", "all"], &environment);
    let mention =
        r#"{"platform":"x","id":"1","text":"my internet is down, help","author":{"id":"a"}}"#;
    let body = format!("{mention}\n{{broken\n");
    let post = |key: &str| {
        let head = format!(
            "POST /v1/mentions HTTP/1.1\r\nhost: x\r\nx-api-key: {key}\r\nconnection: close\r\n\
             content-type: application/x-ndjson\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        ask(&posts, &(head + &body))
    };
    site.await_that("the ingest to listen", || post("wrong").contains(" 401 "));
    let answer = post("a-test-key");
    assert!(answer.contains(" 202 ") && answer.contains("\"line\":2"), "{answer}");
    site.await_that("the mention to be routed", || site.routed().len() == 1);
    assert_eq!(site.routed()[0].mention_id, "northline/x/1");
    let get = "GET /metrics HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    let heard = r#"harken_mention_records_total{tenant="northline",topic="mention.routed.v1"} 1"#;
    site.await_that("the books to show it", || ask(&metrics, get).contains(heard));
    all.end_in_good_order();
}

/// Sends a request and reads the answer; nothing when nobody listens.
pub(super) fn ask(port: &str, request: &str) -> String {
    let mut answer = String::new();
    if let Ok(mut stream) = TcpStream::connect(format!("127.0.0.1:{port}")) {
        let sent = stream.write_all(request.as_bytes());
        let read = sent.and_then(|()| stream.read_to_string(&mut answer));
        read.unwrap_or_default();
    }
    answer
}

#[test]
fn a_record_of_an_unknown_schema_becomes_a_dead_letter_that_can_be_sent_again() {
    let mut site = Site::new("dead");
    let feed = kafka::Feed::new(&site.settings, "feed").unwrap();
    let unknown = [&[0xc3, 0x01][..], &[7; 8], b"not one of ours: canary-7141"].concat();
    let record = (b"default/x/a".as_slice(), unknown.as_slice(), harken::clock::now());
    feed.append(mention::topics::RECEIVED, std::iter::once(record)).unwrap().wait().unwrap();
    site.feed(20);
    let chain = site.harken(&["run", "dedupe", "sentiment", "priority", "escalation"], &[]);
    site.check();
    let mut letters = Vec::new();
    dead_letters::read(&site.settings, "dedupe", &mut |letter| letters.push(letter)).unwrap();
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].value.as_deref(), Some(unknown.as_slice()));
    assert_eq!(letters[0].reason, "unknown_schema");
    let list = site.output(&["dead-letters", "list", "--stage", "dedupe"]);
    assert!(said(&list).contains("unknown_schema"), "{}", said(&list));
    let replay = site.output(&["dead-letters", "replay", "dedupe"]);
    assert_eq!(replay.status.code(), Some(0), "{}", said(&replay));
    site.await_that("the letter to be refused again", || {
        let mut letters = 0;
        dead_letters::read(&site.settings, "dedupe", &mut |_| letters += 1).unwrap();
        letters == 2
    });
    let log = chain.log();
    assert!(!log.contains("canary-7141") && !said(&list).contains("canary-7141"), "{log}");
    chain.end_in_good_order();
}
