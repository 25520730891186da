use super::*;

fn hex(value: &impl Wire) -> String {
    let mut bytes = Vec::new();
    value.write(&mut bytes);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_sweep_keeps_its_byte_layout_and_is_read_back() {
    let author = AuthorHash::from_bytes(*b"abcdefghijklmnop");
    let sweep = Sweep {
        incidents_hash: 1,
        rules_hash: 2,
        has_other_rules: true,
        is_done: false,
        last: Some((author, MentionHash(3))),
        scored_until: Some((author, MentionHash(4))),
        at: EventTime::from_micros(-2),
    };
    let numbers = "0000000000000001 0000000000000002 fffffffffffffffe";
    let author = "6162636465666768696a6b6c6d6e6f70";
    let whole = format!("17 0d {numbers} {author} 0000000000000003 {author} 0000000000000004");
    let first = format!("17 02 {numbers} {}", "00".repeat(48));
    let begun = Sweep { has_other_rules: false, is_done: true, ..sweep };
    let begun = Sweep { last: None, scored_until: None, ..begun };
    for (sweep, expected) in [(sweep, whole), (begun, first)] {
        let value = Value::Sweep(sweep);
        assert_eq!(hex(&value), expected.replace(' ', ""));
        let mut bytes = Vec::new();
        value.write(&mut bytes);
        assert_eq!(Value::read(&bytes), Ok(value));
        for end in 0..bytes.len() {
            assert!(Value::read(&bytes[..end]).is_err(), "cut at {end}");
        }
    }
    assert_eq!((hex(&Key::Sweep), Key::read(&[0x17])), ("17".to_owned(), Ok(Key::Sweep)));
}

#[test]
fn a_text_too_long_for_its_length_and_products_beyond_255_are_cut() {
    let pending = PendingSignal {
        words: "é".repeat(40_000).into(),
        products: vec!["p".into(); 300].into(),
        ..PendingSignal::default()
    };
    let mut bytes = Vec::new();
    Value::PendingSignal(pending).write(&mut bytes);
    let Ok(Value::PendingSignal(read)) = Value::read(&bytes) else { panic!("not read") };
    // 65,535 bytes end inside a character of two.
    assert_eq!((read.words.len(), read.products.len()), (65_534, 255));
}
