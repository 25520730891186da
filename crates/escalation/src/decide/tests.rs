use super::*;
use crate::case::MAX_REMEMBERED_MENTIONS;
use crate::config::Config;
use crate::filter::Filter;
use mention::{Author as Writer, DedupeResult, Disposition, Intent, Level, Mention, Priority};
use rules::Rules;

fn minute(minute: i64) -> EventTime {
    EventTime::from_micros(0) + minute * TimeDelta::MINUTE
}

fn rules() -> Rules {
    Rules::load(&rules::northline()).unwrap_or_else(|problems| panic!("{problems:?}"))
}

fn fact(id: &str, novelty: Novelty, intent: Intent, level: Level) -> Prioritized {
    Prioritized {
        mention: Mention {
            tenant: "northline".into(),
            platform: "x".into(),
            id: id.into(),
            text: "canary".into(),
            author: Writer { id: "alice".into(), ..Writer::default() },
            ..Mention::default()
        },
        findings: DedupeResult { novelty, revision: 1, ..DedupeResult::default() },
        understanding: mention::Understanding {
            sentiment: Some(mention::Sentiment::default()),
            ..mention::Understanding::default()
        },
        priority: Priority { intent, level, ..Priority::default() },
    }
}

fn complaint(id: &str) -> Prioritized {
    fact(id, Novelty::New, Intent::Complaint, Level::P2)
}

fn decided(
    fact: Prioritized,
    case: Option<CaseState>,
    at_minute: i64,
) -> Option<(CaseState, Routed)> {
    let author = AuthorKey::of(&fact.mention);
    let (rules, config, mut out) = (rules(), Config::default(), Vec::new());
    let context = Context { rules: &rules, config: &config };
    match decide(fact, &author, case, minute(at_minute), context, &mut out) {
        MentionOutcome::Ignored => None,
        MentionOutcome::Filtered(filtered) => panic!("filtered without a filter: {filtered:?}"),
        MentionOutcome::Routed(case, routed) => Some((*case, *routed)),
    }
}

#[track_caller]
fn routed(fact: Prioritized, case: Option<CaseState>, at_minute: i64) -> (CaseState, Routed) {
    decided(fact, case, at_minute).expect("a decision")
}

#[test]
fn the_route_carries_the_incident_notice() {
    let mut fact = complaint("1");
    fact.priority.incident_notice = Some("We are on it.".into());
    let (_, routed) = routed(fact, None, 0);
    assert_eq!(routed.route.incident_notice.as_deref(), Some("We are on it."));
    assert_eq!(routed.priority.incident_notice, None, "the notice moves");
}

#[test]
fn a_filter_never_drops_a_mention_with_unanswered_tasks() {
    let rules = rules();
    let filter = Filter::from_names(["spam"], &rules).unwrap_or_default();
    let config = Config { filter, ..Config::default() };
    let context = Context { rules: &rules, config: &config };
    let verdict = |abstentions: &[&str]| {
        let mut spam = fact("1", Novelty::New, Intent::Spam, Level::P5);
        spam.understanding.abstentions = abstentions
            .iter()
            .map(|task| mention::Abstention { task: (*task).into(), reason: "doubtful".into() })
            .collect();
        let author = AuthorKey::of(&spam.mention);
        decide(spam, &author, None, minute(0), context, &mut Vec::new())
    };
    for judged in [&[][..], &["emotion"]] {
        assert!(matches!(verdict(judged), MentionOutcome::Filtered(_)), "{judged:?}");
    }
    for open in [&["risk:safety"][..], &["emotion", "needs_answer"]] {
        assert!(matches!(verdict(open), MentionOutcome::Routed(..)), "{open:?}");
    }
}

#[test]
fn a_complaint_opens_a_case_with_owner_due_times_and_contact() {
    let (case, routed) = routed(complaint("m1"), None, 0);
    let route = &routed.route;
    assert_eq!((route.rule.as_str(), route.owner.as_str()), ("urgent-complaint", "care-urgent"));
    assert_eq!((route.queue.as_str(), route.path.as_str()), ("care-urgent", "care-duty"));
    assert_eq!(route.next_contact, "care-lead");
    assert_eq!(route.due.acknowledge_at, Some(minute(10)));
    assert_eq!(route.due.respond_at, Some(minute(30)));
    assert_eq!(route.due.resolve_at, Some(minute(480)));
    assert_eq!(route.rules_version, rules().version);
    assert_eq!((routed.decision_seq, routed.supersedes), (1, None));
    assert_eq!(routed.case_id, case.case_id());
    assert_eq!(
        route.explanation,
        "P2 complaint in public on x: rule \"urgent-complaint\" assigns it to care-urgent, to \
         acknowledge within 10m, respond within 30m and resolve within 8h."
    );
}

