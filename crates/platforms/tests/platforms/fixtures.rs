//! The fixtures of each format give what is written beside them, to the letter.

use platforms::{Format, Heard, read, read_array};

use crate::support::{RECEIVED_AT, counted, fixture, heard, settings, written};

const FIXTURES: [(Format, &str); 3] = [
    (Format::Canonical, "canonical.ndjson"),
    (Format::Jetstream, "jetstream.jsonl"),
    (Format::XV2, "x-v2.json"),
];

#[test]
fn every_fixture_gives_the_outcomes_written_beside_it() {
    for (format, name) in FIXTURES {
        let actual = written(&heard(format, &fixture(name)));
        let expected = String::from_utf8(fixture(&format!("{name}.expected"))).unwrap();
        for (actual, expected) in actual.lines().zip(expected.lines()) {
            assert_eq!(actual, expected, "{name}");
        }
        assert_eq!(actual, expected, "{name}");
    }
}

#[test]
fn line_ends_a_byte_order_mark_and_blank_lines_change_nothing_but_numbers() {
    for (format, name) in FIXTURES {
        let text = String::from_utf8(fixture(name)).unwrap();
        let windows = format!("\u{feff}{}\r\n\r\n", text.replace('\n', "\r\n"));
        let outcomes = |heard: Vec<Heard>| counted(&heard);
        assert_eq!(
            outcomes(heard(format, windows.as_bytes())),
            outcomes(heard(format, text.as_bytes())),
            "{name}"
        );
    }
}

#[test]
fn a_list_gives_the_same_mentions_as_its_elements_on_lines() {
    let lines = fixture("canonical.ndjson");
    let whole: Vec<&str> =
        std::str::from_utf8(&lines).unwrap().lines().filter(|line| line.ends_with('}')).collect();
    let list = format!("[{}]", whole.join(",\n"));
    let from_list = read_array(list.as_bytes(), &settings(), RECEIVED_AT).unwrap();
    let from_lines = heard(Format::Canonical, whole.join("\n").as_bytes());
    assert_eq!(from_list, from_lines);
    for broken in ["[{}", "{}", "[{} {}]", ""] {
        let refused = read_array(broken.as_bytes(), &settings(), RECEIVED_AT).unwrap_err();
        assert_eq!(refused.as_str(), "not_json", "{broken}");
    }
}

#[test]
fn a_line_read_alone_gives_what_it_gives_in_its_file() {
    for (format, name) in FIXTURES.into_iter().filter(|(format, _)| format.is_lines()) {
        let file = fixture(name);
        let mut alone = Vec::new();
        for line in file.split(|&b| b == b'\n') {
            read(format, line, &settings(), RECEIVED_AT, &mut alone);
        }
        let in_file: Vec<_> = heard(format, &file).into_iter().map(|h| h.outcome).collect();
        assert_eq!(alone, in_file, "{name}");
    }
}
