//! Golden readings of every view, and what holds for every text.

use proptest::prelude::*;
use text::{Boundary, Text, Tokens, Words};

/// The tokens, with a `+` for a flag: capitals, then elongation.
fn tokens(text: &Text) -> String {
    let mut tokens = Tokens::default();
    tokens.cut(text);
    let numbers = 0..tokens.iter().count() as u32;
    let readable: Vec<String> = numbers.map(|number| tokens.readable(number)).collect();
    let flags = [tokens.has_capitals(), tokens.has_elongation()];
    let flags = flags.map(|is_set| if is_set { "+" } else { "" });
    readable.join("|") + &flags.concat()
}

/// The words, each after the boundary before it: nothing, `,` or `.`.
fn words(text: &Text) -> String {
    let mut words = Words::default();
    words.cut(text);
    let boundary = |before| match before {
        Boundary::None => "",
        Boundary::Clause => ",",
        Boundary::Sentence => ".",
    };
    let all = words.all().iter();
    let shown: Vec<_> =
        all.map(|word| boundary(word.before).to_owned() + words.spelling(word)).collect();
    shown.join("|")
}

fn plain(text: &str) -> String {
    let mut plain = String::new();
    text::plain(text, &mut plain);
    plain
}

fn plain_words(plain: &str) -> String {
    let mut words = Vec::new();
    text::each_word_or_pair(plain, |word| words.push(word.to_owned()));
    words.join("|")
}

#[test]
fn every_view_of_a_text_is_as_written_here() {
    // text, tokens, words, plain text, its words
    let table = [
        (
            "@acme I don’t KNOW why… #NeverAgain 2x!!",
            "(handle)|i|don't|know|why|..|#neveragain|never|again|0x|!!+",
            "<handle>|i|dont|know|why|,#|never|again|2x|!",
            "@acme i don’t know why… #neveragain 2x!!",
            "i|don|t|know|why|neveragain|2x",
        ),
        (
            "soooo &amp;lt;3 caf\u{e9} cafe\u{301} see https://A.b/C?d",
            "soo|<3 |café|cafe|see|(link)+",
            "soo|,3|cafe|cafe|see|<url>",
            "soooo &amp;lt;3 café cafe\u{301} see https://a.b/c?d",
            "soooo|amp|lt|3|café|cafe|see",
        ),
        (
            "ＷＨＹ？ \\ud83d\\ude21\\ud83d\\ude21 👍🏽 null\0byte\u{200b}s",
            "why|?|😡|😡😡|👍|nullbytes+",
            "why|?|.😡|😡|👍|nullbytes",
            "ｗｈｙ？ \\ud83d\\ude21\\ud83d\\ude21 👍🏽 null\0bytes",
            "ｗｈｙ|ud83d|ude21|ud83d|ude21|null|bytes",
        ),
        (
            "ΟΔΟΣ İ Straße d'accord\r\n“no”\u{2028}9.99€",
            "οδοσ|i|straße|d'accord|\"|no|\"|0|.|00|€+",
            "οδοσ|i|strasse|d|accord|.no|.9.99|<money>",
            "οδοσ i\u{307} straße d'accord “no” 9.99€",
            "οδοσ|i|straße|d|accord|no|9|99",
        ),
        (
            "我的包裹 शक्ति ไทย مرحـباً",
            "我的包裹|शक्ति|ไทย|مرحبا",
            "我的包裹|शक्ति|ไทย|مرحبا",
            "我的包裹 शक्ति ไทย مرحـباً",
            "我的|的包|包裹|शक|ति|ไท|ทย|مرحـباً",
        ),
    ];
    for (original, expected_tokens, expected_words, expected_plain, expected_plain_words) in table {
        let text = Text::of(original);
        let plain = plain(original);
        assert_eq!(tokens(&text), expected_tokens);
        assert_eq!(words(&text), expected_words);
        assert_eq!(plain_words(&plain), expected_plain_words);
        assert_eq!(plain, expected_plain);
    }
}

/// Pieces that reach every branch of decoding and cutting, in any order.
const PIECES: &[&str] = &[
    "&",
    "&amp;",
    "&amp;lt;",
    "&#x;",
    "&#8232;",
    "&hellip;",
    "\\u",
    "\\ud83d",
    "\\ude00",
    "#",
    "#aB_9",
    "@",
    "@_",
    ":'(",
    "</",
    "<3",
    "http://",
    "www.",
    "a.co",
    "a.b/c",
    "?!",
    "…",
    "'",
    "a'b",
    "’",
    "\"",
    "İ",
    "ß",
    "Σ",
    "👍🏽",
    "\u{301}",
    "\u{200d}",
    "\0",
    "\u{2028}",
    "\u{202e}",
    "مرحبا",
    "क्षि",
    "漢字",
    "\r\n",
    " ",
    " ",
    "aaaa",
    "9",
    "9.9",
    "_",
    "٣",
    "$",
    "-",
];

fn any_text() -> impl Strategy<Value = String> {
    let hostile = prop::collection::vec(prop::sample::select(PIECES), 0..60);
    let hostile = hostile.prop_map(|pieces| pieces.concat());
    prop_oneof![any::<String>(), hostile, "\\PC{0,300}"]
}

proptest! {
    #[test]
    fn words_lie_in_the_original_one_after_another(original in any_text()) {
        let mut words = Words::default();
        words.cut(&Text::of(&original));
        let mut end = 0;
        for word in words.all() {
            let bytes = word.start as usize..word.end as usize;
            prop_assert!(original.get(bytes).is_some_and(|bytes| !bytes.is_empty()));
            // One character of the original may be three: each dot of an ellipsis has its bytes.
            prop_assert!(word.start >= end || original[word.start as usize..].starts_with('…'));
            prop_assert!(!words.spelling(word).is_empty());
            end = word.end;
        }
    }

    #[test]
    fn previous_contents_do_not_change_a_reading(before in any_text(), original in any_text()) {
        let mut text = Text::of(&before);
        let (mut tokens, mut words) = (Tokens::default(), Words::default());
        tokens.cut(&text);
        words.cut(&text);
        text.read(&original);
        tokens.cut(&text);
        words.cut(&text);
        let (mut new_tokens, mut new_words) = (Tokens::default(), Words::default());
        new_tokens.cut(&Text::of(&original));
        new_words.cut(&Text::of(&original));
        prop_assert_eq!(format!("{tokens:?}"), format!("{new_tokens:?}"));
        prop_assert_eq!(format!("{words:?}"), format!("{new_words:?}"));
    }

    #[test]
    fn a_plain_text_is_its_own_plain_text(original in any_text()) {
        let once = plain(&original);
        prop_assert_eq!(plain(&once), once);
    }

    #[test]
    fn a_text_in_lower_case_stays_as_it_is(original in any_text()) {
        let once = text::lower_case_with_straight_apostrophes(&original);
        prop_assert_eq!(text::lower_case_with_straight_apostrophes(&once), once);
    }
}
