//! Risks on the written cases, and false alarms on everyday texts.

use crate::cases::lines;
use crate::shared::texts;
use classify::risk::{Certainty, Risk, RiskKind};
use classify::{Judged, Rules};
use std::fmt::Write as _;

/// A text without the braces, and the bytes that stood in them.
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

fn shown(text: &str, risks: &[Risk]) -> String {
    risks.iter().fold(String::new(), |mut out, risk| {
        let words = &text[risk.start as usize..risk.end as usize];
        write!(out, " [{:?} {} {words:?}]", risk.certainty, risk.kind.as_str()).unwrap();
        out
    })
}

/// Every written risk is found by the words that show it, and no near miss is taken for one.
fn check(file: &str) {
    let rules = Rules::built_in().unwrap();
    let mut judged = Judged::new();
    let mut mistakes = Vec::new();
    for case in lines(file) {
        let [_, kind, is, marked] = &case[..] else { panic!("{case:?}") };
        let (text, spans) = unmarked(marked);
        let kind = RiskKind::ALL.into_iter().find(|known| known.as_str() == kind).unwrap();
        rules.judge(&text, &mut judged);
        let said = judged.risks.iter().filter(|r| r.kind == kind && r.certainty == Certainty::Said);
        let touches = |risk: &Risk| {
            let (start, end) = (risk.start as usize, risk.end as usize);
            spans.iter().any(|&(from, to)| from < end && start < to)
        };
        let is_right = match is.as_str() {
            "present" => said.clone().any(touches),
            _ => said.count() == 0,
        };
        if !is_right {
            mistakes.push(format!("{is} {kind:?}: {marked}{}", shown(&text, &judged.risks)));
        }
    }
    assert!(mistakes.is_empty(), "{}", mistakes.join("\n"));
}

#[test]
fn every_written_risk_of_the_development_half_is_found_by_its_words() {
    check("risk-development.tsv");
}

#[test]
fn every_written_risk_of_the_held_out_half_is_found_by_its_words() {
    check("risk-held-out.tsv");
}

#[test]
fn what_is_denied_or_imagined_is_doubtful_and_a_threat_under_a_condition_is_a_threat() {
    let table = [
        ("what happens if the charger caught fire in the car", Some(Certainty::Doubtful)),
        ("there is no gas leak, all fine", Some(Certainty::Doubtful)),
        ("in the movie the router caught fire", Some(Certainty::Doubtful)),
        ("If you do not refund me I will sue you", Some(Certainty::Said)),
        ("the charger caught fire", Some(Certainty::Said)),
        ("lovely weather", None),
    ];
    let rules = Rules::built_in().unwrap();
    let mut judged = Judged::new();
    for (text, expected) in table {
        rules.judge(text, &mut judged);
        assert_eq!(judged.risks.first().map(|risk| risk.certainty), expected, "{text}");
    }
}

#[test]
fn everyday_texts_raise_few_false_alarms() {
    let Some(texts) = texts("everyday_texts_raise_few_false_alarms", "semeval/train_text.txt")
    else {
        return;
    };
    const TEXTS: usize = 10_000;
    let rules = Rules::built_in().unwrap();
    let mut judged = Judged::new();
    let (mut alarms, mut doubts) = (0, 0);
    for text in texts.lines().take(TEXTS) {
        rules.judge(text, &mut judged);
        let is_said = judged.risks.iter().any(|risk| risk.certainty == Certainty::Said);
        alarms += usize::from(is_said);
        doubts += usize::from(!is_said && !judged.risks.is_empty());
    }
    println!("of {TEXTS} everyday texts {alarms} show a risk, {doubts} a doubtful one");
    assert!(alarms * 100 <= TEXTS * 2 && doubts * 100 <= TEXTS);
}
