//! The sum: every factor a term with its points and what they were computed from.
//!
//! Points are whole numbers and every step is exact on every machine: logarithms are counted in
//! doublings, probabilities are multiplied and rounded as IEEE 754 says.

use std::fmt::Arguments;

use mention::{Level, NamedKind, RiskKind, Term, Tone};
use rules::{Points, Weights};

use crate::factors::{Factors, reactions, share};
use crate::terms;

/// How urgent something is, and the terms that add up to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// The level.
    pub level: Level,
    /// The sum of the terms.
    pub score: i32,
    /// The terms; those without points are left out unless they explain something.
    pub terms: Vec<Term>,
    /// Why it has no lower level.
    pub floor: Option<String>,
}

/// From this probability on, somebody waits for an answer.
const DUE: f32 = 0.5;

/// The terms that change while nothing happens but time.
pub(crate) const BY_TIME: [&str; 2] = ["age", "velocity"];

/// Adds up the factors.
///
/// Where the scorer abstained, the sentiment counts as neutral and the level is never below P3:
/// a person looks. Safety and threats of harm are P1. The floors of the rules come on top.
#[must_use]
pub fn weigh(factors: &Factors<'_>, weights: &Weights) -> Verdict {
    let worth = &weights.points;
    let mut terms = Vec::with_capacity(12);
    let mut add =
        |name, points, because: Arguments<'_>| terms::add(&mut terms, name, points, because);
    if let Some(sentiment) = factors.sentiment {
        let (negative, positive) = (share(sentiment.negative), share(sentiment.positive));
        let points = part(worth.negative, negative) - part(worth.positive, positive);
        add("sentiment", points, format_args!("negative {negative:.2}, positive {positive:.2}"));
    }
    let (points, found) = terms::intent(factors, worth);
    add("intent", points, format_args!("{}", terms::because_of_intent(found, factors)));
    if let Some(reason) = factors.reason {
        let weight = worth.reason.get(&reason.name).copied().unwrap_or(worth.other_reason);
        let points = part(weight, share(reason.probability));
        add("reason", points, format_args!("{} ({:.2})", reason.name, reason.probability));
    }
    let needed = share(factors.needs_answer);
    add("needs_answer", part(worth.needs_answer, needed), format_args!("likely to {needed:.2}"));
    for (kind, risk) in terms::risks(factors) {
        let points = worth.risk.get(&kind).copied().unwrap_or(0);
        add("risk", points, format_args!("{}: \"{}\"", terms::risk(kind), risk.words));
    }
    let followers = factors.followers.max(0);
    let points = doublings(followers, worth.followers, worth.followers_most);
    add("followers", points, format_args!("{followers} followers"));
    let reactions = reactions(factors.engagement);
    let points = doublings(reactions, worth.engagement, worth.engagement_most);
    add("engagement", points, format_args!("{reactions} weighted reactions"));
    let velocity = factors.velocity.max(0);
    let points = doublings(velocity, worth.velocity, worth.velocity_most);
    add("velocity", points, format_args!("{velocity} weighted reactions an hour"));
    let cluster = factors.cluster.max(0);
    let points = doublings(cluster, worth.cluster, worth.cluster_most);
    add("cluster", points, format_args!("{cluster} said nearly the same before"));
    if factors.channel == mention::Channel::DirectMessage {
        add("channel", worth.direct_message, format_args!("a direct message"));
    }
    if let Some(rating) = factors.rating {
        add("rating", low_rating(rating, worth), format_args!("rated {rating:.2} of 1"));
    }
    if factors.is_promoted {
        add("promoted", worth.promoted, format_args!("its reach is paid for"));
        let points = part(worth.promoted_complaint, share(factors.complaint));
        add("promoted_complaint", points, format_args!("a complaint whose reach is paid for"));
    }
    for kind in [NamedKind::Executive, NamedKind::Competitor, NamedKind::Churn, NamedKind::Product]
    {
        if let Some(named) = factors.named.iter().find(|named| named.kind == kind) {
            add(
                terms::named(kind),
                terms::of_named(kind, worth),
                format_args!("names {}", named.name),
            );
        }
    }
    let repeats = factors.repeats.max(0);
    let points = capped(repeats, worth.repeat_contact, worth.repeat_contact_most);
    add("repeat", points, format_args!("{repeats} mentions of theirs came before"));
    for tone in [Tone::Repeated, Tone::Unanswered, Tone::WiderChannel] {
        if factors.tone.contains(&tone) {
            add(
                terms::tone(tone),
                terms::of_tone(tone, worth),
                format_args!("{}", terms::because_of_tone(tone)),
            );
        }
    }
    if terms::is_vengeance(factors) {
        add("vengeance", worth.vengeance, format_args!("complained before, and comes back"));
    }
    let quarters = factors.waited.max(0) / terms::QUARTER_HOUR;
    let points = capped(quarters, worth.age, worth.age_most);
    add("age", points, format_args!("published {} minutes ago", quarters * 15));
    if let Some(incident) = factors.incident {
        let points = incident.points.clamp(0, worth.incident_most);
        let (id, revision) = (&incident.incident_id, incident.revision);
        add("incident", points, format_args!("incident {id}, revision {revision}"));
    }
    if let Some(known) = factors.customer {
        terms::customer(known, worth, &mut terms);
    }
    if factors.sentiment.is_none() {
        let because = factors.abstained.unwrap_or("no sentiment was scored").to_owned();
        terms.push(Term { name: "sentiment".to_owned(), points: 0, because });
    }
    let score = crate::sum(&terms);
    let (level, floor) = floor(weights.level(score), factors);
    Verdict { level, score, terms, floor }
}

/// The level after the floors that no rules can take away, and the one that counts.
fn floor(level: Level, factors: &Factors<'_>) -> (Level, Option<String>) {
    let mut least = (level, None);
    let mut hold = |to: Level, why: &dyn Fn() -> String| {
        if to < least.0 {
            least = (to, Some(why()));
        }
    };
    for (kind, _) in terms::risks(factors) {
        if matches!(kind, RiskKind::Safety | RiskKind::ThreatOfHarm) {
            hold(Level::P1, &|| format!("risk: {}", terms::risk(kind)));
        }
    }
    if factors.sentiment.is_none() {
        hold(Level::P3, &|| "not judged: sentiment".to_owned());
    }
    // P5 is for what nobody waits for: rules may put it where nobody looks.
    if share(factors.needs_answer) >= DUE {
        hold(Level::P4, &|| "an answer is due".to_owned());
    }
    if let Some(task) = factors.unjudged {
        hold(Level::P3, &|| format!("not judged: {task}"));
    }
    least
}

pub(crate) fn part(weight: i32, share: f32) -> i32 {
    (f64::from(weight) * f64::from(share)).round() as i32
}

pub(crate) fn capped(steps: i64, each: i32, most: i32) -> i32 {
    steps.saturating_mul(i64::from(each)).min(i64::from(most)) as i32
}

pub(crate) fn doublings(count: i64, each: i32, most: i32) -> i32 {
    capped(i64::from(count.max(0).saturating_add(1).ilog2()), each, most)
}

fn low_rating(rating: f64, worth: &Points) -> i32 {
    if rating.is_nan() {
        return 0;
    }
    let lack = ((0.5 - rating) * 2.0).clamp(0.0, 1.0);
    (f64::from(worth.worst_rating) * lack).round() as i32
}
