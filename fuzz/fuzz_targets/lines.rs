//! Input files of `replay`: lines that arrive in pieces give what the parser of whole bodies gives, and
//! the clock of the file never goes back.
#![no_main]

use std::io::BufReader;
use std::sync::LazyLock;

use harken_fuzz::{START, assert_admitted, attribution, selector};
use libfuzzer_sys::fuzz_target;
use pipeline::input::{Arrival, InputLine, LineReader};
use platforms::{Config, LineOutcome, PayloadFormat, parse_all};
use stage::EventTime;

/// Smaller than the default, so that the fuzzer finds it.
const LINE_LIMIT: usize = 1_000;

static SETTINGS: LazyLock<Config> =
    LazyLock::new(|| Config { line_limit: LINE_LIMIT, ..attribution() });

fuzz_target!(|input: &[u8]| {
    let (choice, file) = selector(input);
    // The reader holds a bounded part of a line, so it rejects one that is too long with its blanks.
    let is_padded = |line: &[u8]| line.len() > LINE_LIMIT && line.trim_ascii().len() <= LINE_LIMIT;
    if file.split(|byte| *byte == b'\n').any(is_padded) {
        return;
    }
    let format = PayloadFormat::ALL[usize::from(choice) % 3];
    let arrival = if choice & 0x40 == 0 { Arrival::Whole } else { Arrival::Pieces };
    let piece = 1 + usize::from(choice & 0x3f);
    let reader = BufReader::with_capacity(piece, file);
    let mut lines = LineReader::new(reader, format, SETTINGS.clone()).arriving(arrival);
    let mut expected = parse_all(format, file, &SETTINGS, START);
    let mut clock = EventTime::MIN;
    while let Some(line) = lines.read().expect("a slice does not fail") {
        let whole = expected.next();
        match (line, whole.map(|parsed| (parsed.line, parsed.outcome))) {
            (InputLine::Mention(found), Some((_, LineOutcome::Mention(mut mention)))) => {
                assert!(clock <= found.received_at, "the clock went back");
                clock = found.received_at;
                mention.received_at = clock;
                assert_eq!(found, mention);
                assert_admitted(&found, clock);
            }
            (InputLine::Skipped(found), Some((_, LineOutcome::Skipped(skip)))) => {
                assert_eq!(found, skip);
            }
            (InputLine::Rejected(at, found), Some((line, LineOutcome::Rejected(rejection)))) => {
                // The column may differ: a mistake is reported from the pieces read so far.
                assert_eq!((at, found.as_str()), (line, rejection.as_str()));
            }
            (found, whole) => panic!("{found:?}, but the whole gives {whole:?}"),
        }
    }
    assert_eq!(expected.next(), None);
});
