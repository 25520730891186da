//! The order of a queue: who is served next, so that nobody waits for ever.
//!
//! A mention that waits gains as much as every other, so ageing need not be computed again and
//! again: whoever comes first by [`place`] comes first for good. A place is the time of hearing
//! less a head start of [`Config::seconds_a_point`] for each point. Since scores are bounded, so is
//! every head start ([`most_head_start`]): what is heard later than that behind a mention stands
//! behind it, however urgent. That is the bound, and `tests/all/queue.rs` holds it.
//!
//! Queues that are served strictly by level have no such bound.

use mention::Level;
use stage::Micros;

use crate::Config;

const SECOND: Micros = 1_000_000;

/// The place of a mention in a queue, in microseconds: the least is served first.
///
/// The score counts as what its level asks for where a floor has raised that, and no less than
/// what the weights can give.
#[must_use]
pub fn place(received_at: Micros, score: i32, level: Level, config: &Config) -> Micros {
    let (least, most) = range(config);
    let points = i64::from(score).max(i64::from(config.least(level))).clamp(least, most);
    let ahead = (points - least).saturating_mul(config.seconds_a_point).saturating_mul(SECOND);
    received_at.saturating_sub(ahead)
}

/// The most by which one mention can stand ahead of another that was heard at the same time, in
/// microseconds.
#[must_use]
pub fn most_head_start(config: &Config) -> Micros {
    let (least, most) = range(config);
    (most - least).saturating_mul(config.seconds_a_point).saturating_mul(SECOND)
}

/// The least and the most points that the weights can add up to.
fn range(config: &Config) -> (i64, i64) {
    let c = config;
    let most_of = |points: &mut dyn Iterator<Item = i32>| points.map(i64::from).max().unwrap_or(0);
    let intents =
        [c.complaint, c.question, c.request, c.cannot_reach_you, c.sales_interest, c.suggestion];
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
        c.open_cases_most,
        c.repeat_most,
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
        + most_of(&mut intents.into_iter())
        + most_of(&mut c.tiers.values().copied())
        + most_of(&mut c.reasons.values().copied()).max(i64::from(c.reason))
        + c.risks.values().copied().map(i64::from).sum::<i64>();
    let least = -i64::from(c.positive) - i64::from(c.praise.max(c.spam));
    (least, most.max(i64::from(c.p1)))
}
