//! Risks on the written cases, and false alarms on everyday texts.

use crate::cases::lines;
use crate::shared::texts;
use classify::risk::{Certainty, DetectedRisk, RiskClass};
use classify::{RuleClassifier, RuleFindings};
use std::fmt::Write as _;
use text::Text;

/// The text without braces, and the byte ranges that were in braces.
fn unmarked(marked: &str) -> (String, Vec<(usize, usize)>) {
    let (mut text, mut spans) = (String::new(), Vec::new());
    for letter in marked.chars() {
        match letter {
            '{' => spans.push((text.len(), text.len())),
            '}' => spans.last_mut().unwrap().1 = text.len(),
            _ => text.push(letter),
        }
    }
    (text, spans)
}

fn shown(text: &str, risks: &[DetectedRisk]) -> String {
    risks.iter().fold(String::new(), |mut out, risk| {
        let words = &text[risk.start as usize..risk.end as usize];
        write!(out, " [{:?} {} {words:?}]", risk.certainty, risk.kind.as_str()).unwrap();
        out
    })
}

/// Checks that every written risk is detected by the marked words and no near miss is detected.
fn check(file: &str) {
    let rules = RuleClassifier::built_in().unwrap();
    let mut findings = RuleFindings::new();
    let mut mistakes = Vec::new();
    for case in lines(file) {
        let [_, kind, is, marked] = &case[..] else { panic!("{case:?}") };
        let (text, spans) = unmarked(marked);
        let kind = RiskClass::ALL.into_iter().find(|class| class.as_str() == kind).unwrap();
        rules.classify(&Text::of(&text), &mut findings);
        let stated =
            findings.risks.iter().filter(|r| r.kind == kind && r.certainty == Certainty::Stated);
        let touches = |risk: &DetectedRisk| {
            let (start, end) = (risk.start as usize, risk.end as usize);
            spans.iter().any(|&(from, to)| from < end && start < to)
        };
        let is_right = match is.as_str() {
            "present" => stated.clone().any(touches),
            _ => stated.count() == 0,
        };
        if !is_right {
            mistakes.push(format!("{is} {kind:?}: {marked}{}", shown(&text, &findings.risks)));
        }
    }
    assert!(mistakes.is_empty(), "{}", mistakes.join("\n"));
}

#[test]
fn risks_of_the_development_half_are_detected_by_the_marked_words() {
    check("risk-development.tsv");
}

#[test]
fn risks_of_the_held_out_half_are_detected_by_the_marked_words() {
    check("risk-held-out.tsv");
}

#[test]
fn a_denied_or_hypothetical_risk_is_doubtful_and_a_conditional_threat_is_stated() {
    let table = [
        ("what happens if the charger caught fire in the car", Some(Certainty::Doubtful)),
        ("there is no gas leak, all fine", Some(Certainty::Doubtful)),
        ("in the movie the router caught fire", Some(Certainty::Doubtful)),
        ("If you do not refund me I will sue you", Some(Certainty::Stated)),
        ("the charger caught fire", Some(Certainty::Stated)),
        ("lovely weather", None),
    ];
    let rules = RuleClassifier::built_in().unwrap();
    let mut findings = RuleFindings::new();
    for (text, expected) in table {
        rules.classify(&Text::of(text), &mut findings);
        assert_eq!(findings.risks.first().map(|risk| risk.certainty), expected, "{text}");
    }
}

#[test]
fn everyday_texts_raise_few_false_alarms() {
    let Some(texts) = texts("everyday_texts_raise_few_false_alarms", "semeval/train_text.txt")
    else {
        return;
    };
    const TEXTS: usize = 10_000;
    let rules = RuleClassifier::built_in().unwrap();
    let mut findings = RuleFindings::new();
    let (mut alarms, mut doubts) = (0, 0);
    for text in texts.lines().take(TEXTS) {
        rules.classify(&Text::of(text), &mut findings);
        let is_stated = findings.risks.iter().any(|risk| risk.certainty == Certainty::Stated);
        alarms += usize::from(is_stated);
        doubts += usize::from(!is_stated && !findings.risks.is_empty());
    }
    println!("of {TEXTS} everyday texts {alarms} show a risk, {doubts} a doubtful one");
    assert!(alarms * 100 <= TEXTS * 2 && doubts * 100 <= TEXTS);
}
