//! The search for a record that earlier rules leave, against subtraction.

use proptest::prelude::*;

use super::{Coverage, Region};
use crate::condition::{Condition, Scope};

fn comparison() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "tenant == 'a'",
        "tenant in ['a', 'b', 'c']",
        "tenant != 'b'",
        "account == 'x'",
        "'Ada' in executives",
        "!('Ada' in executives)",
        "size(executives) > 0",
        "'safety' in risks",
        "bot",
        "!bot",
        "followers >= 10",
        "followers < 20",
        "followers < 5 || followers > 30",
        "level <= 'P2'",
        "channel == 'public_comment'",
        "negative >= 0.5",
        "account.startsWith('x')",
        "true",
    ])
    .prop_map(str::to_owned)
}

fn condition() -> impl Strategy<Value = Region> {
    let parts = prop::collection::vec(comparison(), 1..4);
    (parts, any::<bool>()).prop_map(|(parts, is_any)| {
        let parts: Vec<_> = parts.iter().map(|part| format!("({part})")).collect();
        let text = parts.join(if is_any { " || " } else { " && " });
        Condition::parse(&text, Scope::Mention).unwrap().region().unwrap()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn a_record_is_found_only_where_subtraction_leaves_some(
        earlier in prop::collection::vec(condition(), 0..6),
        own in condition(),
    ) {
        let mut coverage = Coverage::within(usize::MAX);
        earlier.iter().enumerate().for_each(|(rule, region)| coverage.add(rule, region));
        let left = earlier.iter().try_fold(own.clone(), |left, region| left.without(region));
        if coverage.leaves_some(&own) {
            prop_assert!(left.is_none_or(|left| !left.is_empty()));
        } else if let Some(rule) = coverage.covering_rule(&own) {
            prop_assert!(own.without(&earlier[rule]).is_some_and(|left| left.is_empty()));
        }
    }
}

#[test]
fn a_record_is_found_where_rules_differ_by_one_word_or_range() {
    let mut coverage = Coverage::within(usize::MAX);
    for n in 0..200 {
        let conditions = [
            format!("tenant == 'a' && 'product {n}' in products"),
            format!("followers >= {n} && account == 'x{n}'"),
        ];
        for text in conditions {
            let region = Condition::parse(&text, Scope::Mention).unwrap().region().unwrap();
            assert!(coverage.leaves_some(&region), "{text}");
            coverage.add(n, &region);
        }
    }
}
