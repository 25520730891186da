//! `harken demo`: what comes out, what is served, how it ends.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;

use crate::binary::{Ended, harken, run};

#[test]
fn an_afternoon_is_routed_explained_escalated_and_adds_up() {
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
        "\nincident noticed: ",
        "executives named: Ada Quill\n",
        "edited: ",
        "taken back",
    ];
    for part in parts {
        assert!(ended.out.contains(part), "{part} is not in\n{}", ended.out);
    }
    let sum = ended.out.lines().find(|line| line.starts_with("heard ")).unwrap();
    let (heard, outcomes) = sum["heard ".len()..].split_once(" = ").unwrap();
    let numbers = outcomes.split(" + ").map(|part| {
        let (number, _) = part.split_once(' ').unwrap();
        number.parse::<u64>().unwrap()
    });
    assert_eq!(heard.parse(), Ok(numbers.sum::<u64>()), "{sum}");
    assert!(sum.contains(" 0 left out + 0 dead letters"), "{sum}");
}

#[test]
fn a_taken_port_is_no_obstacle_and_the_metrics_can_be_read_while_it_runs() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
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
    let mut shown = String::new();
    // Ends as soon as something was counted; the demo itself bounds the wait.
    while !shown.lines().any(is_counted) {
        shown = get(&served, "/metrics");
    }
    assert!(get(&served, "/livez").contains("200 OK"));
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    let ended = Ended::from(child.wait_with_output().unwrap());
    let text = rest.join().unwrap();
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    assert!(ended.err.contains("is taken"), "{}", ended.err);
    assert!(text.contains("from hearing a mention to routing it"), "{text}");
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
