//! Whatever stands in a text, the rules have an answer, and what they name stands in the text.

use classify::answer::{Due, due};
use classify::{Judged, Rules};
use proptest::prelude::*;
use std::sync::LazyLock;

static RULES: LazyLock<Rules> = LazyLock::new(|| Rules::built_in().unwrap());

fn holds_for(text: &str) -> Result<(), TestCaseError> {
    let mut judged = Judged::new();
    RULES.judge(text, &mut judged);
    prop_assert!((0.0..=1.0).contains(&judged.answer));
    prop_assert!(!judged.intents.is_empty());
    for found in &judged.intents {
        prop_assert!((0.0..=1.0).contains(&found.probability));
        if let Some((start, end)) = found.evidence {
            prop_assert!(text.get(start as usize..end as usize).is_some_and(|e| !e.is_empty()));
        }
    }
    for risk in &judged.risks {
        prop_assert!(
            text.get(risk.start as usize..risk.end as usize).is_some_and(|e| !e.is_empty())
        );
    }
    let _: Due = due(&judged, None);
    Ok(())
}

/// Pieces that meet every branch of the reader and many rules, in any order.
fn hostile() -> impl Strategy<Value = String> {
    let pieces = [
        "&",
        "&amp;",
        "&#x;",
        "\\u",
        "\\ud83d",
        "\\ude00",
        "\\u0000",
        "#",
        "#A",
        "@",
        "@_",
        ":",
        "?",
        "!",
        "¿",
        "...",
        ".",
        "'",
        "\"",
        "“",
        "https://",
        "www.",
        "a.co",
        "a.b/c",
        "$",
        "%",
        "😡",
        "👩‍👩‍👧",
        "\u{301}",
        "\u{200d}",
        "\0",
        "\u{202e}",
        "مرحبا",
        "漢字",
        "\n",
        " ",
        " ",
        " ",
        "9",
        "5,000",
        "not",
        "never",
        "caught",
        "fire",
        "lawyer",
        "thank",
        "you",
        "nobody",
        "answers",
        "refund",
        "please",
        "if",
        "I'll",
        "kill",
        "qu'",
        "l'",
        "ß",
        "İ",
        "ſ",
        "aaaa",
    ];
    prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..80)
        .prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn every_text_has_an_answer_whose_evidence_stands_in_it(
        text in prop_oneof![any::<String>(), hostile(), "\\PC{0,300}"]
    ) {
        holds_for(&text)?;
    }

    #[test]
    fn what_was_judged_before_does_not_matter(before in hostile(), text in hostile()) {
        let (mut used, mut new) = (Judged::new(), Judged::new());
        RULES.judge(&before, &mut used);
        RULES.judge(&text, &mut used);
        RULES.judge(&text, &mut new);
        prop_assert_eq!(&used.intents, &new.intents);
        prop_assert_eq!(&used.risks, &new.risks);
    }
}

#[test]
fn a_hundred_thousand_characters_of_anything_have_an_answer() {
    let units = [
        "a",
        "a ",
        "😂",
        "&amp;",
        "&#",
        "\\u",
        "\\ud83d ",
        "#",
        "@",
        "!?",
        "'",
        "\"",
        "z\u{335}",
        "漢",
        "\0",
        "\u{202e}abc ",
        "مرحبا ",
        "not ",
        "i will kill you ",
        "why ",
        "1.",
        "a-",
        "\n",
    ];
    for unit in units {
        assert!(holds_for(&unit.repeat(100_000 / unit.chars().count())).is_ok(), "{unit:?}");
    }
}

#[test]
fn what_says_nothing_is_other_without_an_answer_and_what_is_too_long_or_foreign_is_unclear() {
    let long = "word ".repeat(20_000);
    let table: [(&str, Option<&str>, Option<&str>); 8] = [
        ("", None, None),
        ("😂😂", None, None),
        ("\0\0\0", None, None),
        ("z\u{335}\u{321}a\u{489}", None, None),
        ("\\ud83d", None, None),
        (&long, Some("en"), Some("too_long")),
        ("Paketim hâlâ gelmedi bugün", Some("tr"), Some("language_not_covered")),
        ("an ordinary day by the river", Some("en"), None),
    ];
    for (text, language, expected) in table {
        let mut judged = Judged::new();
        RULES.judge(text, &mut judged);
        let why = match due(&judged, language) {
            Due::Likely(probability) => {
                assert_eq!(probability, 0.0, "{text:?}");
                None
            }
            Due::Unclear(reason) => Some(reason.as_str()),
        };
        assert_eq!(why, expected, "{:?}", &text.chars().take(30).collect::<String>());
    }
}