#[test]
fn a_further_message_joins_the_case_and_only_moves_due_times_nearer() {
    let (case, first) = routed(complaint("m1"), None, 0);
    let question = fact("m2", Novelty::New, Intent::Question, Level::P4);
    let (case, second) = routed(question, Some(case), 1);
    assert_eq!((&second.case_id, second.decision_seq), (&first.case_id, 1));
    assert_eq!(second.route.owner, "care-urgent", "the owner keeps the case");
    assert_eq!(second.route.watchers, ["care"], "the team of the rule watches");
    assert_eq!(second.route.due, first.route.due, "due times are not postponed");
    assert_eq!(case.level, Level::P2);
    let worse = fact("m3", Novelty::New, Intent::Complaint, Level::P1);
    let (case, third) = routed(worse, Some(case), 2);
    assert_eq!(third.route.due.acknowledge_at, Some(minute(7)));
    assert_eq!(case.level, Level::P1);
    assert_eq!(case.live_mentions, 3);
}

#[test]
fn a_lane_has_no_due_times_and_the_first_work_takes_it_over() {
    let praise = fact("m1", Novelty::New, Intent::Praise, Level::P5);
    let (case, lane) = routed(praise, None, 0);
    assert_eq!((lane.route.rule.as_str(), lane.route.owner.as_str()), ("praise", "community"));
    assert_eq!(lane.route.due, mention::DueTimes::default());
    assert_eq!(lane.route.next_contact, "");
    let (case, work) = routed(complaint("m2"), Some(case), 1);
    assert_eq!(work.case_id, lane.case_id);
    assert_eq!(work.route.owner, "care-urgent");
    assert_eq!(work.route.due.acknowledge_at, Some(minute(11)));
    let thanks = fact("m3", Novelty::New, Intent::Praise, Level::P5);
    let (_, thanks) = routed(thanks, Some(case), 2);
    assert_eq!(thanks.route.owner, "care-urgent", "praise in an open case goes to its owner");
    assert_eq!(thanks.route.due, work.route.due);
}

#[test]
fn an_answered_author_who_writes_again_waits_again() {
    let (mut case, _) = routed(complaint("m1"), None, 0);
    (case.acknowledge, case.respond, case.is_accepted) = (None, None, true);
    let (case, again) = routed(complaint("m2"), Some(case), 60);
    assert_eq!(again.route.due.acknowledge_at, None, "it is already acknowledged");
    assert_eq!(again.route.due.respond_at, Some(minute(90)));
    assert_eq!(case.resolve.map(|clock| clock.due_at), Some(minute(480)));
}

#[test]
fn an_edit_supersedes_and_a_withdrawal_ends_the_case_of_its_last_message() {
    let (case, first) = routed(complaint("m1"), None, 0);
    let (case, _) = routed(complaint("m2"), Some(case), 1);
    let edit = fact("m1", Novelty::Edit, Intent::Complaint, Level::P1);
    let (case, edited) = routed(edit, Some(case), 1);
    assert_eq!((edited.disposition, edited.decision_seq), (Disposition::Updated, 2));
    assert_eq!(edited.supersedes.as_ref(), Some(&first.decision_id));
    assert_eq!(edited.route.due.acknowledge_at, Some(minute(6)));
    let gone = |id| fact(id, Novelty::Withdrawal, Intent::Other, Level::P5);
    let (case, withdrawn) = routed(gone("m1"), Some(case), 1);
    assert_eq!((withdrawn.disposition, withdrawn.decision_seq), (Disposition::Withdrawn, 3));
    assert_eq!(withdrawn.supersedes.as_ref(), Some(&edited.decision_id));
    assert!(!case.is_closed, "the case has another message");
    assert_eq!(withdrawn.route.owner, "care-urgent");
    assert!(decided(gone("m1"), Some(case.clone()), 1).is_none(), "a second withdrawal is ignored");
    let (case, last) = routed(gone("m2"), Some(case), 1);
    assert!(case.is_closed);
    assert_eq!(last.route.due, mention::DueTimes::default(), "its clocks have stopped");
    assert_eq!(last.case_id, first.case_id);
    let (case, reopened_later) = routed(complaint("m3"), Some(case), 1);
    assert_ne!(reopened_later.case_id, first.case_id);
    assert_eq!(case.live_mentions, 1);
    let (_, back) = routed(complaint("m1"), Some(case), 1);
    assert_eq!((back.disposition, back.decision_seq), (Disposition::Routed, 4));
    assert_eq!(back.supersedes, Some(withdrawn.decision_id));
}

