//! Every text gets an understanding that survives encoding and decoding.

use std::sync::LazyLock;

use mention::{AccountRole, Mention, Scored, codec};
use proptest::prelude::*;
use understanding::{Buffers, Config, PostText, UnderstandingStage};

static STAGE: LazyLock<UnderstandingStage> =
    LazyLock::new(|| UnderstandingStage::new(Config::default()).unwrap());

fn check(post: PostText<'_>, buffers: &mut Buffers) -> Result<(), TestCaseError> {
    let understood = STAGE.understand(post, buffers);
    prop_assert!(understood.sentiment.is_some() != understood.abstained.is_some());
    if let Some(found) = understood.sentiment {
        prop_assert!((found.negative + found.neutral + found.positive - 1.0).abs() < 1e-4);
    }
    // Either a probability that an answer is needed, or an abstention.
    let is_abstained =
        understood.abstentions.iter().any(|abstention| abstention.task == "needs_answer");
    prop_assert!(understood.needs_answer.is_some() != is_abstained);
    prop_assert!(understood.because.iter().all(|words| words.weight.is_finite()));
    // Three model findings, the intents and the risks, each with at most three words.
    prop_assert!(understood.because.len() <= 5 * Config::default().because);
    prop_assert_eq!(&understood, &STAGE.understand(post, &mut Buffers::default()));
    let text = post.text.to_owned();
    let mention = Mention { text, ..Mention::default() };
    let scored = Scored { mention, understanding: understood, ..Scored::default() };
    let mut bytes = Vec::new();
    codec::write(&scored, &mut bytes);
    prop_assert_eq!(codec::read::<Scored>(&bytes).unwrap(), scored);
    Ok(())
}

/// Pieces that reach every branch, in any order.
fn hostile() -> impl Strategy<Value = String> {
    let pieces = [
        "",
        " ",
        "\n",
        "\0",
        "\u{fffd}",
        "\u{202e}",
        "\u{200d}",
        "\u{301}",
        "z\u{335}\u{321}",
        "😡",
        "👩‍👩‍👧",
        "مرحبا",
        "漢字",
        "ß",
        "@a",
        "#NeverAgain",
        "https://a.b",
        "&amp;",
        "\\ud83d",
        "not",
        "caught fire",
        "the worst",
        "thank you",
        "nobody answers",
        "refund",
        "please",
        "if",
        "movie",
        "I will sue",
        "kya hua bhai nahi",
        "ya3ni",
        "merci",
        "danke",
        "!!!",
        "?",
        "EVER",
        "sooooo",
        "1.",
        "'",
    ];
    prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..60)
        .prop_map(|pieces| pieces.join(" "))
}

proptest! {
    #[test]
    fn every_text_gets_an_understanding_that_survives_encoding(
        texts in prop::collection::vec(prop_oneof![any::<String>(), hostile()], 1..4),
        claimed in prop::option::of(prop_oneof![Just("en"), Just("de"), Just("x"), Just("")]),
        role in prop_oneof![Just(AccountRole::Unknown), Just(AccountRole::Service)],
    ) {
        let mut buffers = Buffers::default();
        for text in &texts {
            check(PostText { text, claimed_language: claimed, role }, &mut buffers)?;
        }
    }
}

#[test]
fn a_text_of_a_hundred_thousand_characters_gets_an_understanding() {
    let units = [
        "a",
        "a ",
        "😂",
        "&amp;",
        "&#",
        "\\u",
        "#",
        "@",
        "!?",
        "'",
        "z\u{335}",
        "漢",
        "\0",
        "\u{202e}abc ",
        "مرحبا ",
        "not ",
        "i will kill you ",
        "why ",
        "kya ",
        "3ala ",
    ];
    for unit in units {
        let text = unit.repeat(100_000 / unit.chars().count());
        let post = PostText { text: &text, ..PostText::default() };
        assert!(check(post, &mut Buffers::default()).is_ok(), "{unit:?}");
    }
}
