//! The findings of the built-in model, and when it abstains.

use mention::{AccountRole, Sentiment as Probabilities, Understanding};
use understanding::{Buffers, Config, InvalidModel, PostText, UnderstandingStage};

fn understand(text: &str, claimed_language: Option<&str>) -> Understanding {
    let stage = UnderstandingStage::new(Config::default()).unwrap();
    stage.understand(
        PostText { text, claimed_language, ..PostText::default() },
        &mut Buffers::default(),
    )
}

#[test]
fn plain_english_gets_the_obvious_sentiment() {
    let negative = |p: Probabilities| p.negative > p.neutral.max(p.positive);
    let positive = |p: Probabilities| p.positive > p.neutral.max(p.negative);
    type Expected = fn(Probabilities) -> bool;
    let cases: [(&str, Expected); 4] = [
        ("No signal for three hours, worst provider ever, I am so angry", negative),
        ("This is awful and nobody answers the phone. I hate it.", negative),
        ("Thank you so much, great service, I love it!", positive),
        ("Wow, best support team, happy with the new router", positive),
    ];
    for (text, expected) in cases {
        let understood = understand(text, None);
        let found = understood.sentiment.unwrap();
        assert!(expected(found), "{text}: {found:?}");
        let sum = found.negative + found.neutral + found.positive;
        assert!((sum - 1.0).abs() < 1e-5, "{text}: {sum}");
        assert_eq!(understood.language.as_deref(), Some("en"));
    }
}

#[test]
fn an_unreadable_text_is_recorded_with_the_reason_of_the_abstention() {
    let cases = [
        ("", None, "no_text"),
        ("Moje przesyłka jeszcze nie dotarła, to skandal", Some("pl"), "language_not_supported"),
        ("荷物がまだ届いていません", Some("en"), "language_not_supported"),
        ("12:30 +49 30 1234", None, "language_unknown"),
        ("😡😡😡", None, "language_unknown"),
    ];
    for (text, claimed, why) in cases {
        let understood = understand(text, claimed);
        assert_eq!(understood.abstained.as_deref(), Some(why), "{text}");
        assert_eq!(understood.sentiment, None, "{text}");
    }
}

#[test]
fn other_languages_get_a_sentiment_and_no_findings_of_english_tasks() {
    let negative = |p: Probabilities| p.negative > p.positive;
    let positive = |p: Probabilities| p.positive > p.negative;
    type Expected = fn(Probabilities) -> bool;
    let cases: [(&str, &str, Expected); 4] = [
        ("de", "Mein Internet ist seit drei Stunden weg, so ein Mist, einfach schlecht", negative),
        ("es", "Qué asco de servicio, es horrible y nadie contesta, lo odio", negative),
        ("fr", "Merci beaucoup, c'est génial et vraiment très beau, j'adore", positive),
        ("it", "Grazie mille, siete bravissimi, è stata una serata bellissima", positive),
    ];
    for (language, text, expected) in cases {
        let understood = understand(text, Some(language));
        assert_eq!(understood.language.as_deref(), Some(language), "{text}");
        let found = understood.sentiment.unwrap();
        assert!(expected(found), "{text}: {found:?}");
        assert_eq!((understood.complaint, &understood.emotion), (None, &None), "{text}");
    }
}

#[test]
fn an_english_complaint_has_a_reason_and_a_question_has_none() {
    let complaint =
        understand("@acme my bag is lost and nobody answers. Worst service ever!", None);
    let question = understand("Does anyone know what time the shop opens on Sunday?", None);
    assert!(complaint.complaint > question.complaint, "{complaint:?} {question:?}");
    assert!(complaint.complaint > Some(0.5), "{complaint:?}");
    assert!(complaint.reason.is_some() && question.reason.is_none());
    for understood in [complaint, question] {
        assert!(understood.offensive.is_some() && understood.irony.is_some());
        assert!(understood.emotion.is_some_and(|emotion| emotion.probability >= 0.25));
    }
}

#[test]
fn bytes_that_are_not_a_model_are_rejected() {
    let rejected = UnderstandingStage::with_model(Config::default(), b"nonsense").unwrap_err();
    assert!(matches!(rejected, InvalidModel::Unreadable(_)), "{rejected}");
}

#[test]
fn the_words_with_the_largest_weights_are_recorded_in_order_and_within_the_limit() {
    let stage = |because| UnderstandingStage::new(Config { because, ..Config::default() }).unwrap();
    let text = "@acme the charger caught fire, I want a refund. Worst service EVER!";
    let post = PostText { text, ..PostText::default() };
    let because = stage(2).understand(post, &mut Buffers::default()).because;
    let weights: Vec<f32> = because.iter().map(|why| why.weight.abs()).collect();
    assert!(weights.is_sorted_by(|one, other| one >= other), "{because:?}");
    let of = |task: &str| because.iter().filter(|why| why.task.starts_with(task)).count();
    assert_eq!(of("sentiment"), 2, "{because:?}");
    assert_eq!((of("complaint:complaint"), of("intent:"), of("risk:")), (2, 2, 1), "{because:?}");
    assert!(because.iter().any(|why| why.task == "risk:safety" && why.words == "caught fire"));
    assert!(because.iter().any(|why| why.task.ends_with(":negative") && why.words == "worst"));
    assert!(stage(0).understand(post, &mut Buffers::default()).because.is_empty());
}

#[test]
fn a_post_to_a_service_account_is_read_by_the_service_task() {
    let stage = UnderstandingStage::new(Config::default()).unwrap();
    let text = "@acme flight delayed again, 2 hours now";
    let read = |role| {
        let post = PostText { text, role, ..PostText::default() };
        let because = stage.understand(post, &mut Buffers::default()).because;
        because.into_iter().any(|why| why.task.starts_with("sentiment_service:"))
    };
    assert!(read(AccountRole::Service));
    for role in [AccountRole::Unknown, AccountRole::Brand, AccountRole::Campaign] {
        assert!(!read(role), "{role:?}");
    }
}
