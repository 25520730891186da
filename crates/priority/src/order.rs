//! The order of a queue, with a bound on the waiting time.
//!
//! The place of a mention is the time at which Harken received its first version, less a head start of
//! [`Weights::seconds_per_point`] for each point above the least possible score. So it is usually earlier
//! than the receipt: places are compared, not read as times. All waiting mentions age equally, so a
//! place never has to be computed again. Scores are bounded, and so is the head start
//! ([`max_head_start`]): a mention received later than that after another is behind it, at any score.
//! `tests/all/queue.rs` checks this bound. A queue that is served strictly by level has no such bound.
//!
//! Must not know: teams, queues.

use mention::Level;
use rules::Weights;
use stage::{EventTime, TimeDelta};

/// The place of a mention in a queue; the least is served first.
///
/// A mention whose level a floor raised counts at least the minimum score of that level. The score is
/// clamped to the range that the weights can give.
#[must_use]
pub fn place(received_at: EventTime, score: i32, level: Level, weights: &Weights) -> EventTime {
    let (least, most) = range(weights);
    // Clamped, so that the bound holds even for a score by other weights.
    let points = i64::from(score).max(i64::from(weights.min_score(level))).clamp(least, most);
    received_at - head_start(points - least, weights)
}

/// The greatest difference of two places of mentions received at the same time.
#[must_use]
pub fn max_head_start(weights: &Weights) -> TimeDelta {
    let (least, most) = range(weights);
    head_start(most - least, weights)
}

fn head_start(points: i64, weights: &Weights) -> TimeDelta {
    TimeDelta::from_secs(points.saturating_mul(weights.seconds_per_point))
}

/// The least and the greatest score that the weights can give.
fn range(weights: &Weights) -> (i64, i64) {
    let points = &weights.points;
    let most_of = |values: &mut dyn Iterator<Item = i32>| values.map(i64::from).max().unwrap_or(0);
    // Every term that a mention can have at most once, with the most points it can give.
    let once = [
        points.negative,
        points.needs_answer,
        points.followers_most,
        points.engagement_most,
        points.velocity_most,
        points.cluster_most,
        points.promoted,
        points.promoted_complaint,
        points.value_most,
        points.open_case_most,
        points.repeat_contact_most,
        points.repeated,
        points.unanswered,
        points.wider_channel,
        points.vengeance,
        points.executive,
        points.competitor,
        points.churn,
        points.product,
        points.direct_message,
        points.worst_rating,
        points.age_most,
        points.incident_most,
    ];
    let most = once.into_iter().map(i64::from).sum::<i64>()
        + most_of(&mut points.intent.values().copied()).max(0)
        + most_of(&mut points.tier.values().copied())
        + most_of(&mut points.reason.values().copied()).max(i64::from(points.other_reason))
        + points.risk.values().copied().map(i64::from).sum::<i64>();
    // Only intents (praise, spam) and a positive sentiment can subtract points.
    let least = points.intent.values().copied().map(i64::from).min().unwrap_or(0).min(0);
    (least - i64::from(points.positive), most.max(i64::from(weights.min_score(Level::P1))))
}
