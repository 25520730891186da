//! What the author wants, by rule: eleven intents, of which a mention may have several.
//!
//! The rules stand in `rules/`, a file an intent. Each phrase found gives an intent points; `settle`
//! weighs the intents against each other, since a question about a job is a job enquiry and not
//! also a question. The written cases in `tests/cases` say what is meant, and measure it. English
//! mostly; the most common phrases in German, Spanish, French, Italian, Portuguese and Dutch.
//!
//! Not yet: irony, intents towards one of several brands, other languages. Must not know: urgency,
//! sentiment, tenants.

mod settle;

use crate::phrases::{Book, Hit, Reading};
pub(crate) use settle::share_right;

/// What the author wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Intent {
    /// Thanks or praises.
    Praise,
    /// Wants to know something.
    Question,
    /// Tells of something bad about the brand, its product or service.
    Complaint,
    /// Says what should be different or new.
    Suggestion,
    /// Wants something done for them.
    Request,
    /// Wants to work there, or writes about an application of theirs.
    JobEnquiry,
    /// Shows that they would buy, book, hire or switch.
    SalesInterest,
    /// Could not get hold of anybody.
    CannotReachYou,
    /// Takes part in or talks about advertising, a prize draw, a campaign.
    CampaignChatter,
    /// Sells or lures on somebody else's behalf.
    Spam,
    /// None of these.
    Other,
}

impl Intent {
    /// Every intent, in the order of the enum.
    pub const ALL: [Intent; 11] = [
        Intent::Praise,
        Intent::Question,
        Intent::Complaint,
        Intent::Suggestion,
        Intent::Request,
        Intent::JobEnquiry,
        Intent::SalesInterest,
        Intent::CannotReachYou,
        Intent::CampaignChatter,
        Intent::Spam,
        Intent::Other,
    ];

    /// Its name in records, rules and cases.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Intent::Praise => "praise",
            Intent::Question => "question",
            Intent::Complaint => "complaint",
            Intent::Suggestion => "suggestion",
            Intent::Request => "request",
            Intent::JobEnquiry => "job_enquiry",
            Intent::SalesInterest => "sales_interest",
            Intent::CannotReachYou => "cannot_reach_you",
            Intent::CampaignChatter => "campaign_chatter",
            Intent::Spam => "spam",
            Intent::Other => "other",
        }
    }
}

/// How many intents have rules: all but `Other`.
pub(crate) const RULED: usize = 10;

/// The texts of the rules.
pub(crate) const RULES: [&str; 11] = [
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

/// An intent that was found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found {
    /// The intent.
    pub intent: Intent,
    /// From 0 to 1; from one half on, the mention has this intent. How it is computed: `settle`.
    pub probability: f32,
    /// The bytes of the text that show it best; none for `Other`.
    pub evidence: Option<(u32, u32)>,
}

/// Replaces `out` by the intents that something speaks for, from the likeliest.
pub(crate) fn find(book: &Book, reading: &Reading, hits: &[Hit], out: &mut Vec<Found>) {
    let mut points = [settle::Points::default(); RULED];
    book.weigh(hits, 0..RULED as u8, |target, weight, hit| {
        points[usize::from(target)].add(weight, hit);
    });
    settle::settle(&mut points, book, hits);
    out.clear();
    for (intent, points) in Intent::ALL.into_iter().zip(&points) {
        let probability = points.probability();
        if let Some(best) = points.best().filter(|_| probability > 0.0) {
            let words = reading.words();
            let (first, last) = (&words[best.first as usize], &words[best.last as usize]);
            out.push(Found { intent, probability, evidence: Some((first.start, last.end)) });
        }
    }
    let most = out.iter().map(|found| found.probability).fold(0.0, f32::max);
    out.push(Found { intent: Intent::Other, probability: 1.0 - most, evidence: None });
    out.sort_by(|a, b| b.probability.total_cmp(&a.probability).then(a.intent.cmp(&b.intent)));
}
