//! Puts into the record what the rules say: intents, risks, whether an answer is due.

use classify::answer::{Due, due};
use classify::intent::{Found, Intent as Wanted};
use classify::risk::{Certainty, RiskKind as Kind};
use classify::{Judged, Rules};
use mention::{Abstention, Intent, IntentFound, Risk, RiskKind, Understanding};

/// An intent less likely than this is not worth a line in the record.
const WORTH_SAYING: f32 = 0.2;

/// The tasks that may be left unanswered, as records name them.
const RISK: &str = "risk";
const NEEDS_ANSWER: &str = "needs_answer";

/// Judges `text` and writes into `understanding`, whose language is known by now.
pub(crate) fn write(
    rules: &Rules,
    text: &str,
    judged: &mut Judged,
    understanding: &mut Understanding,
) {
    rules.judge(text, judged);
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
    for doubtful in judged.risks.iter().filter(|risk| risk.certainty == Certainty::Doubtful) {
        understanding.abstentions.push(Abstention {
            task: format!("{RISK}:{}", doubtful.kind.as_str()),
            reason: format!("doubtful: {}", words(text, doubtful.start, doubtful.end)),
        });
    }
    match due(judged, understanding.language.as_deref()) {
        Due::Likely(probability) => {
            // A complaint the rules have no words for is still one.
            let complaint = understanding.complaint.unwrap_or(0.0);
            understanding.needs_answer = Some(probability.max(complaint));
        }
        Due::Unclear(reason) => {
            understanding.needs_answer = None;
            let reason = reason.as_str().to_owned();
            understanding.abstentions.push(Abstention { task: NEEDS_ANSWER.to_owned(), reason });
        }
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
    use super::*;

    fn said(text: &str, language: &str) -> Understanding {
        let language = Some(language.to_owned());
        let mut understanding = Understanding { language, ..Understanding::default() };
        let rules = Rules::built_in().unwrap();
        write(&rules, text, &mut Judged::new(), &mut understanding);
        understanding
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
}
