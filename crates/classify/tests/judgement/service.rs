//! Compares the two English sentiment tasks on held-out rows: tweets to airlines, everyday tweets that need an
//! answer, and other everyday tweets.

use crate::shared::texts;
use classify::eval::evaluate;
use classify::{Features, Model, TaskScores};
use std::path::Path;
use text::Text;

type ValRows = Vec<(String, usize)>;

fn rows(test: &str, name: &str) -> Option<ValRows> {
    let texts_of = |kind: &str| texts(test, &format!("{name}/val_{kind}.txt"));
    let (texts, labels) = (texts_of("text")?, texts_of("labels")?);
    let labels = labels.lines().map(|label| label.trim().parse().unwrap());
    Some(texts.lines().map(str::to_owned).zip(labels).collect())
}

/// Rows that need an answer according to the model, and the others.
fn split(model: &Model, rows: ValRows) -> (ValRows, ValRows) {
    let task = model.task("needs_answer").unwrap();
    let (mut features, mut scores) = (Features::new(), TaskScores::new());
    rows.into_iter().partition(|(text, _)| {
        features.extract(&Text::of(text));
        model.score(&features, &mut scores);
        scores.of(task)[1] >= 0.5
    })
}

#[test]
fn the_service_task_is_better_on_texts_to_a_service_and_worse_on_others() {
    let test = "the_service_task_is_better_on_texts_to_a_service_and_worse_on_others";
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/mentions.harken");
    let model = Model::from_bytes(&std::fs::read(file).unwrap()).unwrap();
    let Some(airline) = rows(test, "airline/sentiment") else { return };
    let Some(everyday) = rows(test, "tweeteval/sentiment") else { return };
    let (needing_answer, others) = split(&model, everyday);
    let sets = [("airline", airline), ("needing_answer", needing_answer), ("others", others)];
    let recall = |task: &str, rows: &ValRows| {
        evaluate(&model, model.task(task).unwrap(), rows).macro_recall.value
    };
    let gains = sets.map(|(name, rows)| {
        let [everyday, service] = ["sentiment", "sentiment_service"].map(|t| recall(t, &rows));
        println!("{name}, {} rows: everyday {everyday:.3}, service {service:.3}", rows.len());
        service - everyday
    });
    assert!(gains[0] >= 0.05 && gains[1] <= -0.1 && gains[2] <= -0.05, "{gains:?}");
}
