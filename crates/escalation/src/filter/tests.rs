use super::*;
use crate::case::Told;
use rules::{Facts, northline};

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
                "\"nonsense\" is no playbook entry; lanes can be filtered: spam, campaign-chatter, praise, no-action",
            ],
        ),
        (&["complaint"], &["\"complaint\" has deadlines, and only lanes can be filtered"]),
        (
            &["spam", "Spam", "incident"],
            &["\"Spam\" is no playbook entry", "\"incident\" has deadlines"],
        ),
    ];
    for (names, expected) in cases {
        let wrong = Filter::of(names.iter().copied(), &rules()).err().unwrap_or_default();
        assert_eq!(wrong.len(), expected.len(), "{names:?}: {wrong:?}");
        for (wrong, expected) in wrong.iter().zip(expected) {
            assert!(wrong.starts_with(expected), "{wrong}");
        }
    }
}

#[test]
fn what_is_dropped_is_what_nobody_waits_for_and_nobody_was_told_of() {
    let rules = rules();
    let filter = Filter::of(["spam", "praise"], &rules).unwrap();
    let decided = |name: &str| {
        let (intent, level) = match name {
            "spam" => (mention::Intent::Spam, mention::Level::P5),
            "no-action" => (mention::Intent::Other, mention::Level::P5),
            _ => (mention::Intent::Complaint, mention::Level::P3),
        };
        let mut fact = Prioritized::default();
        fact.understanding.sentiment = Some(mention::Sentiment::default());
        (fact.priority.intent, fact.priority.level) = (intent, level);
        let decision = rules.decide(&Facts::of(&fact), 0).unwrap();
        assert_eq!(decision.play.name, name);
        decision
    };
    let lane = Case::default();
    let work = Case { policy: "standard".into(), ..Case::default() };
    let told = Told::default();
    let cases = [
        ("a filtered lane", "spam", Standing::Opens, None, true),
        ("after a case of work", "spam", Standing::Opens, Some(&work), true),
        ("another message in a lane", "spam", Standing::Joins, Some(&lane), true),
        ("another message of work", "spam", Standing::Joins, Some(&work), false),
        ("an edit of what was routed", "spam", Standing::Changes(told), Some(&lane), false),
        ("a withdrawal of what was routed", "spam", Standing::Withdraws(told), Some(&lane), false),
        ("what opens a closed case", "spam", Standing::Reopens, Some(&work), false),
        ("what is nothing anyway", "spam", Standing::Nothing, None, false),
        ("a lane that is not filtered", "no-action", Standing::Opens, None, false),
        ("work", "complaint", Standing::Opens, None, false),
    ];
    for (what, name, standing, case, expected) in cases {
        assert_eq!(filter.drops(&decided(name), standing, case), expected, "{what}");
        assert!(
            !Filter::default().drops(&decided(name), standing, case),
            "{what}, without a filter"
        );
    }
}
