//! Whether an answer is due, by rule and model together as the stage asks them, on texts of strangers
//! that no task has learned from and on the written cases, which the model has not seen either.

use crate::cases::{Count, lines};
use crate::shared::texts;
use classify::{Features, Judged, Model, Rules, Scores};
use std::path::Path;

/// Where a person looks, where an answer is due, and between.
const FROM: [f32; 5] = [0.05, 0.1, 0.2, 0.3, 0.5];
/// 1 / (1 + 4): see `sentiment.costs.missed_answer`.
const LOOKED_AT: usize = 2;
const DUE: usize = 4;

/// How likely an answer is due: what the rules say or what the model says, whichever is more.
struct Asked {
    rules: Rules,
    model: Model,
    judged: Judged,
    features: Features,
    scores: Scores,
}

impl Asked {
    fn new() -> Self {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/mentions.harken");
        Self {
            rules: Rules::built_in().unwrap(),
            model: Model::from_bytes(&std::fs::read(file).unwrap()).unwrap(),
            judged: Judged::new(),
            features: Features::new(),
            scores: Scores::new(),
        }
    }

    fn ask(&mut self, text: &str) -> f32 {
        self.rules.judge(text, &mut self.judged);
        self.features.extract(text);
        self.model.judge(&self.features, &mut self.scores);
        let task = self.model.task("needs_answer").unwrap();
        self.judged.answer.max(self.scores.of(task)[1])
    }

    /// The share of texts that are due an answer, by threshold.
    fn shares(&mut self, name: &str, texts: &[&str]) -> [f64; FROM.len()] {
        let said: Vec<f32> = texts.iter().map(|text| self.ask(text)).collect();
        let shares = FROM.map(|from| {
            said.iter().filter(|said| **said >= from).count() as f64 / said.len() as f64
        });
        println!("{name}, {} texts: {shares:.3?} from {FROM:?}", texts.len());
        shares
    }
}

/// The texts of a set with one of these labels.
fn of<'a>(texts: &'a str, labels: &str, wanted: &[&str]) -> Vec<&'a str> {
    let both = texts.lines().zip(labels.lines());
    both.filter(|(_, label)| wanted.contains(&label.trim())).map(|(text, _)| text).collect()
}

#[test]
fn strangers_who_wait_for_an_answer_are_found_as_often_as_the_readme_says() {
    let test = "strangers_who_wait_for_an_answer_are_found_as_often_as_the_readme_says";
    let mut asked = Asked::new();
    let mut measure = |name: &str, wanted: &[&str]| {
        let texts_of = |kind: &str| texts(test, &format!("{name}/val_{kind}.txt"));
        let (texts, labels) = (texts_of("text")?, texts_of("labels")?);
        Some(asked.shares(&format!("{name} {wanted:?}"), &of(&texts, &labels, wanted)))
    };
    let Some(complaints) = measure("complaints", &["1"]) else { return };
    let negative = measure("airline/sentiment", &["0"]).unwrap();
    let positive = measure("airline/sentiment", &["2"]).unwrap();
    let everyday = measure("tweeteval/sentiment", &["1", "2"]).unwrap();
    let others = measure("complaints", &["0"]).unwrap();
    assert!(complaints[LOOKED_AT] >= 0.95 && negative[LOOKED_AT] >= 0.95);
    assert!(complaints[DUE] >= 0.93 && negative[DUE] >= 0.96);
    assert!(positive[DUE] <= 0.45 && everyday[DUE] <= 0.30 && others[DUE] <= 0.45);
    assert!(positive[LOOKED_AT] <= 0.66 && everyday[LOOKED_AT] <= 0.40);
}

#[test]
fn written_cases_are_due_an_answer_by_rule_and_model_together() {
    let mut asked = Asked::new();
    for file in ["intent-development.tsv", "intent-held-out.tsv"] {
        let mut counts = [Count::default(); FROM.len()];
        for case in lines(file) {
            let [_, answer, _, text] = &case[..] else { panic!("{case:?}") };
            let said = asked.ask(text);
            for (count, from) in counts.iter_mut().zip(FROM) {
                count.add(answer == "answer", said >= from);
            }
        }
        for (count, from) in counts.iter().zip(FROM) {
            println!("{file} from {from}: {:.3} {:.3}", count.recall(), count.precision());
        }
        assert!(counts[LOOKED_AT].recall() >= 0.95 && counts[LOOKED_AT].precision() >= 0.8);
        assert!(counts[DUE].precision() >= 0.9);
    }
}
