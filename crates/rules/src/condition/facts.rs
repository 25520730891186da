//! The record that conditions are evaluated on, as plain values.

use mention::Level;

// `from_mention` maps enums to indices into these lists: keep both in the same order.
pub(crate) const CHANNELS: &[&str] = &["public_post", "public_comment", "review", "direct_message"];
pub(crate) const ROLES: &[&str] = &["unknown", "service", "brand", "campaign"];
pub(crate) const LEVELS: &[&str] = &["P1", "P2", "P3", "P4", "P5"];
pub(crate) const INTENTS: &[&str] = &[
    "other",
    "complaint",
    "question",
    "request",
    "praise",
    "spam",
    "suggestion",
    "job_enquiry",
    "sales_interest",
    "cannot_reach_you",
    "campaign_chatter",
];
pub(crate) const RISKS: &[&str] = &[
    "safety",
    "health",
    "legal_threat",
    "security_or_fraud",
    "vulnerable_person",
    "threat_of_harm",
    "discrimination",
    "press_or_regulator",
];
pub(crate) const NAMED: &[&str] = &["executive", "competitor", "product", "churn"];
pub(crate) const TONES: &[&str] = &["repeated", "unanswered", "wider_channel"];
pub(crate) const CLOCKS: &[&str] = &["acknowledge", "respond", "resolve"];

/// An index into a closed list of values.
pub type EnumIndex = u8;
/// A subset of a closed list of values, one bit for each index.
pub type EnumSet = u32;

/// Every value that conditions may use, of a mention or, on an escalation path, of a case.
///
/// [`VARIABLES`](super::VARIABLES) documents each. [`Facts::from_mention`] reads them from a record
/// and replaces NaN with 0.
#[derive(Debug, Clone, PartialEq, Default)]
#[expect(missing_docs, reason = "VARIABLES documents each")]
pub struct Facts<'a> {
    pub tenant: &'a str,
    pub platform: &'a str,
    pub channel: EnumIndex,
    pub account: &'a str,
    pub account_role: EnumIndex,
    pub language: &'a str,
    pub level: EnumIndex,
    pub score: i64,
    pub intent: EnumIndex,
    pub intents: EnumSet,
    pub complaint: f64,
    pub reason: &'a str,
    pub needs_answer: f64,
    pub risks: EnumSet,
    pub negative: f64,
    pub positive: f64,
    pub abstained: bool,
    pub offensive: f64,
    pub irony: f64,
    pub emotion: &'a str,
    pub followers: i64,
    pub verified: bool,
    pub bot: bool,
    pub likes: i64,
    pub replies: i64,
    pub reposts: i64,
    pub views: i64,
    pub promoted: bool,
    pub rated: bool,
    pub rating: f64,
    pub copies: i64,
    pub is_reply: bool,
    pub is_customer: bool,
    pub tier: &'a str,
    pub value: i64,
    pub open_cases: i64,
    pub in_incident: bool,
    pub incident: &'a str,
    pub named: EnumSet,
    pub executives: Vec<&'a str>,
    pub competitors: Vec<&'a str>,
    pub products: Vec<&'a str>,
    pub tone: EnumSet,
    pub clock: EnumIndex,
}

impl Facts<'_> {
    /// The facts of a case when one of its clocks runs out: the scope of path steps.
    pub(crate) fn from_case(level: Level, clock: mention::Clock) -> Self {
        let clock = match clock {
            mention::Clock::Acknowledge => 0,
            mention::Clock::Respond => 1,
            mention::Clock::Resolve => 2,
        };
        Self { level: level_index(level), clock, ..Self::default() }
    }
}

/// The index of a level in its list.
pub(super) fn level_index(level: Level) -> EnumIndex {
    match level {
        Level::P1 => 0,
        Level::P2 => 1,
        Level::P3 => 2,
        Level::P4 => 3,
        Level::P5 => 4,
    }
}
