//! The tasks of an operator and their failures.

use std::io::{Read, Write};
use std::net::TcpStream;

use kafka::dead_letters;

use super::deployment::{Deployment, free_port};

/// Standard error and standard output of a command.
pub(super) fn output_text(output: &std::process::Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout)
}

#[test]
fn topics_plan_and_apply_create_the_topics_and_reject_fewer_partitions() {
    let site = Deployment::without_topics("topics");
    let few = ["--partitions", "2", "--replication", "1"];
    let plan = site.output(&[&["topics", "plan"], &few[..]].concat());
    assert!(
        output_text(&plan).contains("create") && output_text(&plan).contains("nothing is changed")
    );
    let rejected = site.output(&["run", "dedupe"]);
    assert_eq!(rejected.status.code(), Some(78), "{}", output_text(&rejected));
    assert!(output_text(&rejected).contains("harken topics apply"), "{}", output_text(&rejected));
    let apply = site.output(&[&["topics", "apply"], &few[..]].concat());
    assert_eq!(apply.status.code(), Some(0), "{}", output_text(&apply));
    let again = site.output(&[&["topics", "plan"], &few[..]].concat());
    assert_eq!(output_text(&again), "every topic is up to date\n");
    let fewer = site.output(&["topics", "apply", "--partitions", "1", "--replication", "1"]);
    assert_eq!(fewer.status.code(), Some(78), "{}", output_text(&fewer));
}

#[test]
fn a_stage_rejects_topics_with_unequal_partition_counts_and_names_the_remedy() {
    let site = Deployment::new("count");
    let name = site.settings.topic(mention::topics::UNIQUE);
    // Bypasses `harken topics apply`, which would grow all topics alike.
    let grow = kafka::admin::TopicChange::Grow { name: name.clone(), from: 3, to: 5 };
    kafka::admin::apply_changes(&site.settings, &[grow]).unwrap();
    let mut rejected = site.output(&["run", "sentiment"]);
    // A broker updates its metadata some time after it acknowledges new partitions.
    site.wait_until("the partitions to be seen", || {
        rejected = site.output(&["run", "sentiment"]);
        rejected.status.code() == Some(78)
    });
    assert!(
        output_text(&rejected).contains(&name) && output_text(&rejected).contains("harken topics")
    );
}

#[test]
fn a_chain_refuses_to_start_while_an_inner_stage_that_never_ran_has_unread_records() {
    let mut site = Deployment::new("unread");
    site.publish_mentions(50);
    let dedupe = site.start(&["run", "dedupe"], &[]);
    site.wait_until("unique mentions", || count_records(&site, mention::topics::UNIQUE) > 0);
    dedupe.terminate();
    let unread = count_records(&site, mention::topics::UNIQUE);
    // A chain that starts despite the unread records scores these.
    site.publish_mentions(50);
    let chain = site.start(&["run", "dedupe", "sentiment"], &[]);
    site.wait_until("the chain to refuse or to score", || {
        chain.log().contains("fuse sentiment") || count_records(&site, mention::topics::SCORED) > 0
    });
    assert_eq!(count_records(&site, mention::topics::SCORED), 0, "{}", chain.log());
    let (code, log) = chain.wait_for_exit();
    assert_eq!(code, Some(78), "{log}");
    assert!(log.contains("run `harken run sentiment` until they are processed"), "{log}");
    let sentiment = site.start(&["run", "sentiment"], &[]);
    site.wait_until("the unread mentions to be scored", || {
        count_records(&site, mention::topics::SCORED) == unread
    });
    sentiment.terminate();
    let chain = site.start(&["run", "dedupe", "sentiment"], &[]);
    site.wait_until("the chain to score", || {
        count_records(&site, mention::topics::SCORED) > unread
    });
    chain.terminate();
}

fn count_records(site: &Deployment, topic: stage::Topic) -> usize {
    let mut count = 0;
    kafka::topic_reader::read_topic(&site.settings, topic, &mut |_| count += 1).unwrap();
    count
}

#[test]
fn a_process_exits_with_0_on_sigterm_while_the_brokers_are_down() {
    let options = testbroker::BrokerOptions::small();
    let mut broker = testbroker::TestBroker::start(options).unwrap_or_else(|p| panic!("{p}"));
    let mut site = Deployment::on_broker(&broker, "broker-down");
    site.publish_mentions(500);
    let harken = site.start(&["run", "all"], &[]);
    site.wait_until("something to be routed", || !site.routed().is_empty());
    site.publish_mentions(2_000);
    // Kills the broker in the middle of a backlog, with a transaction open.
    broker.kill();
    harken.terminate();
    broker.restart().unwrap();
    let harken = site.start(&["run", "all"], &[]);
    site.check_against_oracle();
    harken.terminate();
}

