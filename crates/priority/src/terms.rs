//! The terms of a score, and the points of those that take more than a line: intent, risks, watchlist
//! entries, tones, customer.
//!
//! Must not know: the order of the terms, levels.

use std::fmt::{Arguments, Write as _};

use mention::{Intent, IntentFinding, Risk, RiskKind, Term, Tone, WatchlistKind};
use rules::FactorPoints;

use crate::CustomerEntry;
use crate::factors::{Factors, clamp_probability};
use crate::points::{capped_points, doubling_points, weighted_points};

/// A customer matched with less confidence than this adds no points.
const MIN_CONFIDENCE: f32 = 0.8;

/// The terms of a score, in the order in which they are added.
#[derive(Debug)]
pub(crate) struct TermList(Vec<Term>);

impl TermList {
    pub(crate) fn new() -> Self {
        Self(Vec::with_capacity(12))
    }

    /// Adds a term, unless it has no points; `because` is rendered only if it is added.
    pub(crate) fn add(&mut self, name: &str, points: i32, because: Arguments<'_>) {
        if points != 0 {
            self.note(name, points, because);
        }
    }

    /// Adds a term even without points, because it explains something.
    pub(crate) fn note(&mut self, name: &str, points: i32, because: Arguments<'_>) {
        // Most texts fit in 48 bytes: one allocation, where `format!` may need several.
        let mut text = String::with_capacity(48);
        // Writing to a string cannot fail.
        let _ = text.write_fmt(because);
        self.0.push(Term { name: name.to_owned(), points, because: text });
    }

    pub(crate) fn into_vec(self) -> Vec<Term> {
        self.0
    }
}

/// Points of the author's intents, and the finding that gives them.
///
/// Of the intents with positive points the one that gives most counts, so that a wrong guess cannot
/// hide another intent. An intent with negative points (praise, spam) counts only if it is more
/// probable than each of those.
pub(crate) fn intent<'a>(
    factors: &Factors<'a>,
    points: &FactorPoints,
) -> (i32, Option<&'a IntentFinding>) {
    let probability = |found: &IntentFinding| clamp_probability(found.probability);
    let points_of =
        |found: &IntentFinding| weighted_points(points.intent(found.intent), probability(found));
    let complaint = clamp_probability(factors.complaint);
    let raising = factors.intents.iter().filter(|found| points.intent(found.intent) > 0);
    // Reversed, because `max_by_key` returns the last of equals and the first finding must win.
    let raise = raising.clone().rev().max_by_key(|found| points_of(found));
    let likeliest = raising.map(probability).fold(complaint, f32::max);
    let lowering = factors.intents.iter().filter(|found| points.intent(found.intent) < 0);
    let lowering = lowering.filter(|found| probability(found) > likeliest);
    let lower = lowering.rev().min_by_key(|found| points_of(found));
    // A complaint by the model's own task counts as the intent does, even without a finding.
    let by_complaint = weighted_points(points.intent(Intent::Complaint), complaint);
    let raised = raise.map_or(0, points_of).max(by_complaint);
    let lowered = lower.map_or(0, points_of);
    let shown = if lowered == 0 { raise } else { lower };
    (raised + lowered, shown)
}

/// Each kind of risk once, with the first finding of it.
pub(crate) fn risks<'a>(factors: &Factors<'a>) -> impl Iterator<Item = (RiskKind, &'a Risk)> {
    let risks = factors.risks;
    let is_first = move |at: usize, risk: &Risk| !risks[..at].iter().any(|r| r.kind == risk.kind);
    let firsts = risks.iter().enumerate().filter(move |(at, risk)| is_first(*at, risk));
    firsts.map(|(_, risk)| (risk.kind, risk))
}

/// The name and the points of the term of a watchlist.
pub(crate) fn watchlist(kind: WatchlistKind, points: &FactorPoints) -> (&'static str, i32) {
    match kind {
        WatchlistKind::Executive => ("executive", points.executive),
        WatchlistKind::Competitor => ("competitor", points.competitor),
        WatchlistKind::Churn => ("churn", points.churn),
        WatchlistKind::Product => ("product", points.product),
    }
}

/// The name and the points of the term of a tone.
pub(crate) fn tone(tone: Tone, points: &FactorPoints) -> (&'static str, i32) {
    match tone {
        Tone::Repeated => ("repeated", points.repeated),
        Tone::Unanswered => ("unanswered", points.unanswered),
        Tone::WiderChannel => ("wider_channel", points.wider_channel),
    }
}

/// Whether an author who complained before is escalating.
pub(crate) fn is_vengeance(factors: &Factors<'_>) -> bool {
    let is_angrier = |tone: &Tone| matches!(tone, Tone::Unanswered | Tone::WiderChannel);
    factors.has_complained && factors.tones.iter().any(is_angrier)
}

/// Adds the terms of the customer. A doubtful match adds no points, but a term that says so.
pub(crate) fn add_customer(customer: &CustomerEntry, points: &FactorPoints, terms: &mut TermList) {
    let CustomerEntry { tier, matched_by, confidence, value, open_cases, .. } = customer;
    let of_tier = points.tier.get(tier.as_ref()).copied().unwrap_or(0);
    let of_value = doubling_points(*value, points.value, points.value_most);
    let open = i64::from((*open_cases).max(0));
    let of_cases = capped_points(open, points.open_case, points.open_case_most);
    // NaN fails the comparison and counts as no confidence.
    let is_sure = *confidence >= MIN_CONFIDENCE;
    if !is_sure {
        if of_tier + of_value + of_cases > 0 {
            terms.note(
                "customer",
                0,
                format_args!(
                    "{tier}, matched by {matched_by} ({confidence:.2}): \
                     no points below a confidence of {MIN_CONFIDENCE:.2}"
                ),
            );
        }
        return;
    }
    terms.add(
        "customer",
        of_tier,
        format_args!("{tier}, matched by {matched_by} ({confidence:.2})"),
    );
    terms.add("value", of_value, format_args!("customer value {value}"));
    terms.add("open_cases", of_cases, format_args!("{open} open cases"));
}
