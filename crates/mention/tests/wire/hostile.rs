//! Bytes written by somebody who means harm: they end as a dead letter, and cost next to nothing.

use mention::codec::{Fact, MAX_BYTES, read, write};
use mention::{Author, Incident, Media, Mention, Prioritized, Routed, schemas};
use stage::{Malformed, Reason};

use crate::memory::peak;

/// The head of a record of a fact.
fn head<F: Fact>() -> Vec<u8> {
    let embedded = schemas::all().find(|schema| schema.name == F::SCHEMA).unwrap();
    let mut bytes = vec![0xC3, 0x01];
    bytes.extend(embedded.fingerprint.to_le_bytes());
    bytes
}

/// Reads a record that must be refused, and says why it was, for at most 1 MiB.
fn refusal<F: Fact>(bytes: &[u8]) -> Malformed {
    let (refused, peak) = peak(|| read::<F>(bytes).err());
    assert!(peak <= MAX_BYTES, "{peak} bytes held");
    refused.expect("a refusal")
}

/// A number as Avro writes it.
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

/// An incident whose list of words has these bytes.
fn incident(words: &[u8]) -> Vec<u8> {
    let mut bytes = head::<Incident>();
    for part in [text("t"), text("i"), long(1), text("title"), words.to_vec(), long(0), long(0)] {
        bytes.extend(part);
    }
    // The fields behind these, as a default has them: before them it has seven, a byte each.
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

fn bytes<F: Fact>(fact: &F) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(fact, &mut bytes);
    bytes
}

#[test]
fn a_record_cut_at_any_byte_is_refused() {
    let whole = bytes(&Routed { mention: mention(), ..Routed::default() });
    for end in 0..whole.len() {
        let refused = refusal::<Routed>(&whole[..end]);
        assert_eq!(refused.reason, Reason::Undecodable, "cut at {end}");
    }
    assert!(read::<Routed>(&whole).is_ok());
}

#[test]
fn a_record_with_bytes_behind_it_is_refused() {
    let mut longer = bytes(&mention());
    longer.push(0);
    assert_eq!(refusal::<Mention>(&longer).message, "1 bytes behind its end");
}

#[test]
fn what_is_no_record_of_the_topic_is_refused() {
    let mention = bytes(&mention());
    let mut unknown = mention.clone();
    unknown[9] ^= 1;
    let mut framed = mention.clone();
    framed[0] = 0;
    let empty: &[u8] = &[];
    for (bytes, reason, message) in [
        (empty, Reason::Undecodable, "0 bytes, less than a header"),
        (&framed, Reason::Undecodable, "begins with 00 01, not with c3 01"),
        (
            &mention,
            Reason::Undecodable,
            "a harken.mention.Received where a harken.mention.Routed belongs",
        ),
        (&vec![0; MAX_BYTES + 1], Reason::Undecodable, "1048577 bytes, more than 1048576"),
    ] {
        let refused = refusal::<Routed>(bytes);
        assert_eq!((refused.reason, refused.message.as_str()), (reason, message));
    }
    let refused = refusal::<Mention>(&unknown);
    assert_eq!(refused.reason, Reason::UnknownSchema);
    assert!(refused.message.starts_with("written with the unknown schema "), "{refused:?}");
}