#[test]
fn an_edit_in_an_earlier_case_leaves_the_clocks_of_the_current_one_alone() {
    let (mut case, first) = routed(complaint("m1"), None, 0);
    case.close(minute(0), minute(1_000));
    let (case, second) = routed(complaint("m2"), Some(case), 1);
    let edit = fact("m1", Novelty::Edit, Intent::Complaint, Level::P1);
    let (after, edited) = routed(edit, Some(case.clone()), 2);
    assert_eq!(edited.case_id, first.case_id);
    assert_eq!(edited.route.due, mention::DueTimes::default());
    assert_ne!(first.case_id, second.case_id);
    assert_eq!((after.acknowledge, after.level), (case.acknowledge, case.level));
}

#[test]
fn a_case_remembers_only_the_latest_mentions_and_decision_ids_stay_unique() {
    let mut case = None;
    let mut ids = Vec::new();
    for n in 0..MAX_REMEMBERED_MENTIONS + 4 {
        let (updated, routed) = routed(complaint(&format!("m{n}")), case, 0);
        ids.push(routed.decision_id);
        case = Some(updated);
    }
    let kept = case.as_ref().map_or(0, |case: &CaseState| case.routed_mentions.len());
    assert_eq!(kept, MAX_REMEMBERED_MENTIONS);
    let mut edit = fact("m0", Novelty::Edit, Intent::Complaint, Level::P2);
    edit.findings.revision = 2;
    let (_, edited) = routed(edit, case, 0);
    assert_eq!((edited.disposition, edited.decision_seq), (Disposition::Routed, 2));
    assert!(!ids.contains(&edited.decision_id));
}

#[test]
fn an_explanation_quotes_the_words_that_decided() {
    let mut threat = complaint("m1");
    let words = "my lawyer".to_owned();
    let kind = mention::RiskKind::LegalThreat;
    threat.understanding.risks = vec![mention::Risk { kind, words, ..mention::Risk::default() }];
    let (case, first) = routed(threat, None, 0);
    assert!(
        first
            .route
            .explanation
            .contains("because of “my lawyer”: rule \"legal-threat\" assigns it to legal"),
        "{}",
        first.route.explanation
    );
    assert!(first.subject.starts_with("P2 complaint in public on x: “"), "{}", first.subject);
    let (_, second) = routed(complaint("m2"), Some(case), 1);
    let explanation = second.route.explanation;
    assert!(
        explanation
            .contains("the 2nd message of the author, whose case is open and nobody has answered"),
        "{explanation}"
    );
}

#[test]
fn no_explanation_contains_other_words_of_the_text_or_the_author() {
    let (case, one) = routed(complaint("m1"), None, 0);
    let (case, two) = routed(complaint("m2"), Some(case), 0);
    let (case, three) = routed(fact("m2", Novelty::Edit, Intent::Spam, Level::P5), Some(case), 0);
    let (_, four) =
        routed(fact("m2", Novelty::Withdrawal, Intent::Other, Level::P5), Some(case), 0);
    for routed in [one, two, three, four] {
        let explanation = routed.route.explanation;
        assert!(explanation.ends_with('.') && !explanation.contains("canary"), "{explanation}");
        assert!(!explanation.contains("alice"), "{explanation}");
    }
}

#[test]
fn the_explanation_of_a_re_scored_mention_states_why() {
    let (case, _) = routed(complaint("m1"), None, 0);
    let mut again = complaint("m1");
    (again.priority.revision, again.priority.reviewed) = (2, Some("the rules have changed".into()));
    let (case, revised) = routed(again, Some(case), 1);
    let explanation = revised.route.explanation;
    assert!(
        explanation.starts_with("Re-scored because the rules have changed: P"),
        "{explanation}"
    );
    assert!(explanation.ends_with("; care-urgent keeps the case."), "{explanation}");
    let edit = fact("m1", Novelty::Edit, Intent::Complaint, Level::P2);
    let (_, edited) = routed(edit, Some(case), 1);
    let explanation = edited.route.explanation;
    assert!(explanation.starts_with("Edited, now P2"), "{explanation}");
}
