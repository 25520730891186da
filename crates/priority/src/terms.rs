//! Terms that take more than a line: intents, risks, the customer, how an author comes back.

use std::fmt::{Arguments, Write as _};

use mention::{Intent, IntentFound, NamedKind, Risk, RiskKind, Term, Tone};
use rules::Points;
use stage::Micros;

use crate::Known;
use crate::factors::{Factors, share};
use crate::score::{capped, doublings, part};

pub(crate) const QUARTER_HOUR: Micros = 15 * 60 * 1_000_000;

/// Below this confidence the match of a customer raises nothing.
const SURE: f32 = 0.8;

/// Points of what the author wants, and the finding that gives them.
///
/// Of several wants the one with the most points counts, so that a guess never hides another; what
/// takes points away (praise, spam) counts where it is likelier than any want.
pub(crate) fn intent<'a>(factors: &Factors<'a>, worth: &Points) -> (i32, Option<&'a IntentFound>) {
    let points = |found: &IntentFound| part(worth.intent(found.intent), share(found.probability));
    let wants = factors.intents.iter().filter(|found| worth.intent(found.intent) > 0);
    let want = wants.clone().rev().max_by_key(|found| points(found));
    let likeliest = wants.map(|found| share(found.probability));
    let likeliest = likeliest.fold(share(factors.complaint), f32::max);
    let against = factors.intents.iter().filter(|found| worth.intent(found.intent) < 0);
    let against = against.filter(|found| share(found.probability) > likeliest);
    let against = against.rev().min_by_key(|found| points(found));
    let raised =
        want.map_or(0, points).max(part(worth.intent(Intent::Complaint), share(factors.complaint)));
    let lowered = against.map_or(0, points);
    let shown = if lowered == 0 { want } else { against };
    (raised + lowered, shown)
}

pub(crate) fn because_of_intent(found: Option<&IntentFound>, factors: &Factors<'_>) -> String {
    match found {
        None => told(format_args!("a complaint ({:.2})", share(factors.complaint))),
        Some(IntentFound { intent, probability, evidence }) => match evidence {
            Some(words) => told(format_args!("{} ({probability:.2}): \"{words}\"", want(*intent))),
            None => told(format_args!("{} ({probability:.2})", want(*intent))),
        },
    }
}

/// Adds a term; without points it is none, and nothing is written.
pub(crate) fn add(terms: &mut Vec<Term>, name: &str, points: i32, because: Arguments<'_>) {
    if points != 0 {
        terms.push(Term { name: name.to_owned(), points, because: told(because) });
    }
}

/// The text, in memory that is taken once.
fn told(text: Arguments<'_>) -> String {
    let mut told = String::with_capacity(48);
    // Writing to a string does not fail.
    let _ = told.write_fmt(text);
    told
}

fn want(intent: Intent) -> &'static str {
    match intent {
        Intent::Other => "nothing recognised",
        Intent::Complaint => "a complaint",
        Intent::Question => "a question",
        Intent::Request => "a request",
        Intent::Praise => "praise",
        Intent::Spam => "spam",
        Intent::Suggestion => "a suggestion",
        Intent::JobEnquiry => "a job enquiry",
        Intent::SalesInterest => "sales interest",
        Intent::CannotReachYou => "cannot reach you",
        Intent::CampaignChatter => "campaign chatter",
    }
}

/// The risks, each kind once, with the first words that show it.
pub(crate) fn risks<'a>(factors: &Factors<'a>) -> impl Iterator<Item = (RiskKind, &'a Risk)> {
    let risks = factors.risks;
    let is_first = move |at: usize, risk: &Risk| !risks[..at].iter().any(|r| r.kind == risk.kind);
    let firsts = risks.iter().enumerate().filter(move |(at, risk)| is_first(*at, risk));
    firsts.map(|(_, risk)| (risk.kind, risk))
}

/// A risk as settings and records name it.
pub(crate) fn risk(kind: RiskKind) -> &'static str {
    match kind {
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

pub(crate) fn named(kind: NamedKind) -> &'static str {
    match kind {
        NamedKind::Executive => "executive",
        NamedKind::Competitor => "competitor",
        NamedKind::Churn => "churn",
        NamedKind::Product => "product",
    }
}

/// Points of an entry of a list.
pub(crate) fn of_named(kind: NamedKind, worth: &Points) -> i32 {
    match kind {
        NamedKind::Executive => worth.executive,
        NamedKind::Competitor => worth.competitor,
        NamedKind::Churn => worth.churn,
        NamedKind::Product => worth.product,
    }
}

/// Points of a tone.
pub(crate) fn of_tone(tone: Tone, worth: &Points) -> i32 {
    match tone {
        Tone::Repeated => worth.repeated,
        Tone::Unanswered => worth.unanswered,
        Tone::WiderChannel => worth.wider_channel,
    }
}

pub(crate) fn tone(tone: Tone) -> &'static str {
    match tone {
        Tone::Repeated => "repeated",
        Tone::Unanswered => "unanswered",
        Tone::WiderChannel => "wider_channel",
    }
}

pub(crate) fn because_of_tone(tone: Tone) -> &'static str {
    match tone {
        Tone::Repeated => "says what they said before",
        Tone::Unanswered => "says that nobody answers",
        Tone::WiderChannel => "has gone where more can read it",
    }
}

/// Whether one who complained before comes back angrier.
pub(crate) fn is_vengeance(factors: &Factors<'_>) -> bool {
    let is_angrier = |tone: &Tone| matches!(tone, Tone::Unanswered | Tone::WiderChannel);
    factors.complained && factors.tone.iter().any(is_angrier)
}

/// Adds what is known of the customer; a doubtful match raises nothing.
pub(crate) fn customer(known: &Known, worth: &Points, terms: &mut Vec<Term>) {
    let Known { tier, matched_by, confidence, value, open_cases, .. } = known;
    let of_tier = worth.tier.get(tier.as_ref()).copied().unwrap_or(0);
    let of_value = doublings(*value, worth.value, worth.value_most);
    let open = i64::from((*open_cases).max(0));
    let of_cases = capped(open, worth.open_case, worth.open_case_most);
    // A confidence that is no number is no confidence: the comparison fails.
    let is_sure = *confidence >= SURE;
    if !is_sure {
        if of_tier + of_value + of_cases > 0 {
            let because = format!(
                "{tier}, matched by {matched_by} ({confidence:.2}): doubtful, so it raises nothing"
            );
            terms.push(Term { name: "customer".to_owned(), points: 0, because });
        }
        return;
    }
    let mut add = |name, points, because: Arguments<'_>| add(terms, name, points, because);
    add("customer", of_tier, format_args!("{tier}, matched by {matched_by} ({confidence:.2})"));
    add("value", of_value, format_args!("worth {value}"));
    add("open_cases", of_cases, format_args!("{open} cases open"));
}
