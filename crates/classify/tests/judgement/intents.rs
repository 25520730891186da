//! Intents and needs-answer on the written cases.

use crate::cases::{Count, lines};
use crate::shared::texts;
use classify::intent::Intent;
use classify::{Judged, Rules};

const HALF: f32 = 0.5;

struct Measured {
    intents: [Count; 11],
    answer: Count,
    mistakes: Vec<String>,
}

impl Measured {
    fn macro_f1(&self) -> f64 {
        self.intents.iter().map(Count::f1).sum::<f64>() / self.intents.len() as f64
    }
}

fn measure(file: &str) -> Measured {
    let rules = Rules::built_in().unwrap();
    let mut judged = Judged::new();
    let mut measured =
        Measured { intents: Default::default(), answer: Count::default(), mistakes: Vec::new() };
    for case in lines(file) {
        let [_, answer, intents, text] = &case[..] else { panic!("{case:?}") };
        rules.judge(text, &mut judged);
        let mut said = Vec::new();
        for (intent, count) in Intent::ALL.into_iter().zip(&mut measured.intents) {
            let says = judged.of(intent) >= HALF;
            count.add(intents.split(',').any(|name| name == intent.as_str()), says);
            if says {
                said.push(intent.as_str());
            }
        }
        measured.answer.add(answer == "answer", judged.answer >= ANSWER_FROM);
        let mut expected: Vec<&str> = intents.split(',').collect();
        expected.sort_unstable();
        said.sort_unstable();
        if expected != said {
            measured.mistakes.push(format!("{} <- {}: {text}", said.join(","), expected.join(",")));
        }
    }
    measured
}

/// An answer counts as due from this probability on.
const ANSWER_FROM: f32 = 0.2;

fn show(file: &str, measured: &Measured) {
    println!("{file}: macro F1 {:.3}", measured.macro_f1());
    for (intent, count) in Intent::ALL.into_iter().zip(&measured.intents) {
        let (precision, recall, f1) = (count.precision(), count.recall(), count.f1());
        let name = intent.as_str();
        println!("{name:>17} precision {precision:.3} recall {recall:.3} F1 {f1:.3}");
    }
    let (precision, recall) = (measured.answer.precision(), measured.answer.recall());
    println!("     answer is due precision {precision:.3} recall {recall:.3}");
}

#[test]
fn real_complaints_are_due_an_answer_as_often_as_the_readme_says() {
    let test = "real_complaints_are_due_an_answer_as_often_as_the_readme_says";
    let Some(texts) = texts(test, "complaints/train_text.txt") else { return };
    let Some(labels) = texts_of_labels(test) else { return };
    let rules = Rules::built_in().unwrap();
    let mut judged = Judged::new();
    let (mut due, mut spam) = (Count::default(), Count::default());
    for (text, label) in texts.lines().zip(labels.lines()) {
        rules.judge(text, &mut judged);
        due.add(label == "1", judged.answer >= ANSWER_FROM);
        spam.add(label != "1", judged.of(Intent::Spam) >= HALF);
    }
    println!("real complaints: answer due {:.3}, taken for spam {}", due.recall(), spam.too_much);
    assert!(due.recall() >= 0.80 && spam.too_much <= 30);
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
