//! Payloads of each platform. Every line gives outcomes, and what is accepted is admitted by dedupe. A
//! stream cut into pieces gives the documents of the whole.
#![no_main]

use std::sync::LazyLock;

use harken_fuzz::{START, assert_admitted, attribution, selector};
use libfuzzer_sys::fuzz_target;
use platforms::{
    Config, DocumentStream, LineOutcome, ParsedLine, PayloadFormat, parse_all, parse_array,
};

static SETTINGS: LazyLock<Config> = LazyLock::new(attribution);

fuzz_target!(|input: &[u8]| {
    let (choice, payload) = selector(input);
    match PayloadFormat::ALL.get(usize::from(choice % 4)) {
        Some(format) => {
            parse_all(*format, payload, &SETTINGS, START).for_each(check);
            if !format.is_line_based() {
                compare_splits(payload, usize::from(choice / 4) + 1);
            }
        }
        None => parse_array(payload, &SETTINGS, START).into_iter().flatten().for_each(check),
    }
});

fn check(parsed: ParsedLine) {
    assert!(parsed.line > 0);
    match parsed.outcome {
        LineOutcome::Mention(mention) => assert_admitted(&mention, START),
        LineOutcome::Skipped(skip) => assert!(!skip.as_str().is_empty()),
        LineOutcome::Rejected(rejection) => {
            assert!(!rejection.to_string().contains('\n'), "{rejection}");
        }
    }
}

/// Documents of a stream in pieces of `length` bytes against those of the whole.
fn compare_splits(payload: &[u8], length: usize) {
    let split = |length: usize| {
        let (mut stream, mut found) = (DocumentStream::default(), Vec::new());
        let mut drain = |stream: &mut DocumentStream, is_end| {
            while let Some((line, document)) = stream.next_document(is_end) {
                found.push((line, document.ok().map(<[u8]>::to_vec)));
            }
        };
        for piece in payload.chunks(length) {
            stream.feed(piece);
            drain(&mut stream, false);
        }
        drain(&mut stream, true);
        found
    };
    assert_eq!(split(length), split(payload.len().max(1)));
}
