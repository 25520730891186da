//! What an English text says beside its sentiment: whether it complains, about what, how it sounds,
//! whether somebody waits for an answer.

use classify::{Model, Scores};
use mention::{Abstention, Likely, Understanding};

use crate::costs::{Costs, answer_from};
use crate::judge::Abstained;

/// The tasks of the model, as records name them.
pub(crate) const COMPLAINT: &str = "complaint";
pub(crate) const NEEDS_ANSWER: &str = "needs_answer";
const REASON: &str = "reason";
const EMOTION: &str = "emotion";

/// Adds what the model's tasks say; a task that the model does not have says nothing. The reason of
/// a complaint is given only where a complaint is the likelier answer.
pub(crate) fn add(model: &Model, scores: &Scores, costs: &Costs, understood: &mut Understanding) {
    let complaint = yes(model, scores, COMPLAINT);
    let mut abstain = |task: &str| {
        let reason = Abstained::Undecided.as_str().to_owned();
        understood.abstentions.push(Abstention { task: task.to_owned(), reason });
    };
    let mut likeliest = |name: &str, wrong: f32| {
        let best = likeliest(model, scores, name)?;
        let is_likely = best.probability >= answer_from(wrong);
        if !is_likely {
            abstain(name);
        }
        Some(best).filter(|_| is_likely)
    };
    let emotion = likeliest(EMOTION, costs.wrong_emotion);
    let complains = complaint.is_some_and(|share| share >= 0.5);
    let reason = if complains { likeliest(REASON, costs.wrong_reason) } else { None };
    let is_told = |share: &f32| share.max(1.0 - share) >= answer_from(costs.wrong_complaint);
    if complaint.is_some_and(|share| !is_told(&share)) {
        abstain(COMPLAINT);
    }
    understood.complaint = complaint.filter(is_told);
    understood.reason = reason;
    understood.emotion = emotion;
    understood.offensive = yes(model, scores, "offensive");
    understood.irony = yes(model, scores, "irony");
}

/// How likely somebody waits for an answer, as far as the model can tell; by whether it complains
/// where the model has no task for that.
pub(crate) fn awaits(model: &Model, scores: &Scores) -> f32 {
    let asked = [NEEDS_ANSWER, COMPLAINT].into_iter();
    asked.filter_map(|name| yes(model, scores, name)).next().unwrap_or(0.0)
}

/// The probability of the second of two labels, the one that the task is named after.
pub(crate) fn yes(model: &Model, scores: &Scores, name: &str) -> Option<f32> {
    scores.of(model.task(name)?).get(1).copied()
}

fn likeliest(model: &Model, scores: &Scores, name: &str) -> Option<Likely> {
    let task = model.task(name)?;
    let named = task.labels().iter().zip(scores.of(task));
    let best = named.max_by(|left, right| left.1.total_cmp(right.1))?;
    Some(Likely { name: best.0.clone(), probability: *best.1 })
}
