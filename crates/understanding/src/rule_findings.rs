//! Adds the findings of the rules to the record: intents, risks, need for an answer.

use classify::intent::{DetectedIntent, IntentClass};
use classify::needs_answer::{AbstainReason, NeedsAnswer, needs_answer, probability_from_intents};
use classify::risk::{Certainty, RiskClass};
use classify::{RuleFindings, risk};
use mention::{Abstention, Intent, IntentFinding, Risk, RiskKind, Understanding};

use crate::Costs;
use crate::abstention::AbstentionReason;
use crate::costs::review_threshold;
use crate::model_tasks::NEEDS_ANSWER;

/// Less probable intents are not recorded.
const MIN_INTENT_PROBABILITY: f32 = 0.2;

/// The task name of risks in records.
const RISK: &str = "risk";

/// The probability from which an answer is needed without a review.
pub(crate) const ANSWER_THRESHOLD: f32 = 0.5;

/// Adds the rule findings for `text` to `understanding`, whose language must be set. `model_probability` is the
/// probability that an answer is needed according to the model.
pub(crate) fn add_findings(
    text: &str,
    findings: &RuleFindings,
    model_probability: f32,
    costs: &Costs,
    understanding: &mut Understanding,
) {
    let recorded =
        findings.intents.iter().filter(|found| found.probability >= MIN_INTENT_PROBABILITY);
    understanding.intents = recorded.map(|found| intent_record(text, found)).collect();
    // Doubtful risks are no risks of the record: they become abstentions below.
    let stated = findings.risks.iter().filter(|risk| risk.certainty == Certainty::Stated);
    understanding.risks = stated
        .map(|risk| Risk {
            kind: risk_kind(risk.kind),
            words: text_span(text, risk.start, risk.end),
            start: i32::try_from(risk.start).unwrap_or(i32::MAX),
            end: i32::try_from(risk.end).unwrap_or(i32::MAX),
        })
        .collect();
    let is_worth_a_review = risk::DOUBTFUL_RISK_PROBABILITY >= review_threshold(costs.missed_risk);
    let doubtful = findings.risks.iter().filter(|risk| risk.certainty == Certainty::Doubtful);
    for doubtful in doubtful.filter(|_| is_worth_a_review) {
        understanding.abstentions.push(Abstention {
            task: format!("{RISK}:{}", doubtful.kind.as_str()),
            reason: format!("doubtful: {}", text_span(text, doubtful.start, doubtful.end)),
        });
    }
    let answer = match needs_answer(findings, understanding.language.as_deref()) {
        // Spam imitates questions, so the model is wrong about it.
        NeedsAnswer::Likely(probability)
            if findings.intent_probability(IntentClass::Spam) >= ANSWER_THRESHOLD =>
        {
            decide(probability, costs)
        }
        // The model finds needs that no rule has words for.
        NeedsAnswer::Likely(probability) => decide(probability.max(model_probability), costs),
        NeedsAnswer::Abstain(AbstainReason::DoubtfulRisk) if !is_worth_a_review => {
            decide(probability_from_intents(&findings.intents).max(model_probability), costs)
        }
        NeedsAnswer::Abstain(reason) => Err(reason.as_str()),
    };
    understanding.needs_answer = answer.ok();
    if let Err(reason) = answer {
        let (task, reason) = (NEEDS_ANSWER.to_owned(), reason.to_owned());
        understanding.abstentions.push(Abstention { task, reason });
    }
}

/// The probability that an answer is needed, or the reason to abstain: below the threshold, but probable enough
/// that a miss is expected to cost more than a review.
fn decide(probability: f32, costs: &Costs) -> Result<f32, &'static str> {
    let is_worth_a_review = probability >= review_threshold(costs.missed_answer);
    match probability < ANSWER_THRESHOLD && is_worth_a_review {
        true => Err(AbstentionReason::Undecided.as_str()),
        false => Ok(probability),
    }
}

fn text_span(text: &str, start: u32, end: u32) -> String {
    text.get(start as usize..end as usize).unwrap_or_default().to_owned()
}

fn intent_record(text: &str, found: &DetectedIntent) -> IntentFinding {
    let intent = match found.intent {
        IntentClass::Praise => Intent::Praise,
        IntentClass::Question => Intent::Question,
        IntentClass::Complaint => Intent::Complaint,
        IntentClass::Suggestion => Intent::Suggestion,
        IntentClass::Request => Intent::Request,
        IntentClass::JobEnquiry => Intent::JobEnquiry,
        IntentClass::SalesInterest => Intent::SalesInterest,
        IntentClass::CannotReachYou => Intent::CannotReachYou,
        IntentClass::CampaignChatter => Intent::CampaignChatter,
        IntentClass::Spam => Intent::Spam,
        IntentClass::Other => Intent::Other,
    };
    let evidence = found.evidence.map(|(start, end)| text_span(text, start, end));
    IntentFinding { intent, probability: found.probability, evidence }
}

