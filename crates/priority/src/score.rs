//! The score: the sum of terms, each with its points and the facts that they were computed from.
//!
//! Must not know: the state, how the factors were found.

use mention::{Channel, Level, RiskKind, Term, Tone, WatchlistKind};
use rules::{FactorPoints, Weights};
use stage::TimeDelta;

use crate::explain::{FloorReason, IntentText, risk_name, tone_text};
use crate::factors::{Factors, clamp_probability, weighted_reactions};
use crate::points::{capped_points, doubling_points, low_rating_points, weighted_points};
use crate::terms::{self, TermList};

/// The level and the score of a mention, with the terms that add up to it.
#[derive(Debug, Clone, PartialEq)]
pub struct ScoreBreakdown {
    /// The level, after the fixed floors.
    pub level: Level,
    /// The sum of the terms.
    pub score: i32,
    /// The terms; a term without points is left out unless it explains something.
    pub terms: Vec<Term>,
    /// The reason of the floor that set the level, if one did.
    pub floor: Option<String>,
}

/// From this probability on, the author expects a reply.
const ANSWER_DUE: f32 = 0.5;

/// The terms that change with time alone.
pub(crate) const TIME_TERMS: [&str; 2] = ["age", "velocity"];

/// The steps in which the age of a mention gives points.
const QUARTER_HOUR: TimeDelta = TimeDelta::MINUTE.times(15);

/// Scores a mention by its factors.
///
/// Without a sentiment (the model abstained) the sentiment counts as neutral and the level is P3 or
/// higher, so that a person reads the mention. Safety risks and threats of harm are P1. The caller
/// applies the floors of the rules on top.
#[must_use]
pub fn score(factors: &Factors<'_>, weights: &Weights) -> ScoreBreakdown {
    let points = &weights.points;
    let mut terms = TermList::new();
    add_understanding(factors, points, &mut terms);
    add_reach(factors, points, &mut terms);
    add_channel(factors, points, &mut terms);
    add_watchlist(factors, points, &mut terms);
    add_history(factors, points, &mut terms);
    add_age(factors, points, &mut terms);
    add_incident(factors, points, &mut terms);
    if let Some(customer) = factors.customer {
        terms::add_customer(customer, points, &mut terms);
    }
    if factors.sentiment.is_none() {
        let why = factors.abstained.unwrap_or("no sentiment was scored");
        terms.note("sentiment", 0, format_args!("{why}"));
    }
    let terms = terms.into_vec();
    let score = crate::total_points(&terms);
    let (level, floor) = apply_floors(weights.level(score), factors);
    ScoreBreakdown { level, score, terms, floor: floor.map(|reason| reason.to_string()) }
}

/// What the text says: sentiment, intent, reason, need for an answer, risks.
fn add_understanding(factors: &Factors<'_>, points: &FactorPoints, terms: &mut TermList) {
    if let Some(sentiment) = factors.sentiment {
        let negative = clamp_probability(sentiment.negative);
        let positive = clamp_probability(sentiment.positive);
        terms.add(
            "sentiment",
            weighted_points(points.negative, negative) - weighted_points(points.positive, positive),
            format_args!("negative {negative:.2}, positive {positive:.2}"),
        );
    }
    let (of_intent, finding) = terms::intent(factors, points);
    let text = IntentText { finding, complaint: clamp_probability(factors.complaint) };
    terms.add("intent", of_intent, format_args!("{text}"));
    if let Some(reason) = factors.reason {
        let weight = points.reason.get(&reason.name).copied().unwrap_or(points.other_reason);
        terms.add(
            "reason",
            weighted_points(weight, clamp_probability(reason.probability)),
            format_args!("{} ({:.2})", reason.name, reason.probability),
        );
    }
    let needs_answer = clamp_probability(factors.needs_answer);
    terms.add(
        "needs_answer",
        weighted_points(points.needs_answer, needs_answer),
        format_args!("probability {needs_answer:.2}"),
    );
    for (kind, risk) in terms::risks(factors) {
        let of_risk = points.risk.get(&kind).copied().unwrap_or(0);
        terms.add("risk", of_risk, format_args!("{}: \"{}\"", risk_name(kind), risk.words));
    }
}

/// How many people see the mention or write the same: followers, engagement, velocity, cluster.
fn add_reach(factors: &Factors<'_>, points: &FactorPoints, terms: &mut TermList) {
    let followers = factors.followers.max(0);
    terms.add(
        "followers",
        doubling_points(followers, points.followers, points.followers_most),
        format_args!("{followers} followers"),
    );
    let reactions = weighted_reactions(factors.engagement);
    terms.add(
        "engagement",
        doubling_points(reactions, points.engagement, points.engagement_most),
        format_args!("{reactions} weighted reactions"),
    );
    let velocity = factors.velocity.max(0);
    terms.add(
        "velocity",
        doubling_points(velocity, points.velocity, points.velocity_most),
        format_args!("{velocity} weighted reactions an hour"),
    );
    let others = factors.cluster_size.max(0);
    terms.add(
        "cluster",
        doubling_points(others, points.cluster, points.cluster_most),
        format_args!("{others} earlier mentions with nearly the same text"),
    );
}

