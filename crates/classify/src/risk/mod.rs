//! What may come of a mention beside an unhappy customer, with the words that show it.
//!
//! Rules in `rules/`, a file a kind. A risk is only ever said with its evidence: the bytes of the
//! original text. What is said to be absent ("no smoke"), only imagined ("what if it caught fire")
//! or another's words is not found but doubtful, so that a person looks (`doubt`).
//!
//! English mostly; the plainest words in German, Spanish, French, Italian, Portuguese and Dutch. A
//! language without rules finds nothing, which the caller has to know. Must not know: urgency.

mod doubt;

use crate::phrases::{Book, Hit, Reading};

/// The kind of a risk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RiskKind {
    /// Somebody may come to harm through the product or the service.
    Safety,
    /// Somebody is or may become ill.
    Health,
    /// The author speaks of law or lawyers.
    LegalThreat,
    /// An account, money or data may be in wrong hands.
    SecurityOrFraud,
    /// The author or somebody close needs special care.
    VulnerablePerson,
    /// Somebody may harm themselves or others.
    ThreatOfHarm,
    /// The author tells of being treated worse for what they are.
    Discrimination,
    /// A journalist or an authority is involved.
    PressOrRegulator,
}

impl RiskKind {
    /// Every kind, in the order of the enum.
    pub const ALL: [RiskKind; 8] = [
        RiskKind::Safety,
        RiskKind::Health,
        RiskKind::LegalThreat,
        RiskKind::SecurityOrFraud,
        RiskKind::VulnerablePerson,
        RiskKind::ThreatOfHarm,
        RiskKind::Discrimination,
        RiskKind::PressOrRegulator,
    ];

    /// Its name in records, rules and cases.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            RiskKind::Safety => "safety",
            RiskKind::Health => "health",
            RiskKind::LegalThreat => "legal_threat",
            RiskKind::SecurityOrFraud => "security_or_fraud",
            RiskKind::VulnerablePerson => "vulnerable_person",
            RiskKind::ThreatOfHarm => "threat_of_harm",
            RiskKind::Discrimination => "discrimination",
            RiskKind::PressOrRegulator => "press_or_regulator",
        }
    }
}

/// The texts of the rules.
pub(crate) const RULES: [&str; 8] = [
    include_str!("rules/safety.txt"),
    include_str!("rules/health.txt"),
    include_str!("rules/legal.txt"),
    include_str!("rules/fraud.txt"),
    include_str!("rules/vulnerable.txt"),
    include_str!("rules/harm.txt"),
    include_str!("rules/discrimination.txt"),
    include_str!("rules/press.txt"),
];

/// Whether a risk is there or only spoken of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// Said as it is.
    Said,
    /// Denied, imagined or quoted: a person has to look.
    Doubtful,
}

/// A risk with the words that show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Risk {
    /// Its kind.
    pub kind: RiskKind,
    /// Whether it is said or doubtful.
    pub certainty: Certainty,
    /// Where the words begin in the original text, in bytes.
    pub start: u32,
    /// Where they end.
    pub end: u32,
    /// What all phrases of its kind weigh together.
    pub points: i32,
}

impl Risk {
    /// How likely it is one, on the scale of the intents: as often as so many points were right
    /// there.
    #[must_use]
    pub fn probability(&self) -> f32 {
        crate::intent::share_right(self.points)
    }
}

/// How likely a doubtful risk is a real one. The written cases hold none and 10,000 everyday tweets
/// two, too few to measure: as likely as not.
pub const DOUBTFUL_AND_REAL: f32 = 0.5;

/// From so many points on, a phrase shows a risk; several that show half of it do so together.
const ENOUGH: i32 = 4;

/// At most so many passages are named for one kind.
const PASSAGES: usize = 4;

/// Replaces `out` by the risks in the order of the text: for each kind the passages that show it,
/// which do not touch each other. What is said drives out what is doubtful. `first` is the number
/// of the first kind among the targets of the book.
pub(crate) fn find(book: &Book, reading: &Reading, hits: &[Hit], first: u8, out: &mut Vec<Risk>) {
    const KINDS: usize = RiskKind::ALL.len();
    out.clear();
    let mut sums = [0; KINDS];
    book.weigh(hits, first..first + KINDS as u8, |target, points, hit| {
        let kind = RiskKind::ALL[usize::from(target - first)];
        sums[kind as usize] += i32::from(points);
        let words = reading.words();
        let (start, end) = (words[hit.first as usize].start, words[hit.last as usize].end);
        let certainty = doubt::certainty(book, reading, hit, kind);
        note(Risk { kind, certainty, start, end, points: 0 }, out);
    });
    let is_said = RiskKind::ALL
        .map(|kind| out.iter().any(|r| r.kind == kind && r.certainty == Certainty::Said));
    out.retain_mut(|risk| {
        let kind = risk.kind as usize;
        risk.points = sums[kind];
        sums[kind] >= ENOUGH && (risk.certainty == Certainty::Said || !is_said[kind])
    });
    out.sort_by_key(|risk| (risk.start, risk.kind, risk.end));
}

/// Adds a passage, or widens the one of the same kind that it touches.
fn note(risk: Risk, out: &mut Vec<Risk>) {
    let mut same = out.iter_mut().filter(|known| known.kind == risk.kind);
    let touched = same.by_ref().find(|known| risk.start < known.end && known.start < risk.end);
    if let Some(known) = touched {
        known.start = known.start.min(risk.start);
        known.end = known.end.max(risk.end);
        known.certainty = known.certainty.min(risk.certainty);
    } else if out.iter().filter(|known| known.kind == risk.kind).count() < PASSAGES {
        out.push(risk);
    }
}
