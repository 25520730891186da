//! `harken demo`: its output, its metrics endpoint and its exit.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;

use crate::binary::{Ended, harken, run};

#[test]
fn the_demo_routes_explains_and_escalates_an_afternoon_and_its_counts_add_up() {
    let arguments = ["demo", "--seconds", "2", "--rate", "200", "--listen", "127.0.0.1:0"];
    let ended = run(harken(&arguments), b"");
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    let parts = [
        "P1  press-office",
        "@mira_velasquez (1.2M)",
        "** incident all-",
        "!! ",
        "hand-off not accepted: ",
        "breach foreseen: ",
        "[names Ada Quill] ",
        "\nincident opened: ",
        "executives named: Ada Quill\n",
        "edited: ",
        "withdrawn",
    ];
    for part in parts {
        assert!(ended.out.contains(part), "{part} is not in\n{}", ended.out);
    }
    let sum = ended.out.lines().find(|line| line.starts_with("received ")).unwrap();
    let (received, outcomes) = sum["received ".len()..].split_once(" = ").unwrap();
    let numbers = outcomes.split(" + ").map(|part| {
        let (number, _) = part.split_once(' ').unwrap();
        number.parse::<u64>().unwrap()
    });
    assert_eq!(received.parse(), Ok(numbers.sum::<u64>()), "{sum}");
    assert!(sum.contains(" 0 left out + 0 dead letters"), "{sum}");
}

#[test]
fn the_demo_serves_metrics_on_another_port_when_the_configured_one_is_in_use() {
    let occupied = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = occupied.local_addr().unwrap().to_string();
    let mut child = harken(&["demo", "--seconds", "600", "--rate", "50", "--listen", &address])
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut first = String::new();
    out.read_line(&mut first).unwrap();
    let (_, served) = first.split_once("http://").unwrap();
    let served = served.split('/').next().unwrap().to_owned();
    assert_ne!(served, address);
    let rest = std::thread::spawn(move || {
        let mut text = String::new();
        out.read_to_string(&mut text).unwrap();
        text
    });
    let mut metrics = String::new();
    // Ends when a routed mention is counted. The demo ends after 600 s and closes the port, which bounds
    // the wait: `get` then panics.
    while !metrics.lines().any(is_counted) {
        metrics = get(&served, "/metrics");
    }
    assert!(get(&served, "/livez").contains("200 OK"));
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    let ended = Ended::from(child.wait_with_output().unwrap());
    let text = rest.join().unwrap();
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    assert!(ended.err.contains("is in use"), "{}", ended.err);
    assert!(text.contains("latency from receiving to routing a mention"), "{text}");
}

fn is_counted(line: &str) -> bool {
    line.starts_with("harken_mention_records_total{")
        && line.contains("topic=\"mention.routed.v1\"")
        && !line.ends_with(" 0")
}

fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}
