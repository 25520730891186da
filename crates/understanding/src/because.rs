//! Why: the words that weighed most in the answers of the model and of the rules.

use classify::intent::Found;
use classify::risk::{Certainty, Risk};
use classify::{Features, Judged, Model, Task, Weighing};
use mention::Because;

/// The words that weighed most, from the heaviest, of equals in the order of the answers: at most
/// `most` for each label of a task in `asked`, and of the intents and of the risks as many.
pub(crate) fn words(
    model: &Model,
    features: &Features,
    asked: &[(&Task, usize)],
    most: usize,
    weighing: &mut Weighing,
) -> Vec<Because> {
    if most == 0 || asked.is_empty() {
        return Vec::new();
    }
    model.weigh(features, asked, weighing);
    let mut because = Vec::with_capacity(asked.len() * most);
    for (number, (task, label)) in asked.iter().enumerate() {
        let label = task.labels().get(*label).map_or("", String::as_str);
        for evidence in weighing.strongest(number, most, features) {
            let task = [task.name(), ":", label].concat();
            because.push(Because { task, words: evidence.words, weight: evidence.weight });
        }
    }
    because
}

/// Adds the words that the rules went by, and puts the heaviest first.
pub(crate) fn add_rules(text: &str, judged: &Judged, most: usize, because: &mut Vec<Because>) {
    let shown = judged.intents.iter().filter_map(|found| Some((found, found.evidence?)));
    because.extend(shown.take(most).map(|(found, (start, end))| {
        let Found { intent, probability, .. } = found;
        entry("intent", intent.as_str(), at(text, start, end), log_odds(*probability))
    }));
    let said = judged.risks.iter().filter(|risk| risk.certainty == Certainty::Said);
    because.extend(said.take(most).map(|risk| {
        let Risk { kind, start, end, .. } = *risk;
        entry("risk", kind.as_str(), at(text, start, end), log_odds(risk.probability()))
    }));
    because.sort_by(|one, other| other.weight.abs().total_cmp(&one.weight.abs()));
}

fn entry(task: &str, label: &str, words: &str, weight: f32) -> Because {
    Because { task: [task, ":", label].concat(), words: words.to_owned(), weight }
}

fn at(text: &str, start: u32, end: u32) -> &str {
    text.get(start as usize..end as usize).unwrap_or_default()
}

fn log_odds(probability: f32) -> f32 {
    let share = probability.clamp(0.01, 0.99);
    (share / (1.0 - share)).ln()
}
