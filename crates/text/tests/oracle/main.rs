#![allow(warnings, clippy::all, missing_docs, reason = "temporary")]
#[path = "old/text/mod.rs"]
mod text;
#[path = "old/phrases/mod.rs"]
mod phrases;
#[path = "old/dedupe.rs"]
mod dedupe;
#[path = "old/priority.rs"]
mod priority;
use proptest::prelude::*;
use ::text as new;
const PIECES: &[&str] = &[
    "&", "&amp;", "&amp;lt;", "&#x;", "&#1114112;", "&#10;", "&#8232;", "&#8230;", "&hellip;", "&nbsp;", "\\u", "\\ud83d", "\\ude00", "\\u0000", "\\u2028", "\\u2026", "\\u000a", "#", "#A", "#aB_9",
    "@", "@_", ":", ":-", ":'(", "<", "</", "<3", "http://", "https://", "www.", "t.co/", "a.co", "a.b/c", "bit.ly/z", "!", "?!", "..", "...", "…", "'", "’", "''", "a'b", "ſ", "İ", "ß", "Æ", "œ", "😂", "👩‍👩‍👧", "🇩🇪", "👍🏽",
    "\u{301}", "\u{200d}", "\0", "\u{feff}", "\u{202e}", "\u{2028}", "\u{2029}", "\u{2066}", "\u{e0061}", "\u{ad}", "\u{85}", "\t", "\r\n", "مرحبا", "\u{640}", "क्षि", "漢字", "ไทย", "\n", " ", " ", " ", "\u{3000}", "\u{a0}", "aaaa", "9", "_", "٣", "Ω", "ΟΔΟΣ", "Σ", "＃", "ＷＨＹ！", "！",
    "5,000", "9.99", "10:40", "24h", "$", "€", "%", "not", "never", "caught", "fire", "lawyer", "thank", "you", "nobody", "answers", "refund", "please", "if", "I'll", "kill", "qu'", "l'", "“", "”", "\"", "«", "¿", "؟", "。", ".", ",", ";", "-", "–", "—", "(", ")", "/", "|", "*", "soooo", "GOOD", "NeverAgain", "my", "router", "is", "down", "where", "parcel", "SUE",
];


fn platforms_contains(text: &str, words: &str) -> bool {
    !words.is_empty()
        && text.match_indices(words).any(|(at, _)| {
            let (before, after) = (&text[..at], &text[at + words.len()..]);
            !before.chars().next_back().is_some_and(char::is_alphanumeric)
                && !after.chars().next().is_some_and(char::is_alphanumeric)
        })
}

#[derive(Default)]
struct Buffers { text: new::Text, tokens: new::Tokens, words: new::Words, old: phrases::tokenized::TokenizedText, old_tokens: text::tokens::Tokens, collapsed: String }

fn same(original: &str, b: &mut Buffers) {
    let Buffers { text: read, tokens, words, old, old_tokens, collapsed } = b;
    read.read(original);
    tokens.cut(read);
    words.cut(read);
    // Tokens
    let mut characters = Vec::new();
    text::decode::decode(original, text::LIMIT, &mut characters);
    old_tokens.tokenize(&characters);
    let kinds = |k: text::tokens::TokenKind| format!("{k:?}");
    assert!(tokens.iter().map(|(k, l)| (format!("{k:?}"), l)).eq(old_tokens.iter().map(|(k, l)| (kinds(k), l))), "{original:?}");
    assert_eq!((tokens.has_capitals(), tokens.has_elongation()), (old_tokens.has_capitals, old_tokens.has_elongation));
    for n in 0..tokens.iter().count() + 1 {
        assert_eq!(tokens.readable(n as u32), old_tokens.get(n as u32).map(text::tokens::readable).unwrap_or_default());
    }
    // Words
    old.tokenize(original, &phrases::vocabulary::Vocabulary::default());
    assert_eq!(read.is_truncated(), old.is_truncated(), "{original:?}");
    assert_eq!(words.all().len(), old.len(), "{original:?}");
    for (n, o) in words.all().iter().zip(old.words()) {
        assert_eq!((n.start, n.end, n.before as u8, n.sentence, n.is_quoted), (o.start, o.end, o.before as u8, o.sentence, o.is_quoted), "{original:?}");
        assert_eq!(words.spelling(n), old.spelling(o), "{original:?}");
        let (mut a, mut c) = (String::new(), String::new());
        assert_eq!(new::fold::collapse_runs(words.spelling(n), &mut a), phrases::fold::collapse_runs(old.spelling(o), &mut c));
        assert_eq!(a, c);
    }
    // Dedupe
    let (mut plain, mut old_plain) = (String::new(), String::new());
    new::plain(original, &mut plain);
    dedupe::plain(original, &mut old_plain);
    assert_eq!(plain, old_plain);
    let (mut found, mut expected) = (Vec::new(), Vec::new());
    new::each_word_or_pair(&plain, |w| found.push((w.to_owned(), new::weight(w))));
    dedupe::words(&plain, |w| expected.push((w.to_owned(), dedupe::weight(w))));
    assert_eq!(found, expected);
    // Priority, platforms
    let normal = new::lower_case_with_straight_apostrophes(original);
    assert_eq!(normal, priority::normalise(original));
    assert_eq!(new::lower_case(original), original.to_lowercase());
    assert_eq!(salient(&normal, 8), priority::salient_words(&normal, 8), "{original:?}");
    let step = (normal.len() / 300).max(1);
    let edges: Vec<usize> = normal.char_indices().map(|(at, _)| at).step_by(step).chain([normal.len()]).collect();
    for pair in edges.windows(2) {
        let range = pair[0]..pair[1];
        assert_eq!(new::is_whole_word(&normal, range.clone()), priority::is_whole_word(&normal, range.clone()));
        if edges.len() < 100 {
            let words = &normal[range];
            assert_eq!(platforms_contains(&normal, words), !words.is_empty() && normal.match_indices(words).any(|(at, w)| new::is_whole_word(&normal, at..at + w.len())));
        }
    }
}

