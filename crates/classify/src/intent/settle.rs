//! Weighs the intents of one mention against each other.

use super::{Intent, RULED};
use crate::phrases::{Book, Hit};

/// From so many points on, a mention has an intent.
const ENOUGH: i32 = 3;

/// What speaks for and against one intent. The best phrase counts whole, the others together half
/// and at most [`ENOUGH`]: ten weak words are no strong one.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Points {
    best: i32,
    others: i32,
    against: i32,
    hit: Option<Hit>,
    /// The rules counted already, as many as fit: a rule counts once.
    rules: [u16; 8],
    counted: usize,
}

impl Points {
    pub(super) fn add(&mut self, weight: i8, hit: Hit) {
        let weight = i32::from(weight);
        if self.rules[..self.counted].contains(&hit.rule) {
            return;
        }
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
        self.best + (self.others / 2).min(ENOUGH) - self.against
    }

    fn is_enough(&self) -> bool {
        self.sum() >= ENOUGH
    }

    /// The probability of the intent.
    pub(super) fn probability(&self) -> f32 {
        if self.best == 0 { 0.0 } else { share_right(self.sum()) }
    }
}

/// The probability of what has so many points: the share that was right, of all intents with that
/// many, on the development half of the written cases. Strangers' texts are not spread like the
/// written ones, so it is no probability there (`crates/classify/README.md`).
pub(crate) fn share_right(points: i32) -> f32 {
    const BY_POINTS: [f32; 8] = [0.0, 0.08, 0.2, 0.52, 0.89, 0.93, 0.96, 0.99];
    BY_POINTS[usize::try_from(points).unwrap_or(0).min(BY_POINTS.len() - 1)]
}

fn at(intent: Intent) -> usize {
    intent as usize
}

fn void(points: &mut [Points; RULED], intents: &[Intent]) {
    intents.iter().for_each(|&intent| points[at(intent)] = Points::default());
}

/// Takes from each intent what another explains better.
pub(super) fn settle(points: &mut [Points; RULED], book: &Book, hits: &[Hit]) {
    use Intent::{
        CampaignChatter, CannotReachYou, Complaint, JobEnquiry, Praise, Question, Request,
        SalesInterest, Spam, Suggestion,
    };
    let sum = |points: &[Points; RULED], intent| points[at(intent)].sum();
    // Who lures for somebody else means nothing of what they say.
    if sum(points, Spam) > ENOUGH && sum(points, Complaint) < sum(points, Spam) {
        let spam = points[at(Spam)];
        *points = [Points::default(); RULED];
        points[at(Spam)] = spam;
        return;
    }
    if points[at(JobEnquiry)].is_enough() {
        void(points, &[Question, SalesInterest, Request, Suggestion, Praise]);
    }
    // What only says that nobody can be reached is not a complaint about something else.
    if points[at(CannotReachYou)].is_enough() {
        for intent in [Complaint, Question, Request, Praise] {
            points[at(intent)] = without(CannotReachYou, intent, book, hits);
        }
    }
    if points[at(SalesInterest)].is_enough() {
        void(points, &[Question, Request]);
    }
    if points[at(Suggestion)].is_enough() && sum(points, Suggestion) >= sum(points, Question) {
        void(points, &[Question]);
    }
    if sum(points, CampaignChatter) > ENOUGH {
        void(points, &[Question, Request, SalesInterest]);
    }
    if points[at(Request)].is_enough() && sum(points, Request) > sum(points, Question) {
        void(points, &[Question]);
    }
}

/// The points of `intent` from phrases that no phrase of `other` touches.
fn without(other: Intent, intent: Intent, book: &Book, hits: &[Hit]) -> Points {
    let mut taken = Vec::new();
    let range = |intent| at(intent) as u8..at(intent) as u8 + 1;
    book.weigh(hits, range(other), |_, weight, hit| {
        if weight > 1 {
            taken.push(hit);
        }
    });
    let mut points = Points::default();
    book.weigh(hits, range(intent), |_, weight, hit| {
        let touches = |by: &Hit| by.first <= hit.last && hit.first <= by.last;
        if weight < 0 || !taken.iter().any(touches) {
            points.add(weight, hit);
        }
    });
    points
}
