//! Puts into the record what the rules say: intents, risks, whether an answer is due.

use classify::answer::{Due, Reason, by_intent, due};
use classify::intent::{Found, Intent as Wanted};
use classify::risk::{Certainty, RiskKind as Kind};
use classify::{Judged, risk};
use mention::{Abstention, Intent, IntentFound, Risk, RiskKind, Understanding};

use crate::Costs;
use crate::costs::look_from;
use crate::judge::Abstained;
use crate::signals::NEEDS_ANSWER;

/// An intent less likely than this is not worth a line in the record.
const WORTH_SAYING: f32 = 0.2;

/// The task of risks, as records name it.
const RISK: &str = "risk";

/// From this probability on, an answer is due and nobody has to look whether it is.
pub(crate) const DUE: f32 = 0.5;

/// Writes what the rules have `judged` of `text` into `understanding`, whose language is known by
/// now. `awaits` is how likely somebody waits for an answer by what the rules have no words for.
pub(crate) fn write(
    text: &str,
    judged: &Judged,
    awaits: f32,
    costs: &Costs,
    understanding: &mut Understanding,
) {
    let worth = judged.intents.iter().filter(|found| found.probability >= WORTH_SAYING);
    understanding.intents = worth.map(|found| intent(text, found)).collect();
    let said = judged.risks.iter().filter(|risk| risk.certainty == Certainty::Said);
    understanding.risks = said
        .map(|risk| Risk {
            kind: kind(risk.kind),
            words: words(text, risk.start, risk.end),
            start: i32::try_from(risk.start).unwrap_or(i32::MAX),
            end: i32::try_from(risk.end).unwrap_or(i32::MAX),
        })
        .collect();
    let is_worth_a_look = risk::DOUBTFUL_AND_REAL >= look_from(costs.missed_risk);
    let doubtful = judged.risks.iter().filter(|risk| risk.certainty == Certainty::Doubtful);
    for doubtful in doubtful.filter(|_| is_worth_a_look) {
        understanding.abstentions.push(Abstention {
            task: format!("{RISK}:{}", doubtful.kind.as_str()),
            reason: format!("doubtful: {}", words(text, doubtful.start, doubtful.end)),
        });
    }
    let answer = match due(judged, understanding.language.as_deref()) {
        // Who lures for somebody else waits for nothing, however much it sounds like it.
        Due::Likely(probability) if judged.of(Wanted::Spam) >= DUE => answered(probability, costs),
        // What the rules have no words for may still wait for an answer.
        Due::Likely(probability) => answered(probability.max(awaits), costs),
        Due::Unclear(Reason::DoubtfulRisk) if !is_worth_a_look => {
            answered(by_intent(&judged.intents).max(awaits), costs)
        }
        Due::Unclear(reason) => Err(reason.as_str()),
    };
    understanding.needs_answer = answer.ok();
    if let Err(reason) = answer {
        let (task, reason) = (NEEDS_ANSWER.to_owned(), reason.to_owned());
        understanding.abstentions.push(Abstention { task, reason });
    }
}

/// Whether an answer is due, or why that is left to a person: where nobody can be sure that one is,
/// and passing it over would be expected to cost more than a look.
fn answered(probability: f32, costs: &Costs) -> Result<f32, &'static str> {
    let is_worth_a_look = probability >= look_from(costs.missed_answer);
    match probability < DUE && is_worth_a_look {
        true => Err(Abstained::Undecided.as_str()),
        false => Ok(probability),
    }
}

fn words(text: &str, start: u32, end: u32) -> String {
    text.get(start as usize..end as usize).unwrap_or_default().to_owned()
}

fn intent(text: &str, found: &Found) -> IntentFound {
    let intent = match found.intent {
        Wanted::Praise => Intent::Praise,
        Wanted::Question => Intent::Question,
        Wanted::Complaint => Intent::Complaint,
        Wanted::Suggestion => Intent::Suggestion,
        Wanted::Request => Intent::Request,
        Wanted::JobEnquiry => Intent::JobEnquiry,
        Wanted::SalesInterest => Intent::SalesInterest,
        Wanted::CannotReachYou => Intent::CannotReachYou,
        Wanted::CampaignChatter => Intent::CampaignChatter,
        Wanted::Spam => Intent::Spam,
        Wanted::Other => Intent::Other,
    };
    let evidence = found.evidence.map(|(start, end)| words(text, start, end));
    IntentFound { intent, probability: found.probability, evidence }
}

