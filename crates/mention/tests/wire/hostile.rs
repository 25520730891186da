//! Malicious bytes: each is rejected and allocates at most the limit of a record.

use mention::codec::{AvroRecord, DecodeError, DecodeProblem, MAX_BYTES, read, write};
use mention::{Author, Incident, Media, Mention, Prioritized, Routed, schemas};
use stage::{Malformed, RejectReason};

use crate::memory::peak;

/// The header of a record.
fn head<F: AvroRecord>() -> Vec<u8> {
    let embedded = schemas::all().find(|schema| schema.name == F::SCHEMA).unwrap();
    let mut bytes = vec![0xC3, 0x01];
    bytes.extend(embedded.fingerprint.to_le_bytes());
    bytes
}

/// Reads a record that must be rejected within the memory limit, and returns the error.
fn rejection<F: AvroRecord>(bytes: &[u8]) -> Malformed {
    let (rejected, peak) = peak(|| read::<F>(bytes).err());
    assert!(peak <= MAX_BYTES, "{peak} bytes held");
    rejected.expect("a rejection")
}

/// The error in the fields of a record that does not follow its schema.
fn decode_error(rejected: Malformed) -> DecodeError {
    let Malformed::Schema(problem) = rejected else { panic!("{rejected}") };
    *problem.downcast().unwrap()
}

/// A zigzag varint.
fn long(value: i64) -> Vec<u8> {
    let mut rest = ((value << 1) ^ (value >> 63)).cast_unsigned();
    let mut bytes = Vec::new();
    while rest > 0x7F {
        bytes.push(rest.to_le_bytes()[0] | 0x80);
        rest >>= 7;
    }
    bytes.push(rest.to_le_bytes()[0]);
    bytes
}

fn text(text: &str) -> Vec<u8> {
    let mut bytes = long(i64::try_from(text.len()).unwrap());
    bytes.extend(text.as_bytes());
    bytes
}

/// An incident whose list of words is encoded as these bytes.
fn incident(words: &[u8]) -> Vec<u8> {
    let mut bytes = head::<Incident>();
    for part in [text("t"), text("i"), long(1), text("title"), words.to_vec(), long(0), long(0)] {
        bytes.extend(part);
    }
    // The remaining fields of a default incident; its first seven fields have one byte each.
    bytes.extend(&self::bytes(&Incident::default())[head::<Incident>().len() + 7..]);
    bytes
}

fn mention() -> Mention {
    Mention {
        tenant: "northline".into(),
        platform: "x".into(),
        id: "1".into(),
        text: "no signal since nine".into(),
        author: Author { id: "7".into(), handle: Some("mara".into()), ..Author::default() },
        media: vec![Media { kind: "image".into(), ..Media::default() }; 2],
        ..Mention::default()
    }
}

fn bytes<F: AvroRecord>(fact: &F) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(fact, &mut bytes);
    bytes
}

#[test]
fn a_record_truncated_at_any_byte_is_rejected() {
    let whole = bytes(&Routed { mention: mention(), ..Routed::default() });
    for end in 0..whole.len() {
        let rejected = rejection::<Routed>(&whole[..end]);
        assert_eq!(rejected.reason(), RejectReason::Undecodable, "truncated at {end}");
    }
    assert!(read::<Routed>(&whole).is_ok());
}

#[test]
fn a_record_followed_by_more_bytes_is_rejected() {
    let mut longer = bytes(&mention());
    longer.push(0);
    let rejected = rejection::<Mention>(&longer);
    assert!(matches!(rejected, Malformed::TooLong { extra: 1 }), "{rejected}");
}

#[test]
fn bytes_that_are_no_record_of_the_expected_type_are_rejected() {
    let mention = bytes(&mention());
    let mut unknown = mention.clone();
    unknown[9] ^= 1;
    let mut framed = mention.clone();
    framed[0] = 0;
    let empty: &[u8] = &[];
    for (bytes, reason, message) in [
        (empty, RejectReason::Undecodable, "0 bytes, shorter than a header"),
        (&framed, RejectReason::Undecodable, "starts with 00 01, expected c3 01"),
        (
            &mention,
            RejectReason::Undecodable,
            "is a harken.mention.Received, expected a harken.mention.Routed",
        ),
        (&vec![0; MAX_BYTES + 1], RejectReason::Undecodable, "1048577 bytes, more than 1048576"),
    ] {
        let rejected = rejection::<Routed>(bytes);
        assert_eq!((rejected.reason(), &*rejected.to_string()), (reason, message));
    }
    let rejected = rejection::<Mention>(&unknown);
    assert!(matches!(rejected, Malformed::UnknownSchema { .. }), "{rejected}");
    assert_eq!(rejected.reason(), RejectReason::UnknownSchema);
}

