//! Intents and need for an answer on the written cases.

use crate::cases::{ConfusionCounts, lines};
use crate::shared::texts;
use classify::intent::IntentClass;
use classify::{RuleClassifier, RuleFindings};
use text::Text;

const HALF: f32 = 0.5;

struct IntentScores {
    intents: [ConfusionCounts; 11],
    answer: ConfusionCounts,
    mistakes: Vec<String>,
}

impl IntentScores {
    fn macro_f1(&self) -> f64 {
        self.intents.iter().map(ConfusionCounts::f1).sum::<f64>() / self.intents.len() as f64
    }
}

fn measure(file: &str) -> IntentScores {
    let rules = RuleClassifier::built_in().unwrap();
    let mut findings = RuleFindings::new();
    let mut measured = IntentScores {
        intents: Default::default(),
        answer: ConfusionCounts::default(),
        mistakes: Vec::new(),
    };
    for case in lines(file) {
        let [_, answer, intents, text] = &case[..] else { panic!("{case:?}") };
        rules.classify(&Text::of(text), &mut findings);
        let mut detected = Vec::new();
        for (intent, count) in IntentClass::ALL.into_iter().zip(&mut measured.intents) {
            let is_detected = findings.intent_probability(intent) >= HALF;
            count.add(intents.split(',').any(|name| name == intent.as_str()), is_detected);
            if is_detected {
                detected.push(intent.as_str());
            }
        }
        measured.answer.add(answer == "answer", findings.needs_answer >= ANSWER_FROM);
        let mut expected: Vec<&str> = intents.split(',').collect();
        expected.sort_unstable();
        detected.sort_unstable();
        if expected != detected {
            measured.mistakes.push(format!(
                "{} <- {}: {text}",
                detected.join(","),
                expected.join(",")
            ));
        }
    }
    measured
}

/// The probability from which an answer counts as needed.
const ANSWER_FROM: f32 = 0.2;

fn show(file: &str, measured: &IntentScores) {
    println!("{file}: macro F1 {:.3}", measured.macro_f1());
    for (intent, count) in IntentClass::ALL.into_iter().zip(&measured.intents) {
        let (precision, recall, f1) = (count.precision(), count.recall(), count.f1());
        let name = intent.as_str();
        println!("{name:>17} precision {precision:.3} recall {recall:.3} F1 {f1:.3}");
    }
    let (precision, recall) = (measured.answer.precision(), measured.answer.recall());
    println!("     answer needed precision {precision:.3} recall {recall:.3}");
}

#[test]
fn real_complaints_need_an_answer_as_often_as_the_readme_says() {
    let test = "real_complaints_need_an_answer_as_often_as_the_readme_says";
    let Some(texts) = texts(test, "complaints/train_text.txt") else { return };
    let Some(labels) = texts_of_labels(test) else { return };
    let rules = RuleClassifier::built_in().unwrap();
    let mut findings = RuleFindings::new();
    let (mut needed, mut spam) = (ConfusionCounts::default(), ConfusionCounts::default());
    for (text, label) in texts.lines().zip(labels.lines()) {
        rules.classify(&Text::of(text), &mut findings);
        needed.add(label == "1", findings.needs_answer >= ANSWER_FROM);
        spam.add(label != "1", findings.intent_probability(IntentClass::Spam) >= HALF);
    }
    println!(
        "real complaints: answer needed {:.3}, detected as spam {}",
        needed.recall(),
        spam.false_positives
    );
    assert!(needed.recall() >= 0.80 && spam.false_positives <= 30);
}

fn texts_of_labels(test: &str) -> Option<String> {
    texts(test, "complaints/train_labels.txt")
}

#[test]
fn development_cases_have_their_intents() {
    let measured = measure("intent-development.tsv");
    for mistake in &measured.mistakes {
        println!("{mistake}");
    }
    show("intent-development.tsv", &measured);
    assert!(measured.macro_f1() >= 0.87);
    assert!(measured.answer.recall() >= 0.95);
}

#[test]
fn held_out_cases_have_their_intents() {
    let measured = measure("intent-held-out.tsv");
    show("intent-held-out.tsv", &measured);
    assert!(measured.macro_f1() >= 0.87);
    assert!(measured.answer.recall() >= 0.95);
}
