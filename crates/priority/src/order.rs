//! The order of a queue: who is served next, so that nobody waits for ever.
//!
//! A mention that waits gains as much as every other, so ageing need not be computed again and
//! again: whoever comes first by [`place`] comes first for good. A place is the time of hearing
//! less a head start of [`Weights::seconds_a_point`] for each point. Since scores are bounded, so is
//! every head start ([`most_head_start`]): what is heard later than that behind a mention stands
//! behind it, however urgent. That is the bound, and `tests/all/queue.rs` holds it.
//!
//! Queues that are served strictly by level have no such bound.

use mention::Level;
use rules::Weights;
use stage::Micros;

const SECOND: Micros = 1_000_000;

/// The place of a mention in a queue, in microseconds: the least is served first.
///
/// The score counts as what its level asks for where a floor has raised that, and no less than
/// what the weights can give.
#[must_use]
pub fn place(received_at: Micros, score: i32, level: Level, weights: &Weights) -> Micros {
    let (least, most) = range(weights);
    let points = i64::from(score).max(i64::from(weights.least(level))).clamp(least, most);
    let ahead = (points - least).saturating_mul(weights.seconds_a_point).saturating_mul(SECOND);
    received_at.saturating_sub(ahead)
}

/// The most by which one mention can stand ahead of another that was heard at the same time, in
/// microseconds.
#[must_use]
pub fn most_head_start(weights: &Weights) -> Micros {
    let (least, most) = range(weights);
    (most - least).saturating_mul(weights.seconds_a_point).saturating_mul(SECOND)
}

/// The least and the most points that the weights can add up to.
fn range(weights: &Weights) -> (i64, i64) {
    let c = &weights.points;
    let most_of = |points: &mut dyn Iterator<Item = i32>| points.map(i64::from).max().unwrap_or(0);
    let once = [
        c.negative,
        c.needs_answer,
        c.followers_most,
        c.engagement_most,
        c.velocity_most,
        c.cluster_most,
        c.promoted,
        c.promoted_complaint,
        c.value_most,
        c.open_case_most,
        c.repeat_contact_most,
        c.repeated,
        c.unanswered,
        c.wider_channel,
        c.vengeance,
        c.executive,
        c.competitor,
        c.churn,
        c.product,
        c.direct_message,
        c.worst_rating,
        c.age_most,
        c.incident_most,
    ];
    let most = once.into_iter().map(i64::from).sum::<i64>()
        + most_of(&mut c.intent.values().copied()).max(0)
        + most_of(&mut c.tier.values().copied())
        + most_of(&mut c.reason.values().copied()).max(i64::from(c.other_reason))
        + c.risk.values().copied().map(i64::from).sum::<i64>();
    let least = c.intent.values().copied().map(i64::from).min().unwrap_or(0).min(0);
    (least - i64::from(c.positive), most.max(i64::from(weights.least(Level::P1))))
}
