//! The byte layout of the changelog.

use std::collections::BTreeMap;
use std::path::Path;

use mention::{Level, Reaction, topics};
use priority::state::{
    AuthorHistory, DecisionInputs, Key, OpenMention, PendingSignal, ReactionCounts, Value,
};
use priority::{AuthorHash, CustomerEntry, MentionHash, PriorContacts, State};
use stage::memory::MemoryBroker;
use stage::{State as _, Wire};

use crate::scene::{append, bytes, complaint, key, profile, run, second};

#[test]
fn the_schema_of_customers_conforms_to_its_history() {
    let schemas = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas");
    assert_eq!(mention::conformance::check_record::<CustomerEntry>(&schemas), Ok(()));
}

/// Keys with their leading hexadecimal digits, and values with all of theirs.
fn entries() -> Vec<(Key, &'static str, Value, String)> {
    let account = AuthorHash::of(b"northline/x/ann");
    let author = AuthorHistory { last: 1, mentions: 2, complaints: 1, tone_history: [9, 8].into() };
    let open = OpenMention {
        since: 7,
        revision: 3,
        level: Level::P2,
        inputs: DecisionInputs { base: -5, incident: 1, customer: 2 },
        reactions: ReactionCounts { reposts: 3, replies: 4 },
        is_answered: true,
        prior_contacts: PriorContacts { mentions: 5, complaints: 6 },
        tones: 2,
        scored: b"mention".as_slice().into(),
    };
    let pending = PendingSignal {
        tenant: "t".into(),
        post: "t/x/1".into(),
        author: 1,
        followers: 2,
        is_negative: true,
        is_young: false,
        is_repost: true,
        reason: "r".into(),
        cluster: "".into(),
        products: ["p".into()].into(),
        words: "w ü".into(),
    };
    let scored: String = b"mention".iter().map(|byte| format!("{byte:02x}")).collect();
    vec![
        (Key::Author(account), "12", Value::Author(author), "1200000001000200010908".to_owned()),
        (
            Key::OpenMention(account, MentionHash::of("1")),
            "13",
            Value::OpenMention(open),
            format!(
                "13 00000007 0003 01 fffffffb 0000000000000001 0000000000000002 00000003 00000004 \
                 0005 0006 82 {scored}"
            )
            .replace(' ', ""),
        ),
        (
            Key::PendingSignal(10, 1),
            "140000000a00000001",
            Value::PendingSignal(pending),
            "14 0000000000000001 0000000000000002 05 000174 0005742f782f31 000172 0000 \
             0004 7720c3bc 01000170"
                .replace(' ', ""),
        ),
        (Key::Clock, "15", Value::Clock(258), "1500000102".to_owned()),
        (
            Key::Reactions(account, MentionHash::of("1")),
            "16",
            Value::Reactions(ReactionCounts { reposts: 1, replies: 258 }),
            "160000000100000102".to_owned(),
        ),
    ]
}

fn hex(value: &impl Wire) -> String {
    let mut bytes = Vec::new();
    value.write(&mut bytes);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn every_kind_of_entry_keeps_its_byte_layout_and_is_read_back() {
    for (key, begins, value, expected) in entries() {
        assert!(hex(&key).starts_with(begins), "{key:?}");
        assert_eq!(hex(&value), expected, "{value:?}");
        let (mut k, mut v) = (Vec::new(), Vec::new());
        key.write(&mut k);
        value.write(&mut v);
        assert_eq!((Key::read(&k), Value::read(&v)), (Ok(key), Ok(value)));
    }
}

#[test]
fn a_truncated_entry_is_refused() {
    for (key, _, value, _) in entries() {
        let (mut k, mut v) = (Vec::new(), Vec::new());
        key.write(&mut k);
        value.write(&mut v);
        // 16 bytes of another key are the valid key of a customer.
        for end in (0..k.len()).filter(|end| *end != 16) {
            assert!(Key::read(&k[..end]).is_err(), "{key:?} cut at {end}");
        }
        // Tone history and mention run to the end of the value: any length of them is valid.
        let least = match &value {
            Value::Author(author) => v.len() - author.tone_history.len(),
            Value::OpenMention(open) => v.len() - open.scored.len(),
            _ => v.len(),
        };
        for end in 0..least {
            assert!(Value::read(&v[..end]).is_err(), "{value:?} cut at {end}");
        }
    }
}

#[test]
fn a_changelog_entry_with_a_value_of_another_kind_is_refused_and_changes_nothing() {
    let broker = MemoryBroker::new(1);
    profile(&broker, "ann", 101, Some("gold"));
    append(&broker, &complaint("ann", "1", 102, "my router is broken"));
    let reaction = Reaction {
        tenant: "northline".into(),
        platform: "x".into(),
        author_id: "ann".into(),
        original_id: "1".into(),
        ..Reaction::default()
    };
    broker.append(topics::REACTION, second(103), &key("ann"), Some(bytes(&reaction)));
    append(&broker, &complaint("bob", "2", 104, "my router is broken"));
    run(&broker, None);
    let (mut state, mut by_kind) = (State::default(), BTreeMap::new());
    for (_, key, value) in broker.changelog("priority") {
        state.restore("priority", &key, Some(&value)).unwrap();
        by_kind.insert(value[0], (key, value));
    }
    assert_eq!(by_kind.len(), 7, "an entry of each kind");
    let before = format!("{state:?}");
    for (kind, (key, _)) in &by_kind {
        for (_, (_, value)) in by_kind.iter().filter(|(other, _)| *other != kind) {
            assert!(state.restore("priority", key, Some(value)).is_err(), "{key:x?} {value:x?}");
            assert_eq!(format!("{state:?}"), before, "{key:x?} {value:x?}");
        }
    }
}
