//! The fixtures of each format yield exactly the outcomes in their `.expected` files.

use platforms::{ParsedLine, PayloadFormat, parse_array, parse_one};

use crate::support::{RECEIVED_AT, config, count_outcomes, fixture, parse_lines, render_outcomes};

const FIXTURES: [(PayloadFormat, &str); 3] = [
    (PayloadFormat::Canonical, "canonical.ndjson"),
    (PayloadFormat::Jetstream, "jetstream.jsonl"),
    (PayloadFormat::XV2, "x-v2.json"),
];

#[test]
fn every_fixture_yields_its_expected_outcomes() {
    for (format, name) in FIXTURES {
        let actual = render_outcomes(&parse_lines(format, &fixture(name)));
        let expected = String::from_utf8(fixture(&format!("{name}.expected"))).unwrap();
        for (actual, expected) in actual.lines().zip(expected.lines()) {
            assert_eq!(actual, expected, "{name}");
        }
        assert_eq!(actual, expected, "{name}");
    }
}

#[test]
fn line_endings_a_byte_order_mark_and_blank_lines_do_not_change_the_outcomes() {
    for (format, name) in FIXTURES {
        let text = String::from_utf8(fixture(name)).unwrap();
        let windows = format!("\u{feff}{}\r\n\r\n", text.replace('\n', "\r\n"));
        let outcomes = |lines: Vec<ParsedLine>| count_outcomes(&lines);
        assert_eq!(
            outcomes(parse_lines(format, windows.as_bytes())),
            outcomes(parse_lines(format, text.as_bytes())),
            "{name}"
        );
    }
}

#[test]
fn a_list_yields_the_same_mentions_as_its_elements_on_lines() {
    let lines = fixture("canonical.ndjson");
    let whole: Vec<&str> =
        std::str::from_utf8(&lines).unwrap().lines().filter(|line| line.ends_with('}')).collect();
    let list = format!("[{}]", whole.join(",\n"));
    let from_list = parse_array(list.as_bytes(), &config(), RECEIVED_AT).unwrap();
    let from_lines = parse_lines(PayloadFormat::Canonical, whole.join("\n").as_bytes());
    assert_eq!(from_list, from_lines);
    for broken in ["[{}", "{}", "[{} {}]", ""] {
        let rejection = parse_array(broken.as_bytes(), &config(), RECEIVED_AT).unwrap_err();
        assert_eq!(rejection.as_str(), "not_json", "{broken}");
    }
}

#[test]
fn a_line_parsed_alone_yields_the_same_outcome_as_in_its_file() {
    for (format, name) in FIXTURES.into_iter().filter(|(format, _)| format.is_line_based()) {
        let file = fixture(name);
        let mut alone = Vec::new();
        for line in file.split(|&b| b == b'\n') {
            parse_one(format, line, &config(), RECEIVED_AT, &mut alone);
        }
        let in_file: Vec<_> = parse_lines(format, &file).into_iter().map(|h| h.outcome).collect();
        assert_eq!(alone, in_file, "{name}");
    }
}