#[test]
fn impossible_values_are_refused_by_their_place() {
    let after_tenant = |rest: &[u8]| [head::<Mention>(), text("t"), rest.to_vec()].concat();
    let after_id = |rest: &[u8]| after_tenant(&[text("x"), text("1"), rest.to_vec()].concat());
    let after_text =
        |rest: &[u8]| after_id(&[long(0), long(0), long(0), text("hi"), rest.to_vec()].concat());
    for (bytes, message) in [
        (after_tenant(&long(i64::MAX)), "platform: cut short"),
        (after_tenant(&long(i64::MIN)), "platform: a length of -9223372036854775808"),
        (after_tenant(&long(-1)), "platform: a length of -1"),
        (after_tenant(&long(1 << 20)), "platform: cut short"),
        (after_tenant(&[0xFF; 10]), "platform: a number of more than 64 bits"),
        (after_tenant(&[0x80; 64]), "platform: a number of more than 64 bits"),
        (after_tenant(&[4, 0xC3, 0x28]), "platform: text that is not UTF-8"),
        (after_tenant(&[6, 0xED, 0xA0, 0x80]), "platform: text that is not UTF-8"),
        (after_id(&long(3)), "change: choice 3 of 3"),
        (after_id(&long(-1)), "change: choice -1 of 3"),
        (after_text(&long(2)), "claimed_language: choice 2 of 2"),
        (after_text(&long(-1)), "claimed_language: choice -1 of 2"),
    ] {
        assert_eq!(refusal::<Mention>(&bytes).message, message);
    }
}

#[test]
fn lists_longer_than_their_bytes_are_refused() {
    let end = long(0);
    for (what, words, message) in [
        ("no end", long(i64::MAX), "words: cut short"),
        ("no bytes", long(1_000_000), "words: cut short"),
        ("the least number", [long(i64::MIN), long(1)].concat(), "words: cut short"),
        ("no size", [long(-2), long(-5)].concat(), "words: cut short"),
        ("a size too long", [long(-2), long(900)].concat(), "words: cut short"),
        (
            "a size too short",
            [long(-1), long(1), text("ab"), end.clone()].concat(),
            "words: a block that is not as long as it says",
        ),
    ] {
        assert_eq!(refusal::<Incident>(&incident(&words)).message, message, "{what}");
    }
    let fair = [long(-1), long(3), text("ab"), long(2), text("c"), text("d"), end].concat();
    let read = read::<Incident>(&incident(&fair)).unwrap();
    assert_eq!(read.words, ["ab", "c", "d"]);
}

#[test]
fn a_list_that_would_take_more_memory_than_a_record_may_is_refused() {
    let many = i64::try_from(MAX_BYTES - 100).unwrap();
    let one_block = [long(many), vec![0; MAX_BYTES - 100], long(0)].concat();
    let small_blocks = [long(1), long(0)].concat().repeat(MAX_BYTES / 2 - 100);
    for words in [one_block, [small_blocks, long(0)].concat()] {
        let refused = refusal::<Incident>(&incident(&words));
        assert_eq!(refused.message, "words: takes more memory than a record may");
    }
}

#[test]
fn the_largest_record_that_is_read_takes_no_more_memory_than_it_may() {
    let large = Incident { title: "t".repeat(MAX_BYTES - 100), ..Incident::default() };
    let words = Incident { words: vec![String::new(); 14_000], ..Incident::default() };
    for incident in [large, words] {
        let bytes = bytes(&incident);
        let (read, peak) = peak(|| read::<Incident>(&bytes));
        assert!(peak <= MAX_BYTES, "{peak} bytes held");
        assert_eq!(read, Ok(incident));
    }
}

#[test]
fn a_refusal_quotes_no_content() {
    const CANARY: &str = "canary-4711";
    let mention = Mention { text: CANARY.into(), ..mention() };
    let whole = bytes(&Prioritized { mention, ..Prioritized::default() });
    for at in 10..whole.len() {
        for flip in [0x01, 0x80, 0xFF] {
            let mut changed = whole.clone();
            changed[at] ^= flip;
            if let Err(refused) = read::<Prioritized>(&changed) {
                assert!(!refused.message.contains("canary"), "{refused:?}");
            }
        }
    }
}

#[test]
fn writing_takes_no_memory_but_that_of_the_bytes() {
    let routed = Routed { mention: mention(), ..Routed::default() };
    let mut out = Vec::with_capacity(4_096);
    write(&routed, &mut out);
    out.clear();
    let ((), peak) = peak(|| write(&routed, &mut out));
    assert_eq!(peak, 0);
}
