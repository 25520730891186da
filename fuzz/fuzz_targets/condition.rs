//! Condition expressions in each scope. The text gives a problem at a place in it, or a condition that has
//! the same meaning when it is parsed again, and the opposite one when it is negated.
#![no_main]

use std::sync::LazyLock;

use harken_fuzz::{START, selector};
use libfuzzer_sys::fuzz_target;
use mention::Prioritized;
use rules::{Condition, Facts, Region, Scope};

static MENTIONS: LazyLock<[Prioritized; 2]> = LazyLock::new(|| {
    let mut busy =
        Prioritized { mention: harken_fuzz::samples::bystander(START), ..Default::default() };
    busy.priority.level = mention::Level::P2;
    busy.priority.intent = mention::Intent::Complaint;
    busy.findings.cluster_size = 7;
    [Prioritized::default(), busy]
});

fuzz_target!(|input: &[u8]| {
    let (choice, text) = selector(input);
    let Ok(text) = std::str::from_utf8(text) else { return };
    let scope = [Scope::Mention, Scope::Floor, Scope::Step][usize::from(choice % 3)];
    match Condition::parse(text, scope) {
        Err(error) => {
            assert!(error.at <= text.chars().count(), "{error:?}");
            assert!(!error.message.is_empty() && !error.remedy.is_empty(), "{error:?}");
        }
        Ok(condition) => check(&condition, scope),
    }
});

fn check(condition: &Condition, scope: Scope) {
    let text = condition.text();
    assert_eq!(Condition::parse(text, scope).as_ref(), Ok(condition));
    // One level deeper and three characters longer, so it may exceed a bound.
    let negated = Condition::parse(&format!("!({text})"), scope).ok();
    for mention in &*MENTIONS {
        let facts = Facts::from_mention(mention);
        let matches = condition.matches(&facts);
        if let Some(negated) = &negated {
            assert_eq!(negated.matches(&facts), !matches, "{text}");
        }
        // A region that has no record must have no match.
        if let Some(region) = condition.region() {
            assert!(!matches || !region.is_empty(), "{text} matches, but its region is empty");
            if let Some(rest) = Region::all().without(&region) {
                assert!(matches || !rest.is_empty(), "{text} does not match, but covers all");
            }
            assert!(!region.example().is_empty());
        }
    }
}
