//! Whether an answer is needed, by rules and model combined as in the stage, on real texts that no task was
//! trained on and on the written cases, which the model has not seen either.

use crate::cases::{ConfusionCounts, lines};
use crate::shared::texts;
use classify::{Features, Model, RuleClassifier, RuleFindings, TaskScores};
use std::path::Path;
use text::Text;

/// Thresholds on the probability.
const FROM: [f32; 5] = [0.05, 0.1, 0.2, 0.3, 0.5];
/// The index of the review threshold 1 / (1 + 4): see `sentiment.costs.missed_answer`.
const REVIEW: usize = 2;
/// The index of the threshold from which an answer is needed.
const NEEDED: usize = 4;

/// Computes the probability that an answer is needed: the larger of rules and model.
struct AnswerScorer {
    rules: RuleClassifier,
    model: Model,
    findings: RuleFindings,
    features: Features,
    scores: TaskScores,
}

impl AnswerScorer {
    fn new() -> Self {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/mentions.harken");
        Self {
            rules: RuleClassifier::built_in().unwrap(),
            model: Model::from_bytes(&std::fs::read(file).unwrap()).unwrap(),
            findings: RuleFindings::new(),
            features: Features::new(),
            scores: TaskScores::new(),
        }
    }

    fn probability(&mut self, text: &str) -> f32 {
        let text = Text::of(text);
        self.rules.classify(&text, &mut self.findings);
        self.features.extract(&text);
        self.model.score(&self.features, &mut self.scores);
        let task = self.model.task("needs_answer").unwrap();
        self.findings.needs_answer.max(self.scores.of(task)[1])
    }

    /// The share of texts at or above each threshold.
    fn shares(&mut self, name: &str, texts: &[&str]) -> [f64; FROM.len()] {
        let probabilities: Vec<f32> = texts.iter().map(|text| self.probability(text)).collect();
        let shares = FROM.map(|from| {
            probabilities.iter().filter(|p| **p >= from).count() as f64 / probabilities.len() as f64
        });
        println!("{name}, {} texts: {shares:.3?} from {FROM:?}", texts.len());
        shares
    }
}

/// The texts with one of these labels.
fn of<'a>(texts: &'a str, labels: &str, wanted: &[&str]) -> Vec<&'a str> {
    let both = texts.lines().zip(labels.lines());
    both.filter(|(_, label)| wanted.contains(&label.trim())).map(|(text, _)| text).collect()
}

#[test]
fn real_texts_that_need_an_answer_are_found_as_often_as_the_readme_says() {
    let test = "real_texts_that_need_an_answer_are_found_as_often_as_the_readme_says";
    let mut scorer = AnswerScorer::new();
    let mut measure = |name: &str, wanted: &[&str]| {
        let texts_of = |kind: &str| texts(test, &format!("{name}/val_{kind}.txt"));
        let (texts, labels) = (texts_of("text")?, texts_of("labels")?);
        Some(scorer.shares(&format!("{name} {wanted:?}"), &of(&texts, &labels, wanted)))
    };
    let Some(complaints) = measure("complaints", &["1"]) else { return };
    let negative = measure("airline/sentiment", &["0"]).unwrap();
    let positive = measure("airline/sentiment", &["2"]).unwrap();
    let everyday = measure("tweeteval/sentiment", &["1", "2"]).unwrap();
    let others = measure("complaints", &["0"]).unwrap();
    assert!(complaints[REVIEW] >= 0.95 && negative[REVIEW] >= 0.95);
    assert!(complaints[NEEDED] >= 0.93 && negative[NEEDED] >= 0.96);
    assert!(positive[NEEDED] <= 0.45 && everyday[NEEDED] <= 0.30 && others[NEEDED] <= 0.45);
    assert!(positive[REVIEW] <= 0.66 && everyday[REVIEW] <= 0.40);
}

#[test]
fn written_cases_that_need_an_answer_are_found_by_rules_and_model() {
    let mut scorer = AnswerScorer::new();
    for file in ["intent-development.tsv", "intent-held-out.tsv"] {
        let mut counts = [ConfusionCounts::default(); FROM.len()];
        for case in lines(file) {
            let [_, answer, _, text] = &case[..] else { panic!("{case:?}") };
            let probability = scorer.probability(text);
            for (count, from) in counts.iter_mut().zip(FROM) {
                count.add(answer == "answer", probability >= from);
            }
        }
        for (count, from) in counts.iter().zip(FROM) {
            println!("{file} from {from}: {:.3} {:.3}", count.recall(), count.precision());
        }
        assert!(counts[REVIEW].recall() >= 0.95 && counts[REVIEW].precision() >= 0.8);
        assert!(counts[NEEDED].precision() >= 0.9);
    }
}
