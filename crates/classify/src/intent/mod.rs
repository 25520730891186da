//! Detects what the author wants, by rules. There are eleven intents; a mention may have several.
//!
//! The rules are in `rules/`, one file per intent. Each phrase found adds points to an intent;
//! `overlaps` then resolves intents that explain each other: a question about a job is a job enquiry
//! and not also a question. The cases in `tests/cases` define the intents and measure the rules. Mostly
//! English; the most common phrases in German, Spanish, French, Italian, Portuguese and Dutch.
//!
//! Not implemented: irony, intents towards one of several brands, other languages. Must not know:
//! urgency, sentiment, tenants.

mod overlaps;

use crate::phrases::{Hit, RuleSet, TokenizedText};
pub(crate) use overlaps::probability_for_points;

/// An intent of the author.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IntentClass {
    /// Thanks or praises.
    Praise,
    /// Asks for information.
    Question,
    /// Reports something bad about the brand, its product or its service.
    Complaint,
    /// Proposes a change or something new.
    Suggestion,
    /// Wants the brand to do something for them.
    Request,
    /// Wants to work there, or writes about their application.
    JobEnquiry,
    /// Shows interest in buying, booking, hiring or switching.
    SalesInterest,
    /// Could not reach anyone.
    CannotReachYou,
    /// Takes part in or talks about advertising, a prize draw or a campaign.
    CampaignChatter,
    /// Advertises or lures for a third party.
    Spam,
    /// None of these.
    Other,
}

impl IntentClass {
    /// All intents, in the order of the enum.
    pub const ALL: [IntentClass; 11] = [
        IntentClass::Praise,
        IntentClass::Question,
        IntentClass::Complaint,
        IntentClass::Suggestion,
        IntentClass::Request,
        IntentClass::JobEnquiry,
        IntentClass::SalesInterest,
        IntentClass::CannotReachYou,
        IntentClass::CampaignChatter,
        IntentClass::Spam,
        IntentClass::Other,
    ];

    /// The name in records, rules and test cases.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            IntentClass::Praise => "praise",
            IntentClass::Question => "question",
            IntentClass::Complaint => "complaint",
            IntentClass::Suggestion => "suggestion",
            IntentClass::Request => "request",
            IntentClass::JobEnquiry => "job_enquiry",
            IntentClass::SalesInterest => "sales_interest",
            IntentClass::CannotReachYou => "cannot_reach_you",
            IntentClass::CampaignChatter => "campaign_chatter",
            IntentClass::Spam => "spam",
            IntentClass::Other => "other",
        }
    }
}

/// The number of intents with rules: all but `Other`.
pub(crate) const RULED_INTENTS: usize = 10;

/// The rule texts.
pub(crate) const RULE_TEXTS: [&str; 11] = [
    include_str!("rules/classes.txt"),
    include_str!("rules/praise.txt"),
    include_str!("rules/question.txt"),
    include_str!("rules/complaint.txt"),
    include_str!("rules/suggestion.txt"),
    include_str!("rules/request.txt"),
    include_str!("rules/job.txt"),
    include_str!("rules/sales.txt"),
    include_str!("rules/cannot_reach.txt"),
    include_str!("rules/campaign.txt"),
    include_str!("rules/spam.txt"),
];

/// A detected intent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DetectedIntent {
    /// The intent.
    pub intent: IntentClass,
    /// 0 to 1; from 0.5 the mention has this intent. `overlaps` computes it.
    pub probability: f32,
    /// The (start, end) bytes of the strongest phrase; `None` for `Other`.
    pub evidence: Option<(u32, u32)>,
}

/// Replaces `out` with the intents that have evidence, most probable first.
pub(crate) fn detect(
    rules: &RuleSet,
    tokens: &TokenizedText,
    hits: &[Hit],
    out: &mut Vec<DetectedIntent>,
) {
    let mut points = [overlaps::IntentPoints::default(); RULED_INTENTS];
    rules.for_each_points(hits, 0..RULED_INTENTS as u8, |target, weight, hit| {
        points[usize::from(target)].add(weight, hit);
    });
    overlaps::resolve_overlaps(&mut points, rules, hits);
    out.clear();
    for (intent, points) in IntentClass::ALL.into_iter().zip(&points) {
        let probability = points.probability();
        if let Some(best) = points.best().filter(|_| probability > 0.0) {
            let words = tokens.words();
            let (first, last) = (&words[best.first as usize], &words[best.last as usize]);
            out.push(DetectedIntent {
                intent,
                probability,
                evidence: Some((first.start, last.end)),
            });
        }
    }
    // `Other` is the complement of the most probable intent, so it wins only where none is likely.
    let most = out.iter().map(|found| found.probability).fold(0.0, f32::max);
    out.push(DetectedIntent {
        intent: IntentClass::Other,
        probability: 1.0 - most,
        evidence: None,
    });
    out.sort_by(|a, b| b.probability.total_cmp(&a.probability).then(a.intent.cmp(&b.intent)));
}