fn salient(text: &str, most: usize) -> Vec<&str> {
    let mut salient: Vec<&str> = Vec::new();
    for word in new::joined_words(text) {
        let is_salient = (4..=24).contains(&word.chars().take(25).count())
            && word.chars().any(char::is_alphabetic)
            && !priority::STOP_WORDS.contains(word);
        if is_salient && !salient.contains(&word) {
            salient.push(word);
            if salient.len() == most { return salient; }
        }
    }
    salient
}

fn files(dir: &std::path::Path, out: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, out) } else { out.push(path) }
    }
}

#[test]
fn shared_data() {
    let mut paths = Vec::new();
    files(std::path::Path::new("/work/shared/data"), &mut paths);
    files(std::path::Path::new("/work/main/crates/classify"), &mut paths);
    let mut b = Buffers::default();
    let mut n = 0;
    for path in paths {
        let bytes = std::fs::read(&path).unwrap();
        let whole = String::from_utf8_lossy(&bytes);
        for line in whole.lines() { same(line, &mut b); n += 1; }
        for start in whole.lines().step_by(500) { let at = start.as_ptr() as usize - whole.as_ptr() as usize; let end = (at + 20_000).min(whole.len()); if let Some(part) = whole.get(at..end) { same(part, &mut b); n += 1; } }
    }
    eprintln!("{n} texts");
}

#[test]
fn every_character_alone_and_between_letters() {
    let mut b = Buffers::default();
    for c in '\0'..=char::MAX {
        same(&format!("a{c}b {c} {c}{c}{c} A{c} #x{c}Y 1{c}2 @{c} {c}a"), &mut b);
        let mut out = (String::new(), String::new());
        new::fold::push_without_accent(c, &mut out.0);
        phrases::fold::push_folded(c, &mut out.1);
        assert_eq!(out.0, out.1);
    }
}

#[test]
fn repeated_pieces_around_the_limit() {
    let mut b = Buffers::default();
    for piece in PIECES {
        for n in [1, 2, 3, 4093, 4094, 4095, 4096, 4097, 8190, 8191, 8192, 8193, 20_000] {
            same(&piece.repeat(n), &mut b);
            same(&format!("{}{}", "\u{2028}".repeat(7), piece.repeat(n)), &mut b);
            same(&format!("\u{2028}x{}\u{2029}{}", piece.repeat(n), "\u{200b}"), &mut b);
            same(&format!("{}{}tail not good", piece.repeat(n), "\u{2028}…".repeat(3)), &mut b);
        }
    }
}

fn hostile(most: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(prop_oneof![9 => prop::sample::select(PIECES).prop_map(str::to_owned), 1 => any::<char>().prop_map(String::from)], 0..most).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]
    #[test]
    fn random(text in prop_oneof![any::<String>(), hostile(80), "\\PC{0,300}"]) { same(&text, &mut Buffers::default()); }
}
proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn long(text in hostile(6000), other in hostile(6000)) { let mut b = Buffers::default(); same(&text, &mut b); same(&other, &mut b); }
}
