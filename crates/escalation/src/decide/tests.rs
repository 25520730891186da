use super::*;
use crate::Settings;
use crate::case::TOLD_MOST;
use mention::{Author as Writer, Findings, Intent, Level, Mention, Priority};

const MINUTE: Micros = 60_000_000;

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
        findings: Findings { novelty, revision: 1, ..Findings::default() },
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

fn told(fact: Prioritized, case: Option<Case>, time: Micros) -> Option<(Case, Routed)> {
    let author = Author::of(&fact.mention);
    let (rules, settings, mut out) = (rules(), Settings::default(), Vec::new());
    let by = By { rules: &rules, settings: &settings };
    match hear(fact, &author, case, (time, time + 7), by, &mut out) {
        Verdict::Nothing => None,
        Verdict::Filtered(filtered) => panic!("filtered without a filter: {filtered:?}"),
        Verdict::Routed(case, routed) => Some((*case, *routed)),
    }
}

#[track_caller]
fn routed(fact: Prioritized, case: Option<Case>, time: Micros) -> (Case, Routed) {
    told(fact, case, time).expect("a decision")
}

#[test]
fn what_to_tell_the_author_of_an_incident_stands_in_the_route() {
    let mut fact = complaint("1");
    fact.priority.incident_notice = Some("We are on it.".into());
    let (_, routed) = routed(fact, None, 0);
    assert_eq!(routed.route.incident_notice.as_deref(), Some("We are on it."));
    assert_eq!(routed.priority.incident_notice, None, "once is enough");
}

#[test]
fn a_filter_never_drops_what_nobody_has_judged() {
    let rules = rules();
    let filter = crate::Filter::of(["spam"], &rules).unwrap_or_default();
    let settings = Settings { filter, ..Settings::default() };
    let by = By { rules: &rules, settings: &settings };
    let verdict = |abstentions: &[&str]| {
        let mut spam = fact("1", Novelty::New, Intent::Spam, Level::P5);
        spam.understanding.abstentions = abstentions
            .iter()
            .map(|task| mention::Abstention { task: (*task).into(), reason: "doubtful".into() })
            .collect();
        let author = Author::of(&spam.mention);
        hear(spam, &author, None, (0, 0), by, &mut Vec::new())
    };
    for judged in [&[][..], &["emotion"]] {
        assert!(matches!(verdict(judged), Verdict::Filtered(_)), "{judged:?}");
    }
    for open in [&["risk:safety"][..], &["emotion", "needs_answer"]] {
        assert!(matches!(verdict(open), Verdict::Routed(..)), "{open:?}");
    }
}

#[test]
fn how_a_mention_stands_to_what_was_routed_before() {
    let known = Told { mention: 1, case: 9, seq: 1, is_withdrawn: false };
    let gone = Told { mention: 2, is_withdrawn: true, ..known };
    let open = Case { id: 9, told: vec![known, gone], ..Case::default() };
    let closed = Case { is_closed: true, ..open.clone() };
    let cases = [
        ("a new mention of a new author", Novelty::New, 3, None, Standing::Opens),
        ("a new mention of an open case", Novelty::New, 3, Some(&open), Standing::Joins),
        ("a new mention after the case", Novelty::New, 3, Some(&closed), Standing::Opens),
        ("an edit of a known one", Novelty::Edit, 1, Some(&open), Standing::Changes(known)),
        ("an edit after the case", Novelty::Edit, 1, Some(&closed), Standing::Changes(known)),
        ("an edit of an unknown one", Novelty::Edit, 3, Some(&open), Standing::Joins),
        ("an edit of an unknown author", Novelty::Edit, 3, None, Standing::Opens),
        ("an edit of a withdrawn one", Novelty::Edit, 2, Some(&open), Standing::Nothing),
        ("a withdrawn one that is back", Novelty::New, 2, Some(&open), Standing::Joins),
        ("a known one that is heard anew", Novelty::New, 1, Some(&open), Standing::Changes(known)),
        ("a withdrawal", Novelty::Withdrawal, 1, Some(&open), Standing::Withdraws(known)),
        (
            "a withdrawal after the case",
            Novelty::Withdrawal,
            1,
            Some(&closed),
            Standing::Withdraws(known),
        ),
        ("a second withdrawal", Novelty::Withdrawal, 2, Some(&open), Standing::Nothing),
        ("a withdrawal of an unknown one", Novelty::Withdrawal, 3, Some(&open), Standing::Nothing),
        ("a withdrawal of an unknown author", Novelty::Withdrawal, 3, None, Standing::Nothing),
    ];
    for (what, novelty, hash, case, expected) in cases {
        let fact = fact("m", novelty, Intent::Other, Level::P4);
        assert_eq!(standing(&fact, hash, case, |_| false), expected, "{what}");
        let mut own = fact;
        own.mention.is_own = true;
        assert_eq!(
            standing(&own, hash, case, |_| true),
            Standing::Nothing,
            "{what}, of the brand itself"
        );
    }
}

