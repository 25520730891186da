//! Which of the two English tasks reads a mood better: of tweets to airlines, and of everyday tweets
//! that wait for an answer as well as of those that do not. Both on rows that nothing has learned from.

use crate::shared::texts;
use classify::eval::evaluate;
use classify::{Features, Model, Scores};
use std::path::Path;

type Labelled = Vec<(String, usize)>;

fn rows(test: &str, name: &str) -> Option<Labelled> {
    let texts_of = |kind: &str| texts(test, &format!("{name}/val_{kind}.txt"));
    let (texts, labels) = (texts_of("text")?, texts_of("labels")?);
    let labels = labels.lines().map(|label| label.trim().parse().unwrap());
    Some(texts.lines().map(str::to_owned).zip(labels).collect())
}

/// Those that wait for an answer by the model, and the others.
fn split(model: &Model, rows: Labelled) -> (Labelled, Labelled) {
    let task = model.task("needs_answer").unwrap();
    let (mut features, mut scores) = (Features::new(), Scores::new());
    rows.into_iter().partition(|(text, _)| {
        features.extract(text);
        model.judge(&features, &mut scores);
        scores.of(task)[1] >= 0.5
    })
}

#[test]
fn the_task_of_the_service_domain_reads_better_what_is_said_to_a_service_and_worse_what_is_not() {
    let test = "the_task_of_the_service_domain_reads_better_what_is_said_to_a_service";
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../models/mentions.harken");
    let model = Model::from_bytes(&std::fs::read(file).unwrap()).unwrap();
    let Some(airline) = rows(test, "airline/sentiment") else { return };
    let Some(everyday) = rows(test, "tweeteval/sentiment") else { return };
    let (waiting, others) = split(&model, everyday);
    let sets = [("airline", airline), ("waiting", waiting), ("others", others)];
    let recall = |task: &str, rows: &Labelled| {
        evaluate(&model, model.task(task).unwrap(), rows).macro_recall.value
    };
    let gains = sets.map(|(name, rows)| {
        let [everyday, service] = ["sentiment", "sentiment_service"].map(|t| recall(t, &rows));
        println!("{name}, {} rows: everyday {everyday:.3}, service {service:.3}", rows.len());
        service - everyday
    });
    assert!(gains[0] >= 0.05 && gains[1] <= -0.1 && gains[2] <= -0.05, "{gains:?}");
}
