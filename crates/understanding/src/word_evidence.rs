//! The evidence of findings: the words with the largest weights in model and rules.

use classify::intent::DetectedIntent;
use classify::risk::{Certainty, DetectedRisk};
use classify::{Features, Model, RuleFindings, Task, WordWeights};
use mention::Attribution;

/// The words with the largest weights for each (task, label number) in `targets`: at most `most` per target,
/// largest first, ties in the order of the targets.
pub(crate) fn model_evidence(
    model: &Model,
    features: &Features,
    targets: &[(&Task, usize)],
    most: usize,
    word_weights: &mut WordWeights,
) -> Vec<Attribution> {
    if most == 0 || targets.is_empty() {
        return Vec::new();
    }
    model.weigh_words(features, targets, word_weights);
    let mut because = Vec::with_capacity(targets.len() * most);
    for (number, (task, label)) in targets.iter().enumerate() {
        let label = task.labels().get(*label).map_or("", String::as_str);
        for evidence in word_weights.strongest(number, most, features) {
            let task = [task.name(), ":", label].concat();
            because.push(Attribution { task, words: evidence.words, weight: evidence.weight });
        }
    }
    because
}

/// Adds the phrases of the rule findings, at most `most` intents and `most` risks, and sorts by weight.
pub(crate) fn add_rule_evidence(
    text: &str,
    findings: &RuleFindings,
    most: usize,
    because: &mut Vec<Attribution>,
) {
    let intents = findings.intents.iter().filter_map(|found| Some((found, found.evidence?)));
    because.extend(intents.take(most).map(|(found, (start, end))| {
        let DetectedIntent { intent, probability, .. } = found;
        entry("intent", intent.as_str(), at(text, start, end), log_odds(*probability))
    }));
    let risks = findings.risks.iter().filter(|risk| risk.certainty == Certainty::Stated);
    because.extend(risks.take(most).map(|risk| {
        let DetectedRisk { kind, start, end, .. } = *risk;
        entry("risk", kind.as_str(), at(text, start, end), log_odds(risk.probability()))
    }));
    // Stable: of equal weights the model comes before the rules.
    because.sort_by(|one, other| other.weight.abs().total_cmp(&one.weight.abs()));
}

fn entry(task: &str, label: &str, words: &str, weight: f32) -> Attribution {
    Attribution { task: [task, ":", label].concat(), words: words.to_owned(), weight }
}

fn at(text: &str, start: u32, end: u32) -> &str {
    text.get(start as usize..end as usize).unwrap_or_default()
}

fn log_odds(probability: f32) -> f32 {
    // Log-odds are infinite at 0 and 1; the clamp keeps rules comparable with model weights.
    let share = probability.clamp(0.01, 0.99);
    (share / (1.0 - share)).ln()
}
