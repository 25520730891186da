//! Everything that the urgency of a mention depends on. Must not know: points.

use mention::{
    Channel, Engagement, Incident, Intent, IntentFound, Likely, Named, Risk, Scored, Sentiment,
    Tone,
};
use stage::Micros;

use crate::Known;

const HOUR: Micros = 3_600_000_000;

/// Everything that the urgency of a mention depends on.
#[derive(Debug, Clone, Default)]
pub struct Factors<'a> {
    /// How it is meant; none where the scorer abstained.
    pub sentiment: Option<Sentiment>,
    /// Why the scorer abstained.
    pub abstained: Option<&'a str>,
    /// What else could not be told and has to be, by a person.
    pub unjudged: Option<&'a str>,
    /// What the author may want.
    pub intents: &'a [IntentFound],
    /// How likely it is a complaint, from 0 to 1.
    pub complaint: f32,
    /// What the complaint is about.
    pub reason: Option<&'a Likely>,
    /// How likely somebody waits for an answer, from 0 to 1.
    pub needs_answer: f32,
    /// What may come of it.
    pub risks: &'a [Risk],
    /// What of the tenant's lists it names.
    pub named: &'a [Named],
    /// How the author sounds beside what they said before.
    pub tone: &'a [Tone],
    /// How many mentions of the author came before it.
    pub repeats: i64,
    /// Whether one of these was a complaint.
    pub complained: bool,
    /// How many follow the author.
    pub followers: i64,
    /// Reactions.
    pub engagement: Engagement,
    /// Weighted reactions an hour.
    pub velocity: i64,
    /// How many said nearly the same before.
    pub cluster: i64,
    /// The customer behind the author.
    pub customer: Option<&'a Known>,
    /// The kind of place.
    pub channel: Channel,
    /// Stars or their like, from 0 to 1.
    pub rating: Option<f64>,
    /// Whether its reach is paid for.
    pub is_promoted: bool,
    /// Since when it has been public, in microseconds.
    pub waited: Micros,
    /// The incident it belongs to.
    pub incident: Option<&'a Incident>,
}

impl<'a> Factors<'a> {
    /// What a mention says of itself, `waited` microseconds after it was published and with the
    /// reactions heard of since.
    #[must_use]
    pub fn of(scored: &'a Scored, engagement: Engagement, waited: Micros) -> Self {
        let Scored { mention, findings, understanding } = scored;
        Self {
            sentiment: understanding.sentiment,
            abstained: understanding.abstained.as_deref(),
            unjudged: understanding.unjudged().or(unasked(scored)),
            intents: &understanding.intents,
            complaint: complaint(scored),
            reason: understanding.reason.as_ref(),
            needs_answer: understanding.needs_answer.unwrap_or(0.0),
            risks: &understanding.risks,
            followers: mention.author.followers.unwrap_or(0),
            engagement,
            velocity: velocity(engagement, waited),
            cluster: findings.cluster_size,
            channel: mention.channel,
            rating: mention.rating,
            is_promoted: mention.promoted,
            waited,
            ..Self::default()
        }
    }
}

/// How likely a mention is a complaint: what the model or the rules say, whichever is more.
#[must_use]
pub(crate) fn complaint(scored: &Scored) -> f32 {
    let understanding = &scored.understanding;
    let is_complaint =
        |found: &&IntentFound| matches!(found.intent, Intent::Complaint | Intent::CannotReachYou);
    let found = understanding.intents.iter().filter(is_complaint);
    let found = found.map(|found| share(found.probability));
    found.fold(share(understanding.complaint.unwrap_or(0.0)), f32::max)
}

/// The task that nobody has asked yet: a record without intents, where at least that none is
/// recognised would stand, was written by a version that did not look for them.
fn unasked(scored: &Scored) -> Option<&'static str> {
    scored.understanding.intents.is_empty().then_some("intent")
}

/// A probability, whatever stands in the record.
pub(crate) fn share(probability: f32) -> f32 {
    if probability.is_nan() { 0.0 } else { probability.clamp(0.0, 1.0) }
}

/// Reactions by what they cost who reacts: a reply counts twice, a repost three times, a hundred
/// views once.
#[must_use]
pub fn reactions(engagement: Engagement) -> i64 {
    let Engagement { likes, replies, reposts, views } = engagement;
    let weighted = [(likes, 1), (replies, 2), (reposts, 3)];
    let sum = weighted.into_iter().fold(0_i64, |sum, (count, weight)| {
        sum.saturating_add(count.max(0).saturating_mul(weight))
    });
    sum.saturating_add(views.max(0) / 100)
}

/// Reactions an hour, over a quarter of an hour at the least, so that a first like within seconds
/// makes no storm.
#[must_use]
pub fn velocity(engagement: Engagement, waited: Micros) -> i64 {
    let hourly = i128::from(reactions(engagement)) * i128::from(HOUR);
    i64::try_from(hourly / i128::from(waited.max(HOUR / 4))).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn velocity_is_reactions_an_hour_and_never_over_less_than_a_quarter_of_one() {
        let likes = |likes| Engagement { likes, ..Engagement::default() };
        let cases = [
            (likes(10), HOUR, 10),
            (likes(10), 2 * HOUR, 5),
            (likes(10), 0, 40),
            (likes(10), -HOUR, 40),
            (likes(i64::MAX), 0, i64::MAX),
            (likes(-5), HOUR, 0),
        ];
        for (engagement, waited, expected) in cases {
            assert_eq!(velocity(engagement, waited), expected, "{engagement:?} {waited}");
        }
    }
}
