//! Adds the results of the English model tasks to the record: complaint, reason, emotion, offensive, irony.

use classify::{Model, TaskScores};
use mention::{Abstention, LabelProbability, Understanding};

use crate::abstention::AbstentionReason;
use crate::costs::{Costs, answer_threshold};

/// The task names in the model and in records.
pub(crate) const COMPLAINT: &str = "complaint";
pub(crate) const NEEDS_ANSWER: &str = "needs_answer";
const REASON: &str = "reason";
const EMOTION: &str = "emotion";

/// Adds the results of the tasks to `understood`; skips tasks that the model does not have. Gives a reason only
/// for a text that is more probably a complaint than not.
pub(crate) fn add_findings(
    model: &Model,
    scores: &TaskScores,
    costs: &Costs,
    understood: &mut Understanding,
) {
    let complaint = positive_probability(model, scores, COMPLAINT);
    let mut abstain = |task: &str| {
        let reason = AbstentionReason::Undecided.as_str().to_owned();
        understood.abstentions.push(Abstention { task: task.to_owned(), reason });
    };
    let mut most_probable = |name: &str, wrong: f32| {
        let best = likeliest(model, scores, name)?;
        let is_likely = best.probability >= answer_threshold(wrong);
        if !is_likely {
            abstain(name);
        }
        Some(best).filter(|_| is_likely)
    };
    let emotion = most_probable(EMOTION, costs.wrong_emotion);
    let complains = complaint.is_some_and(|share| share >= 0.5);
    // The reason task was trained on negative posts only and gives any other text a reason as well.
    let reason = if complains { most_probable(REASON, costs.wrong_reason) } else { None };
    let is_decided =
        |share: &f32| share.max(1.0 - share) >= answer_threshold(costs.wrong_complaint);
    if complaint.is_some_and(|share| !is_decided(&share)) {
        abstain(COMPLAINT);
    }
    understood.complaint = complaint.filter(is_decided);
    understood.reason = reason;
    understood.emotion = emotion;
    understood.offensive = positive_probability(model, scores, "offensive");
    understood.irony = positive_probability(model, scores, "irony");
}

/// The probability that an answer is needed; that of a complaint if the model has no task for the former.
pub(crate) fn needs_answer_probability(model: &Model, scores: &TaskScores) -> f32 {
    let tasks = [NEEDS_ANSWER, COMPLAINT].into_iter();
    tasks.filter_map(|name| positive_probability(model, scores, name)).next().unwrap_or(0.0)
}

/// The probability of the second of two labels, after which a binary task is named.
pub(crate) fn positive_probability(model: &Model, scores: &TaskScores, name: &str) -> Option<f32> {
    scores.of(model.task(name)?).get(1).copied()
}

fn likeliest(model: &Model, scores: &TaskScores, name: &str) -> Option<LabelProbability> {
    let task = model.task(name)?;
    let named = task.labels().iter().zip(scores.of(task));
    let best = named.max_by(|left, right| left.1.total_cmp(right.1))?;
    Some(LabelProbability { name: best.0.clone(), probability: *best.1 })
}
