//! Detects risks: harm that a mention points to, with the words that show it.
//!
//! The rules are in `rules/`, one file per class. Every risk carries its evidence as bytes of the
//! original text. A risk that is denied ("no smoke"), hypothetical ("what if it caught fire") or quoted
//! is doubtful instead of stated, so that a person reviews it (`certainty`).
//!
//! Mostly English; basic words in German, Spanish, French, Italian, Portuguese and Dutch. Finds nothing
//! in other languages; the caller must account for that. Must not know: urgency.

mod certainty;

use crate::phrases::{Hit, RuleSet, TokenizedText};

/// The class of a risk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RiskClass {
    /// The product or the service may injure people.
    Safety,
    /// A person is or may become ill.
    Health,
    /// The author mentions legal action or lawyers.
    LegalThreat,
    /// An account, money or data may be stolen or exposed.
    SecurityOrFraud,
    /// The author or a relative needs special care.
    VulnerablePerson,
    /// A person may harm themselves or others.
    ThreatOfHarm,
    /// The author reports unequal treatment because of origin, disability or similar.
    Discrimination,
    /// A journalist or an authority is involved.
    PressOrRegulator,
}

impl RiskClass {
    /// All classes, in the order of the enum.
    pub const ALL: [RiskClass; 8] = [
        RiskClass::Safety,
        RiskClass::Health,
        RiskClass::LegalThreat,
        RiskClass::SecurityOrFraud,
        RiskClass::VulnerablePerson,
        RiskClass::ThreatOfHarm,
        RiskClass::Discrimination,
        RiskClass::PressOrRegulator,
    ];

    /// The name in records, rules and test cases.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            RiskClass::Safety => "safety",
            RiskClass::Health => "health",
            RiskClass::LegalThreat => "legal_threat",
            RiskClass::SecurityOrFraud => "security_or_fraud",
            RiskClass::VulnerablePerson => "vulnerable_person",
            RiskClass::ThreatOfHarm => "threat_of_harm",
            RiskClass::Discrimination => "discrimination",
            RiskClass::PressOrRegulator => "press_or_regulator",
        }
    }
}

/// The rule texts.
pub(crate) const RULE_TEXTS: [&str; 8] = [
    include_str!("rules/safety.txt"),
    include_str!("rules/health.txt"),
    include_str!("rules/legal.txt"),
    include_str!("rules/fraud.txt"),
    include_str!("rules/vulnerable.txt"),
    include_str!("rules/harm.txt"),
    include_str!("rules/discrimination.txt"),
    include_str!("rules/press.txt"),
];

/// Whether a risk is stated as a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// Stated as a fact.
    Stated,
    /// Denied, hypothetical or quoted: a person must review it.
    Doubtful,
}

/// A passage of the text that shows a risk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DetectedRisk {
    /// Its class.
    pub kind: RiskClass,
    /// Whether it is stated or doubtful.
    pub certainty: Certainty,
    /// First byte of the passage in the original text.
    pub start: u32,
    /// End byte of the passage, exclusive.
    pub end: u32,
    /// The sum of the points of all phrases of its class.
    pub points: i32,
}

impl DetectedRisk {
    /// The probability of the risk, by the points-to-probability table of the intents.
    #[must_use]
    pub fn probability(&self) -> f32 {
        crate::intent::probability_for_points(self.points)
    }
}

/// The probability that a doubtful risk is real. Not measured: the written cases contain no doubtful
/// risk and 10,000 everyday tweets only two.
pub const DOUBTFUL_RISK_PROBABILITY: f32 = 0.5;

/// The sum of points from which a class counts as a risk.
const MIN_POINTS: i32 = 4;

/// The most passages reported per class.
const MAX_PASSAGES: usize = 4;

/// Replaces `out` with the risks, in the order of the text: for each class its passages, merged where
/// they overlap. A stated passage removes the doubtful ones of its class. `first` is the index of the
/// first risk class among the targets of the rules.
pub(crate) fn detect(
    rules: &RuleSet,
    tokens: &TokenizedText,
    hits: &[Hit],
    first: u8,
    out: &mut Vec<DetectedRisk>,
) {
    const CLASSES: usize = RiskClass::ALL.len();
    out.clear();
    let mut sums = [0; CLASSES];
    rules.for_each_points(hits, first..first + CLASSES as u8, |target, points, hit| {
        let kind = RiskClass::ALL[usize::from(target - first)];
        sums[kind as usize] += i32::from(points);
        let words = tokens.words();
        let (start, end) = (words[hit.first as usize].start, words[hit.last as usize].end);
        let certainty = certainty::certainty_of(rules, tokens, hit, kind);
        add_passage(DetectedRisk { kind, certainty, start, end, points: 0 }, out);
    });
    let is_stated = RiskClass::ALL
        .map(|kind| out.iter().any(|r| r.kind == kind && r.certainty == Certainty::Stated));
    // The sums are complete only now, and a stated passage may come after a doubtful one.
    out.retain_mut(|risk| {
        let kind = risk.kind as usize;
        risk.points = sums[kind];
        sums[kind] >= MIN_POINTS && (risk.certainty == Certainty::Stated || !is_stated[kind])
    });
    out.sort_by_key(|risk| (risk.start, risk.kind, risk.end));
}

/// Adds a passage, or extends a passage of the same class that it overlaps.
fn add_passage(risk: DetectedRisk, out: &mut Vec<DetectedRisk>) {
    let mut same = out.iter_mut().filter(|other| other.kind == risk.kind);
    let overlapping = same.by_ref().find(|other| risk.start < other.end && other.start < risk.end);
    if let Some(other) = overlapping {
        other.start = other.start.min(risk.start);
        other.end = other.end.max(risk.end);
        // `Stated` is less than `Doubtful`: the passage stays stated if either part is.
        other.certainty = other.certainty.min(risk.certainty);
    } else if out.iter().filter(|other| other.kind == risk.kind).count() < MAX_PASSAGES {
        out.push(risk);
    }
}
