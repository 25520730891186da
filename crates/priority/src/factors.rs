//! The factors of a score: all facts that the priority of a mention depends on.
//!
//! Must not know: points.

use mention::{
    Channel, Engagement, Incident, Intent, IntentFinding, LabelProbability, Risk, Scored,
    Sentiment, Tone, WatchlistMatch,
};
use stage::TimeDelta;

use crate::CustomerEntry;

/// All facts that the score of a mention depends on.
#[derive(Debug, Clone, Default)]
pub struct Factors<'a> {
    /// The sentiment; none if the model abstained.
    pub sentiment: Option<Sentiment>,
    /// Why the model abstained from the sentiment.
    pub abstained: Option<&'a str>,
    /// Another task that the model abstained from and that a person must judge.
    pub unjudged: Option<&'a str>,
    /// The author's intents, the most probable first.
    pub intents: &'a [IntentFinding],
    /// The probability of a complaint, from 0 to 1.
    pub complaint: f32,
    /// The reason of the complaint.
    pub reason: Option<&'a LabelProbability>,
    /// The probability that the author expects a reply, from 0 to 1.
    pub needs_answer: f32,
    /// The risks.
    pub risks: &'a [Risk],
    /// The entries of the tenant's watchlists that the text names.
    pub named: &'a [WatchlistMatch],
    /// How the mention compares with the author's earlier ones.
    pub tones: &'a [Tone],
    /// The number of the author's earlier mentions.
    pub prior_mentions: i64,
    /// Whether one of these was a complaint.
    pub has_complained: bool,
    /// The author's followers.
    pub followers: i64,
    /// Likes, replies, reposts and views.
    pub engagement: Engagement,
    /// Weighted reactions per hour.
    pub velocity: i64,
    /// The number of earlier mentions in the cluster.
    pub cluster_size: i64,
    /// The customer behind the author.
    pub customer: Option<&'a CustomerEntry>,
    /// The kind of channel.
    pub channel: Channel,
    /// The rating of a review, from 0 to 1.
    pub rating: Option<f64>,
    /// Whether the post is promoted.
    pub is_promoted: bool,
    /// The time since publication.
    pub age: TimeDelta,
    /// The incident that the mention belongs to.
    pub incident: Option<&'a Incident>,
}

impl<'a> Factors<'a> {
    /// The factors in the record of a mention, `age` after publication and with its current
    /// `engagement`.
    #[must_use]
    pub fn of(scored: &'a Scored, engagement: Engagement, age: TimeDelta) -> Self {
        let Scored { mention, findings, understanding } = scored;
        Self {
            sentiment: understanding.sentiment,
            abstained: understanding.abstained.as_deref(),
            unjudged: understanding.unanswered_task().or(missing_task(scored)),
            intents: &understanding.intents,
            complaint: complaint(scored),
            reason: understanding.reason.as_ref(),
            needs_answer: understanding.needs_answer.unwrap_or(0.0),
            risks: &understanding.risks,
            followers: mention.author.followers.unwrap_or(0),
            engagement,
            velocity: velocity(engagement, age),
            cluster_size: findings.cluster_size,
            channel: mention.channel,
            rating: mention.rating,
            is_promoted: mention.promoted,
            age,
            ..Self::default()
        }
    }
}

/// The probability that a mention is a complaint: the higher of the model's and of the intents'.
#[must_use]
pub(crate) fn complaint(scored: &Scored) -> f32 {
    let understanding = &scored.understanding;
    let is_complaint =
        |found: &&IntentFinding| matches!(found.intent, Intent::Complaint | Intent::CannotReachYou);
    let found = understanding.intents.iter().filter(is_complaint);
    let found = found.map(|found| clamp_probability(found.probability));
    found.fold(clamp_probability(understanding.complaint.unwrap_or(0.0)), f32::max)
}

/// The task `intent`, if the record has no intents at all: its writer did not run that task. A record
/// of which no intent was recognised contains [`Intent::Other`].
fn missing_task(scored: &Scored) -> Option<&'static str> {
    scored.understanding.intents.is_empty().then_some("intent")
}

/// A probability from 0 to 1; records may hold any number.
pub(crate) fn clamp_probability(probability: f32) -> f32 {
    if probability.is_nan() { 0.0 } else { probability.clamp(0.0, 1.0) }
}

/// Likes + 2 × replies + 3 × reposts + views / 100: reactions weighted by their effort.
#[must_use]
pub fn weighted_reactions(engagement: Engagement) -> i64 {
    let Engagement { likes, replies, reposts, views } = engagement;
    let weighted = [(likes, 1), (replies, 2), (reposts, 3)];
    let sum = weighted.into_iter().fold(0_i64, |sum, (count, weight)| {
        sum.saturating_add(count.max(0).saturating_mul(weight))
    });
    sum.saturating_add(views.max(0) / 100)
}

/// Weighted reactions per hour at `age` after publication.
#[must_use]
pub fn velocity(engagement: Engagement, age: TimeDelta) -> i64 {
    // At least a quarter of an hour: otherwise a like after a second would be 3,600 an hour.
    let age = age.max(TimeDelta::HOUR / 4);
    let [hour, age] = [TimeDelta::HOUR, age].map(|length| i128::from(length.as_micros()));
    // The product of counts near the maximum exceeds 64 bits.
    let hourly = i128::from(weighted_reactions(engagement)) * hour / age;
    i64::try_from(hourly).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn velocity_is_reactions_per_hour_over_at_least_a_quarter_of_an_hour() {
        let hour = TimeDelta::HOUR;
        let likes = |likes| Engagement { likes, ..Engagement::default() };
        let cases = [
            (likes(10), hour, 10),
            (likes(10), 2 * hour, 5),
            (likes(10), TimeDelta::ZERO, 40),
            (likes(10), -hour, 40),
            (likes(i64::MAX), TimeDelta::ZERO, i64::MAX),
            (likes(-5), hour, 0),
        ];
        for (engagement, age, expected) in cases {
            assert_eq!(velocity(engagement, age), expected, "{engagement:?} {age}");
        }
    }
}