fn risk_kind(kind: RiskClass) -> RiskKind {
    match kind {
        RiskClass::Safety => RiskKind::Safety,
        RiskClass::Health => RiskKind::Health,
        RiskClass::LegalThreat => RiskKind::LegalThreat,
        RiskClass::SecurityOrFraud => RiskKind::SecurityOrFraud,
        RiskClass::VulnerablePerson => RiskKind::VulnerablePerson,
        RiskClass::ThreatOfHarm => RiskKind::ThreatOfHarm,
        RiskClass::Discrimination => RiskKind::Discrimination,
        RiskClass::PressOrRegulator => RiskKind::PressOrRegulator,
    }
}

#[cfg(test)]
mod tests {
    use classify::RuleClassifier;
    use text::Text;

    use super::*;

    fn understand_with(text: &str, language: &str, model_probability: f32) -> Understanding {
        let language = Some(language.to_owned());
        let mut understanding = Understanding { language, ..Understanding::default() };
        let mut findings = RuleFindings::new();
        RuleClassifier::built_in().unwrap().classify(&Text::of(text), &mut findings);
        add_findings(text, &findings, model_probability, &Costs::default(), &mut understanding);
        understanding
    }

    fn understand(text: &str, language: &str) -> Understanding {
        understand_with(text, language, 0.0)
    }

    #[test]
    fn intents_risks_and_need_for_an_answer_are_recorded_with_their_words() {
        let found = understand("Your charger caught fire, I want my money back", "en");
        let intents: Vec<_> = found.intents.iter().map(|found| found.intent).collect();
        assert!(intents.contains(&Intent::Request), "{intents:?}");
        let risk = &found.risks[0];
        assert_eq!((risk.kind, risk.words.as_str()), (RiskKind::Safety, "caught fire"));
        assert_eq!((risk.start, risk.end), (13, 24));
        assert_eq!(found.needs_answer, Some(1.0));
        assert!(found.abstentions.is_empty());
    }

    #[test]
    fn an_undecided_finding_is_recorded_as_abstention_with_its_reason() {
        let doubtful = understand("what happens if the charger caught fire in the car", "en");
        assert!(doubtful.risks.is_empty());
        let tasks: Vec<_> = doubtful.abstentions.iter().map(|a| a.task.as_str()).collect();
        assert!(tasks.contains(&"risk:safety"), "{tasks:?}");
        let foreign = understand("Paketim hâlâ gelmedi bugün", "tr");
        assert_eq!(foreign.needs_answer, None);
        assert_eq!(foreign.abstentions[0].task, NEEDS_ANSWER);
        assert_eq!(understand("an ordinary day by the river", "en").needs_answer, Some(0.0));
    }

    #[test]
    fn a_doubtful_risk_is_dropped_only_if_a_missed_risk_costs_almost_nothing() {
        let text = "in the movie the router caught fire";
        let mut findings = RuleFindings::new();
        RuleClassifier::built_in().unwrap().classify(&Text::of(text), &mut findings);
        for (missed_risk, is_left) in [(99.0, true), (0.5, false)] {
            let mut found = Understanding { language: Some("en".into()), ..Default::default() };
            add_findings(
                text,
                &findings,
                0.0,
                &Costs { missed_risk, ..Costs::default() },
                &mut found,
            );
            assert_eq!(!found.abstentions.is_empty(), is_left, "{missed_risk}");
            assert_eq!(found.needs_answer.is_none(), is_left, "{missed_risk}");
        }
    }

    #[test]
    fn an_uncertain_need_for_an_answer_is_reviewed_unless_a_miss_is_cheap() {
        let text = "an ordinary day by the river";
        let cases = [(0.19, Ok(0.19)), (0.21, Err("undecided")), (0.49, Err("undecided"))];
        for (model_probability, expected) in
            cases.into_iter().chain([(0.5, Ok(0.5)), (0.9, Ok(0.9))])
        {
            let found = understand_with(text, "en", model_probability);
            assert_eq!(found.needs_answer, expected.ok(), "{model_probability}");
            let reason = found.abstentions.first().map(|left| left.reason.as_str());
            assert_eq!(reason, expected.err(), "{model_probability}");
        }
        let expensive = Costs { missed_answer: 999.0, ..Costs::default() };
        assert_eq!(decide(0.04, &expensive), Err("undecided"));
    }
}
