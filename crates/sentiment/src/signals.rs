//! What an English text says beside its sentiment: whether it complains, about what, how it sounds.

use classify::{Model, Scores};
use mention::{Likely, Understanding};

/// Adds what the model's tasks say; a task that the model does not have says nothing. The reason of
/// a complaint is given only where a complaint is the likelier answer.
pub(crate) fn of(model: &Model, scores: &Scores, understood: Understanding) -> Understanding {
    // Two labels: the second is the one that the task is named after.
    let yes = |name: &str| scores.of(model.task(name)?).get(1).copied();
    let complaint = yes("complaint");
    let complains = complaint.is_some_and(|probability| probability >= 0.5);
    Understanding {
        complaint,
        reason: if complains { likeliest(model, scores, "reason") } else { None },
        offensive: yes("offensive"),
        irony: yes("irony"),
        emotion: likeliest(model, scores, "emotion"),
        ..understood
    }
}

fn likeliest(model: &Model, scores: &Scores, name: &str) -> Option<Likely> {
    let task = model.task(name)?;
    let named = task.labels().iter().zip(scores.of(task));
    let best = named.max_by(|left, right| left.1.total_cmp(right.1))?;
    Some(Likely { name: best.0.clone(), probability: *best.1 })
}
