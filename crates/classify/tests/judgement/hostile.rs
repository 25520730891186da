//! The rules classify every text, and their evidence is part of the text.

use classify::needs_answer::{NeedsAnswer, needs_answer};
use classify::{RuleClassifier, RuleFindings};
use proptest::prelude::*;
use std::sync::LazyLock;
use text::Text;

static RULES: LazyLock<RuleClassifier> = LazyLock::new(|| RuleClassifier::built_in().unwrap());

fn check(text: &str) -> Result<(), TestCaseError> {
    let mut findings = RuleFindings::new();
    RULES.classify(&Text::of(text), &mut findings);
    prop_assert!((0.0..=1.0).contains(&findings.needs_answer));
    prop_assert!(!findings.intents.is_empty());
    for found in &findings.intents {
        prop_assert!((0.0..=1.0).contains(&found.probability));
        if let Some((start, end)) = found.evidence {
            prop_assert!(text.get(start as usize..end as usize).is_some_and(|e| !e.is_empty()));
        }
    }
    for risk in &findings.risks {
        prop_assert!(
            text.get(risk.start as usize..risk.end as usize).is_some_and(|e| !e.is_empty())
        );
    }
    let _: NeedsAnswer = needs_answer(&findings, None);
    Ok(())
}

/// Pieces that reach every branch of the tokeniser and many rules, in any order.
const PIECES: &[&str] = &[
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

fn hostile() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES), 0..80).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn every_text_is_classified_with_evidence_from_the_text(
        text in prop_oneof![any::<String>(), hostile(), "\\PC{0,300}"]
    ) {
        check(&text)?;
    }

    #[test]
    fn previous_buffer_contents_do_not_change_the_findings(before in hostile(), text in hostile()) {
        let (mut used, mut new) = (RuleFindings::new(), RuleFindings::new());
        RULES.classify(&Text::of(&before), &mut used);
        RULES.classify(&Text::of(&text), &mut used);
        RULES.classify(&Text::of(&text), &mut new);
        prop_assert_eq!(&used.intents, &new.intents);
        prop_assert_eq!(&used.risks, &new.risks);
    }
}

#[test]
fn a_text_of_a_hundred_thousand_characters_is_classified() {
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
        assert!(check(&unit.repeat(100_000 / unit.chars().count())).is_ok(), "{unit:?}");
    }
}

#[test]
fn an_empty_text_needs_no_answer_and_a_long_or_foreign_one_abstains() {
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
        let mut findings = RuleFindings::new();
        RULES.classify(&Text::of(text), &mut findings);
        let why = match needs_answer(&findings, language) {
            NeedsAnswer::Likely(probability) => {
                assert_eq!(probability, 0.0, "{text:?}");
                None
            }
            NeedsAnswer::Abstain(reason) => Some(reason.as_str()),
        };
        assert_eq!(why, expected, "{:?}", &text.chars().take(30).collect::<String>());
    }
}