#[test]
fn a_complaint_opens_a_case_with_an_owner_deadlines_and_somebody_to_call() {
    let (case, routed) = routed(complaint("m1"), None, 0);
    let route = &routed.route;
    assert_eq!((route.rule.as_str(), route.owner.as_str()), ("urgent-complaint", "care-urgent"));
    assert_eq!((route.queue.as_str(), route.path.as_str()), ("care-urgent", "care-duty"));
    assert_eq!(route.next_contact, "care-lead");
    assert_eq!(route.due.acknowledge_at, Some(10 * MINUTE));
    assert_eq!(route.due.respond_at, Some(30 * MINUTE));
    assert_eq!(route.due.resolve_at, Some(480 * MINUTE));
    assert_eq!(route.rules_version, rules().version);
    assert_eq!((routed.decision_seq, routed.supersedes, routed.routed_at), (1, None, 7));
    assert_eq!(routed.case_id, case.name());
    assert_eq!(
        route.explanation,
        "P2 complaint in public on x: rule \"urgent-complaint\" gives it to care-urgent, to accept \
         it within 10m, answer it within 30m and resolve it within 8h."
    );
}

#[test]
fn a_further_message_joins_the_case_and_only_brings_deadlines_nearer() {
    let (case, first) = routed(complaint("m1"), None, 0);
    let question = fact("m2", Novelty::New, Intent::Question, Level::P4);
    let (case, second) = routed(question, Some(case), MINUTE);
    assert_eq!((&second.case_id, second.decision_seq), (&first.case_id, 1));
    assert_eq!(second.route.owner, "care-urgent", "the owner stays");
    assert_eq!(second.route.watchers, ["care"], "the team of the rule is told");
    assert_eq!(second.route.due, first.route.due, "deadlines are not put off");
    assert_eq!(case.level, Level::P2);
    let worse = fact("m3", Novelty::New, Intent::Complaint, Level::P1);
    let (case, third) = routed(worse, Some(case), 2 * MINUTE);
    assert_eq!(third.route.due.acknowledge_at, Some(7 * MINUTE));
    assert_eq!(case.level, Level::P1);
    assert_eq!(case.live, 3);
}

#[test]
fn a_lane_waits_for_nobody_and_is_taken_over_by_the_first_work() {
    let praise = fact("m1", Novelty::New, Intent::Praise, Level::P5);
    let (case, lane) = routed(praise, None, 0);
    assert_eq!((lane.route.rule.as_str(), lane.route.owner.as_str()), ("praise", "community"));
    assert_eq!(lane.route.due, mention::Due::default());
    assert_eq!(lane.route.next_contact, "");
    let (case, work) = routed(complaint("m2"), Some(case), MINUTE);
    assert_eq!(work.case_id, lane.case_id);
    assert_eq!(work.route.owner, "care-urgent");
    assert_eq!(work.route.due.acknowledge_at, Some(11 * MINUTE));
    let thanks = fact("m3", Novelty::New, Intent::Praise, Level::P5);
    let (_, thanks) = routed(thanks, Some(case), 2 * MINUTE);
    assert_eq!(thanks.route.owner, "care-urgent", "thanks go to who has earned them");
    assert_eq!(thanks.route.due, work.route.due);
}

#[test]
fn an_answered_author_who_writes_again_waits_again() {
    let (mut case, _) = routed(complaint("m1"), None, 0);
    (case.acknowledge, case.respond, case.is_accepted) = (None, None, true);
    let (case, again) = routed(complaint("m2"), Some(case), 60 * MINUTE);
    assert_eq!(again.route.due.acknowledge_at, None, "it is accepted already");
    assert_eq!(again.route.due.respond_at, Some(90 * MINUTE));
    assert_eq!(case.resolve.map(|clock| clock.due_at), Some(480 * MINUTE));
}