fn kind(kind: Kind) -> RiskKind {
    match kind {
        Kind::Safety => RiskKind::Safety,
        Kind::Health => RiskKind::Health,
        Kind::LegalThreat => RiskKind::LegalThreat,
        Kind::SecurityOrFraud => RiskKind::SecurityOrFraud,
        Kind::VulnerablePerson => RiskKind::VulnerablePerson,
        Kind::ThreatOfHarm => RiskKind::ThreatOfHarm,
        Kind::Discrimination => RiskKind::Discrimination,
        Kind::PressOrRegulator => RiskKind::PressOrRegulator,
    }
}

#[cfg(test)]
mod tests {
    use classify::Rules;

    use super::*;

    fn said_beside(text: &str, language: &str, awaits: f32) -> Understanding {
        let language = Some(language.to_owned());
        let mut understanding = Understanding { language, ..Understanding::default() };
        let mut judged = Judged::new();
        Rules::built_in().unwrap().judge(text, &mut judged);
        write(text, &judged, awaits, &Costs::default(), &mut understanding);
        understanding
    }

    fn said(text: &str, language: &str) -> Understanding {
        said_beside(text, language, 0.0)
    }

    #[test]
    fn intents_risks_and_the_need_of_an_answer_are_in_the_record_with_their_words() {
        let found = said("Your charger caught fire, I want my money back", "en");
        let intents: Vec<_> = found.intents.iter().map(|found| found.intent).collect();
        assert!(intents.contains(&Intent::Request), "{intents:?}");
        let risk = &found.risks[0];
        assert_eq!((risk.kind, risk.words.as_str()), (RiskKind::Safety, "caught fire"));
        assert_eq!((risk.start, risk.end), (13, 24));
        assert_eq!(found.needs_answer, Some(1.0));
        assert!(found.abstentions.is_empty());
    }

    #[test]
    fn what_cannot_be_told_is_left_open_with_its_reason() {
        let doubtful = said("what happens if the charger caught fire in the car", "en");
        assert!(doubtful.risks.is_empty());
        let tasks: Vec<_> = doubtful.abstentions.iter().map(|a| a.task.as_str()).collect();
        assert!(tasks.contains(&"risk:safety"), "{tasks:?}");
        let foreign = said("Paketim hâlâ gelmedi bugün", "tr");
        assert_eq!(foreign.needs_answer, None);
        assert_eq!(foreign.abstentions[0].task, NEEDS_ANSWER);
        assert_eq!(said("an ordinary day by the river", "en").needs_answer, Some(0.0));
    }

    #[test]
    fn a_doubtful_risk_is_passed_over_only_where_missing_one_is_said_to_cost_next_to_nothing() {
        let text = "in the movie the router caught fire";
        let mut judged = Judged::new();
        Rules::built_in().unwrap().judge(text, &mut judged);
        for (missed_risk, is_left) in [(99.0, true), (0.5, false)] {
            let mut found = Understanding { language: Some("en".into()), ..Default::default() };
            write(text, &judged, 0.0, &Costs { missed_risk, ..Costs::default() }, &mut found);
            assert_eq!(!found.abstentions.is_empty(), is_left, "{missed_risk}");
            assert_eq!(found.needs_answer.is_none(), is_left, "{missed_risk}");
        }
    }

    #[test]
    fn who_may_wait_for_an_answer_is_looked_at_unless_that_costs_more_than_to_miss_them() {
        let text = "an ordinary day by the river";
        let cases = [(0.19, Ok(0.19)), (0.21, Err("undecided")), (0.49, Err("undecided"))];
        for (awaits, expected) in cases.into_iter().chain([(0.5, Ok(0.5)), (0.9, Ok(0.9))]) {
            let found = said_beside(text, "en", awaits);
            assert_eq!(found.needs_answer, expected.ok(), "{awaits}");
            let reason = found.abstentions.first().map(|left| left.reason.as_str());
            assert_eq!(reason, expected.err(), "{awaits}");
        }
        let dear = Costs { missed_answer: 999.0, ..Costs::default() };
        assert_eq!(answered(0.04, &dear), Err("undecided"));
    }
}
