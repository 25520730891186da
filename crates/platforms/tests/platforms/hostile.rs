//! Nothing that comes in makes ingest panic, and nothing comes in without an outcome.

use platforms::{Format, Outcome};
use proptest::prelude::*;

use crate::support::{fixture, heard};

const FIXTURES: [(Format, &str); 3] = [
    (Format::Canonical, "canonical.ndjson"),
    (Format::Jetstream, "jetstream.jsonl"),
    (Format::XV2, "x-v2.json"),
];

fn format() -> impl Strategy<Value = Format> {
    prop::sample::select(Format::ALL.to_vec())
}

proptest! {
    #[test]
    fn arbitrary_bytes_end_as_outcomes(format in format(), bytes: Vec<u8>) {
        let heard = heard(format, &bytes);
        prop_assert!(heard.windows(2).all(|pair| pair[0].line <= pair[1].line));
    }

    #[test]
    fn a_line_of_arbitrary_bytes_has_one_outcome(bytes: Vec<u8>) {
        let line: Vec<u8> = bytes.into_iter().filter(|&b| b != b'\n').collect();
        let is_blank = line.trim_ascii().is_empty();
        for format in [Format::Canonical, Format::Jetstream] {
            prop_assert_eq!(heard(format, &line).len(), usize::from(!is_blank));
        }
    }

    #[test]
    fn damaged_fixtures_end_as_outcomes(
        which in 0..FIXTURES.len(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
        cut in any::<prop::sample::Index>(),
    ) {
        let (format, name) = FIXTURES[which];
        let mut bytes = fixture(name);
        for (place, byte) in damage {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        bytes.truncate(cut.index(bytes.len()));
        heard(format, &bytes);
    }

    #[test]
    fn surrogates_in_any_order_never_lose_a_mention(units in prop::collection::vec(0xD7FFu16..0xE001, 0..12)) {
        let escapes: String = units.iter().map(|unit| format!("\\u{unit:04x}")).collect();
        let line = format!(r#"{{"platform":"x","id":"1","text":"a{escapes}","author":{{"id":"u"}}}}"#);
        let heard = heard(Format::Canonical, line.as_bytes());
        let expected = format!("a{}", String::from_utf16_lossy(&units));
        let Outcome::Mention(mention) = &heard[0].outcome else { panic!("{:?}", heard[0]) };
        prop_assert_eq!(&mention.text, &expected);
    }
}
