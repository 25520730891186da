//! The sum: every factor a term with its points and what they were computed from.
//!
//! Points are whole numbers and every step is exact on every machine: logarithms are counted in
//! doublings, probabilities are multiplied and rounded as IEEE 754 says.

use mention::{Channel, Engagement, Incident, Intent, Level, Sentiment, Term};
use stage::Micros;

use crate::{Config, Known};

/// Below this confidence the match of a customer raises nothing.
const SURE: f32 = 0.8;
const QUARTER_HOUR: Micros = 15 * 60 * 1_000_000;

/// Everything that the urgency of a mention depends on.
#[derive(Debug, Clone, Default)]
pub struct Factors<'a> {
    /// How it is meant; none where the scorer abstained.
    pub sentiment: Option<Sentiment>,
    /// Why the scorer abstained.
    pub abstained: Option<&'a str>,
    /// What the author wants.
    pub intent: Intent,
    /// The words that show it.
    pub evidence: Option<&'a str>,
    /// How many follow the author.
    pub followers: i64,
    /// Reactions.
    pub engagement: Engagement,
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

/// How urgent something is, and the terms that add up to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// The level.
    pub level: Level,
    /// The sum of the terms.
    pub score: i32,
    /// The terms; those without points are left out unless they explain something.
    pub terms: Vec<Term>,
}

/// Adds up the factors.
///
/// Where the scorer abstained, the sentiment counts as neutral and the level is never below P3:
/// a person looks.
#[must_use]
pub fn weigh(factors: &Factors<'_>, config: &Config) -> Verdict {
    let mut terms = Vec::with_capacity(8);
    let mut add = |name: &str, points: i32, because: &dyn Fn() -> String| {
        if points != 0 {
            terms.push(Term { name: name.to_owned(), points, because: because() });
        }
    };
    if let Some(sentiment) = factors.sentiment {
        let (negative, positive) = (share(sentiment.negative), share(sentiment.positive));
        let points = part(config.negative, negative) - part(config.positive, positive);
        add("sentiment", points, &|| format!("negative {negative:.2}, positive {positive:.2}"));
    }
    let evidence = factors.evidence.unwrap_or_default();
    add("intent", config.intent(factors.intent), &|| format!("says \"{evidence}\""));
    let followers = factors.followers.max(0);
    let points = doublings(followers, config.followers, config.followers_most);
    add("followers", points, &|| format!("{followers} followers"));
    let reactions = reactions(factors.engagement);
    let points = doublings(reactions, config.engagement, config.engagement_most);
    add("engagement", points, &|| format!("{reactions} weighted reactions"));
    if factors.channel == Channel::DirectMessage {
        add("channel", config.direct_message, &|| "a direct message".to_owned());
    }
    if let Some(rating) = factors.rating {
        add("rating", low_rating(rating, config), &|| format!("rated {rating:.2} of 1"));
    }
    if factors.is_promoted {
        add("promoted", config.promoted, &|| "its reach is paid for".to_owned());
    }
    let quarters = factors.waited.max(0) / QUARTER_HOUR;
    let points = capped(quarters, config.age, config.age_most);
    add("age", points, &|| format!("published {} minutes ago", quarters * 15));
    if let Some(incident) = factors.incident {
        let points = incident.points.clamp(0, config.incident_most);
        let because =
            || format!("incident {}, revision {}", incident.incident_id, incident.revision);
        add("incident", points, &because);
    }
    terms.extend(factors.customer.and_then(|known| customer(known, config)));
    if factors.sentiment.is_none() {
        let because = factors.abstained.unwrap_or("no sentiment was scored").to_owned();
        terms.push(Term { name: "sentiment".to_owned(), points: 0, because });
    }
    let score = crate::sum(&terms);
    let level = config.level(score);
    let level = if factors.sentiment.is_none() { level.min(Level::P3) } else { level };
    Verdict { level, score, terms }
}

fn customer(known: &Known, config: &Config) -> Option<Term> {
    let points = config.tiers.get(known.tier.as_ref()).copied().unwrap_or(0);
    let Known { tier, matched_by, confidence, .. } = known;
    let because = format!("{tier}, matched by {matched_by} ({confidence:.2})");
    // A confidence that is no number is no confidence: the comparison fails.
    let is_sure = *confidence >= SURE;
    let (points, because) = match points {
        0 => return None,
        points if is_sure => (points, because),
        _ => (0, format!("{because}: doubtful, so it raises nothing")),
    };
    Some(Term { name: "customer".to_owned(), points, because })
}

/// A probability, whatever stands in the record.
fn share(probability: f32) -> f32 {
    if probability.is_nan() { 0.0 } else { probability.clamp(0.0, 1.0) }
}

fn part(weight: i32, share: f32) -> i32 {
    (f64::from(weight) * f64::from(share)).round() as i32
}

fn capped(steps: i64, each: i32, most: i32) -> i32 {
    steps.saturating_mul(i64::from(each)).min(i64::from(most)) as i32
}

fn doublings(count: i64, each: i32, most: i32) -> i32 {
    capped(i64::from(count.max(0).saturating_add(1).ilog2()), each, most)
}

fn reactions(engagement: Engagement) -> i64 {
    let Engagement { likes, replies, reposts, views } = engagement;
    let weighted = [(likes, 1), (replies, 2), (reposts, 3)];
    let sum = weighted.into_iter().fold(0_i64, |sum, (count, weight)| {
        sum.saturating_add(count.max(0).saturating_mul(weight))
    });
    sum.saturating_add(views.max(0) / 100)
}

fn low_rating(rating: f64, config: &Config) -> i32 {
    if rating.is_nan() {
        return 0;
    }
    let lack = ((0.5 - rating) * 2.0).clamp(0.0, 1.0);
    (f64::from(config.worst_rating) * lack).round() as i32
}
