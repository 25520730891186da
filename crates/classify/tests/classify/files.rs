//! Reading labelled files that the tests write.

use classify::data::{read_lexicon, read_pair};
use std::path::PathBuf;

fn file(name: &str, content: &[u8]) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, content).unwrap();
    path
}

#[test]
fn texts_and_labels_are_paired_and_only_a_line_feed_ends_a_line() {
    let texts = file("pair_text.txt", "late again\u{2028}twice\n\nthanks\n".as_bytes());
    let labels = file("pair_labels.txt", b"0\n1\r\n2");
    let expected = [("late again\u{2028}twice", 0), ("", 1), ("thanks", 2)];
    let read = read_pair(&texts, &labels).unwrap();
    assert_eq!(read, expected.map(|(text, label)| (text.to_owned(), label)));
}

#[test]
fn files_that_do_not_match_are_rejected_with_the_reason() {
    let texts = file("bad_text.txt", b"one\ntwo\n");
    let rejected =
        |labels: &[u8]| read_pair(&texts, &file("bad_labels.txt", labels)).unwrap_err().to_string();
    assert_eq!(rejected(b"0\n"), "line counts differ: 2 texts, 1 labels");
    assert!(rejected(b"0\nx\n").starts_with("no label number in line 2 of "));
    assert!(rejected(b"0\n\xff\n").starts_with("unreadable file "));
    assert_eq!(rejected(b""), "line counts differ: 2 texts, 0 labels");
}

#[test]
fn a_lexicon_is_read_as_words_and_valences() {
    let good = file("lexicon.txt", b"awful\t-2.5\tmore\n:)\t2\n");
    assert_eq!(read_lexicon(&good).unwrap(), [("awful".to_owned(), -2.5), (":)".to_owned(), 2.0)]);
    let bad = file("bad_lexicon.txt", b"awful\t-2.5\nodd one\n");
    let rejected = read_lexicon(&bad).unwrap_err().to_string();
    assert!(rejected.starts_with("no word, tab and number in line 2 of "), "{rejected}");
}