/// Where the mention was published: channel, rating, promotion.
fn add_channel(factors: &Factors<'_>, points: &FactorPoints, terms: &mut TermList) {
    if factors.channel == Channel::DirectMessage {
        terms.add("channel", points.direct_message, format_args!("a direct message"));
    }
    if let Some(rating) = factors.rating {
        let of_rating = low_rating_points(rating, points.worst_rating);
        terms.add("rating", of_rating, format_args!("rated {rating:.2} of 1"));
    }
    if factors.is_promoted {
        terms.add("promoted", points.promoted, format_args!("a promoted post"));
        let of_complaint =
            weighted_points(points.promoted_complaint, clamp_probability(factors.complaint));
        terms.add(
            "promoted_complaint",
            of_complaint,
            format_args!("a complaint in a promoted post"),
        );
    }
}

/// One term for each of the tenant's watchlists with at least one match.
fn add_watchlist(factors: &Factors<'_>, points: &FactorPoints, terms: &mut TermList) {
    use WatchlistKind::{Churn, Competitor, Executive, Product};
    for kind in [Executive, Competitor, Churn, Product] {
        if let Some(found) = factors.named.iter().find(|found| found.kind == kind) {
            let (name, of_kind) = terms::watchlist(kind, points);
            terms.add(name, of_kind, format_args!("names {}", found.name));
        }
    }
}

/// The author's earlier mentions: their number, and how this one compares with them.
fn add_history(factors: &Factors<'_>, points: &FactorPoints, terms: &mut TermList) {
    let earlier = factors.prior_mentions.max(0);
    terms.add(
        "repeat",
        capped_points(earlier, points.repeat_contact, points.repeat_contact_most),
        format_args!("{earlier} earlier mentions by the author"),
    );
    for tone in [Tone::Repeated, Tone::Unanswered, Tone::WiderChannel] {
        if factors.tones.contains(&tone) {
            let (name, of_tone) = terms::tone(tone, points);
            terms.add(name, of_tone, format_args!("{}", tone_text(tone)));
        }
    }
    if terms::is_vengeance(factors) {
        terms.add("vengeance", points.vengeance, format_args!("complained before and escalates"));
    }
}

fn add_age(factors: &Factors<'_>, points: &FactorPoints, terms: &mut TermList) {
    // In quarters of an hour, so that a re-score a second later has the same text and points.
    let quarters = factors.age.max(TimeDelta::ZERO) / QUARTER_HOUR;
    terms.add(
        "age",
        capped_points(quarters, points.age, points.age_most),
        format_args!("published {} minutes ago", quarters * 15),
    );
}

fn add_incident(factors: &Factors<'_>, points: &FactorPoints, terms: &mut TermList) {
    if let Some(incident) = factors.incident {
        // The points come from another process's rules: they cannot exceed the limit of these.
        let of_incident = incident.points.clamp(0, points.incident_most);
        let (id, revision) = (&incident.incident_id, incident.revision);
        terms.add("incident", of_incident, format_args!("incident {id}, revision {revision}"));
    }
}

/// Raises a level to the highest of the fixed floors, which no rules can remove; returns the reason
/// if a floor raised it.
fn apply_floors<'a>(level: Level, factors: &Factors<'a>) -> (Level, Option<FloorReason<'a>>) {
    let mut result = (level, None);
    let mut raise_to = |floor: Level, reason: FloorReason<'a>| {
        // P1 is the least of the levels: the highest floor wins, and the first of equal ones.
        if floor < result.0 {
            result = (floor, Some(reason));
        }
    };
    for (kind, _) in terms::risks(factors) {
        if matches!(kind, RiskKind::Safety | RiskKind::ThreatOfHarm) {
            raise_to(Level::P1, FloorReason::Risk(kind));
        }
    }
    if factors.sentiment.is_none() {
        raise_to(Level::P3, FloorReason::NotJudged("sentiment"));
    }
    // Rules may filter P5, so a mention whose author expects a reply must not be P5.
    if clamp_probability(factors.needs_answer) >= ANSWER_DUE {
        raise_to(Level::P4, FloorReason::AnswerDue);
    }
    if let Some(task) = factors.unjudged {
        raise_to(Level::P3, FloorReason::NotJudged(task));
    }
    result
}