#[test]
fn an_invalid_value_is_rejected_with_the_name_of_its_field() {
    let after_tenant = |rest: &[u8]| [head::<Mention>(), text("t"), rest.to_vec()].concat();
    let after_id = |rest: &[u8]| after_tenant(&[text("x"), text("1"), rest.to_vec()].concat());
    let after_text =
        |rest: &[u8]| after_id(&[long(0), long(0), long(0), text("hi"), rest.to_vec()].concat());
    let index = |index, choices| DecodeProblem::InvalidIndex { index, choices };
    for (bytes, path, problem) in [
        (after_tenant(&long(i64::MAX)), "platform", DecodeProblem::Truncated),
        (after_tenant(&long(i64::MIN)), "platform", DecodeProblem::InvalidLength(i64::MIN)),
        (after_tenant(&long(-1)), "platform", DecodeProblem::InvalidLength(-1)),
        (after_tenant(&long(1 << 20)), "platform", DecodeProblem::Truncated),
        (after_tenant(&[0xFF; 10]), "platform", DecodeProblem::NumberTooLong { bits: 64 }),
        (after_tenant(&[0x80; 64]), "platform", DecodeProblem::NumberTooLong { bits: 64 }),
        (after_tenant(&[4, 0xC3, 0x28]), "platform", DecodeProblem::NotUtf8),
        (after_tenant(&[6, 0xED, 0xA0, 0x80]), "platform", DecodeProblem::NotUtf8),
        (after_id(&long(3)), "change", index(3, 3)),
        (after_id(&long(-1)), "change", index(-1, 3)),
        (after_text(&long(2)), "claimed_language", index(2, 2)),
        (after_text(&long(-1)), "claimed_language", index(-1, 2)),
    ] {
        let rejected = decode_error(rejection::<Mention>(&bytes));
        assert_eq!((rejected.path(), rejected.problem()), (path, &problem));
    }
}

#[test]
fn a_list_longer_than_its_bytes_is_rejected() {
    let end = long(0);
    let short = [long(-1), long(1), text("ab"), end.clone()].concat();
    for (what, words, problem) in [
        ("no end", long(i64::MAX), DecodeProblem::Truncated),
        ("no bytes", long(1_000_000), DecodeProblem::Truncated),
        ("the least number", [long(i64::MIN), long(1)].concat(), DecodeProblem::Truncated),
        ("no size", [long(-2), long(-5)].concat(), DecodeProblem::Truncated),
        ("a size too long", [long(-2), long(900)].concat(), DecodeProblem::Truncated),
        ("a size too short", short, DecodeProblem::BlockSize),
    ] {
        let rejected = decode_error(rejection::<Incident>(&incident(&words)));
        assert_eq!((rejected.path(), rejected.problem()), ("words", &problem), "{what}");
    }
    let fair = [long(-1), long(3), text("ab"), long(2), text("c"), text("d"), end].concat();
    let read = read::<Incident>(&incident(&fair)).unwrap();
    assert_eq!(read.words, ["ab", "c", "d"]);
}

#[test]
fn a_list_that_exceeds_the_memory_limit_is_rejected() {
    let many = i64::try_from(MAX_BYTES - 100).unwrap();
    let one_block = [long(many), vec![0; MAX_BYTES - 100], long(0)].concat();
    let small_blocks = [long(1), long(0)].concat().repeat(MAX_BYTES / 2 - 100);
    for words in [one_block, [small_blocks, long(0)].concat()] {
        let rejected = decode_error(rejection::<Incident>(&incident(&words)));
        assert_eq!((rejected.path(), rejected.problem()), ("words", &DecodeProblem::MemoryLimit));
    }
}

#[test]
fn reading_the_largest_record_stays_within_the_memory_limit() {
    let large = Incident { title: "t".repeat(MAX_BYTES - 100), ..Incident::default() };
    let words = Incident { words: vec![String::new(); 14_000], ..Incident::default() };
    for incident in [large, words] {
        let bytes = bytes(&incident);
        let (read, peak) = peak(|| read::<Incident>(&bytes));
        assert!(peak <= MAX_BYTES, "{peak} bytes held");
        assert_eq!(read.unwrap(), incident);
    }
}

#[test]
fn an_error_quotes_no_content() {
    const CANARY: &str = "canary-4711";
    let mention = Mention { text: CANARY.into(), ..mention() };
    let whole = bytes(&Prioritized { mention, ..Prioritized::default() });
    for at in 10..whole.len() {
        for flip in [0x01, 0x80, 0xFF] {
            let mut changed = whole.clone();
            changed[at] ^= flip;
            if let Err(rejected) = read::<Prioritized>(&changed) {
                assert!(!format!("{rejected} {rejected:?}").contains("canary"), "{rejected:?}");
            }
        }
    }
}

#[test]
fn writing_allocates_nothing_but_the_output() {
    let routed = Routed { mention: mention(), ..Routed::default() };
    let mut out = Vec::with_capacity(4_096);
    write(&routed, &mut out);
    out.clear();
    let ((), peak) = peak(|| write(&routed, &mut out));
    assert_eq!(peak, 0);
}
