//! Arbitrary and damaged input never panics and always has an outcome.

use platforms::{LineOutcome, PayloadFormat};
use proptest::prelude::*;

use crate::support::{fixture, parse_lines};

const FIXTURES: [(PayloadFormat, &str); 3] = [
    (PayloadFormat::Canonical, "canonical.ndjson"),
    (PayloadFormat::Jetstream, "jetstream.jsonl"),
    (PayloadFormat::XV2, "x-v2.json"),
];

fn format() -> impl Strategy<Value = PayloadFormat> {
    prop::sample::select(PayloadFormat::ALL.to_vec())
}

proptest! {
    #[test]
    fn arbitrary_bytes_yield_outcomes_in_line_order(format in format(), bytes: Vec<u8>) {
        let lines = parse_lines(format, &bytes);
        prop_assert!(lines.windows(2).all(|pair| pair[0].line <= pair[1].line));
    }

    #[test]
    fn a_line_of_arbitrary_bytes_has_one_outcome(bytes: Vec<u8>) {
        let line: Vec<u8> = bytes.into_iter().filter(|&b| b != b'\n').collect();
        let is_blank = line.trim_ascii().is_empty();
        for format in [PayloadFormat::Canonical, PayloadFormat::Jetstream] {
            prop_assert_eq!(parse_lines(format, &line).len(), usize::from(!is_blank));
        }
    }

    #[test]
    fn damaged_fixtures_do_not_panic(
        fixture_index in 0..FIXTURES.len(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
        cut in any::<prop::sample::Index>(),
    ) {
        let (format, name) = FIXTURES[fixture_index];
        let mut bytes = fixture(name);
        for (position, byte) in damage {
            let position = position.index(bytes.len());
            bytes[position] = byte;
        }
        bytes.truncate(cut.index(bytes.len()));
        parse_lines(format, &bytes);
    }

    #[test]
    fn a_mention_with_surrogates_in_any_order_is_parsed(units in prop::collection::vec(0xD7FFu16..0xE001, 0..12)) {
        let escapes: String = units.iter().map(|unit| format!("\\u{unit:04x}")).collect();
        let line = format!(r#"{{"platform":"x","id":"1","text":"a{escapes}","author":{{"id":"u"}}}}"#);
        let lines = parse_lines(PayloadFormat::Canonical, line.as_bytes());
        let expected = format!("a{}", String::from_utf16_lossy(&units));
        let LineOutcome::Mention(mention) = &lines[0].outcome else { panic!("{:?}", lines[0]) };
        prop_assert_eq!(&mention.text, &expected);
    }
}
