use super::*;
use crate::text::normalise;

fn found(text: &str) -> (Intent, Option<&'static str>) {
    let found = Phrases::default().find(&normalise(text));
    (found.intent, found.evidence)
}

#[test]
fn the_weightiest_intent_of_a_text_wins() {
    let cases = [
        ("My internet is NOT working since noon", Intent::Complaint, "not working"),
        ("Thanks for nothing, @northline", Intent::Complaint, "thanks for nothing"),
        ("Thanks, but the router is broken", Intent::Complaint, "broken"),
        ("Why is it down again?", Intent::Complaint, "down again"),
        ("Can you help me with my bill?", Intent::Request, "can you help"),
        ("Great phone! How do I activate it", Intent::Question, "how do i"),
        ("Great phone, any colours?", Intent::Question, "?"),
        ("¿Hay fibra en Leeds", Intent::Question, "?"),
        ("Thank you so much, sorted within minutes", Intent::Praise, "thank you"),
        ("Earn money from your sofa, great offer", Intent::Spam, "earn money"),
        ("I work from home and the outage is costing me money", Intent::Complaint, "outage"),
        ("Click here: no signal? no problem, earn money", Intent::Complaint, "no signal"),
        ("WIN a free phone now!!!", Intent::Spam, "win a free"),
        ("Seit Stunden kein Internet, eine Frechheit", Intent::Complaint, "kein internet"),
        ("Llevo dos días sin servicio", Intent::Complaint, "sin servicio"),
        ("Ça ne marche pas depuis hier", Intent::Complaint, "ne marche pas"),
        ("it doesn’t work", Intent::Complaint, "doesn't work"),
    ];
    for (text, intent, evidence) in cases {
        assert_eq!(found(text), (intent, Some(evidence)), "{text}");
    }
}

#[test]
fn a_word_turned_round_by_a_negation_shows_nothing() {
    for text in ["not great", "never very helpful", "nothing is broken: not broken", "no scam"] {
        let (intent, _) = found(text);
        assert_ne!(intent, Intent::Praise, "{text}");
    }
    assert_eq!(found("not broken"), (Intent::Other, None));
}

#[test]
fn addresses_and_handles_say_nothing() {
    for text in ["https://example.com/?q=outage", "www.example.com?x", "@outage @help", ""] {
        assert_eq!(found(text), (Intent::Other, None), "{text}");
    }
}

#[test]
fn every_entry_of_the_table_is_found_by_itself() {
    for (intent, list) in phrases::ALL {
        for text in list.lines().flat_map(|line| line.split(',')).map(str::trim) {
            assert_eq!(text, normalise(text), "entries stand in lower case");
            let (found, _) = found(text);
            assert!(rank(found) <= rank(intent), "{text}: {found:?} instead of {intent:?}");
        }
    }
}
