use std::collections::BTreeMap;

use stage::{EventTime, WallTime};

use super::*;
use crate::schemas::TABLE;
use crate::{Author, Mention, Term};

fn records() -> Vec<Routed> {
    let mut head = ChainHead::default();
    let record = |n: i64| Routed {
        mention_id: format!("northline/x/{n}"),
        routed_at: WallTime::from_micros(n),
        mention: Mention { text: format!("no signal {n}"), ..Mention::default() },
        ..Routed::default()
    };
    let mut records: Vec<_> = (1..=4).map(record).collect();
    records.iter_mut().for_each(|record| head.seal(record));
    records
}

/// Verifies the records from the first on and returns the break at each.
fn verify_all(records: &[Routed]) -> Vec<Option<ChainBreak>> {
    let mut head = ChainHead::default();
    records.iter().map(|record| head.verify_next(record).err()).collect()
}

#[test]
fn an_unchanged_chain_verifies() {
    let records = records();
    assert_eq!(records.iter().map(|r| r.sequence).collect::<Vec<_>>(), [1, 2, 3, 4]);
    assert_eq!(verify_all(&records), [None; 4]);
    let mut later = ChainHead::from_trusted(&records[1]).unwrap();
    assert_eq!(later.verify_next(&records[2]), Ok(()), "after a trusted record");
}

#[test]
fn each_kind_of_tampering_is_detected_at_the_tampered_record() {
    type TamperFn = fn(&mut Vec<Routed>);
    let cases: [(&str, TamperFn, Vec<Option<ChainBreak>>); 9] = [
        (
            "a changed text",
            |r| r[1].mention.text.push('!'),
            vec![None, Some(ChainBreak::DigestMismatch), None, None],
        ),
        (
            "a changed place",
            |r| r[1].priority.place = Some(EventTime::from_micros(1)),
            vec![None, Some(ChainBreak::DigestMismatch), None, None],
        ),
        (
            "a changed digest",
            |r| r[1].digest = "0".repeat(64),
            vec![None, Some(ChainBreak::DigestMismatch), Some(ChainBreak::DigestMismatch), None],
        ),
        (
            "one record removed",
            |r| drop(r.remove(1)),
            vec![None, Some(ChainBreak::MissingRecords(1)), None],
        ),
        (
            "two records removed",
            |r| drop(r.drain(1..3)),
            vec![None, Some(ChainBreak::MissingRecords(2))],
        ),
        (
            "the first record removed",
            |r| drop(r.remove(0)),
            vec![Some(ChainBreak::MissingRecords(1)), None, None],
        ),
        (
            "one record repeated",
            |r| r.insert(1, r[1].clone()),
            vec![None, None, Some(ChainBreak::OutOfOrder), None, None],
        ),
        (
            "no digest",
            |r| r[3].digest.clear(),
            vec![None, None, None, Some(ChainBreak::MissingDigest)],
        ),
        (
            "a changed sequence number",
            |r| r[3].sequence = 9,
            vec![None, None, None, Some(ChainBreak::MissingRecords(5))],
        ),
    ];
    for (what, tamper, expected) in cases {
        let mut records = records();
        tamper(&mut records);
        assert_eq!(verify_all(&records), expected, "{what}");
    }
}

#[test]
fn wall_clock_times_are_not_part_of_the_hash() {
    let mut records = records();
    for record in &mut records {
        record.routed_at = WallTime::from_micros(99);
        record.understanding.scored_at = WallTime::from_micros(98);
    }
    assert_eq!(verify_all(&records), [None; 4]);
}

#[test]
fn a_record_read_from_json_has_the_same_digest() {
    let mut head = ChainHead::default();
    let example = include_str!("../../../../schemas/examples/harken.mention.Routed.json");
    let mut routed: Routed = serde_json::from_str(example).unwrap();
    head.seal(&mut routed);
    let back: Routed = serde_json::from_str(&serde_json::to_string(&routed).unwrap()).unwrap();
    assert_eq!(ChainHead::default().verify_next(&back), Ok(()));
}

#[test]
fn the_canonical_form_has_every_non_empty_field_and_no_empty_one() {
    let mut bytes = Vec::new();
    canonical::write(&Author::default(), &mut bytes);
    assert_eq!(bytes, b"", "an empty record has no bytes");
    let author = Author { id: "a".into(), followers: Some(0), ..Author::default() };
    canonical::write(&author, &mut bytes);
    let [id, followers] = ["id", "followers"].map(|name| canonical::field_tag(name).to_le_bytes());
    let expected = [&id, b"\x01\0\0\0a".as_slice(), &followers, b"\x01\0\0\0\x01"].concat();
    assert_eq!(bytes, expected, "0 followers differ from an unknown number");
    let mut terms = Vec::new();
    canonical::write(&vec![Term::default(), Term { points: -1, ..Term::default() }], &mut terms);
    assert_eq!(&terms[..4], [0; 4], "an empty element is still an element");
    assert!(terms.len() > 8);
    let example = include_str!("../../../../schemas/examples/harken.mention.Routed.json");
    let mut full = Vec::new();
    canonical::write(&serde_json::from_str::<Routed>(example).unwrap(), &mut full);
    for part in ["mention_id", "understanding", "terms", "explanation", "rules", "sequence"] {
        let tag = canonical::field_tag(part).to_le_bytes();
        assert!(full.windows(4).any(|window| window == tag), "{part}");
    }
}

#[test]
fn no_two_field_names_have_the_same_hash() {
    assert_eq!(canonical::field_tag("foobar"), 0xbf9c_f968, "a test vector of the FNV authors");
    let mut names = BTreeMap::new();
    for entry in TABLE {
        for name in entry.text.split("\"name\": \"").skip(1).filter_map(|t| t.split('"').next()) {
            let other =
                names.insert(canonical::field_tag(name), name).filter(|other| *other != name);
            assert_eq!(other, None, "{name}");
        }
    }
    assert!(names.len() > 100, "{}", names.len());
}