#[test]
fn an_edit_supersedes_and_a_withdrawal_ends_the_case_of_its_last_message() {
    let (case, first) = routed(complaint("m1"), None, 0);
    let (case, _) = routed(complaint("m2"), Some(case), 1);
    let edit = fact("m1", Novelty::Edit, Intent::Complaint, Level::P1);
    let (case, edited) = routed(edit, Some(case), MINUTE);
    assert_eq!((edited.disposition, edited.decision_seq), (Disposition::Updated, 2));
    assert_eq!(edited.supersedes.as_ref(), Some(&first.decision_id));
    assert_eq!(edited.route.due.acknowledge_at, Some(6 * MINUTE));
    let gone = |id| fact(id, Novelty::Withdrawal, Intent::Other, Level::P5);
    let (case, withdrawn) = routed(gone("m1"), Some(case), MINUTE);
    assert_eq!((withdrawn.disposition, withdrawn.decision_seq), (Disposition::Withdrawn, 3));
    assert_eq!(withdrawn.supersedes.as_ref(), Some(&edited.decision_id));
    assert!(!case.is_closed, "there is another message");
    assert_eq!(withdrawn.route.owner, "care-urgent");
    assert!(told(gone("m1"), Some(case.clone()), MINUTE).is_none(), "once is enough");
    let (case, last) = routed(gone("m2"), Some(case), MINUTE);
    assert!(case.is_closed);
    assert_eq!(last.route.due, mention::Due::default(), "its clocks have stopped");
    assert_eq!(last.case_id, first.case_id);
    let (case, anew) = routed(complaint("m3"), Some(case), MINUTE);
    assert_ne!(anew.case_id, first.case_id);
    assert_eq!(case.live, 1);
    let (_, back) = routed(complaint("m1"), Some(case), MINUTE);
    assert_eq!((back.disposition, back.decision_seq), (Disposition::Routed, 4));
    assert_eq!(back.supersedes, Some(withdrawn.decision_id));
}

#[test]
fn an_edit_of_a_replaced_case_keeps_its_case_and_touches_no_clock_of_the_new_one() {
    let (mut case, first) = routed(complaint("m1"), None, 0);
    case.close(0, 1_000 * MINUTE);
    let (case, second) = routed(complaint("m2"), Some(case), MINUTE);
    let edit = fact("m1", Novelty::Edit, Intent::Complaint, Level::P1);
    let (after, edited) = routed(edit, Some(case.clone()), 2 * MINUTE);
    assert_eq!(edited.case_id, first.case_id);
    assert_eq!(edited.route.due, mention::Due::default());
    assert_ne!(first.case_id, second.case_id);
    assert_eq!((after.acknowledge, after.level), (case.acknowledge, case.level));
}

#[test]
fn no_more_than_the_latest_mentions_are_remembered_and_decision_ids_stay_unique() {
    let mut case = None;
    let mut ids = Vec::new();
    for n in 0..TOLD_MOST + 4 {
        let (now, routed) = routed(complaint(&format!("m{n}")), case, 0);
        ids.push(routed.decision_id);
        case = Some(now);
    }
    let kept = case.as_ref().map_or(0, |case: &Case| case.told.len());
    assert_eq!(kept, TOLD_MOST);
    let mut edit = fact("m0", Novelty::Edit, Intent::Complaint, Level::P2);
    edit.findings.revision = 2;
    let (_, edited) = routed(edit, case, 0);
    assert_eq!((edited.disposition, edited.decision_seq), (Disposition::Routed, 2));
    assert!(!ids.contains(&edited.decision_id));
}

#[test]
fn no_explanation_has_a_word_of_the_mention_or_its_author() {
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
fn a_mention_that_is_decided_again_says_why_and_not_that_it_has_changed() {
    let (case, _) = routed(complaint("m1"), None, 0);
    let mut again = complaint("m1");
    (again.priority.revision, again.priority.reviewed) = (2, Some("the rules have changed".into()));
    let (case, revised) = routed(again, Some(case), MINUTE);
    let says = revised.route.explanation;
    assert!(says.starts_with("Decided again, since the rules have changed: P"), "{says}");
    assert!(says.ends_with("; care-urgent keeps the case."), "{says}");
    let edit = fact("m1", Novelty::Edit, Intent::Complaint, Level::P2);
    let (_, edited) = routed(edit, Some(case), MINUTE);
    let says = edited.route.explanation;
    assert!(says.starts_with("The message has changed to P2"), "{says}");
}