#[test]
fn read_prints_the_records_of_a_topic_as_json_and_rejects_a_topic_of_internal_records() {
    let mut site = Deployment::new("read");
    site.publish_mentions(3);
    let read = site.output(&["read", mention::topics::RECEIVED]);
    assert_eq!(read.status.code(), Some(0), "{}", output_text(&read));
    let lines = String::from_utf8(read.stdout).unwrap();
    let ids = lines.lines().map(|line| {
        let mention: mention::Mention = serde_json::from_str(line).unwrap();
        mention.id
    });
    let mut ids: Vec<_> = ids.collect();
    let mut fed: Vec<_> = site.published.iter().map(|mention| mention.id.clone()).collect();
    ids.sort();
    fed.sort();
    assert_eq!(ids, fed);
    let rejected = site.output(&["read", "dedupe.changelog.v1"]);
    assert_eq!(rejected.status.code(), Some(64), "{}", output_text(&rejected));
    assert!(output_text(&rejected).contains("mention.routed.v1"), "{}", output_text(&rejected));
}

#[test]
fn an_unreachable_broker_ends_the_start_with_its_address_and_exit_code_69() {
    let site = Deployment::without_topics("away");
    let address = format!("127.0.0.1:{}", free_port());
    let environment =
        [("HARKEN__KAFKA__BOOTSTRAP", address.as_str()), ("HARKEN__KAFKA__TIMEOUT", "1s")];
    let (code, log) = site.start(&["run", "dedupe"], &environment).wait_for_exit();
    assert_eq!(code, Some(69), "{log}");
    assert!(log.contains(&address), "{log}");
}

#[test]
fn the_ingest_acknowledges_routes_and_counts_posted_mentions_and_reports_malformed_lines() {
    let site = Deployment::new("posted");
    let (metrics, ingest) = (free_port().to_string(), free_port().to_string());
    let environment = [
        ("HARKEN__TELEMETRY__LISTEN", format!("127.0.0.1:{metrics}")),
        ("HARKEN__INGEST__LISTEN", format!("127.0.0.1:{ingest}")),
        ("HARKEN__INGEST__API_KEY", "a-test-key-of-the-desk".to_owned()),
    ];
    let environment = environment.each_ref().map(|(name, value)| (*name, value.as_str()));
    let all = site.start(&["run", "all"], &environment);
    let mention =
        r#"{"platform":"x","id":"1","text":"my internet is down, help","author":{"id":"a"}}"#;
    let body = format!("{mention}\n{{broken\n");
    let post = |key: &str| {
        let head = format!(
            "POST /v1/mentions HTTP/1.1\r\nhost: x\r\nx-api-key: {key}\r\nconnection: close\r\n\
             content-type: application/x-ndjson\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        http_request(&ingest, &(head + &body))
    };
    site.wait_until("the ingest to listen", || post("wrong").contains(" 401 "));
    let answer = post("a-test-key-of-the-desk");
    assert!(answer.contains(" 202 ") && answer.contains("\"line\":2"), "{answer}");
    site.wait_until("the mention to be routed", || site.routed().len() == 1);
    assert_eq!(site.routed()[0].mention_id, "northline/x/1");
    let get = "GET /metrics HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    let routed = r#"harken_mention_records_total{tenant="northline",topic="mention.routed.v1"} 1"#;
    site.wait_until("the mention to be counted", || http_request(&metrics, get).contains(routed));
    all.terminate();
}

/// Sends a request to a local port and reads the answer; empty while the port is closed.
pub(super) fn http_request(port: &str, request: &str) -> String {
    let mut answer = String::new();
    if let Ok(mut stream) = TcpStream::connect(format!("127.0.0.1:{port}")) {
        let sent = stream.write_all(request.as_bytes());
        let read = sent.and_then(|()| stream.read_to_string(&mut answer));
        read.unwrap_or_default();
    }
    answer
}

#[test]
fn a_record_of_an_unknown_schema_becomes_a_dead_letter_that_can_be_replayed() {
    let mut site = Deployment::new("dead");
    let feed = kafka::IdempotentProducer::new(&site.settings, "feed").unwrap();
    let unknown = [&[0xc3, 0x01][..], &[7; 8], b"an unknown body: canary-7141"].concat();
    // A dead letter quotes none of this in logs or lists: the body may be personal data.
    let record = kafka::OutgoingRef::new(
        b"default/x/a",
        Some(&unknown),
        pipeline::clock::now().as_event_time(),
    );
    feed.append(mention::topics::RECEIVED, std::iter::once(record)).unwrap().wait().unwrap();
    site.publish_mentions(20);
    let chain = site.start(&["run", "dedupe", "sentiment", "priority", "escalation"], &[]);
    site.check_against_oracle();
    let mut letters = Vec::new();
    dead_letters::read(&site.settings, "dedupe", &mut |letter| letters.push(letter)).unwrap();
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].record.value.as_deref(), Some(unknown.as_slice()));
    assert_eq!(letters[0].reason, "unknown_schema");
    let list = site.output(&["dead-letters", "list", "--stage", "dedupe"]);
    assert!(output_text(&list).contains("unknown_schema"), "{}", output_text(&list));
    let replay = site.output(&["dead-letters", "replay", "dedupe"]);
    assert_eq!(replay.status.code(), Some(0), "{}", output_text(&replay));
    site.wait_until("the replayed letter to be rejected again", || {
        let mut letters = 0;
        dead_letters::read(&site.settings, "dedupe", &mut |_| letters += 1).unwrap();
        letters == 2
    });
    let log = chain.log();
    assert!(!log.contains("canary-7141") && !output_text(&list).contains("canary-7141"), "{log}");
    chain.terminate();
}
