//! `harken replay`: reads a file of mentions and prints the routed records.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use serde_json::Value;

use crate::binary::{Ended, file, harken, run, scratch, shared};

const AFTERNOON: &str = "tests/fixtures/afternoon.ndjson";

fn replay(arguments: &[&str], input: &[u8]) -> Ended {
    let mut command = harken(&["replay"]);
    command.args(arguments).env("HARKEN__INGEST__OWNED_ACCOUNTS", "x/northline/service");
    run(command, input)
}

fn afternoon() -> Ended {
    replay(&[file(AFTERNOON).to_str().unwrap()], b"")
}

fn records(out: &str) -> Vec<Value> {
    out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The records of decisions about mentions, without control records of their cases.
fn mentions(out: &str) -> Vec<Value> {
    let is_decision = |record: &Value| {
        ["routed", "updated", "withdrawn"].contains(&record["disposition"].as_str().unwrap())
    };
    records(out).into_iter().filter(is_decision).collect()
}

/// Mention id, disposition, decision number, level and queue of a routed record, in one line.
fn summary_line(record: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    [
        text(&record["mention_id"]),
        text(&record["disposition"]),
        record["decision_seq"].to_string(),
        text(&record["priority"]["level"]),
        text(&record["route"]["queue"]),
    ]
    .join(" ")
}

#[test]
fn the_sample_afternoon_gets_the_expected_levels_and_queues() {
    let ended = afternoon();
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    let expected = [
        "northline/x/1 routed 1 P3 care-general",
        "northline/x/2 routed 1 P1 press-office",
        "northline/x/1 updated 2 P2 care-general",
        "northline/bluesky/6 routed 1 P5 community",
        "northline/bluesky/7 routed 1 P4 care-general",
        "northline/facebook/9 routed 1 P3 care-general",
        "northline/x/10 routed 1 P5 archive",
        "northline/bluesky/7 withdrawn 2 P5 care-general",
        "northline/x/12 routed 1 P2 care-urgent",
        "northline/appstore/13 routed 1 P3 care-general",
    ];
    assert_eq!(mentions(&ended.out).iter().map(summary_line).collect::<Vec<_>>(), expected);
    let breached = records(&ended.out).into_iter().filter(|r| r["disposition"] == "breached");
    assert!(breached.count() > 0, "a replay has no agents, so targets are missed");
}

#[test]
fn a_record_explains_its_score_and_links_to_its_case_predecessor_and_cluster() {
    let records = mentions(&afternoon().out);
    for record in &records {
        let terms = record["priority"]["terms"].as_array().unwrap();
        let sum: i64 = terms.iter().map(|term| term["points"].as_i64().unwrap()).sum();
        // The score can be checked by hand from its terms.
        assert_eq!(Some(sum), record["priority"]["score"].as_i64(), "{}", summary_line(record));
        let received_at = record["findings"]["first_received_at"].as_i64();
        assert!(record["priority"]["place"].as_i64() < received_at, "{}", summary_line(record));
        assert!(!record["route"]["explanation"].as_str().unwrap().is_empty());
    }
    let [first, star, edit, .., copy, _] = &records[..] else {
        panic!("{} records", records.len())
    };
    assert_eq!(first["case_id"], edit["case_id"], "an edit belongs to the case of its author");
    assert_eq!(edit["supersedes"], first["decision_id"]);
    assert_eq!(
        star["findings"]["cluster"], copy["findings"]["cluster"],
        "the same text is one cluster"
    );
    assert_ne!(star["case_id"], copy["case_id"], "another author has another case");
    assert_eq!(
        records[4]["case_id"], records[7]["case_id"],
        "a deletion belongs to the case of its mention"
    );
    // The multilingual model answers where no model of the language does.
    let german = &records[5]["understanding"];
    assert_eq!(german["language"], "de");
    assert!(german["sentiment"]["negative"].as_f64() > Some(0.5), "{german}");
}

#[test]
fn a_line_begins_with_the_id_of_its_mention() {
    for line in afternoon().out.lines() {
        let prefixes =
            ["default", "northline"].map(|tenant| format!("{{\"mention_id\":\"{tenant}/"));
        assert!(prefixes.iter().any(|prefix| line.starts_with(prefix)), "{line}");
    }
}

#[test]
fn counts_and_rejected_lines_go_to_standard_error() {
    let err = afternoon().err;
    let expected = [
        "line 5: not JSON at column",
        "line 6: `text` is missing",
        "16 lines: 14 received, 2 rejected",
        "received 14 = 8 routed + 1 updated + 1 withdrawn + 1 redelivered + 2 spread + 1 own \
         + 0 filtered + 0 left out + 0 dead letters",
    ];
    for part in expected {
        assert!(err.contains(part), "{part} is not in\n{err}");
    }
}

#[test]
fn the_summary_holds_the_counts_as_json() {
    let path = scratch("summary.json");
    let ended =
        replay(&[file(AFTERNOON).to_str().unwrap(), "--summary", path.to_str().unwrap()], b"");
    let summary: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    std::fs::remove_file(path).unwrap();
    assert_eq!(ended.code, Some(0));
    let expected =
        [("lines", 16), ("refused", 2), ("heard", 14), ("redelivered", 1), ("spread", 2)];
    for (key, count) in expected {
        assert_eq!(summary[key], count, "{key}");
    }
    assert_eq!(summary["by_level"]["P1"], 1);
    assert_eq!(summary["by_queue"]["press-office"], 1);
    assert_eq!(summary["refused_by_reason"]["not_json"], 1);
}

#[test]
fn a_mention_with_an_abstained_task_reaches_a_person_under_every_filter() {
    // A possible risk, two languages without a model, emoji alone and digits alone.
    let texts = [
        ("In the movie the router caught fire. Earn money from home, click here!", "risk:safety"),
        ("Paketim hâlâ gelmedi bugün", "needs_answer"),
        ("Mera parcel abhi tak nahi aaya, koi jawab nahi de raha", "needs_answer"),
        ("😡😡😡", ""),
        ("12:30 +49 30 1234", ""),
    ];
    let line = |(n, (text, _)): (usize, &(&str, &str))| {
        let author = format!("{{\"id\":\"author-{n}\"}}");
        format!("{{\"platform\":\"x\",\"id\":\"{n}\",\"text\":\"{text}\",\"author\":{author}}}\n")
    };
    let input: String = texts.iter().enumerate().map(line).collect();
    let mut command = harken(&["replay", "-"]);
    command.env("HARKEN__ESCALATION__FILTER", "no-action,praise,spam,campaign-chatter");
    let ended = run(command, input.as_bytes());
    let routed = mentions(&ended.out);
    assert_eq!(routed.len(), texts.len(), "{}", ended.err);
    for (record, (text, task)) in routed.iter().zip(texts) {
        let abstentions = record["understanding"]["abstentions"].as_array().unwrap();
        let is_abstained = abstentions.iter().any(|one| one["task"] == task);
        assert!(is_abstained || task.is_empty(), "{text}: {abstentions:?}");
        assert!(record["priority"]["level"].as_str() <= Some("P3"), "{}", summary_line(record));
        assert_ne!(record["route"]["queue"], "archive", "{}", summary_line(record));
        assert!(
            record["route"]["policy"].as_str() > Some(""),
            "no policy, so no clock runs: {record}"
        );
    }
}

#[test]
fn the_filter_drops_and_counts_the_lanes_it_names() {
    let path = scratch("filtered.json");
    let mut command = harken(&["replay", file(AFTERNOON).to_str().unwrap()]);
    command.args(["--summary", path.to_str().unwrap()]);
    command.env("HARKEN__INGEST__OWNED_ACCOUNTS", "x/northline/service");
    command.env("HARKEN__ESCALATION__FILTER", "no-action, praise,spam");
    let ended = run(command, b"");
    let summary: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    std::fs::remove_file(path).unwrap();
    let expected: Vec<_> = mentions(&afternoon().out)
        .into_iter()
        .filter(|record| {
            !["community", "archive"].contains(&record["route"]["queue"].as_str().unwrap())
        })
        .collect();
    let [found, expected] = [mentions(&ended.out), expected]
        .map(|records| records.iter().map(summary_line).collect::<Vec<_>>());
    assert_eq!(found, expected, "the filter changes other decisions");
    assert_eq!((&summary["routed"], &summary["filtered"]), (&6.into(), &2.into()));
    assert_eq!(summary["filtered_by_rule"].as_object().unwrap().len(), 2, "{summary}");
    assert!(ended.err.contains("+ 2 filtered + 0 left out"), "{}", ended.err);
}

#[test]
fn a_replay_is_deterministic_from_a_file_and_from_standard_input() {
    let (once, twice) = (afternoon(), afternoon());
    let piped = replay(&["-"], &std::fs::read(file(AFTERNOON)).unwrap());
    assert!(!once.out.is_empty());
    assert_eq!(once.out, twice.out);
    assert_eq!(once.out, piped.out);
    assert_eq!(once.err, piped.err);
}

#[test]
fn the_output_does_not_depend_on_how_the_input_is_split() {
    let line = |n: usize| {
        let (minute, second) = (n / 60 % 60, n % 60);
        let at = format!("2026-03-13T13:{minute:02}:{second:02}Z");
        let author = n % 7;
        format!(
            r#"{{"platform":"x","id":"{n}","text":"no signal {n}","author":{{"id":"{author}"}},"published_at":"{at}"}}"#
        ) + "\n"
    };
    let lines: Vec<String> = (0..1200).map(line).collect();
    let whole = replay(&["-"], lines.concat().as_bytes());
    let path = scratch("pieces.ndjson");
    std::fs::write(&path, lines.concat()).unwrap();
    let file = replay(&[path.to_str().unwrap()], b"");
    std::fs::remove_file(path).unwrap();
    let mut child = harken(&["replay", "-"]).stdin(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // Line by line, the reader gets its input in reads of varying size.
    let writer = std::thread::spawn(move || {
        for line in lines {
            stdin.write_all(line.as_bytes()).unwrap();
        }
    });
    let pieces = Ended::from(child.wait_with_output().unwrap());
    writer.join().unwrap();
    assert_eq!(whole.out.lines().count(), 1200);
    assert!(whole.out == file.out, "a file and a pipe differ");
    assert!(whole.out == pieces.out, "one piece and many differ");
}

#[test]
fn unreadable_input_ends_with_exit_code_64() {
    let cases: [(&[&str], &[u8], &str); 4] = [
        (&["/nowhere/file.ndjson"], b"", "failed to read /nowhere/file.ndjson"),
        (&["/"], b"", "it is a folder"),
        (&["-"], b"{}\nnonsense\n", "failed to find a mention in -"),
        (&["-", "--format", "xml"], b"", "canonical, jetstream, x-v2"),
    ];
    for (arguments, input, expected) in cases {
        let ended = replay(arguments, input);
        assert_eq!(ended.code, Some(64), "{arguments:?}: {}", ended.err);
        assert!(ended.err.contains(expected), "{expected} is not in\n{}", ended.err);
        assert!(ended.out.is_empty());
    }
}

#[test]
fn an_empty_input_succeeds_without_output() {
    let ended = replay(&["-"], b"");
    assert_eq!((ended.code, ended.out.as_str()), (Some(0), ""), "{}", ended.err);
}

#[test]
fn a_closed_output_ends_the_replay_without_an_error() {
    let line = br#"{"platform":"x","id":"N","text":"No signal again","author":{"id":"a"}}"#;
    let line = std::str::from_utf8(line).unwrap();
    let many: String = (0..5000).map(|n| line.replace('N', &n.to_string()) + "\n").collect();
    let path = scratch("many.ndjson");
    std::fs::write(&path, many).unwrap();
    let mut child = harken(&["replay", path.to_str().unwrap()]).spawn().unwrap();
    // Like `| head`: the next write fails with a broken pipe.
    drop(child.stdout.take());
    let ended = Ended::from(child.wait_with_output().unwrap());
    std::fs::remove_file(path).unwrap();
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    assert!(!ended.err.contains("failed"), "{}", ended.err);
}

#[test]
fn each_input_line_is_answered_before_the_next_one_is_read() {
    let mut child = harken(&["replay", "-"]).stdin(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    for n in 0..3 {
        let text =
            format!(r#"{{"platform":"x","id":"{n}","text":"hello","author":{{"id":"a{n}"}}}}"#);
        writeln!(stdin, "{text}").unwrap();
        // Blocks for ever if the replay buffers its output.
        let mut answer = String::new();
        out.read_line(&mut answer).unwrap();
        assert!(answer.starts_with(&format!("{{\"mention_id\":\"northline/x/{n}\"")), "{answer}");
    }
    drop(stdin);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn the_platform_formats_parse_the_committed_samples() {
    let samples = [
        ("jetstream", "crates/platforms/fixtures/jetstream.jsonl"),
        ("x-v2", "crates/platforms/fixtures/x-v2.json"),
    ];
    for (format, path) in samples {
        let ended = replay(&[file(path).to_str().unwrap(), "--format", format], b"");
        assert_eq!(ended.code, Some(0), "{format}: {}", ended.err);
        assert!(!records(&ended.out).is_empty(), "{format}: {}", ended.err);
    }
}

#[test]
fn real_payloads_of_platforms_parse_without_a_rejected_line() {
    let test = "real_payloads_of_platforms_parse_without_a_rejected_line";
    let Some(folder) = shared(test, "payloads") else { return };
    let jetstream = folder.join("bluesky/jetstream-v1.jsonl");
    let mut files = vec![("jetstream", jetstream)];
    let x = std::fs::read_dir(folder.join("x")).unwrap().map(|entry| entry.unwrap().path());
    files.extend(x.filter(|p| p.extension().is_some_and(|e| e == "json")).map(|p| ("x-v2", p)));
    for (format, path) in files {
        let ended = replay(&[path.to_str().unwrap(), "--format", format], b"");
        assert_eq!(ended.code, Some(0), "{}: {}", path.display(), ended.err);
        assert!(ended.err.contains(" 0 rejected"), "{}: {}", path.display(), ended.err);
    }
}
