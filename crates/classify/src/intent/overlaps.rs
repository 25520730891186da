//! Sums the points of each intent and resolves intents that explain each other.

use super::{IntentClass, RULED_INTENTS};
use crate::phrases::{Hit, RuleSet};

/// The points from which a mention has an intent.
const MIN_POINTS: i32 = 3;

/// The points for and against one intent. The best phrase counts fully; all others together count half
/// and at most [`MIN_POINTS`], so that many weak words do not replace a strong one.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct IntentPoints {
    best: i32,
    others: i32,
    against: i32,
    hit: Option<Hit>,
    /// The rules already counted, as far as they fit: a rule counts once.
    rules: [u16; 8],
    counted: usize,
}

impl IntentPoints {
    pub(super) fn add(&mut self, weight: i8, hit: Hit) {
        let weight = i32::from(weight);
        if self.rules[..self.counted].contains(&hit.rule) {
            return;
        }
        // Beyond eight rules the sum is far above every threshold; counting one twice is harmless.
        if self.counted < self.rules.len() {
            self.rules[self.counted] = hit.rule;
            self.counted += 1;
        }
        if weight < 0 {
            self.against -= weight;
        } else if weight > self.best {
            self.others += self.best;
            self.best = weight;
            self.hit = Some(hit);
        } else {
            self.others += weight;
        }
    }

    pub(super) fn best(&self) -> Option<Hit> {
        self.hit
    }

    fn sum(&self) -> i32 {
        self.best + (self.others / 2).min(MIN_POINTS) - self.against
    }

    fn is_enough(&self) -> bool {
        self.sum() >= MIN_POINTS
    }

    /// The probability of the intent.
    pub(super) fn probability(&self) -> f32 {
        if self.best == 0 { 0.0 } else { probability_for_points(self.sum()) }
    }
}

/// The share of correct intents among those with this many points, measured on the development half of
/// the written cases. Real posts have another distribution, so the share is only a ranking there
/// (`crates/classify/README.md`).
pub(crate) fn probability_for_points(points: i32) -> f32 {
    const BY_POINTS: [f32; 8] = [0.0, 0.08, 0.2, 0.52, 0.89, 0.93, 0.96, 0.99];
    BY_POINTS[usize::try_from(points).unwrap_or(0).min(BY_POINTS.len() - 1)]
}

fn index_of(intent: IntentClass) -> usize {
    intent as usize
}

fn clear(points: &mut [IntentPoints; RULED_INTENTS], intents: &[IntentClass]) {
    intents.iter().for_each(|&intent| points[index_of(intent)] = IntentPoints::default());
}

/// Removes from each intent the points that another intent explains better.
pub(super) fn resolve_overlaps(
    points: &mut [IntentPoints; RULED_INTENTS],
    rules: &RuleSet,
    hits: &[Hit],
) {
    use IntentClass::{
        CampaignChatter, CannotReachYou, Complaint, JobEnquiry, Praise, Question, Request,
        SalesInterest, Spam, Suggestion,
    };
    let sum = |points: &[IntentPoints; RULED_INTENTS], intent| points[index_of(intent)].sum();
    // Spam imitates questions and praise to be read; none of its other intents is meant.
    if sum(points, Spam) > MIN_POINTS && sum(points, Complaint) < sum(points, Spam) {
        let spam = points[index_of(Spam)];
        *points = [IntentPoints::default(); RULED_INTENTS];
        points[index_of(Spam)] = spam;
        return;
    }
    if points[index_of(JobEnquiry)].is_enough() {
        clear(points, &[Question, SalesInterest, Request, Suggestion, Praise]);
    }
    // "Nobody answers the phone" alone is not also a complaint about the product.
    if points[index_of(CannotReachYou)].is_enough() {
        for intent in [Complaint, Question, Request, Praise] {
            points[index_of(intent)] = points_outside(CannotReachYou, intent, rules, hits);
        }
    }
    if points[index_of(SalesInterest)].is_enough() {
        clear(points, &[Question, Request]);
    }
    if points[index_of(Suggestion)].is_enough() && sum(points, Suggestion) >= sum(points, Question)
    {
        clear(points, &[Question]);
    }
    if sum(points, CampaignChatter) > MIN_POINTS {
        clear(points, &[Question, Request, SalesInterest]);
    }
    if points[index_of(Request)].is_enough() && sum(points, Request) > sum(points, Question) {
        clear(points, &[Question]);
    }
}

/// The points of `intent` from phrases that do not overlap a phrase of `other`.
fn points_outside(
    other: IntentClass,
    intent: IntentClass,
    rules: &RuleSet,
    hits: &[Hit],
) -> IntentPoints {
    let mut claimed = Vec::new();
    let range = |intent| index_of(intent) as u8..index_of(intent) as u8 + 1;
    rules.for_each_points(hits, range(other), |_, weight, hit| {
        // A single point is too weak to claim a phrase.
        if weight > 1 {
            claimed.push(hit);
        }
    });
    let mut points = IntentPoints::default();
    rules.for_each_points(hits, range(intent), |_, weight, hit| {
        let overlaps = |other: &Hit| other.first <= hit.last && hit.first <= other.last;
        if weight < 0 || !claimed.iter().any(overlaps) {
            points.add(weight, hit);
        }
    });
    points
}
