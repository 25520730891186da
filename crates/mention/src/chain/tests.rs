use std::collections::BTreeMap;

use super::*;
use crate::schemas::TABLE;
use crate::{Author, Mention, Term};

fn records() -> Vec<Routed> {
    let mut head = Head::default();
    let record = |n: i64| Routed {
        mention_id: format!("northline/x/{n}"),
        routed_at: n,
        mention: Mention { text: format!("no signal {n}"), ..Mention::default() },
        ..Routed::default()
    };
    let mut records: Vec<_> = (1..=4).map(record).collect();
    records.iter_mut().for_each(|record| head.seal(record));
    records
}

/// What is found over records that are read from the first on.
fn found(records: &[Routed]) -> Vec<Option<Break>> {
    let mut head = Head::default();
    records.iter().map(|record| head.follow(record).err()).collect()
}

#[test]
fn a_chain_as_it_was_written_holds() {
    let records = records();
    assert_eq!(records.iter().map(|r| r.sequence).collect::<Vec<_>>(), [1, 2, 3, 4]);
    assert_eq!(found(&records), [None; 4]);
    let mut later = Head::at(&records[1]).unwrap();
    assert_eq!(later.follow(&records[2]), Ok(()), "behind what is taken on trust");
}

#[test]
fn each_way_to_tamper_is_found_where_it_was_done() {
    type Tamper = fn(&mut Vec<Routed>);
    let cases: [(&str, Tamper, Vec<Option<Break>>); 8] = [
        (
            "a text changed",
            |r| r[1].mention.text.push('!'),
            vec![None, Some(Break::Changed), None, None],
        ),
        (
            "a digest changed",
            |r| r[1].digest = "0".repeat(64),
            vec![None, Some(Break::Changed), Some(Break::Changed), None],
        ),
        ("one taken out", |r| drop(r.remove(1)), vec![None, Some(Break::Gap(1)), None]),
        ("two taken out", |r| drop(r.drain(1..3)), vec![None, Some(Break::Gap(2))]),
        ("the first taken out", |r| drop(r.remove(0)), vec![Some(Break::Gap(1)), None, None]),
        (
            "one twice",
            |r| r.insert(1, r[1].clone()),
            vec![None, None, Some(Break::Backwards), None, None],
        ),
        ("no digest", |r| r[3].digest.clear(), vec![None, None, None, Some(Break::Unsealed)]),
        ("another number", |r| r[3].sequence = 9, vec![None, None, None, Some(Break::Gap(5))]),
    ];
    for (what, tamper, expected) in cases {
        let mut records = records();
        tamper(&mut records);
        assert_eq!(found(&records), expected, "{what}");
    }
}

#[test]
fn when_it_was_written_down_is_no_part_of_a_decision() {
    let mut records = records();
    for record in &mut records {
        (record.routed_at, record.understanding.scored_at) = (99, 98);
    }
    assert_eq!(found(&records), [None; 4]);
}

#[test]
fn a_record_read_back_from_json_has_the_same_digest() {
    let mut head = Head::default();
    let example = include_str!("../../../../schemas/examples/harken.mention.Routed.json");
    let mut routed: Routed = serde_json::from_str(example).unwrap();
    head.seal(&mut routed);
    let back: Routed = serde_json::from_str(&serde_json::to_string(&routed).unwrap()).unwrap();
    assert_eq!(Head::default().follow(&back), Ok(()));
}

#[test]
fn every_field_of_a_full_record_counts_and_empty_ones_leave_no_trace() {
    let mut bytes = Vec::new();
    canonical::write(&Author::default(), &mut bytes);
    assert_eq!(bytes, b"", "nothing is said");
    let author = Author { id: "a".into(), followers: Some(0), ..Author::default() };
    canonical::write(&author, &mut bytes);
    let [id, followers] = ["id", "followers"].map(|name| canonical::tag(name).to_le_bytes());
    let expected = [&id, b"\x01\0\0\0a".as_slice(), &followers, b"\x01\0\0\0\x01"].concat();
    assert_eq!(bytes, expected, "none is not no followers");
    let mut terms = Vec::new();
    canonical::write(&vec![Term::default(), Term { points: -1, ..Term::default() }], &mut terms);
    assert_eq!(&terms[..4], [0; 4], "an empty element is one");
    assert!(terms.len() > 8);
    let example = include_str!("../../../../schemas/examples/harken.mention.Routed.json");
    let mut full = Vec::new();
    canonical::write(&serde_json::from_str::<Routed>(example).unwrap(), &mut full);
    for part in ["mention_id", "understanding", "terms", "explanation", "rules", "sequence"] {
        let tag = canonical::tag(part).to_le_bytes();
        assert!(full.windows(4).any(|window| window == tag), "{part}");
    }
}

#[test]
fn a_name_is_told_from_every_other_by_its_hash() {
    assert_eq!(canonical::tag("foobar"), 0xbf9c_f968, "as the author of the hash has it");
    let mut names = BTreeMap::new();
    for entry in TABLE {
        for name in entry.text.split("\"name\": \"").skip(1).filter_map(|t| t.split('"').next()) {
            let other = names.insert(canonical::tag(name), name).filter(|other| *other != name);
            assert_eq!(other, None, "{name}");
        }
    }
    assert!(names.len() > 100, "{}", names.len());
}
