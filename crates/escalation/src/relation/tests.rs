use super::*;
use crate::case::RoutedMention;
use MessageRelation::{Ignored, Joins, Opens, Updates, Withdraws};
use Novelty::{Edit, New, Withdrawal};

#[test]
fn a_mention_relates_to_what_was_routed_before() {
    let routed = RoutedMention { mention: 1, case: 9, seq: 1, is_withdrawn: false };
    let withdrawn = RoutedMention { mention: 2, is_withdrawn: true, ..routed };
    let open =
        CaseState { id: 9, routed_mentions: vec![routed, withdrawn], ..CaseState::default() };
    let closed = CaseState { is_closed: true, ..open.clone() };
    let cases = [
        ("a new mention of a new author", New, 3, None, Opens),
        ("a new mention of an open case", New, 3, Some(&open), Joins),
        ("a new mention after the case", New, 3, Some(&closed), Opens),
        ("an edit of a remembered mention", Edit, 1, Some(&open), Updates(routed)),
        ("an edit after the case", Edit, 1, Some(&closed), Updates(routed)),
        ("an edit of an unknown mention", Edit, 3, Some(&open), Joins),
        ("an edit of an unknown author", Edit, 3, None, Opens),
        ("an edit of a withdrawn mention", Edit, 2, Some(&open), Ignored),
        ("a withdrawn mention that returns", New, 2, Some(&open), Joins),
        ("a new mention with a known id", New, 1, Some(&open), Updates(routed)),
        ("a withdrawal", Withdrawal, 1, Some(&open), Withdraws(routed)),
        ("a withdrawal after the case", Withdrawal, 1, Some(&closed), Withdraws(routed)),
        ("a second withdrawal", Withdrawal, 2, Some(&open), Ignored),
        ("a withdrawal of an unknown mention", Withdrawal, 3, Some(&open), Ignored),
        ("a withdrawal of an unknown author", Withdrawal, 3, None, Ignored),
    ];
    for (what, novelty, id_hash, case, expected) in cases {
        let mut fact = Prioritized::default();
        fact.findings.novelty = novelty;
        assert_eq!(relate(&fact, id_hash, case, |_| false), expected, "{what}");
        let mut own = fact;
        own.mention.is_own = true;
        assert_eq!(relate(&own, id_hash, case, |_| true), Ignored, "{what}, by the tenant itself");
    }
}
