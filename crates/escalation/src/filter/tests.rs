use super::*;
use crate::case::RoutedMention;
use mention::Prioritized;
use rules::{Facts, northline};
use stage::EventTime;

fn rules() -> Rules {
    Rules::load(&northline()).unwrap_or_else(|problems| panic!("{problems:?}"))
}

#[test]
fn only_lanes_that_exist_can_be_filtered() {
    let cases: [(&[&str], &[&str]); 5] = [
        (&[], &[]),
        (&["spam", "no-action"], &[]),
        (
            &["nonsense"],
            &[
                "\"nonsense\" is not a playbook entry; lanes that can be filtered: spam, campaign-chatter, praise, no-action",
            ],
        ),
        (&["complaint"], &["\"complaint\" has targets; lanes that can be filtered"]),
        (
            &["spam", "Spam", "incident"],
            &["\"Spam\" is not a playbook entry", "\"incident\" has targets"],
        ),
    ];
    for (names, expected) in cases {
        let errors = Filter::from_names(names.iter().copied(), &rules()).err().unwrap_or_default();
        assert_eq!(errors.len(), expected.len(), "{names:?}: {errors:?}");
        for (errors, expected) in errors.iter().zip(expected) {
            assert!(errors.starts_with(expected), "{errors}");
        }
    }
}

#[test]
fn only_new_messages_in_filtered_lanes_are_dropped() {
    let rules = rules();
    let filter = Filter::from_names(["spam", "praise"], &rules).unwrap();
    let decided = |name: &str| {
        let (intent, level) = match name {
            "spam" => (mention::Intent::Spam, mention::Level::P5),
            "no-action" => (mention::Intent::Other, mention::Level::P5),
            _ => (mention::Intent::Complaint, mention::Level::P3),
        };
        let mut fact = Prioritized::default();
        fact.understanding.sentiment = Some(mention::Sentiment::default());
        (fact.priority.intent, fact.priority.level) = (intent, level);
        let decision = rules.decide(&Facts::from_mention(&fact), EventTime::default()).unwrap();
        assert_eq!(decision.entry.name, name);
        decision
    };
    let lane = CaseState::default();
    let work = CaseState { policy: "standard".into(), ..CaseState::default() };
    let routed = RoutedMention::default();
    let cases = [
        ("a filtered lane", "spam", MessageRelation::Opens, None, true),
        ("after a case with work", "spam", MessageRelation::Opens, Some(&work), true),
        ("another message in a lane", "spam", MessageRelation::Joins, Some(&lane), true),
        ("another message of a case with work", "spam", MessageRelation::Joins, Some(&work), false),
        (
            "an edit of a routed mention",
            "spam",
            MessageRelation::Updates(routed),
            Some(&lane),
            false,
        ),
        (
            "a withdrawal of a routed mention",
            "spam",
            MessageRelation::Withdraws(routed),
            Some(&lane),
            false,
        ),
        ("a mention that reopens a case", "spam", MessageRelation::Reopens, Some(&work), false),
        ("an ignored mention", "spam", MessageRelation::Ignored, None, false),
        ("a lane that is not filtered", "no-action", MessageRelation::Opens, None, false),
        ("work", "complaint", MessageRelation::Opens, None, false),
    ];
    for (what, name, relation, case, expected) in cases {
        assert_eq!(filter.drops(&decided(name), relation, case), expected, "{what}");
        assert!(
            !Filter::default().drops(&decided(name), relation, case),
            "{what}, without a filter"
        );
    }
}
